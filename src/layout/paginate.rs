//! Cutting the galley into pages.
//!
//! All breaks are chosen together, by dynamic programming over the pieces, so that the leaflet as a
//! whole has the least of what typesetters avoid: torn lists, white at the foot of a page, a last
//! page with two lines on it. The idea is Knuth and Plass's for lines (1981), turned upright.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::LayoutError;
use super::flow::galley::{Frame, Galley, Link, Piece, Place};
use super::icon;
use super::page::{Artifact, Content, Destination, Element, Item, LinkArea, Page, Tag};
use crate::document::Key;
use crate::geometry::{FillRule, Point, Pt, Rect, Segment, Shape, Size, Stroke};
use crate::theme::Theme;

/// What another page costs: a break is moved rather than a page added, unless it would tear much.
const PAGE: f32 = 100.0;
/// What a last page costs that is nearly empty.
const STUB: f32 = 60.0;

/// What it costs that figures give way as far as they can.
const SQUEEZE: f32 = 2.0;

/// A galley cut into pages, which have no headers and footers yet.
pub(super) struct Paginated {
    pub pages: Vec<Page>,
    pub structure: Vec<Element>,
    pub destinations: Vec<Destination>,
    /// On which page (from 1) each block begins.
    pub found: BTreeMap<Key, u32>,
}

/// Places the galley on pages.
pub(super) fn paginate(galley: &mut Galley, theme: &Theme) -> Result<Paginated, LayoutError> {
    let starts = choose_breaks(galley, theme);
    let mut pages = Vec::with_capacity(starts.len());
    let mut structure = std::mem::take(&mut galley.structure);
    let mut landed: Vec<Option<Destination>> = vec![None; galley.places.len()];
    for (number, &Start { index: start, over }) in starts.iter().enumerate() {
        let end = starts
            .get(number + 1)
            .map_or(galley.pieces.len(), |next| next.index);
        squeeze(&mut galley.pieces[start..end], over);
        let mut page = Page {
            size: theme.page,
            items: Vec::new(),
            links: Vec::new(),
        };
        let mut y = page_top(theme, number);
        let mut index = start;
        while index < end {
            let piece = &galley.pieces[index];
            if index > start {
                y += piece.space_before;
            } else if index > 0 {
                // The panel that this page goes on with begins anew, padding and label included.
                if let Some(frame) = continued_frame(&galley.pieces, index) {
                    let rest = segment_height(galley, index, end);
                    let padding = galley.frames[frame].padding;
                    draw_frame(&mut page, theme, &galley.frames[frame], y, rest);
                    y += padding;
                }
                if let Some(head) = piece.head {
                    let items = galley.heads[head].items.iter().cloned();
                    let origin = Point::new(theme.margin, y);
                    page.items.extend(items.map(|item| Item {
                        at: item.at + origin,
                        ..item
                    }));
                    y += galley.heads[head].height;
                }
            }
            if let Some(frame) = piece.frame
                && continued_frame(&galley.pieces, index).is_none()
            {
                draw_frame(
                    &mut page,
                    theme,
                    &galley.frames[frame],
                    y,
                    segment_height(galley, index, end),
                );
            }
            let origin = Point::new(theme.margin, y);
            let piece = &mut galley.pieces[index];
            page.items.extend(piece.items.drain(..).map(|item| Item {
                at: item.at + origin,
                ..item
            }));
            for Link {
                area,
                element,
                target,
                description,
            } in piece.links.drain(..)
            {
                let area = Rect {
                    origin: area.origin + origin,
                    size: area.size,
                };
                match page.links.iter_mut().find(|other| other.element == element) {
                    Some(other) => other.areas.push(area),
                    None => page.links.push(LinkArea {
                        areas: vec![area],
                        element,
                        target,
                        description,
                    }),
                }
            }
            for &(place, below, element) in &piece.landings {
                let at = Point::new(theme.margin, y + below);
                landed[place].get_or_insert(Destination {
                    page: number,
                    at,
                    element,
                });
            }
            for &(element, area) in &piece.figures {
                let area = Rect {
                    origin: area.origin + origin,
                    size: area.size,
                };
                structure[element.0 as usize].bounding_box = Some((number, area));
            }
            y += piece.height;
            index += 1;
        }
        pages.push(page);
    }
    let mut destinations = Vec::with_capacity(landed.len());
    let mut found = BTreeMap::new();
    for (place, destination) in galley.places.iter().zip(landed) {
        match (place, destination) {
            (_, Some(destination)) => {
                if let Place::Block(key) = place {
                    found.insert(key.clone(), destination.page as u32 + 1);
                }
                destinations.push(destination);
            }
            (Place::Block(key), None) => return Err(LayoutError::UnknownTarget(key.clone())),
            (Place::Reference(number) | Place::Citation(number), None) => {
                return Err(LayoutError::UnknownTarget(format!("[{number}]")));
            }
            (Place::Title | Place::Section(_), None) => {
                unreachable!("titles and headings are places only where they are set")
            }
        }
    }
    Ok(Paginated {
        pages,
        structure,
        destinations,
        found,
    })
}

