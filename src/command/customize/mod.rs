//! `handout customize`: replaces texts of the library and follows its updates. One file for each
//! subcommand.

mod accept;
mod diff;
mod init;
mod merge;
mod status;
mod update;

use anyhow::{Context, bail};

use super::{Outcome, lookup, write_file};
use crate::cli::{ChosenText, Customize, CustomizeCommand, CustomizingClinic, Global};
use crate::customize::Override;
use crate::disk::{Lock, folder_of};
use crate::finding::nearest;
use crate::font::Faces;
use crate::library::{Clinic, ClinicLock, Library};

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

/// Makes other programs wait that change the clinic's files, until the value is dropped.
fn lock(clinic: &CustomizingClinic) -> anyhow::Result<Option<Lock>> {
    let Some(path) = lookup::clinic_path(clinic.path.as_deref()) else {
        return Ok(None);
    };
    let folder = if path.is_dir() { path } else { folder_of(path) };
    let cannot_lock = || format!("cannot lock `{}`", folder.display());
    Lock::of_folder(folder).with_context(cannot_lock)
}

/// Opens the library and loads the clinic.
fn load(clinic: &CustomizingClinic, global: &Global) -> anyhow::Result<(Library, Clinic)> {
    let Some(path) = lookup::clinic_path(clinic.path.as_deref()) else {
        lookup::refuse_misnamed_clinic()?;
        bail!("no `clinic.yaml` in this folder: name a clinic with `--clinic`");
    };
    if !path.exists() {
        bail!("{}", lookup::no_clinic(path));
    }
    let library = global.library()?;
    let clinic = lookup::load_clinic(path, &Faces::bundled())?;
    Ok((library, clinic))
}

/// Writes `clinic.lock` beside the clinic's file, if it has changed.
fn write_lock(clinic: &Clinic, lock: &ClinicLock) -> anyhow::Result<()> {
    if *lock == *clinic.lock {
        return Ok(());
    }
    let path = clinic
        .lock_path()
        .context("the clinic is not in a folder")?;
    write_file(&path, lock.to_text().as_bytes())
}

/// Finds the override with a key. If the key is a block, its `body` is meant.
fn find_override<'a>(
    overrides: &'a [Override],
    ChosenText { key, language, .. }: &ChosenText,
) -> anyhow::Result<&'a Override> {
    let matches = |found: &&Override| {
        (found.key == *key || found.key.strip_suffix(".body") == Some(key))
            && language
                .as_ref()
                .is_none_or(|language| found.language == *language)
    };
    let found: Vec<&Override> = overrides.iter().filter(matches).collect();
    match found.as_slice() {
        [only] => Ok(only),
        [] => {
            let keys = || overrides.iter().map(|found| found.key.as_str());
            // `customize diff` shows the names of blocks.
            let of_block = |other: &&str| other.split('.').nth(1) == Some(key.as_str());
            if let Some(other) = keys().find(of_block) {
                bail!("you have no text `{key}`: did you mean `{other}`?");
            }
            if let Some(nearest) = nearest(key, keys().filter(|other| other != key)) {
                bail!("you have no text `{key}`: did you mean `{nearest}`?");
            }
            if let Some(language) = language
                && keys().any(|other| other == key)
            {
                bail!("you have no text `{key}` in `{language}`");
            }
            if overrides.is_empty() {
                bail!("you have no text `{key}`, as you replace none");
            }
            const SHOWN: usize = 20;
            let listed: Vec<String> = keys().take(SHOWN).map(|key| format!("`{key}`")).collect();
            let more = match overrides.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            bail!(
                "you have no text `{key}`; you have {}{more}",
                listed.join(", ")
            )
        }
        several => {
            let languages: Vec<&str> = several
                .iter()
                .map(|found| found.language.as_str())
                .collect();
            bail!(
                "you have a text `{key}` in {}: choose one with `--language`",
                languages.join(", ")
            )
        }
    }
}
