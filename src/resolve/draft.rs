//! Marks that a draft prints where a fault is.

use std::ops::Range;

use super::sourced_text::SourcedText;
use crate::document::{Block, BlockKind, Inline, Inlines};
use crate::finding::{Finding, Severity};
use crate::template;

/// Mark of a fault in running text.
pub(crate) const FAULT_MARK: &str = "[?]";

/// Returns bold words.
pub(super) fn mark(words: impl Into<String>) -> Inlines {
    vec![Inline::Strong(vec![Inline::Text(words.into())])]
}

/// Returns a paragraph that names faults, each by its message.
pub(super) fn mark_block<'a>(faults: impl IntoIterator<Item = &'a Finding>) -> Block {
    let mut messages: Vec<&str> = faults
        .into_iter()
        .map(|fault| fault.message.as_str())
        .collect();
    messages.dedup();
    BlockKind::Paragraph(mark(format!("[? {}]", messages.join("; ")))).into()
}

/// Returns the errors that have no mark in the running text.
pub(super) fn unmarked(findings: &[Finding]) -> Vec<&Finding> {
    let is_unmarked = |finding: &&Finding| {
        finding.severity == Severity::Error && finding.id != "unknown-citation"
    };
    findings.iter().filter(is_unmarked).collect()
}

/// Returns Markdown that prints a tag in brackets, as in `[{{visit.date}}?]`.
pub(super) fn tag_mark(tag: &str) -> String {
    let mut mark = String::from("\\[");
    for character in tag.chars() {
        if character.is_ascii_punctuation() {
            mark.push('\\');
        }
        mark.push(character);
    }
    mark.push_str("?\\]");
    mark
}

/// Replaces the faulty tags of a template with marks that print them.
pub(super) fn mark_tags(
    source: &SourcedText,
    is_faulty: impl Fn(&Range<usize>) -> bool,
) -> SourcedText {
    let text = source.as_str();
    let mut out = SourcedText::default();
    let mut copied_to = 0;
    for tag in template::tags(text) {
        out.push_copy(source, copied_to..tag.start);
        if is_faulty(&tag) {
            out.push_derived(&tag_mark(&text[tag.clone()]), source, tag.clone());
        } else {
            out.push_copy(source, tag.clone());
        }
        copied_to = tag.end;
    }
    out.push_copy(source, copied_to..text.len());
    out
}
