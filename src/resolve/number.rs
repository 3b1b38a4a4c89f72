//! Numbers citations in reading order.

use std::collections::BTreeMap;

use crate::document::{Document, Inline};

/// Replaces the works of each citation by their numbers, sorted and without duplicates. The first work
/// cited is number 1. Returns the works in the order of their numbers.
pub(super) fn number_citations(document: &mut Document) -> Vec<u32> {
    let mut works = Vec::new();
    let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
    document.visit_inlines(&mut |inline| {
        let Inline::Citation(cited) = inline else {
            return;
        };
        for work in cited.iter_mut() {
            *work = *numbers.entry(*work).or_insert_with(|| {
                works.push(*work);
                u32::try_from(works.len()).unwrap_or(u32::MAX)
            });
        }
        cited.sort_unstable();
        cited.dedup();
    });
    works
}
