//! The short form: what a reader must know, on one page.
//!
//! It has the main message, all locked blocks, the contact and the cited works. The contact section also says
//! where the full leaflet is. A paragraph below it says what that has besides.

use super::builder::{DocumentBuilder, printed_address};
use crate::document::{BlockKind, Inline, Inlines, SectionRole, Target, has_words, plain_text};
use crate::finding::{Finding, PlaceTarget};
use crate::library::{Entry, EntryKind};
use crate::source::Route;
use crate::theme::Length;

impl DocumentBuilder<'_, '_> {
    /// Adds the entries of the short form.
    pub(super) fn add_short_form(&mut self) {
        let entries = &self.context.entries;
        if !entries.iter().any(is_main_message) {
            let file = &self.context.sources.definition.file;
            let place = PlaceTarget::Key(Route::default().key("sections"));
            let message = "the handout has no main message, so it has no short form";
            let finding = Finding::error("missing-field", message)
                .help("give a section `role: main-message`, or make the full leaflet");
            self.findings.push(finding.at(file, place));
        }
        self.full_leaflet = Some(self.words_about_full_leaflet());
        for entry in entries.iter() {
            if self.context.is_in_short_form(entry) {
                self.add_entry(entry);
                if entry.kind == EntryKind::Contact {
                    self.add_topics(entry);
                }
            } else if matches!(self.sections.last(), Some(last) if last.role == SectionRole::Body) {
                // The next block does not belong to the heading of the last one.
                self.open_section(entry, None, None, SectionRole::Body, Vec::new());
            }
        }
        if let (Some(words), Some(last)) = (self.full_leaflet.take(), entries.last()) {
            let blocks = vec![BlockKind::Paragraph(words).into()];
            self.open_section(last, None, None, SectionRole::Body, blocks);
            self.add_topics(last);
        }
    }

    /// Adds the words that say what the full leaflet has besides.
    fn add_topics(&mut self, entry: &Entry) {
        let topics = self.topics_of_full_leaflet();
        if !topics.is_empty() {
            // A line does not begin with a dot.
            let topics = topics.join("\u{a0}· ");
            let words = self.ui_phrase("full-leaflet-topics", "{topics}", &topics);
            let blocks = vec![BlockKind::Paragraph(vec![Inline::Text(words)]).into()];
            self.open_section(entry, None, None, SectionRole::Body, blocks);
        }
    }

    /// Returns the headings that only the full leaflet has.
    fn topics_of_full_leaflet(&mut self) -> Vec<String> {
        let mut topics = Vec::new();
        for entry in self.context.entries.iter() {
            if !self.context.is_in_short_form(entry)
                && entry.kind != EntryKind::Glossary
                && let Some(heading) = self.heading(&entry.key)
                && has_words(&heading)
            {
                topics.push(plain_text(&heading));
            }
        }
        topics
    }

    /// Returns the address of the full leaflet in a short form, if the clinic gives it.
    pub(super) fn full_leaflet_address(&self) -> Option<String> {
        let is_short = self.context.options.length == Length::Short;
        is_short.then(|| self.leaflet_address()).flatten()
    }

    /// Returns the words that say where the full leaflet is.
    fn words_about_full_leaflet(&mut self) -> Inlines {
        match self.full_leaflet_address() {
            None => self.ui_text("full-leaflet-ask"),
            Some(address) => {
                let words = self.context.ui_string("full-leaflet-at");
                let (before, after) = words.split_once("{address}").unwrap_or((words, ""));
                let printed = Inline::Text(printed_address(&address).to_owned());
                vec![
                    Inline::Text(before.to_owned()),
                    Inline::Link {
                        target: Target::Uri(address),
                        content: vec![printed],
                    },
                    Inline::Text(after.to_owned()),
                ]
            }
        }
    }
}

fn is_main_message(entry: &Entry) -> bool {
    matches!(entry.kind, EntryKind::Section { main_message: true })
}
