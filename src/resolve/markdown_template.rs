//! Templates that give Markdown. Values are escaped, and each byte keeps its place in the YAML file.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};
use serde_json::Value;

use super::draft::{mark_tags, tag_mark};
use super::markdown;
use super::sourced_text::SourcedText;
use crate::finding::Finding;
use crate::locale::{FIRST_STRONG_ISOLATE, POP_ISOLATE, isolated};
use crate::template::{
    self, Context, Engine, Mistake, Names, PieceOrigin, RenderFailure, RenderedPiece, Template,
    ValueForm, ValueUse,
};
use crate::value_fault::{LINE_BREAKS, ValueFault, has_line_break, value_fault};
use crate::words::has_words;

/// Returns the value of a dotted name.
pub(super) fn value_of<'v>(values: &'v Context, name: &str) -> &'v Value {
    const NOTHING: &Value = &Value::Null;
    let mut steps = name.split('.');
    let value = steps.try_fold(values.data(), |value, step| value.get(step));
    value.unwrap_or(NOTHING)
}

/// Whether a value is missing, or has no words.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => !has_words(text),
        Value::Array(items) => items.iter().all(is_blank),
        _ => false,
    }
}

/// Whether a value is a list of several items, so that a word joins them.
fn is_joined(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.len() > 1 || items.iter().any(is_joined),
        _ => false,
    }
}

/// Returns the fault of an item of a reader's list. `name` is the name of the list.
fn item_fault(name: &str, item: &Value) -> Option<ValueFault> {
    match item {
        _ if is_blank(item) => Some(ValueFault::EmptyItem),
        Value::Array(items) => items.iter().find_map(|item| item_fault(name, item)),
        Value::Bool(_) => Some(ValueFault::Flag),
        Value::String(text) => value_fault(name, text),
        _ => None,
    }
}

/// Returns the faults of the items of a reader's list, each with the numbers of its items.
fn faults_of_items(name: &str, items: &[Value]) -> Vec<(ValueFault, Vec<usize>)> {
    let mut faults: Vec<(ValueFault, Vec<usize>)> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let Some(fault) = item_fault(name, item) else {
            continue;
        };
        match faults.iter_mut().find(|(known, _)| *known == fault) {
            Some((_, numbers)) => numbers.push(index + 1),
            None => faults.push((fault, vec![index + 1])),
        }
    }
    faults
}

/// Whether a value of a clinic is a number to call, or numbers.
fn is_number_to_call(name: &str) -> bool {
    matches!(
        name,
        "clinic.phone" | "clinic.phones" | "clinic.crisis_line" | "clinic.emergency_number"
    )
}

/// Whether a number to call, or one of several, has words but no digit.
fn lacks_digit(number: &Value) -> bool {
    match number {
        Value::Array(items) => items.iter().any(lacks_digit),
        Value::String(text) => has_words(text) && !text.contains(char::is_numeric),
        _ => false,
    }
}

/// Start of the names of the clinic's values.
const OF_CLINIC: &str = "clinic.";

/// What a template prints in place of a missing value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gaps {
    /// Nothing.
    Left,
    /// Its tag, for authors.
    Marked,
}

/// A value that prints nothing, or that prints other than meant.
pub(super) struct BadValue<'t> {
    pub(super) value: &'t ValueUse,
    pub(super) fault: ValueFault,
    /// Numbers of the faulty items of a list, from 1. Empty if the value is no list, or the whole list is faulty.
    pub(super) items: Vec<usize>,
}

/// A checked template.
#[derive(Debug)]
pub(super) struct MarkdownTemplate {
    source: SourcedText,
    template: Template,
    /// Values that the template uses.
    uses: Vec<ValueUse>,
}

impl MarkdownTemplate {
    /// Parses a template and checks the names in it.
    pub(super) fn compile(
        source: SourcedText,
        names: Names<'_>,
    ) -> Result<MarkdownTemplate, Vec<Finding>> {
        let locate = |mistake: Mistake| source.locate(mistake.finding, mistake.range);
        let template = Template::parse(source.as_str()).map_err(|mistake| vec![locate(mistake)])?;
        match template.check(names) {
            Ok(uses) => Ok(MarkdownTemplate {
                source,
                template,
                uses,
            }),
            Err(mistakes) => Err(mistakes.into_iter().map(locate).collect()),
        }
    }

    /// Marks the faulty tags of a template. If it still has faults, marks all tags.
    pub(super) fn with_marks(source: &SourcedText, names: Names<'_>) -> SourcedText {
        let mistakes = match Template::parse(source.as_str()) {
            Ok(template) => template.check(names).err().unwrap_or_default(),
            Err(mistake) => vec![mistake],
        };
        let marked = mark_tags(source, |tag| {
            let mut starts = mistakes.iter().map(|mistake| mistake.range.start);
            starts.any(|start| tag.contains(&start))
        });
        match MarkdownTemplate::compile(marked.clone(), names) {
            Ok(_) => marked,
            Err(_) => mark_tags(source, |_| true),
        }
    }

