//! The sentences of a handout: what readability is measured on.
//!
//! - Paragraphs are cut into sentences ([`crate::readability::sentences`]); no sentence goes on into the
//!   next paragraph, so an intro that ends in a colon ends there.
//! - A list's item is a sentence of its own, with or without a full stop, also where it continues its
//!   intro: a reader stops at each bullet. One of one or two words is no sentence.
//! - Titles, headings, captions and cells are sentences where they end like one: with a full stop, a
//!   question mark or an exclamation mark.
//! - Text alternatives, labels of figures, the glossary, the contact details and the reference list are
//!   left out: they are looked up, not read through.

use std::ops::Range;

use super::{Passage, Subject};
use crate::finding::Finding;
use crate::locale::Locale;
use crate::readability::{self, Counts};
use crate::resolve::ProseKind;

/// A sentence, and where it is.
#[derive(Clone, Debug)]
pub struct Sentence<'s> {
    /// What it stands in.
    pub passage: &'s Passage,
    /// Its bytes there.
    pub range: Range<usize>,
    /// What it has.
    pub counts: Counts,
}

/// The fewest words of a sentence without a mark at its end.
const FEWEST_WORDS: usize = 3;

impl Subject<'_> {
    /// The sentences of the handout, in reading order.
    pub fn sentences(&self) -> Vec<Sentence<'_>> {
        self.passages.iter().flat_map(sentences).collect()
    }

    /// Returns the locale of the handout's language.
    pub(crate) fn locale(&self) -> &'static Locale {
        Locale::of(self.language)
    }

    /// Whether the handout is in this language, as in `en` for `en-GB`.
    pub fn is_in(&self, language: &str) -> bool {
        self.language.split('-').next() == Some(language)
    }
}

fn sentences(passage: &Passage) -> impl Iterator<Item = Sentence<'_>> {
    let text = passage.prose.as_str();
    let is_counted = passage.is_running() || is_shown(passage);
    let ranges = if is_counted {
        readability::sentences(text)
    } else {
        Vec::new()
    };
    ranges.into_iter().filter_map(move |range| {
        let counts = Counts::of_sentence(&text[range.clone()]);
        let ends = text[range.clone()]
            .trim_end_matches(['"', '\'', '”', '’', '»', ')'])
            .ends_with(['.', '!', '?', '…']);
        let is_sentence = ends || (passage.is_running() && counts.words >= FEWEST_WORDS);
        is_sentence.then_some(Sentence {
            passage,
            range,
            counts,
        })
    })
}

/// Whether a passage is a title, heading, caption or cell.
fn is_shown(passage: &Passage) -> bool {
    matches!(passage.prose.kind, ProseKind::Heading(_) | ProseKind::Cell)
        && !matches!(passage.part.as_str(), "short-title")
        || passage.part == "caption"
}

impl Sentence<'_> {
    /// Its words.
    pub fn text(&self) -> &str {
        &self.passage.prose.as_str()[self.range.clone()]
    }

    /// The finding, placed at it.
    pub fn locate(&self, finding: Finding) -> Finding {
        self.passage.prose.locate(finding, self.range.clone())
    }

    /// The finding, placed at bytes of its text.
    pub fn locate_part(&self, finding: Finding, part: Range<usize>) -> Finding {
        self.passage.prose.locate(
            finding,
            self.range.start + part.start..self.range.start + part.end,
        )
    }

    /// Its words with where they stand in its text.
    pub fn words(&self) -> Vec<(Range<usize>, &str)> {
        let text = self.text();
        readability::words(text)
            .map(|range| (range.clone(), &text[range]))
            .collect()
    }
}
