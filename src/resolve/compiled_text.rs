//! Texts compiled once for all readers.

use std::sync::Arc;

use super::markdown_template::MarkdownTemplate;
use super::used_text::{TextKind, UsedText};
use crate::document::{Block, Inlines};

/// A text of a block, as far as it does not depend on the reader.
#[derive(Clone)]
pub(super) enum CompiledText {
    /// No layer has it.
    Absent,
    SameForAll(Arc<ParsedText>),
    /// Rendered anew for each reader.
    PerReader(Arc<MarkdownTemplate>, TextKind),
}

/// A text and its Markdown as document content. One of `inlines` and `blocks` is empty.
#[derive(Debug)]
pub(super) struct ParsedText {
    pub used: Arc<UsedText>,
    pub inlines: Inlines,
    pub blocks: Vec<Block>,
}
