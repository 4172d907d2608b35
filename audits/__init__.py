"""The yearly audit of the supply chain (recommendation 2): it looks back over everything below and nothing imports it.

Its records arrive with the audit itself; until then the package only holds its place on the top floor.
"""
