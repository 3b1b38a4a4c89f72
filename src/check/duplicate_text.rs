//! A paragraph that two handouts have word for word: it belongs in the shared layer, where it is changed
//! once.

use std::collections::BTreeMap;

use super::{Passage, Subject, Whole};
use crate::finding::Finding;

/// Shorter ones are alike by chance, or are phrases.
const FEWEST_WORDS: usize = 20;

/// Finds paragraphs that an earlier handout has, too.
pub fn duplicate_text(whole: &Whole) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen: BTreeMap<(&str, Vec<&str>), (&Subject, &Passage)> = BTreeMap::new();
    for subject in whole.subjects {
        for passage in subject.running() {
            let words: Vec<&str> = passage.prose.as_str().split_whitespace().collect();
            if words.len() < FEWEST_WORDS {
                continue;
            }
            let Some((other, first)) = seen.get(&(subject.language, words.clone())) else {
                seen.insert((subject.language, words), (subject, passage));
                continue;
            };
            // One text of the shared layer, used twice, is as it should be.
            let file = |passage: &Passage| passage.prose.place(0..1).map(|place| place.file);
            let (here, there) = (file(passage), file(first));
            if here.is_none()
                || here
                    .zip(there)
                    .is_some_and(|(here, there)| here.name == there.name)
            {
                continue;
            }
            let message = format!(
                "this paragraph stands in `{}` of `{}`, too",
                first.block, other.handout.definition.id
            );
            let finding = Finding::warning("duplicate-text", message)
                .help("put it in the shared layer under a key that both handouts use");
            findings.push(
                passage
                    .prose
                    .locate(finding, 0..passage.prose.as_str().len()),
            );
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
