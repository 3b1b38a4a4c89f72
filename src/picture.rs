//! Pictures: SVG, PNG and JPEG files, checked and taken apart into what can be placed on a page.
//!
//! Input is untrusted. An SVG becomes plain painted outlines ([`Vector`]), so that scripts, external
//! references and entities have no way in; a raster picture keeps its size limits. Only this module
//! names the crates `usvg` and `image`.

use std::sync::Arc;

use crate::geometry::{Shape, Size};

/// A picture of either kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// Painted outlines.
    Vector(Vector),
    /// A grid of pixels.
    Raster(Arc<Raster>),
}

impl Picture {
    /// Width divided by height.
    pub fn aspect_ratio(&self) -> f32 {
        match self {
            Picture::Vector(vector) => vector.size.width / vector.size.height,
            Picture::Raster(raster) => raster.width as f32 / raster.height as f32,
        }
    }
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
