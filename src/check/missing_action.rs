//! `missing-action`: leaflets without anything for the reader to do.

use super::Subject;
use crate::document::SectionRole;
use crate::finding::Finding;
use crate::library::EntryKind;

/// Reports a leaflet without actions, steps, a checklist or a form.
pub(super) fn missing_action(subject: &Subject) -> Vec<Finding> {
    let main_message = subject.main_message();
    let has_actions = main_message.is_some_and(
        |main| matches!(&main.role, SectionRole::MainMessage { actions, .. } if !actions.is_empty()),
    );
    let has_tool = subject.entries.iter().any(|entry| {
        matches!(
            entry.kind,
            EntryKind::Checklist | EntryKind::Steps | EntryKind::Form
        )
    });
    if has_actions || has_tool {
        return Vec::new();
    }
    let message = "the leaflet names nothing that the reader can do";
    let finding = Finding::warning("missing-action", message)
        .help("add `actions` to the main message, or steps, or a checklist");
    vec![
        match main_message.and_then(|main| subject.entry(&main.key)) {
            Some(entry) => finding.at(&entry.file, entry.place()),
            None => subject.locate_at_sections(finding),
        },
    ]
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
