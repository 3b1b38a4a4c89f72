//! The text message (SMS) of a document: the text that its authors wrote for it, else the main message.
//!
//! A message has 160 characters of the GSM alphabet (3GPP TS 23.038), of which some count twice, or 70 UTF-16
//! units of any text. A longer message is refused: it is never cut.

use crate::document::{Document, Inlines};
use crate::font::is_never_drawn;
use crate::plain_text::{main_message, one_line_of};

/// Characters of the GSM alphabet besides small and capital letters and digits.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// Characters that count twice.
const GSM_TWICE: &str = "^{}\\[~]|€";
/// Signs of typography, and signs of the GSM alphabet that say the same.
const SIMPLE_SIGNS: [(char, &str); 10] = [
    ('’', "'"),
    ('‘', "'"),
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('–', "-"),
    ('—', "-"),
    ('‑', "-"),
    ('−', "-"),
    ('…', "..."),
];

/// Why there is no text message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextMessageFault {
    /// The document has no main message.
    Absent,
    TooLong(MessageLength),
}

/// Returns the text `own`, else the main message, as a text message. The status of a document that is not for patients
/// comes first.
pub(crate) fn text_message(
    document: &Document,
    own: Option<&Inlines>,
) -> Result<String, TextMessageFault> {
    let own = own.and_then(|own| one_line_of(document, own));
    let message = own.or_else(|| main_message(document));
    let message = message.ok_or(TextMessageFault::Absent)?;
    let message = match &document.masthead.status {
        Some(status) => format!("{status}: {message}"),
        None => message,
    };
    fitted(&message)
}

/// Length of a text as a text message (SMS).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MessageLength {
    /// In characters of the GSM alphabet, or in UTF-16 units.
    pub(crate) length: usize,
    /// Most that one message holds: 160 characters of the GSM alphabet, or 70 UTF-16 units.
    pub(crate) most: usize,
}

impl MessageLength {
    pub(crate) fn is_too_long(self) -> bool {
        self.length > self.most
    }
}

/// Returns the length of an authored text message; `None` if it has no words.
pub(crate) fn length_of_text(document: &Document, own: &Inlines) -> Option<MessageLength> {
    Some(measured(&one_line_of(document, own)?).1)
}

/// Returns a message that fits. Typographic signs become simple ones, if the message then is in the GSM alphabet.
fn fitted(message: &str) -> Result<String, TextMessageFault> {
    let (message, length) = measured(message);
    match length.is_too_long() {
        true => Err(TextMessageFault::TooLong(length)),
        false => Ok(message),
    }
}

/// Returns a message as it is sent, and its length.
fn measured(message: &str) -> (String, MessageLength) {
    let seen: String = message.chars().filter(|c| !is_never_drawn(*c)).collect();
    let mut simple = String::new();
    for character in seen.chars() {
        match SIMPLE_SIGNS.iter().find(|(sign, _)| *sign == character) {
            Some((_, words)) => simple.push_str(words),
            None => simple.push(character),
        }
    }
    match gsm_length(&simple) {
        Some(length) => (simple, MessageLength { length, most: 160 }),
        None => {
            let length = seen.encode_utf16().count();
            (seen, MessageLength { length, most: 70 })
        }
    }
}

/// Returns the length of a text in the GSM alphabet; `None` if it is not in the alphabet.
fn gsm_length(text: &str) -> Option<usize> {
    let lengths = text.chars().map(|character| match character {
        _ if character.is_ascii_alphanumeric() || GSM.contains(character) => Some(1),
        _ if GSM_TWICE.contains(character) => Some(2),
        _ => None,
    });
    lengths.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_counted_as_telephones_do() {
        assert_eq!(gsm_length("a é £ @"), Some(7));
        assert_eq!(gsm_length("[€]"), Some(6));
        assert_eq!(gsm_length("`"), None);
        assert_eq!(gsm_length("ê"), None);
        let too_long =
            |length, most| Err(TextMessageFault::TooLong(MessageLength { length, most }));
        assert_eq!(fitted(&"a".repeat(160)), Ok("a".repeat(160)));
        assert_eq!(fitted(&"a".repeat(161)), too_long(161, 160));
        assert_eq!(fitted(&"€".repeat(81)), too_long(162, 160));
        assert_eq!(fitted(&"漢".repeat(70)), Ok("漢".repeat(70)));
        assert_eq!(fitted(&"漢".repeat(71)), too_long(71, 70));
        assert_eq!(fitted(&"🌸".repeat(36)), too_long(72, 70));
    }

    #[test]
    fn typographic_signs_become_simple_where_that_helps() {
        let simple = fitted("It’s “slow” – and\u{2011}so\u{ad} on…");
        assert_eq!(simple, Ok("It's \"slow\" - and-so on...".to_owned()));
        assert_eq!(fitted("It’s Łukasz"), Ok("It’s Łukasz".to_owned()));
        // Isolates of a reader's name are for layout only.
        assert_eq!(
            fitted("Dear \u{2068}Ada\u{2069}"),
            Ok("Dear Ada".to_owned())
        );
    }
}
