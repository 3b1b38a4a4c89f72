//! Characters that nobody means to print: those that nobody sees, and letters that another encoding garbled.
//!
//! With invisible characters, paper shows a text in another way than files and screens do.
//!
//! Soft hyphens, joiners, zero-width spaces and the marks U+200E and U+200F do what their authors mean, and are
//! not among them.

use std::fmt;

use crate::finding::Finding;

/// What is wrong with a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// It changes the order of letters (Unicode UAX #9).
    Order,
    /// Programs show a blank, and nothing is printed.
    Blank,
    /// It controls a device, or was a letter in another encoding.
    Control,
    /// Nobody knows that it is there.
    Nothing,
    /// It is one of several letters that were one letter in UTF-8, as in `Ã©` for `é`.
    Garbled,
}

/// A character that nobody means to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HiddenMark {
    character: char,
    effect: Effect,
}

impl HiddenMark {
    /// Whether Latin letters and digits behind the mark run from right to left.
    pub(crate) fn reverses(self) -> bool {
        matches!(self.character, '\u{202b}' | '\u{202e}' | '\u{2067}')
    }

    /// Returns the warning about a mark; `what` has it, as in `this text`.
    pub(crate) fn finding(self, what: &str) -> Finding {
        let help = match self.effect {
            Effect::Blank => "type a space in its place, or delete it",
            Effect::Control => "delete it, or type the letter that is meant in its place",
            Effect::Garbled => "type the letter that is meant, and save the file as UTF-8",
            _ => "delete it, or type the words again: copied text brings such marks along",
        };
        Finding::warning("lost-mark", format!("{what} has {self}")).help(help)
    }
}

impl fmt::Display for HiddenMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.effect == Effect::Garbled {
            return f.write_str("garbled letters: a program read UTF-8 as another encoding");
        }
        let (kind, effect) = match self.effect {
            Effect::Order => ("an invisible mark", "which changes the order of letters"),
            Effect::Blank => ("a blank letter", "which prints as nothing"),
            Effect::Control => ("a control character", "which prints as nothing"),
            Effect::Nothing | Effect::Garbled => {
                ("an invisible character", "which prints as nothing")
            }
        };
        let code = u32::from(self.character);
        write!(f, "{kind} (U+{code:04X}), {effect}")
    }
}

/// Returns the first hidden mark of a text, and its byte. Line breaks and tabs are none.
pub(crate) fn hidden_mark(text: &str) -> Option<(usize, HiddenMark)> {
    let mut in_flag = false;
    text.char_indices().find_map(|(at, character)| {
        // A flag such as that of Wales has tags behind a black flag.
        let is_tag = matches!(character, '\u{e0020}'..='\u{e007f}');
        in_flag = character == '\u{1f3f4}' || in_flag && is_tag;
        let effect = match is_garbled(&text[at..]) {
            true => Effect::Garbled,
            false => effect(character).filter(|_| !in_flag)?,
        };
        Some((at, HiddenMark { character, effect }))
    })
}

/// Returns whether a text begins with letters such as `Ã©`, `Â°` and `â€™`.
fn is_garbled(text: &str) -> bool {
    let mut characters = text.chars();
    let is_one_of_two = match characters.next() {
        Some('Ã' | 'Â') => true,
        Some('â') => return text.starts_with("â€"),
        _ => false,
    };
    // Bytes 0x80 to 0xBF, as Windows-1252 and Latin-1 have them.
    let is_second =
        |c| matches!(c, '\u{80}'..='\u{bf}') || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(c);
    is_one_of_two && characters.next().is_some_and(is_second)
}

fn effect(character: char) -> Option<Effect> {
    let effect = match character {
        ' '..='~' | '\t'..='\r' | '\u{85}' => return None,
        _ if character.is_control() => Effect::Control,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Effect::Order,
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => Effect::Blank,
        '\u{180e}'
        | '\u{2061}'..='\u{2064}'
        | '\u{206a}'..='\u{206f}'
        | '\u{fff0}'..='\u{fff8}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}' => Effect::Nothing,
        _ => return None,
    };
    Some(effect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_change_what_is_printed_are_found() {
        for (mark, words) in [
            ('\u{202e}', "the order of letters"),
            ('\u{2069}', "the order of letters"),
            ('\u{3164}', "blank letter"),
            ('\u{92}', "control character"),
            ('\0', "control character"),
            ('\u{e0041}', "invisible character"),
            ('\u{180e}', "invisible character"),
        ] {
            let (at, found) = hidden_mark(&format!("a{mark}b")).unwrap();
            let message = found.finding("it").message;
            assert_eq!(at, 1);
            assert!(message.contains(words), "{message}");
        }
    }

    #[test]
    fn garbled_letters_are_found() {
        for text in ["CafÃ©", "20Â°C", "donâ€™t", "Ã…sa", "Â\u{a0}x", "RÃ\u{b8}d"] {
            let (_, mark) = hidden_mark(text).unwrap();
            assert!(mark.to_string().contains("garbled"), "{text}");
        }
        for text in [
            "Café", "NÃO", "Ângela", "”Å”", "âge", "São", "Ã", "10 €", "Âge",
        ] {
            assert_eq!(hidden_mark(text), None, "{text}");
        }
    }

    #[test]
    fn marks_that_authors_mean_are_none() {
        for text in [
            "a b\tc\r\nd",
            "Vår\u{ad}central",
            "a\u{200b}b\u{2060}c\u{feff}",
            "می\u{200c}خواهم",
            "\u{200f}כהן\u{200e}",
            "🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
            "葛\u{e0100}",
            "❤\u{fe0f}",
            "a\u{2028}b\u{85}c",
        ] {
            assert_eq!(hidden_mark(text), None, "{text:?}");
        }
        let behind_a_flag = "🏴\u{e0067}\u{e007f} \u{e0041}";
        assert!(hidden_mark(behind_a_flag).is_some());
    }
}
