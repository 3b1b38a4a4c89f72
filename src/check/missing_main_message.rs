//! `missing-main-message`: leaflets that do not begin with their main message.

use super::Subject;
use crate::finding::Finding;
use crate::library::EntryKind;

/// Reports a leaflet that has no main message, or has it in a later place.
pub(super) fn missing_main_message(subject: &Subject) -> Vec<Finding> {
    let main_message = EntryKind::Section { main_message: true };
    let index = subject
        .entries
        .iter()
        .position(|entry| entry.kind == main_message);
    match index {
        Some(0) => Vec::new(),
        Some(index) => {
            let entry = &subject.entries[index];
            let message = "the main message does not come first";
            vec![
                Finding::warning("missing-main-message", message)
                    .at(&entry.file, entry.place())
                    .help("put it first in `sections`: some people read no further"),
            ]
        }
        None => {
            let message = "the leaflet has no main message";
            let finding = Finding::warning("missing-main-message", message)
                .help("begin `sections` with `- section: short-answer` and `role: main-message`");
            vec![subject.locate_at_sections(finding)]
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    const MAIN: &str = "  - section: short-answer\n    role: main-message\n";

    #[test]
    fn missing_main_message() {
        let none = Fixture::new()
            .definition("\n    role: main-message", "")
            .text("  actions:\n    - Get up at the same time each day.\n", "");
        insta::assert_snapshot!(none.shown("missing-main-message"));
        let late = Fixture::new()
            .definition(MAIN, "")
            .definition("  - references\n", &format!("{MAIN}  - references\n"));
        insta::assert_snapshot!(late.shown("missing-main-message"));
    }

    #[test]
    fn a_main_message_at_the_top_passes() {
        Fixture::new().passes("missing-main-message");
    }
}
