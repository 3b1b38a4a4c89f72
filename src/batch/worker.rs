//! Threads that make leaflets. Each has scratch space of its own, and shares presses with the others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::Error;
use super::disk::Disk;
use super::job::Job;
use super::journal::Folder;
use super::record::{Record, Status, hex};
use super::stock::{Orders, PressFailure, Stock};
use crate::finding::{Finding, Severity};
use crate::font::Faces;
use crate::leaflet::{Compositor, Leaflet};

/// Where a row stands.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// Its number.
    pub row: u32,
    /// Its line.
    pub line: u64,
    /// Bytes of the job file up to its end.
    pub end: u64,
}

/// A row to be made.
pub struct Task {
    /// Its place among those of this run, from 0.
    pub sequence: u64,
    pub origin: Origin,
    pub job: Job,
    /// What its file is called.
    pub file: String,
    /// What became of it before.
    pub past: Option<Record>,
}

/// A row that has been dealt with, but for its file's name.
pub struct Finished {
    /// As the task's; `None` if this is about the job file as a whole.
    pub sequence: Option<u64>,
    pub origin: Origin,
    pub outcome: Outcome,
    pub findings: Vec<Finding>,
}

/// What has become of a row.
pub enum Outcome {
    /// Nothing: this is about the job file as a whole.
    Nothing,
    /// It was done before.
    Skipped,
    /// Its leaflet is made; where there is a folder, it lies there under its temporary name.
    Made(Box<Record>, Option<Reason>),
    /// It is at fault.
    Failed(Box<Record>),
    /// The batch cannot go on.
    Broken(Error),
}

/// Why a row is made though it was done before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    ChangedRow,
    ChangedSources,
    Renamed,
    LostFile,
}

impl Finished {
    /// Findings about the job file as a whole.
    pub fn of_file(findings: Vec<Finding>) -> Finished {
        let origin = Origin { row: 0, line: 0, end: 0 };
        Finished { sequence: None, origin, outcome: Outcome::Nothing, findings }
    }
}

impl Outcome {
    /// A row at fault.
    pub fn failed(row: u32, findings: &[Finding]) -> Outcome {
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
        let mut faults: Vec<String> = errors.map(|finding| finding.id.to_owned()).collect();
        faults.sort();
        faults.dedup();
        Outcome::Failed(Box::new(Record::failed(row, faults)))
    }
}

/// A thread's share of the batch.
pub struct Worker<'a, 's> {
    pub stock: &'a Stock<'s>,
    pub folder: Option<&'a Folder<'a>>,
    pub disk: &'a dyn Disk,
    pub faces: &'a Faces,
}

impl<'s> Worker<'_, 's> {
    /// Takes tasks until there are no more.
    pub fn run(&self, tasks: &Mutex<Receiver<Task>>, finished: &SyncSender<Finished>) {
        let mut compositor = Compositor::new(self.faces);
        loop {
            let task = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(task) = task else { return };
            let (sequence, origin) = (Some(task.sequence), task.origin);
            let mut findings = Vec::new();
            // A mistake of the program costs this row, not the others.
            let made = catch_unwind(AssertUnwindSafe(|| self.make(task, &mut compositor, &mut findings)));
            let outcome = made.unwrap_or_else(|_| {
                compositor = Compositor::new(self.faces);
                findings = vec![program_at_fault("see the message above")];
                Outcome::failed(origin.row, &findings)
            });
            if finished.send(Finished { sequence, origin, outcome, findings }).is_err() {
                return;
            }
        }
    }

    fn make(&self, task: Task, compositor: &mut Compositor, findings: &mut Vec<Finding>) -> Outcome {
        let Task { origin: Origin { row, .. }, job, file, past, .. } = task;
        let orders = match self.stock.orders(&job) {
            Ok(orders) => orders,
            Err(more) => {
                findings.extend(more);
                return Outcome::failed(row, findings);
            }
        };
        let input = self.folder.map(|folder| folder.key.hash_job(&job));
        let reason = match self.reason(past.as_ref(), input.as_deref(), &orders.made_from, &file) {
            Redo::Skip => return Outcome::Skipped,
            Redo::First => None,
            Redo::Again(reason) => Some(reason),
        };
        let leaflet = match self.print(row, &orders, &job, compositor, findings) {
            Ok(leaflet) => leaflet,
            Err(outcome) => return outcome,
        };
        let pages = u32::try_from(leaflet.layout.pages.len()).unwrap_or(u32::MAX);
        let each = |of: &dyn Fn(&crate::leaflet::Order) -> String| {
            orders.orders.iter().map(of).collect::<Vec<_>>().join(";")
        };
        let record = Record {
            row,
            status: Status::Done,
            input,
            made_from: Some(orders.made_from.clone()),
            file: self.folder.map(|_| file),
            sha256: self.folder.map(|_| hex(&Sha256::digest(&leaflet.bytes))),
            pages: Some(pages),
            copies: Some(job.copies),
            handout: Some(job.handouts.join(";")),
            version: Some(each(&|order| order.handout.definition.version.clone())),
            faults: Vec::new(),
        };
        if let Some(folder) = self.folder {
            let path: PathBuf = folder.temporary(row);
            if let Err(source) = self.disk.write_new(&path, &leaflet.bytes) {
                return Outcome::Broken(Error::Disk { what: "write", path, source });
            }
        }
        Outcome::Made(Box::new(record), reason)
    }

    /// Whether a row has to be made.
    fn reason(&self, past: Option<&Record>, input: Option<&str>, made_from: &str, file: &str) -> Redo {
        let (Some(folder), Some(past)) = (self.folder, past) else { return Redo::First };
        if past.status != Status::Done {
            return Redo::First;
        }
        if past.input.as_deref() != input {
            return Redo::Again(Reason::ChangedRow);
        }
        if past.made_from.as_deref() != Some(made_from) {
            return Redo::Again(Reason::ChangedSources);
        }
        if past.file.as_deref() != Some(file) {
            return Redo::Again(Reason::Renamed);
        }
        if !folder.path().join(file).is_file() {
            return Redo::Again(Reason::LostFile);
        }
        Redo::Skip
    }

    fn print(
        &self,
        row: u32,
        orders: &Orders<'s>,
        job: &Job,
        compositor: &mut Compositor,
        findings: &mut Vec<Finding>,
    ) -> Result<Leaflet, Outcome> {
        let press = self.stock.press(orders, 0, job, compositor);
        let leaflet = match press.get() {
            Some(Ok(press)) => press.print(&job.data, compositor).map_err(PressFailure::from),
            Some(Err(failure)) => Err(failure.clone()),
            None => Err(PressFailure::Program("nothing was prepared".to_owned())),
        };
        match leaflet {
            Ok(leaflet) => {
                findings.extend(leaflet.findings.iter().cloned());
                return Ok(leaflet);
            }
            Err(PressFailure::Findings(more)) => findings.extend(more),
            Err(PressFailure::Program(why)) => findings.push(program_at_fault(&why)),
        }
        Err(Outcome::failed(row, findings))
    }
}

/// What the program could not do although nothing is wrong with the row.
fn program_at_fault(why: &str) -> Finding {
    Finding::error("program-fault", format!("the program could not make this leaflet: {why}"))
        .help("please report it, without patient data")
}

enum Redo {
    First,
    Again(Reason),
    Skip,
}
