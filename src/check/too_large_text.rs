//! `too-large`: letters with very many marks, and very long words. Laying them out takes quadratic memory.

use std::ops::Range;

use icu_segmenter::GraphemeClusterSegmenter;

use crate::finding::Finding;
use crate::resolve::Resolved;

/// Most characters of a grapheme cluster (UAX 29), such as a letter with its marks. Text in any language has
/// far fewer: the stream-safe format of UAX 15 allows 30 marks.
const MAX_CLUSTER: usize = 32;
/// Most characters without white space.
const MAX_WORD: usize = 5_000;

/// Finds the first letter or word of each text that is too large.
pub(crate) fn too_large_text(resolved: &Resolved) -> Vec<Finding> {
    let mut findings = Vec::new();
    for text in &resolved.texts {
        let words = text.as_str();
        let (message, help, range) = if let Some(range) = large_cluster(words) {
            (
                format!("a letter has more than {MAX_CLUSTER} marks"),
                "delete the marks: they may be invisible, or piled up on the letter",
                range,
            )
        } else if let Some(range) = large_word(words) {
            (
                format!("a word has more than {MAX_WORD} letters"),
                "write spaces between the words",
                range,
            )
        } else {
            continue;
        };
        let finding = Finding::error("too-large", message).help(help);
        findings.push(finding.in_place(text.place(range)));
    }
    findings
}

/// Returns the start of the first cluster with too many characters.
fn large_cluster(text: &str) -> Option<Range<usize>> {
    let is_long = |run: &str| run.chars().nth(MAX_CLUSTER - 1).is_some();
    // Only runs of other characters than ASCII can be so long.
    if text.is_ascii() || !text.split(|c: char| c.is_ascii()).any(is_long) {
        return None;
    }
    let mut start = 0;
    for end in GraphemeClusterSegmenter::new().segment_str(text).skip(1) {
        if text[start..end].chars().nth(MAX_CLUSTER).is_some() {
            let first = text[start..].chars().next().map_or(0, char::len_utf8);
            return Some(start..start + first);
        }
        start = end;
    }
    None
}

/// Returns the first letter of the first word with too many characters.
fn large_word(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for word in text.split(char::is_whitespace) {
        if word.len() > MAX_WORD && word.chars().nth(MAX_WORD).is_some() {
            let first = word.chars().next().map_or(0, char::len_utf8);
            return Some(start..start + first);
        }
        let after = &text[start + word.len()..];
        start += word.len() + after.chars().next().map_or(0, char::len_utf8);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_are_bounded_and_names_are_not() {
        let marks = |count| format!("é a{}", "\u{301}".repeat(count));
        assert_eq!(large_cluster(&marks(MAX_CLUSTER)), Some(3..4));
        assert_eq!(large_cluster(&marks(MAX_CLUSTER - 1)), None);
        let jamo = "\u{1100}".repeat(100);
        assert_eq!(large_cluster(&jamo), Some(0..3));
        let family = "👩\u{200d}".repeat(40) + "👩";
        assert_eq!(large_cluster(&family), Some(0..4));
        for text in [
            "Zoë",
            "नमस्ते दुनिया",
            "👩🏽\u{200d}⚕\u{fe0f}",
            &"é".repeat(1000),
        ] {
            assert_eq!(large_cluster(text), None, "{text}");
        }
    }

    #[test]
    fn words_are_bounded() {
        let word = "w".repeat(MAX_WORD);
        assert_eq!(large_word(&format!("a {word} b")), None);
        assert_eq!(large_word(&format!("a\u{a0}é {word}w b")), Some(6..7));
    }
}
