//! A field of a form with its label, its hint and what is wrong with it.

use super::message_page::marked_up;
use super::page::{filled_icon, icon};
use crate::escape::escaped;

/// What is wrong or doubtful in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Name of the field.
    pub(super) field: String,
    /// Plain text; words between backticks are code.
    pub(super) words: String,
    pub(super) weight: Weight,
}

/// Whether a fault keeps the form from being saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Error,
    Doubt,
}

impl Fault {
    pub(super) fn new(field: impl Into<String>, words: impl Into<String>) -> Fault {
        Fault {
            field: field.into(),
            words: words.into(),
            weight: Weight::Error,
        }
    }

    pub(super) fn doubt(field: impl Into<String>, words: impl Into<String>) -> Fault {
        Fault {
            weight: Weight::Doubt,
            ..Fault::new(field, words)
        }
    }
}

/// Returns whether a form can be saved.
pub(super) fn can_be_saved(faults: &[Fault]) -> bool {
    faults.iter().all(|fault| fault.weight == Weight::Doubt)
}

/// Writes a button that adds fields to the Clinic screen. `action` is the value of `do` that it sends.
pub(super) fn add_button(action: &str, words: &str) -> String {
    format!(
        "<p class=\"below-s\"><button class=\"link small withic\" type=\"submit\" formaction=\"/clinic/preview\" name=\"do\" \
         value=\"{action}\" formnovalidate>{} {words}</button></p>",
        icon("plus")
    )
}

/// Writes the faults of a field, in a part of the page that a script replaces.
pub(super) fn faults_of(faults: &[Fault], field: &str) -> String {
    let own = faults.iter().filter(|fault| fault.field == field);
    let list: String = own
        .map(|fault| {
            let (class, symbol) = match fault.weight {
                Weight::Error => ("err", "alert"),
                Weight::Doubt => ("state warn", "half"),
            };
            let (symbol, words) = (filled_icon(symbol), marked_up(&fault.words));
            format!("<p class=\"{class}\">{symbol}<span>{words}</span></p>")
        })
        .collect();
    format!("<div id=\"{field}-e\" data-part>{list}</div>")
}

/// A field with one line of text.
pub(super) struct TextField<'a> {
    /// Name and id.
    pub(super) name: &'a str,
    /// As in `tel`.
    pub(super) kind: &'a str,
    pub(super) label: &'a str,
    /// Plain words, as HTML; may be empty.
    pub(super) hint: &'a str,
    pub(super) value: &'a str,
    /// Other attributes, as HTML.
    pub(super) attributes: &'a str,
    /// Other classes of the field.
    pub(super) class: &'a str,
}

impl TextField<'_> {
    /// Writes the field with its faults.
    pub(super) fn html(&self, faults: &[Fault]) -> String {
        let TextField {
            name,
            kind,
            label,
            attributes,
            class,
            ..
        } = self;
        let is_bad = faults
            .iter()
            .any(|fault| fault.field == *name && fault.weight == Weight::Error);
        let (bad, invalid) = match is_bad {
            true => (" bad", " aria-invalid=\"true\""),
            false => ("", ""),
        };
        let (hint, described) = match self.hint {
            "" => (String::new(), format!("{name}-e")),
            hint => (
                format!("<span class=\"hint\" id=\"{name}-h\">{hint}</span>"),
                format!("{name}-e {name}-h"),
            ),
        };
        format!(
            "<div class=\"field{class}{bad}\"><label for=\"{name}\">{label}</label>{hint}{faults}<input type=\"{kind}\" \
             id=\"{name}\" name=\"{name}\" value=\"{value}\" aria-describedby=\"{described}\"{invalid}{attributes}></div>",
            faults = faults_of(faults, name),
            value = escaped(self.value),
        )
    }
}
