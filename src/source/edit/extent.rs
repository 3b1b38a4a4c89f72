//! The exact bytes of a value in its file. The parser's places may end late.

use std::ops::Range;

use saphyr_parser::ScalarStyle;

use crate::source::tree::{YamlContent, YamlNode};

/// Returns whether a list or map is in brackets.
pub(super) fn is_flow(text: &str, node: &YamlNode) -> bool {
    text[node.bytes.start..].starts_with(['[', '{'])
}

/// Returns the bytes of a node from its first character to its last, including quotes and the
/// header of a block scalar.
pub(super) fn extent(text: &str, node: &YamlNode) -> Option<Range<usize>> {
    match &*node.content {
        YamlContent::Scalar {
            style: ScalarStyle::Literal | ScalarStyle::Folded,
            ..
        } => block_scalar(text, node.bytes.start),
        YamlContent::Scalar {
            style: ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted,
            ..
        } => {
            let start = node.bytes.start;
            Some(start..start + quoted_length(&text[start..])?)
        }
        YamlContent::List(items) if is_flow(text, node) => brackets(text, node, items.last()),
        YamlContent::Map(entries) if is_flow(text, node) => {
            brackets(text, node, entries.last().map(|(_, value)| value))
        }
        // The place of a list or map in lines ends behind the comments below it.
        YamlContent::List(_) | YamlContent::Map(_) => {
            let end = end_of_entry(text, node, node)?;
            let length = text.get(node.bytes.start..end)?.trim_end().len();
            Some(node.bytes.start..node.bytes.start + length)
        }
        YamlContent::Scalar { .. } => {
            let length = text[node.bytes.clone()].trim_end().len();
            Some(node.bytes.start..node.bytes.start + length)
        }
    }
}

/// Returns the bytes of a list or map in brackets whose last value is `last`.
fn brackets(text: &str, node: &YamlNode, last: Option<&YamlNode>) -> Option<Range<usize>> {
    let start = node.bytes.start;
    let from = last.map_or(Some(start + 1), |last| Some(extent(text, last)?.end))?;
    let between =
        text[from..].find(|mark: char| !mark.is_whitespace() && !matches!(mark, ',' | ':'))?;
    let end = from + between;
    text[end..]
        .starts_with([']', '}'])
        .then_some(start..end + 1)
}

/// Returns the offset after the line break that ends a node's last line.
pub(super) fn end_of_lines(text: &str, node: &YamlNode) -> Option<usize> {
    let end = extent(text, node)?.end;
    Some(
        text[end..]
            .find('\n')
            .map_or(text.len(), |line_break| end + line_break + 1),
    )
}

/// Returns the offset after the last line of an entry of a map. Comments below it are not part of it.
pub(super) fn end_of_entry(text: &str, key: &YamlNode, value: &YamlNode) -> Option<usize> {
    let end_of_line = |at: usize| {
        text[at..]
            .find('\n')
            .map_or(text.len(), |line_break| at + line_break + 1)
    };
    match &*value.content {
        YamlContent::Map(entries) if !is_flow(text, value) => {
            let (key, last) = entries.last()?;
            end_of_entry(text, key, last)
        }
        YamlContent::List(items) if !is_flow(text, value) => {
            let item = items.last()?;
            end_of_entry(text, item, item)
        }
        YamlContent::Scalar {
            value: words,
            style: ScalarStyle::Plain,
        } if words.is_empty() => Some(end_of_line(key.bytes.start)),
        _ => end_of_lines(text, value),
    }
}

/// Returns the length, with quotes, of the quoted scalar at the start of `text`.
fn quoted_length(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let mut marks = text.char_indices().skip(1).peekable();
    while let Some((at, mark)) = marks.next() {
        if mark == '\\' && quote == '"' {
            marks.next();
        } else if mark == quote
            && (quote == '"' || marks.next_if(|(_, next)| *next == quote).is_none())
        {
            return Some(at + 1);
        }
    }
    None
}

/// Returns the bytes of a block scalar from its header to the end of its last line that is not
/// blank. Its content, or a blank line before it, is at `start`.
fn block_scalar(text: &str, start: usize) -> Option<Range<usize>> {
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
        let is_mark = matches!(character, '|' | '>') && line[..at].ends_with([' ', '\t']);
        (is_mark && is_header(&line[at..])).then_some(header_line + at)
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

/// Returns the offset of the hyphen before a list item.
pub(super) fn dash(text: &str, item: &YamlNode) -> Option<usize> {
    let start = match &*item.content {
        YamlContent::Scalar {
            style: ScalarStyle::Literal | ScalarStyle::Folded,
            ..
        } => block_scalar(text, item.bytes.start)?.start,
        _ => item.bytes.start,
    };
    let before = text[..start].trim_end();
    before.ends_with('-').then(|| before.len() - 1)
}

/// Returns the offset of the start of the line.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at]
        .rfind('\n')
        .map_or(0, |line_break| line_break + 1)
}

/// Counts the characters before `at` on its line.
pub(super) fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().count()
}

/// Returns where the comments begin that are directly above a line and have its indentation: they are about what is
/// in the line. The comment at the start of a file is about the file.
pub(super) fn start_of_comments(text: &str, line: usize, indent: &str) -> usize {
    let mut start = line;
    while start > 0 {
        let above = line_start(text, start - 1);
        let is_own = text[above..start]
            .strip_prefix(indent)
            .is_some_and(|line| line.starts_with('#'));
        if !is_own {
            break;
        }
        start = above;
    }
    if start == 0 { line } else { start }
}
