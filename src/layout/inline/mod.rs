//! Lays out running text in lines.
//!
//! A paragraph passes four steps, one file each:
//!
//! 1. `collect` turns [`Inline`]s into one string with styled parts. It adds words that depend on
//!    pages and style: brackets around citations, "(see page 3)" after a link, the name of a badge.
//! 2. `shape` turns the string into clusters of glyphs. parley selects faces, shapes the
//!    text and orders its directions. `break_opportunities` finds where lines may begin.
//! 3. `line_breaks` chooses all line breaks of a paragraph together, after Knuth and Plass.
//! 4. `place` gives each line its glyph runs, underlines and badge outlines.
//!
//! The first two steps do not depend on the measure. Lines have no height: the flow places their
//! baselines. `cache` keeps finished paragraphs.

mod break_opportunities;
mod cache;
mod collect;
mod divided_word;
mod line_breaks;
mod paragraph;
mod place;
mod shape;
mod style;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::cache::{CacheKey, ParagraphCache};
use self::collect::collect;
use self::shape::Shaper;
use crate::document::Inline;
use crate::font::Faces;
use crate::geometry::Pt;
use crate::locale::Locale;

pub(super) use self::paragraph::{
    IntrinsicWidths, Ornament, Paragraph, Span, SpanId, SpanKind, TextLine,
};
pub(super) use self::style::{
    BadgeStyle, CitationTextStyle, LayoutContext, LineBreakMode, TextStyle, UnderlineStyle,
};

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

    pub(super) fn faces(&self) -> &Faces {
        &self.shaper.faces
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
            let lines = line_breaks::choose(&text, &shaped, measure, style);
            let paragraph = Arc::new(place::paragraph(text, shaped, &lines, style));
            self.cache.insert(key, Arc::clone(&paragraph));
            paragraph
        });
        self.missing.extend(&paragraph.missing);
        paragraph
    }

    /// Lays out text on a single line of any length, apart from forced line breaks.
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

#[cfg(test)]
mod tests;
