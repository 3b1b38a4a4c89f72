//! A job file as a stream of rows. At most a few rows of CSV or JSON Lines are in memory. A workbook is in
//! memory as a whole.
//!
//! 1. [`lines`] splits bytes into lines and decodes them.
//! 2. [`header`] reads the columns of a CSV file or a sheet.
//! 3. [`csv`] and [`sheet_rows`] return rows of cells, and [`cells`] turns them into [`Fields`].
//! 4. [`json_lines`] turns lines into [`Fields`].
//!
//! A row that cannot be read still counts as a row: it has findings in place of fields, and later rows
//! keep their numbers.
//!
//! Findings never quote a cell. They name a column only once there is a header with the column `handout`.

mod cells;
mod columns;
mod csv;
mod fields;
mod header;
mod json_lines;
mod lines;
mod sheet_rows;

use std::collections::VecDeque;
use std::io::{self, BufRead, Chain, Cursor, Read};
use std::sync::Arc;

use super::error::Error;
use super::list_plan::{ColumnRole, ListPlan};
use super::workbook;
use crate::finding::{Finding, Severity};
use columns::{Columns, LineUnit};
pub(crate) use columns::{RESERVED, nest_object};
pub(super) use columns::{nearly_reserved, nest};
use csv::{Dialect, Record, RowError};
pub(super) use fields::Fields;
use lines::{Line, Lines};
use sheet_rows::SheetRows;

/// Character that old programs write at the end of a file.
const END_OF_FILE: char = '\u{1a}';
/// Bytes that show the format of a file.
const START_BYTES: usize = 64;
/// Maximum number of rows of totals at the end.
const MAX_TOTALS: usize = 20;
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
    /// First line of the row, or its number in the sheet, from 1.
    pub(super) line: u64,
    pub(super) line_unit: LineUnit,
    /// Bytes from the start of the file to the end of the row.
    pub(super) end: u64,
    /// Columns with cells that begin on a later line, and the numbers of these lines.
    pub(super) later: Vec<(String, u64)>,
}

impl Origin {
    /// Adds row and line to errors, and to warnings about a column. Other warnings are about the handout, not
    /// about the row.
    pub(super) fn locate(&self, findings: &mut [Finding]) {
        for finding in findings {
            let has_column = finding.job.as_ref().is_some_and(|job| job.column.is_some());
            if finding.severity != Severity::Error && !has_column {
                continue;
            }
            let job = finding.job.get_or_insert_default();
            let later = |column: &String| self.later.iter().find(|(other, _)| other == column);
            let line = job
                .column
                .as_ref()
                .and_then(later)
                .map_or(self.line, |(_, line)| *line);
            job.row = Some(self.row);
            *finding = self.line_unit.locate(finding.clone(), line);
        }
    }
}

/// A job file, read row by row.
pub(super) struct JobFile<R> {
    source: RowSource<R>,
    /// Rows that were read to look ahead.
    ahead: VecDeque<RawRow>,
    rows: u32,
    /// Findings about the whole file.
    findings: Vec<Finding>,
    /// Decisions about a list. A job file of the command line has none.
    plan: Option<Arc<ListPlan>>,
}

/// First bytes of a file, then the rest.
type WholeInput<R> = Chain<Cursor<Vec<u8>>, R>;

enum RowSource<R> {
    Csv {
        lines: Lines<WholeInput<R>>,
        dialect: Dialect,
        columns: Arc<Columns>,
    },
    JsonLines(Lines<WholeInput<R>>),
    Sheet {
        rows: SheetRows,
        columns: Arc<Columns>,
    },
}

/// A row that is not blank.
struct RawRow {
    line: u64,
    end: u64,
    content: RawContent,
}

enum RawContent {
    /// Cells and their columns.
    Cells(Record, Arc<Columns>),
    Json(Result<String, Finding>),
}

/// Returns whether a line below the first one begins a JSON object.
fn has_json_below(start: &[u8]) -> bool {
    let mut lines = start.split(|byte| *byte == b'\n').skip(1);
    lines.any(|line| line.trim_ascii_start().starts_with(b"{\""))
}

impl RawRow {
    fn is_total(&self) -> bool {
        match &self.content {
            RawContent::Cells(record, columns) => {
                record.error.is_none() && cells::is_total(&record.cells, columns)
            }
            RawContent::Json(_) => false,
        }
    }
}

impl<R: BufRead> JobFile<R> {
    /// Detects the format and reads the header. A workbook is read as a whole, and `sheet` chooses one of
    /// its sheets.
    pub(super) fn open(input: R, sheet: Option<&str>) -> Result<JobFile<R>, Error> {
        JobFile::open_list(input, sheet, None)
    }

