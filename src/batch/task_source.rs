//! Turns the rows of the job file into tasks, in order.
//!
//! 1. Reads a row and assigns it a file name. The name depends on all earlier rows of the job file.
//! 2. Drops rows of other shards.
//! 3. Sorted rows wait for all others.
//! 4. Waits for a permit, so that few rows are in progress at a time.
//! 5. Looks up the record of an earlier run.

use std::collections::VecDeque;
use std::io::{self, BufReader};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use super::error::{Error, TemplateError};
use super::file_name::{FileNames, NameKind, RowName};
use super::input::{Input, StopSignal};
use super::job::Job;
use super::job_file::{JobFile, Origin, Row};
use super::list_plan::ListPlan;
use super::name_template::NameTemplate;
use super::previous_run::PreviousRun;
use super::row_order::SortedRows;
use super::shard::Shard;
use super::task::{FinishedRow, Message, RowOutcome, Task, Work};
use crate::finding::Finding;

pub(super) struct TaskSource<'a> {
    pub(super) job_file: JobFile<BufReader<Input<'a>>>,
    pub(super) order: RowOrder,
    pub(super) template: &'a NameTemplate,
    /// Ids of the handouts, to suggest for wrong ones.
    pub(super) ids: Vec<String>,
    pub(super) names: FileNames,
    /// Decisions about a list.
    pub(super) plan: Option<Arc<ListPlan>>,
    pub(super) shard: Shard,
    pub(super) previous: PreviousRun,
    /// Takes a permit for each row. Is full while many rows are in progress.
    pub(super) permits: SyncSender<()>,
    pub(super) stop: &'a StopSignal<'a>,
    /// Rows read from the job file.
    pub(super) rows: u32,
    /// Rows of this shard.
    pub(super) tasks: u64,
    /// Set once there are no more tasks: whether the whole job file was read.
    pub(super) end: Option<Result<bool, Error>>,
}

/// Order in which rows are made.
pub(super) enum RowOrder {
    /// That of the job file, which is read row by row.
    JobFile,
    /// All rows, which have no file names yet.
    Sorted(SortedRows),
    /// The sorted rows that are still to be made.
    Named(VecDeque<NamedRow>),
}

/// A row of the shard with its file name.
pub(super) struct NamedRow {
    origin: Origin,
    /// The job, or the reasons why it cannot be made.
    job: Result<(Job, RowName), Vec<Finding>>,
}

impl TaskSource<'_> {
    /// Returns the next work; `None` at the end of the job file or once the batch is stopped.
    pub(super) fn next<'s>(&mut self) -> Option<Work<'s>> {
        while self.end.is_none() {
            let findings = self.job_file.take_findings();
            if !findings.is_empty() {
                return Some(Work::Report(Message::FileFindings(findings)));
            }
            let row = self.next_row();
            if self.stop.is_stopped() {
                self.end = Some(Ok(false));
                break;
            }
            match row {
                Ok(Some(row)) => {
                    if let Some(work) = row.and_then(|row| self.work(row)) {
                        return Some(work);
                    }
                }
                Ok(None) => {
                    self.end = Some(Ok(true));
                    let findings = self.job_file.take_findings();
                    if !findings.is_empty() {
                        return Some(Work::Report(Message::FileFindings(findings)));
                    }
                }
                Err(error) => self.end = Some(Err(Error::Jobs(error))),
            }
        }
        None
    }

    /// Returns the next row; the inner `None` for one that is not made.
    fn next_row(&mut self) -> io::Result<Option<Option<NamedRow>>> {
        let mut rows = match std::mem::replace(&mut self.order, RowOrder::JobFile) {
            RowOrder::JobFile => {
                let row = self.job_file.next_row()?;
                return Ok(row.map(|row| self.named(row)));
            }
            RowOrder::Sorted(SortedRows { rows, order }) => {
                let named = rows.into_iter().map(|row| self.named(row));
                let mut named: Vec<Option<NamedRow>> = named.collect();
                let sorted = order.into_iter().filter_map(|row| named[row].take());
                sorted.collect()
            }
            RowOrder::Named(rows) => rows,
        };
        let next = rows.pop_front();
        self.order = RowOrder::Named(rows);
        Ok(next.map(Some))
    }

    /// Gives a row its name. Returns `None` if it is not in the shard, or is left out.
    fn named(&mut self, row: Row) -> Option<NamedRow> {
        let Row { origin, fields } = row;
        let number = origin.row;
        self.rows = number;
        // Rows of other shards take up names, too.
        let job = fields
            .and_then(|fields| Job::read(fields, &self.ids))
            .and_then(|job| {
                let (wanted, kind) = match &job.name {
                    Some(name) => (name.clone(), NameKind::Chosen),
                    None => {
                        let wanted = self.template.render(number, &job);
                        let wanted = wanted.map_err(|error| vec![name_finding(error)])?;
                        (wanted, self.template.kind())
                    }
                };
                let name = self.names.assign(number, &wanted, kind, &job.handouts);
                Ok((job, name))
            });
        let is_left_out = |plan: &Arc<ListPlan>| plan.left_out.contains(&number);
        if !self.shard.has(number) || self.plan.as_ref().is_some_and(is_left_out) {
            return None;
        }
        Some(NamedRow { origin, job })
    }

    /// Returns the work for a row. Returns `None` once the batch is stopped.
    fn work<'s>(&mut self, row: NamedRow) -> Option<Work<'s>> {
        let NamedRow { origin, job } = row;
        let number = origin.row;
        if self.permits.send(()).is_err() {
            self.end = Some(Ok(false));
            return None;
        }
        let sequence = self.tasks;
        self.tasks += 1;
        Some(match job {
            Ok((job, name)) => {
                let previous = self.previous.records.get(&number).cloned();
                Work::Make(Box::new(Task {
                    sequence,
                    origin,
                    job,
                    name,
                    previous,
                }))
            }
            Err(mut findings) => {
                origin.locate(&mut findings);
                Work::Report(Message::Row(FinishedRow {
                    sequence,
                    outcome: RowOutcome::failed(number, &findings),
                    origin,
                    findings,
                }))
            }
        })
    }
}

fn name_finding(error: TemplateError) -> Finding {
    match error {
        TemplateError::Unknown(name, _) => Finding::error(
            "unknown-variable",
            format!("`--name` uses `{name}`, which the row does not have"),
        )
        .help("give the row that value, or a `name`"),
        other => Finding::error("unknown-variable", format!("`--name`: {other}")),
    }
}
