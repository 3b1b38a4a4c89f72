//! Places the flow on pages: fragments, the panels behind them, and repeated headers.

use std::collections::BTreeMap;

use super::error::LayoutError;
use super::flow_content::{DestinationKey, FlowContent, FlowLink, Fragment, PanelFrame};
use super::page::{Artifact, Content, Destination, Element, Layout, LinkArea, Page, Tag};
use super::page_area::{FlowItem, InlineExtent, PageArea};
use super::page_breaks::{self, PageStart, continued_frame, height_of_continuation, page_top};
use super::panel_breaks;
use super::shapes;
use crate::geometry::{Point, Pt, Size, Stroke};
use crate::locale::Direction;
use crate::theme::Theme;

/// Chooses page breaks and places the flow on pages, without headers and footers.
pub(super) fn paginate(
    flow: FlowContent,
    theme: &Theme,
    direction: Direction,
) -> Result<Layout, LayoutError> {
    let starts = match &theme.trifold {
        Some(trifold) => panel_breaks::choose(&flow, theme, trifold)?.starts,
        None => page_breaks::choose(&flow, theme),
    };
    place(flow, &starts, theme, direction)
}

fn place(
    mut flow: FlowContent,
    starts: &[PageStart],
    theme: &Theme,
    direction: Direction,
) -> Result<Layout, LayoutError> {
    let mut paginator = Paginator {
        structure: std::mem::take(&mut flow.structure),
        destinations: vec![None; flow.destinations.len()],
        flow: &mut flow,
        theme,
        area: PageArea::new(theme, direction),
    };
    let mut pages = Vec::with_capacity(starts.len());
    for (number, start) in starts.iter().enumerate() {
        let end = match starts.get(number + 1) {
            Some(next) => next.fragment,
            None => paginator.flow.fragments.len(),
        };
        let end = paginator.without_separator(start.fragment, end);
        pages.push(paginator.page(number, *start, end));
    }
    let Paginator {
        structure,
        destinations,
        ..
    } = paginator;
    let mut block_pages = BTreeMap::new();
    let mut found = Vec::with_capacity(destinations.len());
    for (key, destination) in flow.destinations.iter().zip(destinations) {
        match (key, destination) {
            (key, Some(destination)) => {
                if let DestinationKey::Block(key) = key {
                    block_pages.insert(key.clone(), destination.page as u32 + 1);
                }
                found.push(destination);
            }
            (DestinationKey::Block(key), None) => {
                return Err(LayoutError::UnknownTarget(key.clone()));
            }
            (DestinationKey::Reference(number) | DestinationKey::Citation(number), None) => {
                return Err(LayoutError::UnknownTarget(format!("[{number}]")));
            }
            (DestinationKey::Title | DestinationKey::Section(_), None) => {
                return Err(LayoutError::HeadingWithoutWords);
            }
        }
    }
    Ok(Layout {
        pages,
        structure,
        outline: flow.outline,
        destinations: found,
        block_pages,
        divided_words: flow.divided_words,
    })
}

struct Paginator<'a> {
    flow: &'a mut FlowContent,
    theme: &'a Theme,
    area: PageArea,
    structure: Vec<Element>,
    destinations: Vec<Option<Destination>>,
}

