//! Rows become tasks, in order: which are ours, what their files are called, what is known of them from
//! before.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::Error;
use super::job::Job;
use super::journal::Past;
use super::name::{NameTemplate, Names, TemplateError};
use super::shard::Shard;
use super::table::Row;
use super::worker::{Finished, Outcome, Task};
use crate::finding::Finding;

/// A row as the thread that reads the job file hands it over, with findings about the file as a whole.
pub type ReadRow = (std::io::Result<Option<Row>>, Vec<Finding>);

/// Lines up tasks.
pub struct LineUp<'a> {
    pub rows: Receiver<ReadRow>,
    pub name: &'a NameTemplate,
    pub shard: Shard,
    pub past: Option<Past>,
    pub folder: Option<&'a Path>,
    /// A file that no row may have: the bundle.
    pub reserved: Option<String>,
    pub permits: &'a Permits,
}

/// What has been lined up.
pub struct LinedUp {
    /// How many rows the job file has, as far as it was read.
    pub rows: u32,
    /// Whether that is all of it.
    pub complete: bool,
    pub past: Option<Past>,
}

impl LineUp<'_> {
    /// Sends tasks until the job file is at its end or someone stops it.
    pub fn run(
        mut self,
        is_stopped: &dyn Fn() -> bool,
        tasks: SyncSender<Task>,
        finished: SyncSender<Vec<Finished<'_>>>,
    ) -> Result<LinedUp, Error> {
        let mut names = Names::default();
        if let Some(reserved) = &self.reserved {
            names.reserve(reserved);
        }
        let mut count = 0;
        let mut sequence = 0;
        let complete = loop {
            if is_stopped() {
                break false;
            }
            let (row, findings) = match self.rows.recv_timeout(Duration::from_millis(100)) {
                Ok(row) => row,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => break true,
            };
            if !findings.is_empty() {
                let _ = finished.send(vec![Finished::of_file(findings)]);
            }
            let Some(row) = row.map_err(Error::Jobs)? else { break true };
            let Row { origin, fields } = row;
            let number = origin.row;
            count = number;
            // Every row gets its name, whosever it is: the name depends on the rows before.
            let job = fields.and_then(Job::read).and_then(|job| {
                let wanted = match &job.name {
                    Some(name) => name.clone(),
                    None => self.name.render(number, &job).map_err(|error| vec![unnamed(error)])?,
                };
                let file = names.assign(number, &wanted, &job.handouts);
                Ok((job, file))
            });
            if !self.shard.has(number) {
                continue;
            }
            if !self.permits.take() {
                break false;
            }
            let sent = match job {
                Ok((job, file)) => {
                    let past = match &mut self.past {
                        Some(past) => past.record(number).map_err(|source| Error::Disk {
                            what: "read the journal of",
                            path: self.folder.map(Path::to_owned).unwrap_or_default(),
                            source,
                        })?,
                        None => None,
                    };
                    tasks.send(Task { sequence, origin, job, file, past }).is_ok()
                }
                Err(mut findings) => {
                    origin.place(&mut findings);
                    let outcome = Outcome::failed(number, &findings);
                    finished
                        .send(vec![Finished { sequence: Some(sequence), origin, outcome, findings }])
                        .is_ok()
                }
            };
            if !sent {
                break false;
            }
            sequence += 1;
        };
        Ok(LinedUp { rows: count, complete, past: self.past })
    }
}

fn unnamed(error: TemplateError) -> Finding {
    match error {
        TemplateError::Unknown(name, _) => {
            Finding::error("unknown-variable", format!("`--name` uses `{name}`, which the row does not have"))
                .help("give the row that value, or a `name`")
        }
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
        Permits { free: Mutex::new(Some(free)), changed: Condvar::new() }
    }

    /// Waits for a permit; `false` once there will be no more.
    fn take(&self) -> bool {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match &mut *free {
                None => return false,
                Some(0) => free = self.changed.wait(free).unwrap_or_else(PoisonError::into_inner),
                Some(free) => {
                    *free -= 1;
                    return true;
                }
            }
        }
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
