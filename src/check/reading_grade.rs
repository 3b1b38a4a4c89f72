//! `reading-grade`: text that is harder to read than the library's targets.
//!
//! - English has US school grades. The limit for Flesch–Kincaid is the upper bound of the library's `grade`.
//!   The limit for SMOG is 2.5 grades higher: SMOG predicts full understanding, Flesch–Kincaid
//!   predicts understanding of most of the text.
//! - Swedish, Norwegian and Danish have LIX, with the limit `max_lix`.
//! - Other languages have no formula.

use super::sentence::Sentence;
use super::{Passage, Subject};
use crate::finding::{Finding, Place};
use crate::locale::ReadabilityFormula;

/// Grades between the limits of Flesch–Kincaid and SMOG.
const SMOG_ALLOWANCE: f64 = 2.5;

/// A section may be this much harder than the limit of the handout.
const SECTION_ALLOWANCE: f64 = 1.0;
const SECTION_ALLOWANCE_LIX: f64 = 5.0;

/// Sections with fewer sentences have no SMOG grade. The formula is made for thirty sentences. In fewer, a few
/// long words would decide the grade, such as the name of the illness.
const MIN_SMOG_SENTENCES: usize = 30;

/// Shorter sections are not measured: a few words can change their grade.
const MIN_SECTION_WORDS: usize = 60;

/// Shorter sentences are not ranked: one long word would make them the hardest.
const MIN_SENTENCE_WORDS: usize = 6;

/// The text that is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Leaflet,
    Section,
}

impl Scope {
    /// Returns how much harder than the limit of the leaflet the text may be.
    fn allowance(self, formula: ReadabilityFormula) -> f64 {
        match (self, formula) {
            (Scope::Leaflet, _) => 0.0,
            (Scope::Section, ReadabilityFormula::Lix) => SECTION_ALLOWANCE_LIX,
            (Scope::Section, ReadabilityFormula::SchoolGrade) => SECTION_ALLOWANCE,
        }
    }
}

/// Reports a handout that is too hard to read (a warning), and sections that are (notes).
pub(super) fn reading_grade(subject: &Subject) -> Vec<Finding> {
    let Some(formula) = subject.locale().readability else {
        return Vec::new();
    };
    let sentences = subject.sentences();
    let mut findings = Vec::new();
    if let Some(excess) = excess(subject, formula, &sentences, Scope::Leaflet) {
        let message = format!("the leaflet is too hard to read: {excess}");
        findings.push(Finding {
            place: subject.title_place(),
            help: hardest_sentence(formula, &sentences),
            ..Finding::warning("reading-grade", message)
        });
    }
    for section in &subject.document.sections {
        let sentences: Vec<Sentence> = sentences
            .iter()
            .filter(|sentence| sentence.passage.section == section.key)
            .cloned()
            .collect();
        if Sentence::total(&sentences).words < MIN_SECTION_WORDS {
            continue;
        }
        if let Some(excess) = excess(subject, formula, &sentences, Scope::Section) {
            let message = format!("this section is hard to read: {excess}");
            findings.push(Finding {
                place: section_place(subject, &section.key),
                help: hardest_sentence(formula, &sentences),
                ..Finding::note("reading-grade", message)
            });
        }
    }
    findings
}

/// Reports a letter that is too hard to read (a warning). The subject has its passages only.
pub(super) fn reading_grade_of_letter(letter: &Subject) -> Vec<Finding> {
    let Some(formula) = letter.locale().readability else {
        return Vec::new();
    };
    let sentences = letter.sentences();
    if Sentence::total(&sentences).words < MIN_SECTION_WORDS {
        return Vec::new();
    }
    let Some(excess) = excess(letter, formula, &sentences, Scope::Section) else {
        return Vec::new();
    };
    let message = format!("the letter is too hard to read: {excess}");
    let place = letter.passages.first().and_then(Passage::place);
    vec![Finding {
        place,
        help: hardest_sentence(formula, &sentences),
        ..Finding::warning("reading-grade", message)
    }]
}

