//! Changes one value in a YAML file and keeps all other bytes, with comments, order and quotes.
//!
//! 1. Write the new value in the old one's style. Text of several lines becomes a block scalar. A new key goes
//!    behind the last one of its map (`insert`), and a key goes with its own comments (`remove`).
//! 2. Parse the result. If any other value changed, try again with double quotes.
//! 3. If that fails, too, return nothing rather than a broken file.
//!
//! `unicode_breaks` restores Unicode's line breaks, which the reader of files replaces with spaces.

mod extent;
mod insert;
mod list;
mod obstacle;
mod remove;
mod unicode_breaks;
mod write;

use std::ops::Range;

use saphyr_parser::ScalarStyle;
use serde_json::Value;

use super::tree::{YamlContent, YamlNode, tree};
use crate::source_file::{Route, SourceFile, Step};
use extent::{column, dash, extent, is_flow};
pub(crate) use obstacle::{Obstacle, obstacle};
pub(crate) use unicode_breaks::with_unicode_breaks;
use write::{QuoteStyle, begins_with_mark, inline, loses_type, one_line, quoted};

/// Returns the file's text with another value at `route`; `None` if that would change anything
/// else. Blanks at the ends of lines are not kept.
pub(crate) fn replace_value(file: &SourceFile, route: &Route, value: &Value) -> Option<String> {
    let text = &file.text;
    let root = tree(text).ok()??;
    let (node, indent) = find(text, &root, route)?;
    let expected = expected(&root, route, value)?;
    if let Some(edited) = filled(text, &root, route, value)
        && plain(&tree(&edited).ok()??) == expected
    {
        return Some(edited);
    }
    [QuoteStyle::AsBefore, QuoteStyle::Double]
        .into_iter()
        .find_map(|quotes| {
            let mut edits = Vec::new();
            let editor = Editor {
                text,
                quotes,
                line_break: line_break_of(text),
            };
            editor.value(node, value, indent, &mut edits)?;
            let edited = apply(text, edits)?;
            let read = tree(&edited).ok()??;
            (plain(&read) == expected).then_some(edited)
        })
}

/// Returns the file's text with a value at `route`, where there may be none yet; `None` if that would change
/// anything else. Maps on the way are made.
pub(crate) fn set_value(file: &SourceFile, route: &Route, value: &Value) -> Option<String> {
    let root = tree(&file.text).ok()?;
    let exists = root
        .as_ref()
        .is_some_and(|root| node_at(root, route).is_some());
    if exists && let Some(edited) = replace_value(file, route, value) {
        return Some(edited);
    }
    // A value of another kind is written anew.
    match exists {
        true => {
            let without = remove::remove(&file.text, &root?, route)?;
            insert::insert(&without, tree(&without).ok()?.as_ref(), route, value)
        }
        false => insert::insert(&file.text, root.as_ref(), route, value),
    }
}

/// Returns the file's text without the key at `route` and its own comments; `None` if that would change anything
/// else. A map that would be empty goes, too.
pub(crate) fn remove_value(file: &SourceFile, route: &Route) -> Option<String> {
    let root = tree(&file.text).ok()??;
    remove::remove(&file.text, &root, route)
}

fn node_at<'a>(root: &'a YamlNode, route: &Route) -> Option<&'a YamlNode> {
    let mut steps = route.0.iter();
    steps.try_fold(root, |node, step| Some(node.child(step)?.1))
}

/// Returns the mark at the ends of lines.
fn line_break_of(text: &str) -> &'static str {
    match text.contains("\r\n") {
        true => "\r\n",
        false => "\n",
    }
}

/// Bytes and the text that replaces them.
type Replacement = (Range<usize>, String);

/// Returns the node at a route, and the indentation of a block scalar there.
fn find<'a>(text: &str, root: &'a YamlNode, route: &Route) -> Option<(&'a YamlNode, usize)> {
    let mut found = (root, 0);
    for step in &route.0 {
        let (key, value) = found.0.child(step)?;
        let start = match step {
            Step::Key(_) => key.bytes.start,
            Step::Index(_) => dash(text, value)?,
        };
        found = (value, column(text, start) + 2);
    }
    Some(found)
}

