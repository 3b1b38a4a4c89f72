//! `incomplete-face`: characters that a clinic's faces lack.
//!
//! Leaflets print them in a bundled face, which looks odd in the middle of a word.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::library::Clinic;
use crate::locale::Locale;
use crate::resolve::Resolved;

/// Punctuation of every language that has interface strings.
const PUNCTUATION: &str = ".,:;!?()[]/%&+-'\"–‘’“”";

/// Finds the characters of the language and of the leaflet that each face lacks.
///
/// The finding is a warning for letters, digits and punctuation, and a note for other signs.
pub(crate) fn incomplete_face(resolved: &Resolved, clinic: &Clinic) -> Vec<Finding> {
    if clinic.face_files.is_empty() {
        return Vec::new();
    }
    let locale = Locale::of(&resolved.document.language);
    let of_language: BTreeSet<char> = ('A'..='Z')
        .chain('a'..='z')
        .chain('0'..='9')
        .chain(locale.letters.chars())
        .chain(PUNCTUATION.chars())
        .collect();
    let mut needed = of_language.clone();
    for text in &resolved.texts {
        let authored = text.as_str().char_indices().filter(|(offset, character)| {
            // Never report characters of the reader's data.
            !character.is_ascii() && !character.is_whitespace() && !text.is_filled_in(*offset)
        });
        needed.extend(authored.map(|(_, character)| character));
    }
    needed.retain(|character| !crate::font::is_never_drawn(*character));

    let mut findings = Vec::new();
    for (file, face) in clinic.face_files.iter().zip(clinic.faces.own()) {
        let missing: Vec<char> = needed
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
            "`{}` has no {}: another face is used for the missing characters",
            file.path,
            names.join(", ")
        );
        let has_text = missing
            .iter()
            .any(|character| of_language.contains(character) || character.is_alphanumeric());
        let finding = if has_text {
            Finding::warning("incomplete-face", message)
                .help("choose a face that has all letters of the language")
        } else {
            Finding::note("incomplete-face", message)
        };
        findings.push(finding.in_place(file.place.clone()));
    }
    findings
}
