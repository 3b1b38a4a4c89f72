//! `clinic.lock`: the library's texts that a clinic's own texts were written against.
//!
//! The file keeps whole texts, not hashes, to show a person the old and the new text when the
//! library changes one. `handout customize` writes it sorted, so that equal overrides give equal
//! bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::text::TextValue;
use crate::finding::Finding;
use crate::source::{self, OrderedMap, SourceFile};

/// The comment at the top of the file.
const ABOUT: &str = "\
# The library's texts when this clinic wrote its own. They show which of them the library changes later.
# `handout customize update` and `accept` write this file. Keep it beside clinic.yaml.
";

/// The library's text below each override, by language and key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ClinicLock {
    overrides: BTreeMap<String, BTreeMap<String, LockEntry>>,
}

/// The library's text below an override.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "lock-entry")]
pub(crate) struct LockEntry {
    /// The library's name.
    pub(crate) library: String,
    /// The version of the text's handout; of the library, for shared texts. Absent if it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// The library's text. Absent if it had none, and the clinic's text only adds to a block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) base: Option<Wording>,
}

/// A text as it is compared: without differences in line endings and blanks at the ends of lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "wording")]
pub(crate) enum Wording {
    Text(String),
    /// Items, rows or cells.
    List(Vec<Wording>),
    /// An item with lines to write on.
    Item {
        text: String,
        lines: u32,
    },
}

/// The shape of the file.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "lock")]
struct LockFile {
    /// By language, then by key, as in `sleep.what-helps.body`.
    #[serde(default)]
    overrides: OrderedMap<OrderedMap<LockEntry>>,
}

impl ClinicLock {
    /// Reads a `clinic.lock`.
    pub(crate) fn parse(file: &Arc<SourceFile>) -> Result<ClinicLock, Vec<Finding>> {
        let lock: LockFile = source::parse(file)?;
        // An editor may have changed the line endings.
        let tidied = |entry: LockEntry| LockEntry {
            base: entry.base.map(Wording::tidied),
            ..entry
        };
        let by_key = |keys: OrderedMap<LockEntry>| {
            keys.0
                .into_iter()
                .map(|(key, entry)| (key, tidied(entry)))
                .collect()
        };
        let overrides = lock
            .overrides
            .0
            .into_iter()
            .map(|(language, keys)| (language, by_key(keys)));
        Ok(ClinicLock {
            overrides: overrides.collect(),
        })
    }

    /// Returns the text of the file.
    pub(crate) fn to_text(&self) -> String {
        format!("{ABOUT}{}", source::to_yaml(self))
    }

    /// Returns the entry of an override.
    pub(crate) fn get(&self, language: &str, key: &str) -> Option<&LockEntry> {
        self.overrides.get(language)?.get(key)
    }

    /// Adds or replaces the entry of an override.
    pub(crate) fn insert(&mut self, language: &str, key: &str, entry: LockEntry) {
        self.overrides
            .entry(language.to_owned())
            .or_default()
            .insert(key.to_owned(), entry);
    }

    /// Removes the entries for which `keep` returns false, by language and key.
    pub(crate) fn retain(&mut self, keep: impl Fn(&str, &str) -> bool) {
        for (language, keys) in &mut self.overrides {
            keys.retain(|key, _| keep(language, key));
        }
        self.overrides.retain(|_, keys| !keys.is_empty());
    }

    /// Returns the languages and keys of all entries, sorted.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.overrides.iter().flat_map(|(language, keys)| {
            keys.keys()
                .map(move |key| (language.as_str(), key.as_str()))
        })
    }
}

impl Wording {
    /// Returns a text without its line endings, blanks at the ends of lines, and blank lines at
    /// both ends.
    pub(crate) fn text(text: &str) -> Wording {
        Wording::Text(tidy(text))
    }

    /// Returns the wording of a value of a text layer; `None` for flags and maps of parts.
    pub(crate) fn of(value: &TextValue) -> Option<Wording> {
        match value {
            TextValue::Text(text) => Some(Wording::text(text)),
            TextValue::Number(number) => Some(Wording::Text(number.to_string())),
            TextValue::List(items) => Some(Wording::List(
                items.iter().filter_map(Wording::of).collect(),
            )),
            TextValue::Map(_) => {
                let text = tidy(
                    value
                        .part("text")
                        .and_then(TextValue::text)
                        .unwrap_or_default(),
                );
                match value.part("lines") {
                    Some(TextValue::Number(lines)) => Some(Wording::Item {
                        text,
                        lines: *lines,
                    }),
                    _ => value.part("text").map(|_| Wording::Text(text)),
                }
            }
            TextValue::Flag(_) => None,
        }
    }

