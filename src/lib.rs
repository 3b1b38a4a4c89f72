//! `handout` makes accessible, plain-language patient leaflets as PDF from YAML definitions and
//! templated texts.
//!
//! ```text
//! definition  ─┐
//! text layers ─┤ load    resolve               layout              pdf
//! clinic      ─┼──────► ─────────► Document ─────────► Layout ─────────► PDF bytes
//! references  ─┤             │        │
//! reader data ─┘             └─ check ┴──────────────────► findings ─► report
//! ```
//!
//! Each stage is a function from one value to the next, and never calls a later one. `Document` has
//! blocks and inlines in reading order, without sizes and fonts. `Layout` has items placed on pages,
//! without PDF operators.
//!
//! | module | job |
//! |---|---|
//! | `source` | reads YAML into typed values, and finds the line and column of a value |
//! | `library` | authored types (definition, text layer, clinic, glossary, bibliography) and their loading |
//! | `locale` | one file per language: interface strings, dates, lists, plural rules, phrases |
//! | `template` | Handlebars: checks names, renders, keeps the places of texts |
//! | `resolve` | stacks text layers, renders templates, parses Markdown, numbers citations |
//! | `document` | blocks and inlines |
//! | `check` | one check per file |
//! | `readability` | sentences, words, syllables, published formulas |
//! | `picture` | SVG, PNG and JPEG files as shapes and pixels |
//! | `theme`, `font`, `geometry` | sizes, spacing and colours; typefaces; lengths and shapes |
//! | `layout` | lays out a document on pages |
//! | `pdf` | writes pages as PDF |
//! | `page_image` | paints pages as SVG and PNG |
//! | `html`, `plain_text` | write a document as a web page, and as text for e-mail |
//! | `inspect` | measures any finished PDF file |
//! | `text_message` | writes the main message of a document as a text message |
//! | `pictogram`, `qr_code`, `escape` | icons and badge symbols; QR codes; text in HTML and SVG |
//! | `leaflet` | one request the whole way |
//! | `batch` | many requests from a job file, with durable progress |
//! | `printer` | prints PDF files on printers that speak IPP |
//! | `log` | which leaflet was made, printed or saved, by whom and when |
//! | `scaffold` | the first files of a clinic or a handout |
//! | `customize` | a clinic's changes, and later changes of the library |
//! | `source_file`, `finding`, `report` | files and places in them; findings as data; their output |
//! | `keyed_hash` | hashes that reveal nothing without their key |
//! | `dependency_panic` | panics of dependencies that read hostile files, as findings |
//! | `thread_stack` | stack size of threads |
//! | `words` | whether a text says anything |
//! | `user_name` | the name of the person who runs the program |
//! | `hidden_mark` | characters that nobody sees, and that change what is printed |
//! | `value_fault` | values of a clinic or reader that say nothing, or print other than meant |
//! | `cli`, `command` | arguments; one file per command |

pub mod batch;
mod check;
mod cli;
mod code_128;
mod command;
mod customize;
mod dependency_panic;
mod desk;
mod disk;
mod escape;
mod finding;
mod hidden_mark;
mod html;
mod keyed_hash;
mod library;
mod locale;
mod pictogram;
mod plain_text;
mod qr_code;
mod readability;
mod report;
mod request_options;
mod resolve;
mod scaffold;
mod source;
mod source_file;
mod template;
mod text_message;
mod thread_stack;
mod user_name;
mod value_fault;
mod words;

// Public for the integration tests and fuzz targets only.
#[doc(hidden)]
pub mod document;
#[doc(hidden)]
pub mod font;
#[doc(hidden)]
pub mod geometry;
#[doc(hidden)]
pub mod inspect;
#[doc(hidden)]
pub mod layout;
#[doc(hidden)]
pub mod leaflet;
#[doc(hidden)]
pub mod log;
#[doc(hidden)]
pub mod page_image;
#[doc(hidden)]
pub mod pdf;
#[doc(hidden)]
pub mod picture;
#[doc(hidden)]
pub mod printer;
#[doc(hidden)]
pub mod theme;

pub use command::run_command_line;
#[doc(hidden)]
pub use dependency_panic::panics_become_findings;
pub use disk::{Disk, FileMode, RealDisk};
pub use finding::{Finding, Severity};
pub use font::Faces;
pub use leaflet::{Format, Leaflet, LeafletError, LeafletRequest, Renderer, check, render};
pub use library::{Clinic, Handout, Library};
pub use picture::{
    Drawing, DrawingReader, DrawingRequest, PictureError, read_drawing, set_drawing_reader,
};
#[doc(hidden)]
pub use report::show_findings;
pub use request_options::{Cover, RequestOptions};
pub use resolve::{JobData, Purpose, ReferenceMode};
pub use theme::{Edition, Envelope, Length, Look, Paper, TypeSize};
