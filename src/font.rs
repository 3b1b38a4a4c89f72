//! Font faces and glyph runs.
//!
//! Faces are bundled with the program or belong to a clinic; none comes from the system. Text uses
//! Atkinson Hyperlegible Next, and Source Sans 3 for characters that it lacks. A clinic's faces
//! come before both ([`Faces::with_own`]). No leaflet shows an empty box for a character without a
//! glyph: see [`Faces::covers`].

mod face;
mod file;
mod glyph_run;

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

pub use face::{Face, FaceId, Weight};
pub use file::FontError;
pub use glyph_run::{Glyph, GlyphRun};

/// All faces of a leaflet: those for text first, then their fallbacks. Cheap to clone. Only a clinic's
/// faces are serialised.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "Vec<Face>", from = "Vec<Face>")]
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
                    data: Arc::new(Cow::Borrowed(include_bytes!(concat!(
                        "../fonts/",
                        $name,
                        ".ttf"
                    )))),
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
            hash.update(&**face.data);
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

    /// Returns a hash that identifies the collection: SHA-256 over the clinic's faces, zero without
    /// any.
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

    /// Returns whether any face has a glyph for a character. Characters that are never drawn, such
    /// as soft hyphens and line ends, count as covered.
    pub fn covers(&self, character: char) -> bool {
        is_never_drawn(character) || self.faces.iter().any(|face| face.has(character))
    }
}

impl From<Faces> for Vec<Face> {
    fn from(faces: Faces) -> Vec<Face> {
        faces.own().to_vec()
    }
}

impl From<Vec<Face>> for Faces {
    fn from(own: Vec<Face>) -> Faces {
        let bundled = Faces::bundled();
        <[Face; 2]>::try_from(own).map_or(bundled.clone(), |own| bundled.with_own(own))
    }
}

/// Returns whether a character never has a glyph: controls, soft hyphens, joiners, bidi controls,
/// variation selectors (Unicode's `Default_Ignorable_Code_Point`, and line and paragraph
/// separators).
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
