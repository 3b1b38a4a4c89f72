//! A disk whose new files only their owner may read: leaflets made from a list have patients' names.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tempfile::{NamedTempFile, TempPath};

use crate::disk::{Disk, FileMode, RealDisk, TEMPORARY_SUFFIX};

/// The disk of the operating system, with files of mode 0600.
pub(super) struct PrivateDisk;

impl Disk for PrivateDisk {
    fn write_new(&self, path: &Path, bytes: &[u8], _: Option<FileMode>) -> io::Result<()> {
        RealDisk.write_new(path, bytes, Some(FileMode::PRIVATE))
    }

    fn create_temporary(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
        // Only its owner may read a new temporary file.
        let mut builder = tempfile::Builder::new();
        builder
            .prefix(prefix)
            .suffix(TEMPORARY_SUFFIX)
            .tempfile_in(folder)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        RealDisk.sync(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename(from, to)
    }

    fn persist(&self, file: TempPath, to: &Path) -> io::Result<()> {
        RealDisk.persist(file, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        RealDisk.sync_folder(folder)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        RealDisk.write(file, bytes)
    }

    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        RealDisk.append(file, bytes)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }
}

/// Makes a folder that only its owner may open. Fails if it exists.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
