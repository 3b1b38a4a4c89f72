//! Entries of the bibliography that nothing cites: neither a handout nor a claim.

use std::collections::BTreeSet;

use super::Whole;
use crate::document::BlockKind;
use crate::finding::Finding;

/// Finds references that nothing cites.
pub fn unused_reference(whole: &Whole) -> Vec<Finding> {
    let bibliography = whole.library.bibliography();
    let claims = whole.library.claims();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    if let Ok(Some(claims)) = claims {
        used.extend(
            claims
                .claims
                .iter()
                .flat_map(|claim| &claim.references)
                .map(String::as_str),
        );
    }
    let sections = whole
        .subjects
        .iter()
        .flat_map(|subject| &subject.document.sections);
    for block in sections.flat_map(|section| &section.blocks) {
        if let BlockKind::References(list) = &block.kind {
            used.extend(list.entries.iter().map(|reference| reference.key.as_str()));
        }
    }
    bibliography
        .keys()
        .filter(|key| !used.contains(key))
        .map(|key| {
            let finding = Finding::warning("unused-reference", format!("nothing cites `{key}`"))
                .help("cite it where it supports a statement, or take it out");
            Finding {
                place: bibliography.place(key),
                ..finding
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    const OTHER: &str = "weak-2021:\n  grade: C\n  type: article\n  title: A small study\n";

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
