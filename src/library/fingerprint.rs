//! What a library, a handout or a clinic was when its leaflets were made: SHA-256 over its files.

use sha2::{Digest, Sha256};

use super::folder::Folder;
use super::{Clinic, Handout, Library};

/// A hash over files.
pub type Fingerprint = [u8; 32];

/// Folders are looked into so deep.
const DEEPEST: usize = 4;

impl Library {
    /// Of what its handouts share, without the handouts.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new();
        for name in ["library.yaml", "glossary.yaml", "references.yaml"] {
            add(&self.folder, name, &mut hash);
        }
        if let Some(texts) = self.folder.folder("text") {
            add_all(&texts, 1, &mut hash);
        }
        hash.finalize().into()
    }
}

impl Handout {
    /// Of its definition, words and pictures.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new();
        add_all(&self.folder, 0, &mut hash);
        hash.finalize().into()
    }
}

impl Clinic {
    /// Of its facts, words, logo and faces, without handouts of its own. Only files that belong to a clinic are
    /// read: its folder may be any.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new();
        hash.update((self.file.text.len() as u64).to_le_bytes());
        hash.update(self.file.text.as_bytes());
        for name in ["references.yaml", "clinic.lock"] {
            add(&self.folder, name, &mut hash);
        }
        let faces = self.face_files.iter().map(|file| &file.path);
        for path in self.logo_path.iter().chain(faces) {
            add(&self.folder, path, &mut hash);
        }
        if let Some(texts) = self.folder.folder("text") {
            add_all(&texts, 1, &mut hash);
        }
        hash.finalize().into()
    }
}

/// Adds a file, or that it is not there.
fn add(folder: &Folder, name: &str, hash: &mut Sha256) {
    let bytes = folder.bytes(name);
    hash.update((name.len() as u64).to_le_bytes());
    hash.update(name.as_bytes());
    hash.update(
        bytes
            .as_ref()
            .map_or(u64::MAX, |bytes| bytes.len() as u64)
            .to_le_bytes(),
    );
    hash.update(bytes.unwrap_or_default());
}

fn add_all(folder: &Folder, depth: usize, hash: &mut Sha256) {
    // What an editor or the system leaves beside the files is no part of them.
    let is_content = |name: &String| !name.starts_with('.') && !name.ends_with('~');
    for name in folder.file_names().iter().filter(|name| is_content(name)) {
        add(folder, name, hash);
    }
    for name in folder.folder_names().iter().filter(|name| is_content(name)) {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name.as_bytes());
        if let Some(inner) = folder.folder(name).filter(|_| depth < DEEPEST) {
            add_all(&inner, depth + 1, hash);
        }
        hash.update([0]);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::font::Faces;

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
