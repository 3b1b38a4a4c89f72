//! A value of a YAML file replaced, and nothing else: comments, order, quotes and line endings of the
//! rest stay byte for byte.
//!
//! The value's own style is kept where it can hold the new words; else it is written as a block of lines,
//! and where that cannot stand, in double quotes. Whatever was written is read again: if any other value
//! of the file has changed, or the new one is not what it should be, there is no result rather than a
//! wrong one.

use std::ops::Range;

use saphyr_parser::ScalarStyle;

use super::tree::{Content, Node, tree};
use super::{PlainValue, Route, SourceFile, Step};

/// The file's text with another value at `route`; `None` if that cannot be without touching anything
/// else. Blanks at the ends of lines are not kept.
pub fn replace_value(file: &SourceFile, route: &Route, value: &PlainValue) -> Option<String> {
    let text = &file.text;
    let root = tree(text).ok()??;
    let (node, indent) = find(text, &root, route)?;
    let expected = expected(&root, &route.0, value)?;
    [Manner::AsBefore, Manner::Quoted]
        .into_iter()
        .find_map(|manner| {
            let mut edits = Vec::new();
            let editor = Editor {
                text,
                manner,
                line_break: if text.contains("\r\n") { "\r\n" } else { "\n" },
            };
            editor.value(node, value, indent, &mut edits)?;
            let edited = apply(text, edits)?;
            let read = tree(&edited).ok()??;
            (plain(&read) == expected).then_some(edited)
        })
}

/// How new words are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// In the style of the value that they replace, as far as it can hold them.
    AsBefore,
    /// In double quotes.
    Quoted,
}

/// Bytes and what comes in their place.
type Replacement = (Range<usize>, String);

/// The node at a route, and how far a block of its lines is indented.
fn find<'a>(text: &str, root: &'a Node, route: &Route) -> Option<(&'a Node, usize)> {
    let mut found = (root, 0);
    for step in &route.0 {
        found = match (&*found.0.content, step) {
            (Content::Map(entries), Step::Key(name)) => {
                let (key, value) = entries.iter().find(|(key, _)| key.scalar() == Some(name))?;
                (value, column(text, key.bytes.start) + 2)
            }
            (Content::List(items), Step::Index(index)) => {
                let item = items.get(*index)?;
                (item, column(text, dash(text, item)?) + 2)
            }
            _ => return None,
        };
    }
    Some(found)
}

/// What the whole file is to say.
fn expected(node: &Node, route: &[Step], value: &PlainValue) -> Option<PlainValue> {
    let Some((step, rest)) = route.split_first() else {
        return Some(tidy(value));
    };
    match (&*node.content, step) {
        (Content::Map(entries), Step::Key(name)) => {
            let mut is_found = false;
            let entries = entries.iter().map(|(key, inner)| {
                let inner = if key.scalar() == Some(name) && !is_found {
                    is_found = true;
                    expected(inner, rest, value)?
                } else {
                    plain(inner)
                };
                Some((key.scalar()?.to_owned(), inner))
            });
            let entries = entries.collect::<Option<Vec<_>>>()?;
            is_found.then_some(PlainValue::Map(entries))
        }
        (Content::List(items), Step::Index(at)) => {
            let items = items.iter().enumerate().map(|(index, item)| {
                if index == *at {
                    expected(item, rest, value)
                } else {
                    Some(plain(item))
                }
            });
            Some(PlainValue::List(items.collect::<Option<Vec<_>>>()?))
        }
        _ => None,
    }
}

/// What a node says, all scalars as text without blanks at the ends of lines.
fn plain(node: &Node) -> PlainValue {
    match &*node.content {
        Content::Scalar { value, .. } => PlainValue::Text(tidy_text(value)),
        Content::List(items) => PlainValue::List(items.iter().map(plain).collect()),
        Content::Map(entries) => PlainValue::Map(
            entries
                .iter()
                .map(|(key, value)| (key.scalar().unwrap_or("?").to_owned(), plain(value)))
                .collect(),
        ),
    }
}

