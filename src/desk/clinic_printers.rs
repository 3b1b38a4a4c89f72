//! The printers on the Clinic screen: their fields, and their values for `clinic.yaml`.
//!
//! A printer in the file keeps its place and its comments: only changed keys are written. A printer that is left out
//! is removed with its lines. A new printer is added last.

use serde_json::{Map, Value};

use super::clinic_page::ClinicScreen;
use super::fields::{Fields, field};
use super::form_field::{Fault, TextField, add_button};
use crate::library::PrinterFile;
use crate::request_options::name_of;
use crate::source;
use crate::value_fault::{has_line_break, is_blank};

/// Name of the list of printers in `clinic.yaml`, and of the field that counts them.
pub(super) const PRINTERS: &str = "printers";
/// Prefix of the names of a printer's fields.
pub(super) const PRINTER: &str = "printer";
/// The most printers, as for `clinic.yaml`.
const MAX_PRINTERS: usize = 50;
/// Most letters of a printer's name, as for `clinic.yaml`.
const MAX_NAME: usize = 60;
/// Most bytes of an address that a printer can get (RFC 8011, section 5.1.6).
const MAX_ADDRESS: usize = 1023;
/// Most bytes of the name of a tray that a printer can get (RFC 8011, section 5.1.4).
const MAX_TRAY: usize = 255;

/// Values of `sides`, each with its label.
const SIDES: [(&str, &str); 4] = [
    ("", "As the printer is set"),
    ("one", "One side"),
    ("two", "Both sides"),
    ("two-short", "Both sides, flipped on the short edge"),
];

/// A printer as it was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct PrinterValues {
    /// Place in the list that the form began with, from 0; `None` for a new printer.
    from: Option<usize>,
    name: String,
    address: String,
    /// As in `clinic.yaml`; empty if the printer chooses.
    sides: String,
    tray: String,
    staple: bool,
    fold: bool,
}

/// Compares all values but `from`.
impl PartialEq for PrinterValues {
    fn eq(&self, other: &PrinterValues) -> bool {
        let PrinterValues {
            from: _,
            name,
            address,
            sides,
            tray,
            staple,
            fold,
        } = self;
        (name, address, sides, tray) == (&other.name, &other.address, &other.sides, &other.tray)
            && (*staple, *fold) == (other.staple, other.fold)
    }
}

impl Eq for PrinterValues {}

/// Returns the printers of a clinic.
pub(super) fn printers_of(printers: &[PrinterFile]) -> Vec<PrinterValues> {
    let printers = printers.iter().enumerate();
    let values = printers.map(|(index, printer)| PrinterValues {
        from: Some(index),
        name: printer.name.trim().to_owned(),
        address: printer.address.0.clone(),
        sides: printer.sides.as_ref().map_or_else(String::new, name_of),
        tray: printer.tray.clone().unwrap_or_default(),
        staple: printer.staple,
        fold: printer.fold,
    });
    values.collect()
}

/// Returns the name of a printer's field. `number` counts the printers from 1.
pub(super) fn field_name(number: usize, part: &str) -> String {
    format!("{PRINTER}{number}_{part}")
}

/// Reads the printers of a form, without empty ones. A printer without fields in the form is taken from `began`.
pub(super) fn read(fields: &Fields, prefix: &str, began: &[PrinterValues]) -> Vec<PrinterValues> {
    let count = field(fields, &format!("{prefix}{PRINTERS}"));
    // A number that cannot be read removes no printer.
    let Some(count) = count.and_then(|count| count.parse::<usize>().ok()) else {
        return began.to_vec();
    };
    let count = count.min(MAX_PRINTERS);
    let printer = |number| {
        let typed = |part: &str| field(fields, &format!("{prefix}{}", field_name(number, part)));
        let value = |part: &str| typed(part).unwrap_or_default().to_owned();
        let from = value("from").parse().ok();
        if typed("name").is_none() {
            let known = from.and_then(|from: usize| began.get(from));
            return known.cloned().unwrap_or_default();
        }
        PrinterValues {
            from,
            name: value("name"),
            address: value("address"),
            sides: value("sides"),
            tray: value("tray"),
            staple: value("staple") == "yes",
            fold: value("fold") == "yes",
        }
    };
    let printers = (1..=count).map(printer);
    printers.filter(|printer| !printer.is_empty()).collect()
}