    /// Removes the differences that do not count.
    fn tidied(self) -> Wording {
        match self {
            Wording::Text(text) => Wording::text(&text),
            Wording::Item { text, lines } => Wording::Item {
                text: tidy(&text),
                lines,
            },
            Wording::List(items) => Wording::List(items.into_iter().map(Wording::tidied).collect()),
        }
    }

    /// Converts the wording to a YAML value.
    pub(crate) fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("texts, numbers and lists are always JSON")
    }

    /// Returns the wording for people to read, with a hyphen before each list item.
    pub(crate) fn to_lines(&self) -> Cow<'_, str> {
        match self {
            Wording::Text(text) => Cow::Borrowed(text),
            Wording::Item { text, lines } => {
                Cow::Owned(format!("{text} ({})", lines_to_write_on(*lines)))
            }
            Wording::List(items) => {
                let item = |item: &Wording| match item {
                    Wording::List(cells) => cells
                        .iter()
                        .map(Wording::to_lines)
                        .collect::<Vec<_>>()
                        .join(" | "),
                    item => item.to_lines().into_owned(),
                };
                let lines: Vec<String> = items
                    .iter()
                    .map(|each| format!("- {}", item(each)))
                    .collect();
                Cow::Owned(lines.join("\n"))
            }
        }
    }
}

/// Formats a count of empty lines, as in "2 lines to write on".
pub(crate) fn lines_to_write_on(count: u32) -> String {
    match count {
        1 => "1 line to write on".to_owned(),
        count => format!("{count} lines to write on"),
    }
}

fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let text = lines.join("\n");
    // Blanks before the first word may mean something in Markdown.
    text.trim_end().trim_start_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::from_bytes;

    fn entry(base: Option<Wording>) -> LockEntry {
        LockEntry {
            library: "Sleep".to_owned(),
            version: Some("1.0".to_owned()),
            base,
        }
    }

    #[test]
    fn a_lock_reads_back_as_it_was_written() {
        let mut lock = ClinicLock::default();
        let texts = [
            "Plain",
            "two\nlines",
            "  indented\nthen: not",
            "- looks like a list",
            "12",
            "true",
            "",
            "# no comment",
            "\"quoted\" 'too'",
            "å – “…”",
            "ends in colon:",
            "{{> base}}",
            "tab\tinside",
        ];
        for (index, text) in texts.iter().enumerate() {
            lock.insert(
                "en",
                &format!("sleep.block-{index}.body"),
                entry(Some(Wording::text(text))),
            );
        }
        let list = vec![
            Wording::text("one"),
            Wording::Item {
                text: "two".to_owned(),
                lines: 2,
            },
            Wording::List(vec![Wording::text(""), Wording::text("a: b")]),
        ];
        lock.insert("sv", "shared.list.items", entry(Some(Wording::List(list))));
        lock.insert("sv", "shared.new.body", entry(None));
        let file = from_bytes(lock.to_text().as_bytes(), "clinic.lock".to_owned(), None).unwrap();
        assert_eq!(ClinicLock::parse(&file).unwrap(), lock);
        assert_eq!(ClinicLock::parse(&file).unwrap().to_text(), lock.to_text());
    }

    #[test]
    fn a_lock_is_sorted_and_has_a_comment() {
        let mut lock = ClinicLock::default();
        lock.insert(
            "sv",
            "shared.b.body",
            entry(Some(Wording::text("B\n\nmore"))),
        );
        lock.insert("en", "shared.b.body", entry(None));
        lock.insert(
            "en",
            "a.b.heading",
            LockEntry {
                version: None,
                ..entry(Some(Wording::text("A")))
            },
        );
        insta::assert_snapshot!(lock.to_text());
    }

    #[test]
    fn an_empty_lock_reads_back() {
        let file = from_bytes(
            ClinicLock::default().to_text().as_bytes(),
            "clinic.lock".to_owned(),
            None,
        )
        .unwrap();
        assert_eq!(ClinicLock::parse(&file).unwrap(), ClinicLock::default());
    }

    #[test]
    fn line_endings_and_blanks_at_ends_do_not_count() {
        assert_eq!(Wording::text("a  \r\nb\t\r\n\r\n"), Wording::text("a\nb"));
        assert_eq!(Wording::text("\n\na\n"), Wording::text("a"));
        assert_ne!(Wording::text("a b"), Wording::text("a  b"));
        assert_ne!(Wording::text("a\n\nb"), Wording::text("a\nb"));
    }
}
