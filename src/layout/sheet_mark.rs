//! Marks at the edge of printed sheets, for machines that fold and insert them.
//!
//! A mark is a bar code along the right edge, and below it the numbers of row and sheet. It is on the front of each
//! sheet, in the margin. It is white below, so that readers see it on a coloured page, too.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::LayoutError;
use super::inline::{LayoutContext, LineBreakMode};
use super::layout_cache::LayoutCache;
use super::page::{Artifact, Content, Element, Item, Layout, Page, Role, Tag};
use super::page_area::line_items;
use super::shapes;
use super::text_style::text_style;
use crate::code_128;
use crate::document::{Inline, UiStrings};
use crate::geometry::{Colour, Point, Pt, Rect, Segment, Shape, Size};
use crate::theme::{Theme, TypeStyle};

/// Maximum number of sheets of a row.
pub(crate) const MAX_SHEETS: u32 = 999;
/// Digits of row, sheet and number of sheets, two for each character.
const PAIRS: usize = 7;

/// Lays out the marks of a row: a page for each sheet, with the size of its front. There are at most [`MAX_SHEETS`].
pub(crate) fn sheet_marks(
    row: u32,
    fronts: &[Size],
    theme: &Theme,
    cache: &mut LayoutCache,
) -> Result<Layout, LayoutError> {
    let mut marks = Marks { theme, cache };
    let sheets = fronts.len();
    let pages = (1..)
        .zip(fronts)
        .map(|(sheet, size)| marks.page(row, sheet, sheets, *size))
        .collect();
    cache.take_error()?;
    Ok(Layout {
        pages,
        structure: vec![Element::new(Role::Document, None)],
        ..Layout::default()
    })
}

/// Returns the area of a mark on the front of a sheet.
pub(crate) fn mark_area(size: Size, theme: &Theme) -> Rect {
    let mark = theme.sheet_mark;
    let code = code_128::width(PAIRS) + 2 * code_128::QUIET_ZONE;
    let height = mark.module * code as f32 + mark.leading * 2.0;
    let left = size.width - mark.edge - mark.width;
    Rect::new(left, mark.top, mark.width, height)
}

/// Returns the digits of the code in pairs: eight of the row, three of the sheet, three of the number of sheets.
fn pairs(row: u32, sheet: usize, sheets: usize) -> Vec<u8> {
    let digits = format!("{row:08}{sheet:03}{sheets:03}");
    let digits: Vec<u8> = digits.bytes().map(|digit| digit - b'0').collect();
    digits
        .chunks_exact(2)
        .map(|pair| pair[0] * 10 + pair[1])
        .collect()
}

struct Marks<'a> {
    theme: &'a Theme,
    cache: &'a mut LayoutCache,
}

