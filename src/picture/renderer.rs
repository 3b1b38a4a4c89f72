//! Drawn pictures, each drawn once.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file::PictureId;
use super::{Picture, PictureError, PictureFile, PictureUse};
use crate::font::Faces;

/// Capacity of the cache. Labels may hold a reader's data, so the number of pictures has no bound.
const MAX_PICTURES: usize = 64;

/// Draws picture files in one set of faces.
pub(crate) struct PictureRenderer {
    faces: Faces,
    drawn: BTreeMap<(PictureId, PictureUse), Arc<Picture>>,
    error: Option<PictureError>,
}

impl PictureRenderer {
    pub(crate) fn new(faces: &Faces) -> PictureRenderer {
        PictureRenderer {
            faces: faces.clone(),
            drawn: BTreeMap::new(),
            error: None,
        }
    }

    /// Draws a file, or returns the drawing made earlier. If it returns `None`, [`Self::take_error`] says
    /// why.
    pub(crate) fn draw(&mut self, file: &PictureFile, purpose: PictureUse) -> Option<Arc<Picture>> {
        let key = (file.id(), purpose);
        if let Some(picture) = self.drawn.get(&key) {
            return Some(Arc::clone(picture));
        }
        let picture = file.draw(purpose, &self.faces);
        let picture = picture.map_err(|error| self.error = Some(error)).ok()?;
        let picture = Arc::new(picture);
        if self.drawn.len() >= MAX_PICTURES {
            self.drawn.clear();
        }
        self.drawn.insert(key, Arc::clone(&picture));
        Some(picture)
    }

    /// Takes the last error.
    pub(crate) fn take_error(&mut self) -> Option<PictureError> {
        self.error.take()
    }

    /// Forgets all drawings.
    pub(crate) fn clear(&mut self) {
        self.drawn.clear();
    }
}
