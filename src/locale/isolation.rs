//! Keeps values from reordering the text around them (Unicode UAX #9).
//!
//! A name in Arabic or Hebrew runs from right to left, and would take the digits and brackets beside it
//! with it. So it is put between isolates: U+2068, which takes its direction from the first letter,
//! and U+2069. Layout never draws them, and no file has them.

use std::borrow::Cow;

use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;

pub(crate) const FIRST_STRONG_ISOLATE: char = '\u{2068}';
pub(crate) const POP_ISOLATE: char = '\u{2069}';

/// No character before this one runs from right to left.
const FIRST: char = '\u{590}';

/// Returns a value that is isolated if it could reorder text.
pub(crate) fn isolated(value: &str) -> Cow<'_, str> {
    if value.is_ascii() || !value.chars().any(can_reorder) {
        return value.into();
    }
    let mut out = String::with_capacity(value.len() + 2 * POP_ISOLATE.len_utf8());
    out.push(FIRST_STRONG_ISOLATE);
    let mut open = 0;
    for character in value.chars() {
        match character {
            '\u{2066}'..=FIRST_STRONG_ISOLATE => open += 1,
            // One that closes nothing in the value would close the value's own isolate.
            POP_ISOLATE if open == 0 => continue,
            POP_ISOLATE => open -= 1,
            _ => {}
        }
        out.push(character);
    }
    out.extend(std::iter::repeat_n(POP_ISOLATE, open + 1));
    out.into()
}

/// Returns a text without isolates, for metadata.
pub(crate) fn without_isolates(text: &str) -> Cow<'_, str> {
    let is_isolate = |character| matches!(character, '\u{2066}'..=POP_ISOLATE);
    if text.is_ascii() || !text.contains(is_isolate) {
        return text.into();
    }
    text.replace(is_isolate, "").into()
}

/// Returns whether a character is a letter of a script that runs from right to left.
pub(crate) fn is_right_to_left_letter(character: char) -> bool {
    character >= FIRST
        && matches!(
            CodePointMapData::<BidiClass>::new().get(character),
            BidiClass::RightToLeft | BidiClass::ArabicLetter
        )
}

/// Whether a character runs from right to left, or changes the direction of text.
fn can_reorder(character: char) -> bool {
    use BidiClass as Class;
    character >= FIRST
        && matches!(
            CodePointMapData::<BidiClass>::new().get(character),
            Class::RightToLeft
                | Class::ArabicLetter
                | Class::ArabicNumber
                | Class::RightToLeftEmbedding
                | Class::RightToLeftOverride
                | Class::RightToLeftIsolate
                | Class::LeftToRightEmbedding
                | Class::LeftToRightOverride
                | Class::LeftToRightIsolate
                | Class::FirstStrongIsolate
                | Class::PopDirectionalFormat
                | Class::PopDirectionalIsolate
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_that_could_reorder_text_are_isolated() {
        for value in [
            "Ada",
            "Zoë 12",
            "Δημήτρης",
            "Дмитрий",
            "李小龍",
            "नेहा",
            "김",
            "",
        ] {
            assert_eq!(isolated(value), value);
        }
        assert_eq!(isolated("محمد"), "\u{2068}محمد\u{2069}");
        assert_eq!(isolated("Ada כהן"), "\u{2068}Ada כהן\u{2069}");
        assert_eq!(isolated("٣"), "\u{2068}٣\u{2069}");
    }

    #[test]
    fn a_value_cannot_leave_its_isolate() {
        assert_eq!(isolated("א\u{2069}א"), "\u{2068}אא\u{2069}");
        assert_eq!(isolated("\u{2067}א"), "\u{2068}\u{2067}א\u{2069}\u{2069}");
        assert_eq!(
            isolated("\u{2067}א\u{2069}\u{202e}"),
            "\u{2068}\u{2067}א\u{2069}\u{202e}\u{2069}"
        );
        assert_eq!(without_isolates(&isolated("א\u{2067}א")), "אא");
    }
}
