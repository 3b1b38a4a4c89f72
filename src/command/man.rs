//! `handout man`: writes a manual page for each command.

use std::fs;

use anyhow::Context;
use clap::CommandFactory;

use super::Outcome;
use crate::cli::{Cli, Man};

pub(super) fn run(man: &Man) -> anyhow::Result<Outcome> {
    let folder = &man.folder;
    fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), folder))
        .with_context(|| format!("cannot write manual pages to `{}`", folder.display()))?;
    Ok(Outcome::Done)
}
