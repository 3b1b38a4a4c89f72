//! Files of a log: `FILE.1` is the oldest, and `FILE` the newest. None is deleted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::beside;
use crate::disk::{Disk, folder_of};

/// Begins a new file if the log would be larger than `max_bytes` with `more` bytes. A file has one line at least.
pub(super) fn make_room(path: &Path, more: u64, max_bytes: u64, disk: &dyn Disk) -> io::Result<()> {
    let length = match fs::metadata(path) {
        Ok(found) => found.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    if length == 0 || length + more <= max_bytes {
        return Ok(());
    }
    let last = full_files(path)?.last().map_or(0, |(number, _)| *number);
    disk.rename(path, &beside(path, &(last + 1).to_string()))?;
    disk.sync_folder(folder_of(path))
}

/// Returns the full files of a log with their numbers, oldest first.
pub(super) fn full_files(path: &Path) -> io::Result<Vec<(u32, PathBuf)>> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut files = Vec::new();
    for entry in fs::read_dir(folder_of(path))? {
        let entry = entry?;
        let other = entry.file_name();
        let other = other.to_string_lossy();
        let number = other.strip_prefix(&*name);
        let number = number.and_then(|rest| rest.strip_prefix('.')?.parse().ok());
        if let Some(number) = number {
            files.push((number, entry.path()));
        }
    }
    files.sort();
    Ok(files)
}
