//! The state that all blocks share: the column, the space before the next fragment, and the penalty
//! of a page break there.
//!
//! Each block gets its structure elements and its fragments in the same step. So the reading order
//! always agrees with the layout.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::run_in::RunInLines;
use crate::document::{Document, Inline, Key, Target};
use crate::font::Weight;
use crate::geometry::{Colour, Point, Pt, Shape};
use crate::layout::flow_content::{
    DestinationKey, FORBIDDEN, FlowContent, FlowLink, Fragment, FragmentAnchor, RepeatedHeader,
};
use crate::layout::inline::{
    LayoutContext, LineBreakMode, Ornament, Paragraph, Span, SpanId, SpanKind, TextStyle,
};
use crate::layout::layout_cache::LayoutCache;
use crate::layout::page::{Artifact, Content, Element, ElementId, LinkTarget, Role, Tag};
use crate::layout::page_area::{FlowItem, FlowRect, InlineExtent, line_items};
use crate::layout::text_style::text_style;
use crate::theme::{Theme, TypeStyle};

/// Penalty of a page break between two blocks of a section.
pub(super) const BETWEEN_BLOCKS: f32 = 3.0;
/// Penalty of a page break between two lines of a paragraph.
pub(super) const WITHIN_PARAGRAPH: f32 = 10.0;
/// Penalty of a page break between two items of a list.
pub(super) const BETWEEN_ITEMS: f32 = 8.0;
/// Penalty of a page break that leaves one item of a list alone.
pub(super) const ITEM_ALONE: f32 = 60.0;
/// Penalty of a page break within a tool, such as a checklist, that is best on one page.
pub(super) const WITHIN_TOOL: f32 = 25.0;

/// A paragraph of at most this many lines is never split.
const UNSPLIT_LINES: usize = 3;
/// Maximum height of blocks that are kept together, as a share of a page.
const TALLEST_UNSPLIT: f32 = 0.6;

/// Content of the side column beside the current fragments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    /// Distance that it reaches below the last fragment.
    pub remaining: Pt,
}

/// Builds the flow.
pub(super) struct FlowBuilder<'a> {
    pub document: &'a Document,
    pub theme: &'a Theme,
    pub cache: &'a mut LayoutCache,
    /// Page (from 1) on which each block began in the last pass.
    pub block_pages: &'a BTreeMap<Key, u32>,
    pub content: FlowContent,
    destination_index: BTreeMap<DestinationKey, usize>,
    /// References that were cited so far.
    pub cited: BTreeSet<u32>,
    open_elements: Vec<ElementId>,
    pub column: InlineExtent,
    /// Space wanted before the next fragment.
    pub space: Pt,
    /// Penalty of a page break before the next fragment.
    pub penalty: f32,
    /// Number of following lines that stay with the last fragment.
    pub keep_lines: u32,
    pub side: Option<Side>,
    /// Index of the current panel.
    pub frame: Option<usize>,
    /// Space inside the panel above its first fragment.
    pub frame_padding: Pt,
    pub repeated_header: Option<usize>,
    /// Whether the current section is a tool, such as a checklist.
    pub in_tool: bool,
    /// Whether the current body is empty: its first block adds no space.
    pub at_body_start: bool,
    /// Items to add to the next fragment: the bullet, number or box of a list item.
    pub pending_items: Vec<FlowItem>,
    /// Lines that the next list of references follows on.
    pub run_in_lines: Option<RunInLines>,
    /// Weight of the first sentence of the next paragraph, where it differs.
    pub first_sentence_weight: Option<Weight>,
    /// Colour of bullets and discs.
    pub accent: Colour,
}

