//! Alphabetical order, by the collations of CLDR.

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorPreferences};
use icu_locale_core::LanguageIdentifier;

use super::Locale;

impl Locale {
    /// Sorts items by a text, in the order of the language's dictionaries.
    pub(crate) fn sort_by_text<T>(&self, items: &mut [T], text: impl Fn(&T) -> &str) {
        let language =
            LanguageIdentifier::try_from_str(self.collation).unwrap_or(LanguageIdentifier::UNKNOWN);
        let preferences = CollatorPreferences::from(&language);
        match Collator::try_new(preferences, CollatorOptions::default()) {
            Ok(collator) => items.sort_by(|a, b| collator.compare(text(a), text(b))),
            Err(_) => items.sort_by_cached_key(|item| text(item).to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_sort_as_in_the_languages_dictionaries() {
        let sorted = |language| {
            let mut words = ["ö", "å", "z", "ä", "ø", "A", "æ", "b", "à"];
            Locale::of(language).sort_by_text(&mut words, |word| word);
            words.concat()
        };
        assert_eq!(sorted("sv"), "Aàbzåäæöø");
        assert_eq!(sorted("nb"), "Aàbzæäøöå");
        assert_eq!(sorted("en"), "Aàåäæböøz");
    }
}
