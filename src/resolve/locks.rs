//! Locked texts and blocks, which a clinic may not change.

use std::sync::Arc;

use super::text_layers::{LayerOwner, TextLayers};
use crate::finding::{Finding, PlaceTarget};
use crate::library::{Entry, TextLayer, TextValue};
use crate::locale::Locale;

/// Interface strings that belong to safety messages.
const SAFETY_STRINGS: [&str; 4] = ["emergency", "caution", "overdue-title", "overdue-body"];

impl TextLayers {
    /// Returns whether the definition or a layer of the library locks a key.
    pub(crate) fn is_locked(&self, key: &str, entries: &[Entry]) -> bool {
        entries.iter().any(|entry| entry.key == key && entry.locked)
            || self.layers.iter().any(|layer| {
                layer.owner == LayerOwner::Library
                    && layer.text.get(key).and_then(|value| value.part("locked"))
                        == Some(&TextValue::Flag(true))
            })
    }

    /// Reports locked texts that the clinic overrides.
    pub(crate) fn check_locks(
        &self,
        entries: &[Entry],
        language: &str,
        findings: &mut Vec<Finding>,
    ) {
        for layer in &self.layers {
            if layer.owner == LayerOwner::Clinic {
                check_layer(
                    &layer.text,
                    language,
                    |key| self.is_locked(key, entries),
                    findings,
                );
            }
        }
    }
}

/// Reports texts that the library's shared layer locks and a handout of the clinic overrides.
pub(crate) fn reworded_locked_texts(
    shared: &[Arc<TextLayer>],
    own: &[Arc<TextLayer>],
    language: &str,
) -> Vec<Finding> {
    let below = TextLayers::under_shared(shared);
    let mut findings = Vec::new();
    for layer in own {
        check_layer(
            layer,
            language,
            |key| below.is_locked(key, &[]),
            &mut findings,
        );
    }
    findings
}

fn check_layer(
    layer: &TextLayer,
    language: &str,
    is_locked: impl Fn(&str) -> bool,
    findings: &mut Vec<Finding>,
) {
    findings.extend(reworded_safety_strings(layer, language));
    for (key, _) in layer.entries.iter().filter(|(key, _)| is_locked(key)) {
        findings.push(locked(key).at(&layer.file, PlaceTarget::Key(layer.route_to(key))));
    }
}

/// Reports safety strings that a clinic overrides. Where the language has no built-in strings, the clinic
/// may give them.
fn reworded_safety_strings(layer: &TextLayer, language: &str) -> Vec<Finding> {
    let Some(TextValue::Map(given)) = layer.get("words") else {
        return Vec::new();
    };
    if !Locale::of(language).has_interface() {
        return Vec::new();
    }
    given
        .iter()
        .filter(|(name, _)| SAFETY_STRINGS.contains(&name.as_str()))
        .map(|(name, _)| {
            let route = layer.route_to("words").key(name.as_str());
            locked(&format!("words.{name}")).at(&layer.file, PlaceTarget::Key(route))
        })
        .collect()
}

pub(super) fn locked(key: &str) -> Finding {
    Finding::error(
        "locked-text",
        format!("`{key}` is locked: a clinic cannot change or remove it"),
    )
    .help("take this out; to say more, insert a section of your own")
}
