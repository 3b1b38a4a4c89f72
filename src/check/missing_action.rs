//! A leaflet that names nothing that the reader can do.

use super::Subject;
use crate::document::SectionRole;
use crate::finding::{Finding, PlaceTarget};
use crate::library::EntryKind;
use crate::source::Route;

/// Finds a leaflet that names nothing that the reader can do.
pub fn missing_action(subject: &Subject) -> Vec<Finding> {
    let is_tool = |kind: &EntryKind| matches!(kind, EntryKind::Checklist | EntryKind::Steps);
    let main = subject.main_message();
    let has_actions = main.is_some_and(
        |main| matches!(&main.role, SectionRole::MainMessage { actions, .. } if !actions.is_empty()),
    );
    if has_actions || subject.entries.iter().any(|entry| is_tool(&entry.kind)) {
        return Vec::new();
    }
    let finding = Finding::warning(
        "missing-action",
        "the leaflet names nothing that the reader can do",
    )
    .help("add `actions` to the main message, or steps, or a checklist");
    vec![match main.and_then(|main| subject.entry(&main.key)) {
        Some(entry) => finding.at(&entry.file, entry.place()),
        None => finding.at(
            &subject.handout.definition.file,
            PlaceTarget::Key(Route::default().key("sections")),
        ),
    }]
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    const ACTIONS: &str = "  actions:\n    - Get up at the same time each day.\n";

    #[test]
    fn missing_action() {
        insta::assert_snapshot!(Fixture::new().text(ACTIONS, "").shown("missing-action"));
    }

    #[test]
    fn steps_are_something_to_do() {
        Fixture::new()
            .text(
                ACTIONS,
                "steps:\n  heading: Steps\n  items: [Get up early.]\n",
            )
            .definition("  - references", "  - steps: steps\n  - references")
            .passes("missing-action");
    }
}
