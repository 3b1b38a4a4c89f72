//! Identifiers that cannot be right: DOI, PMID and PMCID of references; ICD-10, ICD-11, ICPC-2 and SNOMED
//! CT codes of handouts. A form says nothing about what a code means; a check digit finds a slip.

use super::{Subject, Whole};
use crate::document::BlockKind;
use crate::finding::{Finding, PlaceTarget};
use crate::library::Bibliography;
use crate::source::Route;

/// Finds codes of the handout, and identifiers of the references it cites, that cannot be right.
pub fn invalid_identifier(subject: &Subject) -> Vec<Finding> {
    let definition = &subject.handout.definition;
    let mut findings = Vec::new();
    for (system, codes) in &definition.codes {
        for (index, code) in codes.iter().enumerate() {
            let Some(fault) = code_fault(system, code) else {
                continue;
            };
            let route = Route::default().key("codes").key(system).index(index);
            findings
                .push(finding(code, fault).at(&definition.file, PlaceTarget::Value(route, None)));
        }
    }
    for block in subject
        .document
        .sections
        .iter()
        .flat_map(|section| &section.blocks)
    {
        if let BlockKind::References(list) = &block.kind {
            let keys = list.entries.iter().map(|reference| reference.key.as_str());
            findings.extend(in_references(&subject.bibliography, keys));
        }
    }
    findings
}

/// Finds identifiers of all references that cannot be right.
pub fn invalid_identifier_of_reference(whole: &Whole) -> Vec<Finding> {
    in_references(
        whole.library.bibliography(),
        whole.library.bibliography().keys(),
    )
}

fn in_references<'a>(
    bibliography: &Bibliography,
    keys: impl Iterator<Item = &'a str>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for key in keys {
        let Some(entry) = bibliography.get(key) else {
            continue;
        };
        for (name, number) in entry.serial_number().iter().flat_map(|numbers| &numbers.0) {
            let Some(fault) = number_fault(name, number) else {
                continue;
            };
            let place = bibliography.value_place(key, &["serial-number", name]);
            findings.push(Finding {
                place,
                ..finding(number, fault)
            });
        }
    }
    findings
}

/// What an identifier is not, and what one looks like.
struct Fault {
    message: String,
    help: &'static str,
}

fn fault(is_right: bool, name: &str, help: &'static str) -> Option<Fault> {
    (!is_right).then(|| Fault {
        message: format!("is not a {name}"),
        help,
    })
}

fn finding(identifier: &str, fault: Fault) -> Finding {
    let message = format!("`{identifier}` {}", fault.message);
    Finding::error("invalid-identifier", message).help(fault.help)
}

fn number_fault(name: &str, number: &str) -> Option<Fault> {
    match name {
        "doi" => fault(
            is_doi(number),
            "DOI",
            "write the DOI alone, without its address, as in `10.1136/annrheumdis-2016-209724`",
        ),
        "pmid" => fault(
            is_pmid(number),
            "PMID",
            "a PMID has up to 8 digits, as in `27377815`",
        ),
        "pmcid" => fault(
            number.strip_prefix("PMC").is_some_and(is_pmid),
            "PMCID",
            "a PMCID is written with its letters, as in `PMC11852494`",
        ),
        _ => None,
    }
}

fn code_fault(system: &str, code: &str) -> Option<Fault> {
    match system {
        "icd-10" => fault(
            is_icd_10(code),
            "code of ICD-10",
            "it is written like `M79.7`",
        ),
        "icd-11" => fault(
            is_icd_11(code),
            "code of ICD-11",
            "it is written like `MG30.01`",
        ),
        "icpc-2" => fault(
            is_icpc_2(code),
            "code of ICPC-2",
            "it is written like `L18`",
        ),
        "snomed-ct" => snomed_ct_fault(code),
        _ => None,
    }
}

/// A prefix (`10.` and a registrant of at least four digits, perhaps divided by dots), a slash and a
/// suffix of printable characters (ISO 26324; <https://www.doi.org/doi-handbook/HTML/>). A full stop or comma
/// at the end comes from the sentence that it was copied out of.
fn is_doi(text: &str) -> bool {
    let Some((prefix, suffix)) = text
        .strip_prefix("10.")
        .and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let registrant = prefix.split('.').next().unwrap_or_default();
    (4..=9).contains(&registrant.len())
        && prefix.split('.').all(is_number)
        && !suffix.is_empty()
        && !suffix
            .chars()
            .any(|character| character.is_whitespace() || character.is_control())
        && !suffix.ends_with(['.', ',', ';'])
}

