//! Groups of options: a few radio buttons, and a list for the rest. And the words for editions, papers and references.

use clap::ValueEnum;

use super::fields::{Fields, field};
use super::things_to_know::in_words;
use crate::escape::escaped;
use crate::request_options::name_of;
use crate::resolve::ReferenceMode;
use crate::theme::{Edition, Paper};

/// The most options that are all shown at once.
const MAX_SHOWN: usize = 5;
/// Value of the radio button that stands for the list.
const OTHER: &str = "other";

/// An option of a group.
pub(super) struct Choice {
    /// As in addresses.
    pub(super) value: String,
    /// Words, as HTML.
    pub(super) label: String,
    /// A remark in small type, as HTML; may be empty.
    pub(super) remark: String,
}

impl Choice {
    pub(super) fn new(value: &str, label: String) -> Choice {
        Choice {
            value: escaped(value),
            label,
            remark: String::new(),
        }
    }

    /// Returns the words on one line.
    fn on_one_line(&self) -> String {
        match self.remark.is_empty() {
            true => self.label.clone(),
            false => format!("{}, {}", self.label, self.remark),
        }
    }

    fn with_remark(&self) -> String {
        match self.remark.is_empty() {
            true => self.label.clone(),
            false => format!("{} <small>{}</small>", self.label, self.remark),
        }
    }
}

/// A group of options.
pub(super) struct OptionGroup<'a> {
    pub(super) legend: &'a str,
    /// Name of the field.
    pub(super) name: &'a str,
    /// Label of the list, as in `More editions`.
    pub(super) more: &'a str,
    pub(super) choices: Vec<Choice>,
    /// Values that are shown as radio buttons if there are many. The others are in a list.
    pub(super) usual: &'a [&'a str],
}

impl OptionGroup<'_> {
    /// Writes the group; nothing if there is only one option.
    pub(super) fn html(&self, chosen: &str) -> String {
        let OptionGroup { legend, name, .. } = self;
        if self.choices.len() < 2 {
            return String::new();
        }
        let is_many = self.choices.len() > MAX_SHOWN;
        if is_many && self.usual.is_empty() {
            let list = list(name, &self.choices.iter().collect::<Vec<_>>(), chosen);
            return format!(
                "<div class=\"group field\"><label for=\"{name}\">{legend}</label>{list}</div>"
            );
        }
        let is_usual = |choice: &&Choice| !is_many || self.usual.contains(&&*choice.value);
        let (usual, others): (Vec<&Choice>, Vec<&Choice>) = self.choices.iter().partition(is_usual);
        let mut radios: String = usual
            .iter()
            .map(|choice| {
                radio(
                    name,
                    &choice.value,
                    &choice.with_remark(),
                    choice.value == chosen,
                )
            })
            .collect();
        let mut list_of_others = String::new();
        if !others.is_empty() {
            let is_other = others.iter().any(|choice| choice.value == chosen);
            radios += &radio(name, OTHER, "Another", is_other);
            let list_name = list_name(name);
            list_of_others = format!(
                "<div class=\"field others\"><label for=\"{list_name}\">{more}</label>{list}</div>",
                more = self.more,
                list = list(&list_name, &others, chosen),
            );
        }
        format!(
            "<fieldset class=\"group\"><legend>{legend}</legend><div class=\"choices\">{radios}</div>{list_of_others}\
             </fieldset>"
        )
    }
}

fn radio(name: &str, value: &str, words: &str, is_chosen: bool) -> String {
    let checked = if is_chosen { " checked" } else { "" };
    format!(
        "<label class=\"choice\"><input type=\"radio\" name=\"{name}\" value=\"{value}\"{checked}><span>{words}</span>\
         </label>"
    )
}

fn list(name: &str, choices: &[&Choice], chosen: &str) -> String {
    let options: String = choices
        .iter()
        .map(|choice| {
            let selected = if choice.value == chosen {
                " selected"
            } else {
                ""
            };
            let (value, words) = (&choice.value, choice.on_one_line());
            format!("<option value=\"{value}\"{selected}>{words}</option>")
        })
        .collect();
    format!("<select id=\"{name}\" name=\"{name}\">{options}</select>")
}

fn list_name(name: &str) -> String {
    format!("{name}-more")
}

/// Returns the chosen value of a group: that of a radio button, or of the list.
pub(super) fn chosen<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    match field(fields, name) {
        Some(OTHER) => field(fields, &list_name(name)),
        value => value,
    }
}

