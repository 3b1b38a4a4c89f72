//! A clinic's leaflet compared with the library's.

use super::{LeafletRequest, document};
use crate::customize::leaflet::{BlockDifference, compare};
use crate::finding::Finding;
use crate::library::Handout;
use crate::resolve::{JobData, Resolved};

/// A clinic's leaflet, and the blocks that the library's has differently.
pub(crate) struct Comparison {
    pub(crate) ours: Resolved,
    pub(crate) blocks: Vec<BlockDifference>,
}

/// Compares the leaflet of a request with the one that the library's handout gives the same clinic without its changes.
pub(crate) fn compare_with_library(
    request: &LeafletRequest,
    handout: &Handout,
    data: &JobData,
) -> Result<Comparison, Vec<Finding>> {
    // The same clinic without its text layer: the differences are its changes.
    let mut unchanged = request.clinic.clone();
    unchanged.text.clear();
    unchanged.sections.clear();
    let library_request = LeafletRequest {
        handout,
        clinic: &unchanged,
        ..request.clone()
    };
    let ours = document(request, data)?;
    let theirs = document(&library_request, data)?;
    let sections = request.clinic.sections.get(&request.handout.definition.id);
    let moves = sections.into_iter().flat_map(|changes| &changes.moves);
    let moved: Vec<&str> = moves.map(|(key, ..)| key.as_str()).collect();
    let blocks = compare(&theirs, &ours, &moved);
    Ok(Comparison { ours, blocks })
}
