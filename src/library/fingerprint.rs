//! Fingerprints: SHA-256 hashes over the files that leaflets are made from.

use sha2::{Digest, Sha256};

use super::folder::ContentFolder;

/// A hash over the files of a library, a handout or a clinic.
pub(crate) type Fingerprint = [u8; 32];

/// Folders nested deeper than this are not hashed.
const MAX_DEPTH: usize = 4;

/// Collects the files of one fingerprint.
#[derive(Default)]
pub(super) struct Fingerprinter(Sha256);

impl Fingerprinter {
    /// Adds a text that was read from a file.
    pub(super) fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.update(text);
    }

    /// Adds a file by its name, or that it is missing.
    pub(super) fn file(&mut self, folder: &ContentFolder, name: &str) {
        self.text(name);
        match folder.bytes(name) {
            Some(bytes) => {
                self.length(bytes.len());
                self.0.update(bytes);
            }
            None => self.0.update(u64::MAX.to_le_bytes()),
        }
    }

    /// Adds all files in a folder, and in its folders.
    pub(super) fn folder(&mut self, folder: &ContentFolder) {
        self.nested(folder, 0);
    }

    fn nested(&mut self, folder: &ContentFolder, depth: usize) {
        // Editors and systems leave hidden files and backups.
        let is_content = |name: &String| !name.starts_with('.') && !name.ends_with('~');
        for name in folder.file_names().iter().filter(|name| is_content(name)) {
            self.file(folder, name);
        }
        for name in folder.folder_names().iter().filter(|name| is_content(name)) {
            self.text(name);
            if let Some(inner) = folder.folder(name).filter(|_| depth < MAX_DEPTH) {
                self.nested(&inner, depth + 1);
            }
            // Marks the end of the folder.
            self.0.update([0]);
        }
    }

    fn length(&mut self, length: usize) {
        self.0.update((length as u64).to_le_bytes());
    }

    pub(super) fn finish(self) -> Fingerprint {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use crate::font::Faces;
    use crate::library::Library;

    #[test]
    fn every_file_that_a_leaflet_is_made_from_counts() {
        let folder = TempDir::new().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let svg = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><rect width="4" height="4"/></svg>"#;
        let handout = "id: a\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - contact\n";
        let files = [
            ("library.yaml", "name: L\n"),
            ("text/en.yaml", "closing: C\n"),
            ("a/handout.yaml", handout),
            ("a/text/en.yaml", "title: T\n"),
            ("a/figures/f.svg", svg),
            (
                "clinics/c/clinic.yaml",
                "name: C\nbrand: { logo: l.svg, logo_alt: L }\n",
            ),
            ("clinics/c/l.svg", svg),
            ("clinics/c/text/en.yaml", "a:\n  title: U\n"),
        ];
        for (path, text) in files {
            write(path, text);
        }
        let prints = || {
            let library = Library::open(folder.path()).unwrap();
            let clinic = library.clinic("c", &Faces::bundled()).unwrap().unwrap();
            let handout = library.handout("a").unwrap();
            [
                library.fingerprint(),
                handout.fingerprint(),
                clinic.fingerprint(),
            ]
        };
        let before = prints();
        assert_eq!(prints(), before);
        for (path, text) in files {
            write(path, &format!("{text}\n"));
            let changed = prints()
                .iter()
                .zip(&before)
                .filter(|(one, other)| one != other)
                .count();
            assert_eq!(changed, 1, "{path}");
            write(path, text);
        }
        write("clinics/c/notes.txt", "not part of it");
        write("a/.handout.yaml.swp", "nor this");
        assert_eq!(prints(), before);
    }
}
