//! Folders that content is read from: built into the program, on disk, or in memory.
//!
//! A folder in memory may lie over another one. Its files hide those below, so that unsaved text
//! can be looked at before it is written.

mod disk;
mod memory;

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};

pub(crate) use memory::Files;

use crate::finding::{Finding, Place};
use crate::source::{self, SourceFile};
use disk::FileError;
use memory::MemoryFolder;

/// The library as it was when the program was built.
static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/handouts");

/// The size limit of pictures and fonts, in megabytes.
const MAX_MEGABYTES: usize = 20;

/// A folder of content.
#[derive(Clone, Debug)]
pub(super) enum ContentFolder {
    Embedded(&'static Dir<'static>),
    Disk(PathBuf),
    /// Files in memory, over another folder if there is one.
    Memory {
        files: MemoryFolder,
        below: Option<Box<ContentFolder>>,
    },
}

impl ContentFolder {
    /// Returns the embedded library.
    pub(super) fn embedded() -> ContentFolder {
        ContentFolder::Embedded(&EMBEDDED)
    }

    /// Returns a folder of these files alone.
    pub(super) fn in_memory(files: Files) -> ContentFolder {
        ContentFolder::Memory {
            files: MemoryFolder::new(files),
            below: None,
        }
    }

    /// Returns this folder with `files` over its own.
    pub(super) fn under(self, files: Files) -> ContentFolder {
        ContentFolder::Memory {
            files: MemoryFolder::new(files),
            below: Some(Box::new(self)),
        }
    }

    /// Returns a child folder; `None` if there is none of that name.
    pub(super) fn folder(&self, name: &str) -> Option<ContentFolder> {
        match self {
            ContentFolder::Embedded(dir) => dir
                .dirs()
                .find(|child| child.path().file_name() == Some(name.as_ref()))
                .map(ContentFolder::Embedded),
            ContentFolder::Disk(root) => {
                let path = root.join(name);
                path.is_dir().then_some(ContentFolder::Disk(path))
            }
            ContentFolder::Memory { files, below } => {
                let files = files.child(name);
                let below = below.as_ref().and_then(|below| below.folder(name));
                let is_there = below.is_some() || !files.is_empty();
                let below = below.map(Box::new);
                is_there.then_some(ContentFolder::Memory { files, below })
            }
        }
    }

    /// Returns whether `path` is a child folder on disk.
    pub(super) fn is_parent_of(&self, path: &Path) -> bool {
        match self {
            ContentFolder::Embedded(_) => false,
            ContentFolder::Disk(root) => match (root.canonicalize(), path.canonicalize()) {
                (Ok(root), Ok(path)) => path.parent() == Some(&root),
                _ => false,
            },
            ContentFolder::Memory { below, .. } => {
                below.as_ref().is_some_and(|below| below.is_parent_of(path))
            }
        }
    }

    /// Returns the names of the child folders, sorted.
    pub(super) fn folder_names(&self) -> Vec<String> {
        let mut names: Vec<String> = match self {
            ContentFolder::Embedded(dir) => dir
                .dirs()
                .filter_map(|child| disk::file_name(child.path()))
                .collect(),
            ContentFolder::Disk(root) => disk::names(root, Path::is_dir),
            ContentFolder::Memory { files, below } => {
                let below = below.as_ref().map(|below| below.folder_names());
                let names = files.folder_names().map(str::to_owned);
                names.chain(below.into_iter().flatten()).collect()
            }
        };
        names.sort();
        names.dedup();
        names
    }

    /// Returns the names of the files, sorted.
    pub(super) fn file_names(&self) -> Vec<String> {
        let mut names: Vec<String> = match self {
            ContentFolder::Embedded(dir) => dir
                .files()
                .filter_map(|file| disk::file_name(file.path()))
                .collect(),
            ContentFolder::Disk(root) => disk::names(root, Path::is_file),
            ContentFolder::Memory { files, below } => {
                let below = below.as_ref().map(|below| below.file_names());
                let names = files.file_names().map(str::to_owned);
                names.chain(below.into_iter().flatten()).collect()
            }
        };
        names.sort();
        names.dedup();
        names
    }

