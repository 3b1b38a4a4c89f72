//! Text layers on top of each other.
//!
//! A layer overrides those below part by part: a new `heading` leaves the `body`. `{{> base}}` in a text
//! inserts the text that it overrides.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::base_text::{compose_list, compose_text};
use super::sourced_text::SourcedText;
use crate::finding::{Finding, PlaceTarget, did_you_mean};
use crate::library::{Clinic, TextLayer, TextValue, Wording};
use crate::source::{Route, SourceFile};

/// Text layers, bottom first.
pub(crate) struct TextLayers {
    pub(super) layers: Vec<OwnedLayer>,
}

pub(super) struct OwnedLayer {
    pub text: Arc<TextLayer>,
    pub owner: LayerOwner,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LayerOwner {
    Library,
    Clinic,
}

/// A value of a layer and its place.
#[derive(Clone)]
pub(crate) struct Authored<'a> {
    pub value: &'a TextValue,
    pub file: &'a Arc<SourceFile>,
    pub route: Route,
}

impl Authored<'_> {
    /// Places a finding at the value.
    pub(crate) fn locate(&self, finding: Finding) -> Finding {
        finding.at_value(self.file, self.route.clone())
    }

    /// Returns a text or a number as text; `None` for other values.
    pub(crate) fn text(&self) -> Option<SourcedText> {
        let authored = |text: &str| SourcedText::authored(self.file, self.route.clone(), text);
        match self.value {
            TextValue::Text(text) => Some(authored(text)),
            TextValue::Number(number) => Some(authored(&number.to_string())),
            TextValue::Flag(_) | TextValue::List(_) | TextValue::Map(_) => None,
        }
    }
}

impl TextLayers {
    /// Stacks the layers of a handout: shared < clinic's shared < handout < clinic's handout.
    pub(crate) fn new(
        shared: &[Arc<TextLayer>],
        handout: &[Arc<TextLayer>],
        clinic: &Clinic,
        handout_id: &str,
        language: &str,
    ) -> TextLayers {
        let clinic_shared = clinic.texts(language).flat_map(|(_, text)| &text.shared);
        let clinic_handout = clinic
            .texts(language)
            .filter_map(|(_, text)| text.handouts.get(handout_id))
            .flatten();
        let owned_by_clinic = |text: &TextLayer| OwnedLayer {
            text: Arc::new(text.clone()),
            owner: LayerOwner::Clinic,
        };
        let layers = shared
            .iter()
            .map(owned_by_library)
            .chain(clinic_shared.map(owned_by_clinic))
            .chain(handout.iter().map(owned_by_library))
            .chain(clinic_handout.map(owned_by_clinic))
            .collect();
        TextLayers { layers }
    }

    /// Stacks the layers below a clinic's shared layer.
    pub(crate) fn under_shared(shared: &[Arc<TextLayer>]) -> TextLayers {
        TextLayers {
            layers: shared.iter().map(owned_by_library).collect(),
        }
    }

    /// Stacks the layers below a clinic's layer of a handout.
    pub(crate) fn under_handout(
        shared: &[Arc<TextLayer>],
        handout: &[Arc<TextLayer>],
        clinic: &Clinic,
        language: &str,
    ) -> TextLayers {
        // No handout has an empty id, so this leaves out the clinic's handout layers.
        TextLayers::new(shared, handout, clinic, "", language)
    }

    /// Returns the wording at a path, with overridden texts inserted for `{{> base}}`.
    pub(crate) fn wording(&self, path: &[&str]) -> Option<Wording> {
        let found = self.find(path);
        // Resolving the handout reports these findings.
        let mut findings = Vec::new();
        match found.first()?.value {
            TextValue::List(_) => {
                let items = compose_list(&found, &mut findings);
                let items = items.iter().filter_map(|item| Wording::of(item.value));
                Some(Wording::List(items.collect()))
            }
            _ => compose_text(&found, &mut findings).map(|text| Wording::text(text.as_str())),
        }
    }

    /// Warns of texts that a comment may have cut.
    pub(crate) fn doubtful_comments(&self) -> impl Iterator<Item = Finding> {
        self.layers
            .iter()
            .flat_map(|layer| layer.text.doubtful_comments())
    }

