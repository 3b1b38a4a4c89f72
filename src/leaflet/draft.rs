//! Drafts: leaflets for their authors, made although they have errors.
//!
//! Most faults are marked where they are, see [`crate::resolve`]. A notice below the title lists the others.

use std::sync::Arc;

use crate::check;
use crate::document::{
    Block, BlockKind, Callout, CalloutKind, Document, Inline, Inlines, ListItem,
};
use crate::finding::{Finding, Severity};
use crate::locale::Locale;
use crate::resolve::{FAULT_MARK, Resolved};

/// Ids of faults that the text marks where they are.
const MARKED_IN_TEXT: [&str; 17] = [
    "unknown-citation",
    "unknown-variable",
    "unknown-text",
    "unknown-term",
    "unknown-target",
    "unsupported-markdown",
    "template-syntax",
    "empty-heading",
    "lost-mark",
    "table-shape",
    "missing-alt-text",
    "missing-file",
    "unreadable-image",
    "unsafe-image",
    "missing-glyph",
    "job-data-in-metadata",
    "overdue-review",
];

/// Adds a notice of faults that the text does not mark. Replaces characters that are not covered.
pub(super) fn finish(resolved: Resolved, is_covered: &dyn Fn(char) -> bool) -> Resolved {
    let mut document = Document::clone(&resolved.document);
    let title = Locale::of(&document.language).draft("faults", &[]);
    document.notices.extend(notice(title, &resolved.findings));
    let replace = |words: &mut String| {
        let covers = |character| check::is_printable(character, is_covered);
        if words.chars().all(covers) {
            return;
        }
        let mut printable = String::new();
        for character in words.chars() {
            if covers(character) {
                printable.push(character);
            } else if !printable.ends_with(FAULT_MARK) {
                printable.push_str(FAULT_MARK);
            }
        }
        *words = printable;
    };
    document.visit_inlines(&mut |inline| {
        if let Inline::Text(words) = inline {
            replace(words);
        }
    });
    let masthead = &mut document.masthead;
    replace(&mut masthead.name);
    masthead.department.iter_mut().for_each(replace);
    masthead.phones.iter_mut().for_each(replace);
    replace(&mut document.footer.short_title);
    document.footer.details.iter_mut().for_each(replace);
    Resolved {
        document: Arc::new(document),
        ..resolved
    }
}

/// Returns a notice with the faults that the text does not mark.
fn notice(title: String, findings: &[Finding]) -> Option<Callout> {
    let mut items: Vec<ListItem> = Vec::new();
    for finding in findings {
        if finding.severity == Severity::Error && !MARKED_IN_TEXT.contains(&finding.id) {
            let words: Inlines = vec![Inline::Text(finding.message.clone())];
            items.push(ListItem {
                blocks: vec![Block::from(BlockKind::Paragraph(words))],
                write_in_lines: 0,
            });
        }
    }
    (!items.is_empty()).then(|| Callout {
        kind: CalloutKind::Caution,
        label: None,
        title: vec![Inline::Text(title)],
        blocks: vec![BlockKind::List(items).into()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::explanation;

    #[test]
    fn marked_faults_are_findings() {
        for id in MARKED_IN_TEXT {
            assert!(explanation(id).is_some(), "`{id}` is no finding");
        }
    }
}
