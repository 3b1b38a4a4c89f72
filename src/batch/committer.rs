//! Takes over finished rows, in row order and in groups.
//!
//! 1. Waits until all earlier rows are finished.
//! 2. Counts the row, and adds its leaflets to the bundle.
//! 3. Collects rows into a group, until it is large or old enough.
//! 4. Records the group in the log. Then commits it to the folder: files synced and renamed, then the journal written.
//! 5. Reports the rows of the group.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::bundle::BundleWriter;
use super::error::Error;
use super::folder::Folder;
use super::input::StopSignal;
use super::job_file::Origin;
use super::journal::JournalWriter;
use super::observer::{Observer, RowReport, RowStatus};
use super::printing::{PrintSettings, Printed, uncertain_print};
use super::record::{RowRecord, Status};
use super::summary::Summary;
use super::task::{FinishedRow, Message, Reason, RowOutcome};
use crate::disk::Disk;
use crate::finding::Finding;
use crate::log::{Log, LogEntry};
use crate::request_options::name_of;

/// Maximum age of a group. A crash costs no more work than this.
const MAX_GROUP_AGE: Duration = Duration::from_millis(250);

pub(super) struct Committer<'a, 's> {
    pub(super) folder: Option<&'a Folder<'a>>,
    pub(super) journal: Option<JournalWriter>,
    pub(super) bundle: Option<BundleWriter<'a>>,
    pub(super) printing: Option<&'a PrintSettings<'a>>,
    /// Size of the job file in bytes, if known.
    pub(super) jobs_length: Option<u64>,
    /// Maximum number of rows in a group.
    pub(super) group_size: usize,
    pub(super) max_errors: Option<u32>,
    /// A permit for each row in progress. Is dropped to stop all waiting for permits.
    pub(super) permits: Option<Receiver<()>>,
    pub(super) stop: &'a StopSignal<'a>,
    pub(super) log: Option<&'a Log>,
    pub(super) disk: &'a dyn Disk,
    pub(super) observer: &'a mut dyn Observer,
    pub(super) summary: Summary,
    pub(super) queue: Queue<'s>,
}

/// Rows on their way through the committer.
#[derive(Default)]
pub(super) struct Queue<'s> {
    /// Rows that wait for an earlier row, by sequence number.
    early: BTreeMap<u64, FinishedRow<'s>>,
    /// Sequence number of the next row.
    next: u64,
    group: Vec<QueuedRow>,
    /// Lines of the log for the group.
    logged: Vec<LogEntry>,
    /// Lines of the log for a bundle without a folder. They are written once it is whole.
    pub(super) of_bundle: Vec<LogEntry>,
    /// Time of the first row of the group.
    group_start: Option<Instant>,
}

/// A row of a group.
struct QueuedRow {
    report: RowReport,
    /// Whether the journal has its record, as of a row that was printed.
    is_recorded: bool,
}

