//! A leaflet that does not begin with its main message.

use super::Subject;
use crate::finding::{Finding, PlaceTarget};
use crate::library::EntryKind;
use crate::source::Route;

/// Finds a leaflet that does not begin with its main message.
pub fn missing_main_message(subject: &Subject) -> Vec<Finding> {
    let is_main = |kind: &EntryKind| matches!(kind, EntryKind::Section { main_message: true });
    let Some(index) = subject.entries.iter().position(|entry| is_main(&entry.kind)) else {
        return vec![
            Finding::warning("missing-main-message", "the leaflet has no main message")
                .at(&subject.handout.definition.file, PlaceTarget::Key(Route::default().key("sections")))
                .help("begin `sections` with `- section: short-answer` and `role: main-message`"),
        ];
    };
    if index == 0 {
        return Vec::new();
    }
    let entry = &subject.entries[index];
    vec![
        Finding::warning("missing-main-message", "the main message does not come first")
            .at(&entry.file, entry.place())
            .help("put it at the top of `sections`: some readers read no further"),
    ]
}
