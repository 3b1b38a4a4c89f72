//! Command-line arguments. Doc comments on commands, flags and values are their `--help` text.

use std::net::{SocketAddr, SocketAddrV4};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::batch::DEFAULT_TEMPLATE;
use crate::batch::ShardArg;
use crate::disk::FileMode;
use crate::inspect::Fold;
use crate::leaflet::Format;
use crate::library::FileKind;
use crate::page_image::PageRanges;
use crate::printer::PrintSides;
use crate::report::MessageFormat;
use crate::request_options::Cover;
use crate::resolve::ReferenceMode;
use crate::source::{is_language, language_help, language_tag};
use crate::theme::{Edition, EditionParser, Envelope, Paper};

/// Plain-language, referenced, accessible patient leaflets as PDF.
#[derive(Clone, Debug, Parser)]
#[command(name = "handout", version, about, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options for all commands")]
pub(crate) struct Global {
    /// Use the library in this folder instead of the built-in one
    #[arg(long, value_name = "DIR", env = "HANDOUT_LIBRARY", global = true)]
    pub(crate) library: Option<PathBuf>,
    /// Use this date as today's date
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date, global = true)]
    pub(crate) date: Option<Date>,
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print details for each file
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Print findings for people on stderr, or as JSON on stdout
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "human",
        global = true
    )]
    pub(crate) message_format: MessageFormat,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// Make leaflets
    Generate(Generate),
    /// Show the pages of a leaflet as pictures
    Preview(Preview),
    /// Make many leaflets from a job file
    ///
    /// JOBS is a workbook (.xlsx or .ods) or a CSV file with a header, or a JSON Lines file. The column `handout` names the
    /// handout of each row. To join several handouts in one file, separate their ids with `;`.
    /// The columns `clinic`, `language`, `paper`, `edition`, `format`, `copies`, `name` (of the file) and `cover`
    /// (`letter`, `masthead` or `none`) are optional. Every other column is data for the text. Dots in a column
    /// name nest the data, as in `patient.first_name`. The data `patient.format`, such as `large-print`, is the
    /// reader's edition. It counts where the column `edition` is empty.
    ///
    /// A row with an error is reported by its number, and the other rows continue. The output
    /// folder keeps a record of finished rows in journal.jsonl, which becomes manifest.jsonl when
    /// all rows are done. After a crash, run the same command with --resume.
    Batch(Box<Batch>),
    /// Print leaflets on a printer, one job each
    ///
    /// The program asks the printer for its features first. If one is missing, it sends nothing. No job has a
    /// reader's data in its name.
    Print(Print),
    /// List the printers of a print server, and their features
    Printers(Printers),
    /// Check handouts for plain language, evidence and structure
    Check(Check),
    /// Use your own wording, and keep it when the library is updated
    #[command(visible_alias = "customise")]
    Customize(Customize),
    /// Start a new handout or a new library
    New(New),
    /// Open a web page on this computer on which a clinic makes and prints its leaflets
    ///
    /// The page is for this computer only. Its address has a secret and works once. The program keeps a
    /// reader's data in memory, and forgets it after ten minutes. Ctrl-C ends the program.
    Serve(Serve),
    /// List the handouts
    List(List),
    /// Print the texts of a leaflet with their keys
    Show(Show),
    /// Measure a finished PDF file, whoever made it: text sizes, contrast, margins, tags and fonts
    ///
    /// Without --claims, findings are warnings, and text may have any size.
    Inspect(Inspect),
    /// List and count the leaflets that were recorded with --log
    Log(ShowLog),
    /// Print the JSON Schema of a file type, for completion in editors
    Schema(Schema),
    /// Explain a finding
    Explain(Explain),
    /// Print the completion of commands and flags for a shell
    ///
    /// For bash: `handout completions bash > ~/.local/share/bash-completion/completions/handout`. Packages
    /// install the completions of all shells.
    Completions(Completions),
    /// Print the licences of everything in the program
    #[command(alias = "licences")]
    Licenses,
    /// Write a manual page for each command. For makers of packages
    #[command(hide = true)]
    Man(Man),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Generate {
    /// Handouts, by id or by folder
    #[arg(value_name = "ID|DIR", required = true)]
    pub(crate) handouts: Vec<String>,
    #[command(flatten)]
    pub(crate) leaflet: LeafletArgs,
    #[command(flatten)]
    pub(crate) log: LogArg,
    /// File format [default: the clinic's, else pdf]
    #[arg(short, long, value_enum, ignore_case = true)]
    pub(crate) format: Option<Format>,
    /// Print the text `text-message` of the leaflet, else its main message, on stdout as a text message (SMS):
    /// 160 characters, or 70 if one is not in the GSM alphabet. A longer message is an error and is not cut
    #[arg(long, conflicts_with_all = ["format", "edition", "paper", "references", "cover", "envelope", "draft"])]
    pub(crate) summary: bool,
    /// File or folder to write to, or `-` for stdout [default: ID.pdf, .html or .txt in the current folder,
    /// with options that differ from the usual ones, as in ID-sv-large-print-letter.pdf]
    #[arg(short, long, value_name = "PATH|DIR|-")]
    pub(crate) output: Option<PathBuf>,
}

