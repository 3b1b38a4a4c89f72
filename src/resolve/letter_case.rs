//! Protects words whose capitals a citation style must not change.
//!
//! Styles write some titles in title case or sentence case, and hayagriva changes each letter then:
//! "mRNA" would become "Mrna". CSL keeps words with a capital inside, and titles that are not English
//! (CSL 1.0.2, "Title Case Conversion"). So letters of such words are replaced by characters without
//! case, from a private plane of Unicode, and restored in the formatted text.

use hayagriva::Entry;
use hayagriva::types::{ChunkKind, ChunkedString, FormatString, StringChunk};

/// First character of the private plane.
const PRIVATE: u32 = 0xF_0000;

/// Words that English titles have, and other languages do not.
const ENGLISH_WORDS: &[&str] = &[
    "the", "of", "and", "with", "by", "to", "from", "for", "how", "what", "on", "your",
];

/// Words that titles in other languages have, and English ones do not.
const FOREIGN_WORDS: &[&str] = &[
    // German.
    "und", "der", "das", "dem", "den", "des", "bei", "mit", "für", "über", "zur", "zum", "von",
    "eine", "einer", "im", "auf", // Swedish, Norwegian and Danish.
    "och", "för", "av", "vid", "hos", "med", "som", "till", "ett", "og", "til", "hvordan", "på",
    // French.
    "les", "du", "dans", "une", "chez", "pour", "sur", "le", // Spanish, Italian, Portuguese.
    "el", "los", "las", "del", "con", "para", "por", "una", "della", "nel", "di", "da", "dos",
    "em", "uma", "na", // Dutch.
    "het", "een", "voor", "van", "bij", "met", "en", "de",
];

/// Words that title case leaves small (CSL 1.0.2). Hayagriva would change them after a comma.
const SMALL_WORDS: &[&str] = &[
    "a", "an", "and", "as", "at", "but", "by", "down", "for", "from", "in", "into", "nor", "of",
    "on", "onto", "or", "over", "so", "the", "till", "to", "up", "via", "with", "yet",
];

/// Returns an entry with protected titles.
pub(super) fn protect(entry: &Entry) -> Entry {
    let mut entry = entry.clone();
    protect_title(&mut entry);
    entry
}

fn protect_title(entry: &mut Entry) {
    // Hayagriva leaves titles alone whose language is another one.
    let may_be_foreign = entry.language().is_none();
    if let Some(title) = entry.title() {
        let short = title.short.as_deref();
        let short = short.map(|short| protected(short, may_be_foreign));
        let title = FormatString {
            value: protected(&title.value, may_be_foreign),
            short: short.map(Box::new),
        };
        entry.set_title(title);
    }
    if !entry.parents().is_empty() {
        let mut parents = entry.parents().to_vec();
        parents.iter_mut().for_each(protect_title);
        entry.set_parents(parents);
    }
}

/// Restores the letters of protected words.
pub(super) fn restore(text: &str) -> String {
    let restored = |character: char| {
        let code = u32::from(character).checked_sub(PRIVATE)?;
        char::from_u32(code)
    };
    text.chars()
        .map(|character| restored(character).unwrap_or(character))
        .collect()
}

fn hidden(character: char) -> char {
    let code = u32::from(character);
    // Letters of other planes have no case, but for a few extinct scripts.
    let hidden = char::from_u32(PRIVATE + code).filter(|_| code < 0xFFFE);
    hidden
        .filter(|_| character.is_alphabetic())
        .unwrap_or(character)
}

