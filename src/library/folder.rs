//! Folders that content is read from: on disk, or embedded in the program.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use crate::finding::{Finding, Place, PlaceTarget};
use crate::source::{self, SourceFile};

/// The library as it was when the program was built.
static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/handouts");

/// The largest picture or font file that is read, in megabytes.
const MAX_MEGABYTES: u64 = 20;

/// A folder of content.
#[derive(Clone, Debug)]
pub(super) enum Folder {
    /// In the program.
    Embedded(&'static Dir<'static>),
    /// On disk.
    Disk(PathBuf),
}

impl Folder {
    /// The embedded library.
    pub(super) fn embedded() -> Folder {
        Folder::Embedded(&EMBEDDED)
    }

    /// A folder in it, if it is there.
    pub(super) fn folder(&self, name: &str) -> Option<Folder> {
        match self {
            Folder::Embedded(dir) => dir
                .dirs()
                .find(|child| child.path().file_name() == Some(name.as_ref()))
                .map(Folder::Embedded),
            Folder::Disk(root) => {
                let path = root.join(name);
                path.is_dir().then_some(Folder::Disk(path))
            }
        }
    }

    /// Whether a folder on disk lies right in it.
    pub(super) fn is_parent_of(&self, path: &Path) -> bool {
        match self {
            Folder::Embedded(_) => false,
            Folder::Disk(root) => match (root.canonicalize(), path.canonicalize()) {
                (Ok(root), Ok(path)) => path.parent() == Some(&root),
                _ => false,
            },
        }
    }

    /// The names of the folders in it, sorted.
    pub(super) fn folder_names(&self) -> Vec<String> {
        let mut names: Vec<String> = match self {
            Folder::Embedded(dir) => dir
                .dirs()
                .filter_map(|child| file_name(child.path()))
                .collect(),
            Folder::Disk(root) => entries(root)
                .filter(|path| path.is_dir())
                .filter_map(|path| file_name(&path))
                .collect(),
        };
        names.sort();
        names
    }

    /// The names of the files in it, sorted.
    pub(super) fn file_names(&self) -> Vec<String> {
        let mut names: Vec<String> = match self {
            Folder::Embedded(dir) => dir
                .files()
                .filter_map(|file| file_name(file.path()))
                .collect(),
            Folder::Disk(root) => entries(root)
                .filter(|path| path.is_file())
                .filter_map(|path| file_name(&path))
                .collect(),
        };
        names.sort();
        names
    }