/// Where leaflets are recorded.
#[derive(Clone, Debug, Args)]
pub(crate) struct LogArg {
    /// Record each leaflet in this file before it is saved or printed. Nothing about its reader is recorded, except
    /// a keyed hash of the value that `log_reference` of the clinic names
    #[arg(long = "log", value_name = "FILE", env = "HANDOUT_LOG")]
    pub(crate) path: Option<PathBuf>,
}

/// Choices of a leaflet, whatever becomes of it.
#[derive(Clone, Debug, Args)]
pub(crate) struct LeafletArgs {
    /// Clinic: its clinic.yaml or its folder
    /// [default: clinic.yaml in the current folder, else the built-in example clinic]
    #[arg(short, long, value_name = "CLINIC", env = "HANDOUT_CLINIC")]
    pub(crate) clinic: Option<PathBuf>,
    /// Language, such as `en` [default: the clinic's, else the library's]
    #[arg(short, long, value_name = "LANG", value_parser = language)]
    pub(crate) language: Option<String>,
    /// Paper size [default: the clinic's, else a4]
    #[arg(short, long, value_enum, ignore_case = true)]
    pub(crate) paper: Option<Paper>,
    /// Edition [default: the reader's `patient.format`, else the clinic's, else standard]
    #[arg(short, long, value_parser = EditionParser, ignore_case = true)]
    pub(crate) edition: Option<Edition>,
    /// YAML file with values for the text
    #[arg(short, long, value_name = "DATA.yaml")]
    pub(crate) data: Option<PathBuf>,
    /// One value for the text, such as `patient.first_name=Ada`; repeat the flag for more
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Form of the reference list [default: the clinic's, else full]
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) references: Option<ReferenceMode>,
    /// What comes before the leaflet. A letter needs the values `address.name` and `address.lines`
    /// [default: the clinic's, else none]
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) cover: Option<Cover>,
    /// Window envelope of the letter [default: the clinic's]
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) envelope: Option<Envelope>,
    /// Make a draft for authors, even if the leaflet has errors. Each page says "Draft", and errors
    /// are marked in the text. They are also shown, and the exit code is still 1
    #[arg(long)]
    pub(crate) draft: bool,
    /// Permissions of files about a reader [default: 0600, for their owner only]. No effect on Windows
    #[arg(long, value_name = "MODE", value_parser = FileMode::parse)]
    pub(crate) mode: Option<FileMode>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Print {
    /// Handouts, by id or by folder
    #[arg(value_name = "ID|DIR", required = true)]
    pub(crate) handouts: Vec<String>,
    /// Printer, such as `ipp://server/printers/office`. `handout printers` lists those of a print server
    #[arg(long, value_name = "URI")]
    pub(crate) printer: String,
    /// Printed sides [default: the printer's choice; for folded paper two-short]
    #[arg(long, value_enum)]
    pub(crate) sides: Option<PrintSides>,
    #[command(flatten)]
    pub(crate) job: PrintJobArgs,
    #[command(flatten)]
    pub(crate) leaflet: LeafletArgs,
    #[command(flatten)]
    pub(crate) log: LogArg,
}

