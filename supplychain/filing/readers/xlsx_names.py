"""What are the elements of .xlsx called, in both of its dialects?

The parser gives names as ``namespace name``; the transitional and the strict dialect differ in the namespace only
(ECMA-376 parts 1, 4).
"""

MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")


def both(name: str) -> frozenset[str]:
    """An element's name in either dialect."""
    return frozenset(f"{namespace} {name}" for namespace in MAIN)


SHARED_STRING = both("si")
TEXT = both("t")
RICH_SPELLING = both("rPh")  # how a text is spoken; not part of it
ROW = both("row")
CELL = both("c")
VALUE = both("v")
FORMULA = both("f")
MERGED_CELL = both("mergeCell")
SHEET = both("sheet")
WORKBOOK_PROPERTIES = both("workbookPr")
NUMBER_FORMAT = both("numFmt")
CELL_FORMATS = both("cellXfs")
NAMED_CELL_FORMATS = both("cellStyleXfs")
CELL_FORMAT = both("xf")
