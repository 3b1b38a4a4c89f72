//! `passive-voice`: sentences that do not say who acts.

use super::Subject;
use crate::finding::Finding;
use crate::locale::lists;

/// Share of passive clauses that a plain text may have, in percent of its sentences.
const MAX_PERCENT: usize = 10;

/// Finds the passive voice in English, if more than one sentence in ten has it.
///
/// A passive is a form of "be" and a participle, with at most two adverbs between them. A list of
/// participles that act as adjectives, as in "you are tired", avoids most false findings. The
/// finding is a note, because the passive is sometimes right.
pub(super) fn passive_voice(subject: &Subject) -> Vec<Finding> {
    if !subject.is_in("en") {
        return Vec::new();
    }
    let sentences = subject.sentences();
    let mut findings = Vec::new();
    for sentence in &sentences {
        let words = sentence.words();
        for (index, (start, word)) in words.iter().enumerate() {
            if !lists(FORMS_OF_BE, &word.to_lowercase()) {
                continue;
            }
            let adverbs = words[index + 1..]
                .iter()
                .take(2)
                .take_while(|(_, word)| is_adverb(&word.to_lowercase()))
                .count();
            let Some((end, participle)) = words.get(index + 1 + adverbs) else {
                continue;
            };
            if !is_participle(&participle.to_lowercase()) {
                continue;
            }
            let range = start.start..end.end;
            let message = format!(
                "`{}` does not say who does it",
                &sentence.text()[range.clone()]
            );
            let finding = Finding::note("passive-voice", message)
                .help("say who does what: \"We will call you\"");
            findings.push(sentence.locate_part(finding, range));
        }
    }
    if findings.len() * 100 <= sentences.len() * MAX_PERCENT {
        return Vec::new();
    }
    findings
}

fn is_adverb(word: &str) -> bool {
    matches!(word, "not" | "also" | "often" | "always" | "never")
        || (word.len() > 4 && word.ends_with("ly"))
}

fn is_participle(word: &str) -> bool {
    if lists(ADJECTIVES, word) || word.contains('-') {
        return false;
    }
    lists(IRREGULAR_PARTICIPLES, word)
        || (word.len() > 4 && word.ends_with("ed") && !word.ends_with("eed"))
}

/// Like all word lists here, separated by spaces.
const FORMS_OF_BE: &str = "is are was were be been being isn't aren't wasn't weren't";

/// Participles that do not end in "-ed".
const IRREGULAR_PARTICIPLES: &str = "begun broken brought built caught chosen cut done drawn \
    driven felt found given held hidden kept led lost put read seen sent shown spoken taken \
    taught told understood written";

/// Participles that mostly describe a state or name something.
const ADJECTIVES: &str = "advanced allowed ashamed bloated blocked bored called closed concerned \
    confused damaged depressed disabled exhausted finished inflamed interested known limited \
    linked made meant mixed needed overweight pleased prepared proven qualified raised related \
    relaxed retired scared set shared stressed supposed surprised swollen tired trained upset \
    used worn worried";

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn passive_voice() {
        let words = "You will not always be told why. Lamps were removed.";
        insta::assert_snapshot!(
            Fixture::new()
                .text("Keep your room dark.", words)
                .shown("passive-voice")
        );
    }

    #[test]
    fn one_in_a_text_may_be_right() {
        Fixture::new()
            .text(
                "Keep your room dark.",
                "Lamps were removed. You can rest. You can read a book in bed. You can get up.",
            )
            .passes("passive-voice");
    }

    #[test]
    fn states_are_not_passive() {
        let words = "You are tired. It is called a flare. It is bad indeed. We moved it. You have been well.";
        Fixture::new()
            .text("Keep your room dark.", words)
            .passes("passive-voice");
    }
}
