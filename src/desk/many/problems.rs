//! Faults of rows, in words for the person who chose the list. Equal faults are one line with all their rows.
//!
//! Nothing here quotes a cell: in a row with shifted cells, any of them may be a patient's name.

use std::collections::BTreeSet;

use clap::ValueEnum;

use super::super::library_page::language_name;
use super::super::message_page::capitalised;
use super::super::option_group::{edition_label, paper_label};
use super::known::Known;
use super::stopped_leaflets::StoppedLeaflet;
use crate::batch::folded;
use crate::finding::{Finding, Severity, joined};
use crate::request_options::{READER_FORMAT, name_of};
use crate::theme::{Edition, Paper};

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
    /// Ids of the leaflets that these rows may mean. Each can be chosen for them.
    pub(super) leaflets: Vec<String>,
    /// The leaflet that Print refuses, if that is the fault.
    pub(super) stopped: Option<StoppedLeaflet>,
    /// Whether the rows cannot be made.
    pub(super) is_error: bool,
}

/// What a row means whose leaflet is not known.
pub(super) struct Meant {
    kind: Kind,
    /// What the row could have in place of its words: ids, several of one row with `;` between them.
    leaflets: Vec<String>,
    /// Whether the row has these words only. Other rows are corrected in the list.
    is_alone: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One leaflet has a similar name.
    Near,
    /// Several leaflets have the name.
    Shared,
    /// The names of several leaflets have another sign than `;` between them.
    Several,
}

/// Signs that people write between the names of leaflets.
const SIGNS: [&str; 7] = [",", "\n", "/", "+", "&", "|", " and "];

impl Meant {
    /// Returns what a name means. `None` if nobody knows.
    pub(super) fn new(name: &str, is_alone: bool, known: &Known) -> Option<Meant> {
        let shared = known.shared.get(&folded(name));
        let several = || SIGNS.iter().find_map(|sign| several(name, sign, known));
        let (kind, leaflets) = match shared {
            Some(ids) => (Kind::Shared, ids.iter().cloned().collect()),
            None => match several() {
                Some(ids) => (Kind::Several, vec![ids]),
                None => (Kind::Near, vec![known.leaflet_meant(name)?.clone()]),
            },
        };
        Some(Meant {
            kind,
            leaflets,
            is_alone,
        })
    }

    /// Says what is wrong with the name.
    fn in_words(&self, known: &Known) -> (String, &'static str) {
        let titles = self.leaflets.iter();
        let titles: Vec<String> = titles
            .map(|id| match self.kind {
                Kind::Shared => format!("`{id}` for {}", known.titles_of(id)),
                Kind::Near | Kind::Several => known.titles_of(id),
            })
            .collect();
        let titles = joined(&titles, "or");
        match self.kind {
            Kind::Shared => {
                let count = match self.leaflets.len() {
                    2 => "Two leaflets have".to_owned(),
                    count => format!("{count} leaflets have"),
                };
                (
                    format!("{count} this name. In your list, write {titles}."),
                    "A name of several leaflets",
                )
            }
            Kind::Near => (
                format!("There is no leaflet of this name. Did you mean {titles}?"),
                "No leaflet of this name",
            ),
            Kind::Several => (
                format!("Write `;` between the names of leaflets. Did you mean {titles}?"),
                "No leaflet of this name",
            ),
        }
    }
}

/// Returns the ids of leaflets whose names have a sign between them, with `;` instead. `None` if one is not known.
fn several(names: &str, sign: &str, known: &Known) -> Option<String> {
    let parts = names.split(sign).filter(|part| !folded(part).is_empty());
    let ids: Option<Vec<&str>> = parts.map(|part| known.leaflet_named(part)).collect();
    ids.filter(|ids| ids.len() > 1).map(|ids| ids.join(";"))
}

/// Faults in the order of their first rows.
#[derive(Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    /// Adds a fault of a row. `meant` is what the row means if its leaflet is not known, and `stopped` the leaflet
    /// that Print refuses.
    pub(super) fn add(
        &mut self,
        row: u32,
        finding: &Finding,
        meant: Option<&Meant>,
        stopped: Option<StoppedLeaflet>,
        known: &Known,
    ) {
        let column = finding.job.as_ref().and_then(|job| job.column.clone());
        let is_error = finding.severity == Severity::Error;
        let meant = meant.filter(|_| finding.id == "unknown-handout");
        let (mut message, why) = in_words(finding, column.as_deref(), meant, known);
        let chosen = meant.filter(|meant| meant.is_alone);
        let leaflets = chosen.map_or_else(Vec::new, |meant| meant.leaflets.clone());
        if !is_error {
            message += " The leaflet is made all the same.";
        }
        let is_same = |problem: &&mut Problem| {
            (
                &problem.column,
                &problem.message,
                &problem.leaflets,
                &problem.stopped,
                problem.is_error,
            ) == (&column, &message, &leaflets, &stopped, is_error)
        };
        match self.0.iter_mut().find(is_same) {
            Some(problem) if problem.rows.last() == Some(&row) => {}
            Some(problem) => problem.rows.push(row),
            None => self.0.push(Problem {
                rows: vec![row],
                column,
                message,
                why,
                leaflets,
                stopped,
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
                leaflets: Vec::new(),
                stopped: None,
                is_error: false,
            });
        }
    }

    /// Explains values that are empty because no column has them. `has_column` takes the name of a column in a job file.
    pub(super) fn explain_missing_columns(&mut self, has_column: &dyn Fn(&str) -> bool) {
        for problem in &mut self.0 {
            let column = problem.column.as_deref();
            if problem.message.starts_with(EMPTY) && column.is_some_and(|name| !has_column(name)) {
                let message = problem.message.replacen(EMPTY, NO_COLUMN, 1);
                problem.message = message;
                problem.why = "No such column".to_owned();
            }
        }
    }

    pub(super) fn into_lines(self) -> Vec<Problem> {
        self.0
    }
}

