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
mod lock;
mod manifest;
mod picture;
mod scalar;
mod text;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use schemars::{Schema, schema_for};

pub use bibliography::{Bibliography, Grade};
pub use claims::{Claim, Claims, Treatment, Verdict};
pub use clinic::{Anchor, BaseChange, Clinic, ClinicText, DEFAULTS, FaceFile, SectionChanges};
pub use definition::{Definition, Entry, EntryKind};
pub use fingerprint::Fingerprint;
pub use folder::Files;
pub use glossary::{Glossary, Term};
pub use lock::{Lock, LockEntry, Wording};
pub use manifest::{LibraryManifest, OverduePolicy, Readability, ReviewPolicy};
pub use text::{TextLayer, TextValue};

use crate::finding::{Finding, Place, PlaceTarget};
use crate::font::Faces;
use crate::picture::{Lettering, Picture};
pub use crate::source::parse_day;
use crate::source::{self, Route};
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

/// One handout: its definition, and the folder that has its words and pictures.
#[derive(Clone, Debug)]
pub struct Handout {
    /// Its structure and facts.
    pub definition: Definition,
    /// Whether it is not one of the library's: what the library has locked binds it, too.
    pub is_own: bool,
    /// Whether it is another library's, and no clinic's: it may be called as one of ours.
    is_elsewhere: bool,
    folder: Folder,
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
        handout_ids(&self.folder)
    }

    /// One of its handouts; an id that it does not have is the finding `unknown-handout`.
    pub fn handout(&self, id: &str) -> Result<Handout, Vec<Finding>> {
        handout_in(&self.folder, id).unwrap_or_else(|| {
            Err(vec![Finding::error(
                "unknown-handout",
                format!("no handout `{id}`"),
            )])
        })
    }

    /// The words that all handouts share in a language, `text/<language>.yaml`, or else in the same
    /// language of no country.
    pub fn shared_text(&self, language: &str) -> Result<Option<TextLayer>, Vec<Finding>> {
        text_in(&self.folder, language)
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

impl Handout {
    /// The handout in a folder, of `library` or not.
    pub fn open(path: &Path, library: &Library) -> Result<Handout, Vec<Finding>> {
        let is_own = !library.folder.is_parent_of(path);
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

    fn load(folder: Folder) -> Result<Handout, Vec<Finding>> {
        let Some(file) = folder
            .text("handout.yaml")
            .map_err(|finding| vec![finding])?
        else {
            let message = format!("no file `{}`", folder.shown("handout.yaml"));
            return Err(vec![Finding::error("missing-file", message)]);
        };
        let definition =
            Definition::parse(&file, folder.name().as_deref()).map_err(|mut findings| {
                // What else is at fault is told in the same run.
                let texts = folder
                    .folder("text")
                    .map(|texts| texts.file_names())
                    .unwrap_or_default();
                let languages = texts.iter().filter_map(|name| name.strip_suffix(".yaml"));
                findings.extend(
                    languages
                        .filter_map(|language| text_in(&folder, language).err())
                        .flatten(),
                );
                findings
            })?;
        Ok(Handout {
            definition,
            is_own: false,
            is_elsewhere: false,
            folder,
        })
    }

    /// The languages that it has words in, sorted.
    pub fn languages(&self) -> Vec<String> {
        let files = self
            .folder
            .folder("text")
            .map(|folder| folder.file_names())
            .unwrap_or_default();
        files
            .iter()
            .filter_map(|name| Some(name.strip_suffix(".yaml")?.to_owned()))
            .collect()
    }

    /// Whether it has words for readers of a language: in it, or in the same language of no country, as in
    /// `en` for `en-US`.
    pub fn is_in(&self, language: &str) -> bool {
        covers(&self.languages(), language)
    }

    /// Its words in a language, `text/<language>.yaml`, or else in the same language of no country.
    pub fn text(&self, language: &str) -> Result<Option<TextLayer>, Vec<Finding>> {
        text_in(&self.folder, language)
    }

    /// What is wrong where a clinic's own is called as one of the library's, and would be given in its place.
    pub fn replaced(&self, library: &Library) -> Option<Finding> {
        let id = &self.definition.id;
        if !self.is_own || self.is_elsewhere || !library.folder.folder(id)?.has("handout.yaml") {
            return None;
        }
        let message =
            format!("the library has a handout `{id}`, too, and what it has locked would be lost");
        let help = "give yours an id of its own, or change the library's in `clinic.yaml`";
        let place = PlaceTarget::Value(Route::default().key("id"), None);
        let file = &self.definition.file;
        Some(
            Finding::error("replaced-handout", message)
                .help(help)
                .at(file, place),
        )
    }

    /// What people are shown for a file of it, whether it is there or not.
    pub fn shown(&self, path: &str) -> String {
        self.folder.shown(path)
    }

    /// A picture of it, by the path that stands at `named_at`; `labels` fill the texts of a drawing by
    /// their ids. A path that leaves the handout's folder is `unsafe-path`, one that leads nowhere
    /// `missing-file`.
    pub fn picture(
        &self,
        path: &str,
        labels: &BTreeMap<String, String>,
        faces: &Faces,
        named_at: &Place,
    ) -> Result<Picture, Finding> {
        picture::read(
            &self.folder,
            path,
            Lettering::Words(labels),
            faces,
            named_at,
        )
    }
}

/// Whether what is there in these languages can be read in `language`; see [`Handout::is_in`].
pub fn covers(languages: &[String], language: &str) -> bool {
    let has = |tag: &str| languages.iter().any(|other| other == tag);
    has(language) || source::without_country(language).is_some_and(has)
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

/// The ids of the handouts in a folder: its folders that have a `handout.yaml`.
fn handout_ids(folder: &Folder) -> Vec<String> {
    let has_definition = |name: &String| {
        folder
            .folder(name)
            .is_some_and(|child| child.has("handout.yaml"))
    };
    folder
        .folder_names()
        .into_iter()
        .filter(has_definition)
        .collect()
}

/// A handout in a folder; `None` if there is none of that id.
fn handout_in(folder: &Folder, id: &str) -> Option<Result<Handout, Vec<Finding>>> {
    // An id is a key, never a path.
    if !source::is_key(id) {
        return None;
    }
    let child = folder.folder(id)?;
    child.has("handout.yaml").then(|| Handout::load(child))
}

/// A text file of a folder.
fn text_in(folder: &Folder, language: &str) -> Result<Option<TextLayer>, Vec<Finding>> {
    let is_tag =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !language.split('-').all(is_tag) {
        return Ok(None);
    }
    let Some(texts) = folder.folder("text") else {
        return Ok(None);
    };
    for tag in [Some(language), source::without_country(language)]
        .into_iter()
        .flatten()
    {
        if let Some(file) = texts
            .text(&format!("{tag}.yaml"))
            .map_err(|finding| vec![finding])?
        {
            return TextLayer::parse(&file).map(Some);
        }
    }
    Ok(None)
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
