//! `{{> base}}`: a text or list inserts the one that it overrides.

use std::ops::Range;

use super::sourced_text::SourcedText;
use super::text_layers::Authored;
use crate::finding::Finding;
use crate::library::TextValue;

/// Returns whether a text contains `{{> base}}`.
pub(crate) fn has_base_tag(text: &str) -> bool {
    base_tag(text).is_some()
}

/// Returns the bytes of the first `{{> base}}` of a text.
pub(crate) fn base_tag(text: &str) -> Option<Range<usize>> {
    next_base_tag(text, 0)
}

/// Returns the topmost text. `found` are the values at one path, topmost first.
pub(super) fn compose_text(
    found: &[Authored<'_>],
    findings: &mut Vec<Finding>,
) -> Option<SourcedText> {
    let (top, below) = found.split_first()?;
    let text = top.text()?;
    let mut out = SourcedText::default();
    let mut copied_to = 0;
    let mut has_base = false;
    while let Some(tag) = next_base_tag(text.as_str(), copied_to) {
        out.push_copy(&text, copied_to..tag.start);
        if has_base {
            findings.push(text.locate(repeated_base(), tag));
            return Some(out);
        }
        has_base = true;
        match compose_text(below, findings) {
            Some(base) => push_base(&base, &text, &tag, &mut out),
            None => findings.push(text.locate(missing_base("text"), tag.clone())),
        }
        copied_to = tag.end;
    }
    out.push_copy(&text, copied_to..text.as_str().len());
    Some(out)
}

/// Inserts a base without the blanks around it. A tag alone on its line makes it a paragraph.
fn push_base(base: &SourcedText, text: &SourcedText, tag: &Range<usize>, out: &mut SourcedText) {
    let words = base.as_str();
    let start = words.len() - words.trim_start().len();
    let is_paragraph = is_alone_on_its_line(text.as_str(), tag);
    if is_paragraph {
        out.push_derived("\n\n", text, tag.clone());
    }
    out.push_copy(base, start..start + words.trim().len());
    if is_paragraph {
        out.push_derived("\n\n", text, tag.clone());
    }
}

/// Returns the items of the topmost list. An item that is `{{> base}}` inserts the items below.
pub(super) fn compose_list<'a>(
    found: &[Authored<'a>],
    findings: &mut Vec<Finding>,
) -> Vec<Authored<'a>> {
    let Some((top, below)) = found.split_first() else {
        return Vec::new();
    };
    let TextValue::List(items) = top.value else {
        return Vec::new();
    };
    let mut out = Vec::with_capacity(items.len());
    let mut has_base = false;
    for (index, value) in items.iter().enumerate() {
        let item = Authored {
            value,
            file: top.file,
            route: top.route.index(index),
        };
        let text = value.text().unwrap_or_default();
        let Some(tag) = next_base_tag(text, 0) else {
            out.push(item);
            continue;
        };
        let is_whole_item =
            text[..tag.start].trim().is_empty() && text[tag.end..].trim().is_empty();
        if has_base {
            findings.push(item.locate(repeated_base()));
        } else if !is_whole_item {
            let finding = Finding::error(
                "template-syntax",
                "`{{> base}}` inserts items, not a part of one",
            );
            findings.push(item.locate(finding.help("make it an item of its own")));
        } else {
            if below.is_empty() {
                findings.push(item.locate(missing_base("list")));
            }
            has_base = true;
            out.extend(compose_list(below, findings));
        }
    }
    out
}

/// A second base could double the text with every layer.
fn repeated_base() -> Finding {
    Finding::error("repeated-base", "`{{> base}}` appears a second time")
        .help("keep one: it inserts the whole text that this one overrides")
}

fn missing_base(kind: &str) -> Finding {
    let message = format!("there is no {kind} below for `{{{{> base}}}}` to insert");
    Finding::error("unknown-text", message)
        .help(format!("leave it out: this {kind} overrides none"))
}

/// Returns the next `{{> base}}` that is not in a comment.
fn next_base_tag(text: &str, from: usize) -> Option<Range<usize>> {
    let mut offset = from;
    while let Some(found) = text[offset..].find("{{") {
        let start = offset + found;
        let rest = &text[start..];
        let close = if rest.starts_with("{{!--") {
            "--}}"
        } else {
            "}}"
        };
        let end = start + rest.find(close)? + close.len();
        let inside = text[start + 2..end - 2].trim_matches('~').trim();
        if inside
            .strip_prefix('>')
            .is_some_and(|name| name.trim() == "base")
        {
            return Some(start..end);
        }
        // A tag may follow escaped braces, as in `\{{ {{> base}}`.
        offset = if rest.starts_with("{{!") {
            end
        } else {
            start + 2
        };
    }
    None
}

fn is_alone_on_its_line(text: &str, tag: &Range<usize>) -> bool {
    let before = text[..tag.start].rsplit('\n').next().unwrap_or("");
    let after = text[tag.end..].split('\n').next().unwrap_or("");
    before.trim().is_empty() && after.trim().is_empty()
}
