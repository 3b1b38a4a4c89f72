//! Writes files that are complete once they have their name.
//!
//! 1. Creates a temporary file beside the target.
//! 2. Writes and syncs it.
//! 3. Renames it, and syncs the folder.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempPath};

use super::{Disk, FileMode, RealDisk, is_named_pipe};

/// Start of the names of temporary files. No leaflet has such a name.
pub(crate) const TEMPORARY_PREFIX: &str = ".handout-";
/// End of the names of temporary files.
pub(crate) const TEMPORARY_SUFFIX: &str = ".tmp";

/// A file that is being written. It is deleted if dropped before [`AtomicFile::finish`].
pub(crate) struct AtomicFile<'a> {
    disk: &'a dyn Disk,
    path: PathBuf,
    target: WriteTarget,
}

/// Where bytes go until the file is finished.
enum WriteTarget {
    Temporary(NamedTempFile),
    /// A temporary file that is complete, and not open.
    Closed(TempPath),
    /// A device or pipe. It cannot be replaced, so its bytes are written directly.
    Device(File),
}

impl<'a> AtomicFile<'a> {
    /// Creates the temporary file for `path`, or opens the device of that name.
    pub(crate) fn create(path: &Path, disk: &'a dyn Disk) -> io::Result<AtomicFile<'a>> {
        AtomicFile::create_one_of(path, path, disk)
    }

    /// Creates one of several files that belong together. Only one of them needs to be open, so that all of them are
    /// distinguished from leftovers. `first` is the name that they share.
    pub(crate) fn create_one_of(
        path: &Path,
        first: &Path,
        disk: &'a dyn Disk,
    ) -> io::Result<AtomicFile<'a>> {
        let target = if is_device(path) {
            WriteTarget::Device(File::options().write(true).open(path)?)
        } else {
            let temporary = disk.create_temporary(folder_of(path), &prefix_of(first));
            let temporary = temporary.map_err(|error| without_path(&error, folder_of(path)))?;
            // The lock distinguishes it from a leftover. Some file systems cannot lock.
            let _ = temporary.as_file().try_lock();
            WriteTarget::Temporary(temporary)
        };
        Ok(AtomicFile {
            disk,
            path: path.to_owned(),
            target,
        })
    }

    /// Path of the temporary file; `None` for a device.
    pub(crate) fn temporary_path(&self) -> Option<&Path> {
        match &self.target {
            WriteTarget::Temporary(temporary) => Some(temporary.path()),
            WriteTarget::Closed(path) => Some(path),
            WriteTarget::Device(_) => None,
        }
    }

    /// Closes a file that is complete. The system limits the number of open files.
    pub(crate) fn close(self) -> AtomicFile<'a> {
        let target = match self.target {
            WriteTarget::Temporary(temporary) => WriteTarget::Closed(temporary.into_temp_path()),
            other => other,
        };
        AtomicFile { target, ..self }
    }

    /// Sets who may read the file. A device keeps its permissions.
    pub(crate) fn set_mode(&self, mode: FileMode) -> io::Result<()> {
        match &self.target {
            WriteTarget::Temporary(temporary) => mode.apply(temporary.as_file()),
            WriteTarget::Closed(_) | WriteTarget::Device(_) => Ok(()),
        }
    }

    /// Deletes temporary files beside `path` that a crash has left, for this and for other names.
    pub(crate) fn remove_leftovers(path: &Path, disk: &dyn Disk) -> io::Result<()> {
        let folder = folder_of(path);
        // Files by the hash of the name that they share.
        let mut found: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(|error| without_path(&error, folder))? {
            let entry = entry?;
            let name = entry.file_name();
            if let Some(hash) = hash_of_temporary(&name.to_string_lossy()) {
                found.entry(hash.to_owned()).or_default().push(entry.path());
            }
        }
        for paths in found.into_values() {
            if !paths.iter().any(|path| is_locked(path)) {
                paths.iter().try_for_each(|path| disk.remove(path))?;
            }
        }
        Ok(())
    }

    /// Syncs and renames the file.
    pub(crate) fn finish(self) -> io::Result<()> {
        // The file stays open, and so locked, until it has its name.
        let (_file, temporary) = match self.target {
            WriteTarget::Temporary(temporary) => {
                let (file, path) = temporary.into_parts();
                (Some(file), path)
            }
            WriteTarget::Closed(path) => (None, path),
            WriteTarget::Device(_) => return Ok(()),
        };
        self.disk.sync(&temporary)?;
        self.disk.persist(temporary, &self.path)?;
        self.disk.sync_folder(folder_of(&self.path))
    }

    /// Deletes the file.
    pub(crate) fn discard(self) -> io::Result<()> {
        match self.target {
            WriteTarget::Temporary(temporary) => temporary.close(),
            WriteTarget::Closed(path) => path.close(),
            WriteTarget::Device(_) => Ok(()),
        }
    }
}