/// Returns the text with words behind a key that has no value; `None` if it has one.
fn filled(text: &str, root: &YamlNode, route: &Route, value: &Value) -> Option<String> {
    let (Step::Key(_), above) = route.0.split_last()? else {
        return None;
    };
    let map = node_at(root, &Route(above.to_vec()))?;
    let (key, node) = map.child(route.0.last()?)?;
    let YamlContent::Scalar {
        value: old,
        style: ScalarStyle::Plain,
    } = &*node.content
    else {
        return None;
    };
    let words = value.as_str().filter(|_| old.is_empty())?;
    let end = extent(text, key)?.end;
    let colon = end + text[end..].find(':')? + 1;
    if words.trim_end().contains('\n') {
        let line_end = text[colon..].find('\n').map_or(text.len(), |at| colon + at);
        let line_end = colon + text[colon..line_end].trim_end().len();
        let indent = column(text, key.bytes.start) + 2;
        let editor = Editor {
            text,
            quotes: QuoteStyle::AsBefore,
            line_break: line_break_of(text),
        };
        let lines = editor.block("", "", words, indent);
        return apply(
            text,
            vec![(colon..colon, " |".to_owned()), (line_end..line_end, lines)],
        );
    }
    apply(text, vec![(colon..colon, format!(" {}", one_line(value)))])
}

/// Returns the content of the whole file with `value` at `route`.
fn expected(root: &YamlNode, route: &Route, value: &Value) -> Option<Value> {
    let mut whole = plain(root);
    let mut at = &mut whole;
    for step in &route.0 {
        at = match step {
            Step::Key(name) => at.get_mut(name)?,
            Step::Index(index) => at.get_mut(index)?,
        };
    }
    *at = tidy(value);
    Some(whole)
}

/// Returns the content of a node, with all scalars as tidied text.
fn plain(node: &YamlNode) -> Value {
    match &*node.content {
        YamlContent::Scalar { value, .. } => Value::String(tidy_text(value)),
        YamlContent::List(items) => Value::Array(items.iter().map(plain).collect()),
        YamlContent::Map(entries) => Value::Object(
            entries
                .iter()
                .map(|(key, value)| (key.scalar().unwrap_or("?").to_owned(), plain(value)))
                .collect(),
        ),
    }
}

