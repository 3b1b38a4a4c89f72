//! `choppy-text`: prose that is cut into too many short sentences.
//!
//! Only paragraphs are prose. Items, cells, headings and questions are short for good reasons.

use super::Subject;
use super::sentence::Sentence;
use crate::finding::Finding;
use crate::library::EntryKind;
use crate::locale::ReadabilityFormula;
use crate::readability::Counts;
use crate::resolve::ProseKind;

/// A sentence with more words is not short.
const SHORT: usize = 7;

/// Number of short sentences in a row that make a paragraph choppy.
const MIN_IN_A_ROW: usize = 3;

const HELP: &str = "join sentences with a word such as \"because\", \"so\", \"but\" or \"when\"";

/// Finds rows of short sentences, and leaflets below the lowest grade of the library (warnings).
pub(super) fn choppy_text(subject: &Subject) -> Vec<Finding> {
    let sentences: Vec<Sentence> = subject
        .sentences()
        .into_iter()
        .filter(|sentence| is_prose(subject, sentence))
        .collect();
    let mut findings: Vec<Finding> = low_grade(subject, &sentences).into_iter().collect();
    for paragraph in sentences.chunk_by(|a, b| std::ptr::eq(a.passage, b.passage)) {
        let rows = paragraph.chunk_by(|a, b| is_short(a) == is_short(b));
        findings.extend(rows.filter_map(choppy_row));
    }
    findings
}

/// Returns whether a sentence is in a paragraph that is read from start to end.
fn is_prose(subject: &Subject, sentence: &Sentence) -> bool {
    let passage = sentence.passage;
    let is_list = subject.entry(&passage.block).is_some_and(|entry| {
        matches!(
            entry.kind,
            EntryKind::Checklist | EntryKind::Questions | EntryKind::Steps | EntryKind::Table
        )
    });
    passage.is_running_text() && passage.prose.kind == ProseKind::Paragraph && !is_list
}

/// Returns whether a sentence is short. An introduction that ends with a colon goes on below.
fn is_short(sentence: &Sentence) -> bool {
    sentence.counts.words <= SHORT && !sentence.text().ends_with(':')
}

/// Reports a row of sentences of one kind, if they are short and too many.
fn choppy_row(row: &[Sentence]) -> Option<Finding> {
    let (first, last) = (row.first()?, row.last()?);
    if row.len() < MIN_IN_A_ROW || !is_short(first) {
        return None;
    }
    let count = row.len();
    let message = format!("{count} sentences in a row have {SHORT} words or fewer");
    let finding = Finding::warning("choppy-text", message).help(HELP);
    let range = first.range.start..last.range.end;
    Some(first.passage.prose.locate(finding, range))
}

/// Returns a finding if the reading grade of the prose is below the lowest grade of the library.
fn low_grade(subject: &Subject, sentences: &[Sentence]) -> Option<Finding> {
    if subject.locale().readability != Some(ReadabilityFormula::SchoolGrade) {
        return None;
    }
    let counts: Counts = Sentence::total(sentences);
    let grade = (counts.flesch_kincaid() * 10.0).round() / 10.0;
    let [lowest, _] = subject.library.manifest().readability.grades();
    if counts.words == 0 || lowest == 0.0 || grade >= lowest {
        return None;
    }
    let message = format!(
        "the paragraphs are too choppy: Flesch–Kincaid grade {grade:.1}, the lowest is {lowest:.1}"
    );
    let finding = Finding::warning("choppy-text", message).help(HELP);
    Some(finding.in_place(subject.title_place()))
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    const GRADES: &str = "name: Test\nlanguage: en\nreadability: { grade: [4.5, 6] }\n";

    #[test]
    fn choppy_text() {
        let fixture = Fixture::new().file("library.yaml", GRADES).text(
            "Keep your room dark. Keep it cool too.",
            "Keep your room dark. Keep it cool too. Go to bed late. You may read for a while before you sleep.",
        );
        insta::assert_snapshot!(fixture.shown("choppy-text"));
    }

    #[test]
    fn two_short_sentences_are_not_choppy() {
        let eight = "Try to go to bed at the same time.";
        Fixture::new()
            .text(
                "Keep it cool too.",
                &format!("Keep it cool. {eight} Rest. Sleep well."),
            )
            .passes("choppy-text");
    }

    #[test]
    fn lists_and_paragraphs_end_a_row() {
        Fixture::new()
            .text(
                "Keep it cool too.",
                "Keep it cool.\n\n    Sleep well. Try this:\n\n    - Rest.\n    - Read.\n    - Dream.",
            )
            .passes("choppy-text");
    }
}
