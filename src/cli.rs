//! The command line: what may be asked for. A value that is not built is not offered.

use std::ops::Deref;
use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::report::MessageFormat;

/// Plain-language, referenced, accessible patient leaflets as PDF.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "handout",
    version,
    about,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What goes with every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What goes with every command.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// Use the library in this folder instead of the built-in one
    #[arg(
        long,
        value_name = "DIR",
        env = "HANDOUT_LIBRARY",
        global = true,
        help_heading = "Options for all commands"
    )]
    pub library: Option<PathBuf>,
    /// Take this for today's date
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, global = true, help_heading = "Options for all commands")]
    pub date: Option<Date>,
    /// Say nothing but errors
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Options for all commands"
    )]
    pub quiet: bool,
    /// Say more of each file that is written
    #[arg(short, long, global = true, help_heading = "Options for all commands")]
    pub verbose: bool,
    /// How findings are shown: to people on stderr, or as JSON on stdout
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "human",
        global = true,
        help_heading = "Options for all commands"
    )]
    pub message_format: MessageFormatArg,
}

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Make leaflets
    Generate(Later<Generate>),
    /// Make many leaflets from a job file
    Batch(Later<Batch>),
    /// Find what falls short of plain, honest and referenced
    Check(Later<Check>),
    /// Make the wording your own, and keep it through updates of the library
    #[command(visible_alias = "customise")]
    Customize(Later<Customize>),
    /// Begin a handout of your own
    New(Later<New>),
    /// List the handouts
    List(Later<List>),
    /// Print the JSON Schema of a kind of file, for completion in editors
    Schema(Later<SchemaOf>),
    /// Explain a finding
    Explain(Later<Explain>),
}

/// What a command takes, told to the parser only when the command is asked for: of all commands one is run.
#[derive(Clone, Debug)]
pub struct Later<T>(T);

impl<T> Deref for Later<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Args> Args for Later<T> {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.defer(T::augment_args)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        command.defer(T::augment_args_for_update)
    }
}

impl<T: FromArgMatches> FromArgMatches for Later<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Later<T>, clap::Error> {
        T::from_arg_matches(matches).map(Later)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// Make leaflets.
#[derive(Clone, Debug, Args)]
pub struct Generate {
    /// Handouts, by id or by the folder of one
    #[arg(value_name = "ID|DIR", required = true)]
    pub handouts: Vec<String>,
    /// A clinic.yaml, or its folder [default: the built-in example clinic]
    #[arg(short, long, value_name = "CLINIC")]
    pub clinic: Option<PathBuf>,
    /// The language, as in `en` [default: the clinic's, else the library's]
    #[arg(short, long, value_name = "LANG")]
    pub language: Option<String>,
    /// The size of the paper [default: the clinic's, else a4]
    #[arg(short, long, value_enum)]
    pub paper: Option<PaperArg>,
    /// The edition [default: the clinic's, else standard]
    #[arg(short, long, value_enum)]
    pub edition: Option<EditionArg>,
    /// A YAML file with values for the text
    #[arg(short, long, value_name = "DATA.yaml")]
    pub data: Option<PathBuf>,
    /// One value for the text, as in `patient.first_name=Ada`; may be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub set: Vec<(String, String)>,
    /// How much of the reference list is printed [default: the clinic's, else full]
    #[arg(long, value_enum)]
    pub references: Option<ReferencesArg>,
    /// The kind of file [default: the clinic's, else pdf]
    #[arg(short, long, value_enum)]
    pub format: Option<FormatArg>,
    /// Where to write: a file, a folder, or `-` for stdout [default: ID.pdf in the current folder]
    #[arg(short, long, value_name = "PATH|DIR|-")]
    pub output: Option<PathBuf>,
}

/// Make many leaflets from a job file.
///
/// JOBS is CSV with a header, or JSON Lines. The column `handout` says which handout a row gets; several
/// with `;` between them are joined. The columns `clinic`, `language`, `paper`, `edition`, `copies` and
/// `name` (of the file) may say more; every other column is data for the text, and dots in its name make
/// nesting, as in `patient.first_name`.
///
/// A row at fault is reported by its number, and the others go on. Finished rows are kept in
/// journal.jsonl beside the files: after a crash, run the same command with --resume.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Batch {
    /// Other things to do with batches.
    #[command(subcommand)]
    pub command: Option<BatchCommand>,
    /// How the batch is made.
    #[command(flatten)]
    pub run: BatchRun,
}

