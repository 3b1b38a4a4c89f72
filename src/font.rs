//! Font faces and glyph runs.
//!
//! Faces are bundled with the program or belong to a clinic; none comes from the system. Text uses
//! the first of these that has a character:
//!
//! 1. A clinic's own faces ([`Faces::with_own`]).
//! 2. Atkinson Hyperlegible Next, then Source Sans 3.
//! 3. A clinic's fallback faces ([`Faces::with_fallbacks`]).
//! 4. Noto Sans Arabic and Noto Sans Hebrew.
//!
//! Faces of 3 and 4 are for names in other scripts. Only text that needs them reads them. No leaflet
//! shows an empty box for a character without a glyph: see [`Faces::covers`].

mod face;
mod file;
mod glyph_run;
mod outline;
mod script;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, GlyphId, MetadataProvider};

use crate::geometry::Pt;

pub use face::{Face, FaceId, Weight};
pub use file::FontError;
pub(crate) use file::subset;
pub use glyph_run::{Glyph, GlyphRun};
pub(crate) use script::{is_emoji, is_on_screens, script_name};

/// All faces of a leaflet: those for text first, then their fallbacks. Cheap to clone. Only a clinic's
/// faces are serialised.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "ClinicFaces", from = "ClinicFaces")]
pub struct Faces {
    faces: Arc<[Face]>,
    /// Number of a clinic's faces; they come first.
    own: usize,
    /// Number of faces before the fallbacks for other scripts.
    main: usize,
    /// Number of a clinic's fallback faces; they come first among the fallbacks.
    own_fallbacks: usize,
    /// See [`Faces::identity`].
    identity: [u8; 32],
}

