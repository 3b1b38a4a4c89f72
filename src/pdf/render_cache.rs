//! Caches that a thread keeps from one file to the next.

use super::compress::Compressor;
use super::file_frame::FileFrames;
use super::page_parts::FinishedParts;

/// Caches for later leaflets. They never change the bytes of a file.
#[derive(Default)]
pub struct RenderCache {
    pub(super) compressor: Compressor,
    pub(super) parts: FinishedParts,
    pub(super) frames: FileFrames,
}