/// Copies, finishing and tray of a print job. `--sides` is not here, because bundles have it, too.
#[derive(Clone, Debug, Args)]
pub(crate) struct PrintJobArgs {
    /// Printed copies of each leaflet. The column `copies` of a job file takes precedence [default: 1]
    #[arg(long, value_name = "N", requires = "printer", value_parser = clap::value_parser!(u32).range(1..=999))]
    pub(crate) copies: Option<u32>,
    /// Staple each leaflet: at its top left corner, or a booklet at its fold
    #[arg(long, requires = "printer")]
    pub(crate) staple: bool,
    /// Fold the sheets of a booklet or of a paper that is folded twice
    #[arg(long, requires = "printer")]
    pub(crate) fold: bool,
    /// Take the paper from this tray, such as `tray-2`. `handout printers` lists the trays
    #[arg(long, value_name = "TRAY", requires = "printer")]
    pub(crate) tray: Option<String>,
    /// Seconds to wait for a busy printer, and for its answer [default: 600]
    #[arg(long, value_name = "SECONDS", requires = "printer", value_parser = clap::value_parser!(u32).range(1..=604_800))]
    pub(crate) wait: Option<u32>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Printers {
    /// Print servers and printers, such as `ipp://server` or `ipp://10.0.0.7/ipp/print`
    /// [default: the print server of this computer]
    #[arg(
        value_name = "URI",
        default_value = "ipp://localhost",
        hide_default_value = true
    )]
    pub(crate) addresses: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A leaflet as pictures of its pages.
