//! Rows become tasks, in order: which are ours, what their files are called, what is known of them from
//! before.

use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};

use super::Error;
use super::input::{Input, Stop};
use super::job::Job;
use super::journal::Past;
use super::name::{NameTemplate, Names, TemplateError};
use super::shard::Shard;
use super::table::{Row, Table};
use super::worker::{Finished, Outcome, Task};
use crate::finding::Finding;

/// Lines up tasks. Workers share it, and each takes a few rows at a time.
pub struct LineUp<'a> {
    pub table: Table<Input<'a>>,
    pub name: &'a NameTemplate,
    pub names: Names,
    pub shard: Shard,
    pub past: Option<Past>,
    pub folder: Option<&'a Path>,
    pub permits: &'a Permits,
    pub stop: &'a Stop<'a>,
    /// What has been lined up.
    pub lined_up: LinedUp,
}

/// What has been lined up.
#[derive(Default)]
pub struct LinedUp {
    /// How many rows the job file has, as far as it was read.
    pub rows: u32,
    /// How many of them were ours.
    ours: u64,
    /// Once nothing more is lined up: whether that was all of it.
    pub end: Option<Result<bool, Error>>,
}

/// Rows that were taken together.
#[derive(Default)]
pub struct Taken<'s> {
    /// Those to be made.
    pub tasks: Vec<Task>,
    /// Those at fault, and what was found about the job file as a whole.
    pub finished: Vec<Finished<'s>>,
}

impl Taken<'_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.tasks.len() + self.finished.len()
    }
}

impl LineUp<'_> {
    /// The next rows: one at least, `most` at most, and no more than can be had without waiting. None once
    /// the job file is at its end or someone has stopped the batch.
    pub fn take<'s>(&mut self, most: usize) -> Taken<'s> {
        let mut taken = Taken::default();
        while self.lined_up.end.is_none()
            && (taken.len() == 0
                || taken.len() < most && self.table.has_line() && self.permits.are_free())
        {
            match self.next(&mut taken) {
                Ok(true) => {}
                Ok(false) => self.lined_up.end = Some(Ok(!self.stop.is_stopped())),
                Err(_) if self.stop.is_stopped() => self.lined_up.end = Some(Ok(false)),
                Err(error) => self.lined_up.end = Some(Err(error)),
            }
        }
        taken
    }

    /// Takes one row; whether there was one.
    fn next(&mut self, taken: &mut Taken<'_>) -> Result<bool, Error> {
        if self.stop.is_stopped() {
            return Ok(false);
        }
        let row = self.table.next_row();
        let findings = self.table.take_findings();
        if !findings.is_empty() {
            taken.finished.push(Finished::of_file(findings));
        }
        let Some(Row { origin, fields }) = row.map_err(Error::Jobs)? else {
            return Ok(false);
        };
        let number = origin.row;
        self.lined_up.rows = number;
        // Every row gets its name, whosever it is: the name depends on the rows before.
        let job = fields.and_then(Job::read).and_then(|job| {
            let wanted = match &job.name {
                Some(name) => name.clone(),
                None => self
                    .name
                    .render(number, &job)
                    .map_err(|error| vec![unnamed(error)])?,
            };
            let file = self.names.assign(number, &wanted, &job.handouts);
            Ok((job, file))
        });
        if !self.shard.has(number) {
            return Ok(true);
        }
        if !self.permits.take() {
            self.lined_up.end = Some(Ok(false));
            return Ok(true);
        }
        let sequence = self.lined_up.ours;
        self.lined_up.ours += 1;
        match job {
            Ok((job, file)) => {
                let past = match &mut self.past {
                    Some(past) => past.record(number).map_err(|source| Error::Disk {
                        what: "read the journal of",
                        path: self.folder.map(Path::to_owned).unwrap_or_default(),
                        source,
                    })?,
                    None => None,
                };
                taken.tasks.push(Task {
                    sequence,
                    origin,
                    job,
                    file,
                    past,
                });
            }
            Err(mut findings) => {
                origin.place(&mut findings);
                let outcome = Outcome::failed(number, &findings);
                taken.finished.push(Finished {
                    sequence: Some(sequence),
                    origin,
                    outcome,
                    findings,
                });
            }
        }
        Ok(true)
    }
}

fn unnamed(error: TemplateError) -> Finding {
    match error {
        TemplateError::Unknown(name, _) => Finding::error(
            "unknown-variable",
            format!("`--name` uses `{name}`, which the row does not have"),
        )
        .help("give the row that value, or a `name`"),
        other => Finding::error("unknown-variable", format!("`--name`: {other}")),
    }
}

/// How many more rows may be on their way.
pub struct Permits {
    free: Mutex<Option<usize>>,
    changed: Condvar,
}

impl Permits {
    /// So many.
    pub fn new(free: usize) -> Permits {
        Permits {
            free: Mutex::new(Some(free)),
            changed: Condvar::new(),
        }
    }

    /// Waits for a permit; `false` once there will be no more.
    fn take(&self) -> bool {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match &mut *free {
                None => return false,
                Some(0) => {
                    free = self
                        .changed
                        .wait(free)
                        .unwrap_or_else(PoisonError::into_inner)
                }
                Some(free) => {
                    *free -= 1;
                    return true;
                }
            }
        }
    }

    /// Whether one can be had without waiting.
    fn are_free(&self) -> bool {
        self.free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some_and(|free| free > 0)
    }

    /// Gives some back.
    pub fn give(&self, count: usize) {
        if let Some(free) = &mut *self.free.lock().unwrap_or_else(PoisonError::into_inner) {
            *free += count;
        }
        self.changed.notify_all();
    }

    /// No more.
    pub fn close(&self) {
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.changed.notify_all();
    }
}
