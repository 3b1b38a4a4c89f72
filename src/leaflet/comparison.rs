//! A clinic's leaflet compared with the library's.

use std::sync::Arc;

use super::{LeafletRequest, document};
use crate::customize::as_written::{add_as_written, add_unseen_sections};
use crate::customize::leaflet::{BlockDifference, block_names, compare};
use crate::customize::{Override, leaflet_overrides};
use crate::finding::Finding;
use crate::library::{Handout, TextLayer};
use crate::resolve::{JobData, Resolved};

/// A clinic's leaflet, and the blocks that the library's has differently, for this reader or for another.
pub(crate) struct Comparison {
    pub(crate) ours: Resolved,
    pub(crate) blocks: Vec<BlockDifference>,
    /// The clinic's texts that the leaflet may show.
    pub(crate) overrides: Vec<Override>,
}

/// Compares the leaflet of a request with the one that the library's handout gives the same clinic without its changes.
pub(crate) fn compare_with_library(
    request: &LeafletRequest,
    handout: &Handout,
    data: &JobData,
) -> Result<Comparison, Vec<Finding>> {
    // The same clinic without its text layer: the differences are its changes.
    let unchanged = request.clinic.without_changes(&request.handout.definition);
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
    let mut blocks = compare(&theirs, &ours, &moved);
    let overrides = overrides(request)?;
    let names = block_names(&ours);
    add_as_written(&mut blocks, &overrides, &names);
    if let Some(changes) = sections {
        add_unseen_sections(&mut blocks, changes, &names);
    }
    Ok(Comparison {
        ours,
        blocks,
        overrides,
    })
}

/// Returns the clinic's texts that the leaflet of a request may show.
fn overrides(request: &LeafletRequest) -> Result<Vec<Override>, Vec<Finding>> {
    let LeafletRequest {
        library,
        handout,
        clinic,
        language,
        ..
    } = request;
    let layer = |layer: Option<TextLayer>| -> Vec<Arc<TextLayer>> {
        layer.into_iter().map(Arc::new).collect()
    };
    let shared = layer(library.shared_text(language)?);
    let own = layer(handout.text(language)?);
    let definition = &handout.definition;
    let tags = clinic.texts(language);
    let found = tags
        .flat_map(|(tag, _)| leaflet_overrides(library, clinic, tag, definition, &shared, &own));
    Ok(found.collect())
}