#[derive(Clone, Debug, Args)]
pub(crate) struct Preview {
    /// Handout, by id or by folder
    #[arg(value_name = "ID|DIR")]
    pub(crate) handout: String,
    #[command(flatten)]
    pub(crate) leaflet: LeafletArgs,
    /// Pages to show, such as `1-3,5` [default: all]
    #[arg(long, value_name = "PAGES")]
    pub(crate) pages: Option<PageRanges>,
    /// Width of each picture in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(200..=4000))]
    pub(crate) width: u32,
    /// Show all pages on one picture, each with its number
    #[arg(long)]
    pub(crate) contact_sheet: bool,
    /// Show what a black-and-white laser printer makes of the pages. Black ink has no greys: colours become
    /// black dots, more of them the darker the colour is. The lightest tints vanish. Printers differ, and their
    /// dots are finer
    #[arg(long)]
    pub(crate) mono_laser: bool,
    /// File or folder to write to, or `-` for stdout. The ending gives the format, .png or .svg. Several pages
    /// become page-1.png, page-2.png and so on [default: ID-1.png and so on in the current folder]
    #[arg(short, long, value_name = "PATH|DIR|-")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Batch {
    #[command(subcommand)]
    pub(crate) command: Option<BatchCommand>,
    #[command(flatten)]
    pub(crate) run: BatchRun,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum BatchCommand {
    /// Check that the shards of a batch are complete, and join their manifests
    Merge(Merge),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Merge {
    /// Folders of all shards
    #[arg(value_name = "DIR", required = true)]
    pub(crate) folders: Vec<PathBuf>,
    /// File for the joined manifest, or `-` for stdout
    #[arg(short, long, value_name = "PATH|-")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct BatchRun {
    /// Job file (CSV, JSON Lines, .xlsx or .ods), or `-` for stdin
    #[arg(value_name = "JOBS", required = true)]
    pub(crate) jobs: Option<PathBuf>,
    /// Further job files. A batch has only one, so these are an error.
    #[arg(hide = true)]
    pub(crate) others: Vec<PathBuf>,
    /// Sheet of a workbook [default: the first one with content]
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
    /// Clinic for rows that name none: its clinic.yaml or its folder
    /// [default: clinic.yaml in the current folder, else the built-in example clinic]
    #[arg(short, long, value_name = "CLINIC", env = "HANDOUT_CLINIC")]
    pub(crate) clinic: Option<PathBuf>,
    /// Base folder of paths in the column `clinic`, which they may not leave
    /// [default: the folder of the job file]
    #[arg(long, value_name = "DIR")]
    pub(crate) clinics: Option<PathBuf>,
    /// Language for rows that name none [default: the clinic's, else the library's]
    #[arg(short, long, value_name = "LANG", value_parser = language)]
    pub(crate) language: Option<String>,
    /// Paper size for rows that name none [default: the clinic's, else a4]
    #[arg(short, long, value_enum, ignore_case = true)]
    pub(crate) paper: Option<Paper>,
    /// Edition for rows that name none [default: the clinic's, else standard]
    #[arg(short, long, value_parser = EditionParser, ignore_case = true)]
    pub(crate) edition: Option<Edition>,
    /// File format for rows that name none [default: the clinic's, else pdf]
    #[arg(short, long, value_enum, ignore_case = true)]
    pub(crate) format: Option<Format>,
    /// Form of the reference list [default: the clinic's, else full]
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) references: Option<ReferenceMode>,
    /// What comes before the leaflet of a row that does not say it. A letter needs the columns `address.name` and
    /// `address.lines`, or `address.line1`, `address.line2` and so on [default: the clinic's, else none]
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) cover: Option<Cover>,
    /// Window envelope of the letters [default: the clinic's]
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) envelope: Option<Envelope>,
    /// Folder for one file per row
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// One file with all leaflets, for printing. Leaflets are in row order, repeated as the
    /// column `copies` says, and each starts on a new sheet. FILE.pdf.jsonl beside it says where each
    /// row is. An interrupted batch leaves no bundle; the next run makes it from the start
    #[arg(long, value_name = "FILE.pdf")]
    pub(crate) bundle: Option<PathBuf>,
    /// Print each leaflet on this printer, such as `ipp://server/printers/office`: one job each, in
    /// row order. Without --output, no leaflet stays on disk. The journal of the jobs is then in the
    /// folder JOBS-printed beside the job file. --resume never sends a leaflet twice: it asks the printer
    /// for the jobs that it is not sure of
    #[arg(
        id = "printer",
        long = "print",
        value_name = "URI",
        conflicts_with = "bundle"
    )]
    pub(crate) print: Option<String>,
    #[command(flatten)]
    pub(crate) job: PrintJobArgs,
    /// Print again the leaflets that may already have been printed
    #[arg(long, requires_all = ["printer", "resume"])]
    pub(crate) resend_uncertain: bool,
    /// Printed sides of each sheet. In a bundle with `two`, a leaflet with an odd number of pages
    /// gets a blank page [default: two; for --print the printer's choice, for folded paper two-short]
    #[arg(long, value_enum)]
    pub(crate) sides: Option<PrintSides>,
    /// Add a separator sheet after every N leaflets of the bundle. It names and counts their
    /// rows
    #[arg(long, value_name = "N", requires = "bundle", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) separator: Option<u32>,
    /// Divide the bundle into files of at most N sheets, each for one tray: all-01.pdf, all-02.pdf and so
    /// on. Separator sheets count. The leaflets of a row stay together
    #[arg(long, value_name = "N", requires = "bundle", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_sheets: Option<u32>,
    /// Print a mark at the right edge of each sheet of the bundle, for machines that fold and insert: row
    /// and sheet in digits and as Code 128. Not for paper that is folded to a booklet or a trifold
    #[arg(long, requires = "bundle")]
    pub(crate) marks: bool,
    /// Sort leaflets in the bundle or at the printer by these columns, such as `handout,address.postcode`.
    /// Numbers in values count as numbers, and capitals make no difference. Rows without a value are last
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub(crate) sort: Vec<String>,
    /// File names, without their endings. Placeholders are `{{row}}`, `{{handout}}`, `{{language}}`,
    /// `{{clinic}}`, `{{copies}}` and all data. The column `name` takes precedence
    #[arg(long, value_name = "TEMPLATE", default_value = DEFAULT_TEMPLATE)]
    pub(crate) name: String,
    /// Permissions of files about a reader [default: 0600, for their owner only]. No effect on Windows
    #[arg(long, value_name = "MODE", value_parser = FileMode::parse)]
    pub(crate) mode: Option<FileMode>,
    /// Number of leaflets to make at the same time [default: one per processor]
    #[arg(long = "jobs", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) workers: Option<u16>,
    /// Make only part I of N of the rows, such as `2/3`. `auto` and `auto/N` take the part from
    /// JOB_COMPLETION_INDEX (Kubernetes) or SLURM_ARRAY_TASK_ID (Slurm)
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<ShardArg>,
    /// Continue the batch in the folder. Finished rows that have not changed are kept
    #[arg(long, conflicts_with = "overwrite")]
    pub(crate) resume: bool,
    /// Delete the batch in the folder and start again
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Stop after N failed rows
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_errors: Option<u32>,
    /// Make every leaflet but write none. Reports errors, and counts pages and sheets
    #[arg(long, conflicts_with_all = ["resume", "overwrite"])]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) log: LogArg,
    /// Print events to stdout, one JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Check {
    /// Handouts by id or folder, the folder of a library, or a clinic by its clinic.yaml or
    /// folder [default: the whole library]
    #[arg(value_name = "ID|DIR|clinic.yaml")]
    pub(crate) subjects: Vec<String>,
    /// Check the leaflets of this clinic: its clinic.yaml or its folder
    /// [default: clinic.yaml in the current folder, else the built-in example clinic]
    #[arg(short, long, value_name = "CLINIC", env = "HANDOUT_CLINIC")]
    pub(crate) clinic: Option<PathBuf>,
    /// Print a Markdown report on standards for patient information: PEMAT-P, CDC Clear
    /// Communication Index, DISCERN, EQIP and PIF TICK. A worksheet lists the items that need
    /// a person
    #[arg(long)]
    pub(crate) report: bool,
    /// Exit with 1 for warnings, too
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Customize {
    #[command(subcommand)]
    pub(crate) command: CustomizeCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum CustomizeCommand {
    /// Create a folder for your clinic: name, logo, phone numbers and texts
    Init(CustomizeInit),
    /// Show library changes to the texts that you replaced
    Status(CustomizingClinic),
    /// Record in clinic.lock which library texts your new texts replace
    Update(CustomizingClinic),
    /// Show how your leaflet differs from the library's
    Diff(CustomizeDiff),
    /// Combine a library change with your text
    Merge(CustomizeMerge),
    /// Keep your text unchanged, although the library's text has changed
    Accept(ChosenText),
}

/// The clinic that customizes the library.
#[derive(Clone, Debug, Args)]
pub(crate) struct CustomizingClinic {
    /// Clinic: its clinic.yaml or its folder [default: clinic.yaml in the current folder]
    #[arg(
        short = 'c',
        long = "clinic",
        value_name = "CLINIC",
        env = "HANDOUT_CLINIC"
    )]
    pub(crate) path: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct CustomizeInit {
    /// Name of the clinic, such as "Riverside Pain Clinic". It also gives the folder its name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct CustomizeDiff {
    /// Id of the handout
    #[arg(value_name = "ID")]
    pub(crate) handout: String,
    #[command(flatten)]
    pub(crate) clinic: CustomizingClinic,
    /// Language, such as `en` [default: the clinic's, else the library's]
    #[arg(short, long, value_name = "LANG", value_parser = language)]
    pub(crate) language: Option<String>,
    /// Format of the comparison
    #[arg(short, long, value_enum, default_value = "text")]
    pub(crate) format: DiffFormatArg,
    /// File to write to, or `-` for stdout [default: -]
    #[arg(short, long, value_name = "PATH|-")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormatArg {
    /// Text for the terminal
    Text,
    /// Web page in one file, for example to send to a colleague
    Html,
}

