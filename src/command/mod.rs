//! One file for each command. Only commands touch disk, clock and terminal.

mod batch;
mod check;
mod customize;
mod explain;
mod generate;
mod list;
mod merge;
mod named;
mod new;
mod progress;
mod schema;
mod start;

use std::io::{self, Write};

use anyhow::{Context, anyhow};
use jiff::civil::Date;

use crate::cli::{Cli, Command, Global};
use crate::finding::{Finding, Severity};
use crate::library::Library;
use crate::report;

/// How a command ended; [`anyhow::Error`] is for one that could not run (exit code 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done, clean: exit code 0.
    Done,
    /// The content is at fault: exit code 1.
    ContentAtFault,
    /// Someone stopped it: exit code 130.
    Interrupted,
}

/// Runs a command.
pub fn run(cli: &Cli) -> anyhow::Result<Outcome> {
    match &cli.command {
        Command::Generate(generate) => generate::run(generate, &cli.global),
        Command::Batch(batch) => batch::run(batch, &cli.global),
        Command::Check(check) => check::run(check, &cli.global),
        Command::Customize(customize) => customize::run(customize, &cli.global),
        Command::New(new) => new::run(new, &cli.global),
        Command::List(list) => list::run(list, &cli.global),
        Command::Schema(schema) => schema::run(schema),
        Command::Explain(explain) => explain::run(explain),
    }
}

impl Global {
    /// The library in use, or what is wrong with it.
    fn opened_library(&self) -> anyhow::Result<Result<Library, Vec<Finding>>> {
        match &self.library {
            Some(path) if !path.is_dir() => Err(anyhow!("no folder `{}`", path.display())),
            Some(path) => Ok(Library::open(path)),
            None => Ok(Library::embedded()),
        }
    }

    /// The library in use; `Err` has been shown.
    fn library(&self) -> anyhow::Result<Result<Library, Outcome>> {
        match self.opened_library()? {
            Ok(library) => Ok(Ok(library)),
            Err(findings) => self.show(&findings).map(Err),
        }
    }

    /// Shows findings.
    fn show(&self, findings: &[Finding]) -> anyhow::Result<Outcome> {
        match report::show(findings, self.message_format.into(), self.quiet) {
            // Who has stopped reading still learns from the exit code how it went.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                return Err(error).context("cannot write messages");
            }
            _ => {}
        }
        if findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
        {
            Ok(Outcome::ContentAtFault)
        } else {
            Ok(Outcome::Done)
        }
    }

    /// Today: `--date`, else `SOURCE_DATE_EPOCH` (seconds since 1970, as reproducible-builds.org has it),
    /// else the clock.
    pub fn today(&self) -> anyhow::Result<Date> {
        if let Some(date) = self.date {
            return Ok(date);
        }
        let timestamp = match std::env::var("SOURCE_DATE_EPOCH") {
            Ok(seconds) => {
                let seconds = seconds
                    .parse()
                    .context("SOURCE_DATE_EPOCH is not a number of seconds")?;
                jiff::Timestamp::from_second(seconds)
                    .context("SOURCE_DATE_EPOCH is out of range")?
            }
            Err(_) => jiff::Timestamp::now(),
        };
        Ok(timestamp.to_zoned(jiff::tz::TimeZone::UTC).date())
    }
}

/// Writes a result to stdout.
fn print(text: &str) -> anyhow::Result<()> {
    print_bytes(text.as_bytes())
}

fn print_bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .context("cannot write to stdout")
}
