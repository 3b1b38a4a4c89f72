//! Outlines of glyphs as SVG path data.

use std::fmt::Write as _;

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};

use super::{FaceId, Faces};

impl Faces {
    /// Returns the outline of a glyph in font units, with `y` upwards; empty for a space. `None` if the face
    /// has no such glyph or is broken.
    pub(crate) fn glyph_path(&self, id: FaceId, glyph: u16) -> Option<String> {
        let font = FontRef::new(&self.get(id).data).ok()?;
        let outline = font.outline_glyphs().get(GlyphId::from(glyph))?;
        let mut path = PathWriter::default();
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        outline.draw(settings, &mut path).ok()?;
        Some(path.data)
    }
}

/// Writes whole font units, relative to the last point, which is shortest.
#[derive(Default)]
struct PathWriter {
    data: String,
    last: [i32; 2],
    /// First point of the contour.
    first: [i32; 2],
}

impl PathWriter {
    fn command(&mut self, letter: char, points: &[[f32; 2]]) {
        self.data.push(letter);
        let points = points
            .iter()
            .map(|point| point.map(|length| length.round() as i32));
        let from = self.last;
        let mut is_first = true;
        for point in points {
            for (value, from) in point.into_iter().zip(from) {
                let value = value - from;
                // A sign parts numbers as well as a space.
                if !is_first && value >= 0 {
                    self.data.push(' ');
                }
                is_first = false;
                let _ = write!(self.data, "{value}");
            }
            self.last = point;
        }
    }
}

impl OutlinePen for PathWriter {
    fn move_to(&mut self, x: f32, y: f32) {
        self.command('m', &[[x, y]]);
        self.first = self.last;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.command('l', &[[x, y]]);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.command('q', &[[cx, cy], [x, y]]);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.command('c', &[[cx0, cy0], [cx1, cy1], [x, y]]);
    }

    fn close(&mut self) {
        self.data.push('z');
        self.last = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyphs_are_closed_contours_and_a_space_is_empty() {
        let faces = Faces::bundled();
        let path = |character| {
            let (glyph, _) = faces.glyph(FaceId(0), character).unwrap();
            faces.glyph_path(FaceId(0), glyph).unwrap()
        };
        let (o, i) = (path('o'), path('i'));
        assert!(o.starts_with('m') && o.ends_with('z'), "{o}");
        assert_eq!(o.matches('z').count(), 2, "{o}");
        assert_eq!(i.matches('m').count(), 2, "{i}");
        assert_eq!(path(' '), "");
        assert_eq!(faces.glyph_path(FaceId(0), u16::MAX), None);
    }
}
