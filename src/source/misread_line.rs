//! Lines of structure that YAML reads as text, so that no error shows them.
//!
//! - Keys without a space after their colon, as in `heading:What is it?`.
//! - Keys that are indented as far as the text above.
//! - Items that YAML joins to the line above.

use std::sync::Arc;

use saphyr_parser::ScalarStyle;

use super::tree::{self, YamlContent, YamlNode};
use crate::finding::{Finding, PlaceTarget};
use crate::source_file::SourceFile;

/// Reports lines of texts that begin with one of the `names` and a colon. Also reports items that are joined to
/// the line above.
pub(crate) fn misread_lines(file: &Arc<SourceFile>, names: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_in_file = |name: &&str| {
        let mut found = file.text.match_indices(*name);
        found.any(|(at, _)| stuck_key(&file.text[at..], names).is_some())
    };
    let is_suspect = names.iter().any(is_in_file)
        || has_key_in_block(&file.text, names)
        || has_joined_item(&file.text);
    if is_suspect && let Ok(Some(root)) = tree::tree(&file.text) {
        visit(&root, file, names, &mut findings);
    }
    findings
}

/// Returns whether the line of an item may be joined to the text on the line above.
fn has_joined_item(text: &str) -> bool {
    let mut above = (0, "");
    let mut has_folded = false;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        let is_below_text = indent >= above.0
            && !above.1.ends_with([':', '|'])
            && (!starts_item(above.1) || indent > above.0);
        if starts_item(content) && (has_folded || is_below_text) {
            return true;
        }
        has_folded |= is_folded(content);
        above = (indent, content);
    }
    false
}

/// Returns whether a line begins a text whose lines YAML joins.
fn is_folded(line: &str) -> bool {
    line.ends_with('>') || line.ends_with(">-") || line.ends_with(">+")
}

/// Returns whether a line begins with the mark of an item.
fn starts_item(line: &str) -> bool {
    let is_bullet = ["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark));
    is_bullet || is_numbered(line)
}

fn is_numbered(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - rest.len();
    (1..3).contains(&digits) && (rest.starts_with(". ") || rest.starts_with(") "))
}

/// Returns whether a line within a text of several lines begins with one of the `names` and a colon.
fn has_key_in_block(text: &str, names: &[&str]) -> bool {
    let mut block_indent = None;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        if block_indent.is_some_and(|block| indent <= block) {
            block_indent = None;
        }
        if block_indent.is_some() && key_of(content, names).is_some() {
            return true;
        }
        let header = content.trim_end_matches(|c: char| "+-".contains(c) || c.is_ascii_digit());
        if block_indent.is_none() && header.ends_with(['|', '>']) {
            block_indent = Some(indent);
        }
    }
    false
}

fn visit(node: &YamlNode, file: &Arc<SourceFile>, names: &[&str], findings: &mut Vec<Finding>) {
    match &*node.content {
        YamlContent::List(items) => {
            for item in items {
                visit(item, file, names, findings);
            }
        }
        YamlContent::Map(entries) => {
            for (key, value) in entries {
                visit(key, file, names, findings);
                visit(value, file, names, findings);
            }
        }
        YamlContent::Scalar { style, .. } => {
            match style {
                ScalarStyle::Plain => stuck_keys(node, file, names, findings),
                ScalarStyle::Literal | ScalarStyle::Folded => {
                    keys_in_block(node, file, names, findings);
                }
                _ => {}
            }
            if *style != ScalarStyle::Literal {
                joined_items(node, *style, file, findings);
            }
        }
    }
}

