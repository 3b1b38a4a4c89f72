//! What a row asks for: its reserved columns read and checked, everything else data for the text.

use std::sync::Arc;

use serde_json::Value;

use super::job_file::Fields;
use crate::check;
use crate::finding::Finding;
use crate::library::DEFAULTS;
use crate::resolve::JobData;
use crate::source;
use crate::theme::Paper;

/// A row may join at most so many handouts.
const MOST_HANDOUTS: usize = 50;
/// A row may ask for at most so many copies.
const MOST_COPIES: u32 = 999;

/// What a row asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The ids of its handouts, which are joined into one file.
    pub handouts: Vec<String>,
    /// Where its clinic is, as the row has it.
    pub clinic: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Its paper.
    pub paper: Option<Paper>,
    /// Its edition.
    pub edition: Option<String>,
    /// How often it is printed.
    pub copies: u32,
    /// What its file is called.
    pub name: Option<String>,
    /// Data for the text.
    pub data: JobData,
    /// The dotted names of the data, sorted.
    pub data_names: Arc<[String]>,
}

impl Job {
    /// Reads the reserved columns of a row. Values are not repeated in findings: in a row whose cells
    /// have shifted, a name may stand anywhere.
    pub fn read(fields: Fields) -> Result<Job, Vec<Finding>> {
        let Fields {
            reserved,
            data,
            data_names,
        } = fields;
        let mut findings = Vec::new();
        let [handout, clinic, language, paper, edition, copies, name] = reserved;
        let mut text = |column: &str, value: Value| match value {
            Value::Null => None,
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) if column == "name" => Some(number.to_string()),
            _ => {
                findings.push(invalid(column, "is not text"));
                None
            }
        };
        let clinic = text("clinic", clinic);
        let language = text("language", language);
        let paper = text("paper", paper);
        let edition = text("edition", edition);
        let name = text("name", name);
        let paper = paper.and_then(|name| match paper_named(&name) {
            Some(paper) => Some(paper),
            None => {
                findings.push(not_one_of("paper"));
                None
            }
        });
        let edition = edition.filter(|name| {
            let known = values_of("edition").contains(&name.as_str());
            if !known {
                findings.push(not_one_of("edition"));
            }
            known
        });
        if language
            .as_ref()
            .is_some_and(|language| !source::is_language(language))
        {
            findings.push(
                invalid("language", "is not the tag of a language").help("write it as in `en`"),
            );
        }
        let copies = copies_of(copies, &mut findings);
        let handouts = handouts_of(handout, &mut findings);
        if !findings.is_empty() {
            return Err(findings);
        }
        Ok(Job {
            handouts,
            clinic,
            language,
            paper,
            edition,
            copies,
            name,
            data,
            data_names,
        })
    }

    /// Findings about a text that this row's data are filled into, with the columns that they come from:
    /// those that have a character that no typeface has, and where there are several, those of the names
    /// that stand in the text there.
    pub fn add_columns(
        &self,
        findings: Vec<Finding>,
        covers: &dyn Fn(char) -> bool,
    ) -> Vec<Finding> {
        let is_bare = |character: char| !check::is_printable(character, covers);
        let bare: Vec<&String> = self
            .data_names
            .iter()
            .filter(|name| has(&self.data, name, &is_bare))
            .collect();
        let mut told = Vec::new();
        for finding in findings {
            let tag = match &finding.place {
                Some(place) if finding.id == "missing-glyph" => {
                    source::locate(place).map(|location| &place.file.text[location.bytes])
                }
                _ => None,
            };
            let Some(tag) = tag.filter(|tag| tag.starts_with("{{") && !bare.is_empty()) else {
                told.push(finding);
                continue;
            };
            let is_named = |name: &&&String| {
                name.rsplit('.')
                    .next()
                    .is_some_and(|last| tag.contains(last))
            };
            let named: Vec<&&String> = bare.iter().filter(is_named).collect();
            let columns = if named.is_empty() {
                bare.iter().collect()
            } else {
                named
            };
            told.extend(
                columns
                    .into_iter()
                    .map(|column| finding.clone().in_column(column)),
            );
        }
        told
    }
}

/// Whether the value of that dotted name has such a character.
fn has(data: &JobData, name: &str, is_wanted: &dyn Fn(char) -> bool) -> bool {
    fn within(value: &Value, is_wanted: &dyn Fn(char) -> bool) -> bool {
        match value {
            Value::String(text) => text.chars().any(is_wanted),
            Value::Array(items) => items.iter().any(|item| within(item, is_wanted)),
            _ => false,
        }
    }
    match name.split_once('.') {
        Some((group, rest)) => data
            .get(group)
            .and_then(Value::as_object)
            .is_some_and(|inner| has(inner, rest, is_wanted)),
        None => data.get(name).is_some_and(|value| within(value, is_wanted)),
    }
}

fn invalid(column: &str, what: &str) -> Finding {
    Finding::error("invalid-value", format!("the value {what}")).in_column(column)
}

/// The values that a column may have, the same as those of the clinic's default.
fn values_of(column: &str) -> &'static [&'static str] {
    DEFAULTS
        .iter()
        .find(|(flag, ..)| *flag == column)
        .map_or(&[], |(_, _, values)| values)
}

fn not_one_of(column: &str) -> Finding {
    let values: Vec<String> = values_of(column)
        .iter()
        .map(|value| format!("`{value}`"))
        .collect();
    invalid(column, &format!("is not one of {}", values.join(", ")))
}

pub(super) fn paper_named(name: &str) -> Option<Paper> {
    match name {
        "a4" => Some(Paper::A4),
        "letter" => Some(Paper::Letter),
        "a5" => Some(Paper::A5),
        _ => None,
    }
}

fn copies_of(value: Value, findings: &mut Vec<Finding>) -> u32 {
    let number = match &value {
        Value::Null => Some(1),
        Value::String(text) if text.trim().is_empty() => Some(1),
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number
            .as_u64()
            .and_then(|number| u32::try_from(number).ok()),
        _ => None,
    };
    match number.filter(|number| (1..=MOST_COPIES).contains(number)) {
        Some(number) => number,
        None => {
            findings.push(invalid(
                "copies",
                &format!("is not a number from 1 to {MOST_COPIES}"),
            ));
            1
        }
    }
}

fn handouts_of(value: Value, findings: &mut Vec<Finding>) -> Vec<String> {
    let parts: Option<Vec<String>> = match value {
        Value::String(text) => Some(text.split(';').map(|part| part.trim().to_owned()).collect()),
        Value::Array(items) => items
            .into_iter()
            .map(|item| match item {
                Value::String(text) => Some(text.trim().to_owned()),
                _ => None,
            })
            .collect(),
        Value::Null => Some(Vec::new()),
        _ => None,
    };
    let Some(mut parts) = parts else {
        findings.push(invalid(
            "handout",
            "is not the id of a handout, nor a list of them",
        ));
        return Vec::new();
    };
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() {
        findings.push(
            Finding::error("missing-field", "the row names no handout")
                .help("write the id of a handout there, or several with `;` between them")
                .in_column("handout"),
        );
    }
    if parts.len() > MOST_HANDOUTS {
        let message = format!("the row joins more than {MOST_HANDOUTS} handouts");
        findings.push(Finding::error("too-large", message).in_column("handout"));
        parts.clear();
    }
    if parts.iter().any(|part| !source::is_key(part)) {
        findings.push(
            Finding::error("unknown-handout", "the value is not the id of a handout")
                .help("ids are small letters, digits and hyphens; `handout list` shows those there are")
                .in_column("handout"),
        );
    }
    parts
}
