//! Texts that were typed and not saved. They live until the program ends.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::fields::{Fields, field};
use super::leaflet_texts::{Shape, Text, added, begins_with_library};
use super::words_list::typed;
use super::words_text::{BASE_TAG, Vocabulary, Words};
use crate::library::{TextValue, Wording};

/// The most texts that are kept. The program would otherwise grow without end.
const MAX_DRAFTS: usize = 500;

/// The most letters of a text. A page has about 3,000.
const MAX_LETTERS: usize = 50_000;
/// Separates the cells of a row, and an item from its number of lines to write on. Nobody types it: the form has a
/// field for each.
pub(super) const CELL: char = '\u{1f}';

/// What to print in place of the library's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Library,
    Add,
    Replace,
}

impl Mode {
    pub(super) fn named(name: &str) -> Option<Mode> {
        match name {
            "library" => Some(Mode::Library),
            "add" => Some(Mode::Add),
            "replace" => Some(Mode::Replace),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Mode::Library => "library",
            Mode::Add => "add",
            Mode::Replace => "replace",
        }
    }
}

/// A text as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) mode: Mode,
    /// Of a list or table, each line is an item or a row. A line without words is an item that is not filled in.
    pub(super) words: Words,
    /// Mark of the clinic's text that was changed: see [`stamp_of`].
    pub(super) stamp: String,
}

/// All drafts, by tag of the language and key.
#[derive(Default)]
pub(super) struct Drafts(Mutex<BTreeMap<(String, String), Draft>>);

impl Drafts {
    /// Keeps or, with `None`, forgets a draft. Returns false if there are too many.
    pub(super) fn set(&self, text: &Text, draft: Option<Draft>) -> bool {
        self.set_at(&text.tag, &text.key, draft)
    }

    /// Like [`Drafts::set`], for a text that cannot be read now.
    pub(super) fn set_at(&self, tag: &str, key: &str, draft: Option<Draft>) -> bool {
        let mut drafts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tag.to_owned(), key.to_owned());
        match draft {
            None => {
                drafts.remove(&key);
                true
            }
            Some(_) if drafts.len() >= MAX_DRAFTS && !drafts.contains_key(&key) => false,
            Some(draft) => {
                drafts.insert(key, draft);
                true
            }
        }
    }

    /// Returns the draft of a text.
    pub(super) fn get(&self, text: &Text) -> Option<Draft> {
        let drafts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drafts.get(&(text.tag.clone(), text.key.clone())).cloned()
    }
}

impl Draft {
    /// Reads what was typed into the form of a text; `None` if the form has no words.
    pub(super) fn typed(form: &Fields) -> Option<Draft> {
        let mode = field(form, "mode").and_then(Mode::named)?;
        let explained = form
            .iter()
            .filter(|(name, _)| name == "explained")
            .map(|(_, term)| term.clone());
        // Word processors put their own line breaks on the clipboard. A file cannot have them.
        let breaks = ['\u{85}', '\u{2028}', '\u{2029}'];
        let words = || field(form, "words").unwrap_or_default();
        let text = match typed(form) {
            Some(list) => list.replace(breaks, " "),
            None => words().replace("\r\n", "\n").replace(breaks, "\n"),
        };
        Some(Draft {
            mode,
            words: Words {
                text,
                explained: explained.collect(),
                is_raw: field(form, "raw").is_some(),
            },
            stamp: field(form, "stamp").unwrap_or_default().to_owned(),
        })
    }

    /// Whether a person typed more than a text may have.
    pub(super) fn is_too_long(&self) -> bool {
        self.words.text.chars().count() > MAX_LETTERS
    }

    /// Returns what is in the clinic's file, as if it had been typed.
    pub(super) fn saved(text: &Text, vocabulary: &Vocabulary) -> Draft {
        let stamp = stamp_of(text.ours.as_ref());
        Draft::of(text, text.ours.as_ref(), vocabulary, stamp)
    }

    /// Returns a wording of the clinic as if it had been typed. `stamp` is the mark of the text that it replaces.
    pub(super) fn of(
        text: &Text,
        wording: Option<&Wording>,
        vocabulary: &Vocabulary,
        stamp: String,
    ) -> Draft {
        let (mode, words) = match wording {
            None => (Mode::Library, Words::default()),
            Some(ours) if begins_with_library(ours) && text.may_add() => {
                (Mode::Add, shown(ours, true, vocabulary))
            }
            Some(ours) => (Mode::Replace, shown(ours, false, vocabulary)),
        };
        Draft { mode, words, stamp }
    }

    /// Returns the clinic's text; `None` if it is the library's.
    pub(super) fn wording(&self, text: &Text, vocabulary: &Vocabulary) -> Option<Wording> {
        let base = || Wording::Text(BASE_TAG.to_owned());
        match (self.mode, text.shape) {
            (Mode::Library, _) => None,
            // Nothing is added.
            (Mode::Add, _) if self.words.text.trim().is_empty() => None,
            (Mode::Add, Shape::Text) => {
                let template = vocabulary.template(&self.words);
                Some(Wording::text(&format!("{BASE_TAG}\n\n{}", template.trim())))
            }
            (Mode::Replace, Shape::Text) => Some(Wording::text(&vocabulary.template(&self.words))),
            (mode, Shape::Items) => {
                let own = self.lines().map(|line| item(line, &self.words, vocabulary));
                let first = (mode == Mode::Add).then(base);
                Some(Wording::List(first.into_iter().chain(own).collect()))
            }
            (_, Shape::Rows) => {
                let cells = |line: &str| {
                    let cells = line
                        .split(CELL)
                        .map(|cell| template_of(cell.trim(), &self.words, vocabulary));
                    Wording::List(cells.map(Wording::Text).collect())
                };
                Some(Wording::List(self.lines().map(cells).collect()))
            }
        }
    }

