//! The flow: all of a leaflet in one long column, before page breaks.

use std::collections::BTreeSet;
use std::ops::Range;

use super::page::{Bookmark, Element, ElementId, LinkTarget};
use super::page_area::{FlowItem, FlowRect, InlineExtent};
use super::picture_box::PictureBox;
use crate::document::Key;
use crate::geometry::{Colour, Pt};

/// Penalty of a page break that is used only as a last resort, as in a call-out taller than a page.
pub(super) const FORBIDDEN: f32 = 1e6;

/// A leaflet in one column.
#[derive(Debug, Default)]
pub(super) struct FlowContent {
    /// Fragments from top to bottom.
    pub fragments: Vec<Fragment>,
    /// Panels behind fragments.
    pub frames: Vec<PanelFrame>,
    pub repeated_headers: Vec<RepeatedHeader>,
    /// The logical structure.
    pub structure: Vec<Element>,
    /// Targets of links and bookmarks, indexed by [`LinkTarget::Destination`].
    pub destinations: Vec<DestinationKey>,
    pub outline: Vec<Bookmark>,
    /// Blocks whose pages the text names.
    pub named_pages: BTreeSet<Key>,
    /// Words that are divided, because they are wider than a line.
    pub divided_words: BTreeSet<String>,
    /// First fragment after masthead, title and deck.
    pub title_end: usize,
    /// Fragments of the main message, if it is the first section.
    pub main_message: Option<Range<usize>>,
    /// First fragment of the contact panel.
    pub contact: Option<usize>,
    /// What the window of an envelope shows on the first page.
    pub window: Option<WindowElements>,
}

impl FlowContent {
    /// Returns the first fragment of the main message; 0 if the first section is another one.
    pub(super) fn message_start(&self) -> usize {
        self.main_message
            .as_ref()
            .map_or(0, |message| message.start)
    }
}

/// Elements of the lines behind the window of an envelope.
#[derive(Clone, Debug)]
pub(super) struct WindowElements {
    /// The sender's line, if it is in the window.
    pub sender: Option<ElementId>,
    /// Each line of the address.
    pub address: Vec<ElementId>,
    /// Whether the masthead reaches into the window.
    pub is_covered: bool,
}

/// Target of links and bookmarks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DestinationKey {
    Title,
    Block(Key),
    /// A section by its index.
    Section(usize),
    /// An entry of the reference list.
    Reference(u32),
    /// The first citation of a reference.
    Citation(u32),
}

/// A part of the column without page breaks.
#[derive(Clone, Debug, Default)]
pub(super) struct Fragment {
    /// Space above it; dropped at the top of a page.
    pub space_before: Pt,
    pub height: Pt,
    /// Part of the height that is below the descenders of the last line.
    pub slack: Pt,
    /// Distance by which content of the side column reaches below the fragment.
    pub overhang: Pt,
    /// Penalty of a page break before it.
    pub break_penalty: f32,
    pub items: Vec<FlowItem>,
    pub links: Vec<FlowLink>,
    pub anchors: Vec<FragmentAnchor>,
    /// Bounding boxes of figures.
    pub figures: Vec<(ElementId, FlowRect)>,
    /// Index of the panel behind it.
    pub frame: Option<usize>,
    /// Index of the header to repeat if the fragment begins a page.
    pub repeated_header: Option<usize>,
    /// Whether it is left out at the end of a page.
    pub is_separator: bool,
    /// Picture that may shrink to fit its page.
    pub shrinkable: Option<Shrinkable>,
}

/// Position of a link target within a fragment.
#[derive(Clone, Debug)]
pub(super) struct FragmentAnchor {
    /// Index in [`FlowContent::destinations`].
    pub destination: usize,
    /// Distance below the top of the fragment.
    pub y: Pt,
    pub element: ElementId,
}

/// A picture that may shrink.
#[derive(Clone, Debug)]
pub(super) struct Shrinkable {
    /// Maximum reduction of its height.
    pub max_shrink: Pt,
    pub picture: PictureBox,
}

impl Fragment {
    /// Returns the maximum reduction of its height; zero without a shrinkable picture.
    pub(super) fn max_shrink(&self) -> Pt {
        self.shrinkable
            .as_ref()
            .map_or(Pt::ZERO, |shrinkable| shrinkable.max_shrink)
    }

    /// Returns the fragment with the height of its picture reduced.
    pub(super) fn shrunk_by(mut self, by: Pt) -> Fragment {
        if let Some(Shrinkable { picture, .. }) = self.shrinkable.take() {
            self.items.clear();
            self.figures.clear();
            self.add_picture_box(&picture, by);
        }
        self
    }

    /// Adds a framed picture, reduced in height by `shrink`. The fragment gets the height of the
    /// frame.
    pub(super) fn add_picture_box(&mut self, picture: &PictureBox, shrink: Pt) {
        let placed = picture.place(shrink);
        self.height = placed.height;
        self.items.extend(placed.items);
        self.figures.push((picture.element, placed.picture_area));
    }

    /// Moves everything down and makes the fragment higher.
    pub(super) fn move_down(&mut self, by: Pt) {
        for item in &mut self.items {
            item.offset.y += by;
        }
        for link in &mut self.links {
            link.area.y += by;
        }
        for anchor in &mut self.anchors {
            anchor.y += by;
        }
        for (_, area) in &mut self.figures {
            area.y += by;
        }
        self.height += by;
    }
}

/// A clickable rectangle.
#[derive(Clone, Debug)]
pub(super) struct FlowLink {
    pub area: FlowRect,
    /// The `Link` element.
    pub element: ElementId,
    pub target: LinkTarget,
    /// Text for assistive technology.
    pub description: String,
}

/// A panel behind fragments.
#[derive(Clone, Debug)]
pub(super) struct PanelFrame {
    pub extent: InlineExtent,
    /// Space between its edges and its content, above and below.
    pub padding: Pt,
    pub fill: Option<Colour>,
    /// Width and colour of the outline.
    pub outline: Option<(Pt, Colour)>,
    /// A bar along the start edge.
    pub bar: Option<Bar>,
}

/// The bar along the start edge of a panel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bar {
    pub width: Pt,
    pub colour: Colour,
    /// Length of the dashes and of the gaps between them; `None` for a solid bar.
    pub dash: Option<Pt>,
}

/// The header of a table or the title of a call-out, repeated on a page that begins within it. All
/// items are artifacts.
#[derive(Clone, Debug, Default)]
pub(super) struct RepeatedHeader {
    /// Height, including the space below.
    pub height: Pt,
    pub items: Vec<FlowItem>,
}
