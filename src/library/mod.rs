//! What authors write: handout definitions, text layers, clinics, the glossary and the bibliography,
//! loaded from a folder or from the copy that is embedded in the program.
//!
//! Types here are plain data in the shape of the files (see the README's "Files"); each keeps the
//! [`SourceFile`] that it came from, so that a finding can point into it. Only loading touches files.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::document::{CalloutKind, Certainty, Key, Logo};
use crate::source::{Route, SourceFile};

/// `library.yaml`.
#[derive(Clone, Debug)]
pub struct LibraryManifest {
    /// Its name.
    pub name: String,
    /// Who publishes it.
    pub publisher: String,
    /// The language that handouts are written in unless they say otherwise.
    pub language: String,
    /// The name of a numeric CSL style, as in `american-medical-association`.
    pub citation_style: String,
    /// Where the full reference lists stand on the web; `{id}` is the handout's id.
    pub references_url: Option<String>,
    /// Targets that checks measure against.
    pub readability: Readability,
    /// What happens around a leaflet's review date.
    pub review: ReviewPolicy,
}

/// Readability targets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Readability {
    /// Highest US school grade.
    pub max_grade: f64,
    /// Highest LIX (Swedish, Norwegian).
    pub max_lix: f64,
}

/// What happens around a leaflet's review date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewPolicy {
    /// So many days before it, the review is due soon.
    pub due_soon_days: u32,
    /// What happens after it.
    pub overdue: OverduePolicy,
}

/// What happens to a leaflet past its review date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverduePolicy {
    /// It says so at its top.
    Mark,
    /// It is not made.
    Refuse,
}

/// `handout.yaml`: structure and facts, no prose.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The file it came from.
    pub file: Arc<SourceFile>,
    /// The handout's id, the same as its folder's name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Day of the last review.
    pub reviewed: Date,
    /// Day by which it has to be reviewed again.
    pub review_by: Date,
    /// For whom it is, as in `adults`.
    pub audience: Vec<String>,
    /// Job data that the text may use, as dotted paths, as in `patient.first_name`.
    pub data: Vec<String>,
    /// Codes by system, as in `icd-10: [M79.7]`.
    pub codes: BTreeMap<String, Vec<String>>,
    /// Its blocks, in reading order.
    pub entries: Vec<Entry>,
}

/// One entry of a definition's `sections`.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The block's key; `glossary`, `contact` and `references` are their own.
    pub key: Key,
    /// Where it stands in the definition.
    pub route: Route,
    /// The file that names it: the definition, or a clinic that inserted it.
    pub file: Arc<SourceFile>,
    /// What it is.
    pub kind: EntryKind,
    /// How sure the evidence of a section is.
    pub certainty: Option<Certainty>,
    /// Whether a clinic may not reword, move or remove it.
    pub locked: bool,
}

/// What an entry of a definition is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A heading with a body.
    Section {
        /// Set as the opening panel.
        main_message: bool,
    },
    /// A heading with a body and empty lines.
    Notes,
    /// A call-out.
    Callout(CalloutKind),
    /// A table.
    Table,
    /// A picture; its path within the handout's folder.
    Figure {
        /// As in `figures/volume-dial.svg`.
        image: String,
    },
    /// Items to tick.
    Checklist,
    /// Questions to ask.
    Questions,
    /// Numbered steps.
    Steps,
    /// The terms used.
    Glossary,
    /// How to reach the clinic.
    Contact,
    /// The reference list.
    References,
}

/// A text layer: words by key.
#[derive(Clone, Debug)]
pub struct TextLayer {
    /// The file it came from.
    pub file: Arc<SourceFile>,
    /// Where in that file it stands (the root, or within a clinic's `text`).
    pub route: Route,
    /// Its entries in the order of the file: block keys, and `title`, `subtitle`, `short-title`,
    /// `closing`, `words`.
    pub entries: Vec<(String, TextValue)>,
}

/// A value of a text layer.
#[derive(Clone, Debug, PartialEq)]
pub enum TextValue {
    /// A template.
    Text(String),
    /// `locked: true` beside the keys of a text block, and numbers such as `lines: 2`.
    Flag(bool),
    /// As in `lines: 2`.
    Number(u32),
    /// Items, rows, cells.
    List(Vec<TextValue>),
    /// Parts by name, in the order of the file.
    Map(Vec<(String, TextValue)>),
}

/// `clinic.yaml`.
#[derive(Clone, Debug)]
pub struct Clinic {
    /// The file it came from.
    pub file: Arc<SourceFile>,
    /// The clinic's name.
    pub name: String,
    /// The department within it.
    pub department: Option<String>,
    /// Telephone numbers, as they should be read.
    pub phones: Vec<String>,
    /// Electronic mail.
    pub email: Option<String>,
    /// Web site, `https://…`.
    pub website: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Opening hours.
    pub hours: Option<String>,
    /// As in `999`.
    pub emergency_number: Option<String>,
    /// As in `116 123`.
    pub crisis_line: Option<String>,
    /// The logo, loaded and checked.
    pub logo: Option<Logo>,
    /// One brand colour as `#rrggbb`, from which all others are derived.
    pub colour: Option<crate::geometry::Colour>,
    /// Defaults of `generate`.
    pub defaults: BTreeMap<String, String>,
    /// Small print about who runs the clinic.
    pub imprint: Option<String>,
    /// Whether the footer says "Adapted by …" where the clinic changed words.
    pub adapted_notice: bool,
    /// Where full reference lists stand on the web; overrides the library's.
    pub references_url: Option<String>,
    /// The clinic's own variables, `clinic.vars.*`.
    pub vars: serde_json::Map<String, serde_json::Value>,
    /// Text layers by language: the clinic's shared layer and one for each handout, bottom first
    /// (`clinic.yaml` before `text/<lang>.yaml`).
    pub text: BTreeMap<String, ClinicText>,
    /// Changes to definitions, by handout.
    pub sections: BTreeMap<String, SectionChanges>,
}

/// A clinic's words in one language.
#[derive(Clone, Debug, Default)]
pub struct ClinicText {
    /// Overrides of the shared layer.
    pub shared: Vec<TextLayer>,
    /// Overrides of handouts' layers.
    pub handouts: BTreeMap<String, Vec<TextLayer>>,
}

/// Changes to one definition.
#[derive(Clone, Debug, Default)]
pub struct SectionChanges {
    /// New entries and the key after or before which each stands.
    pub insert: Vec<(Entry, Anchor)>,
    /// Entries that go elsewhere.
    pub moves: Vec<(Key, Route, Anchor)>,
    /// Entries that are left out.
    pub remove: Vec<(Key, Route)>,
}

/// A place relative to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Right before it.
    Before(Key),
    /// Right after it.
    After(Key),
}

/// A term of `glossary.yaml`, in one language.
#[derive(Clone, Debug)]
pub struct Term {
    /// Its id.
    pub id: String,
    /// The term in the language asked for.
    pub term: String,
    /// What it means, inline Markdown; absent where it is not translated.
    pub definition: Option<String>,
    /// Words to use instead in running text.
    pub prefer: Option<String>,
    /// Literal words not to use in running text.
    pub avoid: Vec<String>,
    /// Where it stands.
    pub route: Route,
}
