//! Texts and their differences as HTML, in words that people read.

use std::fmt::Write as _;

use super::words_text::{label, label_of_key};
use crate::customize::as_written::{AsWritten, chooses};
use crate::customize::difference::{Change, words};
use crate::customize::leaflet::{PartDifference, PartKind};
use crate::escape::escaped;
use crate::library::{Bibliography, Wording};
use crate::template;

/// Values that texts print, as people know them.
const CLINIC_VALUES: [(&str, &str); 7] = [
    ("phone", "our phone"),
    ("name", "our name"),
    ("emergency_number", "our emergency number"),
    ("crisis_line", "our crisis line"),
    ("email", "our e-mail"),
    ("hours", "our opening hours"),
    ("address", "our address"),
];

/// Returns a text with labels for citations and tags, as in `[NICE 2021]` and `[our phone]`.
pub(super) fn readable(text: &str, bibliography: &Bibliography) -> String {
    let mut shown = String::new();
    let mut rest = text;
    loop {
        let tag = [("{{", "}}"), ("[@", "]")]
            .into_iter()
            .filter_map(|(open, close)| {
                let start = rest.find(open)?;
                let length = rest[start..].find(close)? + close.len();
                Some((start, start + length))
            });
        let Some((start, end)) = tag.min() else {
            shown.push_str(rest);
            return shown.replace("**", "");
        };
        shown.push_str(&rest[..start]);
        let tag = &rest[start..end];
        shown.push_str(&match tag.strip_prefix("[@") {
            Some(keys) => cited(keys.trim_end_matches(']'), bibliography),
            None => tag_label(tag.trim_matches(['{', '}', ' '])),
        });
        rest = &rest[end..];
    }
}

/// Returns a text like [`readable`], with labels where it chooses between words, as in `[if first name]`.
pub(super) fn readable_with_choices(text: &str, bibliography: &Bibliography) -> String {
    let (mut shown, mut from) = (String::new(), 0);
    for range in template::tags(text) {
        let tag = text[range.clone()].trim_matches(['{', '}', '~', ' ']);
        let Some(label) = choice_label(tag) else {
            continue;
        };
        shown += &text[from..range.start];
        // The label is no part of the word beside it.
        let before = shown.ends_with(|letter: char| !letter.is_whitespace());
        let after = text[range.end..].starts_with(|letter: char| !letter.is_whitespace());
        let blank = |is_needed: bool| if is_needed { " " } else { "" };
        let _ = write!(shown, "{}[{label}]{}", blank(before), blank(after));
        from = range.end;
    }
    readable(&(shown + &text[from..]), bibliography)
}

/// Returns a label for a tag, without its braces, that chooses between words or ends the choice.
fn choice_label(tag: &str) -> Option<String> {
    let subject = |words: &str| match words.contains([' ', '(', '"', '\'']) {
        true => words.to_owned(),
        false => reader_label(words),
    };
    if let Some(words) = tag.strip_prefix("#if ") {
        return Some(format!("if {}", subject(words.trim())));
    }
    if let Some(words) = tag.strip_prefix("#unless ") {
        return Some(format!("if there is no {}", subject(words.trim())));
    }
    match tag {
        "else" | "^" => Some("otherwise".to_owned()),
        _ if tag.starts_with('/') => Some("end".to_owned()),
        _ if tag.starts_with(['!', '>']) => None,
        _ => chooses(tag).then(|| tag.trim_start_matches('#').to_owned()),
    }
}

/// Returns labels for the keys of a citation, as in `[NICE 2021; Choy 2015]`.
fn cited(keys: &str, bibliography: &Bibliography) -> String {
    let labels = keys.split(';').map(|key| {
        let key = key.trim().trim_start_matches('@');
        source_label(key, bibliography)
    });
    let labels: Vec<String> = labels.collect();
    format!("[{}]", labels.join("; "))
}

/// Returns a short name of a source: its first author and year, else the words of its key.
pub(super) fn source_label(key: &str, bibliography: &Bibliography) -> String {
    match bibliography.get(key) {
        Some(entry) => label(key, entry),
        None => label_of_key(key),
    }
}

/// Returns a label for a template tag.
fn tag_label(tag: &str) -> String {
    if tag.starts_with('>') {
        return "[the library’s text]".to_owned();
    }
    if tag.starts_with(['#', '/']) || tag == "else" {
        return String::new();
    }
    let name = tag.split_whitespace().next_back().unwrap_or(tag);
    let of_clinic = name.strip_prefix("clinic.").map(|name| {
        let known = CLINIC_VALUES.iter().find(|(known, _)| *known == name);
        let name = name.strip_prefix("vars.").unwrap_or(name);
        known.map_or_else(|| format!("our {name}"), |(_, label)| (*label).to_owned())
    });
    let label = of_clinic.unwrap_or_else(|| reader_label(name));
    format!("[{}]", label.replace(['_', '-'], " "))
}

