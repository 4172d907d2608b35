"""How does the portal run on a machine that has neither PostgreSQL nor Redis?

Everything here uses the standard library only, because it runs before anything is installed (`setup`) and in
small processes beside the servers (`keeper`). Each server lives while somebody holds it: `service` explains how.
"""
