//! Rows of a CSV file (RFC 4180), read cell by cell with `csv-core`.
//!
//! Beyond the standard, spaces around a quoted cell are ignored. A quotation mark that is never closed
//! costs one row: the lines that it swallowed are given back and read again as rows.

use std::io::{self, BufRead};
use std::sync::Arc;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder, Terminator};
use serde_json::Value;

use super::columns::{Column, Columns, MAX_COLUMNS, nest};
use super::fields::{Fields, check_value};
use super::lines::{Line, Lines, MAX_ROW_BYTES, invalid_row};
use crate::finding::Finding;

/// A CSV row, split into cells.
pub(super) struct Record {
    /// Cells before the error, if there is one.
    pub(super) cells: Vec<Cell>,
    pub(super) error: Option<RowError>,
    /// Bytes from the start of the file to the end of the row.
    pub(super) end: u64,
}

pub(super) struct Cell {
    /// Trimmed.
    pub(super) text: String,
    /// Line that the cell begins on.
    pub(super) line: u64,
}

impl Cell {
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim_matches('\u{1a}').is_empty()
    }
}

pub(super) enum RowError {
    /// A line cannot be read.
    Line(Finding),
    /// The cell in progress is invalid. It begins on the given line.
    Cell(Finding, u64),
}

/// How the cells of a file are written. Made once: `csv-core` builds large tables for it.
pub(super) struct Dialect {
    pub(super) separator: u8,
    /// Its tables are large.
    reader: Box<Reader>,
}

impl Dialect {
    pub(super) fn new(separator: u8) -> Dialect {
        let mut reader = ReaderBuilder::new();
        reader.delimiter(separator);
        reader.terminator(Terminator::Any(b'\n'));
        Dialect {
            separator,
            reader: Box::new(reader.build()),
        }
    }
}

/// Reads the row that begins with `first`. If it is invalid, gives all of its other lines back.
pub(super) fn read_record<R: BufRead>(
    lines: &mut Lines<R>,
    first: Line,
    dialect: &mut Dialect,
) -> io::Result<Record> {
    let mut cells = Cells::new(dialect, first.number);
    let first_end = first.end;
    let mut length = 0;
    let mut row = vec![first];
    let error = loop {
        let line = &row[row.len() - 1];
        let text = match &line.text {
            Ok(text) => text,
            Err(finding) => break RowError::Line(finding.clone()),
        };
        length += text.len();
        let is_complete = if length > MAX_ROW_BYTES {
            Err(open_quotation_mark())
        } else {
            cells.add_line(text, line.number)
        };
        match is_complete {
            Ok(true) => {
                return Ok(Record {
                    cells: cells.done,
                    error: None,
                    end: line.end,
                });
            }
            Ok(false) => match lines.next()? {
                Some(next) => row.push(next),
                None => break RowError::Cell(open_quotation_mark(), cells.cell_line),
            },
            Err(finding) => break RowError::Cell(finding, cells.cell_line),
        }
    };
    lines.give_back(row.drain(1..));
    Ok(Record {
        cells: cells.done,
        error: Some(error),
        end: first_end,
    })
}

fn open_quotation_mark() -> Finding {
    invalid_row("a quotation mark is not closed")
        .help("a cell that begins with `\"` ends with `\"`, and within it a quotation mark is written `\"\"`")
}

/// Cells of a row, fed line by line.
struct Cells<'a> {
    reader: &'a mut Reader,
    done: Vec<Cell>,
    /// Line that the cell in progress begins on.
    cell_line: u64,
    /// Decoded bytes of the cell in progress.
    cell: Vec<u8>,
    /// Source text of the cell in progress, with its separator.
    source: String,
}

impl Cells<'_> {
    fn new(dialect: &mut Dialect, line: u64) -> Cells<'_> {
        dialect.reader.reset();
        Cells {
            reader: &mut dialect.reader,
            done: Vec::new(),
            cell_line: line,
            cell: Vec::new(),
            source: String::new(),
        }
    }

    /// Adds a line with its line ending. Returns whether the row ends with it.
    fn add_line(&mut self, line: &str, number: u64) -> Result<bool, Finding> {
        let line = format!("{}\n", line.strip_suffix('\n').unwrap_or(line));
        let mut rest = line.as_str();
        let mut output = vec![0; rest.len() + 1];
        while !rest.is_empty() {
            if self.source.is_empty() {
                self.cell_line = number;
                // Some exports write a space before the quotation mark.
                let trimmed = rest.trim_start_matches(' ');
                if trimmed.starts_with('"') {
                    rest = trimmed;
                }
            }
            let (result, read, written) = self.reader.read_field(rest.as_bytes(), &mut output);
            self.source.push_str(&rest[..read]);
            self.cell.extend_from_slice(&output[..written]);
            rest = &rest[read..];
            if let ReadFieldResult::Field { record_end } = result {
                self.finish_cell()?;
                if record_end {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn finish_cell(&mut self) -> Result<(), Finding> {
        let mut cell = String::from_utf8(std::mem::take(&mut self.cell))
            .expect("cells are cut from text at ASCII characters");
        let source = std::mem::take(&mut self.source);
        // Without the separator or the line feed.
        let source = &source[..source.len() - 1];
        if source.starts_with('"') {
            let quoted = source.trim_end_matches([' ', '\r']);
            cell.truncate(cell.len() - (source.len() - quoted.len()));
            if quoted != format!("\"{}\"", cell.replace('"', "\"\"")) {
                return Err(invalid_row("there is text after a closing quotation mark").help(
                    "within quotation marks a quotation mark is written `\"\"`; is one missing further up?",
                ));
            }
        }
        self.done.push(Cell {
            text: cell.trim().replace("\r\n", "\n"),
            line: self.cell_line,
        });
        if self.done.len() > MAX_COLUMNS {
            return Err(Finding::error(
                "too-large",
                format!("the row has more than {MAX_COLUMNS} cells"),
            ));
        }
        Ok(())
    }
}

/// Assigns the cells of a row to their columns.
pub(super) fn fields(mut cells: Vec<Cell>, columns: &Columns) -> Result<Fields, Vec<Finding>> {
    let column_count = columns.columns.len();
    while cells.len() > column_count && cells.last().is_some_and(|cell| cell.text.is_empty()) {
        cells.pop();
    }
    if cells.len() != column_count {
        let message = format!(
            "the row has {} cells, and the header {column_count}",
            cells.len()
        );
        return Err(vec![invalid_row(message).help(
            "every row has as many cells as the header; put a cell that contains a separator in quotation marks",
        )]);
    }
    let mut fields = Fields {
        data_names: Arc::clone(&columns.data_names),
        ..Fields::default()
    };
    let mut findings = Vec::new();
    for (number, (Cell { text: cell, .. }, column)) in
        (1..).zip(cells.into_iter().zip(&columns.columns))
    {
        check_value(&cell, column.name(), &mut findings);
        match column {
            Column::Reserved(_) if cell.is_empty() => {}
            Column::Reserved(reserved) => fields.reserved[*reserved] = Value::String(cell),
            Column::Data(name) => {
                nest(&mut fields.data, name, Value::String(cell))
                    .expect("the header has been checked");
            }
            Column::Unnamed if cell.is_empty() => {}
            Column::Unnamed => findings.push(
                invalid_row(format!(
                    "cell {number} is not empty, and its column has no name"
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
