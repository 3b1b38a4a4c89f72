//! Typewriter marks to typesetter's marks: quotes curl by the language's rule, three full stops
//! become an ellipsis, two hyphens a dash.

use crate::locale::Quotes;

/// Appends text with its marks set. `previous` is the character before it in the paragraph, and is
/// moved on.
pub fn push_set(text: &str, quotes: Quotes, previous: &mut Option<char>, out: &mut String) {
    out.reserve(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let opens = previous.is_none_or(|before| {
            before.is_whitespace()
                || matches!(before, '(' | '[' | '{' | '–' | '—' | '/' | '“' | '‘' | '«')
        });
        let set = match character {
            '"' if opens => quotes.double.0,
            '"' => quotes.double.1,
            // An apostrophe before a figure stands for left-out ones: the ’90s.
            '\'' if opens && !characters.peek().is_some_and(char::is_ascii_digit) => {
                quotes.single.0
            }
            '\'' => '’',
            '.' if characters.peek() == Some(&'.') => {
                let mut ahead = characters.clone();
                ahead.next();
                if ahead.next() == Some('.') {
                    characters.next();
                    characters.next();
                    '…'
                } else {
                    '.'
                }
            }
            '-' if characters.peek() == Some(&'-') => {
                characters.next();
                if characters.peek() == Some(&'-') {
                    characters.next();
                    '—'
                } else {
                    '–'
                }
            }
            other => other,
        };
        out.push(set);
        *previous = Some(set);
    }
}

/// Text with its marks set, as a paragraph of its own.
pub fn set(text: &str, quotes: Quotes) -> String {
    let mut out = String::with_capacity(text.len());
    push_set(text, quotes, &mut None, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    fn quotes(language: &str) -> Quotes {
        Locale::of(language).quotes
    }

    #[test]
    fn quotes_curl_by_language() {
        assert_eq!(
            set(r#"Say "it's 'early'" (the '90s)..."#, quotes("en")),
            "Say “it’s ‘early’” (the ’90s)…"
        );
        assert_eq!(set(r#"Säg "hej""#, quotes("sv")), "Säg ”hej”");
        assert_eq!(set(r#"Si "hei" -- nå"#, quotes("nb")), "Si «hei» – nå");
    }
}
