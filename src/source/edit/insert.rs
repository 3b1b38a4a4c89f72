//! Inserts a key that a YAML file does not have yet.

use serde_json::Value;

use super::extent::{column, end_of_entry, extent, is_flow};
use super::write::{block_entry, inline};
use super::{QuoteStyle, line_break_of, plain, tidy, tree};
use crate::source::tree::{YamlContent, YamlNode};
use crate::source_file::{Route, Step};

/// Returns the text with a value at a route that does not exist; `None` if that would change anything else.
pub(super) fn insert(
    text: &str,
    root: Option<&YamlNode>,
    route: &Route,
    value: &Value,
) -> Option<String> {
    let expected = expected(root, route, value)?;
    [EntryLayout::Blocks, EntryLayout::Lines]
        .into_iter()
        .find_map(|layout| {
            let (place, lines) = written(text, root, route, value, layout)?;
            let mut edited = text.to_owned();
            edited.insert_str(place, &lines);
            let read = tree(&edited).ok()??;
            (plain(&read) == expected).then_some(edited)
        })
}

/// How a text of several lines is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryLayout {
    Blocks,
    /// On one line, in quotes. A block would take in a comment that is indented below it.
    Lines,
}

/// Returns the content of the whole file with `value` at `route`.
fn expected(root: Option<&YamlNode>, route: &Route, value: &Value) -> Option<Value> {
    let mut whole = root.map_or_else(|| Value::Object(Default::default()), plain);
    let mut at = &mut whole;
    for step in &route.0 {
        let name = match step {
            Step::Key(name) => name,
            Step::Index(index) => {
                at = at.get_mut(index)?;
                continue;
            }
        };
        if at.as_str().is_some_and(str::is_empty) {
            *at = Value::Object(Default::default());
        }
        at = at.as_object_mut()?.entry(name).or_insert("".into());
    }
    *at = tidy(value);
    Some(whole)
}

/// Returns the offset of new lines, and the lines.
fn written(
    text: &str,
    root: Option<&YamlNode>,
    route: &Route,
    value: &Value,
    layout: EntryLayout,
) -> Option<(usize, String)> {
    let at_line = |place: usize, indent: usize, name: &str, value: &Value, is_spaced: bool| {
        let entry = block_entry(name, value, indent, layout);
        at_line(text, place, entry, is_spaced)
    };
    // The map that exists, the key before it, and the names that are missing below it.
    let mut steps = route.0.iter();
    let mut above: Option<&YamlNode> = None;
    let mut map = root;
    let first = loop {
        let step = steps.next()?;
        match map.and_then(|node| node.child(step)) {
            Some((key, inner)) => (above, map) = (Some(key), Some(inner)),
            None => break name_of(step)?,
        }
    };
    let names: Vec<&str> = steps.map(name_of).collect::<Option<_>>()?;
    let value = names.iter().rev().fold(value.clone(), |inner, name| {
        Value::Object([((*name).to_owned(), inner)].into_iter().collect())
    });
    let Some(map) = map else {
        return Some(at_line(text.len(), 0, first, &value, false));
    };
    match &*map.content {
        YamlContent::Map(_) if is_flow(text, map) => {
            let bytes = extent(text, map)?;
            let written = format!("{first}: {}", inline(&value, QuoteStyle::Double));
            let inside = text[bytes.start + 1..bytes.end - 1].trim_end();
            let place = bytes.start + 1 + inside.len();
            let written = match inside.trim().is_empty() {
                true => format!(" {written} "),
                false => format!(", {written}"),
            };
            Some((place, written))
        }
        YamlContent::Map(entries) => {
            let (key, last) = entries.last()?;
            let place = end_of_entry(text, key, last)?;
            let indent = column(text, entries.first()?.0.bytes.start);
            let is_spaced = match entries.len().checked_sub(2).map(|index| &entries[index]) {
                Some((before, value)) => {
                    let end = end_of_entry(text, before, value)?;
                    let between = text.get(end..key.bytes.start)?;
                    between.lines().any(|line| line.trim().is_empty())
                        && between.trim_start_matches(' ').starts_with(['\n', '\r'])
                }
                None => false,
            };
            Some(at_line(place, indent, first, &value, is_spaced))
        }
        // A key without a value.
        YamlContent::Scalar { value: old, .. } if old.is_empty() => match above {
            Some(key) => {
                let place = end_of_entry(text, key, map)?;
                let indent = column(text, key.bytes.start) + 2;
                Some(at_line(place, indent, first, &value, false))
            }
            None => Some(at_line(text.len(), 0, first, &value, false)),
        },
        YamlContent::Scalar { .. } | YamlContent::List(_) => None,
    }
}

fn name_of(step: &Step) -> Option<&str> {
    match step {
        Step::Key(name) => Some(name),
        Step::Index(_) => None,
    }
}

/// Returns a place at the start of a line, and the lines of a new entry.
fn at_line(text: &str, place: usize, entry: Vec<String>, is_spaced: bool) -> (usize, String) {
    let line_break = line_break_of(text);
    let mut lines = String::new();
    if place > 0 && !text[..place].ends_with('\n') {
        lines += line_break;
    }
    if is_spaced {
        lines += line_break;
    }
    for line in entry {
        lines += &line;
        lines += line_break;
    }
    (place, lines)
}
