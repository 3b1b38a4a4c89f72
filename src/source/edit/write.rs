//! Values written on one line of YAML.

use crate::source::ordered::PlainValue;

/// The quotes around new text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum QuoteStyle {
    /// Those of the value that is replaced, if the new text can be written so.
    AsBefore,
    Double,
}

/// Returns a value on one line.
pub(super) fn inline(value: &PlainValue, quotes: QuoteStyle) -> String {
    match value {
        PlainValue::Text(text)
            if quotes == QuoteStyle::AsBefore && !text.trim_end().contains('\n') =>
        {
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
                .map(|item| inline(item, QuoteStyle::Double))
                .collect();
            format!("[{}]", items.join(", "))
        }
        PlainValue::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", inline(value, QuoteStyle::Double)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
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
