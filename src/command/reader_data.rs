//! Loads data about the reader from `--data` and `--set`.
//!
//! The data may be about a patient, so findings and errors never quote values.

use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use serde_json::{Map, Value};

use super::ContentErrors;
use crate::finding::{Finding, JobPlace, PlaceTarget, nearest};
use crate::leaflet;
use crate::library::Handout;
use crate::resolve::JobData;
use crate::source::{self, MAX_NAME_PARTS, SourceFile};

/// Loads the file and adds the assignments `KEY=VALUE`, which replace values of the file.
pub(super) fn load(
    path: Option<&Path>,
    assignments: &[(String, String)],
) -> anyhow::Result<JobData> {
    let mut data = match path {
        Some(path) => load_file(path)?,
        None => Map::new(),
    };
    for (key, value) in assignments {
        insert(&mut data, key, value)?;
    }
    Ok(data)
}

fn load_file(path: &Path) -> anyhow::Result<JobData> {
    let file = match source::read_text(path, path.display().to_string()) {
        Ok(Some(file)) => file,
        Ok(None) => bail!("no file `{}`", path.display()),
        Err(finding) => return Err(ContentErrors(vec![without_values(finding)]).into()),
    };
    let values = source::parse::<source::OrderedMap<source::PlainValue>>(&file)
        .map_err(|findings| ContentErrors(findings.into_iter().map(without_values).collect()))?;
    let route = source::Route::default();
    Ok(source::as_written(&file, &route, values.into_values()))
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
    let file_without_text = Arc::new(SourceFile {
        name: place.file.name.clone(),
        path: place.file.path.clone(),
        text: "".into(),
    });
    let job = location.map(|location| {
        Box::new(JobPlace {
            line: Some(location.line as u64),
            ..JobPlace::default()
        })
    });
    Finding {
        job,
        ..Finding::error(finding.id, message).at(&file_without_text, PlaceTarget::File)
    }
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

/// Warns about names that are almost those of declared data without a value.
pub(super) fn misspelt_names(data: &JobData, handouts: &[Handout]) -> Vec<Finding> {
    let given = leaflet::data_names(data);
    let missing: Vec<&str> = handouts
        .iter()
        .flat_map(|handout| &handout.definition.data)
        .map(String::as_str)
        .filter(|name| !given.iter().any(|given| given == name))
        .collect();
    let misspelt = given
        .iter()
        .filter_map(|name| Some((name, nearest(name, missing.iter().copied())?)));
    misspelt
        .map(|(name, nearest)| {
            Finding::warning(
                "unknown-variable",
                format!("no handout here declares `{name}`"),
            )
            .help(format!("did you mean `{nearest}`?"))
        })
        .collect()
}
