//! Positioned glyphs.

use serde::{Deserialize, Serialize};

use super::face::FaceId;
use crate::geometry::{Colour, Pt};

/// Glyphs of one face, size and colour on one baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GlyphRun {
    pub face: FaceId,
    /// Font size: one em.
    pub size: Pt,
    pub colour: Colour,
    /// Words in logical order.
    pub text: String,
    /// Glyphs from left to right. Words from right to left may follow each other in reading order,
    /// each with its glyphs from left to right.
    pub glyphs: Vec<Glyph>,
}

impl GlyphRun {
    /// Scales the run from the left end of its baseline.
    pub fn scale(&mut self, factor: f32) {
        self.size = self.size * factor;
        for glyph in &mut self.glyphs {
            glyph.x = glyph.x * factor;
            glyph.y = glyph.y * factor;
        }
    }
}

/// A glyph within its run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Glyph {
    /// Glyph id in the whole face, before subsetting.
    pub id: u16,
    /// Distance of the origin from the left end of the run.
    pub x: Pt,
    /// Distance of the origin above the baseline; not zero for raised marks.
    pub y: Pt,
    /// Byte range of its cluster in [`GlyphRun::text`]. All glyphs of a cluster have the same
    /// range.
    pub text: std::ops::Range<u32>,
}