/// Other things to do with batches.
#[derive(Clone, Debug, Subcommand)]
pub enum BatchCommand {
    /// Check that the shards of a batch are complete, and join their manifests
    Merge(Merge),
}

/// Check that the shards of a batch are complete, and join their manifests.
#[derive(Clone, Debug, Args)]
pub struct Merge {
    /// The folders of all shards
    #[arg(value_name = "DIR", required = true)]
    pub folders: Vec<PathBuf>,
    /// Write the joined manifest to this file; `-` for stdout
    #[arg(short, long, value_name = "PATH|-")]
    pub output: Option<PathBuf>,
}

/// How a batch is made.
#[derive(Clone, Debug, Args)]
pub struct BatchRun {
    /// The job file; `-` for stdin
    #[arg(value_name = "JOBS", required = true)]
    pub jobs: Option<PathBuf>,
    /// A clinic.yaml, or its folder, for rows that name none [default: the built-in example clinic]
    #[arg(short, long, value_name = "CLINIC")]
    pub clinic: Option<PathBuf>,
    /// Where paths in the column `clinic` begin, which they may not leave
    /// [default: the folder of the job file]
    #[arg(long, value_name = "DIR")]
    pub clinics: Option<PathBuf>,
    /// The language of rows that name none [default: the clinic's, else the library's]
    #[arg(short, long, value_name = "LANG")]
    pub language: Option<String>,
    /// The size of the paper of rows that name none [default: the clinic's, else a4]
    #[arg(short, long, value_enum)]
    pub paper: Option<PaperArg>,
    /// The edition of rows that name none [default: the clinic's, else standard]
    #[arg(short, long, value_enum)]
    pub edition: Option<EditionArg>,
    /// How much of the reference list is printed [default: the clinic's, else full]
    #[arg(long, value_enum)]
    pub references: Option<ReferencesArg>,
    /// Write a file for each row into this folder
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Write all leaflets into this file for the printer, in row order and as often as `copies` says,
    /// each beginning on a new sheet. It is made whole or not at all, and a batch that is resumed makes it
    /// anew
    #[arg(long, value_name = "FILE.pdf")]
    pub bundle: Option<PathBuf>,
    /// How the bundle will be printed: on `two` sides of the paper, where a leaflet with an odd number of
    /// pages gets an empty one, or on `one`
    #[arg(long, value_enum, default_value = "two", requires = "bundle")]
    pub sides: SidesArg,
    /// After every N leaflets of the bundle, put in a sheet that says which rows they were, and counts
    /// them
    #[arg(long, value_name = "N", requires = "bundle", value_parser = clap::value_parser!(u32).range(1..))]
    pub separator: Option<u32>,
    /// What files are called, without `.pdf`: `{{row}}`, `{{handout}}`, `{{language}}`, `{{clinic}}`,
    /// `{{copies}}` and all data; the column `name` goes first
    #[arg(long, value_name = "TEMPLATE", default_value = crate::batch::name::DEFAULT_TEMPLATE)]
    pub name: String,
    /// How many leaflets are made at a time [default: one for each processor]
    #[arg(long = "jobs", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: Option<u16>,
    /// Make only part I of N of the rows, as in `2/3`; `auto` and `auto/N` ask JOB_COMPLETION_INDEX
    /// (Kubernetes) or SLURM_ARRAY_TASK_ID
    #[arg(long, value_name = "I/N")]
    pub shard: Option<crate::batch::shard::ShardArg>,
    /// Finish the batch in the folder: rows that are done and unchanged are left as they are
    #[arg(long, conflicts_with = "overwrite", requires = "output")]
    pub resume: bool,
    /// Delete the batch in the folder and begin anew
    #[arg(long)]
    pub overwrite: bool,
    /// Stop once N rows have failed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_errors: Option<u32>,
    /// Make every leaflet and write none: say what is at fault, and how many pages and sheets there are
    #[arg(long, conflicts_with_all = ["resume", "overwrite"])]
    pub dry_run: bool,
    /// Write what happens to stdout, one JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// How a bundle is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SidesArg {
    /// On one side of the paper
    One,
    /// On both
    Two,
}

