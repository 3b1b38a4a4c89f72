//! Running text to lines: styled, shaped, broken and placed.
//!
//! A paragraph passes four steps, one file each:
//!
//! 1. `collect` turns [`Inline`]s into one string with styled parts. It adds the words that only
//!    layout knows: brackets around citations, "(see page 3)" after a link, the name of a badge.
//! 2. `shape` turns the string into clusters of glyphs. parley finds faces, shapes and orders
//!    directions; `break_opportunities` says where lines may begin.
//! 3. `line_breaks` chooses all line breaks of a paragraph together, after Knuth and Plass.
//! 4. `place` gives each line its glyph runs, underlines and badge outlines.
//!
//! The first two steps do not depend on the measure. Lines have no height: the flow puts their
//! baselines [`TextStyle::leading`] apart. `cache` keeps finished paragraphs.

mod break_opportunities;
mod cache;
mod collect;
mod line_breaks;
mod place;
mod shape;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::cache::{CacheKey, ParagraphCache};
use self::collect::collect;
use self::shape::Shaper;

use crate::document::{Inline, Key, Target, UiStrings};
use crate::font::{Faces, Weight};
use crate::geometry::{Colour, Point, Pt, Shape};
use crate::layout::page::GlyphRun;
use crate::locale::Locale;

/// How running text is laid out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TextStyle {
    /// Font size: one em.
    pub size: Pt,
    /// Distance between baselines. Lines do not use it; it travels with the style for the flow.
    pub leading: Pt,
    /// Weight of plain words; strong words are always bold.
    pub weight: Weight,
    /// Weight of the first sentence.
    pub first_sentence_weight: Weight,
    /// Colour of the first sentence, such as the brand colour of "Figure 1.".
    pub first_sentence_colour: Colour,
    /// Colour of plain and strong words.
    pub colour: Colour,
    /// Colour of links and their underlines.
    pub link: Colour,
    pub underline: UnderlineStyle,
    pub citation: CitationTextStyle,
    pub badge: BadgeStyle,
    pub line_breaks: LineBreakMode,
}

/// The underline of links.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct UnderlineStyle {
    pub thickness: Pt,
    /// Distance of its top below the baseline.
    pub offset: Pt,
}

/// How `[1, 2]` looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CitationTextStyle {
    /// Font size.
    pub size: Pt,
    pub colour: Colour,
}

/// How a certainty badge looks: a white pill with a symbol and bold words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BadgeStyle {
    /// Font size of its words.
    pub size: Pt,
    /// Width of the pill's outline.
    pub outline: Pt,
    /// Height of the pill.
    pub height: Pt,
    /// Distance of the pill's middle above the baseline.
    pub middle: Pt,
    /// Distance between the pill's edge and the symbol, which is as large as the words.
    pub padding_start: Pt,
    /// Distance between the symbol and the words.
    pub symbol_gap: Pt,
    /// Distance between the words and the pill's edge.
    pub padding_end: Pt,
    /// Colour of the pill.
    pub ground: Colour,
    /// Colour of outline, symbol and words, indexed by [`crate::document::Certainty::index`].
    pub colours: [Colour; 4],
}

impl BadgeStyle {
    /// Returns the distance from the pill's edge to the words.
    fn before_words(&self) -> Pt {
        self.padding_start + self.size + self.symbol_gap
    }
}

/// How the line breaks of a text are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum LineBreakMode {
    /// Running text: a ragged end edge as even as possible, and no stranded word in the last line.
    Ragged,
    /// Titles and headings: the fewest lines, of equal width. A line ends after a colon where that
    /// costs no line.
    Balanced,
}

/// The rest of the leaflet, as far as running text mentions it.
#[derive(Clone, Copy)]
pub(super) struct LayoutContext<'a> {
    /// BCP 47 tag of the text's language, which decides its direction and line breaks.
    pub language: &'a str,
    /// Words for page references and badges.
    pub ui_strings: &'a UiStrings,
    /// Page (from 1) on which each block begins, as far as it is known.
    pub block_pages: &'a BTreeMap<Key, u32>,
}

/// Text broken into lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Paragraph {
    /// Empty if there is no text.
    pub lines: Vec<TextLine>,
    /// The units of the text in reading order. Index 0 is the whole text; parents come before their
    /// children. A span has either runs or children, never both.
    pub spans: Vec<Span>,
    /// Width of the longest line.
    pub width: Pt,
    /// Widths that the text has whatever the measure.
    pub intrinsic_widths: IntrinsicWidths,
    /// Blocks whose pages the text names.
    pub page_references: Vec<Key>,
    /// Characters that no face has. They are left out.
    pub missing: Vec<char>,
}

/// One line. Positions are relative to the left end of its baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct TextLine {
    /// Runs in reading order; each knows its place.
    pub runs: Vec<Run>,
    /// Width without the space at the end.
    pub width: Pt,
    /// Badge pills and symbols, painted before the runs. They are artifacts.
    pub backdrops: Vec<Ornament>,
    /// Underlines of links, painted after the runs. They are artifacts.
    pub underlines: Vec<Ornament>,
}

