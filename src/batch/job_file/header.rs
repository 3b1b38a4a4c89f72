//! Header of a CSV file: its separator and its columns.

use std::io::{self, BufRead};

use serde_json::Value;

use super::cells::Cell;
use super::columns::{Column, Columns, LineUnit, MAX_COLUMNS, RESERVED, nearly_reserved, nest};
use super::csv::{Dialect, RowError, read_record};
use super::lines::{Line, Lines};
use crate::batch::error::Error;
use crate::batch::list_plan::{ColumnRole, ListPlan};
use crate::finding::Finding;
use crate::resolve::JobData;

/// An error about the header.
pub(super) fn invalid_header(message: impl Into<String>) -> Finding {
    Finding::error("invalid-header", message)
}

/// Maximum number of lines, or rows of a sheet, before the header.
pub(super) const MAX_TITLE_LINES: usize = 20;

/// Reads the header. Returns the dialect and the columns.
pub(super) fn read<R: BufRead>(
    lines: &mut Lines<R>,
    plan: Option<&ListPlan>,
) -> Result<(Dialect, Columns), Error> {
    let mut declared = None;
    let first = loop {
        let Some(line) = lines.next().map_err(Error::Jobs)? else {
            return Err(invalid_header("the job file has no header")
                .help("begin with a header such as `handout`")
                .into());
        };
        match line.text.as_deref().map(str::trim) {
            Ok("") => {}
            // Excel's way to declare the separator.
            Ok(text) if declared.is_none() && text.len() == 5 && text.starts_with("sep=") => {
                declared = text.bytes().last();
            }
            _ => break line,
        }
    };
    let first = skip_title(lines, first, plan).map_err(Error::Jobs)?;
    let number = first.number;
    let text = first
        .text
        .clone()
        .map_err(|finding| finding.in_line(number))?;
    if text.trim_end_matches(['\r', '\n']).contains('\r') {
        return Err(invalid_header(
            "lines end in carriage returns only, as in old Macintosh files",
        )
        .help("save it as CSV with the encoding UTF-8")
        .into());
    }
    let mut dialect = Dialect::new(declared.unwrap_or_else(|| guess_separator(&text)));
    let record = read_record(lines, first, &mut dialect).map_err(Error::Jobs)?;
    let columns = match record.error {
        None => columns(&record.cells, plan),
        Some(RowError::Line(finding) | RowError::Cell(finding, _)) => Err(vec![Finding {
            id: match finding.id {
                "invalid-row" => "invalid-header",
                id => id,
            },
            ..finding
        }]),
    };
    match columns {
        Ok(columns) => {
            let columns = Columns::new(columns, &record.cells, number, LineUnit::Line);
            Ok((dialect, columns))
        }
        Err(findings) => Err(Error::Header(
            findings
                .into_iter()
                .map(|finding| finding.in_line(number))
                .collect(),
        )),
    }
}

/// Returns the line of the header: `first`, or a later line with the column `handout`. Reports the lines
/// above it.
fn skip_title<R: BufRead>(
    lines: &mut Lines<R>,
    first: Line,
    plan: Option<&ListPlan>,
) -> io::Result<Line> {
    let text_of = |line: &Line| line.text.clone().unwrap_or_default();
    let mut search = HeaderSearch::default();
    let mut header = search.add(likeness(&text_of(&first), plan), cells_of(&text_of(&first)));
    let mut seen = vec![first];
    while header.is_none() && seen.len() <= MAX_TITLE_LINES {
        // A cell of several lines is no title.
        if text_of(&seen[seen.len() - 1]).matches('"').count() % 2 == 1 {
            break;
        }
        let Some(line) = lines.next()? else { break };
        header = search.add(likeness(&text_of(&line), plan), cells_of(&text_of(&line)));
        seen.push(line);
    }
    let header = header.unwrap_or_else(|| search.likeliest(plan));
    let above: Vec<u64> = seen[..header]
        .iter()
        .filter(|line| !is_separators(&text_of(line)))
        .map(|line| line.number)
        .collect();
    let mut rest = seen.split_off(header).into_iter();
    let line = rest.next().expect("the header is among the lines");
    lines.give_back(rest);
    lines.findings.extend(title_finding(&above, LineUnit::Line));
    Ok(line)
}

