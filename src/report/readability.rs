//! Readability figures of handouts: tables for people, JSON objects for programs.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::json;

use crate::check::{Sentence, Subject, by_difficulty};
use crate::document::plain_text;
use crate::locale::ReadabilityFormula;
use crate::readability::Counts;
use crate::source::Locator;

/// Number of the hardest sentences to show.
const HARDEST: usize = 3;

/// Formats one row per handout. For a single handout, adds its sections and hardest sentences.
pub(crate) fn readability(subjects: &[Subject]) -> String {
    let measured_by = |formula: ReadabilityFormula| -> Vec<&Subject> {
        subjects
            .iter()
            .filter(|subject| subject.locale().readability == Some(formula))
            .collect()
    };
    let with_sections = subjects.len() == 1;
    let header = [
        "SENTENCES",
        "WORDS",
        "FLESCH–KINCAID",
        "SMOG",
        "FOG",
        "COLEMAN–LIAU",
        "ARI",
    ];
    let graded = measured_by(ReadabilityFormula::SchoolGrade);
    let mut text = table(&graded, with_sections, &header, |counts| {
        let grades = [
            counts.flesch_kincaid(),
            counts.smog(),
            counts.gunning_fog(),
            counts.coleman_liau(),
            counts.automated_readability(),
        ];
        grades.iter().map(|grade| format!("{grade:.1}")).collect()
    });
    let lix = measured_by(ReadabilityFormula::Lix);
    let header = ["SENTENCES", "WORDS", "LIX"];
    text += &table(&lix, with_sections, &header, |counts| {
        vec![format!("{:.0}", counts.lix())]
    });
    if let [subject] = subjects {
        text += &hardest_sentences(subject);
    }
    text
}

fn table(
    subjects: &[&Subject],
    with_sections: bool,
    header: &[&str],
    figures: impl Fn(&Counts) -> Vec<String>,
) -> String {
    if subjects.is_empty() {
        return String::new();
    }
    let rows: Vec<(String, Counts)> = subjects
        .iter()
        .flat_map(|subject| rows(subject, with_sections))
        .collect();
    let mut lines: Vec<Vec<String>> = vec![header.iter().map(|&name| name.to_owned()).collect()];
    lines.extend(rows.iter().map(|(_, counts)| {
        let totals = [counts.sentences.to_string(), counts.words.to_string()];
        totals.into_iter().chain(figures(counts)).collect()
    }));
    let names: Vec<&str> = std::iter::once("READABILITY")
        .chain(rows.iter().map(|(name, _)| name.as_str()))
        .collect();
    let width = names
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (name, cells) in names.iter().zip(&lines) {
        let _ = write!(text, "{name:width$}");
        for (cell, title) in cells.iter().zip(header) {
            let width = title.chars().count();
            let _ = write!(text, "  {cell:>width$}");
        }
        text.push('\n');
    }
    text
}

/// Returns the name and counts of a handout and, if wanted, those of its sections.
fn rows(subject: &Subject, with_sections: bool) -> Vec<(String, Counts)> {
    let sentences = subject.sentences();
    let name = format!("{} ({})", subject.handout.definition.id, subject.language);
    let mut rows = vec![(name, Sentence::total(&sentences))];
    if with_sections {
        rows.extend(sections(subject, &sentences).map(|section| {
            let name = section.heading.as_deref().unwrap_or(section.key);
            (format!("  {name}"), section.counts)
        }));
    }
    rows
}

struct MeasuredSection<'a> {
    key: &'a str,
    heading: Option<String>,
    counts: Counts,
}

/// Returns the sections that have sentences.
fn sections<'a>(
    subject: &'a Subject,
    sentences: &'a [Sentence],
) -> impl Iterator<Item = MeasuredSection<'a>> {
    subject.document.sections.iter().filter_map(|section| {
        let in_section = sentences
            .iter()
            .filter(|sentence| sentence.passage.section == section.key);
        let counts = Sentence::total(in_section);
        (counts.sentences > 0).then(|| MeasuredSection {
            key: &section.key,
            heading: section.heading.as_deref().map(plain_text),
            counts,
        })
    })
}

