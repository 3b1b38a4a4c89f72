//! The input of checks: one handout in one language, with its words and their places.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::Date;

use crate::document::{Certainty, Document, Section, SectionRole};
use crate::finding::{Finding, Place, PlaceTarget};
use crate::library::{Bibliography, Clinic, Entry, EntryKind, Handout, Library, Term};
use crate::locale::Locale;
use crate::resolve::{Prose, ProseKind, Resolved};
use crate::source_file::Route;

/// One handout in one language, as one clinic gives it.
pub(crate) struct Subject<'a> {
    pub(crate) library: &'a Library,
    pub(crate) handout: &'a Handout,
    pub(crate) clinic: &'a Clinic,
    /// References of the library and of the clinic.
    pub(crate) bibliography: Cow<'a, Bibliography>,
    /// BCP 47 tag.
    pub(crate) language: &'a str,
    /// Today.
    pub(crate) date: Date,
    pub(crate) document: Arc<Document>,
    /// Entries of the definition with the clinic's changes, in reading order.
    pub(crate) entries: Arc<[Entry]>,
    /// All words in reading order, with their places in the text layers.
    pub(crate) passages: Vec<Passage>,
    /// Glossary terms in the language.
    pub(crate) terms: Vec<Term>,
    /// Names of the clinic's values that the texts use and the clinic lacks, as in `clinic.phone`.
    pub(crate) lacking: Arc<[String]>,
    /// Number of pages on A4.
    pub(crate) pages: usize,
}

/// The words of one paragraph, heading, list item or cell.
#[derive(Clone, Debug)]
pub(crate) struct Passage {
    /// Key of the block. Empty for `title`, `subtitle`, `short-title` and `closing`.
    pub(crate) block: String,
    /// Part of the block, such as `heading`, `body`, `items` or `rows`. For text outside blocks,
    /// its key, such as `title`. For a glossary term, `definition`.
    pub(crate) part: String,
    /// Key of the document's section. Empty before the first section.
    pub(crate) section: String,
    pub(crate) prose: Prose,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(
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
            lacking: Arc::clone(&resolved.lacking),
            terms: library.glossary_with(clinic)?.terms(language),
            pages,
        })
    }

    /// Keeps the passages of one block.
    pub(crate) fn only(&self, block: &str) -> Subject<'a> {
        Subject {
            bibliography: self.bibliography.clone(),
            document: Arc::clone(&self.document),
            entries: Arc::clone(&self.entries),
            passages: self.block(block).cloned().collect(),
            terms: self.terms.clone(),
            lacking: Arc::clone(&self.lacking),
            ..*self
        }
    }

    pub(crate) fn locale(&self) -> &'static Locale {
        Locale::of(self.language)
    }

    /// Returns whether the language is `language` in any country: `en-GB` is in `en`.
    pub(crate) fn is_in(&self, language: &str) -> bool {
        self.language.split('-').next() == Some(language)
    }

    /// Returns the entry of a block.
    pub(crate) fn entry(&self, block: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == block)
    }

    /// Returns the passages of a block.
    pub(crate) fn block<'s>(&'s self, key: &'s str) -> impl Iterator<Item = &'s Passage> + Clone {
        self.passages
            .iter()
            .filter(move |passage| passage.block == key)
    }

    /// Returns the passages of a section of the document.
    pub(crate) fn section<'s>(&'s self, key: &'s str) -> impl Iterator<Item = &'s Passage> {
        self.passages
            .iter()
            .filter(move |passage| passage.section == key)
    }

    /// Returns the passages of running text.
    pub(crate) fn running_text(&self) -> impl Iterator<Item = &Passage> {
        self.passages
            .iter()
            .filter(|passage| passage.is_running_text())
    }

    pub(crate) fn main_message(&self) -> Option<&Section> {
        self.document
            .sections
            .iter()
            .find(|section| matches!(section.role, SectionRole::MainMessage { .. }))
    }

    /// Returns the label of a certainty as text has it, such as `early research`.
    pub(super) fn certainty_label(&self, certainty: Certainty) -> String {
        self.document.ui_strings.certainty[certainty.index()].to_lowercase()
    }

    /// Places a finding at a field of the definition, such as `review_by`.
    pub(super) fn locate_in_definition(&self, finding: Finding, field: &str) -> Finding {
        let route = Route::default().key(field);
        finding.at_value(&self.handout.definition.file, route)
    }

    /// Places a finding at the key `sections` of the definition.
    pub(super) fn locate_at_sections(&self, finding: Finding) -> Finding {
        let route = Route::default().key("sections");
        finding.at(&self.handout.definition.file, PlaceTarget::Key(route))
    }

    /// Returns the place of the title, for findings about the whole handout.
    pub(super) fn title_place(&self) -> Option<Place> {
        self.passages
            .iter()
            .find(|passage| passage.part == "title" && passage.block.is_empty())?
            .place()
    }
}

impl Passage {
    /// Returns whether this is running text, which people read sentence by sentence.
    ///
    /// Titles, headings, tables, text alternatives, labels and the glossary are not.
    pub(crate) fn is_running_text(&self) -> bool {
        matches!(
            self.prose.kind,
            ProseKind::Paragraph | ProseKind::Item { .. }
        ) && matches!(
            self.part.as_str(),
            "body" | "intro" | "outro" | "items" | "actions" | "note" | "closing"
        )
    }

    /// Returns the place of the whole passage.
    pub(super) fn place(&self) -> Option<Place> {
        self.prose.place(0..self.prose.as_str().len())
    }

    /// Places a finding at the whole passage.
    pub(super) fn locate(&self, finding: Finding) -> Finding {
        self.prose.locate(finding, 0..self.prose.as_str().len())
    }
}

/// Splits the texts of a document into passages.
fn passages(resolved: &Resolved) -> Vec<Passage> {
    let is_section = |block: &str| {
        let mut sections = resolved.document.sections.iter();
        sections.any(|section| section.key == block)
    };
    let glossary_section = || {
        let mut entries = resolved.entries.iter();
        let entry = entries.find(|entry| entry.kind == EntryKind::Glossary);
        entry.map(|entry| entry.key.clone()).unwrap_or_default()
    };
    let mut section = String::new();
    let mut passages = Vec::new();
    for text in resolved.texts.iter().filter(|text| !text.path.is_empty()) {
        let (block, part) = match text.path.split_once('.') {
            _ if text.path.starts_with("glossary/") => ("glossary", "definition"),
            Some(("closing", _)) => ("", "closing"),
            Some((block, part)) => (block, part.split('.').next().unwrap_or(part)),
            None => ("", text.path.as_str()),
        };
        if part == "definition" {
            section = glossary_section();
        } else if is_section(block) {
            section = block.to_owned();
        }
        let section_of_block = match block {
            "" => "",
            _ => &section,
        };
        passages.extend(text.prose().into_iter().map(|prose| Passage {
            block: block.to_owned(),
            part: part.to_owned(),
            section: section_of_block.to_owned(),
            prose,
        }));
    }
    passages
}
