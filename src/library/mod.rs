//! What authors write: handout definitions, text layers, clinics, the glossary and the bibliography,
//! loaded from a folder or from the copy that is embedded in the program.
//!
//! Types here are plain data in the shape of the files (see the README's "Files"); each keeps the
//! [`SourceFile`](crate::source::SourceFile) that it came from, so that a finding can point into it.
//! Only loading touches files.

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
mod text;

use std::borrow::Cow;
use std::path::Path;
use std::sync::OnceLock;

use schemars::{Schema, schema_for};

pub use bibliography::{Bibliography, Grade};
pub use claims::{Claim, Claims, Treatment, Verdict};
pub use clinic::{BaseChange, Clinic, ClinicText, DEFAULTS, FaceFile, SectionChanges};
pub use definition::{Anchor, Definition, Entry, EntryKind};
pub use fingerprint::Fingerprint;
pub use folder::Files;
pub use glossary::{Glossary, Term};
pub use handout::{Handout, covers};
pub use lock::{ClinicLock, LockEntry, Wording};
pub use manifest::{LibraryManifest, OverduePolicy, Readability, ReviewPolicy};
pub use text::{TextLayer, TextValue};

use crate::finding::{Finding, PlaceTarget};
use crate::font::Faces;
pub use crate::source::parse_day;
use crate::source::{self, Route};
use fingerprint::Fingerprinter;
use folder::Folder;

/// A library of handouts.
#[derive(Debug)]
pub struct Library {
    folder: Folder,
    manifest: LibraryManifest,
    glossary: Glossary,
    bibliography: Bibliography,
    /// Read when they are asked for, once.
    claims: OnceLock<Result<Option<Claims>, Vec<Finding>>>,
}

impl Library {
    /// The library that is embedded in the program.
    pub fn embedded() -> Result<Library, Vec<Finding>> {
        Library::load(Folder::embedded())
    }

    /// The library in a folder.
    pub fn open(path: &Path) -> Result<Library, Vec<Finding>> {
        Library::load(Folder::Disk(path.to_owned()))
    }

    /// Reads the library in a folder, with `unsaved` files over those on disk.
    pub fn open_with(path: &Path, unsaved: Files) -> Result<Library, Vec<Finding>> {
        Library::load(Folder::Disk(path.to_owned()).under(unsaved))
    }

    /// Reads a library from files in memory; the root folder has the file `library.yaml`.
    pub fn from_files(files: Files) -> Result<Library, Vec<Finding>> {
        Library::load(Folder::in_memory(files))
    }

    fn load(folder: Folder) -> Result<Library, Vec<Finding>> {
        let Some(file) = folder
            .text("library.yaml")
            .map_err(|finding| vec![finding])?
        else {
            let message = format!("no file `{}`", folder.shown("library.yaml"));
            return Err(vec![
                Finding::error("missing-file", message).help("is this the folder of a library?"),
            ]);
        };
        let mut findings = Vec::new();
        let manifest = LibraryManifest::parse(&file)
            .map_err(|more| findings.extend(more))
            .ok();
        let language = manifest
            .as_ref()
            .map_or("en", |manifest| &manifest.language);
        let mut optional = |name| {
            folder
                .text(name)
                .map_err(|finding| findings.push(finding))
                .ok()
                .flatten()
        };
        let (glossary, references) = (optional("glossary.yaml"), optional("references.yaml"));
        let glossary = glossary.map_or(Ok(Glossary::default()), |file| {
            Glossary::parse(file, language)
        });
        let glossary = glossary.map_err(|more| findings.extend(more)).ok();
        let bibliography = references.map_or(Ok(Bibliography::default()), |file| {
            Bibliography::parse(&file)
        });
        let bibliography = bibliography.map_err(|more| findings.extend(more)).ok();
        match (manifest, glossary, bibliography) {
            (Some(manifest), Some(glossary), Some(bibliography)) if findings.is_empty() => {
                Ok(Library {
                    manifest,
                    glossary,
                    bibliography,
                    folder,
                    claims: OnceLock::new(),
                })
            }
            _ => Err(findings),
        }
    }

    /// What it is called, and its policies.
    pub fn manifest(&self) -> &LibraryManifest {
        &self.manifest
    }

    /// The ids of its handouts, sorted.
    pub fn ids(&self) -> Vec<String> {
        handout::ids_in(&self.folder)
    }

    /// One of its handouts; an id that it does not have is the finding `unknown-handout`.
    pub fn handout(&self, id: &str) -> Result<Handout, Vec<Finding>> {
        handout::in_folder(&self.folder, id).unwrap_or_else(|| {
            Err(vec![Finding::error(
                "unknown-handout",
                format!("no handout `{id}`"),
            )])
        })
    }

    /// Reads the handout in a folder on disk, which may belong to this library, to another or to a clinic.
    pub fn handout_at(&self, path: &Path) -> Result<Handout, Vec<Finding>> {
        let is_own = !self.folder.is_parent_of(path);
        let above = path
            .canonicalize()
            .ok()
            .and_then(|path| Some(path.parent()?.join("library.yaml")));
        let is_elsewhere = is_own && above.is_some_and(|manifest| manifest.is_file());
        let handout = Handout::load(Folder::Disk(path.to_owned()))?;
        Ok(Handout {
            is_own,
            is_elsewhere,
            ..handout
        })
    }