fn hardest_sentences(subject: &Subject) -> String {
    let Some(formula) = subject.locale().readability else {
        return String::new();
    };
    let sentences = subject.sentences();
    let hardest = by_difficulty(formula, &sentences);
    if hardest.is_empty() {
        return String::new();
    }
    let mut text = "\nHardest sentences\n".to_owned();
    for sentence in hardest.iter().take(HARDEST) {
        let counts = &sentence.counts;
        let figure = match formula {
            ReadabilityFormula::Lix => format!("{:.0}", counts.lix()),
            ReadabilityFormula::SchoolGrade => format!("{:.1}", counts.flesch_kincaid()),
        };
        let one_line = one_line(sentence.text());
        let _ = writeln!(text, "  {figure:>5}  {} words  {one_line}", counts.words);
    }
    text
}

/// Formats one JSON object per line and handout: `{"readability": {…}}`.
///
/// The outer key separates them from findings. The object has these keys:
///
/// - `handout`, `language` and `figures`.
/// - `sections`, in reading order, each with `section` (its key), `heading` and `figures`.
/// - `hardest`: the hardest sentences, hardest first, each with `sentence`, `file`, `line`,
///   `column` and `figures`.
///
/// Figures are `sentences`, `words`, and the grades or `lix` rounded to one decimal. A language
/// without a formula has neither grades nor `lix`.
pub(crate) fn readability_json(subjects: &[Subject]) -> String {
    let mut text = String::new();
    let mut locator = Locator::default();
    for subject in subjects {
        let formula = subject.locale().readability;
        let sentences = subject.sentences();
        let sections = sections(subject, &sentences)
            .map(|section| SectionRecord {
                section: section.key,
                heading: section.heading,
                figures: Figures::new(formula, &section.counts),
            })
            .collect();
        let hardest = formula
            .map(|formula| by_difficulty(formula, &sentences))
            .unwrap_or_default()
            .into_iter()
            .take(HARDEST)
            .map(|sentence| {
                let place = sentence.passage.prose.place(sentence.range.clone());
                let location = place.as_ref().and_then(|place| locator.locate(place));
                SentenceRecord {
                    sentence: one_line(sentence.text()),
                    file: place.map(|place| place.file.name.clone()),
                    line: location.as_ref().map(|location| location.line),
                    column: location.as_ref().map(|location| location.column),
                    figures: Figures::new(formula, &sentence.counts),
                }
            })
            .collect();
        let record = HandoutRecord {
            handout: &subject.handout.definition.id,
            language: subject.language,
            figures: Figures::new(formula, &Sentence::total(&sentences)),
            sections,
            hardest,
        };
        let _ = writeln!(text, "{}", json!({ "readability": record }));
    }
    text
}

#[derive(Serialize)]
struct HandoutRecord<'a> {
    handout: &'a str,
    language: &'a str,
    figures: Figures,
    sections: Vec<SectionRecord<'a>>,
    hardest: Vec<SentenceRecord>,
}

#[derive(Serialize)]
struct SectionRecord<'a> {
    section: &'a str,
    heading: Option<String>,
    figures: Figures,
}

#[derive(Serialize)]
struct SentenceRecord {
    sentence: String,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    figures: Figures,
}

#[derive(Serialize)]
struct Figures {
    sentences: usize,
    words: usize,
    #[serde(flatten)]
    grades: Option<Grades>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lix: Option<f64>,
}

/// US school grades by formula.
#[derive(Serialize)]
struct Grades {
    flesch_kincaid: f64,
    smog: f64,
    gunning_fog: f64,
    coleman_liau: f64,
    automated_readability: f64,
}

impl Figures {
    fn new(formula: Option<ReadabilityFormula>, counts: &Counts) -> Figures {
        let rounded = |figure: f64| (figure * 10.0).round() / 10.0;
        let grades = Grades {
            flesch_kincaid: rounded(counts.flesch_kincaid()),
            smog: rounded(counts.smog()),
            gunning_fog: rounded(counts.gunning_fog()),
            coleman_liau: rounded(counts.coleman_liau()),
            automated_readability: rounded(counts.automated_readability()),
        };
        Figures {
            sentences: counts.sentences,
            words: counts.words,
            grades: (formula == Some(ReadabilityFormula::SchoolGrade)).then_some(grades),
            lix: (formula == Some(ReadabilityFormula::Lix)).then(|| rounded(counts.lix())),
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
