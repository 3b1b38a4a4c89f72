//! The letter before a leaflet, or the address in its masthead: the choice of it, the reader's address, and the part of
//! the form for both.
//!
//! The choice is in addresses, the reader's address only in the body of a POST request.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::choices::Choices;
use super::fields::{Fields, field};
use super::leaflet_page::{Request, View};
use super::message_page::{capitalised, marked_up};
use super::things_to_know::field_of;
use crate::batch::nest_object;
use crate::escape::escaped;
use crate::finding::Finding;
use crate::library::Clinic;
use crate::request_options::{Cover, RequestOptions, masthead_fault, name_of, value_named};
use crate::theme::{Edition, Envelope, Paper};

/// Name of the field of the address. Reader data has no colon in its name.
pub(super) const FIELD: &str = "letter:address";
/// Name of the reader data of an address.
const ADDRESS: &str = "address";

/// What a person chose about the letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct LetterChoice {
    /// `None` if nobody said. Then there is no letter.
    cover: Option<Cover>,
    /// `None` if no envelope is for the paper.
    envelope: Option<Envelope>,
}

impl LetterChoice {
    /// Reads fields of an address or a form.
    pub(super) fn read(fields: &Fields, clinic: &Clinic, paper: Paper) -> LetterChoice {
        // A box that is not ticked sends nothing, so the form has a hidden field of the same name before it.
        let mut covers = fields.iter().rev();
        let cover = covers.find(|(name, _)| name == "cover");
        let chosen = field(fields, "envelope").and_then(value_named);
        let usual = RequestOptions::of_clinic(clinic).envelope;
        let first = envelopes(paper).next();
        let mut envelopes = [chosen, usual, first].into_iter().flatten();
        LetterChoice {
            cover: cover.and_then(|(_, cover)| value_named(cover.trim())),
            envelope: envelopes.find(|envelope: &Envelope| envelope.paper() == paper),
        }
    }

    /// Returns the choice of a row with an envelope for a letter, or for an address in the masthead.
    pub(super) fn of_row(letter: Option<Envelope>, masthead: Option<Envelope>) -> LetterChoice {
        let cover = match (letter, masthead) {
            (Some(_), _) => Cover::Letter,
            (None, Some(_)) => Cover::Masthead,
            (None, None) => Cover::None,
        };
        LetterChoice {
            cover: Some(cover),
            envelope: letter.or(masthead),
        }
    }

    /// Takes the clinic's default if nobody said whether there is a letter.
    pub(super) fn or_of_clinic(self, clinic: &Clinic) -> LetterChoice {
        let usual = RequestOptions::of_clinic(clinic).cover;
        LetterChoice {
            cover: self.cover.or(usual.filter(|cover| *cover != Cover::None)),
            ..self
        }
    }

    /// Whether there is to be a letter, or the address in the masthead.
    pub(super) fn is_asked(self) -> bool {
        matches!(self.cover, Some(Cover::Letter | Cover::Masthead))
    }

    /// Returns the envelope of the letter; `None` for no letter.
    pub(super) fn envelope(self) -> Option<Envelope> {
        self.envelope.filter(|_| self.cover == Some(Cover::Letter))
    }

    /// Returns the envelope of the address in the masthead; `None` for no address there.
    pub(super) fn masthead_address(self, edition: Edition) -> Option<Envelope> {
        let is_asked = self.cover == Some(Cover::Masthead);
        self.envelope
            .filter(|_| is_asked && masthead_fault(edition).is_none())
    }

    /// Reports a letter on a paper that no envelope is for, or an edition that has no room for the address.
    pub(super) fn fault(self, edition: Edition) -> Option<Finding> {
        if !self.is_asked() {
            return None;
        }
        if self.envelope.is_some() {
            let is_masthead = self.cover == Some(Cover::Masthead);
            let fault = masthead_fault(edition).filter(|_| is_masthead)?;
            return Some(fault.help("choose another edition, or leave the address out"));
        }
        let message = "a letter needs paper of the size A4 or Letter";
        let finding = Finding::error("unavailable-cover", message);
        Some(finding.help("choose another paper, or leave the letter out"))
    }

