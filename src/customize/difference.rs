//! Compares two texts word by word.
//!
//! 1. Cut both texts into tokens: words, runs of blanks, punctuation marks. A template's `{{…}}`
//!    and a citation's `[@…]` are one token each.
//! 2. Find the shortest edit script (Myers, *An O(ND) Difference Algorithm and Its Variations*,
//!    1986).
//! 3. Join changes that have only blanks or one short word between them, to make the result
//!    readable.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// A part of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change<'a> {
    /// In both texts.
    Same(&'a str),
    /// Only in the old text.
    Removed(&'a str),
    /// Only in the new text.
    Added(&'a str),
}

/// Compares two texts. The result contains both texts in full, with removed text before added text.
pub(crate) fn words<'a>(old: &'a str, new: &'a str) -> Vec<Change<'a>> {
    let (old_tokens, new_tokens) = (tokens(old), tokens(new));
    let mut changes = Vec::new();
    let mut push = |change: Change<'a>, text: &str| {
        if !text.is_empty() {
            changes.push(change);
        }
    };
    for span in readable(spans(&old_tokens, &new_tokens), &old_tokens) {
        let removed = joined(old, &old_tokens, &span.old);
        let added = joined(new, &new_tokens, &span.new);
        if span.is_change {
            push(Change::Removed(removed), removed);
            push(Change::Added(added), added);
        } else {
            push(Change::Same(added), added);
        }
    }
    changes
}

/// Returns the similarity of two texts, from 0 (no common word) to 1 (the same words).
pub(crate) fn similarity(a: &str, b: &str) -> f64 {
    let word = |token: &&str| token.chars().any(char::is_alphanumeric);
    let lower = |text: &str| -> Vec<String> {
        tokens(text)
            .into_iter()
            .filter(word)
            .map(str::to_lowercase)
            .collect()
    };
    let (a, b) = (lower(a), lower(b));
    if a.is_empty() && b.is_empty() {
        return 1.0;
    }
    let same: usize = capture_diff_slices(Algorithm::Myers, &a, &b)
        .iter()
        .filter(|op| op.tag() == DiffTag::Equal)
        .map(|op| op.old_range().len())
        .sum();
    2.0 * same as f64 / (a.len() + b.len()) as f64
}

/// Ranges of old and new tokens that correspond.
#[derive(Clone, Debug, PartialEq, Eq)]
struct DiffSpan {
    old: Range<usize>,
    new: Range<usize>,
    is_change: bool,
}

fn spans(old: &[&str], new: &[&str]) -> Vec<DiffSpan> {
    let ops = capture_diff_slices(Algorithm::Myers, old, new);
    ops.iter()
        .map(|op| DiffSpan {
            old: op.old_range(),
            new: op.new_range(),
            is_change: op.tag() != DiffTag::Equal,
        })
        .collect()
}

/// Joins changes that have only a minor gap between them.
fn readable(spans: Vec<DiffSpan>, old: &[&str]) -> Vec<DiffSpan> {
    let mut joined: Vec<DiffSpan> = Vec::new();
    let mut spans = spans.into_iter().peekable();
    while let Some(span) = spans.next() {
        let between = joined.last().is_some_and(|last| last.is_change)
            && spans.peek().is_some_and(|next| next.is_change)
            && is_minor_gap(&old[span.old.clone()]);
        match joined.last_mut() {
            Some(last) if last.is_change && (span.is_change || between) => {
                last.old.end = span.old.end;
                last.new.end = span.new.end;
            }
            _ => joined.push(span),
        }
    }
    joined
}

/// Returns whether tokens are only blanks within a line, or one word of up to three letters.
fn is_minor_gap(tokens: &[&str]) -> bool {
    let breaks = tokens.iter().any(|token| token.contains('\n'));
    let words: Vec<&&str> = tokens.iter().filter(|token| !is_blank(token)).collect();
    !breaks && (words.is_empty() || (words.len() == 1 && words[0].chars().count() <= 3))
}

/// Returns the text of a range of tokens.
fn joined<'a>(text: &'a str, tokens: &[&'a str], range: &Range<usize>) -> &'a str {
    let length = |tokens: &[&str]| tokens.iter().map(|token| token.len()).sum::<usize>();
    let start = length(&tokens[..range.start]);
    &text[start..start + length(&tokens[range.clone()])]
}

/// Returns whether a token is only whitespace.
pub(super) fn is_blank(token: &str) -> bool {
    token.chars().all(char::is_whitespace)
}

/// Cuts a text into tokens. Concatenated, they are the text.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match whole(rest) {
            Some(length) => length,
            None if first.is_whitespace() => end_of(rest, char::is_whitespace),
            None if is_word(first) => word(rest),
            None => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// Returns the length of a template tag or citation at the start of a text.
fn whole(text: &str) -> Option<usize> {
    let (open, close) = match text.as_bytes() {
        [b'{', b'{', b'{', ..] => ("{{{", "}}}"),
        [b'{', b'{', ..] => ("{{", "}}"),
        [b'[', b'@', ..] => ("[@", "]"),
        _ => return None,
    };
    let end = text[open.len()..].find(close)?;
    Some(open.len() + end + close.len())
}

/// Returns the length of a word: letters and digits, and inside it hyphens, apostrophes, points and
/// commas.
fn word(text: &str) -> usize {
    let mut end = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let joins = matches!(character, '-' | '\'' | '’' | '.' | ',' | '\u{2011}')
            && characters.peek().is_some_and(|(_, next)| is_word(*next));
        if !is_word(character) && !joins {
            break;
        }
        end = at + character.len_utf8();
    }
    end
}

/// Returns whether a character is a letter, a digit or a combining mark. Punctuation beyond ASCII
/// is in three blocks of Unicode.
fn is_word(character: char) -> bool {
    let mark = || {
        !character.is_ascii()
            && !character.is_whitespace()
            && !matches!(character, '\u{a1}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}')
    };
    character.is_alphanumeric() || mark()
}

fn end_of(text: &str, is_part: fn(char) -> bool) -> usize {
    text.find(|character| !is_part(character))
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes `a [-b-]{+c+} d`.
    fn shown(old: &str, new: &str) -> String {
        words(old, new)
            .iter()
            .map(|change| match change {
                Change::Same(text) => (*text).to_owned(),
                Change::Removed(text) => format!("[-{text}-]"),
                Change::Added(text) => format!("{{+{text}+}}"),
            })
            .collect()
    }

    #[test]
    fn words_are_compared_whole() {
        assert_eq!(
            shown("Take 10 mg at night.", "Take 20 mg at night."),
            "Take [-10-]{+20+} mg at night."
        );
        assert_eq!(shown("It helps.", "It helps a lot."), "It helps{+ a lot+}.");
        assert_eq!(shown("", "New."), "{+New.+}");
        assert_eq!(shown("Same.", "Same."), "Same.");
        assert_eq!(
            shown("1,000 steps", "1,500 steps"),
            "[-1,000-]{+1,500+} steps"
        );
    }

    #[test]
    fn minor_gaps_are_part_of_changes() {
        assert_eq!(
            shown("walk to the shop", "run to the gym"),
            "[-walk-]{+run+} to the [-shop-]{+gym+}"
        );
        assert_eq!(
            shown("big old house", "small new house"),
            "[-big old-]{+small new+} house"
        );
        assert_eq!(
            shown("walk a mile now", "run a lap now"),
            "[-walk a mile-]{+run a lap+} now"
        );
    }

    #[test]
    fn tags_and_citations_are_one_word() {
        assert_eq!(
            shown("Call {{clinic.phone}}.", "Call {{clinic.name}}."),
            "Call [-{{clinic.phone}}-]{+{{clinic.name}}+}."
        );
        assert_eq!(
            shown("So [@a-2020].", "So [@a-2020; @b-2021]."),
            "So [-[@a-2020]-]{+[@a-2020; @b-2021]+}."
        );
        assert_eq!(
            tokens("{{#if x}}a{{/if}} {{ b"),
            ["{{#if x}}", "a", "{{/if}}", " ", "{", "{", " ", "b"]
        );
    }

    #[test]
    fn likeness_tells_texts_apart() {
        assert!(
            similarity(
                "Get up at the same time.",
                "Get up at the same time each day!"
            ) > 0.8
        );
        assert!(similarity("Get up at the same time.", "Call us at night.") < 0.4);
        assert!((similarity("", "") - 1.0).abs() < f64::EPSILON);
    }

    fn text() -> impl Strategy<Value = String> {
        "([a-d]{1,2}|[ \n.]|\\{\\{a\\}\\}|\\[@a\\]|\\{|å|\u{301}){0,24}"
    }

    proptest! {
        #[test]
        fn a_difference_holds_all_of_both_texts(old in text(), new in text()) {
            let changes = words(&old, &new);
            let part = |leave: fn(&Change) -> bool| -> String {
                changes.iter().filter(|change| !leave(change)).map(|change| match change {
                    Change::Same(text) | Change::Removed(text) | Change::Added(text) => *text,
                }).collect()
            };
            prop_assert_eq!(part(|change| matches!(change, Change::Added(_))), old.as_str());
            prop_assert_eq!(part(|change| matches!(change, Change::Removed(_))), new.as_str());
        }

        #[test]
        fn tokens_make_up_the_text(text in "\\PC{0,40}|([ \n{}@a\\[\\]]){0,40}") {
            prop_assert_eq!(tokens(&text).concat(), text);
        }
    }
}