impl Faces {
    /// Returns the bundled faces.
    pub fn bundled() -> Faces {
        const ATKINSON: &str = "Atkinson Hyperlegible Next";
        const SOURCE: &str = "Source Sans 3";
        const ARABIC: &str = "Noto Sans Arabic";
        const HEBREW: &str = "Noto Sans Hebrew";
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
                bundled_face!(ARABIC, "NotoSansArabic-Regular", Weight::Regular),
                bundled_face!(ARABIC, "NotoSansArabic-Bold", Weight::Bold),
                bundled_face!(HEBREW, "NotoSansHebrew-Regular", Weight::Regular),
                bundled_face!(HEBREW, "NotoSansHebrew-Bold", Weight::Bold),
            ]),
            own: 0,
            main: 4,
            own_fallbacks: 0,
            identity: [0; 32],
        }
    }

    /// Returns a clinic's faces with these as fallbacks.
    pub fn with_own(&self, own: [Face; 2]) -> Faces {
        let mut faces = self.with(0..self.own, own.into());
        faces.main = faces.main - self.own + 2;
        faces.own = 2;
        faces
    }

    /// Returns these faces with a clinic's faces for scripts that the faces for text lack. They come
    /// before the bundled ones for Arabic and Hebrew.
    pub fn with_fallbacks(&self, fallbacks: Vec<Face>) -> Faces {
        let count = fallbacks.len();
        let mut faces = self.with(self.main..self.main + self.own_fallbacks, fallbacks);
        faces.own_fallbacks = count;
        faces
    }

    /// Returns these faces with some of them replaced.
    fn with(&self, replaced: Range<usize>, new: Vec<Face>) -> Faces {
        let mut hash = Sha256::new();
        hash.update(self.identity);
        hash.update((replaced.start as u64).to_le_bytes());
        for face in &new {
            hash.update((face.data.len() as u64).to_le_bytes());
            hash.update(&**face.data);
        }
        let start = replaced.start;
        let mut faces: Vec<Face> = self.faces.to_vec();
        faces.drain(replaced);
        for (place, mut face) in new.into_iter().enumerate() {
            // The fonts of a PDF file need different names.
            while faces
                .iter()
                .any(|other| other.postscript_name == face.postscript_name)
            {
                face.postscript_name.push_str("-Own");
            }
            faces.insert(start + place, face);
        }
        Faces {
            faces: faces.into(),
            identity: hash.finalize().into(),
            ..self.clone()
        }
    }

    /// Returns the clinic's faces; empty if it has none.
    pub fn own(&self) -> &[Face] {
        &self.faces[..self.own]
    }

    /// Returns the clinic's fallback faces; empty if it has none.
    pub fn own_fallbacks(&self) -> &[Face] {
        &self.faces[self.main..self.main + self.own_fallbacks]
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

    /// Returns the faces for text with their ids.
    pub fn main(&self) -> impl Iterator<Item = (FaceId, &Face)> {
        (0u8..).map(FaceId).zip(&self.faces[..self.main])
    }

    /// Returns all faces with their ids, also those that few texts need.
    pub fn all(&self) -> impl Iterator<Item = (FaceId, &Face)> {
        (0u8..).map(FaceId).zip(&*self.faces)
    }

    /// Returns the faces that a text may need, with their ids.
    pub fn for_text(&self, text: &str) -> impl Iterator<Item = (FaceId, &Face)> {
        let is_in_main = |character| {
            is_never_drawn(character) || self.main().any(|(_, face)| face.has(character))
        };
        let mut others = text.chars().filter(|character| !character.is_ascii());
        let needs_only_main = others.all(is_in_main);
        self.all().take(if needs_only_main {
            self.main
        } else {
            usize::MAX
        })
    }

    /// Returns these faces, with empty files for the clinic's fallback faces that are not `used`. All keep
    /// their ids.
    pub(crate) fn with_used_fallbacks(&self, used: impl Fn(&Face) -> bool) -> Faces {
        let keep = |face: &Face| match used(face) {
            true => face.clone(),
            false => Face {
                data: Arc::default(),
                ..face.clone()
            },
        };
        self.with_fallbacks(self.own_fallbacks().iter().map(keep).collect())
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

    /// Returns the width of a run, from its left end to the end of its last glyph.
    pub fn run_width(&self, run: &GlyphRun) -> Pt {
        let last = run.glyphs.last().map(|glyph| {
            let font = FontRef::new(&self.get(run.face).data).ok()?;
            let size = Size::new(run.size.0);
            let metrics = font.glyph_metrics(size, LocationRef::default());
            let advance = metrics.advance_width(GlyphId::from(glyph.id))?;
            Some(glyph.x + Pt(advance))
        });
        last.flatten().unwrap_or_default()
    }

    /// Returns whether any face has a glyph for a character. Characters that are never drawn, such
    /// as soft hyphens and line ends, count as covered.
    pub fn covers(&self, character: char) -> bool {
        is_never_drawn(character) || self.faces.iter().any(|face| face.has(character))
    }
}

/// A clinic's faces, as they are serialised. Ids of faces count all of them.
#[derive(Serialize, Deserialize)]
struct ClinicFaces {
    own: Vec<Face>,
    fallbacks: Vec<Face>,
}

impl From<Faces> for ClinicFaces {
    fn from(faces: Faces) -> ClinicFaces {
        ClinicFaces {
            own: faces.own().to_vec(),
            fallbacks: faces.own_fallbacks().to_vec(),
        }
    }
}

impl From<ClinicFaces> for Faces {
    fn from(clinic: ClinicFaces) -> Faces {
        let mut faces = Faces::bundled();
        if let Ok(own) = <[Face; 2]>::try_from(clinic.own) {
            faces = faces.with_own(own);
        }
        if !clinic.fallbacks.is_empty() {
            faces = faces.with_fallbacks(clinic.fallbacks);
        }
        faces
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
    fn serialised_faces_keep_their_ids() {
        let bundled = Faces::bundled();
        let face = |id| bundled.get(FaceId(id)).clone();
        let own = bundled.with_own([face(2), face(3)]);
        let fallbacks = vec![face(6), face(7), face(4)];
        for faces in [
            bundled.clone(),
            own.clone(),
            bundled.with_fallbacks(fallbacks.clone()),
            own.with_fallbacks(fallbacks),
        ] {
            let read = Faces::from(ClinicFaces::from(faces.clone()));
            let all = |faces: &Faces| -> Vec<Vec<u8>> {
                faces.all().map(|(_, face)| face.data.to_vec()).collect()
            };
            assert_eq!(all(&read), all(&faces));
            assert_eq!(read.main().count(), faces.main().count());
        }
    }

    #[test]
    fn covers_our_languages_and_what_falls_back() {
        let faces = Faces::bundled();
        for character in "AÅÄÖåäöÆØæøéü½–—“”’…→☐✓≤µ\u{ad}\u{2066}\n".chars()
        {
            assert!(faces.covers(character), "{character:?}");
        }
        assert!(faces.covers('ب') && faces.covers('א'));
        assert!(!faces.covers('漢'));
    }

    #[test]
    fn a_clinics_faces_come_before_those_that_they_replace() {
        let read = |bytes: &[u8], weight| Face::read(bytes.to_vec(), weight).unwrap();
        const ARABIC: &[u8] = include_bytes!("../fonts/NotoSansArabic-Regular.ttf");
        const SOURCE: &[u8] = include_bytes!("../fonts/SourceSans3-Regular.ttf");
        let own = [read(SOURCE, Weight::Regular), read(SOURCE, Weight::Bold)];
        let bundled = Faces::bundled();
        let faces = bundled
            .with_own(own)
            .with_fallbacks(vec![read(ARABIC, Weight::Regular)]);
        let names: Vec<&str> = faces
            .all()
            .map(|(_, face)| face.postscript_name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "SourceSans3-Regular-Own",
                "SourceSans3-Regular-Own-Own",
                "AtkinsonHyperlegibleNext-Regular",
                "AtkinsonHyperlegibleNext-Bold",
                "SourceSans3-Regular",
                "SourceSans3-Bold",
                "NotoSansArabic-Regular-Own",
                "NotoSansArabic-Regular",
                "NotoSansArabic-Bold",
                "NotoSansHebrew-Regular",
                "NotoSansHebrew-Bold",
            ]
        );
        assert_eq!((faces.own().len(), faces.own_fallbacks().len()), (2, 1));
        assert_eq!(faces.main().count(), 6);
        assert_eq!(faces.for_text("Åsa → µ").count(), 6);
        assert_eq!(faces.for_text("كل").count(), 11);
        assert_ne!(faces.identity(), bundled.identity());
    }

    #[test]
    fn knows_glyph_and_advance_of_a_character() {
        let faces = Faces::bundled();
        let (glyph, advance) = faces.glyph(FaceId(0), '-').unwrap();
        assert!(glyph > 0 && advance > 0.2 && advance < 0.6, "{advance}");
        assert_eq!(faces.glyph(FaceId(0), '漢'), None);
    }
}
