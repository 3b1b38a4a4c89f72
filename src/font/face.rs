//! A font face and its file.

use std::ops::Deref;
use std::sync::Arc;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// Index of a face in [`Faces`](super::Faces).
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
