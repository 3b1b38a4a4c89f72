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
            // HTML forbids most control characters.
            control if control.is_control() && control != '\n' => {}
            other => out.push(other),
        }
    }
    out
}
