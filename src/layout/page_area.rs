//! Converts positions in the flow to positions on a page.
//!
//! Positions in the flow are measured from the start edge of the text area. It is the left edge in
//! left-to-right languages and the right edge in others. Only [`PageArea`] depends on the
//! direction.

use std::sync::Arc;

use super::inline::{SpanId, TextLine};
use super::page::{Content, Item, Tag};
use crate::geometry::{Point, Pt, Rect, Size};
use crate::locale::Direction;
use crate::theme::Theme;

/// A horizontal extent in the text area.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct InlineExtent {
    /// Distance from the start edge of the text area.
    pub start: Pt,
    pub width: Pt,
}

impl InlineExtent {
    pub(super) fn new(start: Pt, width: Pt) -> InlineExtent {
        InlineExtent { start, width }
    }

    /// Returns the distance of its end from the start edge of the text area.
    pub(super) fn end(self) -> Pt {
        self.start + self.width
    }

    /// Returns the extent that remains after an indent at its start.
    pub(super) fn indented(self, by: Pt) -> InlineExtent {
        InlineExtent {
            start: self.start + by,
            width: self.width - by,
        }
    }

    /// Returns an extent with the same start and another width.
    pub(super) fn narrowed(self, width: Pt) -> InlineExtent {
        InlineExtent { width, ..self }
    }
}

/// An item in the flow. Right-to-left pages mirror its extent, but not its content.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FlowItem {
    pub tag: Tag,
    pub extent: InlineExtent,
    /// Distance from the left edge of the extent and from the top of the fragment.
    pub offset: Point,
    pub content: Content,
}

/// Returns the runs of a line as items. The line begins at `start`, and `tag` gives the tag of a
/// span.
pub(super) fn line_items(
    line: &TextLine,
    (start, baseline): (Pt, Pt),
    tag: impl Fn(SpanId) -> Tag,
) -> impl Iterator<Item = FlowItem> {
    line.runs.iter().map(move |run| FlowItem {
        tag: tag(run.span),
        extent: InlineExtent::new(start, line.width),
        offset: Point::new(run.x, baseline),
        content: Content::Text(Arc::clone(&run.glyphs)),
    })
}

/// A rectangle in the flow; `y` counts from the top of the fragment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct FlowRect {
    pub extent: InlineExtent,
    pub y: Pt,
    pub height: Pt,
}

/// The text area of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageArea {
    direction: Direction,
    page_width: Pt,
    margin_start: Pt,
}

impl PageArea {
    pub(super) fn new(theme: &Theme, direction: Direction) -> PageArea {
        PageArea {
            direction,
            page_width: theme.page.width,
            margin_start: theme.margins.inline_start,
        }
    }

    /// Returns the left edge of an extent on the page.
    pub(super) fn left(&self, extent: InlineExtent) -> Pt {
        match self.direction {
            Direction::LeftToRight => self.margin_start + extent.start,
            Direction::RightToLeft => self.page_width - self.margin_start - extent.end(),
        }
    }

    /// Places an item whose fragment begins at `top`.
    pub(super) fn item(&self, item: FlowItem, top: Pt) -> Item {
        Item {
            tag: item.tag,
            at: Point::new(self.left(item.extent), top) + item.offset,
            content: item.content,
        }
    }

    /// Places a rectangle whose fragment begins at `top`.
    pub(super) fn rect(&self, rect: FlowRect, top: Pt) -> Rect {
        Rect {
            origin: Point::new(self.left(rect.extent), top + rect.y),
            size: Size::new(rect.extent.width, rect.height),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::{DEFAULT_BRAND, Edition, Paper};

    #[test]
    fn right_to_left_pages_mirror_extents() {
        let theme = Theme::new(Edition::STANDARD, Paper::A4, DEFAULT_BRAND);
        let icon = InlineExtent::new(Pt(0.0), Pt(20.0));
        let left_to_right = PageArea::new(&theme, Direction::LeftToRight);
        assert_eq!(left_to_right.left(icon), theme.margins.inline_start);
        let right_to_left = PageArea::new(&theme, Direction::RightToLeft);
        let right = right_to_left.left(icon) + icon.width;
        assert_eq!(right, theme.page.width - theme.margins.inline_start);
    }
}
