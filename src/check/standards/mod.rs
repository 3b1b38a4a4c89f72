//! Standards report: the program's judgement of a leaflet by instruments for patient
//! information, and a worksheet with the items that need a person.
//!
//! The instruments are made for human raters. The program decides only items that it can count,
//! and never gives a total. Items have the numbers of their instrument and a summary in our words.
//!
//! Numbers, order and meaning of the items follow public descriptions of each instrument:
//!
//! - PEMAT-P: the list in Vishnevetsky and others (Patient Education and Counseling
//!   2018;101:490–496, table 1).
//! - CDC index: its score sheet (items 1 to 11) and the CDC's outline (items 12 to 20).
//! - DISCERN: its 16 questions as studies reprint them.
//! - PIF TICK: the ten criteria on the forum's web site, as updated in 2022.
//! - EQIP: items 1 to 23 as in the tables of two studies (doi:10.2196/ijmr.7822,
//!   doi:10.2196/47479). Items 24 to 36 have not been compared, and the report says so.

mod facts;
mod instrument;

use std::fmt::Write as _;

use super::Subject;
use crate::document::plain_text;
use crate::finding::{Finding, Severity};
use facts::Facts;
use instrument::{INSTRUMENTS, Instrument, InstrumentItem};

/// Judgement of the program about an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Met,
    NotMet,
    NotApplicable,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::NotMet => "not met",
            Verdict::NotApplicable => "does not apply",
        }
    }
}

/// A verdict and its reason. `None` if the item needs a person.
type Judgement = Option<(Verdict, String)>;

/// Formats the report on one leaflet as Markdown. `findings` are the results of its checks.
pub(crate) fn standards(subject: &Subject, findings: &[Finding]) -> String {
    let definition = &subject.handout.definition;
    let review = subject.clinic.review_dates(definition);
    let facts = Facts::new(subject, findings);
    let mut text = format!(
        "# Standards report: {}\n\n",
        cell(&plain_text(&subject.document.title))
    );
    let _ = writeln!(
        text,
        "Handout `{}`, version {}, language `{}`, {}, next review by {}; checked on {}.\n",
        definition.id,
        definition.version,
        subject.language,
        review.reviewed_in_words(),
        review.review_by,
        subject.date
    );
    text.push_str(
        "The first table of each instrument has the items that a program can decide by counting. The second \
         table is a worksheet for a person. There is no total, because these instruments are scored by people \
         who have read the leaflet.\n",
    );
    for instrument in INSTRUMENTS {
        push_instrument(&mut text, instrument, &facts);
    }
    push_findings(&mut text, findings);
    text
}

fn push_instrument(text: &mut String, instrument: &Instrument, facts: &Facts) {
    let _ = write!(text, "\n## {}\n\n{}\n", instrument.name, instrument.source);
    let judged: Vec<(&InstrumentItem, Judgement)> = instrument
        .items
        .iter()
        .map(|item| (item, item.judge.and_then(|judge| judge(facts))))
        .collect();
    text.push_str(
        "\n### Decided by the program\n\n| Item | About | Verdict | Reason |\n|---:|---|---|---|\n",
    );
    for (item, judgement) in &judged {
        if let Some((verdict, reason)) = judgement {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} |",
                item.number,
                item.summary,
                verdict.name(),
                cell(reason)
            );
        }
    }
    text.push_str("\n### For a person\n\n| Item | About | Rating | Notes |\n|---:|---|---|---|\n");
    for (item, judgement) in &judged {
        if judgement.is_none() {
            let _ = writeln!(text, "| {} | {} | | |", item.number, item.summary);
        }
    }
}

/// Adds a table with the number of findings by id and severity.
fn push_findings(text: &mut String, findings: &[Finding]) {
    let mut counts: Vec<(&str, Severity, usize)> = Vec::new();
    for finding in findings {
        match counts
            .iter_mut()
            .find(|known| (known.0, known.1) == (finding.id, finding.severity))
        {
            Some(known) => known.2 += 1,
            None => counts.push((finding.id, finding.severity, 1)),
        }
    }
    counts.sort_by_key(|(id, severity, _)| (std::cmp::Reverse(*severity), *id));
    text.push_str("\n## Findings of `handout check`\n\n");
    if counts.is_empty() {
        text.push_str("None.\n");
        return;
    }
    text.push_str("| Finding | Severity | Count |\n|---|---|---:|\n");
    for (id, severity, count) in counts {
        let severity = match severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let _ = writeln!(text, "| `{id}` | {severity} | {count} |");
    }
}

/// Formats text for a cell of a Markdown table.
fn cell(words: &str) -> String {
    words
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::check::fixture::Fixture;

    fn report(fixture: &Fixture) -> String {
        fixture.with_library(|library| {
            let subject = &library.subjects[0];
            standards(subject, &check(subject))
        })
    }

    #[test]
    fn standards_report() {
        insta::assert_snapshot!(report(&Fixture::new()));
    }

    #[test]
    fn every_item_is_in_one_table_and_there_is_no_total() {
        let report = report(&Fixture::new());
        for instrument in INSTRUMENTS {
            let part = report
                .split(&format!("## {}\n", instrument.name))
                .nth(1)
                .unwrap();
            let part = part.split("\n## ").next().unwrap();
            for item in instrument.items {
                let row = format!("| {} | {} |", item.number, item.summary);
                assert_eq!(part.matches(&row).count(), 1, "{row}");
            }
        }
        for word in ["score:", "%", "total:", "out of"] {
            assert!(!report.to_lowercase().contains(word), "{word}");
        }
    }

    #[test]
    fn instruments_are_complete() {
        let counts: Vec<usize> = INSTRUMENTS
            .iter()
            .map(|instrument| instrument.items.len())
            .collect();
        assert_eq!(counts, [24, 20, 16, 36, 10]);
    }

    #[test]
    fn items_on_actions_are_not_met_without_actions() {
        let bare = Fixture::new().text("  actions:\n    - Get up at the same time each day.\n", "");
        let report = report(&bare);
        assert!(report.contains("| 20 | Names at least one action for the reader | not met |"));
    }
}