/// What is wrong with an empty cell.
const EMPTY: &str = "Empty, and the leaflet prints it.";
/// What is wrong if there is no such cell at all.
const NO_COLUMN: &str = "No column of your list has this, and the leaflet prints it. Choose the column above under \
    “Used as”, or add it to your list.";

/// Returns a fault in sentences, and in a few words.
fn in_words(
    finding: &Finding,
    column: Option<&str>,
    meant: Option<&Meant>,
    known: &Known,
) -> (String, String) {
    let is_date = known
        .fields
        .iter()
        .any(|field| field.is_date && Some(field.name.as_str()) == column);
    let (message, why): (String, &str) = match (finding.id, column) {
        ("unknown-handout", _) => match meant {
            Some(meant) => meant.in_words(known),
            None => (
                "There is no leaflet of this name.".to_owned(),
                "No leaflet of this name",
            ),
        },
        ("missing-field", Some("handout")) => {
            ("Empty. Each row needs a leaflet.".to_owned(), "Empty")
        }
        ("empty-value", Some(_)) => (EMPTY.to_owned(), "Empty"),
        ("invalid-value", _) if is_date && finding.message == "the value is not a date" => (
            "We cannot read this as a date. Write it like 14 December 2026 or 2026-12-14."
                .to_owned(),
            "Not a date",
        ),
        ("unavailable-language", _) => (
            match languages_of(finding) {
                Some(languages) => {
                    format!("This leaflet is not in that language. It is in {languages}.")
                }
                None => "This leaflet is not in that language.".to_owned(),
            },
            "Not in that language",
        ),
        ("uncertain-print", _) => (
            "Nobody knows whether this leaflet was printed. Look at the printer. If it is missing, print it from its own \
             screen."
                .to_owned(),
            "Perhaps not printed: look at the printer",
        ),
        ("missing-address", _) => {
            let help = "Write it in your list, or leave the letter out below.";
            let message = capitalised(&finding.message);
            let why = message.trim_end_matches('.').to_owned();
            return (format!("{message} {help}"), why);
        }
        ("unavailable-cover", _) => (
            "A letter does not go with this paper or edition. Choose another one in your list, or leave the letter out \
             below."
                .to_owned(),
            "No letter on this paper",
        ),
        ("invalid-value", Some("language")) => {
            let languages: BTreeSet<String> = known
                .languages
                .iter()
                .map(|tag| language_name(tag))
                .collect();
            let languages: Vec<String> = languages.into_iter().collect();
            (
                format!(
                    "We do not know this language. Write {}.",
                    joined(&languages, "or")
                ),
                "Not a language that we know",
            )
        }
        ("invalid-value", Some("copies")) => (
            "Write a number from 1 to 999.".to_owned(),
            "Not a number of copies",
        ),
        ("invalid-value", Some(READER_FORMAT)) => {
            let editions = joined(&simple_editions(), "or");
            (
                format!(
                    "We make no leaflet in this format, and none in Braille. Write {editions}. Leave the cell empty for \
                     a reader who needs none of these."
                ),
                "No such format",
            )
        }
        ("invalid-value", Some("edition")) => {
            (
                format!(
                    "There is no such edition. Write {}. Two together are Large print + black and white.",
                    joined(&simple_editions(), "or")
                ),
                "No such edition",
            )
        }
        ("invalid-value", Some("paper")) => {
            let papers: Vec<String> = Paper::value_variants().iter().map(paper_label).collect();
            (
                format!("There is no such paper. Write {}.", joined(&papers, "or")),
                "No such paper",
            )
        }
        _ => return generic(finding),
    };
    (message, why.to_owned())
}

/// Returns the labels of editions that are one thing only, as in "Large print".
fn simple_editions() -> Vec<String> {
    let labels = Edition::value_variants().iter().map(edition_label);
    labels.filter(|label| !label.contains(',')).collect()
}

/// Names the languages that a leaflet has, where a finding says that it lacks one.
fn languages_of(finding: &Finding) -> Option<String> {
    let tags = finding.help.as_deref()?.strip_prefix("it is in ")?;
    let names: Vec<String> = tags.split(", ").map(language_name).collect();
    Some(joined(&names, "and"))
}

/// Writes the labels of editions and papers in place of their names, as in “Large print” for `large-print`.
pub(super) fn with_labels(text: &str) -> String {
    let mut text = text.to_owned();
    let editions = Edition::value_variants().iter();
    let editions = editions.map(|edition| (name_of(edition), edition_label(edition)));
    let papers = Paper::value_variants().iter();
    let papers = papers.map(|paper| (name_of(paper), paper_label(paper)));
    for (name, label) in editions.chain(papers) {
        text = text.replace(&format!("`{name}`"), &format!("“{label}”"));
    }
    text
}

/// Returns a finding's own words. Help that names the command line helps nobody here.
fn generic(finding: &Finding) -> (String, String) {
    let of_list = |text: &str| with_labels(&text.replace("the header", "the row of headings"));
    let message = capitalised(&of_list(&finding.message));
    let help = finding.help.as_deref().filter(|help| {
        let words = ["--", "`handout ", ".yaml"];
        !words.iter().any(|word| help.contains(word))
    });
    let why = message.trim_end_matches('.').replace('`', "");
    match help {
        Some(help) => (format!("{message} {}", capitalised(&of_list(help))), why),
        None => (message, why),
    }
}
