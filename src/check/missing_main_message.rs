//! A leaflet that does not begin with its main message.

use super::Subject;
use crate::finding::{Finding, PlaceTarget};
use crate::library::EntryKind;
use crate::source::Route;

/// Finds a leaflet that does not begin with its main message.
pub fn missing_main_message(subject: &Subject) -> Vec<Finding> {
    let is_main = |kind: &EntryKind| matches!(kind, EntryKind::Section { main_message: true });
    let Some(index) = subject
        .entries
        .iter()
        .position(|entry| is_main(&entry.kind))
    else {
        return vec![
            Finding::warning("missing-main-message", "the leaflet has no main message")
                .at(
                    &subject.handout.definition.file,
                    PlaceTarget::Key(Route::default().key("sections")),
                )
                .help("begin `sections` with `- section: short-answer` and `role: main-message`"),
        ];
    };
    if index == 0 {
        return Vec::new();
    }
    let entry = &subject.entries[index];
    vec![
        Finding::warning(
            "missing-main-message",
            "the main message does not come first",
        )
        .at(&entry.file, entry.place())
        .help("put it at the top of `sections`: some readers read no further"),
    ]
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
    fn a_main_message_at_the_top_is_all_that_is_asked() {
        Fixture::new().passes("missing-main-message");
    }
}
