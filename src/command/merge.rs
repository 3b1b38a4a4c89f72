//! `handout batch merge`: whether the shards of a batch are complete.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context;

use super::{Outcome, count};
use crate::batch::merge::{Merged, merge};
use crate::cli::{Global, Merge};

/// Runs the command.
pub(super) fn run(asked: &Merge, global: &Global) -> anyhow::Result<Outcome> {
    let merged = match asked.output.as_deref() {
        None => merge(&asked.folders, &mut io::sink())?,
        Some(path) if path == Path::new("-") => {
            let mut stdout = BufWriter::new(io::stdout().lock());
            let merged = merge(&asked.folders, &mut stdout)?;
            stdout.flush().context("cannot write to stdout")?;
            merged
        }
        Some(path) => {
            let cannot = || format!("cannot write `{}`", path.display());
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            let file = tempfile::Builder::new()
                .prefix(".handout-")
                .tempfile_in(folder.unwrap_or(Path::new(".")))
                .with_context(cannot)?;
            let mut buffered = BufWriter::new(file);
            let merged = merge(&asked.folders, &mut buffered)?;
            let file = buffered
                .into_inner()
                .map_err(|error| error.into_error())
                .with_context(cannot)?;
            keep(file, path).with_context(cannot)?;
            merged
        }
    };
    let Merged {
        rows,
        done,
        failed,
        pages,
        problems,
    } = merged;
    let mut text = String::new();
    for problem in &problems {
        let _ = writeln!(text, "error: {problem}");
    }
    if !global.quiet {
        let leaflets = count(done.into(), "leaflet");
        let _ = write!(
            text,
            "{}: {leaflets} ({})",
            count(rows.into(), "row"),
            count(pages, "page")
        );
        if failed > 0 {
            let _ = write!(text, ", {failed} failed");
        }
        text += if problems.is_empty() {
            ", complete\n"
        } else {
            ", not complete\n"
        };
    }
    // Nobody is left to tell if this fails, and the exit code says how it went.
    let _ = io::stderr().write_all(text.as_bytes());
    Ok(if problems.is_empty() && failed == 0 {
        Outcome::Done
    } else {
        Outcome::ContentErrors
    })
}

fn keep(file: tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    let file: &File = &file.persist(path).map_err(|error| error.error)?;
    file.sync_all()
}
