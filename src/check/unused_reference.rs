//! `unused-reference`: entries of the bibliography that no handout and no claim cites.

use std::collections::BTreeSet;

use super::WholeLibrary;
use crate::finding::Finding;

/// Finds references that nothing cites.
pub(super) fn unused_reference(library: &WholeLibrary) -> Vec<Finding> {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    if let Ok(Some(claims)) = library.library.claims() {
        let references = claims.claims.iter().flat_map(|claim| &claim.references);
        used.extend(references.map(String::as_str));
    }
    for subject in library.subjects {
        let references = subject.document.references();
        used.extend(references.map(|reference| reference.key.as_str()));
    }
    let bibliography = library.library.bibliography();
    bibliography
        .keys()
        .filter(|key| !used.contains(key))
        .map(|key| {
            Finding::warning("unused-reference", format!("nothing cites `{key}`"))
                .help("cite it where it supports a statement, or remove it")
                .in_place(bibliography.place(key))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    const OTHER: &str = "weak-2021:\n  grade: C\n  type: report\n  title: A small study\n";

    #[test]
    fn unused_reference() {
        let more = format!("other-2019:\n  type: book\n  title: Other\n{OTHER}");
        let unused = Fixture::new().with("references.yaml", OTHER, &more);
        insta::assert_snapshot!(unused.shown("unused-reference"));
    }

    #[test]
    fn a_reference_of_a_claim_is_used() {
        let more = format!("other-2019:\n  type: book\n  title: Other\n{OTHER}");
        Fixture::new()
            .with("references.yaml", OTHER, &more)
            .with(
                "claims.yaml",
                "references: [weak-2021]",
                "references: [weak-2021, other-2019]",
            )
            .passes("unused-reference");
    }
}
