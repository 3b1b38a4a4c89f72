//! Whether a text says anything. One rule decides wherever the program judges emptiness.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

/// U+2800, a pattern of Braille without dots.
const BLANK_BRAILLE: char = '\u{2800}';

/// Returns whether a text has words: a visible character that is no punctuation. Digits and signs such
/// as `+` or `✓` count as words.
pub(crate) fn has_words(text: &str) -> bool {
    text.chars().any(|character| {
        if character.is_ascii() {
            return character.is_ascii_alphanumeric() || "$+<=>^`|~".contains(character);
        }
        let category = CodePointMapData::<GeneralCategory>::new().get(character);
        is_visible_character(character)
            && !GeneralCategoryGroup::Punctuation.contains(category)
            && !GeneralCategoryGroup::Mark.contains(category)
    })
}

/// Returns whether a text prints anything that can be seen.
pub(crate) fn is_visible(text: &str) -> bool {
    text.chars().any(is_visible_character)
}

fn is_visible_character(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_graphic();
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    character != BLANK_BRAILLE
        && !GeneralCategoryGroup::Separator.contains(category)
        && !matches!(category, GeneralCategory::Control | GeneralCategory::Format)
        && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_and_punctuation_are_no_words() {
        for text in [
            "",
            " ",
            "\n",
            "\u{a0}",
            "\u{ad}",
            "\u{200b}",
            "\u{200d}",
            "\u{2060}",
            "\u{feff}",
            "\u{3164}",
            "\u{115f}",
            "\u{ffa0}",
            "\u{2800}",
            "\u{3000}",
            "\u{2028}",
            "\u{180e}",
            "\u{fe0f}",
            "\u{e0020}",
            "\u{34f}",
            "\u{61c}",
            "\u{200b} \u{a0}",
        ] {
            assert!(!has_words(text), "{text:?}");
            assert!(!is_visible(text), "{text:?}");
        }
        for text in ["-", "–", "…", "?", "*", "。", "“”", "\u{301}"] {
            assert!(!has_words(text), "{text:?}");
            assert!(is_visible(text), "{text:?}");
        }
        for text in ["a", "7", "+", "✓", "漢", "😀", "€", "\u{200b}a", "½"] {
            assert!(has_words(text), "{text:?}");
            assert!(is_visible(text), "{text:?}");
        }
    }
}
