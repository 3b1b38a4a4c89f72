//! `handout` turns YAML handout definitions, filled from a templated text layer, into typeset,
//! accessible, plain-language PDF leaflets with their references.
//!
//! ```text
//! definition  ─┐
//! text layers ─┤ load    resolve               layout             pdf
//! clinic      ─┼──────► ─────────► Document ─────────► [Page] ─────────► bytes
//! references  ─┤             │
//! job data    ─┘             └─ check ─► [Finding] ─► report
//! ```
//!
//! Stages are verbs over values; arrows never point back.
//!
//! | module | does |
//! |---|---|
//! | [`source`] | text files and YAML to typed values; a path in a value to line and column |
//! | [`library`] | what authors write: definition, text layer, clinic, glossary, bibliography |
//! | `locale` | one file per language: strings, dates, lists, quotes, order, line-break words |
//! | `template` | Handlebars: names checked, values filled in, places kept |
//! | [`resolve`] | stacks text layers, runs templates, parses Markdown, numbers citations |
//! | [`document`] | the semantic document: blocks and inlines |
//! | [`picture`] | SVG, PNG and JPEG files to outlines and pixels |
//! | [`theme`], [`font`], [`geometry`] | sizes, leading, colours; faces; lengths and outlines |
//! | [`layout`] | document and theme to pages |
//! | [`pdf`] | pages to bytes |
//! | [`check`] | what is wrong with a handout that could be made, one check a file |
//! | [`customize`] | what a clinic made its own, and what became of the library's texts below it |
//! | [`readability`] | words, sentences, syllables, and the published formulas |
//! | [`finding`], [`report`] | findings as data; their printing |
//! | [`request_options`] | language, paper, edition and references, and their names |
//! | [`batch`] | many leaflets from a job file, durable |
//! | `cli`, `command` | the command line; one file for each command |

pub mod batch;
mod check;
mod cli;
mod command;
pub mod customize;
pub mod disk;
pub mod document;
pub mod finding;
pub mod font;
pub mod geometry;
pub mod layout;
pub mod leaflet;
pub mod library;
pub(crate) mod locale;
pub mod pdf;
pub mod picture;
mod readability;
mod report;
pub mod request_options;
pub mod resolve;
pub mod source;
pub mod source_file;
pub(crate) mod template;
pub mod theme;

pub use command::run_command_line;
