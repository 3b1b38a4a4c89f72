//! Font faces and glyph runs.
//!
//! Faces are bundled with the program or belong to a clinic; none comes from the system. Text uses
//! Atkinson Hyperlegible Next, and Source Sans 3 for characters that it lacks. A clinic's faces come
//! before both ([`Faces::with_own`]). No leaflet shows an empty box for a character without a glyph:
//! see [`Faces::covers`].

mod file;

use std::ops::Deref;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

pub use file::FontError;

use crate::geometry::Colour;

/// Index of a face in [`Faces`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FaceId(pub u8);

/// Weight of a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weight {
    /// 400.
    Regular,
    /// 700.
    Bold,
}

/// One font file.
#[derive(Clone, Debug)]
pub struct Face {
    /// Family name, as in `Atkinson Hyperlegible Next`. A clinic's faces are one family, whatever
    /// their files say.
    pub family: String,
    /// As in `AtkinsonHyperlegibleNext-Bold`.
    pub postscript_name: String,
    pub weight: Weight,
    /// The whole file.
    pub data: FontData,
}

/// Bytes of a font file.
#[derive(Clone)]
pub enum FontData {
    /// Part of the program.
    Bundled(&'static [u8]),
    /// Read from a file.
    Read(Arc<[u8]>),
}

impl Deref for FontData {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            FontData::Bundled(bytes) => bytes,
            FontData::Read(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for FontData {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl std::fmt::Debug for FontData {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(formatter, "FontData({} bytes)", self.len())
    }
}

impl Face {
    /// Returns the units per em; `None` if the file is broken.
    pub fn units_per_em(&self) -> Option<u16> {
        let metrics = FontRef::new(&self.data)
            .ok()?
            .metrics(Size::unscaled(), LocationRef::default());
        Some(metrics.units_per_em).filter(|&units| units > 0)
    }

    /// Returns whether the face has a glyph for a character.
    pub fn has(&self, character: char) -> bool {
        FontRef::new(&self.data).is_ok_and(|font| {
            font.charmap()
                .map(character)
                .is_some_and(|glyph| glyph.to_u32() != 0)
        })
    }
}

/// Glyphs of one face, size and colour on one baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct GlyphRun {
    pub face: FaceId,
    /// Font size in points.
    pub size: f32,
    pub colour: Colour,
    /// Words in logical order.
    pub text: String,
    /// Glyphs from left to right.
    pub glyphs: Vec<Glyph>,
}

impl GlyphRun {
    /// Enlarges the run, from the left end of its baseline.
    pub fn scale(&mut self, factor: f32) {
        self.size *= factor;
        for glyph in &mut self.glyphs {
            glyph.x *= factor;
            glyph.y *= factor;
        }
    }
}

/// A glyph within its run.
#[derive(Clone, Debug, PartialEq)]
pub struct Glyph {
    /// Glyph id in the whole face, before subsetting.
    pub id: u16,
    /// Origin in points, to the right of the left end of the run.
    pub x: f32,
    /// Origin in points above the baseline; not zero for raised marks.
    pub y: f32,
    /// Byte range of its cluster in [`GlyphRun::text`]. All glyphs of a cluster have the same range.
    pub text: std::ops::Range<u32>,
}

/// All faces of a leaflet: those for text first, then their fallbacks. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Faces {
    faces: Arc<[Face]>,
    /// Number of a clinic's faces; they come first.
    own: usize,
    /// See [`Faces::identity`].
    identity: [u8; 32],
}

impl Faces {
    /// Returns the bundled faces.
    pub fn bundled() -> Faces {
        const ATKINSON: &str = "Atkinson Hyperlegible Next";
        const SOURCE: &str = "Source Sans 3";
        macro_rules! bundled_face {
            ($family:expr, $name:literal, $weight:expr) => {
                Face {
                    family: $family.to_owned(),
                    postscript_name: $name.to_owned(),
                    weight: $weight,
                    data: FontData::Bundled(include_bytes!(concat!("../fonts/", $name, ".ttf"))),
                }
            };
        }
        Faces {
            faces: Arc::from([
                bundled_face!(
                    ATKINSON,
                    "AtkinsonHyperlegibleNext-Regular",
                    Weight::Regular
                ),
                bundled_face!(ATKINSON, "AtkinsonHyperlegibleNext-Bold", Weight::Bold),
                bundled_face!(SOURCE, "SourceSans3-Regular", Weight::Regular),
                bundled_face!(SOURCE, "SourceSans3-Bold", Weight::Bold),
            ]),
            own: 0,
            identity: [0; 32],
        }
    }

