//! Checks the references within a layout before anything is written.

use super::PdfError;
use crate::layout::page::{ElementId, Layout, LinkTarget, Tag};

/// Checks that a layout has the pages, elements and destinations that it names.
pub(super) fn check_references(layout: &Layout) -> Result<(), PdfError> {
    let element = |id: ElementId| (id.0 as usize) < layout.structure.len();
    let holds = |holds: bool, what: &'static str| {
        if holds {
            Ok(())
        } else {
            Err(PdfError::Dangling(what))
        }
    };
    for (index, node) in layout.structure.iter().enumerate() {
        let parent = match node.parent {
            Some(parent) => (parent.0 as usize) < index,
            None => index == 0,
        };
        holds(parent, "the parent of an element")?;
        let page = node
            .bounding_box
            .is_none_or(|(page, _)| page < layout.pages.len());
        holds(page, "the page of a figure")?;
    }
    holds(!layout.structure.is_empty(), "the root of the structure")?;
    for page in &layout.pages {
        let tagged = |tag: Tag| {
            matches!(tag, Tag::Artifact(_)) || matches!(tag, Tag::Element(id) if element(id))
        };
        holds(
            page.items.iter().all(|item| tagged(item.tag)),
            "the element of an item",
        )?;
        for link in &page.links {
            holds(
                element(link.element) && !link.areas.is_empty(),
                "the element of a link",
            )?;
            if let LinkTarget::Destination(destination) = link.target {
                holds(
                    destination < layout.destinations.len(),
                    "the destination of a link",
                )?;
            }
        }
    }
    let pages = layout
        .destinations
        .iter()
        .all(|destination| destination.page < layout.pages.len());
    holds(pages, "the page of a destination")?;
    let bookmarks = layout
        .outline
        .iter()
        .all(|bookmark| bookmark.destination < layout.destinations.len());
    holds(bookmarks, "the destination of a bookmark")
}
