//! A clinic's texts as their authors wrote them, beside the library's.
//!
//! Two leaflets are compared for one reader. A text may have other words for other readers, as in
//! `{{#if patient.first_name}}`. Such texts are shown with all their words. So is a text that prints
//! the library's words for now, or is in no page that is compared.

use super::leaflet::{BlockChange, BlockDifference, PartDifference, lines};
use super::overrides::{BlockOrigin, Override, with_base};
use crate::library::{SectionChanges, Wording};
use crate::template;

/// A text of the clinic with its template tags, and the library's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AsWritten {
    /// Names of the values that choose between its words, as in `patient.first_name`. Empty if all
    /// readers get the same words.
    pub(crate) depends_on: Vec<String>,
    pub(crate) parts: Vec<PartDifference>,
}

/// Words of tags that name no value.
const KEYWORDS: [&str; 10] = [
    "if", "unless", "each", "with", "else", "as", "this", "true", "false", "null",
];

/// Adds the overrides that the blocks do not show, or not for all readers. `names` has the keys and
/// names of the clinic's blocks.
pub(crate) fn add_as_written(
    blocks: &mut Vec<BlockDifference>,
    overrides: &[Override],
    names: &[(String, String)],
) {
    let is_seen = |blocks: &[BlockDifference], key: &str| {
        let mut blocks = blocks.iter();
        blocks.any(|block| block.key == key && !block.parts.is_empty())
    };
    for found in overrides {
        let own = with_base(&found.own, found.base.as_ref());
        if found.block == BlockOrigin::Nobody || found.base.as_ref() == Some(&own) {
            continue;
        }
        let text = |wording: &Wording| wording.to_lines().into_owned();
        let old = found.base.as_ref().map(text).unwrap_or_default();
        let new = text(&own);
        let depends_on = dependencies(&[&old, &new]);
        let key = shown_in(found);
        if depends_on.is_empty() && is_seen(blocks, &key) {
            continue;
        }
        let as_written = AsWritten {
            depends_on,
            parts: lines(&old, &new),
        };
        match blocks.iter_mut().find(|block| block.key == key) {
            Some(block) => block.as_written.push(as_written),
            None => {
                let change = match found.block {
                    BlockOrigin::Clinic => BlockChange::Inserted,
                    _ => BlockChange::Stays,
                };
                let mut block = unseen(key, names, change);
                block.as_written.push(as_written);
                blocks.push(block);
            }
        }
    }
}

/// Adds the blocks that the clinic inserted or removed, and that this reader would not get anyway.
pub(crate) fn add_unseen_sections(
    blocks: &mut Vec<BlockDifference>,
    changes: &SectionChanges,
    names: &[(String, String)],
) {
    let inserted = changes.insert.iter();
    let inserted = inserted.map(|(entry, _)| (&entry.key, BlockChange::Inserted));
    let removed = changes.remove.iter();
    let removed = removed.map(|(key, _)| (key, BlockChange::Removed));
    for (key, change) in inserted.chain(removed) {
        if !blocks.iter().any(|block| block.key == *key) {
            blocks.push(unseen(key.to_string(), names, change));
        }
    }
}

fn unseen(key: String, names: &[(String, String)], change: BlockChange) -> BlockDifference {
    let name = names.iter().find(|(known, _)| *known == key);
    BlockDifference {
        name: name.map_or_else(|| key.clone(), |(_, name)| name.clone()),
        key,
        change,
        parts: Vec::new(),
        as_written: Vec::new(),
    }
}

/// Returns the key of the difference that shows a text.
pub(crate) fn shown_in(found: &Override) -> String {
    match found.path.first().map_or("", String::as_str) {
        "title" | "subtitle" => String::new(),
        // Each is a text of its own.
        "letter" | "words" => found.path.join("."),
        block => block.to_owned(),
    }
}

/// Returns whether a tag, without its braces, chooses between words of the text.
pub(crate) fn chooses(tag: &str) -> bool {
    let tag = tag.trim_start_matches(['~', ' ']);
    // Words in quotes are printed or compared.
    tag.starts_with(['#', '^']) || tag.starts_with("else ") || tag.contains(['"', '\''])
}

/// Returns the names of values that choose between words. The clinic's own values do not: they are the
/// same for all readers.
fn dependencies(texts: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for text in texts {
        for range in template::tags(text) {
            let tag = text[range].trim_matches(['{', '}', '~', ' ']);
            if tag.starts_with(['!', '>', '/']) || !chooses(tag) {
                continue;
            }
            for name in names_in(tag) {
                let is_of_clinic = name == "clinic" || name.starts_with("clinic.");
                if !is_of_clinic && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    names
}

/// Returns the names of values in a tag without its braces.
fn names_in(tag: &str) -> Vec<String> {
    let mut unquoted = String::new();
    let mut quote = None;
    for letter in tag.trim_start_matches(['#', '^']).chars() {
        match quote {
            None if matches!(letter, '"' | '\'') => {
                quote = Some(letter);
                unquoted.push_str(" \" ");
            }
            None if matches!(letter, '(' | ')' | '|' | '=') => {
                unquoted.push(' ');
                unquoted.push(letter);
                unquoted.push(' ');
            }
            None => unquoted.push(letter),
            Some(open) if open == letter => quote = None,
            Some(_) => {}
        }
    }
    let tokens: Vec<&str> = unquoted.split_whitespace().collect();
    let is_helper = |index: usize| match index {
        0 => tokens.len() > 1,
        index => tokens[index - 1] == "(",
    };
    let mut names = Vec::new();
    let mut is_param = false;
    for (index, token) in tokens.iter().enumerate() {
        if *token == "|" {
            is_param = !is_param;
        }
        let name = token.trim_start_matches("@root.").trim_start_matches("../");
        let is_name = name.starts_with(|first: char| first.is_alphabetic() || first == '_');
        let is_setting = tokens.get(index + 1) == Some(&"=");
        if is_name && !is_param && !is_setting && !is_helper(index) && !KEYWORDS.contains(&name) {
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::dependencies;

    #[test]
    fn values_that_choose_words_are_found() {
        for (text, names) in [
            ("Call {{clinic.phone}}, {{patient.first_name}}.", vec![]),
            ("{{#if clinic.phone}}Call.{{else}}Come.{{/if}}", vec![]),
            ("{{#if patient.a}}A{{else}}B{{/if}}", vec!["patient.a"]),
            ("{{~#unless patient.a~}}A{{/unless}}", vec!["patient.a"]),
            (
                "{{#if (eq patient.a 'b c')}}A{{else if patient.d}}B{{/if}}",
                vec!["patient.a", "patient.d"],
            ),
            ("{{#if date}}A{{/if}}", vec!["date"]),
            (
                "{{#each @root.list.of as |item|}}A{{/each}}",
                vec!["list.of"],
            ),
            (
                "{{plural visit.count \"one tablet\" \"fifty tablets\"}}",
                vec!["visit.count"],
            ),
            (
                "{{#if patient.a}}A{{/if}}{{#if patient.a}}B{{/if}}",
                vec!["patient.a"],
            ),
            ("{{!-- {{#if patient.a}} --}}A", vec![]),
        ] {
            assert_eq!(dependencies(&[text]), names, "{text}");
        }
    }
}
