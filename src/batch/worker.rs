//! Threads that make leaflets. Each has scratch space of its own, and shares presses with the others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::Error;
use super::bundle::{BundlePart, join};
use super::disk::Disk;
use super::job::Job;
use super::journal::Folder;
use super::line_up::LineUp;
use super::record::{Entry, Record, Status, hex};
use super::stock::{Orders, PressFailure, Stock};
use super::table::Origin;
use crate::finding::{Finding, Severity};
use crate::leaflet::{Compositor, Failure, Leaflet, Set};

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
pub struct Finished<'s> {
    /// As the task's; `None` if this is about the job file as a whole.
    pub sequence: Option<u64>,
    pub origin: Origin,
    pub outcome: Outcome<'s>,
    pub findings: Vec<Finding>,
}

/// What has become of a row.
pub enum Outcome<'s> {
    /// Nothing: this is about the job file as a whole.
    Nothing,
    /// It was done before; so many copies of its leaflets go into the bundle, if there is one.
    Skipped(u32, Vec<BundlePart<'s>>),
    /// Its leaflet is made; where there is a folder, it lies there under its temporary name.
    Made(Box<Entry>, Option<Reason>, Vec<BundlePart<'s>>),
    /// It is at fault.
    Failed(Box<Entry>),
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

impl<'s> Finished<'s> {
    /// Findings about the job file as a whole.
    pub fn of_file(findings: Vec<Finding>) -> Finished<'s> {
        Finished {
            sequence: None,
            origin: Origin::default(),
            outcome: Outcome::Nothing,
            findings,
        }
    }
}

impl<'s> Outcome<'s> {
    /// A row at fault.
    pub fn failed(row: u32, findings: &[Finding]) -> Outcome<'s> {
        let errors = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        let mut faults: Vec<String> = errors.map(|finding| finding.id.to_owned()).collect();
        faults.sort();
        faults.dedup();
        Outcome::Failed(Box::new(Record::failed(row, faults).into()))
    }
}

/// A thread's share of the batch.
pub struct Worker<'a, 's> {
    pub stock: &'a Stock<'s>,
    pub folder: Option<&'a Folder<'a>>,
    pub disk: &'a dyn Disk,
    /// Whether there is a bundle.
    pub is_bundled: bool,
    /// So many rows are taken, and handed over, together: for each of them alone the thread that takes them
    /// over would be woken, in place of one that makes leaflets.
    pub at_once: usize,
}

/// Rows that took as long are handed over, however few they are.
const HELD_BACK: Duration = Duration::from_millis(20);

/// A row's file, and its leaflets as a bundle wants them.
struct Made<'s> {
    bytes: Vec<u8>,
    sha256: [u8; 32],
    pages: usize,
    parts: Vec<BundlePart<'s>>,
}

