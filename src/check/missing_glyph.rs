//! `missing-glyph`: characters that no bundled face has. They would print as empty boxes.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::resolve::Resolved;

/// Returns whether a face covers a character, or the character needs none.
pub(crate) fn is_printable(character: char, covers: &dyn Fn(char) -> bool) -> bool {
    character.is_ascii() || character.is_control() || covers(character)
}

/// Finds the characters that no face covers, at their first place.
pub(crate) fn missing_glyph(resolved: &Resolved, covers: &dyn Fn(char) -> bool) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for text in &resolved.texts {
        for (offset, character) in text.as_str().char_indices() {
            if is_printable(character, covers) || !seen.insert(character) {
                continue;
            }
            // Do not quote a character of the reader's data: it may be a whole name.
            let message = if text.is_filled_in(offset) {
                "a value for the text has a character that no typeface has".to_owned()
            } else {
                format!(
                    "no typeface has the character `{character}` (U+{:04X})",
                    u32::from(character)
                )
            };
            let finding =
                Finding::error("missing-glyph", message).help("use other words or characters");
            let place = text.place(offset..offset + character.len_utf8());
            findings.push(finding.in_place(place));
        }
    }
    findings
}
