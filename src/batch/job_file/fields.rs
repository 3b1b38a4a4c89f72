//! Fields of a row: reserved columns and data, whatever the format of the file.

use std::sync::Arc;

use serde_json::Value;

use super::columns::RESERVED;
use super::lines::invalid_row;
use crate::batch::cell_fault::FaultyCell;
use crate::finding::Finding;
use crate::resolve::JobData;

/// Maximum length of a cell: about three pages of text. A longer one is probably a mistake.
const MAX_CELL_BYTES: usize = 8 * 1024;

/// Fields of a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::batch) struct Fields {
    /// In the order of [`RESERVED`]; null where the row lacks one.
    pub(in crate::batch) reserved: [Value; RESERVED.len()],
    /// All other columns, nested by the dots in their names.
    pub(in crate::batch) data: JobData,
    /// Dotted names of the data, sorted.
    pub(in crate::batch) data_names: Arc<[String]>,
    /// Data cells that a spreadsheet spoilt.
    pub(in crate::batch) faulty: Vec<FaultyCell>,
}

/// Checks the length and the characters of a value.
pub(super) fn check_value(value: &str, column: Option<&str>, findings: &mut Vec<Finding>) {
    let mut add = |finding: Finding| {
        findings.push(match column {
            Some(column) => finding.in_column(column),
            None => finding,
        });
    };
    if value.len() > MAX_CELL_BYTES {
        let limit = MAX_CELL_BYTES / 1024;
        add(
            Finding::error("too-large", format!("the value is longer than {limit} KB"))
                .help("is a quotation mark missing further up?"),
        );
    }
    if let Some(control) = value
        .chars()
        .find(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
    {
        add(invalid_row(format!(
            "the value has a control character (U+{:04X})",
            u32::from(control)
        ))
        .help("export the file again, as CSV with the encoding UTF-8"));
    }
}
