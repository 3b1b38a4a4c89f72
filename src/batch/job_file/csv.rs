//! Rows of a CSV file (RFC 4180), read cell by cell with `csv-core`.
//!
//! Beyond the standard, spaces around a quoted cell are ignored. A quotation mark that is never closed
//! costs one row: the lines that it swallowed are given back and read again as rows.

use std::io::{self, BufRead};

use csv_core::{ReadFieldResult, Reader, ReaderBuilder, Terminator};

use super::cells::Cell;
use super::columns::MAX_COLUMNS;
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
        self.done.push(Cell::of_csv(&cell, self.cell_line));
        if self.done.len() > MAX_COLUMNS {
            return Err(Finding::error(
                "too-large",
                format!("the row has more than {MAX_COLUMNS} cells"),
            ));
        }
        Ok(())
    }
}
