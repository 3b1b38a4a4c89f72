//! Cells of a row, whatever the format of the file, and their columns.

use std::sync::Arc;

use serde_json::Value;

use super::columns::{Column, Columns, RESERVED, nest};
use super::fields::{Fields, check_value};
use super::lines::invalid_row;
use crate::batch::cell_fault::{CellFault, FaultyCell};
use crate::batch::workbook::SheetCell;
use crate::finding::Finding;

/// A cell of CSV or of a sheet.
#[derive(Debug, Default)]
pub(super) struct Cell {
    /// Trimmed.
    pub(super) text: String,
    /// Fault that the text does not show.
    pub(super) fault: Option<CellFault>,
    /// Line that the cell begins on; row of a sheet.
    pub(super) line: u64,
}

impl Cell {
    /// Returns a cell of CSV.
    pub(super) fn of_csv(text: &str, line: u64) -> Cell {
        let text = text.trim().replace("\r\n", "\n");
        Cell {
            text: text_formula(&text).unwrap_or(text),
            line,
            ..Cell::default()
        }
    }

    /// Returns a cell of a sheet.
    pub(super) fn of_sheet(cell: SheetCell, line: u64) -> Cell {
        Cell {
            text: cell.text.trim().replace("\r\n", "\n"),
            fault: cell.fault,
            line,
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.fault.is_none() && self.text.trim_matches('\u{1a}').is_empty()
    }
}

/// Returns the text of a formula such as `="00123"`. Programs write it so that Excel keeps the zeros.
fn text_formula(cell: &str) -> Option<String> {
    let inside = cell.strip_prefix("=\"")?.strip_suffix('"')?;
    let without_pairs = inside.replace("\"\"", "");
    (!without_pairs.contains('"')).then(|| inside.replace("\"\"", "\""))
}

/// Assigns the cells of a row to their columns.
pub(super) fn fields(mut cells: Vec<Cell>, columns: &Columns) -> Result<Fields, Vec<Finding>> {
    let column_count = columns.columns.len();
    while cells.len() > column_count && cells.last().is_some_and(Cell::is_blank) {
        cells.pop();
    }
    if cells.len() != column_count {
        return Err(vec![wrong_length(&cells, columns)]);
    }
    let mut fields = Fields {
        data_names: Arc::clone(&columns.data_names),
        ..Fields::default()
    };
    let mut findings = Vec::new();
    for (number, (cell, column)) in (1..).zip(cells.into_iter().zip(&columns.columns)) {
        if *column == Column::Ignored {
            continue;
        }
        check_value(&cell.text, column.name(), &mut findings);
        let is_blank = cell.is_blank();
        let fault = cell.fault.or_else(|| CellFault::of(&cell.text));
        let text = cell.text;
        match (column, fault) {
            (Column::Reserved(reserved), Some(fault)) => {
                findings.push(fault.finding(RESERVED[*reserved], true));
            }
            (Column::Reserved(_), None) if is_blank => {}
            (Column::Reserved(reserved), None) => fields.reserved[*reserved] = Value::String(text),
            (Column::Data(name), fault) => {
                fields.faulty.extend(fault.map(|fault| FaultyCell {
                    column: name.clone(),
                    fault,
                }));
                nest(&mut fields.data, name, Value::String(text))
                    .expect("the header has been checked");
            }
            (Column::Unnamed, _) if is_blank => {}
            (Column::Ignored, _) => {}
            (Column::Unnamed, _) => findings.push(
                invalid_row(format!(
                    "cell {} is not empty, and its column has no name",
                    columns.cell_name(number)
                ))
                .help("give the column a name in the header, or empty the cell"),
            ),
        }
    }
    if findings.is_empty() {
        Ok(fields)
    } else {
        Err(findings)
    }
}

fn wrong_length(cells: &[Cell], columns: &Columns) -> Finding {
    let (count, column_count) = (cells.len(), columns.columns.len());
    let plural = if count == 1 { "cell" } else { "cells" };
    let message = format!("the row has {count} {plural}, and the header {column_count}");
    let is_note = cells.iter().filter(|cell| !cell.is_blank()).count() == 1 && count < column_count;
    invalid_row(message).help(if is_note {
        "every row has as many cells as the header; if this is a remark below the table, delete it"
    } else {
        "every row has as many cells as the header; put a cell that contains a separator in quotation marks"
    })
}

/// Words with which a row of totals begins, in small letters.
const TOTALS: [&str; 12] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sum",
    "sums",
    "summa",
    "i alt",
    "totalt",
    "yhteens\u{e4}",
    "summe",
    "gesamt",
];

/// Whether a row has the totals of the rows above: a word for totals, and no handout.
pub(super) fn is_total(cells: &[Cell], columns: &Columns) -> bool {
    let is_word = |cell: &Cell| {
        let word = cell.text.trim_end_matches(':').trim_end();
        word.len() <= 20 && TOTALS.contains(&word.to_lowercase().as_str())
    };
    let handout = columns
        .position("handout")
        .and_then(|index| cells.get(index));
    handout.is_none_or(|cell| cell.is_blank() || is_word(cell)) && cells.iter().any(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_formulas_are_their_text() {
        for (cell, expected) in [
            ("=\"00123\"", "00123"),
            ("=\"Ada \"\"Addy\"\" Lee\"", "Ada \"Addy\" Lee"),
            ("=\"a\"&\"b\"", "=\"a\"&\"b\""),
            ("=A1", "=A1"),
            ("=\"", "=\""),
        ] {
            assert_eq!(Cell::of_csv(cell, 1).text, expected);
        }
    }
}
