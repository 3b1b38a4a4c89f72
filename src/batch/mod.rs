//! Makes many leaflets from a job file, and loses none of them.
//!
//! ```text
//!          bytes             tasks                finished rows
//! [`input`] ───► [`task_source`] ───► [`worker`]s ───► [`committer`] ───► files, journal
//!  thread         rows, names,         threads          row order,
//!                 shard                                 groups
//! ```
//!
//! 1. [`input`] reads the job file, [`job_file`] splits it into rows, and [`job`] checks each row.
//!    [`workbook`] reads a job file that is a workbook. A list of the desk has headings of its own: [`list_plan`] says
//!    which column has which role, and [`list_survey`] shows a list before its leaflets are made.
//! 2. [`task_source`] gives each row its file name ([`file_name`]) and drops rows of other shards ([`shard`]).
//!    [`row_order`] sorts rows before, if their order is not that of the job file.
//! 3. [`worker`] threads render leaflets and write them under temporary names. [`row_request`] finds out
//!    what a row asks for. [`source_cache`] and [`prepared_cache`] do each thing once.
//! 4. [`committer`] takes finished rows in row order. It syncs and renames their files in groups, and
//!    then records them in the journal ([`folder`]). [`kept_runs`] counts and deletes what a folder has.
//! 5. [`bundle`] writes all leaflets into one file for the printer, or into several ([`bundle_files`]), if there is to
//!    be one. [`bundle_manifest`] says where each row is in it.
//!
//! At most [`WINDOW`] rows are in progress, so memory hardly grows with the job file. It holds a hash of each
//! file name, and the records of earlier runs in the folder.

mod bundle;
mod bundle_files;
mod bundle_manifest;
mod cell_fault;
mod column_names;
mod committer;
mod error;
mod file_name;
mod folder;
mod input;
mod job;
mod job_file;
mod journal;
mod kept_runs;
mod list_plan;
mod list_survey;
mod manifest;
mod merge;
mod name_template;
mod observer;
mod once_map;
mod prepared_cache;
mod previous_run;
mod printing;
mod record;
mod row_hash;
mod row_order;
mod row_request;
mod shard;
mod source_cache;
mod summary;
mod task;
mod task_source;
mod workbook;
mod worker;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use crate::disk::{Disk, FileMode, folder_of};
use crate::finding::Finding;
use crate::font::Faces;
use crate::leaflet::{LeafletError, LeafletRequest, Renderer, SheetMarks};
use crate::library::Library;
use crate::log::Log;
use crate::pdf::{PdfError, Sides};
use crate::request_options::{RequestOptions, UsualPaper};
use crate::theme::Paper;
use crate::thread_stack;
pub use bundle::BundleSettings;
use bundle::BundleWriter;
pub(crate) use bundle_files::part_path;
use bundle_files::{fingerprint, fingerprints_in, joined};
pub(crate) use bundle_manifest::path_for as bundle_manifest_path;
use column_names::{ColumnUse, misspelt_columns};
use committer::{Committer, Queue};
pub use error::{Error, TemplateError};
use file_name::FileNames;
pub(crate) use file_name::safe as safe_name;
use folder::Folder;
pub use folder::StartMode;
pub(crate) use folder::{is_batch_file, is_in_batch};
use input::{Input, StopSignal};
use job::Job;
use job_file::JobFile;
pub(crate) use job_file::{RESERVED, nest_object};
pub(crate) use kept_runs::{delete_leaflets, delete_run, kept_run};
pub(crate) use list_plan::folded;
pub use list_plan::{ColumnRole, ListPlan};
pub(crate) use list_survey::{
    SurveyRow, column_name, likeliest_sheet, names_of_json, row_of_list, rows_made_before, sheets,
    survey,
};
use manifest::RecordOrder;
pub use merge::{Merged, merge};
pub use name_template::{DEFAULT_TEMPLATE, NameTemplate};
pub use observer::{Observer, RowReport, RowStatus};
use previous_run::PreviousRun;
pub use printing::{JobOn, PrintSettings};
use record::{FORMAT, Head};
pub use record::{RowRecord, Status};
use row_order::SortedRows;
pub use row_request::Defaults;
use row_request::{OnlyPdf, RequestResolver};
pub use shard::{Shard, ShardArg, ShardError};
use source_cache::SourceCache;
pub use summary::{End, Redone, Summary};
use task_source::{RowOrder, TaskSource};
use worker::Worker;

