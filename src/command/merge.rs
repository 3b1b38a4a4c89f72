//! `handout batch merge`: checks that the shards of a batch are complete, and joins their manifests.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, bail};

use super::system_limits::check_stdout;
use super::{Outcome, count};
use crate::batch::{Merged, is_batch_file, is_in_batch, merge};
use crate::cli::{Global, Merge};
use crate::disk::{AtomicFile, FileMode, RealDisk, is_other_file};
use crate::report::printable;

pub(super) fn run(arguments: &Merge, global: &Global) -> anyhow::Result<Outcome> {
    let merged = write_merged(arguments)?;
    // The exit code reports the result even if stderr is closed.
    let mut text = describe(&merged, global);
    if let Some(path) = &arguments.output
        && path != Path::new("-")
        && !merged.problems.is_empty()
    {
        let _ = writeln!(text, "`{}` is not written", path.display());
    }
    let _ = io::stderr().write_all(printable(&text).as_bytes());
    Ok(
        if merged.problems.is_empty() && merged.failed + merged.uncertain == 0 {
            Outcome::Done
        } else {
            Outcome::ContentErrors
        },
    )
}

/// Merges the manifests, and writes the result if there is an output.
fn write_merged(arguments: &Merge) -> anyhow::Result<Merged> {
    let folders = &arguments.folders;
    let Some(path) = &arguments.output else {
        return Ok(merge(folders, &mut io::sink())?);
    };
    if path == Path::new("-") {
        check_stdout()?;
        let mut stdout = BufWriter::new(io::stdout().lock());
        let merged = merge(folders, &mut stdout)?;
        stdout.flush().context("cannot write to stdout")?;
        return Ok(merged);
    }
    if is_other_file(path, b"{\"batch\":") {
        bail!("`{}` is no manifest, so it is not replaced", path.display());
    }
    if is_batch_file(path) && is_in_batch(path) {
        bail!(
            "`{}` is a file of a batch, so it is not replaced: choose another name",
            path.display()
        );
    }
    let cannot_write = || format!("cannot write `{}`", path.display());
    let file = AtomicFile::create(path, &RealDisk).with_context(cannot_write)?;
    // Names of files may say something about a reader, as in the merged manifests.
    file.set_mode(FileMode::PRIVATE)
        .with_context(cannot_write)?;
    let mut buffered = BufWriter::new(file);
    let merged = merge(folders, &mut buffered)?;
    if !merged.problems.is_empty() {
        // The file of an earlier merge stays.
        return Ok(merged);
    }
    buffered
        .into_inner()
        .map_err(|error| error.into_error())
        .and_then(AtomicFile::finish)
        .with_context(cannot_write)?;
    Ok(merged)
}

fn describe(merged: &Merged, global: &Global) -> String {
    let mut text = String::new();
    for problem in &merged.problems {
        let _ = writeln!(text, "error: {problem}");
    }
    if global.quiet {
        return text;
    }
    let _ = write!(
        text,
        "{}: {} ({})",
        count(merged.rows.into(), "row"),
        count(merged.done.into(), "leaflet"),
        count(merged.pages, "page")
    );
    if merged.failed > 0 {
        let _ = write!(text, ", {} failed", merged.failed);
    }
    if merged.uncertain > 0 {
        let _ = write!(text, ", {} may have been printed", merged.uncertain);
    }
    let not = if merged.problems.is_empty() {
        ""
    } else {
        "not "
    };
    text + ", " + not + "complete\n"
}
