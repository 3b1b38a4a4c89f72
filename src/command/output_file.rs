//! Writes result files so that a file with its final name is always complete.

use std::path::Path;

use anyhow::Context;

use crate::disk::write_atomically;

/// Writes a file, see [`write_atomically`].
pub(super) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    write_atomically(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
}
