//! The text message (SMS) of a leaflet. It is sent in place of the main message, and is on no page.

use std::sync::Arc;

use super::builder::DocumentBuilder;
use crate::document::{Inlines, has_words};
use crate::finding::Finding;
use crate::library::{EntryKind, TEXT_MESSAGE};
use crate::resolve::markdown_template::MarkdownTemplate;
use crate::resolve::used_text::{TextKind, UsedText};

/// A text that is sent in place of the main message.
#[derive(Clone, Debug)]
pub struct TextMessageText {
    pub(crate) words: Inlines,
    /// For places of findings.
    pub(crate) text: Arc<UsedText>,
}

impl DocumentBuilder<'_, '_> {
    /// Returns the dotted names of the reader data that the text message uses, also if none is requested.
    pub(in crate::resolve) fn used_by_text_message(&self) -> Vec<String> {
        let source = self.context.layers.text(&[TEXT_MESSAGE], &mut Vec::new());
        let compile = |source| MarkdownTemplate::compile(source, self.context.names()).ok();
        let template = source.and_then(compile);
        let used = template.iter().flat_map(MarkdownTemplate::used_data);
        used.map(str::to_owned).collect()
    }

    /// Reads the text message, if it is requested. There is none in three cases:
    ///
    /// - The leaflet has no main message.
    /// - The clinic replaced the main message but not this text, so this text lacks the clinic's words.
    /// - The main message is locked, and this text is the clinic's.
    pub(super) fn read_text_message(&mut self) {
        let context = self.context;
        if !context.options.text_message {
            return;
        }
        self.check_parts(TEXT_MESSAGE, &[]);
        let is_main = |kind: &EntryKind| matches!(kind, EntryKind::Section { main_message: true });
        let mut entries = context.entries.iter();
        let Some(main) = entries.find(|entry| is_main(&entry.kind)) else {
            return;
        };
        let (layers, path) = (&context.layers, [TEXT_MESSAGE]);
        if layers.has_only_clinics(&[&main.key, "body"], &path) {
            return;
        }
        let is_clinics = layers.is_clinics(&path) == Some(true);
        if is_clinics && layers.is_locked(&main.key, &context.entries) {
            let message =
                "the main message is locked, so this text message is not sent in its place";
            let finding = Finding::warning("locked-text", message)
                .help("remove it: the main message is sent as it is");
            let found = layers.find(&path);
            self.findings
                .extend(found.first().map(|authored| authored.locate(finding)));
            return;
        }
        let before = self.texts.len();
        let words = self.text(&path, TextKind::Inlines);
        // Checks of the pages must not see this text.
        let text = self.texts.drain(before..).next_back();
        let words = words.filter(|words| has_words(words));
        self.text_message = words
            .zip(text)
            .map(|(words, text)| TextMessageText { words, text });
    }
}
