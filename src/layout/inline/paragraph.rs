//! A laid-out paragraph.

use std::sync::Arc;

use crate::document::{Key, Target};
use crate::font::GlyphRun;
use crate::geometry::{Point, Pt, Shape};

/// Text broken into lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Paragraph {
    /// Empty if there is no text.
    pub lines: Vec<TextLine>,
    /// Spans of the text in reading order. Index 0 is the whole text; parents come before their
    /// children. A span has either runs or children, never both.
    pub spans: Vec<Span>,
    /// Width of the longest line.
    pub width: Pt,
    /// Widths that do not depend on the measure.
    pub intrinsic_widths: IntrinsicWidths,
    /// Blocks whose pages the text names.
    pub page_references: Vec<Key>,
    /// Characters that no face has. They are left out.
    pub missing: Vec<char>,
}

/// One line. Positions are relative to the left end of its baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TextLine {
    /// Runs in reading order.
    pub runs: Vec<Run>,
    /// Width without the space at the end.
    pub width: Pt,
    /// Badge pills and symbols, painted before the runs. They are artifacts.
    pub backdrops: Vec<Ornament>,
    /// Underlines of links, painted after the runs. They are artifacts.
    pub underlines: Vec<Ornament>,
    /// The word that continues on the next line, because it is wider than a line.
    pub divided_word: Option<String>,
}

/// Glyphs of one span, face, size and colour within a line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    /// Distance of its left end from that of the line.
    pub x: Pt,
    /// Width, including a space at the end.
    pub width: Pt,
    pub glyphs: Arc<GlyphRun>,
    pub span: SpanId,
}

/// A shape that belongs to a line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ornament {
    /// Origin; `y` counts downwards from the baseline.
    pub at: Point,
    pub shape: Arc<Shape>,
}

/// Index in [`Paragraph::spans`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SpanId(pub u32);

/// A part of a text that is a unit to assistive technology.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Span {
    pub kind: SpanKind,
    /// `None` for the whole text.
    pub parent: Option<SpanId>,
}

/// The kinds of [`Span`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SpanKind {
    /// The whole text, or words between links and citations.
    Text,
    Link {
        target: Target,
        /// The words of the link.
        words: String,
    },
    /// A bracketed citation. Its children are [`SpanKind::CitationNumber`]s, which together hold
    /// all of its characters.
    Citation,
    /// One number of a citation, with its bracket or comma. It links to the reference.
    CitationNumber(u32),
}

/// Minimum and maximum useful width of a text (CSS `min-content` and `max-content`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct IntrinsicWidths {
    /// Width of the longest unbreakable part: a word, a dose, a badge.
    pub min_content: Pt,
    /// Width with forced line breaks only.
    pub max_content: Pt,
}

impl Paragraph {
    /// Returns whether a word is divided, because it is wider than a line.
    pub(crate) fn divides_words(&self) -> bool {
        self.lines.iter().any(|line| line.divided_word.is_some())
    }

    /// Returns the clickable areas of a line in reading order: the link or citation number, left
    /// end and width.
    pub(crate) fn clickable(&self, line: &TextLine) -> Vec<(SpanId, Pt, Pt)> {
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
        std::iter::successors(Some(span), |id| self.spans[id.0 as usize].parent).find(|id| {
            matches!(
                self.spans[id.0 as usize].kind,
                SpanKind::Link { .. } | SpanKind::CitationNumber(_)
            )
        })
    }
}
