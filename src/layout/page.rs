//! Laid-out pages: items at their places, and the structure element of each.
//!
//! Items of a [`Page`] are in painting order, which is also reading order: a background comes
//! before the words on it. Each item belongs to a structure element or is an artifact, such as a
//! rule or a header (ISO 32000-1, 14.8.2.2).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::document::Key;
pub use crate::font::{Glyph, GlyphRun};
use crate::geometry::{Point, Pt, Rect, Shape, Size};
use crate::picture::{Graphic, Raster};

/// A laid-out leaflet.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub pages: Vec<Page>,
    /// The logical structure. Index 0 is the root, parents come before their children, and siblings
    /// are in reading order.
    pub structure: Vec<Element>,
    /// Bookmarks, in reading order.
    pub outline: Vec<Bookmark>,
    /// Destinations of links and bookmarks.
    pub destinations: Vec<Destination>,
    /// Page (from 1) on which each block with a key begins.
    ///
    /// On sheets that are folded, these are pages as readers count them.
    pub block_pages: BTreeMap<Key, u32>,
    /// Words that are divided with a hyphen, because they are wider than a line.
    pub divided_words: BTreeSet<String>,
}

impl Layout {
    /// Returns the key of the block that an element belongs to; `None` for the title and the masthead.
    pub fn block_of(&self, element: ElementId) -> Option<&Key> {
        let at = |id: ElementId| self.structure.get(id.0 as usize);
        let mut chain = std::iter::successors(at(element), |element| at(element.parent?));
        chain.find_map(|element| element.key.as_ref())
    }

    /// Returns how its sheets are printed.
    pub fn duplex(&self) -> Duplex {
        let is_wide = |page: &Page| page.size.width > page.size.height;
        match self.pages.as_slice() {
            [] | [_] => Duplex::Simplex,
            pages if pages.iter().all(is_wide) => Duplex::ShortEdge,
            _ => Duplex::LongEdge,
        }
    }
}

/// Sides of a sheet that are printed, and the edge that the sheet is turned at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplex {
    Simplex,
    LongEdge,
    ShortEdge,
}

/// A page, or one side of a sheet that is folded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub size: Size,
    /// Items in painting order. It is also the reading order of a page or a panel.
    pub items: Vec<Item>,
    pub links: Vec<LinkArea>,
    /// Pages of a booklet, or panels, on this side of a sheet; empty for a page that is not folded.
    pub panels: Vec<Panel>,
}

/// A page of a booklet, or a panel, on one side of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panel {
    /// Place in the reading order, from 0.
    pub number: usize,
    /// Index of its first item. It ends where the next panel begins.
    pub first_item: usize,
}

impl Page {
    /// Creates an empty page.
    pub fn new(size: Size) -> Page {
        Page {
            size,
            ..Page::default()
        }
    }
}

/// An item on a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub tag: Tag,
    /// The left end of a run's baseline, a shape's origin, or a raster's top left corner.
    pub at: Point,
    pub content: Content,
}

impl Item {
    /// Returns the area that it covers, or a little more. Glyphs reach at most one em above their baseline, and half
    /// an em below it.
    pub fn bounds(&self) -> Rect {
        let Point { x, y } = self.at;
        match &self.content {
            Content::Text(run) => {
                let ends = run.glyphs.iter().map(|glyph| glyph.x);
                let width = ends.fold(Pt::ZERO, Pt::max) + run.size;
                Rect::new(x, y - run.size, width, run.size * 1.5)
            }
            Content::Shape(shape) => {
                let mut points = shape.points();
                let first = points.next().unwrap_or_default();
                let (start, end) = points.fold((first, first), |(start, end), point| {
                    (
                        Point::new(start.x.min(point.x), start.y.min(point.y)),
                        Point::new(end.x.max(point.x), end.y.max(point.y)),
                    )
                });
                Rect::new(x + start.x, y + start.y, end.x - start.x, end.y - start.y)
            }
            Content::Raster(_, size) => Rect::new(x, y, size.width, size.height),
            Content::Graphic(graphic) => Rect::new(x, y, graphic.size.width, graphic.size.height),
        }
    }
}

/// Structure element of an item, or its kind of artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    Element(ElementId),
    /// Not read aloud.
    Artifact(Artifact),
}

/// Kind of an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Artifact {
    /// A rule, fill, underline, bullet or decorative icon.
    Layout,
    /// The header of later pages.
    Header,
    Footer,
    /// A table's header or a call-out's title that is repeated on the next page.
    Repetition,
}

/// Content of an item. Leaflets may share it.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Text(Arc<GlyphRun>),
    Shape(Arc<Shape>),
    /// A raster picture and the size that it is scaled to.
    Raster(Arc<Raster>, Size),
    /// Marks of a drawing, from its top left corner.
    Graphic(Arc<Graphic>),
}

/// Index in [`Layout::structure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ElementId(pub u32);

/// A structure element (ISO 32000-1, 14.7.2). It holds either elements or content: text around a
/// link is in `Span`s, so that the order is explicit.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    pub role: Role,
    /// `None` for the root.
    pub parent: Option<ElementId>,
    /// Text alternative.
    pub alt: Option<String>,
    /// BCP 47 tag, where it differs from the document's.
    pub language: Option<String>,
    /// Key of the block that the element holds, or begins to hold.
    pub key: Option<Key>,
    /// Name within the file, for elements that others refer to.
    pub id: Option<String>,
    /// Page (from 0) and area of a figure.
    pub bounding_box: Option<(usize, Rect)>,
}

impl Element {
    /// Creates an element without attributes.
    pub fn new(role: Role, parent: Option<ElementId>) -> Element {
        Element {
            role,
            parent,
            alt: None,
            language: None,
            key: None,
            id: None,
            bounding_box: None,
        }
    }
}

/// Standard structure types (ISO 32000-1, 14.8.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The whole leaflet.
    Document,
    Section,
    /// A group without a heading, such as a call-out.
    Division,
    /// A heading of level 1 to 4.
    Heading(u8),
    Paragraph,
    List,
    ListItem,
    /// The bullet, number or box of a list item.
    Label,
    ListBody,
    Table,
    TableHead,
    TableBody,
    TableRow,
    ColumnHeader,
    RowHeader,
    TableCell,
    Figure,
    Caption,
    Link,
    /// A citation in the text.
    Reference,
    /// An entry of the reference list.
    BibliographyEntry,
    Span,
}

/// A link on a page.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkArea {
    /// Rectangles, one for each line; never empty.
    pub areas: Vec<Rect>,
    /// The `Link` element.
    pub element: ElementId,
    pub target: LinkTarget,
    /// Text for assistive technology (`/Contents`).
    pub description: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    Uri(String),
    /// Index in [`Layout::destinations`].
    Destination(usize),
}

/// A place that links and bookmarks lead to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Destination {
    /// Page, from 0.
    pub page: usize,
    pub at: Point,
    pub element: ElementId,
}

/// An entry of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// 1 for the title, 2 for a section.
    pub level: u8,
    pub title: String,
    /// Index in [`Layout::destinations`].
    pub destination: usize,
}
