//! Syntax errors in plain words, and limits that protect the recursive parser.

use std::ops::Range;

use handlebars::{TemplateError, TemplateErrorReason};

use super::{LARGEST_TEXT, Mistake};
use crate::finding::Finding;

const DEEPEST_NESTING: usize = 24;
/// Longest tag in bytes; comments may be longer.
const LONGEST_TAG: usize = 400;
/// Most tags of one text. The parser counts lines anew for each.
const MOST_TAGS: usize = 4000;

/// Checks size and depth before the parser runs. Refuses a tag if its end is uncertain, because it could
/// hide the depth of the blocks.
pub(super) fn check_limits(text: &str) -> Result<(), Mistake> {
    if text.len() > LARGEST_TEXT {
        return Err(too_large("this text is too long", 0..1));
    }
    // Number of branches of each open block. The tree nests an `else if` in the branch before.
    let mut open: Vec<usize> = Vec::new();
    let mut tags = 0;
    let mut offset = 0;
    while let Some(found) = text[offset..].find("{{") {
        let start = offset + found;
        let opening = start..start + 2;
        let rest = &text[start..];
        if text[..start].ends_with('\\') && !text[..start].ends_with("\\\\") {
            offset = start + if rest.starts_with("{{{{") { 4 } else { 2 };
            continue;
        }
        tags += 1;
        if tags > MOST_TAGS {
            return Err(too_large("this text has too many tags", opening));
        }
        if rest.starts_with("{{!") {
            let (prefix, close) = if rest.starts_with("{{!--") {
                ("{{!--", "--}}")
            } else {
                ("{{!", "}}")
            };
            let Some(length) = rest[prefix.len()..].find(close) else {
                let message = format!("the comment is not closed by `{close}`");
                return Err(unreadable(message, opening));
            };
            offset = start + prefix.len() + length + close.len();
            continue;
        }
        // The parser reports an unclosed tag.
        let Some(length) = rest.find("}}") else { break };
        let content = &rest[2..length];
        if length > LONGEST_TAG {
            return Err(too_large("this tag is too long", opening));
        } else if rest.starts_with("{{{{") || !is_plain(content) {
            return Err(unreadable("this tag cannot be read", opening));
        }
        let name = content.trim_start_matches(|c: char| c.is_whitespace() || "{~".contains(c));
        if name.trim_start_matches('#').starts_with('>') && name.contains('[') {
            // The grammar would read such a name to the end of the text.
            return Err(unreadable("this tag cannot be read", opening));
        }
        if name.starts_with('#') {
            open.push(1);
        } else if name.starts_with('/') {
            open.pop();
        } else if let Some(branches) = open.last_mut()
            && (name.starts_with("else") || name.starts_with('^'))
        {
            *branches += 1;
        }
        if open.iter().sum::<usize>() > DEEPEST_NESTING {
            return Err(too_large("blocks are nested too deep", opening));
        }
        offset = start + length + 2;
    }
    Ok(())
}

/// Returns whether the strings, names in brackets and braces of a tag end within the tag.
fn is_plain(content: &str) -> bool {
    let mut rest = content.trim_start_matches(['{', '~']);
    while let Some(start) = rest.find(['"', '\'', '[', '{']) {
        let delimiter = rest.as_bytes()[start];
        rest = &rest[start + 1..];
        let end = match delimiter {
            b'{' => None,
            b'[' => rest.find(']').filter(|&end| is_name(&rest[..end])),
            quote => string_length(rest, quote),
        };
        let Some(end) = end else { return false };
        rest = &rest[end + 1..];
    }
    true
}

/// Returns whether brackets contain a name, such as `patient's name`, and not a list of strings.
fn is_name(brackets: &str) -> bool {
    let is_string = |item: &str| item.trim_start().starts_with('\'');
    !brackets.contains(['"', '[']) && !brackets.split(',').any(is_string)
}

fn string_length(text: &str, quote: u8) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == quote && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })
}

fn too_large(message: &str, range: Range<usize>) -> Mistake {
    Mistake {
        finding: Finding::error("too-large", message),
        range,
    }
}

fn unreadable(message: impl Into<String>, range: Range<usize>) -> Mistake {
    let help = "write `{{clinic.name}}` or `{{#if clinic.email}} … {{/if}}`; for two literal braces, write `\\{{`";
    Mistake {
        finding: syntax_error(message).help(help),
        range,
    }
}

pub(super) fn syntax_error(message: impl Into<String>) -> Finding {
    Finding::error("template-syntax", message)
}

/// Turns an error of the parser into a mistake with its likely cause.
pub(super) fn explain(text: &str, error: &TemplateError) -> Mistake {
    let (message, start) = cause(text, error);
    let end = text[start..]
        .char_indices()
        .nth(2)
        .map_or(text.len(), |(index, _)| start + index);
    unreadable(message, start..end)
}

/// Returns the likely cause and its offset.
fn cause(text: &str, error: &TemplateError) -> (String, usize) {
    let at = error
        .pos()
        .map_or(0, |(line, column)| offset_of(text, line, column))
        .min(text.len());
    if let TemplateErrorReason::MismatchingClosedHelper(open, close) = error.reason() {
        return (
            format!("`{{{{#{open}}}}}` is closed by `{{{{/{close}}}}}`"),
            at,
        );
    }
    // The grammar reports how far it came; an unclosed tag or block is the likelier cause.
    let mut open: Vec<(usize, &str)> = Vec::new();
    let mut offset = 0;
    while let Some(found) = text[offset..].find("{{") {
        let start = offset + found;
        let Some(length) = text[start..].find("}}") else {
            return ("`{{` is not closed by `}}`".to_owned(), start);
        };
        let tag = text[start + 2..start + length].trim_matches(['~', ' ', '{']);
        if let Some(name) = tag.strip_prefix('#') {
            open.push((start, name.split_whitespace().next().unwrap_or("")));
        } else if tag.starts_with('/') && open.pop().is_none() {
            return (format!("`{{{{{tag}}}}}` closes nothing"), start);
        }
        offset = start + length + 2;
    }
    match open.pop() {
        Some((start, name)) => (
            format!("`{{{{#{name}}}}}` is not closed by `{{{{/{name}}}}}`"),
            start,
        ),
        None => (
            "this tag cannot be read".to_owned(),
            text[..at].rfind("{{").unwrap_or(at),
        ),
    }
}

/// Returns the byte offset of a line and column, both from 1, the column in characters.
pub(super) fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    text[start..]
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(text.len(), |(index, _)| start + index)
}
