//! Running text to lines: styled, shaped, broken and placed.
//!
//! A paragraph passes four steps, one file each:
//!
//! 1. `collect` turns [`Inline`]s into one string with styled pieces, and adds what only layout
//!    knows: the brackets of citations, "(see page 3)" after a link, no-break spaces in doses.
//! 2. `shape` turns it into glyphs: plain words by `words`, all else by parley, which finds faces,
//!    shapes and orders directions.
//! 3. `breaking` chooses the lines: all breaks of a paragraph together, after Knuth and Plass.
//! 4. `place` gives each line its glyph runs, underlines and badge outlines.
//!
//! The first two do not depend on the measure. Lines have no height: the flow sets their baselines
//! [`TextStyle::leading`] apart.

mod breaking;
mod collect;
mod keep;
mod place;
mod shape;
mod words;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use self::collect::{Collected, collect};
use self::shape::Shaper;

use crate::document::{Inline, Key, Target, Words, is_completed_by_layout};
use crate::font::{Faces, Weight};
use crate::geometry::{Colour, Point, Pt, Shape};
use crate::layout::code::Code;
use crate::layout::page::GlyphRun;

/// How running text is set. Plain data, made by the theme.
#[derive(Clone, Debug, PartialEq)]
pub struct TextStyle {
    /// Points to the em.
    pub size: f32,
    /// Distance between baselines; lines do not use it, it travels with the style for the flow.
    pub leading: Pt,
    /// Weight of plain words; strong words are always bold.
    pub weight: Weight,
    /// Weight of the first sentence: bold in the short answer, else as `weight`.
    pub opening: Weight,
    /// Colour of the first sentence: the brand's for "Figure 1.", else as `colour`.
    pub opening_colour: Colour,
    /// Colour of plain and strong words.
    pub colour: Colour,
    /// Colour of links and their underlines.
    pub link: Colour,
    /// Size and colour of bracketed citations.
    pub citation: CitationStyle,
    /// Size and colours of certainty badges.
    pub badge: BadgeStyle,
    /// How lines are chosen.
    pub setting: Setting,
}

/// How `[1, 2]` is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CitationStyle {
    /// Points to the em.
    pub size: f32,
    /// Its colour.
    pub colour: Colour,
}

/// How a certainty badge is set: a white pill with a symbol and bold words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BadgeStyle {
    /// Points to the em of its words.
    pub size: f32,
    /// Colour of outline, symbol and words, indexed by [`crate::document::Certainty::index`].
    pub colours: [Colour; 4],
}

/// How the lines of a text are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setting {
    /// Running text: ragged right, as even as can be, no stranded word at the end.
    Running,
    /// Titles and headings: as few lines as can be, broken after a colon where that costs no line,
    /// else of equal width.
    Balanced,
}

/// What a text says that depends on the rest of the leaflet.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Interface words, for page references and badges.
    pub words: &'a Words,
    /// The page (from 1) that a block stands on, if it is known yet.
    pub page_of: &'a dyn Fn(&str) -> Option<u32>,
}

/// Text broken into lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paragraph {
    /// Its lines; none if there is no text.
    pub lines: Vec<Line>,
    /// What its runs belong to, in reading order; index 0 is the whole text, parents come before
    /// their children. A span has either runs or children, never both.
    pub spans: Vec<Span>,
    /// Width of the longest line.
    pub width: Pt,
    /// Blocks whose pages it names, with the page it was set for. Where that is `None` or has
    /// changed, set it again.
    pub page_references: Vec<(Key, Option<u32>)>,
    /// Characters that no face has. They are not set.
    pub missing: Vec<char>,
}

/// One line. Positions are relative to the left end of its baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Its runs, in reading order; each knows its place.
    pub runs: Vec<Run>,
    /// Width without the space at its end.
    pub width: Pt,
    /// Badge pills and symbols: painted before the runs, artifacts.
    pub backdrops: Vec<Ornament>,
    /// Underlines of links: painted after the runs, artifacts.
    pub underlines: Vec<Ornament>,
}