/// Returns a text as one chunk, as hayagriva trims the blanks between chunks.
fn protected(text: &ChunkedString, may_be_foreign: bool) -> ChunkedString {
    let plain = text.to_str();
    let is_foreign = may_be_foreign && !is_english(&plain);
    // An author who shouts does not mean each capital.
    let has_small_letters = plain.chars().any(char::is_lowercase);
    let mut kept: Vec<bool> = Vec::new();
    for chunk in &text.0 {
        let is_kept = is_foreign || chunk.kind != ChunkKind::Normal;
        kept.extend(chunk.value.chars().map(|_| is_kept));
    }
    let characters: Vec<char> = plain.chars().collect();
    let mut start = 0;
    let mut follows_comma = false;
    for word in characters.split(|character| character.is_whitespace()) {
        let end = start + word.len();
        let is_small = || {
            let letters: String = word
                .iter()
                .filter(|letter| letter.is_alphabetic())
                .collect();
            follows_comma && SMALL_WORDS.contains(&letters.as_str())
        };
        if has_small_letters && (has_inner_capital(word) || is_small()) {
            kept[start..end].fill(true);
        }
        follows_comma = matches!(word.last(), Some(',' | ';'));
        start = end + 1;
    }
    let value: String = characters
        .iter()
        .zip(kept)
        .map(|(character, is_kept)| {
            if is_kept {
                hidden(*character)
            } else {
                *character
            }
        })
        .collect();
    StringChunk::normal(value).into()
}

/// Returns whether a word has a capital that is not its first letter, or is one capital.
fn has_inner_capital(word: &[char]) -> bool {
    let mut letters = word.iter().filter(|character| character.is_alphabetic());
    let first = letters.next();
    let is_single =
        word.len() == 1 && first.is_some_and(|letter| letter.is_uppercase() && *letter != 'A');
    // The first letter of `H2O` or `“FM”` is not alone.
    is_single || letters.any(|letter| letter.is_uppercase())
}

/// Returns whether a title is English, as far as its short words and letters tell.
fn is_english(title: &str) -> bool {
    let words: Vec<String> = title
        .split(|character: char| !character.is_alphabetic() && character != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let has = |known: &[&str]| {
        words
            .iter()
            .any(|word| known.contains(&word.to_lowercase().as_str()))
    };
    // Names such as Sjögren are in English titles, too.
    let is_foreign_word = |word: &String| {
        word.chars().next().is_some_and(char::is_lowercase)
            && word
                .chars()
                .any(|letter| !letter.is_ascii() && !is_greek(letter))
    };
    has(ENGLISH_WORDS) || !(has(FOREIGN_WORDS) || words.iter().any(is_foreign_word))
}

fn is_greek(letter: char) -> bool {
    matches!(letter, '\u{370}'..='\u{3ff}' | 'µ')
}

#[cfg(test)]
mod tests {
    use hayagriva::lang::{Case, TitleCase};

    use super::*;

    fn title_case(text: &str) -> String {
        let text: ChunkedString = text.parse().unwrap();
        let folded = Case::Title(TitleCase::new()).transform(&protected(&text, true).to_str());
        restore(&folded)
    }

    #[test]
    fn keeps_words_with_capitals_inside() {
        for (title, expected) in [
            (
                "Chronic pain in over 16s [NG193]",
                "Chronic Pain in over 16s [NG193]",
            ),
            (
                "mRNA, pH, TNF-α, H2O, the “FM” story and O'Brien",
                "mRNA, pH, TNF-α, H2O, the “FM” Story and O'Brien",
            ),
            (
                "{McDonald} criteria and {van} names",
                "McDonald Criteria and van Names",
            ),
            (
                "the use of vitamin D for pain",
                "The Use of Vitamin D for Pain",
            ),
            ("CHRONIC PAIN", "CHRONIC PAIN"),
            (
                "Care of adults with COVID-19",
                "Care of Adults with COVID-19",
            ),
        ] {
            assert_eq!(title_case(title), expected);
        }
    }

    #[test]
    fn keeps_titles_in_other_languages() {
        for title in [
            "Über die Schmerztherapie bei Ödemen",
            "Smärtlindring i praktiken och hemma",
            "Tratado de dolor",
            "La douleur chez l'adulte",
            "Behandling av pasienter",
        ] {
            assert_eq!(title_case(title), title);
        }
        assert_eq!(title_case("Sjögren disease"), "Sjögren Disease");
    }
}
