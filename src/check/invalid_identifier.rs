//! `invalid-identifier`: identifiers with an impossible form or a wrong check digit.
//!
//! References have DOI, PMID and PMCID. Handouts have codes of ICD-10, ICD-11, ICPC-2 and
//! SNOMED CT. A valid form does not prove that a code means the right thing.

use super::{Subject, WholeLibrary};
use crate::document::Document;
use crate::finding::Finding;
use crate::library::{self, Bibliography};
use crate::source_file::Route;

/// Finds invalid codes of the handout, and invalid identifiers of the references that it cites.
pub(super) fn invalid_identifier(subject: &Subject) -> Vec<Finding> {
    let definition = &subject.handout.definition;
    let mut findings = Vec::new();
    for (system, codes) in &definition.codes {
        for (index, code) in codes.iter().enumerate() {
            let Some(fault) = code_fault(system, code) else {
                continue;
            };
            let route = Route::default().key("codes").key(system).index(index);
            findings.push(finding(code, fault).at_value(&definition.file, route));
        }
    }
    findings.extend(invalid_reference(&subject.document, &subject.bibliography));
    findings
}

/// Finds invalid identifiers in the reference list of a leaflet, which prints them.
pub(crate) fn invalid_reference(document: &Document, bibliography: &Bibliography) -> Vec<Finding> {
    let references = document.references();
    in_references(
        bibliography,
        references.map(|reference| reference.key.as_str()),
    )
}

/// Finds invalid identifiers in the whole bibliography.
pub(super) fn invalid_identifier_of_reference(library: &WholeLibrary) -> Vec<Finding> {
    let bibliography = library.library.bibliography();
    in_references(bibliography, bibliography.keys())
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
            findings.push(finding(number, fault).in_place(place));
        }
    }
    findings
}

/// Why an identifier is invalid, and what to write.
struct Fault {
    message: String,
    help: &'static str,
}

/// Returns a fault unless the identifier is valid.
fn fault(is_valid: bool, name: &str, help: &'static str) -> Option<Fault> {
    (!is_valid).then(|| Fault {
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
            library::is_doi(number),
            "DOI",
            "write the DOI without a web address, as in `10.1136/annrheumdis-2016-209724`",
        ),
        "pmid" => fault(
            is_pmid(number),
            "PMID",
            "a PMID has up to 8 digits, as in `27377815`",
        ),
        "pmcid" => fault(
            number.strip_prefix("PMC").is_some_and(is_pmid),
            "PMCID",
            "a PMCID begins with PMC, as in `PMC11852494`",
        ),
        _ => None,
    }
}

fn code_fault(system: &str, code: &str) -> Option<Fault> {
    match system {
        "icd-10" => fault(
            is_icd_10(code),
            "code of ICD-10",
            "a code looks like `M79.7`",
        ),
        "icd-11" => fault(
            is_icd_11(code),
            "code of ICD-11",
            "a code looks like `MG30.01`",
        ),
        "icpc-2" => fault(is_icpc_2(code), "code of ICPC-2", "a code looks like `L18`"),
        "snomed-ct" => snomed_ct_fault(code),
        _ => None,
    }
}

