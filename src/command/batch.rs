//! `handout batch`: makes many leaflets from a job file.
//!
//! 1. Opens the job file, the library and the default clinic.
//! 2. Watches for Ctrl-C, and keeps patients' data out of panic messages.
//! 3. Runs the batch and shows its progress.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::{Context, bail};
use jiff::civil::Date;

use super::output_file::refuse_other_ending;
use super::print_job;
use super::progress::Progress;
use super::{Outcome, collect_findings, lookup, more_faults};
use crate::batch::is_batch_file;
use crate::batch::{
    self, BundleSettings, Defaults, End, Error, NameTemplate, PrintSettings, Settings, Shard,
    StartMode, Summary,
};
use crate::cli::{Batch, BatchCommand, BatchRun, Global};
use crate::disk::{FileMode, RealDisk, is_named_pipe};
use crate::finding::Finding;
use crate::font::Faces;
use crate::leaflet::Format;
use crate::library::Library;
use crate::pdf::Sides;
use crate::printer::PrintSides;
use crate::request_options::{RequestOptions, name_of};
use crate::theme::Paper;

/// Set by the first Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

pub(super) fn run(batch: &Batch, global: &Global) -> anyhow::Result<Outcome> {
    match &batch.command {
        Some(BatchCommand::Merge(merge)) => super::merge::run(merge, global),
        None => run_batch(&batch.run, global),
    }
}