impl<'a> FlowBuilder<'a> {
    pub(super) fn new(
        document: &'a Document,
        theme: &'a Theme,
        cache: &'a mut LayoutCache,
        block_pages: &'a BTreeMap<Key, u32>,
    ) -> FlowBuilder<'a> {
        FlowBuilder {
            document,
            theme,
            cache,
            block_pages,
            content: FlowContent::default(),
            destination_index: BTreeMap::new(),
            cited: BTreeSet::new(),
            open_elements: Vec::new(),
            column: InlineExtent::new(theme.text_indent(), theme.text_measure()),
            space: Pt::ZERO,
            penalty: 0.0,
            keep_lines: 0,
            side: None,
            frame: None,
            frame_padding: Pt::ZERO,
            repeated_header: None,
            in_tool: false,
            at_body_start: false,
            pending_items: Vec::new(),
            run_in_lines: None,
            first_sentence_weight: None,
            accent: theme.palette.brand,
        }
    }

    // Structure.

    /// Opens an element inside the current one.
    pub(super) fn open(&mut self, role: Role) -> ElementId {
        let element = self.element(role);
        self.open_elements.push(element);
        element
    }

    /// Closes the current element.
    pub(super) fn close(&mut self) {
        self.open_elements.pop();
    }

    /// Adds an element for content inside the current one.
    pub(super) fn element(&mut self, role: Role) -> ElementId {
        self.element_in(role, self.open_elements.last().copied())
    }

    fn element_in(&mut self, role: Role, parent: Option<ElementId>) -> ElementId {
        self.content.structure.push(Element::new(role, parent));
        ElementId(self.content.structure.len() as u32 - 1)
    }

    /// Adds a `Figure` element with its text alternative.
    pub(super) fn figure_element(&mut self, alt: &str) -> ElementId {
        let element = self.element(Role::Figure);
        self.content.structure[element.0 as usize].alt = Some(alt.to_owned());
        element
    }

    /// Returns the index of a destination, for links to it and for its anchor.
    pub(super) fn destination(&mut self, key: DestinationKey) -> usize {
        let destinations = &mut self.content.destinations;
        *self.destination_index.entry(key).or_insert_with_key(|key| {
            destinations.push(key.clone());
            destinations.len() - 1
        })
    }

    // The column.

    /// Returns the extent of lines that cross the whole page.
    pub(super) fn full_width(&self) -> InlineExtent {
        InlineExtent::new(Pt::ZERO, self.theme.full_measure())
    }

    /// Returns the width of running text in the current column.
    pub(super) fn measure(&self) -> Pt {
        let theme = self.theme.text;
        let widest = match self.frame {
            Some(_) => theme.widest_in_panels,
            None => theme.widest,
        };
        widest.map_or(self.column.width, |widest| widest.min(self.column.width))
    }

    /// Requests space before the next fragment. The largest request counts; none at the start of a
    /// body.
    pub(super) fn vertical_space(&mut self, space: Pt) {
        if !self.at_body_start {
            self.space = self.space.max(space);
        }
    }

    /// Requests space measured from the descenders of the last line, not from its leading.
    pub(super) fn vertical_space_below_text(&mut self, space: Pt) {
        let last = self.content.fragments.last();
        let slack = last.map_or(Pt::ZERO, |fragment| fragment.slack);
        self.vertical_space((space - slack).max(Pt::ZERO));
    }

    /// Sets the penalty of a page break here. The highest counts.
    pub(super) fn break_penalty(&mut self, penalty: f32) {
        self.penalty = self.penalty.max(penalty);
    }

    /// Returns the penalty of a break in the current section, higher in a tool.
    pub(super) fn penalty_in_tool(&self, otherwise: f32) -> f32 {
        if self.in_tool {
            WITHIN_TOOL.max(otherwise)
        } else {
            otherwise
        }
    }

    /// Returns the penalty of a break before an item of a list. At least two items stay
    /// together.
    pub(super) fn penalty_before_item(&self, index: usize, count: usize) -> f32 {
        let is_alone = index == 1 || index + 1 == count;
        self.penalty_in_tool(if is_alone { ITEM_ALONE } else { BETWEEN_ITEMS })
    }

    /// Adds a fragment below the others.
    pub(super) fn push(&mut self, mut fragment: Fragment) {
        fragment.space_before = std::mem::replace(&mut self.space, Pt::ZERO);
        fragment.break_penalty = std::mem::replace(&mut self.penalty, 0.0);
        fragment.frame = self.frame;
        fragment.repeated_header = self.repeated_header;
        self.at_body_start = false;
        let padding = std::mem::replace(&mut self.frame_padding, Pt::ZERO);
        if padding > Pt::ZERO {
            fragment.move_down(padding);
        }
        fragment.items.splice(0..0, self.pending_items.drain(..));
        if self.content.fragments.is_empty() {
            fragment.break_penalty = FORBIDDEN;
        }
        if let Some(side) = &mut self.side {
            if side.remaining > Pt::ZERO {
                fragment.break_penalty = FORBIDDEN;
            }
            side.remaining -= fragment.space_before + fragment.height;
            fragment.overhang = side.remaining.max(Pt::ZERO);
        }
        self.content.fragments.push(fragment);
    }

    /// Puts the next fragment below the content of the side column.
    pub(super) fn clear_side(&mut self, gap: Pt) {
        if let Some(side) = self.side.take()
            && side.remaining > Pt::ZERO
        {
            self.space = self.space.max(side.remaining + gap);
        }
    }

    // Text.

    /// Returns the style of text in a type style of the theme.
    pub(super) fn style(&self, kind: TypeStyle, line_breaks: LineBreakMode) -> TextStyle {
        text_style(self.theme, kind, line_breaks)
    }

    /// Returns the context of running text.
    pub(super) fn context(&self) -> LayoutContext<'a> {
        LayoutContext {
            language: &self.document.language,
            ui_strings: &self.document.ui_strings,
            block_pages: self.block_pages,
        }
    }

    /// Breaks text into lines.
    pub(super) fn layout(
        &mut self,
        text: &[Inline],
        style: &TextStyle,
        measure: Pt,
    ) -> Arc<Paragraph> {
        let context = self.context();
        let paragraph = self.cache.paragraphs.layout(text, style, measure, context);
        let named_pages = paragraph.page_references.iter().cloned();
        self.content.named_pages.extend(named_pages);
        paragraph
    }

    /// Breaks plain words into lines.
    pub(super) fn layout_plain(
        &mut self,
        text: &str,
        kind: TypeStyle,
        measure: Pt,
    ) -> Arc<Paragraph> {
        let style = self.style(kind, LineBreakMode::Ragged);
        self.layout(&[Inline::Text(text.to_owned())], &style, measure)
    }

    /// Returns the element of each span of a paragraph. `element` is that of the whole text; the
    /// others are added.
    pub(super) fn span_elements(
        &mut self,
        paragraph: &Paragraph,
        element: ElementId,
    ) -> Vec<ElementId> {
        let mut elements: Vec<ElementId> = Vec::with_capacity(paragraph.spans.len());
        for Span { kind, parent } in &paragraph.spans {
            let role = match kind {
                SpanKind::Text => Role::Span,
                SpanKind::Link { .. } | SpanKind::CitationNumber(_) => Role::Link,
                SpanKind::Citation => Role::Reference,
            };
            elements.push(match parent {
                None => element,
                Some(parent) => self.element_in(role, Some(elements[parent.0 as usize])),
            });
        }
        elements
    }

    /// Adds a line to a fragment. It begins at `start`, and its baseline is at `baseline`.
    pub(super) fn add_line(
        &mut self,
        fragment: &mut Fragment,
        paragraph: &Paragraph,
        line: usize,
        (start, baseline): (Pt, Pt),
        elements: &[ElementId],
    ) {
        let line = &paragraph.lines[line];
        self.content.divided_words.extend(line.divided_word.clone());
        let extent = InlineExtent::new(start, line.width);
        let ornament = |ornament: &Ornament| FlowItem {
            tag: Tag::Artifact(Artifact::Layout),
            extent,
            offset: ornament.at + Point::new(Pt::ZERO, baseline),
            content: Content::Shape(Arc::clone(&ornament.shape)),
        };
        fragment.items.extend(line.backdrops.iter().map(ornament));
        let tag = |span: SpanId| Tag::Element(elements[span.0 as usize]);
        fragment
            .items
            .extend(line_items(line, (start, baseline), tag));
        fragment.items.extend(line.underlines.iter().map(ornament));
        let size = line
            .runs
            .first()
            .map_or(self.theme.types.body.size, |run| run.glyphs.size);
        for (SpanId(span), x, width) in paragraph.clickable(line) {
            let area = FlowRect {
                extent: InlineExtent::new(start + x, width),
                y: baseline - size * self.theme.text.link_above_em,
                height: size * self.theme.text.link_height_em,
            };
            let element = elements[span as usize];
            let (target, description) = match &paragraph.spans[span as usize].kind {
                SpanKind::Link {
                    target: Target::Uri(uri),
                    words,
                } => (LinkTarget::Uri(uri.clone()), words.clone()),
                SpanKind::Link {
                    target: Target::Block(key),
                    words,
                } => {
                    let destination = self.destination(DestinationKey::Block(key.clone()));
                    (LinkTarget::Destination(destination), words.clone())
                }
                SpanKind::CitationNumber(number) => {
                    let destination = self.destination(DestinationKey::Citation(*number));
                    if self.cited.insert(*number) {
                        fragment.anchors.push(FragmentAnchor {
                            destination,
                            y: area.y,
                            element,
                        });
                    }
                    let words = &self.document.ui_strings.link_to_reference;
                    let description = words.replace("{number}", &number.to_string());
                    let reference = self.destination(DestinationKey::Reference(*number));
                    (LinkTarget::Destination(reference), description)
                }
                SpanKind::Text | SpanKind::Citation => continue,
            };
            fragment.links.push(FlowLink {
                area,
                element,
                target,
                description,
            });
        }
    }

    /// Adds text as fragments of one line each, without widows and orphans.
    pub(super) fn push_lines(
        &mut self,
        paragraph: &Paragraph,
        kind: TypeStyle,
        start: Pt,
        element: ElementId,
        key: Option<&Key>,
    ) {
        let elements = self.span_elements(paragraph, element);
        let count = paragraph.lines.len();
        for line in 0..count {
            let mut fragment = Fragment {
                height: kind.leading,
                slack: kind.slack(),
                ..Fragment::default()
            };
            let at = (start, kind.first_baseline());
            self.add_line(&mut fragment, paragraph, line, at, &elements);
            if line == 0 {
                self.anchor_block(&mut fragment, key, element);
            } else {
                let is_kept = line == 1 || line == count - 1 || count <= UNSPLIT_LINES;
                self.break_penalty(if is_kept { FORBIDDEN } else { WITHIN_PARAGRAPH });
            }
            self.keep_with_heading();
            self.push(fragment);
        }
    }

    /// Allows no page break between the fragments from an index on.
    pub(super) fn forbid_breaks(&mut self, start: usize) {
        for fragment in self.content.fragments.iter_mut().skip(start + 1) {
            fragment.break_penalty = FORBIDDEN;
        }
    }

    /// Allows no page break between the fragments from an index on, unless they are very tall.
    pub(super) fn keep_together(&mut self, start: usize) {
        if self.height_from(start) <= self.theme.text_height() * TALLEST_UNSPLIT {
            self.forbid_breaks(start);
        }
    }

    /// Returns the height of the fragments from an index on.
    pub(super) fn height_from(&self, start: usize) -> Pt {
        let fragments = self.content.fragments.iter().skip(start);
        fragments.map(|one| one.space_before + one.height).sum()
    }

    /// Keeps the first lines after a heading with it. The next fragment counts as one line.
    pub(super) fn keep_with_heading(&mut self) {
        self.keep_lines_with_heading(1);
    }

    /// Keeps the first lines after a heading with it. The next fragment has `lines` lines.
    pub(super) fn keep_lines_with_heading(&mut self, lines: usize) {
        if self.keep_lines > 0 {
            self.keep_lines = self.keep_lines.saturating_sub(lines as u32);
            self.break_penalty(FORBIDDEN);
        }
    }

    /// Makes the top of a fragment the destination of a block, if the block has a key.
    pub(super) fn anchor_block(
        &mut self,
        fragment: &mut Fragment,
        key: Option<&Key>,
        element: ElementId,
    ) {
        if let Some(key) = key {
            self.anchor(fragment, DestinationKey::Block(key.clone()), element);
        }
    }

    /// Makes the top of a fragment a destination.
    pub(super) fn anchor(
        &mut self,
        fragment: &mut Fragment,
        key: DestinationKey,
        element: ElementId,
    ) {
        let destination = self.destination(key);
        fragment.anchors.push(FragmentAnchor {
            destination,
            y: Pt::ZERO,
            element,
        });
    }

    /// Adds all lines of a text to one fragment, which is never split. The text begins at `start`
    /// and `top`.
    pub(super) fn add_text(
        &mut self,
        fragment: &mut Fragment,
        paragraph: &Paragraph,
        kind: TypeStyle,
        (start, top): (Pt, Pt),
        element: ElementId,
    ) {
        let elements = self.span_elements(paragraph, element);
        for line in 0..paragraph.lines.len() {
            let baseline = top + kind.first_baseline() + kind.lines(line);
            self.add_line(fragment, paragraph, line, (start, baseline), &elements);
        }
    }
}

/// Returns a shape that is an artifact. `extent` is that of the shape.
pub(super) fn decoration(extent: InlineExtent, y: Pt, shape: Arc<Shape>) -> FlowItem {
    FlowItem {
        tag: Tag::Artifact(Artifact::Layout),
        extent,
        offset: Point::new(Pt::ZERO, y),
        content: Content::Shape(shape),
    }
}

/// Returns a pictogram in a square of this side, its top left corner at `start` and `y`.
pub(super) fn pictogram(
    symbol: crate::document::Icon,
    side: Pt,
    colour: Colour,
    (start, y): (Pt, Pt),
) -> impl Iterator<Item = FlowItem> {
    let extent = InlineExtent::new(start, side);
    crate::pictogram::pictogram(symbol, side, colour)
        .into_iter()
        .map(move |shape| decoration(extent, y, shape))
}

/// Returns a header that pages repeat, from its items.
pub(super) fn repeated_header(items: Vec<FlowItem>, height: Pt) -> RepeatedHeader {
    let items = items
        .into_iter()
        .map(|item| FlowItem {
            tag: Tag::Artifact(Artifact::Repetition),
            ..item
        })
        .collect();
    RepeatedHeader { height, items }
}
