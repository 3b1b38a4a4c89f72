//! Edits a list in block style. Items keep their lines, with the comments there, also when they move.

use serde_json::Value;

use super::extent::{column, dash, end_of_lines, line_start, start_of_comments};
use super::write::inline;
use super::{Editor, Replacement, apply, plain, tidy};
use crate::source::tree::YamlNode;

/// Where an item of the new list comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ItemOrigin {
    /// An old item of the same value.
    Same(usize),
    /// An old item that gets another value.
    Edited(usize),
    New,
}

impl Editor<'_> {
    /// Edits a list in block style: equal items stay as they are, wherever they are now.
    pub(super) fn list(
        &self,
        items: &[YamlNode],
        values: &[Value],
        edits: &mut Vec<Replacement>,
    ) -> Option<()> {
        let first = dash(self.text, items.first()?)?;
        let mut start = line_start(self.text, first);
        let indent = column(self.text, first);
        let mut chunks = Vec::new();
        // The comment above an item is its own. That above the first one stays while the item is in the list: it may
        // be about the list, too.
        let mut from = start;
        for item in items {
            let end = end_of_lines(self.text, item)?;
            chunks.push(from..end);
            from = end;
        }
        let end = from;
        let mut lines: Vec<String> = Vec::new();
        let origins = origins(items, values);
        let is_of_first = |origin: &ItemOrigin| place(origin) == Some(0);
        if !origins.iter().any(is_of_first) {
            start = start_of_comments(self.text, start, &self.text[start..first]);
        }
        for (origin, value) in origins.into_iter().zip(values) {
            let line = match origin {
                ItemOrigin::Same(old) => self.text[chunks.get(old)?.clone()].to_owned(),
                ItemOrigin::Edited(old) => {
                    let chunk = chunks.get(old)?.clone();
                    let mut inner = Vec::new();
                    self.value(items.get(old)?, value, indent + 2, &mut inner)?;
                    for (bytes, _) in &mut inner {
                        let moved = |at: usize| at.checked_sub(chunk.start);
                        *bytes = moved(bytes.start)?..moved(bytes.end)?;
                    }
                    apply(&self.text[chunk], inner)?
                }
                ItemOrigin::New => {
                    let item = inline(value, self.quotes);
                    format!("{}- {item}", " ".repeat(indent))
                }
            };
            lines.push(line);
        }
        let has_last_break = self.text[..end].ends_with('\n');
        let count = lines.len();
        for (index, line) in lines.iter_mut().enumerate() {
            let has_break = index + 1 < count || has_last_break;
            if !line.ends_with('\n') && has_break {
                line.push_str(self.line_break);
            }
            if !has_break {
                line.truncate(line.trim_end_matches(['\r', '\n']).len());
            }
        }
        edits.push((start..end, lines.concat()));
        Some(())
    }
}

/// Returns the index of the old item that a new one comes from.
fn place(origin: &ItemOrigin) -> Option<usize> {
    match origin {
        ItemOrigin::Same(at) | ItemOrigin::Edited(at) => Some(*at),
        ItemOrigin::New => None,
    }
}

/// Finds the old items of new values. A value that is in no item takes the place of the item that was between its
/// neighbours.
fn origins(items: &[YamlNode], values: &[Value]) -> Vec<ItemOrigin> {
    let old: Vec<Value> = items.iter().map(plain).collect();
    let mut is_used = vec![false; old.len()];
    let mut origins: Vec<ItemOrigin> = Vec::new();
    // Items at the same place first, so that the others of several equal ones do not take it.
    let new: Vec<Value> = values.iter().map(tidy).collect();
    for (index, value) in new.iter().enumerate() {
        let is_same = old.get(index) == Some(value);
        if is_same {
            is_used[index] = true;
        }
        origins.push(if is_same {
            ItemOrigin::Same(index)
        } else {
            ItemOrigin::New
        });
    }
    for (index, value) in new.iter().enumerate() {
        if origins[index] != ItemOrigin::New {
            continue;
        }
        let found = (0..old.len()).find(|at| !is_used[*at] && old[*at] == *value);
        if let Some(found) = found {
            is_used[found] = true;
            origins[index] = ItemOrigin::Same(found);
        }
    }
    for index in 0..origins.len() {
        if origins[index] != ItemOrigin::New {
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| origins.get(before));
        let behind_previous = match before {
            Some(before) => place(before).map(|at| at + 1),
            None => Some(0),
        };
        let before_next = origins
            .get(index + 1)
            .and_then(place)
            .and_then(|at| at.checked_sub(1));
        let is_free = |at: &usize| is_used.get(*at) == Some(&false);
        let free = behind_previous
            .filter(is_free)
            .or(before_next.filter(is_free));
        if let Some(free) = free {
            is_used[free] = true;
            origins[index] = ItemOrigin::Edited(free);
        }
    }
    origins
}
