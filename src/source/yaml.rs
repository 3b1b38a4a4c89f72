//! From YAML to typed values and back.

use std::ops::Range;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::diagnose::diagnose;
use super::parse_error::ParseError;
use super::tree::{self, YamlContent};
use crate::finding::{Finding, PlaceTarget};
use crate::source_file::SourceFile;

/// Texts with more brackets than this are checked for their depth first. The scanner of the YAML
/// crate takes time quadratic in the depth.
const MANY_BRACKETS: usize = 4_000;

/// The most bytes of a file with its aliases written out. The YAML crate limits only the number of
/// values.
const MAX_EXPANDED: usize = 64 * 1024 * 1024;

/// Parses a file, or reports all its errors.
pub(crate) fn parse<T: DeserializeOwned + JsonSchema>(
    file: &Arc<SourceFile>,
) -> Result<T, Vec<Finding>> {
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

/// Parses a map of entries whose type has no schema. Reports the first error of each entry.
pub(crate) fn parse_entries<T: DeserializeOwned>(
    file: &Arc<SourceFile>,
) -> Result<T, Vec<Finding>> {
    refuse_bombs(file)?;
    serde_yaml::from_str(&file.text).map_err(|error| {
        // The YAML crate stops at a file's first error, so parse each entry by itself.
        let entry_error = |bytes: Range<usize>| {
            let entry = serde_yaml::from_str::<T>(file.text.get(bytes.clone())?);
            Some(unexplained(file, &entry.err()?, bytes.start))
        };
        let findings: Vec<Finding> = entries(&file.text)
            .into_iter()
            .filter_map(entry_error)
            .collect();
        if findings.is_empty() {
            vec![unexplained(file, &error, 0)]
        } else {
            findings
        }
    })
}

/// Returns the bytes of each entry of a map in block style. Empty for other files, and where an
/// entry may refer to another by an alias.
fn entries(text: &str) -> Vec<Range<usize>> {
    let Ok(Some(root)) = tree::tree(text) else {
        return Vec::new();
    };
    let YamlContent::Map(entries) = &*root.content else {
        return Vec::new();
    };
    if text[root.bytes.start..].starts_with('{') || text.contains(": *") {
        return Vec::new();
    }
    let starts = entries.iter().map(|(key, _)| key.bytes.start);
    let ends = starts.clone().skip(1).chain([text.len()]);
    starts.zip(ends).map(|(start, end)| start..end).collect()
}

/// Refuses files that would take the YAML crate very long.
fn refuse_bombs(file: &Arc<SourceFile>) -> Result<(), Vec<Finding>> {
    let text = &file.text;
    let brackets = text
        .bytes()
        .filter(|byte| matches!(byte, b'[' | b'{'))
        .count();
    if brackets > MANY_BRACKETS
        && let Err(error @ ParseError::TooDeep(_)) = tree::tree(text)
    {
        return Err(vec![error.finding(file)]);
    }
    // An alias expands to less than the file, so this bound settles most files.
    let aliases = text.bytes().filter(|byte| *byte == b'*').count();
    if aliases > 0
        && text.contains('&')
        && aliases.saturating_mul(text.len()) > MAX_EXPANDED
        && let Ok(Some(root)) = tree::tree(text)
        && root.expanded() > MAX_EXPANDED
    {
        return Err(vec![too_nested(file)]);
    }
    Ok(())
}

fn too_nested(file: &Arc<SourceFile>) -> Finding {
    let message = "the file is nested too deeply, or its aliases are";
    Finding::error("too-large", message).at(file, PlaceTarget::File)
}

/// Reports the first character that YAML forbids (YAML 1.2.2, 5.1). Text copied from word
/// processors has them.
fn control_character(file: &Arc<SourceFile>) -> Option<Finding> {
    let is_allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | '\u{85}');
    let is_odd = |&(_, character): &(usize, char)| character.is_control() && !is_allowed(character);
    let (at, character) = file.text.char_indices().find(is_odd)?;
    let message = format!("a control character (U+{:04X})", u32::from(character));
    let target = PlaceTarget::Bytes(at..at + character.len_utf8());
    Some(
        Finding::error("yaml-syntax", message)
            .at(file, target)
            .help("delete it, or begin a new line there"),
    )
}

/// Returns the YAML crate's own message, where no better one is known. `offset` is where the parsed
/// text begins in the file.
fn unexplained(file: &Arc<SourceFile>, error: &serde_yaml::Error, offset: usize) -> Finding {
    let message = error.to_string();
    // The YAML crate found an alias bomb or endless nesting.
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
    // As in "invalid value at line 3 column 5": findings show the place themselves.
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(message, _)| message);
    // Serde names the wrong word and then the allowed ones, all in backticks.
    let (message, allowed) = message
        .split_once(", expected one of ")
        .unwrap_or((message, ""));
    let finding = Finding::error("invalid-value", message).at(file, target);
    let written = message.split('`').nth(1).unwrap_or_default();
    finding.suggest(written, allowed.split('`').skip(1).step_by(2))
}

/// Returns a value as YAML in block style, ending with a line break.
pub(crate) fn to_yaml<T: Serialize>(value: &T) -> String {
    serde_yaml::to_string(value)
        .expect("maps with text keys, lists, texts and numbers are always YAML")
}
