//! Options of a leaflet and their names in YAML, job files and flags.
//!
//! The first source that sets an option wins: the row of a job file, the command line, the clinic's
//! `defaults`, the built-in default.

use clap::ValueEnum;

use crate::finding::Finding;
use crate::leaflet::Format;
use crate::library::Clinic;
use crate::resolve::ReferenceMode;
use crate::theme::{Edition, Paper};

/// Options of a leaflet. `None` leaves the choice to the next source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestOptions {
    /// BCP 47 tag.
    pub language: Option<String>,
    pub paper: Option<Paper>,
    pub edition: Option<Edition>,
    pub references: Option<ReferenceMode>,
    pub format: Option<Format>,
}

impl RequestOptions {
    /// Reads the `defaults` of a clinic.
    pub fn of_clinic(clinic: &Clinic) -> RequestOptions {
        let value = |key: &str| clinic.facts.defaults.0.get(key).map(String::as_str);
        RequestOptions {
            language: value("language").map(str::to_owned),
            paper: value("paper").and_then(value_named),
            edition: value("edition").and_then(value_named),
            references: value("references").and_then(value_named),
            format: value("format").and_then(value_named),
        }
    }

    /// Takes missing options from `fallback`.
    pub fn or(self, fallback: RequestOptions) -> RequestOptions {
        RequestOptions {
            language: self.language.or(fallback.language),
            paper: self.paper.or(fallback.paper),
            edition: self.edition.or(fallback.edition),
            references: self.references.or(fallback.references),
            format: self.format.or(fallback.format),
        }
    }
}

/// Reports an edition that is not laid out for a paper.
pub(crate) fn edition_fault(edition: Edition, paper: Paper) -> Option<Finding> {
    let papers = edition.papers();
    if papers.contains(&paper) {
        return None;
    }
    let (edition, paper) = (name_of(&edition), name_of(&paper));
    let names: Vec<String> = papers
        .iter()
        .map(|paper| format!("`{}`", name_of(paper)))
        .collect();
    let message = format!("the edition `{edition}` does not fit on the paper `{paper}`");
    let finding = Finding::error("unavailable-edition", message);
    Some(finding.help(format!("use the paper {}", names.join(" or "))))
}

/// Reports an edition that a format does not have. Readers set the size of the others themselves.
pub(crate) fn format_fault(edition: Edition, format: Format) -> Option<Finding> {
    if edition == Edition::STANDARD || format == Format::Pdf {
        return None;
    }
    let message = format!("the edition `{}` is for PDF only", name_of(&edition));
    let help = "readers set the size of web pages and plain text: use the edition `standard`";
    Some(Finding::error("unavailable-edition", message).help(help))
}

/// Returns the name of a value in YAML, job files and flags.
pub(crate) fn name_of(value: &impl ValueEnum) -> String {
    let value = value.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}

/// Returns the value with a name.
pub(crate) fn value_named<T: ValueEnum>(name: &str) -> Option<T> {
    T::from_str(name, true).ok()
}