fn tidy(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(tidy_text(text)),
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(flag) => Value::String(flag.to_string()),
        Value::Array(items) => Value::Array(items.iter().map(tidy).collect()),
        Value::Object(entries) => Value::Object(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), tidy(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// Removes blanks at the ends of lines and blank lines at the end.
fn tidy_text(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned()
}

/// Collects the replacements that give nodes new values.
struct Editor<'a> {
    text: &'a str,
    quotes: QuoteStyle,
    line_break: &'static str,
}

impl Editor<'_> {
    fn value(
        &self,
        node: &YamlNode,
        value: &Value,
        indent: usize,
        edits: &mut Vec<Replacement>,
    ) -> Option<()> {
        if plain(node) == tidy(value) {
            return Some(());
        }
        match (&*node.content, value) {
            (YamlContent::Scalar { style, .. }, Value::String(text)) => {
                edits.push(self.scalar(node, *style, text, indent)?);
            }
            (YamlContent::List(items), Value::Array(values)) if !is_flow(self.text, node) => {
                self.list(items, values, edits)?;
            }
            (YamlContent::List(items), Value::Array(values)) => {
                edits.push((
                    extent(self.text, node)?,
                    self.flow_list(node, items, values)?,
                ));
            }
            (YamlContent::Map(entries), Value::Object(values))
                if entries
                    .iter()
                    .map(|(key, _)| key.scalar())
                    .eq(values.keys().map(|name| Some(name.as_str()))) =>
            {
                for ((key, inner), (_, value)) in entries.iter().zip(values) {
                    self.value(inner, value, column(self.text, key.bytes.start) + 2, edits)?;
                }
            }
            _ => edits.push((extent(self.text, node)?, inline(value, self.quotes))),
        }
        Some(())
    }

    fn scalar(
        &self,
        node: &YamlNode,
        style: ScalarStyle,
        text: &str,
        indent: usize,
    ) -> Option<Replacement> {
        let is_line = !text.trim_end().contains('\n');
        let bytes = extent(self.text, node)?;
        let written = match (self.quotes, style) {
            (QuoteStyle::Double, _) | (_, ScalarStyle::DoubleQuoted) => quoted(text),
            // Quote words that YAML would read as another type, and empty text.
            (_, ScalarStyle::Plain)
                if begins_with_mark(text) || loses_type(text, &self.text[bytes.clone()]) =>
            {
                quoted(text)
            }
            (_, ScalarStyle::Plain) if is_line => text.trim_end().to_owned(),
            (_, ScalarStyle::SingleQuoted) if is_line => {
                format!("'{}'", text.trim_end().replace('\'', "''"))
            }
            (_, ScalarStyle::Plain | ScalarStyle::SingleQuoted) => {
                self.block("|", "", text, indent)
            }
            (_, ScalarStyle::Literal | ScalarStyle::Folded) => {
                let header = &self.text[bytes.clone()];
                let (header, content) = header.split_once('\n')?;
                let (indicator, comment) = header
                    .trim_end()
                    .split_at(header.find([' ', '\t']).unwrap_or(header.trim_end().len()));
                // A header with a number allows content that begins with blanks.
                if indicator.contains(|character: char| character.is_ascii_digit()) {
                    return None;
                }
                let first = content.lines().find(|line| !line.trim().is_empty());
                let indent = first.map_or(indent, |line| {
                    line.len() - line.trim_start_matches(' ').len()
                });
                // A block without a line is nothing that could be taken out again.
                match text.trim().is_empty() {
                    true => format!("{}{comment}", quoted("")),
                    false => self.block(&indicator.replace('>', "|"), comment, text, indent),
                }
            }
        };
        Some((bytes, written))
    }

    /// Writes a block scalar.
    fn block(&self, indicator: &str, comment: &str, text: &str, indent: usize) -> String {
        let mut block = format!("{indicator}{comment}");
        for line in text.trim_end().lines() {
            block.push_str(self.line_break);
            let line = line.trim_end();
            if !line.is_empty() {
                block.push_str(&" ".repeat(indent));
                block.push_str(line);
            }
        }
        block
    }

    /// Writes a list in brackets, with the old text of items that stay.
    fn flow_list(&self, node: &YamlNode, items: &[YamlNode], values: &[Value]) -> Option<String> {
        // A comment between the brackets would be lost.
        if self.text[extent(self.text, node)?].contains(" #") {
            return None;
        }
        let written =
            values.iter().map(
                |value| match items.iter().find(|item| plain(item) == tidy(value)) {
                    Some(item) => Some(self.text[extent(self.text, item)?].to_owned()),
                    None => Some(inline(value, QuoteStyle::Double)),
                },
            );
        Some(format!(
            "[{}]",
            written.collect::<Option<Vec<_>>>()?.join(", ")
        ))
    }
}

