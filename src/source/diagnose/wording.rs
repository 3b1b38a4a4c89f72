//! Words for types and values in messages.

use crate::finding::joined;
use crate::source::tree::{YamlContent, YamlNode};

/// Returns a JSON Schema type in plain words.
pub(super) fn in_words(wanted: &str) -> &str {
    match wanted {
        "string" => "text",
        "object" => "a map",
        "array" => "a list",
        "boolean" => "`true` or `false`",
        "integer" => "a whole number",
        "number" => "a number",
        other => other,
    }
}

/// Quotes a scalar, cut to 40 characters; names the kind of anything else.
pub(super) fn described(node: &YamlNode) -> String {
    match &*node.content {
        YamlContent::Map(_) => "a map".to_owned(),
        YamlContent::List(_) => "a list".to_owned(),
        YamlContent::Scalar { value, .. } if value.is_empty() => "empty".to_owned(),
        YamlContent::Scalar { value, .. } => {
            let line = value.lines().next().unwrap_or_default();
            match line.char_indices().nth(40) {
                Some((end, _)) => format!("`{}…`", &line[..end]),
                None => format!("`{line}`"),
            }
        }
    }
}

/// Joins names as in `` `a`, `b` and `c` ``.
pub(super) fn listed(names: &[&str]) -> String {
    quoted(names, "and")
}

/// Joins names as in `` `a`, `b` or `c` ``.
pub(super) fn one_of(names: &[&str]) -> String {
    quoted(names, "or")
}

fn quoted(names: &[&str], word: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.is_empty() {
        true => "none".to_owned(),
        false => joined(&names, word),
    }
}
