//! A large file that is written bit by bit beside its name, and gets the name once it is whole.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Error;
use super::disk::Disk;
use super::journal::TEMPORARY;
use super::record::hex;

/// A file that is being written. Unless it is [finished](Draft::finish), it is deleted.
pub struct Draft<'a> {
    disk: &'a dyn Disk,
    path: PathBuf,
    temporary: PathBuf,
    /// Locked, so that others can tell it from one that a crash has left.
    file: Option<File>,
    /// Whether it is to be deleted.
    is_draft: bool,
}

impl<'a> Draft<'a> {
    /// Begins the file at `path`, and deletes what crashes have left of it.
    pub fn begin(path: &Path, disk: &'a dyn Disk) -> Result<Draft<'a>, Error> {
        let failed = |source| cannot("write", path, source);
        // Not its name itself, which may be as long as names can be.
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        let prefix = format!("{TEMPORARY}{}-", hex(&Sha256::digest(name)[..6]));
        for entry in fs::read_dir(folder(path)).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if is_leftover(&entry.file_name(), &prefix, &entry.path()) {
                disk.remove(&entry.path())
                    .map_err(|source| cannot("delete", &entry.path(), source))?;
            }
        }
        let mut mark = [0; 6];
        getrandom::fill(&mut mark).map_err(|error| failed(io::Error::other(error.to_string())))?;
        let temporary = folder(path).join(format!("{prefix}{}.tmp", hex(&mark)));
        let mut draft = Draft {
            disk,
            path: path.to_owned(),
            temporary,
            file: None,
            is_draft: true,
        };
        disk.write_new(&draft.temporary, &[]).map_err(failed)?;
        let file = OpenOptions::new()
            .append(true)
            .open(&draft.temporary)
            .map_err(failed)?;
        // Where files cannot be locked, leftovers stay.
        let _ = file.try_lock();
        draft.file = Some(file);
        Ok(draft)
    }

    /// Makes the file last and gives it its name.
    pub fn finish(mut self) -> Result<(), Error> {
        let (path, disk) = (self.path.clone(), self.disk);
        let failed = |source| cannot("write", &path, source);
        disk.sync(&self.temporary).map_err(failed)?;
        disk.rename(&self.temporary, &path).map_err(failed)?;
        self.is_draft = false;
        disk.sync_folder(folder(&path)).map_err(failed)
    }

    /// Deletes the file.
    pub fn discard(mut self) -> Result<(), Error> {
        self.remove()
            .map_err(|source| cannot("delete", &self.temporary, source))
    }

    fn remove(&mut self) -> io::Result<()> {
        // Closed first: Windows does not delete what is open.
        self.file = None;
        if std::mem::take(&mut self.is_draft) {
            self.disk.remove(&self.temporary)
        } else {
            Ok(())
        }
    }
}

impl Write for Draft<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = self.file.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        self.disk.write(file, bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        // Something else went wrong, and that is what is told. The next run tries again.
        let _ = self.remove();
    }
}

/// The folder that a file is in.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Whether a file is a draft that nobody is writing any more.
fn is_leftover(name: &OsStr, prefix: &str, path: &Path) -> bool {
    let name = name.to_string_lossy();
    let is_draft = name.starts_with(prefix) && name.ends_with(".tmp");
    is_draft && File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}

fn cannot(what: &'static str, path: &Path, source: io::Error) -> Error {
    Error::Disk {
        what,
        path: path.to_owned(),
        source,
    }
}
