//! Many leaflets from a job file: fast, steady in memory, and none lost whatever happens.
//!
//! ```text
//!          bytes           tasks               finished rows
//! [`input`] ────► [`line_up`] ────► [`worker`]s ────► [`commit`] ────► files, journal
//!  a thread        rows, names,      leaflets,         in row order,
//!                  shard, past       a thread each     in groups
//! ```
//!
//! 1. [`input`] reads the job file, [`table`] takes it apart row by row; [`job`] says what a row asks for.
//! 2. [`name`] gives each row its file, and [`shard`] says which rows are ours.
//! 3. [`worker`] threads take rows that are lined up so, make leaflets and write them to temporary files.
//! 4. [`stock`] looks up clinic and handout, and has a press for each order, shared by all threads.
//! 5. [`commit`] takes them over in row order and in groups: files are synced, workers give them their
//!    names ([`naming`]), then [`journal`] is told.
//! 6. [`bundle`] puts all leaflets into one file for the printer, where that is asked for.
//!
//! At most [`WINDOW`] rows are on their way at a time, so memory does not grow with the job file but for
//! some thirty bytes a row: its name's hash and its place in the journal.

pub mod bundle;
mod commit;
pub mod disk;
mod draft;
mod input;
pub mod job;
pub mod journal;
mod line_up;
pub mod merge;
pub mod name;
mod naming;
pub mod record;
pub mod shard;
pub mod stock;
pub mod table;
mod worker;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::finding::Finding;
use crate::font::Faces;
use crate::library::Library;
use crate::theme::Paper;
use bundle::{BundleSettings, BundleWriter};
use disk::Disk;
use input::{Input, Stop};
use job::paper_named;
use journal::Folder;
use name::{NameTemplate, Names};
use record::{FORMAT, Head};
use shard::Shard;
use stock::{Defaults, Shelves, Stock};
use table::{Table, Unreadable};

/// So many rows are on their way at a time.
pub const WINDOW: usize = 512;
/// And so many where there is a bundle: the pages of each are kept until their turn comes, and putting them
/// into the bundle takes longer than making them.
pub const BUNDLE_WINDOW: usize = 32;

/// What is to be done with a folder that has a batch in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Nothing: there may be none.
    Fresh,
    /// Finish it.
    Resume,
    /// Delete it.
    Overwrite,
}

/// How a batch is to be made.
pub struct Settings<'a> {
    /// The library.
    pub library: &'a Library,
    /// The faces.
    pub faces: &'a Faces,
    /// What rows have unless they say otherwise.
    pub defaults: Defaults<'a>,
    /// Whether [`Defaults::date`] was asked for. Else a batch that is resumed keeps its day.
    pub date_is_given: bool,
    /// Where files go. Without a folder and a bundle, leaflets are only tried.
    pub folder: Option<PathBuf>,
    /// The file with all leaflets.
    pub bundle: Option<BundleSettings>,
    /// What is done with what is there.
    pub start: Start,
    /// What files are called.
    pub name: NameTemplate,
    /// Which rows.
    pub shard: Shard,
    /// Stop once so many rows have failed.
    pub max_errors: Option<u32>,
    /// Threads.
    pub workers: usize,
}

