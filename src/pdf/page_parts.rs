//! Splits pages into parts and keeps finished parts.
//!
//! The pages of two readers differ in a few words. The content of a page may be several streams
//! (ISO 32000-1, 7.8.2). So pages with reader data are split, and equal parts of later leaflets are
//! reused. A bundle contains such parts once. Where a page is split depends only on the page.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use lopdf::Dictionary;
use sha2::{Digest, Sha256};

use super::compress::Compressor;
use super::pdf_builder::BuiltPage;
use super::prepared::Coverage;
use crate::geometry::{Point, Size};
use crate::layout::page::{Content, Element, ElementId, Item, Layout, Role, Tag};

/// A part of a page, or a whole one.
pub(super) struct PagePart<'a> {
    /// Counted from 0.
    pub page: usize,
    pub size: Size,
    pub items: &'a [Item],
    /// Number of its first marked-content sequence.
    pub first: usize,
    /// Whether it is the whole page.
    pub is_only: bool,
}

/// Approximate number of glyphs in a part. Shorter parts are reused more often, but compress less.
const PART_GLYPHS: usize = 350;
/// Glyphs that a shape or picture counts as.
const SHAPE_GLYPHS: usize = 20;

/// Splits the pages of a layout. Pages without reader data stay whole.
pub(super) fn split_pages(layout: &Layout, coverage: Coverage) -> Vec<PagePart<'_>> {
    let mut parts = Vec::new();
    for (index, page) in layout.pages.iter().enumerate() {
        let ranges = match coverage {
            Coverage::Layout => std::iter::once(0..page.items.len()).collect(),
            Coverage::LayoutAndLatin => split(&page.items),
        };
        let is_only = ranges.len() == 1;
        let mut first = 0;
        for range in ranges {
            let items = &page.items[range];
            parts.push(PagePart {
                page: index,
                size: page.size,
                items,
                first,
                is_only,
            });
            first += count_marked(items);
        }
    }
    parts
}