    /// Returns the template with each tag marked.
    pub(super) fn with_all_marked(&self) -> SourcedText {
        mark_tags(&self.source, |_| true)
    }

    /// Bytes of the first use of job data, if any.
    pub(super) fn job_data(&self) -> Option<Range<usize>> {
        let uses = self.uses.iter().filter(|value| value.is_job_data);
        let ranges = uses.map(|value| value.range.clone());
        ranges.min_by_key(|range| range.start)
    }

    /// Bytes of the first tag with job data in a link, if any. Addresses of links, and the words of some, are
    /// copied to the metadata of the file.
    pub(super) fn job_data_in_link(&self) -> Option<Range<usize>> {
        const MARK: char = '\u{e000}';
        let text = self.source.as_str();
        // A blank in a tag would end an address. So each tag becomes one letter.
        let mut plain = String::with_capacity(text.len());
        let mut tags = Vec::new();
        let mut copied_to = 0;
        for Range { start, end } in template::tags(text) {
            plain.push_str(&text[copied_to..start]);
            let is_job_data = |value: &ValueUse| {
                value.is_job_data && start <= value.range.start && value.range.end <= end
            };
            if self.uses.iter().any(is_job_data) {
                tags.push((plain.len(), start..end));
                plain.push(MARK);
            } else {
                plain.push('x');
            }
            copied_to = end;
        }
        plain.push_str(&text[copied_to..]);
        markdown::events(&plain)
            .into_iter()
            .find_map(|(event, bytes)| match event {
                Event::Start(Tag::Link {
                    link_type:
                        LinkType::ReferenceUnknown
                        | LinkType::CollapsedUnknown
                        | LinkType::ShortcutUnknown,
                    ..
                }) => None,
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let inside = tags.iter().find(|(at, _)| bytes.contains(at));
                    let in_address = || tags.first().filter(|_| dest_url.contains(MARK));
                    Some(inside.or_else(in_address)?.1.clone())
                }
                _ => None,
            })
    }

    /// Dotted names of the job data that the template uses.
    pub(super) fn used_data(&self) -> impl Iterator<Item = &str> {
        let uses = self.uses.iter();
        uses.filter(|value| value.is_job_data && !value.is_opened)
            .map(|value| value.name.as_str())
    }

    /// Dotted names of the job data that the template uses, each with whether it is for a condition.
    pub(super) fn conditions(&self) -> impl Iterator<Item = (&str, bool)> {
        let uses = self.uses.iter().filter(|value| value.is_job_data);
        uses.map(|value| (value.name.as_str(), value.is_condition))
    }

    /// Dotted names of the clinic's values that the template uses, as in `clinic.phone`.
    pub(super) fn used_of_clinic(&self) -> impl Iterator<Item = &str> {
        let names = self.uses.iter().map(|value| value.name.as_str());
        names.filter(|name| name.starts_with(OF_CLINIC))
    }

    /// Places a finding at bytes of the template.
    pub(super) fn locate(&self, finding: Finding, range: Range<usize>) -> Finding {
        self.source.locate(finding, range)
    }

    /// Fills in the values, escaped for Markdown. Returns the faulty values of clinic and reader, too.
    pub(super) fn render(
        &self,
        engine: &Engine,
        values: &Context,
        gaps: Gaps,
    ) -> Result<(SourcedText, Vec<BadValue<'_>>), Finding> {
        let pieces = self
            .template
            .render(engine, values)
            .map_err(|failure| self.explain(failure))?;
        let mut out = SourcedText::default();
        let mut faulty = Vec::new();
        for piece in pieces {
            match piece.origin {
                PieceOrigin::Copied => out.push_copy(&self.source, piece.range),
                PieceOrigin::Unescaped => out.push_derived(&piece.text, &self.source, piece.range),
                PieceOrigin::Value => {
                    let printed = self.uses.iter().find(|value| {
                        (value.name.starts_with(OF_CLINIC) || value.is_job_data)
                            && piece.range.start <= value.range.start
                            && value.range.end <= piece.range.end
                    });
                    if let Some(value) = printed {
                        let faults = self.faults(value, &piece, value_of(values, &value.name));
                        let is_blank = matches!(faults[..], [(ValueFault::Blank, _), ..])
                            && !has_words(&piece.text);
                        faulty.extend(faults.into_iter().map(|(fault, items)| BadValue {
                            value,
                            fault,
                            items,
                        }));
                        if is_blank && gaps == Gaps::Marked {
                            let mark = tag_mark(&self.source.as_str()[piece.range.clone()]);
                            out.push_derived(&mark, &self.source, piece.range);
                            continue;
                        }
                    }
                    let text = if out.as_str().ends_with("](tel:") {
                        dialled(&piece.text)
                    } else {
                        isolated(&escape(piece.text.trim())).into_owned()
                    };
                    // First name and surname are one name, which runs from right to left as a whole.
                    let end = out.as_str().trim_end_matches(' ').len();
                    let joined = text
                        .strip_prefix(FIRST_STRONG_ISOLATE)
                        .filter(|_| out.as_str()[..end].ends_with(POP_ISOLATE));
                    if joined.is_some() {
                        out.remove_derived(end - POP_ISOLATE.len_utf8()..end);
                    }
                    out.push_derived(joined.unwrap_or(&text), &self.source, piece.range);
                }
            }
        }
        Ok((out, faulty))
    }

    /// Returns the faults of a printed value. Each fault in items of a list has the numbers of these items, from 1.
    /// `data` is the value; within `#each` it is the list.
    fn faults(
        &self,
        value: &ValueUse,
        piece: &RenderedPiece<'_>,
        data: &Value,
    ) -> Vec<(ValueFault, Vec<usize>)> {
        let of_items = match data {
            Value::Array(items) if value.is_job_data && !value.is_item => {
                faults_of_items(&value.name, items)
            }
            _ => Vec::new(),
        };
        match self.fault(value, piece, data) {
            // A fault of the whole list, or of how it is printed.
            Some(fault @ (ValueFault::Blank | ValueFault::List)) => vec![(fault, Vec::new())],
            _ if !of_items.is_empty() => of_items,
            fault => fault.map(|fault| (fault, Vec::new())).into_iter().collect(),
        }
    }

    /// Returns the first fault of a printed value. Does not look at the items of a list.
    fn fault(
        &self,
        value: &ValueUse,
        piece: &RenderedPiece<'_>,
        data: &Value,
    ) -> Option<ValueFault> {
        let name = value.name.as_str();
        let tag = &self.source.as_str()[piece.range.clone()];
        let tag = tag.trim_matches(|c: char| matches!(c, '{' | '}' | '~') || c.is_whitespace());
        let is_direct = tag == &self.source.as_str()[value.range.clone()];
        let is_missing = match value.is_item {
            true => is_direct,
            false => is_blank(data),
        };
        if !has_words(&piece.text) && (!value.is_job_data || is_missing) {
            return Some(ValueFault::Blank);
        }
        let is_multiline = has_line_break(&piece.text)
            || !value.is_item && data.as_str().is_some_and(has_line_break);
        if !value.is_job_data {
            let fault = value_fault(name, &piece.text);
            if fault.is_some_and(|fault| !fault.is_slight()) {
                return fault;
            }
            return if is_number_to_call(name) && lacks_digit(data) {
                Some(ValueFault::NoDigit)
            } else if is_multiline && name.starts_with("clinic.vars.") {
                Some(ValueFault::LineBreak)
            } else {
                fault
            };
        }
        let words_of_tag = tag.split(|c: char| c.is_whitespace() || c == '(');
        let uses_list = !is_direct && words_of_tag.into_iter().any(|word| word == "list");
        match data {
            Value::Array(items) if !value.is_item => {
                let is_joined = match uses_list {
                    true => items.iter().any(is_joined),
                    false => is_joined(data),
                };
                if is_joined {
                    return Some(ValueFault::List);
                }
            }
            _ if piece.form == ValueForm::List => return Some(ValueFault::List),
            _ if piece.form == ValueForm::Flag => return Some(ValueFault::Flag),
            _ => {}
        }
        match value_fault(name, &piece.text) {
            Some(fault) if !fault.is_slight() => Some(fault),
            _ if is_multiline => Some(ValueFault::LineBreak),
            fault => fault,
        }
    }

    fn explain(&self, failure: RenderFailure) -> Finding {
        let finding = match failure {
            RenderFailure::TooLarge => {
                Finding::error("too-large", "this text grows without bounds")
            }
            RenderFailure::Group => {
                Finding::error("invalid-value", "this text prints a group of values")
                    .help("name one of its values, after a dot, as in `{{clinic.name}}`")
            }
            RenderFailure::MissingName(Some(name)) => Finding::error(
                "unknown-variable",
                format!("some of the data has no `{name}`"),
            )
            .help(format!("write `{{{{#if {name}}}}}` around it")),
            RenderFailure::MissingName(None) => Finding::error(
                "unknown-variable",
                "some of the data lacks a name used here",
            ),
        };
        self.locate(finding, 0..self.source.as_str().len())
    }
}

/// Returns the digits and plus signs of a telephone number.
fn dialled(number: &str) -> String {
    number
        .chars()
        .filter(|character| character.is_ascii_digit() || *character == '+')
        .collect()
}

/// Escapes a value so that Markdown prints it as it is. White space becomes single spaces, control
/// characters go.
fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 8);
    for character in value.chars() {
        match character {
            _ if matches!(character, ' ' | '\t') || LINE_BREAKS.contains(&character) => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ if character.is_control() => {}
            _ if character.is_ascii_punctuation() => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}
