//! Turns the document into the flow, in one walk over all blocks in reading order.
//!
//! Each kind of block has a file of its own. `builder` has the state that they share.

mod builder;
mod callout;
mod figure;
mod form;
mod letter;
mod list;
mod masthead;
mod panel;
mod reference;
mod run_in;
mod section;
mod table;

use std::collections::BTreeMap;

use self::builder::{BETWEEN_BLOCKS, FlowBuilder};
pub(super) use self::letter::{LetterFlow, letter};
use super::flow_content::{FORBIDDEN, FlowContent};
use super::inline::{LayoutContext, LineBreakMode};
use super::layout_cache::LayoutCache;
use super::page::{ElementId, Role};
use super::text_style::text_style;
use crate::document::{Block, BlockKind, Document, Inlines, Key};
use crate::geometry::Pt;
use crate::theme::{Theme, TypeStyle};

/// Maximum height of a heading in the side column, as a share of the page.
const TALLEST_SIDE_HEADING: f32 = 1.0 / 3.0;

/// Turns a document into the flow. `block_pages` are the pages of the last pass.
pub(super) fn flow(
    document: &Document,
    theme: &Theme,
    cache: &mut LayoutCache,
    block_pages: &BTreeMap<Key, u32>,
) -> FlowContent {
    let stacked;
    let theme = if heading_exceeds_side_column(document, theme, cache) {
        stacked = theme.stacked();
        &stacked
    } else {
        theme
    };
    let mut builder = FlowBuilder::new(document, theme, cache, block_pages);
    builder.open(Role::Document);
    builder.opening();
    for (index, section) in document.sections.iter().enumerate() {
        builder.section(index, section);
    }
    builder.closing();
    builder.close();
    builder.content
}

/// Returns whether a heading is too wide or too tall for the side column. Such a leaflet has all
/// its headings above the text.
fn heading_exceeds_side_column(
    document: &Document,
    theme: &Theme,
    cache: &mut LayoutCache,
) -> bool {
    let Some(side) = theme.side else { return false };
    let kind = theme.types.heading2;
    let style = text_style(theme, kind, LineBreakMode::Balanced);
    let context = LayoutContext {
        language: &document.language,
        ui_strings: &document.ui_strings,
        block_pages: &BTreeMap::new(),
    };
    document
        .sections
        .iter()
        .filter_map(|section| section.heading.as_ref())
        .any(|heading| {
            let paragraph = cache
                .paragraphs
                .layout(heading, &style, side.width, context);
            paragraph.intrinsic_widths.min_content > side.width
                || kind.lines(paragraph.lines.len()) > theme.page.height * TALLEST_SIDE_HEADING
        })
}

impl FlowBuilder<'_> {
    /// Adds blocks below each other.
    fn blocks(&mut self, blocks: &[Block], kind: TypeStyle) {
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 {
                self.break_penalty(self.penalty_in_tool(BETWEEN_BLOCKS));
                if is_list(&block.kind) && is_list(&blocks[index - 1].kind) {
                    self.vertical_space(self.theme.text.space_between_lists);
                }
            }
            self.block(block, kind);
            let introduces_list = blocks
                .get(index + 1)
                .is_some_and(|next| is_list(&next.kind));
            if introduces_list && matches!(block.kind, BlockKind::Paragraph(_)) {
                // The paragraph stays with the first two items.
                self.break_penalty(FORBIDDEN);
                self.keep_lines = self.keep_lines.max(2);
            }
        }
    }

    fn block(&mut self, block: &Block, kind: TypeStyle) {
        let key = block.key.as_ref();
        let first = self.content.structure.len();
        match &block.kind {
            BlockKind::Paragraph(text) => {
                self.vertical_space(self.theme.text.space_before_paragraph);
                let element = self.element(Role::Paragraph);
                self.paragraph(text, kind, element, key);
            }
            BlockKind::Heading { level, text } => self.heading(*level, text, kind, key),
            BlockKind::List(items) => self.bullets(items, kind, key),
            BlockKind::Steps { start, items } => self.steps(*start, items, kind, key),
            BlockKind::Checklist(items) => self.checklist(items, kind, key),
            BlockKind::Form(form) => self.form(form, key),
            BlockKind::WriteInLines(count) => self.write_in_lines(*count),
            BlockKind::Callout(callout) => self.callout(callout, key),
            BlockKind::Table(table) => self.table(table, key),
            BlockKind::Figure(figure) => self.figure(figure, key),
            BlockKind::Glossary(entries) => self.glossary(entries, key),
            BlockKind::References(list) => self.references(list, key),
        }
        if let Some(key) = key {
            self.name_elements(first, key);
        }
    }

    /// Gives the elements from an index on the key of their block, except those within others of them.
    pub(super) fn name_elements(&mut self, first: usize, key: &Key) {
        for element in &mut self.content.structure[first..] {
            if element
                .parent
                .is_none_or(|parent| (parent.0 as usize) < first)
            {
                element.key = Some(key.clone());
            }
        }
    }

    /// Adds running text to the current column.
    fn paragraph(
        &mut self,
        text: &Inlines,
        kind: TypeStyle,
        element: ElementId,
        key: Option<&Key>,
    ) {
        let mut style = self.style(kind, LineBreakMode::Ragged);
        if let Some(weight) = self.first_sentence_weight.take() {
            style.first_sentence_weight = weight;
        }
        let paragraph = self.layout(text, &style, self.measure());
        self.push_lines(&paragraph, kind, self.column.start, element, key);
    }

    /// Adds text that names what follows. It is never split, unless it is very tall.
    fn unsplit_paragraph(
        &mut self,
        text: &Inlines,
        kind: TypeStyle,
        element: ElementId,
        key: Option<&Key>,
    ) {
        let start = self.content.fragments.len();
        self.paragraph(text, kind, element, key);
        self.keep_together(start);
    }

    /// Adds a heading within a section, as large as the text from level 4 on.
    fn heading(&mut self, level: u8, text: &Inlines, kind: TypeStyle, key: Option<&Key>) {
        let theme = self.theme;
        self.vertical_space_below_text(theme.text.space_before_heading + kind.slack());
        let element = self.element(Role::Heading(level));
        let mut heading_kind = theme.types.heading3;
        if level > 3 {
            heading_kind.size = kind.size;
        }
        let style = self.style(heading_kind, LineBreakMode::Balanced);
        let paragraph = self.layout(text, &style, self.column.width);
        let start = self.content.fragments.len();
        self.push_lines(&paragraph, heading_kind, self.column.start, element, key);
        self.keep_together(start);
        self.vertical_space(theme.text.space_after_heading);
        self.at_body_start = true;
        self.keep_lines = 2;
    }

    /// Adds the small print at the end.
    fn closing(&mut self) {
        self.clear_side(Pt::ZERO);
        self.column = self.full_width();
        self.vertical_space_below_text(self.theme.text.space_before_closing);
        self.break_penalty(BETWEEN_BLOCKS);
        let blocks = &self.document.closing;
        let is_text = |block: &Block| matches!(block.kind, BlockKind::Paragraph(_));
        if self.theme.text.closing_runs_in && blocks.iter().all(is_text) {
            self.run_in_paragraphs(blocks, self.theme.types.small);
        } else {
            self.blocks(blocks, self.theme.types.small);
        }
    }
}

fn is_list(kind: &BlockKind) -> bool {
    matches!(
        kind,
        BlockKind::List(_) | BlockKind::Steps { .. } | BlockKind::Checklist(_)
    )
}
