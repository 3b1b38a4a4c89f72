//! Figures that the reader has to calculate with.

use super::Subject;
use crate::finding::Finding;

/// Finds percentages, ratios and fractions in sentences and cells: "20 %", "three times as likely",
/// "two thirds of", "3/4", "5 mg per kg". Many people cannot do sums in their head; "2 in 10 people" they
/// can picture.
pub fn arithmetic(subject: &Subject) -> Vec<Finding> {
    if !subject.is_in("en") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for sentence in &subject.sentences() {
        let text = sentence.text();
        let words: Vec<(std::ops::Range<usize>, String)> = sentence
            .words()
            .into_iter()
            .map(|(range, word)| (range, word.to_lowercase()))
            .collect();
        let word = |index: usize| words.get(index).map_or("", |(_, word)| word.as_str());
        let mut index = 0;
        while index < words.len() {
            let length = if is_number(word(index)) && is_percent(text, &words, index) {
                1 + usize::from(is_percent_word(word(index + 1)))
                    + usize::from(word(index + 1) == "per" && word(index + 2) == "cent")
            } else if is_times(word(index), word(index + 1)) && is_comparison(word(index + 2)) {
                3
            } else if is_many_fold(word(index)) || is_fraction(word(index)) {
                1
            } else if is_count(word(index)) && is_part(word(index + 1)) && word(index + 2) == "of" {
                3
            } else if word(index) == "per" && matches!(word(index + 1), "kg" | "kilo" | "kilogram")
            {
                2
            } else {
                index += 1;
                continue;
            };
            let mut end = words[(index + length - 1).min(words.len() - 1)].0.end;
            if text[end..].trim_start().starts_with('%') {
                end = text.len() - text[end..].trim_start().len() + 1;
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

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '–' | '-'))
        || is_count(word)
}

fn is_count(word: &str) -> bool {
    matches!(
        word,
        "a" | "one"
            | "two"
            | "three"
            | "four"
            | "five"
            | "six"
            | "seven"
            | "eight"
            | "nine"
            | "ten"
            | "twenty"
            | "thirty"
            | "forty"
            | "fifty"
            | "sixty"
            | "seventy"
            | "eighty"
            | "ninety"
    )
}

fn is_percent_word(word: &str) -> bool {
    matches!(word, "percent" | "percentage")
}

/// Whether a number has a percent sign or word after it.
fn is_percent(text: &str, words: &[(std::ops::Range<usize>, String)], index: usize) -> bool {
    let after = text[words[index].0.end..].trim_start();
    let next = |step: usize| {
        words
            .get(index + step)
            .map_or("", |(_, word)| word.as_str())
    };
    after.starts_with('%') || next(1) == "percent" || (next(1) == "per" && next(2) == "cent")
}

fn is_times(number: &str, times: &str) -> bool {
    times == "times" && (is_number(number) || number == "many")
}

fn is_comparison(word: &str) -> bool {
    matches!(
        word,
        "as" | "more"
            | "less"
            | "fewer"
            | "higher"
            | "lower"
            | "greater"
            | "likelier"
            | "larger"
            | "smaller"
    )
}

fn is_many_fold(word: &str) -> bool {
    matches!(word, "twofold" | "threefold" | "tenfold")
        || word.strip_suffix("-fold").is_some_and(is_number)
}

/// As in 3/4; a date or "24/7" has more or is no part of one.
fn is_fraction(word: &str) -> bool {
    let Some((part, whole)) = word.split_once('/') else {
        return false;
    };
    match (part.parse::<u32>(), whole.parse::<u32>()) {
        (Ok(part), Ok(whole)) => part < whole,
        _ => false,
    }
}

fn is_part(word: &str) -> bool {
    matches!(
        word,
        "third"
            | "thirds"
            | "quarter"
            | "quarters"
            | "fifth"
            | "fifths"
            | "sixth"
            | "sixths"
            | "eighth"
            | "tenth"
            | "tenths"
    )
}

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
