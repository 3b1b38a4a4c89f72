//! Explains why a value cannot be edited in place: the line, what is there, and what to write instead.

use super::extent::{extent, is_flow, line_start};
use super::tree;
use crate::source::tree::{YamlContent, YamlNode};
use crate::source_file::{Route, SourceFile};

/// What keeps the editor from changing a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Obstacle {
    /// Line of the file, from 1.
    pub(crate) line: usize,
    /// As in "a tab after the colon".
    pub(crate) what: &'static str,
    /// What to do in the file, as an order without a full stop.
    pub(crate) instead: &'static str,
}

/// Way of writing that the editor does not know, and what to write instead.
type Fault = (&'static str, &'static str);

const EXPLICIT_KEY: Fault = (
    "a key after a question mark",
    "Write the key and its value as `key: value`, without `?`",
);
const TAB: Fault = ("a tab after the colon", "Write a space in its place");
const TAG: Fault = (
    "a tag after the colon",
    "Take out the word that begins with `!`",
);
const ANCHOR: Fault = (
    "a name that begins with `&`",
    "Take it out, and write the words again where `*` takes them up",
);
const ALIAS: Fault = (
    "a name that begins with `*`",
    "Write the words themselves in its place",
);
const BRACKETS: Fault = (
    "brackets that go on over several lines",
    "Write each `key: value` on a line of its own, without brackets",
);
const UNKNOWN: Fault = (
    "a value that is written in an unusual way",
    "Write it as `key: value`, or as `key: |` with the words on the lines below",
);

/// Explains why a value at a route, or where one would be inserted, is not edited. Names the oddity that is nearest to
/// the value. `None` if the file has no values.
pub(crate) fn obstacle(file: &SourceFile, route: &Route) -> Option<Obstacle> {
    let text = &file.text;
    let at = |(at, (what, instead)): (usize, Fault)| Obstacle {
        line: text[..at].matches('\n').count() + 1,
        what,
        instead,
    };
    let root = match tree(text) {
        Ok(root) => root?,
        // Another parser has read the file.
        Err(error) => return Some(at(unread(text, error.place()))),
    };
    let mut node = &root;
    let mut way: Vec<(&YamlNode, &YamlNode)> = Vec::new();
    for step in &route.0 {
        let Some((key, value)) = node.child(step) else {
            break;
        };
        way.push((key, value));
        node = value;
    }
    let on_the_way = way
        .iter()
        .rev()
        .find_map(|(key, value)| fault_of_entry(text, key, value));
    let beside = || match &*node.content {
        YamlContent::Map(entries) => entries
            .iter()
            .rev()
            .find_map(|(key, value)| fault_of_entry(text, key, value)),
        _ => None,
    };
    let around = || is_over_lines(text, &root).then_some((root.bytes.start, BRACKETS));
    let deepest = || {
        let start = way
            .last()
            .map_or(root.bytes.start, |(key, _)| key.bytes.start);
        (start, UNKNOWN)
    };
    let found = on_the_way.or_else(beside).or_else(around);
    Some(at(found.unwrap_or_else(deepest)))
}

/// Returns the offset of the oddity at which a parser stopped, and what it is.
fn unread(text: &str, stop: usize) -> (usize, Fault) {
    let stop = stop.min(text.len());
    let end = text[stop..].find('\n').map_or(text.len(), |end| stop + end);
    match text[..end].rfind(":\t") {
        Some(colon) => (colon, TAB),
        None => (stop, UNKNOWN),
    }
}

/// Returns the offset of an oddity in an entry of a map, and what it is.
fn fault_of_entry(text: &str, key: &YamlNode, value: &YamlNode) -> Option<(usize, Fault)> {
    let start = key.bytes.start;
    let before = text[line_start(text, start)..start].trim_start();
    if before.starts_with('?') {
        return Some((start, EXPLICIT_KEY));
    }
    let end = extent(text, key)?.end;
    let line = text[end..].lines().next().unwrap_or_default();
    let written = line.trim_start().strip_prefix(':')?;
    let blanks = written.len() - written.trim_start().len();
    let fault = match &written[blanks..] {
        _ if written[..blanks].contains('\t') => TAB,
        mark if mark.starts_with('!') => TAG,
        mark if mark.starts_with('&') => ANCHOR,
        mark if mark.starts_with('*') => ALIAS,
        _ if is_over_lines(text, value) => BRACKETS,
        _ => return None,
    };
    Some((start, fault))
}

/// Whether a map or list is in brackets over several lines.
fn is_over_lines(text: &str, node: &YamlNode) -> bool {
    let is_collection = matches!(&*node.content, YamlContent::Map(_) | YamlContent::List(_));
    let bytes = extent(text, node).unwrap_or_else(|| node.bytes.clone());
    is_collection && is_flow(text, node) && text[bytes].contains('\n')
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::source::{from_bytes, set_value};

    /// Asserts that a value cannot be set, and returns why.
    #[track_caller]
    fn refused(yaml: &str) -> Obstacle {
        let file = from_bytes(yaml.as_bytes(), "clinic.yaml".to_owned(), None).unwrap();
        let route = Route::default().key("text").key("a");
        assert_eq!(set_value(&file, &route, &Value::from("one: two")), None);
        obstacle(&file, &route).unwrap()
    }

    #[test]
    fn names_the_line_and_what_to_write() {
        for (yaml, line, fault) in [
            ("name: A\ntext:\n  ? b\n  : one\n", 3, EXPLICIT_KEY),
            ("name: A\ntext:\n  a:\tone\n", 3, TAB),
            ("name: A\ntext:\n  b:\tone\n  c: 1\n", 3, TAB),
            ("name: A\ntext:\n  a: !!str |\n    one\n", 3, TAG),
            ("name: A\ntext:\n  a: &a one\nb: *a\n", 3, ANCHOR),
            ("base: &b\n  a: one\ntext: *b\n", 3, ALIAS),
            ("name: A\ntext: {\n  b: one,\n  c: two,\n}\n", 2, BRACKETS),
            ("name: A\ntext: words\n", 2, UNKNOWN),
        ] {
            let expected = Obstacle {
                line,
                what: fault.0,
                instead: fault.1,
            };
            assert_eq!(refused(yaml), expected, "{yaml}");
        }
    }
}
