//! A job file as a stream of rows: CSV or JSON Lines, never more than one row of it in memory.
//!
//! 1. Bytes become physical lines, each at most [`MAX_ROW_BYTES`] long.
//! 2. Lines become text: UTF-8, or Windows-1252 where the file proves to be that.
//! 3. Lines become rows. A CSV row goes on over lines while a quotation mark is open (RFC 4180).
//!
//! What looks like a row but cannot be read is a row, too, with a finding in place of its fields: it has
//! its number, and the rows after it keep theirs. A quotation mark that is never closed costs one row, not
//! the rest of the file: what it swallowed is read again.
//!
//! Findings never repeat what a cell holds. They name columns only once there is a header with the column
//! `handout`: where it is missing, the first line is a patient.

use std::collections::VecDeque;
use std::io::{self, BufRead};
use std::sync::Arc;

use encoding_rs::WINDOWS_1252;
use serde_json::{Map, Value};

use super::input::Input;
use super::job::{RESERVED, nest};
use crate::finding::{Finding, Severity};
use crate::resolve::{self, JobData};
use crate::source::{OrderedMap, PlainValue};

/// A row may not be longer than this.
pub const MAX_ROW_BYTES: usize = 1024 * 1024;
/// A cell may not be longer than this.
pub const MAX_CELL_BYTES: usize = 64 * 1024;
/// There may not be more columns than this.
pub const MAX_COLUMNS: usize = 1000;
/// There may not be more rows than this.
pub const MAX_ROWS: u32 = 50_000_000;

/// A row of a job file.
#[derive(Debug)]
pub struct Row {
    /// Where it stands.
    pub origin: Origin,
    /// What stands in it.
    pub fields: Result<Fields, Vec<Finding>>,
}

/// Where a row stands.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Its number, from 1, after the header.
    pub row: u32,
    /// The line that it begins on, from 1.
    pub line: u64,
    /// Bytes of the file up to its end.
    pub end: u64,
    /// Columns whose cells begin on later lines, and these lines.
    pub later: Vec<(String, u64)>,
}

impl Origin {
    /// Says of errors where in the job file they are. What else there is to say belongs to the handout.
    pub fn place(&self, findings: &mut [Finding]) {
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

/// What stands in a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    /// The reserved columns, in the order of [`RESERVED`]; null where there is none.
    pub reserved: [Value; RESERVED.len()],
    /// All other columns, nested by the dots in their names.
    pub data: JobData,
    /// The dotted names of the data, sorted.
    pub data_names: Arc<[String]>,
}

/// Why a job file cannot be read.
#[derive(Debug)]
pub enum Unreadable {
    /// Its header is at fault.
    Findings(Vec<Finding>),
    /// The file is.
    Io(io::Error),
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Unreadable {
        Unreadable::Io(error)
    }
}

/// A job file, read row by row.
pub struct Table<R> {
    lines: Lines<R>,
    form: Form,
    rows: u32,
}

enum Form {
    Csv {
        separator: char,
        columns: Arc<[Column]>,
        data_names: Arc<[String]>,
    },
    JsonLines,
}

/// What a column of a CSV file is.
#[derive(Clone, Debug, PartialEq)]
enum Column {
    /// One of [`RESERVED`].
    Reserved(usize),
    /// Data for the text, by its dotted name.
    Data(String),
    /// A column without a name, as spreadsheets leave them at the right. It has to be empty.
    Unnamed,
}

impl Column {
    fn name(&self) -> Option<&str> {
        match self {
            Column::Reserved(reserved) => Some(RESERVED[*reserved]),
            Column::Data(name) => Some(name),
            Column::Unnamed => None,
        }
    }

    fn data(&self) -> Option<String> {
        match self {
            Column::Data(name) => Some(name.clone()),
            Column::Reserved(_) | Column::Unnamed => None,
        }
    }
}

impl Table<Input<'_>> {
    /// Whether the next row can be read without waiting, unless a cell of it goes on over lines.
    pub fn has_line(&self) -> bool {
        !self.lines.given_back.is_empty() || self.lines.input.has_line()
    }
}

