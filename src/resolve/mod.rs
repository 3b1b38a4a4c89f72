//! From what authors wrote to a [`Document`].
//!
//! 1. [`stack`]: text layers lie on each other, shared < clinic's shared < handout < clinic's handout;
//!    the topmost that has a part of a block gives its words.
//! 2. [`template`]: Handlebars fills in the clinic's and the reader's data, escaped for Markdown.
//! 3. [`markdown`]: Markdown becomes blocks and inlines, with citations, terms, badges and links.
//! 4. [`structure`]: the definition's entries become sections.
//! 5. [`citation`]: citations are numbered in reading order and the reference list is set.
//!
//! Every problem is a [`Finding`] that points at its place in the YAML file, also when the text went
//! through a template: [`text`] keeps, for every piece of text, where it came from.
//!
//! A [`Plan`] does all this once; for each further reader only the texts that use job data are
//! rendered again.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::document::Document;
use crate::finding::Finding;
use crate::library::{Clinic, Definition, Entry, LibraryManifest, Term, TextLayer};
use crate::picture::Picture;
use crate::source::SourceFile;

/// What a document is made from.
pub struct Sources<'a> {
    /// The library's facts.
    pub manifest: &'a LibraryManifest,
    /// The handout's structure.
    pub definition: &'a Definition,
    /// The shared layers in the document's language, bottom first.
    pub shared: Vec<&'a TextLayer>,
    /// The handout's own layers in the document's language, bottom first.
    pub handout: Vec<&'a TextLayer>,
    /// Who gives it.
    pub clinic: &'a Clinic,
    /// The glossary's terms in the document's language, and its file.
    pub glossary: Option<(&'a Arc<SourceFile>, &'a [Term])>,
    /// The bibliography and its file.
    pub bibliography: Option<(&'a Arc<SourceFile>, &'a hayagriva::Library)>,
    /// Loads the picture of a figure, its labels filled in by id.
    pub figure: &'a LoadFigure,
}

/// Loads the picture of a figure, its labels filled in by id.
pub type LoadFigure = dyn Fn(&Entry, &BTreeMap<String, String>) -> Result<Arc<Picture>, Vec<Finding>> + Sync;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// BCP 47 tag of the language.
    pub language: String,
    /// Today.
    pub date: Date,
    /// How the reference list is set.
    pub references: ReferenceMode,
}

/// How the reference list is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReferenceMode {
    /// Entries as the citation style gives them.
    #[default]
    Full,
    /// One short line for each.
    Short,
    /// Short lines, and a code that leads to the full list.
    Qr,
}

/// A document, and what checks need to know about how it came about.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The document.
    pub document: Document,
    /// Warnings and notes.
    pub findings: Vec<Finding>,
}

/// Job data of one leaflet, nested.
pub type JobData = Map<String, Value>;
