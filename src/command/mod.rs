//! The commands, one file each. Only commands use the disk, the clock and the terminal.

mod batch;
mod batch_summary;
mod check;
mod completions;
mod customize;
mod drawing;
mod explain;
mod generate;
mod inspect;
mod leaflet_sources;
mod licenses;
mod limited_process;
mod list;
mod log;
mod lookup;
mod man;
mod merge;
mod more_faults;
mod new;
mod output_file;
mod preview;
mod print;
mod print_job;
mod printers;
mod progress;
mod reader_data;
mod repeated_findings;
mod schema;
mod serve;
mod show;
mod system_limits;
mod version;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{CommandFactory, FromArgMatches};
use jiff::civil::Date;

use crate::cli::{Cli, Command, Global};
use crate::dependency_panic::panics_become_findings;
use crate::disk::{FileMode, write_atomically, write_atomically_as};
use crate::finding::{Finding, has_errors};
use crate::library::Library;
use crate::picture::set_drawing_reader;
use crate::report::{self, MessageFormat};
use crate::resolve::{JobData, has_values};

/// How to print sheets that are folded. The long edge would turn the back upside down.
const HOW_TO_PRINT_FOLDED: &str =
    "Print in actual size on both sides of the paper, flipped on the short edge";

/// Runs the program with the arguments of this process.
///
/// The exit code is 0 for success, 1 for errors in the content, 2 if the command could not run,
/// and 130 if it was interrupted.
pub fn run_command_line() -> ExitCode {
    system_limits::with_enough_stack(run_and_report)
}

fn run_and_report() -> ExitCode {
    hide_data_in_panics();
    system_limits::ignore_file_size_signal();
    set_drawing_reader(drawing::read_in_child);
    match parse_and_run() {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::ContentErrors) => ExitCode::from(1),
        Ok(Outcome::Interrupted) => ExitCode::from(130),
        // The reader of a pipe may stop early, as `head` does. That is no failure.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // If stderr is closed, the exit code still reports the failure.
            let message = report::printable(&format!("error: {error:#}"));
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::from(2)
        }
    }
}

/// Reads the arguments and runs the command. Prints help if they ask for it.
fn parse_and_run() -> anyhow::Result<Outcome> {
    // Its process starts sooner without the arguments of all other commands.
    if drawing::is_requested() {
        return drawing::run();
    }
    if inspect::is_requested() {
        return inspect::run_child();
    }
    let parsed = arguments()
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(cli) => run(&cli),
        Err(error) if error.use_stderr() => error.exit(),
        Err(help) => {
            help.print()
                .and_then(|()| io::stdout().flush())
                .context("cannot write to stdout")?;
            Ok(Outcome::Done)
        }
    }
}

/// Returns the definition of the arguments. An empty variable of the environment counts as not set.
fn arguments() -> clap::Command {
    const VARIABLES: [&str; 3] = [lookup::CLINIC_VARIABLE, "HANDOUT_LIBRARY", "HANDOUT_LOG"];
    let is_empty = |name: &&str| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let empty: Vec<&str> = VARIABLES.into_iter().filter(is_empty).collect();
    version::with_long_version(without_variables(Cli::command(), &empty))
}

fn without_variables(command: clap::Command, names: &[&str]) -> clap::Command {
    if names.is_empty() {
        return command;
    }
    let ignore = |argument: clap::Arg| {
        let name = argument.get_env().and_then(|name| name.to_str());
        match name.is_some_and(|name| names.contains(&name)) {
            true => argument.env(None::<&str>),
            false => argument,
        }
    };
    command
        .mut_args(ignore)
        .mut_subcommands(|command| without_variables(command, names))
}

