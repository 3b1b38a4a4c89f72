//! Pictures of figures, each loaded once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::sources::LoadFigure;
use crate::finding::Finding;
use crate::library::Entry;
use crate::picture::PictureFile;

/// Capacity of the cache. Labels may hold a reader's data, so the number of pictures has no bound.
const MAX_PICTURES: usize = 64;

/// Block key and labels.
type PictureKey = (String, BTreeMap<String, String>);

/// Loads the pictures of figures and keeps them for the next reader.
pub(super) struct FigurePictures<'a> {
    load: Arc<LoadFigure<'a>>,
    loaded: Mutex<BTreeMap<PictureKey, Arc<PictureFile>>>,
}

impl<'a> FigurePictures<'a> {
    pub(super) fn new(load: Arc<LoadFigure<'a>>) -> FigurePictures<'a> {
        FigurePictures {
            load,
            loaded: Mutex::default(),
        }
    }

    /// Returns the picture of a figure. The labels fill the drawing's texts by id.
    pub(super) fn get(
        &self,
        entry: &Entry,
        labels: BTreeMap<String, String>,
    ) -> Result<Arc<PictureFile>, Vec<Finding>> {
        let key = (entry.key.clone(), labels);
        let loaded = || self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(picture) = loaded().get(&key) {
            return Ok(Arc::clone(picture));
        }
        let picture = (self.load)(entry, &key.1)?;
        let mut loaded = loaded();
        if loaded.len() >= MAX_PICTURES {
            loaded.clear();
        }
        loaded.insert(key, Arc::clone(&picture));
        Ok(picture)
    }
}
