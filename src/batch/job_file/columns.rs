//! Columns of a job file: reserved names, and dotted names that nest.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::source::MAX_NAME_PARTS;

/// Columns that the program reads itself. All others are data for the text.
pub(in crate::batch) const RESERVED: [&str; 7] = [
    "handout", "clinic", "language", "paper", "edition", "copies", "name",
];
/// Maximum number of columns of a file, and of names in a JSON row.
pub(super) const MAX_COLUMNS: usize = 1000;

/// Columns of a CSV file.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) columns: Vec<Column>,
    /// Dotted names of the data columns, sorted.
    pub(super) data_names: Arc<[String]>,
}

/// A column of a CSV file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Column {
    /// Index into [`RESERVED`].
    Reserved(usize),
    /// Dotted name.
    Data(String),
    /// Spreadsheets leave unnamed columns at the right. Their cells must be empty.
    Unnamed,
}

impl Column {
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Column::Reserved(index) => Some(RESERVED[*index]),
            Column::Data(name) => Some(name),
            Column::Unnamed => None,
        }
    }
}

impl Columns {
    pub(super) fn new(columns: Vec<Column>) -> Columns {
        let data_name = |column: &Column| match column {
            Column::Data(name) => Some(name.clone()),
            Column::Reserved(_) | Column::Unnamed => None,
        };
        let mut data_names: Vec<String> = columns.iter().filter_map(data_name).collect();
        data_names.sort();
        Columns {
            columns,
            data_names: data_names.into(),
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
