//! Folders on disk. Links may not lead out of them, and pipes are not read.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::finding::{Finding, PlaceTarget};
use crate::source::{self, SourceFile};

/// Why a picture or font cannot be read.
pub(super) enum FileError {
    Missing,
    /// A link leads out of the folder.
    Outside,
    TooLarge,
    Unreadable(io::Error),
}

/// Why a name in a folder is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// A link whose target does not exist.
    BrokenLink,
    /// A link whose target lies outside the folder.
    OutsideLink,
    /// A pipe, socket or device.
    Special,
    /// A folder whose names cannot be listed.
    ClosedFolder,
}

/// Returns the names in a folder that cannot be read.
pub(super) fn unreadable(root: &Path) -> Vec<(String, Unreadable)> {
    let reason = |path: &Path| {
        let Ok(metadata) = fs::metadata(path) else {
            return path.is_symlink().then_some(Unreadable::BrokenLink);
        };
        if leads_out(root, path) {
            Some(Unreadable::OutsideLink)
        } else if metadata.is_dir() {
            fs::read_dir(path).err().map(|_| Unreadable::ClosedFolder)
        } else {
            (!metadata.is_file()).then_some(Unreadable::Special)
        }
    };
    let entries = fs::read_dir(opened(root)).into_iter().flatten().flatten();
    let mut found: Vec<(String, Unreadable)> = entries
        .map(|entry| entry.path())
        .filter_map(|path| Some((file_name(&path)?, reason(&path)?)))
        .collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

/// Returns whether `name` is a folder that no link leads out of `root`.
pub(super) fn has_folder(root: &Path, name: &str) -> bool {
    let path = root.join(name);
    path.is_dir() && !leads_out(root, &path)
}

/// Returns the names in a folder whose paths `is_wanted`; none if the folder is unreadable.
pub(super) fn names(root: &Path, is_wanted: fn(&Path) -> bool) -> Vec<String> {
    fs::read_dir(opened(root))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_wanted(path))
        .filter_map(|path| file_name(&path))
        .collect()
}

/// Returns the name of a folder. `.` has none of its own.
pub(super) fn name(root: &Path) -> Option<String> {
    file_name(root).or_else(|| file_name(&opened(root).canonicalize().ok()?))
}

/// Reads a text file; `None` if there is none of that name.
pub(super) fn text(root: &Path, name: &str) -> Result<Option<Arc<SourceFile>>, Finding> {
    let path = root.join(name);
    let shown = path.display().to_string();
    let error = |id, message: String| {
        let file = SourceFile {
            name: shown.clone(),
            path: Some(path.clone()),
            text: String::new(),
        };
        Finding::error(id, message).at(&Arc::new(file), PlaceTarget::File)
    };
    if leads_out(root, &path) {
        let message = format!("`{name}` is a link that leaves its folder");
        return Err(error("unsafe-path", message).help("put the file itself there"));
    }
    // Reading a pipe would wait for its writer.
    if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        return Err(error("missing-file", format!("`{name}` is not a file")));
    }
    source::read_text(&path, shown)
}

/// Reads a file of at most `limit` bytes.
pub(super) fn read(root: &Path, path: &str, limit: usize) -> Result<Vec<u8>, FileError> {
    let real = |path: PathBuf| path.canonicalize().map_err(|_| FileError::Missing);
    let (path, root) = (real(root.join(path))?, real(opened(root).to_owned())?);
    if !path.starts_with(&root) {
        return Err(FileError::Outside);
    }
    let metadata = fs::metadata(&path).map_err(|_| FileError::Missing)?;
    if !metadata.is_file() {
        return Err(FileError::Missing);
    }
    if metadata.len() > limit as u64 {
        return Err(FileError::TooLarge);
    }
    let mut bytes = Vec::new();
    File::open(&path)
        .and_then(|file| file.take(limit as u64 + 1).read_to_end(&mut bytes))
        .map_err(FileError::Unreadable)?;
    if bytes.len() > limit {
        return Err(FileError::TooLarge);
    }
    Ok(bytes)
}

/// Returns the path of a folder without links; `None` if it does not exist.
pub(super) fn real_path(folder: &Path) -> Option<PathBuf> {
    opened(folder).canonicalize().ok()
}

/// Returns the last part of a path, if it is UTF-8.
fn file_name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_str()?.to_owned())
}

/// Returns a folder's path as the system wants it: the parent of `clinic.yaml` is empty, and means
/// `.`.
fn opened(root: &Path) -> &Path {
    if root.as_os_str().is_empty() {
        Path::new(".")
    } else {
        root
    }
}

/// Returns whether `path` is a link whose target lies outside `root`.
fn leads_out(root: &Path, path: &Path) -> bool {
    let is_link =
        fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_symlink());
    is_link
        && match (path.canonicalize(), opened(root).canonicalize()) {
            (Ok(path), Ok(root)) => !path.starts_with(root),
            // A link without a target is a missing file.
            _ => false,
        }
}
