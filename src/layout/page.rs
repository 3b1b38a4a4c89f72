//! What layout hands to PDF: placed items in points, and the role each belongs to.
//!
//! A [`Page`] knows no PDF operator. Its items are in painting order, which is also reading order:
//! a background comes before the words on it. Each item is either part of a structure element or an
//! artifact (a rule, a fill, a running header), never both (ISO 32000-1, 14.8.2.2).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::Key;
pub use crate::font::{Glyph, GlyphRun};
use crate::geometry::{Point, Rect, Shape, Size};
use crate::picture::Raster;

/// A laid-out leaflet. What many readers' leaflets have in common is shared.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Its pages, in order.
    pub pages: Vec<Arc<Page>>,
    /// The logical structure; index 0 is the root, parents come before their children, and siblings
    /// stand in reading order.
    pub structure: Arc<Vec<Element>>,
    /// Bookmarks, in reading order.
    pub outline: Arc<Vec<Bookmark>>,
    /// Places that links and bookmarks lead to.
    pub destinations: Arc<Vec<Destination>>,
    /// Page (from 1) on which each block with a key begins.
    pub block_pages: BTreeMap<Key, u32>,
}

/// One page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Width and height.
    pub size: Size,
    /// What is on it, in painting and reading order.
    pub items: Vec<Item>,
    /// What can be clicked on it.
    pub links: Vec<LinkArea>,
}

/// Something placed on a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it belongs to.
    pub tag: Tag,
    /// Where it is: the left end of a run's baseline, a shape's origin, a raster's top left corner.
    pub at: Point,
    /// What it is.
    pub content: Content,
}

/// What an item belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// A structure element.
    Element(ElementId),
    /// Nothing that is read aloud.
    Artifact(Artifact),
}

/// Why something is not read aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Artifact {
    /// Rules, fills, underlines, bullets' discs, decorative icons.
    Layout,
    /// The running header.
    Header,
    /// The footer.
    Footer,
    /// What is repeated on the next page: a table's header, a call-out's label.
    Repetition,
}

/// What is placed. Shared, so that equal content on many leaflets is held once.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Glyphs on one baseline.
    Text(Arc<GlyphRun>),
    /// A painted outline.
    Shape(Arc<Shape>),
    /// A raster picture, scaled to this size.
    Raster(Arc<Raster>, Size),
}

/// A structure element's place in [`Layout::structure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ElementId(pub u32);

/// A node of the logical structure (ISO 32000-1, 14.7.2). It holds either elements or content; text
/// around a link stands in `Span`s, so that the order is explicit.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// Its type.
    pub role: Role,
    /// What it is part of; absent for the root only.
    pub parent: Option<ElementId>,
    /// What to say in its place.
    pub alt: Option<String>,
    /// What its glyphs spell, where they do not say it themselves.
    pub actual_text: Option<String>,
    /// Its language, where it is not the document's.
    pub language: Option<String>,
    /// Its name within the file, for elements that others refer to.
    pub id: Option<String>,
    /// The page and the place of a figure.
    pub bounding_box: Option<(usize, Rect)>,
}

impl Element {
    /// An element without attributes.
    pub fn new(role: Role, parent: Option<ElementId>) -> Element {
        Element {
            role,
            parent,
            alt: None,
            actual_text: None,
            language: None,
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
    /// A section with its heading.
    Section,
    /// A group without a heading of its own, such as a call-out.
    Division,
    /// A heading, level 1 to 4.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// A list.
    List,
    /// An item of it.
    ListItem,
    /// The bullet, number or box of an item.
    Label,
    /// The content of an item.
    ListBody,
    /// A table.
    Table,
    /// Its header rows.
    TableHead,
    /// Its other rows.
    TableBody,
    /// A row.
    TableRow,
    /// A header cell for its column.
    ColumnHeader,
    /// A header cell for its row.
    RowHeader,
    /// A cell.
    TableCell,
    /// A picture.
    Figure,
    /// A caption of a table or figure.
    Caption,
    /// A link with its annotation.
    Link,
    /// A citation in the text.
    Reference,
    /// An entry of the reference list.
    BibliographyEntry,
    /// A run of text.
    Span,
}

/// An area that can be clicked.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkArea {
    /// Its rectangles, one a line; never empty.
    pub areas: Vec<Rect>,
    /// The `Link` element that it belongs to.
    pub element: ElementId,
    /// Where it leads.
    pub target: LinkTarget,
    /// What assistive technology says of it (`/Contents`).
    pub description: String,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// An address.
    Uri(String),
    /// A place in [`Layout::destinations`].
    Destination(usize),
}

/// A place on a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Destination {
    /// The page, from 0.
    pub page: usize,
    /// The place on it.
    pub at: Point,
    /// The element that stands there.
    pub element: ElementId,
}

/// An entry of the file's outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// 1 for the title, 2 for a section.
    pub level: u8,
    /// Its words.
    pub title: String,
    /// A place in [`Layout::destinations`].
    pub destination: usize,
}