fn page_top(theme: &Theme, page: usize) -> Pt {
    if page == 0 {
        theme.masthead_top
    } else {
        theme.text_top
    }
}

fn page_height(theme: &Theme, page: usize) -> Pt {
    theme.page.height - theme.text_bottom - page_top(theme, page)
}

/// The frame that goes on from the piece before, if this piece is in the middle of one.
fn continued_frame(pieces: &[Piece], index: usize) -> Option<usize> {
    let frame = pieces[index].frame?;
    (index > 0 && pieces[index - 1].frame == Some(frame)).then_some(frame)
}

/// Height of what a frame holds on this page, from a piece on, with its padding where it is cut.
fn segment_height(galley: &Galley, from: usize, end: usize) -> Pt {
    let frame = galley.pieces[from].frame;
    let mut height = Pt::ZERO;
    let continues = continued_frame(&galley.pieces, from).is_some();
    if continues && let Some(frame) = frame {
        height += galley.frames[frame].padding;
        if let Some(head) = galley.pieces[from].head {
            height += galley.heads[head].height;
        }
    }
    let mut index = from;
    while index < end && galley.pieces[index].frame == frame {
        if index > from {
            height += galley.pieces[index].space_before;
        }
        height += galley.pieces[index].height;
        index += 1;
    }
    if index == end
        && index < galley.pieces.len()
        && let Some(frame) = continued_frame(&galley.pieces, index)
    {
        height += galley.frames[frame].padding;
    }
    height
}

/// A page, by what it begins with.
#[derive(Clone, Copy)]
struct Start {
    /// Its first piece.
    index: usize,
    /// How much higher its pieces are than the page, until figures give way.
    over: Pt,
}

/// Makes what is elastic lower, so that the whole is as much lower; each by its share.
fn squeeze(pieces: &mut [Piece], by: Pt) {
    let give: Pt = pieces.iter().map(Piece::give).sum();
    if by <= Pt::ZERO || give <= Pt::ZERO {
        return;
    }
    for piece in pieces {
        let share = piece.give() * (by / give);
        *piece = std::mem::take(piece).squeezed(share);
    }
}

