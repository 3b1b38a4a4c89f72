//! `unused-value`: reader data that no text uses.
//!
//! Its name is often misspelt, and then the leaflet lacks the value.

use std::collections::BTreeSet;

use crate::finding::{Finding, nearest};
use crate::resolve::is_address_part;

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

impl ValueNames {
    /// Returns the given names that no text uses.
    pub(crate) fn unused(&self) -> Vec<&str> {
        let is_used = |name: &str| {
            self.used.iter().any(|used| {
                used.is_empty() || used == name || is_below(name, used) || is_below(used, name)
            })
        };
        let given = self.given.iter().map(String::as_str);
        given.filter(|name| !is_used(name)).collect()
    }

    /// Returns words for a given name, as in [`unused_value`].
    fn shown(&self, name: &str, is_public: &impl Fn(&str) -> bool) -> String {
        match name.split_once('.') {
            Some((root, _)) if !is_public(name) && !self.declared.contains(name) => {
                format!("a value in `{root}`")
            }
            _ => format!("`{name}`"),
        }
    }
}

/// Reports unused names that are nearly the name of a missing value. The value is declared, a text uses it, and
/// nothing gives it.
///
/// Without the value, each leaflet would lack words. `noun` is `column` or `value`. See [`unused_value`] for
/// `is_public`.
pub(crate) fn misspelt_value(
    names: &ValueNames,
    noun: &str,
    is_public: impl Fn(&str) -> bool,
) -> Vec<Finding> {
    let is_given = |name: &str| {
        let mut given = names.given.iter();
        given.any(|given| given == name || is_below(given, name) || is_below(name, given))
    };
    let missing: Vec<&str> = names
        .used
        .iter()
        .filter(|name| names.declared.contains(*name) && !is_given(name))
        .map(String::as_str)
        .collect();
    let misspelt = |name: &str| {
        // A name that is declared is no misspelling.
        let near = nearest(name, missing.iter().copied());
        let near = near.filter(|_| !names.declared.contains(name))?;
        let shown = names.shown(name, &is_public);
        let message = format!("there is no {noun} `{near}`, which a text uses");
        let help = format!("rename {shown} to `{near}`");
        Some(Finding::error("misspelt-value", message).help(help))
    };
    names.unused().into_iter().filter_map(misspelt).collect()
}

/// Reports all given names that no text uses.
///
/// `is_public` returns whether a message may show the whole name. Other names are cut after their first
/// part, because the keys of a reader's maps may identify the reader.
pub(crate) fn unused_value(
    names: &ValueNames,
    is_public: impl Fn(&str) -> bool,
) -> Option<Finding> {
    let unused = names.unused();
    let mut shown: Vec<String> = unused
        .iter()
        .map(|name| names.shown(name, &is_public))
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
    let has_letter = names.used.contains("address.lines");
    let is_of_address = |name: &&str| is_below(name, "address");
    // A name that has no value yet is the likeliest one.
    let wanted = |name: &&String| !names.given.contains(*name);
    let candidates: Vec<&str> = names
        .used
        .iter()
        .chain(&names.declared)
        .filter(wanted)
        .map(String::as_str)
        .collect();
    let near = unused.iter().find_map(|name| {
        let near = nearest(name, candidates.iter().copied())?;
        Some((near, names.shown(name, &is_public)))
    });
    let is_single = shown.is_empty();
    let is_of_clinic =
        |name: &&str| matches!(name.split('.').next(), Some("clinic" | "handout" | "date"));
    let part = unused.iter().find(|name| is_address_part(name));
    let help = if let Some(part) = part.filter(|_| has_letter) {
        format!(
            "the letter prints an address from `address.line1` to `address.line9` in this order: name `{part}` and the \
             other parts like this, or leave them out"
        )
    } else if let Some((near, name)) = near {
        match is_single {
            true => format!("did you mean `{near}`?"),
            false => format!("is {name} a misspelling of `{near}`?"),
        }
    } else if has_letter && unused.iter().any(is_of_address) {
        "the address of a letter has `address.name`, and `address.lines` or `address.line1` to `address.line9`: write \
         it as one of these lines, or leave it out"
            .to_owned()
    } else if unused.iter().any(is_of_clinic) {
        "`clinic`, `handout` and `date` cannot be given for a reader: `clinic.yaml` has the values of a clinic"
            .to_owned()
    } else {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_');
        let shown = |name: &&&str| {
            (is_public(name) || names.declared.contains(**name)) && name.chars().all(is_name)
        };
        match unused.iter().find(shown) {
            Some(example) => {
                format!("use it in a text, as in `{{{{{example}}}}}`, or leave it out")
            }
            // Another name as example would look like the unused one.
            None => "use it in a text, or leave it out".to_owned(),
        }
    };
    let users = match has_letter {
        true => "neither a text nor the letter uses",
        false => "no text uses",
    };
    Some(Finding::warning("unused-value", format!("{users} {list}")).help(help))
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
    fn help_names_no_value_that_is_used() {
        let help = |name| finding(&[name, "patient.first_name"], &["patient.first_name"], &[]);
        let help = |name| help(name).and_then(|finding| finding.help);
        let expected = "use it in a text, or leave it out";
        assert_eq!(help("patient.medicines").as_deref(), Some(expected));
        let expected = "use it in a text, as in `{{shown.x}}`, or leave it out";
        assert_eq!(help("shown.x").as_deref(), Some(expected));
    }

    #[test]
    fn misspelt_value() {
        let misspelt = |given: &[&str], used: &[&str], declared: &[&str]| {
            let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            let names = ValueNames {
                given: set(given),
                used: set(used),
                declared: set(declared),
            };
            let found = super::misspelt_value(&names, "column", |_| true);
            let help = found.into_iter().filter_map(|finding| finding.help);
            help.collect::<Vec<String>>().join("\n")
        };
        let first_name = ["patient.first_name"];
        for given in [
            "patient.firstname",
            "patient first name",
            "Patient.First_Name",
        ] {
            assert_eq!(
                misspelt(&[given], &first_name, &first_name),
                format!("rename `{given}` to `patient.first_name`")
            );
        }
        // The value may be missing on purpose, or be there, too.
        assert_eq!(misspelt(&["patient.age"], &first_name, &first_name), "");
        assert_eq!(misspelt(&["patient.firstname"], &first_name, &[]), "");
        assert_eq!(misspelt(&["patient.firstname"], &[], &first_name), "");
        let both = ["patient.first_name", "patient.firstname"];
        assert_eq!(misspelt(&both, &first_name, &first_name), "");
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
        assert_eq!(
            found.help.unwrap(),
            "is a value in `patient` a misspelling of `patient.first_name`?"
        );
    }
}
