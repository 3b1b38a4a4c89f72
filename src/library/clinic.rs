//! A clinic: who gives the leaflet, and how it makes the wording its own.

mod load;
pub(super) mod schema;
mod texts;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

pub use schema::{BaseChange, DEFAULTS};

use super::bibliography::Bibliography;
use super::definition::{Anchor, Entry};
use super::fingerprint::{Fingerprint, Fingerprinter};
use super::folder::Folder;
use super::handout::{self, Handout};
use super::lock::ClinicLock;
use super::text::TextLayer;
use crate::document::{Key, Logo};
use crate::finding::{Finding, Place, PlaceTarget};
use crate::font::Faces;
use crate::geometry::Colour;
use crate::source::{self, Route, SourceFile};

/// The name of a clinic's main file.
const CLINIC: &str = "clinic.yaml";
/// The name of the file that records what a clinic's texts were written against.
const LOCK: &str = "clinic.lock";

/// `clinic.yaml`.
#[derive(Clone, Debug)]
pub struct Clinic {
    /// Where it lies.
    folder: Folder,
    /// The logo's path in the folder.
    logo_path: Option<String>,
    /// The file it came from.
    pub file: Arc<SourceFile>,
    /// The clinic's name.
    pub name: String,
    /// The department within it.
    pub department: Option<String>,
    /// Telephone numbers, as they should be read.
    pub phones: Vec<String>,
    /// Electronic mail.
    pub email: Option<String>,
    /// Web site, `https://…`.
    pub website: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Opening hours.
    pub hours: Option<String>,
    /// As in `999`.
    pub emergency_number: Option<String>,
    /// As in `116 123`.
    pub crisis_line: Option<String>,
    /// The logo, loaded and checked, without the white around it.
    pub logo: Option<Logo>,
    /// Where it is named.
    pub logo_place: Option<Place>,
    /// What its leaflets are set in: its own faces, if it has any, and then the bundled ones.
    pub faces: Faces,
    /// The files of its own faces, in their order, and where each is named.
    pub face_files: Vec<FaceFile>,
    /// One brand colour, from which all others are derived.
    pub colour: Option<Colour>,
    /// Where it stands, under either spelling of its key.
    pub colour_place: Option<Place>,
    /// Defaults of `generate`.
    pub defaults: BTreeMap<String, String>,
    /// Small print about who runs the clinic.
    pub imprint: Option<String>,
    /// Whether the footer says "Adapted by …" where the clinic changed words.
    pub adapted_notice: bool,
    /// What happens when a text changes that the clinic made its own.
    pub on_base_change: BaseChange,
    /// What its texts cite besides the library's references, from the `references.yaml` in its folder.
    pub references: Bibliography,
    /// Where full reference lists stand on the web; overrides the library's.
    pub references_url: Option<String>,
    /// The clinic's own variables, `clinic.vars.*`.
    pub vars: serde_json::Map<String, serde_json::Value>,
    /// Text layers by language: the clinic's shared layer and one for each handout, bottom first
    /// (`clinic.yaml` before `text/<lang>.yaml`).
    pub text: BTreeMap<String, ClinicText>,
    /// Changes to definitions, by handout.
    pub sections: BTreeMap<String, SectionChanges>,
    /// Which texts of the library its own were written against, `clinic.lock`; empty if there is none.
    pub lock: Arc<ClinicLock>,
}

/// The file of a clinic's own face.
#[derive(Clone, Debug)]
pub struct FaceFile {
    /// Its path in the clinic's folder.
    pub path: String,
    /// Where it is named.
    pub place: Place,
}

/// A clinic's words in one language.
#[derive(Clone, Debug, Default)]
pub struct ClinicText {
    /// Overrides of the shared layer.
    pub shared: Vec<TextLayer>,
    /// Overrides of handouts' layers.
    pub handouts: BTreeMap<String, Vec<TextLayer>>,
}

/// Changes to one definition.
#[derive(Clone, Debug, Default)]
pub struct SectionChanges {
    /// New entries and the key after or before which each stands.
    pub insert: Vec<(Entry, Anchor)>,
    /// Entries that go elsewhere.
    pub moves: Vec<(Key, Route, Anchor)>,
    /// Entries that are left out.
    pub remove: Vec<(Key, Route)>,
}

impl Clinic {
    /// Its texts for readers of a language, bottom first: those in the same language of no country, which
    /// it shares with other countries', and those in the language itself; each with its language.
    pub fn texts<'a>(
        &'a self,
        language: &'a str,
    ) -> impl DoubleEndedIterator<Item = (&'a str, &'a ClinicText)> {
        let tags = [source::without_country(language), Some(language)];
        tags.into_iter()
            .flatten()
            .filter_map(|tag| Some((tag, self.text.get(tag)?)))
    }

    /// What is wrong where its leaflets are to be in a language that a handout does not have.
    pub fn lacks_language(&self, handout: &Handout) -> Option<Finding> {
        let language = self
            .defaults
            .get("language")
            .filter(|language| !handout.is_in(language))?;
        let message = format!("`{}` has no text in `{language}`", handout.definition.id);
        let finding = Finding::error("unavailable-language", message);
        let route = Route::default().key("defaults").key("language");
        let help = format!("it is in {}", handout.languages().join(", "));
        Some(
            finding
                .help(help)
                .at(&self.file, PlaceTarget::Value(route, None)),
        )
    }

    /// Where its `clinic.lock` lies, whether it is there or not; `None` if the clinic is in no folder.
    pub fn lock_path(&self) -> Option<PathBuf> {
        Some(self.file.path.as_ref()?.with_file_name(LOCK))
    }

    /// Hashes the clinic's own files: facts, texts, logo and faces, but not its handouts. Other files in its
    /// folder do not count.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut files = Fingerprinter::default();
        files.text(&self.file.text);
        for name in ["references.yaml", LOCK] {
            files.file(&self.folder, name);
        }
        let faces = self.face_files.iter().map(|file| &file.path);
        for path in self.logo_path.iter().chain(faces) {
            files.file(&self.folder, path);
        }
        if let Some(texts) = self.folder.folder("text") {
            files.folder(&texts);
        }
        files.finish()
    }

    /// The ids of the clinic's own handouts, sorted.
    pub fn ids(&self) -> Vec<String> {
        handout::ids_in(&self.folder)
    }

    /// One of the clinic's own handouts; `None` if it has none of that id.
    pub fn handout(&self, id: &str) -> Option<Result<Handout, Vec<Finding>>> {
        let own = |handout: Handout| Handout {
            is_own: true,
            ..handout
        };
        handout::in_folder(&self.folder, id).map(|handout| handout.map(own))
    }
}
