//! The files that authors write: definitions, text layers, clinics, glossary, bibliography and
//! claims.
//!
//! A [`Library`] or [`Clinic`] is loaded from a folder: on disk, built into the program, or in
//! memory. It is a snapshot: load it again to see changed files. Its values are plain data in the
//! shape of the files. Each value keeps its [`SourceFile`](crate::source::SourceFile), so that
//! findings can point into it.

mod bibliography;
mod claims;
mod clinic;
mod coverage;
mod definition;
mod face;
mod fingerprint;
mod folder;
mod glossary;
mod handout;
mod lock;
mod manifest;
mod picture;
mod scalar;
mod schema;
mod text;
mod unread;
mod unsaved;

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, OnceLock};

pub(crate) use bibliography::{Bibliography, Grade, is_doi};
pub(crate) use claims::{Claim, ClaimVerdict, Claims};
pub use clinic::Clinic;
#[cfg(test)]
pub(crate) use clinic::DEFAULTS;
pub(crate) use clinic::{
    BaseChange, ClinicText, PrinterFile, REVIEW_AGAIN, ReviewDates, SectionChanges, clinic_folders,
    name_fault,
};
pub(crate) use definition::Definition;
pub(crate) use definition::{Anchor, Entry, EntryKind};
pub(crate) use fingerprint::Fingerprint;
pub(crate) use folder::Files;
pub(crate) use glossary::{Glossary, Term};
pub use handout::Handout;
pub(crate) use handout::covers;
pub(crate) use lock::{
    Approval, Check, ClinicLock, LockEntry, PersonName, Review, TextHash, Wording,
    lines_to_write_on,
};
pub(crate) use manifest::{LibraryManifest, OverduePolicy};
pub(crate) use picture::picture_notes;
pub(crate) use schema::FileKind;
pub(crate) use text::{LEAFLET_TEXTS, TEXT_MESSAGE, TEXTS_WITHOUT_PARTS, TextLayer, TextValue};
pub(crate) use unsaved::UNSAVED;

use crate::finding::Finding;
use crate::font::Faces;
use crate::source::{self, Route, SourceFile};
use bibliography::REFERENCE_FILES;
use fingerprint::Fingerprinter;
use folder::ContentFolder;
pub(crate) use unread::misnamed_clinic;
use unread::{FolderType, unread_files};

/// A library of handouts.
#[derive(Debug)]
pub struct Library {
    folder: ContentFolder,
    manifest: LibraryManifest,
    glossary: Arc<Glossary>,
    bibliography: Bibliography,
    claims_file: Result<Option<Arc<SourceFile>>, Vec<Finding>>,
    /// Parsed when first used, as only checks need them.
    claims: OnceLock<Result<Option<Claims>, Vec<Finding>>>,
    /// Warnings about files in its folder that are not read.
    pub(crate) unread: Vec<Finding>,
}

impl Library {
    /// Reads the library that is built into the program.
    pub fn embedded() -> Result<Library, Vec<Finding>> {
        Library::load(ContentFolder::embedded())
    }

    /// Reads the library in a folder on disk.
    pub fn open(path: &Path) -> Result<Library, Vec<Finding>> {
        Library::load(ContentFolder::on_disk(path.to_owned()))
    }

    /// Reads the library in a folder, with `unsaved` files over those on disk.
    pub fn open_with(path: &Path, unsaved: Files) -> Result<Library, Vec<Finding>> {
        Library::load(ContentFolder::unsaved(path.to_owned(), unsaved))
    }

    /// Reads a library from files in memory; the root folder has the file `library.yaml`.
    pub fn from_files(files: Files) -> Result<Library, Vec<Finding>> {
        Library::load(ContentFolder::in_memory(files))
    }

