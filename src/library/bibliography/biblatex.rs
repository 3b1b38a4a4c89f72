//! Reads `references.bib`: BibLaTeX and BibTeX, as Zotero and other programs export them.
//!
//! 1. The biblatex crate reads the file as text. What could make it recurse without end is refused.
//! 2. Fields that nothing prints are left out.
//! 3. The crate resolves abbreviations and TeX, and hayagriva makes an entry.
//! 4. Names, subtitles, article numbers and abbreviated journals are added, which hayagriva leaves out or
//!    reads differently.

mod addresses;
mod dates;
mod entry;
mod fields;
mod unprinted;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use biblatex::{ParseError, ParseErrorKind, RawBibliography, RawChunk, RawEntry, Spanned, Token};

use super::{Fault, GradedEntry, retraction};
use crate::finding::{self, Finding, PlaceTarget};
use crate::source::SourceFile;
pub(super) use fields::field_names;
use fields::{FIELDS, KINDS, OTHER_KINDS, UNPRINTED};

/// Braces nested deeper than this are refused. The crate reads the arguments of commands recursively.
const MAX_DEPTH: usize = 32;

/// The most pairs of braces of one field. The crate takes quadratic time for them.
const MAX_BRACES: usize = 1_000;

/// The most bytes of a file with its abbreviations written out.
const MAX_EXPANDED: usize = 16 * 1024 * 1024;

/// The most findings for one file. Nobody reads more.
const MAX_FINDINGS: usize = 100;