impl<'s> Committer<'_, 's> {
    /// Takes messages until all senders are gone.
    pub(super) fn run(&mut self, messages: &Receiver<Message<'s>>) -> Result<(), Error> {
        loop {
            let wait = MAX_GROUP_AGE.saturating_sub(self.group_age().unwrap_or_default());
            match messages.recv_timeout(wait) {
                Ok(message) => self.take(message)?,
                Err(RecvTimeoutError::Timeout) => self.tick()?,
                Err(RecvTimeoutError::Disconnected) => return self.flush(),
            }
        }
    }

    /// Takes one message.
    pub(super) fn take(&mut self, message: Message<'s>) -> Result<(), Error> {
        match message {
            Message::FileFindings(findings) => self.observer.findings(&findings),
            Message::Row(row) => {
                self.queue.early.insert(row.sequence, row);
            }
        }
        while let Some(row) = self.queue.early.remove(&self.queue.next) {
            self.queue.next += 1;
            if let Err(error) = self.add(row) {
                // Keeps the rows that are whole, if the disk allows it.
                let _ = self.flush();
                return Err(error);
            }
        }
        self.tick()
    }

    /// Commits all rows taken so far.
    pub(super) fn flush(&mut self) -> Result<(), Error> {
        self.queue.group_start = None;
        let group = std::mem::take(&mut self.queue.group);
        if group.is_empty() {
            return Ok(());
        }
        let new = group.iter().filter(|row| !row.is_recorded);
        let records: Vec<&RowRecord> = new.filter_map(|row| row.report.record.as_ref()).collect();
        let logged = std::mem::take(&mut self.queue.logged);
        match (self.log, self.folder) {
            (Some(log), Some(_)) => log.append(&logged, self.disk)?,
            _ => self.queue.of_bundle.extend(logged),
        }
        if let (Some(folder), Some(journal)) = (self.folder, &mut self.journal)
            && !records.is_empty()
        {
            folder.commit(journal, &records)?;
        }
        self.free_permits(group.len());
        for row in &group {
            self.observer.row(&row.report);
        }
        Ok(())
    }

    /// Frees the permits of rows that are no longer in progress. The source of tasks may wait for them.
    fn free_permits(&self, rows: usize) {
        if let Some(permits) = &self.permits {
            permits.try_iter().take(rows).for_each(drop);
        }
    }

    fn tick(&mut self) -> Result<(), Error> {
        if self.group_age().is_some_and(|age| age >= MAX_GROUP_AGE) {
            self.flush()?;
        }
        if self
            .max_errors
            .is_some_and(|maximum| self.summary.failed >= maximum)
        {
            self.stop.stop();
        }
        self.observer.tick();
        Ok(())
    }

    fn group_age(&self) -> Option<Duration> {
        Some(self.queue.group_start?.elapsed())
    }

    /// Counts a row and adds it to the group.
    fn add(&mut self, row: FinishedRow<'_>) -> Result<(), Error> {
        let FinishedRow {
            origin,
            outcome,
            mut findings,
            ..
        } = row;
        let mut is_recorded = false;
        let mut sheets_of_copy = 0;
        let (status, record) = match outcome {
            RowOutcome::Fatal(error) => return Err(error),
            RowOutcome::Skipped {
                uncertain,
                copies,
                paper,
                mode,
                parts,
            } => {
                match &uncertain {
                    Some(_) => self.summary.uncertain += 1,
                    None => self.summary.skipped += 1,
                }
                if let Some(bundle) = &mut self.bundle {
                    bundle.restrict(mode)?;
                    bundle.add(origin.row, copies, paper, &parts)?;
                }
                match uncertain {
                    Some(token) => {
                        findings.extend(still_uncertain(&origin, &token));
                        (RowStatus::Uncertain, None)
                    }
                    None => (RowStatus::Skipped, None),
                }
            }
            RowOutcome::Failed(record) => {
                self.summary.failed += 1;
                self.summary.kept += u32::from(record.kept.is_some());
                if let Some(bundle) = &mut self.bundle {
                    bundle.skip(origin.row);
                }
                (RowStatus::Failed, Some(*record))
            }
            RowOutcome::Made {
                mut record,
                print,
                reason,
                logged,
                paper,
                sheets,
                mode,
                parts,
            } => {
                if let Some(job) = print {
                    let (printed, mut more) = self.print(&mut record, job, &logged)?;
                    origin.locate(&mut more);
                    findings.append(&mut more);
                    match printed {
                        Printed::Yes => is_recorded = true,
                        Printed::DryRun => {}
                        Printed::NotSent => {
                            self.free_permits(1);
                            return Ok(());
                        }
                        Printed::Refused | Printed::Uncertain => {
                            let (status, count) = match printed {
                                Printed::Refused => (RowStatus::Failed, &mut self.summary.failed),
                                _ => (RowStatus::Uncertain, &mut self.summary.uncertain),
                            };
                            *count += 1;
                            let report = report(&origin, status, findings, Some(*record), 0);
                            self.queue.group.push(QueuedRow {
                                report,
                                is_recorded: true,
                            });
                            return self.flush();
                        }
                    }
                }
                sheets_of_copy = sheets;
                // A printed leaflet is in the log before it is sent.
                if !is_recorded {
                    self.queue.logged.extend(logged);
                }
                let copies = record.copies.unwrap_or(1);
                if let Some(bundle) = &mut self.bundle {
                    bundle.restrict(mode)?;
                    bundle.add(origin.row, copies, paper, &parts)?;
                }
                let pages = u64::from(record.pages.unwrap_or(0));
                let sheets = sheets * u64::from(copies);
                let is_kept = self.folder.is_some() || self.bundle.is_some();
                match is_kept {
                    true => self.summary.made += 1,
                    false => self.summary.checked += 1,
                }
                self.summary.pages += pages * u64::from(copies);
                self.summary.sheets += sheets;
                if record.pages.is_some() {
                    let by_paper = &mut self.summary.sheets_by_paper;
                    *by_paper.entry(name_of(&paper)).or_default() += sheets;
                }
                let redone = &mut self.summary.redone;
                match reason {
                    Reason::New => {}
                    Reason::ChangedRow => redone.changed_rows += 1,
                    Reason::ChangedSources => redone.changed_sources += 1,
                    Reason::Renamed => redone.renamed += 1,
                    Reason::LostFile => redone.lost_files += 1,
                }
                let status = match &record.token {
                    // Not printed again.
                    Some(token) if record.status == Status::Uncertain => {
                        self.summary.uncertain += 1;
                        findings.extend(still_uncertain(&origin, token));
                        RowStatus::Uncertain
                    }
                    _ if is_kept => RowStatus::Made,
                    _ => RowStatus::Checked,
                };
                (status, Some(*record))
            }
        };
        if let (Some(bundle), Some(length)) = (&mut self.bundle, self.jobs_length)
            && let Some(note) = bundle.size_note(origin.end as f64 / length.max(1) as f64)
        {
            self.observer.note(&note);
        }
        self.queue.group_start.get_or_insert_with(Instant::now);
        let report = report(&origin, status, findings, record, sheets_of_copy);
        self.queue.group.push(QueuedRow {
            report,
            is_recorded,
        });
        if is_recorded || self.queue.group.len() >= self.group_size {
            self.flush()
        } else {
            Ok(())
        }
    }
}

/// Returns the report on a row. `sheets` counts the sheets of one copy.
fn report(
    origin: &Origin,
    status: RowStatus,
    findings: Vec<Finding>,
    record: Option<RowRecord>,
    sheets: u64,
) -> RowReport {
    RowReport {
        row: origin.row,
        line: origin.line,
        end: origin.end,
        status,
        findings,
        record,
        sheets,
    }
}

/// Returns the finding on a row of an earlier run, with its place.
fn still_uncertain(origin: &Origin, token: &str) -> Vec<Finding> {
    let reason = "the printer does not know its job, or gave it up";
    let mut findings = vec![uncertain_print(token, reason)];
    origin.locate(&mut findings);
    findings
}