    /// Opens a file like [`JobFile::open`]. With a plan, its columns have the roles that the plan says.
    pub(super) fn open_list(
        mut input: R,
        sheet: Option<&str>,
        plan: Option<Arc<ListPlan>>,
    ) -> Result<JobFile<R>, Error> {
        let start = read_start(&mut input).map_err(Error::Jobs)?;
        if workbook::is_workbook(&start) {
            return JobFile::open_workbook(&start, input, sheet, plan);
        }
        if let Some(finding) = workbook::other_format(&start) {
            return Err(finding.into());
        }
        if sheet.is_some() {
            return Err(Error::NotAWorkbook);
        }
        let whole = Cursor::new(start.clone()).chain(input);
        let mut lines = Lines::new(whole, &start).map_err(Error::Jobs)?;
        let Some(first) = lines.peek_text().map_err(Error::Jobs)? else {
            return Err(header::invalid_header("the job file is empty")
                .help("begin with a header such as `handout`")
                .into());
        };
        let source = if first.starts_with('{') {
            RowSource::JsonLines(lines)
        } else if first.starts_with('[') {
            return Err(header::invalid_header("the job file is one JSON list")
                .help("write one JSON object a line, without commas between them")
                .into());
        } else if has_json_below(&start) {
            return Err(header::invalid_header(
                "line 1 is no JSON object, and lines below it are",
            )
            .help("each line is one object, as in `{\"handout\": \"sleep\"}`: delete other lines")
            .into());
        } else {
            let (dialect, columns) = header::read(&mut lines, plan.as_deref())?;
            RowSource::Csv {
                lines,
                dialect,
                columns: Arc::new(columns),
            }
        };
        Ok(JobFile {
            source,
            ahead: VecDeque::new(),
            rows: 0,
            findings: Vec::new(),
            plan,
        })
    }

    fn open_workbook(
        start: &[u8],
        input: R,
        sheet: Option<&str>,
        plan: Option<Arc<ListPlan>>,
    ) -> Result<JobFile<R>, Error> {
        let mut bytes = start.to_vec();
        input
            .take(workbook::MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(Error::Jobs)?;
        let sheet = workbook::read(&bytes, sheet)?;
        let (columns, rows, findings) = SheetRows::new(sheet, bytes.len() as u64, plan.as_deref())?;
        Ok(JobFile {
            source: RowSource::Sheet {
                rows,
                columns: Arc::new(columns),
            },
            ahead: VecDeque::new(),
            rows: 0,
            findings,
            plan,
        })
    }

    /// Headings and roles of the columns, in their order. `None` for JSON Lines.
    pub(super) fn headings(&self) -> Option<Vec<(String, ColumnRole)>> {
        let columns = self.columns()?;
        let headings = columns.headings.iter().zip(&columns.columns);
        Some(
            headings
                .map(|(heading, column)| (heading.clone(), column.role()))
                .collect(),
        )
    }

    fn columns(&self) -> Option<&Arc<Columns>> {
        match &self.source {
            RowSource::Csv { columns, .. } | RowSource::Sheet { columns, .. } => Some(columns),
            RowSource::JsonLines(_) => None,
        }
    }

    /// Names of all columns that are read, in their order; `None` for JSON Lines.
    pub(super) fn names(&self) -> Option<Vec<String>> {
        let columns = &self.columns()?.columns;
        let names = columns.iter().filter_map(|column| column.name());
        Some(names.map(str::to_owned).collect())
    }

    /// Dotted names of the data columns, sorted; `None` for JSON Lines, where each row has its own.
    pub(super) fn data_names(&self) -> Option<Arc<[String]>> {
        Some(Arc::clone(&self.columns()?.data_names))
    }

    /// Returns a function that adds the line of the header to a finding. `None` where rows may name a clinic.
    pub(super) fn header_for_one_clinic(&self) -> Option<impl Fn(Finding) -> Finding + use<R>> {
        let columns = self.columns().filter(|columns| !columns.has("clinic"))?;
        let (line, unit) = (columns.line, columns.line_unit);
        Some(move |finding| unit.locate(finding, line))
    }

    /// Returns the line of the header in words, as in `line 3`; `None` for JSON Lines.
    pub(super) fn header_place(&self) -> Option<String> {
        let columns = self.columns()?;
        Some(columns.line_unit.named(columns.line))
    }

    /// Takes the findings about the whole file since the last call.
    pub(super) fn take_findings(&mut self) -> Vec<Finding> {
        let mut findings = std::mem::take(&mut self.findings);
        if let RowSource::Csv { lines, .. } | RowSource::JsonLines(lines) = &mut self.source {
            findings.append(&mut lines.findings);
        }
        findings
    }

    /// Reads the next row; `None` at the end. Skips blank rows, and rows of totals at the end.
    pub(super) fn next_row(&mut self) -> io::Result<Option<Row>> {
        let Some(raw) = self.next_raw()? else {
            if self.rows == 0 {
                self.findings.push(no_rows());
            }
            return Ok(None);
        };
        if raw.is_total() && self.ends_with_totals(&raw)? {
            return Ok(None);
        }
        if self.rows == MAX_ROWS {
            return Err(io::Error::other(format!(
                "there are more than {MAX_ROWS} rows"
            )));
        }
        self.rows += 1;
        let mut origin = Origin {
            row: self.rows,
            line: raw.line,
            line_unit: self
                .columns()
                .map_or(LineUnit::Line, |columns| columns.line_unit),
            end: raw.end,
            later: Vec::new(),
        };
        let mut fields = match raw.content {
            RawContent::Cells(record, columns) => {
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
                    None => cells::fields(record.cells, &columns),
                    Some(RowError::Line(finding)) => Err(vec![finding]),
                    Some(RowError::Cell(finding, _)) => {
                        Err(vec![match columns.name(record.cells.len()) {
                            Some(column) => finding.in_column(column),
                            None => finding,
                        }])
                    }
                }
            }
            RawContent::Json(text) => text
                .map_err(|finding| vec![finding])
                .and_then(|text| json_lines::fields(&text, self.plan.as_deref())),
        };
        if let (Ok(fields), Some(plan)) = (&mut fields, &self.plan) {
            plan.apply(self.rows, fields);
        }
        if let Err(findings) = &mut fields {
            origin.locate(findings);
        }
        Ok(Some(Row { origin, fields }))
    }

