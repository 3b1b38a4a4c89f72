//! Faults of references that no handout cites. Those of the others are reported with the leaflet.

use std::collections::BTreeSet;

use super::WholeLibrary;
use crate::finding::Finding;

/// Finds faults of references that no handout cites.
pub(super) fn faulty_reference(library: &WholeLibrary) -> Vec<Finding> {
    let documents = library.subjects.iter().map(|subject| &subject.document);
    let cited: BTreeSet<&str> = documents
        .flat_map(|document| document.references())
        .map(|reference| reference.key.as_str())
        .collect();
    let bibliography = library.library.bibliography();
    bibliography
        .keys()
        .filter(|key| !cited.contains(key))
        .flat_map(|key| bibliography.findings(key).iter().cloned())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn faults_are_found_in_references_that_nothing_cites() {
        let more = "other-2019: { type: article, title: Other, author: John Smith, date: 2019 }\n";
        let faulty = Fixture::new().with(
            "references.yaml",
            "weak-2021:\n",
            &format!("{more}weak-2021:\n"),
        );
        let shown = faulty.shown("unclear-name");
        assert!(shown.contains("`John Smith` is printed whole"), "{shown}");
        let shown = faulty.shown("missing-field");
        assert!(shown.contains("the article is in no journal"), "{shown}");
    }
}
