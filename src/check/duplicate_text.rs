//! `duplicate-text`: paragraphs that are twice in a leaflet, or that two handouts share word for word.
//!
//! A paragraph of two handouts belongs in the shared text layer, where it needs only one correction.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{Passage, Subject, WholeLibrary};
use crate::finding::Finding;
use crate::resolve::ProseKind;

/// Shorter paragraphs may be equal by chance.
const MIN_WORDS: usize = 20;

/// Shorter paragraphs of one leaflet may be repeated on purpose.
const MIN_REPEATED_WORDS: usize = 6;

/// Finds paragraphs that are twice in the leaflet.
pub(super) fn repeated_text(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen: BTreeMap<Vec<&str>, &Passage> = BTreeMap::new();
    for passage in subject.running_text() {
        let words: Vec<&str> = passage.prose.as_str().split_whitespace().collect();
        if words.len() < MIN_REPEATED_WORDS || passage.prose.kind != ProseKind::Paragraph {
            continue;
        }
        match seen.entry(words) {
            Entry::Vacant(entry) => {
                entry.insert(passage);
            }
            Entry::Occupied(first) => {
                let message = format!("this paragraph is also in `{}`", first.get().block);
                let finding = Finding::warning("duplicate-text", message)
                    .help("delete one of the two: readers wonder what differs");
                findings.push(passage.locate(finding));
            }
        }
    }
    findings
}

/// Finds paragraphs that an earlier handout in the same language also has.
pub(super) fn duplicate_text(library: &WholeLibrary) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen: BTreeMap<(&str, Vec<&str>), (&Subject, &Passage)> = BTreeMap::new();
    for subject in library.subjects {
        for passage in subject.running_text() {
            let words: Vec<&str> = passage.prose.as_str().split_whitespace().collect();
            if words.len() < MIN_WORDS {
                continue;
            }
            let Some((other, first)) = seen.get(&(subject.language, words.clone())) else {
                seen.insert((subject.language, words), (subject, passage));
                continue;
            };
            // Two uses of a text in the shared layer come from one file.
            let file = |passage: &Passage| passage.prose.place(0..1).map(|place| place.file);
            let (Some(here), there) = (file(passage), file(first)) else {
                continue;
            };
            if there.is_some_and(|there| there.name == here.name) {
                continue;
            }
            let message = format!(
                "this paragraph is also in `{}` of `{}`",
                first.block, other.handout.definition.id
            );
            let finding = Finding::warning("duplicate-text", message)
                .help("put it in the shared text layer under a key that both handouts use");
            findings.push(passage.locate(finding));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    const PARAGRAPH: &str = "Keep your room dark and cool at night, get up at the same time each day, and see the morning light before you eat.";

    fn second(text: &str) -> Fixture {
        let definition = "id: second\nversion: 1.0.0\nreviewed: 2026-01-02\nreview_by: 2028-01-02\nsections:\n  - section: short-answer\n    role: main-message\n";
        Fixture::new()
            .text("Keep your room dark. Keep it cool too.", PARAGRAPH)
            .file("second/handout.yaml", definition)
            .file(
                "second/text/en.yaml",
                &format!("title: B\nshort-answer:\n  heading: B\n  body: {text}\n"),
            )
    }

    #[test]
    fn duplicate_text() {
        insta::assert_snapshot!(second(PARAGRAPH).shown("duplicate-text"));
    }

    #[test]
    fn paragraph_twice_in_a_leaflet_is_reported() {
        let words = "Keep your room dark. Keep it cool too.";
        let twice = Fixture::new().text(words, &format!("{words}\n\n    And:\n\n    {words}"));
        assert!(
            twice
                .shown("duplicate-text")
                .contains("this paragraph is also in `what-we-know`")
        );
    }

    #[test]
    fn a_shared_text_used_twice_is_no_duplicate() {
        let definition = "  - section: shared\n  - references";
        Fixture::new()
            .file("text/en.yaml", &format!("shared:\n  heading: Shared\n  body: {PARAGRAPH}\n"))
            .definition("  - references", definition)
            .file("second/handout.yaml", "id: second\nversion: 1.0.0\nreviewed: 2026-01-02\nreview_by: 2028-01-02\nsections:\n  - section: shared\n")
            .file("second/text/en.yaml", "title: B\n")
            .passes("duplicate-text");
    }
}
