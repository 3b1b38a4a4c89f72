//! Workbooks of LibreOffice, `.ods`.
//!
//! Calamine gives values, but not how numbers are shown, and copies repeated cells without a bound. So
//! [`scan`] reads the texts of numbers and counts cells before.

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read};

use calamine::{Data, DataRef, Ods, Reader as _, SheetVisible};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader as XmlReader, XmlVersion};
use zip::ZipArchive;

use super::cell::SheetCell;
use super::{CellRange, MAX_CELLS, Sheet, SheetName, choose, damaged, too_many_cells};
use crate::batch::cell_fault::CellFault;
use crate::batch::error::Error;

/// Numbers and times of a table, as text, and its merged cells.
#[derive(Default)]
struct Scanned {
    /// By row and column from 0.
    texts: HashMap<(u32, u32), String>,
    merged: Vec<CellRange>,
    /// Cells of the smallest rectangle with all content.
    cells: u64,
}

pub(super) fn read(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, Error> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let content = archive.by_name("content.xml").map_err(|_| damaged())?;
    let mut scanned = scan(content).ok_or_else(damaged)?;
    let cells: u64 = scanned.values().map(|table| table.cells).sum();
    if cells > MAX_CELLS as u64 {
        return Err(too_many_cells().into());
    }
    let mut workbook: Ods<Cursor<&[u8]>> = Ods::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let visible = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone());
    let sheets: Vec<SheetName> = visible
        .collect::<Vec<_>>()
        .into_iter()
        .map(|name| SheetName {
            is_filled: workbook
                .worksheet_range(&name)
                .is_ok_and(|range| range.used_cells().next().is_some()),
            name,
        })
        .collect();
    let (name, findings, other_sheets) = choose(&sheets, wanted)?;
    let range = workbook.worksheet_range(&name).map_err(|_| damaged())?;
    let formulas = workbook.worksheet_formula(&name).map_err(|_| damaged())?;
    let scanned = scanned.remove(&name).unwrap_or_default();
    let mut sheet = Sheet {
        findings,
        other_sheets,
        merged: scanned.merged,
        ..Sheet::default()
    };
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        let position = (first_row + index(row), first_column + index(column));
        let shown = scanned.texts.get(&position).map(String::as_str);
        let cell = SheetCell::read(&borrowed(value), None, shown);
        let row = sheet.rows.entry(position.0 + 1).or_default();
        row.insert(position.1, cell);
    }
    let (first_row, first_column) = formulas.start().unwrap_or_default();
    for (row, column, _) in formulas.used_cells() {
        let row = sheet.rows.entry(first_row + index(row) + 1).or_default();
        row.entry(first_column + index(column))
            .or_insert_with(|| SheetCell::faulty(CellFault::NoValue));
    }
    Ok(sheet)
}

fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(value) => DataRef::Int(*value),
        Data::Float(value) => DataRef::Float(*value),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(value) => DataRef::DateTime(*value),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// Reads the tables of `content.xml`, by name. `None` if it is not well-formed.
fn scan(content: impl Read) -> Option<HashMap<String, Scanned>> {
    let mut reader = XmlReader::from_reader(BufReader::new(content));
    reader.config_mut().expand_empty_elements = true;
    let mut tables = HashMap::new();
    let mut table = Scanned::default();
    let mut name = String::new();
    let (mut row, mut column, mut row_repeats) = (0_u32, 0_u32, 1_u32);
    let (mut last_row, mut last_column, mut row_is_filled) = (0_u32, 0_u32, false);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) => match start.name().as_ref() {
                "table:table" => {
                    name = attribute(&start, "table:name").unwrap_or_default();
                    table = Scanned::default();
                    (row, last_row, last_column) = (0, 0, 0);
                }
                "table:table-row" => {
                    row_repeats = number(&start, "table:number-rows-repeated");
                    (column, row_is_filled) = (0, false);
                }
                "table:table-cell" | "table:covered-table-cell" => {
                    let repeats = number(&start, "table:number-columns-repeated");
                    let columns = number(&start, "table:number-columns-spanned");
                    let rows = number(&start, "table:number-rows-spanned");
                    if columns > 1 || rows > 1 {
                        let last = (row.saturating_add(rows), column.saturating_add(columns - 1));
                        table.merged.push(((row + 1, column), last));
                    }
                    let kind = attribute(&start, "office:value-type");
                    let is_filled = start.attributes().flatten().any(|attribute| {
                        let name = attribute.key.as_ref();
                        name.starts_with("office:") || name == "table:formula"
                    });
                    let is_number = kind.is_some_and(|kind| {
                        matches!(kind.as_str(), "float" | "percentage" | "currency" | "time")
                    });
                    if is_filled {
                        last_column = last_column.max(column.saturating_add(repeats));
                        row_is_filled = true;
                    }
                    let end = start.name().as_ref().to_owned();
                    let text = cell_text(&mut reader, &end)?;
                    // Nobody repeats a number many times on purpose.
                    let is_few = u64::from(repeats) * u64::from(row_repeats) <= 10_000;
                    if is_number && !text.is_empty() && is_few {
                        for row in row..row.saturating_add(row_repeats) {
                            for column in column..column.saturating_add(repeats) {
                                table.texts.insert((row, column), text.clone());
                            }
                        }
                        if table.texts.len() > MAX_CELLS {
                            return Some(HashMap::from([(name, too_many(table))]));
                        }
                    }
                    column = column.saturating_add(repeats);
                }
                _ => {}
            },
            Event::End(end) => match end.name().as_ref() {
                "table:table-row" => {
                    row = row.saturating_add(row_repeats);
                    if row_is_filled {
                        last_row = row;
                    }
                }
                "table:table" => {
                    table.cells = u64::from(last_row) * u64::from(last_column);
                    tables.insert(std::mem::take(&mut name), std::mem::take(&mut table));
                }
                _ => {}
            },
            Event::Eof => return Some(tables),
            _ => {}
        }
    }
}

fn too_many(table: Scanned) -> Scanned {
    Scanned {
        cells: u64::MAX,
        ..table
    }
}

/// Returns the paragraphs of a cell up to its end, without comments.
fn cell_text<R: Read>(reader: &mut XmlReader<BufReader<R>>, end: &str) -> Option<String> {
    let mut text = String::new();
    let mut buffer = Vec::new();
    let mut is_remark = false;
    let mut has_reference = false;
    let mut depth = 0_u32;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) => match start.name().as_ref() {
                "office:annotation" => is_remark = true,
                "text:s" => text.push(' '),
                name if name == end => depth += 1,
                _ => {}
            },
            Event::Text(part) if !is_remark => text.push_str(&part.xml10_content()),
            Event::GeneralRef(_) => has_reference = true,
            Event::End(closed) => match closed.name().as_ref() {
                "office:annotation" => is_remark = false,
                // The text of a number needs no character references: others are not trusted.
                name if name == end && depth == 0 && has_reference => return Some(String::new()),
                name if name == end && depth == 0 => return Some(text.trim().to_owned()),
                name if name == end => depth -= 1,
                _ => {}
            },
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start.try_get_attribute(name).ok()??;
    let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

/// Returns the number in an attribute; 1 if there is none.
fn number(start: &BytesStart<'_>, name: &str) -> u32 {
    let number = attribute(start, name).and_then(|text| text.parse().ok());
    number.unwrap_or(1).max(1)
}