    /// Appends the choice to the part of an address after `?`, in HTML.
    pub(super) fn write(self, query: &mut String) {
        if let Some(cover) = self.cover {
            let _ = write!(query, "&amp;cover={}", name_of(&cover));
        }
        if let Some(envelope) = self.envelope.filter(|_| self.is_asked()) {
            let _ = write!(query, "&amp;envelope={}", name_of(&envelope));
        }
    }
}

/// All envelopes, the usual ones first.
pub(super) const ENVELOPES: [Envelope; 5] = [
    Envelope::UkDl,
    Envelope::UkC5,
    Envelope::Din5008A,
    Envelope::Din5008B,
    Envelope::Us10,
];

/// Returns the envelopes that are for a paper.
pub(super) fn envelopes(paper: Paper) -> impl Iterator<Item = Envelope> {
    ENVELOPES
        .into_iter()
        .filter(move |envelope| envelope.paper() == paper)
}

/// Returns the envelope of the clinic's letters, else the first one for the paper, else one for A4.
pub(super) fn usual_envelope(clinic: &Clinic, choices: &Choices) -> Envelope {
    let usual = RequestOptions::of_clinic(clinic).envelope;
    let of_paper = || envelopes(choices.paper).next();
    usual.or_else(of_paper).unwrap_or(Envelope::UkDl)
}

pub(super) fn envelope_words(envelope: Envelope) -> &'static str {
    match envelope {
        Envelope::UkDl => "DL, United Kingdom",
        Envelope::UkC5 => "C5, United Kingdom",
        Envelope::Din5008A => "DIN 5008 A, low letterhead",
        Envelope::Din5008B => "DIN 5008 B, high letterhead",
        Envelope::Us10 => "No. 10, United States",
    }
}

/// Whether a reader's value is a part of the address.
pub(super) fn is_of_address(name: &str) -> bool {
    let rest = name.strip_prefix(ADDRESS);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Returns the address as it was typed.
pub(super) fn typed_address(fields: &Fields) -> &str {
    field(fields, FIELD).unwrap_or_default()
}

/// Adds an address to the reader's values: the first line is the name.
pub(super) fn add_address(typed: &str, data: &mut Map<String, Value>) -> Result<(), &'static str> {
    let mut lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(name) = lines.next() else {
        return Ok(());
    };
    nest_object(data, &format!("{ADDRESS}.name"), name.into())?;
    let lines: Vec<Value> = lines.map(Value::from).collect();
    match lines.is_empty() {
        true => Ok(()),
        false => nest_object(data, &format!("{ADDRESS}.lines"), lines.into()),
    }
}

/// Makes a fault of the address one of the field `Address`.
pub(super) fn at_field(fault: Finding) -> Finding {
    match field_of(&fault).is_some_and(|name| is_of_address(name)) {
        true => fault.in_column(ADDRESS),
        false => fault,
    }
}

/// Returns the heading of the choice, the value of its box, and the words beside it. `leaflet` follows "before".
pub(super) fn letter_words(clinic: &Clinic, leaflet: &str) -> (&'static str, &'static str, String) {
    // A clinic that prints the address in the masthead has no letters.
    match RequestOptions::of_clinic(clinic).cover {
        Some(Cover::Masthead) => (
            "Address",
            "masthead",
            "Print the address on the first page".to_owned(),
        ),
        Some(Cover::None | Cover::Letter) | None => (
            "Letter",
            "letter",
            format!("Put a letter with the address before {leaflet}"),
        ),
    }
}