/// Maximum number of rows in progress.
pub const WINDOW: usize = 512;
/// Maximum number of rows in progress with a bundle or a printer, which keep the pages of each in memory.
pub const BUNDLE_WINDOW: usize = 32;

/// Returns why a leaflet is not made although it could be; nothing if it is made.
pub type Stops<'a> = dyn Fn(&LeafletRequest<'_>) -> Vec<Finding> + Sync + 'a;

pub struct Settings<'a> {
    pub library: &'a Library,
    pub faces: &'a Faces,
    /// Clinic and options for rows that choose none.
    pub defaults: Defaults<'a>,
    /// Whether [`Defaults::date`] was given explicitly. Otherwise a resumed batch keeps its date.
    pub date_is_given: bool,
    /// Folder of the leaflets. With neither folder nor bundle, the batch is a dry run.
    pub folder: Option<PathBuf>,
    /// The bundle. A dry run writes none.
    pub bundle: Option<BundleSettings>,
    /// Columns that rows are sorted by, the most important one first. Without them, rows keep the order of the job
    /// file. Otherwise the whole job file is in memory.
    pub sort: Vec<String>,
    /// The printer of the leaflets, which are sent in row order. Needs a folder, or is a dry run.
    pub printing: Option<PrintSettings<'a>>,
    /// Sides that sheets are counted for without a bundle.
    pub sides: Sides,
    /// Size of the job file in bytes, if known. Without it, no note says early that a bundle is too large.
    pub jobs_length: Option<u64>,
    /// Whether a dry run is for a bundle, which is then not written.
    pub tries_bundle: bool,
    /// Files that no leaflet may replace, such as the job file.
    pub inputs: Vec<PathBuf>,
    pub start: StartMode,
    pub name: NameTemplate,
    /// Finds what else stops a leaflet. It is asked once for each combination of handout, clinic and options.
    pub stops: Option<&'a Stops<'a>>,
    /// Decisions about a list with headings of its own. `None` for a job file with the names of columns.
    pub plan: Option<Arc<ListPlan>>,
    /// Sheet of a workbook. Without it, the first one with content.
    pub sheet: Option<String>,
    pub shard: Shard,
    /// Where leaflets are recorded before they get their names.
    pub log: Option<&'a Log>,
    /// Permissions of files about a reader.
    pub mode: FileMode,
    /// Number of failed rows that stops the batch.
    pub max_errors: Option<u32>,
    /// Number of worker threads. With 0, the calling thread makes all leaflets.
    pub workers: usize,
}

impl Settings<'_> {
    /// Returns the bundle that is to be written.
    fn written_bundle(&self) -> Option<&BundleSettings> {
        self.bundle.as_ref().filter(|_| !self.tries_bundle)
    }
}

