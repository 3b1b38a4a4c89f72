//! Lists a clinic's overrides and their bases.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::finding::{Finding, Place, PlaceTarget};
use crate::library::{
    Clinic, Definition, LEAFLET_TEXTS, LibraryManifest, LockEntry, TEXTS_WITHOUT_PARTS, TextLayer,
    TextValue, Wording,
};
use crate::locale::Locale;
use crate::resolve::{TextLayers, base_tag, has_base_tag};
use crate::source::Route;

/// Name of the shared layer in keys.
const SHARED: &str = "shared";

/// A text of a clinic that replaces a text of the library, or adds one to a block.
#[derive(Clone, Debug)]
pub(crate) struct Override {
    /// BCP 47 tag.
    pub(crate) language: String,
    /// As in `sleep.what-helps.body` or `shared.about-medicines.body`.
    pub(crate) key: String,
    /// Names below the layer, as in `what-helps`, `body`.
    pub(crate) path: Vec<String>,
    /// The clinic's text, before templates.
    pub(crate) own: Wording,
    /// Place of the value in the clinic's file.
    pub(crate) place: Place,
    /// The library's text now, which `{{> base}}` inserts. `None` if there is none.
    pub(crate) base: Option<Wording>,
    pub(crate) block: BlockOrigin,
    /// Name and version of the library or handout that the base comes from.
    pub(crate) library: (String, Option<String>),
}

/// Owner of the block that a text belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockOrigin {
    /// The library's block, or a text of the whole leaflet.
    Library,
    /// A block that the clinic inserted.
    Clinic,
    /// There is no such block.
    Nobody,
}

/// An override compared with its entry in `clinic.lock`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OverrideState<'a> {
    /// Nothing to compare: the block is the clinic's.
    Own,
    /// The base is as the lock records it.
    Current,
    /// The lock has no entry.
    Unrecorded,
    /// The base differs from the record.
    Changed(&'a LockEntry),
    /// The base is gone.
    Orphaned(Option<&'a LockEntry>),
}

impl Override {
    /// Compares the override with its entry in the lock.
    pub(crate) fn state<'a>(&self, clinic: &'a Clinic) -> OverrideState<'a> {
        let recorded = clinic.lock.get(&self.language, &self.key);
        match (recorded, &self.base, self.block) {
            (None, None, BlockOrigin::Clinic) => OverrideState::Own,
            // The missing base was accepted.
            (Some(LockEntry { base: None, .. }), None, _) => OverrideState::Current,
            (recorded, None, BlockOrigin::Nobody) => OverrideState::Orphaned(recorded),
            (None, ..) => OverrideState::Unrecorded,
            (Some(recorded), None, _) => OverrideState::Orphaned(Some(recorded)),
            (Some(recorded), base, _) if recorded.base == *base => OverrideState::Current,
            (Some(recorded), ..) => OverrideState::Changed(recorded),
        }
    }

    /// Returns the lock entry that accepts the base as it is now.
    pub(crate) fn entry(&self) -> LockEntry {
        let (library, version) = self.library.clone();
        LockEntry {
            library,
            version,
            base: self.base.clone(),
        }
    }

    /// Returns whether the clinic's text includes the base, and changes with it.
    pub(crate) fn holds_base(&self) -> bool {
        fn holds(wording: &Wording) -> bool {
            match wording {
                Wording::Text(text) | Wording::Item { text, .. } => has_base_tag(text),
                Wording::List(items) => items.iter().any(holds),
            }
        }
        self.base.is_some() && holds(&self.own)
    }

    /// Places a finding at the override's key.
    pub(crate) fn locate(&self, finding: Finding) -> Finding {
        let target = match &self.place.target {
            PlaceTarget::Value(route, _) => PlaceTarget::Key(route.clone()),
            other => other.clone(),
        };
        finding.at(&self.place.file, target)
    }
}

/// Returns a wording with the library's text in the place of `{{> base}}`.
pub(crate) fn with_base(wording: &Wording, base: Option<&Wording>) -> Wording {
    let Some(base) = base else {
        return wording.clone();
    };
    match (wording, base) {
        (Wording::List(items), Wording::List(of_base)) => {
            let items = items.iter().flat_map(|item| match item {
                Wording::Text(text) if has_base_tag(text) => of_base.clone(),
                item => vec![item.clone()],
            });
            Wording::List(items.collect())
        }
        (Wording::Text(text), _) => match base_tag(text) {
            Some(tag) => {
                let (before, after) = (&text[..tag.start], &text[tag.end..]);
                Wording::text(&format!("{before}{}{after}", base.to_lines()))
            }
            None => wording.clone(),
        },
        _ => wording.clone(),
    }
}