/// Why a batch could not run, or not go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder has a batch in it.
    #[error("`{}` has a batch in it: `--resume` finishes it, `--overwrite` deletes it and begins anew", folder.display())]
    Taken {
        /// The folder.
        folder: PathBuf,
    },
    /// Another run uses the folder.
    #[error("another run is at work in `{}`: wait until it is done", folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// A file of the folder is no leaflet of ours.
    #[error("`{}` is there already, and no batch made it: choose another folder, or `--overwrite` it", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The folder was made as another shard.
    #[error(
        "the folder has shard {there} of a batch, and this is shard {here}: give each shard a folder of its own"
    )]
    OtherShard {
        /// What is there.
        there: String,
        /// What was asked for.
        here: String,
    },
    /// A journal or manifest is not one.
    #[error("`{}` is not the journal of a batch of this version: `--overwrite` begins anew", path.display())]
    Format {
        /// The file.
        path: PathBuf,
    },
    /// The bundle is there.
    #[error("`{}` is there already: `--overwrite` replaces it", path.display())]
    BundleIsThere {
        /// Its file.
        path: PathBuf,
    },
    /// The program cannot make the bundle.
    #[error("cannot make the bundle")]
    Bundle(#[source] crate::pdf::Error),
    /// A folder has no manifest.
    #[error("`{}` has no manifest.jsonl: its batch is not finished", folder.display())]
    Unfinished {
        /// The folder.
        folder: PathBuf,
    },
    /// The disk does not do what it should.
    #[error("cannot {what} `{}`", path.display())]
    Disk {
        /// As in `write`.
        what: &'static str,
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The job file cannot be read further.
    #[error("cannot read the job file")]
    Jobs(#[source] io::Error),
    /// The header is at fault.
    #[error("the job file is at fault")]
    Header(Vec<Finding>),
    /// The name template is at fault.
    #[error("`--name`")]
    Name(#[source] name::TemplateError),
}

/// What became of a row, as it is told.
pub struct RowReport<'a> {
    /// Its number.
    pub row: u32,
    /// Its line in the job file.
    pub line: u64,
    /// Bytes of the job file up to its end.
    pub end: u64,
    /// What became of it.
    pub fate: Fate,
    /// What was found: errors with their place in the job file, and warnings, which may have been told for
    /// other rows.
    pub findings: &'a [Finding],
    /// Its record; `None` where it was skipped.
    pub record: Option<&'a record::Record>,
}

/// What became of a row in this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Its leaflet was made.
    Made,
    /// It was done before, and nothing has changed.
    Skipped,
    /// It is at fault.
    Failed,
}

/// Is told how a batch goes.
pub trait Observer {
    /// Something that people should know.
    fn note(&mut self, text: &str);
    /// Findings about the job file as a whole.
    fn findings(&mut self, findings: &[Finding]);
    /// A row has been dealt with, in row order; its file lasts.
    fn row(&mut self, report: &RowReport<'_>);
    /// Nothing may have happened: some time has gone by.
    fn tick(&mut self);
}

/// Why a row was made though it was done before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Redone {
    /// Rows that have changed.
    pub changed_rows: u32,
    /// Rows whose handout, clinic, options or program have changed.
    pub changed_sources: u32,
    /// Rows whose file is called otherwise now.
    pub renamed: u32,
    /// Rows whose file was gone.
    pub lost_files: u32,
}

/// What a batch has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows of the job file that were read.
    pub rows: u32,
    /// Leaflets that were made.
    pub made: u32,
    /// Rows that were done before.
    pub skipped: u32,
    /// Rows at fault.
    pub failed: u32,
    /// Pages of the leaflets that were made, once each.
    pub pages: u64,
    /// Sheets of paper they take, printed on both sides, with all copies.
    pub sheets: u64,
    /// Rows that were done before, and were made again.
    pub redone: Redone,
    /// Old files that were deleted.
    pub deleted: usize,
    /// Whether there is a bundle.
    pub bundled: bool,
    /// How it ended.
    pub end: End,
}

/// How a batch ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// Every row has been dealt with.
    #[default]
    Finished,
    /// Someone stopped it.
    Interrupted,
    /// Too many rows failed.
    TooManyErrors,
}

