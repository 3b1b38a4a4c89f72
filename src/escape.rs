//! Escapes text for HTML and SVG.

/// Escapes a text for the content of an element, or for an attribute in double quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Words stay apart where a line broke.
            '\u{85}' | '\u{b}' | '\u{c}' => out.push(' '),
            // HTML forbids most control characters.
            control if control.is_control() && !matches!(control, '\n' | '\t') => {}
            other => out.push(other),
        }
    }
    out
}