/// Makes a batch.
///
/// 1. Opens the job file and the folder, and continues the batch in it.
/// 2. Makes the rows.
/// 3. Finishes the bundle and the manifest, unless the batch was stopped.
///
/// Once `interrupted` is true, rows in progress are finished, and no more are begun. The thread that
/// reads `jobs` is then left behind, as it may wait for input forever.
pub fn run(
    mut settings: Settings<'_>,
    jobs: Box<dyn Read + Send>,
    disk: &dyn Disk,
    interrupted: &AtomicBool,
    observer: &mut dyn Observer,
) -> Result<Summary, Error> {
    let stop = StopSignal::new(interrupted);
    let stopped = Summary {
        end: End::Interrupted,
        ..Summary::default()
    };
    let mut job_file = match JobFile::open_list(
        BufReader::new(Input::new(jobs, &stop)),
        settings.sheet.as_deref(),
        settings.plan.clone(),
    ) {
        Ok(job_file) => job_file,
        Err(_) if stop.is_stopped() => return Ok(stopped),
        Err(error) => return Err(error),
    };
    check_columns(&job_file, &settings)?;
    let (order, record_order) = if settings.sort.is_empty() {
        (RowOrder::JobFile, RecordOrder::ByRow)
    } else {
        match SortedRows::read(&mut job_file, &settings.sort) {
            Ok(sorted) => (RowOrder::Sorted(sorted), RecordOrder::Other),
            Err(_) if stop.is_stopped() => return Ok(stopped),
            Err(error) => return Err(error),
        }
    };
    let (folder, mut previous, earlier) = open_folder(&mut settings, disk, observer)?;
    let head = head_of(&settings, &previous, &earlier);
    let mut journal = folder
        .as_ref()
        .map(|folder| folder.open_journal(&head))
        .transpose()?;
    if let (Some(printing), Some(folder), Some(journal)) =
        (&settings.printing, &folder, &mut journal)
    {
        printing.settle(&mut previous, folder, journal)?;
    }
    let bundle = begin_bundle(&settings, earlier, disk)?;
    let marks = prepare_marks(&settings)?;

    let window = if bundle.is_some() || settings.printing.is_some() {
        BUNDLE_WINDOW
    } else {
        WINDOW
    };
    let (permit_sender, permits) = mpsc::sync_channel(window);
    let sources = SourceCache::new();
    let columns = ColumnUse::new(&job_file);
    settings.sort.iter().for_each(|name| columns.add_used(name));
    let resolver = RequestResolver::new(
        settings.library,
        settings.faces,
        &settings.defaults,
        &sources,
        &columns,
        match (&settings.bundle, &settings.printing) {
            (_, Some(_)) => OnlyPdf::Printer,
            (Some(_), _) => OnlyPdf::Bundle,
            _ if settings.tries_bundle => OnlyPdf::Bundle,
            _ => OnlyPdf::No,
        },
        settings.stops,
    )
    .with_usual_paper(match settings.plan {
        // As on the desk's screen of a leaflet.
        Some(_) => UsualPaper::Replaced,
        None => UsualPaper::Kept,
    });
    let source = Mutex::new(TaskSource {
        job_file,
        order,
        template: &settings.name,
        ids: resolver.ids(),
        names: reserved_names(&settings, &previous),
        plan: settings.plan.clone(),
        shard: settings.shard,
        previous,
        permits: permit_sender,
        stop: &stop,
        rows: 0,
        tasks: 0,
        end: None,
    });
    let worker = Worker {
        resolver: &resolver,
        folder: folder.as_ref(),
        has_bundle: bundle.is_some(),
        bundle: settings.bundle.as_ref(),
        marks,
        faces: settings.faces,
        sides: match &settings.bundle {
            Some(bundle) => bundle.sides,
            None => settings.sides,
        },
        mode: settings.mode,
        log: settings.log,
        printing: settings.printing.as_ref(),
    };
    let mut committer = Committer {
        folder: folder.as_ref(),
        journal,
        bundle,
        printing: settings.printing.as_ref(),
        jobs_length: settings.jobs_length,
        group_size: window / 2,
        max_errors: settings.max_errors,
        permits: Some(permits),
        stop: &stop,
        log: settings.log,
        disk,
        observer,
        summary: Summary::default(),
        queue: Queue::default(),
    };
    let made = make_rows(&worker, settings.workers, &source, &mut committer);
    if let (Err(_), Some(folder)) = (&made, &folder) {
        // Best effort: the next run deletes the rest.
        let _ = folder.delete_temporary_files();
    }
    made?;
    if !stop.is_stopped() {
        committer
            .observer
            .findings(columns.unused(&settings.name).as_slice());
        committer.summary.unused = columns.unused_names(&settings.name);
    }
    committer.summary.has_example = resolver.has_example();
    finish(source, committer, head, record_order)
}