    /// Returns whether there is a file of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            ContentFolder::Embedded(dir) => embedded_file(dir, name).is_some(),
            ContentFolder::Disk(root) => root.join(name).is_file(),
            ContentFolder::Memory { files, below } => {
                files.get(name).is_some() || below.as_ref().is_some_and(|below| below.has(name))
            }
        }
    }

    /// Name of the folder itself; `None` for the root of a folder in memory.
    pub(super) fn name(&self) -> Option<String> {
        match self {
            ContentFolder::Embedded(dir) => disk::file_name(dir.path()),
            ContentFolder::Disk(root) => disk::name(root),
            ContentFolder::Memory { files, below } => {
                files.name().or_else(|| below.as_ref()?.name())
            }
        }
    }

    /// Returns the path of a file as messages show it.
    pub(super) fn shown(&self, name: &str) -> String {
        match self {
            ContentFolder::Embedded(dir) => Path::new("handouts")
                .join(dir.path())
                .join(name)
                .display()
                .to_string(),
            ContentFolder::Disk(root) => root.join(name).display().to_string(),
            ContentFolder::Memory { files, below } => match below {
                Some(below) => below.shown(name),
                None => files.path(name),
            },
        }
    }

    /// Returns where a file lies on disk, or would lie; `None` if the folder is not on disk.
    fn disk_path(&self, name: &str) -> Option<PathBuf> {
        match self {
            ContentFolder::Embedded(_) => None,
            ContentFolder::Disk(root) => Some(root.join(name)),
            ContentFolder::Memory { below, .. } => below.as_ref()?.disk_path(name),
        }
    }

    /// Reads a text file; `None` if there is none of that name.
    pub(super) fn text(&self, name: &str) -> Result<Option<Arc<SourceFile>>, Finding> {
        match self {
            ContentFolder::Embedded(dir) => embedded_file(dir, name)
                .map(|bytes| source::from_program(bytes, self.shown(name)))
                .transpose(),
            ContentFolder::Disk(root) => disk::text(root, name),
            ContentFolder::Memory { files, below } => match files.get(name) {
                Some(bytes) => {
                    let path = self.disk_path(name);
                    source::from_bytes(bytes, self.shown(name), path.as_deref()).map(Some)
                }
                None => below.as_ref().map_or(Ok(None), |below| below.text(name)),
            },
        }
    }

    /// Reads the bytes of a file; `None` if it is missing or unreadable.
    pub(super) fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        match self {
            ContentFolder::Embedded(dir) => embedded_file(dir, name).map(<[u8]>::to_vec),
            ContentFolder::Disk(root) => std::fs::read(root.join(name)).ok(),
            ContentFolder::Memory { files, below } => match files.get(name) {
                Some(bytes) => Some(bytes.to_vec()),
                None => below.as_ref()?.bytes(name),
            },
        }
    }

    /// Reads a picture or font by the path that an author wrote at `named_at`. The path may not
    /// leave the folder.
    pub(super) fn file(&self, path: &str, named_at: &Place) -> Result<Vec<u8>, Finding> {
        let error = |id, message: String| Finding {
            place: Some(named_at.clone()),
            ..Finding::error(id, message)
        };
        let bytes = match relative(path) {
            Some(relative) => self.read(&relative),
            None => Err(FileError::Outside),
        };
        bytes.map_err(|reason| match reason {
            FileError::Missing => error("missing-file", format!("no file `{}`", self.shown(path))),
            FileError::Outside => {
                error("unsafe-path", format!("`{path}` leaves the folder of its file")).help(
                    "put the file beside the one that names it, and write a path such as `figures/dial.svg`",
                )
            }
            FileError::TooLarge => {
                error("too-large", format!("`{path}` is larger than {MAX_MEGABYTES} MB"))
            }
            FileError::Unreadable(reason) => {
                error("missing-file", format!("cannot read `{path}`: {reason}"))
            }
        })
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        const LIMIT: usize = MAX_MEGABYTES * 1024 * 1024;
        match self {
            ContentFolder::Embedded(dir) => embedded_file(dir, path)
                .map(<[u8]>::to_vec)
                .ok_or(FileError::Missing),
            ContentFolder::Disk(root) => disk::read(root, path, LIMIT),
            ContentFolder::Memory { files, below } => match (files.get(path), below) {
                (Some(bytes), _) if bytes.len() > LIMIT => Err(FileError::TooLarge),
                (Some(bytes), _) => Ok(bytes.to_vec()),
                (None, Some(below)) => below.read(path),
                (None, None) => Err(FileError::Missing),
            },
        }
    }
}