impl Marks<'_> {
    fn page(&mut self, row: u32, sheet: usize, sheets: usize, size: Size) -> Page {
        let mark = self.theme.sheet_mark;
        let area = mark_area(size, self.theme);
        let mut page = Page::new(size);
        let mut add = |at: Point, content: Content| {
            page.items.push(Item {
                tag: Tag::Artifact(Artifact::Layout),
                at,
                content,
            });
        };
        let ground = shapes::rectangle(area.size, Some(Colour::WHITE), None);
        add(area.origin, Content::Shape(ground));
        let bars = bars(&pairs(row, sheet, sheets), mark.module, mark.bar);
        let bars_at = Point::new(
            area.origin.x + (area.size.width - mark.bar) / 2.0,
            area.origin.y + mark.module * code_128::QUIET_ZONE as f32,
        );
        add(bars_at, Content::Shape(bars));
        let bottom = area.bottom();
        let lines = [row.to_string(), format!("{sheet}/{sheets}")];
        for (words, baseline) in lines.iter().zip([bottom - mark.leading, bottom]) {
            self.line(words, area, baseline - mark.leading * DESCENT, &mut add);
        }
        page
    }

    /// Adds a line in the middle of the area, smaller if it is too wide.
    fn line(
        &mut self,
        words: &str,
        area: Rect,
        baseline: Pt,
        add: &mut impl FnMut(Point, Content),
    ) {
        let mark = self.theme.sheet_mark;
        let context = LayoutContext {
            language: "en",
            ui_strings: &UiStrings::default(),
            block_pages: &BTreeMap::new(),
        };
        let words = [Inline::Text(words.to_owned())];
        let measure = area.size.width * 10.0;
        let mut layout = |size: Pt| {
            let kind = TypeStyle {
                size,
                leading: mark.leading,
                colour: Colour::BLACK,
                ..self.theme.types.body
            };
            let style = text_style(self.theme, kind, LineBreakMode::Ragged);
            let paragraphs = &mut self.cache.paragraphs;
            paragraphs.layout(&words, &style, measure, context)
        };
        let mut paragraph = layout(mark.digits);
        if paragraph.width > area.size.width {
            paragraph = layout(mark.digits * (area.size.width / paragraph.width));
        }
        let left = area.origin.x + (area.size.width - paragraph.width) / 2.0;
        for line in &paragraph.lines {
            let tag = |_| Tag::Artifact(Artifact::Layout);
            for item in line_items(line, (Pt::ZERO, Pt::ZERO), tag) {
                add(Point::new(left, baseline) + item.offset, item.content);
            }
        }
    }
}

/// Space below the baseline of a line, as a share of its leading.
const DESCENT: f32 = 0.2;

/// Draws a code from top to bottom, with bars of this length.
fn bars(pairs: &[u8], module: Pt, length: Pt) -> Arc<Shape> {
    let mut segments = Vec::new();
    for bar in code_128::bars(pairs) {
        let top = module * bar.start as f32;
        let bottom = top + module * bar.width as f32;
        segments.extend([
            Segment::MoveTo(Point::new(Pt::ZERO, top)),
            Segment::LineTo(Point::new(length, top)),
            Segment::LineTo(Point::new(length, bottom)),
            Segment::LineTo(Point::new(Pt::ZERO, bottom)),
            Segment::Close,
        ]);
    }
    shapes::filled(segments, Colour::BLACK)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;
    use crate::geometry::mm;
    use crate::theme::{DEFAULT_BRAND, Edition, Envelope, Paper};

    fn theme(paper: Paper) -> Theme {
        Theme::new(Edition::STANDARD, paper, DEFAULT_BRAND)
    }

    #[test]
    fn digits_are_row_sheet_and_number_of_sheets() {
        assert_eq!(pairs(123, 2, 13), [0, 0, 1, 23, 0, 20, 13]);
        assert_eq!(pairs(50_000_000, 999, 999).len(), PAIRS);
    }

    #[test]
    fn module_and_bars_keep_to_the_standard() {
        let mark = theme(Paper::A4).sheet_mark;
        assert!(mark.module >= mm(0.25));
        // ISO/IEC 15417: bars of 5 mm, or 15 % of the code's length.
        let length = mark.module * code_128::width(PAIRS) as f32;
        assert!(mark.bar >= mm(5.0).max(length * 0.15));
    }

    #[test]
    fn mark_is_in_the_margin_and_apart_from_folds_and_windows() {
        for paper in [Paper::A4, Paper::Letter, Paper::A5] {
            let theme = theme(paper);
            let area = mark_area(theme.page, &theme);
            let margin = theme.margins.inline_start.min(theme.margins.inline_end);
            assert!(area.origin.x > theme.page.width - margin, "{paper:?}");
            assert!(area.right() <= theme.page.width - mm(3.0), "{paper:?}");
            for envelope in Envelope::value_variants() {
                if envelope.paper() != paper {
                    continue;
                }
                assert!(envelope.ever_visible().right() < area.origin.x);
                for fold in envelope.folds() {
                    let is_apart = fold < area.origin.y || fold > area.bottom();
                    assert!(is_apart, "{envelope:?}: {fold:?}");
                }
            }
        }
    }
}
