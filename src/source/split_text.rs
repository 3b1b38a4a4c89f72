//! Texts in brackets that a comma splits, as in `[Take up to 1,000 mg]` and `{ title: Rest, and eat }`.
//!
//! YAML ends an item at each comma outside quotes. The words after the comma become an item of their own, or a key
//! without a value.

use std::sync::Arc;

use saphyr_parser::ScalarStyle;

use super::tree::{self, YamlContent, YamlNode};
use crate::finding::{Finding, PlaceTarget};
use crate::source_file::SourceFile;

/// Ends of sentences.
const SENTENCE_END: [char; 4] = ['.', '!', '?', '…'];

/// Reports items that seem to be the end of the text before them. `sentences` are the keys of lists whose
/// items are sentences.
pub(crate) fn split_texts(file: &Arc<SourceFile>, sentences: &[&str]) -> Vec<Finding> {
    let mut search = Search {
        file,
        sentences,
        findings: Vec::new(),
    };
    if has_open_item(&file.text)
        && let Ok(Some(root)) = tree::tree(&file.text)
    {
        search.visit(&root, "");
    }
    search.findings
}

/// Returns whether a comma within brackets may be followed by an item without quotes.
fn has_open_item(text: &str) -> bool {
    text.match_indices(['[', '{']).any(|(at, bracket)| {
        let begins_value = text[..at]
            .trim_end_matches(' ')
            .ends_with([':', '-', '[', ',', '\n']);
        let close = if bracket == "[" { ']' } else { '}' };
        let rest = &text[at + 1..];
        let inside = &rest[..rest.find(close).unwrap_or(rest.len())];
        let mut items = inside.split(',').skip(1);
        begins_value && items.any(|item| !item.trim_start().starts_with(['"', '\'']))
    })
}

struct Search<'a> {
    file: &'a Arc<SourceFile>,
    sentences: &'a [&'a str],
    findings: Vec<Finding>,
}

impl Search<'_> {
    /// Looks at a value and all in it. `key` is its key.
    fn visit(&mut self, node: &YamlNode, key: &str) {
        match &*node.content {
            YamlContent::Scalar { .. } => {}
            YamlContent::List(items) => {
                if self.is_flow(node) {
                    self.list(items, self.sentences.contains(&key));
                }
                for item in items {
                    self.visit(item, "");
                }
            }
            YamlContent::Map(entries) => {
                let is_flow = self.is_flow(node);
                for (key, value) in entries {
                    self.visit(value, key.scalar().unwrap_or_default());
                }
                for pair in entries.windows(2).filter(|_| is_flow) {
                    if self.splits_number(&pair[0].1, &pair[1].0) {
                        self.report(&pair[1].0);
                    } else if self.splits_value(&pair[0].1, &pair[1].0) {
                        self.report_value(&pair[0].0, &pair[1].0);
                    }
                }
            }
        }
    }

    /// Returns whether a list or map is in brackets.
    fn is_flow(&self, node: &YamlNode) -> bool {
        let from = self.file.text.get(node.bytes.start..);
        from.unwrap_or_default().starts_with(['[', '{'])
    }

    fn list(&mut self, items: &[YamlNode], are_sentences: bool) {
        let starts_with = |item: &YamlNode, is: fn(char) -> bool| {
            item.scalar().is_some_and(|text| text.starts_with(is))
        };
        let ends_sentence = |item: &YamlNode| {
            item.scalar()
                .is_some_and(|text| text.ends_with(SENTENCE_END))
        };
        let begins_large = items
            .first()
            .is_some_and(|first| starts_with(first, char::is_uppercase));
        for (index, pair) in items.windows(2).enumerate() {
            let (before, item) = (&pair[0], &pair[1]);
            let is_split = self.splits_number(before, item)
                || are_sentences
                    && is_plain(item)
                    && ((begins_large || self.is_stuck(before, item))
                        && starts_with(item, char::is_lowercase)
                        || starts_with(item, |c| c.is_ascii_digit()) && ends_with_digit(before)
                        || index + 2 == items.len()
                            && ends_sentence(item)
                            && !ends_sentence(before)
                            && is_plain(before));
            if is_split {
                self.report(item);
            }
        }
    }

    /// Returns whether a comma splits a number, as in `1,000` or `2,5`.
    fn splits_number(&self, before: &YamlNode, item: &YamlNode) -> bool {
        let begins = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        self.is_stuck(before, item)
            && is_plain(item)
            && is_plain(before)
            && ends_with_digit(before)
            && item.scalar().is_some_and(begins)
    }

    /// Returns whether a text without quotes goes on in a key without a colon.
    fn splits_value(&self, before: &YamlNode, key: &YamlNode) -> bool {
        let after = self.file.text.get(key.bytes.end..).unwrap_or_default();
        let has_words = |node: &YamlNode| node.scalar().is_some_and(|text| !text.is_empty());
        is_plain(before)
            && is_plain(key)
            && has_words(before)
            && has_words(key)
            && !after.trim_start().starts_with(':')
    }

    /// Returns whether no space follows the comma between two items.
    fn is_stuck(&self, before: &YamlNode, item: &YamlNode) -> bool {
        let between = self.file.text.get(before.bytes.end..item.bytes.start);
        between.is_some_and(|between| between.trim_start() == ",")
    }

    /// Reports words that were to be a part of the value of `name`.
    fn report_value(&mut self, name: &YamlNode, words: &YamlNode) {
        let name = name.scalar().unwrap_or_default();
        let message = format!("a comma ends the text of `{name}` before this: is it one text?");
        let help = format!(
            "put a text that has a comma in quotes, as in `{name}: \"Rest well, and eat.\"`; or write a colon after \
             each key"
        );
        let finding = Finding::error("yaml-syntax", message).help(help);
        let bytes = words.bytes.start..words.bytes.end.min(self.file.text.len());
        self.findings
            .push(finding.at(self.file, PlaceTarget::Bytes(bytes)));
    }

    fn report(&mut self, item: &YamlNode) {
        let message = "a comma ends the item before this one: is it one text?";
        let help = "put a text that has a comma in quotes: `[\"Take up to 1,000 mg.\"]`; or write each \
                    item on its own line, after `- `";
        let finding = Finding::error("yaml-syntax", message).help(help);
        let start = item.bytes.start;
        let end = item.bytes.end.max(start + 1).min(self.file.text.len());
        self.findings
            .push(finding.at(self.file, PlaceTarget::Bytes(start..end)));
    }
}

