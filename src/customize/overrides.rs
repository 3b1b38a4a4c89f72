//! What a clinic's layers override, and on what each text lies.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::finding::{Finding, Place, PlaceTarget};
use crate::library::{
    Clinic, Definition, LibraryManifest, LockEntry, TextLayer, TextValue, Wording,
};
use crate::locale::Locale;
use crate::resolve::{OWN_KEYS, Stack};
use crate::source::Route;

/// The layer that all handouts share, as it is named in keys.
const SHARED: &str = "shared";

/// A text of a clinic that stands on a text or block of the library.
#[derive(Clone, Debug)]
pub struct Override {
    /// BCP 47 tag of its language.
    pub language: String,
    /// As in `sleep.what-helps.body` or `shared.about-medicines.body`.
    pub key: String,
    /// The names below its layer, as in `what-helps`, `body`.
    pub path: Vec<String>,
    /// The clinic's words, as it wrote them.
    pub own: Wording,
    /// Where they stand: the value of the key.
    pub place: Place,
    /// What they lie on now: the text that `{{> base}}` would stand for. `None` if there is none.
    pub base: Option<Wording>,
    /// Whether the library has the block.
    pub block: BlockOrigin,
    /// The name and version of what the base is from.
    pub library: (String, Option<String>),
}

/// Whose block a text belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockOrigin {
    /// The library's, or the leaflet's as a whole.
    Library,
    /// The clinic's: it inserted it.
    Clinic,
    /// Nobody's.
    Nobody,
}

/// How an override stands to what was recorded of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<'a> {
    /// There is nothing to compare it with: its block is the clinic's own.
    Own,
    /// Its base is what it was.
    Current,
    /// Nothing is recorded of it.
    Unrecorded,
    /// Its base is not what it was.
    Changed(&'a LockEntry),
    /// What it replaced is gone; with what was recorded of it.
    Orphaned(Option<&'a LockEntry>),
}

impl Override {
    /// How it stands.
    pub fn state<'a>(&self, clinic: &'a Clinic) -> State<'a> {
        let recorded = clinic.lock.get(&self.language, &self.key);
        match (recorded, &self.base, self.block) {
            (None, None, BlockOrigin::Clinic) => State::Own,
            // That there is nothing below it was seen and accepted.
            (Some(LockEntry { base: None, .. }), None, _) => State::Current,
            (recorded, None, BlockOrigin::Nobody) => State::Orphaned(recorded),
            (None, ..) => State::Unrecorded,
            (Some(recorded), None, _) => State::Orphaned(Some(recorded)),
            (Some(recorded), base, _) if recorded.base == *base => State::Current,
            (Some(recorded), ..) => State::Changed(recorded),
        }
    }

    /// What the lock says of it once it has been settled.
    pub fn entry(&self) -> LockEntry {
        let (library, version) = self.library.clone();
        LockEntry {
            library,
            version,
            base: self.base.clone(),
        }
    }

    /// Whether the clinic's words hold those of the library, and change with them.
    pub fn holds_base(&self) -> bool {
        fn holds(wording: &Wording) -> bool {
            match wording {
                Wording::Text(text) | Wording::Item { text, .. } => Stack::has_base_tag(text),
                Wording::List(items) => items.iter().any(holds),
            }
        }
        self.base.is_some() && holds(&self.own)
    }

    /// The finding, placed at the override's key.
    pub fn locate(&self, finding: Finding) -> Finding {
        let target = match &self.place.target {
            PlaceTarget::Value(route, _) => PlaceTarget::Key(route.clone()),
            other => other.clone(),
        };
        finding.at(&self.place.file, target)
    }
}

/// What the clinic's shared layer overrides. `is_named` says whether a handout has a block of that key.
pub fn shared_overrides(
    clinic: &Clinic,
    language: &str,
    manifest: &LibraryManifest,
    shared: &[Arc<TextLayer>],
    is_named: &dyn Fn(&str) -> bool,
) -> Vec<Override> {
    let Some(own) = clinic.text.get(language) else {
        return Vec::new();
    };
    let below = Stack::under_shared(shared);
    let inserted: BTreeSet<&str> = clinic
        .sections
        .keys()
        .flat_map(|id| inserted(clinic, id))
        .collect();
    let origin = |block: &str| {
        if OWN_KEYS.contains(&block) || shared.iter().any(|layer| layer.get(block).is_some()) {
            BlockOrigin::Library
        } else if inserted.contains(block) || is_named(block) {
            BlockOrigin::Clinic
        } else {
            BlockOrigin::Nobody
        }
    };
    let library = (manifest.name.clone(), manifest.version.clone());
    collect(&own.shared, SHARED, language, &below, &origin, &library)
}

