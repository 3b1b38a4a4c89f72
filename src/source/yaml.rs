//! From YAML to typed values and back.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::comment::cut_texts;
use super::diagnose::diagnose;
use super::early_fault::{codes_in_quotes, early_fault};
use super::parse_error::{MAX_DEPTH, ParseError};
use super::syntax_cause::taken_words;
use super::tree;
use crate::finding::{Finding, PlaceTarget};
use crate::source_file::SourceFile;

/// Texts with more brackets than this are checked for their depth first. The scanner of the YAML
/// crate takes time quadratic in the depth.
const MANY_BRACKETS: usize = 4_000;

/// The most bytes of a file with its aliases written out. The YAML crate limits only the number of
/// values.
const MAX_EXPANDED: usize = 64 * 1024 * 1024;

/// The most direction marks of a file. A few are normal in names.
const MAX_DIRECTION_MARKS: usize = 1_000;

/// Parses a file, or reports all its errors.
pub(crate) fn parse<T: DeserializeOwned + JsonSchema>(
    file: &Arc<SourceFile>,
) -> Result<T, Vec<Finding>> {
    refuse_bombs(file)?;
    refuse_direction_marks(file)?;
    let value = serde_yaml::from_str(&file.text).map_err(|error| {
        if let Some(finding) = control_character(file) {
            return vec![finding];
        }
        let bang = || {
            let mut causes = taken_words(&file.text).into_iter();
            causes.find(|cause| file.text[cause.bytes.clone()].starts_with('!'))
        };
        if let Some(cause) = early_fault(&file.text).or_else(bang) {
            let finding = Finding::error("yaml-syntax", cause.message).help(cause.help);
            return vec![finding.at(file, PlaceTarget::Bytes(cause.bytes))];
        }
        let mut findings = diagnose(file, &schemars::schema_for!(T).to_value());
        if findings.is_empty() {
            findings.push(unexplained(file, &error));
        }
        findings.extend(cut_texts(file));
        findings
    })?;
    let mut lost = cut_texts(file);
    let codes = codes_in_quotes(&file.text);
    for cause in taken_words(&file.text).into_iter().chain(codes) {
        let finding = Finding::error("yaml-syntax", cause.message).help(cause.help);
        lost.push(finding.at(file, PlaceTarget::Bytes(cause.bytes)));
    }
    match lost {
        findings if findings.is_empty() => Ok(value),
        findings => Err(findings),
    }
}

/// Returns whether the indentation and the brackets of a file allow more levels than [`MAX_DEPTH`]. The YAML
/// crate has a limit of its own, which is higher.
fn may_be_too_deep(text: &str) -> bool {
    let (mut open, mut brackets) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        brackets = brackets.max(open);
    }
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let indentation = text.lines().map(indentation).max().unwrap_or(0);
    brackets + indentation >= MAX_DEPTH
}

/// Refuses files that would take the YAML crate very long.
fn refuse_bombs(file: &Arc<SourceFile>) -> Result<(), Vec<Finding>> {
    let text = &file.text;
    let brackets = text
        .bytes()
        .filter(|byte| matches!(byte, b'[' | b'{'))
        .count();
    if (brackets > MANY_BRACKETS || may_be_too_deep(text))
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

/// Refuses a file with very many direction marks. Laying out a paragraph of them takes quadratic time.
fn refuse_direction_marks(file: &Arc<SourceFile>) -> Result<(), Vec<Finding>> {
    let mut marks = file
        .text
        .char_indices()
        .filter(|(_, sign)| is_direction_mark(*sign));
    let Some((at, _)) = marks.nth(MAX_DIRECTION_MARKS) else {
        return Ok(());
    };
    let message = format!(
        "more than {MAX_DIRECTION_MARKS} invisible marks that change the direction of text"
    );
    Err(vec![
        Finding::error("too-large", message)
            .at(file, PlaceTarget::Bytes(at..at))
            .help("delete them: text gets its direction from its letters"),
    ])
}

/// Returns whether a character opens a part of text with its own direction (Unicode UAX #9).
pub(crate) fn is_direction_mark(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn too_nested(file: &Arc<SourceFile>) -> Finding {
    let message = "the file is nested too deeply, or its aliases are";
    Finding::error("too-large", message).at(file, PlaceTarget::File)
}

/// Reports the first character that YAML forbids (YAML 1.2.2, 5.1), or that its parsers take for
/// different things. Text copied from word processors has them.
fn control_character(file: &Arc<SourceFile>) -> Option<Finding> {
    let is_allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | '\u{85}');
    let is_separator = |character: char| matches!(character, '\u{2028}' | '\u{2029}');
    let is_odd = |&(_, character): &(usize, char)| {
        character.is_control() && !is_allowed(character) || is_separator(character)
    };
    let (at, character) = file.text.char_indices().find(is_odd)?;
    let kind = if is_separator(character) {
        "line separator"
    } else {
        "control character"
    };
    let message = format!("a {kind} (U+{:04X})", u32::from(character));
    let target = PlaceTarget::Bytes(at..at + character.len_utf8());
    Some(
        Finding::error("yaml-syntax", message)
            .at(file, target)
            .help("delete it, or begin a new line there"),
    )
}

/// Reports an error that no schema explains. The message of the YAML crate is for programmers, so
/// only its place is used.
fn unexplained(file: &Arc<SourceFile>, error: &serde_yaml::Error) -> Finding {
    // The YAML crate found an alias bomb or endless nesting.
    if error.to_string().contains("limit exceeded") {
        return too_nested(file);
    }
    if let Some(most) = error.to_string().strip_prefix("more than ") {
        let most = most.split(" at line ").next().unwrap_or_default();
        return Finding::error("too-large", format!("more than {most}"))
            .at(file, PlaceTarget::File)
            .help("split the file, or check that it is the right one");
    }
    match error.location() {
        // As with a number that is too large: the value is at fault, not the syntax.
        Some(location) if error.to_string().contains("invalid type: ") => {
            let at = location.index().min(file.text.len());
            Finding::error("invalid-value", "this value is not allowed here")
                .at(file, PlaceTarget::Bytes(at..at))
                .help("put a long number in quotes")
        }
        Some(location) => ParseError::Syntax(location.index()).finding(file),
        None => Finding::error("invalid-value", "the file cannot be read")
            .at(file, PlaceTarget::File)
            .help("compare it with the example in `handout explain invalid-value`"),
    }
}

/// Returns a value as YAML in block style, ending with a line break.
pub(crate) fn to_yaml<T: Serialize>(value: &T) -> String {
    serde_yaml::to_string(value)
        .expect("maps with text keys, lists, texts and numbers are always YAML")
}