/// Writes the part of the form.
pub(super) fn html(request: &Request, view: Option<&View>) -> String {
    let letter = request.choices.letter;
    let (legend, kind, words) = letter_words(&request.loaded.clinic, "it");
    let checked = match letter.is_asked() {
        true => " checked",
        false => "",
    };
    let (note, invalid) = match letter.is_asked().then(|| address_fault(view)).flatten() {
        // Nothing is wrong with a field that is yet to be filled in.
        Some(_) if request.address.is_empty() => (String::new(), ""),
        Some(fault) => (
            format!("<span class=\"err\">{}</span>", fault_in_words(fault)),
            " aria-invalid=\"true\"",
        ),
        None => (String::new(), ""),
    };
    format!(
        "<fieldset class=\"group letter\"><legend>{legend}</legend><input type=\"hidden\" name=\"cover\" value=\"none\">\
         <label class=\"tick\"><input type=\"checkbox\" name=\"cover\" value=\"{kind}\"{checked}> <span>{words}</span></label><div class=\"of-letter\"><div class=\"field\"><label for=\"address\">Address</label>\
         <span class=\"hint\" id=\"address-hint\">First the name, then each line of the address. Printed on this \
         leaflet and never saved. Web page and plain text have no address.</span><textarea id=\"address\" \
         name=\"{FIELD}\" rows=\"5\" autocomplete=\"off\" spellcheck=\"false\" aria-describedby=\"address-hint \
         address-note\"{invalid}>\n{address}</textarea><p class=\"hint after\" id=\"address-note\" data-part>{note}</p></div>\
         <div id=\"envelope-part\" data-part>{envelope}</div></div></fieldset>",
        address = escaped(&request.address),
        envelope = envelope(letter, &request.choices),
    )
}

/// Writes the choice of the envelope.
fn envelope(letter: LetterChoice, choices: &Choices) -> String {
    let options: String = envelopes(choices.paper)
        .map(|envelope| {
            let selected = match letter.envelope == Some(envelope) {
                true => " selected",
                false => "",
            };
            let (name, words) = (name_of(&envelope), envelope_words(envelope));
            format!("<option value=\"{name}\"{selected}>{words}</option>")
        })
        .collect();
    match letter.fault(choices.edition) {
        Some(fault) => format!(
            "<p class=\"hint after\"><span class=\"err\">{}</span></p>",
            fault_in_words(&fault)
        ),
        None if options.is_empty() => String::new(),
        None => format!(
            "<div class=\"field\"><label for=\"envelope\">Envelope</label><select id=\"envelope\" name=\"envelope\">\
             {options}</select></div>"
        ),
    }
}

/// Returns what is wrong with the address.
fn address_fault(view: Option<&View>) -> Option<&Finding> {
    let mut faults = view?.made.faults.iter();
    faults.find(|fault| field_of(fault).is_some_and(|name| is_of_address(name)))
}

fn fault_in_words(fault: &Finding) -> String {
    if fault.id == "missing-address" {
        return "Write the street and the town below the name.".to_owned();
    }
    let help = fault.help.as_deref().map(capitalised).unwrap_or_default();
    marked_up(format!("{} {help}", capitalised(&fault.message)).trim())
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn all_envelopes_are_offered_for_their_paper() {
        let papers = [Paper::A4, Paper::Letter];
        let offered: usize = papers.map(|paper| envelopes(paper).count()).iter().sum();
        assert_eq!(offered, Envelope::value_variants().len());
        assert_eq!(envelopes(Paper::A5).count(), 0);
    }

    #[test]
    fn the_first_line_is_the_name() {
        let added = |typed: &str| {
            let mut data = Map::new();
            add_address(typed, &mut data).unwrap();
            Value::from(data)
        };
        assert_eq!(added(" \r\n "), serde_json::json!({}));
        assert_eq!(
            added("\nAda Bell\r\n 12 Mill Lane \n\nIN1 2AB\n"),
            serde_json::json!({ "address": { "name": "Ada Bell", "lines": ["12 Mill Lane", "IN1 2AB"] } })
        );
        assert_eq!(
            added("Ada"),
            serde_json::json!({ "address": { "name": "Ada" } })
        );
    }

    #[test]
    fn parts_of_an_address_are_known_by_name() {
        for name in ["address", "address.name", "address.line3"] {
            assert!(is_of_address(name), "{name}");
        }
        for name in ["addressee", "patient.address", ""] {
            assert!(!is_of_address(name), "{name}");
        }
    }
}
