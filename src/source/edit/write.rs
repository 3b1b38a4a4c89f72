//! Values written as YAML, on one line or on several.

use serde_json::Value;

use super::insert::EntryLayout;

/// The quotes around new text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum QuoteStyle {
    /// Those of the value that is replaced, if the new text can be written so.
    AsBefore,
    Double,
}

/// Returns a value on one line.
pub(super) fn inline(value: &Value, quotes: QuoteStyle) -> String {
    match value {
        Value::String(text)
            if quotes == QuoteStyle::AsBefore && !text.trim_end().contains('\n') =>
        {
            text.trim_end().to_owned()
        }
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| inline(item, QuoteStyle::Double))
                .collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", inline(value, QuoteStyle::Double)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
        scalar => scalar.to_string(),
    }
}

/// Returns a text in double quotes (YAML 1.2.2, 5.7).
pub(super) fn quoted(text: &str) -> String {
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

/// Returns the lines of a new entry in block style, without line breaks.
pub(super) fn block_entry(
    name: &str,
    value: &Value,
    indent: usize,
    layout: EntryLayout,
) -> Vec<String> {
    let blanks = " ".repeat(indent);
    let start = format!("{blanks}{}:", key(name));
    match value {
        Value::String(text) if layout == EntryLayout::Blocks && is_block(text) => {
            let mut lines = vec![format!("{start} |")];
            lines.extend(text.trim_end().lines().map(|line| match line.trim_end() {
                "" => String::new(),
                line => format!("{blanks}  {line}"),
            }));
            lines
        }
        Value::Array(items) if !items.is_empty() => {
            let items = items
                .iter()
                .map(|item| format!("{blanks}  - {}", one_line(item)));
            [start].into_iter().chain(items).collect()
        }
        Value::Object(entries) if !entries.is_empty() => {
            let entries = entries
                .iter()
                .flat_map(|(name, value)| block_entry(name, value, indent + 2, layout));
            [start].into_iter().chain(entries).collect()
        }
        value => vec![format!("{start} {}", one_line(value))],
    }
}

/// Whether a text is written as a block: YAML would otherwise need quotes around its lines.
fn is_block(text: &str) -> bool {
    let lines = text.trim_end();
    let is_plain = |mark: char| !mark.is_control() || mark == '\n';
    lines.contains('\n') && !text.starts_with([' ', '\n']) && text.chars().all(is_plain)
}

/// Returns a value on one line, in double quotes only if it needs them.
pub(super) fn one_line(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.trim_end().to_owned(),
        value => inline(value, QuoteStyle::Double),
    }
}

/// Returns a key with quotes if YAML could read it as something else.
fn key(name: &str) -> String {
    let is_plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .chars()
            .all(|mark| mark.is_ascii_alphanumeric() || matches!(mark, '-' | '_'))
        && !["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
            .contains(&name.to_ascii_lowercase().as_str());
    match is_plain {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// Whether a text begins with a mark that means something at the start of a value. Programs differ in where they
/// accept it.
pub(super) fn begins_with_mark(text: &str) -> bool {
    text.starts_with([
        '|', '>', '?', '!', '&', '*', '%', '@', '`', '"', '\'', '#', ',', '[', ']', '{', '}',
    ])
}

/// What YAML reads a text without quotes as, if not as text.
#[derive(PartialEq, Eq)]
enum PlainType {
    Nothing,
    Flag,
    Number,
}

fn plain_type(text: &str) -> Option<PlainType> {
    let text = text.trim();
    match text.to_ascii_lowercase().as_str() {
        "" | "~" | "null" => Some(PlainType::Nothing),
        "true" | "false" => Some(PlainType::Flag),
        _ => text.parse::<f64>().is_ok().then_some(PlainType::Number),
    }
}

/// Whether YAML reads a text without quotes as something else than the value that it replaces: a number, a flag or
/// nothing.
pub(super) fn loses_type(text: &str, replaced: &str) -> bool {
    match plain_type(text) {
        None => false,
        Some(PlainType::Nothing) => true,
        found => found != plain_type(replaced),
    }
}

/// Whether YAML reads a text of one line as that text, without quotes. Single words may be numbers, dates or flags.
fn is_plain(text: &str) -> bool {
    let text = text.trim_end();
    text.starts_with(char::is_alphabetic)
        && text.contains(' ')
        && !text.ends_with(':')
        && ![": ", " #"].iter().any(|mark| text.contains(mark))
        && !text.chars().any(char::is_control)
}
