//! `arithmetic`: figures that the reader has to calculate with.

use std::ops::Range;

use super::Subject;
use crate::finding::Finding;

/// Finds percentages, ratios and fractions in English sentences, such as "20 %", "three times as
/// likely", "two thirds of", "3/4" and "5 mg per kg".
///
/// Many people cannot calculate in their head, but they can picture "2 in 10 people".
pub(super) fn arithmetic(subject: &Subject) -> Vec<Finding> {
    if !subject.is_in("en") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for sentence in &subject.sentences() {
        let text = sentence.text();
        let words: Vec<Word> = sentence
            .words()
            .into_iter()
            .map(|(range, word)| (range, word.to_lowercase()))
            .collect();
        let mut index = 0;
        while index < words.len() {
            let Some(length) = calculation_length(text, &words, index) else {
                index += 1;
                continue;
            };
            let last = (index + length - 1).min(words.len() - 1);
            let mut end = words[last].0.end;
            // Words have no punctuation, so include a percent sign.
            let rest = text[end..].trim_start();
            if rest.starts_with('%') {
                end = text.len() - rest.len() + 1;
            }
            let range = words[index].0.start..end;
            let message = format!(
                "the reader has to calculate with `{}`",
                &text[range.clone()]
            );
            let finding = Finding::warning("arithmetic", message)
                .help("give the result, or count people: \"2 in 10 people\"");
            findings.push(sentence.locate_part(finding, range));
            index += length;
        }
    }
    findings
}

/// A lower-case word and its place in the sentence.
type Word = (Range<usize>, String);

/// Returns the number of words of the calculation that starts at `index`, if there is one.
fn calculation_length(text: &str, words: &[Word], index: usize) -> Option<usize> {
    let word = |offset: usize| {
        words
            .get(index + offset)
            .map_or("", |(_, word)| word.as_str())
    };
    if is_number(word(0)) {
        if word(1) == "per" && word(2) == "cent" {
            return Some(3);
        }
        if word(1) == "percent" {
            return Some(2);
        }
        if text[words[index].0.end..].trim_start().starts_with('%') {
            return Some(1 + usize::from(word(1) == "percentage"));
        }
    }
    let is_factor = word(1) == "times" && (is_number(word(0)) || word(0) == "many");
    if is_factor && COMPARISONS.contains(&word(2)) {
        return Some(3);
    }
    if is_multiple(word(0)) || is_fraction(word(0)) {
        return Some(1);
    }
    if NUMERALS.contains(&word(0)) && PARTS.contains(&word(1)) && word(2) == "of" {
        return Some(3);
    }
    let is_dose = word(0) == "per" && matches!(word(1), "kg" | "kilo" | "kilogram");
    is_dose.then_some(2)
}

fn is_number(word: &str) -> bool {
    let is_figure = word.starts_with(|c: char| c.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '–' | '-'));
    is_figure || NUMERALS.contains(&word)
}

/// Returns whether a word is a multiple, such as "twofold" or "3-fold".
fn is_multiple(word: &str) -> bool {
    matches!(word, "twofold" | "threefold" | "tenfold")
        || word.strip_suffix("-fold").is_some_and(is_number)
}

/// Returns whether a word is a fraction below 1, such as "3/4". Dates and "24/7" are not.
fn is_fraction(word: &str) -> bool {
    let Some((numerator, denominator)) = word.split_once('/') else {
        return false;
    };
    match (numerator.parse::<u32>(), denominator.parse::<u32>()) {
        (Ok(numerator), Ok(denominator)) => numerator < denominator,
        _ => false,
    }
}

const NUMERALS: &[&str] = &[
    "a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twenty",
    "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

const PARTS: &[&str] = &[
    "third", "thirds", "quarter", "quarters", "fifth", "fifths", "sixth", "sixths", "eighth",
    "tenth", "tenths",
];

const COMPARISONS: &[&str] = &[
    "as", "more", "less", "fewer", "higher", "lower", "greater", "likelier", "larger", "smaller",
];

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn arithmetic() {
        let words = "It helps 20 % of you, or two thirds of men. It is three times as good. Take 5 mg per kg.";
        insta::assert_snapshot!(
            Fixture::new()
                .text("Keep your room dark.", words)
                .shown("arithmetic")
        );
    }

    #[test]
    fn counts_of_people_and_times_of_day_pass() {
        let words = "It helps 2 in 10 of you. Do it two times a day, for half an hour, 24/7. Come as often as you like.";
        Fixture::new()
            .text("Keep your room dark.", words)
            .passes("arithmetic");
    }
}