impl<R: BufRead> Table<R> {
    /// Begins a job file: finds out what it is, and reads the header.
    pub fn open(input: R) -> Result<Table<R>, Unreadable> {
        let mut lines = Lines::new(input)?;
        if lines.utf16 {
            return Err(header_fault(
                "the job file is UTF-16",
                "save it as CSV with the encoding UTF-8",
            ));
        }
        let Some(first) = lines.peek_words()? else {
            return Err(header_fault(
                "the job file is empty",
                "begin with a header such as `handout`",
            ));
        };
        let form = match first.chars().next() {
            Some('{') => Form::JsonLines,
            Some('[') => {
                return Err(header_fault(
                    "the job file is one JSON list",
                    "write one JSON object a line, without commas between them",
                ));
            }
            _ => {
                let (separator, columns) = header(&mut lines)?;
                let mut data_names: Vec<String> = columns.iter().filter_map(Column::data).collect();
                data_names.sort();
                Form::Csv {
                    separator,
                    columns: columns.into(),
                    data_names: data_names.into(),
                }
            }
        };
        Ok(Table {
            lines,
            form,
            rows: 0,
        })
    }

    /// The names of the columns that are data, sorted; `None` where each row says for itself.
    pub fn data_names(&self) -> Option<Arc<[String]>> {
        match &self.form {
            Form::Csv { data_names, .. } => Some(Arc::clone(data_names)),
            Form::JsonLines => None,
        }
    }

