//! Smart punctuation: quotes curl by the rule of the language, `...` becomes an ellipsis, `--` and `---`
//! become dashes. Addresses keep their characters.

use super::addresses::{addresses, split_addresses};
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
            '\'' if opens
                && !characters.peek().is_some_and(char::is_ascii_digit)
                && !is_short_word(characters.clone()) =>
            {
                quotes.single.0
            }
            '\'' => '’',
            '.' | '-' => {
                let mut count = 1;
                while characters.next_if_eq(&character).is_some() {
                    count += 1;
                }
                match (character, count) {
                    ('.', 3) => '…',
                    ('-', 2) => '–',
                    ('-', 3) => '—',
                    _ => {
                        // A longer row is a line to write on.
                        out.extend(std::iter::repeat_n(character, count - 1));
                        character
                    }
                }
            }
            other => other,
        };
        out.push(smart);
        // A quote before an isolated value opens, and one after it closes.
        if !matches!(smart, '\u{2066}'..='\u{2069}') {
            *previous = Some(smart);
        }
    }
}

/// Whether a short word follows whose first letters an apostrophe replaces, as in the names "van ’t Hoff" and
/// "’s-Gravenhage".
fn is_short_word(mut rest: impl Iterator<Item = char>) -> bool {
    matches!(rest.next(), Some('t' | 's' | 'n'))
        && rest
            .next()
            .is_some_and(|next| next == '-' || next.is_whitespace())
}

/// Returns a whole paragraph with smart punctuation.
pub(super) fn smarten(text: &str, quotes: Quotes) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = None;
    for (piece, is_address) in split_addresses(text, 0..text.len(), &addresses(text)) {
        if is_address {
            out.push_str(piece);
            previous = piece.chars().next_back();
        } else {
            push_smart(piece, quotes, &mut previous, &mut out);
        }
    }
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
        assert_eq!(
            smarten("Name: .......... Age: ----- End....", quotes("en")),
            "Name: .......... Age: ----- End...."
        );
        assert_eq!(
            smarten(r#"'Ask' "nora.o'brien@a--b.example"."#, quotes("en")),
            "‘Ask’ “nora.o'brien@a--b.example”."
        );
        assert_eq!(
            smarten(
                "Jan van 't Hoff of 's-Gravenhage, the letter 's'",
                quotes("en")
            ),
            "Jan van ’t Hoff of ’s-Gravenhage, the letter ‘s’"
        );
        assert_eq!(smarten(r#"Säg "hej""#, quotes("sv")), "Säg ”hej”");
        assert_eq!(smarten(r#"Si "hei" -- nå"#, quotes("nb")), "Si «hei» – nå");
    }
}
