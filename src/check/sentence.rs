//! Sentences of a handout, which readability is measured on.
//!
//! - Paragraphs are split into sentences (see [`readability::sentences`]). A sentence ends with
//!   its paragraph, so an intro with a colon at the end is complete.
//! - Each list item is a sentence, with or without a full stop, because readers stop at each
//!   bullet. Items of one or two words are left out.
//! - Titles, headings, captions and cells count if they end like a sentence.
//! - Text alternatives, labels of figures, glossary, contact details and references are left
//!   out: people look things up there.

use std::ops::Range;

use super::{Passage, Subject};
use crate::finding::Finding;
use crate::readability::{self, Counts};
use crate::resolve::ProseKind;

#[derive(Clone, Debug)]
pub(crate) struct Sentence<'s> {
    pub(crate) passage: &'s Passage,
    /// Byte range in the passage.
    pub(crate) range: Range<usize>,
    pub(crate) counts: Counts,
}

/// Minimum length of a sentence without a full stop, question mark or exclamation mark.
const MIN_WORDS: usize = 3;

impl Subject<'_> {
    /// Returns the sentences of the handout in reading order.
    pub(crate) fn sentences(&self) -> Vec<Sentence<'_>> {
        self.passages.iter().flat_map(sentences).collect()
    }
}

fn sentences(passage: &Passage) -> impl Iterator<Item = Sentence<'_>> {
    let text = passage.prose.as_str();
    let ranges = if passage.is_running_text() || is_heading_or_cell(passage) {
        readability::sentences(text)
    } else {
        Vec::new()
    };
    ranges.into_iter().filter_map(move |range| {
        let counts = Counts::of_sentence(&text[range.clone()]);
        let has_end_mark = text[range.clone()]
            .trim_end_matches(['"', '\'', '”', '’', '»', ')'])
            .ends_with(['.', '!', '?', '…']);
        let is_sentence = has_end_mark || (passage.is_running_text() && counts.words >= MIN_WORDS);
        is_sentence.then_some(Sentence {
            passage,
            range,
            counts,
        })
    })
}

/// Returns whether a passage is a title, heading, caption or cell on the page.
fn is_heading_or_cell(passage: &Passage) -> bool {
    let is_heading_or_cell = matches!(passage.prose.kind, ProseKind::Heading(_) | ProseKind::Cell);
    (is_heading_or_cell && passage.part != "short-title") || passage.part == "caption"
}

impl Sentence<'_> {
    /// Adds up the counts of sentences.
    pub(crate) fn total<'a, 's: 'a>(
        sentences: impl IntoIterator<Item = &'a Sentence<'s>>,
    ) -> Counts {
        sentences.into_iter().map(|sentence| sentence.counts).sum()
    }

    pub(crate) fn text(&self) -> &str {
        &self.passage.prose.as_str()[self.range.clone()]
    }

    /// Places a finding at the sentence.
    pub(super) fn locate(&self, finding: Finding) -> Finding {
        self.passage.prose.locate(finding, self.range.clone())
    }

    /// Places a finding at a byte range of the sentence.
    pub(super) fn locate_part(&self, finding: Finding, part: Range<usize>) -> Finding {
        let start = self.range.start;
        let range = start + part.start..start + part.end;
        self.passage.prose.locate(finding, range)
    }

    /// Returns the words with their byte ranges in the sentence.
    pub(super) fn words(&self) -> Vec<(Range<usize>, &str)> {
        let text = self.text();
        readability::words(text)
            .map(|range| (range.clone(), &text[range]))
            .collect()
    }
}
