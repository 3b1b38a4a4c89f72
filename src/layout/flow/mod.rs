//! Walking the document once, in reading order, from blocks to the galley.
//!
//! Every block gets its structure elements and its pieces in the same step, so that what is read
//! aloud and what is seen cannot drift apart. Each kind of block has a file of its own; this one has
//! the cursor that they share: where the column is, how much white is wanted, and what a page break
//! here would cost.

mod callout;
mod figure;
pub(super) mod galley;
mod list;
mod opening;
mod panel;
mod reference;
mod section;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::inline::{
    BadgeStyle, CitationStyle, InlineSetter, Paragraph, Setting, SpanId, SpanKind, Surroundings,
    TextStyle,
};
use super::page::{Artifact, Content, Element, ElementId, Item, LinkTarget, Role, Tag};
use crate::document::{Block, BlockKind, Certainty, Document, Inline, Inlines, Key, Target};
use crate::font::Weight;
use crate::geometry::{Colour, Point, Pt, Rect, Shape};
use crate::theme::{Theme, Type};
use galley::{Galley, Head, Link, NEVER, Piece, Place};
pub(super) use opening::picture_contents;

/// The price of a page break between two blocks of a section.
const BETWEEN_BLOCKS: f32 = 3.0;
/// … between two lines of a paragraph.
const WITHIN_PARAGRAPH: f32 = 10.0;
/// … between two items of a list.
const BETWEEN_ITEMS: f32 = 8.0;
/// … that leaves one item of a list alone.
const ITEM_ALONE: f32 = 60.0;
/// … between two parts of a tool that is best had on one page.
const WITHIN_TOOL: f32 = 25.0;

/// Turns a document into a galley.
pub(super) fn flow(
    document: &Document,
    theme: &Theme,
    setter: &mut InlineSetter,
    block_pages: &BTreeMap<Key, u32>,
) -> Galley {
    let stacked;
    let theme = if heading_exceeds_side_column(document, theme, setter) {
        stacked = theme.stacked();
        &stacked
    } else {
        theme
    };
    let mut flow = Flow {
        document,
        theme,
        setter,
        block_pages,
        galley: Galley::default(),
        place_index: BTreeMap::new(),
        cited: BTreeSet::new(),
        parents: Vec::new(),
        column: Column {
            x: theme.text_indent(),
            width: theme.text_measure(),
        },
        space: Pt::ZERO,
        penalty: 0.0,
        keep_lines: 0,
        side: None,
        frame: None,
        pad_top: Pt::ZERO,
        head: None,
        in_tool: false,
        fresh: false,
        marks: Vec::new(),
        opening_weight: None,
        accent: theme.palette.brand,
    };
    flow.open(Role::Document);
    flow.opening();
    for (index, section) in document.sections.iter().enumerate() {
        flow.section(index, section);
    }
    flow.closing();
    flow.close();
    flow.galley
}

/// Whether one word of a heading is wider than the side column: that leaflet is set stacked.
fn heading_exceeds_side_column(
    document: &Document,
    theme: &Theme,
    setter: &mut InlineSetter,
) -> bool {
    let Some(side) = theme.side else { return false };
    let style = style(theme, theme.types.heading2, Setting::Balanced);
    let surroundings = Surroundings {
        words: &document.words,
        page_of: &|_| None,
    };
    let limit = theme.page.height / 3.0;
    document
        .sections
        .iter()
        .filter_map(|section| section.heading.as_ref())
        .any(|heading| {
            setter.extent(heading, &style, surroundings).longest_word > side.width || {
                let lines = setter
                    .set(heading, &style, side.width, surroundings)
                    .lines
                    .len();
                theme.types.heading2.leading * lines as f32 > limit
            }
        })
}

/// The inline setter's view of a type.
pub(super) fn style(theme: &Theme, kind: Type, setting: Setting) -> TextStyle {
    let palette = &theme.palette;
    TextStyle {
        size: kind.size,
        leading: kind.leading,
        weight: kind.weight,
        opening: kind.weight,
        opening_colour: kind.colour,
        colour: kind.colour,
        link: palette.brand,
        citation: CitationStyle {
            size: theme.types.citation.size.min(kind.size),
            colour: theme.types.citation.colour,
        },
        badge: BadgeStyle {
            size: theme.types.badge.size,
            colours: Certainty::ALL.map(|certainty| match certainty {
                Certainty::NotSupported => palette.emergency,
                _ => palette.brand,
            }),
        },
        setting,
    }
}

/// Where text stands, from the left margin.
#[derive(Clone, Copy, Debug)]
struct Column {
    x: Pt,
    width: Pt,
}

impl Column {
    /// The column that is left of this one after an indent.
    fn indented(self, by: Pt) -> Column {
        Column {
            x: self.x + by,
            width: self.width - by,
        }
    }
}

