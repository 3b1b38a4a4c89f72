//! Folders in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Contents of files by path. Paths are relative, with `/` between their parts, as in
/// `sleep/text/en.yaml`.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A folder whose files are in memory.
#[derive(Clone, Debug)]
pub(in crate::library) struct MemoryFolder {
    /// Files of the root folder and all folders in it.
    files: Arc<Files>,
    /// Path of this folder from the root: empty, or ends in `/`.
    prefix: String,
}

impl MemoryFolder {
    pub(super) fn new(files: Files) -> MemoryFolder {
        MemoryFolder {
            files: Arc::new(files),
            prefix: String::new(),
        }
    }

    /// Returns a child folder, which may be empty.
    pub(super) fn child(&self, name: &str) -> MemoryFolder {
        MemoryFolder {
            files: Arc::clone(&self.files),
            prefix: format!("{}/", self.path(name)),
        }
    }

    /// Returns the path of a file from the root.
    pub(super) fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Returns the contents of a file.
    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        self.files.get(&self.path(name)).map(Vec::as_slice)
    }

    /// Name of the folder; `None` for the root.
    pub(super) fn name(&self) -> Option<String> {
        let path = self.prefix.strip_suffix('/')?;
        path.rsplit('/').next().map(str::to_owned)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.paths().next().is_none()
    }

    /// Names of the child folders, with duplicates.
    pub(super) fn folder_names(&self) -> impl Iterator<Item = &str> {
        self.paths()
            .filter_map(|path| Some(path.split_once('/')?.0))
    }

    pub(super) fn file_names(&self) -> impl Iterator<Item = &str> {
        self.paths().filter(|path| !path.contains('/'))
    }

    /// Paths of all files in the folder, relative to it.
    fn paths(&self) -> impl Iterator<Item = &str> {
        self.files
            .keys()
            .filter_map(|path| path.strip_prefix(&self.prefix))
    }
}
