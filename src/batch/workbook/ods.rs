//! Workbooks of LibreOffice, `.ods`.
//!
//! Calamine gives values, but not how numbers are shown, and copies repeated cells without a bound. So
//! [`scan`] reads the texts of numbers and counts cells before.

mod scan;
mod styles;

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{Data, DataRef, Ods, Reader as _, SheetVisible};
use zip::ZipArchive;

use super::cell::SheetCell;
use super::{MAX_CELLS, Sheet, SheetName, choose, damaged, hidden_sheets, too_many_cells};
use crate::batch::cell_fault::CellFault;
use crate::batch::error::Error;
use scan::{Scanned, read_styles, scan};
use styles::Styles;

type Workbook<'a> = Ods<Cursor<&'a [u8]>>;

/// Returns the sheets that people see.
pub(super) fn sheet_names(bytes: &[u8]) -> Result<Vec<SheetName>, Error> {
    scan_all(bytes)?;
    let mut workbook: Workbook = Ods::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    Ok(sheets(&mut workbook))
}

fn sheets(workbook: &mut Workbook) -> Vec<SheetName> {
    let visible = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone());
    visible
        .collect::<Vec<_>>()
        .into_iter()
        .map(|name| SheetName {
            is_filled: workbook
                .worksheet_range(&name)
                .is_ok_and(|range| range.used_cells().next().is_some()),
            name,
        })
        .collect()
}

/// Reads the tables before calamine does, and refuses too many cells.
fn scan_all(bytes: &[u8]) -> Result<HashMap<String, Scanned>, Error> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut styles = Styles::default();
    // Some programs write no styles that cells share.
    if let Ok(shared) = archive.by_name("styles.xml") {
        read_styles(shared, &mut styles).ok_or_else(damaged)?;
    }
    let content = archive.by_name("content.xml").map_err(|_| damaged())?;
    let scanned = scan(content, styles).ok_or_else(damaged)?;
    let cells: u64 = scanned.values().map(|table| table.cells).sum();
    if cells > MAX_CELLS as u64 {
        return Err(too_many_cells().into());
    }
    Ok(scanned)
}

pub(super) fn read(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, Error> {
    let mut scanned = scan_all(bytes)?;
    let mut workbook: Workbook = Ods::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let sheets = sheets(&mut workbook);
    let hidden: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible != SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let (name, findings, other_sheets) = choose(&sheets, wanted)?;
    let other_sheets = other_sheets.or_else(|| hidden_sheets(&hidden));
    let range = workbook.worksheet_range(&name).map_err(|_| damaged())?;
    let formulas = workbook.worksheet_formula(&name).map_err(|_| damaged())?;
    let scanned = scanned.remove(&name).unwrap_or_default();
    let mut sheet = Sheet {
        findings,
        other_sheets,
        merged: scanned.merged,
        hidden: scanned.hidden,
        ..Sheet::default()
    };
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        let position = (first_row + index(row), first_column + index(column));
        let shown = scanned.texts.get(&position).map(String::as_str);
        let format = scanned.formats.get(&position).map(AsRef::as_ref);
        let mut cell = SheetCell::read(&borrowed(value), format, shown);
        if let Some(fault) = scanned.faults.get(&position) {
            cell.set_fault(fault.clone());
        }
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
