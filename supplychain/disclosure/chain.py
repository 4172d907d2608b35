"""Has the history of publications been rewritten?

Each publication is a line of chain.csv that carries the digest of the line before. Whoever kept any earlier copy of
chain.csv, or only its last link, can prove that what came before is unchanged. The functions are pure.
"""

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterable

from supplychain.models.publications import ChainLink

HEADER = ("number", "period", "version", "manifest_sha256", "published_at", "previous_link", "link")


def published_text(moment: dt.datetime) -> str:
    """A moment as it stands in files: UTC, whole seconds."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def linked_text(link: ChainLink) -> str:
    """What the digest of a link covers: its line without the link itself."""
    publication = link.publication
    moment = published_text(link.published_at)
    cells = (link.number, publication.period, publication.version, link.manifest_sha256, moment, link.previous_link)
    return ",".join(map(str, cells))


def digest(link: ChainLink) -> str:
    """SHA-256 of :func:`linked_text`, as hexadecimal digits."""
    return hashlib.sha256(linked_text(link).encode()).hexdigest()


def text(links: Iterable[ChainLink]) -> str:
    """chain.csv of one series; ``links`` in order of their numbers, each with its publication."""
    lines = [",".join(HEADER), *(f"{linked_text(link)},{link.link}" for link in links)]
    return "\n".join(lines) + "\n"


def verify(chain: str) -> list[str]:
    """What is wrong with the text of a chain.csv, one sentence each; nothing where every link holds."""
    rows = list(csv.reader(io.StringIO(chain, newline="")))
    if not rows or tuple(rows[0]) != HEADER:
        return [f"chain.csv has no header {','.join(HEADER)}."]
    wrong, before = [], ""
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(HEADER):
            wrong.append(f"Line {number + 1} of chain.csv has {len(row)} cells instead of {len(HEADER)}.")
            continue
        if row[0] != str(number):
            wrong.append(f"Link {number} of the chain is numbered {row[0]}.")
        if row[5] != before:
            wrong.append(f"Link {number} of the chain does not carry the link before it.")
        if hashlib.sha256(",".join(row[:6]).encode()).hexdigest() != row[6]:
            wrong.append(f"Link {number} of the chain does not fit its own line.")
        before = row[6]
    return wrong