impl Write for AtomicFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = match &mut self.target {
            WriteTarget::Temporary(temporary) => temporary.as_file_mut(),
            WriteTarget::Closed(_) => return Err(io::Error::other("the file is closed")),
            WriteTarget::Device(device) => device,
        };
        self.disk.write(file, bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a whole file, with the permissions of the file that it replaces. Does not wait for the reader of a named
/// pipe.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_atomically_as(path, bytes, None)
}

/// Writes a whole file with these permissions. `None` is as in [`write_atomically`].
pub(crate) fn write_atomically_as(
    path: &Path,
    bytes: &[u8],
    mode: Option<FileMode>,
) -> io::Result<()> {
    if is_named_pipe(path) {
        return Err(io::Error::other("it is a named pipe, not a file"));
    }
    let mut file = AtomicFile::create(path, &RealDisk)?;
    if let Some(mode) = mode {
        file.set_mode(mode)?;
    }
    file.write_all(bytes)?;
    let WriteTarget::Temporary(temporary) = file.target else {
        return Ok(());
    };
    if mode.is_none()
        && let Ok(existing) = fs::metadata(path)
        && existing.is_file()
    {
        temporary
            .as_file()
            .set_permissions(existing.permissions())?;
    }
    temporary.as_file().sync_data()?;
    temporary.persist(path)?;
    Ok(())
}

/// Returns an error that names no temporary file. A missing folder is named.
fn without_path(error: &io::Error, folder: &Path) -> io::Error {
    let kind = error.kind();
    if kind == io::ErrorKind::NotFound && !folder.is_dir() {
        return io::Error::new(kind, format!("there is no folder `{}`", folder.display()));
    }
    let inner = error.get_ref().and_then(|inner| inner.source());
    let code = inner.and_then(|inner| inner.downcast_ref::<io::Error>()?.raw_os_error());
    match code.or(error.raw_os_error()) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => kind.into(),
    }
}

/// Returns whether a path is a device, a pipe or a socket.
fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Returns the folder of a file; `.` if the path is only a name.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Prefix of the temporary files for `path`. Hashes the name, which may be as long as names can be.
fn prefix_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let hash = Sha256::digest(name);
    let [a, b, c, d, e, f] = std::array::from_fn(|index| hash[index]);
    format!("{TEMPORARY_PREFIX}{a:02x}{b:02x}{c:02x}{d:02x}{e:02x}{f:02x}-")
}

/// Returns the hash in a name that [`prefix_of`] begins. `None` for any other name.
fn hash_of_temporary(name: &str) -> Option<&str> {
    let rest = name.strip_prefix(TEMPORARY_PREFIX)?;
    let (hash, _) = rest.strip_suffix(TEMPORARY_SUFFIX)?.split_once('-')?;
    let is_hash = hash.len() == 12 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then_some(hash)
}

fn is_locked(path: &Path) -> bool {
    !File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}
