//! A clinic: its contact, brand, defaults, and changes to texts and sections.

mod load;
mod own_words;
mod printed_values;
mod printers;
mod review_dates;
pub(super) mod schema;
mod section_place;
mod texts;
mod values;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use load::name_fault;
pub(crate) use review_dates::{REVIEW_AGAIN, ReviewDates};
#[cfg(test)]
pub(crate) use schema::DEFAULTS;
pub(crate) use schema::{BaseChange, ClinicFacts, PrinterFile};

use super::bibliography::{Bibliography, REFERENCE_FILES};
use super::definition::{Anchor, Entry};
use super::fingerprint::{Fingerprint, Fingerprinter};
use super::folder::ContentFolder;
use super::handout::{self, Handout};
use super::lock::ClinicLock;
use super::text::TextLayer;
use crate::document::{Key, Logo};
use crate::finding::{Finding, Place, PlaceTarget};
use crate::font::Faces;
use crate::geometry::Colour;
use crate::locale;
use crate::source::{self, Route, SourceFile};

/// The name of a clinic's main file.
const CLINIC: &str = "clinic.yaml";

/// Returns the names of the folders in `folder` that have a `clinic.yaml`, sorted.
pub(crate) fn clinic_folders(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().join(CLINIC).is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

/// Returns the name of the file that records the library texts that a clinic replaces: `clinic.lock` for
/// `clinic.yaml`.
fn lock_name(name: &str) -> String {
    let stem = Path::new(name).file_stem().unwrap_or_default();
    format!("{}.lock", stem.to_string_lossy())
}

/// A clinic, from `clinic.yaml` and the files beside it.
#[derive(Clone, Debug)]
pub struct Clinic {
    folder: ContentFolder,
    /// `clinic.yaml`.
    pub(crate) file: Arc<SourceFile>,
    pub(crate) facts: ClinicFacts,
    /// Telephone numbers as printed.
    pub(crate) phones: Vec<String>,
    pub logo: Option<Logo>,
    /// Place of the logo's path.
    pub(crate) logo_place: Option<Place>,
    /// The clinic's own faces, if any, then the bundled ones.
    pub faces: Faces,
    /// Files of the clinic's own faces, in the order of `faces`.
    pub(crate) face_files: Vec<FaceFile>,
    /// Files of the clinic's fallback faces, in the order of `faces`.
    pub(crate) fallback_files: Vec<FaceFile>,
    /// Findings about its values, and about files in its folder that are not used. Leaflets for patients have no
    /// error among them.
    pub(crate) faults: Vec<Finding>,
    /// The brand colour, from which the others are derived.
    pub(crate) colour: Option<Colour>,
    /// Place of the colour, under either spelling of its key.
    pub(crate) colour_place: Option<Place>,
    /// The clinic's own references, from `references.yaml` and `references.bib` in its folder.
    pub(crate) references: Bibliography,
    /// The clinic's own `glossary.yaml`. The library knows the language of its fields.
    pub(super) glossary_file: Option<Arc<SourceFile>>,
    /// Variables for templates, `clinic.vars.*`.
    pub(crate) vars: serde_json::Map<String, serde_json::Value>,
    /// Text layers by language.
    pub(crate) text: BTreeMap<String, ClinicText>,
    /// Changes to sections, by handout.
    pub(crate) sections: BTreeMap<String, SectionChanges>,
    /// `clinic.lock`; empty if there is none.
    pub(crate) lock: Arc<ClinicLock>,
    /// The file of `lock`.
    pub(crate) lock_file: Option<Arc<SourceFile>>,
    /// Whether this is the example clinic, whose leaflets are not for patients.
    is_example: bool,
}

/// A font file of a clinic.
#[derive(Clone, Debug)]
pub(crate) struct FaceFile {
    /// Path in the clinic's folder.
    pub(crate) path: String,
    /// Place of the path.
    pub(crate) place: Place,
}

/// A clinic's texts in one language. Layers are bottom first: `clinic.yaml`, then
/// `text/<language>.yaml`.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClinicText {
    pub(crate) shared: Vec<TextLayer>,
    /// Layers by handout.
    pub(crate) handouts: BTreeMap<String, Vec<TextLayer>>,
}

/// Changes to the sections of one handout.
#[derive(Clone, Debug, Default)]
pub(crate) struct SectionChanges {
    pub(crate) insert: Vec<(Entry, Anchor)>,
    pub(crate) moves: Vec<(Key, Route, Anchor)>,
    pub(crate) remove: Vec<(Key, Route)>,
}

impl Clinic {
    pub fn name(&self) -> &str {
        &self.facts.name
    }

    /// Marks the clinic as the example that is used where none is named.
    pub(crate) fn into_example(self) -> Clinic {
        Clinic {
            is_example: true,
            ..self
        }
    }

    /// Whether this is the example clinic, whose leaflets are not for patients.
    pub(crate) fn is_example(&self) -> bool {
        self.is_example
    }

    /// Returns the clinic's folder; `None` for a clinic that is built in.
    pub(crate) fn folder_on_disk(&self) -> Option<&Path> {
        self.folder.on_disk_path()
    }

    /// Whether the name is printed beside the logo.
    pub(crate) fn shows_name(&self) -> bool {
        self.logo.is_none() || self.facts.brand.show_name != Some(false)
    }

    pub(crate) fn email(&self) -> Option<&str> {
        self.facts.email.as_ref().map(|address| &*address.0)
    }

