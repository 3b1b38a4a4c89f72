//! `missing-certainty-words`: sections about early research that do not say so in words.
//!
//! Readers easily miss a badge, and not everyone knows its meaning.

use super::Subject;
use crate::document::Certainty;
use crate::finding::Finding;
use crate::resolve::ProseMark;

/// Finds sections with the certainty "early research" and a text that does not say it.
pub(super) fn missing_certainty_words(subject: &Subject) -> Vec<Finding> {
    let phrases = subject.locale().phrases.early_research;
    let label = subject.certainty_label(Certainty::EarlyResearch);
    let mut findings = Vec::new();
    for entry in subject.entries.iter() {
        if entry.certainty != Some(Certainty::EarlyResearch) {
            continue;
        }
        let says_so = subject
            .block(&entry.key)
            .filter(|passage| passage.is_running_text())
            .any(|passage| {
                let text = passage.prose.as_str().to_lowercase();
                let badge = ProseMark::Badge(Certainty::EarlyResearch);
                text.contains(&label)
                    || phrases.iter().any(|phrase| text.contains(phrase))
                    || passage.prose.marks.iter().any(|(_, mark)| *mark == badge)
            });
        if !says_so {
            let message = format!(
                "the text of `{}` does not say that this is early research",
                entry.key
            );
            findings.push(
                Finding::warning("missing-certainty-words", message)
                    .at_value(&entry.file, entry.route.key("certainty"))
                    .help(format!("say it in words: \"This is {label}.\"")),
            );
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn missing_certainty_words() {
        let silent = Fixture::new().text("This is early research.", "This is new.");
        insta::assert_snapshot!(silent.shown("missing-certainty-words"));
    }

    #[test]
    fn other_words_say_the_same() {
        let words = "Scientists do not know yet if it works.";
        Fixture::new()
            .text("This is early research.", words)
            .passes("missing-certainty-words");
        let badge = "This is [new]{.early-research}.";
        Fixture::new()
            .text("This is early research.", badge)
            .passes("missing-certainty-words");
    }
}
