//! `unused-value`: reader data that no text uses.
//!
//! Its name is often misspelt, and then the leaflet lacks the value.

use std::collections::BTreeSet;

use crate::finding::{Finding, nearest};

/// Maximum number of names in the message.
const MAX_NAMES: usize = 20;

/// Dotted names of reader data.
#[derive(Clone, Debug, Default)]
pub(crate) struct ValueNames {
    /// Names that readers have values for.
    pub(crate) given: BTreeSet<String>,
    /// Names that the texts use.
    pub(crate) used: BTreeSet<String>,
    /// Names that the handouts declare.
    pub(crate) declared: BTreeSet<String>,
}

/// Reports all given names that no text uses.
///
/// `is_public` returns whether a message may show the whole name. Other names are cut after their first
/// part, because the keys of a reader's maps may identify the reader.
pub(crate) fn unused_value(
    names: &ValueNames,
    is_public: impl Fn(&str) -> bool,
) -> Option<Finding> {
    let is_used = |name: &str| {
        names.used.iter().any(|used| {
            used.is_empty() || used == name || is_below(name, used) || is_below(used, name)
        })
    };
    let unused: Vec<&str> = names
        .given
        .iter()
        .map(String::as_str)
        .filter(|name| !is_used(name))
        .collect();
    let mut shown: Vec<String> = unused
        .iter()
        .map(|name| match name.split_once('.') {
            Some((root, _)) if !is_public(name) && !names.declared.contains(*name) => {
                format!("a value in `{root}`")
            }
            _ => format!("`{name}`"),
        })
        .collect();
    shown.dedup();
    let more = shown.len().saturating_sub(MAX_NAMES);
    shown.truncate(MAX_NAMES);
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    let last = shown.pop()?;
    let list = match shown.as_slice() {
        [] => last,
        others => format!("{} and {last}", others.join(", ")),
    };
    // A name that has no value yet is the likeliest one.
    let wanted = |name: &&String| !names.given.contains(*name);
    let candidates: Vec<&str> = names
        .used
        .iter()
        .chain(&names.declared)
        .filter(wanted)
        .map(String::as_str)
        .collect();
    let near = unused
        .iter()
        .find_map(|name| nearest(name, candidates.iter().copied()));
    let is_of_clinic =
        |name: &&str| matches!(name.split('.').next(), Some("clinic" | "handout" | "date"));
    let help = if let Some(near) = near {
        format!("did you mean `{near}`?")
    } else if unused.iter().any(is_of_clinic) {
        "`clinic`, `handout` and `date` cannot be given for a reader: `clinic.yaml` has the values of a clinic"
            .to_owned()
    } else {
        "use it in a text, as in `{{patient.first_name}}`, or leave it out".to_owned()
    };
    Some(Finding::warning("unused-value", format!("no text uses {list}")).help(help))
}

/// Returns whether a dotted name is inside of a group.
fn is_below(name: &str, group: &str) -> bool {
    name.strip_prefix(group)
        .is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(given: &[&str], used: &[&str], declared: &[&str]) -> Option<Finding> {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let names = ValueNames {
            given: set(given),
            used: set(used),
            declared: set(declared),
        };
        super::unused_value(&names, |name: &str| name.starts_with("shown"))
    }

    #[test]
    fn unused_value() {
        assert!(finding(&["patient.age"], &["patient"], &[]).is_none());
        assert!(finding(&["medicines"], &["medicines.dose"], &[]).is_none());
        assert!(finding(&["a"], &[""], &[]).is_none());
        let found = finding(
            &["patient.frist_name", "shown.x", "private.Ada", "private.Bo"],
            &["patient.first_name"],
            &["private.Bo"],
        );
        let found = found.unwrap();
        assert_eq!(
            found.message,
            "no text uses a value in `patient`, a value in `private`, `private.Bo` and `shown.x`"
        );
        assert_eq!(found.help.unwrap(), "did you mean `patient.first_name`?");
    }
}