/// Refuses a header without the columns of the file name template, or with misspelt names. Rows with clinics of
/// their own are checked one by one.
fn check_columns(job_file: &JobFile<impl BufRead>, settings: &Settings<'_>) -> Result<(), Error> {
    let Some(columns) = job_file.data_names() else {
        return Ok(());
    };
    if let Some(at_header) = job_file.header_for_one_clinic() {
        let clinic = settings.defaults.clinic;
        let misspelt = misspelt_columns(&columns, settings.library, clinic);
        if !misspelt.is_empty() {
            let findings = misspelt.into_iter().map(at_header);
            return Err(Error::Header(findings.collect()));
        }
    }
    settings.name.check(&columns).map_err(Error::Name)
}

/// Returns the ids in the column `handout`, sorted. Leaves out rows that cannot be read.
pub(crate) fn named_handouts(
    jobs: impl BufRead,
    sheet: Option<&str>,
) -> Result<Vec<String>, Error> {
    let mut job_file = JobFile::open(jobs, sheet)?;
    let mut ids = BTreeSet::new();
    while let Some(row) = job_file.next_row().map_err(Error::Jobs)?
        && ids.len() < once_map::CAPACITY
    {
        let job = row.fields.and_then(|fields| Job::read(fields, &[]));
        ids.extend(job.into_iter().flat_map(|job| job.handouts));
    }
    Ok(ids.into_iter().collect())
}

/// Opens the folder, if there is one, and continues the batch in it with its date. Returns the files of an earlier
/// bundle that the new one deletes, too.
fn open_folder<'a>(
    settings: &mut Settings<'_>,
    disk: &'a dyn Disk,
    observer: &mut dyn Observer,
) -> Result<(Option<Folder<'a>>, PreviousRun, Vec<PathBuf>), Error> {
    let mut earlier = Vec::new();
    if let Some(bundle) = settings.written_bundle() {
        let folder = settings.folder.as_deref();
        if let (Some(folder), Some(_)) = (folder, bundle.max_sheets)
            && is_same_folder(folder_of(&bundle.path), folder)
        {
            return Err(Error::PartsAmongLeaflets {
                folder: folder.to_owned(),
            });
        }
        earlier = bundle_files::earlier_files(bundle, settings.start, folder)?;
        let is_new = settings.start == StartMode::Resume && folder.is_none();
        let path = &bundle.path;
        if is_new && path.is_file() {
            return Err(Error::ForeignBundle { path: path.clone() });
        }
    }
    let Some(path) = &settings.folder else {
        return Ok((None, PreviousRun::default(), earlier));
    };
    let mut notes = Vec::new();
    let (folder, previous) = Folder::open(path, settings.start, settings.mode, disk, &mut notes)?;
    for note in notes {
        observer.note(&note);
    }
    if !previous.findings.is_empty() {
        observer.findings(&previous.findings);
    }
    if let Some(BundleSettings { path, .. }) = settings.written_bundle()
        && settings.start == StartMode::Resume
        && path.is_file()
    {
        let found = fingerprint(path);
        let is_known =
            |head: &Head| fingerprints_in(head).any(|known| Some(known) == found.as_deref());
        if !previous.head.as_ref().is_some_and(is_known) {
            return Err(Error::ForeignBundle { path: path.clone() });
        }
    }
    if let Some(head) = &previous.head {
        continue_batch(head, settings, observer)?;
    }
    Ok((Some(folder), previous, earlier))
}