fn is_plain(node: &YamlNode) -> bool {
    matches!(
        &*node.content,
        YamlContent::Scalar {
            style: ScalarStyle::Plain,
            ..
        }
    )
}

fn ends_with_digit(node: &YamlNode) -> bool {
    node.scalar()
        .is_some_and(|text| text.ends_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::from_bytes;

    fn reported(text: &str) -> Vec<String> {
        let file = from_bytes(text.as_bytes(), "a.yaml".to_owned(), None).unwrap();
        let item = |finding: Finding| {
            let location = crate::source::locate(finding.place.as_ref().unwrap()).unwrap();
            text[location.bytes].to_owned()
        };
        let found = split_texts(&file, &["actions", "items"]);
        found.into_iter().map(item).collect()
    }

    #[test]
    fn finds_texts_that_a_comma_splits() {
        for (list, item) in [
            ("actions: [Take up to 1,000 mg a day.]", "000 mg a day."),
            ("actions: [Take 2,5 mg]", "5 mg"),
            ("actions: [Rest well, and eat.]", "and eat."),
            ("actions: [Rest well,and eat]", "and eat"),
            (
                "actions: [Rest., Take 1, 2 or 3 tablets.]",
                "2 or 3 tablets.",
            ),
            (
                "actions: [Take two, Paracetamol only.]",
                "Paracetamol only.",
            ),
            (
                "a:\n  items:\n    [\n      One,\n      Rest, and eat\n    ]",
                "and eat",
            ),
            ("rows: [[Dose, \"1\"], [Up to 1,000 mg, x]]", "000 mg"),
            ("header: [Dose 1,5 mg]", "5 mg"),
            ("vars: { dose: 1,000 }", "000"),
            ("phone: [01632 960,123]", "123"),
            (
                "text: { en: { shared: { closing: Call us, or write } } }",
                "or write",
            ),
            ("vars: { class: Tuesdays, at 10 }", "at 10"),
            ("a: { title: Rest,\n  and eat }", "and eat"),
        ] {
            assert_eq!(reported(list), [item], "{list}");
        }
    }

    #[test]
    fn leaves_lists_alone() {
        for list in [
            "actions: [\"Take up to 1,000 mg a day.\"]",
            "actions: [Rest well., Eat well.]",
            "actions: [Rest well, Eat well]",
            "items: [fever, rash, a stiff neck]",
            "rows: [[Morning, 2 tablets], [Paracetamol, up to 4 g]]",
            "header: [What, when]",
            "phone: [01632 960 310, 01632 960 311]",
            "data: [patient.first_name, { visit.date: date }]",
            "body: |\n  See [@a-2020, 2] and [Rest, and eat]\n",
            "items:\n  - Take up to 1,000 mg\n  - and eat\n",
            "a: { title: Rest, body: \"Eat, too\", c : d, \"e\": f }",
            "a: { title: Rest,\n  body: Eat,\n}",
            "a: { b, c }",
            "a: { title: \"Rest, and eat\", body: }",
            "body: |\n  Write {a: Rest, and eat}.\n",
        ] {
            assert_eq!(reported(list), Vec::<String>::new(), "{list}");
        }
    }
}
