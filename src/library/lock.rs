//! `clinic.lock`: the library's texts that a clinic's own texts were written against, and what people decided.
//!
//! The file keeps whole texts of the library, not hashes, to show a person the old and the new text when the
//! library changes one. A decision keeps the hash of its text, because the clinic's own files have the text.
//! The file is written sorted, so that equal overrides and decisions give equal bytes.

mod decisions;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::text::TextValue;
use crate::finding::Finding;
use crate::source::{self, OrderedMap, SourceFile};

pub(crate) use decisions::{Approval, Check, Decisions, PersonName, Review, TextHash};
use decisions::{Checks, DecisionsFile};

/// The comment at the top of the file.
const ABOUT: &str = "\
# The library's texts when this clinic wrote its own. They show which of them the library changes later.
# Also who approved, reviewed, checked and saw what. `handout customize` and `handout serve` write this file.
# Keep it beside clinic.yaml.
";

/// The library's text below each override, by language and key, and what people decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ClinicLock {
    overrides: BTreeMap<String, BTreeMap<String, LockEntry>>,
    #[serde(flatten)]
    pub(crate) decisions: Decisions,
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
        /// The words.
        text: String,
        /// Number of lines.
        lines: u32,
    },
}

/// What a clinic decided: the library's texts below its own, and who approved, reviewed, checked and saw what.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "lock")]
pub(super) struct LockFile {
    /// The library's texts that the clinic replaces: by language, then by key, as in `sleep.what-helps.body`.
    overrides: OrderedMap<OrderedMap<LockEntry>>,
    /// The clinic's texts that somebody approved: by language, then by key. `sleep.what-helps`, without a part, is
    /// the place of a block.
    approved: OrderedMap<OrderedMap<Approval>>,
    /// The clinic's own reviews, by the handout's id.
    reviewed: OrderedMap<Review>,
    /// Values of `clinic.yaml` that a clinician checked.
    checked: Checks,
    /// Hashes of the references' entries that somebody has seen, by citation key.
    seen: OrderedMap<TextHash>,
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
        let decisions = DecisionsFile {
            approved: lock.approved,
            reviewed: lock.reviewed,
            checked: lock.checked,
            seen: lock.seen,
        };
        Ok(ClinicLock {
            overrides: overrides.collect(),
            decisions: decisions.read(file)?,
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

    /// Removes the entry of an override.
    pub(crate) fn remove(&mut self, language: &str, key: &str) {
        self.retain(|other, entry| other != language || entry != key);
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

    /// Hashes the wording, for its approval.
    pub(crate) fn hash(&self) -> TextHash {
        TextHash::of(&self.to_value().to_string())
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

    fn findings(text: &str) -> String {
        let file = from_bytes(text.as_bytes(), "clinic.lock".to_owned(), None).unwrap();
        let findings = ClinicLock::parse(&file).expect_err("no finding");
        let findings: Vec<&Finding> = findings.iter().collect();
        crate::report::human_without_counts(&findings, false)
    }

    const DECISIONS: &str = "\
overrides: {}
approved:
  en:
    sleep.what-helps.body:
      text: 185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969
      by: Dr Ann Lee
      on: 2026-11-30
reviewed:
  sleep:
    version: 1.0.0
    by: Dr Ann Lee
    on: 2026-11-30
    next: 2028-11-30
checked:
  emergency_number:
    value: '999'
    by: Dr Ann Lee
    on: 2026-11-30
seen:
  nice-2021: 185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969
";

    #[test]
    fn decisions_are_kept_as_they_were_written() {
        let file = from_bytes(DECISIONS.as_bytes(), "clinic.lock".to_owned(), None).unwrap();
        let mut lock = ClinicLock::parse(&file).unwrap();
        assert_eq!(lock.to_text(), format!("{ABOUT}{DECISIONS}"));
        lock.insert("en", "a.b.body", entry(None));
        lock.retain(|_, _| false);
        assert_eq!(lock.to_text(), format!("{ABOUT}{DECISIONS}"));
        let decisions = &lock.decisions;
        let hello = TextHash::of("Hello");
        let key = "sleep.what-helps.body";
        assert!(decisions.approval("en", key, &hello).is_some());
        assert_eq!(decisions.approval("sv", key, &hello), None);
        assert_eq!(decisions.approval("en", key, &TextHash::of("Hello.")), None);
        assert!(decisions.review("sleep", "1.0.0").is_some());
        assert_eq!(decisions.review("sleep", "1.0.1"), None);
    }

    #[test]
    fn faults_of_decisions_are_found() {
        let faulty = [
            ("      by: Dr Ann Lee\n", "      by: ' '\n"),
            ("text: 185f", "text: 185"),
            ("version: 1.0.0", "verson: 1.0.0"),
            ("on: 2026-11-30", "on: 30 November 2026"),
            ("next: 2028-11-30", "next: 2026-11-30"),
            ("emergency_number", "emergency_numbers"),
            ("    value: '999'\n", ""),
            ("nice-2021: 185f8", "nice-2021: seen"),
            ("seen:", "sene:"),
            ("  sleep:\n", "  sleep: {}\n  sleep:\n"),
        ];
        let shown = faulty.map(|(words, others)| findings(&DECISIONS.replacen(words, others, 1)));
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn line_endings_and_blanks_at_ends_do_not_count() {
        assert_eq!(Wording::text("a  \r\nb\t\r\n\r\n"), Wording::text("a\nb"));
        assert_eq!(Wording::text("\n\na\n"), Wording::text("a"));
        assert_ne!(Wording::text("a b"), Wording::text("a  b"));
        assert_ne!(Wording::text("a\n\nb"), Wording::text("a\nb"));
    }
}