/// A PMID has up to eight digits and does not begin with 0 (National Library of Medicine).
fn is_pmid(text: &str) -> bool {
    (1..=8).contains(&text.len())
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A code has a letter, a digit, a digit (a letter in some national chapters), and after a dot up
/// to four characters of subdivision (WHO, ICD-10 volume 2; national modifications go deeper).
fn is_icd_10(text: &str) -> bool {
    let (category, rest) = text
        .split_once('.')
        .map_or((text, None), |(category, rest)| (category, Some(rest)));
    let is_category = matches!(
        category.as_bytes(),
        [letter, first, second]
            if letter.is_ascii_uppercase()
                && first.is_ascii_digit()
                && (second.is_ascii_digit() || matches!(second, b'A' | b'B'))
    );
    let is_subdivision = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    is_category
        && rest.is_none_or(|rest| (1..=4).contains(&rest.len()) && rest.bytes().all(is_subdivision))
}

/// A stem code has four characters (chapter, a letter, a digit, a digit or letter), and up to two
/// more after a dot. An extension code begins with X. A cluster joins codes with `&` and `/`. The
/// letters O and I are never used, because they look like digits (WHO, ICD-11 Reference Guide, 2.6
/// "Code structure").
fn is_icd_11(text: &str) -> bool {
    let is_character = |byte: &u8| {
        byte.is_ascii_digit() || (byte.is_ascii_uppercase() && !matches!(byte, b'O' | b'I'))
    };
    let is_letter = |byte: &u8| !byte.is_ascii_digit() && is_character(byte);
    let is_code = |code: &str| {
        let (stem, rest) = code
            .split_once('.')
            .map_or((code, None), |(stem, rest)| (stem, Some(rest)));
        let is_stem = match stem.as_bytes() {
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
        let is_subdivision = rest.is_none_or(|rest| {
            (1..=2).contains(&rest.len()) && rest.as_bytes().iter().all(is_character)
        });
        is_stem && is_subdivision
    };
    text.split(['&', '/']).all(is_code)
}

/// A code has the letter of a chapter and a number from 01 to 99 (WONCA, ICPC-2).
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

/// An SCTID has 6 to 18 digits. The last is a Verhoeff check digit, and the two before it name the
/// kind of component (SNOMED International, Release File Specification, 6 "SCTID").
fn snomed_ct_fault(text: &str) -> Option<Fault> {
    let help = "an identifier looks like `\"203082005\"`";
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if !is_number || !(6..=18).contains(&text.len()) {
        return fault(false, "SNOMED CT identifier", help);
    }
    let (number, last) = text.split_at(text.len() - 1);
    let check_digit = verhoeff(number);
    if last != check_digit.to_string() {
        let message =
            format!("is not a SNOMED CT identifier: its check digit should be {check_digit}");
        return Some(Fault {
            message,
            help: "look for a wrong digit, or for two swapped digits",
        });
    }
    match number.get(number.len() - 2..) {
        Some("00" | "10") => None,
        Some("01" | "11") => fault(
            false,
            "SNOMED CT concept, but a description",
            "write the identifier of the concept",
        ),
        _ => fault(false, "SNOMED CT concept", help),
    }
}

/// Returns the check digit of a number. It is computed in the dihedral group of order 10, and so
/// detects each wrong digit and each swap of neighbours (J. Verhoeff, *Error Detecting Decimal
/// Codes*, 1969).
fn verhoeff(number: &str) -> u8 {
    const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    const INVERSE: [u8; 10] = [0, 4, 3, 2, 1, 5, 6, 7, 8, 9];
    let sum = number.bytes().rev().zip(1..).fold(0, |sum, (byte, place)| {
        let digit = (0..place % 8).fold(byte - b'0', |digit, _| PERMUTATION[usize::from(digit)]);
        product(sum, digit)
    });
    INVERSE[usize::from(sum)]
}

/// Multiplies in the dihedral group: 0 to 4 are rotations of a pentagon, 5 to 9 its reflections.
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
        // From the Release File Specification, and from the library.
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
        // The identifier of a description is valid, but it is not a concept.
        let description = format!("31080101{}", verhoeff("31080101"));
        assert!(
            snomed_ct_fault(&description)
                .unwrap()
                .message
                .contains("a description")
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
    fn codes_follow_their_systems() {
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
    fn identifiers_of_references_follow_their_systems() {
        assert!(is_pmid("7526868") && is_pmid("1"));
        assert!(!is_pmid("07526868") && !is_pmid("123456789") && !is_pmid("PMC1") && !is_pmid(""));
        assert!(number_fault("pmcid", "PMC11852494").is_none());
        assert!(number_fault("pmcid", "11852494").is_some());
        assert!(number_fault("serial", "anything").is_none());
    }
}
