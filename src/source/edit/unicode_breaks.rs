//! Keeps Unicode's line breaks in an edited file. The reader replaces them with spaces: see
//! [`without_unicode_breaks`].

use std::borrow::Cow;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::source::without_unicode_breaks;

/// Returns an edited text, with the breaks of the file `raw` wherever the edit changed nothing. `edited` is an edit of
/// what [`without_unicode_breaks`] returns for `raw`.
pub(crate) fn with_unicode_breaks(raw: &str, edited: &str) -> String {
    let Cow::Owned(read) = without_unicode_breaks(raw) else {
        return edited.to_owned();
    };
    // A break and its spaces have the same number of bytes, so offsets agree in both texts.
    let old: Vec<&str> = read.split_inclusive('\n').collect();
    let new: Vec<&str> = edited.split_inclusive('\n').collect();
    let mut kept = String::with_capacity(edited.len());
    let mut at = 0;
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let length: usize = old[op.old_range()].iter().map(|line| line.len()).sum();
        let lines = &raw[at..at + length];
        at += length;
        match op.tag() {
            DiffTag::Equal => kept += lines,
            _ => kept += &in_lines(lines, &new[op.new_range()].concat()),
        }
    }
    kept
}

/// Returns edited lines, with the bytes of the file before and after the change.
fn in_lines(raw: &str, edited: &str) -> String {
    let read = without_unicode_breaks(raw);
    let (old, new) = (read.as_bytes(), edited.as_bytes());
    let is_edge = |at: usize, from_end: usize| {
        raw.is_char_boundary(at) && edited.is_char_boundary(edited.len() - from_end)
    };
    let both = old.iter().zip(new);
    let mut start = both.take_while(|(old, new)| old == new).count();
    while !(raw.is_char_boundary(start) && edited.is_char_boundary(start)) {
        start -= 1;
    }
    let both = old[start..].iter().rev().zip(new[start..].iter().rev());
    let mut end = both.take_while(|(old, new)| old == new).count();
    while !is_edge(raw.len() - end, end) {
        end -= 1;
    }
    let (before, after) = (&raw[..start], &raw[raw.len() - end..]);
    format!("{before}{}{after}", &edited[start..edited.len() - end])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::source::{Route, from_bytes, remove_value, replace_value, set_value};

    /// A file with all three breaks, in comments and in texts of all styles.
    const FILE: &str = "# About\u{2028}us\na: one\u{2028}two # a\u{85}b\nb: |\n  x\u{2029}y\n\n  z\u{85}z\nc: { d: \"e\u{2028}f\", g: h, i: 'j\u{2029}k' }\nl:\n  - m\u{2028}n\n  - o\n";

    fn route(path: &str) -> Route {
        path.split('.')
            .fold(Route::default(), |route, key| match key.parse::<usize>() {
                Ok(index) => route.index(index),
                Err(_) => route.key(key),
            })
    }

    #[test]
    fn only_what_is_edited_changes() {
        let file = from_bytes(FILE.as_bytes(), "clinic.yaml".to_owned(), None).unwrap();
        let words = json!("new words");
        for (path, old) in [
            ("a", "one\u{2028}two"),
            ("c.g", "h"),
            ("c.d", "\"e\u{2028}f\""),
        ] {
            let edited = replace_value(&file, &route(path), &words).unwrap();
            let written = with_unicode_breaks(FILE, &edited);
            let new = match path {
                "c.d" => "\"new words\"",
                _ => "new words",
            };
            assert_eq!(written, FILE.replacen(old, new, 1), "{path}");
            assert_eq!(without_unicode_breaks(&written), edited, "{path}");
        }
        let edited = replace_value(&file, &route("l.1"), &words).unwrap();
        let expected = FILE.replace("  - o\n", "  - new words\n");
        assert_eq!(with_unicode_breaks(FILE, &edited), expected);
        let edited = replace_value(&file, &route("b"), &json!("p\nq")).unwrap();
        let written = with_unicode_breaks(FILE, &edited);
        let expected = FILE.replace("  x\u{2029}y\n\n  z\u{85}z\n", "  p\n  q\n");
        assert_eq!(written, expected);
        let edited = set_value(&file, &route("r"), &words).unwrap();
        let expected = format!("{FILE}r: new words\n");
        assert_eq!(with_unicode_breaks(FILE, &edited), expected);
        let edited = remove_value(&file, &route("a")).unwrap();
        let expected = FILE.replace("a: one\u{2028}two # a\u{85}b\n", "");
        assert_eq!(with_unicode_breaks(FILE, &edited), expected);
    }

    #[test]
    fn a_file_without_breaks_is_as_edited() {
        assert_eq!(with_unicode_breaks("a: 1\n", "a: 2\n"), "a: 2\n");
    }
}
