//! Which screen shows what a finding is about: a text of the leaflet, a field of the clinic, or Review.

use std::sync::Arc;

use super::choices::Choices;
use super::clinic_values::field_at;
use super::leaflet_texts::Text;
use super::sources::Loaded;
use super::words_view::SavedLeaflet;
use crate::escape::escaped;
use crate::finding::{Finding, Place, PlaceTarget};
use crate::library::{TextLayer, UNSAVED};
use crate::source::Route;
use crate::source_file::Step;

/// Links for the findings of one leaflet.
pub(super) struct FindingLinks<'a> {
    loaded: &'a Loaded,
    choices: &'a Choices,
    /// `None` if the texts of the leaflet cannot be read.
    saved: Option<Arc<SavedLeaflet>>,
}

/// A link to what a finding is about.
pub(super) struct FindingLink {
    /// What it is called, as text.
    pub(super) label: String,
    /// As HTML.
    pub(super) address: String,
    /// Key of the text, as in `sleep.what-helps.body`.
    pub(super) key: Option<String>,
}

impl FindingLink {
    /// Writes the link with the name of what it opens.
    pub(super) fn html(&self) -> String {
        format!(
            "<a href=\"{}\">Open “{}”</a>",
            self.address,
            escaped(&self.label)
        )
    }
}

impl FindingLinks<'_> {
    /// Prepares the links. Lists the texts of the leaflet only if there are findings.
    pub(super) fn new<'a>(
        loaded: &'a Loaded,
        choices: &'a Choices,
        findings: &[Finding],
    ) -> FindingLinks<'a> {
        let saved = match findings.is_empty() {
            true => None,
            false => loaded.saved_leaflet(choices).ok(),
        };
        FindingLinks {
            loaded,
            choices,
            saved,
        }
    }

    pub(super) fn loaded(&self) -> &Loaded {
        self.loaded
    }

    /// Returns the link for a finding; `None` if no screen shows what it is about.
    pub(super) fn of(&self, finding: &Finding) -> Option<FindingLink> {
        if matches!(finding.id, "overdue-review" | "review-due-soon") {
            return Some(FindingLink {
                label: "Review".to_owned(),
                address: "/review".to_owned(),
                key: None,
            });
        }
        let place = finding.place.as_ref()?;
        let route = match &place.target {
            PlaceTarget::Key(route) | PlaceTarget::Value(route, _) => route,
            PlaceTarget::File | PlaceTarget::Bytes(_) => return None,
        };
        self.text(place, route)
            .or_else(|| self.clinic(place, route))
    }

    /// Returns the field of the screen Clinic.
    fn clinic(&self, place: &Place, route: &Route) -> Option<FindingLink> {
        if place.file.name != self.loaded.clinic.file.name {
            return None;
        }
        let field = field_at(route)?;
        Some(FindingLink {
            label: "Clinic".to_owned(),
            address: format!("/clinic#{field}"),
            key: None,
        })
    }

    fn text(&self, place: &Place, route: &Route) -> Option<FindingLink> {
        let saved = self.saved.as_ref()?;
        let names = self.names_of_text(saved, place, route);
        let block_key = match &names {
            Some(names) => names.first()?.as_str(),
            None => self.key_of_block(saved, place, route)?,
        };
        let blocks = &saved.texts.blocks;
        let path = names.as_deref().unwrap_or_default();
        let texts = blocks
            .iter()
            .flat_map(|block| block.texts.iter().map(move |text| (block, text)));
        let exact = texts.clone().find(|(_, text)| is_at(text, path));
        let whole = || {
            let mut texts = texts.clone();
            texts.find(|(_, text)| text.path.first().is_some_and(|first| first == block_key))
        };
        let (block, text) = exact.or_else(whole)?;
        Some(FindingLink {
            label: block.label.clone(),
            address: format!(
                "/leaflets/{}/words/{}?{}#ed",
                escaped(&self.choices.id),
                escaped(&text.key),
                self.choices.query()
            ),
            key: Some(text.key.clone()),
        })
    }

    /// Returns the names below the layer that a place is in; `None` if it is in no text layer.
    fn names_of_text(
        &self,
        saved: &SavedLeaflet,
        place: &Place,
        route: &Route,
    ) -> Option<Vec<String>> {
        if place.file.name == UNSAVED {
            return Some(names(&route.0));
        }
        let language = &self.choices.language;
        let id = &self.choices.id;
        let of_clinic = self.loaded.clinic.texts(language).flat_map(|(_, text)| {
            let own = text.handouts.get(id).into_iter().flatten();
            text.shared.iter().chain(own)
        });
        let below = |layer: &TextLayer| {
            let is_in = layer.file.name == place.file.name && route.0.starts_with(&layer.route.0);
            is_in.then(|| names(&route.0[layer.route.0.len()..]))
        };
        let shared = self.loaded.library.shared_text(language).ok().flatten();
        let own = saved.handout.text(language).ok().flatten();
        let below_clinic = of_clinic.into_iter().find_map(below);
        below_clinic
            .or_else(|| shared.as_ref().and_then(below))
            .or_else(|| own.as_ref().and_then(below))
    }

    /// Returns the key of the block whose entry in a definition a place is in.
    fn key_of_block<'s>(
        &self,
        saved: &'s SavedLeaflet,
        place: &Place,
        route: &Route,
    ) -> Option<&'s str> {
        let entries = match &saved.resolved {
            Some(resolved) => &*resolved.entries,
            None => &saved.handout.definition.entries,
        };
        let mut entries = entries.iter();
        let entry = entries.find(|entry| {
            entry.file.name == place.file.name && route.0.starts_with(&entry.route.0)
        })?;
        Some(entry.key.as_str())
    }
}

/// Returns the keys that a route begins with. Items of a list are one text.
fn names(steps: &[Step]) -> Vec<String> {
    let keys = steps.iter().map_while(|step| match step {
        Step::Key(key) => Some(key.clone()),
        Step::Index(_) => None,
    });
    keys.collect()
}

/// Whether a text is at a path. A block that is only a text is its body.
fn is_at(text: &Text, path: &[String]) -> bool {
    match path {
        [] => false,
        [block] => text.path == [block.as_str()] || text.path == [block.as_str(), "body"],
        path => path.starts_with(&text.path),
    }
}
