//! `handout customize`: a clinic's own words, and what becomes of them; one file for each subcommand.

mod accept;
mod diff;
mod init;
mod merge;
mod status;
mod update;

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, anyhow, bail};

use super::Outcome;
use super::generate::write_whole;
use crate::cli::{Customize, CustomizeCommand, Global, MessageFormatArg, OfClinic};
use crate::customize::Override;
use crate::finding::nearest;
use crate::font::Faces;
use crate::library::{Clinic, Library, Lock};

/// The file in the current folder that is meant if none is named.
const CLINIC: &str = "clinic.yaml";

/// Runs the command.
pub(super) fn run(customize: &Customize, global: &Global) -> anyhow::Result<Outcome> {
    match &customize.command {
        CustomizeCommand::Init(init) => init::run(init, global),
        CustomizeCommand::Status(status) => status::run(status, global),
        CustomizeCommand::Update(update) => update::run(update, global),
        CustomizeCommand::Diff(diff) => diff::run(diff, global),
        CustomizeCommand::Merge(merge) => merge::run(merge, global),
        CustomizeCommand::Accept(accept) => accept::run(accept, global),
    }
}

/// The library and the clinic at work; `Err` has been shown.
fn opened(of: &OfClinic, global: &Global) -> anyhow::Result<Result<(Library, Clinic), Outcome>> {
    let path = of.clinic.as_deref().unwrap_or(Path::new(CLINIC));
    if !path.exists() {
        if of.clinic.is_none() {
            bail!("no `{CLINIC}` in this folder: name a clinic with `--clinic`");
        }
        bail!("no clinic at `{}`", path.display());
    }
    let library = match global.library()? {
        Ok(library) => library,
        Err(outcome) => return Ok(Err(outcome)),
    };
    match Clinic::load(path, &Faces::bundled()) {
        Ok(clinic) => Ok(Ok((library, clinic))),
        Err(findings) => global.show(&findings).map(Err),
    }
}

/// Writes `clinic.lock` beside the clinic's file, if it says anything new.
fn write_lock(clinic: &Clinic, lock: &Lock) -> anyhow::Result<()> {
    if *lock == *clinic.lock {
        return Ok(());
    }
    let path = clinic
        .lock_path()
        .ok_or_else(|| anyhow!("the clinic lies in no folder"))?;
    write_whole(&path, lock.to_text().as_bytes())
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// The override of a key that was named on the command line.
fn the_override<'a>(
    overrides: &'a [Override],
    key: &str,
    language: Option<&str>,
) -> anyhow::Result<&'a Override> {
    // A block that is one text is its body.
    let is_meant = |found: &&Override| {
        (found.key == key || found.key.strip_suffix(".body") == Some(key))
            && language.is_none_or(|language| found.language == language)
    };
    let found: Vec<&Override> = overrides.iter().filter(is_meant).collect();
    match found.as_slice() {
        [only] => Ok(only),
        [] => {
            let keys = || overrides.iter().map(|found| found.key.as_str());
            match nearest(key, keys().filter(|other| *other != key)) {
                Some(near) => bail!("no text `{key}` is yours: did you mean `{near}`?"),
                None => match language.filter(|_| keys().any(|other| other == key)) {
                    Some(language) => bail!("no text `{key}` is yours in `{language}`"),
                    None => {
                        bail!("no text `{key}` is yours: `handout customize status` tells what is")
                    }
                },
            }
        }
        several => {
            let languages: Vec<&str> = several
                .iter()
                .map(|found| found.language.as_str())
                .collect();
            bail!(
                "`{key}` is yours in {}: name one with `--language`",
                languages.join(", ")
            )
        }
    }
}

/// Tells people something that no program needs.
fn say(global: &Global, text: &str) -> anyhow::Result<()> {
    if global.quiet || global.message_format == MessageFormatArg::Json {
        return Ok(());
    }
    writeln!(io::stderr(), "{text}").context("cannot write to stderr")
}

/// As in `1 text`, `2 texts`.
fn texts(count: usize) -> String {
    if count == 1 {
        "1 text".to_owned()
    } else {
        format!("{count} texts")
    }
}
