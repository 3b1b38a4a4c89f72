//! Drawings and their reader.
//!
//! Drawings of the built-in library are read in this process. Any other may be hostile. A [`DrawingReader`]
//! can read it in another process, with limits on time and memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::{Picture, PictureError, PictureNote, PictureUse, svg};
use crate::font::{Face, Faces};

/// Reads drawings that may be hostile.
pub type DrawingReader = fn(&DrawingRequest) -> Result<Arc<Drawing>, PictureError>;

static READER: OnceLock<DrawingReader> = OnceLock::new();

/// Sets the reader of drawings that are not built in. Only the first call has an effect. The default is
/// [`read_drawing`].
pub fn set_drawing_reader(reader: DrawingReader) {
    READER.get_or_init(|| reader);
}

/// Origin of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawingOrigin {
    /// The built-in library.
    BuiltIn,
    /// A file of a clinic or of another library.
    Foreign,
}

/// An SVG file, and what its drawing depends on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DrawingRequest {
    /// The file.
    #[serde(with = "serde_bytes")]
    pub data: Vec<u8>,
    /// New words of the drawing's texts, by id.
    pub labels: BTreeMap<String, String>,
    pub purpose: PictureUse,
    /// Faces of the text.
    pub faces: Faces,
}

/// A drawing that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawing {
    /// The text of the file with labels filled in.
    pub svg: String,
    pub picture: Arc<Picture>,
    pub notes: Vec<PictureNote>,
}

impl DrawingRequest {
    pub(super) fn new(
        data: &[u8],
        labels: &BTreeMap<String, String>,
        purpose: PictureUse,
        faces: &Faces,
    ) -> DrawingRequest {
        let has_text = data.windows(4).any(|word| word == b"text");
        DrawingRequest {
            data: data.to_owned(),
            labels: labels.clone(),
            purpose,
            // A clinic's faces are large, and most drawings have no text.
            faces: match has_text {
                true => faces.clone(),
                false => Faces::bundled(),
            },
        }
    }

    /// Returns the request without the files of fallback faces that the drawing's text does not need.
    pub(crate) fn with_needed_faces(&self) -> DrawingRequest {
        let text = String::from_utf8_lossy(&self.data);
        // A reference such as `&#x6f22;` can be any character.
        let has_references = text.contains("&#");
        let words = || {
            text.chars()
                .chain(self.labels.values().flat_map(|label| label.chars()))
        };
        let others: BTreeSet<char> = words().filter(|character| !character.is_ascii()).collect();
        let is_needed = |face: &Face| {
            has_references
                || text.contains(&face.family)
                || others.iter().any(|character| face.has(*character))
        };
        DrawingRequest {
            faces: self.faces.with_used_fallbacks(is_needed),
            ..self.clone()
        }
    }

    /// Size of the files in bytes.
    pub(crate) fn size(&self) -> usize {
        let of_clinic = self.faces.own().iter().chain(self.faces.own_fallbacks());
        self.data.len() + of_clinic.map(|face| face.data.len()).sum::<usize>()
    }

    pub(super) fn read(&self, origin: DrawingOrigin) -> Result<Arc<Drawing>, PictureError> {
        match (origin, READER.get()) {
            (DrawingOrigin::Foreign, Some(reader)) => reader(self),
            _ => read_drawing(self),
        }
    }
}

/// Reads a drawing in this process.
pub fn read_drawing(request: &DrawingRequest) -> Result<Arc<Drawing>, PictureError> {
    let svg = svg::read(&request.data, &request.labels)?;
    let (picture, mut notes) = svg::draw(&svg, request.purpose, &request.faces)?;
    let picture = picture.for_use(request.purpose, &mut notes);
    Ok(Arc::new(Drawing {
        svg,
        picture: Arc::new(picture),
        notes,
    }))
}