    /// Returns the next row that is not blank.
    fn next_raw(&mut self) -> io::Result<Option<RawRow>> {
        if let Some(row) = self.ahead.pop_front() {
            return Ok(Some(row));
        }
        match &mut self.source {
            RowSource::Sheet { rows, columns } => Ok(rows.next().map(|(line, record)| RawRow {
                line,
                end: record.end,
                content: RawContent::Cells(record, Arc::clone(columns)),
            })),
            RowSource::JsonLines(lines) => loop {
                let Some(line) = lines.next()? else {
                    return Ok(None);
                };
                if !is_blank(&line, None) {
                    return Ok(Some(RawRow {
                        line: line.number,
                        end: line.end,
                        content: RawContent::Json(line.text),
                    }));
                }
            },
            RowSource::Csv {
                lines,
                dialect,
                columns,
            } => loop {
                let Some(line) = lines.next()? else {
                    return Ok(None);
                };
                if is_blank(&line, Some(char::from(dialect.separator))) {
                    continue;
                }
                let number = line.number;
                let record = csv::read_record(lines, line, dialect)?;
                // Spreadsheets write empty cells in quotation marks, too.
                if record.error.is_some() || record.cells.iter().any(|cell| !cell.is_blank()) {
                    return Ok(Some(RawRow {
                        line: number,
                        end: record.end,
                        content: RawContent::Cells(record, Arc::clone(columns)),
                    }));
                }
            },
        }
    }

    /// Returns whether `row` and all later rows are totals. If so, reports each and leaves it out.
    fn ends_with_totals(&mut self, row: &RawRow) -> io::Result<bool> {
        let mut totals = vec![row.line];
        let mut later = VecDeque::new();
        let is_end = loop {
            let Some(next) = self.next_raw()? else {
                break true;
            };
            let is_total = next.is_total() && totals.len() <= MAX_TOTALS;
            totals.push(next.line);
            later.push_back(next);
            if !is_total {
                break false;
            }
        };
        if !is_end {
            later.append(&mut self.ahead);
            self.ahead = later;
            return Ok(false);
        }
        let unit = self
            .columns()
            .map_or(LineUnit::Line, |columns| columns.line_unit);
        for line in totals {
            let message = format!("{} is a row of totals, and is left out", unit.named(line));
            self.findings.push(
                Finding::warning("skipped-rows", message)
                    .help("delete the row if you do not want to see this"),
            );
        }
        Ok(true)
    }
}

/// Reads the first bytes. Stops after the first line: a program may write the next one much later.
fn read_start(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    while start.len() < START_BYTES && !start.trim_ascii_start().contains(&b'\n') {
        let bytes = input.fill_buf()?;
        if bytes.is_empty() {
            break;
        }
        let count = bytes.len().min(START_BYTES - start.len());
        start.extend(&bytes[..count]);
        input.consume(count);
    }
    Ok(start)
}

fn no_rows() -> Finding {
    Finding::warning(
        "no-rows",
        "the job file has a header and no rows, so there are no leaflets",
    )
    .help("write a row for each leaflet below the header")
}

/// Whether a line is empty. Spreadsheets leave lines of separators at the end.
fn is_blank(line: &Line, separator: Option<char>) -> bool {
    let Ok(text) = &line.text else { return false };
    text.chars()
        .all(|c| Some(c) == separator || c.is_whitespace() || c == END_OF_FILE)
}