/// Returns the names and values of the fields of printers.
pub(super) fn fields(printers: &[PrinterValues], prefix: &str) -> Fields {
    let mut fields = vec![(format!("{prefix}{PRINTERS}"), printers.len().to_string())];
    for (index, printer) in printers.iter().enumerate() {
        let flag = |flag: bool| if flag { "yes" } else { "" }.to_owned();
        let from = printer
            .from
            .map_or_else(String::new, |from| from.to_string());
        let parts = [
            ("from", from),
            ("name", printer.name.clone()),
            ("address", printer.address.clone()),
            ("sides", printer.sides.clone()),
            ("tray", printer.tray.clone()),
            ("staple", flag(printer.staple)),
            ("fold", flag(printer.fold)),
        ];
        for (part, value) in parts {
            let name = format!("{prefix}{}", field_name(index + 1, part));
            fields.push((name, value));
        }
    }
    fields
}

/// Writes printers for people to compare, with all that may differ.
pub(super) fn shown(printers: &[PrinterValues]) -> String {
    let shown = printers.iter().map(|printer| {
        let sides = SIDES.iter().find(|(value, _)| *value == printer.sides);
        let sides = sides
            .filter(|_| !printer.sides.is_empty())
            .map_or(printer.sides.as_str(), |(_, words)| *words)
            .to_lowercase();
        let tray = match printer.tray.as_str() {
            "" => String::new(),
            tray => format!("tray {tray}"),
        };
        let flag = |is_on: bool, words: &'static str| if is_on { words } else { "" };
        let parts = [
            printer.address.as_str(),
            sides.as_str(),
            tray.as_str(),
            flag(printer.staple, "stapled"),
            flag(printer.fold, "folded"),
        ];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        match parts.collect::<Vec<_>>().join(", ") {
            parts if parts.is_empty() => printer.name.clone(),
            parts => format!("{} ({parts})", printer.name),
        }
    });
    shown.collect::<Vec<_>>().join("; ")
}

/// Finds each printer by its name in a list that somebody else changed, and updates its place.
pub(super) fn find_again(printers: &mut [PrinterValues], now: &[PrinterValues]) {
    let mut is_found = vec![false; now.len()];
    for printer in printers {
        let mut known = now.iter().enumerate();
        let found = known.position(|(index, other)| !is_found[index] && other.name == printer.name);
        printer.from = found;
        if let Some(index) = found {
            is_found[index] = true;
        }
    }
}

/// Finds faults, in words for people who do not know `clinic.yaml`.
pub(super) fn faults(printers: &[PrinterValues]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, printer) in printers.iter().enumerate() {
        let mut say = |part, words: &str| {
            faults.push(Fault::new(field_name(index + 1, part), words));
        };
        if is_blank(&printer.name) {
            say("name", "Write the name that staff know, as in “Reception”.");
        } else if has_line_break(&printer.name) {
            say("name", "Write the name on one line.");
        } else if printer.name.chars().count() > MAX_NAME {
            say("name", "Write a name with at most 60 letters.");
        }
        if !source::is_printer_address(&printer.address) {
            say(
                "address",
                "Write the address, as in ipp://printserver/printers/reception.",
            );
        } else if printer.address.len() > MAX_ADDRESS {
            say("address", "This address is too long for a printer.");
        }
        if has_line_break(&printer.tray) {
            say("tray", "Write the tray on one line.");
        } else if printer.tray.len() > MAX_TRAY {
            say("tray", "This name of a tray is too long for a printer.");
        }
    }
    faults
}

