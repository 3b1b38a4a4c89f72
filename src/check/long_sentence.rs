//! Sentences that are too long to hold in mind.

use super::Subject;
use crate::finding::Finding;

/// From one word more, a sentence is long.
const LONG: usize = 20;
/// From one word more, it is too long.
const TOO_LONG: usize = 30;

/// Finds sentences of more than twenty words; more than thirty are an error.
pub fn long_sentence(subject: &Subject) -> Vec<Finding> {
    let sentences = subject.sentences();
    let long = sentences
        .iter()
        .filter(|sentence| sentence.counts.words > LONG);
    long.map(|sentence| {
        let words = sentence.counts.words;
        let message = format!("this sentence has {words} words");
        let finding = if words > TOO_LONG {
            Finding::error("long-sentence", message)
        } else {
            Finding::warning("long-sentence", message)
        };
        sentence.locate(finding.help("make two of it, or a list: one thought a sentence"))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    /// So many words, as one sentence.
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
