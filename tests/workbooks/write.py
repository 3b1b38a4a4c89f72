#!/usr/bin/env python3
"""Writes the workbooks of this folder with openpyxl, and `looks.ods` as text. LibreOffice converts one of them.

    python3 -m pip install openpyxl==3.1.5
    python3 tests/workbooks/write.py            # or --check: compares without writing
    soffice --headless --convert-to ods --outdir tests/workbooks tests/workbooks/visits.xlsx
    soffice --headless --convert-to xlsx:"Calc MS Excel 2007 XML" --outdir DIR tests/workbooks/visits.ods
        (then rename the result to visits-libreoffice.xlsx)
"""

import datetime
import io
import pathlib
import re
import sys
import zipfile
from xml.etree import ElementTree

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

FOLDER = pathlib.Path(__file__).parent
DAY = datetime.datetime(2026, 11, 21)


CHECK = "--check" in sys.argv


def entries(file):
    with zipfile.ZipFile(file) as archive:
        return [(entry.filename, archive.read(entry)) for entry in archive.infolist()]


def canonical(entries):
    """Returns entries whose XML does not depend on the parser that openpyxl found."""
    return [(entry, ElementTree.canonicalize(data.decode(), rewrite_prefixes=True)) for entry, data in entries]


def save(book, name, change=lambda entry, data: data):
    """Saves a workbook. `change` may change the data of its entries."""
    book.properties.created = DAY
    saved = io.BytesIO()
    book.save(saved)
    # The same bytes each time: no times.
    modified = (re.compile(rb"(<dcterms:modified[^>]*>)[^<]*"), rb"\g<1>2026-11-21T00:00:00Z")
    changed = [(entry, change(entry, modified[0].sub(modified[1], data))) for entry, data in entries(saved)]
    path = FOLDER / name
    if CHECK:
        if canonical(entries(path)) != canonical(changed):
            sys.exit(f"{name} is not what openpyxl writes: run {__file__}")
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in changed:
            archive.writestr(zipfile.ZipInfo(entry, (2026, 11, 21, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def row(sheet, *values, formats=()):
    sheet.append(values)
    for column, code in formats:
        sheet.cell(sheet.max_row, column).number_format = code


# Every kind of cell, with a title above and totals below.
book = openpyxl.Workbook()
sheet = book.active
sheet.title = "Visits"
row(sheet, "Visits of December")
sheet.merge_cells("A1:E1")
row(sheet)
row(sheet, "handout", "patient.first_name", "visit.date", "visit.time", "patient.number", "patient.dose",
    "visit.first", "copies", "visit.share")
row(sheet, "visit", "Ada", datetime.date(2027, 4, 3), datetime.time(9, 30), 123, 1.5, True, 1, 0.5,
    formats=[(3, "dd/mm/yyyy"), (4, "hh:mm"), (5, "00000"), (6, "0.00"), (9, "0%")])
row(sheet)
row(sheet, "visit", "Zoë", datetime.date(2027, 12, 31), datetime.time(14, 0), 1632960123, 2, False, 2, 0.125,
    formats=[(3, "d mmm yyyy"), (4, "hh:mm"), (5, "00000 000000"), (6, "0.00"), (9, "0.0%")])
row(sheet, "Total", None, None, None, None, None, None, 3)
hidden = book.create_sheet("Notes")
row(hidden, "handout")
row(hidden, "nothing")
hidden.sheet_state = "hidden"
save(book, "visits.xlsx")

# Faults of cells.
book = openpyxl.Workbook()
sheet = book.active
row(sheet, "handout", "patient.first_name", "patient.note")
row(sheet, "visit", "#REF!", "fine")
row(sheet, "visit", "Ada", "#N/A")
row(sheet, "visit", "=A1", "fine")
row(sheet, "visit", 12345678901234567890, "fine")
row(sheet, "visit", 0.5, "fine", formats=[(2, "# ?/?")])
row(sheet, "visit", datetime.datetime(1900, 1, 1), "fine")
sheet.cell(7, 2).value = 0
sheet.cell(7, 2).number_format = "yyyy-mm-dd"
row(sheet, "visit", "Grace", "merged")
row(sheet, "visit", None, "merged")
sheet.merge_cells("B8:B9")
save(book, "faults.xlsx")

# Errors of new versions of Excel, which openpyxl does not know.
book = openpyxl.Workbook()
sheet = book.active
row(sheet, "handout", "patient.first_name", "patient.note")
for code in ["#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#EXTERNAL!", "#BUSY!", "#PYTHON!"]:
    row(sheet, "visit", "Ada", code)
row(sheet, "visit", "#SPILL!", "fine")
row(sheet, "visit", "Grace", "fine")


def as_error(entry, data):
    # openpyxl writes these texts into the cells.
    return re.sub(rb't="inlineStr"><is><t>(#[A-Z]+!)</t></is>', rb't="e"><v>\1</v>', data)


save(book, "new-errors.xlsx", as_error)

# Several sheets with content.
book = openpyxl.Workbook()
book.active.title = "Read me"
row(book.active, "This workbook has the visits of a year")
sheet = book.create_sheet("December")
row(sheet, "handout", "patient.first_name")
row(sheet, "visit", "Ada")
save(book, "sheets.xlsx")

# What a list looks like, and its values do not show: struck-out text, hidden rows and columns, parts of dates.
book = openpyxl.Workbook()
sheet = book.active
struck = Font(strike=True)
row(sheet, "handout", "patient.first_name", "visit.date", "patient.note")
row(sheet, "visit", "Ada", datetime.date(2027, 4, 3), "fine", formats=[(3, "dd/mm/yyyy")])
row(sheet, "visit", "Bo", datetime.date(2027, 4, 3), "fine", formats=[(3, "mmm yy")])
row(sheet, "visit", "Cy", datetime.date(2027, 4, 3), "fine", formats=[(3, "d-mmm")])
row(sheet, "visit", "Dee", datetime.date(2027, 4, 3), "cancelled", formats=[(3, "dd/mm/yyyy")])
for cell in sheet[5]:
    cell.font = struck
row(sheet, "visit", "Eve", datetime.date(2027, 4, 3), "fine", formats=[(3, "dd/mm/yyyy")])
sheet.cell(6, 3).font = struck
row(sheet, "visit", CellRichText(TextBlock(InlineFont(strike=True), "Fay"), " Flo"), datetime.date(2027, 4, 3), "fine",
    formats=[(3, "dd/mm/yyyy")])
row(sheet, "visit", CellRichText(TextBlock(InlineFont(b=True), "Gus"), " Green"), datetime.date(2027, 4, 3), "fine",
    formats=[(3, "dd/mm/yyyy")])
row(sheet, "visit", "Hal", datetime.date(2027, 4, 3), "fine", formats=[(3, "dd/mm/yyyy")])
sheet.cell(9, 2).comment = Comment("Moved to Friday", "Reception")
sheet.cell(9, 4).font = struck
for hidden in (3, 4, 9):
    sheet.row_dimensions[hidden].hidden = True
sheet.column_dimensions["D"].hidden = True
save(book, "looks.xlsx")

# The list is on a hidden sheet.
book = openpyxl.Workbook()
row(book.active, "Remember the forms")
sheet = book.create_sheet("Visits")
row(sheet, "handout", "patient.first_name")
row(sheet, "visit", "Ada")
sheet.sheet_state = "hidden"
save(book, "hidden.xlsx")

# The list of `looks.xlsx` as LibreOffice writes it, with only the elements that matter.
NAMESPACES = " ".join(f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for prefix, name in [
    ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("number", "datastyle")])
STYLES = """
<number:date-style style:name="N36" number:automatic-order="true"><number:day number:style="long"/><number:text>/</number:text>
<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style>
<number:date-style style:name="N5101"><number:month number:textual="true"/><number:text> </number:text><number:year/></number:date-style>
<number:date-style style:name="N5100"><number:day/><number:text>-</number:text><number:month number:textual="true"/></number:date-style>
<style:style style:name="ce1" style:family="table-cell" style:parent-style-name="Default" style:data-style-name="N36"/>
<style:style style:name="ce2" style:family="table-cell" style:parent-style-name="Default" style:data-style-name="N5101"/>
<style:style style:name="ce3" style:family="table-cell" style:parent-style-name="Default" style:data-style-name="N5100"/>
<style:style style:name="ce4" style:family="table-cell" style:parent-style-name="Default" style:data-style-name="N36">
<style:text-properties style:text-line-through-style="solid" style:text-line-through-type="single"/></style:style>
<style:style style:name="T1" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="T2" style:family="text"><style:text-properties style:text-line-through-style="none"/></style:style>
"""


def text_cell(content, style="", inside=""):
    style = f' table:style-name="{style}"' if style else ""
    return f'<table:table-cell{style} office:value-type="string">{inside}<text:p>{content}</text:p></table:table-cell>'


def visit(name, date_style="", shown="03/04/2027", note="fine", style="", note_style="", hidden="", inside=""):
    date_style = f' table:style-name="{date_style or style}"' if date_style or style else ""
    visibility = f' table:visibility="{hidden}"' if hidden else ""
    return (f"<table:table-row{visibility}>{text_cell('visit', style)}{text_cell(name, style, inside)}"
            f'<table:table-cell{date_style} office:value-type="date" office:date-value="2027-04-03"><text:p>{shown}</text:p>'
            f"</table:table-cell>{text_cell(note, note_style or style)}</table:table-row>")


COMMENT = "<office:annotation><text:p>Moved to Friday</text:p></office:annotation>"
ROWS = "".join([
    f"<table:table-row>{''.join(text_cell(name) for name in ['handout', 'patient.first_name', 'visit.date', 'patient.note'])}"
    "</table:table-row>",
    visit("Ada"),
    visit("Bo", "ce2", "Apr 27", hidden="filter"),
    visit("Cy", "ce3", "3-Apr", hidden="filter"),
    visit("Dee", note="cancelled", style="ce4"),
    visit("Eve", "ce4"),
    visit('<text:span text:style-name="T1">Fay</text:span> Flo'),
    visit('<text:span text:style-name="T2">Gus</text:span> Green'),
    visit("Hal", note_style="ce4", hidden="collapse", inside=COMMENT),
])
CONTENT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content {NAMESPACES} office:version="1.3"><office:automatic-styles>{STYLES}</office:automatic-styles>
<office:body><office:spreadsheet><table:table table:name="Visits"><table:table-column/><table:table-column/>
<table:table-column table:default-cell-style-name="ce1"/><table:table-column table:visibility="collapse"/>{ROWS}</table:table>
</office:spreadsheet></office:body></office:document-content>
"""
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>
"""
MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
if not CHECK:
    with zipfile.ZipFile(FOLDER / "looks.ods", "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in [("mimetype", MEDIA_TYPE), ("content.xml", CONTENT), ("META-INF/manifest.xml", MANIFEST)]:
            archive.writestr(zipfile.ZipInfo(entry, (2026, 11, 21, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
