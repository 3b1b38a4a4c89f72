//! Characters that no bundled face has: they would print as empty boxes.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::resolve::Resolved;

/// Whether a character needs no face, or has one.
pub fn can_be_set(character: char, covers: &dyn Fn(char) -> bool) -> bool {
    character.is_ascii() || character.is_control() || covers(character)
}

/// Finds the characters that no face covers, each at its first place.
pub fn missing_glyph(resolved: &Resolved, covers: &dyn Fn(char) -> bool) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for text in &resolved.texts {
        for (offset, character) in text.as_str().char_indices() {
            if can_be_set(character, covers) || !seen.insert(character) {
                continue;
            }
            // A character of a reader's data is not repeated: it may be all of a name.
            let message = if text.is_filled_in(offset) {
                "a value that is filled in here has a character that no typeface has".to_owned()
            } else {
                format!(
                    "no typeface has the character `{character}` (U+{:04X})",
                    u32::from(character)
                )
            };
            let finding = Finding::error("missing-glyph", message)
                .help("write it in other words or characters");
            findings.push(Finding {
                place: text.place(offset..offset + character.len_utf8()),
                ..finding
            });
        }
    }
    findings
}
