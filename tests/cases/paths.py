"""What can be wrong with the path of a file, whatever is in it?"""

import os
import socket
from collections.abc import Callable
from pathlib import Path

from .case import Case
from .returns import good, save

REFUSED = {"F11": 1}


def path(name: str, planted: str, make: Callable[[Path], str], code: int = 2, says: str = "") -> Case:
    """A case of one path; what is no file is refused."""
    return Case(name, planted, lambda folder: [make(folder)], code, REFUSED if code else {}, says)


def link(target: str) -> Callable[[Path], str]:
    """A symbolic link to ``target``, seen from its own folder."""

    def make(folder: Path) -> str:
        (folder / "funding.csv").symlink_to(target)
        return str(folder / "funding.csv")

    return make


def pipe(folder: Path) -> str:
    """A named pipe that nobody writes into."""
    os.mkfifo(folder / "funding.csv")
    return str(folder / "funding.csv")


def door(folder: Path) -> str:
    """A socket of this machine, bound from inside its folder because such names are short."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("funding.csv")
    finally:
        os.chdir(before)
    return str(folder / "funding.csv")


def linked(folder: Path) -> str:
    """A link to a file in which nothing is wrong."""
    save(folder, good(), "return.csv")
    return link("return.csv")(folder)


CASES = (
    path("missing file", "a name that is not there", lambda folder: str(folder / "funding.csv"), says="no such file"),
    path("folder", "the folder of the file", str, says="is not a file"),
    path("file as a folder", "a name below a file", lambda folder: f"{save(folder, good())}/x", says="not a directory"),
    path("endless device", "/dev/zero", lambda _folder: "/dev/zero", says="is not a file"),
    path("link to an endless device", "funding.csv", link("/dev/zero"), says="is not a file"),
    path("link to nothing", "a target that is not there", link("gone.csv"), says="no such file"),
    path("link to itself", "a circle", link("funding.csv"), says="too many levels"),
    path("link to a good file", "its target is read", linked, code=0),
    path("named pipe", "nobody writes into it", pipe, says="is not a file"),
    path("socket", "nobody answers", door, says="can't be read"),
    path("memory of the process", "/proc/self/mem", lambda _folder: "/proc/self/mem", says="can't be read"),
    path("very long name", "5,000 characters", lambda folder: str(folder / ("x" * 5000)), says="too long"),
    path("no name", "an empty argument", lambda _folder: ""),
    path(
        "terminal codes in the name",
        "an escape sequence and a bidi override",
        lambda folder: save(folder, good(), "f\x1b[2J\u202evsc.csv"),
        code=0,
    ),
    path(
        "name in another encoding",
        "bytes that are not UTF-8",
        lambda folder: save(folder, good(), os.fsdecode(b"f\xff.csv")),
        code=0,
    ),
    path("missing name in another encoding", "the same, not there", lambda folder: str(folder / os.fsdecode(b"\xff"))),
)
