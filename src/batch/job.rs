//! What a row asks for: its reserved columns, checked, and its data for the text.

use std::sync::Arc;

use clap::ValueEnum;
use serde_json::Value;

use super::cell_fault::FaultyCell;
use super::job_file::Fields;
use super::row_request::in_list;
use crate::check;
use crate::finding::Finding;
use crate::locale;
use crate::request_options::{RequestOptions, edition_meant, name_of, needed_edition, value_named};
use crate::resolve::JobData;
use crate::source;
use crate::theme::Edition;
use crate::words::is_visible;

/// Maximum number of handouts in a row.
const MAX_HANDOUTS: usize = 50;
/// Maximum number of copies of a row.
const MAX_COPIES: u32 = 999;

#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Ids of the handouts, which are joined into one file.
    pub handouts: Vec<String>,
    /// Path of the clinic, as written in the row.
    pub clinic: Option<String>,
    pub options: RequestOptions,
    /// Edition that the reader needs, unless the column `edition` names a size.
    pub need: Option<Edition>,
    pub copies: u32,
    /// Whether the row says how many copies.
    pub(super) has_copies: bool,
    /// Wanted name of the file.
    pub name: Option<String>,
    pub data: JobData,
    /// Dotted names of the data, sorted.
    pub data_names: Arc<[String]>,
    /// Data cells that a spreadsheet spoilt.
    pub(super) faulty: Vec<FaultyCell>,
}

impl Job {
    /// Checks the reserved columns of a row.
    ///
    /// Findings quote no value: in a row with shifted cells, any of them may be a patient's name.
    /// They suggest values: `ids` are those of the handouts.
    pub(super) fn read(fields: Fields, ids: &[String]) -> Result<Job, Vec<Finding>> {
        let Fields {
            reserved,
            data,
            data_names,
            faulty,
        } = fields;
        let mut findings = Vec::new();
        let [
            handout,
            clinic,
            language,
            paper,
            edition,
            format,
            copies,
            name,
            cover,
        ] = reserved;
        let mut text = |column, value| read_text(column, value, &mut findings);
        let clinic = text("clinic", clinic);
        let language = text("language", language).map(|tag| source::language_tag(&tag));
        let paper = text("paper", paper);
        let edition = text("edition", edition);
        let format = text("format", format);
        let name = text("name", name);
        let cover = text("cover", cover);
        let paper = read_option("paper", paper, value_named, &mut findings);
        let has_size =
            |edition: &String| !edition_meant(edition).is_some_and(Edition::is_only_look);
        let need = match edition.as_ref().filter(|edition| has_size(edition)) {
            Some(_) => None,
            None => needed_edition(&data).unwrap_or_else(|finding| {
                findings.push(finding);
                None
            }),
        };
        let edition = read_option("edition", edition, edition_meant, &mut findings);
        let format = read_option("format", format, value_named, &mut findings);
        let cover = read_option("cover", cover, value_named, &mut findings);
        if let Some(tag) = language.as_deref().filter(|tag| !source::is_language(tag)) {
            let finding = invalid("language", "is not the tag of a language");
            // Only tags from a list: the value may be a name in a shifted column.
            let near = locale::tag_meant(tag).filter(|tag| source::is_language(tag));
            findings.push(
                finding.help(match near.or_else(|| source::nearest_language(tag)) {
                    Some(tag) => format!("did you mean `{tag}`?"),
                    None => "write it as in `en`".to_owned(),
                }),
            );
        }
        let has_copies = match &copies {
            Value::Null => false,
            Value::String(text) => is_visible(text),
            _ => true,
        };
        let copies = read_copies(copies, &mut findings);
        let handouts = read_handouts(handout, ids, &mut findings);
        if !findings.is_empty() {
            return Err(findings);
        }
        Ok(Job {
            handouts,
            clinic,
            need,
            options: RequestOptions {
                language,
                paper,
                edition,
                references: None,
                format,
                cover,
                envelope: None,
            },
            copies,
            has_copies,
            name,
            data,
            data_names,
            faulty,
        })
    }