    /// Returns the whole address, `https://…`.
    pub(crate) fn website(&self) -> Option<&str> {
        self.facts.website.as_ref().map(|address| &*address.0)
    }

    /// Returns the place of some words in the first value for texts that has them.
    pub(crate) fn place_of(&self, words: &str) -> Option<Place> {
        let facts = &self.facts;
        let vars = self.vars.iter().filter_map(|(name, value)| {
            Some((Route::default().key("vars").key(name), value.as_str()?))
        });
        let phone = self.phones.iter().map(|phone| ("phone", phone.as_str()));
        let facts = [
            ("name", Some(&facts.name)),
            ("department", facts.department.as_ref()),
            ("email", facts.email.as_ref().map(|email| &email.0)),
            ("address", facts.address.as_ref()),
            ("hours", facts.hours.as_ref()),
            ("emergency_number", facts.emergency_number.as_ref()),
            ("crisis_line", facts.crisis_line.as_ref()),
            ("imprint", facts.imprint.as_ref()),
        ];
        let facts = facts
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?.as_str())));
        let facts = facts
            .chain(phone)
            .map(|(key, value)| (Route::default().key(key), value));
        let (route, at) = facts
            .chain(vars)
            .find_map(|(route, value)| Some((route, value.find(words)?)))?;
        Some(Place {
            file: Arc::clone(&self.file),
            target: PlaceTarget::Value(route, Some(at..at + words.len())),
        })
    }

    /// Returns the texts for a language, bottom first: those of the language without its country,
    /// then those of the language itself. Each comes with its language tag.
    pub(crate) fn texts<'a>(
        &'a self,
        language: &'a str,
    ) -> impl DoubleEndedIterator<Item = (&'a str, &'a ClinicText)> {
        let tags = [source::without_country(language), Some(language)];
        tags.into_iter()
            .flatten()
            .filter_map(|tag| Some((tag, self.text.get(tag)?)))
    }

    /// Reports a default language that a handout has no texts in.
    pub(crate) fn lacks_language(&self, handout: &Handout) -> Option<Finding> {
        let language = self
            .facts
            .defaults
            .0
            .get("language")
            .filter(|language| !handout.is_in(language))?;
        let message = format!("`{}` has no text in `{language}`", handout.definition.id);
        let finding = Finding::error("unavailable-language", message);
        let route = Route::default().key("defaults").key("language");
        let help = format!("it is in {}", handout.languages().join(", "));
        Some(finding.help(help).at_value(&self.file, route))
    }

    /// Returns the path of `clinic.lock`, which may not exist. `None` if the clinic is not on disk.
    pub(crate) fn lock_path(&self) -> Option<PathBuf> {
        Some(
            self.file
                .path
                .as_ref()?
                .with_file_name(lock_name(&self.file.name)),
        )
    }

    /// Hashes the clinic's own files: facts, texts, logo and faces, but not its handouts. Other
    /// files in its folder do not count.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let mut files = Fingerprinter::default();
        files.text(&self.file.text);
        if self.is_example {
            // Each page says that it is for the example clinic.
            files.text("example");
        }
        for name in REFERENCE_FILES.into_iter().chain(["glossary.yaml"]) {
            files.file(&self.folder, name);
        }
        let name = self.file.path.as_ref().and_then(|path| path.file_name());
        let name = name.map_or(CLINIC.into(), |name| name.to_string_lossy());
        files.file(&self.folder, &lock_name(&name));
        let faces = self.face_files.iter().chain(&self.fallback_files);
        let faces = faces.map(|file| &file.path);
        for path in self.facts.brand.logo.iter().chain(faces) {
            files.file(&self.folder, path);
        }
        if let Some(texts) = self.folder.folder("text") {
            files.folder(&texts);
        }
        files.finish()
    }

    /// Whether a folder on disk is one of the clinic's handouts.
    pub(crate) fn has_folder(&self, path: &Path) -> bool {
        self.folder.is_parent_of(path)
    }

    /// Returns the ids of the clinic's own handouts, sorted.
    pub fn ids(&self) -> Vec<String> {
        handout::ids_in(&self.folder)
    }

    /// Returns the languages of the clinic's leaflets, as tags without a country. The first is the one of its defaults,
    /// else `library`. Those of its texts and handouts follow. Leaves out languages from right to left.
    pub(crate) fn languages(&self, library: &str) -> Vec<String> {
        let default = self.facts.defaults.0.get("language");
        let default = default.map_or(library, String::as_str);
        let of_handouts = self
            .ids()
            .into_iter()
            .filter_map(|id| self.handout(&id)?.ok())
            .flat_map(|handout| handout.languages());
        let all = std::iter::once(default.to_owned())
            .chain(self.text.keys().cloned())
            .chain(of_handouts);
        let mut languages: Vec<String> = Vec::new();
        for tag in all {
            let language = source::without_country(&tag).unwrap_or(&tag).to_owned();
            if !languages.contains(&language) && !locale::is_right_to_left(&language) {
                languages.push(language);
            }
        }
        languages
    }

    /// Reads one of the clinic's own handouts; `None` if it has none of that id.
    pub fn handout(&self, id: &str) -> Option<Result<Handout, Vec<Finding>>> {
        let own = |handout: Handout| Handout {
            is_own: true,
            ..handout
        };
        handout::in_folder(&self.folder, id).map(|handout| handout.map(own))
    }
}
