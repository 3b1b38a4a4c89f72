//! Folders that content is read from: built into the program, on disk, or in memory.
//!
//! Files in memory hide those on disk. So a preview shows text that is not saved yet.

mod disk;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use crate::finding::{Finding, Place, PlaceTarget, did_you_mean};
use crate::picture::DrawingOrigin;
use crate::source::{self, SourceFile};
use disk::FileError;
pub(super) use disk::Unreadable;

/// The library as it was when the program was built.
static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/handouts");

/// The size limit of pictures and fonts, in megabytes.
const MAX_MEGABYTES: usize = 20;

/// Contents of files by path. Paths are relative, with `/` between their parts, as in
/// `sleep/text/en.yaml`.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A folder of content: files in memory, over a folder on disk if there is one.
#[derive(Clone, Debug)]
pub(super) struct ContentFolder {
    /// Files of the root folder in memory and all folders in it, by path.
    memory: Arc<BTreeMap<String, Cow<'static, [u8]>>>,
    /// Path of this folder from the root in memory: empty, or ends in `/`.
    prefix: String,
    disk: Option<PathBuf>,
    drawing_origin: DrawingOrigin,
}

impl ContentFolder {
    /// Returns the embedded library.
    pub(super) fn embedded() -> ContentFolder {
        fn collect(dir: &Dir<'static>, files: &mut BTreeMap<String, Cow<'static, [u8]>>) {
            for file in dir.files() {
                let path = file.path().to_string_lossy().replace('\\', "/");
                files.insert(format!("handouts/{path}"), file.contents().into());
            }
            dir.dirs().for_each(|inner| collect(inner, files));
        }
        let mut memory = BTreeMap::new();
        collect(&EMBEDDED, &mut memory);
        ContentFolder {
            memory: Arc::new(memory),
            prefix: "handouts/".to_owned(),
            disk: None,
            drawing_origin: DrawingOrigin::BuiltIn,
        }
    }

    /// Returns a folder on disk.
    pub(super) fn on_disk(path: PathBuf) -> ContentFolder {
        ContentFolder {
            disk: Some(path),
            ..ContentFolder::in_memory(Files::new())
        }
    }

    /// Returns a folder of these files alone.
    pub(super) fn in_memory(files: Files) -> ContentFolder {
        let files = files.into_iter();
        ContentFolder {
            memory: Arc::new(files.map(|(path, bytes)| (path, bytes.into())).collect()),
            prefix: String::new(),
            disk: None,
            drawing_origin: DrawingOrigin::Foreign,
        }
    }

    /// Returns a folder on disk with `files` over its own.
    pub(super) fn unsaved(path: PathBuf, files: Files) -> ContentFolder {
        ContentFolder {
            disk: Some(path),
            ..ContentFolder::in_memory(files)
        }
    }

    /// Returns a child folder; `None` if there is none of that name.
    pub(super) fn folder(&self, name: &str) -> Option<ContentFolder> {
        let child = ContentFolder {
            memory: Arc::clone(&self.memory),
            prefix: format!("{}/", self.path(name)),
            disk: self
                .disk
                .as_ref()
                .filter(|root| disk::has_folder(root, name))
                .map(|root| root.join(name)),
            drawing_origin: self.drawing_origin,
        };
        (child.disk.is_some() || child.paths().next().is_some()).then_some(child)
    }

    /// Returns whose drawings are in this folder.
    pub(super) fn drawing_origin(&self) -> DrawingOrigin {
        self.drawing_origin
    }

    /// Returns whether `path` is a child folder on disk.
    pub(super) fn is_parent_of(&self, path: &Path) -> bool {
        let root = self.disk.as_deref().map(disk::real_path);
        match (root, disk::real_path(path)) {
            (Some(Some(root)), Some(path)) => path.parent() == Some(&root),
            _ => false,
        }
    }

    /// Returns whether `path` is this folder on disk.
    pub(super) fn is_same(&self, path: &Path) -> bool {
        let root = self.disk.as_deref().map(disk::real_path);
        root.is_some_and(|root| root.is_some() && root == disk::real_path(path))
    }

    /// Returns the path of the folder; `None` if it is in memory alone.
    pub(super) fn on_disk_path(&self) -> Option<&Path> {
        self.disk.as_deref()
    }