/// The first piece of every page.
fn choose_breaks(galley: &Galley, theme: &Theme) -> Vec<Start> {
    let pieces = &galley.pieces;
    let count = pieces.len();
    if count == 0 {
        return vec![Start {
            index: 0,
            over: Pt::ZERO,
        }];
    }
    // best[page][end]: the cheapest way to have the first `end` pieces on `page + 1` pages. The
    // first page differs in height from the others only, so two rows would do for the cost, but the
    // last page's price does not depend on the number: one table over `end` is enough.
    #[derive(Clone, Copy)]
    struct Best {
        cost: f32,
        start: Start,
    }
    let mut best: Vec<Option<Best>> = vec![None; count + 1];
    best[0] = Some(Best {
        cost: 0.0,
        start: Start {
            index: 0,
            over: Pt::ZERO,
        },
    });
    for start in 0..count {
        let Some(Best { cost: before, .. }) = best[start] else {
            continue;
        };
        let available = page_height(theme, usize::from(start > 0));
        let (mut used, mut give) = (Pt::ZERO, Pt::ZERO);
        if start > 0 {
            if let Some(frame) = continued_frame(pieces, start) {
                used += galley.frames[frame].padding;
            }
            if let Some(head) = pieces[start].head {
                used += galley.heads[head].height;
            }
        }
        for end in start + 1..=count {
            let piece = &pieces[end - 1];
            if end - 1 > start {
                used += piece.space_before;
            }
            used += piece.height;
            give += piece.give();
            let closing = match (end < count)
                .then(|| continued_frame(pieces, end))
                .flatten()
            {
                Some(frame) => galley.frames[frame].padding,
                None => Pt::ZERO,
            };
            // White below the last descender may hang into the margin.
            let needed = used + closing
                - if closing == Pt::ZERO {
                    piece.slack
                } else {
                    Pt::ZERO
                };
            let needed = needed.max(used + piece.overhang);
            if needed - give > available + Pt(0.01) && end > start + 1 {
                if used - piece.slack - give > available + Pt(0.01) {
                    break;
                }
                continue;
            }
            let over = (needed - available).max(Pt::ZERO).min(give);
            let before = before
                + if over > Pt::ZERO {
                    SQUEEZE * (over / give)
                } else {
                    0.0
                };
            let white = ((available - needed) / available).max(0.0);
            let cost = if end == count {
                before + PAGE + if white > 0.8 && start > 0 { STUB } else { 0.0 }
            } else {
                before + PAGE + white_cost(white) + pieces[end].penalty
            };
            if best[end].is_none_or(|other| cost < other.cost) {
                best[end] = Some(Best {
                    cost,
                    start: Start { index: start, over },
                });
            }
        }
    }
    let mut starts = Vec::new();
    let mut end = count;
    while end > 0 {
        let start = best[end].map_or(
            Start {
                index: 0,
                over: Pt::ZERO,
            },
            |best| best.start,
        );
        starts.push(start);
        end = start.index;
    }
    starts.reverse();
    starts
}

/// What white at the foot of a page costs; little up to 18 %, so that tools need not be torn, and from a
/// third of the page on more than tearing a paragraph or a list.
fn white_cost(white: f32) -> f32 {
    let over = (white - 0.18).max(0.0);
    20.0 * white.min(0.18) + 300.0 * over * over
}

/// Paints a panel behind what stands on it.
fn draw_frame(page: &mut Page, theme: &Theme, frame: &Frame, y: Pt, height: Pt) {
    let mut push = |x: Pt, y: Pt, shape: Arc<Shape>| {
        page.items.push(Item {
            tag: Tag::Artifact(Artifact::Layout),
            at: Point::new(theme.margin + x, y),
            content: Content::Shape(shape),
        });
    };
    let (inset, stroke) = match frame.outline {
        Some((width, colour)) => (
            width / 2.0,
            Some(Stroke {
                colour,
                width,
                dash: Vec::new(),
                round: false,
            }),
        ),
        None => (Pt::ZERO, None),
    };
    let size = Size {
        width: frame.width - inset * 2.0,
        height: height - inset * 2.0,
    };
    if frame.fill.is_some() || stroke.is_some() {
        push(
            frame.x + inset,
            y + inset,
            icon::rounded_rectangle(size, Pt::ZERO, frame.fill, stroke),
        );
    }
    let Some(bar) = frame.bar else { return };
    match bar.dash {
        None => push(
            frame.x,
            y,
            icon::rounded_rectangle(
                Size {
                    width: bar.width,
                    height,
                },
                Pt::ZERO,
                Some(bar.colour),
                None,
            ),
        ),
        Some(dash) => {
            let middle = bar.width / 2.0;
            let line = Shape {
                segments: vec![
                    Segment::MoveTo(Point::new(middle, Pt::ZERO)),
                    Segment::LineTo(Point::new(middle, height)),
                ],
                fill: None,
                fill_rule: FillRule::NonZero,
                stroke: Some(Stroke {
                    colour: bar.colour,
                    width: bar.width,
                    dash: vec![dash, dash],
                    round: false,
                }),
            };
            push(frame.x, y, Arc::new(line));
        }
    }
}
