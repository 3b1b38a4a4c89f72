//! Results of layout that later leaflets use again.

use super::inline::ParagraphLayouter;
use super::qr_code::QrCache;
use crate::font::Faces;
use crate::picture::PictureRenderer;

/// Results that later leaflets in the same faces can use again. It belongs to one thread.
pub(crate) struct LayoutCache {
    pub(super) paragraphs: ParagraphLayouter,
    pub(super) pictures: PictureRenderer,
    pub(super) qr_codes: QrCache,
}

impl LayoutCache {
    /// Creates an empty cache for these faces.
    pub(crate) fn new(faces: &Faces) -> LayoutCache {
        LayoutCache {
            paragraphs: ParagraphLayouter::new(faces),
            pictures: PictureRenderer::new(faces),
            qr_codes: QrCache::default(),
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.paragraphs.clear();
        self.pictures.clear();
        self.qr_codes.clear();
    }
}