/// The group of all editions.
pub(super) fn editions() -> OptionGroup<'static> {
    let choice = |edition: &Edition| {
        let name = name_of(edition);
        let (label, remark) = edition_words(&name);
        Choice {
            remark,
            ..Choice::new(&name, label)
        }
    };
    OptionGroup {
        legend: "Edition",
        name: "edition",
        more: "More editions",
        choices: Edition::value_variants().iter().map(choice).collect(),
        usual: &["standard", "large-print", "extra-large", "mono"],
    }
}

/// The group of papers.
pub(super) fn papers(papers: &[Paper]) -> OptionGroup<'static> {
    let choice = |paper: &Paper| {
        let name = name_of(paper);
        Choice::new(&name, paper_words(&name))
    };
    OptionGroup {
        legend: "Paper",
        name: "paper",
        more: "More papers",
        choices: papers.iter().map(choice).collect(),
        usual: &["a4", "letter", "a5", "dl-trifold"],
    }
}

/// The group of ways to print references. A QR code needs the address of the clinic's leaflets.
pub(super) fn references(has_address: bool) -> OptionGroup<'static> {
    let choice = |mode: &ReferenceMode| {
        let name = name_of(mode);
        let label = match &*name {
            "qr" => "QR code".to_owned(),
            other => in_words(other),
        };
        Choice::new(&name, label)
    };
    OptionGroup {
        legend: "References",
        name: "references",
        more: "",
        choices: ReferenceMode::value_variants()
            .iter()
            .filter(|mode| has_address || **mode != ReferenceMode::Qr)
            .map(choice)
            .collect(),
        usual: &[],
    }
}

/// Returns words for an edition, as in `Large print, black and white`.
pub(super) fn edition_label(edition: &Edition) -> String {
    edition_words(&name_of(edition)).0
}

/// Returns words for a paper.
pub(super) fn paper_label(paper: &Paper) -> String {
    paper_words(&name_of(paper))
}

/// Returns words for an edition, and a remark such as the size of the type.
fn edition_words(name: &str) -> (String, String) {
    let words = |part: &str| match part {
        "standard" => ("Standard".to_owned(), "12 point"),
        "large-print" => ("Large print".to_owned(), "18 point"),
        "extra-large" => ("Extra large".to_owned(), "24 point"),
        "mono" => ("Black and white".to_owned(), ""),
        "high-contrast" => ("White on black".to_owned(), "for screens"),
        "short" => ("Short".to_owned(), "the most important"),
        other => (in_words(other), ""),
    };
    let mut parts = name.split(',').map(words);
    let (mut label, mut remark) = parts.next().unwrap_or_default();
    for (more, other_remark) in parts {
        label = format!("{label}, {}", more.to_lowercase());
        if remark.is_empty() {
            remark = other_remark;
        }
    }
    (label, remark.to_owned())
}

fn paper_words(name: &str) -> String {
    match name {
        "a4" | "a5" => name.to_uppercase(),
        "a5-booklet" => "A5 booklet".to_owned(),
        "letter-booklet" => "Half-letter booklet".to_owned(),
        "dl-trifold" => "Folded".to_owned(),
        "letter-trifold" => "Folded letter".to_owned(),
        other => in_words(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(fields: &[(&str, &str)]) -> Fields {
        fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn list_counts_only_if_its_radio_button_is_chosen() {
        let given = fields(&[("edition", "mono"), ("edition-more", "short")]);
        assert_eq!(chosen(&given, "edition"), Some("mono"));
        let given = fields(&[("edition", "other"), ("edition-more", "short")]);
        assert_eq!(chosen(&given, "edition"), Some("short"));
        assert_eq!(chosen(&given, "paper"), None);
    }

    #[test]
    fn many_options_become_a_list() {
        let group = editions();
        let html = group.html("short,mono");
        assert_eq!(html.matches("type=\"radio\"").count(), 5);
        assert_eq!(
            html.matches("<option").count(),
            group.choices.len() - group.usual.len()
        );
        assert!(html.contains("value=\"other\" checked"));
        assert!(html.contains(
            "<option value=\"short,mono\" selected>Short, black and white, the most important"
        ));
        let standard = group.html("standard");
        assert!(standard.contains("value=\"standard\" checked"));
        assert!(!standard.contains("selected"));
        let without_usual = OptionGroup {
            usual: &[],
            ..editions()
        };
        assert!(
            without_usual
                .html("mono")
                .starts_with("<div class=\"group field\">")
        );
        assert_eq!(papers(&[Paper::A4]).html("a4"), "");
    }
}
