//! The galley: all of a leaflet in one long column, before it is cut into pages.

use std::collections::BTreeSet;

use super::figure::FramedPicture;
use crate::document::Key;
use crate::geometry::{Colour, Pt};
use crate::layout::page::{Bookmark, Element, ElementId, Item, LinkTarget};

/// The price of a page break that typesetters never make. It is paid only where nothing else is
/// left: where a call-out is taller than a page.
pub(in crate::layout) const NEVER: f32 = 1e6;

/// A leaflet in one column.
#[derive(Debug, Default)]
pub(in crate::layout) struct Galley {
    /// From top to bottom.
    pub(in crate::layout) pieces: Vec<Piece>,
    /// Panels that pieces stand in.
    pub(in crate::layout) frames: Vec<Frame>,
    /// What is repeated where a page begins within a table or a call-out.
    pub(in crate::layout) heads: Vec<Head>,
    /// The logical structure.
    pub(in crate::layout) structure: Vec<Element>,
    /// What links lead to, in the order of [`LinkTarget::Destination`].
    pub(in crate::layout) places: Vec<Place>,
    /// Bookmarks.
    pub(in crate::layout) outline: Vec<Bookmark>,
    /// Blocks whose pages the text names.
    pub(in crate::layout) named_pages: BTreeSet<Key>,
}

/// Something that links lead to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::layout) enum Place {
    /// The title.
    Title,
    /// A block.
    Block(Key),
    /// A section by its position, for bookmarks.
    Section(usize),
    /// An entry of the reference list.
    Reference(u32),
    /// The first place that cites it.
    Citation(u32),
}

/// A part of the column that is never torn. Places are relative to the left margin and its top.
#[derive(Clone, Debug, Default)]
pub(in crate::layout) struct Piece {
    /// White above it; dropped at the top of a page.
    pub(in crate::layout) space_before: Pt,
    /// Its height.
    pub(in crate::layout) height: Pt,
    /// How much of the height is white below the descenders of its last line.
    pub(in crate::layout) slack: Pt,
    /// How far what stands beside it, in the side column, reaches below it.
    pub(in crate::layout) overhang: Pt,
    /// The price of a page break before it.
    pub(in crate::layout) penalty: f32,
    /// What is placed.
    pub(in crate::layout) items: Vec<Item>,
    /// What can be clicked.
    pub(in crate::layout) links: Vec<Link>,
    /// What links lead to: the place, how far below the piece's top, and the element.
    pub(in crate::layout) landings: Vec<(usize, Pt, ElementId)>,
    /// Figures: the element whose bounding box is this rectangle.
    pub(in crate::layout) figures: Vec<(ElementId, crate::geometry::Rect)>,
    /// The panel that it stands in.
    pub(in crate::layout) frame: Option<usize>,
    /// What is set again above it where it begins a page.
    pub(in crate::layout) head: Option<usize>,
    /// A picture that may be set a little smaller, so that its page holds it.
    pub(in crate::layout) elastic: Option<Elastic>,
}

/// A framed picture that gives way.
#[derive(Clone, Debug)]
pub(in crate::layout) struct Elastic {
    /// How much lower it may become.
    pub(in crate::layout) give: Pt,
    /// What is to be framed anew.
    pub(in crate::layout) picture: FramedPicture,
}

impl Piece {
    /// How much lower it may become.
    pub(in crate::layout) fn give(&self) -> Pt {
        self.elastic
            .as_ref()
            .map_or(Pt::ZERO, |elastic| elastic.give)
    }

    /// The piece with its picture set smaller, so that it is as much lower.
    pub(in crate::layout) fn squeezed(mut self, by: Pt) -> Piece {
        if let Some(Elastic { picture, .. }) = self.elastic.take() {
            self.items.clear();
            self.figures.clear();
            picture.place(by, &mut self);
        }
        self
    }

    /// Moves everything down and makes the piece higher by as much.
    pub(in crate::layout) fn lower(&mut self, by: Pt) {
        self.items.iter_mut().for_each(|item| item.at.y += by);
        self.links
            .iter_mut()
            .for_each(|link| link.area.origin.y += by);
        self.landings
            .iter_mut()
            .for_each(|(_, below, _)| *below += by);
        self.figures
            .iter_mut()
            .for_each(|(_, area)| area.origin.y += by);
        self.height += by;
    }
}

/// A rectangle that can be clicked.
#[derive(Clone, Debug)]
pub(in crate::layout) struct Link {
    /// Where, relative to the piece.
    pub(in crate::layout) area: crate::geometry::Rect,
    /// The `Link` element.
    pub(in crate::layout) element: ElementId,
    /// Where it leads; destinations are places.
    pub(in crate::layout) target: LinkTarget,
    /// What assistive technology says.
    pub(in crate::layout) description: String,
}

/// A panel behind one or more pieces.
#[derive(Clone, Debug)]
pub(in crate::layout) struct Frame {
    /// Its left edge, from the left margin.
    pub(in crate::layout) x: Pt,
    /// Its width.
    pub(in crate::layout) width: Pt,
    /// White between its edges and what it holds, above and below.
    pub(in crate::layout) padding: Pt,
    /// Colour of its ground.
    pub(in crate::layout) fill: Option<Colour>,
    /// A line all round: its width and colour.
    pub(in crate::layout) outline: Option<(Pt, Colour)>,
    /// A bar along the left edge.
    pub(in crate::layout) bar: Option<Bar>,
}

/// The bar along the left edge of a panel.
#[derive(Clone, Copy, Debug)]
pub(in crate::layout) struct Bar {
    /// Its width.
    pub(in crate::layout) width: Pt,
    /// Its colour.
    pub(in crate::layout) colour: Colour,
    /// Length of dashes and of the gaps between them; solid where absent.
    pub(in crate::layout) dash: Option<Pt>,
}

/// What is set again at the top of a page: a table's header, a call-out's label. All artifacts.
#[derive(Clone, Debug, Default)]
pub(in crate::layout) struct Head {
    /// Its height, with the white below it.
    pub(in crate::layout) height: Pt,
    /// What is placed.
    pub(in crate::layout) items: Vec<Item>,
}