/// What the clinic's layer of a handout overrides.
pub fn handout_overrides(
    clinic: &Clinic,
    language: &str,
    manifest: &LibraryManifest,
    shared: &[Arc<TextLayer>],
    definition: &Definition,
    handout: &[Arc<TextLayer>],
) -> Vec<Override> {
    let own = clinic
        .text
        .get(language)
        .and_then(|text| text.handouts.get(&definition.id));
    let Some(own) = own else { return Vec::new() };
    let below = Stack::under_handout(shared, handout, clinic, language);
    let origin = |block: &str| {
        if OWN_KEYS.contains(&block) || definition.entries.iter().any(|entry| entry.key == block) {
            BlockOrigin::Library
        } else if inserted(clinic, &definition.id).any(|key| key == block) {
            BlockOrigin::Clinic
        } else {
            BlockOrigin::Nobody
        }
    };
    let library = (manifest.name.clone(), Some(definition.version.clone()));
    collect(own, &definition.id, language, &below, &origin, &library)
}

/// The keys of the blocks that a clinic inserts into a handout.
pub(super) fn inserted<'a>(clinic: &'a Clinic, id: &str) -> impl Iterator<Item = &'a str> {
    let changes = clinic.sections.get(id).into_iter();
    changes.flat_map(|changes| changes.insert.iter().map(|(entry, _)| entry.key.as_str()))
}

fn collect(
    layers: &[TextLayer],
    name: &str,
    language: &str,
    below: &Stack,
    origin: &dyn Fn(&str) -> BlockOrigin,
    library: &(String, Option<String>),
) -> Vec<Override> {
    let mut found: Vec<Override> = Vec::new();
    for layer in layers {
        for Leaf { path, value, route } in leaves(layer) {
            let Some(own) = Wording::of(value) else {
                continue;
            };
            let key = key(name, &path);
            // The upper of two files is the one that is read.
            found.retain(|other| other.key != key);
            let names: Vec<&str> = path.iter().map(String::as_str).collect();
            found.push(Override {
                language: language.to_owned(),
                key,
                own,
                place: Place {
                    file: Arc::clone(&layer.file),
                    target: PlaceTarget::Value(route, None),
                },
                base: base(below, &names, language),
                block: origin(names.first().copied().unwrap_or_default()),
                path,
                library: library.clone(),
            });
        }
    }
    found
}

/// What the layers say at a path; of interface words, what is built in if no layer does.
fn base(below: &Stack, path: &[&str], language: &str) -> Option<Wording> {
    below.wording(path).or_else(|| match path {
        ["words", name] => Locale::of(language).string(name).map(Wording::text),
        _ => None,
    })
}

/// As in `sleep.what-helps.body`.
fn key(layer: &str, path: &[String]) -> String {
    let mut key = layer.to_owned();
    for name in path {
        let _ = write!(key, ".{name}");
    }
    key
}

/// The keys and words of all texts of a layer of the library, as overrides would name them.
pub(super) fn texts_of(layer: &TextLayer, name: Option<&str>) -> Vec<(String, Wording)> {
    let named = |leaf: Leaf<'_>| {
        Some((
            key(name.unwrap_or(SHARED), &leaf.path),
            Wording::of(leaf.value)?,
        ))
    };
    leaves(layer).into_iter().filter_map(named).collect()
}

/// A text or list of a layer.
struct Leaf<'a> {
    path: Vec<String>,
    value: &'a TextValue,
    route: Route,
}

/// The texts of a layer. A block that is a text alone is its body.
fn leaves(layer: &TextLayer) -> Vec<Leaf<'_>> {
    fn walk<'a>(path: Vec<String>, value: &'a TextValue, route: Route, found: &mut Vec<Leaf<'a>>) {
        match value {
            TextValue::Map(parts) => {
                for (name, part) in parts {
                    let path = path.iter().cloned().chain([name.clone()]).collect();
                    walk(path, part, route.key(name.as_str()), found);
                }
            }
            TextValue::Flag(_) => {}
            _ => found.push(Leaf { path, value, route }),
        }
    }
    let mut found = Vec::new();
    for (key, value) in &layer.entries {
        let is_body =
            value.text().is_some() && !["title", "subtitle", "short-title"].contains(&key.as_str());
        let mut path = vec![key.clone()];
        if is_body {
            path.push("body".to_owned());
        }
        walk(path, value, layer.route_to(key), &mut found);
    }
    found
}
