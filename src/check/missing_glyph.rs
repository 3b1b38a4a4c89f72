//! `missing-glyph`: characters that no bundled face has. They would print as empty boxes.

use std::collections::BTreeSet;

use crate::finding::{Finding, Place};
use crate::resolve::Resolved;

/// Returns whether a face covers a character, or the character needs none.
pub(crate) fn is_printable(character: char, covers: &dyn Fn(char) -> bool) -> bool {
    character.is_ascii() || character.is_control() || covers(character)
}

/// Finds the characters that no face covers, at their first place. `in_clinic` returns the place of
/// a character in the clinic's values.
pub(crate) fn missing_glyph(
    resolved: &Resolved,
    covers: &dyn Fn(char) -> bool,
    in_clinic: &dyn Fn(char) -> Option<Place>,
) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for text in &resolved.texts {
        for (offset, character) in text.as_str().char_indices() {
            if is_printable(character, covers) || !seen.insert(character) {
                continue;
            }
            let is_value = text.is_filled_in(offset);
            let clinic_place = in_clinic(character).filter(|_| is_value);
            // Do not quote a character of the reader's data: it may be a whole name.
            let message = if is_value && clinic_place.is_none() {
                "a value for the text has a character that no typeface has".to_owned()
            } else {
                format!(
                    "no typeface has the character `{character}` (U+{:04X})",
                    u32::from(character)
                )
            };
            let finding =
                Finding::error("missing-glyph", message).help("use other words or characters");
            let range = offset..offset + character.len_utf8();
            let place = clinic_place.or_else(|| text.place(range));
            findings.push(finding.in_place(place));
        }
    }
    findings
}
