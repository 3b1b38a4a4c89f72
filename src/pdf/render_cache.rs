//! Memory that a thread reuses from one file to the next.

use super::compress::Compressor;
use super::file_frame::FileFrames;
use super::page_parts::FinishedParts;

/// Keeps what later leaflets may need again. It never changes a file.
#[derive(Default)]
pub struct RenderCache {
    pub(super) compressor: Compressor,
    pub(super) parts: FinishedParts,
    pub(super) frames: FileFrames,
}
