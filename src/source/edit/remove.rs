//! Removes a key from a YAML file, with its value and its own comments.

use std::ops::Range;

use saphyr_parser::ScalarStyle;
use serde_json::Value;

use super::extent::{end_of_entry, extent, is_flow, line_start, start_of_comments};
use super::{plain, tree};
use crate::source::tree::{YamlContent, YamlNode};
use crate::source_file::{Route, Step};

/// Returns the text without the key at a route; `None` if that would change anything else. A map that would be
/// empty goes, too.
pub(super) fn remove(text: &str, root: &YamlNode, route: &Route) -> Option<String> {
    let mut steps = &route.0[..];
    while let [above @ .., _] = steps
        && !above.is_empty()
        && matches!(&*node_at(root, above)?.content, YamlContent::Map(entries) if entries.len() == 1)
        && matches!(above.last(), Some(Step::Key(_)))
    {
        steps = above;
    }
    let (Step::Key(name), above) = steps.split_last()? else {
        return None;
    };
    let map = node_at(root, above)?;
    let YamlContent::Map(entries) = &*map.content else {
        return None;
    };
    let index = entries
        .iter()
        .position(|(key, _)| key.scalar() == Some(name))?;
    let bytes = match is_flow(text, map) {
        true => in_brackets(text, entries, index)?,
        false => lines(text, &entries[index])?,
    };
    let mut expected = plain(root);
    let inner = above
        .iter()
        .try_fold(&mut expected, |value, step| match step {
            Step::Key(name) => value.get_mut(name),
            Step::Index(index) => value.get_mut(index),
        });
    inner?.as_object_mut()?.remove(name);
    let mut edited = text.to_owned();
    edited.replace_range(bytes, "");
    let read = tree(&edited).ok()?;
    let read = read.map_or_else(|| Value::Object(Default::default()), |read| plain(&read));
    (read == expected).then_some(edited)
}

fn node_at<'a>(root: &'a YamlNode, steps: &[Step]) -> Option<&'a YamlNode> {
    let mut steps = steps.iter();
    steps.try_fold(root, |node, step| Some(node.child(step)?.1))
}

/// Returns the lines of an entry, from its comments to the end of its value.
fn lines(text: &str, (key, value): &(YamlNode, YamlNode)) -> Option<Range<usize>> {
    let key_line = line_start(text, key.bytes.start);
    let indent = &text[key_line..key.bytes.start];
    // The first key of an item is behind a hyphen.
    if !indent.trim().is_empty() {
        return None;
    }
    let start = start_of_comments(text, key_line, indent);
    let mut end = end_of_entry(text, key, value)?;
    // One blank line stays between the entries around it.
    let is_blank_above = text[..start]
        .lines()
        .next_back()
        .is_none_or(|line| line.trim().is_empty());
    while is_blank_above && let Some(line) = text[end..].split_inclusive('\n').next() {
        if !line.trim().is_empty() {
            break;
        }
        end += line.len();
    }
    Some(start..end)
}

/// Returns the bytes of an entry between brackets, with one comma.
fn in_brackets(text: &str, entries: &[(YamlNode, YamlNode)], index: usize) -> Option<Range<usize>> {
    let (key, value) = &entries[index];
    let bytes = match (entries.get(index + 1), index.checked_sub(1)) {
        (Some((next, _)), _) => key.bytes.start..next.bytes.start,
        (None, Some(before)) => extent(text, &entries[before].1)?.end..extent(text, value)?.end,
        (None, None) => key.bytes.start..extent(text, value)?.end,
    };
    let mut rest = text.get(bytes.clone())?.to_owned();
    // A `#` between quotes begins no comment.
    for quoted in quoted_scalars(text, value).into_iter().rev() {
        rest.replace_range(quoted.start - bytes.start..quoted.end - bytes.start, "");
    }
    (!rest.contains(" #")).then_some(bytes)
}

/// Returns the bytes of all texts in quotes in a value, in order.
fn quoted_scalars(text: &str, value: &YamlNode) -> Vec<Range<usize>> {
    match &*value.content {
        YamlContent::Scalar {
            style: ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted,
            ..
        } => extent(text, value).into_iter().collect(),
        YamlContent::Scalar { .. } => Vec::new(),
        YamlContent::List(items) => items
            .iter()
            .flat_map(|item| quoted_scalars(text, item))
            .collect(),
        YamlContent::Map(entries) => entries
            .iter()
            .flat_map(|(_, value)| quoted_scalars(text, value))
            .collect(),
    }
}
