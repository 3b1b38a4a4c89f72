//! Languages: one file each, with every fact that depends on the language.
//!
//! A [`Locale`] holds strings, word lists and rules. They are for the interface, dates, lists,
//! plurals, quotation marks, text direction, alphabetical order, line breaks, readability and
//! checks. [`Locale::of`] finds a locale by BCP 47 tag.
//!
//! To add a language, write one file and add it to [`LOCALES`].

mod da;
mod date;
mod en;
mod fi;
mod interface;
mod isolation;
mod nb;
mod nn;
mod order;
mod read_date;
mod root;
mod sv;

pub(crate) use interface::string_names;
pub(crate) use isolation::{
    FIRST_STRONG_ISOLATE, POP_ISOLATE, is_right_to_left_letter, isolated, without_isolates,
};
pub(crate) use read_date::{DateOrder, DateProblem};

use crate::source;

/// All locales.
const LOCALES: [&Locale; 9] = [
    &da::DANISH,
    &en::ENGLISH,
    &en::ENGLISH_OF_CANADA,
    &en::ENGLISH_OF_THE_UNITED_STATES,
    &en::INTERNATIONAL_ENGLISH,
    &fi::FINNISH,
    &nb::BOKMAL,
    &nn::NYNORSK,
    &sv::SWEDISH,
];

/// Facts about a language, or about its variant in a country.
#[derive(Debug)]
pub(crate) struct Locale {
    /// BCP 47 tags. `en-*` matches each variant of English that no other locale has.
    tags: &'static [&'static str],
    pub direction: Direction,
    /// Names and texts of the interface strings. `None` means English strings.
    interface: Option<&'static [(&'static str, &'static str)]>,
    /// Names and texts of the strings on separator sheets. `None` means English strings.
    separator_sheet: Option<&'static [(&'static str, &'static str)]>,
    /// Names of languages as in "in German", by the first part of their tags. `None` means English names.
    languages: Option<&'static [(&'static str, &'static str)]>,
    /// Names and texts of the words that a draft adds. `None` means English words.
    draft: Option<&'static [(&'static str, &'static str)]>,
    /// January to December. Like all word lists here, separated by spaces.
    months: &'static str,
    /// Pattern with the placeholders `{day}`, `{month}` and `{year}`.
    long_date: &'static str,
    list_separator: &'static str,
    plural: fn(f64) -> Plural,
    pub quotes: Quotes,
    /// Tag of the collation in CLDR.
    collation: &'static str,
    /// Letters beyond A to Z (CLDR, main exemplars).
    pub letters: &'static str,
    /// Words that stay on the line of the number before them, such as "tablets". Leaves out months
    /// and symbols such as `mg`, which every language shares.
    units: &'static str,
    /// Lower-case words that stay on the line of the number after them, as in "page 3".
    number_labels: &'static str,
    /// Lower-case numbers in words, which some authors repeat as a figure: "two (2) tablets".
    number_words: &'static str,
    /// Words between the numbers of a ratio, as in "1 in 5".
    ratio_words: &'static str,
    /// `None` where no formula is known for the language.
    pub readability: Option<ReadabilityFormula>,
    /// Name of the CSL locale that formats references.
    pub citation_locale: &'static str,
    pub phrases: Phrases,
}

/// Direction of the lines of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    LeftToRight,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "no right-to-left language has a file yet")
    )]
    RightToLeft,
}

/// Plural categories (CLDR) that the `plural` helper offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plural {
    One,
    Other,
}

/// Quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quotes {
    /// Opening and closing.
    pub double: (char, char),
    /// Opening and closing, within double ones.
    pub single: (char, char),
}

/// Published formulas that suit a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadabilityFormula {
    /// Flesch–Kincaid and the other US school grades.
    SchoolGrade,
    /// LIX (Björnsson 1968).
    Lix,
}

/// Lower-case phrases that checks look for. An empty list matches nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phrases {
    /// Words that address the reader, the plainest first.
    pub address: &'static [&'static str],
    /// Beginnings of ways to say "get in touch".
    pub get_help: &'static [&'static str],
    /// Stems of words that name experience as a source.
    pub experience: &'static [&'static str],
    /// Paraphrases of the badge "early research".
    pub early_research: &'static [&'static str],
}

impl Phrases {
    const NONE: Phrases = Phrases {
        address: &[],
        get_help: &[],
        experience: &[],
        early_research: &[],
    };
}

/// Languages and scripts that are written from right to left.
const RIGHT_TO_LEFT: &str =
    "ar arc ckb dv fa he iw ks nqo pnb ps sd syr ug ur yi Adlm Arab Hebr Nkoo Rohg Syrc Thaa";

/// Returns whether a language is written from right to left. Its script counts, if the tag has one.
pub(crate) fn is_right_to_left(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or(tag);
    let script = parts.find(|part| part.len() == 4 && part.starts_with(char::is_alphabetic));
    match script {
        Some(script) => {
            let (first, rest) = script.split_at(1);
            let script = first.to_ascii_uppercase() + &rest.to_ascii_lowercase();
            lists(RIGHT_TO_LEFT, &script)
        }
        None => lists(RIGHT_TO_LEFT, language),
    }
}

