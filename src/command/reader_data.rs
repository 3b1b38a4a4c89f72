//! Loads data about the reader from `--data` and `--set`.
//!
//! The data may be about a patient, so findings and errors never quote values.

use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use serde_json::{Map, Value};

use super::ContentErrors;
use crate::batch::nest_object;
use crate::check::{self, ValueNames};
use crate::disk::is_named_pipe;
use crate::finding::{Finding, JobPlace, PlaceTarget, nearest};
use crate::request_options::{READER_FORMAT, is_nearly_reader_format};
use crate::resolve::JobData;
use crate::source::{self, MAX_NAME_PARTS, SourceFile};

/// Flags of `generate` that are columns in a job file.
const FLAGS: [&str; 5] = ["clinic", "language", "paper", "edition", "format"];

/// Loads the file and adds the assignments `KEY=VALUE`, which replace values of the file.
pub(super) fn load(path: Option<&Path>, assignments: &[String]) -> anyhow::Result<JobData> {
    let mut data = match path {
        Some(path) => load_file(path)?,
        None => Map::new(),
    };
    let mut assigned: Vec<&str> = Vec::new();
    for assignment in assignments {
        match key_and_value(assignment) {
            Some((key, _)) if assigned.contains(&key) => {
                bail!("`--set {key:.40}=…` is there twice: keep one of them")
            }
            Some((key, value)) => {
                assigned.push(key);
                insert(&mut data, key, value)?;
            }
            // The message does not quote the argument: it may be a patient's name.
            None => bail!("write `--set KEY=VALUE`, as in `--set patient.first_name=Ada`"),
        }
    }
    Ok(data)
}

fn key_and_value(assignment: &str) -> Option<(&str, &str)> {
    let (key, value) = assignment.split_once('=')?;
    (!key.is_empty()).then_some((key, value))
}

fn load_file(path: &Path) -> anyhow::Result<JobData> {
    if is_named_pipe(path) {
        bail!(
            "`{}` is a named pipe, not a file: write the values into a file",
            path.display()
        );
    }
    let file = match source::read_text(path, path.display().to_string()) {
        Ok(Some(file)) => file,
        Ok(None) => bail!("no file `{}`", path.display()),
        Err(finding) => return Err(ContentErrors(vec![without_values(finding)]).into()),
    };
    let values = source::parse::<source::OrderedMap<source::PlainValue>>(&file)
        .map_err(|findings| ContentErrors(findings.into_iter().map(without_values).collect()))?;
    let route = source::Route::default();
    let values = source::as_written(&file, &route, values.into_values());
    if !values.keys().any(|name| name.contains('.')) {
        return Ok(values);
    }
    let mut data = Map::new();
    for (name, value) in values {
        nest_object(&mut data, &name, value).map_err(|problem| {
            let finding = Finding::error("invalid-value", format!("the name of a value {problem}"));
            let help = "write each name once, as in `patient.first_name: Ada`";
            ContentErrors(vec![without_text(finding.help(help), &file)])
        })?;
    }
    Ok(data)
}

/// Replaces a message that may quote the file, and keeps only the line of the place.
fn without_values(finding: Finding) -> Finding {
    let message = match finding.id {
        "yaml-syntax" => {
            "this is not YAML. Check for an open quote, or a colon in text without quotes"
        }
        "duplicate-key" => "a key appears twice",
        "too-large" => "the file is too large or nested too deeply",
        "missing-file" => "the file cannot be read",
        _ => "values are texts, numbers, `true`, `false`, lists and maps of these, each with a key",
    };
    let Some(place) = finding.place else {
        return Finding {
            message: message.to_owned(),
            ..finding
        };
    };
    let location = source::locate(&place);
    let job = location.map(|location| {
        Box::new(JobPlace {
            line: Some(location.line as u64),
            ..JobPlace::default()
        })
    });
    let finding = Finding::error(finding.id, message);
    Finding {
        job,
        ..without_text(finding, &place.file)
    }
}

/// Places a finding in a file, and shows nothing of its text.
fn without_text(finding: Finding, file: &SourceFile) -> Finding {
    let blank = SourceFile {
        name: file.name.clone(),
        path: file.path.clone(),
        text: "".into(),
    };
    finding.at(&Arc::new(blank), PlaceTarget::File)
}

/// Inserts a value at a dotted key, such as `patient.first_name`.
fn insert(data: &mut Map<String, Value>, key: &str, value: &str) -> anyhow::Result<()> {
    if key.split('.').count() > MAX_NAME_PARTS {
        bail!("`--set {key:.40}…`: a name has at most {MAX_NAME_PARTS} parts between dots");
    }
    let mut map = data;
    let mut parts = key.split('.').peekable();
    while let Some(part) = parts.next() {
        if part.is_empty() {
            bail!("`--set {key}=…`: a name is missing before or after a dot");
        }
        if parts.peek().is_none() {
            if matches!(map.get(part), Some(Value::Object(_))) {
                bail!("`--set {key}=…`: `{part}` already has values, as in `{key}.…`");
            }
            map.insert(part.to_owned(), Value::String(value.to_owned()));
            return Ok(());
        }
        let inner = map
            .entry(part.to_owned())
            .or_insert_with(|| Value::Object(Map::new()));
        match inner {
            Value::Object(inner) => map = inner,
            _ => bail!("`--set {key}=…`: `{part}` already has a value"),
        }
    }
    Ok(())
}

/// Reports values that no text uses. Of the flags of `generate`, `assignments` are those of `--set`.
pub(super) fn unused_values(names: &ValueNames, assignments: &[String]) -> Vec<Finding> {
    let is_used = |name: &str| {
        names
            .used
            .iter()
            .any(|used| used.split('.').next() == Some(name))
    };
    let flag = |name: &&String| {
        let flag = FLAGS
            .into_iter()
            .find(|flag| nearest(name, [*flag]).is_some())?;
        (!is_used(name) && !names.declared.contains(*name)).then_some(flag)
    };
    let meant = names
        .given
        .iter()
        .find_map(|name| Some((name, flag(&name)?)));
    if let Some((name, flag)) = meant {
        let message = format!("`{name}` is a value for the texts, and no text uses it");
        let finding = Finding::error("unused-value", message);
        return vec![finding.help(format!("did you mean the flag `--{flag}`?"))];
    }
    check::unused_value(names, is_public(assignments))
        .into_iter()
        .collect()
}

/// Reports a name that is almost that of the reader's need.
pub(super) fn misspelt_need(names: &ValueNames) -> Option<Finding> {
    let is_near = |name: &&String| is_nearly_reader_format(name) && !names.declared.contains(*name);
    let name = names.given.iter().find(is_near)?;
    let flag = match name.as_str() {
        "format" => ", or the flag `--format`",
        _ => "",
    };
    let message = format!("the value `{name}` is not the value `{READER_FORMAT}`");
    let help = format!(
        "did you mean `{READER_FORMAT}`{flag}? If a text uses `{name}`, write it under `data` in its handout.yaml"
    );
    Some(Finding::error("invalid-value", message).help(help))
}

/// Reports misspelt names of values.
pub(super) fn misspelt_values(names: &ValueNames, assignments: &[String]) -> Vec<Finding> {
    check::misspelt_value(names, "value", is_public(assignments))
}

/// Returns whether messages may show a name. Names on the command line are the sender's own words.
fn is_public(assignments: &[String]) -> impl Fn(&str) -> bool {
    |name| {
        let mut keys = assignments.iter().filter_map(|text| key_and_value(text));
        keys.any(|(key, _)| key == name)
    }
}
