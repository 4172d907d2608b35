"""How do the files of a return come in over HTTP? Straight onto the disk, digested on the way, up to a limit.

The sender's names are kept as text. Each file lies at ``<folder>/<table>/<name>``. Whatever is not a whole, well-formed
form with known parts is refused with a sentence, and the folder is to be thrown away.
"""

import hashlib
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.http import parse_header_parameters

from portal.errors import NotValid, Refusal, TooLarge

from .layout import TABLES
from .readers import ReturnPaths
from .readers.faults import CSV_BYTES
from .said import FIELDS

MOST_BYTES = 2 * CSV_BYTES + 20_000_000  # of a request: no return has two tables of the largest size
LONGEST_NAME = 150  # bytes
WHOLE_FORM = "Send a form of the type multipart/form-data with its length, as curl -F does."


class WrongType(NotValid):
    """What was sent is no form."""

    status = 415


class NoLength(Refusal):
    """Nobody knows how much is to come."""

    status = 411


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file as it was sent; ``table`` is the one it was given as, ``stored`` its name in the folder of that table."""

    table: str
    name: str
    stored: str
    sha256: str
    bytes: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ReceivedForm:
    """Everything that a request sent."""

    fields: dict[str, str]
    files: list[ReceivedFile]


def receive(request: HttpRequest, folder: Path) -> ReceivedForm:
    """Read a request's form; its files go into the folder, which is made.

    Raises :class:`NotValid`, :class:`TooLarge`, or a :class:`Refusal` (400, 411) for what is no whole form.
    """
    boundary, length = _boundary(request), _length(request)
    body = _Counted(request)
    keeper = _OntoDisk(folder, request)
    try:
        fields, _ = MultiPartParser(request.META, body, [keeper], "utf-8").parse()  # type: ignore[arg-type]
    except MultiPartParserError as problem:
        raise Refusal("broken-form", f"The form can't be read. {WHOLE_FORM}") from problem
    except UnreadablePostError as problem:
        raise Refusal(
            "broken-off", "The request broke off before its end, so nothing was kept. Send it again."
        ) from problem
    except SuspiciousOperation as problem:  # too many parts, or fields that are too long
        raise TooLarge("too-many-fields", "The form has more fields than a return needs, or longer ones.") from problem
    finally:
        keeper.close()
    if body.bytes < length or not body.tail.rstrip(b"\r\n").endswith(b"--" + boundary + b"--"):
        raise Refusal("broken-off", "The request broke off before its end, so nothing was kept. Send it again.")
    return ReceivedForm(_once_each(fields), keeper.files)


def paths_in(folder: Path, files: list[dict[str, Any]]) -> ReturnPaths:
    """Where the files lie of a form that was received into the folder."""
    return ReturnPaths(**{file["table"]: folder / file["table"] / file["stored"] for file in files})


def _boundary(request: HttpRequest) -> bytes:
    try:
        kind, given = parse_header_parameters(request.META.get("CONTENT_TYPE", ""))
    except ValueError:  # longer than any that is meant
        kind, given = "", {}
    if kind != "multipart/form-data" or not given.get("boundary"):
        raise WrongType("no-form", WHOLE_FORM)
    return given["boundary"].encode("ascii", errors="replace")


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or ""
    if not (text.isascii() and text.isdigit()) or "HTTP_TRANSFER_ENCODING" in request.META:
        raise NoLength("no-length", f"The request does not say how long it is. {WHOLE_FORM}")
    if not int(text[:20]):
        raise Refusal("broken-form", f"The request is empty. {WHOLE_FORM}")
    if int(text[:20]) > MOST_BYTES:
        raise TooLarge("F07", f"The request has {int(text[:20]):,} bytes; at most {MOST_BYTES:,} are read.")
    return int(text)


def _once_each(fields: QueryDict) -> dict[str, str]:
    """The fields by name. Raises :class:`NotValid` for what is unknown, stands twice or holds what no text holds."""
    for name, values in fields.lists():
        if name in TABLES:
            raise NotValid(
                "no-file", f"“{name}” came as text: send it as a file with a name, as curl -F {name}=@FILE does."
            )
        if name not in FIELDS:
            raise _unknown(name)
        if len(values) > 1:
            raise NotValid("repeated-field", f"The field “{name}” stands {len(values)} times; give it once.")
        if "\0" in values[0]:
            raise NotValid(f"field-{name.replace('_', '-')}", f"The field “{name}” holds a character that is no text.")
    return {name: str(fields[name]) for name in fields}


def _unknown(name: str) -> NotValid:
    shown = "".join(sign for sign in name[:40] if sign.isprintable())
    known = ", ".join([*TABLES, *FIELDS])
    return NotValid("unknown-field", f"The form has no field “{shown}”. It takes {known}.")


class _Counted:
    """The body of a request, with how much of it was read and what it ended with."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.bytes, self.tail = 0, b""

    def read(self, size: int) -> bytes:
        chunk = self.request.read(size)
        self.bytes += len(chunk)
        self.tail = (self.tail + chunk)[-200:]
        return chunk


class _OntoDisk(FileUploadHandler):
    """Writes each file where it belongs; refuses unknown and repeated ones, and those that are too large."""

    chunk_size = 256 * 1024

    def __init__(self, folder: Path, request: HttpRequest) -> None:
        super().__init__(request)
        self.folder = folder
        self.files: list[ReceivedFile] = []
        self.open: BinaryIO | None = None

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        if field_name not in TABLES:
            raise _unknown(field_name)
        if any(file.table == field_name for file in self.files):
            raise NotValid("repeated-file", f"“{field_name}” was sent twice; send one file of each name.")
        self.table, self.name = field_name, file_name[:255]
        self.stored = file_name.encode(errors="replace")[-LONGEST_NAME:].decode(errors="ignore") or "file"
        self.sha256, self.bytes = hashlib.sha256(), 0
        place = self.folder / field_name
        place.mkdir(parents=True, mode=0o700)
        self.open = os.fdopen(os.open(place / self.stored, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.open is not None
        self.bytes += len(raw_data)
        if self.bytes > CSV_BYTES:
            raise TooLarge("F07", f"The file “{self.table}” has more than {CSV_BYTES:,} bytes, which is the limit.")
        self.sha256.update(raw_data)
        self.open.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        assert self.open is not None
        self.open.flush()
        os.fsync(self.open.fileno())
        self.close()
        self.files.append(ReceivedFile(self.table, self.name, self.stored, self.sha256.hexdigest(), self.bytes))

    def close(self) -> None:
        """Close what is open."""
        if self.open is not None:
            self.open.close()
            self.open = None
