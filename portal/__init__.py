"""The ground under every app (quarters, money, errors, users, jobs) and the roof over them (settings, addresses, worker)."""
