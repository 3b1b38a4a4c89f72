//! A font face and its file.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// Index of a face in [`Faces`](super::Faces).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FaceId(pub u8);

/// Weight of a face.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Weight {
    /// 400.
    #[default]
    Regular,
    /// 700.
    Bold,
}

/// One font file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Face {
    /// Family name, as in `Atkinson Hyperlegible Next`. A clinic's faces are one family, whatever
    /// their files say.
    pub family: String,
    /// As in `AtkinsonHyperlegibleNext-Bold`.
    pub postscript_name: String,
    pub weight: Weight,
    /// The whole file.
    #[serde(serialize_with = "write_data", deserialize_with = "read_data")]
    pub data: Arc<Cow<'static, [u8]>>,
}

fn write_data<S: Serializer>(
    data: &Arc<Cow<'static, [u8]>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serde_bytes::serialize(&***data, serializer)
}

fn read_data<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Arc<Cow<'static, [u8]>>, D::Error> {
    let data: Vec<u8> = serde_bytes::deserialize(deserializer)?;
    Ok(Arc::new(Cow::Owned(data)))
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
