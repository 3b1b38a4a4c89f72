//! Splits text into sentences and words.

use std::ops::Range;

/// Abbreviations in lower case, without their last full stop. That full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "a.m", "approx", "ca", "cf", "dr", "e.g", "etc", "fig", "i.e", "incl", "max", "min", "mr",
    "mrs", "ms", "no", "p.m", "prof", "st", "vs", "bl.a",
];

/// Abbreviations that may end a sentence. They do if a capital follows.
const OFTEN_LAST: &[&str] = &["a.m", "etc", "max", "min", "no", "p.m", "st"];

/// Splits a paragraph into sentences, without the spaces around them.
///
/// A sentence ends at a full stop, question mark, exclamation mark or ellipsis. Closing quotes and
/// brackets after it belong to the sentence, and a space or the end of the paragraph follows. A
/// sentence does not end at an abbreviation ("e.g.", "Dr."), at an initial, inside a number, or
/// before a lower-case word.
pub(crate) fn sentences(paragraph: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut characters = paragraph.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if !matches!(character, '.' | '!' | '?' | '…') {
            continue;
        }
        let mut end = at + character.len_utf8();
        while let Some((at, next)) = characters.next_if(|(_, next)| {
            matches!(
                next,
                '.' | '!' | '?' | '…' | '"' | '\'' | '”' | '’' | '»' | ')' | ']'
            )
        }) {
            end = at + next.len_utf8();
        }
        let rest = &paragraph[end..];
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            continue;
        }
        let next = rest
            .trim_start()
            .trim_start_matches(['"', '\'', '“', '‘', '«', '(', '['])
            .chars()
            .next();
        let goes_on = match character {
            '.' | '…' => {
                next.is_some_and(char::is_lowercase)
                    || (character == '.' && is_abbreviation(&paragraph[start..at], next))
            }
            // As in: "Why?" she asked.
            _ => end > at + 1 && next.is_some_and(char::is_lowercase),
        };
        if !goes_on {
            sentences.push(start..end);
            start = end;
        }
    }
    sentences.push(start..paragraph.len());
    sentences.retain_mut(|range| {
        let text = &paragraph[range.clone()];
        let trimmed = text.trim();
        range.start += text.len() - text.trim_start().len();
        range.end = range.start + trimmed.len();
        trimmed.contains(char::is_alphanumeric)
    });
    sentences
}

/// Returns whether the full stop after `before` belongs to an abbreviation. `next` is the first
/// character of the next word.
fn is_abbreviation(before: &str, next: Option<char>) -> bool {
    let Some(next) = next else { return false };
    let word = before
        .rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '['))
        .next()
        .unwrap_or("");
    let word = word.to_lowercase();
    if OFTEN_LAST.contains(&word.as_str()) {
        return !next.is_uppercase();
    }
    let is_initial =
        word.chars().count() == 1 && word != "i" && word.chars().all(char::is_alphabetic);
    ABBREVIATIONS.contains(&word.as_str()) || (is_initial && next.is_uppercase())
}

/// Splits a text at spaces and long dashes into words, without the punctuation around them.
///
/// Each word has a letter or a digit. A word with hyphens is one word.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut position = 0;
    std::iter::from_fn(move || {
        loop {
            let tail = text.get(position..).filter(|tail| !tail.is_empty())?;
            let is_gap = |c: char| c.is_whitespace() || matches!(c, '—' | '\u{200b}');
            let length = tail.find(is_gap).unwrap_or(tail.len());
            let token = &tail[..length];
            let start = position;
            position += length + tail[length..].chars().next().map_or(0, char::len_utf8);
            let before = token.len()
                - token
                    .trim_start_matches(|c: char| !c.is_alphanumeric())
                    .len();
            let word = token.trim_matches(|c: char| !c.is_alphanumeric());
            if !word.is_empty() {
                return Some(start + before..start + before + word.len());
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text)
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    #[test]
    fn sentences_end_at_marks_before_a_capital() {
        assert_eq!(
            split("It hurts. Why? No one knows!  Ask us."),
            ["It hurts.", "Why?", "No one knows!", "Ask us."]
        );
        assert_eq!(
            split("She said: \"It hurts.\" Then she left (at 5.30)."),
            ["She said: \"It hurts.\"", "Then she left (at 5.30)."]
        );
        assert_eq!(split("no stop at the end"), ["no stop at the end"]);
        assert_eq!(
            split("Wait … and see. \"Why?\" she asked."),
            ["Wait … and see.", "\"Why?\" she asked."]
        );
        assert_eq!(split(" … "), [""; 0]);
    }

    #[test]
    fn abbreviations_and_numbers_do_not_end_a_sentence() {
        assert_eq!(
            split("Ask Dr. Ada about drugs, e.g. Those. At 8 a.m. we open."),
            ["Ask Dr. Ada about drugs, e.g. Those.", "At 8 a.m. we open."]
        );
        assert_eq!(
            split("Come at 8 a.m. Then wait."),
            ["Come at 8 a.m.", "Then wait."]
        );
        assert_eq!(
            split("Version 1.5 of J. Smith is out."),
            ["Version 1.5 of J. Smith is out."]
        );
    }

    #[test]
    fn words_have_no_surrounding_punctuation() {
        let words = |text| -> Vec<String> {
            super::words(text)
                .map(|range| text[range].to_owned())
                .collect()
        };
        assert_eq!(
            words("“You’re well-known” – (7 %) a/b, x—y"),
            ["You’re", "well-known", "7", "a/b", "x", "y"]
        );
    }
}
