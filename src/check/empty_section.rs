//! `empty-section`: headings inside a text without content.
//!
//! [`crate::resolve`] reports sections and call-outs.

use super::{Passage, Subject};
use crate::finding::Finding;
use crate::resolve::ProseKind;

/// Finds headings inside sections without content.
pub(super) fn empty_section(subject: &Subject) -> Vec<Finding> {
    let empty = || Finding::warning("empty-section", "there is nothing below this heading");
    let mut findings = Vec::new();
    for (index, passage) in subject.passages.iter().enumerate() {
        let ProseKind::Heading(level @ 3..) = passage.prose.kind else {
            continue;
        };
        let next = subject
            .passages
            .get(index + 1)
            .filter(|next| next.section == passage.section);
        let is_empty = next.is_none_or(|next| {
            matches!(next.prose.kind, ProseKind::Heading(2..)) && !is_subheading(next, level)
        });
        if is_empty {
            findings.push(passage.locate(empty().help("write some text below it, or remove it")));
        }
    }
    findings
}

/// Returns whether a passage is a heading of a deeper level.
fn is_subheading(passage: &Passage, level: u8) -> bool {
    matches!(passage.prose.kind, ProseKind::Heading(other) if other > level)
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn empty_section() {
        let words = "  body: |\n    This is early research. You need not try it [@weak-2021].\n";
        let empty = Fixture::new()
            .text(words, "")
            .definition("  - callout: check\n    kind: caution\n", "")
            .text("\n    Keep your room dark. Keep it cool too.\n", "");
        insta::assert_snapshot!(empty.shown("empty-section"));
    }

    #[test]
    fn a_heading_may_be_followed_by_one_below_it() {
        let words = "### At night\n\n    #### In bed\n";
        Fixture::new()
            .text("### At night\n", words)
            .passes("empty-section");
    }
}
