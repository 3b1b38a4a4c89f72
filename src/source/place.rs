//! From a place in a value to bytes, line and column of its file.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::scalar;
use super::tree::{self, YamlContent, YamlNode};
use crate::finding::{Place, PlaceTarget};
use crate::source_file::{Route, SourceFile};

/// A range of a file. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) bytes: Range<usize>,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) end_line: usize,
    /// The column after the last character.
    pub(crate) end_column: usize,
}

/// Finds places, and parses each file once.
#[derive(Debug, Default)]
pub(crate) struct Locator {
    files: Vec<LocatedFile>,
}

#[derive(Debug)]
struct LocatedFile {
    file: Arc<SourceFile>,
    /// Byte at which each line starts.
    lines: Vec<usize>,
    tree: OnceCell<Option<YamlNode>>,
}

/// Locates a single place; see [`Locator::locate`].
pub(crate) fn locate(place: &Place) -> Option<Location> {
    Locator::default().locate(place)
}

impl Locator {
    /// Locates a place; `None` if it is a whole file. A route that leads nowhere gives the place of
    /// the deepest value on it.
    pub(crate) fn locate(&mut self, place: &Place) -> Option<Location> {
        if let PlaceTarget::File = place.target {
            return None;
        }
        let text = &place.file.text;
        let file = self.file(&place.file);
        let bytes = match &place.target {
            PlaceTarget::File => return None,
            PlaceTarget::Bytes(bytes) => bytes.clone(),
            PlaceTarget::Key(route) => follow(file.tree()?, route).0,
            PlaceTarget::Value(route, part) => {
                let (at, node) = follow(file.tree()?, route);
                match (node, part) {
                    (Some(node), Some(part)) => part_of(text, node, part),
                    (Some(node), None) => node.bytes.clone(),
                    (None, _) => at,
                }
            }
        };
        Some(location(text, bytes, &file.lines))
    }

    fn file(&mut self, file: &Arc<SourceFile>) -> &LocatedFile {
        let known = |known: &LocatedFile| Arc::ptr_eq(&known.file, file);
        let index = self.files.iter().position(known).unwrap_or_else(|| {
            let ends = file.text.match_indices('\n');
            self.files.push(LocatedFile {
                file: Arc::clone(file),
                lines: [0].into_iter().chain(ends.map(|(at, _)| at + 1)).collect(),
                tree: OnceCell::new(),
            });
            self.files.len() - 1
        });
        &self.files[index]
    }
}

impl LocatedFile {
    fn tree(&self) -> Option<&YamlNode> {
        let parse = || tree::tree(&self.file.text).ok().flatten();
        self.tree.get_or_init(parse).as_ref()
    }
}

/// Replaces numbers in `values` with their text in the file, as a price of `2.50` is not 2.5. `route` leads to the
/// values. Zero always becomes text, because conditions count the number 0 as false.
pub(crate) fn as_written(
    file: &SourceFile,
    route: &Route,
    values: Map<String, Value>,
) -> Map<String, Value> {
    fn has_numbers(value: &Value) -> bool {
        match value {
            Value::Number(_) => true,
            Value::Array(items) => items.iter().any(has_numbers),
            Value::Object(fields) => fields.values().any(has_numbers),
            _ => false,
        }
    }
    fn restore(value: &mut Value, node: &YamlNode) {
        match (value, &*node.content) {
            (Value::Array(items), YamlContent::List(nodes)) => {
                items
                    .iter_mut()
                    .zip(nodes)
                    .for_each(|(item, node)| restore(item, node));
            }
            (Value::Object(fields), YamlContent::Map(entries)) => {
                for (key, node) in entries {
                    if let Some(field) = key.scalar().and_then(|key| fields.get_mut(key)) {
                        restore(field, node);
                    }
                }
            }
            (value @ Value::Number(_), YamlContent::Scalar { value: written, .. })
                if value.as_f64() == Some(0.0) || format!("{value}") != *written =>
            {
                *value = Value::from(written.as_str());
            }
            _ => {}
        }
    }
    let mut values = Value::Object(values);
    if has_numbers(&values)
        && let Ok(Some(root)) = tree::tree(&file.text)
        && let (_, Some(node)) = follow(&root, route)
    {
        restore(&mut values, node);
    }
    match values {
        Value::Object(values) => values,
        _ => unreachable!("a map stays one"),
    }
}

/// Follows a route. Returns the bytes of its last key or item, and the value unless the route
/// breaks off.
fn follow<'a>(root: &'a YamlNode, route: &Route) -> (Range<usize>, Option<&'a YamlNode>) {
    let mut node = root;
    let mut at = root.bytes.start..root.bytes.start;
    for step in &route.0 {
        let Some((key, value)) = node.child(step) else {
            return (at, None);
        };
        at = key.bytes.clone();
        node = value;
    }
    (at, Some(node))
}

/// Returns the bytes of a part of a scalar's value; of the whole scalar where they are unknown.
fn part_of(text: &str, node: &YamlNode, part: &Range<usize>) -> Range<usize> {
    let YamlContent::Scalar { value, style } = &*node.content else {
        return node.bytes.clone();
    };
    scalar::locate(text, &node.bytes, *style, value, part).unwrap_or_else(|| node.bytes.clone())
}

