//! Columns of a job file: reserved names, and dotted names that nest.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::cells::Cell;
use crate::batch::list_plan::ColumnRole;
use crate::batch::workbook::column_letters;
use crate::finding::Finding;
use crate::source::MAX_NAME_PARTS;

/// Columns that the program reads itself. All others are data for the text.
pub(crate) const RESERVED: [&str; 9] = [
    "handout", "clinic", "language", "paper", "edition", "format", "copies", "name", "cover",
];
/// Other words for reserved names, in small letters without blanks and signs.
const SYNONYMS: [(&str, &str); 7] = [
    ("lang", "language"),
    ("languagecode", "language"),
    ("papersize", "paper"),
    ("pagesize", "paper"),
    ("numberofcopies", "copies"),
    ("copycount", "copies"),
    ("filename", "name"),
];
/// Maximum number of columns of a file, and of names in a JSON row.
pub(super) const MAX_COLUMNS: usize = 1000;

/// Returns the reserved name that a name almost is, all but capitals, blanks and one letter, or that it is another
/// word for. `None` for a
/// reserved name itself.
pub(in crate::batch) fn nearly_reserved(name: &str) -> Option<&'static str> {
    if RESERVED.contains(&name) || name.len() > 100 {
        return None;
    }
    let folded: String = name
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && !is_never_seen(*c))
        .collect();
    // Comparing is slow, so skip names that differ in more than one letter by their lengths.
    let length = folded.chars().count();
    let is_near = |reserved: &&str| {
        length.abs_diff(reserved.len()) <= 1 && strsim::osa_distance(&folded, reserved) <= 1
    };
    let exact = RESERVED.into_iter().find(|reserved| *reserved == folded);
    let letters = folded.replace(['_', '-', '.'], "");
    let synonym = || SYNONYMS.into_iter().find(|(other, _)| *other == letters);
    exact
        .or_else(|| RESERVED.into_iter().find(is_near))
        .or_else(|| synonym().map(|(_, reserved)| reserved))
}

/// Whether a character has no width. Word processors and web pages leave such characters in copied text.
fn is_never_seen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

/// Columns of CSV or of a sheet.
#[derive(Debug)]
pub(super) struct Columns {
    /// Line of the header.
    pub(super) line: u64,
    pub(super) line_unit: LineUnit,
    pub(super) columns: Vec<Column>,
    /// Dotted names of the data columns, sorted.
    pub(super) data_names: Arc<[String]>,
    /// Headings as they are written.
    pub(super) headings: Vec<String>,
}

/// Unit of the line numbers of a job file.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::batch) enum LineUnit {
    #[default]
    Line,
    /// Row of a sheet, which counts title and header.
    SheetRow,
}

impl LineUnit {
    /// Adds a line to a finding, unless it has one.
    pub(in crate::batch) fn locate(self, mut finding: Finding, line: u64) -> Finding {
        let job = finding.job.get_or_insert_default();
        match self {
            LineUnit::Line => job.line.get_or_insert(line),
            LineUnit::SheetRow => job.sheet_row.get_or_insert(line),
        };
        finding
    }

    /// Words for a line, as in `line 3`.
    pub(super) fn named(self, line: u64) -> String {
        match self {
            LineUnit::Line => format!("line {line}"),
            LineUnit::SheetRow => format!("row {line} of the sheet"),
        }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Column {
    /// Index into [`RESERVED`].
    Reserved(usize),
    /// Dotted name.
    Data(String),
    /// Spreadsheets leave unnamed columns at the right. Their cells must be empty.
    Unnamed,
    /// A column of a list that has no role. Its cells are not read.
    Ignored,
}

impl Column {
    pub(super) fn role(&self) -> ColumnRole {
        match self {
            Column::Reserved(index) => ColumnRole::Reserved(RESERVED[*index]),
            Column::Data(name) => ColumnRole::Data(name.clone()),
            Column::Unnamed | Column::Ignored => ColumnRole::Ignored,
        }
    }

    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Column::Reserved(index) => Some(RESERVED[*index]),
            Column::Data(name) => Some(name),
            Column::Unnamed | Column::Ignored => None,
        }
    }
}

impl Columns {
    pub(super) fn new(
        columns: Vec<Column>,
        headings: &[Cell],
        line: u64,
        line_unit: LineUnit,
    ) -> Columns {
        let data_name = |column: &Column| match column {
            Column::Data(name) => Some(name.clone()),
            Column::Reserved(_) | Column::Unnamed | Column::Ignored => None,
        };
        let mut data_names: Vec<String> = columns.iter().filter_map(data_name).collect();
        data_names.sort();
        Columns {
            line,
            line_unit,
            columns,
            data_names: data_names.into(),
            headings: headings.iter().map(|cell| cell.text.clone()).collect(),
        }
    }

    /// Whether there is a column of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Index of the column of this name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.name() == Some(name))
    }

    /// Name of the cell with this number, from 1. Sheets have letters for it.
    pub(super) fn cell_name(&self, number: usize) -> String {
        match self.line_unit {
            LineUnit::Line => number.to_string(),
            LineUnit::SheetRow => format!("in column {}", column_letters(number - 1)),
        }
    }

    /// Name of the column at `index`; `None` if there is no such column or it is unnamed.
    pub(super) fn name(&self, index: usize) -> Option<&str> {
        self.columns.get(index)?.name()
    }
}

/// Inserts a value under a dotted name such as `patient.first_name`.
///
/// `Err` completes the sentence "the name …".
pub(in crate::batch) fn nest(
    data: &mut Map<String, Value>,
    name: &str,
    value: Value,
) -> Result<(), &'static str> {
    let parts: Vec<&str> = name.split('.').collect();
    if parts.iter().any(|part| part.trim().is_empty()) {
        return Err("lacks a part before or after a dot");
    }
    if parts.len() > MAX_NAME_PARTS {
        return Err("is nested too deep");
    }
    let (last, groups) = parts.split_last().expect("`split` returns a part");
    let mut map = data;
    for group in groups {
        map = map
            .entry(*group)
            .or_insert_with(|| Value::Object(Map::new()))
            .as_object_mut()
            .ok_or("is used for a value and for a group of values")?;
    }
    if map.contains_key(*last) {
        return Err("is used for a value and for a group of values, or twice");
    }
    map.insert((*last).to_owned(), value);
    Ok(())
}

/// Inserts a value under a dotted name. An object merges with the one that is there.
pub(crate) fn nest_object(
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