/// Splits items into parts of about equal length, each of whole marked-content sequences.
fn split(items: &[Item]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut end, mut glyphs) = (0, 0, 0);
    for group in items.chunk_by(|one, next| one.tag == next.tag) {
        end += group.len();
        let weights = group.iter().map(|item| match &item.content {
            Content::Text(run) => run.glyphs.len(),
            Content::Shape(_) | Content::Raster(..) | Content::Graphic(_) => SHAPE_GLYPHS,
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

fn count_marked(items: &[Item]) -> usize {
    items
        .chunk_by(|one, next| one.tag == next.tag)
        .filter(|group| matches!(group[0].tag, Tag::Element(_)))
        .count()
}

/// A compressed content stream.
pub(super) struct ContentStream {
    pub compressed: Vec<u8>,
    pub sha256: [u8; 32],
}

/// A part, ready to be written.
pub(super) struct FinishedPart {
    /// The page object as printpdf made it.
    pub dictionary: Dictionary,
    pub content: ContentStream,
    /// Element of each marked-content sequence.
    pub marked: Vec<ElementId>,
}

impl FinishedPart {
    pub(super) fn new(
        built: BuiltPage,
        marked: Vec<ElementId>,
        compressor: &mut Compressor,
    ) -> FinishedPart {
        let compressed = compressor.compress(&built.content);
        let sha256 = Sha256::digest(&compressed).into();
        FinishedPart {
            dictionary: built.dictionary,
            content: ContentStream { compressed, sha256 },
            marked,
        }
    }
}

/// Finished parts by everything that they depend on.
#[derive(Default)]
pub(super) struct FinishedParts {
    by_key: HashMap<PartKey, Vec<KnownPart>>,
    count: usize,
}

/// Hash key of a part. Different parts may have the same key.
#[derive(PartialEq, Eq, Hash)]
struct PartKey {
    /// Hash of the fonts and pictures that it uses.
    resources: [u8; 32],
    first: usize,
    is_only: bool,
    items: usize,
    /// Bits of the page size and of the first and last position.
    lengths: [u32; 6],
}

struct KnownPart {
    items: Vec<Item>,
    roles: Vec<Role>,
    finished: Arc<FinishedPart>,
}

/// Maximum number of cached parts per thread.
const MAX_PARTS: usize = 500;

impl FinishedParts {
    pub(super) fn find(
        &self,
        part: &PagePart,
        structure: &[Element],
        resources: [u8; 32],
    ) -> Option<Arc<FinishedPart>> {
        let candidates = self.by_key.get(&part.key(resources))?;
        let is_same = |known: &&KnownPart| {
            let mut pairs = known.items.iter().zip(part.items);
            pairs.all(|(one, other)| is_same(one, other))
                && known.roles == roles(&known.finished.marked, structure)
        };
        let known = candidates.iter().find(is_same)?;
        Some(Arc::clone(&known.finished))
    }

    pub(super) fn insert(
        &mut self,
        part: &PagePart,
        structure: &[Element],
        resources: [u8; 32],
        finished: Arc<FinishedPart>,
    ) {
        if self.count == MAX_PARTS {
            *self = FinishedParts::default();
        }
        self.count += 1;
        let known = KnownPart {
            items: part.items.to_vec(),
            roles: roles(&finished.marked, structure),
            finished,
        };
        let key = part.key(resources);
        self.by_key.entry(key).or_default().push(known);
    }
}

impl PagePart<'_> {
    fn key(&self, resources: [u8; 32]) -> PartKey {
        let position = |item: Option<&Item>| item.map_or(Point::default(), |item| item.at);
        let (start, end) = (position(self.items.first()), position(self.items.last()));
        let Size { width, height } = self.size;
        PartKey {
            resources,
            first: self.first,
            is_only: self.is_only,
            items: self.items.len(),
            lengths: [width, height, start.x, start.y, end.x, end.y]
                .map(|length| length.0.to_bits()),
        }
    }
}

fn roles(marked: &[ElementId], structure: &[Element]) -> Vec<Role> {
    let role = |id: &ElementId| structure.get(id.0 as usize).map(|element| element.role);
    marked.iter().filter_map(role).collect()
}

/// Returns whether two items are equal. Most equal items share their content, so compare pointers
/// first.
fn is_same(one: &Item, other: &Item) -> bool {
    one.tag == other.tag
        && one.at == other.at
        && match (&one.content, &other.content) {
            (Content::Text(one), Content::Text(other)) => Arc::ptr_eq(one, other) || one == other,
            (Content::Shape(one), Content::Shape(other)) => Arc::ptr_eq(one, other) || one == other,
            (Content::Graphic(one), Content::Graphic(other)) => {
                Arc::ptr_eq(one, other) || one == other
            }
            (one, other) => one == other,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{FillRule, Pt, Shape};
    use crate::layout::page::Artifact;

    /// Makes shapes; each element has `per_element` of them.
    fn shapes(count: usize, per_element: usize) -> Vec<Item> {
        let shape = Arc::new(Shape {
            segments: Vec::new(),
            fill: None,
            fill_rule: FillRule::NonZero,
            stroke: None,
        });
        let item = |index: usize| Item {
            tag: match index % 7 {
                6 => Tag::Artifact(Artifact::Layout),
                _ => Tag::Element(ElementId((index / per_element) as u32)),
            },
            at: Point::new(Pt(index as f32), Pt(0.0)),
            content: Content::Shape(Arc::clone(&shape)),
        };
        (0..count).map(item).collect()
    }

    #[test]
    fn parts_cover_all_items_and_end_with_a_sequence() {
        for count in [0, 1, 29, 30, 31, 500] {
            let items = shapes(count, 3);
            let parts = split(&items);
            let mut end = 0;
            for part in &parts {
                assert_eq!(part.start, end);
                end = part.end;
                assert!(end == count || items[end - 1].tag != items[end].tag);
            }
            assert_eq!(end, count);
            let marked = parts.iter().map(|part| count_marked(&items[part.clone()]));
            assert_eq!(marked.sum::<usize>(), count_marked(&items));
        }
    }
}
