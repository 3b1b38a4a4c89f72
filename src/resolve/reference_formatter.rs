//! Formats the entries of the reference list.
//!
//! The library's citation style gives each entry its text, without the number: [`super::number`]
//! numbers works in reading order. Short lists have a line of ours for each entry.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use hayagriva::Entry;

use super::citation_style::CitationStyle;
use super::sources::ReferenceMode;
use super::work_address::WorkAddress;
use crate::document::{Inline, Inlines};
use crate::library::Bibliography;
use crate::theme::Length;

/// Formats references, each once.
pub(super) struct ReferenceFormatter {
    mode: ReferenceMode,
    length: Length,
    style: CitationStyle,
    /// Follows the first author of a short entry.
    et_al: String,
    /// Formatted entries by citation key.
    formatted: Mutex<BTreeMap<String, Inlines>>,
}

impl ReferenceFormatter {
    pub(super) fn new(
        mode: ReferenceMode,
        length: Length,
        style: CitationStyle,
        et_al: String,
    ) -> ReferenceFormatter {
        ReferenceFormatter {
            mode,
            length,
            style,
            et_al,
            formatted: Mutex::default(),
        }
    }

    /// Formats works. The texts are `None` if the style is not numeric.
    pub(super) fn format(
        &self,
        keys: &[&str],
        bibliography: &Bibliography,
    ) -> Vec<Option<Inlines>> {
        let mut formatted = self
            .formatted
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let new: Vec<&Entry> = keys
            .iter()
            .filter(|key| !formatted.contains_key(**key))
            .filter_map(|key| bibliography.get(key))
            .collect();
        let texts = match self.mode {
            _ if new.is_empty() => Vec::new(),
            ReferenceMode::Full => self.style.format(&new).unwrap_or_default(),
            ReferenceMode::Short | ReferenceMode::Qr => new
                .iter()
                .map(|entry| short(entry, &self.et_al, self.length))
                .collect(),
        };
        let new_keys = new.iter().map(|entry| entry.key().to_owned());
        formatted.extend(new_keys.zip(texts));
        keys.iter()
            .map(|key| formatted.get(*key).cloned())
            .collect()
    }
}

/// Formats an entry as one short line: first author, title up to its colon, year, address. A short
/// form leaves out the title where the address says enough.
fn short(entry: &Entry, et_al: &str, length: Length) -> Inlines {
    let address = WorkAddress::of(entry);
    let mut parts: Vec<String> = Vec::new();
    if let Some((first, others)) = entry.authors().and_then(<[_]>::split_first) {
        let name = first.name_without_article().to_owned();
        parts.push(if others.is_empty() {
            name
        } else {
            format!("{name}\u{a0}{et_al}")
        });
    }
    if (length == Length::Full || address.is_none() || parts.is_empty())
        && let Some(title) = entry.title()
    {
        let title = title.to_string();
        let main = title.split(": ").next().unwrap_or(&title);
        parts.push(main.trim_end_matches('.').to_owned());
    }
    if let Some(date) = entry.date_any() {
        parts.push(date.year.to_string());
    }
    let mut line = String::new();
    for part in parts {
        if !line.is_empty() {
            line.push_str(if line.ends_with(['.', '?', '!']) {
                " "
            } else {
                ". "
            });
        }
        line.push_str(&part);
    }
    if !line.ends_with(['.', '?', '!']) {
        line.push('.');
    }
    match address {
        None => vec![Inline::Text(line)],
        Some(address) => vec![Inline::Text(format!("{line} ")), address.link()],
    }
}
