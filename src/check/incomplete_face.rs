//! Characters that a clinic's own faces lack: they are set in the bundled ones, in the midst of its own.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::library::Clinic;
use crate::locale::Locale;
use crate::resolve::Resolved;

/// What text of any of our languages has besides letters and digits.
const PUNCTUATION: &str = ".,:;!?()[]/%&+-'\"–‘’“”";

/// Finds what each of a clinic's own faces lacks of the language's letters, digits and punctuation (a
/// warning) and of what else the leaflet has (a note, if these are signs only).
pub fn incomplete_face(resolved: &Resolved, clinic: &Clinic) -> Vec<Finding> {
    if clinic.face_files.is_empty() {
        return Vec::new();
    }
    let letters = Locale::of(&resolved.document.language).letters;
    let mut expected: BTreeSet<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').collect();
    expected.extend(letters.chars().chain(PUNCTUATION.chars()));
    let mut wanted = expected.clone();
    for text in &resolved.texts {
        let own = text.as_str().char_indices().filter(|(offset, character)| {
            // What is read from a reader's data is nobody's business here.
            !character.is_ascii() && !character.is_whitespace() && !text.is_filled_in(*offset)
        });
        wanted.extend(own.map(|(_, character)| character));
    }
    wanted.retain(|character| !crate::font::is_never_drawn(*character));

    let mut findings = Vec::new();
    for (file, face) in clinic.face_files.iter().zip(clinic.faces.own()) {
        let missing: Vec<char> = wanted
            .iter()
            .copied()
            .filter(|character| !face.has(*character))
            .collect();
        if missing.is_empty() {
            continue;
        }
        let names: Vec<String> = missing
            .iter()
            .map(|character| format!("`{character}`"))
            .collect();
        let message = format!(
            "`{}` has no {}: what it lacks is set in another face",
            file.path,
            names.join(", ")
        );
        let is_text =
            |character: &char| expected.contains(character) || character.is_alphanumeric();
        let finding = if missing.iter().any(is_text) {
            Finding::warning("incomplete-face", message)
                .help("choose a face that has all letters of the language")
        } else {
            Finding::note("incomplete-face", message)
        };
        findings.push(Finding {
            place: Some(file.place.clone()),
            ..finding
        });
    }
    findings
}
