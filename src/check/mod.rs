//! Checks: what is wrong with a handout that could be made, one check a file.
//!
//! A check is a function from a [`Subject`] – one handout in one language – to findings, or from the
//! [`Whole`] library. It never prints, and never repairs. To add one: a file with the check, its name in
//! [`CHECKS`] or [`WHOLE_CHECKS`], and an explanation in `src/finding/explain/`.

mod missing_glyph;
mod subject;

use crate::finding::Finding;

pub use missing_glyph::missing_glyph;
pub use subject::{Passage, Subject};

/// A check of one handout.
pub type Check = fn(&Subject) -> Vec<Finding>;

/// The checks of one handout.
pub const CHECKS: &[Check] = &[];

/// A check across handouts.
pub type WholeCheck = fn(&Whole) -> Vec<Finding>;

/// The checks across handouts, which are run only over a whole library.
pub const WHOLE_CHECKS: &[WholeCheck] = &[];

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
