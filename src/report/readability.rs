//! How hard handouts are to read: a table for people, objects for programs.

use std::fmt::Write as _;

use serde::Serialize;

use crate::check::{Sentence, Subject, by_hardness, is_graded, is_lix};
use crate::document::plain_text;
use crate::readability::Counts;
use crate::source::Locator;

/// How many of the hardest sentences are shown.
const HARDEST: usize = 3;

/// A line of the table: what was measured, and what it has.
struct Row {
    name: String,
    counts: Counts,
}

/// The figures of handouts: a line each; of a single one also its sections and hardest sentences.
pub fn readability(subjects: &[Subject]) -> String {
    let mut text = String::new();
    let graded: Vec<&Subject> = subjects
        .iter()
        .filter(|subject| is_graded(subject))
        .collect();
    let lix: Vec<&Subject> = subjects.iter().filter(|subject| is_lix(subject)).collect();
    let is_detailed = subjects.len() == 1;
    let header = [
        "SENTENCES",
        "WORDS",
        "FLESCH–KINCAID",
        "SMOG",
        "FOG",
        "COLEMAN–LIAU",
        "ARI",
    ];
    text += &table(&graded, is_detailed, &header, |counts| {
        let grades = [
            counts.flesch_kincaid(),
            counts.smog(),
            counts.gunning_fog(),
            counts.coleman_liau(),
            counts.automated_readability(),
        ];
        grades.iter().map(|grade| format!("{grade:.1}")).collect()
    });
    text += &table(
        &lix,
        is_detailed,
        &["SENTENCES", "WORDS", "LIX"],
        |counts| vec![format!("{:.0}", counts.lix())],
    );
    if let [subject] = subjects {
        text += &hardest(subject);
    }
    text
}

fn table(
    subjects: &[&Subject],
    is_detailed: bool,
    header: &[&str],
    figures: impl Fn(&Counts) -> Vec<String>,
) -> String {
    if subjects.is_empty() {
        return String::new();
    }
    let rows: Vec<Row> = subjects
        .iter()
        .flat_map(|subject| rows(subject, is_detailed))
        .collect();
    let mut lines: Vec<Vec<String>> = vec![header.iter().map(|&name| name.to_owned()).collect()];
    lines.extend(rows.iter().map(|row| {
        let counts = [
            row.counts.sentences.to_string(),
            row.counts.words.to_string(),
        ];
        counts.into_iter().chain(figures(&row.counts)).collect()
    }));
    let names = std::iter::once("READABILITY").chain(rows.iter().map(|row| row.name.as_str()));
    let names: Vec<&str> = names.collect();
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

/// The line of a handout and, if wanted, of each of its sections.
fn rows(subject: &Subject, is_detailed: bool) -> Vec<Row> {
    let sentences = subject.sentences();
    let sum = |is_in: &dyn Fn(&Sentence) -> bool| {
        sentences
            .iter()
            .filter(|sentence| is_in(sentence))
            .map(|sentence| sentence.counts)
            .sum()
    };
    let name = format!("{} ({})", subject.handout.definition.id, subject.language);
    let mut rows = vec![Row {
        name,
        counts: sum(&|_| true),
    }];
    let sections = subject.document.sections.iter().filter(|_| is_detailed);
    rows.extend(sections.filter_map(|section| {
        let counts: Counts = sum(&|sentence| sentence.passage.section == section.key);
        let heading = section
            .heading
            .as_deref()
            .map_or_else(|| section.key.clone(), plain_text);
        (counts.sentences > 0).then(|| Row {
            name: format!("  {heading}"),
            counts,
        })
    }));
    rows
}

fn hardest(subject: &Subject) -> String {
    let sentences = subject.sentences();
    let mut text = String::new();
    let hardest = by_hardness(subject, &sentences);
    if hardest.is_empty() || !(is_graded(subject) || is_lix(subject)) {
        return text;
    }
    text += "\nHardest sentences\n";
    for sentence in hardest.iter().take(HARDEST) {
        let figure = if is_lix(subject) {
            format!("{:.0}", sentence.counts.lix())
        } else {
            format!("{:.1}", sentence.counts.flesch_kincaid())
        };
        let words = sentence.counts.words;
        let one_line = one_line(sentence.text());
        let _ = writeln!(text, "  {figure:>5}  {words} words  {one_line}");
    }
    text
}

/// The figures of handouts for programs: one JSON object a line, `{"readability": {…}}`, so that no one
/// takes it for a finding. It has `handout`, `language`, the handout's `figures`, its `sections` in reading
/// order (`section`, which is its key, `heading` and `figures`), and its `hardest` sentences, hardest first
/// (`sentence`, `file`, `line`, `column` and `figures`). Figures are `sentences`, `words` and, rounded to a
/// tenth, the grades of the language, or its `lix`; a language that no formula is for has none of them.
pub fn readability_json(subjects: &[Subject]) -> String {
    let mut text = String::new();
    let mut locator = Locator::default();
    for subject in subjects {
        let sentences = subject.sentences();
        let sum = |is_in: &dyn Fn(&Sentence) -> bool| -> Counts {
            sentences
                .iter()
                .filter(|sentence| is_in(sentence))
                .map(|sentence| sentence.counts)
                .sum()
        };
        let sections = subject.document.sections.iter().filter_map(|section| {
            let counts = sum(&|sentence| sentence.passage.section == section.key);
            let heading = section.heading.as_deref().map(plain_text);
            let figures = figures(subject, &counts);
            (counts.sentences > 0).then_some(SectionRecord {
                section: &section.key,
                heading,
                figures,
            })
        });
        let is_measured = is_graded(subject) || is_lix(subject);
        let hardest = by_hardness(subject, &sentences)
            .into_iter()
            .filter(|_| is_measured)
            .take(HARDEST);
        let hardest = hardest.map(|sentence| {
            let place = sentence.passage.prose.place(sentence.range.clone());
            let location = place.as_ref().and_then(|place| locator.locate(place));
            SentenceRecord {
                sentence: one_line(sentence.text()),
                file: place.map(|place| place.file.name.clone()),
                line: location.as_ref().map(|location| location.line),
                column: location.as_ref().map(|location| location.column),
                figures: figures(subject, &sentence.counts),
            }
        });
        let record = Record {
            readability: HandoutRecord {
                handout: &subject.handout.definition.id,
                language: subject.language,
                figures: figures(subject, &sum(&|_| true)),
                sections: sections.collect(),
                hardest: hardest.collect(),
            },
        };
        text.push_str(&serde_json::to_string(&record).expect("texts and numbers are always JSON"));
        text.push('\n');
    }
    text
}

#[derive(Serialize)]
struct Record<'a> {
    readability: HandoutRecord<'a>,
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

/// US school grades, named as their formulas are.
#[derive(Serialize)]
struct Grades {
    flesch_kincaid: f64,
    smog: f64,
    gunning_fog: f64,
    coleman_liau: f64,
    automated_readability: f64,
}

fn figures(subject: &Subject, counts: &Counts) -> Figures {
    let rounded = |figure: f64| (figure * 10.0).round() / 10.0;
    let grades = is_graded(subject).then(|| Grades {
        flesch_kincaid: rounded(counts.flesch_kincaid()),
        smog: rounded(counts.smog()),
        gunning_fog: rounded(counts.gunning_fog()),
        coleman_liau: rounded(counts.coleman_liau()),
        automated_readability: rounded(counts.automated_readability()),
    });
    let lix = is_lix(subject).then(|| rounded(counts.lix()));
    Figures {
        sentences: counts.sentences,
        words: counts.words,
        grades,
        lix,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
