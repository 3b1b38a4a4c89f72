//! `unused-text`: texts of a handout that its definition does not use.

use std::sync::Arc;

use crate::finding::{Finding, PlaceTarget, did_you_mean, look_alike};
use crate::library::{Entry, LEAFLET_TEXTS, TextLayer};
use crate::source;

/// Finds keys of the handout's text layers that no entry names.
pub(crate) fn unused_text<'a>(
    layers: &[Arc<TextLayer>],
    entries: impl Iterator<Item = &'a Entry> + Clone,
) -> Vec<Finding> {
    let known = entries.map(|entry| entry.key.as_str()).chain(LEAFLET_TEXTS);
    let is_used = |key: &str| known.clone().any(|known| known == key);
    /// Nobody reads more.
    const MAX_FINDINGS: usize = 100;
    let mut findings = Vec::new();
    for layer in layers {
        let has = |key: &str| layer.entries.iter().any(|(found, _)| found == key);
        for (key, _) in layer
            .entries
            .iter()
            .filter(|(key, _)| !is_used(key))
            .take(MAX_FINDINGS)
        {
            let free = known.clone().filter(|known| !has(known));
            let target = PlaceTarget::Key(layer.route_to(key));
            let finding = Finding::warning("unused-text", format!("nothing uses the text `{key}`"))
                .at(&layer.file, target)
                .help(help(key, free));
            findings.push(finding);
        }
    }
    findings
}

fn help<'a>(key: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    if let Some(meant) = look_alike(key, known.clone()) {
        let strange = key.chars().find(|letter| !letter.is_ascii());
        return match strange {
            Some(letter) => {
                let code = u32::from(letter);
                format!("type it anew as `{meant}`: it has the character U+{code:04X}")
            }
            None => format!("write it as `{meant}`"),
        };
    }
    let near = did_you_mean(key, known.filter(|known| source::is_key(known)));
    near.unwrap_or_else(|| "name it in the handout's `sections`, or remove it".to_owned())
}
