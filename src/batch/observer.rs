//! Reports of a running batch.

use serde::Serialize;

use super::record::RowRecord;
use crate::finding::Finding;

/// Receives the reports of a batch.
pub trait Observer {
    /// Receives a remark for people.
    fn note(&mut self, text: &str);
    /// Receives findings about the whole job file.
    fn findings(&mut self, findings: &[Finding]);
    /// Receives each row in row order, once its file is safe on disk.
    fn row(&mut self, report: &RowReport);
    /// Is called several times a second, even if nothing has happened.
    fn tick(&mut self);
}

pub struct RowReport {
    /// Counts from 1.
    pub row: u32,
    /// Line of the job file.
    pub line: u64,
    /// Bytes of the job file up to the end of the row.
    pub end: u64,
    pub status: RowStatus,
    /// Errors with their place in the job file, and warnings, which may repeat those of other rows.
    pub findings: Vec<Finding>,
    /// `None` if the row was skipped.
    pub record: Option<RowRecord>,
    /// Sheets of one copy; 0 if no leaflet was made.
    pub sheets: u64,
}

/// Result of a row in this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RowStatus {
    Made,
    /// A dry run made the leaflet and did not keep it.
    Checked,
    /// An earlier run made the leaflet, and nothing has changed.
    Skipped,
    /// Nobody knows whether the leaflet was printed.
    Uncertain,
    Failed,
}
