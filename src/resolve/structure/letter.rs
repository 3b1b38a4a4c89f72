//! The letter before a leaflet, or its address in the masthead. Its words are the text `letter`, else the built-in ones.

use super::builder::DocumentBuilder;
use crate::document::{Block, BlockKind, Inline, Inlines, Letter, ListItem, Target};
use crate::finding::Finding;
use crate::locale::isolated;
use crate::resolve::used_text::TextKind;
use crate::template;
use crate::words::is_visible;

const KEY: &str = "letter";

impl DocumentBuilder<'_, '_> {
    /// Returns the letter without the reader's address, if there is to be one. Without a text for it, the greeting is
    /// `None`. A text without words prints nothing.
    pub(super) fn letter(&mut self) -> Option<Letter> {
        if !self.context.options.letter {
            return None;
        }
        if self.context.options.is_address_in_masthead {
            return Some(Letter {
                is_in_masthead: true,
                sender: self.sender_line(),
                ..Letter::default()
            });
        }
        self.check_parts(KEY, &["greeting", "body", "closing", "signatures"]);
        let greeting = self.text(&[KEY, "greeting"], TextKind::Inlines);
        let blocks = match self.blocks(KEY, "body") {
            Some(blocks) => self.checked_letter(blocks),
            None => self.usual_letter(),
        };
        let closing = self.text(&[KEY, "closing"], TextKind::Inlines);
        let closing = closing.unwrap_or_else(|| self.ui_text("letter-closing"));
        let signatures = self.signatures();
        let locale = self.context.locale();
        Some(Letter {
            is_in_masthead: false,
            title: self.context.ui_string("letter").to_owned(),
            sender: self.sender_line(),
            address: Vec::new(),
            date: locale.long_date(self.context.options.date),
            greeting,
            blocks,
            closing,
            signatures,
        })
    }

    /// Returns the names of the signers, or the clinic's.
    fn signatures(&mut self) -> Vec<Inlines> {
        let context = self.context;
        let list = context
            .layers
            .list(&[KEY, "signatures"], &mut self.findings);
        let Some(list) = list else {
            let name = self.context.sources.clinic.facts.name.clone();
            return vec![vec![Inline::Text(self.clinic_words(&name, "name"))]];
        };
        let mut names = Vec::with_capacity(list.len());
        for (index, item) in list.iter().enumerate() {
            let name = self.item_text(&format!("{KEY}.signatures.{index}"), item);
            if !name.is_empty() {
                names.push(name);
            }
        }
        names
    }

    /// Returns the clinic's name and address in one line.
    fn sender_line(&mut self) -> String {
        let clinic = std::sync::Arc::clone(&self.context.sources.clinic);
        let address = clinic.facts.address.as_deref().unwrap_or_default();
        let mut parts = vec![self.clinic_words(&clinic.facts.name, "name")];
        for line in address.lines().filter(|line| is_visible(line)) {
            parts.push(self.clinic_words(line, "address"));
        }
        parts.join(" · ")
    }

    /// The built-in text.
    fn usual_letter(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = vec![BlockKind::Paragraph(self.ui_text("letter-body")).into()];
        if let Some(phone) = self.context.sources.clinic.phones.first() {
            let phone = isolated(&template::unbroken(phone)).into_owned();
            let words = self.ui_phrase("letter-questions", "{phone}", &phone);
            blocks.push(BlockKind::Paragraph(vec![Inline::Text(words)]).into());
        }
        // A clinic may empty a word.
        blocks.retain(Block::has_content);
        blocks
    }

    /// Reports what a letter cannot have: blocks other than paragraphs and lists, citations, and links to blocks of
    /// the leaflet.
    fn checked_letter(&mut self, blocks: Vec<Block>) -> Vec<Block> {
        if blocks.iter().all(is_plain) {
            return blocks;
        }
        let message =
            "a letter has paragraphs and lists, without citations and links to the leaflet";
        let finding =
            Finding::error("unsupported-markdown", message).help("write the rest in the leaflet");
        let found = self.context.layers.find(&[KEY, "body"]);
        let finding = match found.first() {
            Some(authored) => authored.locate(finding),
            None => finding,
        };
        self.findings.push(finding);
        Vec::new()
    }
}

fn is_plain(block: &Block) -> bool {
    let are_items_plain =
        |items: &[ListItem]| items.iter().all(|item| item.blocks.iter().all(is_plain));
    match &block.kind {
        BlockKind::Paragraph(text) => is_text_plain(text),
        BlockKind::List(items) => are_items_plain(items),
        BlockKind::Steps { items, .. } => are_items_plain(items),
        _ => false,
    }
}

fn is_text_plain(text: &[Inline]) -> bool {
    text.iter().all(|inline| match inline {
        Inline::Text(_) | Inline::LineBreak => true,
        Inline::Strong(content) | Inline::Term { content, .. } => is_text_plain(content),
        Inline::Link { target, content } => {
            matches!(target, Target::Uri(_)) && is_text_plain(content)
        }
        Inline::Citation(_) | Inline::Badge(_) => false,
    })
}
