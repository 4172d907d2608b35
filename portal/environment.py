"""What does the environment say, and is it complete and free of contradictions?

Every value is read here, every problem is collected, and the start stops once with all of them as sentences.
"""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", "testserver"}


class Environment:
    """Reads values and notes problems; `stop_if_wrong` ends the process with all of them."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = os.environ if values is None else values
        self.problems: list[str] = []

    def problem(self, sentence: str) -> None:
        """Note something that has to be put right before the start."""
        self.problems.append(sentence)

    def text(self, name: str, default: str = "") -> str:
        """The value of a variable without blanks around it; a variable set to nothing counts as not set."""
        return self.values.get(name, "").strip() or default

    def yes(self, name: str, default: bool) -> bool:
        """A yes or no: 1, true, yes, on or 0, false, no, off."""
        value = self.text(name).lower()
        if not value:
            return default
        if value not in YES | NO:
            self.problem(f"{name} is {value!r}: say yes or no.")
        return value in YES

    def number(self, name: str, default: int, least: int = 1) -> int:
        """A whole number of at least `least`."""
        value = self.text(name)
        if not value:
            return default
        if not value.isascii() or not value.isdigit() or int(value) < least:
            self.problem(f"{name} is {value!r}: it has to be a whole number of at least {least}.")
            return default
        return int(value)

    def words(self, name: str, default: list[str]) -> list[str]:
        """A list with commas between its parts."""
        value = self.text(name)
        return [part.strip() for part in value.split(",") if part.strip()] if value else default

    def choice(self, name: str, default: str, choices: set[str]) -> str:
        """One of several words."""
        value = self.text(name, default)
        if value not in choices:
            self.problem(f"{name} is {value!r}: it can be {', '.join(sorted(choices))}.")
            return default
        return value

    def path(self, name: str, default: Path) -> Path:
        """A folder, as an absolute path."""
        value = self.text(name)
        return Path(value).absolute() if value else default

    def database(self, name: str, embedded: Callable[[], str]) -> dict[str, str]:
        """A PostgreSQL address as Django's NAME, USER, PASSWORD, HOST and PORT; by default the embedded server's."""
        return database_from(self.text(name) or embedded(), self, name)

    def database_options(self, name: str) -> dict[str, str]:
        """What stands behind the ? of a database address, such as sslmode=verify-full, for the driver."""
        return dict(parse_qsl(self.text(name).partition("?")[2]))

    def broker(self, name: str, embedded: Callable[[], str]) -> str:
        """A Redis address; by default the embedded server's."""
        value = self.text(name) or embedded()
        if value.partition("://")[0] not in {"redis", "rediss", "redis+socket", "unix"}:
            self.problem(f"{name} is not the address of a Redis: it has to begin with redis:// or rediss://.")
        return value

    def stop_if_wrong(self) -> None:
        """End the process with exit code 1 and every problem as a sentence, if there is any."""
        if self.problems:
            lines = "\n".join(f"  - {problem}" for problem in self.problems)
            sys.stderr.write(f"The portal can't start with these settings:\n{lines}\n")
            raise SystemExit(1)


def database_from(url: str, environment: Environment, name: str) -> dict[str, str]:
    """Take a database address apart; what is wrong with it is noted as a problem of `environment`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        environment.problem(f"{name} can't be read as an address: postgres://user:password@host:port/database.")
        return {"NAME": "", "USER": "", "PASSWORD": "", "HOST": "", "PORT": ""}
    database = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"}:
        environment.problem(f"{name} has to be a PostgreSQL address (postgres://...): no other database will do.")
    elif not database:
        environment.problem(f"{name} names no database: postgres://user:password@host:port/database.")
    return {
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
    }
