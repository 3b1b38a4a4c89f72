//! Pictures: SVG, PNG, JPEG, WebP and GIF files, and their form on a page.
//!
//! A [`PictureFile`] is the author's file, checked, with the [`Picture`] that it draws: a drawing is
//! painted outlines and glyph runs ([`Vector`]), a photograph is pixels ([`Raster`]). So is a drawing with
//! masks, filters or patterns.
//!
//! Input is untrusted. Scripts, external references and nested entities are rejected before a drawing is
//! parsed, and sizes have limits. A [`DrawingReader`] can read drawings in another process. Only this
//! module uses the crates `usvg`, `resvg`, `image` and `moxcms`.

mod colour_profile;
mod drawing;
mod exif;
mod file;
mod graphic;
mod other_format;
mod png_text;
mod raster;
mod sample;
mod svg;
mod svg_writer;
mod trim;

use std::sync::Arc;

pub use drawing::{
    Drawing, DrawingOrigin, DrawingReader, DrawingRequest, read_drawing, set_drawing_reader,
};
pub use file::{PictureFile, PictureFormat, PictureUse};
pub use graphic::{Affine, Clip, Gradient, GradientGeometry, Graphic, Mark, MarkPaint, OPAQUE};
pub(crate) use png_text::{PngText, begins_with_text, to_png_with_text};
pub(crate) use svg::paint_svg;
pub(crate) use svg_writer::{SvgWriter, data_address, svg_number};

use serde::{Deserialize, Serialize};

use crate::font::GlyphRun;
use crate::geometry::{Point, Pt, Shape, Size};

/// A drawn picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Picture {
    Vector(Vector),
    Raster(Arc<Raster>),
}

/// Painted outlines and glyph runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vector {
    /// Size of the drawing. Marks are within `0..width` and `0..height`.
    pub size: Size,
    /// Marks in painting order.
    pub items: Vec<VectorItem>,
}

/// A part of a drawing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum VectorItem {
    Shape(Shape),
    /// Text, from the left end of its baseline.
    Text(Point, GlyphRun),
    /// Consecutive marks, of which some are no plain shapes.
    Graphic(Graphic),
}

/// Pixels, eight bits a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raster {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    pub samples: Samples,
    /// Opacity, one byte a pixel; `None` if every pixel is opaque.
    #[serde(with = "serde_bytes")]
    pub opacity: Option<Vec<u8>>,
}

/// Samples of a raster picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Samples {
    /// One byte a pixel, row by row.
    Grey(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Three bytes a pixel, row by row.
    Rgb(#[serde(with = "serde_bytes")] Vec<u8>),
    /// A whole JPEG file.
    Jpeg {
        #[serde(with = "serde_bytes")]
        data: Vec<u8>,
        /// 1 (grey) or 3 (colour).
        channels: u8,
    },
}

/// A fact about a drawn picture, for its author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PictureNote {
    /// The drawing became pixels, because it uses this.
    DrawnAsPixels(String),
    /// The text asks for a face that is not there.
    MissingFace(String),
    /// As `MissingFace`. In the other face the letters are wider, and the edge of the drawing cuts them off.
    CutLettering(String),
    /// White paper shows nothing of the picture.
    Invisible,
    /// Only the first image of an animation is printed.
    Animated,
    /// The colours are for printing machines, or their profile is not of a kind that is read.
    GuessedColours,
}

/// A feature of a picture that no page can show.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum UnsupportedFeature {
    #[error("animation")]
    Animation,
    #[error("text along a path")]
    TextPath,
    #[error("flowing text of Inkscape")]
    FlowingText,
    #[error("text with `direction: rtl`")]
    RightToLeft,
    /// A transform of CSS.
    #[error("the transform `{0}` of a style")]
    Transform(String),
    /// A property, with its value, or a rule of a style sheet.
    #[error("the style `{0}`")]
    Style(String),
    #[error("a drawing inside the drawing, as an SVG image")]
    NestedDrawing,
    #[error("{0}")]
    Other(String),
}

/// A fault of a picture file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum PictureError {
    #[error("this is not an SVG, PNG, JPEG, WebP or GIF file")]
    UnknownFormat,
    /// A known format that is not read.
    #[error("this is {0}, which cannot be placed in a leaflet")]
    OtherFormat(String),
    /// The file has more bytes, pixels or outlines than any leaflet needs.
    #[error("the picture is too large: {0}")]
    TooLarge(String),
    /// The drawing could run code or load other files.
    #[error("the drawing is not safe: {reason}")]
    Unsafe {
        reason: String,
        /// Byte offset in the file.
        at: Option<usize>,
    },
    /// The drawing exceeds a limit, so that it could exhaust time, memory or stack.
    #[error("the drawing is too complex: {reason}")]
    TooComplex {
        reason: String,
        /// Byte offset in the file.
        at: Option<usize>,
    },
    /// The file is valid but uses a feature that no page can show.
    #[error("the picture uses {0}, which cannot be placed in a leaflet")]
    Unsupported(UnsupportedFeature),
    /// Text reaches beyond the view box. Holds the id of the text, not its words: they may be a reader's data.
    #[error("words{} reach over the edge of the drawing's view box", in_text(.0))]
    LongLabel(Option<String>),
    #[error("the picture cannot be read: {0}")]
    Unreadable(String),
    /// A [`DrawingReader`] stopped at its limits.
    #[error("the drawing is too complex: {0}")]
    GivenUp(String),
    /// The computer cannot start a process for the drawing.
    #[error("the drawing cannot be read: {0}")]
    NoReader(String),
    /// The drawing and the faces of its text exceed a limit in megabytes.
    #[error("the drawing and the typefaces of its text have more than {0} MB together")]
    LargeFaces(u64),
    #[error("no typeface has the character `{0}` of the drawing's text")]
    MissingGlyph(char),
    #[error("the drawing has no text with the id `{id}`")]
    UnknownLabel {
        id: String,
        /// Ids of the drawing's texts.
        known: Vec<String>,
    },
}