    fn load(folder: ContentFolder) -> Result<Library, Vec<Finding>> {
        let Some(file) = folder.text("library.yaml")? else {
            let message = format!("no file `{}`", folder.shown("library.yaml"));
            let help = unread::rename_help(&folder, "library.yaml");
            let help = help.unwrap_or_else(|| "is this the folder of a library?".to_owned());
            return Err(vec![Finding::error("missing-file", message).help(help)]);
        };
        let (mut findings, unread) = unread_files(&folder, FolderType::Library, "library.yaml");
        let manifest = LibraryManifest::parse(&file)
            .map_err(|more| findings.extend(more))
            .ok();
        let language = manifest
            .as_ref()
            .map_or("en", |manifest| &manifest.language);
        let mut optional = |name| {
            folder
                .text(name)
                .map_err(|more| findings.extend(more))
                .ok()
                .flatten()
        };
        let glossary = optional("glossary.yaml");
        let glossary = glossary.map_or(Ok(Glossary::default()), |file| {
            Glossary::parse(&file, language)
        });
        let glossary = glossary.map_err(|more| findings.extend(more)).ok();
        let bibliography = Bibliography::load(&folder);
        let bibliography = bibliography.map_err(|more| findings.extend(more)).ok();
        match (manifest, glossary, bibliography) {
            (Some(manifest), Some(glossary), Some(bibliography)) if findings.is_empty() => {
                Ok(Library {
                    manifest,
                    glossary: Arc::new(glossary),
                    bibliography,
                    claims_file: folder.text("claims.yaml"),
                    claims: OnceLock::new(),
                    unread,
                    folder,
                })
            }
            _ => {
                findings.extend(unread);
                Err(findings)
            }
        }
    }

    /// Returns the library's name and policies.
    pub(crate) fn manifest(&self) -> &LibraryManifest {
        &self.manifest
    }

    /// Returns the ids of the handouts, sorted.
    pub fn ids(&self) -> Vec<String> {
        handout::ids_in(&self.folder)
    }

    /// Returns the languages of the library's leaflets: its own, then those of its handouts.
    pub(crate) fn languages(&self) -> Vec<String> {
        let mut languages = vec![self.manifest.language.clone()];
        let ids = self.ids();
        let handouts = ids.iter().filter_map(|id| self.handout(id).ok());
        for language in handouts.flat_map(|handout| handout.languages()) {
            if !languages.contains(&language) {
                languages.push(language);
            }
        }
        languages
    }

    /// Reads a handout. An unknown id gives the finding `unknown-handout`.
    pub fn handout(&self, id: &str) -> Result<Handout, Vec<Finding>> {
        handout::in_folder(&self.folder, id).unwrap_or_else(|| {
            Err(vec![Finding::error(
                "unknown-handout",
                format!("no handout `{id}`"),
            )])
        })
    }

    /// Reads one of a clinic's own handouts; `None` if it has none of that id. In a folder that library and
    /// clinic share, the handouts are the library's.
    pub(crate) fn handout_of(
        &self,
        clinic: &Clinic,
        id: &str,
    ) -> Option<Result<Handout, Vec<Finding>>> {
        (!self.is_file_of_ours(&clinic.file))
            .then(|| clinic.handout(id))
            .flatten()
    }

    /// Reads the handout in a folder on disk: of this library, of another, or of a clinic.
    pub fn handout_at(&self, path: &Path) -> Result<Handout, Vec<Finding>> {
        let is_own = !self.folder.is_parent_of(path);
        let above = path
            .canonicalize()
            .ok()
            .and_then(|path| Some(path.parent()?.to_owned()))
            .filter(|_| is_own);
        let other = above.map(ContentFolder::on_disk);
        let manifest = match other.map(|folder| folder.text("library.yaml")) {
            Some(file) => file?,
            None => None,
        };
        let other_licence = match &manifest {
            Some(file) => LibraryManifest::parse(file)?.licence,
            None => String::new(),
        };
        let handout = Handout::load(ContentFolder::on_disk(path.to_owned()))?;
        Ok(Handout {
            is_own,
            is_elsewhere: manifest.is_some(),
            other_licence,
            ..handout
        })
    }

    /// Returns the licence of a handout's texts; empty if its library names none. A clinic's own handouts have
    /// none.
    pub(crate) fn licence_of<'a>(&'a self, handout: &'a Handout) -> &'a str {
        if handout.is_own {
            &handout.other_licence
        } else {
            &self.manifest.licence
        }
    }

    /// Whether a folder on disk is one of this library's handouts.
    pub(crate) fn has_folder(&self, path: &Path) -> bool {
        self.folder.is_parent_of(path)
    }

