//! Values written on one line of YAML.

use serde_json::Value;

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
