//! Keeps a reader's data out of findings.

use serde_json::Value;

use super::JobData;
use crate::finding::Finding;

/// The words of a reader's data, in lower case.
pub(super) fn words(data: &JobData) -> Vec<String> {
    fn collect(value: &Value, words: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
            Value::Object(fields) => fields.values().for_each(|field| collect(field, words)),
            Value::String(text) => words.push(text.trim().to_lowercase()),
            other => words.push(other.to_string()),
        }
    }
    let mut words = Vec::new();
    data.values().for_each(|value| collect(value, &mut words));
    // A letter tells nobody who someone is, and is in most messages.
    words.retain(|word| word.chars().count() > 1);
    words
}

/// The finding, which does not repeat what a reader's data put into the text: names are what it has in
/// backticks.
pub(super) fn without_words(finding: Finding, words: &[String]) -> Finding {
    let says = |text: &str| {
        let mut named = text.split('`').skip(1).step_by(2).map(str::to_lowercase);
        named.any(|name| {
            words
                .iter()
                .any(|word| name.contains(word) || word.contains(&name))
        })
    };
    if !says(&finding.message) && !finding.help.as_deref().is_some_and(says) {
        return finding;
    }
    let message = "what the reader's data puts into the text does not fit here".to_owned();
    Finding {
        message,
        help: None,
        ..finding
    }
}