/// Find what falls short of plain, honest and referenced.
#[derive(Clone, Debug, Args)]
pub struct Check {
    /// Handouts, by id or by folder; the folder of a library; a clinic, by its clinic.yaml or folder
    /// [default: the whole library]
    #[arg(value_name = "ID|DIR|clinic.yaml")]
    pub subjects: Vec<String>,
    /// As this clinic gives them: a clinic.yaml, or its folder [default: the built-in example clinic]
    #[arg(short, long, value_name = "CLINIC")]
    pub clinic: Option<PathBuf>,
    /// Print what a program can say by the standards for patient information (PEMAT-P, CDC Clear
    /// Communication Index, DISCERN, EQIP, PIF TICK), with a worksheet for the rest, as Markdown
    #[arg(long)]
    pub report: bool,
}

/// Make the wording your own, and keep it through updates of the library.
#[derive(Clone, Debug, Args)]
pub struct Customize {
    /// What to do.
    #[command(subcommand)]
    pub command: CustomizeCommand,
}

/// What can be done about a clinic's own words.
#[derive(Clone, Debug, Subcommand)]
pub enum CustomizeCommand {
    /// Begin the folder of a clinic: its name, logo, numbers and words
    Init(Init),
    /// Show where the library has changed below your words
    Status(CustomizeStatus),
    /// Record what new words of yours were written against, in clinic.lock
    Update(CustomizeUpdate),
    /// Show what your leaflet says that the library's does not
    Diff(CustomizeDiff),
    /// Put the library's change of a text and yours together
    Merge(CustomizeMerge),
    /// Keep a text of yours as it is, whatever became of the library's
    Accept(CustomizeAccept),
}

/// Show where the library has changed below your words.
#[derive(Clone, Debug, Args)]
pub struct CustomizeStatus {
    /// Whose words.
    #[command(flatten)]
    pub of: OfClinic,
}

/// Record what new words of yours were written against, in clinic.lock.
#[derive(Clone, Debug, Args)]
pub struct CustomizeUpdate {
    /// Whose words.
    #[command(flatten)]
    pub of: OfClinic,
}

/// Begin the folder of a clinic.
#[derive(Clone, Debug, Args)]
pub struct Init {
    /// The clinic's name, as in "Riverside Pain Clinic"; the folder is named after it
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Begin a handout of your own.
#[derive(Clone, Debug, Args)]
pub struct New {
    /// The handout's id, as in `our-classes`
    #[arg(value_name = "ID")]
    pub id: String,
    /// The clinic whose handout it is: a clinic.yaml, or its folder [default: the current folder's]
    #[arg(short, long, value_name = "CLINIC")]
    pub clinic: Option<PathBuf>,
}

/// Show what your leaflet says that the library's does not.
#[derive(Clone, Debug, Args)]
pub struct CustomizeDiff {
    /// The handout, by its id
    #[arg(value_name = "ID")]
    pub handout: String,
    /// Whose words.
    #[command(flatten)]
    pub of: OfClinic,
    /// The language, as in `en` [default: the clinic's, else the library's]
    #[arg(short, long, value_name = "LANG")]
    pub language: Option<String>,
    /// For the terminal, or as a page to send to a colleague
    #[arg(short, long, value_enum, default_value = "text")]
    pub format: DiffFormatArg,
    /// A file to write to, or `-` for stdout [default: -]
    #[arg(short, long, value_name = "PATH|-")]
    pub output: Option<PathBuf>,
}

/// Put the library's change of a text and yours together.
#[derive(Clone, Debug, Args)]
pub struct CustomizeMerge {
    /// The text, as in `sleep.what-helps.body`
    #[arg(value_name = "KEY")]
    pub key: String,
    /// Whose words.
    #[command(flatten)]
    pub of: OfClinic,
    /// Its language, where you changed it in several
    #[arg(short, long, value_name = "LANG")]
    pub language: Option<String>,
    /// Write the merged text into your file
    #[arg(long)]
    pub write: bool,
}

/// Keep a text of yours as it is, whatever became of the library's.
#[derive(Clone, Debug, Args)]
pub struct CustomizeAccept {
    /// The text, as in `sleep.what-helps.body`
    #[arg(value_name = "KEY")]
    pub key: String,
    /// Whose words.
    #[command(flatten)]
    pub of: OfClinic,
    /// Its language, where you changed it in several
    #[arg(short, long, value_name = "LANG")]
    pub language: Option<String>,
}

/// Kinds of comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormatArg {
    /// For the terminal
    Text,
    /// A page that stands by itself
    Html,
}

