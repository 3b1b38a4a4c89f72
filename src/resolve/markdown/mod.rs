//! Parses Markdown to blocks and inlines.
//!
//! The dialect is CommonMark with tables and three marks of ours: `[@key; @key]` cites,
//! `[word]{.term}` is a glossary term, and `[words]{.early-research}` is a certainty badge.
//!
//! 1. `dialect` runs the CommonMark parser. To it, our marks are links without a definition, and it asks
//!    what they mean. So marks nest with emphasis, and an escaped bracket stays a bracket.
//! 2. `blocks` turns the parser's events into paragraphs, headings, lists and tables.
//! 3. `inlines` turns them into running text, with citations, terms, badges and links.
//! 4. `lost_marks` looks for marks that the parser left in the text.
//!
//! Citations hold works, not numbers: numbers follow when the document is complete.

mod blocks;
mod dialect;
mod inlines;
mod lost_marks;
mod reader;
mod typed_marks;

pub(super) use dialect::{events, one_line};
pub(super) use reader::{MarkdownScope, NameIndex, ShortFormWords};

use super::sourced_text::SourcedText;
use crate::document::{Block, BlockKind, Inlines};
use crate::finding::Finding;
use reader::Reader;

/// Parses a text as blocks.
pub(super) fn blocks(
    text: &SourcedText,
    scope: &MarkdownScope<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Block> {
    let mut reader = Reader::new(text.as_str(), text, 0, scope);
    let mut blocks = reader.blocks(None, 0);
    reader.report_definitions();
    findings.append(&mut reader.findings);
    // A body of empty paragraphs is empty.
    blocks.retain(
        |block| !matches!(&block.kind, BlockKind::Paragraph(content) if content.is_empty()),
    );
    blocks
}

/// Parses a text as running text. No block starts in it.
pub(super) fn inlines(
    text: &SourcedText,
    scope: &MarkdownScope<'_>,
    findings: &mut Vec<Finding>,
) -> Inlines {
    let line = one_line(text.as_str());
    let mut reader = Reader::new(&line, text, 1, scope);
    let blocks = reader.blocks(None, 0);
    findings.append(&mut reader.findings);
    let mut inlines = Vec::new();
    for block in blocks {
        if let BlockKind::Paragraph(content) = block.kind {
            inlines.extend(content);
        }
    }
    inlines::trim(&mut inlines);
    inlines
}
