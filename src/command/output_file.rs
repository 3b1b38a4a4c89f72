//! Writes result files so that a file with its final name is always complete.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;

/// Writes `bytes` to a temporary file beside `path`, syncs it and renames it to `path`.
///
/// An existing file keeps its permissions. A device or pipe is written directly.
pub(super) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    write_and_rename(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
}

fn write_and_rename(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let existing = fs::metadata(path).ok();
    if existing
        .as_ref()
        .is_some_and(|existing| !existing.is_file() && !existing.is_dir())
    {
        let mut device = fs::OpenOptions::new().write(true).open(path)?;
        return device.write_all(bytes);
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".handout-");
    set_default_permissions(&mut builder);
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some(existing) = existing.filter(fs::Metadata::is_file) {
        file.as_file().set_permissions(existing.permissions())?;
    }
    file.as_file().sync_data()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Replaces the private permissions of temporary files by those of any new file (see umask).
#[cfg(unix)]
fn set_default_permissions(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn set_default_permissions(_: &mut tempfile::Builder<'_, '_>) {}
