//! Words that are wider than a line. They are divided with a hyphen, and reported to the author.
//!
//! There are no hyphenation patterns here, so the places are only plausible: before a consonant and a vowel, with
//! three letters on each side. Authors mark better places with soft hyphens.

use std::ops::Range;

use super::break_opportunities::is_address;

/// Least number of letters on each side of a good place.
const LEAST_PART: usize = 3;
/// Cost of a place that leaves fewer letters on a line.
const SHORT_PART: f64 = 2.0;
/// Cost of a place that is not before a consonant and a vowel. An empty line costs more.
const WITHIN_SYLLABLE: f64 = 0.5;

const VOWELS: &str = "aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýœ";
/// Consonants that form one sound with an `h` after them.
const BEFORE_H: &str = "cpst";

/// Returns the word around the byte offset `at`, and the cost of dividing it there. `None` if `at` is not between two
/// letters, in an address, and in a script without hyphens.
pub(super) fn word_around(text: &str, at: usize) -> Option<(Range<usize>, f64)> {
    let token_start = text[..at].rfind([' ', '\n']).map_or(0, |space| space + 1);
    let token_end = text[at..]
        .find([' ', '\n'])
        .map_or(text.len(), |space| at + space);
    if is_address(&text[token_start..token_end]) {
        return None;
    }
    let (mut start, mut letters_before) = (at, 0);
    for (index, letter) in text[..at].char_indices().rev() {
        if !is_hyphenated(letter) {
            break;
        }
        (start, letters_before) = (index, letters_before + 1);
    }
    let after: String = text[at..]
        .chars()
        .take_while(|&letter| is_hyphenated(letter))
        .collect();
    let letters_after = after.chars().count();
    if letters_before == 0 || letters_after == 0 {
        return None;
    }
    let mut cost = 0.0;
    if letters_before.min(letters_after) < LEAST_PART {
        cost += SHORT_PART;
    }
    if !begins_syllable(&text[start..at], &after) {
        cost += WITHIN_SYLLABLE;
    }
    Some((start..at + after.len(), cost))
}

/// Returns whether a letter is of a script with hyphens: Latin, Greek, Cyrillic or Armenian.
fn is_hyphenated(letter: char) -> bool {
    letter.is_alphabetic() && matches!(letter, '\0'..='\u{58f}' | '\u{1e00}'..='\u{1fff}')
}

/// Returns whether the part after a place begins with a consonant and a vowel.
fn begins_syllable(before: &str, after: &str) -> bool {
    let after = after.to_lowercase();
    let mut letters = after.chars();
    let (Some(first), Some(second)) = (letters.next(), letters.next()) else {
        return false;
    };
    let last = before.to_lowercase().chars().next_back().unwrap_or(' ');
    let is_one_sound = first == 'h' && BEFORE_H.contains(last) || first == 'k' && last == 'c';
    !VOWELS.contains(first) && VOWELS.contains(second) && !is_one_sound
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good_places(word: &str) -> Vec<String> {
        let offsets = word.char_indices().map(|(offset, _)| offset).skip(1);
        let good = offsets.filter(|&at| word_around(word, at).is_some_and(|(_, cost)| cost == 0.0));
        good.map(|at| format!("{}-{}", &word[..at], &word[at..]))
            .collect()
    }

    #[test]
    fn words_are_divided_before_a_consonant_and_a_vowel() {
        assert_eq!(good_places("Tabletten"), ["Tab-letten", "Tablet-ten"]);
        assert_eq!(good_places("Rachen"), ["Ra-chen"; 0]);
        assert_eq!(good_places("sjukgymnast"), ["sjuk-gymnast", "sjukgym-nast"]);
    }

    #[test]
    fn the_whole_word_is_found_without_its_punctuation() {
        let text = "die (Schmerzambulanz), bitte";
        let (word, _) = word_around(text, 9).unwrap();
        assert_eq!(&text[word], "Schmerzambulanz");
    }

    #[test]
    fn numbers_addresses_and_scripts_without_hyphens_get_none() {
        for (text, at) in [
            ("12345678", 4),
            ("see https://example.org/aaaaaaaa", 28),
            ("anna.andersson@example.org", 8),
            ("สวัสดีครับ", 12),
        ] {
            assert_eq!(word_around(text, at), None, "{text}");
        }
    }
}
