//! Places pages on the sides of sheets that are folded after printing.
//!
//! A booklet has two pages on each side. Its sheets lie inside each other, so that pages from the
//! start and from the end share a side. A trifold has three panels on each side.
//!
//! Pages are only moved, never turned or scaled. The structure stays as it is. [`Panel`] records which
//! items belong to which page.

use super::error::LayoutError;
use super::page::{Artifact, Content, Item, Layout, LinkArea, Page, Panel, Tag};
use super::shapes;
use crate::geometry::{Colour, Point, Pt, Size};
use crate::locale::Direction;
use crate::theme::{BookletTheme, Theme, TrifoldTheme};

/// Panels of a trifold in reading order: the cover, three inside, the flap and the back.
pub(super) const PANELS: usize = 6;
/// Index of the back panel.
pub(super) const BACK: usize = PANELS - 1;

/// Place of a page on a sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Position {
    /// Side of a sheet, from 0.
    side: usize,
    /// Distance of the page from the left edge of the sheet.
    left: Pt,
}

/// Places pages on sheets, if the theme has sheets.
pub(super) fn impose(
    layout: Layout,
    theme: &Theme,
    direction: Direction,
) -> Result<Layout, LayoutError> {
    let count = layout.pages.len();
    let width = theme.page.width;
    let (sheet, mut positions) = if let Some(booklet) = &theme.booklet {
        (booklet.sheet, booklet_positions(count, width, booklet)?)
    } else if let Some(trifold) = &theme.trifold {
        (trifold.sheet, panel_positions(width, trifold))
    } else {
        return Ok(layout);
    };
    if matches!(direction, Direction::RightToLeft) {
        for position in &mut positions {
            position.left = sheet.width - position.left - width;
        }
    }
    let mut imposed = imposed(layout, sheet, &positions);
    if let Some(trifold) = &theme.trifold {
        for (side, page) in imposed.pages.iter_mut().enumerate() {
            let folds = folds(side, trifold).map(|fold| match direction {
                Direction::LeftToRight => fold,
                Direction::RightToLeft => sheet.width - fold,
            });
            add_ticks(page, folds, trifold, theme.palette.muted);
        }
    }
    Ok(imposed)
}

/// Returns the position of each page of a booklet, padded to whole sheets.
fn booklet_positions(
    pages: usize,
    width: Pt,
    booklet: &BookletTheme,
) -> Result<Vec<Position>, LayoutError> {
    let count = pages.next_multiple_of(4);
    let (sheets, most) = (count / 4, booklet.most_sheets);
    if sheets > most {
        return Err(LayoutError::ThickBooklet { sheets, most });
    }
    let fold = booklet.sheet.width / 2.0;
    let position = |page: usize| {
        let side = page.min(count - 1 - page);
        let creep = booklet.paper_thickness * (side / 2) as f32;
        // The first page is a right-hand page.
        let left = match page % 2 {
            0 => fold - creep,
            _ => fold - width + creep,
        };
        Position { side, left }
    };
    Ok((0..count).map(position).collect())
}

/// Returns the distances of the folds from the left edge, on one side of the sheet.
fn folds(side: usize, trifold: &TrifoldTheme) -> [Pt; 2] {
    let panel = (trifold.sheet.width - trifold.flap) / 2.0;
    match side {
        0 => [trifold.flap, trifold.flap + panel],
        _ => [panel, panel * 2.0],
    }
}

/// Returns the position of each panel's text, which is centred between the margins.
fn panel_positions(width: Pt, trifold: &TrifoldTheme) -> Vec<Position> {
    let &TrifoldTheme {
        sheet,
        fold_margin,
        cover_fold_margin,
        edge_margin,
        ..
    } = trifold;
    let position = |side, start: Pt, end: Pt| Position {
        side,
        left: (start + end - width) / 2.0,
    };
    let [flap_fold, cover_fold] = folds(0, trifold);
    let [first, second] = folds(1, trifold);
    vec![
        position(0, cover_fold + cover_fold_margin, sheet.width - edge_margin),
        position(1, edge_margin, first - fold_margin),
        position(1, first + fold_margin, second - fold_margin),
        position(1, second + fold_margin, sheet.width - edge_margin),
        position(0, edge_margin, flap_fold - fold_margin),
        position(0, flap_fold + fold_margin, cover_fold - fold_margin),
    ]
}

/// Moves pages to their positions. Positions without a page stay empty.
fn imposed(mut layout: Layout, sheet: Size, positions: &[Position]) -> Layout {
    let sides = positions.iter().map(|position| position.side + 1).max();
    let mut pages = vec![Page::new(sheet); sides.unwrap_or(0)];
    for (number, (page, position)) in layout.pages.drain(..).zip(positions).enumerate() {
        let by = Point::new(position.left, Pt::ZERO);
        let side = &mut pages[position.side];
        side.panels.push(Panel {
            number,
            first_item: side.items.len(),
        });
        let items = page.items.into_iter();
        side.items.extend(items.map(|item| Item {
            at: item.at + by,
            ..item
        }));
        side.links
            .extend(page.links.into_iter().map(|link| moved(link, by)));
    }
    for destination in &mut layout.destinations {
        let position = positions[destination.page];
        destination.page = position.side;
        destination.at.x += position.left;
    }
    for element in &mut layout.structure {
        if let Some((page, area)) = &mut element.bounding_box {
            let position = positions[*page];
            *page = position.side;
            area.origin.x += position.left;
        }
    }
    Layout { pages, ..layout }
}

fn moved(link: LinkArea, by: Point) -> LinkArea {
    let areas = link.areas.into_iter().map(|mut area| {
        area.origin = area.origin + by;
        area
    });
    LinkArea {
        areas: areas.collect(),
        ..link
    }
}

/// Marks the folds at the upper and lower edge of a side.
fn add_ticks(page: &mut Page, folds: [Pt; 2], trifold: &TrifoldTheme, colour: Colour) {
    let tick = shapes::vertical_line(trifold.tick, shapes::solid(trifold.tick_rule, colour));
    let lower = page.size.height - trifold.tick;
    for fold in folds {
        // A line's middle is on the fold.
        let left = fold - trifold.tick_rule / 2.0;
        for top in [Pt::ZERO, lower] {
            page.items.push(Item {
                tag: Tag::Artifact(Artifact::Layout),
                at: Point::new(left, top),
                content: Content::Shape(tick.clone()),
            });
        }
    }
}
