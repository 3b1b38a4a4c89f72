//! Words in block capitals.

use super::Subject;
use super::phrase::find_phrase;
use crate::finding::Finding;
use crate::readability;

/// Shorter words in capitals are taken for abbreviations.
const SHORTEST: usize = 4;

/// Abbreviations of four or more letters that need no glossary.
const KNOWN: [&str; 8] = [
    "AIDS", "COVID", "DVLA", "NATO", "NICE", "SNOMED", "UNESCO", "UNICEF",
];

/// Finds words of four or more capitals that are neither known abbreviations nor in the glossary.
pub fn shouting(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    for passage in &subject.passages {
        let text = passage.prose.as_str();
        for range in readability::words(text) {
            let word = &text[range.clone()];
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            let is_loud = letters >= SHORTEST
                && word
                    .chars()
                    .all(|c| c.is_uppercase() || matches!(c, '-' | '\'' | '’' | '/'))
                && word
                    .split(['-', '/'])
                    .any(|part| part.chars().count() >= SHORTEST);
            let is_known = || {
                KNOWN.contains(&word)
                    || subject.terms.iter().any(|term| {
                        let names = [
                            Some(&term.term),
                            term.definition.as_ref(),
                            term.prefer.as_ref(),
                        ];
                        names
                            .into_iter()
                            .flatten()
                            .chain(&term.avoid)
                            .any(|name| !find_phrase(name, word).is_empty())
                    })
            };
            if !is_loud || !passage.prose.is_authored(range.start) || is_known() {
                continue;
            }
            let finding = Finding::warning("shouting", format!("`{word}` is in block capitals"))
                .help("capitals are hard to read and sound like shouting: set it **bold**, or add the abbreviation to the glossary");
            findings.push(passage.prose.locate(finding, range));
        }
    }
    findings
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