    /// Reports a clinic's handout that would replace one of this library's with the same id.
    pub(crate) fn replaced_by(&self, handout: &Handout) -> Option<Finding> {
        let definition = &handout.definition;
        let id = &definition.id;
        if !handout.is_own || handout.is_elsewhere || !self.folder.folder(id)?.has("handout.yaml") {
            return None;
        }
        let message = format!("the library also has a handout `{id}`, and its locks would be lost");
        let help = "give yours an id of its own, or change the library's in `clinic.yaml`";
        let finding = Finding::error("replaced-handout", message).help(help);
        Some(finding.at_value(&definition.file, Route::default().key("id")))
    }

    /// Reads the texts that all handouts share, `text/<language>.yaml`. Falls back to the language
    /// without its country.
    pub(crate) fn shared_text(&self, language: &str) -> Result<Option<TextLayer>, Vec<Finding>> {
        handout::text_in(&self.folder, language)
    }

    /// Returns the terms; none without a `glossary.yaml`.
    #[cfg(test)]
    pub(crate) fn glossary(&self) -> &Arc<Glossary> {
        &self.glossary
    }

    /// Returns the library's terms, followed by the clinic's.
    pub(crate) fn glossary_with(&self, clinic: &Clinic) -> Result<Arc<Glossary>, Vec<Finding>> {
        match &clinic.glossary_file {
            Some(file) if !self.is_file_of_ours(file) => {
                let own = Glossary::parse(file, &self.manifest.language)?;
                self.glossary.and(&own).map(Arc::new)
            }
            _ => Ok(Arc::clone(&self.glossary)),
        }
    }

    /// Returns whether a file lies in this library's own folder. A `clinic.yaml` may lie there, too,
    /// and then both share their references and terms.
    fn is_file_of_ours(&self, file: &SourceFile) -> bool {
        let folder = file.path.as_ref().and_then(|path| path.parent());
        folder.is_some_and(|folder| self.folder.is_same(folder))
    }

    /// Returns the references; none without `references.yaml` and `references.bib`.
    pub(crate) fn bibliography(&self) -> &Bibliography {
        &self.bibliography
    }

    /// Returns the library's references, followed by the clinic's.
    pub(crate) fn bibliography_with(
        &self,
        clinic: &Clinic,
    ) -> Result<Cow<'_, Bibliography>, Vec<Finding>> {
        let is_shared = clinic
            .references
            .file()
            .is_some_and(|file| self.is_file_of_ours(file));
        if clinic.references.is_empty() || is_shared {
            return Ok(Cow::Borrowed(&self.bibliography));
        }
        self.bibliography.and(&clinic.references).map(Cow::Owned)
    }

    /// Returns the claims, and the blocks that treat them; `None` without a `claims.yaml`.
    pub fn claims(&self) -> Result<Option<&Claims>, &[Finding]> {
        let parse = || match &self.claims_file {
            Ok(Some(file)) => Claims::parse(file).map(Some),
            Ok(None) => Ok(None),
            Err(findings) => Err(findings.clone()),
        };
        self.claims
            .get_or_init(parse)
            .as_ref()
            .map(Option::as_ref)
            .map_err(Vec::as_slice)
    }

    /// Hashes the files that all handouts share.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let mut files = Fingerprinter::default();
        let references = REFERENCE_FILES;
        for name in ["library.yaml", "glossary.yaml"]
            .into_iter()
            .chain(references)
        {
            files.file(&self.folder, name);
        }
        if let Some(texts) = self.folder.folder("text") {
            files.folder(&texts);
        }
        files.finish()
    }

    /// Returns the names of the library's clinics, sorted.
    pub fn clinics(&self) -> Vec<String> {
        self.folder
            .folder("clinics")
            .map(|clinics| clinics.folder_names())
            .unwrap_or_default()
    }

    /// Reads a clinic of the library; `None` if it has none of that name. `faces` are the bundled
    /// ones.
    pub fn clinic(&self, name: &str, faces: &Faces) -> Option<Result<Clinic, Vec<Finding>>> {
        // A name is a key, never a path.
        if !source::is_key(name) {
            return None;
        }
        let folder = self.folder.folder("clinics")?.folder(name)?;
        folder
            .has("clinic.yaml")
            .then(|| Clinic::load_from(folder, "clinic.yaml", faces))
    }
}