fn apply(text: &str, mut edits: Vec<Replacement>) -> Option<String> {
    edits.sort_by_key(|(bytes, _)| (bytes.start, bytes.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (bytes, new) in edits {
        out.push_str(text.get(done..bytes.start)?);
        out.push_str(&new);
        done = bytes.end;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

#[cfg(test)]
mod property_tests;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::from_bytes;

    fn at(route: &str) -> Route {
        route.split('.').fold(Route::default(), |route, key| {
            key.parse()
                .map_or_else(|_| route.key(key), |index| route.index(index))
        })
    }

    #[track_caller]
    fn replaced(yaml: &str, route: &str, value: &Value) -> Option<String> {
        let file = from_bytes(yaml.as_bytes(), "clinic.yaml".to_owned(), None).unwrap();
        replace_value(&file, &at(route), value)
    }

    #[track_caller]
    fn writes(yaml: &str, route: &str, words: &str, edited: &str) {
        assert_eq!(
            replaced(yaml, route, &Value::String(words.to_owned())).as_deref(),
            Some(edited)
        );
    }

    #[test]
    fn scalars_keep_their_style_and_the_rest_its_bytes() {
        writes("a: one # why\nb: 2\n", "a", "two", "a: two # why\nb: 2\n");
        writes(
            "a: 'it''s'   # why\nb: 2\n",
            "a",
            "it's not",
            "a: 'it''s not'   # why\nb: 2\n",
        );
        writes(
            "{a: \"x\", b: [1]}",
            "a",
            "say \"y\"\nz",
            "{a: \"say \\\"y\\\"\\nz\", b: [1]}",
        );
        writes(
            "a:\n    b: |  # why\n       one\n       two\n\n\n# end\nc: 1\n",
            "a.b",
            "three\n\nfour\n",
            "a:\n    b: |  # why\n       three\n\n       four\n\n\n# end\nc: 1\n",
        );
        writes(
            "a: >-\n  one\n  two\nc: 1\n",
            "a",
            "three\nfour",
            "a: |-\n  three\n  four\nc: 1\n",
        );
        writes(
            "- |\n one\n two\n- three\n",
            "0",
            "four",
            "- |\n four\n- three\n",
        );
        writes("å: é # ö\nb: |\n  x", "b", "y", "å: é # ö\nb: |\n  y");
    }

    #[test]
    fn words_replace_nothing_and_nothing_replaces_words() {
        let text = "a: 1\n# mine\nb: # why\nc: ~ # not yet\nd: one\ne:\r\n  f:\n";
        writes(text, "b", "two", &text.replace("b:", "b: \"two\""));
        writes(text, "b", "two words", &text.replace("b:", "b: two words"));
        writes(text, "c", "two", &text.replace('~', "two"));
        writes(text, "c", "12", &text.replace('~', "\"12\""));
        writes(text, "c", "", &text.replace('~', "\"\""));
        writes(text, "d", "", &text.replace("one", "\"\""));
        writes(text, "a", "", &text.replace("a: 1", "a: \"\""));
        writes(text, "a", "2", &text.replace("a: 1", "a: 2"));
        writes(text, "a", "true", &text.replace("a: 1", "a: \"true\""));
        writes(
            "a:\n  b: # why\n  c: 1\n",
            "a.b",
            "two\n\nthree",
            "a:\n  b: | # why\n    two\n\n    three\n  c: 1\n",
        );
        writes("\"a: b\" :", "a: b", "x", "\"a: b\" : \"x\"");
        // A block without lines could not be taken out again.
        writes(
            "a: | # why\n  one\n  two\nb: 1\n",
            "a",
            "",
            "a: \"\" # why\nb: 1\n",
        );
        writes("a: {b: one}\n", "a.b", "|", "a: {b: \"|\"}\n");
    }

    #[test]
    fn line_endings_are_kept() {
        writes(
            "a: |\r\n  one\r\n  two\r\nb: 1\r\n",
            "a",
            "x\ny",
            "a: |\r\n  x\r\n  y\r\nb: 1\r\n",
        );
    }

    #[test]
    fn words_that_a_style_cannot_hold_get_another() {
        writes(
            "a: one\n",
            "a",
            "two: three # four",
            "a: \"two: three # four\"\n",
        );
        writes("a: one\nb: 1\n", "a", "x\n\ny", "a: |\n  x\n\n  y\nb: 1\n");
        writes(
            "{ a: one, b: 1 }\n",
            "a",
            "x\ny, z",
            "{ a: \"x\\ny, z\", b: 1 }\n",
        );
        writes(
            "a: |\n  one\nb: 1\n",
            "a",
            "  indented\nnot",
            "a: \"  indented\\nnot\"\nb: 1\n",
        );
        writes(
            "- a: one\n  b: 1\n",
            "0.a",
            "x\ny",
            "- a: |\n    x\n    y\n  b: 1\n",
        );
    }

    #[test]
    fn what_would_change_something_else_is_refused() {
        let text = Value::String("y".to_owned());
        assert_eq!(replaced("a: &x one\nb: *x\n", "a", &text), None);
        assert_eq!(replaced("a: |2\n    one\n  two\n", "a", &text), None);
        assert_eq!(replaced("a: 1\n", "b", &text), None);
    }

    fn list(items: &[&str]) -> Value {
        items.iter().copied().collect()
    }

    #[test]
    fn words_do_not_become_numbers() {
        let yaml = "l:\n- 01632 960 310 # first\nb: 1\n";
        let one = replaced(yaml, "l", &list(&["5550123"]));
        assert_eq!(one.as_deref(), Some("l:\n- \"5550123\" # first\nb: 1\n"));
        writes(yaml, "b", "2", "l:\n- 01632 960 310 # first\nb: 2\n");
    }

    #[test]
    fn items_are_replaced_added_and_taken_out() {
        let yaml =
            "l:\n  # first\n  - one # 1\n  - |\n    two\n    more\n  # third\n  - 'three'\nb: 1\n";
        let edited = |items: &[&str]| replaced(yaml, "l", &list(items)).unwrap();
        assert_eq!(
            edited(&["one", "two\nmore", "four"]),
            yaml.replace("three", "four")
        );
        assert_eq!(
            edited(&["one", "two\nmore", "three", "a: b"]),
            yaml.replace("'three'\n", "'three'\n  - \"a: b\"\n")
        );
        assert_eq!(
            edited(&["zero", "one", "two\nmore", "three"]),
            yaml.replace("  - one", "  - zero\n  - one")
        );
        assert_eq!(
            edited(&["one", "three"]),
            yaml.replace("  - |\n    two\n    more\n", "")
        );
        assert_eq!(
            edited(&["one", "x", "two\nmore", "three"]),
            yaml.replace("# 1\n", "# 1\n  - x\n")
        );
    }

    #[test]
    fn items_that_move_keep_their_comments() {
        let yaml = "l:\n  # about the list\n  - one # 1\n  # more\n  # about two\n  - |\n    two\n\n    more\n\n  - { text: three, lines: 3 } # 3";
        let three = |lines: u32| serde_json::json!({ "text": "three", "lines": lines });
        let edited = |items: Vec<Value>| replaced(yaml, "l", &Value::Array(items)).unwrap();
        assert_eq!(
            edited(vec!["two\n\nmore".into(), three(4), "one".into()]),
            "l:\n  # about the list\n  # more\n  # about two\n  - |\n    two\n\n    more\n\n  - { text: three, lines: 4 } # 3\n  - one # 1"
        );
    }

    #[test]
    fn items_go_with_their_comments() {
        let item =
            |name: &str| format!("  # about {name}\n  - name: {name} # {name}\n    tray: t\n");
        let start = "# file\nl: # list\n";
        let yaml = |names: &[&str]| {
            let items: String = names.iter().map(|name| item(name)).collect();
            format!("{start}{items}  # end\nb: 1\n")
        };
        let value = |names: &[&str]| {
            let values = names.iter();
            let values = values.map(|name| serde_json::json!({ "name": name, "tray": "t" }));
            Value::Array(values.collect())
        };
        let all = yaml(&["one", "two", "three"]);
        for left in [["two", "three"], ["one", "three"], ["one", "two"]] {
            let edited = replaced(&all, "l", &value(&left)).unwrap();
            assert_eq!(edited, yaml(&left));
        }
        // A comment with a blank line below it is about the list.
        let yaml = all.replace("l: # list\n", "l:\n  # about all\n\n");
        let edited = replaced(&yaml, "l", &value(&["three"])).unwrap();
        let expected = format!(
            "# file\nl:\n  # about all\n\n{}  # end\nb: 1\n",
            item("three")
        );
        assert_eq!(edited, expected);
    }

    #[test]
    fn lists_in_brackets_and_rows() {
        assert_eq!(
            replaced(
                "l: [one, 'two', three] # why\n",
                "l",
                &list(&["one", "two", "x, y"])
            )
            .as_deref(),
            Some("l: [one, 'two', \"x, y\"] # why\n")
        );
        let row = |cells: &[&str]| list(cells);
        let rows = Value::Array(vec![row(&["a", "c"]), row(&["d", ""])]);
        assert_eq!(
            replaced("l:\n  - [a, b]\n  - [d, '']\n", "l", &rows).as_deref(),
            Some("l:\n  - [a, \"c\"]\n  - [d, '']\n")
        );
        let item = serde_json::json!({ "text": "b", "lines": 2 });
        assert_eq!(
            replaced(
                "l:\n  - { text: a, lines: 2 }\n",
                "l",
                &Value::Array(vec![item.clone()])
            )
            .as_deref(),
            Some("l:\n  - { text: b, lines: 2 }\n")
        );
        assert_eq!(
            replaced("l:\n  - a\n", "l", &Value::Array(vec![item])).as_deref(),
            Some("l:\n  - { text: \"b\", lines: 2 }\n")
        );
    }
}
