//! The masthead and the text of a letter.

use std::collections::BTreeMap;

use super::builder::{FlowBuilder, decoration};
use crate::document::{Block, BlockKind, Document, Inline, Inlines, Letter, has_words};
use crate::geometry::Pt;
use crate::layout::flow_content::{FlowContent, Fragment};
use crate::layout::inline::LineBreakMode;
use crate::layout::layout_cache::LayoutCache;
use crate::layout::page::{ElementId, Role};
use crate::layout::page_area::InlineExtent;
use crate::layout::shapes;
use crate::theme::{Theme, TypeStyle};

/// A letter without its place on the page, and without what is in the window.
pub(in crate::layout) struct LetterFlow {
    /// Element 0 holds all others.
    pub content: FlowContent,
    /// Number of fragments above the window.
    pub head: usize,
    /// Element of the sender's line, if it is in the window.
    pub sender: Option<ElementId>,
    /// Element of each line of the address.
    pub address: Vec<ElementId>,
}

/// Turns a letter into fragments, and gives the lines in the window their elements.
pub(in crate::layout) fn letter(
    document: &Document,
    letter: &Letter,
    is_sender_in_window: bool,
    theme: &Theme,
    cache: &mut LayoutCache,
) -> LetterFlow {
    let no_pages = BTreeMap::new();
    let mut builder = FlowBuilder::new(document, theme, cache, &no_pages);
    let full = builder.full_width();
    let widest = theme.types.body.size * theme.letter.widest_em;
    builder.column = InlineExtent::new(full.start, full.width.min(widest));
    builder.open(Role::Division);
    builder.masthead(None);
    let sender = match is_sender_in_window {
        true => Some(builder.element(Role::Paragraph)),
        false => {
            builder.sender(&letter.sender);
            None
        }
    };
    let head = builder.content.fragments.len();
    let lines = letter.address.iter();
    let address = lines.map(|_| builder.element(Role::Paragraph)).collect();
    builder.letter_text(letter);
    builder.close();
    LetterFlow {
        content: builder.content,
        head,
        sender,
        address,
    }
}

impl FlowBuilder<'_> {
    /// Adds the sender's line below the masthead.
    pub(super) fn sender(&mut self, words: &str) {
        let theme = self.theme;
        let kind = theme.types.small.coloured(theme.palette.muted);
        let paragraph = self.layout_plain(words, kind, theme.full_measure());
        self.vertical_space(theme.letter.space_before_sender);
        let element = self.element(Role::Paragraph);
        self.push_lines(&paragraph, kind, Pt::ZERO, element, None);
    }

    /// Adds date, greeting, text, closing words and signatures.
    fn letter_text(&mut self, letter: &Letter) {
        let theme = self.theme;
        let kind = theme.types.body;
        self.letter_paragraph(&[Inline::Text(letter.date.clone())], kind);
        self.vertical_space(theme.letter.space_before_greeting);
        let greeting = letter.greeting.as_deref().unwrap_or_default();
        if has_words(greeting) {
            self.letter_paragraph(greeting, kind);
            self.vertical_space(theme.text.space_before_paragraph);
        }
        let blocks: Vec<Block> = letter.blocks.clone();
        self.blocks(&blocks, kind);
        if has_words(&letter.closing) {
            let closing: Inlines = letter.closing.clone();
            self.block(&BlockKind::Paragraph(closing).into(), kind);
        }
        for name in &letter.signatures {
            self.signature(name, kind);
        }
    }

    fn letter_paragraph(&mut self, text: &[Inline], kind: TypeStyle) {
        let style = self.style(kind, LineBreakMode::Ragged);
        let paragraph = self.layout(text, &style, self.column.width);
        let element = self.element(Role::Paragraph);
        self.push_lines(&paragraph, kind, self.column.start, element, None);
    }

    /// Adds space to sign in, a line and the name below it.
    fn signature(&mut self, name: &[Inline], kind: TypeStyle) {
        let theme = self.theme.letter;
        let extent = InlineExtent::new(
            self.column.start,
            self.column.width.min(theme.signature_width),
        );
        let rule = shapes::rule(extent.width, theme.signature_rule, self.theme.palette.muted);
        let fragment = Fragment {
            height: theme.signature_space,
            items: vec![decoration(
                extent,
                theme.signature_space - theme.signature_rule,
                rule,
            )],
            ..Fragment::default()
        };
        self.push(fragment);
        self.vertical_space(theme.space_after_signature_rule);
        self.letter_paragraph(name, kind);
    }
}