/// Reports the lines above the header.
pub(super) fn title_finding(above: &[u64], unit: LineUnit) -> Option<Finding> {
    let (last, others) = above.split_last()?;
    let shown = |line: &u64| match unit {
        LineUnit::Line => line.to_string(),
        LineUnit::SheetRow => format!("{line} of the sheet"),
    };
    let noun = match unit {
        LineUnit::Line => "line",
        LineUnit::SheetRow => "row",
    };
    let message = if others.is_empty() {
        format!(
            "{noun} {} is above the header, and is left out",
            shown(last)
        )
    } else {
        let others: Vec<String> = others.iter().map(u64::to_string).collect();
        format!(
            "{noun}s {} and {} are above the header, and are left out",
            others.join(", "),
            shown(last)
        )
    };
    let help = "the header is the first row with the column `handout`";
    Some(Finding::warning("skipped-rows", message).help(help))
}

fn is_separators(line: &str) -> bool {
    line.chars()
        .all(|c| matches!(c, ',' | ';' | '"') || c.is_whitespace())
}

/// Likeness of a row to a header.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Likeness {
    /// It has the column `handout`.
    Same,
    /// It has a column of nearly that name, such as `Handout`.
    Near,
}

/// Finds the header among the first rows: the first row with the column `handout`, else the first one that is near,
/// else the first one with the most cells. Titles above a header have fewer cells.
#[derive(Default)]
pub(super) struct HeaderSearch {
    rows: usize,
    near: Option<usize>,
    /// Index and number of cells of the first row with the most cells.
    widest: (usize, usize),
}

impl HeaderSearch {
    /// Adds a row with its number of filled cells. Returns its index if it is the header.
    pub(super) fn add(&mut self, likeness: Option<Likeness>, cells: usize) -> Option<usize> {
        let index = self.rows;
        self.rows += 1;
        if cells > self.widest.1 {
            self.widest = (index, cells);
        }
        match likeness {
            Some(Likeness::Same) => return Some(index),
            Some(Likeness::Near) => self.near = self.near.or(Some(index)),
            None => {}
        }
        None
    }

    /// Returns the index of the likeliest row, if no row is certainly the header. With a plan, no row is skipped for
    /// its number of cells.
    pub(super) fn likeliest(&self, plan: Option<&ListPlan>) -> usize {
        let by_width = match plan {
            Some(_) => 0,
            None => self.widest.0,
        };
        self.near.unwrap_or(by_width)
    }
}

/// Compares the cells of a row with the name `handout`, or with the headings that a list may have.
pub(super) fn likeness_of<'a>(
    cells: impl Iterator<Item = &'a str>,
    plan: Option<&ListPlan>,
) -> Option<Likeness> {
    if let Some(plan) = plan {
        return match plan.knows(cells) {
            (_, true) => Some(Likeness::Same),
            (true, false) => Some(Likeness::Near),
            (false, false) => None,
        };
    }
    let mut found = None;
    for cell in cells {
        if cell == RESERVED[0] {
            return Some(Likeness::Same);
        }
        if nearly_reserved(cell) == Some(RESERVED[0]) {
            found = Some(Likeness::Near);
        }
    }
    found
}

fn likeness(line: &str, plan: Option<&ListPlan>) -> Option<Likeness> {
    let cells = line.split([',', ';', '\t']);
    likeness_of(cells.map(|cell| cell.trim().trim_matches('"').trim()), plan)
}