/// A text that the clinic replaces.
#[derive(Clone, Debug, Args)]
pub(crate) struct ChosenText {
    /// Key of the text, such as `sleep.what-helps.body`
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) clinic: CustomizingClinic,
    /// Language of the text, if you replaced it in several languages
    #[arg(short, long, value_name = "LANG", value_parser = language)]
    pub(crate) language: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct CustomizeMerge {
    #[command(flatten)]
    pub(crate) text: ChosenText,
    /// Write the merged text into your file
    #[arg(long)]
    pub(crate) write: bool,
}

#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct New {
    #[command(subcommand)]
    pub(crate) command: Option<NewCommand>,
    #[command(flatten)]
    pub(crate) handout: NewHandout,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum NewCommand {
    /// Start a new library in a folder of its own
    Library(NewLibrary),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct NewLibrary {
    /// Folder of the library, such as `foot-care`
    #[arg(value_name = "NAME")]
    pub(crate) folder: PathBuf,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct NewHandout {
    /// Id of the handout, such as `our-classes`
    #[arg(value_name = "ID", required = true)]
    pub(crate) id: Option<String>,
    /// Clinic that owns the handout: its clinic.yaml or its folder
    /// [default: the library of --library, else the clinic of HANDOUT_CLINIC or in the current folder]
    #[arg(short, long, value_name = "CLINIC")]
    pub(crate) clinic: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Serve {
    /// Clinic: its clinic.yaml or its folder
    /// [default: clinic.yaml in the current folder, else the folder Leaflets in your documents]
    #[arg(short, long, value_name = "CLINIC", env = "HANDOUT_CLINIC")]
    pub(crate) clinic: Option<PathBuf>,
    /// Address to listen on. The port 0 is any free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:0", value_parser = listen_address)]
    pub(crate) listen: SocketAddr,
    /// Name of this computer in the addresses that other computers use; repeat the flag for more.
    /// Whoever has the secret address can use the page
    #[arg(long, value_name = "HOST", value_parser = host_name)]
    pub(crate) allow_host: Vec<String>,
    /// Do not open the browser
    #[arg(long)]
    pub(crate) no_open: bool,
    /// Write nothing into the clinic's folder: leaflets can be seen and printed, not changed
    #[arg(long)]
    pub(crate) read_only: bool,
    #[command(flatten)]
    pub(crate) log: LogArg,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct List {
    /// List the handouts of this clinic, too: its clinic.yaml or its folder
    /// [default: clinic.yaml in the current folder]
    #[arg(short, long, value_name = "CLINIC", env = "HANDOUT_CLINIC")]
    pub(crate) clinic: Option<PathBuf>,
    /// List only handouts in this language, with their titles in it
    #[arg(short, long, value_name = "LANG", value_parser = language)]
    pub(crate) language: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Show {
    /// Handout, by id or by folder
    #[arg(value_name = "ID|DIR")]
    pub(crate) handout: String,
    /// Show the texts as this clinic has them: its clinic.yaml or its folder
    /// [default: clinic.yaml in the current folder, else the built-in example clinic]
    #[arg(short, long, value_name = "CLINIC", env = "HANDOUT_CLINIC")]
    pub(crate) clinic: Option<PathBuf>,
    /// Language, such as `en` [default: the clinic's, else the library's]
    #[arg(short, long, value_name = "LANG", value_parser = language)]
    pub(crate) language: Option<String>,
    /// Print the keys alone
    #[arg(long, conflicts_with = "yaml")]
    pub(crate) keys: bool,
    /// Print the texts as YAML that a clinic's text/LANG.yaml may have, without locked texts
    #[arg(long)]
    pub(crate) yaml: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Inspect {
    /// PDF file, or `-` for stdin
    #[arg(value_name = "FILE.pdf")]
    pub(crate) file: PathBuf,
    /// Report as errors where the file falls short of this edition
    #[arg(long, value_parser = EditionParser, value_name = "EDITION", ignore_case = true)]
    pub(crate) claims: Option<Edition>,
    /// Fold of the sheets [default: as the file says, else none]
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) fold: Option<Fold>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ShowLog {
    /// File of --log. Its full files, FILE.1 and so on, are read, too
    #[arg(
        long = "log",
        value_name = "FILE",
        env = "HANDOUT_LOG",
        required = true
    )]
    pub(crate) path: PathBuf,
    /// List only leaflets of this day and later
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub(crate) since: Option<Date>,
    /// List only leaflets of this handout
    #[arg(long, value_name = "ID")]
    pub(crate) handout: Option<String>,
    /// Print the lines of the log, which are JSON, without counts
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Schema {
    /// File type
    #[arg(value_enum)]
    pub(crate) kind: FileKind,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Explain {
    /// Finding, such as `unknown-citation`
    #[arg(value_name = "FINDING")]
    pub(crate) finding: String,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Completions {
    /// Shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Man {
    /// Folder for the pages
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

fn language(text: &str) -> Result<String, String> {
    let tag = language_tag(text);
    match is_language(&tag) {
        true => Ok(tag),
        false => Err(language_help(text)),
    }
}

fn date(text: &str) -> Result<Date, &'static str> {
    crate::source::parse_day(text).ok_or("write a date like 2026-11-21")
}

/// Reads an address to listen on, such as `127.0.0.1:8080`.
fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let address = text.replacen("localhost", "127.0.0.1", 1);
    let help = "write an IPv4 address and a port, as in `127.0.0.1:8080`";
    let address: Result<SocketAddrV4, _> = address.parse();
    address.map(SocketAddr::V4).map_err(|_| help.to_owned())
}

/// Reads the name of a computer, without a port.
fn host_name(text: &str) -> Result<String, &'static str> {
    let is_in_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    match !text.is_empty() && text.bytes().all(is_in_name) {
        true => Ok(text.to_owned()),
        false => Err("write the name alone, as in `ward-3.local`"),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::library::DEFAULTS;

    #[test]
    fn arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn clinic_defaults_take_the_same_values_as_flags() {
        fn offered<T: ValueEnum>() -> Vec<String> {
            T::value_variants()
                .iter()
                .map(|value| value.to_possible_value().unwrap().get_name().to_owned())
                .collect()
        }
        for (flag, _, values) in DEFAULTS {
            match flag {
                "paper" => assert_eq!(values, offered::<Paper>()),
                "edition" => assert_eq!(values, offered::<Edition>()),
                "references" => assert_eq!(values, offered::<ReferenceMode>()),
                "format" => assert_eq!(values, offered::<Format>()),
                "cover" => assert_eq!(values, offered::<Cover>()),
                "envelope" => assert_eq!(values, offered::<Envelope>()),
                "date_order" => assert_eq!(values, crate::locale::DateOrder::NAMES),
                _ => assert!(values.is_empty(), "{flag}"),
            }
        }
    }
}
