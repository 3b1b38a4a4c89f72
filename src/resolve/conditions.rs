//! Values of a reader that only conditions use.
//!
//! A condition counts FALSE, an empty value and a missing one as false. A word such as `no` counts as true, which
//! its author may not expect.

use std::collections::BTreeMap;

use serde_json::Value;

use super::compiled_text::CompiledText;
use crate::finding::Finding;

/// Forms of FALSE in spreadsheets of other languages, which write them in capitals.
const FALSE: [&str; 3] = ["FALSCH", "FALSKT", "USANN"];
/// Words that mean false, in small letters.
const NO: [&str; 8] = ["no", "n", "0", "off", "nein", "nei", "nej", "ei"];

/// Whether a text is the FALSE of a spreadsheet or a database. Conditions count it as false.
pub(super) fn is_false(text: &str) -> bool {
    let word = text.trim();
    word.eq_ignore_ascii_case("false") || FALSE.contains(&word)
}

/// Returns the names of the job data that conditions use, and that no text prints.
pub(super) fn names<'t>(texts: impl Iterator<Item = &'t CompiledText>) -> Vec<String> {
    let mut is_only_condition: BTreeMap<&str, bool> = BTreeMap::new();
    for text in texts {
        if let CompiledText::PerReader(template, _) = text {
            for (name, is_condition) in template.conditions() {
                *is_only_condition.entry(name).or_insert(true) &= is_condition;
            }
        }
    }
    let names = is_only_condition.into_iter().filter(|(_, only)| *only);
    names.map(|(name, _)| name.to_owned()).collect()
}

/// Warns of values of conditions that count as true and mean false. `values` are those that templates see.
pub(super) fn doubtful(names: &[String], values: &Value) -> Vec<Finding> {
    let is_no = |name: &&String| {
        let value = name
            .split('.')
            .try_fold(values, |value, step| value.get(step));
        let text = value.and_then(Value::as_str).unwrap_or_default();
        NO.contains(&text.trim().to_lowercase().as_str())
    };
    let finding = |name: &String| {
        let message = "the value means no, and a condition counts it as true";
        Finding::warning("invalid-value", message)
            .in_column(name)
            .help("write FALSE, or leave the value empty")
    };
    names.iter().filter(is_no).map(finding).collect()
}