    /// Returns all keys of all layers.
    pub(crate) fn keys(&self) -> BTreeSet<&str> {
        self.layers
            .iter()
            .flat_map(|layer| layer.text.entries.iter().map(|(key, _)| key.as_str()))
            .collect()
    }

    /// Returns the values at a path, the topmost layer's first. A block that is a text alone is its
    /// `body`.
    pub(crate) fn find(&self, path: &[&str]) -> Vec<Authored<'_>> {
        self.layers
            .iter()
            .rev()
            .filter_map(|layer| find_in(&layer.text, path))
            .collect()
    }

    /// Returns whether a layer of the clinic has a key.
    pub(crate) fn is_adapted(&self, key: &str) -> bool {
        self.layers
            .iter()
            .any(|layer| layer.owner == LayerOwner::Clinic && layer.text.get(key).is_some())
    }

    /// Returns whether the clinic has replaced the text at the path `replaced`, and not the library's text at `kept`.
    pub(crate) fn has_only_clinics(&self, replaced: &[&str], kept: &[&str]) -> bool {
        self.is_clinics(replaced) == Some(true) && self.is_clinics(kept) == Some(false)
    }

    /// Returns whether the topmost text at a path is the clinic's; `None` if there is none.
    pub(super) fn is_clinics(&self, path: &[&str]) -> Option<bool> {
        let mut layers = self.layers.iter().rev();
        let top = layers.find(|layer| find_in(&layer.text, path).is_some())?;
        Some(top.owner == LayerOwner::Clinic)
    }

    /// Returns the text at a path, with overridden texts inserted; `None` if no layer has it.
    pub(crate) fn text(&self, path: &[&str], findings: &mut Vec<Finding>) -> Option<SourcedText> {
        compose_text(&self.find(path), findings)
    }

    /// Returns the items of a list at a path, with overridden items inserted.
    pub(crate) fn list(
        &self,
        path: &[&str],
        findings: &mut Vec<Finding>,
    ) -> Option<Vec<Authored<'_>>> {
        let found = self.find(path);
        (!found.is_empty()).then(|| compose_list(&found, findings))
    }

    /// Returns the names of a map at a path over all layers, the bottom layer's first.
    pub(crate) fn names(&self, path: &[&str]) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for authored in self.find(path).iter().rev() {
            if let TextValue::Map(parts) = authored.value {
                for (name, _) in parts {
                    if !names.contains(&name.as_str()) {
                        names.push(name);
                    }
                }
            }
        }
        names
    }

    /// Reports parts of a block that blocks of its kind do not have.
    pub(crate) fn check_parts(&self, key: &str, parts: &[&str], findings: &mut Vec<Finding>) {
        for layer in &self.layers {
            let Some(TextValue::Map(found)) = layer.text.get(key) else {
                continue;
            };
            for (part, _) in found {
                if part != "locked" && !parts.contains(&part.as_str()) {
                    let help = match parts {
                        [] => format!("write its words behind `{key}:`"),
                        parts => did_you_mean(part, parts.iter().copied())
                            .unwrap_or_else(|| format!("it may have {}", parts.join(", "))),
                    };
                    let route = layer.text.route_to(key).key(part.as_str());
                    let finding =
                        Finding::error("unknown-field", format!("`{key}` has no part `{part}`"));
                    findings.push(
                        finding
                            .help(help)
                            .at(&layer.text.file, PlaceTarget::Key(route)),
                    );
                }
            }
        }
    }
}

fn owned_by_library(text: &Arc<TextLayer>) -> OwnedLayer {
    OwnedLayer {
        text: Arc::clone(text),
        owner: LayerOwner::Library,
    }
}

fn find_in<'a>(layer: &'a TextLayer, path: &[&str]) -> Option<Authored<'a>> {
    let (key, parts) = path.split_first()?;
    let mut value = layer.get(key)?;
    let mut route = layer.route_to(key);
    if let ([part], TextValue::Text(_)) = (parts, value) {
        return (*part == "body").then_some(Authored {
            value,
            file: &layer.file,
            route,
        });
    }
    for part in parts {
        value = value.part(part)?;
        route = route.key(*part);
    }
    Some(Authored {
        value,
        file: &layer.file,
        route,
    })
}
