//! `handout customize`: a clinic's own words, and what becomes of them; one file for each subcommand.

mod init;
mod status;
mod update;

use std::path::Path;

use anyhow::{Context, anyhow, bail};

use super::Outcome;
use super::generate::write_whole;
use crate::cli::{Customize, CustomizeCommand, Global, OfClinic};
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
    let path = clinic.lock_path().ok_or_else(|| anyhow!("the clinic lies in no folder"))?;
    write_whole(&path, lock.to_text().as_bytes())
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// As in `1 text`, `2 texts`.
fn texts(count: usize) -> String {
    if count == 1 { "1 text".to_owned() } else { format!("{count} texts") }
}