    /// Adds to each `missing-glyph` finding in a template tag the column that the character comes from.
    ///
    /// If several columns have such characters, only those named in the tag are added. A finding about
    /// several columns is repeated for each.
    pub(super) fn add_columns(
        &self,
        findings: Vec<Finding>,
        covers: &dyn Fn(char) -> bool,
    ) -> Vec<Finding> {
        let is_unprintable = |character: char| !check::is_printable(character, covers);
        let unprintable: Vec<&String> = self
            .data_names
            .iter()
            .filter(|name| contains(&self.data, name, &is_unprintable))
            .collect();
        let mut located = Vec::new();
        for finding in findings {
            let tag = match &finding.place {
                Some(place) if finding.id == "missing-glyph" => {
                    source::locate(place).map(|location| &place.file.text[location.bytes])
                }
                _ => None,
            };
            let Some(tag) = tag.filter(|tag| tag.starts_with("{{") && !unprintable.is_empty())
            else {
                located.push(finding);
                continue;
            };
            let is_in_tag = |name: &str| {
                name.rsplit('.')
                    .next()
                    .is_some_and(|last| tag.contains(last))
            };
            let is_any_in_tag = unprintable.iter().any(|name| is_in_tag(name));
            let mut columns: Vec<&str> = unprintable.iter().map(|name| name.as_str()).collect();
            if is_any_in_tag {
                columns.retain(|name| is_in_tag(name));
            } else {
                // The keys of a reader's maps may identify the reader.
                columns
                    .iter_mut()
                    .for_each(|name| *name = name.split('.').next().unwrap_or(name));
                columns.dedup();
            }
            let in_column = |column| finding.clone().in_column(column);
            located.extend(columns.into_iter().map(in_column));
        }
        located
    }
}

/// Whether the value under a dotted name has a character that `is_wanted` accepts.
fn contains(data: &JobData, name: &str, is_wanted: &dyn Fn(char) -> bool) -> bool {
    fn value_contains(value: &Value, is_wanted: &dyn Fn(char) -> bool) -> bool {
        match value {
            Value::String(text) => text.chars().any(is_wanted),
            Value::Array(items) => items.iter().any(|item| value_contains(item, is_wanted)),
            _ => false,
        }
    }
    let (first, rest) = match name.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (name, None),
    };
    let parts = rest.into_iter().flat_map(|rest| rest.split('.'));
    let value = parts.fold(data.get(first), |group, part| group?.get(part));
    value.is_some_and(|value| value_contains(value, is_wanted))
}

fn invalid(column: &str, problem: &str) -> Finding {
    Finding::error("invalid-value", format!("the value {problem}")).in_column(column)
}

fn read_text(column: &str, value: Value, findings: &mut Vec<Finding>) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if !is_visible(&text) => None,
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) if column == "name" => Some(number.to_string()),
        _ => {
            findings.push(invalid(column, "is not text"));
            None
        }
    }
}

/// Reads the name of a value, as `meant` reads it.
fn read_option<T: ValueEnum>(
    column: &str,
    name: Option<String>,
    meant: impl Fn(&str) -> Option<T>,
    findings: &mut Vec<Finding>,
) -> Option<T> {
    let name = name?;
    let value = meant(&name);
    if value.is_none() {
        let names: Vec<String> = T::value_variants().iter().map(name_of).collect();
        let problem = format!("is not one of `{}`", names.join("`, `"));
        let finding = invalid(column, &problem);
        findings.push(finding.suggest(&name, names.iter().map(String::as_str)));
    }
    value
}

fn read_copies(value: Value, findings: &mut Vec<Finding>) -> u32 {
    let number = match &value {
        Value::Null => Some(1),
        Value::String(text) if !is_visible(text) => Some(1),
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.as_u64(),
        _ => None,
    };
    let number = number.and_then(|number| u32::try_from(number).ok());
    if let Some(number) = number.filter(|number| (1..=MAX_COPIES).contains(number)) {
        return number;
    }
    let problem = format!("is not a number from 1 to {MAX_COPIES}");
    findings.push(invalid("copies", &problem));
    1
}

fn read_handouts(value: Value, known: &[String], findings: &mut Vec<Finding>) -> Vec<String> {
    let ids: Option<Vec<String>> = match value {
        Value::String(text) => Some(text.split(';').map(|id| id.trim().to_owned()).collect()),
        Value::Array(items) => items
            .iter()
            .map(|item| Some(item.as_str()?.trim().to_owned()))
            .collect(),
        Value::Null => Some(Vec::new()),
        _ => None,
    };
    let Some(mut ids) = ids else {
        findings.push(invalid(
            "handout",
            "is not the id of a handout, nor a list of them",
        ));
        return Vec::new();
    };
    ids.retain(|id| !id.is_empty());
    if ids.is_empty() {
        findings.push(
            Finding::error("missing-field", "the row names no handout")
                .help("write the id of a handout there, or several with `;` between them")
                .in_column("handout"),
        );
    }
    if ids.len() > MAX_HANDOUTS {
        let message = format!("the row joins more than {MAX_HANDOUTS} handouts");
        findings.push(Finding::error("too-large", message).in_column("handout"));
        ids.clear();
    }
    let wrong = ids.iter().enumerate().filter(|(_, id)| !source::is_key(id));
    for (index, wrong) in wrong {
        let finding = Finding::error("unknown-handout", "the value is not the id of a handout")
            .help("ids are small letters, digits and hyphens; `handout list` shows all ids")
            .suggest(wrong, known.iter().map(String::as_str))
            .in_column("handout");
        findings.push(in_list(finding, index, ids.len()));
    }
    ids
}
