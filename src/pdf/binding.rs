//! All of a file but its streams, kept for the next file that has the same.
//!
//! Leaflets in which only words were exchanged have the same pages, links, structure and outline, object
//! by object; what differs is what their content streams show. So the objects that are no streams
//! are spelled and compressed once for many readers.

use std::collections::VecDeque;
use std::sync::Arc;

use super::plate::Plate;
use super::write::{Packing, Ref};
use super::{MOST_KINDS, MOST_LAYOUTS, Metadata, is_transparent};
use crate::layout::page::{Bookmark, Destination, Element, ElementId, Layout, Page};

/// The numbers of the objects that lead to all others.
#[derive(Clone)]
pub(super) struct Roots {
    /// The content streams, of all pages in order.
    pub contents: Vec<Ref>,
    /// The XMP packet.
    pub packet: Ref,
    pub catalog: Ref,
    pub information: Ref,
}

/// What a file has besides its streams, with all that it depends on.
struct Binding {
    /// Of its base.
    identity: [u8; 32],
    metadata: Metadata,
    pages: Vec<BoundPage>,
    structure: Arc<Vec<Element>>,
    outline: Arc<Vec<Bookmark>>,
    destinations: Arc<Vec<Destination>>,
    bound: Arc<Bound>,
}

/// What a file has besides its streams.
pub(super) struct Bound {
    pub roots: Roots,
    pub packing: Packing,
}

/// What a page's objects depend on.
struct BoundPage {
    page: Arc<Page>,
    streams: usize,
    marked: Vec<ElementId>,
}

impl BoundPage {
    fn new(page: &Arc<Page>, plate: &Plate) -> BoundPage {
        BoundPage {
            page: Arc::clone(page),
            streams: plate.streams.len(),
            marked: plate.marked.clone(),
        }
    }

    fn is_for(&self, page: &Arc<Page>, plate: &Plate) -> bool {
        let is_same_page = || {
            let (one, other) = (&*self.page, &**page);
            one.size == other.size
                && one.links == other.links
                && is_transparent(one) == is_transparent(other)
        };
        self.streams == plate.streams.len()
            && self.marked == plate.marked
            && (Arc::ptr_eq(&self.page, page) || is_same_page())
    }
}

/// The bindings that a thread made lately, the oldest first.
#[derive(Default)]
pub(super) struct Bindings(VecDeque<Binding>);

impl Bindings {
    /// What a file has besides its streams, if it was made before. Its fonts and pictures have to be
    /// those of its base.
    pub fn find(
        &self,
        identity: &[u8; 32],
        metadata: &Metadata,
        layout: &Layout,
        plates: &[Arc<Plate>],
    ) -> Option<Arc<Bound>> {
        let is_known = |binding: &&Binding| {
            // Structures that are the same in memory belong to layouts that differ in words alone: list
            // labels, from which the numbering of a list is told, are the same too.
            Arc::ptr_eq(&binding.structure, &layout.structure)
                && Arc::ptr_eq(&binding.outline, &layout.outline)
                && Arc::ptr_eq(&binding.destinations, &layout.destinations)
                && binding.identity == *identity
                && binding.metadata == *metadata
                && binding.pages.len() == layout.pages.len()
                && (binding.pages.iter().zip(&layout.pages).zip(plates))
                    .all(|((bound, page), plate)| bound.is_for(page, plate))
        };
        self.0
            .iter()
            .rev()
            .find(is_known)
            .map(|binding| Arc::clone(&binding.bound))
    }

    /// Keeps what a file has besides its streams.
    pub fn keep(
        &mut self,
        identity: &[u8; 32],
        metadata: &Metadata,
        layout: &Layout,
        plates: &[Arc<Plate>],
        bound: Bound,
    ) {
        let is_of_base = |other: &Binding| other.identity == *identity;
        if self.0.iter().filter(|other| is_of_base(other)).count() >= MOST_LAYOUTS {
            let oldest = self.0.iter().position(is_of_base);
            oldest.and_then(|oldest| self.0.remove(oldest));
        } else if self.0.len() >= MOST_KINDS {
            self.0.pop_front();
        }
        let pages = layout.pages.iter().zip(plates);
        self.0.push_back(Binding {
            identity: *identity,
            metadata: metadata.clone(),
            pages: pages
                .map(|(page, plate)| BoundPage::new(page, plate))
                .collect(),
            structure: Arc::clone(&layout.structure),
            outline: Arc::clone(&layout.outline),
            destinations: Arc::clone(&layout.destinations),
            bound: Arc::new(bound),
        });
    }
}
