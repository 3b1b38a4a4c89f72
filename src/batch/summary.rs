//! Totals of a run.

use std::collections::BTreeMap;

use serde::Serialize;

/// Serializes as the event `end`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename = "end")]
pub struct Summary {
    pub end: End,
    /// Rows read from the job file.
    pub rows: u32,
    pub made: u32,
    /// Rows of a dry run without a fault.
    pub checked: u32,
    pub skipped: u32,
    pub failed: u32,
    /// Rows that may have been printed.
    pub uncertain: u32,
    /// Pages of the leaflets made or checked, with all copies.
    pub pages: u64,
    /// Sheets of the leaflets made or checked, with all copies.
    pub sheets: u64,
    /// The same sheets by paper, as in `a4`.
    pub sheets_by_paper: BTreeMap<String, u64>,
    pub redone: Redone,
    /// Outdated files that were deleted.
    pub deleted: usize,
    /// Failed rows that keep the file of an earlier run.
    #[serde(skip)]
    pub kept: u32,
    /// Whether a row is for the example clinic.
    #[serde(skip)]
    pub has_example: bool,
    /// Names of reader data of the job file that no leaflet uses. None of a run that continues another.
    #[serde(skip)]
    pub unused: Vec<String>,
    /// Whether there is a bundle.
    pub bundled: bool,
    /// Files of the bundle.
    pub bundle_files: u32,
    /// Pages of the bundle, with blank pages and separator sheets.
    pub bundle_pages: u64,
}

/// Rows that an earlier run made and this run made again, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Redone {
    pub changed_rows: u32,
    /// Handout, clinic, options or program have changed.
    pub changed_sources: u32,
    /// The file has a new name.
    pub renamed: u32,
    pub lost_files: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// Every row is done or failed.
    #[default]
    Finished,
    Interrupted,
    TooManyErrors,
}
