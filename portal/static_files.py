"""Where does the library for interactive charts come from, and how are static files kept?

Plotly's script is the one inside the Python package, so that both are always of the same version; nothing else of that
package is served, and nothing is copied.
"""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import brotli
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

LIBRARY = "plotly.min.js"
LARGE = 1_000_000  # bytes: from here on the best compression takes longer than it is worth


class ChartLibrary(BaseFinder):
    """Finds one file, ``plotly.min.js``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        package = find_spec("plotly")
        if package is None or package.origin is None:
            raise ModuleNotFoundError("The package plotly is not installed.")
        self.storage = FileSystemStorage(location=Path(package.origin).parent / "package_data")

    def find(self, path: str, find_all: bool = False) -> Any:
        """Its place; nothing for any other name."""
        found = self.storage.path(LIBRARY) if path == LIBRARY else None
        return [found] if found and find_all else found or []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """It alone."""
        yield LIBRARY, self.storage


class QuickerForLarge(Compressor):
    """Compresses the library in two seconds instead of twenty, to 1.2 MB instead of 1.1."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return brotli.compress(data, quality=9 if len(data) > LARGE else 11)


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Static files with a digest in their names, compressed once."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        return QuickerForLarge(**kwargs)
