//! Text that is harder to read than the library wants.
//!
//! English is measured in US school grades: Flesch–Kincaid against the library's `max_grade`, and SMOG
//! against two and a half grades more, since SMOG asks for full understanding where the other asks for
//! most. Swedish, Norwegian and Danish are measured by LIX against `max_lix`. Other languages are not
//! measured.

use super::Subject;
use super::sentence::Sentence;
use crate::finding::{Finding, Place};
use crate::locale::ReadabilityFormula;
use crate::readability::Counts;

/// How much more than Flesch–Kincaid SMOG may say.
const SMOG_ABOVE: f64 = 2.5;

/// A section of fewer words says too little about itself.
const FEWEST_WORDS: usize = 60;

/// A section may be so much above the target, its handout may not.
const SECTION_ABOVE: f64 = 1.0;

/// LIX counts in larger steps than grades.
const SECTION_ABOVE_LIX: f64 = 5.0;

/// Finds handouts and sections that are too hard to read.
pub fn reading_grade(subject: &Subject) -> Vec<Finding> {
    let sentences = subject.sentences();
    let whole: Counts = sentences.iter().map(|sentence| sentence.counts).sum();
    let mut findings = Vec::new();
    if let Some(found) = too_hard(subject, &whole, 0.0) {
        let message = format!("the leaflet is too hard to read: {found}");
        let finding = Finding {
            place: subject.title_place(),
            ..Finding::warning("reading-grade", message)
        };
        findings.push(match by_hardness(subject, &sentences).first() {
            Some(sentence) => {
                finding.help(format!("its hardest sentence: \"{}\"", sentence.text()))
            }
            None => finding,
        });
    }
    for section in &subject.document.sections {
        let own: Vec<Sentence> = sentences
            .iter()
            .filter(|sentence| sentence.passage.section == section.key)
            .cloned()
            .collect();
        let counts: Counts = own.iter().map(|sentence| sentence.counts).sum();
        let above = if is_lix(subject) {
            SECTION_ABOVE_LIX
        } else {
            SECTION_ABOVE
        };
        if counts.words < FEWEST_WORDS {
            continue;
        }
        if let Some(found) = too_hard(subject, &counts, above) {
            let message = format!("this section is hard to read: {found}");
            let mut finding = Finding {
                severity: crate::finding::Severity::Note,
                ..Finding::warning("reading-grade", message)
            };
            finding.place = section_place(subject, &section.key);
            findings.push(match by_hardness(subject, &own).first() {
                Some(sentence) => {
                    finding.help(format!("its hardest sentence: \"{}\"", sentence.text()))
                }
                None => finding,
            });
        }
    }
    findings
}

/// What is too high, in words.
fn too_hard(subject: &Subject, counts: &Counts, above: f64) -> Option<String> {
    let targets = subject.library.manifest().readability;
    if counts.words == 0 {
        return None;
    }
    if is_lix(subject) {
        let (lix, limit) = (counts.lix(), targets.max_lix + above);
        return (rounded(lix) > limit).then(|| format!("LIX {lix:.0}, the limit is {limit:.0}"));
    }
    if !is_graded(subject) {
        return None;
    }
    let grades = [
        ("Flesch–Kincaid", counts.flesch_kincaid(), 0.0),
        ("SMOG", counts.smog(), SMOG_ABOVE),
    ];
    let found: Vec<String> = grades
        .into_iter()
        .map(|(name, grade, more)| (name, grade, targets.max_grade + more + above))
        .filter(|(_, grade, limit)| rounded(*grade) > *limit)
        .map(|(name, grade, limit)| format!("{name} grade {grade:.1}, the limit is {limit:.1}"))
        .collect();
    (!found.is_empty()).then(|| found.join("; "))
}

/// Figures are shown with one decimal, and judged as they are shown.
fn rounded(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}

/// Whether a handout is measured in US school grades.
pub fn is_graded(subject: &Subject) -> bool {
    subject.locale().readability == Some(ReadabilityFormula::SchoolGrade)
}

/// Whether a handout is measured by LIX.
pub fn is_lix(subject: &Subject) -> bool {
    subject.locale().readability == Some(ReadabilityFormula::Lix)
}

/// Sentences, the hardest first. Short ones are left out: with few words, one long word is all.
pub fn by_hardness<'a, 's>(
    subject: &Subject,
    sentences: &'a [Sentence<'s>],
) -> Vec<&'a Sentence<'s>> {
    let figure = |sentence: &Sentence| {
        if is_lix(subject) {
            sentence.counts.lix()
        } else {
            sentence.counts.flesch_kincaid()
        }
    };
    let mut sorted: Vec<&Sentence> = sentences
        .iter()
        .filter(|sentence| sentence.counts.words > 5)
        .collect();
    sorted.sort_by(|a, b| figure(b).total_cmp(&figure(a)));
    sorted
}

/// Where a section's heading stands, else its first words.
fn section_place(subject: &Subject, key: &str) -> Option<Place> {
    let first = subject.section(key).next()?;
    first.prose.place(0..first.prose.as_str().len())
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