impl PrinterValues {
    fn is_empty(&self) -> bool {
        *self == PrinterValues::default()
    }

    /// Returns the place in the list that the form began with; `None` for a new printer.
    pub(super) fn from(&self) -> Option<usize> {
        self.from
    }

    /// Returns the keys of `clinic.yaml` that differ from `was`, with their new values. `None` removes the key.
    pub(super) fn changes(&self, was: &PrinterValues) -> Vec<(&'static str, Option<Value>)> {
        let texts = [
            ("name", &self.name, &was.name),
            ("address", &self.address, &was.address),
            ("sides", &self.sides, &was.sides),
            ("tray", &self.tray, &was.tray),
        ];
        let texts = texts.into_iter().filter(|(_, now, was)| now != was);
        let texts = texts.map(|(key, now, _)| {
            // Required keys stay, even if they are empty.
            let is_kept = !now.is_empty() || matches!(key, "name" | "address");
            (key, is_kept.then(|| Value::from(now.as_str())))
        });
        let flags = [
            ("staple", self.staple, was.staple),
            ("fold", self.fold, was.fold),
        ];
        let flags = flags.into_iter().filter(|(_, now, was)| now != was);
        texts
            .chain(flags.map(|(key, now, _)| (key, Some(Value::from(now)))))
            .collect()
    }

    /// Returns a new printer as it is in `clinic.yaml`.
    pub(super) fn to_value(&self) -> Value {
        let changes = self.changes(&PrinterValues::default()).into_iter();
        let entries = changes.filter_map(|(key, value)| Some((key.to_owned(), value?)));
        Value::Object(entries.collect::<Map<_, _>>())
    }
}

/// Writes the fields of all printers, and the buttons that add a printer and leave one out.
pub(super) fn html(screen: &ClinicScreen) -> String {
    let printers = &screen.values.printers;
    let has_new = screen.has_new_printer;
    let new = PrinterValues::default();
    let all = printers.iter().chain(has_new.then_some(&new));
    let count = printers.len() + usize::from(has_new);
    let groups: String = all
        .enumerate()
        .map(|(index, printer)| group(index + 1, printer, screen))
        .collect();
    let none = match count {
        0 => {
            "<p class=\"small muted\">No printers yet. Print opens the browser’s print window.</p>"
        }
        _ => "",
    };
    let add = match screen.can_save() && count < MAX_PRINTERS && !has_new {
        true => add_button("add-printer", "Add a printer"),
        false => String::new(),
    };
    format!("<input type=\"hidden\" name=\"{PRINTERS}\" value=\"{count}\">{none}{groups}{add}")
}

