//! YAML to typed values.

use std::ops::Range;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::SourceFile;
use super::diagnose::{diagnose, fault_finding};
use super::tree::{self, Content, Fault};
use crate::finding::{Finding, PlaceTarget};

/// Text with more brackets than this is looked at for its depth before the YAML crate sees it, whose
/// scanner visits every open bracket again at each token: endless nesting would take it hours.
const MANY_BRACKETS: usize = 4_000;

/// The most bytes that a file may have with its aliases written out: the YAML crate limits how many values they
/// stand for, not how long those are.
const MOST_EXPANDED: usize = 64 * 1024 * 1024;

/// Reads a file as a `T`, or tells everything that keeps it from being one.
pub fn parse<T: DeserializeOwned + JsonSchema>(file: &Arc<SourceFile>) -> Result<T, Vec<Finding>> {
    refuse_bombs(file)?;
    serde_yaml::from_str(&file.text).map_err(|error| {
        if let Some(finding) = control_character(file) {
            return vec![finding];
        }
        let findings = diagnose(file, &schemars::schema_for!(T).to_value());
        if findings.is_empty() {
            vec![unexplained(file, &error, 0)]
        } else {
            findings
        }
    })
}

/// Reads a file as a map of entries whose type has no schema. Reports the first fault of each entry.
pub fn parse_entries<T: DeserializeOwned>(file: &Arc<SourceFile>) -> Result<T, Vec<Finding>> {
    refuse_bombs(file)?;
    serde_yaml::from_str(&file.text).map_err(|error| {
        // Each entry is read again by itself, as the YAML crate stops at the first fault of a file.
        let fault = |bytes: Range<usize>| {
            let entry = serde_yaml::from_str::<T>(file.text.get(bytes.clone())?);
            Some(unexplained(file, &entry.err()?, bytes.start))
        };
        let faults: Vec<Finding> = entries(&file.text).into_iter().filter_map(fault).collect();
        if faults.is_empty() {
            vec![unexplained(file, &error, 0)]
        } else {
            faults
        }
    })
}

/// Returns the bytes of each entry of a file that is a map in block style; none if it is not, or if an entry
/// may refer to another by an alias.
fn entries(text: &str) -> Vec<Range<usize>> {
    let Ok(Some(root)) = tree::tree(text) else {
        return Vec::new();
    };
    let Content::Map(entries) = &*root.content else {
        return Vec::new();
    };
    if text[root.bytes.start..].starts_with('{') || text.contains(": *") {
        return Vec::new();
    }
    let starts = entries.iter().map(|(key, _)| key.bytes.start);
    let ends = starts.clone().skip(1).chain([text.len()]);
    starts.zip(ends).map(|(start, end)| start..end).collect()
}

fn refuse_bombs(file: &Arc<SourceFile>) -> Result<(), Vec<Finding>> {
    let text = &*file.text;
    let brackets = text
        .bytes()
        .filter(|byte| matches!(byte, b'[' | b'{'))
        .count();
    if brackets > MANY_BRACKETS
        && let Err(Fault::TooDeep(at)) = tree::tree(text)
    {
        return Err(vec![fault_finding(file, Fault::TooDeep(at))]);
    }
    // No text of an alias is longer than the file: most files need no closer look.
    let aliases = text.bytes().filter(|byte| *byte == b'*').count();
    if aliases > 0
        && text.contains('&')
        && aliases.saturating_mul(text.len()) > MOST_EXPANDED
        && let Ok(Some(root)) = tree::tree(text)
        && root.expanded() > MOST_EXPANDED
    {
        return Err(vec![too_nested(file)]);
    }
    Ok(())
}

fn too_nested(file: &Arc<SourceFile>) -> Finding {
    let message = "the file is nested too deeply, or its aliases are";
    Finding::error("too-large", message).at(file, PlaceTarget::File)
}

/// A character that YAML does not allow (YAML 1.2.2, 5.1), which word processors leave in what is copied from them.
fn control_character(file: &Arc<SourceFile>) -> Option<Finding> {
    let is_allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | '\u{85}');
    let is_odd = |&(_, character): &(usize, char)| character.is_control() && !is_allowed(character);
    let (at, character) = file.text.char_indices().find(is_odd)?;
    let message = format!(
        "a control character (U+{:04X}) stands here",
        u32::from(character)
    );
    let target = PlaceTarget::Bytes(at..at + character.len_utf8());
    Some(
        Finding::error("yaml-syntax", message)
            .at(file, target)
            .help("delete it, or begin a new line there"),
    )
}

/// The YAML crate's own words, where nothing better is known.
fn unexplained(file: &Arc<SourceFile>, error: &serde_yaml::Error, offset: usize) -> Finding {
    let message = error.to_string();
    // The YAML crate's own limits, which tell alias bombs and endless nesting.
    if message.contains("limit exceeded") {
        return too_nested(file);
    }
    let target = match error.location() {
        Some(location) => {
            let at = (offset + location.index()).min(file.text.len());
            PlaceTarget::Bytes(at..at)
        }
        None => PlaceTarget::File,
    };
    // "invalid value at line 3 column 5": the place is shown by itself.
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(message, _)| message);
    // Serde lists what is allowed after what is not; names are what stands in backticks.
    let (message, allowed) = message
        .split_once(", expected one of ")
        .unwrap_or((message, ""));
    let finding = Finding::error("invalid-value", message).at(file, target);
    let written = message.split('`').nth(1).unwrap_or_default();
    finding.suggest(written, allowed.split('`').skip(1).step_by(2))
}

/// A value as YAML in block style, with a line break at its end.
pub fn to_yaml<T: Serialize>(value: &T) -> String {
    serde_yaml::to_string(value)
        .expect("maps with text keys, lists, texts and numbers are always YAML")
}