/// Up to eight digits, the first not 0 (National Library of Medicine).
fn is_pmid(text: &str) -> bool {
    (1..=8).contains(&text.len())
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A letter, a digit, a digit (a letter in some national chapters), and after a dot up to four characters
/// of subdivision (WHO, ICD-10 volume 2; national modifications go deeper).
fn is_icd_10(text: &str) -> bool {
    let (category, rest) = text
        .split_once('.')
        .map_or((text, None), |(category, rest)| (category, Some(rest)));
    let category_is_right = matches!(
        category.as_bytes(),
        [letter, first, second]
            if letter.is_ascii_uppercase()
                && first.is_ascii_digit()
                && (second.is_ascii_digit() || matches!(second, b'A' | b'B'))
    );
    let deeper = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    category_is_right
        && rest.is_none_or(|rest| (1..=4).contains(&rest.len()) && rest.bytes().all(deeper))
}

/// Stem codes of four characters – chapter, a letter, a digit, a digit or letter – with up to two more
/// after a dot, or extension codes that begin with X; clusters join them with `&` and `/`. No letter is
/// O or I, which look like digits (WHO, ICD-11 Reference Guide, 2.6 "Code structure").
fn is_icd_11(text: &str) -> bool {
    let is_character = |byte: &u8| {
        byte.is_ascii_digit() || (byte.is_ascii_uppercase() && !matches!(byte, b'O' | b'I'))
    };
    let is_letter = |byte: &u8| !byte.is_ascii_digit() && is_character(byte);
    let is_code = |code: &str| {
        let (stem, rest) = code
            .split_once('.')
            .map_or((code, None), |(stem, rest)| (stem, Some(rest)));
        let stem_is_right = match stem.as_bytes() {
            [b'X', second, rest @ ..] => {
                is_letter(second) && (2..=4).contains(&rest.len()) && rest.iter().all(is_character)
            }
            [chapter, second, third, fourth] => {
                *chapter != b'0'
                    && is_character(chapter)
                    && is_letter(second)
                    && third.is_ascii_digit()
                    && is_character(fourth)
            }
            _ => false,
        };
        let rest_is_right = rest.is_none_or(|rest| {
            (1..=2).contains(&rest.len()) && rest.as_bytes().iter().all(is_character)
        });
        stem_is_right && rest_is_right
    };
    text.split(['&', '/']).all(is_code)
}

/// A chapter's letter and a rubric from 01 to 99 (WONCA, ICPC-2).
fn is_icpc_2(text: &str) -> bool {
    match text.as_bytes() {
        [chapter, tens, ones] => {
            b"ABDFHKLNPRSTUWXYZ".contains(chapter)
                && tens.is_ascii_digit()
                && ones.is_ascii_digit()
                && (*tens, *ones) != (b'0', b'0')
        }
        _ => false,
    }
}

/// An SCTID is 6 to 18 digits, the last a check digit after Verhoeff, the two before it the kind of
/// component (SNOMED International, "SCTID" in the Release File Specification, 6).
fn snomed_ct_fault(text: &str) -> Option<Fault> {
    let help = "it is written like `\"203082005\"`";
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if !is_number || !(6..=18).contains(&text.len()) {
        return fault(false, "SNOMED CT identifier", help);
    }
    let (number, last) = text.split_at(text.len() - 1);
    let right = verhoeff(number);
    if last != right.to_string() {
        let message = format!("is not a SNOMED CT identifier: its check digit would be {right}");
        return Some(Fault {
            message,
            help: "look for a digit that is wrong, or two that are swapped",
        });
    }
    match number.get(number.len() - 2..) {
        Some("00" | "10") => None,
        Some("01" | "11") => fault(
            false,
            "concept of SNOMED CT, but one of its descriptions",
            "write the id of the concept",
        ),
        _ => fault(false, "concept of SNOMED CT", help),
    }
}

/// The check digit of a number: a sum in the dihedral group of order 10, which finds every wrong digit and
/// every swap of neighbours (J. Verhoeff, Error Detecting Decimal Codes, 1969).
fn verhoeff(number: &str) -> u8 {
    const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    const INVERSE: [u8; 10] = [0, 4, 3, 2, 1, 5, 6, 7, 8, 9];
    let sum = number.bytes().rev().zip(1..).fold(0, |sum, (byte, place)| {
        let digit = (0..place % 8).fold(byte - b'0', |digit, _| PERMUTATION[usize::from(digit)]);
        product(sum, digit)
    });
    INVERSE[usize::from(sum)]
}

/// The product of two elements of the dihedral group: 0 to 4 are turns of a pentagon, 5 to 9 its
/// reflections.
fn product(left: u8, right: u8) -> u8 {
    match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => 5 + (left + right) % 5,
        (false, true) => 5 + (left - right) % 5,
        (false, false) => (left + 5 - right) % 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixture::Fixture;

    #[test]
    fn invalid_identifier() {
        let slips = Fixture::new()
            .definition("203082005", "203082050")
            .definition("M79.7", "MG30.01")
            .with(
                "references.yaml",
                "10.1000/strong",
                "https://doi.org/10.1000/strong",
            );
        insta::assert_snapshot!(slips.shown("invalid-identifier"));
    }

    #[test]
    fn codes_of_other_systems_are_left_alone() {
        Fixture::new()
            .definition("snomed-ct: [\"203082005\"]", "opcs-4: [\"203082050\"]")
            .passes("invalid-identifier");
    }

    #[test]
    fn check_digits_of_snomed_ct_are_verhoeffs() {
        // From the Release File Specification, and the concepts that the library names.
        for code in [
            "203082005",
            "193462001",
            "386806002",
            "161891005",
            "82423001",
            "100005",
            "138875005",
        ] {
            assert!(snomed_ct_fault(code).is_none(), "{code}");
        }
        assert_eq!(verhoeff("236"), 3);
        for code in [
            "203082006",
            "230082005",
            "2030820",
            "0203082005",
            "20308200A",
            "",
        ] {
            assert!(snomed_ct_fault(code).is_some(), "{code}");
        }
        // A description's identifier is well formed and yet no concept.
        let description = format!("31080101{}", verhoeff("31080101"));
        assert!(
            snomed_ct_fault(&description)
                .unwrap()
                .message
                .contains("descriptions")
        );
    }

    #[test]
    fn any_wrong_digit_is_found() {
        let code = "203082005";
        for at in 0..code.len() {
            for digit in '0'..='9' {
                let wrong: String = code
                    .chars()
                    .enumerate()
                    .map(|(place, own)| if place == at { digit } else { own })
                    .collect();
                assert_eq!(snomed_ct_fault(&wrong).is_none(), wrong == code, "{wrong}");
            }
        }
    }

    #[test]
    fn codes_have_the_forms_of_their_systems() {
        for code in [
            "M79.7", "R41.8", "G47.0", "Z71.3", "A00", "M79.70", "C7A.098",
        ] {
            assert!(is_icd_10(code), "{code}");
        }
        for code in [
            "M79,7",
            "79.7",
            "M7",
            "M79.",
            "m79.7",
            "M79.70000",
            "MG30.01",
        ] {
            assert!(!is_icd_10(code), "{code}");
        }
        for code in [
            "MG30.01",
            "MG30",
            "1A00",
            "5A11",
            "MG30.01&XS25",
            "2C25.Z/XA1234",
            "XN678",
        ] {
            assert!(is_icd_11(code), "{code}");
        }
        for code in [
            "M79.7", "MG30.", "MG30.012", "MGA0", "MO30", "0A00", "MG30.01&", "",
        ] {
            assert!(!is_icd_11(code), "{code}");
        }
        for code in ["L18", "P20", "A01", "Z29"] {
            assert!(is_icpc_2(code), "{code}");
        }
        for code in ["L00", "C18", "L180", "l18", "L1"] {
            assert!(!is_icpc_2(code), "{code}");
        }
    }

    #[test]
    fn numbers_of_references_have_their_forms() {
        for doi in [
            "10.1136/bmj.k851",
            "10.1016/S0140-6736(21)00392-5",
            "10.1000.10/123",
            "10.1007/978-1-4939-2501-8_8",
        ] {
            assert!(is_doi(doi), "{doi}");
        }
        for doi in [
            "https://doi.org/10.1136/bmj.k851",
            "10.1136",
            "10.1136/",
            "10.113/a",
            "10.1136/bmj k851",
            "10.1136/bmj.k851.",
            "11.1136/a",
        ] {
            assert!(!is_doi(doi), "{doi}");
        }
        assert!(is_pmid("7526868") && is_pmid("1"));
        assert!(!is_pmid("07526868") && !is_pmid("123456789") && !is_pmid("PMC1") && !is_pmid(""));
        assert!(number_fault("pmcid", "PMC11852494").is_none());
        assert!(number_fault("pmcid", "11852494").is_some());
        assert!(number_fault("serial", "anything").is_none());
    }
}