    /// Whether there is a file of that name in it.
    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Folder::Embedded(dir) => embedded_file(dir, name).is_some(),
            Folder::Disk(root) => root.join(name).is_file(),
        }
    }

    /// Its own name.
    pub(super) fn name(&self) -> Option<String> {
        match self {
            Folder::Embedded(dir) => file_name(dir.path()),
            // `.` has no name of its own.
            Folder::Disk(root) => {
                file_name(root).or_else(|| file_name(&opened(root).canonicalize().ok()?))
            }
        }
    }

    /// What people are shown for a file in it.
    pub(super) fn shown(&self, name: &str) -> String {
        match self {
            Folder::Embedded(dir) => Path::new("handouts")
                .join(dir.path())
                .join(name)
                .display()
                .to_string(),
            Folder::Disk(root) => root.join(name).display().to_string(),
        }
    }

    /// A text file in it; `None` if it is not there.
    pub(super) fn text(&self, name: &str) -> Result<Option<Arc<SourceFile>>, Finding> {
        match self {
            Folder::Embedded(dir) => match embedded_file(dir, name) {
                Some(bytes) => source::from_program(bytes, self.shown(name)).map(Some),
                None => Ok(None),
            },
            Folder::Disk(root) => {
                let path = root.join(name);
                let fault = |id, message: String| {
                    let file = SourceFile {
                        name: self.shown(name),
                        path: Some(path.clone()),
                        text: "".into(),
                    };
                    Finding::error(id, message).at(&Arc::new(file), PlaceTarget::File)
                };
                if leads_out(root, &path) {
                    return Err(fault(
                        "unsafe-path",
                        format!("`{name}` is a link that leaves its folder"),
                    )
                    .help("put the file itself there"));
                }
                // A pipe would be waited for.
                if fs::metadata(&path)
                    .is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
                {
                    return Err(fault("missing-file", format!("`{name}` is not a file")));
                }
                source::read_text(&path, self.shown(name))
            }
        }
    }

    /// The bytes of a file in it, if it is there.
    pub(super) fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        match self {
            Folder::Embedded(dir) => embedded_file(dir, name).map(<[u8]>::to_vec),
            Folder::Disk(root) => fs::read(root.join(name)).ok(),
        }
    }

    /// A picture or font file, by a path that an author wrote at `named_at`. The path may not leave the
    /// folder.
    pub(super) fn file(&self, path: &str, named_at: &Place) -> Result<Vec<u8>, Finding> {
        let fault = |id, message: String| Finding {
            place: Some(named_at.clone()),
            ..Finding::error(id, message)
        };
        let leaves = || {
            fault("unsafe-path", format!("`{path}` leaves the folder of its file")).help(
                "put the file beside the one that names it, and write a path such as `figures/dial.svg`",
            )
        };
        let absent = || fault("missing-file", format!("no file `{}`", self.shown(path)));
        let within = !path.contains('\\')
            && !path.contains(':')
            && Path::new(path)
                .components()
                .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !within || path.is_empty() {
            return Err(leaves());
        }
        match self {
            Folder::Embedded(dir) => embedded_file(dir, path)
                .map(<[u8]>::to_vec)
                .ok_or_else(absent),
            Folder::Disk(root) => {
                let (Ok(real), Ok(real_root)) =
                    (root.join(path).canonicalize(), opened(root).canonicalize())
                else {
                    return Err(absent());
                };
                if !real.starts_with(&real_root) {
                    return Err(leaves());
                }
                let metadata = fs::metadata(&real).map_err(|_| absent())?;
                if !metadata.is_file() {
                    return Err(absent());
                }
                if metadata.len() > MAX_MEGABYTES * 1024 * 1024 {
                    return Err(fault(
                        "too-large",
                        format!("`{path}` is larger than {MAX_MEGABYTES} MB"),
                    ));
                }
                fs::read(&real).map_err(|error| {
                    fault("missing-file", format!("cannot read `{path}`: {error}"))
                })
            }
        }
    }
}

fn file_name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_str()?.to_owned())
}

/// A folder as the system wants it named: that of `clinic.yaml` has no name, but is the current one.
fn opened(root: &Path) -> &Path {
    if root.as_os_str().is_empty() {
        Path::new(".")
    } else {
        root
    }
}

/// Whether a file or folder is a link to what lies elsewhere.
fn leads_out(root: &Path, path: &Path) -> bool {
    let is_link =
        fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_symlink());
    is_link
        && match (path.canonicalize(), opened(root).canonicalize()) {
            (Ok(path), Ok(root)) => !path.starts_with(root),
            // It leads nowhere.
            _ => false,
        }
}

/// What lies in a folder on disk; an unreadable folder is empty.
fn entries(root: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(opened(root))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
}

/// A file by its path relative to `dir`, step by step: `Dir::get_file` searches the whole tree.
fn embedded_file(dir: &'static Dir<'static>, path: &str) -> Option<&'static [u8]> {
    let mut dir = dir;
    let mut parts = Path::new(path)
        .components()
        .filter(|part| *part != Component::CurDir)
        .peekable();
    while let Some(part) = parts.next() {
        let name = Some(part.as_os_str());
        if parts.peek().is_none() {
            return dir
                .files()
                .find(|file| file.path().file_name() == name)
                .map(|file| file.contents());
        }
        dir = dir.dirs().find(|child| child.path().file_name() == name)?;
    }
    None
}
