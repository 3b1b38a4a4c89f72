//! Checks: what is wrong with a handout that could be made, one check a file.
//!
//! A check is a function from a [`Subject`] – one handout in one language – to findings, or from the
//! [`Whole`] library. It never prints, and never repairs. To add one: a file with the check, its name in
//! [`CHECKS`] or [`WHOLE_CHECKS`], and an explanation in `src/finding/explain/`.

mod arithmetic;
mod brand_colour;
mod claim_not_cited;
mod duplicate_text;
mod empty_section;
#[cfg(test)]
mod fixture;
mod heading_order;
mod incomplete_face;
mod invalid_identifier;
mod jargon;
mod long_list;
mod long_sentence;
mod low_resolution;
mod missing_action;
mod missing_certainty_words;
mod missing_glyph;
mod missing_help;
mod missing_main_message;
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
mod too_long;
mod uncited_statement;
mod uncovered_claim;
mod unexplained_term;
mod unused_reference;
mod unused_text;
mod weak_only;

use crate::finding::Finding;

pub use brand_colour::brand_colour;
pub use incomplete_face::incomplete_face;
pub use low_resolution::low_resolution;
pub use missing_glyph::{can_be_set, missing_glyph};
pub use reading_grade::{by_hardness, is_graded, is_lix};
pub use sentence::Sentence;
pub use standards::standards;
pub use subject::{Passage, Subject};

/// A check of one handout.
pub type Check = fn(&Subject) -> Vec<Finding>;

/// The checks of one handout.
pub const CHECKS: &[Check] = &[
    // Plain language.
    reading_grade::reading_grade,
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
    invalid_identifier::invalid_identifier,
    review_due_soon::review_due_soon,
    review_order::review_order,
    // Structure.
    missing_main_message::missing_main_message,
    missing_action::missing_action,
    missing_help::missing_help,
    heading_order::heading_order,
    empty_section::empty_section,
    too_long::too_long,
    unused_text::unused_text,
];

/// A check across handouts.
pub type WholeCheck = fn(&Whole) -> Vec<Finding>;

/// The checks across handouts, which are run only over a whole library.
pub const WHOLE_CHECKS: &[WholeCheck] = &[
    uncovered_claim::uncovered_claim,
    unused_reference::unused_reference,
    invalid_identifier::invalid_identifier_of_reference,
    duplicate_text::duplicate_text,
];

/// A library with all of its handouts in all of their languages.
pub struct Whole<'s, 'a> {
    /// The library: its manifest, glossary and bibliography.
    pub library: &'a crate::library::Library,
    /// Its handouts, by id and language.
    pub subjects: &'s [Subject<'a>],
    /// Today.
    pub date: jiff::civil::Date,
}

/// Runs all checks on one handout.
pub fn check(subject: &Subject) -> Vec<Finding> {
    CHECKS.iter().flat_map(|check| check(subject)).collect()
}

/// Runs all checks across handouts.
pub fn check_whole(whole: &Whole) -> Vec<Finding> {
    WHOLE_CHECKS.iter().flat_map(|check| check(whole)).collect()
}