/// Glyphs of one span, face, size and colour within a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Left end.
    pub x: Pt,
    /// Width, with a space at its end.
    pub width: Pt,
    /// The glyphs.
    pub glyphs: Arc<GlyphRun>,
    /// What it belongs to.
    pub span: SpanId,
}

/// A shape that belongs to a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Ornament {
    /// Its origin; `y` counts downwards from the baseline.
    pub at: Point,
    /// The shape.
    pub shape: Arc<Shape>,
}

/// A span's place in [`Paragraph::spans`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpanId(pub u32);

/// A part of a text that is a unit to assistive technology.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// What it is.
    pub kind: SpanKind,
    /// What it is part of; absent for the whole text only.
    pub parent: Option<SpanId>,
}

/// The kinds of [`Span`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// Words: the whole text, or what stands between links and citations.
    Text,
    /// A link.
    Link {
        /// Where it leads.
        target: Target,
        /// Its words.
        words: String,
    },
    /// A bracketed citation; its children are [`SpanKind::CitationNumber`]s that together hold all
    /// of its characters.
    Citation,
    /// One number of a citation, with its bracket or comma; leads to the reference.
    CitationNumber(u32),
}

/// The widths between which a text can be set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extent {
    /// Width of the longest piece that is not to be broken: a word, a dose, a badge.
    pub longest_word: Pt,
    /// Width on a single line.
    pub natural: Pt,
}

/// Sets running text. Holds the faces, the shaper's scratch space and a cache of what was set
/// before; one for each thread.
pub struct InlineSetter {
    shaper: Shaper,
    known: Cache,
    /// Texts that came twice, as they were given, by their hash: what comes again need not be collected again.
    /// Of what came once there is the hash alone.
    given: FxHashMap<u64, Vec<Given>>,
    missing: BTreeSet<char>,
    /// Codes that were drawn, by what they say.
    codes: BTreeMap<String, Option<Arc<Code>>>,
}

/// So many codes are remembered.
const MOST_CODES: usize = 64;

/// Texts in a generation of the cache: many more than a leaflet has.
const GENERATION: usize = 1024;

/// What was set lately, and what was set before that. A full cache grows old as a whole, so that memory
/// does not grow with the number of leaflets.
#[derive(Default)]
struct Cache {
    young: FxHashMap<Arc<Collected>, Known>,
    old: FxHashMap<Arc<Collected>, Known>,
}

/// A text with the paragraphs it was set as.
struct Known {
    collected: Arc<Collected>,
    paragraphs: Vec<(Pt, Setting, Arc<Paragraph>)>,
    /// Its widths, if it was measured.
    extent: Option<Extent>,
}

impl Cache {
    fn find(&mut self, collected: Collected) -> &mut Known {
        if self.young.len() >= GENERATION && !self.young.contains_key(&collected) {
            self.old = std::mem::take(&mut self.young);
        }
        let collected = Arc::new(collected);
        match self.young.entry(Arc::clone(&collected)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(match self.old.remove(&collected) {
                Some(known) => known,
                None => Known {
                    collected,
                    paragraphs: Vec::new(),
                    extent: None,
                },
            }),
        }
    }
}

/// A text that says all by itself, and the paragraph that it became.
struct Given {
    inlines: Vec<Inline>,
    style: TextStyle,
    measure: Pt,
    paragraph: Arc<Paragraph>,
}

impl InlineSetter {
    /// A setter with these faces.
    pub fn new(faces: &Faces) -> InlineSetter {
        InlineSetter {
            shaper: Shaper::new(faces),
            known: Cache::default(),
            given: FxHashMap::default(),
            missing: BTreeSet::new(),
            codes: BTreeMap::new(),
        }
    }

    /// A code with these words, drawn once; `None` where they do not fit one.
    pub(in crate::layout) fn code(&mut self, words: &str) -> Option<Arc<Code>> {
        if let Some(code) = self.codes.get(words) {
            return code.clone();
        }
        if self.codes.len() >= MOST_CODES {
            self.codes.clear();
        }
        let code = Code::draw(words).map(Arc::new);
        self.codes.insert(words.to_owned(), code.clone());
        code
    }

