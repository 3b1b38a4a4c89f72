//! The faces that text is set in: bundled with the program, never taken from the system.
//!
//! Text is set in Atkinson Hyperlegible Next; characters that it lacks fall back to Source Sans 3.
//! A character that neither has is never set as an empty box: see [`Faces::covers`].

use std::borrow::Cow;

/// A face's place in [`Faces`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FaceId(pub u8);

/// The two weights that leaflets use.
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
    /// The family's name, as in `Atkinson Hyperlegible Next`.
    pub family: String,
    /// The PostScript name, as in `AtkinsonHyperlegibleNext-Bold`.
    pub postscript_name: String,
    /// Its weight.
    pub weight: Weight,
    /// The whole file.
    pub data: Cow<'static, [u8]>,
}

/// All faces of a run, the text faces first and then their fallbacks.
#[derive(Clone, Debug)]
pub struct Faces {
    faces: Vec<Face>,
}

impl Faces {
    /// The bundled faces.
    pub fn bundled() -> Faces {
        let face = |family: &str, postscript_name: &str, weight, data: &'static [u8]| Face {
            family: family.to_owned(),
            postscript_name: postscript_name.to_owned(),
            weight,
            data: Cow::Borrowed(data),
        };
        let atkinson = "Atkinson Hyperlegible Next";
        let source = "Source Sans 3";
        Faces {
            faces: vec![
                face(
                    atkinson,
                    "AtkinsonHyperlegibleNext-Regular",
                    Weight::Regular,
                    include_bytes!("../fonts/AtkinsonHyperlegibleNext-Regular.ttf"),
                ),
                face(
                    atkinson,
                    "AtkinsonHyperlegibleNext-Bold",
                    Weight::Bold,
                    include_bytes!("../fonts/AtkinsonHyperlegibleNext-Bold.ttf"),
                ),
                face(
                    source,
                    "SourceSans3-Regular",
                    Weight::Regular,
                    include_bytes!("../fonts/SourceSans3-Regular.ttf"),
                ),
                face(
                    source,
                    "SourceSans3-Bold",
                    Weight::Bold,
                    include_bytes!("../fonts/SourceSans3-Bold.ttf"),
                ),
            ],
        }
    }

    /// The face with this id.
    pub fn get(&self, id: FaceId) -> &Face {
        &self.faces[usize::from(id.0)]
    }

    /// All faces with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FaceId, &Face)> {
        (0u8..).map(FaceId).zip(&self.faces)
    }

    /// Whether text with this character can be set without an empty box. Characters that are never
    /// drawn (soft hyphens, joiners, bidi controls, line ends) count as covered.
    pub fn covers(&self, character: char) -> bool {
        use skrifa::MetadataProvider;
        let never_drawn = character.is_control()
            || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
        never_drawn
            || self.faces.iter().any(|face| {
                skrifa::FontRef::new(&face.data)
                    .is_ok_and(|font| font.charmap().map(character).is_some_and(|glyph| glyph.to_u32() != 0))
            })
    }
}