fn tidy(value: &PlainValue) -> PlainValue {
    match value {
        PlainValue::Text(text) => PlainValue::Text(tidy_text(text)),
        PlainValue::Integer(number) => PlainValue::Text(number.to_string()),
        PlainValue::List(items) => PlainValue::List(items.iter().map(tidy).collect()),
        PlainValue::Map(entries) => PlainValue::Map(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), tidy(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn tidy_text(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned()
}

/// Makes replacements.
struct Editor<'a> {
    text: &'a str,
    manner: Manner,
    line_break: &'static str,
}

impl Editor<'_> {
    /// Has a node say something else.
    fn value(
        &self,
        node: &Node,
        value: &PlainValue,
        indent: usize,
        edits: &mut Vec<Replacement>,
    ) -> Option<()> {
        if plain(node) == tidy(value) {
            return Some(());
        }
        match (&*node.content, value) {
            (Content::Scalar { style, .. }, PlainValue::Text(text)) => {
                edits.push(self.scalar(node, *style, text, indent)?);
            }
            (Content::List(items), PlainValue::List(values)) if !self.is_flow(node) => {
                self.list(items, values, edits)?;
            }
            (Content::List(items), PlainValue::List(values)) => {
                edits.push((self.whole(node)?, self.flow_list(node, items, values)?));
            }
            (Content::Map(entries), PlainValue::Map(values))
                if entries.len() == values.len()
                    && entries
                        .iter()
                        .zip(values)
                        .all(|((key, _), (name, _))| key.scalar() == Some(name)) =>
            {
                for ((key, inner), (_, value)) in entries.iter().zip(values) {
                    self.value(inner, value, column(self.text, key.bytes.start) + 2, edits)?;
                }
            }
            _ => edits.push((self.whole(node)?, inline(value, self.manner))),
        }
        Some(())
    }

    fn is_flow(&self, node: &Node) -> bool {
        self.text[node.bytes.start..].starts_with(['[', '{'])
    }

    fn scalar(
        &self,
        node: &Node,
        style: ScalarStyle,
        text: &str,
        indent: usize,
    ) -> Option<Replacement> {
        let is_line = !text.trim_end().contains('\n');
        let bytes = self.whole(node)?;
        let written = match (self.manner, style) {
            (Manner::Quoted, _) | (_, ScalarStyle::DoubleQuoted) => quoted(text),
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
                // With the indentation in the header, the content may begin with blanks that count.
                if indicator.contains(|character: char| character.is_ascii_digit()) {
                    return None;
                }
                let first = content.lines().find(|line| !line.trim().is_empty());
                let indent = first.map_or(indent, |line| {
                    line.len() - line.trim_start_matches(' ').len()
                });
                self.block(&indicator.replace('>', "|"), comment, text, indent)
            }
        };
        Some((bytes, written))
    }

    /// A block of lines.
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

    /// The bytes of a node from its first sign to its last, of a block of lines with its header.
    fn whole(&self, node: &Node) -> Option<Range<usize>> {
        match &*node.content {
            Content::Scalar {
                style: ScalarStyle::Literal | ScalarStyle::Folded,
                ..
            } => block_of_lines(self.text, node.bytes.start),
            Content::Scalar {
                style: ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted,
                ..
            } => {
                let start = node.bytes.start;
                Some(start..start + quoted_length(&self.text[start..])?)
            }
            Content::List(items) if self.is_flow(node) => self.brackets(node, items.last()),
            Content::Map(entries) if self.is_flow(node) => {
                self.brackets(node, entries.last().map(|(_, value)| value))
            }
            _ => {
                let length = self.text[node.bytes.clone()].trim_end().len();
                Some(node.bytes.start..node.bytes.start + length)
            }
        }
    }

    /// The bytes of a list or map in brackets, from its last value on to the closing one: the parser's
    /// place goes on to what comes next.
    fn brackets(&self, node: &Node, last: Option<&Node>) -> Option<Range<usize>> {
        let start = node.bytes.start;
        let from = last.map_or(Some(start + 1), |last| Some(self.whole(last)?.end))?;
        let between = self.text[from..]
            .find(|sign: char| !sign.is_whitespace() && !matches!(sign, ',' | ':'))?;
        let end = from + between;
        self.text[end..]
            .starts_with([']', '}'])
            .then_some(start..end + 1)
    }

    /// A list in block style: items at its ends that stay are left alone, those between are paired.
    fn list(
        &self,
        items: &[Node],
        values: &[PlainValue],
        edits: &mut Vec<Replacement>,
    ) -> Option<()> {
        let same = |item: &Node, value: &PlainValue| plain(item) == tidy(value);
        let front = items
            .iter()
            .zip(values)
            .take_while(|(item, value)| same(item, value))
            .count();
        let (old, new) = (&items[front..], &values[front..]);
        let back = old
            .iter()
            .rev()
            .zip(new.iter().rev())
            .take_while(|(item, value)| same(item, value))
            .count();
        let (old, new) = (&old[..old.len() - back], &new[..new.len() - back]);
        let first = dash(self.text, items.first()?)?;
        let at = column(self.text, first);
        let paired = old.len().min(new.len());
        for (item, value) in old.iter().zip(new) {
            self.value(item, value, at + 2, edits)?;
        }
        for item in &old[paired..] {
            let start = line_start(self.text, dash(self.text, item)?);
            edits.push((start..self.end_of_lines(item)?, String::new()));
        }
        if new.len() > paired {
            // After the item before, or else before the first.
            let place = match items[..front + paired].last() {
                Some(before) => self.end_of_lines(before)?,
                None => line_start(self.text, first),
            };
            let mut lines = String::new();
            if !self.text[..place].is_empty() && !self.text[..place].ends_with('\n') {
                lines.push_str(self.line_break);
            }
            for value in &new[paired..] {
                let item = inline(value, self.manner);
                lines.push_str(&format!("{}- {item}{}", " ".repeat(at), self.line_break));
            }
            edits.push((place..place, lines));
        }
        Some(())
    }

    /// After the line break that ends a node's last line.
    fn end_of_lines(&self, node: &Node) -> Option<usize> {
        let end = self.whole(node)?.end;
        Some(
            self.text[end..]
                .find('\n')
                .map_or(self.text.len(), |line_break| end + line_break + 1),
        )
    }

    /// A list in brackets, what stays in it as it is written.
    fn flow_list(&self, node: &Node, items: &[Node], values: &[PlainValue]) -> Option<String> {
        // A comment between the brackets would be lost.
        if self.text[self.whole(node)?].contains(" #") {
            return None;
        }
        let written =
            values.iter().map(
                |value| match items.iter().find(|item| plain(item) == tidy(value)) {
                    Some(item) => Some(self.text[self.whole(item)?].to_owned()),
                    None => Some(inline(value, Manner::Quoted)),
                },
            );
        Some(format!(
            "[{}]",
            written.collect::<Option<Vec<_>>>()?.join(", ")
        ))
    }
}

