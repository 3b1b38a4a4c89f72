//! Strings that every leaflet needs, such as "References" and "Page 1 of 3".
//!
//! A shared text layer may override each of them under `words`, except those on separator sheets and of drafts.

use super::{Locale, en};

impl Locale {
    /// Returns the built-in string of a name, in English if the language has none. `None` if the
    /// name is unknown.
    pub(crate) fn string(&self, name: &str) -> Option<&'static str> {
        find(self.interface.unwrap_or(en::INTERFACE), name)
    }

    /// Returns whether the language has interface strings.
    pub(crate) fn has_interface(&self) -> bool {
        self.interface.is_some()
    }

    /// Returns the name of a language as in "in German"; `None` if it has none here. `tag` is BCP 47.
    pub(crate) fn language_name(&self, tag: &str) -> Option<&'static str> {
        let language = tag.split('-').next().unwrap_or(tag);
        find(self.languages.unwrap_or(en::LANGUAGES), language)
    }

    /// Fills in a string of the separator sheet. `values` are names and texts of its placeholders.
    pub(crate) fn separator_sheet(&self, name: &str, values: &[(&str, &str)]) -> String {
        fill_in(
            self.separator_sheet.unwrap_or(en::SEPARATOR_SHEET),
            name,
            values,
        )
    }

    /// Fills in words that a draft adds. `values` are names and texts of its placeholders.
    pub(crate) fn draft(&self, name: &str, values: &[(&str, &str)]) -> String {
        fill_in(self.draft.unwrap_or(en::DRAFT), name, values)
    }
}

fn fill_in(strings: &[(&str, &'static str)], name: &str, values: &[(&str, &str)]) -> String {
    let text = find(strings, name).unwrap_or_default().to_owned();
    values.iter().fold(text, |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}

/// Names of the interface strings.
pub(crate) fn string_names() -> impl Iterator<Item = &'static str> {
    en::INTERFACE.iter().map(|(name, _)| *name)
}

fn find(strings: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    strings
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use crate::locale::LOCALES;

    use super::*;

    /// Names of the strings and of the places in them.
    fn outline(strings: &[(&'static str, &str)]) -> Vec<(&'static str, Vec<String>)> {
        let places = |text: &str| {
            let mut found: Vec<String> = text
                .split('{')
                .skip(1)
                .map(|rest| rest.split('}').next().unwrap_or("").to_owned())
                .collect();
            found.sort();
            found
        };
        strings
            .iter()
            .map(|(name, text)| (*name, places(text)))
            .collect()
    }

    #[test]
    fn every_string_has_its_places_in_every_language() {
        for locale in LOCALES {
            if let Some(strings) = locale.interface {
                assert_eq!(
                    outline(strings),
                    outline(en::INTERFACE),
                    "{:?}",
                    locale.tags
                );
            }
            let others = [
                (locale.separator_sheet, en::SEPARATOR_SHEET),
                (locale.draft, en::DRAFT),
            ];
            for (strings, english) in others {
                if let Some(strings) = strings {
                    assert_eq!(outline(strings), outline(english), "{:?}", locale.tags);
                }
            }
            if let Some(names) = locale.languages {
                assert_eq!(outline(names), outline(en::LANGUAGES), "{:?}", locale.tags);
            }
        }
    }
}
