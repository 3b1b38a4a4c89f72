//! `missing-translation`: texts of the library's own language that a leaflet in another one would not have.

use std::sync::Arc;

use crate::finding::{Finding, PlaceTarget};
use crate::library::{Handout, LEAFLET_TEXTS, Library, TextLayer, TextValue};
use crate::resolve::TextLayers;
use crate::source::SourceFile;

/// Finds texts that the leaflet has in the library's language only. A block without any text has an error
/// already.
pub(crate) fn missing_translation(
    library: &Library,
    handout: &Handout,
    language: &str,
    layers: &TextLayers,
    file: &Arc<SourceFile>,
) -> Option<Finding> {
    let standard = library.manifest().language.as_str();
    if standard == language {
        return None;
    }
    let of_library = library.shared_text(standard).ok().flatten();
    let of_handout = handout.text(standard).ok().flatten();
    let entries = &handout.definition.entries;
    let mut missing: Vec<String> = Vec::new();
    let standard_layers: [Option<TextLayer>; 2] = [of_library, of_handout];
    for layer in standard_layers.iter().flatten() {
        for (key, value) in &layer.entries {
            let is_block = entries.iter().any(|entry| entry.key == *key);
            let is_own = LEAFLET_TEXTS.contains(&key.as_str()) && key != "words";
            let is_there = !layers.find(&[key]).is_empty();
            match value {
                _ if is_own && !is_there => missing.push(key.clone()),
                TextValue::Map(parts) if is_block && is_there => {
                    let lacks =
                        |part: &&str| *part != "locked" && layers.find(&[key, part]).is_empty();
                    let names = parts.iter().map(|(part, _)| part.as_str()).filter(lacks);
                    missing.extend(names.map(|part| format!("{key}.{part}")));
                }
                _ => {}
            }
        }
    }
    missing.sort();
    missing.dedup();
    let message = format!(
        "`{language}` lacks texts that `{standard}` has: {}",
        missing.join(", ")
    );
    (!missing.is_empty()).then(|| {
        Finding::warning("missing-translation", message)
            .help(
                "translate them, or leave their keys empty in this language, as in `closing: \"\"`",
            )
            .at(file, PlaceTarget::File)
    })
}
