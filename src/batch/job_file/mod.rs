//! A job file as a stream of rows: CSV or JSON Lines, with at most one row in memory.
//!
//! 1. [`lines`] splits bytes into lines and decodes them.
//! 2. [`header`] reads the columns of a CSV file.
//! 3. [`csv`] and [`json_lines`] turn lines into [`Fields`].
//!
//! A row that cannot be read still counts as a row: it has findings in place of fields, and later rows
//! keep their numbers.
//!
//! Findings never quote a cell. They name a column only once there is a header with the column `handout`.

mod columns;
mod csv;
mod fields;
mod header;
mod json_lines;
mod lines;

use std::io::{self, BufRead};
use std::sync::Arc;

use super::error::Error;
use crate::finding::{Finding, Severity};
use columns::Columns;
pub(super) use columns::{nearly_reserved, nest};
use csv::{Dialect, RowError};
pub(super) use fields::Fields;
use lines::{Line, Lines};

/// Character that old programs write at the end of a file.
const END_OF_FILE: char = '\u{1a}';
/// Maximum number of rows in a file.
const MAX_ROWS: u32 = 50_000_000;

/// A row of a job file.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) origin: Origin,
    /// Fields, or the reasons why the row cannot be read.
    pub(super) fields: Result<Fields, Vec<Finding>>,
}

/// Position of a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    /// Counts from 1, after the header.
    pub(super) row: u32,
    /// First line of the row, from 1.
    pub(super) line: u64,
    /// Bytes from the start of the file to the end of the row.
    pub(super) end: u64,
    /// Columns with cells that begin on a later line, and the numbers of these lines.
    pub(super) later: Vec<(String, u64)>,
}

impl Origin {
    /// Adds row and line to errors. Warnings are about the handout, not about the row.
    pub(super) fn locate(&self, findings: &mut [Finding]) {
        for finding in findings
            .iter_mut()
            .filter(|finding| finding.severity == Severity::Error)
        {
            let job = finding.job.get_or_insert_default();
            let later = |column: &String| self.later.iter().find(|(other, _)| other == column);
            let line = job
                .column
                .as_ref()
                .and_then(later)
                .map_or(self.line, |(_, line)| *line);
            job.row = Some(self.row);
            job.line.get_or_insert(line);
        }
    }
}

/// A job file, read row by row.
pub(super) struct JobFile<R> {
    lines: Lines<R>,
    format: RowFormat,
    rows: u32,
}

enum RowFormat {
    Csv { dialect: Dialect, columns: Columns },
    JsonLines,
}

impl<R: BufRead> JobFile<R> {
    /// Detects the format and reads the header.
    pub(super) fn open(input: R) -> Result<JobFile<R>, Error> {
        let mut lines = Lines::new(input).map_err(Error::Jobs)?;
        if lines.is_utf16 {
            return Err(header::invalid_header("the job file is UTF-16")
                .help("save it as CSV with the encoding UTF-8")
                .into());
        }
        let Some(first) = lines.peek_text().map_err(Error::Jobs)? else {
            return Err(header::invalid_header("the job file is empty")
                .help("begin with a header such as `handout`")
                .into());
        };
        let format = if first.starts_with('{') {
            RowFormat::JsonLines
        } else if first.starts_with('[') {
            return Err(header::invalid_header("the job file is one JSON list")
                .help("write one JSON object a line, without commas between them")
                .into());
        } else {
            let (dialect, columns) = header::read(&mut lines)?;
            RowFormat::Csv { dialect, columns }
        };
        Ok(JobFile {
            lines,
            format,
            rows: 0,
        })
    }

    /// Dotted names of the data columns, sorted; `None` for JSON Lines, where each row has its own.
    pub(super) fn data_names(&self) -> Option<Arc<[String]>> {
        match &self.format {
            RowFormat::Csv { columns, .. } => Some(Arc::clone(&columns.data_names)),
            RowFormat::JsonLines => None,
        }
    }

    /// Line of the header of a CSV file in which no row names a clinic; `None` for other files.
    pub(super) fn header_for_one_clinic(&self) -> Option<u64> {
        match &self.format {
            RowFormat::Csv { columns, .. } => (!columns.has("clinic")).then_some(columns.line),
            RowFormat::JsonLines => None,
        }
    }

    /// Takes the findings about the whole file since the last call.
    pub(super) fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.lines.findings)
    }

    /// Reads the next row; `None` at the end. Skips blank lines.
    pub(super) fn next_row(&mut self) -> io::Result<Option<Row>> {
        let (first, record) = loop {
            let Some(line) = self.lines.next()? else {
                return Ok(None);
            };
            if self.is_blank(&line) {
                continue;
            }
            let RowFormat::Csv { dialect, .. } = &mut self.format else {
                break (line, None);
            };
            let first = Line {
                text: Ok(String::new()),
                ..line
            };
            let record = csv::read_record(&mut self.lines, line, dialect)?;
            // Spreadsheets write empty cells in quotation marks, too.
            if record.error.is_some() || record.cells.iter().any(|cell| !cell.is_blank()) {
                break (first, Some(record));
            }
        };
        if self.rows == MAX_ROWS {
            return Err(io::Error::other(format!(
                "there are more than {MAX_ROWS} rows"
            )));
        }
        self.rows += 1;
        let mut origin = Origin {
            row: self.rows,
            line: first.number,
            end: first.end,
            later: Vec::new(),
        };
        let mut fields = match (&self.format, record) {
            (RowFormat::Csv { columns, .. }, Some(record)) => {
                origin.end = record.end;
                let error_line = match &record.error {
                    Some(RowError::Cell(_, line)) => Some(*line),
                    _ => None,
                };
                let cell_lines = record.cells.iter().map(|cell| cell.line).chain(error_line);
                origin.later = cell_lines
                    .enumerate()
                    .filter(|(_, line)| *line != origin.line)
                    .filter_map(|(cell, line)| Some((columns.name(cell)?.to_owned(), line)))
                    .collect();
                match record.error {
                    None => csv::fields(record.cells, columns),
                    Some(RowError::Line(finding)) => Err(vec![finding]),
                    Some(RowError::Cell(finding, _)) => {
                        Err(vec![match columns.name(record.cells.len()) {
                            Some(column) => finding.in_column(column),
                            None => finding,
                        }])
                    }
                }
            }
            _ => first
                .text
                .map_err(|finding| vec![finding])
                .and_then(|text| json_lines::fields(&text)),
        };
        if let Err(findings) = &mut fields {
            origin.locate(findings);
        }
        Ok(Some(Row { origin, fields }))
    }

    /// Whether a line is empty. Spreadsheets leave lines of separators at the end.
    fn is_blank(&self, line: &Line) -> bool {
        let Ok(text) = &line.text else { return false };
        match &self.format {
            RowFormat::Csv { dialect, .. } => text.chars().all(|c| {
                c == char::from(dialect.separator) || c.is_whitespace() || c == END_OF_FILE
            }),
            RowFormat::JsonLines => text.trim_matches(END_OF_FILE).trim().is_empty(),
        }
    }
}
