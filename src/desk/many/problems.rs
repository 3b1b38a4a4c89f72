//! Faults of rows, in words for the person who chose the list. Equal faults are one line with all their rows.
//!
//! Nothing here quotes a cell: in a row with shifted cells, any of them may be a patient's name.

use super::super::message_page::capitalised;
use super::known::Known;
use crate::finding::{Finding, Severity};

/// A fault of some rows.
pub(super) struct Problem {
    /// In order.
    pub(super) rows: Vec<u32>,
    /// Name that the column has in a job file.
    pub(super) column: Option<String>,
    /// One or two sentences. Words between backticks are code.
    pub(super) message: String,
    /// The fault in a few words.
    pub(super) why: String,
    /// Id of the leaflet that these rows probably mean.
    pub(super) leaflet: Option<String>,
    /// Whether the rows cannot be made.
    pub(super) is_error: bool,
}

/// Faults in the order of their first rows.
#[derive(Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    /// Adds a fault of a row. `meant` is the leaflet that the row probably means.
    pub(super) fn add(
        &mut self,
        row: u32,
        finding: &Finding,
        meant: Option<&String>,
        known: &Known,
    ) {
        let column = finding.job.as_ref().and_then(|job| job.column.clone());
        let is_error = finding.severity == Severity::Error;
        let leaflet = match finding.id {
            "unknown-handout" => meant.cloned(),
            _ => None,
        };
        let (mut message, why) = in_words(finding, column.as_deref(), leaflet.as_deref(), known);
        if !is_error {
            message += " The leaflet is made all the same.";
        }
        let is_same = |problem: &&mut Problem| {
            (
                &problem.column,
                &problem.message,
                &problem.leaflet,
                problem.is_error,
            ) == (&column, &message, &leaflet, is_error)
        };
        match self.0.iter_mut().find(is_same) {
            Some(problem) if problem.rows.last() == Some(&row) => {}
            Some(problem) => problem.rows.push(row),
            None => self.0.push(Problem {
                rows: vec![row],
                column,
                message,
                why,
                leaflet,
                is_error,
            }),
        }
    }

    /// Adds rows that say the same as an earlier row.
    pub(super) fn add_repeated(&mut self, rows: Vec<u32>) {
        if !rows.is_empty() {
            self.0.push(Problem {
                rows,
                column: None,
                message: "The same as an earlier row. The leaflet is made all the same.".to_owned(),
                why: "The same as an earlier row".to_owned(),
                leaflet: None,
                is_error: false,
            });
        }
    }

    pub(super) fn into_lines(self) -> Vec<Problem> {
        self.0
    }
}

/// Returns a fault in sentences, and in a few words.
fn in_words(
    finding: &Finding,
    column: Option<&str>,
    leaflet: Option<&str>,
    known: &Known,
) -> (String, String) {
    let is_date = known
        .fields
        .iter()
        .any(|field| field.is_date && Some(field.name.as_str()) == column);
    let (message, why) = match (finding.id, column) {
        ("unknown-handout", _) => match leaflet {
            Some(id) => {
                let title = known.title(id);
                let message = format!("There is no leaflet of this name. Did you mean “{title}”?");
                return (message, "No leaflet of this name".to_owned());
            }
            None => (
                "There is no leaflet of this name.",
                "No leaflet of this name",
            ),
        },
        ("missing-field", Some("handout")) => ("Empty. Each row needs a leaflet.", "Empty"),
        ("empty-value", _) => ("Empty, and the leaflet prints it.", "Empty"),
        ("invalid-value", _) if is_date && finding.message == "the value is not a date" => (
            "We cannot read this as a date. Write it like 14 December 2026 or 2026-12-14.",
            "Not a date",
        ),
        ("unavailable-language", _) => (
            "This leaflet is not in that language.",
            "Not in that language",
        ),
        ("invalid-value", Some("language")) => (
            "We do not know this language. Write it as in English, or as in en.",
            "Not a language that we know",
        ),
        ("invalid-value", Some("copies")) => {
            ("Write a number from 1 to 999.", "Not a number of copies")
        }
        ("invalid-value", Some("edition")) => (
            "There is no such edition. Write it as in Large print.",
            "No such edition",
        ),
        _ => return generic(finding),
    };
    (message.to_owned(), why.to_owned())
}

/// Returns a finding's own words. Help that names the command line helps nobody here.
fn generic(finding: &Finding) -> (String, String) {
    let message = capitalised(&finding.message);
    let help = finding.help.as_deref().filter(|help| {
        let words = ["--", "`handout ", ".yaml"];
        !words.iter().any(|word| help.contains(word))
    });
    let why = message.trim_end_matches('.').replace('`', "");
    match help {
        Some(help) => (format!("{message} {}", capitalised(help)), why),
        None => (message, why),
    }
}