fn group(number: usize, printer: &PrinterValues, screen: &ClinicScreen) -> String {
    let text = |part: &str, label: &str, hint: &str, value: &str| {
        TextField {
            name: &field_name(number, part),
            kind: "text",
            label,
            hint,
            value,
            attributes: " autocomplete=\"off\" spellcheck=\"false\"",
            class: "",
        }
        .html(&screen.faults)
    };
    let options: String = SIDES
        .iter()
        .map(|(value, words)| {
            let selected = if *value == printer.sides {
                " selected"
            } else {
                ""
            };
            format!("<option value=\"{value}\"{selected}>{words}</option>")
        })
        .collect();
    let sides = field_name(number, "sides");
    let tick = |part: &str, words: &str, is_ticked: bool| {
        let checked = if is_ticked { " checked" } else { "" };
        format!(
            "<label class=\"tick\"><input type=\"checkbox\" name=\"{}\" value=\"yes\"{checked}> <span>{words}</span></label>",
            field_name(number, part)
        )
    };
    let leave_out = match screen.can_save() && !printer.is_empty() {
        true => format!(
            "<p><button class=\"link small\" type=\"submit\" formaction=\"/clinic/preview\" name=\"do\" value=\"leave-out-printer \
             {number}\" formnovalidate>Leave out printer {number}</button></p>"
        ),
        false => String::new(),
    };
    format!(
        "<fieldset class=\"group printer\"><legend>Printer {number}</legend><input type=\"hidden\" name=\"{from}\" value=\"{at}\">\
         <div class=\"two\">{name}{address}</div><div class=\"two\"><div class=\"field\"><label for=\"{sides}\">Sides</label>\
         <select id=\"{sides}\" name=\"{sides}\">{options}</select></div>{tray}</div>\
         <div class=\"ticks\">{staple}{fold}</div>{leave_out}</fieldset>",
        from = field_name(number, "from"),
        at = printer
            .from
            .map_or_else(String::new, |from| from.to_string()),
        name = text("name", "Name of the printer", "", &printer.name),
        address = text("address", "Address of the printer", "", &printer.address),
        tray = text("tray", "Tray", "", &printer.tray),
        staple = tick("staple", "Staple leaflets", printer.staple),
        fold = tick("fold", "Fold booklets and folded sheets", printer.fold),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printer(from: Option<usize>, name: &str) -> PrinterValues {
        PrinterValues {
            from,
            name: name.to_owned(),
            address: "ipp://p/printers/a".to_owned(),
            ..PrinterValues::default()
        }
    }

    #[test]
    fn a_form_gives_its_printers_again() {
        let printers = vec![
            PrinterValues {
                sides: "two-short".to_owned(),
                tray: "tray-2".to_owned(),
                staple: true,
                ..printer(Some(0), "Reception")
            },
            PrinterValues {
                fold: true,
                ..printer(None, "Ward")
            },
        ];
        for prefix in ["", "was-"] {
            let read = read(&fields(&printers, prefix), prefix, &[]);
            assert_eq!(read, printers);
            let places: Vec<Option<usize>> = read.iter().map(PrinterValues::from).collect();
            assert_eq!(places, [Some(0), None]);
        }
        assert_eq!(read(&Fields::new(), "", &printers), printers);
        assert_eq!(read(&fields(&[], ""), "", &printers), []);
        let unreadable: Fields = vec![(PRINTERS.to_owned(), "x".to_owned())];
        assert_eq!(read(&unreadable, "", &printers), printers);
        let only_places: Fields = fields(&printers[..1], "")
            .into_iter()
            .filter(|(name, _)| name == PRINTERS || name.ends_with("_from"))
            .collect();
        assert_eq!(read(&only_places, "", &printers), printers[..1]);
    }

    #[test]
    fn what_no_printer_can_get_is_said() {
        let long = |length: usize| "a".repeat(length);
        let said = |printer: &PrinterValues| -> Vec<String> {
            let faults = faults(std::slice::from_ref(printer)).into_iter();
            faults.map(|fault| fault.field).collect()
        };
        let good = PrinterValues {
            tray: long(255),
            ..printer(None, &long(60))
        };
        assert_eq!(said(&good), Vec::<String>::new());
        for name in [long(61), "A\nB".to_owned()] {
            let bad = PrinterValues {
                name,
                ..good.clone()
            };
            assert_eq!(said(&bad), ["printer1_name"]);
        }
        for tray in [long(256), "a\u{2028}b".to_owned()] {
            let bad = PrinterValues {
                tray,
                ..good.clone()
            };
            assert_eq!(said(&bad), ["printer1_tray"]);
        }
        for end in [long(1023), "a\nb".to_owned()] {
            let bad = PrinterValues {
                address: format!("ipp://a/{end}"),
                ..good.clone()
            };
            assert_eq!(said(&bad), ["printer1_address"]);
        }
    }

    #[test]
    fn printers_are_found_again_by_their_names() {
        let mut mine = [
            printer(Some(0), "A"),
            printer(Some(1), "B"),
            printer(None, "C"),
        ];
        find_again(&mut mine, &[printer(Some(0), "B"), printer(Some(1), "D")]);
        let places: Vec<Option<usize>> = mine.iter().map(PrinterValues::from).collect();
        assert_eq!(places, [None, Some(0), None]);
    }
}