/// A clinic that is at work on its words.
#[derive(Clone, Debug, Args)]
pub struct OfClinic {
    /// The clinic: a clinic.yaml, or its folder [default: clinic.yaml in the current folder]
    #[arg(short, long, value_name = "CLINIC")]
    pub clinic: Option<PathBuf>,
}

/// List the handouts.
#[derive(Clone, Debug, Args)]
pub struct List {
    /// Only those with text in this language, and their titles in it
    #[arg(short, long, value_name = "LANG")]
    pub language: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// Print the JSON Schema of a kind of file, for completion in editors.
#[derive(Clone, Debug, Args)]
pub struct SchemaOf {
    /// The kind of file
    #[arg(value_enum)]
    pub kind: FileKind,
}

/// Explain a finding.
#[derive(Clone, Debug, Args)]
pub struct Explain {
    /// The finding, as in `unknown-citation`
    #[arg(value_name = "FINDING")]
    pub finding: String,
}

/// Kinds of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FileKind {
    /// handout.yaml
    Definition,
    /// text/LANG.yaml
    Text,
    /// clinic.yaml
    Clinic,
    /// text/LANG.yaml beside a clinic.yaml
    ClinicText,
    /// library.yaml
    Library,
}

/// Sizes of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PaperArg {
    /// 210 × 297 mm
    A4,
    /// 8.5 × 11 in
    Letter,
    /// 148 × 210 mm
    A5,
}

/// Editions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EditionArg {
    /// The usual one
    Standard,
}

/// How much of the reference list is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReferencesArg {
    /// Every reference in full
    Full,
    /// Authors, year and DOI
    Short,
    /// A code that leads to the list on the web
    Qr,
}

/// Kinds of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// Tagged PDF
    Pdf,
}

/// How findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MessageFormatArg {
    /// For people
    Human,
    /// One JSON object a line
    Json,
}

impl From<MessageFormatArg> for MessageFormat {
    fn from(format: MessageFormatArg) -> MessageFormat {
        match format {
            MessageFormatArg::Human => MessageFormat::Human,
            MessageFormatArg::Json => MessageFormat::Json,
        }
    }
}

fn day(text: &str) -> Result<Date, &'static str> {
    crate::library::parse_day(text).ok_or("a day is written like 2026-11-21")
}

fn key_value(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write KEY=VALUE, as in patient.first_name=Ada"),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::library::DEFAULTS;

    #[test]
    fn command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn clinics_may_set_the_values_that_flags_offer() {
        fn offered<T: ValueEnum>() -> Vec<String> {
            T::value_variants()
                .iter()
                .map(|value| value.to_possible_value().unwrap().get_name().to_owned())
                .collect()
        }
        for (flag, _, values) in DEFAULTS {
            match flag {
                "paper" => assert_eq!(values, offered::<PaperArg>()),
                "edition" => assert_eq!(values, offered::<EditionArg>()),
                "references" => assert_eq!(values, offered::<ReferencesArg>()),
                "format" => assert_eq!(values, offered::<FormatArg>()),
                _ => assert!(values.is_empty(), "{flag}"),
            }
        }
    }
}