/// Takes the date of the batch in the folder, and refuses another shard.
fn continue_batch(
    head: &Head,
    settings: &mut Settings<'_>,
    observer: &mut dyn Observer,
) -> Result<(), Error> {
    let shard = settings.shard.to_string();
    if head.shard != shard {
        return Err(Error::OtherShard {
            there: head.shard.clone(),
            here: shard,
        });
    }
    if head.program != env!("CARGO_PKG_VERSION") {
        observer.note(&format!(
            "the batch was begun by version {} of the program, and this is {}: all rows are made again",
            head.program,
            env!("CARGO_PKG_VERSION")
        ));
    }
    if let Some(day) = crate::source::parse_day(&head.date)
        && !settings.date_is_given
    {
        if day != settings.defaults.date {
            observer.note(&format!(
                "the batch was begun on {day}: its leaflets keep that date"
            ));
        }
        settings.defaults.date = day;
    }
    Ok(())
}

/// Returns the head of the journal. An earlier bundle stays known until the batch makes a new one, and so do its files
/// `earlier`.
fn head_of(settings: &Settings<'_>, previous: &PreviousRun, earlier: &[PathBuf]) -> Head {
    Head {
        batch: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        date: settings.defaults.date.to_string(),
        name: settings.name.source.clone(),
        shard: settings.shard.to_string(),
        rows: None,
        bundles: match (&previous.head, settings.written_bundle()) {
            (Some(head), _) => head.bundles.clone(),
            // After a crash, the next run may replace it, too.
            (None, Some(bundle)) if settings.start == StartMode::Overwrite => {
                let files: BTreeSet<&PathBuf> = earlier.iter().chain([&bundle.path]).collect();
                let fingerprints = files.into_iter().filter_map(|path| fingerprint(path));
                joined(fingerprints).into_iter().collect()
            }
            _ => Vec::new(),
        },
    }
}

/// Begins the bundle, if there is to be one, in the language and on the paper of most leaflets.
fn begin_bundle<'a>(
    settings: &'a Settings<'_>,
    earlier: Vec<PathBuf>,
    disk: &'a dyn Disk,
) -> Result<Option<BundleWriter<'a>>, Error> {
    let Some(bundle) = settings.written_bundle() else {
        return Ok(None);
    };
    let defaults = &settings.defaults;
    let options = defaults
        .options
        .clone()
        .or(RequestOptions::of_clinic(defaults.clinic));
    let manifest = settings.library.manifest();
    let writer = BundleWriter::begin(
        bundle,
        disk,
        settings.faces,
        defaults.date,
        &manifest.publisher,
        options.language.as_ref().unwrap_or(&manifest.language),
        options.paper.unwrap_or(Paper::A4),
    )?;
    Ok(Some(writer.replacing(earlier)))
}

/// Prepares the marks of the bundle, if it has some.
fn prepare_marks(settings: &Settings<'_>) -> Result<Option<Arc<SheetMarks>>, Error> {
    if !settings.written_bundle().is_some_and(|bundle| bundle.marks) {
        return Ok(None);
    }
    match SheetMarks::new(settings.faces, &mut Renderer::new()) {
        Ok(marks) => Ok(Some(Arc::new(marks))),
        Err(LeafletError::Pdf(error)) => Err(Error::Bundle(error)),
        Err(LeafletError::Findings(_)) => Err(Error::Bundle(PdfError::Empty)),
    }
}

/// Returns whether two paths are the same folder. A folder that does not exist yet is known by its path.
fn is_same_folder(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    matches!((real(one), real(other)), (Ok(one), Ok(other)) if one == other)
}

/// Returns the names that no leaflet may have: those of the bundle, of earlier bundles and of inputs in the same
/// folder.
fn reserved_names(settings: &Settings<'_>, previous: &PreviousRun) -> FileNames {
    let mut names = FileNames::default();
    let Some(folder) = &settings.folder else {
        return names;
    };
    let bundle = settings.bundle.iter().map(|bundle| &bundle.path);
    for path in bundle.chain(&settings.inputs) {
        if let Some(name) = path.file_name()
            && is_same_folder(folder_of(path), folder)
        {
            names.reserve(&name.to_string_lossy());
        }
    }
    let known = previous.head.iter().flat_map(fingerprints_in);
    for path in known.flat_map(|fingerprint| bundles_with(fingerprint, folder)) {
        let name = path.file_name().unwrap_or_default();
        names.reserve(&name.to_string_lossy());
    }
    names
}

