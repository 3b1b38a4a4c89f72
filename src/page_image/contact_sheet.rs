//! All pages of a leaflet on one picture.

use std::fmt::Write as _;

use super::page_writer::{self, run_elements};
use super::{PageImage, PageImageError};
use crate::font::{FaceId, Faces, Glyph, GlyphRun};
use crate::geometry::{Colour, Point, Pt, Size};
use crate::layout::page::Layout;
use crate::picture::svg_number;

/// Space around the pages, and between them, as a share of a page's width.
const GAP: f32 = 0.08;
/// Size of page numbers, as a share of a page's width.
const NUMBER: f32 = 0.05;
/// Width of the borders, as a share of a page's width.
const BORDER: f32 = 0.002;
const BORDER_COLOUR: Colour = Colour::rgb(0x6b, 0x75, 0x7b);
const NUMBER_COLOUR: Colour = Colour::rgb(0x1a, 0x21, 0x26);

/// Paints pages, counted from 0, in rows.
pub(super) fn contact_sheet(
    layout: &Layout,
    pages: &[usize],
    faces: &Faces,
) -> Result<PageImage, PageImageError> {
    let widths = pages.iter().map(|&page| layout.pages[page].size.width);
    let heights = pages.iter().map(|&page| layout.pages[page].size.height);
    let cell = Size::new(
        widths.fold(Pt::ZERO, Pt::max),
        heights.fold(Pt::ZERO, Pt::max),
    );
    let (gap, number) = (cell.width * GAP, cell.width * NUMBER);
    let rows = rows(pages.len());
    let columns = pages.len().div_ceil(rows);
    let step = Size::new(cell.width + gap, cell.height + number + gap);
    let size = Size::new(
        step.width * columns as f32 + gap,
        step.height * rows as f32 + gap,
    );
    let mut elements = format!(
        "<path d=\"M0 0H{}V{}H0Z\" fill=\"{}\"/>",
        svg_number(size.width.0),
        svg_number(size.height.0),
        Colour::WHITE
    );
    for (index, &page) in pages.iter().enumerate() {
        let Size { width, height } = layout.pages[page].size;
        let left = gap + step.width * (index % columns) as f32 + (cell.width - width) / 2.0;
        let top = gap + step.height * (index / columns) as f32;
        let inside = page_writer::elements(layout, page, faces)?;
        let [x, y, across, down, border] =
            [left, top, width, height, cell.width * BORDER].map(|length| svg_number(length.0));
        let _ = write!(
            elements,
            "<svg x=\"{x}\" y=\"{y}\" width=\"{across}\" height=\"{down}\">{inside}</svg>\
             <path d=\"M{x} {y}h{across}v{down}h-{across}z\" fill=\"none\" stroke=\"{BORDER_COLOUR}\" \
             stroke-width=\"{border}\"/>"
        );
        let label = number_run(page + 1, number, faces);
        let start = left + (width - faces.run_width(&label)) / 2.0;
        let baseline = top + height + number * 1.1;
        let id_prefix = format!("n{}", page + 1);
        elements += &run_elements(Point::new(start, baseline), &label, faces, id_prefix)?;
    }
    Ok(PageImage {
        origin: Point::default(),
        size,
        elements,
    })
}

/// Returns the number of rows: the sheet is about twice as wide as high.
fn rows(pages: usize) -> usize {
    ((pages as f32 / 2.0).sqrt().round() as usize).max(1)
}

/// Returns a number in the first face for text.
fn number_run(number: usize, size: Pt, faces: &Faces) -> GlyphRun {
    let face = faces.main().next().map_or(FaceId(0), |(id, _)| id);
    let text = number.to_string();
    let mut x = Pt::ZERO;
    let mut glyphs = Vec::new();
    for (index, digit) in (0u32..).zip(text.chars()) {
        if let Some((id, advance)) = faces.glyph(face, digit) {
            let (y, text) = (Pt::ZERO, index..index + 1);
            glyphs.push(Glyph { id, x, y, text });
            x += size * advance;
        }
    }
    GlyphRun {
        face,
        size,
        colour: NUMBER_COLOUR,
        text,
        glyphs,
    }
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn sheets_are_wider_than_high() {
        let shape = |pages: usize| (pages.div_ceil(rows(pages)), rows(pages));
        assert_eq!(shape(1), (1, 1));
        assert_eq!(shape(4), (4, 1));
        assert_eq!(shape(6), (3, 2));
        assert_eq!(shape(10), (5, 2));
        assert_eq!(shape(20), (7, 3));
    }
}
