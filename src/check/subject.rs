//! What checks look at.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::Date;

use crate::document::{Document, Section, SectionRole};
use crate::finding::{Finding, Place, PlaceTarget};
use crate::library::{Bibliography, Clinic, Entry, EntryKind, Handout, Library, Term};
use crate::resolve::{Prose, ProseKind, Resolved};
use crate::source::Route;

/// One handout in one language, as one clinic gives it.
pub struct Subject<'a> {
    /// The library: its manifest, glossary and bibliography.
    pub library: &'a Library,
    /// The handout, as it was authored.
    pub handout: &'a Handout,
    /// Who gives it.
    pub clinic: &'a Clinic,
    /// The library's references, and the clinic's own.
    pub bibliography: Cow<'a, Bibliography>,
    /// BCP 47 tag of its language.
    pub language: &'a str,
    /// Today.
    pub date: Date,
    /// What it says.
    pub document: Arc<Document>,
    /// The definition's entries, as the clinic has changed them, in reading order.
    pub entries: Arc<[Entry]>,
    /// Its words in reading order, paragraph by paragraph, each with its place in the text layers.
    pub passages: Vec<Passage>,
    /// The library's terms in its language.
    pub terms: Vec<Term>,
    /// How many pages of A4 it takes.
    pub pages: usize,
}

/// A paragraph, heading, item or cell: words with their place.
#[derive(Clone, Debug)]
pub struct Passage {
    /// The key of the block that has it; empty for the handout's own `title`, `subtitle`, `short-title`
    /// and `closing`.
    pub block: String,
    /// Which of the block's texts it stands in, as in `heading`, `body`, `items`, `rows`; for words that
    /// belong to no block, as in `title`; `definition` for a term of the glossary.
    pub part: String,
    /// The key of the section that it is in, by the document; empty before the first.
    pub section: String,
    /// Its words.
    pub prose: Prose,
}

impl<'a> Subject<'a> {
    /// A handout, ready to be looked at.
    pub fn new(
        library: &'a Library,
        handout: &'a Handout,
        clinic: &'a Clinic,
        language: &'a str,
        date: Date,
        resolved: &Resolved,
        pages: usize,
    ) -> Result<Subject<'a>, Vec<Finding>> {
        Ok(Subject {
            library,
            handout,
            clinic,
            bibliography: library.bibliography_with(clinic)?,
            language,
            date,
            entries: Arc::clone(&resolved.entries),
            passages: passages(resolved),
            document: Arc::clone(&resolved.document),
            terms: library.glossary().terms(language),
            pages,
        })
    }

    /// The passages that are running text: what a reader reads sentence by sentence. Titles and headings,
    /// tables, text alternatives, labels and the glossary are not.
    pub fn running(&self) -> impl Iterator<Item = &Passage> {
        self.passages.iter().filter(|passage| passage.is_running())
    }

    /// The entry of a block.
    pub fn entry(&self, block: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == block)
    }

    /// The passages of a section of the document, in order.
    pub fn section(&self, key: &str) -> impl Iterator<Item = &Passage> {
        self.passages
            .iter()
            .filter(move |passage| passage.section == key)
    }

    /// The section that is the short answer.
    pub fn main_message(&self) -> Option<&Section> {
        let is_main = |section: &&Section| matches!(section.role, SectionRole::MainMessage { .. });
        self.document.sections.iter().find(is_main)
    }

    /// Where the definition names a block.
    pub fn entry_place(&self, entry: &Entry) -> Place {
        Place {
            file: Arc::clone(&entry.file),
            target: entry.place(),
        }
    }

    /// Where the definition has a field of the handout, as in `review_by`.
    pub fn definition_place(&self, field: &str) -> Place {
        let file = Arc::clone(&self.handout.definition.file);
        Place {
            file,
            target: PlaceTarget::Value(Route::default().key(field), None),
        }
    }

    /// Where the handout's title stands, for what is true of the whole handout.
    pub fn title_place(&self) -> Option<Place> {
        let title = self
            .passages
            .iter()
            .find(|passage| passage.part == "title" && passage.block.is_empty())?;
        title.prose.place(0..title.prose.as_str().len())
    }
}

impl Passage {
    /// Whether it is running text.
    pub fn is_running(&self) -> bool {
        matches!(
            self.prose.kind,
            ProseKind::Paragraph | ProseKind::Item { .. }
        ) && matches!(
            self.part.as_str(),
            "body" | "intro" | "outro" | "items" | "actions" | "note" | "closing"
        )
    }
}

/// The words of a document, in reading order.
fn passages(resolved: &Resolved) -> Vec<Passage> {
    let sections = &resolved.document.sections;
    let mut section = String::new();
    let mut passages = Vec::new();
    for text in resolved.texts.iter().filter(|text| !text.path.is_empty()) {
        let (block, part) = match text.path.split_once('.') {
            _ if text.path.starts_with("glossary/") => ("glossary", "definition"),
            Some(("closing", _)) => ("", "closing"),
            Some((block, part)) => (block, part.split('.').next().unwrap_or(part)),
            None => ("", text.path.as_str()),
        };
        if sections.iter().any(|other| other.key == block) && section != block {
            section = block.to_owned();
        }
        if part == "definition" {
            let glossary = resolved
                .entries
                .iter()
                .find(|entry| entry.kind == EntryKind::Glossary);
            section = glossary.map(|entry| entry.key.clone()).unwrap_or_default();
        }
        let is_outside = block.is_empty();
        passages.extend(text.prose().into_iter().map(|prose| Passage {
            block: block.to_owned(),
            part: part.to_owned(),
            section: if is_outside {
                String::new()
            } else {
                section.clone()
            },
            prose,
        }));
    }
    passages
}
