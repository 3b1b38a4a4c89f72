//! Pixels inside a drawing: PNG, JPEG, GIF and WebP files in `data:` addresses.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use usvg::{ImageHrefResolver, ImageKind};

use crate::picture::raster;
use crate::picture::{PictureError, PictureNote, Raster, Samples, UnsupportedFeature};

/// Most pixels of all images in a drawing.
const MAX_PIXELS: u64 = 50_000_000;

/// The images of one drawing, by their files.
#[derive(Clone, Default)]
pub(super) struct EmbeddedImages(Arc<Mutex<Images>>);

#[derive(Default)]
struct Images {
    /// The decoded form of each file that usvg got.
    rasters: BTreeMap<Arc<Vec<u8>>, Arc<Raster>>,
    /// The form of each file that usvg gets.
    files: BTreeMap<Arc<Vec<u8>>, ImageKind>,
    pixels: u64,
    notes: Vec<PictureNote>,
    error: Option<PictureError>,
}

impl EmbeddedImages {
    /// Makes usvg read images in the drawing and no others. It keeps only upright PNG and JPEG files.
    pub(super) fn resolver(&self) -> ImageHrefResolver<'static> {
        let images = self.clone();
        ImageHrefResolver {
            resolve_data: Box::new(move |_, data, _| images.read(data)),
            resolve_string: Box::new(|_, _| None),
        }
    }

    fn read(&self, data: Arc<Vec<u8>>) -> Option<ImageKind> {
        let mut images = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = images.files.get(&data) {
            return Some(known.clone());
        }
        let result = raster::read(&data).and_then(|read| {
            images.pixels += u64::from(read.raster.width) * u64::from(read.raster.height);
            if images.pixels > MAX_PIXELS {
                let message = "its images have more than 50 million pixels";
                return Err(PictureError::TooLarge(message.to_owned()));
            }
            let facts = [
                (read.is_animated, PictureNote::Animated),
                (read.has_guessed_colours, PictureNote::GuessedColours),
            ];
            for (_, note) in facts.into_iter().filter(|(is_so, _)| *is_so) {
                if !images.notes.contains(&note) {
                    images.notes.push(note);
                }
            }
            Ok(read.raster)
        });
        match result {
            Ok(raster) => {
                let kind = match &raster.samples {
                    Samples::Jpeg { data, .. } => ImageKind::JPEG(Arc::new(data.clone())),
                    Samples::Grey(_) | Samples::Rgb(_) => {
                        ImageKind::PNG(Arc::new(raster::to_png(&raster)))
                    }
                };
                if let ImageKind::JPEG(file) | ImageKind::PNG(file) = &kind {
                    images.rasters.insert(Arc::clone(file), Arc::new(raster));
                }
                images.files.insert(data, kind.clone());
                Some(kind)
            }
            Err(error) => {
                images.error.get_or_insert(error);
                None
            }
        }
    }

    /// Returns the first error of reading the images. usvg leaves broken images out.
    pub(super) fn error(&self) -> Option<PictureError> {
        let images = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        images.error.clone()
    }

    /// Facts about the images, each once.
    pub(super) fn notes(&self) -> Vec<PictureNote> {
        let images = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        images.notes.clone()
    }

    /// Returns the decoded form of an image that usvg got.
    pub(super) fn raster(&self, kind: &ImageKind) -> Result<Arc<Raster>, PictureError> {
        let images = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let raster = match kind {
            ImageKind::JPEG(file) | ImageKind::PNG(file) => images.rasters.get(file),
            ImageKind::GIF(_) | ImageKind::WEBP(_) | ImageKind::SVG(_) => None,
        };
        let unknown = || PictureError::Unsupported(UnsupportedFeature::NestedDrawing);
        raster.cloned().ok_or_else(unknown)
    }
}
