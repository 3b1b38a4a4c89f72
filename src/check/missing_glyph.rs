//! `missing-glyph`: characters that no face has. They would print as empty boxes.

use crate::finding::{Finding, Place, PlaceTarget};
use crate::font::script_name;
use crate::resolve::Resolved;

/// The mark that programs write for a letter that they cannot read.
const LOST_LETTER: char = '\u{fffd}';

/// Returns whether a face covers a character, or the character needs none.
pub(crate) fn is_printable(character: char, covers: &dyn Fn(char) -> bool) -> bool {
    character.is_ascii() || character.is_control() || covers(character)
}

/// Characters that one finding is about.
struct Missing {
    /// `None` for signs that many scripts share. Each of them has its own finding.
    script: Option<String>,
    /// Whether they may be a reader's data.
    is_private: bool,
    /// Each once.
    characters: Vec<char>,
    place: Option<Place>,
}

/// Finds the characters that no face covers, at the first place of their script. `in_clinic` returns
/// the place of a character in the clinic's values.
pub(crate) fn missing_glyph(
    resolved: &Resolved,
    covers: &dyn Fn(char) -> bool,
    in_clinic: &dyn Fn(char) -> Option<Place>,
) -> Vec<Finding> {
    let mut groups: Vec<Missing> = Vec::new();
    for text in &resolved.texts {
        for (offset, character) in text.as_str().char_indices() {
            if is_printable(character, covers) {
                continue;
            }
            let clinic_place = || in_clinic(character);
            let is_value = text.is_filled_in(offset);
            let is_private = is_value && clinic_place().is_none();
            let is_known = |group: &Missing| {
                group.is_private == is_private && group.characters.contains(&character)
            };
            if groups.iter().any(is_known) {
                continue;
            }
            let place = if is_value { clinic_place() } else { None };
            let range = offset..offset + character.len_utf8();
            let place = place.or_else(|| text.place(range));
            let script = script_name(character);
            let same = groups.iter_mut().find(|group| {
                group.is_private == is_private
                    && script.is_some()
                    && group.script == script
                    // Each value has its own column.
                    && (!is_private || target(&group.place) == target(&place))
            });
            match same {
                Some(group) => group.characters.push(character),
                None => groups.push(Missing {
                    script,
                    is_private,
                    characters: vec![character],
                    place,
                }),
            }
        }
    }
    groups.into_iter().map(finding).collect()
}

fn target(place: &Option<Place>) -> Option<&PlaceTarget> {
    place.as_ref().map(|place| &place.target)
}

fn finding(group: Missing) -> Finding {
    let first = group.characters[0];
    let others = group.characters.len() - 1;
    let code = u32::from(first);
    let message = match (&group.script, group.is_private) {
        // Do not quote a character of the reader's data: it may be a whole name.
        (Some(script), true) => {
            format!("a value for the text has {script} characters that no typeface has")
        }
        (None, true) => format!(
            "a value for the text has a character that no typeface has (U+{:02X}..)",
            code / 256
        ),
        (Some(script), false) if others > 0 => format!(
            "no typeface has the character `{first}` (U+{code:04X}) and {others} other {script} character{}",
            if others == 1 { "" } else { "s" }
        ),
        (_, false) => format!("no typeface has the character `{first}` (U+{code:04X})"),
    };
    let help = match &group.script {
        Some(script) => add_face(script),
        None if first == LOST_LETTER => "a program lost a letter here: type it again".to_owned(),
        None => "use other words or characters".to_owned(),
    };
    Finding::error("missing-glyph", message)
        .help(help)
        .in_place(group.place)
}

fn add_face(script: &str) -> String {
    format!("add a face with {script} characters to `brand.fallback_faces` in `clinic.yaml`")
}

/// Returns the finding for characters of a letter's address that no face has. It quotes none, as they are a
/// reader's data.
pub(crate) fn missing_in_letter(characters: &[char]) -> Finding {
    let script = characters
        .iter()
        .find_map(|&character| script_name(character));
    let (message, help) = match script {
        Some(script) => (
            format!("the name or the address has {script} characters that no typeface has"),
            add_face(&script),
        ),
        None => (
            "the name or the address has a character that no typeface has".to_owned(),
            "use other words or characters".to_owned(),
        ),
    };
    Finding::error("missing-glyph", message).help(help)
}

/// Returns the finding for letters and marks that no single face has together. They may be a reader's
/// data, so it quotes none.
pub(crate) fn unjoinable(characters: &[char]) -> Finding {
    let script = characters
        .iter()
        .find_map(|&character| script_name(character));
    let message = "no typeface has a letter together with the mark on it".to_owned();
    Finding::error("missing-glyph", message).help(match script {
        Some(script) => add_face(&script),
        None => "use other words or characters".to_owned(),
    })
}
