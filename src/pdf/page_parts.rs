//! Splits pages into parts, so that a reader's page can reuse finished ones.
//!
//! A page's content may be several streams (ISO 32000-1, 7.8.2). Pages of a prepared leaflet are
//! split at fixed places. A reader's page takes the first and last parts that are the same, and only
//! the rest between them is made anew. In a bundle such parts are written once.
//!
//! Where a page is split depends only on the prepared page and the reader's page. So the same row
//! always gives the same bytes.

use std::ops::Range;
use std::sync::Arc;

use lopdf::Dictionary;
use sha2::{Digest, Sha256};

use super::compress::Compressor;
use crate::layout::page::{Content, Element, ElementId, Item, Page, Tag};

/// A compressed content stream.
pub(super) struct ContentStream {
    pub compressed: Vec<u8>,
    pub sha256: [u8; 32],
}

impl ContentStream {
    pub fn new(content: &[u8], compressor: &mut Compressor) -> Arc<ContentStream> {
        let compressed = compressor.compress(content);
        let sha256 = Sha256::digest(&compressed).into();
        Arc::new(ContentStream { compressed, sha256 })
    }
}

/// A finished part of a page.
pub(super) struct Part {
    pub items: Range<usize>,
    /// Number of its first marked-content sequence.
    pub first: usize,
    pub marked: Vec<ElementId>,
    pub content: Arc<ContentStream>,
}

/// A page of a prepared leaflet.
pub(super) struct PreparedPage {
    pub page: Page,
    pub dictionary: Dictionary,
    pub parts: Vec<Part>,
}

/// Glyphs in a part, about. Shorter parts are reused more often, but compress less.
const PART_GLYPHS: usize = 500;
/// Glyphs that a shape or picture counts as.
const SHAPE_GLYPHS: usize = 20;

/// Splits items into parts of about equal length, each of whole marked-content sequences.
pub(super) fn split(items: &[Item]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut end, mut glyphs) = (0, 0, 0);
    for group in items.chunk_by(|one, next| one.tag == next.tag) {
        end += group.len();
        let weights = group.iter().map(|item| match &item.content {
            Content::Text(run) => run.glyphs.len(),
            Content::Shape(_) | Content::Raster(..) => SHAPE_GLYPHS,
        });
        glyphs += weights.sum::<usize>();
        if glyphs >= PART_GLYPHS {
            parts.push(start..end);
            (start, glyphs) = (end, 0);
        }
    }
    if start < end || parts.is_empty() {
        parts.push(start..end);
    }
    parts
}

/// Number of marked-content sequences in items.
pub(super) fn count_marked(items: &[Item]) -> usize {
    items
        .chunk_by(|one, next| one.tag == next.tag)
        .filter(|group| matches!(group[0].tag, Tag::Element(_)))
        .count()
}

/// Parts of a prepared page that a reader's page reuses.
pub(super) struct Reuse<'a> {
    pub head: &'a [Part],
    pub tail: &'a [Part],
    /// Items between them, which are made anew.
    pub rest: Range<usize>,
}

impl Reuse<'_> {
    pub fn nothing(page: &Page) -> Reuse<'static> {
        Reuse {
            head: &[],
            tail: &[],
            rest: 0..page.items.len(),
        }
    }

    /// Whether some content has to be made.
    pub fn has_rest(&self) -> bool {
        !self.rest.is_empty() || self.is_nothing()
    }

    pub fn is_nothing(&self) -> bool {
        self.head.is_empty() && self.tail.is_empty()
    }
}

impl PreparedPage {
    /// Finds the parts that a reader's page reuses. The structures are those of the two leaflets.
    pub fn reuse(&self, own: &[Element], page: &Page, structure: &[Element]) -> Reuse<'_> {
        let (items, prepared) = (&page.items[..], &self.page.items[..]);
        if page.size != self.page.size {
            return Reuse::nothing(page);
        }
        let is_same = |(one, other): (&Item, &Item)| {
            let role = |structure: &[Element], tag| match tag {
                Tag::Element(ElementId(id)) => structure.get(id as usize).map(|each| each.role),
                Tag::Artifact(_) => None,
            };
            one == other && role(own, one.tag) == role(structure, one.tag)
        };
        let are_same = |one: &[Item], other: &[Item]| {
            one.len() == other.len() && one.iter().zip(other).all(is_same)
        };
        // A marked-content sequence must not go on across the split.
        let is_split =
            |at: usize| at == 0 || at == items.len() || items[at - 1].tag != items[at].tag;

        let mut head = 0;
        let mut start = 0;
        for Part { items: part, .. } in &self.parts {
            let candidate = items.get(part.clone());
            let is_reused = candidate.is_some_and(|candidate| {
                are_same(&prepared[part.clone()], candidate) && is_split(part.end)
            });
            if !is_reused {
                break;
            }
            head += 1;
            start = part.end;
        }
        let mut tail = self.parts.len();
        let mut end = items.len();
        for Part {
            items: part, first, ..
        } in self.parts[head..].iter().rev()
        {
            let Some(from) = (items.len() + part.start).checked_sub(prepared.len()) else {
                break;
            };
            let is_reused = from >= start
                && are_same(&prepared[part.clone()], &items[from..end])
                && is_split(from)
                && count_marked(&items[..from]) == *first;
            if !is_reused {
                break;
            }
            tail -= 1;
            end = from;
        }
        // The only part of a page leaves the graphics state changed.
        if self.parts.len() == 1 && start < end {
            return Reuse::nothing(page);
        }
        Reuse {
            head: &self.parts[..head],
            tail: &self.parts[tail..],
            rest: start..end,
        }
    }
}
