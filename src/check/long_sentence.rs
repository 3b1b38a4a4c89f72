//! `long-sentence`: sentences that are too long to understand in one reading.

use super::Subject;
use crate::finding::{Finding, Severity};

const MAX_WORDS: usize = 20;
/// A sentence with more words is an error.
const MAX_WORDS_TO_PRINT: usize = 30;

/// Finds sentences of more than 30 words.
pub(crate) fn very_long_sentences(subject: &Subject) -> Vec<Finding> {
    let mut findings = long_sentence(subject);
    findings.retain(|finding| finding.severity == Severity::Error);
    findings
}

/// Finds sentences of more than 20 words (a warning) or more than 30 (an error).
pub(super) fn long_sentence(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    for sentence in subject.sentences() {
        let words = sentence.counts.words;
        let message = format!("this sentence has {words} words");
        let finding = match words {
            _ if words <= MAX_WORDS => continue,
            _ if words <= MAX_WORDS_TO_PRINT => Finding::warning("long-sentence", message),
            _ => Finding::error("long-sentence", message),
        };
        let help = "make two sentences or a list of it: one thought per sentence";
        findings.push(sentence.locate(finding.help(help)));
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    /// A sentence with this number of words.
    fn sentence(words: usize) -> String {
        format!("So{}.", " we".repeat(words - 1))
    }

    #[test]
    fn long_sentence() {
        let text = format!(
            "Keep your room dark. {} {} Keep",
            sentence(21),
            sentence(31)
        );
        let fixture = Fixture::new().text("Keep your room dark. Keep", &text);
        insta::assert_snapshot!(fixture.shown("long-sentence"));
    }

    #[test]
    fn twenty_words_are_not_long() {
        Fixture::new()
            .text("Keep it cool too.", &sentence(20))
            .passes("long-sentence");
    }

    #[test]
    fn items_end_a_sentence() {
        let words = sentence(15).trim_end_matches('.').to_owned();
        let list = format!("{words}:\n\n    - {words}\n    - {words}");
        Fixture::new()
            .text("Keep it cool too.", &list)
            .passes("long-sentence");
    }
}