impl Paginator<'_> {
    /// Returns the end of a page without a separator as its last fragment.
    fn without_separator(&self, start: usize, end: usize) -> usize {
        let fragments = &self.flow.fragments;
        let is_last = end < fragments.len() && end > start && fragments[end - 1].is_separator;
        if is_last { end - 1 } else { end }
    }

    /// Places the fragments from `start` to `end` on a page, counted from 0.
    fn page(&mut self, number: usize, start: PageStart, end: usize) -> Page {
        let first = start.fragment;
        shrink(&mut self.flow.fragments[first..end], start.shrink);
        let mut page = Page::new(self.theme.page);
        if first == end {
            return page;
        }
        let mut y = page_top(self.theme, number);
        self.continue_from_last_page(&mut page, y, first, end);
        y += height_of_continuation(self.flow, first);
        for index in first..end {
            let fragment = &self.flow.fragments[index];
            if index > first {
                y += fragment.space_before;
            }
            if number == 0 && self.is_at_cover_foot(index, end) {
                let height = self.height(index, end);
                let bottom = self.theme.page.height - self.theme.margins.text_bottom;
                y = y.max(bottom - height);
            }
            if let Some(frame) = fragment.frame
                && continued_frame(&self.flow.fragments, index).is_none()
            {
                let height = self.frame_height(index, end);
                self.draw_frame(&mut page, frame, y, height);
            }
            y += self.fragment(&mut page, number, index, y);
        }
        page
    }

    /// Returns whether a fragment begins the main message of a cover, which is at its foot. A message that
    /// goes on after the cover is below the title.
    fn is_at_cover_foot(&self, index: usize, end: usize) -> bool {
        let message = self.flow.main_message.as_ref();
        self.theme.trifold.is_some()
            && message.is_some_and(|message| message.start == index && message.end == end)
    }

    /// Returns the height of fragments that follow each other on a page.
    fn height(&self, first: usize, end: usize) -> Pt {
        let fragments = &self.flow.fragments[first..end];
        let spaces: Pt = fragments.iter().skip(1).map(|one| one.space_before).sum();
        let heights: Pt = fragments.iter().map(|fragment| fragment.height).sum();
        spaces + heights
    }

    /// Draws the panel and the header that continue at the top of a page.
    fn continue_from_last_page(&self, page: &mut Page, y: Pt, first: usize, end: usize) {
        if first == 0 {
            return;
        }
        let mut y = y;
        if let Some(frame) = continued_frame(&self.flow.fragments, first) {
            let height = self.frame_height(first, end);
            self.draw_frame(page, frame, y, height);
            y += self.flow.frames[frame].padding;
        }
        if let Some(header) = self.flow.fragments[first].repeated_header {
            let items = self.flow.repeated_headers[header].items.iter();
            page.items
                .extend(items.map(|item| self.area.item(item.clone(), y)));
        }
    }

    /// Places a fragment and returns its height.
    fn fragment(&mut self, page: &mut Page, number: usize, index: usize, y: Pt) -> Pt {
        let Fragment {
            items,
            links,
            anchors,
            figures,
            height,
            ..
        } = &mut self.flow.fragments[index];
        page.items
            .extend(items.drain(..).map(|item| self.area.item(item, y)));
        for link in links.drain(..) {
            add_link(page, link, &self.area, y);
        }
        for anchor in anchors.iter() {
            let text_area = InlineExtent::new(Pt::ZERO, self.theme.full_measure());
            self.destinations[anchor.destination].get_or_insert(Destination {
                page: number,
                at: Point::new(self.area.left(text_area), y + anchor.y),
                element: anchor.element,
            });
        }
        for (element, area) in figures.iter() {
            let bounding_box = (number, self.area.rect(*area, y));
            self.structure[element.0 as usize].bounding_box = Some(bounding_box);
        }
        *height
    }

    /// Returns the height of a frame from a fragment to the end of a page. The page ends before the
    /// fragment `end`. Includes the padding at a page break within the frame.
    fn frame_height(&self, from: usize, end: usize) -> Pt {
        let FlowContent {
            fragments, frames, ..
        } = &*self.flow;
        let frame = fragments[from].frame;
        let mut height = Pt::ZERO;
        if continued_frame(fragments, from).is_some() {
            height += height_of_continuation(self.flow, from);
        }
        let mut index = from;
        while index < end && fragments[index].frame == frame {
            if index > from {
                height += fragments[index].space_before;
            }
            height += fragments[index].height;
            index += 1;
        }
        if index == end
            && let Some(frame) = continued_frame(fragments, index)
        {
            height += frames[frame].padding;
        }
        height
    }

    /// Paints a panel behind its fragments.
    fn draw_frame(&self, page: &mut Page, frame: usize, y: Pt, height: Pt) {
        let PanelFrame {
            extent,
            fill,
            outline,
            bar,
            ..
        } = self.flow.frames[frame];
        let mut push = |extent, offset, shape| {
            let item = FlowItem {
                tag: Tag::Artifact(Artifact::Layout),
                extent,
                offset,
                content: Content::Shape(shape),
            };
            page.items.push(self.area.item(item, y));
        };
        if fill.is_some() || outline.is_some() {
            let inset = outline.map_or(Pt::ZERO, |(width, _)| width / 2.0);
            let size = Size::new(extent.width - inset * 2.0, height - inset * 2.0);
            let stroke = outline.map(|(width, colour)| shapes::solid(width, colour));
            let shape = shapes::rectangle(size, fill, stroke);
            push(extent, Point::new(inset, inset), shape);
        }
        if let Some(bar) = bar {
            let shape = match bar.dash {
                None => {
                    let size = Size::new(bar.width, height);
                    shapes::rectangle(size, Some(bar.colour), None)
                }
                Some(dash) => {
                    let stroke = Stroke {
                        dash: vec![dash, dash],
                        ..shapes::solid(bar.width, bar.colour)
                    };
                    shapes::vertical_line(height, stroke)
                }
            };
            push(extent.narrowed(bar.width), Point::default(), shape);
        }
    }
}

/// Adds a clickable rectangle. All rectangles of an element are one link.
pub(super) fn add_link(page: &mut Page, link: FlowLink, area: &PageArea, y: Pt) {
    let rect = area.rect(link.area, y);
    match page
        .links
        .iter_mut()
        .find(|other| other.element == link.element)
    {
        Some(other) => other.areas.push(rect),
        None => page.links.push(LinkArea {
            areas: vec![rect],
            element: link.element,
            target: link.target,
            description: link.description,
        }),
    }
}

/// Shrinks the pictures of a page by a total height, each in proportion to its maximum.
fn shrink(fragments: &mut [Fragment], by: Pt) {
    let max_shrink: Pt = fragments.iter().map(Fragment::max_shrink).sum();
    if by <= Pt::ZERO || max_shrink <= Pt::ZERO {
        return;
    }
    for fragment in fragments {
        let share = fragment.max_shrink() * (by / max_shrink);
        *fragment = std::mem::take(fragment).shrunk_by(share);
    }
}