    /// Returns the names of the child folders, sorted.
    pub(super) fn folder_names(&self) -> Vec<String> {
        let in_memory = self
            .paths()
            .filter_map(|path| Some(path.split_once('/')?.0));
        self.names(in_memory, Path::is_dir)
    }

    /// Returns the names of the files, sorted.
    pub(super) fn file_names(&self) -> Vec<String> {
        let in_memory = self.paths().filter(|path| !path.contains('/'));
        self.names(in_memory, Path::is_file)
    }

    fn names<'a>(
        &self,
        in_memory: impl Iterator<Item = &'a str>,
        is_wanted: fn(&Path) -> bool,
    ) -> Vec<String> {
        let roots = self.disk.iter();
        let on_disk = roots.flat_map(|root| disk::names(root, is_wanted));
        let names: BTreeSet<String> = in_memory.map(str::to_owned).chain(on_disk).collect();
        names.into_iter().collect()
    }

    /// Returns the names on disk that cannot be read, sorted.
    pub(super) fn unreadable(&self) -> Vec<(String, Unreadable)> {
        let roots = self.disk.iter();
        roots.flat_map(|root| disk::unreadable(root)).collect()
    }

    /// Returns whether a name leads to the folder of a handout, perhaps by a link out of this folder.
    pub(super) fn leads_to_handout(&self, name: &str) -> bool {
        let path = self.disk_path(name);
        path.is_some_and(|path| path.join("handout.yaml").is_file())
    }

    /// Returns a place for findings about a file as a whole. The file is not read.
    pub(super) fn place(&self, name: &str) -> Place {
        let file = SourceFile {
            name: self.shown(name),
            path: self.disk_path(name),
            text: String::new(),
        };
        Place {
            file: Arc::new(file),
            target: PlaceTarget::File,
        }
    }

    /// Returns whether there is a file of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some() || self.disk_path(name).is_some_and(|path| path.exists())
    }

    /// Name of the folder itself; `None` for the root of a folder in memory.
    pub(super) fn name(&self) -> Option<String> {
        let path = self.prefix.strip_suffix('/');
        path.and_then(|path| path.rsplit('/').next().map(str::to_owned))
            .or_else(|| disk::name(self.disk.as_ref()?))
    }

    /// Returns the path of a file as messages show it.
    pub(super) fn shown(&self, name: &str) -> String {
        self.disk_path(name)
            .map_or_else(|| self.path(name), |path| path.display().to_string())
    }

    /// Returns where a file lies on disk, or would lie; `None` if the folder is not on disk.
    fn disk_path(&self, name: &str) -> Option<PathBuf> {
        Some(self.disk.as_ref()?.join(name))
    }

    /// Returns the path of a file from the root in memory.
    fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Returns the contents of a file in memory.
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.memory.get(&self.path(name)).map(Cow::as_ref)
    }

    /// Paths of the files in memory, relative to the folder.
    fn paths(&self) -> impl Iterator<Item = &str> {
        self.memory
            .range(self.prefix.clone()..)
            .map_while(|(path, _)| path.strip_prefix(&self.prefix))
    }

    /// Reads a text file; `None` if there is none of that name.
    pub(super) fn text(&self, name: &str) -> Result<Option<Arc<SourceFile>>, Vec<Finding>> {
        let path = self.disk_path(name);
        match (self.get(name), &self.disk) {
            (Some(bytes), _) => {
                source::from_bytes(bytes, self.shown(name), path.as_deref()).map(Some)
            }
            (None, Some(root)) => disk::text(root, name),
            (None, None) => Ok(None),
        }
        .map_err(|finding| vec![finding])
    }

    /// Reads the bytes of a file; `None` if no leaflet can be made from it: it is missing, unreadable or
    /// too large.
    pub(super) fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.read(name).ok()
    }

    /// Reads a picture or font by the path that an author wrote at `named_at`. The path may not
    /// leave the folder.
    pub(super) fn file(&self, path: &str, named_at: &Place) -> Result<Vec<u8>, Finding> {
        let error = |id, message: String| Finding::error(id, message).in_place(named_at.clone());
        // Backslashes separate folders on Windows only, so they are not part of a path here.
        let leaves = || relative(&path.replace('\\', "/")).is_none();
        let bytes = match relative(path) {
            _ if leaves() => Err(FileError::Outside),
            Some(relative) if !path.contains('\\') => self.read(&relative),
            _ => Err(FileError::Missing),
        };
        bytes.map_err(|reason| match reason {
            FileError::Missing => {
                let finding = error("missing-file", format!("no file `{}`", self.shown(path)));
                let help = self.similar_file(path);
                Finding { help, ..finding }
            }
            FileError::Outside => {
                let fault = match path.contains("://") {
                    true => "is an address and not a file",
                    false => "leaves the folder of its file",
                };
                error("unsafe-path", format!("`{path}` {fault}")).help(
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

    /// Suggests a file whose path or name is similar to a path that an author wrote.
    fn similar_file(&self, path: &str) -> Option<String> {
        let slashed = path.replace('\\', "/");
        if slashed != path && relative(&slashed).is_some_and(|path| self.read(&path).is_ok()) {
            return Some(format!("write `/` between folders: `{slashed}`"));
        }
        let inner = self.folder_names().into_iter().flat_map(|name| {
            let files = self.folder(&name).map(|folder| folder.file_names());
            let files = files.unwrap_or_default().into_iter();
            files.map(move |file| format!("{name}/{file}"))
        });
        let files: Vec<String> = self.file_names().into_iter().chain(inner).collect();
        let name = |path: &str| path.rsplit('/').next().map(str::to_lowercase);
        let same_name = files.iter().find(|file| name(file) == name(&slashed));
        match same_name {
            Some(file) => Some(format!("did you mean `{file}`?")),
            None => did_you_mean(&slashed, files.iter().map(String::as_str)),
        }
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        const LIMIT: usize = MAX_MEGABYTES * 1024 * 1024;
        match (self.get(path), &self.disk) {
            (Some(bytes), _) if bytes.len() > LIMIT => Err(FileError::TooLarge),
            (Some(bytes), _) => Ok(bytes.to_vec()),
            (None, Some(root)) => disk::read(root, path, LIMIT),
            (None, None) => Err(FileError::Missing),
        }
    }
}

/// Returns a path that an author wrote, without `.` and `..`; `None` if it leaves the folder.
fn relative(path: &str) -> Option<String> {
    // Drive letters mean something on Windows only.
    if path.is_empty() || path.contains(':') || path.starts_with('\\') {
        return None;
    }
    let mut parts = Vec::new();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop()?;
            }
            _ => return None,
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

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
        let folder = ContentFolder::unsaved(disk.path().to_owned(), unsaved);
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
    fn a_missing_file_has_a_suggestion() {
        let folder = ContentFolder::in_memory(files(&[("figures/shoulder.svg", "<svg/>")]));
        let help = |path: &str| folder.file(path, &place()).unwrap_err().help;
        for path in [
            "figures/Shoulder.svg",
            "shoulder.svg",
            "pictures/shoulder.svg",
            "figures/sholder.svg",
        ] {
            let suggestion = "did you mean `figures/shoulder.svg`?";
            assert_eq!(help(path).as_deref(), Some(suggestion), "{path}");
        }
        let slashes = "write `/` between folders: `figures/shoulder.svg`";
        assert_eq!(help("figures\\shoulder.svg").as_deref(), Some(slashes));
        assert_eq!(help("dial.svg"), None);
        assert!(folder.file("figures/a/../shoulder.svg", &place()).is_ok());
    }

    #[test]
    fn paths_may_not_leave_a_folder_in_memory() {
        let folder =
            ContentFolder::in_memory(files(&[("c/clinic.yaml", "name: C\n"), ("logo.svg", "")]));
        let clinic = folder.folder("c").unwrap();
        let id = |path: &str| clinic.file(path, &place()).unwrap_err().id;
        assert_eq!(id("../logo.svg"), "unsafe-path");
        assert_eq!(id("a/../../logo.svg"), "unsafe-path");
        assert_eq!(id("..\\logo.svg"), "unsafe-path");
        assert_eq!(id("C:\\logo.svg"), "unsafe-path");
        assert_eq!(id("/logo.svg"), "unsafe-path");
        assert_eq!(id("logo.svg"), "missing-file");
        assert_eq!(id("."), "missing-file");
        assert!(folder.folder("clinics").is_none());
    }
}
