//! YAML to typed values.

use std::ops::Range;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::SourceFile;
use super::diagnose::{diagnose, fault_finding};
use super::tree::{self, Fault};
use crate::finding::{Finding, PlaceTarget};

/// Text with more brackets than this is looked at for its depth before the YAML crate sees it, whose
/// scanner visits every open bracket again at each token: endless nesting would take it hours.
const MANY_BRACKETS: usize = 4_000;

/// The most bytes that a file may have with its aliases written out: the YAML crate limits how many values they
/// stand for, not how long those are.
const MOST_EXPANDED: usize = 64 * 1024 * 1024;

/// Reads a file as a `T`, or tells everything that keeps it from being one.
pub fn parse<T: DeserializeOwned + JsonSchema>(file: &Arc<SourceFile>) -> Result<T, Vec<Finding>> {
    refuse_bombs(file, 0..file.text.len())?;
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

/// Reads a part of a file that is YAML by itself and of the same type as the whole; if that fails, tells
/// everything that keeps the whole file from being one.
pub fn parse_part<T: DeserializeOwned + JsonSchema>(
    file: &Arc<SourceFile>,
    bytes: Range<usize>,
) -> Result<T, Vec<Finding>> {
    parse_fragment(file, bytes).map_err(|findings| parse::<T>(file).err().unwrap_or(findings))
}

/// Reads a part of a file that is YAML by itself.
pub fn parse_fragment<T: DeserializeOwned>(
    file: &Arc<SourceFile>,
    bytes: Range<usize>,
) -> Result<T, Vec<Finding>> {
    refuse_bombs(file, bytes.clone())?;
    let text = file.text.get(bytes.clone()).unwrap_or_default();
    serde_yaml::from_str(text).map_err(|error| vec![unexplained(file, &error, bytes.start)])
}

fn refuse_bombs(file: &Arc<SourceFile>, bytes: Range<usize>) -> Result<(), Vec<Finding>> {
    let text = file.text.get(bytes.clone()).unwrap_or_default();
    let brackets = text
        .bytes()
        .filter(|byte| matches!(byte, b'[' | b'{'))
        .count();
    if brackets > MANY_BRACKETS
        && let Err(Fault::TooDeep(at)) = tree::tree(text)
    {
        return Err(vec![fault_finding(file, Fault::TooDeep(bytes.start + at))]);
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