    /// Returns whether an item is not filled in yet.
    pub(super) fn has_empty_item(&self, text: &Text) -> bool {
        let mut items = self.words.text.split('\n');
        text.shape != Shape::Text && self.mode != Mode::Library && items.any(|item| item.is_empty())
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        let lines = self.words.text.lines().map(str::trim);
        lines.filter(|line| !line.is_empty())
    }
}

/// Returns the mark of a clinic's text.
pub(super) fn stamp_of(ours: Option<&Wording>) -> String {
    stamp_of_value(ours.map(Wording::to_value).as_ref())
}

/// Returns the mark of a value of a file. Blanks at the ends of lines do not count.
fn stamp_of_value(value: Option<&Value>) -> String {
    fn tidied(value: &Value) -> Value {
        match value {
            Value::String(text) => match Wording::text(text) {
                Wording::Text(text) => text.into(),
                _ => Value::Null,
            },
            Value::Array(items) => items.iter().map(tidied).collect(),
            other => other.clone(),
        }
    }
    let value = value.map_or(Value::Null, tidied);
    super::saved::stamp(&value.to_string())
}

/// Returns the value of a text layer.
pub(super) fn to_text_value(wording: &Wording) -> TextValue {
    match wording {
        Wording::Text(text) => TextValue::Text(text.clone()),
        Wording::List(items) => TextValue::List(items.iter().map(to_text_value).collect()),
        Wording::Item { text, lines } => TextValue::Map(vec![
            ("text".to_owned(), TextValue::Text(text.clone())),
            ("lines".to_owned(), TextValue::Number(*lines)),
        ]),
    }
}

/// Returns a wording as the field shows it. An added text is shown without the library's.
pub(super) fn shown(wording: &Wording, is_added: bool, vocabulary: &Vocabulary) -> Words {
    match wording {
        Wording::Text(text) => {
            let text = added(text).filter(|_| is_added).unwrap_or(text);
            vocabulary.words(text)
        }
        Wording::List(items) => {
            let items = if is_added {
                items.get(1..).unwrap_or_default()
            } else {
                items
            };
            let lines: Vec<String> = items.iter().map(line_of).collect();
            listed(&lines, vocabulary)
        }
        Wording::Item { .. } => listed(&[line_of(wording)], vocabulary),
    }
}

/// Writes an item or a row on one line.
fn line_of(item: &Wording) -> String {
    let flat = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    match item {
        Wording::Text(text) => flat(text),
        Wording::Item { text, lines } => format!("{}{CELL}{lines}", flat(text)),
        Wording::List(cells) => {
            let cells: Vec<String> = cells.iter().map(line_of).collect();
            cells.join(&CELL.to_string())
        }
    }
}

/// Returns lines of templates as words. Explained words stay marked, as each line is a text of its own.
fn listed(lines: &[String], vocabulary: &Vocabulary) -> Words {
    let texts = lines.iter().map(|line| vocabulary.marked_words(line));
    match texts.collect::<Option<Vec<String>>>() {
        Some(texts) => Words {
            text: texts.join("\n"),
            ..Words::default()
        },
        None => Words {
            text: lines.join("\n"),
            explained: Vec::new(),
            is_raw: true,
        },
    }
}

fn template_of(line: &str, words: &Words, vocabulary: &Vocabulary) -> String {
    vocabulary.template(&Words {
        text: line.to_owned(),
        explained: Vec::new(),
        is_raw: words.is_raw,
    })
}

/// Reads an item, with its lines to write on.
fn item(line: &str, words: &Words, vocabulary: &Vocabulary) -> Wording {
    let lines = line
        .split_once(CELL)
        .and_then(|(text, lines)| Some((text, lines.parse::<u8>().ok()?)));
    match lines {
        Some((text, lines)) => Wording::Item {
            text: template_of(text.trim(), words, vocabulary),
            lines: lines.into(),
        },
        None => Wording::Text(template_of(line, words, vocabulary)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::leaflet_texts::LeafletTexts;
    use super::super::sources::Loaded;
    use super::*;
    use crate::font::Faces;
    use crate::library::Library;

    #[test]
    fn every_list_and_table_of_the_library_survives_the_field() {
        let library = Library::embedded().unwrap();
        let clinic = library.clinic("typical", &Faces::bundled());
        let loaded = Loaded::for_tests(library, clinic.unwrap().unwrap());
        let (mut all, mut lists) = (0, 0);
        for id in loaded.library.ids() {
            let handout = loaded.library.handout(&id).unwrap();
            for language in handout.languages() {
                let vocabulary = Vocabulary::new(&loaded, &handout, &language).unwrap();
                let entries = &handout.definition.entries;
                let texts = LeafletTexts::new(&loaded, &handout, &language, entries).unwrap();
                for text in texts.blocks.iter().flat_map(|block| &block.texts) {
                    let Some(library) = &text.library else {
                        continue;
                    };
                    let draft = Draft {
                        mode: Mode::Replace,
                        words: shown(library, false, &vocabulary),
                        stamp: String::new(),
                    };
                    assert_eq!(draft.wording(text, &vocabulary).as_ref(), Some(library));
                    all += 1;
                    lists += usize::from(text.shape != Shape::Text);
                }
            }
        }
        assert!(all > 500 && lists > 50, "{all} {lists}");
    }

    #[test]
    fn stamps_ignore_blanks_at_ends_of_lines() {
        let text = |text: &str| stamp_of_value(Some(&text.into()));
        assert_eq!(text("a \nb\n\n"), text("a\nb"));
        assert_ne!(text("a\nb"), text("a b"));
        assert_ne!(text(""), stamp_of(None));
    }
}