/// Describes the figures above their limits, if there are any.
fn excess(
    subject: &Subject,
    formula: ReadabilityFormula,
    sentences: &[Sentence],
    scope: Scope,
) -> Option<String> {
    let counts = Sentence::total(sentences);
    if counts.words == 0 {
        return None;
    }
    let allowance = scope.allowance(formula);
    let targets = &subject.library.manifest().readability;
    match formula {
        ReadabilityFormula::Lix => {
            let (lix, limit) = (counts.lix(), targets.max_lix + allowance);
            (rounded(lix) > limit).then(|| format!("LIX {lix:.0}, the limit is {limit:.0}"))
        }
        ReadabilityFormula::SchoolGrade => {
            let [_, highest] = targets.grades();
            let limit = highest + allowance;
            let has_smog = scope == Scope::Leaflet || counts.sentences >= MIN_SMOG_SENTENCES;
            let smog = has_smog.then(|| ("SMOG", counts.smog(), limit + SMOG_ALLOWANCE));
            let above: Vec<String> = [
                Some(("Flesch–Kincaid", counts.flesch_kincaid(), limit)),
                smog,
            ]
            .into_iter()
            .flatten()
            .filter(|(_, grade, limit)| rounded(*grade) > *limit)
            .map(|(name, grade, limit)| format!("{name} grade {grade:.1}, the limit is {limit:.1}"))
            .collect();
            (!above.is_empty()).then(|| above.join("; "))
        }
    }
}

/// Rounds to the decimal that messages show, so that message and result agree.
fn rounded(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}

fn hardest_sentence(formula: ReadabilityFormula, sentences: &[Sentence]) -> Option<String> {
    let hardest = by_difficulty(formula, sentences);
    let sentence = hardest.first()?;
    Some(format!("its hardest sentence: \"{}\"", sentence.text()))
}

/// Sorts sentences by difficulty, the hardest first. Short sentences are left out.
pub(crate) fn by_difficulty<'a, 's>(
    formula: ReadabilityFormula,
    sentences: &'a [Sentence<'s>],
) -> Vec<&'a Sentence<'s>> {
    let difficulty = |sentence: &Sentence| match formula {
        ReadabilityFormula::Lix => sentence.counts.lix(),
        ReadabilityFormula::SchoolGrade => sentence.counts.flesch_kincaid(),
    };
    let mut sorted: Vec<&Sentence> = sentences
        .iter()
        .filter(|sentence| sentence.counts.words >= MIN_SENTENCE_WORDS)
        .collect();
    sorted.sort_by(|a, b| difficulty(b).total_cmp(&difficulty(a)));
    sorted
}

/// Returns the place of a section's heading, or of its first text if it has no heading.
fn section_place(subject: &Subject, key: &str) -> Option<Place> {
    subject.section(key).next()?.place()
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    const HARD: &str =
        "Multidisciplinary rehabilitation programmes incorporate psychological interventions.";

    #[test]
    fn reading_grade() {
        let hard = HARD.repeat(2).replace(".M", ". M");
        let fixture = Fixture::new().text(
            "You can sleep better",
            &format!("{hard} You can sleep better"),
        );
        insta::assert_snapshot!(fixture.shown("reading-grade"));
    }

    #[test]
    fn a_hard_section_of_an_easy_leaflet_is_a_note() {
        let hard = format!(
            "{HARD} {HARD} {HARD} {}",
            "We do our best to help you sleep at home. ".repeat(5)
        );
        let easy = "We can help you. ".repeat(90);
        let fixture = Fixture::new()
            .text(
                "Good sleep can help you.",
                &format!("Good sleep can help you. {hard}"),
            )
            .text(
                "You need not try it",
                &format!("{easy} You need not try it"),
            );
        insta::assert_snapshot!(fixture.shown("reading-grade"));
    }

    #[test]
    fn headings_and_terms_do_not_count_as_sentences() {
        let heading = "Multidisciplinary rehabilitation programmes";
        Fixture::new()
            .text("What we know", heading)
            .passes("reading-grade");
    }
}
