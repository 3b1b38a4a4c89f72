//! Texts that nothing uses: a key in the handout's layer that its definition does not name.

use super::Subject;
use crate::finding::{Finding, PlaceTarget};

/// Keys of a text layer that are no blocks.
const OWN_KEYS: [&str; 5] = ["title", "subtitle", "short-title", "closing", "words"];

/// Finds keys of the handout's layer that no entry names.
pub fn unused_text(subject: &Subject) -> Vec<Finding> {
    // What is wrong with the layer itself has been told.
    let Ok(Some(layer)) = subject.handout.text(subject.language) else {
        return Vec::new();
    };
    let entries = || {
        subject
            .handout
            .definition
            .entries
            .iter()
            .chain(subject.entries.iter())
    };
    let is_used = |key: &str| OWN_KEYS.contains(&key) || entries().any(|entry| entry.key == key);
    layer
        .entries
        .iter()
        .filter(|(key, _)| !is_used(key))
        .map(|(key, _)| {
            Finding::warning("unused-text", format!("nothing uses the text `{key}`"))
                .at(&layer.file, PlaceTarget::Key(layer.route_to(key)))
                .help("name it in the handout's `sections`, or take it out")
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
