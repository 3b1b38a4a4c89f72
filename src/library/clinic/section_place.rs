//! Where a clinic put a block, and what it shows about it.

use super::SectionChanges;
use crate::document::CalloutKind;
use crate::library::definition::{Anchor, Entry, EntryKind};

impl SectionChanges {
    /// Describes the place of a block that the clinic inserted, moved or removed, for its approval. Of an inserted
    /// block, it also has what the text layer has not: its kind and its certainty.
    pub(crate) fn place(&self, key: &str) -> Option<String> {
        let inserted = self.insert.iter().find(|(entry, _)| entry.key == *key);
        let inserted = inserted.map(|(entry, at)| format!("insert {}{}", kind(entry), anchor(at)));
        let moved = self.moves.iter().find(|(moved, ..)| moved == key);
        let moved = moved.map(|(_, _, at)| format!("move {}", anchor(at)));
        let removed = self.remove.iter().any(|(removed, _)| removed == key);
        inserted
            .or(moved)
            .or_else(|| removed.then(|| "remove".to_owned()))
    }
}

fn anchor(anchor: &Anchor) -> String {
    match anchor {
        Anchor::Before(other) => format!("before {other}"),
        Anchor::After(other) => format!("after {other}"),
    }
}

/// Describes what is shown of an entry: nothing for a section without certainty, else words and a blank.
fn kind(entry: &Entry) -> String {
    let kind = match &entry.kind {
        EntryKind::Section {
            main_message: false,
        } => "",
        EntryKind::Section { main_message: true } => "main-message ",
        EntryKind::Notes => "notes ",
        EntryKind::Callout(CalloutKind::Emergency) => "emergency ",
        EntryKind::Callout(CalloutKind::Caution) => "caution ",
        EntryKind::Callout(CalloutKind::Info) => "info ",
        EntryKind::Callout(CalloutKind::Tip) => "tip ",
        EntryKind::Table => "table ",
        EntryKind::Figure { image } => &format!("{image} "),
        EntryKind::Checklist => "checklist ",
        EntryKind::Questions => "questions ",
        EntryKind::Steps => "steps ",
        EntryKind::Form => "form ",
        EntryKind::Glossary => "glossary ",
        EntryKind::Contact => "contact ",
        EntryKind::References => "references ",
    };
    match entry.certainty {
        Some(certainty) => format!("{kind}{} ", certainty.name()),
        None => kind.to_owned(),
    }
}
