//! Words found in text as whole words.

use std::ops::Range;

/// Where a phrase stands in a text as whole words, in any case; in capitals only if it is in capitals, as
/// abbreviations are.
pub fn find_phrase(text: &str, phrase: &str) -> Vec<Range<usize>> {
    let is_abbreviation =
        phrase.chars().any(char::is_alphabetic) && !phrase.chars().any(char::is_lowercase);
    let wanted: Vec<char> = if is_abbreviation {
        phrase.chars().collect()
    } else {
        phrase.chars().flat_map(char::to_lowercase).collect()
    };
    let mut found = Vec::new();
    if wanted.is_empty() {
        return found;
    }
    let mut before = ' ';
    for (start, character) in text.char_indices() {
        let begins_word = !before.is_alphanumeric();
        before = character;
        // Most words begin with another letter, and need no closer look.
        if !begins_word || (character.is_ascii() && !character.eq_ignore_ascii_case(&wanted[0])) {
            continue;
        }
        let mut letters = wanted.iter().peekable();
        let mut end = start;
        for (at, letter) in text[start..].char_indices() {
            let same = |wanted: char| {
                if is_abbreviation {
                    letter == wanted
                } else {
                    letter.to_lowercase().eq([wanted])
                }
            };
            if letters.next_if(|wanted| same(**wanted)).is_none() {
                break;
            }
            end = start + at + letter.len_utf8();
        }
        let ends_word = !text[end..].starts_with(char::is_alphanumeric);
        if letters.peek().is_none() && ends_word {
            found.push(start..end);
        }
    }
    found
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