/// Returns lines and columns of bytes. `lines` are the starts of the lines.
fn location(text: &str, bytes: Range<usize>, lines: &[usize]) -> Location {
    let start = text.floor_char_boundary(bytes.start);
    let end = text.floor_char_boundary(bytes.end).max(start);
    let count = |at: usize| {
        let line = lines.partition_point(|start| *start <= at);
        (line, text[lines[line - 1]..at].chars().count() + 1)
    };
    let (line, column) = count(start);
    let (end_line, end_column) = count(end);
    Location {
        bytes: start..end,
        line,
        column,
        end_line,
        end_column,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::from_bytes;
    use crate::source_file::Step;

    /// Locates the first `words` in the value at `route`; returns the text there, its line and
    /// column.
    fn found(yaml: &str, route: &str, words: &str) -> (String, usize, usize) {
        let file = from_bytes(yaml.as_bytes(), "test.yaml".to_owned(), None).unwrap();
        let route =
            route
                .split('.')
                .filter(|key| !key.is_empty())
                .fold(Route::default(), |route, key| {
                    key.parse()
                        .map_or_else(|_| route.key(key), |index| route.index(index))
                });
        let value: serde_yaml::Value = serde_yaml::from_str(yaml).unwrap();
        let value = route.0.iter().fold(&value, |value, step| match step {
            Step::Key(key) => &value[key.as_str()],
            Step::Index(index) => &value[*index],
        });
        let value = value.as_str().unwrap();
        let at = value.find(words).unwrap();
        let target = PlaceTarget::Value(route, Some(at..at + words.len()));
        let location = locate(&Place {
            file: Arc::clone(&file),
            target,
        })
        .unwrap();
        (
            file.text[location.bytes].to_owned(),
            location.line,
            location.column,
        )
    }

    #[track_caller]
    fn finds(yaml: &str, route: &str, words: &str, line: usize, column: usize) {
        assert_eq!(found(yaml, route, words), (words.to_owned(), line, column));
    }

    #[test]
    fn finds_words_in_plain_scalars() {
        finds("a: one two\n", "a", "two", 1, 8);
        finds("å: ett två tre\n", "å", "tre", 1, 12);
        finds("a: one\n  two\n\n  three four\nb: 1\n", "a", "four", 4, 9);
        finds("l: [x, [one two]]\n", "l.1.0", "two", 1, 13);
    }

    #[test]
    fn finds_words_in_quoted_scalars() {
        finds("a: 'it''s two'\n", "a", "two", 1, 11);
        finds("a: \"\\u00e9 \\\"b\\\" \\t two\"\n", "a", "two", 1, 21);
        finds("a: \"one \\\n  two\n  three\"\n", "a", "three", 3, 3);
        finds("a: 'one\n\n  two  \n  three'\n", "a", "three", 4, 3);
    }

    #[test]
    fn finds_words_in_block_scalars() {
        finds(
            "a:\n  b: |\n    one\n\n      two\n    three\nc: 1\n",
            "a.b",
            "two",
            5,
            7,
        );
        finds(
            "a:\n  b: |\n    one\n\n      two\n    three\nc: 1\n",
            "a.b",
            "three",
            6,
            5,
        );
        finds(
            "a:\n  b: |-\n\n    one\n    två tre\n\n",
            "a.b",
            "tre",
            5,
            9,
        );
        finds("a:\n  b: |2+\n      one\n    two\n\n", "a.b", "two", 4, 5);
        finds("a:\r\n  b: |\r\n    one\r\n    two\r\n", "a.b", "two", 4, 5);
        finds("- |\n one\n two\n- three\n", "0", "two", 3, 2);
        finds(
            "- >\n one\n two\n\n three\n   four\n\n five six\n- three\n",
            "0",
            "six",
            8,
            7,
        );
        finds("a: >-\n  one\n  two\n  three\n", "a", "three", 4, 3);
        finds("a: >2\n     one\n  two\n", "a", "two", 3, 3);
        finds("a: >\n  one\n  two\nb: 1\n", "a", "two", 3, 3);
        finds(
            "a:\n  b: >2+\n    one\n\n    two\n  c: 1\n",
            "a.b",
            "two",
            5,
            5,
        );
        finds("a: | # why\n  one\n  two", "a", "two", 3, 3);
    }

    #[test]
    fn numbers_are_printed_as_they_are_written() {
        let yaml =
            "v: { fee: 2.50, room: 0x10, times: [10.30, 7], name: x, none: 0, free: 0.00 }\n";
        let file = from_bytes(yaml.as_bytes(), "test.yaml".to_owned(), None).unwrap();
        let values = serde_yaml::from_str::<Value>(yaml).unwrap()["v"]
            .as_object()
            .unwrap()
            .clone();
        let written = Value::Object(as_written(&file, &Route::default().key("v"), values));
        let expected = r#"{"fee":"2.50","room":"0x10","times":["10.30",7],"name":"x","none":"0","free":"0.00"}"#;
        assert_eq!(written.to_string(), expected);
    }

    #[test]
    fn finds_keys_items_and_missing_values() {
        let yaml = "a:\n  - b: 1\n    cd: 2\n";
        let file = from_bytes(yaml.as_bytes(), "test.yaml".to_owned(), None).unwrap();
        let at = |target| {
            let location = locate(&Place {
                file: Arc::clone(&file),
                target,
            })
            .unwrap();
            (location.line, location.column, location.end_column)
        };
        let item = Route::default().key("a").index(0);
        assert_eq!(at(PlaceTarget::Key(item.key("cd"))), (3, 5, 7));
        assert_eq!(at(PlaceTarget::Value(item.key("cd"), None)), (3, 9, 10));
        assert_eq!(at(PlaceTarget::Key(Route::default().key("a"))), (1, 1, 2));
        assert_eq!(at(PlaceTarget::Key(item.key("absent"))).0, 2);
    }
}
