#!/usr/bin/env python3
"""Writes the workbooks of this folder with openpyxl. LibreOffice converts one of them.

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