    /// Reports a clinic's handout that has the id of one of this library's, and would replace it.
    pub fn replaced_by(&self, handout: &Handout) -> Option<Finding> {
        let definition = &handout.definition;
        let id = &definition.id;
        if !handout.is_own || handout.is_elsewhere || !self.folder.folder(id)?.has("handout.yaml") {
            return None;
        }
        let message =
            format!("the library has a handout `{id}`, too, and what it has locked would be lost");
        let help = "give yours an id of its own, or change the library's in `clinic.yaml`";
        let place = PlaceTarget::Value(Route::default().key("id"), None);
        Some(
            Finding::error("replaced-handout", message)
                .help(help)
                .at(&definition.file, place),
        )
    }

    /// The words that all handouts share in a language, `text/<language>.yaml`, or else in the same
    /// language of no country.
    pub fn shared_text(&self, language: &str) -> Result<Option<TextLayer>, Vec<Finding>> {
        handout::text_in(&self.folder, language)
    }

    /// Its terms; empty if it has no `glossary.yaml`.
    pub fn glossary(&self) -> &Glossary {
        &self.glossary
    }

    /// What its handouts cite; empty if it has no `references.yaml`.
    pub fn bibliography(&self) -> &Bibliography {
        &self.bibliography
    }

    /// What handouts cite as a clinic gives them: what its own do comes after what the library's do.
    pub fn bibliography_with(
        &self,
        clinic: &Clinic,
    ) -> Result<Cow<'_, Bibliography>, Vec<Finding>> {
        if clinic.references.is_empty() {
            return Ok(Cow::Borrowed(&self.bibliography));
        }
        self.bibliography.and(&clinic.references).map(Cow::Owned)
    }

    /// What the evidence says, and which blocks say it; `None` if it has no `claims.yaml`.
    pub fn claims(&self) -> Result<Option<&Claims>, &[Finding]> {
        let read = || match self
            .folder
            .text("claims.yaml")
            .map_err(|finding| vec![finding])?
        {
            Some(file) => Claims::parse(&file).map(Some),
            None => Ok(None),
        };
        self.claims
            .get_or_init(read)
            .as_ref()
            .map(Option::as_ref)
            .map_err(Vec::as_slice)
    }

    /// Hashes the files that all handouts share.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut files = Fingerprinter::default();
        for name in ["library.yaml", "glossary.yaml", "references.yaml"] {
            files.file(&self.folder, name);
        }
        if let Some(texts) = self.folder.folder("text") {
            files.folder(&texts);
        }
        files.finish()
    }

    /// The names of the clinics that it ships, sorted.
    pub fn clinics(&self) -> Vec<String> {
        self.folder
            .folder("clinics")
            .map(|clinics| clinics.folder_names())
            .unwrap_or_default()
    }

    /// A clinic that it ships; `None` if it has none of that name. `faces` are the bundled ones.
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

/// The JSON Schema of `handout.yaml`.
pub fn definition_schema() -> Schema {
    schema_for!(definition::DefinitionFile)
}

/// The JSON Schema of `text/<language>.yaml`.
pub fn text_schema() -> Schema {
    schema_for!(text::TextFile)
}

/// The JSON Schema of `clinic.yaml`.
pub fn clinic_schema() -> Schema {
    schema_for!(clinic::ClinicFile)
}

/// The JSON Schema of `text/<language>.yaml` beside a `clinic.yaml`.
pub fn clinic_text_schema() -> Schema {
    schema_for!(clinic::ClinicTextFile)
}

/// The JSON Schema of `library.yaml`.
pub fn manifest_schema() -> Schema {
    schema_for!(manifest::ManifestFile)
}

#[cfg(test)]
mod findings_tests;

#[cfg(test)]
mod tests {
    use super::*;

    /// Fields of a schema without a description, by their place in it.
    fn undescribed(
        schema: &serde_json::Value,
        whole: &serde_json::Value,
        place: &str,
    ) -> Vec<String> {
        let is_described = |field: &serde_json::Value| {
            let definition = field["$ref"]
                .as_str()
                .and_then(|name| whole.pointer(name.strip_prefix('#')?));
            field
                .get("description")
                .or(definition.and_then(|definition| definition.get("description")))
                .is_some()
        };
        let mut found = Vec::new();
        if let Some(fields) = schema["properties"].as_object() {
            let without = fields.iter().filter(|(_, field)| !is_described(field));
            found.extend(without.map(|(name, _)| format!("{place}/{name}")));
        }
        let children: Vec<(String, &serde_json::Value)> = match schema {
            serde_json::Value::Object(map) => map
                .iter()
                .map(|(key, value)| (key.clone(), value))
                .collect(),
            serde_json::Value::Array(list) => list
                .iter()
                .enumerate()
                .map(|(index, value)| (index.to_string(), value))
                .collect(),
            _ => Vec::new(),
        };
        for (key, child) in children {
            found.extend(undescribed(child, whole, &format!("{place}/{key}")));
        }
        found
    }

    #[test]
    fn every_field_of_every_schema_is_described() {
        let schemas = [
            definition_schema(),
            text_schema(),
            clinic_schema(),
            clinic_text_schema(),
            manifest_schema(),
        ];
        for schema in schemas {
            let schema = serde_json::Value::from(schema);
            assert!(
                schema["properties"]
                    .as_object()
                    .is_some_and(|fields| !fields.is_empty())
                    || schema["$defs"].is_object()
            );
            assert_eq!(undescribed(&schema, &schema, ""), Vec::<String>::new());
        }
        let bare = serde_json::json!({ "properties": { "name": { "type": "string" } } });
        assert_eq!(undescribed(&bare, &bare, ""), ["/name"]);
    }

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
        }
        for name in library.clinics() {
            library.clinic(&name, &Faces::bundled()).unwrap().unwrap();
        }
    }
}
