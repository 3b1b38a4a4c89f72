//! Texts that a document uses, with their places in the YAML files.

use std::ops::Range;

use super::sourced_text::SourcedText;
use crate::finding::Place;

/// How a text is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextKind {
    Inlines,
    /// Running text that also reaches bookmarks and metadata.
    Heading,
    Blocks,
}

/// A text of a document and its place.
#[derive(Debug)]
pub struct UsedText {
    /// Path of the text, as in `what-helps.body` or `my-plan.items.2`. The path of a term's definition is
    /// `glossary/TERM`. Empty if the words are in no text layer.
    pub path: String,
    pub(super) kind: TextKind,
    pub(super) words: SourcedText,
    /// Place of words that are in no text layer.
    pub(super) named_at: Option<Place>,
}

impl UsedText {
    /// The words, with their markup.
    pub fn as_str(&self) -> &str {
        self.words.as_str()
    }

    /// Whether the byte at an offset may be a reader's data, which findings must not repeat.
    pub fn is_filled_in(&self, offset: usize) -> bool {
        self.named_at.is_none() && !self.words.is_authored(offset)
    }

    /// Place of a part of the words.
    pub fn place(&self, range: Range<usize>) -> Option<Place> {
        self.named_at.clone().or_else(|| self.words.place(range))
    }
}
