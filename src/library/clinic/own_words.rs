//! The clinic's own words in a leaflet, which its review covers.

use serde_json::Value;

use super::Clinic;
use crate::keyed_hash::hex;
use crate::library::definition::Definition;
use crate::library::text::{LEAFLET_TEXTS, TextLayer, TextValue};
use crate::library::{TextHash, Wording};

impl Clinic {
    /// Hashes the clinic's own words in a leaflet in all languages, its values in them, and its changes of sections.
    /// Of a clinic's own leaflet, these are all its files.
    pub(crate) fn own_words(&self, definition: &Definition) -> TextHash {
        let id = definition.id.as_str();
        let mut lines = Vec::new();
        for (language, text) in &self.text {
            let shared = text.shared.iter().map(|layer| ("shared", layer));
            let own = text.handouts.get(id).into_iter().flatten();
            for (layer_name, layer) in shared.chain(own.map(|layer| (id, layer))) {
                let is_meant = |key: &str| layer_name != "shared" || self.prints(definition, key);
                self.push_texts(
                    layer,
                    &format!("{language} {layer_name}"),
                    &is_meant,
                    &mut lines,
                );
            }
        }
        if let Some(changes) = self.sections.get(id) {
            let inserted = changes.insert.iter().map(|(entry, _)| &entry.key);
            let moved = changes.moves.iter().map(|(key, ..)| key);
            let removed = changes.remove.iter().map(|(key, _)| key);
            let keys = inserted.chain(moved).chain(removed);
            lines.extend(keys.filter_map(|key| Some(format!("{key} {}\n", changes.place(key)?))));
        }
        if let Some(Ok(handout)) = self.handout(id) {
            lines.push(format!("files {}\n", hex(&handout.fingerprint())));
        }
        // A text may move from `clinic.yaml` to a file of its own.
        lines.sort();
        TextHash::of(&lines.concat())
    }

    /// Returns whether a leaflet has a block, or a text of all leaflets.
    fn prints(&self, definition: &Definition, key: &str) -> bool {
        let changes = self.sections.get(&definition.id).into_iter();
        let mut inserted = changes.flat_map(|changes| &changes.insert);
        LEAFLET_TEXTS.contains(&key)
            || definition.entries.iter().any(|entry| entry.key == key)
            || inserted.any(|(entry, _)| entry.key == key)
    }

    fn push_texts(
        &self,
        layer: &TextLayer,
        name: &str,
        is_meant: &dyn Fn(&str) -> bool,
        lines: &mut Vec<String>,
    ) {
        for (key, value) in layer.entries.iter().filter(|(key, _)| is_meant(key)) {
            self.push_value(value, &format!("{name}.{key}"), lines);
        }
    }

    fn push_value(&self, value: &TextValue, path: &str, lines: &mut Vec<String>) {
        if let Some(wording) = Wording::of(value) {
            let values = self.values_in(&wording.to_lines());
            lines.push(format!("{path} {}\n{values}", wording.to_value()));
            return;
        }
        match value {
            TextValue::Map(parts) => {
                for (part, value) in parts {
                    self.push_value(value, &format!("{path}.{part}"), lines);
                }
            }
            TextValue::Flag(flag) => lines.push(format!("{path} {}\n", Value::Bool(*flag))),
            TextValue::Text(_) | TextValue::Number(_) | TextValue::List(_) => {}
        }
    }
}
