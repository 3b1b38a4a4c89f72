//! `handout batch`: many leaflets from a job file.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail};

use super::progress::Progress;
use super::{Outcome, lookup};
use crate::batch::bundle::BundleSettings;
use crate::batch::name::NameTemplate;
use crate::batch::shard::Shard;
use crate::batch::{self, Defaults, End, Error, Settings, StartMode, Summary};
use crate::cli::{Batch, BatchCommand, BatchRun, Global, SidesArg};
use crate::disk::RealDisk;
use crate::font::Faces;
use crate::pdf::Sides;
use crate::request_options::RequestOptions;

/// Set by the first Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Runs the command.
pub(super) fn run(batch: &Batch, global: &Global) -> anyhow::Result<Outcome> {
    match &batch.command {
        Some(BatchCommand::Merge(merge)) => super::merge::run(merge, global),
        None => make(&batch.run, global),
    }
}

fn make(asked: &BatchRun, global: &Global) -> anyhow::Result<Outcome> {
    let Some(jobs) = &asked.jobs else {
        bail!("name a job file, or `-` for stdin")
    };
    if asked.output.is_none() && asked.bundle.is_none() && !asked.dry_run {
        bail!(
            "say where leaflets go, with `--output DIR` or `--bundle FILE.pdf`, or try them with `--dry-run`"
        );
    }
    let name = NameTemplate::new(&asked.name).context("`--name`")?;
    let shard = match &asked.shard {
        Some(shard) => shard
            .resolve(|variable| std::env::var(variable).ok())
            .context("`--shard`")?,
        None => Shard::WHOLE,
    };
    let faces = Faces::bundled();
    let library = global.library()?;
    let clinic = lookup::clinic(asked.clinic.as_deref(), &library, &faces)?;
    if let Some(folder) = asked.clinics.as_deref().filter(|folder| !folder.is_dir()) {
        bail!("no folder `{}`", folder.display());
    }
    let (input, length): (Box<dyn Read + Send>, Option<u64>) = if jobs.as_os_str() == "-" {
        (Box::new(io::stdin()), None)
    } else {
        let file = File::open(jobs).with_context(|| format!("cannot open `{}`", jobs.display()))?;
        let metadata = file
            .metadata()
            .with_context(|| format!("cannot read `{}`", jobs.display()))?;
        if metadata.is_dir() {
            bail!("`{}` is a folder, not a job file", jobs.display());
        }
        (Box::new(file), metadata.is_file().then_some(metadata.len()))
    };
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    let settings = Settings {
        library: &library,
        faces: &faces,
        defaults: Defaults {
            clinic: &clinic,
            clinics: match &asked.clinics {
                Some(folder) => folder.clone(),
                None if jobs.as_os_str() == "-" => PathBuf::new(),
                None => jobs.parent().map(Path::to_owned).unwrap_or_default(),
            },
            options: RequestOptions {
                language: asked.language.clone(),
                paper: asked.paper.map(Into::into),
                edition: asked.edition.map(Into::into),
                references: asked.references.map(Into::into),
            },
            date: global.today()?,
        },
        date_is_given: global.date.is_some() || std::env::var_os("SOURCE_DATE_EPOCH").is_some(),
        folder: asked.output.clone().filter(|_| !asked.dry_run),
        bundle: asked
            .bundle
            .clone()
            .filter(|_| !asked.dry_run)
            .map(|path| BundleSettings {
                path,
                sides: match asked.sides {
                    SidesArg::One => Sides::One,
                    SidesArg::Two => Sides::Two,
                },
                separator: asked.separator,
            }),
        start: match (asked.resume, asked.overwrite) {
            (true, _) => StartMode::Resume,
            (_, true) => StartMode::Overwrite,
            _ => StartMode::Fresh,
        },
        name,
        shard,
        max_errors: asked.max_errors,
        workers: asked.workers.map_or_else(processors, usize::from),
    };
    watch_for_interruption()?;
    no_data_in_panics();
    let mut progress = Progress::new(global, asked.json, length);
    let result = batch::run(settings, input, &RealDisk, &INTERRUPTED, &mut progress);
    progress.finish();
    match result {
        Ok(summary) => {
            progress.summary(&summary, asked);
            Ok(outcome(&summary))
        }
        Err(Error::Header(findings)) => global.show(&findings),
        Err(error @ (Error::Disk { .. } | Error::Jobs(_))) if asked.output.is_some() => Err(error)
            .context("the batch stopped; what it made is kept, and `--resume` goes on from there"),
        Err(error) => Err(error.into()),
    }
}

fn outcome(summary: &Summary) -> Outcome {
    match summary.end {
        End::Interrupted => Outcome::Interrupted,
        _ if summary.failed > 0 => Outcome::ContentErrors,
        _ => Outcome::Done,
    }
}

/// The first Ctrl-C (or SIGTERM, as from Kubernetes) lets rows on their way finish; the second ends the
/// program at once, which the journal survives as well.
fn watch_for_interruption() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        // Nobody is left to tell if this fails.
        let _ = writeln!(
            io::stderr(),
            "finishing the rows that are on their way; once more to stop at once"
        );
    })
    .context("cannot watch for Ctrl-C")
}

/// What a panic says may quote the text that it stumbled over, a patient's name among it.
fn no_data_in_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let _ = writeln!(io::stderr(), "internal error at {place}");
    }));
}
