"""Is the library for charts served as the package has it, alone, and compressed in a time that nobody notices?"""

from pathlib import Path

import brotli
import plotly
from django.contrib.staticfiles.finders import find

from portal.static_files import LARGE, LIBRARY, ChartLibrary, QuickerForLarge


def test_one_file_of_the_package_is_found_and_no_other() -> None:
    folder = Path(plotly.__file__).parent / "package_data"
    finder = ChartLibrary()
    assert [(name, Path(storage.path(name))) for name, storage in finder.list([])] == [(LIBRARY, folder / LIBRARY)]
    assert find(LIBRARY) == str(folder / LIBRARY)
    assert (folder / "widgetbundle.js").exists() and find("widgetbundle.js") is None
    for name in ("../plotly.py", "package_data/plotly.min.js", ""):
        assert finder.find(name) == []


def test_large_and_small_files_come_back_as_they_were() -> None:
    for size in (10, LARGE + 10):
        content = b"var chart = 1;\n" * (size // 15 + 1)
        assert brotli.decompress(QuickerForLarge.compress_brotli(content)) == content
