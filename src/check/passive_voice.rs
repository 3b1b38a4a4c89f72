//! Sentences that do not say who does what.

use super::Subject;
use crate::finding::{Finding, Severity};

/// So many sentences of a hundred may be passive without a word: plain texts have some.
const MOST: usize = 10;

/// Finds the passive voice in English, if more than one sentence in ten has it: a form of "be" and a participle, with an
/// adverb or "not" between them at most. That a state is meant ("you are tired") is told by a list of
/// participles that are used as adjectives. It is a note: sometimes the passive is right.
pub fn passive_voice(subject: &Subject) -> Vec<Finding> {
    if !subject.is_in("en") {
        return Vec::new();
    }
    let sentences = subject.sentences();
    let mut findings = Vec::new();
    for sentence in &sentences {
        let words = sentence.words();
        for (index, (start, word)) in words.iter().enumerate() {
            if !is_be(&word.to_lowercase()) {
                continue;
            }
            // "Is not always told": look past up to two small words.
            let mut next = index + 1;
            while next < words.len()
                && next < index + 3
                && is_between(&words[next].1.to_lowercase())
            {
                next += 1;
            }
            let Some((end, participle)) = words.get(next) else {
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
            let finding = Finding {
                severity: Severity::Note,
                ..Finding::warning("passive-voice", message)
            };
            let help = "say who does what, as in \"We will call you\"";
            findings.push(sentence.locate_part(finding.help(help), range));
        }
    }
    if findings.len() * 100 <= sentences.len() * MOST {
        Vec::new()
    } else {
        findings
    }
}

fn is_be(word: &str) -> bool {
    matches!(
        word,
        "is" | "are"
            | "was"
            | "were"
            | "be"
            | "been"
            | "being"
            | "isn't"
            | "aren't"
            | "wasn't"
            | "weren't"
    )
}

fn is_between(word: &str) -> bool {
    word == "not"
        || word == "also"
        || word == "often"
        || word == "always"
        || word == "never"
        || (word.len() > 4 && word.ends_with("ly"))
}

/// Participles that are not made with "-ed".
const IRREGULAR: [&str; 29] = [
    "begun",
    "broken",
    "brought",
    "built",
    "caught",
    "chosen",
    "cut",
    "done",
    "drawn",
    "driven",
    "felt",
    "found",
    "given",
    "held",
    "hidden",
    "kept",
    "led",
    "lost",
    "put",
    "read",
    "seen",
    "sent",
    "shown",
    "spoken",
    "taken",
    "taught",
    "told",
    "understood",
    "written",
];

/// Participles that most often tell what something is like, or name it.
const ADJECTIVES: [&str; 46] = [
    "advanced",
    "allowed",
    "ashamed",
    "bloated",
    "blocked",
    "bored",
    "called",
    "closed",
    "concerned",
    "confused",
    "damaged",
    "depressed",
    "disabled",
    "exhausted",
    "finished",
    "inflamed",
    "interested",
    "known",
    "limited",
    "linked",
    "made",
    "meant",
    "mixed",
    "needed",
    "overweight",
    "pleased",
    "prepared",
    "proven",
    "qualified",
    "raised",
    "related",
    "relaxed",
    "retired",
    "scared",
    "set",
    "shared",
    "stressed",
    "supposed",
    "surprised",
    "swollen",
    "tired",
    "trained",
    "upset",
    "used",
    "worn",
    "worried",
];

fn is_participle(word: &str) -> bool {
    if ADJECTIVES.contains(&word) || word.contains('-') {
        return false;
    }
    IRREGULAR.contains(&word) || (word.len() > 4 && word.ends_with("ed") && !word.ends_with("eed"))
}

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
