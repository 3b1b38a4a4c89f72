//! Workbooks of Excel, `.xlsx`.

use std::io::Cursor;

use calamine::{DataRef, DataType as _, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::cell::SheetCell;
use super::{MAX_CELLS, Sheet, SheetName, choose, damaged, too_many_cells};
use crate::batch::cell_fault::CellFault;
use crate::batch::error::Error;
use crate::finding::Finding;

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

pub(super) fn read(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, Error> {
    let mut workbook: Workbook = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let visible = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone());
    let mut sheets = Vec::new();
    for name in visible.collect::<Vec<_>>() {
        let is_filled = is_filled(&mut workbook, &name)?;
        sheets.push(SheetName { name, is_filled });
    }
    let (name, findings, other_sheets) = choose(&sheets, wanted)?;
    let mut sheet = Sheet {
        findings,
        other_sheets,
        ..Sheet::default()
    };
    read_cells(&mut workbook, &name, &mut sheet)?;
    mark_formulas_without_value(&mut workbook, &name, &mut sheet)?;
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

fn read_cells(workbook: &mut Workbook, name: &str, sheet: &mut Sheet) -> Result<(), Finding> {
    let mut cells = workbook
        .worksheet_cells_reader(name)
        .map_err(|_| damaged())?;
    let formats: Vec<Option<String>> = cells
        .styles()
        .iter()
        .map(|style| Some(style.number_format.as_ref()?.format_code.clone()))
        .collect();
    let mut count = 0;
    let mut last_row = 0;
    while let Some((cell, style)) = cells
        .next_cell_with_style_id()
        .map_err(|error| cell_error(error, last_row))?
    {
        last_row = cell.get_position().0 + 1;
        if cell.get_value().is_empty() {
            continue;
        }
        count += 1;
        if count > MAX_CELLS {
            return Err(too_many_cells());
        }
        let (row, column) = cell.get_position();
        let format = formats.get(style).and_then(Option::as_deref);
        let read = SheetCell::read(cell.get_value(), format, None);
        sheet.rows.entry(row + 1).or_default().insert(column, read);
    }
    Ok(())
}

/// Reports an error of a cell that calamine does not know, such as `#SPILL!`. It does not say in which cell.
fn cell_error(error: XlsxError, last_row: u32) -> Finding {
    match error {
        XlsxError::CellError(code) if CellFault::of(&code).is_some() => {
            let message = format!(
                "a cell in row {last_row} of the sheet, or in the next, has the error `{code}`"
            );
            Finding::error("spreadsheet-error", message)
                .help("correct the cell in the spreadsheet, or empty it, and save the file again")
        }
        _ => damaged(),
    }
}

/// Marks formulas without a saved value. Some programs write workbooks and compute nothing.
fn mark_formulas_without_value(
    workbook: &mut Workbook,
    name: &str,
    sheet: &mut Sheet,
) -> Result<(), Finding> {
    let mut cells = workbook
        .worksheet_cells_reader(name)
        .map_err(|_| damaged())?;
    let mut count = 0;
    while let Some(cell) = cells
        .next_cell_with_formula_metadata()
        .map_err(|_| damaged())?
    {
        if cell.formula.is_none() || !matches!(cell.value, DataRef::Empty) {
            continue;
        }
        count += 1;
        if count > MAX_CELLS {
            return Err(too_many_cells());
        }
        let (row, column) = cell.pos;
        let row = sheet.rows.entry(row + 1).or_default();
        row.entry(column)
            .or_insert_with(|| SheetCell::faulty(CellFault::NoValue));
    }
    Ok(())
}
