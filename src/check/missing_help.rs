//! `missing-help`: leaflets that do not say when to get help.

use super::{Passage, Subject};
use crate::document::CalloutKind;
use crate::finding::Finding;
use crate::library::EntryKind;

/// Reports a leaflet without an emergency call-out, and without a caution that asks the reader
/// to get in touch.
pub(super) fn missing_help(subject: &Subject) -> Vec<Finding> {
    let says_when = subject.entries.iter().any(|entry| match entry.kind {
        EntryKind::Callout(CalloutKind::Emergency) => true,
        EntryKind::Callout(CalloutKind::Caution) => subject
            .block(&entry.key)
            .any(|passage| asks_to_get_in_touch(subject, passage)),
        _ => false,
    });
    if says_when {
        return Vec::new();
    }
    let finding = Finding::warning("missing-help", "no call-out says when to get help")
        .help("add one, such as `- callout: check` with `kind: caution`");
    vec![subject.locate_at_sections(finding)]
}

/// Returns whether a passage has words for getting help, or a telephone number of the clinic.
fn asks_to_get_in_touch(subject: &Subject, passage: &Passage) -> bool {
    let text = passage.prose.as_str().to_lowercase();
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let has_phone = subject
        .clinic
        .phones
        .iter()
        .any(|phone| digits(&text).contains(&digits(phone)));
    let phrases = subject.locale().phrases.get_help;
    has_phone || phrases.iter().any(|phrase| text.contains(phrase))
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