    /// Breaks text into lines of at most `measure`. Equal arguments give the same paragraph.
    pub fn set(
        &mut self,
        inlines: &[Inline],
        style: &TextStyle,
        measure: Pt,
        surroundings: Surroundings,
    ) -> Arc<Paragraph> {
        if is_completed_by_layout(inlines) {
            let collected = collect(inlines, style, surroundings);
            return self.set_collected(collected, measure, style.setting);
        }
        let mut hasher = FxHasher::default();
        inlines.hash(&mut hasher);
        (measure.0.to_bits(), style.size.to_bits()).hash(&mut hasher);
        let hash = hasher.finish();
        let same = |given: &&Given| {
            given.measure == measure && given.inlines == inlines && given.style == *style
        };
        if let Some(given) = self
            .given
            .get(&hash)
            .and_then(|texts| texts.iter().find(same))
        {
            return Arc::clone(&given.paragraph);
        }
        let paragraph = self.set_collected(
            collect(inlines, style, surroundings),
            measure,
            style.setting,
        );
        // Whoever sets it again is told again.
        if paragraph.missing.is_empty() {
            if self.given.len() >= GENERATION {
                self.given.clear();
            }
            match self.given.entry(hash) {
                Entry::Vacant(place) => {
                    place.insert(Vec::new());
                }
                Entry::Occupied(mut texts) => texts.get_mut().push(Given {
                    inlines: inlines.to_vec(),
                    style: style.clone(),
                    measure,
                    paragraph: Arc::clone(&paragraph),
                }),
            }
        }
        paragraph
    }

    /// Sets plain words on a single line, however long: footers, labels, numerals.
    pub fn set_line(&mut self, text: &str, style: &TextStyle) -> Arc<Paragraph> {
        let collected = collect::plain(text, style);
        self.set_collected(collected, Pt(f32::INFINITY), style.setting)
    }

    /// The widths between which text can be set.
    pub fn extent(
        &mut self,
        inlines: &[Inline],
        style: &TextStyle,
        surroundings: Surroundings,
    ) -> Extent {
        let known = self.known.find(collect(inlines, style, surroundings));
        *known.extent.get_or_insert_with(|| {
            let shaped = self.shaper.shape(&known.collected);
            self.missing.extend(&shaped.missing);
            Extent {
                longest_word: Pt(breaking::longest_word(shaped)),
                natural: Pt(breaking::natural_width(shaped)),
            }
        })
    }

    /// The characters without a glyph in everything set since the last call.
    pub fn take_missing(&mut self) -> BTreeSet<char> {
        std::mem::take(&mut self.missing)
    }

    fn set_collected(
        &mut self,
        collected: Collected,
        measure: Pt,
        setting: Setting,
    ) -> Arc<Paragraph> {
        let known = self.known.find(collected);
        let same = |(known_measure, known_setting, _): &&(Pt, Setting, Arc<Paragraph>)| {
            *known_measure == measure && *known_setting == setting
        };
        if let Some((_, _, paragraph)) = known.paragraphs.iter().find(same) {
            self.missing.extend(&paragraph.missing);
            return Arc::clone(paragraph);
        }
        let shaped = self.shaper.shape(&known.collected);
        self.missing.extend(&shaped.missing);
        let lines = breaking::lines(&known.collected, shaped, measure.0, setting);
        let paragraph = Arc::new(place::paragraph(&known.collected, shaped, &lines));
        known
            .paragraphs
            .push((measure, setting, Arc::clone(&paragraph)));
        paragraph
    }
}

impl Paragraph {
    /// The areas of a line that can be clicked: the link or citation number, left end and width, in
    /// reading order.
    pub fn clickable(&self, line: &Line) -> Vec<(SpanId, Pt, Pt)> {
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

    /// The innermost link or citation number that a span is or is part of.
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
