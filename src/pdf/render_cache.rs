//! Memory that a thread reuses from one file to the next.

use super::compress::Compressor;

/// Keeps what later leaflets may need again. It never changes a file.
#[derive(Default)]
pub struct RenderCache {
    pub(super) compressor: Compressor,
}
