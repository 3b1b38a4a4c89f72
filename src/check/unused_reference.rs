//! Entries of the bibliography that nothing cites: neither a handout nor a claim.

use std::collections::BTreeSet;

use super::Whole;
use crate::document::BlockKind;
use crate::finding::{Finding, PlaceTarget};
use crate::source::Route;

/// Finds references that nothing cites.
pub fn unused_reference(whole: &Whole) -> Vec<Finding> {
    let bibliography = whole.library.bibliography();
    let Some(file) = bibliography.file() else { return Vec::new() };
    let claims = whole.library.claims();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    if let Ok(Some(claims)) = claims {
        used.extend(claims.claims.iter().flat_map(|claim| &claim.references).map(String::as_str));
    }
    let sections = whole.subjects.iter().flat_map(|subject| &subject.document.sections);
    for block in sections.flat_map(|section| &section.blocks) {
        if let BlockKind::References(list) = &block.kind {
            used.extend(list.entries.iter().map(|reference| reference.key.as_str()));
        }
    }
    bibliography
        .keys()
        .filter(|key| !used.contains(key))
        .map(|key| {
            Finding::warning("unused-reference", format!("nothing cites `{key}`"))
                .at(file, PlaceTarget::Key(Route::default().key(key)))
                .help("cite it where it supports a statement, or take it out")
        })
        .collect()
}
