//! `unused-text`: texts of a handout that its definition does not use.

use super::Subject;
use crate::finding::{Finding, PlaceTarget};
use crate::resolve::OWN_KEYS;

/// Finds keys of the handout's text layer that no entry names.
pub(super) fn unused_text(subject: &Subject) -> Vec<Finding> {
    // Errors in the layer already have findings.
    let Ok(Some(layer)) = subject.handout.text(subject.language) else {
        return Vec::new();
    };
    let is_used = |key: &str| {
        OWN_KEYS.contains(&key)
            || subject
                .handout
                .definition
                .entries
                .iter()
                .chain(subject.entries.iter())
                .any(|entry| entry.key == key)
    };
    layer
        .entries
        .iter()
        .filter(|(key, _)| !is_used(key))
        .map(|(key, _)| {
            Finding::warning("unused-text", format!("nothing uses the text `{key}`"))
                .at(&layer.file, PlaceTarget::Key(layer.route_to(key)))
                .help("name it in the handout's `sections`, or remove it")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn unused_text() {
        let unused = Fixture::new().text("check:\n", "old-news: Not any more.\ncheck:\n");
        insta::assert_snapshot!(unused.shown("unused-text"));
    }

    #[test]
    fn words_of_the_leaflet_itself_are_used() {
        let words = "subtitle: For adults\nshort-title: Sleep\nclosing: Sleep well.\n";
        Fixture::new()
            .text("short-answer:\n", &format!("{words}short-answer:\n"))
            .passes("unused-text");
    }
}
