//! Operations of the file system. A test can make each of them fail.
//!
//! [`AtomicFile`] writes a file that is complete once it has its name.

mod atomic_file;
mod file_mode;
mod lock;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use tempfile::{NamedTempFile, TempPath};

pub(crate) use atomic_file::{
    AtomicFile, TEMPORARY_PREFIX, TEMPORARY_SUFFIX, folder_of, write_atomically,
    write_atomically_as,
};
pub use file_mode::FileMode;
pub(crate) use lock::Lock;

/// A file system. Only `sync` and `append` promise that data survives a crash.
pub trait Disk: Sync {
    /// Creates and writes a file that does not exist yet. Without a mode, it is as readable as any new file.
    fn write_new(&self, path: &Path, bytes: &[u8], mode: Option<FileMode>) -> io::Result<()>;
    /// Creates an empty file with a unique name, which is deleted when dropped.
    fn create_temporary(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile>;
    /// Syncs the content of a file.
    fn sync(&self, path: &Path) -> io::Result<()>;
    /// Renames a file. Replaces the file that has the name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Renames a temporary file. Replaces the file that has the name.
    fn persist(&self, file: TempPath, to: &Path) -> io::Result<()>;
    /// Syncs the names in a folder.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Writes to the end of a file.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;
    /// Writes to the end of a file and syncs it.
    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;
    /// Deletes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// Opens a regular file. Fails for links, pipes and devices, and does not wait for them.
pub(crate) fn open_regular(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    let irregular = || io::Error::other("it is a link, a pipe or a device, not a file");
    let is_link = |error| {
        if path.is_symlink() {
            irregular()
        } else {
            error
        }
    };
    let file = options.open(path).map_err(is_link)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(irregular())
    }
}

/// Makes a new file readable by its owner only.
pub(crate) fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// The file system of the operating system.
pub struct RealDisk;

impl Disk for RealDisk {
    fn write_new(&self, path: &Path, bytes: &[u8], mode: Option<FileMode>) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        if mode.is_some() {
            private(&mut options);
        }
        let mut file = options.open(path)?;
        if let Some(mode) = mode {
            mode.apply(&file)?;
        }
        file.write_all(bytes)
    }

    fn create_temporary(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(prefix).suffix(TEMPORARY_SUFFIX);
        // As readable as any new file. The default is readable by the owner only.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(folder)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        // Windows syncs only files that are open for writing.
        OpenOptions::new().write(true).open(path)?.sync_data()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn persist(&self, file: TempPath, to: &Path) -> io::Result<()> {
        file.persist(to)?;
        Ok(())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        // Other systems cannot open a folder.
        if cfg!(unix) {
            File::open(folder)?.sync_all()
        } else {
            Ok(())
        }
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)?;
        file.sync_data()
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

/// First bytes of a PDF file.
pub(crate) const PDF: &[u8] = b"%PDF-";

/// Returns whether there is a file with other first bytes, which is better not replaced. An empty file has
/// nothing to lose, and neither has a device.
pub(crate) fn is_other_file(path: &Path, first_bytes: &[u8]) -> bool {
    let length = first_bytes.len() as u64;
    is_file_with_other(path, length, |start| start == first_bytes)
}

/// Returns whether a path is a named pipe. Opening one waits for another program, maybe for ever. The pipes of a
/// shell, such as `/dev/stdout` and `<(…)`, have no name.
pub(crate) fn is_named_pipe(path: &Path) -> bool {
    #[cfg(unix)]
    let is_pipe = |path: &Path| {
        use std::os::unix::fs::FileTypeExt;
        fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo())
    };
    #[cfg(not(unix))]
    let is_pipe = |_: &Path| false;
    path.canonicalize()
        .is_ok_and(|real| !real.starts_with("/dev") && is_pipe(&real))
}

/// Returns whether there is a file whose first `length` bytes are not `ours`. An empty file has nothing to lose, and neither has a
/// device.
pub(crate) fn is_file_with_other(
    path: &Path,
    length: u64,
    is_ours: impl Fn(&[u8]) -> bool,
) -> bool {
    if !path.is_file() {
        return false;
    }
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(length).read_to_end(&mut bytes)?;
        io::Result::Ok(bytes)
    };
    match read() {
        Ok(bytes) => !bytes.is_empty() && !is_ours(&bytes),
        // A file that cannot be read may be of any kind.
        Err(_) => true,
    }
}
