//! Whether a part of a document says anything.

use super::{Block, BlockKind, Inline, ListItem};
use crate::words;

/// Returns whether running text has words. The number of a citation is none.
pub(crate) fn has_words(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match inline {
        Inline::Text(words) => words::has_words(words),
        Inline::Strong(content) | Inline::Link { content, .. } | Inline::Term { content, .. } => {
            has_words(content)
        }
        Inline::Badge(_) => true,
        Inline::Citation(_) | Inline::LineBreak => false,
    })
}

fn cites(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match inline {
        Inline::Citation(_) => true,
        Inline::Strong(content) | Inline::Link { content, .. } | Inline::Term { content, .. } => {
            cites(content)
        }
        Inline::Text(_) | Inline::Badge(_) | Inline::LineBreak => false,
    })
}

/// Returns whether running text prints anything that can be seen.
pub(crate) fn is_visible(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match inline {
        Inline::Text(words) => words::is_visible(words),
        Inline::Strong(content) | Inline::Link { content, .. } | Inline::Term { content, .. } => {
            is_visible(content)
        }
        Inline::Badge(_) | Inline::Citation(_) => true,
        Inline::LineBreak => false,
    })
}

impl Block {
    /// Returns whether the block says something. A heading alone does not.
    pub(crate) fn has_content(&self) -> bool {
        let in_items = |items: &[ListItem]| {
            items
                .iter()
                .any(|item| item.write_in_lines > 0 || item.blocks.iter().any(Block::has_content))
        };
        match &self.kind {
            BlockKind::Paragraph(text) => has_words(text) || cites(text),
            BlockKind::Heading { .. } => false,
            BlockKind::List(items)
            | BlockKind::Checklist(items)
            | BlockKind::Steps { items, .. } => in_items(items),
            BlockKind::Form(form) => !form.items.is_empty(),
            _ => true,
        }
    }
}
