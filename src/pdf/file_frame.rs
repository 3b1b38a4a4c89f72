//! Caches the frame of a file: page objects, tags, links, outline and metadata.
//!
//! Leaflets of a batch differ in words, but most have equal frames. Making a frame takes a third of
//! the time for a row. So each thread keeps the objects of the last frames.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::Metadata;
use super::object_writer::RecordedObjects;
use super::pages::is_transparent;
use super::prepared::RenderedPdf;
use super::struct_tree::{ListNumbering, list_numbering};
use crate::geometry::Size;
use crate::layout::page::{Bookmark, Destination, Element, ElementId, Layout, LinkArea, Panel};

/// Everything that a frame depends on.
#[derive(PartialEq)]
pub(super) struct FrameKey<'a> {
    /// Identity of the prepared fonts and pictures.
    resources: [u8; 32],
    metadata: Cow<'a, Metadata>,
    structure: Cow<'a, [Element]>,
    numbering: Vec<ListNumbering>,
    outline: Cow<'a, [Bookmark]>,
    destinations: Cow<'a, [Destination]>,
    pages: Vec<PageKey<'a>>,
}

#[derive(PartialEq)]
struct PageKey<'a> {
    size: Size,
    is_transparent: bool,
    parts: usize,
    marked: Cow<'a, [ElementId]>,
    links: Cow<'a, [LinkArea]>,
    panels: Cow<'a, [Panel]>,
}

impl<'a> FrameKey<'a> {
    pub(super) fn new(
        resources: [u8; 32],
        layout: &'a Layout,
        rendered: &'a RenderedPdf,
        metadata: &'a Metadata,
    ) -> FrameKey<'a> {
        let pages = layout.pages.iter().zip(&rendered.pages);
        FrameKey {
            resources,
            metadata: Cow::Borrowed(metadata),
            structure: layout.structure.as_slice().into(),
            numbering: list_numbering(layout),
            outline: layout.outline.as_slice().into(),
            destinations: layout.destinations.as_slice().into(),
            pages: pages
                .map(|(page, rendered)| PageKey {
                    size: page.size,
                    is_transparent: is_transparent(page),
                    parts: rendered.parts.len(),
                    marked: rendered.marked.as_slice().into(),
                    links: page.links.as_slice().into(),
                    panels: page.panels.as_slice().into(),
                })
                .collect(),
        }
    }

    fn into_owned(self) -> FrameKey<'static> {
        let owned_page = |page: PageKey| PageKey {
            marked: Cow::Owned(page.marked.into_owned()),
            links: Cow::Owned(page.links.into_owned()),
            panels: Cow::Owned(page.panels.into_owned()),
            ..page
        };
        FrameKey {
            metadata: Cow::Owned(self.metadata.into_owned()),
            structure: Cow::Owned(self.structure.into_owned()),
            outline: Cow::Owned(self.outline.into_owned()),
            destinations: Cow::Owned(self.destinations.into_owned()),
            pages: self.pages.into_iter().map(owned_page).collect(),
            ..self
        }
    }
}

/// Frames that a thread keeps; each takes some 30 KB.
const MAX_FRAMES: usize = 32;

/// The frames of the last leaflets, the oldest first.
#[derive(Default)]
pub(super) struct FileFrames(VecDeque<(FrameKey<'static>, RecordedObjects)>);

impl FileFrames {
    pub(super) fn find(&self, key: &FrameKey) -> Option<&RecordedObjects> {
        let found = self.0.iter().rev().find(|(known, _)| known == key)?;
        Some(&found.1)
    }

    pub(super) fn insert(&mut self, key: FrameKey, objects: RecordedObjects) {
        if self.0.len() == MAX_FRAMES {
            self.0.pop_front();
        }
        self.0.push_back((key.into_owned(), objects));
    }
}
