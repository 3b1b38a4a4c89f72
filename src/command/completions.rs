//! `handout completions`: prints the completion of commands and flags for a shell.

use clap::CommandFactory;
use clap_complete::{Shell as Generator, generate};

use super::{Outcome, print_bytes};
use crate::cli::{Cli, Completions, Shell};

pub(super) fn run(completions: &Completions) -> anyhow::Result<Outcome> {
    let generator = match completions.shell {
        Shell::Bash => Generator::Bash,
        Shell::Zsh => Generator::Zsh,
        Shell::Fish => Generator::Fish,
        Shell::Powershell => Generator::PowerShell,
    };
    let mut script = Vec::new();
    generate(generator, &mut Cli::command(), "handout", &mut script);
    print_bytes(&script)?;
    Ok(Outcome::Done)
}
