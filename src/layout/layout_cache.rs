//! Layout results that later leaflets reuse.

use super::error::LayoutError;
use super::inline::ParagraphLayouter;
use crate::font::Faces;
use crate::qr_code::QrCache;

/// Layout results that later leaflets in the same faces reuse. Each thread has its own.
pub(crate) struct LayoutCache {
    pub(super) paragraphs: ParagraphLayouter,
    pub(super) qr_codes: QrCache,
}

impl LayoutCache {
    /// Creates an empty cache for these faces.
    pub(crate) fn new(faces: &Faces) -> LayoutCache {
        LayoutCache {
            paragraphs: ParagraphLayouter::new(faces),
            qr_codes: QrCache::default(),
        }
    }

    /// Fails if text lacked a glyph since the last call.
    pub(super) fn take_error(&mut self) -> Result<(), LayoutError> {
        let missing = self.paragraphs.take_missing();
        if missing.is_empty() {
            return Ok(());
        }
        let faces = self.paragraphs.faces();
        let (known, unknown): (Vec<char>, Vec<char>) = missing
            .into_iter()
            .partition(|character| faces.covers(*character));
        Err(match unknown.is_empty() {
            true => LayoutError::UnjoinableGlyphs(known),
            false => LayoutError::MissingGlyphs(unknown),
        })
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.paragraphs.clear();
        self.qr_codes.clear();
    }
}
