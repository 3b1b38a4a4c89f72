//! Titles of leaflets, as their authors and the clinic wrote them. A list of readers names leaflets by title, so no
//! two leaflets should have the same.

use std::sync::Arc;

use super::sources::Loaded;
use crate::batch::folded;
use crate::library::{Handout, TextLayer, TextValue, Wording};
use crate::resolve::TextLayers;

/// Titles of a leaflet in one language.
pub(super) struct LeafletTitles {
    pub(super) id: String,
    /// BCP 47 tag.
    pub(super) language: String,
    /// The title, and that of the library if the clinic changed it.
    pub(super) full: Vec<String>,
    /// Short titles, in the same order.
    pub(super) short: Vec<String>,
}

/// Returns the titles of all leaflets by id. Leaves out leaflets that cannot be read, and titles that a template
/// fills in.
pub(super) fn all_titles(loaded: &Loaded) -> Vec<LeafletTitles> {
    let handouts = loaded.ids().into_iter();
    let handouts = handouts.filter_map(|id| loaded.handout(&id)?.ok());
    handouts
        .flat_map(|handout| titles(loaded, &handout))
        .collect()
}

/// Returns the titles of a leaflet.
fn titles(loaded: &Loaded, handout: &Handout) -> Vec<LeafletTitles> {
    let languages = handout.languages().into_iter();
    languages
        .map(|language| {
            let text = handout.text(&language).ok().flatten();
            let id = &handout.definition.id;
            let layer: Vec<Arc<TextLayer>> = text.into_iter().map(Arc::new).collect();
            let layers = TextLayers::new(&[], &layer, &loaded.clinic, id, &language);
            LeafletTitles {
                full: names(&layers, &layer, "title"),
                short: names(&layers, &layer, "short-title"),
                id: id.clone(),
                language,
            }
        })
        .collect()
}

/// Returns what a leaflet is called under a key, and what the library calls it.
fn names(layers: &TextLayers, below: &[Arc<TextLayer>], key: &str) -> Vec<String> {
    let shown = match layers.wording(&[key]) {
        Some(Wording::Text(text)) => Some(text),
        _ => None,
    };
    let of_library = below.first().and_then(|layer| layer.get(key));
    let of_library = of_library.and_then(TextValue::text).map(str::to_owned);
    let mut names: Vec<String> = Vec::new();
    for name in shown.into_iter().chain(of_library) {
        let name = name.trim().to_owned();
        if !name.contains("{{") && !folded(&name).is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Explains why a title is taken; `None` if it is free. `id` is the leaflet that gets it; `None` for a
/// new one.
pub(super) fn title_fault(loaded: &Loaded, id: Option<&str>, title: &str) -> Option<String> {
    let wanted = folded(title);
    let is_same = |name: &str| !wanted.is_empty() && folded(name) == wanted;
    let others = all_titles(loaded).into_iter();
    let mut others = others.filter(|titles| Some(titles.id.as_str()) != id);
    let other = others.find(|titles| {
        let mut names = titles.full.iter();
        is_same(&titles.id) || names.any(|name| is_same(name))
    })?;
    let what = match other.full.iter().find(|name| is_same(name)) {
        Some(name) => format!("There is a leaflet “{name}” already."),
        None => {
            let name = other.full.first().unwrap_or(&other.id);
            format!("This is the ID of the leaflet “{name}”.")
        }
    };
    Some(format!(
        "{what} Write a title that differs, so that lists of readers can name both."
    ))
}
