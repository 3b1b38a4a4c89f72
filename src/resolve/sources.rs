//! Input of a document: its sources and options.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::finding::Finding;
use crate::library::{
    Bibliography, Clinic, Definition, Entry, Glossary, LibraryManifest, TextLayer,
};
use crate::picture::PictureFile;
use crate::theme::Length;

/// Everything that authors wrote for one document.
#[derive(Clone)]
pub(crate) struct Sources<'a> {
    pub manifest: &'a LibraryManifest,
    /// Licence of the handout's texts; may be empty.
    pub licence: &'a str,
    pub definition: Arc<Definition>,
    /// Shared layers in the document's language, bottom first.
    pub shared: Vec<Arc<TextLayer>>,
    /// Layers of the handout in the document's language, bottom first.
    pub handout: Vec<Arc<TextLayer>>,
    /// The clinic, with its text layers.
    pub clinic: Arc<Clinic>,
    pub glossary: Arc<Glossary>,
    pub bibliography: Cow<'a, Bibliography>,
    pub figure: Arc<LoadFigure<'a>>,
}

/// Loads the picture of a figure. The labels fill the drawing's texts by id.
pub(crate) type LoadFigure<'a> = dyn Fn(&Entry, &BTreeMap<String, String>) -> Result<Arc<PictureFile>, Vec<Finding>>
    + Send
    + Sync
    + 'a;

/// Choices of the request that change the words of a document.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// BCP 47 tag of the language.
    pub language: String,
    /// Today.
    pub date: Date,
    pub references: ReferenceMode,
    pub length: Length,
    pub purpose: Purpose,
    /// Whether a letter comes before the leaflet, or its address is in the masthead.
    pub letter: bool,
    /// Whether the masthead has the address, and no letter comes before.
    pub is_address_in_masthead: bool,
    /// Whether the text of the text message (SMS) is read.
    pub text_message: bool,
}

/// Readers that a leaflet is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// For patients: an error prevents the leaflet.
    #[default]
    Patients,
    /// For its authors: errors are marked in the text.
    Draft,
}

/// Form of the reference list. Doc comments on its values are `--help` text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum ReferenceMode {
    /// Every reference in full.
    #[default]
    Full,
    /// Authors, year and DOI.
    Short,
    /// QR code that links to the list on the web.
    Qr,
}

/// Data of one reader, nested.
pub type JobData = Map<String, Value>;

/// Returns whether there is data about the reader. Empty values are none.
pub(crate) fn has_values(data: &JobData) -> bool {
    data.values().any(is_said)
}

fn is_said(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => items.iter().any(is_said),
        Value::Object(inner) => inner.values().any(is_said),
    }
}

/// Appends the dotted path of each value to `names`.
pub(crate) fn data_names(data: &JobData, prefix: &str, names: &mut Vec<String>) {
    for (key, value) in data {
        let name = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            Value::Object(inner) if name.len() < 200 => data_names(inner, &name, names),
            _ => names.push(name),
        }
    }
}
