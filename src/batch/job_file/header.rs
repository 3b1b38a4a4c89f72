//! Header of a CSV file: its separator and its columns.

use std::io::BufRead;

use serde_json::Value;

use super::columns::{Column, Columns, MAX_COLUMNS, RESERVED, nearly_reserved, nest};
use super::csv::{Cell, Dialect, RowError, read_record};
use super::lines::Lines;
use crate::batch::error::Error;
use crate::finding::Finding;
use crate::resolve::JobData;

/// An error about the header.
pub(super) fn invalid_header(message: impl Into<String>) -> Finding {
    Finding::error("invalid-header", message)
}

/// Reads the header. Returns the dialect and the columns.
pub(super) fn read<R: BufRead>(lines: &mut Lines<R>) -> Result<(Dialect, Columns), Error> {
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
        None => columns(&record.cells),
        Some(RowError::Line(finding) | RowError::Cell(finding, _)) => Err(vec![Finding {
            id: match finding.id {
                "invalid-row" => "invalid-header",
                id => id,
            },
            ..finding
        }]),
    };
    match columns {
        Ok(columns) => Ok((dialect, Columns::new(columns, number))),
        Err(findings) => Err(Error::Header(
            findings
                .into_iter()
                .map(|finding| finding.in_line(number))
                .collect(),
        )),
    }
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
fn columns(names: &[Cell]) -> Result<Vec<Column>, Vec<Finding>> {
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
            if let Err(problem) = nest(&mut shape, name, Value::Null) {
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
