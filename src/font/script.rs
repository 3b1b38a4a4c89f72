//! Names of scripts, for messages about characters that no face has.

use icu_properties::props::{EmojiComponent, ExtendedPictographic, GeneralCategory, Script};
use icu_properties::{CodePointMapData, CodePointSetData, PropertyNamesLong};

/// Returns the name of a character's script, as in `Devanagari`. `None` for signs that many scripts
/// share.
pub(crate) fn script_name(character: char) -> Option<String> {
    let script = CodePointMapData::<Script>::new().get(character);
    let name = match script {
        Script::Common | Script::Inherited | Script::Unknown => return None,
        Script::Han | Script::Bopomofo => "Chinese",
        Script::Hiragana | Script::Katakana => "Japanese",
        Script::Hangul => "Korean",
        script => PropertyNamesLong::<Script>::new().get(script)?,
    };
    Some(name.replace('_', " "))
}

/// Returns whether a character is an emoji or a part of one, such as a flag's letter or a skin tone.
/// Digits, which keycaps are made of, do not count.
pub(crate) fn is_emoji(character: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(character)
        || (!character.is_ascii() && CodePointSetData::new::<EmojiComponent>().contains(character))
}

/// Returns whether devices may show a character: Unicode defines it as a letter or sign, and it is not for
/// private use. U+FFF9 to U+FFFD are marks of programs, such as that for a lost letter.
pub(crate) fn is_on_screens(character: char) -> bool {
    let is_of_program = matches!(character, '\u{fff9}'..='\u{fffd}');
    !is_of_program
        && !matches!(
            CodePointMapData::<GeneralCategory>::new().get(character),
            GeneralCategory::PrivateUse | GeneralCategory::Unassigned | GeneralCategory::Surrogate
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_scripts_as_people_do() {
        let name = |character| script_name(character);
        for (character, expected) in [
            ('漢', "Chinese"),
            ('か', "Japanese"),
            ('한', "Korean"),
            ('क', "Devanagari"),
            ('ข', "Thai"),
            ('𓀀', "Egyptian Hieroglyphs"),
        ] {
            assert_eq!(name(character).as_deref(), Some(expected));
        }
        assert_eq!(name('😀'), None);
        assert_eq!(name('☐'), None);
    }

    #[test]
    fn knows_emoji_and_their_parts() {
        for part in "😀❤\u{fe0f}👩\u{200d}⚕🇸🇪👍🏽\u{20e3}".chars() {
            assert!(is_emoji(part), "{part:?}");
        }
        for other in "1#*a漢→☐".chars() {
            assert!(!is_emoji(other), "{other:?}");
        }
    }
}
