//! Keeps a reader's data out of findings.

use serde_json::Value;

use super::JobData;
use crate::finding::Finding;

/// Returns the values of a reader's data, in lower case.
pub(super) fn private_words(data: &JobData) -> Vec<String> {
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
    // One letter identifies nobody and occurs in most messages.
    words.retain(|word| word.chars().count() > 1);
    words
}

/// Replaces the message of a finding that quotes a private word. Findings quote in backticks.
pub(super) fn redact(finding: Finding, private_words: &[String]) -> Finding {
    let quotes_private_word = |text: &str| {
        let mut quoted = text.split('`').skip(1).step_by(2).map(str::to_lowercase);
        quoted.any(|quote| {
            private_words
                .iter()
                .any(|word| quote.contains(word) || word.contains(&quote))
        })
    };
    let is_private = quotes_private_word(&finding.message)
        || finding.help.as_deref().is_some_and(quotes_private_word);
    if !is_private {
        return finding;
    }
    Finding {
        message: "what the reader's data puts into the text does not fit here".to_owned(),
        help: None,
        ..finding
    }
}
