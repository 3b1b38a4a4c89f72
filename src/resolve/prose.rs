//! Texts as checks read them: plain paragraphs with their marks and their places in the YAML files.

use std::ops::Range;

use super::sourced_text::SourcedText;
use crate::document::Certainty;
use crate::finding::{Finding, Place};

/// A paragraph, heading, item or cell without markup.
#[derive(Clone, Debug)]
pub struct Prose {
    pub kind: ProseKind,
    /// Marks with their ranges in the words, in order of their starts.
    pub marks: Vec<(Range<usize>, ProseMark)>,
    pub(super) words: SourcedText,
}

/// Role of a piece of prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProseKind {
    /// Running text.
    Paragraph,
    /// A heading and its level: 1 for the handout's title, 2 for its subtitle and its sections' headings,
    /// 3 for the title of a call-out.
    Heading(u8),
    /// A paragraph of an item.
    Item {
        /// Number of the list within its text, from 0, in the order in which lists start.
        list: usize,
        /// Nesting of the list; 1 is outermost.
        depth: usize,
        /// Whether it is the first paragraph of its item.
        first: bool,
    },
    /// A cell of a table.
    Cell,
}

/// A mark in prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProseMark {
    /// Citation keys. The range is empty and follows the cited words.
    Citation(Vec<String>),
    /// A term of the glossary.
    Term,
    /// A certainty. Its words are not part of the prose.
    Badge(Certainty),
    Strong,
    /// A link and its address.
    Link(String),
}

impl Prose {
    /// Returns the words without markup and citations.
    pub fn as_str(&self) -> &str {
        self.words.as_str()
    }

    /// Returns the place of a part of the words.
    pub fn place(&self, range: Range<usize>) -> Option<Place> {
        self.words.place(range)
    }

    /// Places a finding at a part of the words.
    pub fn locate(&self, finding: Finding, range: Range<usize>) -> Finding {
        self.words.locate(finding, range)
    }

    /// Returns whether the byte at an offset was written by an author and not filled in.
    pub fn is_authored(&self, offset: usize) -> bool {
        self.words.is_authored(offset)
    }

    /// Returns the citation keys, in order.
    pub fn citations(&self) -> impl Iterator<Item = &str> {
        let keys = self.marks.iter().filter_map(|(_, mark)| match mark {
            ProseMark::Citation(keys) => Some(keys),
            _ => None,
        });
        keys.flatten().map(String::as_str)
    }
}
