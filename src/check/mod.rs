//! Checks of handouts, one file per check.
//!
//! A check is a function from a [`Subject`], one handout in one language, to findings. Some
//! checks take a [`WholeLibrary`] instead, because they compare handouts. Checks never print.
//!
//! To add a check:
//!
//! 1. Write it in a file named after its finding.
//! 2. Add it to [`HANDOUT_CHECKS`] or [`LIBRARY_CHECKS`].
//! 3. Explain its finding in `src/finding/explain/`.

mod arithmetic;
mod brand_colour;
mod choppy_text;
mod claim_not_cited;
mod claim_not_said;
mod duplicate_text;
mod empty_section;
mod empty_value;
mod faulty_reference;
#[cfg(test)]
mod fixture;
mod incomplete_face;
mod invalid_identifier;
mod jargon;
mod logo_notes;
mod long_list;
mod long_sentence;
mod lost_explanation;
mod low_resolution;
mod missing_action;
mod missing_certainty_words;
mod missing_glyph;
mod missing_help;
mod missing_main_message;
mod missing_translation;
mod no_you;
mod overstated;
mod passive_voice;
mod phrase;
mod reading_grade;
mod review_due_soon;
mod review_order;
mod sentence;
#[cfg(test)]
mod shipped_tests;
mod shouting;
mod standards;
mod subject;
mod too_large_text;
mod too_long;
mod uncited_statement;
mod uncovered_claim;
mod unexplained_term;
mod unreplaced_scaffold;
mod unused_reference;
mod unused_text;
mod unused_value;
mod weak_only;

use crate::finding::{Finding, Severity};
use crate::library::Library;

pub(crate) use brand_colour::brand_colour;
pub(crate) use empty_value::{lacking_contact, lacking_number};
pub(crate) use incomplete_face::incomplete_face;
pub(crate) use invalid_identifier::invalid_reference;
pub(crate) use logo_notes::logo_notes;
pub(crate) use long_sentence::very_long_sentences;
pub(crate) use lost_explanation::lost_explanation;
pub(crate) use low_resolution::low_resolution;
pub(crate) use missing_glyph::{is_printable, missing_glyph, missing_in_letter, unjoinable};
pub(crate) use missing_translation::missing_translation;
pub(crate) use reading_grade::by_difficulty;
pub(crate) use sentence::Sentence;
pub(crate) use standards::standards;
pub(crate) use subject::{Passage, Subject};
pub(crate) use too_large_text::too_large_text;
pub(crate) use unreplaced_scaffold::{is_only_sample, sample_contact, unreplaced_scaffold};
pub(crate) use unused_text::unused_text;
pub(crate) use unused_value::{ValueNames, misspelt_value, unused_value};

type HandoutCheck = fn(&Subject) -> Vec<Finding>;

const HANDOUT_CHECKS: &[HandoutCheck] = &[
    // Plain language.
    reading_grade::reading_grade,
    choppy_text::choppy_text,
    long_sentence::long_sentence,
    jargon::jargon,
    unexplained_term::unexplained_term,
    passive_voice::passive_voice,
    long_list::long_list,
    arithmetic::arithmetic,
    shouting::shouting,
    no_you::no_you,
    // Evidence.
    uncited_statement::uncited_statement,
    weak_only::weak_only,
    missing_certainty_words::missing_certainty_words,
    overstated::overstated,
    claim_not_cited::claim_not_cited,
    claim_not_said::claim_not_said,
    invalid_identifier::invalid_identifier,
    review_due_soon::review_due_soon,
    review_order::review_order,
    // Structure.
    missing_main_message::missing_main_message,
    missing_action::missing_action,
    missing_help::missing_help,
    empty_section::empty_section,
    too_long::too_long,
    duplicate_text::repeated_text,
];

/// Checks of the letter before a leaflet.
const LETTER_CHECKS: &[HandoutCheck] = &[
    reading_grade::reading_grade_of_letter,
    long_sentence::long_sentence,
    jargon::jargon,
    passive_voice::passive_voice,
    shouting::shouting,
];

type LibraryCheck = fn(&WholeLibrary) -> Vec<Finding>;

const LIBRARY_CHECKS: &[LibraryCheck] = &[
    uncovered_claim::uncovered_claim,
    unused_reference::unused_reference,
    invalid_identifier::invalid_identifier_of_reference,
    faulty_reference::faulty_reference,
    duplicate_text::duplicate_text,
];

/// A library with all of its handouts, each in all of its languages.
pub(crate) struct WholeLibrary<'s, 'a> {
    pub(crate) library: &'a Library,
    /// Sorted by handout id, then by language.
    pub(crate) subjects: &'s [Subject<'a>],
}

/// Runs all checks of one handout.
pub(crate) fn check(subject: &Subject) -> Vec<Finding> {
    HANDOUT_CHECKS
        .iter()
        .flat_map(|check| bounded(check(subject)))
        .collect()
}

/// Checks a letter. The subject has its passages only.
pub(crate) fn check_letter(letter: &Subject) -> Vec<Finding> {
    LETTER_CHECKS
        .iter()
        .flat_map(|check| bounded(check(letter)))
        .collect()
}

/// Most findings of a check in one handout. Locating a finding in a long text takes time.
const MAX_FINDINGS: usize = 100;

/// Keeps all errors and the first [`MAX_FINDINGS`] findings of a check. The last finding says how many there are.
fn bounded(mut findings: Vec<Finding>) -> Vec<Finding> {
    let count = findings.len();
    let Some(last) = findings.get(MAX_FINDINGS).cloned() else {
        return findings;
    };
    let mut index = 0;
    findings.retain(|finding| {
        index += 1;
        index <= MAX_FINDINGS || finding.severity == Severity::Error
    });
    let message =
        format!("there are {count} findings like this; the first {MAX_FINDINGS} are shown");
    findings.push(Finding { message, ..last });
    findings
}

/// Runs all checks across handouts.
pub(crate) fn check_library(library: &WholeLibrary) -> Vec<Finding> {
    LIBRARY_CHECKS
        .iter()
        .flat_map(|check| check(library))
        .collect()
}