/// Makes a batch.
///
/// `jobs` is read on a thread of its own, which a run that is interrupted leaves behind where it waits
/// for input. Once `interrupted` is true, rows on their way are finished, and no more are begun.
pub fn run(
    settings: Settings<'_>,
    jobs: Box<dyn Read + Send>,
    disk: &dyn Disk,
    interrupted: &AtomicBool,
    observer: &mut dyn Observer,
) -> Result<Summary, Error> {
    let mut settings = settings;
    let stop = Stop::new(interrupted);
    let table = match Table::open(Input::new(jobs, &stop).map_err(Error::Jobs)?) {
        Ok(table) => table,
        Err(_) if stop.is_stopped() => {
            return Ok(Summary {
                end: End::Interrupted,
                ..Summary::default()
            });
        }
        Err(Unreadable::Findings(findings)) => return Err(Error::Header(findings)),
        Err(Unreadable::Io(error)) => return Err(Error::Jobs(error)),
    };
    if let Some(columns) = table.data_names() {
        settings.name.check(&columns).map_err(Error::Name)?;
    }
    if let Some(BundleSettings { path, .. }) = &settings.bundle
        && settings.start == Start::Fresh
        && path.exists()
    {
        return Err(Error::BundleIsThere { path: path.clone() });
    }
    let mut folder = match &settings.folder {
        Some(path) => Some(Folder::open(path, settings.start, disk)?),
        None => None,
    };
    let mut head = Head {
        batch: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        date: settings.defaults.date.to_string(),
        name: settings.name.source.clone(),
        shard: settings.shard.to_string(),
        rows: None,
    };
    if let Some(folder) = &mut folder {
        for note in std::mem::take(&mut folder.notes) {
            observer.note(&note);
        }
        if let Some(past) = &folder.past.head {
            if past.shard != head.shard {
                return Err(Error::OtherShard {
                    there: past.shard.clone(),
                    here: head.shard,
                });
            }
            if past.program != head.program {
                observer.note(&format!(
                    "the batch was begun by version {} of the program, and this is {}: all rows are made again",
                    past.program, head.program
                ));
            }
            match crate::library::parse_day(&past.date) {
                Some(day) if !settings.date_is_given => {
                    if day != settings.defaults.date {
                        observer.note(&format!(
                            "the batch was begun on {day}: its leaflets keep that date"
                        ));
                    }
                    settings.defaults.date = day;
                    head.date = past.date.clone();
                }
                _ => {}
            }
        }
    }
    let journal = match &folder {
        Some(folder) => Some(folder.journal(&head)?),
        None => None,
    };
    let past = folder.as_mut().map(Folder::take_past);
    let clinic = settings.defaults.clinic;
    let bundle = match &settings.bundle {
        None => None,
        Some(bundle) => {
            let manifest = settings.library.manifest();
            let language = settings
                .defaults
                .language
                .as_ref()
                .or(clinic.defaults.get("language"));
            let paper = settings
                .defaults
                .paper
                .or_else(|| paper_named(clinic.defaults.get("paper")?));
            Some(BundleWriter::begin(
                bundle,
                disk,
                settings.faces,
                settings.defaults.date,
                &manifest.publisher,
                language.unwrap_or(&manifest.language),
                paper.unwrap_or(Paper::A4),
            )?)
        }
    };
    let reserved = settings.bundle.as_ref().and_then(|bundle| {
        let folder = settings.folder.as_ref()?.canonicalize().ok()?;
        let is_within = draft::folder(&bundle.path)
            .canonicalize()
            .is_ok_and(|other| other == folder);
        is_within.then(|| {
            bundle
                .path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
        })?
    });
    let window = if bundle.is_some() {
        BUNDLE_WINDOW
    } else {
        WINDOW
    };
    let is_bundled = bundle.is_some();
    let shelves = Shelves::new();
    let stock = Stock::new(
        settings.library,
        settings.faces,
        &settings.defaults,
        &shelves,
    );
    let permits = line_up::Permits::new(window);
    let mut names = Names::default();
    if let Some(reserved) = &reserved {
        names.reserve(reserved);
    }
    let line = Mutex::new(line_up::LineUp {
        table,
        name: &settings.name,
        names,
        shard: settings.shard,
        past,
        folder: settings.folder.as_deref(),
        permits: &permits,
        stop: &stop,
        lined_up: line_up::LinedUp::default(),
    });
    let (finished_sender, finished) = mpsc::sync_channel::<Vec<worker::Finished<'_>>>(window);
    let result = thread::scope(|scope| {
        for _ in 0..settings.workers.max(1) {
            let finished = finished_sender.clone();
            let worker = worker::Worker {
                stock: &stock,
                folder: folder.as_ref(),
                disk,
                is_bundled,
                at_once: (window / 32).max(1),
            };
            let line = &line;
            scope.spawn(move || worker.run(line, &finished));
        }
        drop(finished_sender);
        let group = window / 2;
        let mut committer = commit::Committer::new(
            folder.as_ref(),
            journal,
            bundle,
            group,
            settings.max_errors,
            &permits,
            observer,
        );
        let result = committer.run(&finished, &stop);
        if result.is_err() {
            stop.stop();
        }
        permits.close();
        // Nobody is to wait for room in a queue that nobody empties.
        while finished.recv().is_ok() {}
        result.map(|()| committer)
    });
    let commit::Committer {
        mut summary,
        journal,
        bundle,
        observer,
        ..
    } = result?;
    let line_up::LineUp { past, lined_up, .. } =
        line.into_inner().unwrap_or_else(PoisonError::into_inner);
    summary.rows = lined_up.rows;
    if lined_up.end.unwrap_or(Ok(false))? {
        // The bundle first: a folder with a manifest is one where nothing is left to do.
        if let Some(bundle) = bundle {
            summary.bundled = bundle.finish()?;
        }
        if let (Some(folder), Some(journal)) = (folder.as_ref(), journal) {
            let past = past.unwrap_or_else(journal::Past::none);
            summary.deleted = folder.finish(past, journal, &head, summary.rows)?;
        }
    } else {
        if let Some(bundle) = bundle {
            bundle.discard()?;
        }
        summary.end = if stop.is_interrupted() {
            End::Interrupted
        } else {
            End::TooManyErrors
        };
    }
    observer.tick();
    Ok(summary)
}

/// Where the paths in the column `clinic` begin, unless the command line says otherwise: the folder of
/// the job file.
pub fn folder_of(jobs: &Path) -> PathBuf {
    jobs.parent().map(Path::to_owned).unwrap_or_default()
}
