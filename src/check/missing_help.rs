//! A leaflet without a call-out that says when to get help.

use super::{Passage, Subject};
use crate::document::CalloutKind;
use crate::finding::{Finding, PlaceTarget};
use crate::library::EntryKind;
use crate::source::Route;

/// Finds a leaflet without a call-out that says when to get help: an emergency, or a caution that tells
/// the reader to get in touch.
pub fn missing_help(subject: &Subject) -> Vec<Finding> {
    let words = subject.locale().phrases.get_help;
    let says = |passage: &Passage| {
        let text = passage.prose.as_str().to_lowercase();
        // Of a language that is not known, a telephone number says it.
        let has_number = subject.clinic.phones.iter().any(|phone| {
            let digits = |text: &str| {
                text.chars()
                    .filter(char::is_ascii_digit)
                    .collect::<String>()
            };
            digits(&text).contains(&digits(phone))
        });
        has_number || words.iter().any(|words| text.contains(words))
    };
    let helps = subject.entries.iter().any(|entry| match entry.kind {
        EntryKind::Callout(CalloutKind::Emergency) => true,
        EntryKind::Callout(CalloutKind::Caution) => subject
            .passages
            .iter()
            .filter(|passage| passage.block == entry.key)
            .any(says),
        _ => false,
    });
    if helps {
        return Vec::new();
    }
    vec![
        Finding::warning("missing-help", "no call-out says when to get help")
            .at(
                &subject.handout.definition.file,
                PlaceTarget::Key(Route::default().key("sections")),
            )
            .help("add one, as in `- callout: check` with `kind: caution`"),
    ]
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn missing_help() {
        let silent = Fixture::new()
            .text(
                "Call your clinic if you stop breathing in your sleep.",
                "Do not drive when sleepy.",
            )
            .text("title: call us", "title: driving");
        insta::assert_snapshot!(silent.shown("missing-help"));
    }

    #[test]
    fn an_emergency_is_a_reason_to_get_help() {
        Fixture::new()
            .text(
                "Call your clinic if you stop breathing in your sleep.",
                "Chest pain.",
            )
            .definition("kind: caution", "kind: emergency")
            .passes("missing-help");
    }
}