#[cfg(test)]
mod findings_tests;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_all_of_the_embedded_library() {
        let library = Library::embedded().unwrap();
        for id in library.ids() {
            let handout = library.handout(&id).unwrap();
            assert!(!handout.definition.entries.is_empty());
            for language in handout.languages() {
                assert!(
                    handout
                        .text(&language)
                        .unwrap()
                        .unwrap()
                        .get("title")
                        .is_some(),
                    "{id} {language}"
                );
            }
        }
        assert!(library.shared_text("en").unwrap().is_some());
        assert!(library.claims().unwrap().unwrap().claims.len() > 80);
        assert!(library.glossary().terms("sv").len() > 10);
        let keys: Vec<&str> = library.bibliography().keys().collect();
        assert!(keys.len() > 10);
        for key in keys {
            assert_eq!(library.bibliography().get(key).unwrap().key(), key);
            assert!(library.bibliography().grade(key).is_some(), "{key}");
            assert!(library.bibliography().kind(key).is_some(), "{key}");
        }
        for name in library.clinics() {
            library.clinic(&name, &Faces::bundled()).unwrap().unwrap();
        }
    }

    const HANDOUT: &str = "\
id: sleep
version: 1.0.0
reviewed: 2026-11-21
review_by: 2028-11-21
sections:
  - contact
";

    fn files(files: &[(&str, &str)]) -> Files {
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    fn title(library: &Library) -> String {
        let text = library.handout("sleep").unwrap().text("en").unwrap();
        let title = text.unwrap().get("title").cloned().unwrap();
        title.text().unwrap().to_owned()
    }

    #[test]
    fn a_library_and_its_clinics_load_from_memory() {
        let library = Library::from_files(files(&[
            ("library.yaml", "name: Memory\n"),
            ("sleep/handout.yaml", HANDOUT),
            ("sleep/text/en.yaml", "title: Sleep\n"),
            ("clinics/c/clinic.yaml", "name: C\n"),
        ]))
        .unwrap();
        assert_eq!(library.manifest().name, "Memory");
        assert_eq!(library.ids(), ["sleep"]);
        assert_eq!(title(&library), "Sleep");
        assert_eq!(library.clinics(), ["c"]);
        let clinic = library.clinic("c", &Faces::bundled()).unwrap().unwrap();
        assert_eq!(clinic.name(), "C");
        assert!(clinic.lock_path().is_none());
    }

    #[test]
    fn unsaved_files_hide_those_on_disk() {
        let folder = tempfile::TempDir::new().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("library.yaml", "name: Disk\n");
        write("sleep/handout.yaml", HANDOUT);
        write("sleep/text/en.yaml", "title: Saved\n");
        write("c/clinic.yaml", "name: Saved\n");
        let unsaved = files(&[("sleep/text/en.yaml", "title: Unsaved\n")]);
        let saved = Library::open(folder.path()).unwrap();
        let edited = Library::open_with(folder.path(), unsaved).unwrap();
        assert_eq!(title(&saved), "Saved");
        assert_eq!(title(&edited), "Unsaved");
        assert_eq!(saved.fingerprint(), edited.fingerprint());
        let fingerprint = |library: &Library| library.handout("sleep").unwrap().fingerprint();
        assert_ne!(fingerprint(&saved), fingerprint(&edited));

        let path = folder.path().join("c/clinic.yaml");
        let unsaved = files(&[("clinic.yaml", "name: Unsaved\n")]);
        let clinic = Clinic::load_with(&path, unsaved, &Faces::bundled()).unwrap();
        assert_eq!(clinic.name(), "Unsaved");
        assert_eq!(clinic.file.path.as_deref(), Some(path.as_path()));
    }

    #[test]
    fn a_fault_in_memory_has_its_place() {
        let clinic = files(&[("clinic.yaml", "name: C\nphon: 1\n")]);
        let findings = Clinic::from_files(clinic, &Faces::bundled()).unwrap_err();
        let location = source::locate(findings[0].place.as_ref().unwrap()).unwrap();
        assert_eq!((findings[0].id, location.line), ("unknown-field", 2));
    }
}