fn run_batch(arguments: &BatchRun, global: &Global) -> anyhow::Result<Outcome> {
    let Some(jobs) = &arguments.jobs else {
        bail!("name a job file, or `-` for stdin")
    };
    if let Some(other) = arguments.others.first() {
        bail!("{}", more_than_one(other, arguments.output.is_some()));
    }
    if let Some(format) = arguments.format.filter(|format| *format != Format::Pdf)
        && (arguments.bundle.is_some() || arguments.print.is_some())
    {
        bail!(
            "`--bundle` and `--print` have PDF leaflets only: leave out `--format {}`, or make the files with \
             `--output DIR`",
            name_of(&format)
        );
    }
    let folder = folder(arguments, jobs)?;
    if folder.is_none() && arguments.bundle.is_none() && !arguments.dry_run {
        bail!(
            "say where leaflets go, with `--output DIR`, `--bundle FILE.pdf` or `--print URI`, or try them with \
             `--dry-run`"
        );
    }
    let is_printed = arguments.bundle.is_some() || arguments.print.is_some();
    if arguments.sides.is_some() && !is_printed && !arguments.dry_run {
        bail!(
            "`--sides` is for `--bundle` and `--print`, and for counting sheets with `--dry-run`"
        );
    }
    // The argument parser asks for no `--bundle` where `--print` forbids one.
    for (flag, is_given) in [
        ("--marks", arguments.marks),
        ("--max-sheets", arguments.max_sheets.is_some()),
        ("--separator", arguments.separator.is_some()),
    ] {
        if is_given && arguments.bundle.is_none() {
            bail!("`{flag}` is for `--bundle`: with `--print`, each leaflet is a job of its own");
        }
    }
    if !arguments.sort.is_empty() && !is_printed {
        bail!("`--sort` is for `--bundle` and `--print`: files in a folder have no order");
    }
    if let Some(bundle) = &arguments.bundle {
        refuse_other_ending(bundle, Format::Pdf)?;
        if arguments.max_sheets.is_some() && bundle.exists() && !bundle.is_file() {
            bail!(
                "`--max-sheets` makes several files, and `{}` is not one",
                bundle.display()
            );
        }
    }
    if arguments.marks && arguments.paper.is_some_and(Paper::is_folded) {
        bail!("`--marks` is not for paper that is folded: its sheets have no room at the edge");
    }
    if arguments.resume && folder.is_none() {
        global
            .print_status("note: a bundle alone keeps no finished rows: it is made from the start");
    }
    if let Some(bundle) = &arguments.bundle
        && is_batch_file(bundle)
    {
        bail!(
            "`{}` is the name of a file that a batch keeps: give the bundle another name, as in `all.pdf`",
            bundle.display()
        );
    }
    if let Some(folder) = &arguments.clinics
        && !folder.is_dir()
    {
        bail!("no folder `{}`", folder.display());
    }
    let name = NameTemplate::new(&arguments.name).context("`--name`")?;
    let shard = match &arguments.shard {
        Some(shard) => shard
            .resolve(|variable| std::env::var(variable).ok())
            .context("`--shard`")?,
        None => Shard::WHOLE,
    };
    let faces = Faces::bundled();
    let library = global.library()?;
    let date = global.today()?;
    let mut findings = Vec::new();
    let clinic = lookup::clinic(arguments.clinic.as_deref(), &library, &faces);
    let clinic = collect_findings(clinic, &mut findings)?;
    let Some(clinic) = clinic else {
        add_faults_of_texts(arguments, jobs, &library, date, &faces, &mut findings)?;
        return global.show(&findings);
    };
    if let Some(bundle) = &arguments.bundle {
        super::log::refuse_as_output(&arguments.log, bundle)?;
    }
    let log = match arguments.dry_run {
        true => None,
        false => super::log::open(&arguments.log, &clinic)?,
    };
    let printer = match &arguments.print {
        Some(address) => Some(print_job::connect(address, &arguments.job)?),
        None => None,
    };
    let printing = match (&arguments.print, &printer) {
        (Some(address), Some(printer)) => {
            let paper = RequestOptions::of_clinic(&clinic).paper;
            let paper = arguments.paper.or(paper).unwrap_or(Paper::A4);
            let job = print_job::request(paper, arguments.sides, &arguments.job);
            // Rows with a paper of their own are compared one by one.
            let ticket = printer
                .ticket(&job)
                .map_err(|cannot| print_job::cannot(address, &cannot))?;
            printer.validate(&ticket)?;
            Some(PrintSettings {
                printer,
                job,
                job_on: None,
                resend_uncertain: arguments.resend_uncertain,
                keeps_files: arguments.output.is_some(),
            })
        }
        _ => None,
    };
    let (input, length) = open_jobs(jobs)?;
    let settings = Settings {
        library: &library,
        faces: &faces,
        defaults: Defaults {
            clinic: &clinic,
            clinics: clinics_folder(arguments, jobs),
            options: RequestOptions {
                language: arguments.language.clone(),
                paper: arguments.paper,
                edition: arguments.edition,
                references: arguments.references,
                format: arguments.format,
                cover: arguments.cover,
                envelope: arguments.envelope,
            },
            date,
        },
        date_is_given: global.date.is_some() || std::env::var_os("SOURCE_DATE_EPOCH").is_some(),
        folder: folder.clone().filter(|_| !arguments.dry_run),
        printing,
        bundle: bundle_settings(arguments),
        sort: arguments
            .sort
            .iter()
            .map(|column| column.trim().to_owned())
            .collect(),
        sides: sides(arguments),
        tries_bundle: arguments.bundle.is_some() && arguments.dry_run,
        inputs: vec![jobs.clone()],
        jobs_length: length,
        start: match (arguments.resume, arguments.overwrite) {
            (true, _) => StartMode::Resume,
            (_, true) => StartMode::Overwrite,
            _ => StartMode::Fresh,
        },
        name,
        sheet: arguments.sheet.clone(),
        shard,
        log: log.as_ref(),
        mode: arguments.mode.unwrap_or(FileMode::PRIVATE),
        stops: None,
        plan: None,
        max_errors: arguments.max_errors,
        workers: match arguments.workers {
            Some(workers) => workers.into(),
            None => thread::available_parallelism().map_or(1, usize::from),
        },
    };
    if let Err(error) = watch_for_interruption() {
        // Without threads, the first Ctrl-C ends the program. `--resume` goes on from there.
        global.print_status(&format!("note: {error:#}"));
    }
    let mut progress = Progress::new(arguments, global, length);
    let result = batch::run(settings, input, &RealDisk, &INTERRUPTED, &mut progress);
    progress.finish();
    progress.repeated_warnings();
    match result {
        Ok(summary) => {
            if summary.has_example && !arguments.json {
                global.print_status(lookup::OF_EXAMPLE_CLINIC);
            }
            progress.summary(&summary, arguments);
            match progress.take_output_error() {
                Some(error) => Err(error).context(
                    "cannot write to stdout; the batch has run, but its messages are incomplete",
                ),
                None => Ok(outcome(&summary)),
            }
        }
        Err(Error::Header(findings)) => global.show(&findings),
        Err(error @ (Error::Disk { .. } | Error::Jobs(_) | Error::Log(_) | Error::Printer(_)))
            if has_begun(folder.as_deref()) => Err(
            error,
        )
        .context(
            "the batch stopped; its finished leaflets are kept, and `--resume` goes on from there",
        ),
        Err(error) => Err(error.into()),
    }
}

