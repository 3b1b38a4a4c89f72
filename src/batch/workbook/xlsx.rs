//! Workbooks of Excel, `.xlsx`.

mod scan;

use std::io::Cursor;

use calamine::{DataRef, DataType as _, Font, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::cell::SheetCell;
use super::{MAX_CELLS, Sheet, SheetName, choose, damaged, hidden_sheets, too_many_cells};
use crate::batch::cell_fault::CellFault;
use crate::batch::error::Error;
use crate::finding::Finding;
use scan::scan;

/// Maximum number of cells, empty ones included.
const MAX_POSITIONS: usize = 8 * MAX_CELLS;
/// Maximum length of all formulas of a sheet with unknown errors.
const MAX_LETTERS: usize = 64 * 1024 * 1024;
/// Maximum length of the code of an error in a message.
const MAX_CODE: usize = 32;

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

pub(super) fn read(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, Error> {
    let mut workbook: Workbook = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let sheets = sheets(&mut workbook)?;
    let hidden: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible != SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let (name, findings, other_sheets) = choose(&sheets, wanted)?;
    let other_sheets = other_sheets.or_else(|| hidden_sheets(&hidden));
    let mut sheet = Sheet {
        findings,
        other_sheets,
        ..Sheet::default()
    };
    read_cells(&mut workbook, &name, &mut sheet)?;
    let scanned = scan(bytes, &name).unwrap_or_default();
    sheet.hidden = scanned.hidden;
    for ((row, column), fault) in scanned.faults {
        let row = sheet.rows.get_mut(&row);
        if let Some(cell) = row.and_then(|row| row.get_mut(&column)) {
            cell.set_fault(fault);
        }
    }
    let merged = workbook
        .merge_cells_by_sheet_name(&name)
        .unwrap_or_default();
    sheet.merged = merged
        .iter()
        .map(|cells| {
            let ((row, column), (last_row, last_column)) = (cells.start, cells.end);
            ((row + 1, column), (last_row + 1, last_column))
        })
        .collect();
    Ok(sheet)
}

/// Returns the sheets that people see.
pub(super) fn sheet_names(bytes: &[u8]) -> Result<Vec<SheetName>, Error> {
    let mut workbook: Workbook = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    Ok(sheets(&mut workbook)?)
}

fn sheets(workbook: &mut Workbook) -> Result<Vec<SheetName>, Finding> {
    let visible = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone());
    let mut sheets = Vec::new();
    for name in visible.collect::<Vec<_>>() {
        let is_filled = is_filled(workbook, &name)?;
        sheets.push(SheetName { name, is_filled });
    }
    Ok(sheets)
}

/// Whether a sheet has a cell with content.
fn is_filled(workbook: &mut Workbook, name: &str) -> Result<bool, Finding> {
    let mut cells = workbook
        .worksheet_cells_reader(name)
        .map_err(|_| damaged())?;
    loop {
        match cells.next_cell() {
            Ok(None) => return Ok(false),
            Ok(Some(cell)) if cell.get_value().is_empty() => {}
            Ok(Some(_)) | Err(XlsxError::CellError(_)) => return Ok(true),
            Err(_) => return Err(damaged()),
        }
    }
}

/// Reads the cells of a sheet.
///
/// Calamine does not know some errors, such as `#SPILL!`, and does not say in which cell they are. Such a sheet
/// is read again, with the positions of its cells from its formulas.
fn read_cells(workbook: &mut Workbook, name: &str, sheet: &mut Sheet) -> Result<(), Finding> {
    if add_cells(workbook, name, None, sheet)? == Positions::Needed {
        let positions = positions(workbook, name)?;
        sheet.rows.clear();
        add_cells(workbook, name, Some(&positions), sheet)?;
        mark_formulas_without_value(workbook, name, Some(&positions), sheet)
    } else {
        mark_formulas_without_value(workbook, name, None, sheet)
    }
}

/// Row and column of each cell from 0, in the order of the file.
type CellPositions = [(u32, u32)];

#[derive(PartialEq)]
enum Positions {
    Known,
    Needed,
}

fn add_cells(
    workbook: &mut Workbook,
    name: &str,
    positions: Option<&CellPositions>,
    sheet: &mut Sheet,
) -> Result<Positions, Finding> {
    let mut cells = workbook
        .worksheet_cells_reader(name)
        .map_err(|_| damaged())?;
    // Number format, and whether the text is struck out.
    let formats: Vec<(Option<String>, bool)> = cells
        .styles()
        .iter()
        .map(|style| {
            let format = style.number_format.as_ref();
            let is_struck = style.font.as_ref().is_some_and(Font::has_strikethrough);
            (format.map(|format| format.format_code.clone()), is_struck)
        })
        .collect();
    let mut count = 0;
    for index in 0.. {
        let (read, position) = match cells.next_cell_with_style_id() {
            Ok(None) => break,
            Ok(Some((cell, _))) if cell.get_value().is_empty() => continue,
            Ok(Some((cell, style))) => {
                let (format, is_struck) = match formats.get(style) {
                    Some((format, is_struck)) => (format.as_deref(), *is_struck),
                    None => (None, false),
                };
                let mut read = SheetCell::read(cell.get_value(), format, None);
                if is_struck {
                    read.set_fault(CellFault::StruckOut);
                }
                (read, Some(cell.get_position()))
            }
            Err(XlsxError::CellError(_)) if positions.is_none() => return Ok(Positions::Needed),
            Err(XlsxError::CellError(code)) => {
                let fault = CellFault::Error(code.chars().take(MAX_CODE).collect());
                (SheetCell::faulty(fault), None)
            }
            Err(_) => return Err(damaged()),
        };
        count += 1;
        if count > MAX_CELLS {
            return Err(too_many_cells());
        }
        let known = positions.map_or(position, |positions| positions.get(index).copied());
        let (row, column) = known.ok_or_else(damaged)?;
        sheet.rows.entry(row + 1).or_default().insert(column, read);
    }
    Ok(Positions::Known)
}

/// Returns the position of each cell. Only formulas are read, so unknown errors do not matter.
fn positions(workbook: &mut Workbook, name: &str) -> Result<Vec<(u32, u32)>, Finding> {
    let mut cells = workbook
        .worksheet_cells_reader(name)
        .map_err(|_| damaged())?;
    let (mut positions, mut letters) = (Vec::new(), 0);
    while let Some(formula) = cells.next_formula().map_err(|_| damaged())? {
        // Calamine writes out each formula that many cells share.
        letters += formula.get_value().len();
        if letters > MAX_LETTERS || positions.len() > MAX_POSITIONS {
            return Err(too_many_cells());
        }
        positions.push(formula.get_position());
    }
    Ok(positions)
}

/// Marks formulas without a saved value. Some programs write workbooks and compute nothing.
fn mark_formulas_without_value(
    workbook: &mut Workbook,
    name: &str,
    positions: Option<&CellPositions>,
    sheet: &mut Sheet,
) -> Result<(), Finding> {
    let mut cells = workbook
        .worksheet_cells_reader(name)
        .map_err(|_| damaged())?;
    let mut count = 0;
    for index in 0.. {
        let cell = match cells.next_cell_with_formula_metadata() {
            Ok(None) => break,
            Ok(Some(cell)) => cell,
            Err(XlsxError::CellError(_)) => continue,
            Err(_) => return Err(damaged()),
        };
        if cell.formula.is_none() || !matches!(cell.value, DataRef::Empty) {
            continue;
        }
        count += 1;
        if count > MAX_CELLS {
            return Err(too_many_cells());
        }
        let known = positions.map_or(Some(cell.pos), |positions| positions.get(index).copied());
        let (row, column) = known.ok_or_else(damaged)?;
        let row = sheet.rows.entry(row + 1).or_default();
        row.entry(column)
            .or_insert_with(|| SheetCell::faulty(CellFault::NoValue));
    }
    Ok(())
}
