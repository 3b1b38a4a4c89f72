//! Search for phrases as whole words.

use std::ops::Range;

/// Finds a phrase as whole words, ignoring case. A phrase in capitals is an abbreviation and
/// matches capitals only.
pub(super) fn find_phrase(text: &str, phrase: &str) -> Vec<Range<usize>> {
    let is_abbreviation =
        phrase.chars().any(char::is_alphabetic) && !phrase.chars().any(char::is_lowercase);
    let wanted: Vec<char> = if is_abbreviation {
        phrase.chars().collect()
    } else {
        phrase.chars().flat_map(char::to_lowercase).collect()
    };
    if wanted.is_empty() {
        return Vec::new();
    }
    let matches = |found: char, wanted: char| {
        found == wanted || (!is_abbreviation && found.to_lowercase().eq([wanted]))
    };
    let mut ranges = Vec::new();
    let mut previous = ' ';
    for (start, character) in text.char_indices() {
        let is_word_start = !previous.is_alphanumeric();
        previous = character;
        if !is_word_start {
            continue;
        }
        let mut rest = text[start..].chars();
        if !wanted
            .iter()
            .all(|wanted| rest.next().is_some_and(|found| matches(found, *wanted)))
        {
            continue;
        }
        let rest = rest.as_str();
        if !rest.starts_with(char::is_alphanumeric) {
            ranges.push(start..text.len() - rest.len());
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_as_whole_words() {
        let found = |text: &str, phrase| -> Vec<String> {
            find_phrase(text, phrase)
                .into_iter()
                .map(|range| text[range].to_owned())
                .collect()
        };
        assert_eq!(
            found("Chronic, chronicle, non-chronic", "chronic"),
            ["Chronic", "chronic"]
        );
        assert_eq!(found("The cns and the CNS", "CNS"), ["CNS"]);
        assert_eq!(found("ÅNGEST ångest", "ångest"), ["ÅNGEST", "ångest"]);
        assert!(find_phrase("anything", "").is_empty());
    }
}