/// Returns words for a value of the reader: "first name" for `patient.first_name`.
pub(super) fn reader_label(name: &str) -> String {
    let name = name.strip_prefix("patient.").unwrap_or(name);
    name.replace(['.', '_', '-'], " ")
}

/// Writes a text as HTML, with a mark around each citation: brackets that end in a year.
fn with_citations(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('[')
        && let Some(length) = rest[start..].find(']')
    {
        let (before, label) = (&rest[..start], &rest[start + 1..start + length]);
        let year = label.rsplit(' ').next().unwrap_or_default();
        let is_citation = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        html += &escaped(before);
        html += &match is_citation {
            true => format!("<span class=\"cite\">{}</span>", escaped(label)),
            false => escaped(&rest[start..=start + length]),
        };
        rest = &rest[start + length + 1..];
    }
    html + &escaped(rest)
}

/// Writes words that were added.
pub(super) fn added(text: &str) -> String {
    format!(
        "<ins><span class=\"vh\">Added: </span>{}</ins>",
        with_citations(text)
    )
}

/// Writes words that were left out.
pub(super) fn left_out(text: &str) -> String {
    format!(
        "<del><span class=\"vh\">Left out: </span>{}</del>",
        with_citations(text)
    )
}

/// Writes a text with what differs from an older one.
pub(super) fn difference(old: &str, new: &str) -> String {
    let changes = words(old, new);
    let html = changes.iter().map(|change| match change {
        Change::Same(text) => with_citations(text),
        Change::Added(text) | Change::Removed(text) if text.trim().is_empty() => {
            // A blank alone is no word to read out.
            match change {
                Change::Added(text) => escaped(text),
                _ => String::new(),
            }
        }
        Change::Removed(text) => left_out(text),
        Change::Added(text) => added(text),
    });
    html.collect()
}

/// Writes the parts of a block. Parts that are as in the library stay if they are beside a change.
pub(super) fn parts(parts: &[PartDifference]) -> String {
    let is_changed = |index: usize| parts.get(index).is_some_and(|part| part.old != part.new);
    let is_shown = |index: usize| {
        is_changed(index) || is_changed(index + 1) || index > 0 && is_changed(index - 1)
    };
    let (mut html, mut in_list, mut is_omitted) = (String::new(), false, false);
    for (index, part) in parts.iter().enumerate() {
        let is_item = part.kind == PartKind::Item && is_shown(index);
        if in_list != is_item {
            html += if is_item {
                "<ul class=\"dots\">"
            } else {
                "</ul>"
            };
            in_list = is_item;
        }
        if !is_shown(index) {
            if !is_omitted {
                html +=
                    "<p class=\"muted\">… <span class=\"vh\">Words as in the library</span></p>";
            }
            is_omitted = true;
            continue;
        }
        is_omitted = false;
        let old = part.old.as_deref().unwrap_or_default();
        let content = difference(old, part.new.as_deref().unwrap_or_default());
        html += &match part.kind {
            PartKind::Heading => format!("<h3>{content}</h3>"),
            PartKind::Paragraph | PartKind::Row => format!("<p>{content}</p>"),
            PartKind::Item => format!("<li>{content}</li>"),
        };
    }
    html + if in_list { "</ul>" } else { "" }
}

/// Writes a text with all the words that it may have.
pub(super) fn as_written(text: &AsWritten) -> String {
    let about = match text.depends_on.as_slice() {
        [] => String::new(),
        names => {
            let labels: Vec<String> = names.iter().map(|name| reader_label(name)).collect();
            format!(
                "<p class=\"muted\" lang=\"en\">This text depends on: {}. These are all its words.</p>",
                escaped(&labels.join(", "))
            )
        }
    };
    about + &parts(&text.parts)
}

/// Returns the lines of a wording, as people read them.
pub(super) fn lines(wording: &Wording, bibliography: &Bibliography) -> String {
    readable(&wording.to_lines(), bibliography)
}

/// Writes a text of several paragraphs or items, with what differs from an older one.
pub(super) fn paragraphs(old: &str, new: &str) -> String {
    let differences = crate::customize::leaflet::lines(old, new);
    let html = differences.iter().map(|part| {
        let old = part.old.as_deref().unwrap_or_default();
        let new = part.new.as_deref().unwrap_or_default();
        format!("<p>{}</p>", difference(old, new))
    });
    html.collect()
}
