//! Words that the glossary says not to use.

use super::Subject;
use super::phrase::find_phrase;
use crate::finding::Finding;
use crate::resolve::ProseMark;

/// Finds words of a glossary entry's `avoid` wherever a reader meets them, text alternatives included.
/// Where the word stands as a marked term, or in the glossary itself, it is being explained.
pub fn jargon(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    for passage in subject
        .passages
        .iter()
        .filter(|passage| passage.part != "definition")
    {
        let text = passage.prose.as_str();
        let is_term = |at: usize| {
            passage
                .prose
                .marks
                .iter()
                .any(|(range, mark)| *mark == ProseMark::Term && range.contains(&at))
        };
        for term in &subject.terms {
            for avoided in &term.avoid {
                for range in find_phrase(text, avoided) {
                    if is_term(range.start) || !passage.prose.is_authored(range.start) {
                        continue;
                    }
                    let finding = Finding::warning(
                        "jargon",
                        format!("`{avoided}` is a word for professionals"),
                    );
                    let finding = match &term.prefer {
                        Some(prefer) => finding.help(format!("write \"{prefer}\"")),
                        None if find_phrase(&term.term, avoided).is_empty() => {
                            finding.help(format!("write \"{}\"", term.term))
                        }
                        None => finding.help("say it in everyday words"),
                    };
                    findings.push(passage.prose.locate(finding, range));
                }
            }
        }
    }
    findings
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
