//! `references.yaml`: what the handouts cite, in hayagriva's format.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::finding::{Finding, Place, PlaceTarget};
use crate::source::{self, OrderedMap, PlainValue, Route, SourceFile};

/// A bibliography: a library's, or a library's and a clinic's together. An entry is read when it is
/// asked for, once.
#[derive(Clone, Debug, Default)]
pub struct Bibliography {
    /// Where each entry stands, in the order of the files.
    entries: Vec<Arc<Slot>>,
    /// Places in `entries` by citation key.
    by_key: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Slot {
    file: Arc<SourceFile>,
    key: String,
    /// The part of the file that has it; the whole file where parts cannot be read by themselves.
    bytes: Range<usize>,
    /// A leaflet needs few of them, and each takes a kilobyte.
    entry: OnceLock<Box<Result<hayagriva::Entry, Vec<Finding>>>>,
}

/// How strong a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum Grade {
    /// A guideline or large systematic review.
    A,
    /// Another systematic review or a good trial.
    B,
    /// A single small study or a narrative review.
    C,
    /// News or a web page.
    D,
}

/// What we add to an entry; hayagriva passes over it.
#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
struct OurFields {
    grade: Option<Grade>,
}

impl Bibliography {
    /// Finds the entries of `references.yaml`.
    pub(super) fn index(file: Arc<SourceFile>) -> Result<Bibliography, Vec<Finding>> {
        let places: Vec<(String, Range<usize>)> = match source::map_entries(&file.text) {
            Some(entries) => entries
                .into_iter()
                .map(|(key, bytes)| (key.to_owned(), bytes))
                .collect(),
            None => {
                let whole: OrderedMap<PlainValue> = source::parse(&file)?;
                whole
                    .0
                    .into_iter()
                    .map(|(key, _)| (key, 0..file.text.len()))
                    .collect()
            }
        };
        let mut by_key = BTreeMap::new();
        let mut findings = Vec::new();
        let mut entries = Vec::with_capacity(places.len());
        for (index, (key, bytes)) in places.into_iter().enumerate() {
            if by_key.insert(key.clone(), index).is_some() {
                let place = PlaceTarget::Bytes(bytes.start..bytes.start + key.len());
                findings.push(
                    Finding::error(
                        "duplicate-key",
                        format!("`{key}` stands here a second time"),
                    )
                    .at(&file, place),
                );
            }
            entries.push(Arc::new(Slot {
                file: Arc::clone(&file),
                key,
                bytes,
                entry: OnceLock::new(),
            }));
        }
        if findings.is_empty() {
            Ok(Bibliography { entries, by_key })
        } else {
            Err(findings)
        }
    }

    /// This one, and after it another. A key that both have is an error: what a leaflet rests on is not
    /// to change behind its text.
    pub(super) fn and(&self, other: &Bibliography) -> Result<Bibliography, Vec<Finding>> {
        let mut both = self.clone();
        let mut findings = Vec::new();
        for slot in &other.entries {
            if let Some(first) = both.slot(&slot.key) {
                let message = format!("`{}` stands already in `{}`", slot.key, first.file.name);
                let target = PlaceTarget::Key(Route::default().key(&slot.key));
                let finding = Finding::error("duplicate-key", message).at(&slot.file, target);
                findings.push(finding.help("cite that one, or give yours another key"));
            }
            both.by_key.insert(slot.key.clone(), both.entries.len());
            both.entries.push(Arc::clone(slot));
        }
        if findings.is_empty() {
            Ok(both)
        } else {
            Err(findings)
        }
    }

    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Where the entry of a citation key stands.
    pub fn place(&self, key: &str) -> Option<Place> {
        self.place_of(key, Route::default().key(key), PlaceTarget::Key)
    }

    /// Where a value of an entry stands, by the names that lead to it, as in `["serial-number", "doi"]`.
    pub fn value_place(&self, key: &str, names: &[&str]) -> Option<Place> {
        let route = names
            .iter()
            .fold(Route::default().key(key), |route, name| route.key(*name));
        self.place_of(key, route, |route| PlaceTarget::Value(route, None))
    }

    fn place_of(
        &self,
        key: &str,
        route: Route,
        target: impl Fn(Route) -> PlaceTarget,
    ) -> Option<Place> {
        Some(Place {
            file: Arc::clone(&self.slot(key)?.file),
            target: target(route),
        })
    }

    fn slot(&self, key: &str) -> Option<&Slot> {
        self.entries.get(*self.by_key.get(key)?).map(Arc::as_ref)
    }

    /// All citation keys, in the order of the file.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|slot| slot.key.as_str())
    }

    /// The entry of a citation key; `None` if there is none.
    pub fn get(&self, key: &str) -> Option<Result<&hayagriva::Entry, &[Finding]>> {
        let slot = self.slot(key)?;
        let entry = slot.entry.get_or_init(|| Box::new(read(slot)));
        Some(entry.as_ref().as_ref().map_err(Vec::as_slice))
    }

    /// How strong the source of a citation key is; `None` if there is none, or it is not said.
    pub fn grade(&self, key: &str) -> Result<Option<Grade>, Vec<Finding>> {
        let Some(slot) = self.slot(key) else {
            return Ok(None);
        };
        let fields: OrderedMap<OurFields> = source::parse_fragment(&slot.file, slot.bytes.clone())?;
        Ok(fields
            .0
            .into_iter()
            .find(|(name, _)| name == key)
            .and_then(|(_, fields)| fields.grade))
    }
}

/// Reads one entry. What is wrong in it is told at its key: hayagriva's own words name the field.
fn read(slot: &Slot) -> Result<hayagriva::Entry, Vec<Finding>> {
    let file = &slot.file;
    let library = source::parse_fragment(file, slot.bytes.clone());
    let library: hayagriva::Library = library.map_err(|findings| {
        // A file that is no YAML, or has a key twice, explains more than hayagriva's words.
        let faults = source::diagnose(file, &true.into());
        if faults.is_empty() { findings } else { faults }
    })?;
    library.get(&slot.key).cloned().ok_or_else(|| {
        let place = PlaceTarget::Key(Route::default().key(&slot.key));
        vec![
            Finding::error(
                "invalid-value",
                format!("the reference `{}` cannot be read", slot.key),
            )
            .at(file, place),
        ]
    })
}
