//! Pictures: SVG, PNG and JPEG files, checked and taken apart into what can be placed on a page.
//!
//! Input is untrusted. An SVG becomes plain painted outlines and words ([`Vector`]), so that scripts, external
//! references and entities have no way in; a raster picture keeps its size limits. Only this module
//! names the crates `usvg` and `image`.

mod raster;
mod svg;
mod trim;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::font::{Faces, GlyphRun};
use crate::geometry::{Point, Shape, Size};

/// A picture of either kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// Painted outlines and words.
    Vector(Vector),
    /// A grid of pixels.
    Raster(Arc<Raster>),
}

/// A drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Vector {
    /// Its own size; marks are within `0..width` and `0..height`.
    pub size: Size,
    /// What it is made of, in painting order.
    pub marks: Vec<Mark>,
}

/// A part of a drawing.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A painted outline.
    Shape(Shape),
    /// Words, from the left end of their baseline.
    Words(Point, GlyphRun),
}

/// What becomes of the text of a drawing.
#[derive(Clone, Copy, Debug)]
pub enum Lettering<'a> {
    /// Outlines like all else: a logo is read by its text alternative.
    Outlines,
    /// Words in our own faces that can be searched and copied; text that is turned or has an outline
    /// is drawn all the same. The labels replace the content of `text` and `tspan` elements by their
    /// ids.
    Words(&'a BTreeMap<String, String>),
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
    /// Words that its view box does not hold; the id of their text, if it has one. What they are may be a reader's.
    #[error("words{} reach over the edge of the drawing's view box", in_text(.0))]
    LongLabel(Option<String>),
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

fn in_text(id: &Option<String>) -> String {
    id.as_ref()
        .map_or_else(String::new, |id| format!(" in the text `{id}`"))
}

impl Picture {
    /// Reads a file of any of the three formats, told apart by what it begins with.
    pub fn read(data: &[u8], lettering: Lettering, faces: &Faces) -> Result<Picture, PictureError> {
        if data.starts_with(b"\x89PNG") {
            Picture::from_png(data)
        } else if data.starts_with(&[0xff, 0xd8]) {
            Picture::from_jpeg(data)
        } else if svg::looks_like_svg(data) {
            Picture::from_svg(data, lettering, faces)
        } else {
            Err(PictureError::UnknownFormat)
        }
    }

    /// Reads a drawing.
    pub fn from_svg(
        data: &[u8],
        lettering: Lettering,
        faces: &Faces,
    ) -> Result<Picture, PictureError> {
        svg::read(data, lettering, faces).map(Picture::Vector)
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

/// Parses an SVG file that is part of the program and has no text.
pub(crate) fn bundled_drawing(svg: &str) -> Vec<Shape> {
    let marks = svg::read_own(svg)
        .expect("a drawing of the program is sound")
        .into_iter();
    marks
        .filter_map(|mark| match mark {
            Mark::Shape(shape) => Some(shape),
            Mark::Words(..) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geometry::Pt;

    #[test]
    fn format_is_told_by_what_the_file_begins_with() {
        let read = |data: &[u8]| Picture::read(data, Lettering::Outlines, &Faces::bundled());
        let svg = b"\xef\xbb\xbf\n<svg xmlns='http://www.w3.org/2000/svg' width='4' height='2'><rect width='1' height='1'/></svg>";
        assert!(matches!(read(svg), Ok(Picture::Vector(_))));
        assert_eq!(read(svg).unwrap().aspect_ratio(), 2.0);
        assert_eq!(read(b"GIF89a"), Err(PictureError::UnknownFormat));
        assert_eq!(read(b""), Err(PictureError::UnknownFormat));
        assert!(matches!(
            read(b"\x89PNG\r\n\x1a\n"),
            Err(PictureError::Unreadable(_))
        ));
        assert!(matches!(
            read(&[0xff, 0xd8]),
            Err(PictureError::Unreadable(_))
        ));
    }

    /// Parts that drawings are made of, sound and broken.
    const PARTS: [&str; 16] = [
        "<g transform='scale(2) rotate(30)'>",
        "</g>",
        "<rect x='1' y='2' width='30' height='1e9' rx='3'/>",
        "<path d='M1 1C2 2 3 3 4 4Q5 6 7 8A3 3 0 0 1 9 9Z' stroke='red' stroke-dasharray='1 0 2'/>",
        "<path id='p' d='M0 0L1e38 -1e38' stroke='#fff' stroke-width='1e30'/>",
        "<use href='#p' x='5'/>",
        "<text id='t' x='1' y='9'>a<tspan dy='1'>b</tspan></text>",
        "<text><textPath href='#p'>along</textPath></text>",
        "<symbol id='s' viewBox='0 0 1 1'><circle r='1'/></symbol>",
        "<use href='#s' width='0' height='-4'/>",
        "<clipPath id='c'><rect width='9' height='9'/></clipPath>",
        "<circle r='4' clip-path='url(#c)' opacity='.5'/>",
        "<style>rect { fill: currentColor }</style>",
        "<!-- -- -->",
        "<![CDATA[ ]]>",
        "&#x10ffff; &amp <",
    ];

    const HEADS: [&[u8]; 4] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"<svg ", b""];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_drawing_makes_the_program_panic(
            parts in prop::collection::vec(prop::sample::select(&PARTS[..]), 0..8),
            cut in 0..400usize,
            label in prop::option::of("\\PC{0,8}"),
        ) {
            let mut svg =
                format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 30'>{}</svg>", parts.concat());
            if cut < svg.len() && cut % 3 == 0 {
                svg.truncate(cut);
            }
            let labels = label.map(|label| ("t".to_owned(), label)).into_iter().collect::<BTreeMap<_, _>>();
            let lettering = Lettering::Words(&labels);
            if let Ok(Picture::Vector(vector)) = Picture::from_svg(svg.as_bytes(), lettering, &Faces::bundled()) {
                prop_assert!(vector.size.width > Pt::ZERO && vector.size.height > Pt::ZERO);
            }
        }

        #[test]
        fn no_bytes_make_the_program_panic(
            head in prop::sample::select(&HEADS[..]),
            body in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let _ = Picture::read(&[head, &body].concat(), Lettering::Outlines, &Faces::bundled());
        }
    }
}
