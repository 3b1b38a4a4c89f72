//! Lists the terms that a document uses.

use std::collections::BTreeSet;

use super::builder::DocumentBuilder;
use crate::document::{BlockKind, Document, GlossaryEntry, Inline};
use crate::finding::Finding;
use crate::hidden_mark::hidden_mark;
use crate::library::EntryKind;
use crate::resolve::sourced_text::SourcedText;
use crate::resolve::used_text::TextKind;
use crate::theme::Length;

impl DocumentBuilder<'_, '_> {
    /// Fills the glossary, in alphabetical order. Reports terms without a definition in the language.
    pub(super) fn fill_glossary(&mut self, document: &mut Document) {
        let context = self.context;
        let has_glossary = context
            .entries
            .iter()
            .any(|entry| entry.kind == EntryKind::Glossary);
        let glossary = &context.sources.glossary;
        if !has_glossary || context.options.length == Length::Short {
            return;
        }
        let mut used: BTreeSet<String> = BTreeSet::new();
        document.visit_inlines(&mut |inline| {
            if let Inline::Term { id, .. } = inline {
                used.insert(id.clone());
            }
        });
        let mut entries = Vec::new();
        for id in used {
            let term = glossary.term(&id, &context.options.language);
            let Some(term) = term else { continue };
            let file = &term.file;
            let Some(definition) = &term.definition else {
                let message = format!(
                    "the term `{id}` has no definition in `{}`: it is left out of the glossary",
                    context.options.language
                );
                let finding = Finding::warning("untranslated-term", message);
                self.findings
                    .push(finding.at_value(file, term.route.clone()));
                continue;
            };
            if let Some((_, mark)) = hidden_mark(&term.term) {
                let finding = mark.finding(&format!("the name of the term `{id}`"));
                self.findings
                    .push(finding.at_value(file, term.route.clone()));
            }
            let route = term.route.key("definition");
            let parsed = self.parsed_text(&format!("glossary/{id}"), TextKind::Inlines, |_| {
                Some(SourcedText::authored(file, route, definition))
            });
            entries.push(GlossaryEntry {
                id,
                term: term.term,
                definition: parsed
                    .map(|parsed| parsed.inlines.clone())
                    .unwrap_or_default(),
            });
        }
        context
            .locale()
            .sort_by_text(&mut entries, |entry| &entry.term);
        let is_empty = entries.is_empty();
        self.fill_list(document, BlockKind::Glossary(entries), is_empty);
    }
}
