//! Folders in memory, perhaps over another folder.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Folder;

/// Contents of files by path. Paths are relative, with `/` between their parts, as in
/// `sleep/text/en.yaml`.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A folder whose files are in memory. A file that is not there is looked for in the folder below.
#[derive(Clone, Debug)]
pub(in crate::library) struct MemoryFolder {
    /// Files of the root folder and everything in it.
    files: Arc<Files>,
    /// Path of this folder from the root: empty, or ends in `/`.
    prefix: String,
    below: Option<Box<Folder>>,
}

impl MemoryFolder {
    pub(super) fn new(files: Files, below: Option<Folder>) -> MemoryFolder {
        MemoryFolder {
            files: Arc::new(files),
            prefix: String::new(),
            below: below.map(Box::new),
        }
    }

    pub(super) fn below(&self) -> Option<&Folder> {
        self.below.as_deref()
    }

    /// Returns the path of a file from the root.
    pub(super) fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Returns the contents of a file in memory.
    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        self.files.get(&self.path(name)).map(Vec::as_slice)
    }

    /// Name of the folder; `None` for the root.
    pub(super) fn name(&self) -> Option<String> {
        let path = self.prefix.strip_suffix('/')?;
        path.rsplit('/').next().map(str::to_owned)
    }

    pub(super) fn folder(&self, name: &str) -> Option<MemoryFolder> {
        let below = self.below().and_then(|below| below.folder(name));
        let child = MemoryFolder {
            files: Arc::clone(&self.files),
            prefix: format!("{}/", self.path(name)),
            below: below.map(Box::new),
        };
        let is_there = child.below.is_some() || child.paths().next().is_some();
        is_there.then_some(child)
    }

    pub(super) fn folder_names(&self) -> Vec<String> {
        let here = self.paths().filter_map(|path| path.split_once('/'));
        let here = here.map(|(name, _)| name.to_owned());
        let below = self.below().map(Folder::folder_names);
        unique(here.chain(below.into_iter().flatten()))
    }

    pub(super) fn file_names(&self) -> Vec<String> {
        let here = self.paths().filter(|path| !path.contains('/'));
        let below = self.below().map(Folder::file_names);
        unique(here.map(str::to_owned).chain(below.into_iter().flatten()))
    }

    /// Paths of the files in memory in this folder, relative to it.
    fn paths(&self) -> impl Iterator<Item = &str> {
        self.files
            .keys()
            .filter_map(|path| path.strip_prefix(&self.prefix))
    }
}

fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    names.collect::<BTreeSet<String>>().into_iter().collect()
}