/// Returns a path that an author wrote, with `/` between its parts; `None` if it leaves the folder.
fn relative(path: &str) -> Option<String> {
    // Backslashes and drive letters mean something on Windows only.
    if path.is_empty() || path.contains(['\\', ':']) {
        return None;
    }
    let mut parts = Vec::new();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(parts.join("/"))
}

/// Returns a file of the embedded library by its path relative to `dir`. (`Dir::get_file` wants the
/// whole path from the root.)
fn embedded_file(dir: &'static Dir<'static>, path: &str) -> Option<&'static [u8]> {
    Some(dir.get_file(dir.path().join(path))?.contents())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::finding::PlaceTarget;

    fn files(files: &[(&str, &str)]) -> Files {
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    fn place() -> Place {
        let file = source::from_bytes(b"", "clinic.yaml".to_owned(), None).unwrap();
        Place {
            file,
            target: PlaceTarget::File,
        }
    }

    #[test]
    fn files_in_memory_hide_those_on_disk() {
        let disk = TempDir::new().unwrap();
        fs::create_dir_all(disk.path().join("sleep/text")).unwrap();
        fs::write(disk.path().join("sleep/text/en.yaml"), "title: Saved\n").unwrap();
        fs::write(disk.path().join("sleep/text/sv.yaml"), "title: Sparad\n").unwrap();
        let unsaved = files(&[
            ("sleep/text/en.yaml", "title: Unsaved\n"),
            ("walk/a.svg", "<svg/>"),
        ]);
        let folder = ContentFolder::Disk(disk.path().to_owned()).under(unsaved);
        assert_eq!(folder.folder_names(), ["sleep", "walk"]);
        let texts = folder.folder("sleep").unwrap().folder("text").unwrap();
        assert_eq!(texts.file_names(), ["en.yaml", "sv.yaml"]);
        let english = texts.text("en.yaml").unwrap().unwrap();
        assert_eq!(english.text, "title: Unsaved\n");
        assert_eq!(english.path, Some(disk.path().join("sleep/text/en.yaml")));
        assert_eq!(
            texts.text("sv.yaml").unwrap().unwrap().text,
            "title: Sparad\n"
        );
        assert!(texts.text("nb.yaml").unwrap().is_none());
        assert_eq!(folder.file("walk/./a.svg", &place()).unwrap(), b"<svg/>");
        assert_eq!(
            folder.folder("walk").unwrap().name().as_deref(),
            Some("walk")
        );
    }

    #[test]
    fn paths_may_not_leave_a_folder_in_memory() {
        let folder =
            ContentFolder::in_memory(files(&[("c/clinic.yaml", "name: C\n"), ("logo.svg", "")]));
        let clinic = folder.folder("c").unwrap();
        let id = |path: &str| clinic.file(path, &place()).unwrap_err().id;
        assert_eq!(id("../logo.svg"), "unsafe-path");
        assert_eq!(id("/logo.svg"), "unsafe-path");
        assert_eq!(id("logo.svg"), "missing-file");
        assert_eq!(id("."), "missing-file");
        assert!(folder.folder("clinics").is_none());
    }
}
