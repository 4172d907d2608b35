"""How do tests write workbooks, good and broken, down to the byte?

``xlsx`` and ``ods`` put given XML into otherwise sound packages; ``saved_xlsx`` and ``saved_ods`` let ordinary
libraries write rows.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

import odswriter
import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
Rows = Iterable[Sequence[object]]


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def xlsx(
    sheets: Mapping[str, str],
    *,
    strings: str = "",
    styles: str = "",
    properties: str = "",
    namespace: str = MAIN,
    relations: str = RELATIONS,
    content_type: str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A workbook whose sheets hold the given content of their ``worksheet`` elements."""
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="s{number}"/>' for number, name in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="s{number}" Type="{relations}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    related += f'<Relationship Id="x1" Type="{relations}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
    related += f'<Relationship Id="x2" Type="{relations}/styles" Target="styles.xml"/>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{content_type}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{relations}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{namespace}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{namespace}">{styles}</styleSheet>',
    }
    for number, content in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{namespace}">{content}</worksheet>'
    return zipped({**parts, **(more or {})})


def xlsx_row(*cells: str, number: int | None = None) -> str:
    """A row of inline texts; a cell that begins with ``<`` is put in as it is."""
    place = "" if number is None else f' r="{number}"'
    written = (
        cell if cell.startswith("<") else f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in cells
    )
    return f"<row{place}>{''.join(written)}</row>"


def ods(sheets: Mapping[str, str], *, manifest: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A workbook whose sheets hold the given content of their ``table:table`` elements."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>{content}</table:table>" for name, content in sheets.items()
    )
    names = " ".join(
        f'xmlns:{prefix}="{OASIS}:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"), ("draw", "drawing"))
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0">'
            f"{manifest}</manifest:manifest>",
            "content.xml": f"<office:document-content {names}><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>",
            **(more or {}),
        }
    )


def ods_row(*cells: str, repeats: int = 1) -> str:
    """A row of texts; a cell that begins with ``<`` is put in as it is."""
    written = (
        cell
        if cell.startswith("<")
        else f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
        for cell in cells
    )
    repeated = f' table:number-rows-repeated="{repeats}"' if repeats > 1 else ""
    return f"<table:table-row{repeated}>{''.join(written)}</table:table-row>"


def saved_xlsx(sheets: Mapping[str, Rows]) -> bytes:
    """Rows as openpyxl saves them."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def saved_ods(sheets: Mapping[str, Rows]) -> bytes:
    """Rows as odswriter saves them."""
    file = io.BytesIO()
    with odswriter.writer(file) as writer:
        for name, rows in sheets.items():
            sheet = writer.new_sheet(name)
            for row in rows:
                sheet.writerow(list(row))
    return file.getvalue()