/// Returns the number of filled cells of a line, with the separator that gives the most cells.
fn cells_of(line: &str) -> usize {
    // A separator in quotation marks divides nothing.
    let quoted = line.split('"').enumerate();
    let plain: String = quoted
        .map(
            |(index, part)| match index % 2 == 1 && !part.trim().is_empty() {
                true => "x",
                false => part,
            },
        )
        .collect();
    let filled = |separator: char| {
        let cells = plain.split(separator);
        cells.filter(|cell| !cell.trim().is_empty()).count()
    };
    [',', ';', '\t'].map(filled).into_iter().max().unwrap_or(0)
}

/// Returns the most frequent separator outside of quotation marks; a comma if there is none.
fn guess_separator(header: &str) -> u8 {
    let unquoted: String = header.split('"').step_by(2).collect();
    // `max_by_key` returns the last maximum.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|separator| unquoted.matches(char::from(*separator)).count())
        .unwrap_or(b',')
}

/// Reads the names of columns.
///
/// Findings quote a name only if there is a column `handout`. Without a header, the first line is a
/// patient.
pub(super) fn columns(
    names: &[Cell],
    plan: Option<&ListPlan>,
) -> Result<Vec<Column>, Vec<Finding>> {
    if names.len() > MAX_COLUMNS {
        let message = format!(
            "there are {} columns, and at most {MAX_COLUMNS} are read",
            names.len()
        );
        return Err(vec![
            Finding::error("too-large", message).help("is this a job file?"),
        ]);
    }
    if let Some(plan) = plan {
        return Ok(columns_of_list(names, plan));
    }
    let mut findings = Vec::new();
    let mut columns = Vec::new();
    let mut names_so_far: Vec<&str> = Vec::new();
    let mut shape = JobData::new();
    for (index, name) in names.iter().enumerate() {
        let name = name.text.as_str();
        let number = index + 1;
        if let Some(other) = names_so_far
            .iter()
            .position(|other| *other == name && !name.is_empty())
        {
            findings.push(
                invalid_header(format!(
                    "columns {} and {number} have the same name",
                    other + 1
                ))
                .help("give each column a different name"),
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
            if name.contains(['\n', '\r']) {
                let message = format!("the name of column {number} has a line break");
                let help = "write the name on one line, as in `patient.first_name`";
                findings.push(invalid_header(message).help(help));
            } else if let Err(problem) = nest(&mut shape, name, Value::Null) {
                findings.push(invalid_header(format!("the name of column {number} {problem}")).help(
                    "dots make nesting: `patient.first_name` and `patient.last_name`, but then no `patient`",
                ));
            }
            Column::Data(name.to_owned())
        });
    }
    if findings.is_empty() && !columns.contains(&Column::Reserved(0)) {
        let finding = invalid_header("no column is called `handout`");
        let near = names_so_far
            .iter()
            .find(|name| nearly_reserved(name) == Some(RESERVED[0]));
        findings.push(match near {
            Some(near) => finding.help(format!("did you mean the column `{near}`? Rename it to `handout`")),
            None if names_so_far.iter().any(|name| name.contains('\0')) => {
                finding.help("the file may be UTF-32: export it as CSV with the encoding UTF-8")
            }
            None if names_so_far.len() == 1 && names_so_far[0].contains('|') => finding
                .help("its columns are divided by `|`: export it with commas between them"),
            None => finding.help(
                "the header names the columns, and its column `handout` says which handout a row gets",
            ),
        });
    }
    if findings.is_empty() {
        Ok(columns)
    } else {
        Err(findings)
    }
}

/// Returns the columns of a list from the desk. A person may have set what each column means.
fn columns_of_list(headings: &[Cell], plan: &ListPlan) -> Vec<Column> {
    let headings: Vec<&str> = headings.iter().map(|cell| cell.text.as_str()).collect();
    let roles = plan.roles(&headings);
    let columns = roles.into_iter().map(|role| match role {
        ColumnRole::Reserved(name) => RESERVED
            .iter()
            .position(|reserved| *reserved == name)
            .map_or(Column::Ignored, Column::Reserved),
        ColumnRole::Data(name) => Column::Data(name),
        ColumnRole::Ignored => Column::Ignored,
    });
    columns.collect()
}