/// Glyphs of one span, face, size and colour within a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    /// Left end.
    pub x: Pt,
    /// Width, including a space at the end.
    pub width: Pt,
    pub glyphs: Arc<GlyphRun>,
    pub span: SpanId,
}

/// A shape that belongs to a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ornament {
    /// Origin; `y` counts downwards from the baseline.
    pub at: Point,
    pub shape: Arc<Shape>,
}

/// Index in [`Paragraph::spans`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct SpanId(pub u32);

/// A part of a text that is a unit to assistive technology.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Span {
    pub kind: SpanKind,
    /// `None` for the whole text.
    pub parent: Option<SpanId>,
}

/// The kinds of [`Span`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum SpanKind {
    /// The whole text, or words between links and citations.
    Text,
    Link {
        target: Target,
        /// The words of the link.
        words: String,
    },
    /// A bracketed citation. Its children are [`SpanKind::CitationNumber`]s, which together hold all
    /// of its characters.
    Citation,
    /// One number of a citation, with its bracket or comma. It links to the reference.
    CitationNumber(u32),
}

/// The least and the greatest useful width of a text (CSS `min-content` and `max-content`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct IntrinsicWidths {
    /// Width of the longest unbreakable part: a word, a dose, a badge.
    pub min_content: Pt,
    /// Width without any line break but the forced ones.
    pub max_content: Pt,
}

/// Lays out running text. It holds the faces, scratch space and a paragraph cache, and belongs to
/// one thread.
pub(super) struct ParagraphLayouter {
    shaper: Shaper,
    cache: ParagraphCache,
    missing: BTreeSet<char>,
}

impl ParagraphLayouter {
    /// Creates a layouter with an empty cache.
    pub(super) fn new(faces: &Faces) -> ParagraphLayouter {
        ParagraphLayouter {
            shaper: Shaper::new(faces),
            cache: ParagraphCache::default(),
            missing: BTreeSet::new(),
        }
    }

    /// Forgets all cached paragraphs.
    pub(super) fn clear(&mut self) {
        self.cache.clear();
    }

    /// Breaks text into lines of at most `measure`. Equal arguments give the same paragraph.
    pub(super) fn layout(
        &mut self,
        inlines: &[Inline],
        style: &TextStyle,
        measure: Pt,
        context: LayoutContext,
    ) -> Arc<Paragraph> {
        let key = CacheKey::new(inlines, style, measure, context);
        let paragraph = self.cache.get(&key).unwrap_or_else(|| {
            let text = collect(inlines, style, context);
            let locale = Locale::of(context.language);
            let shaped = self.shaper.shape(&text, &style.badge, locale);
            let lines = line_breaks::choose(&text, shaped, measure, style.line_breaks);
            let paragraph = Arc::new(place::paragraph(text, shaped, &lines, style));
            self.cache.insert(key, Arc::clone(&paragraph));
            paragraph
        });
        self.missing.extend(&paragraph.missing);
        paragraph
    }

    /// Lays out text on a single line, however long.
    pub(super) fn layout_line(
        &mut self,
        inlines: &[Inline],
        style: &TextStyle,
        context: LayoutContext,
    ) -> Arc<Paragraph> {
        self.layout(inlines, style, Pt(f32::INFINITY), context)
    }

    /// Returns the widths between which a measure is useful.
    pub(super) fn intrinsic_widths(
        &mut self,
        inlines: &[Inline],
        style: &TextStyle,
        context: LayoutContext,
    ) -> IntrinsicWidths {
        self.layout_line(inlines, style, context).intrinsic_widths
    }

    /// Returns the characters without a glyph in all texts since the last call.
    pub(super) fn take_missing(&mut self) -> BTreeSet<char> {
        std::mem::take(&mut self.missing)
    }
}

impl Paragraph {
    /// Returns the clickable areas of a line in reading order: the link or citation number, left end
    /// and width.
    pub(super) fn clickable(&self, line: &TextLine) -> Vec<(SpanId, Pt, Pt)> {
        let mut areas: Vec<(SpanId, Pt, Pt)> = Vec::new();
        for run in &line.runs {
            let Some(span) = self.link_around(run.span) else {
                continue;
            };
            let (left, right) = (run.x, (run.x + run.width).min(line.width));
            match areas.last_mut() {
                Some((last, x, width)) if *last == span => {
                    let end = (*x + *width).max(right);
                    *x = x.min(left);
                    *width = end - *x;
                }
                _ => areas.push((span, left, right - left)),
            }
        }
        areas
    }

    /// Returns the innermost link or citation number that contains a span.
    fn link_around(&self, span: SpanId) -> Option<SpanId> {
        let mut around = Some(span);
        while let Some(id) = around {
            let span = &self.spans[id.0 as usize];
            if matches!(
                span.kind,
                SpanKind::Link { .. } | SpanKind::CitationNumber(_)
            ) {
                break;
            }
            around = span.parent;
        }
        around
    }
}

#[cfg(test)]
mod tests;