/// A value on one line.
fn inline(value: &PlainValue, manner: Manner) -> String {
    match value {
        PlainValue::Text(text) if manner == Manner::AsBefore && !text.trim_end().contains('\n') => {
            text.trim_end().to_owned()
        }
        PlainValue::Text(text) => quoted(text),
        PlainValue::Integer(number) => number.to_string(),
        PlainValue::Float(number) => number.to_string(),
        PlainValue::Bool(is_true) => is_true.to_string(),
        PlainValue::Null => "null".to_owned(),
        PlainValue::List(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| inline(item, Manner::Quoted))
                .collect();
            format!("[{}]", items.join(", "))
        }
        PlainValue::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", inline(value, Manner::Quoted)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// A text in double quotes (YAML 1.2.2, 5.7).
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.trim_end().chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => {
                out.push_str(&format!("\\u{:04x}", u32::from(control)))
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// The length of a text in quotes at the start of `text`, with its quotes.
fn quoted_length(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let mut signs = text.char_indices().skip(1).peekable();
    while let Some((at, sign)) = signs.next() {
        if sign == '\\' && quote == '"' {
            signs.next();
        } else if sign == quote
            && (quote == '"' || signs.next_if(|(_, next)| *next == quote).is_none())
        {
            return Some(at + 1);
        }
    }
    None
}

/// A block of lines whose content, or a blank line before it, stands at `start`: from its header to the
/// end of its last line that is not blank.
fn block_of_lines(text: &str, start: usize) -> Option<Range<usize>> {
    let content_line = line_start(text, start);
    let header_end = text[..content_line].trim_end().len();
    let header_line = line_start(text, header_end);
    let line = &text[header_line..header_end];
    let is_header = |rest: &str| {
        let rest = rest
            .trim_start_matches(['|', '>'])
            .trim_start_matches(['+', '-', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        rest.is_empty() || rest.trim_start().starts_with('#') && rest.starts_with([' ', '\t'])
    };
    let header = line.char_indices().find_map(|(at, character)| {
        let is_sign = matches!(character, '|' | '>') && line[..at].ends_with([' ', '\t']);
        (is_sign && is_header(&line[at..])).then_some(header_line + at)
    })?;
    let mut end = header_end;
    let mut indent = None;
    let mut at = header_end + text[header_end..].find('\n')? + 1;
    for line in text[at..].split_inclusive('\n') {
        let content = line.trim_end();
        if !content.is_empty() {
            let depth = content.len() - content.trim_start_matches(' ').len();
            if depth < *indent.get_or_insert(depth) || depth == 0 {
                break;
            }
            end = at + content.len();
        }
        at += line.len();
    }
    Some(header..end)
}

/// The hyphen that an item of a list begins with.
fn dash(text: &str, item: &Node) -> Option<usize> {
    let start = match &*item.content {
        Content::Scalar {
            style: ScalarStyle::Literal | ScalarStyle::Folded,
            ..
        } => block_of_lines(text, item.bytes.start)?.start,
        _ => item.bytes.start,
    };
    let before = text[..start].trim_end();
    before.ends_with('-').then(|| before.len() - 1)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at]
        .rfind('\n')
        .map_or(0, |line_break| line_break + 1)
}

/// How many characters stand before it on its line.
fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().count()
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
    fn replaced(yaml: &str, route: &str, value: &PlainValue) -> Option<String> {
        let file = from_bytes(yaml.as_bytes(), "clinic.yaml".to_owned(), None).unwrap();
        replace_value(&file, &at(route), value)
    }

    #[track_caller]
    fn writes(yaml: &str, route: &str, words: &str, edited: &str) {
        assert_eq!(
            replaced(yaml, route, &PlainValue::Text(words.to_owned())).as_deref(),
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
        let text = PlainValue::Text("y".to_owned());
        assert_eq!(replaced("a: &x one\nb: *x\n", "a", &text), None);
        assert_eq!(replaced("a: |2\n    one\n  two\n", "a", &text), None);
        assert_eq!(replaced("a: 1\n", "b", &text), None);
    }

    fn list(items: &[&str]) -> PlainValue {
        PlainValue::List(
            items
                .iter()
                .map(|item| PlainValue::Text((*item).to_owned()))
                .collect(),
        )
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
        let rows = PlainValue::List(vec![row(&["a", "c"]), row(&["d", ""])]);
        assert_eq!(
            replaced("l:\n  - [a, b]\n  - [d, '']\n", "l", &rows).as_deref(),
            Some("l:\n  - [a, \"c\"]\n  - [d, '']\n")
        );
        let item = PlainValue::Map(vec![
            ("text".to_owned(), PlainValue::Text("b".to_owned())),
            ("lines".to_owned(), PlainValue::Integer(2)),
        ]);
        assert_eq!(
            replaced(
                "l:\n  - { text: a, lines: 2 }\n",
                "l",
                &PlainValue::List(vec![item.clone()])
            )
            .as_deref(),
            Some("l:\n  - { text: b, lines: 2 }\n")
        );
        assert_eq!(
            replaced("l:\n  - a\n", "l", &PlainValue::List(vec![item])).as_deref(),
            Some("l:\n  - { text: \"b\", lines: 2 }\n")
        );
    }
}
