//! `jargon`: words that the glossary says to avoid.

use super::Subject;
use super::phrase::find_phrase;
use crate::finding::Finding;
use crate::library::Term;
use crate::resolve::ProseMark;

/// Finds words of the `avoid` lists in all text, including text alternatives.
///
/// Marked terms and the glossary itself explain the word, so they may use it.
pub(super) fn jargon(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    for passage in &subject.passages {
        if passage.part == "definition" {
            continue;
        }
        let prose = &passage.prose;
        let is_marked_term = |offset: usize| {
            prose
                .marks
                .iter()
                .any(|(range, mark)| *mark == ProseMark::Term && range.contains(&offset))
        };
        for term in &subject.terms {
            for avoided in &term.avoid {
                for range in find_phrase(prose.as_str(), avoided) {
                    if is_marked_term(range.start) || !prose.is_authored(range.start) {
                        continue;
                    }
                    let message = format!("`{avoided}` is a word for professionals");
                    let finding = Finding::warning("jargon", message).help(advice(term, avoided));
                    findings.push(prose.locate(finding, range));
                }
            }
        }
    }
    findings
}

fn advice(term: &Term, avoided: &str) -> String {
    match &term.prefer {
        Some(prefer) => format!("write \"{prefer}\""),
        None if find_phrase(&term.term, avoided).is_empty() => format!("write \"{}\"", term.term),
        None => "say it in everyday words".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    fn fixture(words: &str) -> Fixture {
        Fixture::new()
            .file(
                "glossary.yaml",
                "- { id: chronic-pain, term: chronic pain, prefer: long-lasting pain, avoid: [chronic], definition: Pain that lasts. }\n",
            )
            .text("Keep your room dark.", words)
    }

    #[test]
    fn jargon() {
        insta::assert_snapshot!(fixture("Chronic pain hurts.").shown("jargon"));
    }

    #[test]
    fn marked_terms_and_longer_words_are_no_jargon() {
        fixture("Your [chronic pain]{.term} is a chronicle.")
            .definition("  - references\n", "  - glossary\n  - references\n")
            .passes("jargon");
    }
}