/// Lines of a scalar and their offsets in the file, without the blanks before them.
fn lines_of<'f>(
    node: &YamlNode,
    file: &'f SourceFile,
) -> impl Iterator<Item = (usize, &'f str)> + use<'f> {
    let mut start = node.bytes.start;
    let lines = file.text.get(node.bytes.clone()).unwrap_or_default();
    lines.split_inclusive('\n').map(move |line| {
        let words = line.trim_start();
        let at = start + line.len() - words.len();
        start += line.len();
        (at, words.trim_end())
    })
}

/// Reports the keys without a space after their colon.
fn stuck_keys(
    node: &YamlNode,
    file: &Arc<SourceFile>,
    names: &[&str],
    findings: &mut Vec<Finding>,
) {
    for (at, line) in lines_of(node, file) {
        if let Some(name) = stuck_key(line, names) {
            let help = format!("write `{name}: …`, or put the whole text in quotes");
            let finding =
                Finding::error("yaml-syntax", "a space is missing after the colon").help(help);
            findings.push(finding.at(file, PlaceTarget::Bytes(at..at + name.len() + 1)));
        }
    }
}

/// Reports the keys that are indented as far as the text above them.
fn keys_in_block(
    node: &YamlNode,
    file: &Arc<SourceFile>,
    names: &[&str],
    findings: &mut Vec<Finding>,
) {
    for (at, line) in lines_of(node, file) {
        if let Some(name) = key_of(line, names) {
            let message =
                format!("`{name}:` is indented too far: it is read as part of the text above");
            let help = format!(
                "begin `{name}:` as far left as the name of that text; write `\\{name}:` if it is meant to \
                 be printed"
            );
            let finding = Finding::error("yaml-syntax", message).help(help);
            findings.push(finding.at(file, PlaceTarget::Bytes(at..at + name.len() + 1)));
        }
    }
}

/// Reports the first item that YAML joins to the line above.
fn joined_items(
    node: &YamlNode,
    style: ScalarStyle,
    file: &Arc<SourceFile>,
    findings: &mut Vec<Finding>,
) {
    let column = |at: usize| at - file.text[..at].rfind('\n').map_or(0, |line| line + 1);
    // The line above, if YAML joins a line to it.
    let mut above: Option<(usize, &str)> = None;
    // Column of a folded text. Lines that are indented further stay lines.
    let mut text_column = None;
    for (at, line) in lines_of(node, file) {
        let is_header = at == node.bytes.start && style == ScalarStyle::Folded && is_folded(line);
        if style == ScalarStyle::Folded && !is_header && !line.is_empty() {
            text_column.get_or_insert(column(at));
        }
        let is_in_text = |at: usize| text_column.is_none_or(|text| text == column(at));
        let joins = |(start, _): &(usize, &str)| is_in_text(*start) && is_in_text(at);
        let item = match above.filter(joins) {
            // One number at the start of a line may be part of a sentence.
            Some((start, first)) if is_numbered(line) => is_numbered(first).then_some(start),
            Some(_) => starts_item(line).then_some(at),
            None => None,
        };
        if let Some(at) = item {
            let message = "this item is read as part of the text above it";
            let help = if style == ScalarStyle::Plain {
                "begin its mark directly below the mark of the item above; in a text, write `|` behind the \
                 colon"
            } else {
                "write `|` instead of `>` or quotes: then lines stay lines"
            };
            let finding = Finding::error("yaml-syntax", message).help(help);
            findings.push(finding.at(file, PlaceTarget::Bytes(at..at + 1)));
            return;
        }
        above = (!line.is_empty() && !is_header).then_some((at, line));
    }
}

/// Returns the name that a line consists of or begins with, before a colon and a space.
fn key_of<'n>(line: &str, names: &[&'n str]) -> Option<&'n str> {
    names.iter().copied().find(|name| {
        let rest = line
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(':'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    })
}

/// Returns the name that begins a line and has a colon without a space behind it.
fn stuck_key<'n>(line: &str, names: &[&'n str]) -> Option<&'n str> {
    names.iter().copied().find(|name| {
        let rest = line
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(':'));
        rest.and_then(|rest| rest.chars().next())
            .is_some_and(|next| !next.is_whitespace())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::from_bytes;

    fn reported(text: &str) -> Vec<usize> {
        let file = from_bytes(text.as_bytes(), "a.yaml".to_owned(), None).unwrap();
        let line = |finding: Finding| {
            let location = crate::source::locate(finding.place.as_ref().unwrap()).unwrap();
            location.line
        };
        let found = misread_lines(&file, &["heading", "body", "text", "locked"]);
        found.into_iter().map(line).collect()
    }

    #[test]
    fn finds_keys_in_every_position() {
        let text = "\
only:
  heading:What is it?
continued:
  body: Some words
    heading:What
flow: { a: heading:What, body:x: y }
items:
  - text:One
  - body:|
same: body:Words
last:
  locked:true
deeper:
  - One
    - two
word
  - three
";
        let text = text.replace("word\n", "list:\n  items\n  ");
        assert_eq!(reported(&text), [2, 5, 6, 6, 8, 9, 10, 12, 15, 18]);
    }

    #[test]
    fn finds_keys_and_items_that_are_read_as_text() {
        for (text, line) in [
            ("a:\n  body: |\n    One.\n    heading: More\n", 4),
            ("a:\n  body: |\n    One.\n    body: |\n      Two.\n", 4),
            ("a:\n  body: >-\n    One.\n\n    locked: true\n", 5),
            ("a:\n  items:\n    - |\n      One.\n      text: two\n", 5),
            ("a:\n  body: |\n    heading:\n      What\n", 3),
            ("a: >\n  - one\n  - two\n", 3),
            ("a: >\n  Bring:\n\n  1. one\n  2. two\n", 4),
            ("a: >\n  Bring:\n  * one\n", 3),
            ("a:\n  Bring:one\n  - one\n", 3),
            ("a: \"Bring\n  - one\n  - two\"\n", 2),
            ("a: 'Bring\n  + one'\n", 2),
        ] {
            assert_eq!(reported(text), [line], "{text}");
        }
        for text in [
            "a: >\n  Bring:\n\n    - one\n    - two\n",
            "a: >\n  We saw\n  12. Then we left.\n",
            "a: |\n  Bring:\n  - one\n  - two\n",
            "a: |\n  Take note: rest.\n  bodywork: x\n",
            "a:\n  body: |\n    One.\n  heading: More\n",
            "a: >\n  - one\n",
        ] {
            assert_eq!(reported(text), Vec::<usize>::new(), "{text}");
        }
    }

    #[test]
    fn leaves_texts_alone() {
        let text = "\
quoted: \"heading:What\"
heading: One
block: |
  body:text
link: https://a.example/body:x
words: see heading:What
";
        assert_eq!(reported(text), Vec::<usize>::new());
    }
}