    /// What was found about the file as a whole since this was asked last.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.lines.findings)
    }

    /// The next row; `None` at the end. A blank line is no row.
    pub fn next_row(&mut self) -> io::Result<Option<Row>> {
        let first = loop {
            let Some(line) = self.lines.next()? else {
                return Ok(None);
            };
            if !self.is_blank(&line) {
                break line;
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
        let mut fields = match &self.form {
            Form::JsonLines => first
                .text
                .map_err(|fault| vec![fault])
                .and_then(|text| json_fields(&text)),
            Form::Csv {
                separator,
                columns,
                data_names,
            } => {
                let Record { cells, later, end } = record(&mut self.lines, first, *separator)?;
                origin.end = end;
                origin.later = later
                    .into_iter()
                    .filter_map(|(cell, line)| Some((columns.get(cell)?.name()?.to_owned(), line)))
                    .collect();
                match cells {
                    Ok(cells) => csv_fields(cells, columns, data_names),
                    Err((fault, cell)) => {
                        let column = cell.and_then(|cell| columns.get(cell)?.name());
                        Err(vec![
                            column.map_or(fault.clone(), |column| fault.in_column(column)),
                        ])
                    }
                }
            }
        };
        if let Err(findings) = &mut fields {
            origin.place(findings);
        }
        Ok(Some(Row { origin, fields }))
    }

    /// Whether a line has nothing in it; spreadsheets leave lines of separators at the end.
    fn is_blank(&self, line: &Line) -> bool {
        let Ok(text) = &line.text else { return false };
        match self.form {
            Form::Csv { separator, .. } => text
                .chars()
                .all(|character| character == separator || character.is_whitespace()),
            Form::JsonLines => text.trim().is_empty(),
        }
    }
}

fn header_fault(message: &str, help: &str) -> Unreadable {
    Unreadable::Findings(vec![Finding::error("invalid-header", message).help(help)])
}

fn fault(message: impl Into<String>) -> Finding {
    Finding::error("invalid-row", message)
}

/// Reads the header of a CSV file: its separator, and what its columns are.
fn header<R: BufRead>(lines: &mut Lines<R>) -> Result<(char, Vec<Column>), Unreadable> {
    let mut declared = None;
    let first = loop {
        let Some(line) = lines.next()? else {
            return Err(header_fault(
                "the job file has no header",
                "begin with a header such as `handout`",
            ));
        };
        match line.text.as_deref().map(str::trim) {
            Ok("") => {}
            // How spreadsheets are told of a separator.
            Ok(text) if declared.is_none() && text.len() == 5 && text.starts_with("sep=") => {
                declared = text.chars().last();
            }
            _ => break line,
        }
    };
    let in_line = |finding: Finding| Unreadable::Findings(vec![finding.in_line(first.number)]);
    let text = first.text.clone().map_err(in_line)?;
    if text.trim_end_matches(['\r', '\n']).contains('\r') {
        return Err(header_fault(
            "lines end in carriage returns only, as in old Macintosh files",
            "save it as CSV with the encoding UTF-8",
        ));
    }
    let separator = declared.unwrap_or_else(|| guess_separator(&text));
    let line = first.number;
    let in_line = |finding: Finding| finding.in_line(line);
    match record(lines, first, separator)?.cells {
        Ok(cells) => match columns(&cells) {
            Ok(columns) => Ok((separator, columns)),
            Err(findings) => Err(Unreadable::Findings(
                findings.into_iter().map(in_line).collect(),
            )),
        },
        Err((finding, _)) => {
            let id = if finding.id == "invalid-row" {
                "invalid-header"
            } else {
                finding.id
            };
            Err(Unreadable::Findings(vec![in_line(Finding {
                id,
                ..finding
            })]))
        }
    }
}

/// The separator that the header has most of, outside of quotation marks; a comma if it has none.
fn guess_separator(header: &str) -> char {
    let mut quoted = false;
    let mut counts = [(',', 0), (';', 0), ('\t', 0)];
    for character in header.chars() {
        if character == '"' {
            quoted = !quoted;
        } else if !quoted
            && let Some((_, count)) = counts.iter_mut().find(|(other, _)| *other == character)
        {
            *count += 1;
        }
    }
    // The first of the most frequent.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| count)
        .map_or(',', |(separator, _)| *separator)
}

/// What the columns are, by their names.
fn columns(names: &[String]) -> Result<Vec<Column>, Vec<Finding>> {
    let header_fault = |message: String| Finding::error("invalid-header", message);
    if names.len() > MAX_COLUMNS {
        let message = format!(
            "there are {} columns, and at most {MAX_COLUMNS} are read",
            names.len()
        );
        return Err(vec![
            Finding::error("too-large", message).help("is this a job file?"),
        ]);
    }
    let mut findings = Vec::new();
    let mut columns = Vec::new();
    let mut names_so_far: Vec<&str> = Vec::new();
    let mut shape = JobData::new();
    for (index, name) in names.iter().enumerate() {
        let name = name.trim();
        let place = index + 1;
        if let Some(other) = names_so_far
            .iter()
            .position(|other| *other == name && !name.is_empty())
        {
            findings.push(
                header_fault(format!(
                    "columns {} and {place} have the same name",
                    other + 1
                ))
                .help("give each column a name of its own"),
            );
        }
        names_so_far.push(name);
        columns.push(if name.is_empty() {
            Column::Unnamed
        } else if let Some(reserved) = RESERVED.iter().position(|reserved| *reserved == name) {
            Column::Reserved(reserved)
        } else {
            if !findings.is_empty() {
                continue;
            }
            if let Err(problem) = nest(&mut shape, name, Value::Null) {
                findings.push(header_fault(format!("the name of column {place} {problem}")).help(
                    "dots make nesting: `patient.first_name` and `patient.last_name`, but then no `patient`",
                ));
            }
            Column::Data(name.to_owned())
        });
    }
    if findings.is_empty() && !columns.contains(&Column::Reserved(0)) {
        let finding = header_fault("no column is called `handout`".to_owned());
        let near = names_so_far
            .iter()
            .find(|name| name.to_lowercase().trim_end_matches('s') == "handout");
        findings.push(match near {
            Some(near) => finding.help(format!("did you mean the column `{near}`?")),
            None => finding.help(
                "the first line names the columns, and the column `handout` says which handout a row gets",
            ),
        });
    }
    if findings.is_empty() {
        Ok(columns)
    } else {
        Err(findings)
    }
}

/// A CSV row, taken apart.
struct Record {
    /// Its cells; or what is wrong, and with which of them if it is one.
    cells: Result<Vec<String>, (Finding, Option<usize>)>,
    /// Cells that begin on later lines than the row, and these lines.
    later: Vec<(usize, u64)>,
    /// Bytes of the file up to its end.
    end: u64,
}

/// The row that begins with this line. Where it is at fault, all of its lines but the first are given
/// back.
fn record<R: BufRead>(lines: &mut Lines<R>, first: Line, separator: char) -> io::Result<Record> {
    let mut later = Vec::new();
    let mut cells = Cells::new(separator);
    let mut length = 0;
    let mut line = first;
    let mut more: Vec<Line> = Vec::new();
    let problem = loop {
        let open = cells.cells.len();
        let step = match &line.text {
            Ok(text) => {
                length += text.len();
                if length > MAX_ROW_BYTES {
                    Err((open_quotation_mark(), Some(open)))
                } else {
                    cells
                        .take(text)
                        .map_err(|finding| (finding, Some(cells.cells.len())))
                }
            }
            Err(finding) => Err((finding.clone(), None)),
        };
        if !more.is_empty() {
            later.extend((open + 1..=cells.cells.len()).map(|cell| (cell, line.number)));
        }
        match step {
            Ok(Progress::Complete) => {
                return Ok(Record {
                    cells: Ok(cells.cells),
                    later,
                    end: line.end,
                });
            }
            Ok(Progress::QuotationMarkOpen) => match lines.next()? {
                Some(next) => more.push(std::mem::replace(&mut line, next)),
                None => break (open_quotation_mark(), Some(cells.cells.len())),
            },
            Err(problem) => break problem,
        }
    };
    more.push(line);
    let end = more[0].end;
    lines.give_back(more.drain(1..));
    Ok(Record {
        cells: Err(problem),
        later,
        end,
    })
}

fn open_quotation_mark() -> Finding {
    fault("a quotation mark is not closed")
        .help("a cell that begins with `\"` ends with `\"`, and within it a quotation mark is written `\"\"`")
}

/// How far the cells of a row have come.
enum Progress {
    Complete,
    QuotationMarkOpen,
}

/// The cells of a CSV row (RFC 4180), fed line by line.
struct Cells {
    separator: char,
    cells: Vec<String>,
    cell: String,
    quoted: bool,
}

impl Cells {
    fn new(separator: char) -> Cells {
        Cells {
            separator,
            cells: Vec::new(),
            cell: String::new(),
            quoted: false,
        }
    }

    /// Takes a line with its end.
    fn take(&mut self, line: &str) -> Result<Progress, Finding> {
        let mut rest = line;
        loop {
            if !self.quoted {
                // Some exports set a space before the mark.
                if let Some(after) = rest.trim_start_matches(' ').strip_prefix('"') {
                    self.quoted = true;
                    rest = after;
                } else {
                    let end = rest.find([self.separator, '\n']).unwrap_or(rest.len());
                    self.cell
                        .push_str(rest[..end].strip_suffix('\r').unwrap_or(&rest[..end]));
                    self.finish_cell()?;
                    if !rest[end..].starts_with(self.separator) {
                        return Ok(Progress::Complete);
                    }
                    rest = &rest[end + self.separator.len_utf8()..];
                    continue;
                }
            }
            let Some(mark) = rest.find('"') else {
                self.cell.push_str(rest);
                return Ok(Progress::QuotationMarkOpen);
            };
            self.cell.push_str(&rest[..mark]);
            rest = &rest[mark + 1..];
            if let Some(after) = rest.strip_prefix('"') {
                self.cell.push('"');
                rest = after;
                continue;
            }
            self.quoted = false;
            let after = rest.trim_start_matches(' ');
            if let Some(next) = after.strip_prefix(self.separator) {
                self.finish_cell()?;
                rest = next;
            } else if after
                .trim_start_matches('\r')
                .trim_start_matches('\n')
                .is_empty()
            {
                self.finish_cell()?;
                return Ok(Progress::Complete);
            } else {
                return Err(fault("there is text after a closing quotation mark").help(
                    "within quotation marks a quotation mark is written `\"\"`; is one missing further up?",
                ));
            }
        }
    }

    fn finish_cell(&mut self) -> Result<(), Finding> {
        let cell = std::mem::take(&mut self.cell);
        self.cells.push(cell.trim().replace("\r\n", "\n"));
        if self.cells.len() > MAX_COLUMNS {
            return Err(Finding::error(
                "too-large",
                format!("the row has more than {MAX_COLUMNS} cells"),
            ));
        }
        Ok(())
    }
}

/// The cells of a row under their columns.
fn csv_fields(
    mut cells: Vec<String>,
    columns: &[Column],
    data_names: &Arc<[String]>,
) -> Result<Fields, Vec<Finding>> {
    while cells.len() > columns.len() && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    if cells.len() != columns.len() {
        let message = format!(
            "the row has {} cells, and the header {}",
            cells.len(),
            columns.len()
        );
        return Err(vec![fault(message).help(
            "every row has as many cells as the header; a cell with a separator in it stands in quotation marks",
        )]);
    }
    let mut fields = Fields {
        data_names: Arc::clone(data_names),
        ..Fields::default()
    };
    let mut findings = Vec::new();
    for (index, (cell, column)) in cells.into_iter().zip(columns).enumerate() {
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
                fault(format!(
                    "cell {} is not empty, and its column has no name",
                    index + 1
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

/// A row of JSON Lines.
fn json_fields(line: &str) -> Result<Fields, Vec<Finding>> {
    let object: OrderedMap<PlainValue> = serde_json::from_str(line).map_err(|error| {
        // What the parser says may quote the value that it stumbled over.
        let help = "a line is one JSON object, as in {\"handout\": \"sleep\", \"patient\": {\"first_name\": \"Ada\"}}, and no name stands in it twice";
        vec![fault(format!("this is not a JSON object (byte {})", error.column())).help(help)]
    })?;
    let mut fields = Fields::default();
    let mut findings = Vec::new();
    if object.0.len() > MAX_COLUMNS {
        let message = format!("the row has more than {MAX_COLUMNS} names");
        return Err(vec![Finding::error("too-large", message)]);
    }
    for (name, value) in object.0 {
        let value = Value::from(value);
        check_json(&value, &name, &mut findings);
        match RESERVED.iter().position(|reserved| *reserved == name) {
            Some(reserved) => fields.reserved[reserved] = value,
            None => nest_object(&mut fields.data, &name, value)
                .map_err(|problem| vec![fault(format!("the name of a value {problem}"))])?,
        }
    }
    let mut data_names = Vec::new();
    resolve::data_names(&fields.data, "", &mut data_names);
    data_names.sort();
    fields.data_names = data_names.into();
    if findings.is_empty() {
        Ok(fields)
    } else {
        Err(findings)
    }
}

/// Puts a value under a dotted name; objects join those that are there.
fn nest_object(
    data: &mut Map<String, Value>,
    name: &str,
    value: Value,
) -> Result<(), &'static str> {
    match value {
        Value::Object(inner) if !inner.is_empty() => inner
            .into_iter()
            .try_for_each(|(key, value)| nest_object(data, &format!("{name}.{key}"), value)),
        value => nest(data, name, value),
    }
}

fn check_json(value: &Value, name: &str, findings: &mut Vec<Finding>) {
    match value {
        Value::String(text) => check_value(text, Some(name), findings),
        Value::Array(items) => items
            .iter()
            .for_each(|item| check_json(item, name, findings)),
        Value::Object(map) => {
            map.iter()
                .for_each(|(key, item)| check_json(item, &format!("{name}.{key}"), findings));
        }
        _ => {}
    }
}

fn check_value(value: &str, column: Option<&str>, findings: &mut Vec<Finding>) {
    let mut find = |finding: Finding| {
        findings.push(match column {
            Some(column) => finding.in_column(column),
            None => finding,
        });
    };
    if value.len() > MAX_CELL_BYTES {
        let limit = MAX_CELL_BYTES / 1024;
        find(
            Finding::error("too-large", format!("the value is longer than {limit} KB"))
                .help("is a quotation mark missing further up?"),
        );
    }
    if let Some(control) = value
        .chars()
        .find(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
    {
        find(
            fault(format!(
                "the value has a control character (U+{:04X})",
                u32::from(control)
            ))
            .help("export the file again, as CSV with the encoding UTF-8"),
        );
    }
}

/// A physical line.
#[derive(Debug)]
struct Line {
    number: u64,
    /// Bytes of the file up to its end.
    end: u64,
    /// Its text with its end.
    text: Result<String, Finding>,
}

/// The lines of a file, decoded.
struct Lines<R> {
    input: R,
    number: u64,
    read: u64,
    given_back: VecDeque<Line>,
    encoding: Encoding,
    utf16: bool,
    findings: Vec<Finding>,
}

/// What a file has proven to be.
#[derive(Clone, Copy, PartialEq)]
enum Encoding {
    /// ASCII so far.
    Unknown,
    Utf8,
    Windows1252,
}

impl<R: BufRead> Lines<R> {
    fn new(mut input: R) -> io::Result<Lines<R>> {
        let mut encoding = Encoding::Unknown;
        let mut read = 0;
        let start = input.fill_buf()?;
        let utf16 = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff");
        if start.starts_with("\u{feff}".as_bytes()) {
            encoding = Encoding::Utf8;
            read = 3;
            input.consume(3);
        }
        Ok(Lines {
            input,
            number: 0,
            read,
            given_back: VecDeque::new(),
            encoding,
            utf16,
            findings: Vec::new(),
        })
    }

    /// The first line that is not blank, without its blanks; it is still to come.
    fn peek_words(&mut self) -> io::Result<Option<String>> {
        let mut lines = Vec::new();
        let words = loop {
            let Some(line) = self.next()? else { break None };
            let words = line
                .text
                .as_ref()
                .map_or("?", |text| text.trim())
                .to_owned();
            // Blank lines are not kept: there may be very many of them.
            if !words.is_empty() {
                lines.push(line);
                break Some(words);
            }
        };
        self.give_back(lines.into_iter());
        Ok(words)
    }

    fn give_back(&mut self, lines: impl DoubleEndedIterator<Item = Line>) {
        for line in lines.rev() {
            self.given_back.push_front(line);
        }
    }

    fn next(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.given_back.pop_front() {
            return Ok(Some(line));
        }
        let mut bytes = Vec::new();
        let mut length = 0u64;
        loop {
            let available = match self.input.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                break;
            }
            let newline = available.iter().position(|byte| *byte == b'\n');
            let taken = newline.map_or(available.len(), |newline| newline + 1);
            if bytes.len() + taken <= MAX_ROW_BYTES + 2 {
                bytes.extend_from_slice(&available[..taken]);
            } else {
                // Read on to the end of the line, but keep no more of it.
                bytes.resize(MAX_ROW_BYTES + 3, b' ');
            }
            length += taken as u64;
            self.input.consume(taken);
            if newline.is_some() {
                break;
            }
        }
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.read += length;
        let text = if bytes.len() > MAX_ROW_BYTES + 2 {
            let limit = MAX_ROW_BYTES / (1024 * 1024);
            Err(
                Finding::error("too-large", format!("the row is longer than {limit} MB"))
                    .help("is this a job file?"),
            )
        } else {
            self.decode(bytes)
        };
        Ok(Some(Line {
            number: self.number,
            end: self.read,
            text,
        }))
    }

    /// Text of a line. A file is UTF-8 until a line of it cannot be; one that has been both is neither,
    /// and a guess would print a wrong name.
    fn decode(&mut self, bytes: Vec<u8>) -> Result<String, Finding> {
        let mixed = |what: &str| {
            fault(format!("the row is {what}, and rows before it are not"))
                .help("export the file again, as CSV with the encoding UTF-8")
        };
        if bytes.is_ascii() {
            return String::from_utf8(bytes).map_err(|_| mixed("not ASCII"));
        }
        match (String::from_utf8(bytes), self.encoding) {
            (Ok(_), Encoding::Windows1252) => Err(mixed("UTF-8")),
            (Ok(text), _) => {
                self.encoding = Encoding::Utf8;
                Ok(text)
            }
            (Err(_), Encoding::Utf8) => Err(mixed("not UTF-8")),
            (Err(error), known) => {
                if known == Encoding::Unknown {
                    self.encoding = Encoding::Windows1252;
                    self.findings.push(
                        Finding::warning(
                            "legacy-encoding",
                            "the job file is not UTF-8: it is read as Windows-1252",
                        )
                        .in_line(self.number)
                        .help("look at a name with an accent, or export the file as CSV with the encoding UTF-8"),
                    );
                }
                Ok(WINDOWS_1252
                    .decode_without_bom_handling(error.as_bytes())
                    .0
                    .into_owned())
            }
        }
    }
}
