//! Style and context of running text.

use std::collections::BTreeMap;

use crate::document::{Key, UiStrings};
use crate::font::Weight;
use crate::geometry::{Colour, Pt};

/// How running text is laid out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TextStyle {
    /// Font size: one em.
    pub size: Pt,
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
    /// Space left free at the start of the first line, for words of another text.
    pub first_line_indent: Pt,
}

/// The underline of links.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct UnderlineStyle {
    pub thickness: Pt,
    /// Distance of its top below the baseline.
    pub offset: Pt,
}

/// How `[1, 2]` looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CitationTextStyle {
    /// Font size.
    pub size: Pt,
    pub colour: Colour,
}

/// How a certainty badge looks: a white pill with a symbol and bold words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BadgeStyle {
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
    pub(super) fn before_words(&self) -> Pt {
        self.padding_start + self.size + self.symbol_gap
    }
}

/// How the line breaks of a text are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum LineBreakMode {
    /// Running text: an even ragged edge, and no single short word in the last line if possible.
    Ragged,
    /// Titles and headings: the fewest lines, of similar width. A line ends after a colon or dash
    /// if that adds no line.
    Balanced,
}

/// Facts about the leaflet that running text depends on.
#[derive(Clone, Copy)]
pub(crate) struct LayoutContext<'a> {
    /// BCP 47 tag of the text's language, which decides its direction and line breaks.
    pub language: &'a str,
    /// Words for page references and badges.
    pub ui_strings: &'a UiStrings,
    /// Page (from 1) on which each block begins, as far as it is known.
    pub block_pages: &'a BTreeMap<Key, u32>,
}
