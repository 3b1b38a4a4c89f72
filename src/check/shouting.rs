//! `shouting`: words in block capitals.

use super::Subject;
use super::phrase::find_phrase;
use crate::finding::Finding;
use crate::readability;

/// Shorter words in capitals are abbreviations.
const MIN_LETTERS: usize = 4;

/// Abbreviations of four or more letters that most readers know.
const KNOWN_ABBREVIATIONS: [&str; 8] = [
    "AIDS", "COVID", "DVLA", "NATO", "NICE", "SNOMED", "UNESCO", "UNICEF",
];

/// Finds words of four or more capitals that are neither known abbreviations nor in the glossary.
pub(super) fn shouting(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    for passage in &subject.passages {
        let text = passage.prose.as_str();
        for range in readability::words(text) {
            let word = &text[range.clone()];
            if !is_in_capitals(word)
                || !passage.prose.is_authored(range.start)
                || KNOWN_ABBREVIATIONS.contains(&word)
                || is_in_glossary(subject, word)
            {
                continue;
            }
            let finding = Finding::warning("shouting", format!("`{word}` is in block capitals"))
                .help("capitals are hard to read and look like shouting: make it **bold**, or add the abbreviation to the glossary");
            findings.push(passage.prose.locate(finding, range));
        }
    }
    findings
}

fn is_in_capitals(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let has_capitals_only = word
        .chars()
        .all(|c| c.is_uppercase() || matches!(c, '-' | '\'' | '’' | '/'));
    // `CBT-I` is an abbreviation, too.
    let has_long_part = word
        .split(['-', '/'])
        .any(|part| part.chars().count() >= MIN_LETTERS);
    letters >= MIN_LETTERS && has_capitals_only && has_long_part
}

fn is_in_glossary(subject: &Subject, word: &str) -> bool {
    subject.terms.iter().any(|term| {
        [
            Some(&term.term),
            term.definition.as_ref(),
            term.prefer.as_ref(),
        ]
        .into_iter()
        .flatten()
        .chain(&term.avoid)
        .any(|text| !find_phrase(text, word).is_empty())
    })
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn shouting() {
        insta::assert_snapshot!(
            Fixture::new()
                .text("Keep your room dark.", "NEVER smoke.")
                .shown("shouting")
        );
    }

    #[test]
    fn abbreviations_are_not_shouting() {
        Fixture::new()
            .file(
                "glossary.yaml",
                "- { id: spect, term: SPECT scan, definition: A scan. }\n",
            )
            .text(
                "Keep your room dark.",
                "An MRI, a SPECT, CBT-I and NICE are not loud.",
            )
            .passes("shouting");
    }
}
