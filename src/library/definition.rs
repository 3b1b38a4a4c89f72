//! A handout's definition: its structure and facts.

mod parse;
pub(super) mod schema;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;

use crate::document::{CalloutKind, Certainty, Key};
use crate::finding::PlaceTarget;
use crate::source::{Route, SourceFile};

/// A handout's structure and facts, without texts.
#[derive(Clone, Debug)]
pub struct Definition {
    /// `handout.yaml`.
    pub(crate) file: Arc<SourceFile>,
    /// Equal to the name of the handout's folder.
    pub id: String,
    pub version: String,
    /// Day of the last review; `None` if nobody has reviewed it.
    pub reviewed: Option<Date>,
    /// Day by which the next review is due.
    pub review_by: Date,
    /// As in `adults`.
    pub audience: Vec<String>,
    /// Reader data that the texts may use, as in `patient.first_name`.
    pub data: Vec<String>,
    /// Those of `data` that are dates.
    pub dates: Vec<String>,
    /// Diagnosis codes by system, as in `icd-10: [M79.7]`.
    pub(crate) codes: BTreeMap<String, Vec<String>>,
    /// In reading order.
    pub(crate) entries: Vec<Entry>,
}

/// One entry of a definition's `sections`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "schema::EntryFields")]
pub struct Entry {
    /// The block's key. The kind is the key of `glossary`, `contact` and `references`.
    pub(crate) key: Key,
    pub(crate) route: Route,
    /// The definition, or the `clinic.yaml` that inserted the entry.
    pub(crate) file: Arc<SourceFile>,
    pub(crate) kind: EntryKind,
    pub(crate) certainty: Option<Certainty>,
    /// Whether clinics may not reword, move or remove the block.
    pub(crate) locked: bool,
}

impl Entry {
    /// Returns an entry without a place.
    fn new(key: Key, kind: EntryKind) -> Entry {
        Entry {
            key,
            route: Route::default(),
            file: Arc::default(),
            kind,
            certainty: None,
            locked: false,
        }
    }

    /// Sets the file and the route to the entry in it.
    pub(super) fn at(self, file: &Arc<SourceFile>, route: Route) -> Entry {
        let file = Arc::clone(file);
        Entry {
            file,
            route,
            ..self
        }
    }

    /// Returns the place of the key.
    pub(crate) fn place(&self) -> PlaceTarget {
        let name = match self.kind {
            EntryKind::Section { .. } => "section",
            EntryKind::Notes => "notes",
            EntryKind::Callout(_) => "callout",
            EntryKind::Table => "table",
            EntryKind::Figure { .. } => "figure",
            EntryKind::Checklist => "checklist",
            EntryKind::Questions => "questions",
            EntryKind::Steps => "steps",
            EntryKind::Form => "form",
            EntryKind::Glossary | EntryKind::Contact | EntryKind::References => {
                return PlaceTarget::Value(self.route.clone(), None);
            }
        };
        PlaceTarget::Value(self.route.key(name), None)
    }
}

/// Kind of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A heading with a body.
    Section {
        /// Shown as the opening panel.
        main_message: bool,
    },
    /// A heading with a body and empty lines.
    Notes,
    Callout(CalloutKind),
    Table,
    Figure {
        /// Path in the handout's folder, as in `figures/volume-dial.svg`.
        image: String,
    },
    /// Items to tick.
    Checklist,
    /// Questions to ask, with lines to write on.
    Questions,
    /// Numbered steps.
    Steps,
    /// Prompts with lines to write on.
    Form,
    /// The glossary terms used in the handout.
    Glossary,
    /// The clinic's contact details.
    Contact,
    References,
}

/// A place beside another block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Before(Key),
    After(Key),
}
