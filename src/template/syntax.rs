//! Syntax errors in plain words, and limits that protect the recursive parser.

use std::ops::Range;

use handlebars::{TemplateError, TemplateErrorReason};

use super::{LARGEST_TEXT, Mistake};
use crate::finding::Finding;

const DEEPEST_NESTING: usize = 24;
/// Longest tag in bytes; comments may be longer.
const LONGEST_TAG: usize = 400;

/// Checks size and depth before the parser runs.
pub(super) fn check_limits(text: &str) -> Result<(), Mistake> {
    if text.len() > LARGEST_TEXT {
        return Err(too_large("this text is too long", 0..1));
    }
    let mut depth = 0usize;
    let mut offset = 0;
    while let Some(found) = text[offset..].find("{{") {
        let start = offset + found;
        let opening = start..start + 2;
        let rest = &text[start..];
        let length = rest.find("}}").map(|end| end + 2);
        if length.unwrap_or(rest.len()) > LONGEST_TAG && !rest.starts_with("{{!") {
            return Err(match length {
                Some(_) => too_large("this tag is too long", opening),
                None => Mistake {
                    finding: syntax_error("`{{` is not closed by `}}`"),
                    range: opening,
                },
            });
        }
        let name = rest[2..].trim_start_matches(['{', '~']);
        if name.starts_with('#') || name.starts_with("else") || name.starts_with('^') {
            depth += 1;
        } else if name.starts_with('/') {
            depth = depth.saturating_sub(1);
        }
        if depth > DEEPEST_NESTING {
            return Err(too_large("blocks are nested too deep", opening));
        }
        offset = start + 2;
    }
    Ok(())
}

fn too_large(message: &str, range: Range<usize>) -> Mistake {
    Mistake {
        finding: Finding::error("too-large", message),
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
    let finding = syntax_error(message).help(
        "write `{{clinic.name}}` or `{{#if clinic.email}} … {{/if}}`; for two literal braces, write `\\{{`",
    );
    Mistake {
        finding,
        range: start..end,
    }
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