/// Refuses a file with more than `most` megabytes.
fn check_size(data: &[u8], most: usize) -> Result<(), PictureError> {
    if data.len() > most * 1024 * 1024 {
        return Err(PictureError::TooLarge(format!("more than {most} MB")));
    }
    Ok(())
}

fn in_text(id: &Option<String>) -> String {
    id.as_ref()
        .map_or_else(String::new, |id| format!(" in the text `{id}`"))
}

impl Picture {
    /// Width divided by height.
    pub fn aspect_ratio(&self) -> f32 {
        match self {
            Picture::Vector(vector) => vector.size.width / vector.size.height,
            Picture::Raster(raster) => raster.width as f32 / raster.height as f32,
        }
    }

    /// Returns the picture with no more pixels than print at this width needs.
    fn sampled(self: &Arc<Picture>, width: Pt) -> Arc<Picture> {
        self.sampled_from(width, raster::decoded)
    }

    /// Does the same. `pixels` gives the decoded form of a JPEG raster.
    fn sampled_from(
        self: &Arc<Picture>,
        width: Pt,
        pixels: impl FnOnce(&Raster) -> Option<Raster>,
    ) -> Arc<Picture> {
        match &**self {
            Picture::Raster(raster) => {
                let size = Size::new(width, width / self.aspect_ratio());
                let sampled = raster::sampled(raster, size, || pixels(raster));
                sampled.map_or_else(
                    || Arc::clone(self),
                    |raster| Arc::new(Picture::Raster(Arc::new(raster))),
                )
            }
            Picture::Vector(vector) if vector.has_images() => {
                let scale = width / vector.size.width;
                let mut vector = vector.clone();
                for item in &mut vector.items {
                    if let VectorItem::Graphic(graphic) = item {
                        graphic.sample(scale);
                    }
                }
                Arc::new(Picture::Vector(vector))
            }
            Picture::Vector(_) => Arc::clone(self),
        }
    }
}

impl Vector {
    fn has_images(&self) -> bool {
        let is_image = |mark: &Mark| matches!(mark.paint, MarkPaint::Image(..));
        self.items.iter().any(|item| match item {
            VectorItem::Graphic(graphic) => graphic.marks.iter().any(is_image),
            VectorItem::Shape(_) | VectorItem::Text(..) => false,
        })
    }
}

/// Parses an SVG file that is part of the program and has no text.
pub(crate) fn bundled_drawing(svg: &str) -> Vec<Shape> {
    let items = svg::read_bundled(svg).expect("a drawing of the program is valid");
    let shapes = items.into_iter().filter_map(|item| match item {
        VectorItem::Shape(shape) => Some(shape),
        VectorItem::Text(..) | VectorItem::Graphic(_) => None,
    });
    shapes.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::font::Faces;

    fn draw(data: &[u8], labels: &BTreeMap<String, String>) -> Result<Arc<Picture>, PictureError> {
        let (faces, origin) = (Faces::bundled(), DrawingOrigin::Foreign);
        let file = PictureFile::read(data, labels, PictureUse::Figure, &faces, origin)?;
        Ok(Arc::clone(file.picture()))
    }

    #[test]
    fn first_bytes_tell_the_format() {
        let read = |data: &[u8]| draw(data, &BTreeMap::new());
        let svg = b"\xef\xbb\xbf\n<svg xmlns='http://www.w3.org/2000/svg' width='4' height='2'><rect width='1' height='1'/></svg>";
        assert!(matches!(read(svg).as_deref(), Ok(Picture::Vector(_))));
        assert_eq!(read(svg).unwrap().aspect_ratio(), 2.0);
        assert!(matches!(read(b"GIF89a"), Err(PictureError::Unreadable(_))));
        assert!(matches!(
            read(b"%PDF-1.4"),
            Err(PictureError::OtherFormat(_))
        ));
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

    /// Parts of drawings, valid and broken.
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
        fn no_drawing_panics(
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
            if let Ok(Picture::Vector(vector)) = draw(svg.as_bytes(), &labels).as_deref() {
                prop_assert!(vector.size.width > Pt::ZERO && vector.size.height > Pt::ZERO);
            }
        }

        #[test]
        fn no_bytes_panic(
            head in prop::sample::select(&HEADS[..]),
            body in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let _ = draw(&[head, &body].concat(), &BTreeMap::new());
        }
    }
}
