//! Messages between the task source, the workers and the committer.

use super::bundle::BundlePart;
use super::error::Error;
use super::file_name::RowName;
use super::job::Job;
use super::job_file::Origin;
use super::printing::PrintJob;
use super::record::RowRecord;
use crate::disk::FileMode;
use crate::finding::{Finding, Severity};
use crate::log::LogEntry;
use crate::theme::Paper;

/// Work for a worker.
pub(super) enum Work<'s> {
    Make(Box<Task>),
    /// Needs no work: is passed on to the committer.
    Report(Message<'s>),
}

/// A row to be made.
pub(super) struct Task {
    /// Position among the rows of this run, from 0.
    pub(super) sequence: u64,
    pub(super) origin: Origin,
    pub(super) job: Job,
    pub(super) name: RowName,
    /// Record of an earlier run.
    pub(super) previous: Option<RowRecord>,
}

/// Message to the committer.
pub(super) enum Message<'s> {
    /// Findings about the whole job file.
    FileFindings(Vec<Finding>),
    Row(FinishedRow<'s>),
}

pub(super) struct FinishedRow<'s> {
    pub(super) sequence: u64,
    pub(super) origin: Origin,
    pub(super) outcome: RowOutcome<'s>,
    pub(super) findings: Vec<Finding>,
}

pub(super) enum RowOutcome<'s> {
    /// An earlier run made the leaflet.
    Skipped {
        /// Token of a job that may have been printed.
        uncertain: Option<String>,
        copies: u32,
        paper: Paper,
        /// Permissions of its file, if it is about a reader.
        mode: Option<FileMode>,
        /// Leaflets for the bundle; empty if there is none.
        parts: Vec<BundlePart<'s>>,
    },
    /// The leaflet is made. If there is a folder, it has a temporary name in it.
    Made {
        record: Box<RowRecord>,
        /// The job for the printer, if there is one.
        print: Option<PrintJob>,
        reason: Reason,
        /// Lines of the log; empty if there is none.
        logged: Vec<LogEntry>,
        paper: Paper,
        /// Sheets of one copy.
        sheets: u64,
        /// Permissions of its file, if it is about a reader.
        mode: Option<FileMode>,
        /// Leaflets for the bundle; empty if there is none.
        parts: Vec<BundlePart<'s>>,
    },
    Failed(Box<RowRecord>),
    /// The batch cannot go on.
    Fatal(Error),
}

/// Why a row is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// No earlier run made it.
    New,
    // An earlier run made it.
    ChangedRow,
    ChangedSources,
    Renamed,
    LostFile,
}

impl<'s> RowOutcome<'s> {
    pub(super) fn failed(row: u32, findings: &[Finding]) -> RowOutcome<'s> {
        let errors = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        let mut faults: Vec<String> = errors.map(|finding| finding.id.to_owned()).collect();
        faults.sort();
        faults.dedup();
        RowOutcome::Failed(Box::new(RowRecord::failed(row, faults)))
    }
}
