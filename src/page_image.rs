//! Pictures of pages, for people who look before they print.
//!
//! 1. `page_writer` paints a page of a [`Layout`] as SVG: outlines of glyphs, shapes and pictures. The elements
//!    of a block are in a group with the block's key (`data-key`).
//! 2. `contact_sheet` places the pages of a leaflet on one picture.
//! 3. [`PageImage::to_svg`] writes a file of its own, and [`PageImage::to_png`] paints it as pixels. `mono_laser`
//!    makes of them what a black-and-white printer makes of them.
//!
//! Each file begins with the same bytes, so that [`is_ours`] knows it. No picture has words of the leaflet
//! in its metadata: they may be a patient's data.

mod contact_sheet;
mod mono_laser;
mod page_ranges;
mod page_writer;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::font::Faces;
use crate::geometry::{Point, Rect, Size};
use crate::layout::page::{Layout, Page};
use crate::picture::{self, PngText};

pub(crate) use page_ranges::PageRanges;

/// A page, a part of one, or a contact sheet, painted as SVG elements.
pub struct PageImage {
    /// The top left corner of what is shown.
    origin: Point,
    size: Size,
    elements: String,
}

/// The colours that a picture of a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Print {
    Colour,
    /// Black dots, as of a laser printer.
    MonoLaser,
}

/// Why there is no picture.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageImageError {
    #[error("the typeface `{0}` lacks the outline of a glyph")]
    Face(String),
    #[error("the page cannot be painted")]
    Pixels,
}

/// File format of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageFormat {
    Png,
    Svg,
}

const SVG_START: &str = "<svg data-made-by=\"handout\" xmlns=\"http://www.w3.org/2000/svg\"";

/// Text chunk of a PNG file (PNG, third edition, 11.3.3.2). It is the first chunk after the header.
const PNG_TEXT: PngText = PngText {
    keyword: "Software",
    text: "handout",
};

impl PageImage {
    /// Paints a page, counted from 0.
    pub fn of_page(
        layout: &Layout,
        page: usize,
        faces: &Faces,
    ) -> Result<PageImage, PageImageError> {
        Ok(PageImage {
            origin: Point::default(),
            size: layout.pages[page].size,
            elements: page_writer::elements(layout, page, faces)?,
        })
    }

    /// Paints an area of a page, counted from 0. Leaves out what is above or below it.
    pub(crate) fn of_area(
        layout: &Layout,
        page: usize,
        area: Rect,
        faces: &Faces,
    ) -> Result<PageImage, PageImageError> {
        let whole = &layout.pages[page];
        let mut part = Page::new(whole.size);
        let items = whole.items.iter().filter(|item| {
            let bounds = item.bounds();
            bounds.bottom() >= area.origin.y && bounds.origin.y <= area.bottom()
        });
        part.items = items.cloned().collect();
        let part = Layout {
            pages: vec![part],
            structure: layout.structure.clone(),
            ..Layout::default()
        };
        Ok(PageImage {
            origin: area.origin,
            size: area.size,
            elements: page_writer::elements(&part, 0, faces)?,
        })
    }

    /// Paints pages side by side, each with a border and its number. There is at least one page; pages count
    /// from 0.
    pub fn contact_sheet(
        layout: &Layout,
        pages: &[usize],
        faces: &Faces,
    ) -> Result<PageImage, PageImageError> {
        contact_sheet::contact_sheet(layout, pages, faces)
    }

    /// Returns an SVG file of this width in pixels.
    pub fn to_svg(&self, width: u32) -> String {
        let Size {
            width: across,
            height: down,
        } = self.size;
        let height = (width as f32 * (down / across)).round();
        let elements = &self.elements;
        let (across, down) = (across.0, down.0);
        let (left, top) = (self.origin.x.0, self.origin.y.0);
        // PDF's limit of miters is 10 (ISO 32000-1, 8.4.3.5), and that of SVG is 4.
        format!(
            "{SVG_START} viewBox=\"{left} {top} {across} {down}\" width=\"{width}\" height=\"{height}\" \
             preserveAspectRatio=\"none\" stroke-miterlimit=\"10\">{elements}</svg>\n"
        )
    }

    /// Returns an SVG file of this width in pixels as an address for `img`.
    pub(crate) fn to_data_address(&self, width: u32) -> String {
        format!(
            "data:image/svg+xml;base64,{}",
            BASE64.encode(self.to_svg(width))
        )
    }

    /// Returns a PNG file of this width in pixels.
    pub fn to_png(&self, width: u32, print: Print) -> Result<Vec<u8>, PageImageError> {
        let paint = |width| {
            picture::paint_svg(&self.to_svg(width), width).map_err(|_| PageImageError::Pixels)
        };
        let raster = match print {
            Print::Colour => paint(width)?,
            Print::MonoLaser => {
                let oversampling = mono_laser::oversampling(width);
                mono_laser::printed(&paint(width * oversampling)?, oversampling)
            }
        };
        Ok(picture::to_png_with_text(&raster, PNG_TEXT))
    }
}

/// Returns whether the first bytes of a file are those of a picture of this module.
pub(crate) fn is_ours(format: ImageFormat, start: &[u8]) -> bool {
    match format {
        ImageFormat::Png => picture::begins_with_text(start, PNG_TEXT),
        ImageFormat::Svg => start.starts_with(SVG_START.as_bytes()),
    }
}

/// Number of bytes that [`is_ours`] needs.
pub(crate) const MARKED_BYTES: u64 = 100;