fn run(cli: &Cli) -> anyhow::Result<Outcome> {
    system_limits::check_open_files()?;
    let global = &cli.global;
    let result = match &cli.command {
        Command::Generate(generate) => generate::run(generate, global),
        Command::Preview(preview) => preview::run(preview, global),
        Command::Batch(batch) => batch::run(batch, global),
        Command::Print(print) => print::run(print, global),
        Command::Printers(printers) => printers::run(printers, global),
        Command::Check(check) => check::run(check, global),
        Command::Customize(customize) => customize::run(customize, global),
        Command::New(new) => new::run(new, global),
        Command::Serve(serve) => serve::run(serve, global),
        Command::List(list) => list::run(list, global),
        Command::Show(show) => show::run(show, global),
        Command::Inspect(inspect) => inspect::run(inspect, global),
        Command::Log(log) => log::run(log, global),
        Command::Schema(schema) => schema::run(schema),
        Command::Explain(explain) => explain::run(explain),
        Command::Completions(completions) => completions::run(completions),
        Command::Licenses => licenses::run(),
        Command::Man(man) => man::run(man),
    };
    result.or_else(|error| {
        let ContentErrors(findings) = error.downcast()?;
        global.show(&findings)
    })
}

/// Replaces panic messages, which may quote a patient's data, by the place of the panic.
fn hide_data_in_panics() {
    std::panic::set_hook(Box::new(|panic| {
        // The panic becomes a finding.
        if panics_become_findings() {
            return;
        }
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let _ = writeln!(io::stderr(), "internal error at {place}");
    }));
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// How a command ended. A command that could not run returns an error instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    ContentErrors,
    Interrupted,
}

/// Findings that stop a command. [`run`] shows them.
#[derive(Debug, thiserror::Error)]
#[error("the content has errors")]
struct ContentErrors(Vec<Finding>);

/// Moves the findings of a [`ContentErrors`] to `findings`. Other errors are returned.
fn collect_findings<T>(
    result: anyhow::Result<T>,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<Option<T>> {
    result.map(Some).or_else(|error| {
        let ContentErrors(more) = error.downcast()?;
        findings.extend(more);
        Ok(None)
    })
}

impl Global {
    /// Opens the library that `--library` names, else the built-in one.
    fn library(&self) -> anyhow::Result<Library> {
        let library = match &self.library {
            Some(path) if !path.is_dir() => {
                let from = lookup::source_of(path, "HANDOUT_LIBRARY");
                bail!("no folder `{}`{from}", path.display())
            }
            Some(path) => Library::open(path),
            None => Library::embedded(),
        };
        Ok(library.map_err(ContentErrors)?)
    }

    /// Returns the date from `--date`, else from `SOURCE_DATE_EPOCH` (seconds since 1970, see
    /// reproducible-builds.org), else from the clock.
    fn today(&self) -> anyhow::Result<Date> {
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

    /// Shows findings in the requested format.
    fn show(&self, findings: &[Finding]) -> anyhow::Result<Outcome> {
        match report::show(findings, self.message_format, self.quiet) {
            // If the reader has gone, the exit code still reports the errors.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                return Err(error).context("cannot write messages");
            }
            _ => {}
        }
        Ok(if has_errors(findings) {
            Outcome::ContentErrors
        } else {
            Outcome::Done
        })
    }

    /// Prints a line for people on stderr, unless `--quiet` or JSON is requested.
    fn print_status(&self, line: &str) {
        if !self.quiet && self.message_format == MessageFormat::Human {
            // The work is done even if nobody can read about it.
            let _ = writeln!(io::stderr(), "{}", report::printable(line));
        }
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

/// Writes a complete file or none, see [`write_atomically`].
fn write_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    write_atomically(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
}

/// Writes a complete file with the permissions of a leaflet, see [`leaflet_mode`].
fn write_leaflet(path: &Path, bytes: &[u8], mode: Option<FileMode>) -> anyhow::Result<()> {
    write_atomically_as(path, bytes, mode)
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// Returns the permissions of a file about a reader: those of `--mode`, else for its owner only. `None` without
/// reader data: any permissions will do.
fn leaflet_mode(data: &JobData, asked: Option<FileMode>) -> Option<FileMode> {
    has_values(data).then(|| asked.unwrap_or(FileMode::PRIVATE))
}

/// Formats a count with its noun, such as `1 page` or `2 pages`.
fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