impl<'s> Worker<'_, 's> {
    /// Takes rows and makes them until there are no more, or nobody is there to take them over.
    pub fn run(&self, line: &Mutex<LineUp<'_>>, finished: &SyncSender<Vec<Finished<'s>>>) {
        let mut compositor = Compositor::new();
        let mut help = None;
        loop {
            if let Some(folder) = self.folder {
                folder.help();
            }
            // A thread that waits for rows helps nobody.
            drop(help.take());
            let taken = line
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(self.at_once);
            help = self.folder.map(Folder::expect_help);
            if taken.len() == 0 {
                return;
            }
            let (mut done, mut since) = (taken.finished, Instant::now());
            for task in taken.tasks {
                done.push(self.deal_with(task, &mut compositor));
                if since.elapsed() >= HELD_BACK {
                    if finished.send(std::mem::take(&mut done)).is_err() {
                        return;
                    }
                    since = Instant::now();
                }
            }
            if !done.is_empty() && finished.send(done).is_err() {
                return;
            }
        }
    }

    /// Makes a row. A mistake of the program costs this row, not the others.
    fn deal_with(&self, task: Task, compositor: &mut Compositor) -> Finished<'s> {
        let (sequence, origin) = (Some(task.sequence), task.origin.clone());
        let mut findings = Vec::new();
        let made = catch_unwind(AssertUnwindSafe(|| {
            self.make(task, compositor, &mut findings)
        }));
        let outcome = made.unwrap_or_else(|_| {
            *compositor = Compositor::new();
            findings = vec![program_at_fault("see the message above")];
            Outcome::failed(origin.row, &findings)
        });
        origin.place(&mut findings);
        Finished {
            sequence,
            origin,
            outcome,
            findings,
        }
    }

    fn make(
        &self,
        task: Task,
        compositor: &mut Compositor,
        findings: &mut Vec<Finding>,
    ) -> Outcome<'s> {
        let Task {
            origin: Origin { row, .. },
            job,
            file,
            past,
            ..
        } = task;
        let orders = match self.stock.orders(&job) {
            Ok(orders) => orders,
            Err(more) => {
                findings.extend(more);
                return Outcome::failed(row, findings);
            }
        };
        let input = self.folder.map(|folder| folder.key.hash_job(&job));
        let redo = self.redo(past.as_ref(), input.as_deref(), &orders.made_from, &file);
        if matches!(redo, Redo::Skip) && !self.is_bundled {
            return Outcome::Skipped(job.copies, Vec::new());
        }
        let is_written = !matches!(redo, Redo::Skip);
        let made = match self.print(&orders, &job, is_written, compositor, findings) {
            Ok(made) => made,
            Err(fault) => {
                match fault {
                    PressFailure::Findings(more) => findings.extend(more),
                    PressFailure::Program(why) => findings.push(program_at_fault(&why)),
                }
                return Outcome::failed(row, findings);
            }
        };
        let reason = match redo {
            Redo::Skip => return Outcome::Skipped(job.copies, made.parts),
            Redo::First => None,
            Redo::Again(reason) => Some(reason),
        };
        let versions = orders
            .orders
            .iter()
            .map(|order| order.handout.definition.version.as_str());
        let record = Record {
            row,
            status: Status::Done,
            input,
            made_from: Some(orders.made_from.clone()),
            file: self.folder.map(|_| file),
            sha256: self.folder.map(|_| hex(&made.sha256)),
            pages: Some(u32::try_from(made.pages).unwrap_or(u32::MAX)),
            copies: Some(job.copies),
            handout: Some(job.handouts.join(";")),
            version: Some(versions.collect::<Vec<_>>().join(";")),
            faults: Vec::new(),
        };
        if let Some(folder) = self.folder {
            let path: PathBuf = folder.temporary(row);
            if let Err(source) = self.disk.write_new(&path, &made.bytes) {
                return Outcome::Broken(Error::Disk {
                    what: "write",
                    path,
                    source,
                });
            }
        }
        Outcome::Made(Box::new(record.into()), reason, made.parts)
    }

    /// Whether a row has to be made.
    fn redo(
        &self,
        past: Option<&Record>,
        input: Option<&str>,
        made_from: &str,
        file: &str,
    ) -> Redo {
        let (Some(folder), Some(past)) = (self.folder, past) else {
            return Redo::First;
        };
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

    /// Makes the leaflets of a row, and its file where that is to be written or tried.
    fn print(
        &self,
        orders: &Orders<'s>,
        job: &Job,
        is_written: bool,
        compositor: &mut Compositor,
        findings: &mut Vec<Finding>,
    ) -> Result<Made<'s>, PressFailure> {
        let mut made = Made {
            bytes: Vec::new(),
            sha256: [0; 32],
            pages: 0,
            parts: Vec::new(),
        };
        // A batch without a folder is for a bundle, or is only tried.
        let has_file = is_written && (self.folder.is_some() || !self.is_bundled);
        let is_joined = orders.orders.len() > 1;
        for index in 0..orders.orders.len() {
            let shared = self.stock.press(orders, index, job, compositor);
            let press = match shared.get() {
                Some(Ok(press)) => press,
                Some(Err(failure)) => return Err(failure.clone()),
                None => return Err(PressFailure::Program("nothing was prepared".to_owned())),
            };
            let at_fault = |failure| match failure {
                Failure::Findings(findings) => {
                    let faces = &orders.orders[index].clinic.faces;
                    PressFailure::Findings(
                        job.columns_of(findings, &|character| faces.covers(character)),
                    )
                }
                failure => failure.into(),
            };
            let set = if has_file && !is_joined {
                let Leaflet {
                    metadata,
                    layout,
                    bytes,
                    sha256,
                    findings,
                } = press.print(&job.data, compositor).map_err(at_fault)?;
                (made.bytes, made.sha256) = (bytes, sha256);
                Set {
                    metadata,
                    layout,
                    findings,
                }
            } else {
                press
                    .set(&job.data, compositor)
                    .map_err(|findings| at_fault(findings.into()))?
            };
            findings.extend(set.findings.iter().cloned());
            made.pages += set.layout.pages.len();
            if self.is_bundled || is_joined {
                let painted = press.paint(&set, compositor).map_err(Failure::Pdf)?;
                made.parts.push(BundlePart::new(shared, set, painted));
            }
        }
        if has_file && is_joined {
            made.bytes = join(&made.parts, orders)
                .map_err(|error| PressFailure::Program(error.to_string()))?;
            made.sha256 = Sha256::digest(&made.bytes).into();
        }
        Ok(made)
    }
}

/// What the program could not do although nothing is wrong with the row.
fn program_at_fault(why: &str) -> Finding {
    Finding::error(
        "program-fault",
        format!("the program could not make this leaflet: {why}"),
    )
    .help("please report it, without patient data")
}

enum Redo {
    First,
    Again(Reason),
    Skip,
}
