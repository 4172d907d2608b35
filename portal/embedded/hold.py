"""How does a process get the embedded servers when the environment names no real ones?"""

import os
from pathlib import Path

from portal.embedded.postgres import Postgres
from portal.embedded.redis import Redis
from portal.embedded.service import ROOT, ServiceFailed

__all__ = ["ServiceFailed", "broker", "database", "postgres", "redis", "var"]


def var() -> Path:
    """The folder for everything that is made while running: PORTAL_VAR, or var/ in the project."""
    return Path(os.environ.get("PORTAL_VAR", "").strip() or ROOT / "var").absolute()


def postgres() -> Postgres:
    """The portal's own embedded PostgreSQL."""
    return Postgres(var() / "postgres")


def redis() -> Redis:
    """The portal's own embedded Redis."""
    return Redis(var() / "redis")


def database() -> Postgres | None:
    """Hold the embedded PostgreSQL until this process ends, and name it in DATABASE_URL; None if one was named already.

    Raises ServiceFailed with a sentence when it does not start.
    """
    if os.environ.get("DATABASE_URL", "").strip():
        return None
    server = postgres()
    os.environ["DATABASE_URL"] = server.start()
    _held.append(server)
    return server


def broker() -> Redis | None:
    """The same for the embedded Redis and REDIS_URL."""
    if os.environ.get("REDIS_URL", "").strip():
        return None
    server = redis()
    os.environ["REDIS_URL"] = server.start()
    _held.append(server)
    return server


_held: list[Postgres | Redis] = []  # the holds live as long as the process