/// Adds the faults of the texts that the job file names, where the default clinic is faulty. Without a file of
/// known length, adds those of all texts: another program may still write the rows.
fn add_faults_of_texts(
    arguments: &BatchRun,
    jobs: &Path,
    library: &Library,
    date: Date,
    faces: &Faces,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<()> {
    let names = match open_jobs(jobs) {
        Ok((input, Some(_))) => {
            match batch::named_handouts(BufReader::new(input), arguments.sheet.as_deref()) {
                Err(Error::Header(more)) => {
                    findings.extend(more);
                    Vec::new()
                }
                names => names?,
            }
        }
        _ => library.ids(),
    };
    if let Some(path) = lookup::clinic_path(arguments.clinic.as_deref()) {
        more_faults::add_of_texts(path, &names, library, date, faces, findings);
    }
    Ok(())
}

/// Returns the error for a second job file. Without `--output`, `other` may be meant as the folder for the leaflets.
fn more_than_one(other: &Path, has_output: bool) -> String {
    let may_be_folder = !has_output && !other.is_file();
    let other = other.display();
    let folder = match may_be_folder {
        true => format!(". If it is the folder of the leaflets, write `--output {other}`"),
        false => String::new(),
    };
    format!(
        "a batch has one job file, and `{other}` is one too many: run `handout batch` for each file, with an `--output` \
         of its own{folder}"
    )
}

/// Returns whether the folder has finished rows.
fn has_begun(folder: Option<&Path>) -> bool {
    folder.is_some_and(|folder| folder.join("journal.jsonl").is_file())
}

/// Returns the folder of the leaflets, or of the journal if they are only printed.
fn folder(arguments: &BatchRun, jobs: &Path) -> anyhow::Result<Option<PathBuf>> {
    if arguments.output.is_some() || arguments.print.is_none() || arguments.dry_run {
        return Ok(arguments.output.clone());
    }
    if is_stdin(jobs) || arguments.shard.is_some() {
        bail!("name a folder for the journal of the print jobs, with `--output DIR`");
    }
    let name = jobs.file_stem().unwrap_or_default().to_string_lossy();
    Ok(Some(jobs.with_file_name(format!("{name}-printed"))))
}

/// Returns the folder of the paths in the column `clinic`.
fn clinics_folder(arguments: &BatchRun, jobs: &Path) -> PathBuf {
    match &arguments.clinics {
        Some(folder) => folder.clone(),
        None if is_stdin(jobs) => PathBuf::new(),
        None => jobs.parent().map(Path::to_owned).unwrap_or_default(),
    }
}

fn bundle_settings(arguments: &BatchRun) -> Option<BundleSettings> {
    Some(BundleSettings {
        path: arguments.bundle.clone()?,
        sides: sides(arguments),
        separator: arguments.separator,
        max_sheets: arguments.max_sheets,
        marks: arguments.marks,
    })
}

/// Returns the sides that sheets are counted for.
fn sides(arguments: &BatchRun) -> Sides {
    match arguments.sides {
        Some(PrintSides::One) => Sides::One,
        Some(PrintSides::Two | PrintSides::TwoShort) | None => Sides::Two,
    }
}

fn is_stdin(jobs: &Path) -> bool {
    jobs.as_os_str() == "-"
}

/// Opens the job file. Returns its length, too, if that is known.
fn open_jobs(path: &Path) -> anyhow::Result<(Box<dyn Read + Send>, Option<u64>)> {
    if is_stdin(path) {
        return Ok((Box::new(io::stdin()), None));
    }
    if is_named_pipe(path) {
        bail!(
            "`{}` is a named pipe, not a file: write `-` for stdin",
            path.display()
        );
    }
    let file = File::open(path).with_context(|| format!("cannot open `{}`", path.display()))?;
    let metadata = file
        .metadata()
        .with_context(|| format!("cannot read `{}`", path.display()))?;
    if metadata.is_dir() {
        bail!("`{}` is a folder, not a job file", path.display());
    }
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}

fn outcome(summary: &Summary) -> Outcome {
    match summary.end {
        End::Interrupted => Outcome::Interrupted,
        _ if summary.failed > 0 || summary.uncertain > 0 => Outcome::ContentErrors,
        _ => Outcome::Done,
    }
}

/// Handles Ctrl-C and SIGTERM, which Kubernetes sends.
///
/// The first one lets rows in progress finish. The second one ends the program at once; the journal
/// survives that, too.
fn watch_for_interruption() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        // The batch stops even if stderr is closed.
        let _ = writeln!(
            io::stderr(),
            "finishing the rows in progress; press Ctrl-C again to stop at once"
        );
    })
    .context("cannot watch for Ctrl-C")
}
