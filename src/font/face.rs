//! A font face and its file.

use std::borrow::Cow;
use std::sync::Arc;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// Index of a face in [`Faces`](super::Faces).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FaceId(pub u8);

/// Weight of a face.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Weight {
    /// 400.
    #[default]
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
    pub data: Arc<Cow<'static, [u8]>>,
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
