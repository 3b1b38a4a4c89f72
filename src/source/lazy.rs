//! Large files of many entries, of which a run needs a few: the entries' places are found by their
//! indentation, and each is read when it is asked for.
//!
//! This works for files as people write them, with every entry at the start of a line. Any other YAML
//! is read whole.

use std::ops::Range;

/// The entries of a file whose top level is a map in block style, by key; `None` if it is not.
pub fn map_entries(text: &str) -> Option<Vec<(&str, Range<usize>)>> {
    let mut entries: Vec<(&str, Range<usize>)> = Vec::new();
    for (start, line) in lines(text) {
        match line.bytes().next() {
            None | Some(b' ' | b'#' | b'\t') => {}
            // A list below a key may stand at the same indentation.
            Some(b'-') if line.starts_with("- ") && !entries.is_empty() => {}
            Some(first) if first.is_ascii_alphanumeric() => {
                let end = line.find(':')?;
                let (key, rest) = (&line[..end], &line[end + 1..]);
                let plain = key
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.+/".contains(&byte));
                if !plain || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
                    return None;
                }
                close(&mut entries, start);
                entries.push((key, start..text.len()));
            }
            Some(_) => return None,
        }
    }
    (!has_anchors(text)).then_some(entries)
}

/// The entries of a file whose top level is a list in block style; `None` if it is not.
pub fn list_entries(text: &str) -> Option<Vec<Range<usize>>> {
    let mut entries: Vec<((), Range<usize>)> = Vec::new();
    for (start, line) in lines(text) {
        match line.bytes().next() {
            None | Some(b' ' | b'#' | b'\t') => {}
            Some(b'-') if line.starts_with("- ") => {
                close(&mut entries, start);
                entries.push(((), start..text.len()));
            }
            Some(_) => return None,
        }
    }
    (!has_anchors(text)).then(|| entries.into_iter().map(|(_, bytes)| bytes).collect())
}

fn close<K>(entries: &mut [(K, Range<usize>)], end: usize) {
    if let Some((_, bytes)) = entries.last_mut() {
        bytes.end = end;
    }
}

/// An alias in one entry may stand for something in another; better to think that there is one too often.
fn has_anchors(text: &str) -> bool {
    let after = |pattern: &str| text.contains(pattern);
    after(": &") || after(": *") || after("- &") || after("- *") || after("<<:")
}

/// Lines with the place where each starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let at = start;
        start += line.len() + 1;
        (at, line.strip_suffix('\r').unwrap_or(line))
    })
}