impl Locale {
    /// Returns the locale of a BCP 47 tag. Falls back to its language, then to the root locale.
    pub(crate) fn of(tag: &str) -> &'static Locale {
        let language = tag.split('-').next().unwrap_or(tag);
        let find = |wanted: &str| {
            LOCALES
                .into_iter()
                .find(|locale| locale.tags.contains(&wanted))
        };
        find(tag)
            .or_else(|| find(&format!("{language}-*")).filter(|_| tag.contains('-')))
            .or_else(|| find(language))
            .unwrap_or(&root::ROOT)
    }

    /// Joins words into a list, as in "A, B or C".
    pub(crate) fn list(&self, items: &[String], conjunction: &str) -> String {
        match items {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => {
                format!("{} {conjunction} {last}", first.join(self.list_separator))
            }
        }
    }

    /// Returns whether the names of months and the quotation marks are those of the language.
    pub(crate) fn has_own_dates(&self) -> bool {
        self.months != root::ROOT.months || self.interface.is_some()
    }

    pub(crate) fn plural(&self, count: f64) -> Plural {
        (self.plural)(count)
    }

    /// Returns whether a word stays on the line of the number before it.
    pub(crate) fn is_unit(&self, word: &str) -> bool {
        lists(self.units, word) || lists(self.months, word)
    }

    /// Returns whether a word stays on the line of the number after it.
    pub(crate) fn is_number_label(&self, word: &str) -> bool {
        lists(self.number_labels, &word.to_lowercase())
    }

    /// Returns whether a word is a small number.
    pub(crate) fn is_number_word(&self, word: &str) -> bool {
        lists(self.number_words, &word.to_lowercase())
    }

    /// Returns whether a word joins the numbers of a ratio.
    pub(crate) fn is_ratio_word(&self, word: &str) -> bool {
        lists(self.ratio_words, word)
    }
}

/// Returns whether a list of words, separated by spaces, has a word.
pub(crate) fn lists(words: &str, word: &str) -> bool {
    words.split(' ').any(|listed| listed == word)
}

/// Names of languages, which people write instead of tags.
const NAMES: [(&str, &str); 13] = [
    ("dansk", "da"),
    ("danish", "da"),
    ("english", "en"),
    ("suomi", "fi"),
    ("finnish", "fi"),
    ("norsk", "nb"),
    ("norwegian", "nb"),
    ("bokmål", "nb"),
    ("nynorsk", "nn"),
    ("svenska", "sv"),
    ("swedish", "sv"),
    ("engelska", "en"),
    ("engelsk", "en"),
];

/// Returns the tag that a wrong tag means: `en-GB` for `EN_gb`, `sv` for `Swedish`. `None` if it is none of the
/// languages here, so that messages show no other words.
pub(crate) fn tag_meant(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase().replace(['_', ' '], "-");
    let named = |(name, _): &&(&str, &str)| text.len() > 2 && name.starts_with(&text);
    if let Some((_, tag)) = NAMES.iter().find(named) {
        return Some((*tag).to_owned());
    }
    let (language, country) = match text.split_once('-') {
        Some((language, country)) => (language, Some(country)),
        None => (text.as_str(), None),
    };
    let mut tags = LOCALES.iter().flat_map(|locale| locale.tags);
    let is_known = tags.any(|tag| tag.split('-').next() == Some(language));
    match country {
        _ if !is_known => None,
        None => Some(language.to_owned()),
        Some(_) => source::nearest_language(&text),
    }
}

/// Plural rule of languages in which exactly one is singular.
fn one_is_singular(count: f64) -> Plural {
    if count == 1.0 {
        Plural::One
    } else {
        Plural::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_follows_the_script_or_the_language() {
        for tag in [
            "ar",
            "ar-EG",
            "he",
            "fa",
            "ur-PK",
            "az-Arab",
            "ku-arab-IQ",
            "pa-Arab",
        ] {
            assert!(is_right_to_left(tag), "{tag}");
        }
        for tag in ["en", "de-AT", "az", "ks-Deva", "ku-Latn", "sv-FI"] {
            assert!(!is_right_to_left(tag), "{tag}");
        }
    }

    #[test]
    fn a_tag_finds_its_country_then_its_language_then_the_root() {
        let language = |tag| Locale::of(tag).citation_locale;
        assert_eq!(language("en"), "en-US");
        assert_eq!(language("en-US"), "en-US");
        assert_eq!(language("en-AU"), "en-GB");
        assert_eq!(language("sv-FI"), "sv-SE");
        assert_eq!(language("no"), "nb-NO");
        assert!(!Locale::of("cy").has_interface());
    }

    #[test]
    fn lists_read_as_words() {
        let list = |words: &[&str], conjunction| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            Locale::of("en").list(&words, conjunction)
        };
        assert_eq!(list(&["A"], "or"), "A");
        assert_eq!(list(&["A", "B"], "or"), "A or B");
        assert_eq!(list(&["A", "B", "C"], "eller"), "A, B eller C");
    }

    #[test]
    fn number_words_follow_the_language() {
        assert!(Locale::of("en-GB").is_unit("tablets"));
        assert!(Locale::of("sv").is_unit("mars"));
        assert!(Locale::of("nb").is_number_label("Side"));
        assert!(!Locale::of("sv").is_ratio_word("in"));
    }
}
