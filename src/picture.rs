//! Pictures: SVG, PNG and JPEG files, checked and taken apart into what can be placed on a page.
//!
//! Input is untrusted. An SVG becomes plain painted outlines ([`Vector`]), so that scripts, external
//! references and entities have no way in; a raster picture keeps its size limits. Only this module
//! names the crates `usvg` and `image`.

mod raster;
mod svg;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::font::Faces;
use crate::geometry::{Shape, Size};

/// A picture of either kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// Painted outlines.
    Vector(Vector),
    /// A grid of pixels.
    Raster(Arc<Raster>),
}

/// A drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Vector {
    /// Its own size; shapes are within `0..width` and `0..height`.
    pub size: Size,
    /// Its shapes, in painting order.
    pub shapes: Vec<Shape>,
}

/// A grid of pixels, eight bits a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raster {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// What the samples are.
    pub samples: Samples,
    /// Opacity, one byte a pixel, where not every pixel is opaque.
    pub opacity: Option<Vec<u8>>,
}

/// The samples of a raster picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Samples {
    /// One byte a pixel, row by row.
    Grey(Vec<u8>),
    /// Three bytes a pixel, row by row.
    Rgb(Vec<u8>),
    /// A JPEG file with one (`Grey`) or three channels, kept as it is.
    Jpeg {
        /// The file.
        data: Vec<u8>,
        /// 1 or 3.
        channels: u8,
    },
}

/// Why a file cannot be used as a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// It is neither SVG nor PNG nor JPEG.
    #[error("this is not an SVG, PNG or JPEG file")]
    UnknownFormat,
    /// More bytes or pixels than any leaflet needs.
    #[error("the picture is too large: {0}")]
    TooLarge(String),
    /// It could reach out of the leaflet or exhaust the machine.
    #[error("the drawing is not safe: {reason}")]
    Unsafe {
        /// What was found.
        reason: String,
        /// The byte of the file at which it was found.
        at: Option<usize>,
    },
    /// It is sound, but uses what cannot be printed as outlines.
    #[error("the picture uses {0}, which cannot be placed in a leaflet")]
    Unsupported(String),
    /// It is broken.
    #[error("the picture cannot be read: {0}")]
    Unreadable(String),
    /// No face has this character of the drawing's text.
    #[error("no typeface has the character `{0}` of the drawing's text")]
    MissingGlyph(char),
    /// A label for a text that the drawing does not have.
    #[error("the drawing has no text with the id `{id}`")]
    UnknownLabel {
        /// The label's id.
        id: String,
        /// The ids that the drawing's texts have.
        known: Vec<String>,
    },
}

impl Picture {
    /// Reads a file of any of the three formats, told apart by what it begins with. `labels` fill the
    /// texts of a drawing by their ids.
    pub fn read(
        data: &[u8],
        labels: &BTreeMap<String, String>,
        faces: &Faces,
    ) -> Result<Picture, PictureError> {
        if data.starts_with(b"\x89PNG") {
            Picture::from_png(data)
        } else if data.starts_with(&[0xff, 0xd8]) {
            Picture::from_jpeg(data)
        } else if svg::looks_like_svg(data) {
            Picture::from_svg(data, labels, faces)
        } else {
            Err(PictureError::UnknownFormat)
        }
    }

    /// Reads a drawing. `labels` replace the content of `text` and `tspan` elements by their ids; text
    /// becomes outlines of our own faces.
    pub fn from_svg(
        data: &[u8],
        labels: &BTreeMap<String, String>,
        faces: &Faces,
    ) -> Result<Picture, PictureError> {
        svg::read(data, labels, faces).map(Picture::Vector)
    }

    /// Reads a PNG file of any colour type; 16-bit channels become 8-bit ones.
    pub fn from_png(data: &[u8]) -> Result<Picture, PictureError> {
        raster::read_png(data).map(|raster| Picture::Raster(Arc::new(raster)))
    }

    /// Reads a JPEG file. It is kept as it is, unless it has four channels or is to be turned.
    pub fn from_jpeg(data: &[u8]) -> Result<Picture, PictureError> {
        raster::read_jpeg(data).map(|raster| Picture::Raster(Arc::new(raster)))
    }

    /// Width divided by height.
    pub fn aspect_ratio(&self) -> f32 {
        match self {
            Picture::Vector(vector) => vector.size.width / vector.size.height,
            Picture::Raster(raster) => raster.width as f32 / raster.height as f32,
        }
    }
}

/// The shapes of a drawing that is part of the program.
pub(crate) fn own_drawing(svg: &str) -> Vec<Shape> {
    svg::read_own(svg).expect("a drawing of the program is sound")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_is_told_by_what_the_file_begins_with() {
        let read = |data: &[u8]| Picture::read(data, &BTreeMap::new(), &Faces::bundled());
        let svg = b"\xef\xbb\xbf\n<svg xmlns='http://www.w3.org/2000/svg' width='4' height='2'><rect width='1' height='1'/></svg>";
        assert!(matches!(read(svg), Ok(Picture::Vector(_))));
        assert_eq!(read(svg).unwrap().aspect_ratio(), 2.0);
        assert_eq!(read(b"GIF89a"), Err(PictureError::UnknownFormat));
        assert_eq!(read(b""), Err(PictureError::UnknownFormat));
        assert!(matches!(read(b"\x89PNG\r\n\x1a\n"), Err(PictureError::Unreadable(_))));
        assert!(matches!(read(&[0xff, 0xd8]), Err(PictureError::Unreadable(_))));
    }
}
