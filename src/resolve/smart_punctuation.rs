//! Smart punctuation: quotes curl by the rule of the language, `...` becomes an ellipsis, `--` and `---`
//! become dashes.

use crate::locale::Quotes;

/// Appends a text with smart punctuation. `previous` is the last character of the paragraph so far.
pub(super) fn push_smart(
    text: &str,
    quotes: Quotes,
    previous: &mut Option<char>,
    out: &mut String,
) {
    out.reserve(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let opens = previous.is_none_or(|before| {
            before.is_whitespace()
                || matches!(before, '(' | '[' | '{' | '–' | '—' | '/' | '“' | '‘' | '«')
        });
        let smart = match character {
            '"' if opens => quotes.double.0,
            '"' => quotes.double.1,
            // An apostrophe replaces the first digits of a year, as in ’90s.
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
        out.push(smart);
        *previous = Some(smart);
    }
}

/// Returns a whole paragraph with smart punctuation.
pub(super) fn smarten(text: &str, quotes: Quotes) -> String {
    let mut out = String::with_capacity(text.len());
    push_smart(text, quotes, &mut None, &mut out);
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
            smarten(r#"Say "it's 'early'" (the '90s)..."#, quotes("en")),
            "Say “it’s ‘early’” (the ’90s)…"
        );
        assert_eq!(smarten(r#"Säg "hej""#, quotes("sv")), "Säg ”hej”");
        assert_eq!(smarten(r#"Si "hei" -- nå"#, quotes("nb")), "Si «hei» – nå");
    }
}
