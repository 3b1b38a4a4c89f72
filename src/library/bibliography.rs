//! `references.yaml`: the works that handouts cite, in hayagriva's format.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::finding::{Finding, Place, PlaceTarget};
use crate::source::{self, OrderedMap, Route, SourceFile};

/// The references of a library, perhaps with those of a clinic after them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bibliography {
    /// In the order of the files.
    references: Vec<Arc<GradedEntry>>,
    /// Indices in `references` by citation key.
    by_key: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct GradedEntry {
    file: Arc<SourceFile>,
    entry: hayagriva::Entry,
    grade: Option<Grade>,
}

/// How strong a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(crate) enum Grade {
    /// A guideline or large systematic review.
    A,
    /// Another systematic review or a good trial.
    B,
    /// A single small study or a narrative review.
    C,
    /// News or a web page.
    D,
}

/// The fields that we add to an entry. Hayagriva ignores them.
#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
struct OurFields {
    grade: Option<Grade>,
}

/// Returns how to write a field of hayagriva's format, for fields that are often written otherwise.
fn field_help(name: &str) -> Option<&'static str> {
    Some(match name {
        "parent" => "write a map, as in `parent: { type: periodical, title: Pain, volume: 12 }`",
        "author" | "editor" => {
            "write one name or a list, as in `author: [\"Smith, Ann\", \"Lee, Bo\"]`"
        }
        "affiliated" => {
            "write a list, as in `affiliated: [{ role: translator, names: \"Lee, Bo\" }]`"
        }
        "date" => "write a year, a month or a day, as in `2021`, `2021-05` or `2021-05-14`",
        "url" => "write a whole address, as in `url: https://clinic.example`",
        "serial-number" => "write a map, as in `serial-number: { doi: 10.1000/182 }`",
        "page-range" => "write pages, as in `page-range: 232-243`",
        "title" => "write text in quotes, as in `title: \"Sleep and pain\"`",
        "volume" | "issue" | "edition" | "page-total" | "volume-total" => "write a number",
        _ => return None,
    })
}

impl Bibliography {
    /// Reads `references.yaml`.
    pub(super) fn parse(file: &Arc<SourceFile>) -> Result<Bibliography, Vec<Finding>> {
        // Hayagriva would keep the last of two entries with one key; this refuses them.
        let ours: OrderedMap<OurFields> = source::parse(file)?;
        let mut bibliography = Bibliography::default();
        if ours.0.is_empty() {
            return Ok(bibliography);
        }
        let library: hayagriva::Library = source::parse_entries(file, "type", field_help)?;
        for (key, fields) in ours.0 {
            let Some(entry) = library.get(&key) else {
                let message = format!("the reference `{key}` cannot be read");
                let place = PlaceTarget::Key(Route::default().key(key));
                return Err(vec![
                    Finding::error("invalid-value", message).at(file, place),
                ]);
            };
            bibliography.push(Arc::new(GradedEntry {
                file: Arc::clone(file),
                entry: entry.clone(),
                grade: fields.grade,
            }));
        }
        Ok(bibliography)
    }

    fn push(&mut self, reference: Arc<GradedEntry>) {
        let key = reference.entry.key().to_owned();
        self.by_key.insert(key, self.references.len());
        self.references.push(reference);
    }

    /// Returns this bibliography with another after it. A key of both is an error: the source of a
    /// statement must not change unseen.
    pub(super) fn and(&self, other: &Bibliography) -> Result<Bibliography, Vec<Finding>> {
        let mut both = self.clone();
        let mut findings = Vec::new();
        for reference in &other.references {
            let key = reference.entry.key();
            if let Some(first) = both.reference(key) {
                let message = format!("`{key}` is already in `{}`", first.file.name);
                let target = PlaceTarget::Key(Route::default().key(key));
                let finding = Finding::error("duplicate-key", message).at(&reference.file, target);
                findings.push(finding.help("cite that one, or give yours another key"));
            }
            both.push(Arc::clone(reference));
        }
        if findings.is_empty() {
            Ok(both)
        } else {
            Err(findings)
        }
    }

    /// Returns the file of the first reference.
    pub(super) fn file(&self) -> Option<&Arc<SourceFile>> {
        self.references.first().map(|reference| &reference.file)
    }

    /// Returns whether there are no references.
    pub(crate) fn is_empty(&self) -> bool {
        self.references.is_empty()
    }

    /// Returns all citation keys, in the order of the files.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.references
            .iter()
            .map(|reference| reference.entry.key())
    }

    /// Returns the reference with a citation key.
    pub(crate) fn get(&self, key: &str) -> Option<&hayagriva::Entry> {
        Some(&self.reference(key)?.entry)
    }

    /// Returns how strong a source is; `None` if it is unknown or has no grade.
    pub(crate) fn grade(&self, key: &str) -> Option<Grade> {
        self.reference(key)?.grade
    }

    /// Returns the place of a citation key in its file.
    pub(crate) fn place(&self, key: &str) -> Option<Place> {
        self.place_of(key, PlaceTarget::Key(Route::default().key(key)))
    }

    /// Returns the place of a field of a reference, as in `["serial-number", "doi"]`.
    pub(crate) fn value_place(&self, key: &str, field: &[&str]) -> Option<Place> {
        let route = field
            .iter()
            .fold(Route::default().key(key), |route, name| route.key(*name));
        self.place_of(key, PlaceTarget::Value(route, None))
    }

    fn place_of(&self, key: &str, target: PlaceTarget) -> Option<Place> {
        let file = Arc::clone(&self.reference(key)?.file);
        Some(Place { file, target })
    }

    fn reference(&self, key: &str) -> Option<&GradedEntry> {
        let index = *self.by_key.get(key)?;
        self.references.get(index).map(Arc::as_ref)
    }
}