/// Reads all entries of a file, or reports its errors.
pub(super) fn parse(file: &Arc<SourceFile>) -> Result<Vec<GradedEntry>, Vec<Finding>> {
    let text = &file.text;
    refuse_depth(file)?;
    let raw = RawBibliography::parse(text).map_err(|error| vec![syntax(file, &error)])?;
    let mut findings = abbreviation_faults(file, &raw);
    findings.extend(fields_outside(file, &raw));
    let mut readers = Vec::with_capacity(raw.entries.len());
    let mut keys: BTreeMap<&str, usize> = BTreeMap::new();
    let mut entries = Vec::with_capacity(raw.entries.len());
    for entry in raw.entries {
        if matches!(
            entry.v.kind.v.to_ascii_lowercase().as_str(),
            "xdata" | "set"
        ) {
            continue;
        }
        let key = &entry.v.key;
        if let Some(first) = keys.insert(key.v, key.span.start) {
            let line = text[..first].matches('\n').count() + 1;
            let message = format!("the key `{}` appears a second time", key.v);
            let finding = Finding::error("duplicate-key", message)
                .help(format!("it appears first in line {line}"));
            findings.push(at(file, &key.span, finding));
        }
        if key.v.is_empty() {
            let finding = Finding::error("bibliography-syntax", "the entry has no key")
                .help("write one after the brace, as in `@article{smith-2020,`");
            findings.push(at(file, &entry.span, finding));
        }
        let (entry, reader) = prepare(file, entry, &mut findings);
        entries.push(entry);
        readers.push(reader);
    }
    if !findings.is_empty() {
        findings.truncate(MAX_FINDINGS);
        return Err(findings);
    }
    let raw = RawBibliography { entries, ..raw };
    let bibliography =
        biblatex::Bibliography::from_raw(raw).map_err(|error| vec![syntax(file, &error)])?;
    let mut references = Vec::with_capacity(readers.len());
    for (entry, reader) in bibliography.into_iter().zip(readers) {
        match reader.read(file, entry) {
            Ok(reference) => references.push(reference),
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() {
        Ok(references)
    } else {
        findings.truncate(MAX_FINDINGS);
        Err(findings)
    }
}

fn at(file: &Arc<SourceFile>, bytes: &Range<usize>, finding: Finding) -> Finding {
    // Only the first line of a long place is of use.
    let text = &file.text;
    let start = bytes.start.min(text.len());
    let line = text[start..]
        .find('\n')
        .map_or(text.len(), |end| start + end);
    let end = bytes.end.clamp(start, line.max(start));
    finding.at(file, PlaceTarget::Bytes(start..end))
}

/// Refuses deep nesting, and fields with very many braces.
fn refuse_depth(file: &Arc<SourceFile>) -> Result<(), Vec<Finding>> {
    let (mut depth, mut braces) = (0_usize, 0_usize);
    let mut bytes = file.text.bytes().enumerate();
    while let Some((index, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            // An entry begins in the first column.
            b'@' if index == 0 || file.text.as_bytes()[index - 1] == b'\n' => {
                (depth, braces) = (0, 0)
            }
            b'{' => {
                depth += 1;
                // The field of an entry begins.
                braces = if depth == 2 { 0 } else { braces + 1 };
            }
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH || braces > MAX_BRACES {
            let finding = Finding::error("too-large", "too many braces inside braces")
                .help("look for a missing `}` above");
            return Err(vec![at(file, &(index..index + 1), finding)]);
        }
    }
    Ok(())
}

/// Refuses abbreviations (`@string`) that refer to others, or that would make the file very large.
fn abbreviation_faults(file: &Arc<SourceFile>, raw: &RawBibliography) -> Vec<Finding> {
    let mut lengths: BTreeMap<&str, usize> = BTreeMap::new();
    for pair in &raw.abbreviations {
        let nested = pair
            .value
            .v
            .iter()
            .find(|part| matches!(part.v, RawChunk::Abbreviation(_)));
        if let Some(nested) = nested {
            let message = "an abbreviation may not use another one";
            let finding = Finding::error("bibliography-syntax", message)
                .help("write its text in braces, as in `@string{pain = {Pain}}`");
            return vec![at(file, &nested.span, finding)];
        }
        lengths.insert(pair.key.v, pair.value.span.len());
    }
    let fields = raw.entries.iter().flat_map(|entry| &entry.v.fields);
    let parts = fields.flat_map(|field| &field.value.v);
    let expanded = parts.fold(0_usize, |sum, part| match part.v {
        RawChunk::Abbreviation(name) => {
            sum.saturating_add(lengths.get(name).copied().unwrap_or_default())
        }
        RawChunk::Normal(_) => sum,
    });
    if expanded > MAX_EXPANDED {
        let message = "the abbreviations make the file too large";
        return vec![Finding::error("too-large", message).at(file, PlaceTarget::File)];
    }
    Vec::new()
}

/// Reports fields between entries. An extra `}` ends an entry early, and the crate skips the fields after it.
fn fields_outside(file: &Arc<SourceFile>, raw: &RawBibliography) -> Vec<Finding> {
    let text = &file.text;
    let ends = raw.entries.iter().map(|entry| entry.span.end);
    let field_after = |end: usize| {
        let rest = text.get(end..)?;
        // An `@` begins the next entry.
        let rest = &rest[..rest.find('@').unwrap_or(rest.len())];
        rest.match_indices('=').find_map(|(sign, _)| {
            let value = rest[sign + 1..].trim_start();
            let before = rest[..sign].trim_end();
            let start = before
                .rfind(|c: char| !c.is_ascii_alphabetic())
                .map_or(0, |at| at + 1);
            let name = &before[start..];
            let line = before.rfind('\n').map_or(0, |at| at + 1);
            let is_comment = before[line..].contains('%');
            let is_field = FIELDS.contains(&name.to_ascii_lowercase().as_str())
                && value.starts_with(['{', '"'])
                && !is_comment;
            is_field.then_some((name, end + start..end + start + name.len()))
        })
    };
    let found = ends.filter_map(field_after).take(MAX_FINDINGS);
    let report = |(name, bytes): (&str, Range<usize>)| {
        let message = format!("`{name}` is outside of an entry, and is not read");
        let help = "the entry above ends too early: look for an extra `}` in it, or for quotation marks \
                    inside `\"…\"`";
        let finding = Finding::error("bibliography-syntax", message).help(help);
        at(file, &bytes, finding)
    };
    found.map(report).collect()
}

/// What is known of an entry before the crate resolves its fields.
struct BibReader {
    key: Range<usize>,
    fields: BTreeMap<String, Range<usize>>,
    faults: Vec<Fault>,
}

/// Leaves out the fields that nothing prints, and reports what is wrong with the others.
fn prepare<'a>(
    file: &Arc<SourceFile>,
    entry: Spanned<RawEntry<'a>>,
    findings: &mut Vec<Finding>,
) -> (Spanned<RawEntry<'a>>, BibReader) {
    let mut reader = BibReader {
        key: entry.v.key.span.clone(),
        fields: BTreeMap::new(),
        faults: Vec::new(),
    };
    let kind = entry.v.kind.v.to_ascii_lowercase();
    if !KINDS.contains(&kind.as_str()) && !OTHER_KINDS.contains(&kind.as_str()) {
        let message = format!("`@{}` is not a kind of entry", entry.v.kind.v);
        let finding = Finding::warning("invalid-value", message);
        let help = finding::did_you_mean(&kind, KINDS.iter().copied())
            .unwrap_or_else(|| "write one such as `@article`, `@book` or `@online`".to_owned());
        let finding = at(file, &entry.v.kind.span, finding.help(help));
        reader.faults.push(Fault::new(&[], finding));
    }
    let mut kept = Vec::with_capacity(entry.v.fields.len());
    for field in entry.v.fields {
        let name = field.key.v.to_ascii_lowercase();
        if matches!(name.as_str(), "crossref" | "xdata") {
            let message = format!("`{name}` is not followed");
            let finding = Finding::error("invalid-value", message)
                .help("write the fields of the book in the entry itself");
            findings.push(at(file, &field.key.span, finding));
        }
        if name == "keywords" && is_retracted(&field.value) {
            let finding = at(file, &field.value.span, retraction::finding());
            reader.faults.push(Fault::new(&[], finding));
        }
        if !FIELDS.contains(&name.as_str()) {
            let near = || finding::did_you_mean(&name, FIELDS.iter().copied());
            if !UNPRINTED.contains(&name.as_str())
                && let Some(help) = near()
            {
                let message = format!("no field `{}` here", field.key.v);
                let finding = Finding::warning("unknown-field", message).help(help);
                let finding = at(file, &field.key.span, finding);
                reader.faults.push(Fault::new(&[], finding));
            }
            continue;
        }
        if reader
            .fields
            .insert(name.clone(), field.value.span.clone())
            .is_some()
        {
            let message = format!("the field `{name}` appears a second time");
            let finding = Finding::error("duplicate-key", message).help("keep one of them");
            findings.push(at(file, &field.key.span, finding));
        }
        kept.push(field);
    }
    let entry_text = RawEntry {
        key: entry.v.key,
        kind: entry.v.kind,
        fields: kept,
    };
    (Spanned::new(entry_text, entry.span), reader)
}

/// Whether keywords have the word of PubMed for works that were retracted.
fn is_retracted(keywords: &Spanned<Vec<Spanned<RawChunk<'_>>>>) -> bool {
    keywords.v.iter().any(|part| match part.v {
        RawChunk::Normal(text) => text.to_lowercase().contains("retracted publication"),
        RawChunk::Abbreviation(_) => false,
    })
}

/// Reports a fault of the syntax, at the entry that has it.
fn syntax(file: &Arc<SourceFile>, error: &ParseError) -> Finding {
    let text = &file.text;
    // A missing brace shows at the end of the file. So find the first entry that is faulty by itself.
    let mut starts: Vec<usize> = text.match_indices("\n@").map(|(at, _)| at + 1).collect();
    if text.starts_with('@') {
        starts.insert(0, 0);
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let is_syntax = !matches!(
        error.kind,
        ParseErrorKind::UnknownAbbreviation(_) | ParseErrorKind::DuplicateKey(_)
    );
    let alone = starts
        .iter()
        .zip(ends)
        .filter(|_| is_syntax)
        .find_map(|(start, end)| {
            let entry = text[*start..end].trim_end();
            let error = RawBibliography::parse(entry).err()?;
            let is_open = error.span.start >= entry.len();
            let bytes = if is_open {
                *start..*start + entry.len()
            } else {
                start + error.span.start..start + error.span.end
            };
            Some((bytes, error.kind, is_open))
        });
    let (bytes, kind, is_open) = alone.unwrap_or((error.span.clone(), error.kind.clone(), false));
    let in_head = match kind {
        ParseErrorKind::Expected(Token::Comma | Token::ClosingBrace) => {
            fault_of_head(text, bytes.start)
        }
        _ => None,
    };
    if let Some((bytes, fault)) = in_head {
        let (message, help) = match fault {
            HeadFault::BlankInKey => (
                "the key of an entry has no blanks",
                "write it as one word, as in `@article{smith-2020,`",
            ),
            HeadFault::NoKey => (
                "the entry has no key",
                "write one after the brace, as in `@article{smith-2020,`",
            ),
        };
        return at(
            file,
            &bytes,
            Finding::error("bibliography-syntax", message).help(help),
        );
    }
    let (message, help) = match kind {
        _ if is_open => (
            "this entry does not end".to_owned(),
            "look for a missing `}` in it: each `{` needs one",
        ),
        ParseErrorKind::UnknownAbbreviation(word) => (
            format!("`{word}` is no abbreviation"),
            "put text in braces, as in `journal = {Pain}`",
        ),
        ParseErrorKind::Expected(Token::Equals) => (
            "a `=` is missing here".to_owned(),
            "write a field as `title = {The title},`",
        ),
        ParseErrorKind::Expected(Token::Comma | Token::ClosingBrace) => (
            "a comma is missing before this".to_owned(),
            "end each field with a comma, as in `title = {The title},`",
        ),
        ParseErrorKind::Expected(Token::OpeningBrace) => (
            "a `{` is missing here".to_owned(),
            "begin an entry as in `@article{smith-2020,`",
        ),
        ParseErrorKind::Unexpected(Token::ClosingBrace) => (
            "this `}` closes nothing".to_owned(),
            "delete it, or write the `{` that it closes",
        ),
        ParseErrorKind::DuplicateKey(key) => (
            format!("the key `{key}` appears a second time"),
            "give one of the entries another key",
        ),
        _ => (
            "this is not written as BibLaTeX".to_owned(),
            "put text in braces, as in `title = {The title},`",
        ),
    };
    at(
        file,
        &bytes,
        Finding::error("bibliography-syntax", message).help(help),
    )
}

/// Fault of the first line of an entry.
enum HeadFault {
    BlankInKey,
    NoKey,
}

/// Returns the fault of the first line of an entry, and its bytes, if the byte `at` is in its key or just after it.
fn fault_of_head(text: &str, at: usize) -> Option<(Range<usize>, HeadFault)> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    let line = &text[start..end];
    let (kind, rest) = line.split_once('{')?;
    let name = kind.trim().strip_prefix('@')?.trim();
    let is_entry = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
    let key = rest.split(',').next().unwrap_or(rest);
    let first = start + kind.len() + 1 + (key.len() - key.trim_start().len());
    let written = key.trim();
    let bytes = first..first + written.len();
    if !is_entry || written.is_empty() || at > bytes.end {
        return None;
    }
    match written.split_once('=') {
        Some((field, _)) if FIELDS.contains(&field.trim().to_ascii_lowercase().as_str()) => {
            Some((first..first + field.trim_end().len(), HeadFault::NoKey))
        }
        Some(_) => None,
        None => written
            .contains(char::is_whitespace)
            .then_some((bytes, HeadFault::BlankInKey)),
    }
}