/// Lists the overrides in the clinic's shared layer. `is_named` returns whether a handout has a
/// block with that key.
pub(crate) fn shared_overrides(
    clinic: &Clinic,
    language: &str,
    manifest: &LibraryManifest,
    shared: &[Arc<TextLayer>],
    is_named: &dyn Fn(&str) -> bool,
) -> Vec<Override> {
    let Some(own) = clinic.text.get(language) else {
        return Vec::new();
    };
    let below = TextLayers::under_shared(shared);
    let inserted: BTreeSet<&str> = clinic
        .sections
        .keys()
        .flat_map(|id| inserted(clinic, id))
        .collect();
    let origin = |block: &str| {
        if LEAFLET_TEXTS.contains(&block) || shared.iter().any(|layer| layer.get(block).is_some()) {
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

/// Lists the overrides in the clinic's layer of a handout.
pub(crate) fn handout_overrides(
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
    let below = TextLayers::under_handout(shared, handout, clinic, language);
    let origin = |block: &str| {
        if LEAFLET_TEXTS.contains(&block)
            || definition.entries.iter().any(|entry| entry.key == block)
        {
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

/// Returns the keys of the blocks that a clinic inserts into a handout.
pub(super) fn inserted<'a>(clinic: &'a Clinic, id: &str) -> impl Iterator<Item = &'a str> {
    let changes = clinic.sections.get(id).into_iter();
    changes.flat_map(|changes| changes.insert.iter().map(|(entry, _)| entry.key.as_str()))
}

fn collect(
    layers: &[TextLayer],
    name: &str,
    language: &str,
    below: &TextLayers,
    origin: &dyn Fn(&str) -> BlockOrigin,
    library: &(String, Option<String>),
) -> Vec<Override> {
    let mut found: Vec<Override> = Vec::new();
    for layer in layers {
        for LayerText { path, value, route } in layer_texts(layer) {
            let Some(own) = Wording::of(value) else {
                continue;
            };
            let key = key(name, &path);
            // `text/<language>.yaml` comes after `clinic.yaml` and wins.
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

/// Returns the text of the layers at a path. Interface strings are built in if no layer has them.
fn base(below: &TextLayers, path: &[&str], language: &str) -> Option<Wording> {
    below.wording(path).or_else(|| match path {
        ["words", name] => Locale::of(language).string(name).map(Wording::text),
        _ => None,
    })
}

/// Returns a key as in `sleep.what-helps.body`.
fn key(layer: &str, path: &[String]) -> String {
    let mut key = layer.to_owned();
    for name in path {
        let _ = write!(key, ".{name}");
    }
    key
}

/// Returns all texts of a library layer by the keys of overrides. `name` is the handout's id;
/// `None` for the shared layer.
pub(super) fn texts_of(layer: &TextLayer, name: Option<&str>) -> Vec<(String, Wording)> {
    let named = |text: LayerText<'_>| {
        Some((
            key(name.unwrap_or(SHARED), &text.path),
            Wording::of(text.value)?,
        ))
    };
    layer_texts(layer).into_iter().filter_map(named).collect()
}

/// A text or list in a layer.
struct LayerText<'a> {
    path: Vec<String>,
    value: &'a TextValue,
    route: Route,
}

/// Returns the texts of a layer. A block that is only a text is its body.
fn layer_texts(layer: &TextLayer) -> Vec<LayerText<'_>> {
    fn walk<'a>(
        path: Vec<String>,
        value: &'a TextValue,
        route: Route,
        found: &mut Vec<LayerText<'a>>,
    ) {
        match value {
            TextValue::Map(parts) => {
                for (name, part) in parts {
                    let path = path.iter().cloned().chain([name.clone()]).collect();
                    walk(path, part, route.key(name.as_str()), found);
                }
            }
            TextValue::Flag(_) => {}
            _ => found.push(LayerText { path, value, route }),
        }
    }
    let mut found = Vec::new();
    for (key, value) in &layer.entries {
        let is_body = value.text().is_some() && !TEXTS_WITHOUT_PARTS.contains(&key.as_str());
        let mut path = vec![key.clone()];
        if is_body {
            path.push("body".to_owned());
        }
        walk(path, value, layer.route_to(key), &mut found);
    }
    found
}
