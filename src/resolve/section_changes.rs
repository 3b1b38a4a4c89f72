//! Changes of a clinic to the blocks of a handout: inserted, moved and removed entries.

use super::locks::locked;
use super::text_layers::TextLayers;
use crate::document::Key;
use crate::finding::{Finding, nearest_key};
use crate::library::{Anchor, Clinic, Definition, Entry};
use crate::source::Route;

/// Returns the definition's entries with the clinic's changes. A change that fails is reported and left
/// out.
pub(super) fn changed_entries(
    definition: &Definition,
    clinic: &Clinic,
    layers: &TextLayers,
    findings: &mut Vec<Finding>,
) -> Vec<Entry> {
    let mut entries = definition.entries.clone();
    let Some(changes) = clinic.sections.get(&definition.id) else {
        return entries;
    };
    let at = |finding: Finding, route: Route| finding.at_value(&clinic.file, route);
    for (entry, anchor) in &changes.insert {
        if entries.iter().any(|other| other.key == entry.key) {
            let message = format!("there is a block `{}` already", entry.key);
            findings.push(Finding::error("duplicate-key", message).at(&entry.file, entry.place()));
            continue;
        }
        match position(&entries, anchor) {
            Some(index) => entries.insert(index, entry.clone()),
            None => {
                let route = entry.route.key(anchor_name(anchor));
                findings.push(unknown(anchor_key(anchor), &entries).at_value(&entry.file, route));
            }
        }
    }
    for (key, route, anchor) in &changes.moves {
        let Some(from) = entries.iter().position(|entry| entry.key == *key) else {
            findings.push(at(unknown(key, &entries), route.key("key")));
            continue;
        };
        if layers.is_locked(key, &entries) {
            findings.push(at(locked(key), route.key("key")));
            continue;
        }
        let entry = entries.remove(from);
        match position(&entries, anchor) {
            Some(to) => entries.insert(to, entry),
            None => {
                let finding = unknown(anchor_key(anchor), &entries);
                findings.push(at(finding, route.key(anchor_name(anchor))));
                entries.insert(from, entry);
            }
        }
    }
    for (key, route) in &changes.remove {
        match entries.iter().position(|entry| entry.key == *key) {
            None => findings.push(at(unknown(key, &entries), route.clone())),
            Some(_) if layers.is_locked(key, &entries) => {
                findings.push(at(locked(key), route.clone()));
            }
            Some(index) => {
                entries.remove(index);
            }
        }
    }
    entries
}

fn position(entries: &[Entry], anchor: &Anchor) -> Option<usize> {
    let index = entries
        .iter()
        .position(|entry| entry.key == *anchor_key(anchor))?;
    Some(match anchor {
        Anchor::Before(_) => index,
        Anchor::After(_) => index + 1,
    })
}

fn anchor_key(anchor: &Anchor) -> &Key {
    match anchor {
        Anchor::Before(key) | Anchor::After(key) => key,
    }
}

fn anchor_name(anchor: &Anchor) -> &'static str {
    match anchor {
        Anchor::Before(_) => "before",
        Anchor::After(_) => "after",
    }
}

fn unknown(key: &str, entries: &[Entry]) -> Finding {
    let keys = entries.iter().map(|entry| entry.key.as_str());
    let help = match nearest_key(key, keys.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has {}", keys.collect::<Vec<_>>().join(", ")),
    };
    let message = format!("the handout has no block `{key}`");
    Finding::error("unknown-section", message).help(help)
}
