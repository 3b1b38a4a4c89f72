//! The edition that a reader needs: the value `patient.format`, as record systems keep it.

use std::collections::BTreeSet;

use clap::ValueEnum;
use serde_json::Value;

use super::name_of;
use crate::finding::Finding;
use crate::resolve::JobData;
use crate::theme::Edition;
use crate::words::has_words;

/// Name of the value.
pub(crate) const READER_FORMAT: &str = "patient.format";

/// Returns whether a name is almost [`READER_FORMAT`]. Such a reader must not get a leaflet that is too small to
/// read.
pub(crate) fn is_nearly_reader_format(name: &str) -> bool {
    if name == READER_FORMAT || name.len() > 100 {
        return false;
    }
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let folded = letters(name);
    strsim::osa_distance(&folded, &letters(READER_FORMAT)) <= 1 || folded == "format"
}

/// Sizes of running text in points, with the edition that has at least that size.
const SIZES: [(u32, &str); 3] = [(12, "standard"), (18, "large"), (24, "extralarge")];

/// Words for the usual edition.
const STANDARD: [&str; 8] = [
    "normal",
    "regular",
    "usual",
    "ordinary",
    "default",
    "plain",
    "normalsize",
    "standardsize",
];
/// Words that say that a reader needs no other edition than the clinic's.
const NO_NEED: [&str; 10] = [
    "none",
    "no",
    "na",
    "nil",
    "notapplicable",
    "notneeded",
    "notrequired",
    "noneneeded",
    "nonerequired",
    "noneed",
];

/// Returns the edition that a reader needs; `None` if the data does not say it. Fails if there is no such
/// edition. The finding quotes no value.
pub(crate) fn needed_edition(data: &JobData) -> Result<Option<Edition>, Finding> {
    let mut names = READER_FORMAT.split('.');
    let group = names.next().and_then(|name| data.get(name));
    let value = names.fold(group, |group, name| group?.get(name));
    let invalid = |problem: &str| {
        Finding::error("invalid-value", format!("the value {problem}")).in_column(READER_FORMAT)
    };
    match value {
        None | Some(Value::Null) => Ok(None),
        // A dash is the empty cell of many people.
        Some(Value::String(text)) if !has_words(text) => Ok(None),
        Some(Value::String(text)) if NO_NEED.contains(&folded(text).as_str()) => Ok(None),
        Some(Value::String(text)) => edition_meant(text).map(Some).ok_or_else(|| {
            let names: Vec<String> = Edition::value_variants().iter().map(name_of).collect();
            let help = "the program makes no other formats, such as Braille; leave the value empty for a reader \
                        who needs none of these";
            invalid(&format!("is not one of `{}`", names.join("`, `")))
                .help(help)
                .suggest(text, names.iter().map(String::as_str))
        }),
        Some(_) => Err(invalid("is not text")),
    }
}

/// Returns the edition that people mean, as in `Large print`, `mono, LARGE_PRINT` or `18 pt`.
pub(crate) fn edition_meant(text: &str) -> Option<Edition> {
    let meant = parts(text);
    let is_meant = |edition: &&Edition| parts(&name_of(*edition)) == meant;
    Edition::value_variants().iter().find(is_meant).copied()
}

/// Returns the parts of an edition's name in any order, without the word "print". Capitals, spaces and signs make
/// no difference.
fn parts(text: &str) -> BTreeSet<String> {
    text.split([',', ';', '+', '&']).map(folded).collect()
}

fn folded(part: &str) -> String {
    let letters = part.chars().filter(|character| character.is_alphanumeric());
    let letters: String = letters.flat_map(char::to_lowercase).collect();
    let size = ["pt", "point", "points"]
        .iter()
        .find_map(|unit| letters.strip_suffix(unit)?.parse::<u32>().ok());
    match size {
        Some(size) => SIZES
            .iter()
            .find(|(most, _)| size <= *most)
            .map_or(letters, |(_, name)| (*name).to_owned()),
        None => match letters.strip_suffix("print").unwrap_or(&letters) {
            word if STANDARD.contains(&word) => "standard".to_owned(),
            word => word.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_are_read_as_people_write_them() {
        for (edition, spellings) in [
            (
                Edition::LARGE_PRINT,
                &[
                    "large-print",
                    "Large print",
                    "LARGE-PRINT",
                    "large_print",
                    "LargePrint",
                    " large  print ",
                    "Large",
                    "18pt",
                    "18 point",
                    "16 pt",
                ][..],
            ),
            (
                Edition::EXTRA_LARGE,
                &["extra large", "Extra-large print", "24pt", "20 points"],
            ),
            (
                Edition::STANDARD,
                &[
                    "Standard",
                    "standard print",
                    "12pt",
                    "Normal",
                    "regular print",
                    "default",
                ],
            ),
            (
                Edition::LARGE_PRINT_MONO,
                &["mono, large print", "Large print + mono", "18pt,MONO"],
            ),
            (Edition::HIGH_CONTRAST, &["High contrast", "high-contrast"]),
        ] {
            for spelling in spellings {
                assert_eq!(edition_meant(spelling), Some(edition), "{spelling}");
            }
        }
        for other in [
            "braille",
            "easy read",
            "audio",
            "print",
            "",
            ",",
            "36pt",
            "standard,mono",
            "large-print,extra-large",
            "larg",
        ] {
            assert_eq!(edition_meant(other), None, "{other}");
        }
    }

    #[test]
    fn readers_without_a_need_get_the_clinics_edition() {
        let needed = |text: &str| {
            let data = serde_json::json!({ "patient": { "format": text } });
            needed_edition(data.as_object().unwrap())
        };
        for text in [
            "",
            "-",
            "None",
            "n/a",
            "N.A.",
            "no",
            "Not applicable",
            "not needed",
        ] {
            assert_eq!(needed(text).unwrap(), None, "{text}");
        }
        assert_eq!(needed("normal").unwrap(), Some(Edition::STANDARD));
        for text in [
            "unknown",
            "yes",
            "other",
            "Braille",
            "easy read",
            "none,mono",
        ] {
            let finding = needed(text).unwrap_err();
            assert!(finding.message.contains("`large-print`"), "{text}");
        }
    }

    #[test]
    fn every_edition_is_read_by_its_name() {
        for edition in Edition::value_variants() {
            assert_eq!(edition_meant(&name_of(edition)), Some(*edition));
        }
    }
}