/// What stands in the side column beside the pieces that are being set.
#[derive(Clone, Copy, Debug)]
struct Side {
    /// How far down it still reaches, from here.
    remaining: Pt,
}

/// The cursor.
struct Flow<'a> {
    document: &'a Document,
    theme: &'a Theme,
    setter: &'a mut InlineSetter,
    /// Pages (from 1) on which blocks began in the pass before.
    block_pages: &'a BTreeMap<Key, u32>,
    galley: Galley,
    place_index: BTreeMap<Place, usize>,
    cited: BTreeSet<u32>,
    parents: Vec<ElementId>,
    column: Column,
    /// White wanted before the next piece.
    space: Pt,
    /// The price of a page break before the next piece.
    penalty: f32,
    /// So many more lines stay with what came before.
    keep_lines: u32,
    side: Option<Side>,
    frame: Option<usize>,
    /// White inside the panel above its first piece.
    pad_top: Pt,
    head: Option<usize>,
    in_tool: bool,
    /// Nothing stands above in this body: its first block brings no white.
    fresh: bool,
    /// Set with the next line: an item's bullet, number or box.
    marks: Vec<Item>,
    /// Weight of the first sentence of the next paragraph, if it has one of its own.
    opening_weight: Option<Weight>,
    /// Colour of bullets and discs.
    accent: Colour,
}

