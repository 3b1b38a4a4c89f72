//! `unexplained-term`: glossary terms that lose their explanation by a clinic's changes.
//!
//! A term is in the glossary of a leaflet if a text marks it with `{.term}`. A clinic may remove or replace the
//! only text with that mark, while other texts still use the term.

use std::collections::BTreeSet;

use super::phrase::find_phrase;
use crate::finding::Finding;
use crate::library::{Definition, TextLayer, TextValue};
use crate::resolve::{ProseMark, Resolved};

/// Finds terms that the library's texts mark, and that the clinic's leaflet uses and does not mark.
pub(crate) fn lost_explanation(
    resolved: &Resolved,
    definition: &Definition,
    texts: &TextLayer,
) -> Vec<Finding> {
    let mut of_library = BTreeSet::new();
    for entry in &definition.entries {
        if let Some(value) = texts.get(&entry.key) {
            add_terms(value, &mut of_library);
        }
    }
    let prose: Vec<_> = resolved
        .texts
        .iter()
        .flat_map(|text| text.prose())
        .collect();
    let marks = prose.iter().flat_map(|prose| {
        let terms = prose
            .marks
            .iter()
            .filter(|(_, mark)| *mark == ProseMark::Term);
        terms.map(|(range, _)| prose.as_str()[range.clone()].to_lowercase())
    });
    let marked: BTreeSet<String> = marks.collect();
    let is_marked = |term: &str| {
        marked
            .iter()
            .any(|words| !find_phrase(words, term).is_empty())
    };
    let mut findings = Vec::new();
    for term in of_library
        .iter()
        .filter(|term| !is_marked(&term.to_lowercase()))
    {
        let used = prose.iter().find_map(|prose| {
            let range = find_phrase(prose.as_str(), term);
            Some((prose, range.into_iter().next()?))
        });
        if let Some((prose, range)) = used {
            let message = format!(
                "the leaflet uses `{term}`, and your change removes the text that explains it"
            );
            let finding = Finding::warning("unexplained-term", message).help(format!(
                "mark it in a text of yours, as in `[{term}]{{.term}}`"
            ));
            findings.push(prose.locate(finding, range));
        }
    }
    findings
}

/// Adds the words before each `{.term}`.
fn add_terms(value: &TextValue, terms: &mut BTreeSet<String>) {
    match value {
        TextValue::Text(text) => {
            for (end, _) in text.match_indices("]{.term}") {
                if let Some(start) = text[..end].rfind('[') {
                    terms.insert(text[start + 1..end].to_owned());
                }
            }
        }
        TextValue::List(items) => items.iter().for_each(|item| add_terms(item, terms)),
        TextValue::Map(parts) => parts.iter().for_each(|(_, part)| add_terms(part, terms)),
        TextValue::Number(_) | TextValue::Flag(_) => {}
    }
}
