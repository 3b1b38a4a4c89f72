//! Early research that its words do not call so: a badge is easily overlooked, and not everyone knows
//! what it means.

use super::Subject;
use crate::document::Certainty;
use crate::finding::{Finding, PlaceTarget};
use crate::resolve::ProseMark;

/// Finds sections of early research whose text does not say so.
pub fn missing_certainty_words(subject: &Subject) -> Vec<Finding> {
    let words = subject.locale().phrases.early_research;
    let own = subject.document.words.certainty[Certainty::EarlyResearch.index()].to_lowercase();
    let mut findings = Vec::new();
    for entry in subject
        .entries
        .iter()
        .filter(|entry| entry.certainty == Some(Certainty::EarlyResearch))
    {
        let says_so = subject
            .passages
            .iter()
            .filter(|passage| passage.block == entry.key && passage.is_running())
            .any(|passage| {
                let text = passage.prose.as_str().to_lowercase();
                let badge = ProseMark::Badge(Certainty::EarlyResearch);
                text.contains(&own)
                    || words.iter().any(|words| text.contains(words))
                    || passage.prose.marks.iter().any(|(_, mark)| *mark == badge)
            });
        if !says_so {
            let message = format!(
                "the text of `{}` does not say that this is early research",
                entry.key
            );
            let help = format!("write it in words, as in \"This is {own}.\"");
            let place = PlaceTarget::Value(entry.route.key("certainty"), None);
            findings.push(
                Finding::warning("missing-certainty-words", message)
                    .at(&entry.file, place)
                    .help(help),
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