/// Returns the bundles in a folder that have a fingerprint.
fn bundles_with(known: &str, folder: &Path) -> Vec<PathBuf> {
    let size = known.split('-').next().unwrap_or_default();
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files
        // Few files have the same size, so that few are read.
        .filter(|file| {
            file.metadata()
                .is_ok_and(|found| found.len().to_string() == size)
        })
        .map(|file| file.path())
        .filter(|path| fingerprint(path).as_deref() == Some(known))
        .collect()
}

/// Makes rows on up to `workers` threads, or on this thread if none can be started.
fn make_rows<'s>(
    worker: &Worker<'_, 's>,
    workers: usize,
    source: &Mutex<TaskSource<'_>>,
    committer: &mut Committer<'_, 's>,
) -> Result<(), Error> {
    let (sender, messages) = mpsc::sync_channel(WINDOW);
    thread::scope(|scope| {
        let mut has_threads = false;
        for _ in 0..workers {
            let sender = sender.clone();
            let work = move || worker.run(source, |message| sender.send(message).is_ok());
            if thread_stack::builder().spawn_scoped(scope, work).is_err() {
                break;
            }
            has_threads = true;
        }
        drop(sender);
        let result = if has_threads {
            committer.run(&messages)
        } else {
            let mut result = Ok(());
            worker.run(source, |message| {
                result = committer.take(message);
                result.is_ok()
            });
            result.and_then(|()| committer.flush())
        };
        if result.is_err() {
            committer.stop.stop();
        }
        // Workers may wait for a permit.
        committer.permits = None;
        // Workers may wait for room in the channel.
        while messages.recv().is_ok() {}
        result
    })
}

/// Finishes the bundle and the manifest, unless the batch was stopped.
fn finish(
    source: Mutex<TaskSource<'_>>,
    committer: Committer<'_, '_>,
    mut head: Head,
    order: RecordOrder,
) -> Result<Summary, Error> {
    let source = source.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut summary = committer.summary;
    summary.rows = source.rows;
    head.rows = Some(source.rows);
    if source.end.unwrap_or(Ok(false))? {
        // The manifest last: it marks a folder where nothing is left to do.
        let mut closed = None;
        if let Some(bundle) = committer.bundle {
            committer.observer.findings(bundle.mixed_paper().as_slice());
            closed = bundle.close()?;
        }
        if let Some(bundle) = &closed {
            summary.bundled = true;
            summary.bundle_files = bundle.file_count();
            summary.bundle_pages = bundle.pages() as u64;
            let known = head.bundles.len();
            head.bundles.drain(..known.saturating_sub(1));
            head.bundles.extend(bundle.fingerprint());
        }
        // Record the bundle before it gets its name. After a crash in between, the next run still knows that
        // the bundle is its own, and makes it again.
        if let (Some(folder), Some(journal)) = (committer.folder, committer.journal) {
            summary.deleted = folder.finish(source.previous, journal, &head, order)?;
        }
        if let Some(bundle) = closed {
            if let Some(log) = committer.log {
                log.append(&committer.queue.of_bundle, committer.disk)?;
            }
            bundle.finish()?;
        }
    } else {
        // Leaflets that were not sent.
        if let (Some(folder), true) = (committer.folder, committer.printing.is_some()) {
            folder.delete_temporary_files()?;
        }
        if let Some(bundle) = committer.bundle {
            bundle.discard()?;
        }
        summary.end = if committer.stop.is_interrupted() {
            End::Interrupted
        } else {
            End::TooManyErrors
        };
    }
    committer.observer.tick();
    Ok(summary)
}
