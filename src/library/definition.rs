//! A handout's definition: its structure and facts.

mod parse;
pub(super) mod schema;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::document::{CalloutKind, Certainty, Key};
use crate::finding::PlaceTarget;
use crate::source::{Route, SourceFile};

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

impl Entry {
    /// Where it names its key.
    pub fn place(&self) -> PlaceTarget {
        let name = match self.kind {
            EntryKind::Section { .. } => "section",
            EntryKind::Notes => "notes",
            EntryKind::Callout(_) => "callout",
            EntryKind::Table => "table",
            EntryKind::Figure { .. } => "figure",
            EntryKind::Checklist => "checklist",
            EntryKind::Questions => "questions",
            EntryKind::Steps => "steps",
            EntryKind::Glossary | EntryKind::Contact | EntryKind::References => {
                return PlaceTarget::Value(self.route.clone(), None);
            }
        };
        PlaceTarget::Value(self.route.key(name), None)
    }
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

/// A place relative to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Right before it.
    Before(Key),
    /// Right after it.
    After(Key),
}