impl Flow<'_> {
    // Structure.

    /// Opens an element inside the current one.
    fn open(&mut self, role: Role) -> ElementId {
        let element = self.element(role);
        self.parents.push(element);
        element
    }

    /// Closes the current element.
    fn close(&mut self) {
        self.parents.pop();
    }

    /// An element inside the current one, for content.
    fn element(&mut self, role: Role) -> ElementId {
        self.element_in(role, self.parents.last().copied())
    }

    fn element_in(&mut self, role: Role, parent: Option<ElementId>) -> ElementId {
        self.galley.structure.push(Element::new(role, parent));
        ElementId(self.galley.structure.len() as u32 - 1)
    }

    /// The number of a place, for links to it and for landing there.
    fn place(&mut self, place: Place) -> usize {
        let places = &mut self.galley.places;
        *self.place_index.entry(place).or_insert_with_key(|place| {
            places.push(place.clone());
            places.len() - 1
        })
    }

    // The column.

    /// Asks for white before the next piece; the largest wish wins.
    fn white(&mut self, space: Pt) {
        if !self.fresh {
            self.space = self.space.max(space);
        }
    }

    /// Asks for white measured from the descenders of the last line, not from its leading.
    fn white_below_text(&mut self, space: Pt) {
        let slack = self
            .galley
            .pieces
            .last()
            .map_or(Pt::ZERO, |piece| piece.slack);
        self.white((space - slack).max(Pt::ZERO));
    }

    /// States the price of a page break here; the highest wins.
    fn price(&mut self, penalty: f32) {
        self.penalty = self.penalty.max(penalty);
    }

    /// Sets a piece below what is there.
    fn push(&mut self, mut piece: Piece) {
        piece.space_before = std::mem::replace(&mut self.space, Pt::ZERO);
        piece.penalty = std::mem::replace(&mut self.penalty, 0.0);
        piece.frame = self.frame;
        piece.head = self.head;
        self.fresh = false;
        let pad = std::mem::replace(&mut self.pad_top, Pt::ZERO);
        if pad > Pt::ZERO {
            piece.lower(pad);
        }
        piece.items.splice(0..0, self.marks.drain(..));
        if self.galley.pieces.is_empty() {
            piece.penalty = NEVER;
        }
        if let Some(side) = &mut self.side {
            if side.remaining > Pt::ZERO {
                piece.penalty = NEVER;
            }
            side.remaining -= piece.space_before + piece.height;
            piece.overhang = side.remaining.max(Pt::ZERO);
        }
        self.galley.pieces.push(piece);
    }

    /// Makes sure that the next piece stands below what is in the side column.
    fn clear_side(&mut self, gap: Pt) {
        if let Some(side) = self.side.take()
            && side.remaining > Pt::ZERO
        {
            // What reaches down beside the text is longer than the text.
            self.space = self.space.max(side.remaining + gap);
        }
    }

    // Text.

    /// Sets text in the type and to the measure given.
    fn set(&mut self, text: &[Inline], style: &TextStyle, measure: Pt) -> Arc<Paragraph> {
        let block_pages = self.block_pages;
        let page_of = |key: &str| block_pages.get(key).copied();
        let surroundings = Surroundings {
            words: &self.document.words,
            page_of: &page_of,
        };
        let paragraph = self.setter.set(text, style, measure, surroundings);
        for (key, _) in &paragraph.page_references {
            self.galley.named_pages.insert(key.clone());
        }
        paragraph
    }

    fn set_plain(&mut self, text: &str, kind: Type, measure: Pt) -> Arc<Paragraph> {
        let style = style(self.theme, kind, Setting::Running);
        self.set(&[Inline::Text(text.to_owned())], &style, measure)
    }

    /// One element for each span of a paragraph; the whole text is `element`.
    fn span_elements(&mut self, paragraph: &Paragraph, element: ElementId) -> Vec<ElementId> {
        let mut elements: Vec<ElementId> = Vec::with_capacity(paragraph.spans.len());
        for span in &paragraph.spans {
            let made = match span.parent {
                None => element,
                Some(parent) => {
                    let role = match span.kind {
                        SpanKind::Text => Role::Span,
                        SpanKind::Link { .. } | SpanKind::CitationNumber(_) => Role::Link,
                        SpanKind::Citation => Role::Reference,
                    };
                    self.element_in(
                        role,
                        elements.get(parent.0 as usize).copied().or(Some(element)),
                    )
                }
            };
            elements.push(made);
        }
        elements
    }

    /// Adds a line to a piece, its baseline at `at`.
    fn add_line(
        &mut self,
        piece: &mut Piece,
        paragraph: &Paragraph,
        line: usize,
        at: Point,
        elements: &[ElementId],
    ) {
        let line = &paragraph.lines[line];
        let ornament = |ornament: &super::inline::Ornament| Item {
            tag: Tag::Artifact(Artifact::Layout),
            at: at + ornament.at,
            content: Content::Shape(Arc::clone(&ornament.shape)),
        };
        piece
            .items
            .reserve(line.backdrops.len() + line.runs.len() + line.underlines.len());
        piece.items.extend(line.backdrops.iter().map(ornament));
        for run in &line.runs {
            piece.items.push(Item {
                tag: Tag::Element(elements[run.span.0 as usize]),
                at: at + Point::new(run.x, Pt::ZERO),
                content: Content::Text(Arc::clone(&run.glyphs)),
            });
        }
        piece.items.extend(line.underlines.iter().map(ornament));
        for (SpanId(span), x, width) in paragraph.clickable(line) {
            let size = line
                .runs
                .first()
                .map_or(self.theme.types.body.size, |run| run.glyphs.size);
            let area = Rect::new(at.x + x, at.y - Pt(size * 0.85), width, Pt(size * 1.15));
            let (target, description) = match &paragraph.spans[span as usize].kind {
                SpanKind::Link {
                    target: Target::Uri(uri),
                    words,
                } => (LinkTarget::Uri(uri.clone()), words.clone()),
                SpanKind::Link {
                    target: Target::Block(key),
                    words,
                } => (
                    LinkTarget::Destination(self.place(Place::Block(key.clone()))),
                    words.clone(),
                ),
                SpanKind::CitationNumber(number) => {
                    let cited = self.place(Place::Citation(*number));
                    if self.cited.insert(*number) {
                        piece
                            .landings
                            .push((cited, area.origin.y, elements[span as usize]));
                    }
                    let words = &self.document.words.link_to_reference;
                    (
                        LinkTarget::Destination(self.place(Place::Reference(*number))),
                        words.replace("{number}", &number.to_string()),
                    )
                }
                SpanKind::Text | SpanKind::Citation => continue,
            };
            piece.links.push(Link {
                area,
                element: elements[span as usize],
                target,
                description,
            });
        }
    }

    /// Sets a text as pieces of one line each, with widows and orphans kept.
    fn lines(
        &mut self,
        paragraph: &Paragraph,
        kind: Type,
        x: Pt,
        element: ElementId,
        landing: Option<&Key>,
    ) {
        let elements = self.span_elements(paragraph, element);
        let count = paragraph.lines.len();
        for line in 0..count {
            let mut piece = Piece {
                height: kind.leading,
                slack: kind.leading - Pt(kind.size),
                ..Piece::default()
            };
            self.add_line(
                &mut piece,
                paragraph,
                line,
                Point::new(x, kind.first_baseline()),
                &elements,
            );
            if line == 0 {
                self.land(&mut piece, landing, element);
            } else {
                // Two lines at the least on either side; three lines are never torn.
                let torn = line == 1 || line == count - 1 || count <= 3;
                self.price(if torn { NEVER } else { WITHIN_PARAGRAPH });
            }
            self.keep_with_heading();
            self.push(piece);
        }
    }

    /// The first lines after a heading stay with it.
    fn keep_with_heading(&mut self) {
        if self.keep_lines > 0 {
            self.keep_lines -= 1;
            self.price(NEVER);
        }
    }

    /// Marks the piece as the place of a block, if it has a key.
    fn land(&mut self, piece: &mut Piece, key: Option<&Key>, element: ElementId) {
        if let Some(key) = key {
            let place = self.place(Place::Block(key.clone()));
            piece.landings.push((place, Pt::ZERO, element));
        }
    }

    /// A piece with one block of text that is not torn.
    fn block_of_text(
        &mut self,
        paragraph: &Paragraph,
        kind: Type,
        at: Point,
        element: ElementId,
        piece: &mut Piece,
    ) {
        let elements = self.span_elements(paragraph, element);
        for line in 0..paragraph.lines.len() {
            let baseline = at.y + kind.first_baseline() + kind.leading * line as f32;
            self.add_line(
                piece,
                paragraph,
                line,
                Point::new(at.x, baseline),
                &elements,
            );
        }
    }

    // Blocks.

    /// Sets blocks one below the other.
    fn blocks(&mut self, blocks: &[Block], kind: Type) {
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 {
                self.price(self.tool_price(BETWEEN_BLOCKS));
                if is_list(&block.kind) && is_list(&blocks[index - 1].kind) {
                    self.white(self.theme.unit() * 3.0);
                }
            }
            let introduces = blocks
                .get(index + 1)
                .is_some_and(|next| is_list(&next.kind));
            self.block(block, kind);
            if introduces && matches!(block.kind, BlockKind::Paragraph(_)) {
                // A line that introduces a list stays with its first two items.
                self.price(NEVER);
                self.keep_lines = self.keep_lines.max(2);
            }
        }
    }

    fn block(&mut self, block: &Block, kind: Type) {
        let u = self.theme.unit();
        let key = block.key.as_ref();
        match &block.kind {
            BlockKind::Paragraph(text) => {
                self.white(u * 2.0);
                let element = self.element(Role::Paragraph);
                self.paragraph(text, kind, element, key);
            }
            BlockKind::Heading { level, text } => {
                self.white_below_text(u * 2.5 + (kind.leading - Pt(kind.size)));
                let element = self.element(Role::Heading(*level));
                let heading = self.theme.types.heading3;
                let heading = if *level == 3 {
                    heading
                } else {
                    Type {
                        size: kind.size,
                        ..heading
                    }
                };
                let style = style(self.theme, heading, Setting::Balanced);
                let paragraph = self.set(text, &style, self.column.width);
                let x = self.column.x;
                self.lines(&paragraph, heading, x, element, key);
                self.white(u * 0.5);
                self.fresh = true;
                self.keep_lines = 2;
            }
            BlockKind::List(items) => self.bullets(items, kind, key),
            BlockKind::Steps { start, items } => self.steps(*start, items, kind, key),
            BlockKind::Checklist(items) => self.checklist(items, kind, key),
            BlockKind::WriteInLines(count) => self.write_in_lines(*count),
            BlockKind::Callout(callout) => self.callout(callout, key),
            BlockKind::Table(table) => self.table(table, key),
            BlockKind::Figure(figure) => self.figure(figure, key),
            BlockKind::Glossary(entries) => self.glossary(entries, key),
            BlockKind::References(list) => self.references(list, key),
        }
    }

    /// Sets running text in the current column.
    fn paragraph(&mut self, text: &Inlines, kind: Type, element: ElementId, key: Option<&Key>) {
        let mut style = style(self.theme, kind, Setting::Running);
        if let Some(weight) = self.opening_weight.take() {
            style.opening = weight;
        }
        let paragraph = self.set(text, &style, self.column.width);
        let x = self.column.x;
        self.lines(&paragraph, kind, x, element, key);
    }

    /// What stands at the very end.
    fn closing(&mut self) {
        let kind = self.theme.types.small;
        self.clear_side(Pt::ZERO);
        self.column = Column {
            x: Pt::ZERO,
            width: self.theme.full_measure(),
        };
        self.white_below_text(self.theme.unit() * 4.0);
        self.price(BETWEEN_BLOCKS);
        self.blocks(&self.document.closing, kind);
    }
}

fn is_list(kind: &BlockKind) -> bool {
    matches!(
        kind,
        BlockKind::List(_) | BlockKind::Steps { .. } | BlockKind::Checklist(_)
    )
}

/// An artifact within a piece.
fn decoration(at: Point, shape: Arc<Shape>) -> Item {
    Item {
        tag: Tag::Artifact(Artifact::Layout),
        at,
        content: Content::Shape(shape),
    }
}

/// Text that is repeated, as an artifact.
fn repetition(items: Vec<Item>, height: Pt) -> Head {
    let items = items
        .into_iter()
        .map(|item| Item {
            tag: Tag::Artifact(Artifact::Repetition),
            ..item
        })
        .collect();
    Head { height, items }
}

/// Bold, whatever the type's own weight.
fn bold(kind: Type) -> Type {
    Type {
        weight: Weight::Bold,
        ..kind
    }
}