    /// Returns a clinic's faces with these as fallbacks.
    pub fn with_own(&self, own: [Face; 2]) -> Faces {
        let mut hash = Sha256::new();
        for face in &own {
            hash.update((face.data.len() as u64).to_le_bytes());
            hash.update(&*face.data);
        }
        let count = own.len();
        let mut faces: Vec<Face> = self.faces[self.own..].to_vec();
        for (place, mut face) in own.into_iter().enumerate() {
            // The fonts of a PDF file need different names.
            while faces
                .iter()
                .any(|other| other.postscript_name == face.postscript_name)
            {
                face.postscript_name.push_str("-Own");
            }
            faces.insert(place, face);
        }
        Faces {
            faces: faces.into(),
            own: count,
            identity: hash.finalize().into(),
        }
    }

    /// Returns the clinic's faces; empty if it has none.
    pub fn own(&self) -> &[Face] {
        &self.faces[..self.own]
    }

    /// Identifies a collection of faces: SHA-256 over the clinic's faces, zero if it has none.
    pub fn identity(&self) -> [u8; 32] {
        self.identity
    }

    /// Returns the face with this id.
    pub fn get(&self, id: FaceId) -> &Face {
        &self.faces[usize::from(id.0)]
    }

    /// Returns all faces with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FaceId, &Face)> {
        (0u8..).map(FaceId).zip(&*self.faces)
    }

    /// Returns a character's glyph in a face and its advance in em; `None` if the face lacks it.
    pub fn glyph(&self, id: FaceId, character: char) -> Option<(u16, f32)> {
        let font = FontRef::new(&self.get(id).data).ok()?;
        let glyph = font
            .charmap()
            .map(character)
            .filter(|glyph| glyph.to_u32() != 0)?;
        let advance = font
            .glyph_metrics(Size::unscaled(), LocationRef::default())
            .advance_width(glyph)?;
        Some((
            u16::try_from(glyph.to_u32()).ok()?,
            advance / f32::from(self.get(id).units_per_em()?),
        ))
    }

    /// Returns whether a face has a glyph for a character. Characters that are never drawn, such as
    /// soft hyphens and line ends, count as covered.
    pub fn covers(&self, character: char) -> bool {
        is_never_drawn(character) || self.faces.iter().any(|face| face.has(character))
    }
}

/// Returns whether a character never has a glyph: controls, soft hyphens, joiners, bidi controls,
/// variation selectors (Unicode's `Default_Ignorable_Code_Point`, and line and paragraph separators).
pub fn is_never_drawn(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
                | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_our_languages_and_what_falls_back() {
        let faces = Faces::bundled();
        for character in "AÅÄÖåäöÆØæøéü½–—“”’…→☐✓≤µ\u{ad}\u{2066}\n".chars()
        {
            assert!(faces.covers(character), "{character:?}");
        }
        assert!(!faces.covers('漢'));
        assert!(!faces.covers('ب'));
    }

    #[test]
    fn knows_glyph_and_advance_of_a_character() {
        let faces = Faces::bundled();
        let (glyph, advance) = faces.glyph(FaceId(0), '-').unwrap();
        assert!(glyph > 0 && advance > 0.2 && advance < 0.6, "{advance}");
        assert_eq!(faces.glyph(FaceId(0), '漢'), None);
    }
}
