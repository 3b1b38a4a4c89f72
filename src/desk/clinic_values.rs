//! What the Clinic screen shows and changes: the fields of its form, and the values of `clinic.yaml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::clinic_printers::{self, PRINTER, PRINTERS, PrinterValues, printers_of};
use super::fields::{Fields, field};
use super::option_group::chosen;
use super::saved::SaveError;
use super::sources::Loaded;
use crate::library::Clinic;
use crate::source::{self, OrderedMap, PlainValue, Route, SourceFile};
use crate::source_file::Step;
use crate::theme::DEFAULT_BRAND;

/// Start of the names of fields with the values that the form began with.
pub(super) const WAS: &str = "was-";
/// Start of the names of fields with telephone numbers.
const PHONE: &str = "phone";
/// The most telephone numbers.
pub(super) const MAX_PHONES: usize = 9;

/// A value of `clinic.yaml` with a field of its own.
struct Item {
    /// Name of the field.
    name: &'static str,
    keys: &'static [&'static str],
    /// Name in messages.
    words: &'static str,
}

const fn item(name: &'static str, keys: &'static [&'static str], words: &'static str) -> Item {
    Item { name, keys, words }
}

/// All values but telephone numbers and the logo.
static ITEMS: [Item; 17] = [
    item("name", &["name"], "name of the clinic"),
    item("department", &["department"], "department"),
    item("logo_alt", &["brand", "logo_alt"], "what the logo shows"),
    item("email", &["email"], "email"),
    item("website", &["website"], "website"),
    item("address", &["address"], "address"),
    item("hours", &["hours"], "opening hours"),
    item("emergency", &["emergency_number"], "emergency number"),
    item("crisis", &["crisis_line"], "crisis line"),
    item("colour", &["brand", "colour"], "brand colour"),
    item("paper", &["defaults", "paper"], "paper"),
    item("edition", &["defaults", "edition"], "edition"),
    item("language", &["defaults", "language"], "language"),
    item("references", &["defaults", "references"], "references"),
    item("cover", &["defaults", "cover"], "letter"),
    item("envelope", &["defaults", "envelope"], "envelope"),
    item("date_order", &["defaults", "date_order"], "order of dates"),
];

/// The values of a form or of a clinic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClinicValues {
    /// By the name of the field; no value is empty text.
    texts: BTreeMap<&'static str, String>,
    pub(super) phones: Vec<String>,
    pub(super) printers: Vec<PrinterValues>,
    pub(super) logo: LogoChoice,
}

/// What happens to the logo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LogoChoice {
    Kept,
    LeftOut,
    /// A file that was uploaded, under a name that nobody can guess.
    New(String),
}

impl LogoChoice {
    /// Value of its field.
    pub(super) fn value(&self) -> &str {
        match self {
            LogoChoice::Kept => "keep",
            LogoChoice::LeftOut => "none",
            LogoChoice::New(name) => name,
        }
    }

    fn read(value: &str) -> LogoChoice {
        match value {
            "" | "keep" => LogoChoice::Kept,
            "none" => LogoChoice::LeftOut,
            name => LogoChoice::New(name.to_owned()),
        }
    }
}

impl ClinicValues {
    /// Returns the values of a clinic.
    pub(super) fn of(loaded: &Loaded) -> ClinicValues {
        let clinic = &loaded.clinic;
        let facts = &clinic.facts;
        let default = |name: &str, otherwise: &str| {
            let value = facts.defaults.0.get(name);
            value.map_or_else(|| otherwise.to_owned(), String::clone)
        };
        let text = |text: Option<&str>| text.unwrap_or_default().trim().to_owned();
        let colour = clinic.colour.unwrap_or(DEFAULT_BRAND).to_string();
        let alt = clinic.logo.as_ref().map(|logo| logo.alt.as_str());
        let texts = BTreeMap::from([
            ("name", text(Some(clinic.name()))),
            ("department", text(facts.department.as_deref())),
            ("logo_alt", text(alt)),
            ("email", text(clinic.email())),
            ("website", text(clinic.website())),
            ("address", text(facts.address.as_deref())),
            ("hours", text(facts.hours.as_deref())),
            ("emergency", text(facts.emergency_number.as_deref())),
            ("crisis", text(facts.crisis_line.as_deref())),
            ("colour", colour),
            ("paper", default("paper", "a4")),
            ("edition", default("edition", "standard")),
            (
                "language",
                default("language", &loaded.library.manifest().language),
            ),
            ("references", default("references", "full")),
            ("cover", default("cover", "none")),
            ("envelope", default("envelope", "")),
            ("date_order", default("date_order", "")),
        ]);
        ClinicValues {
            texts,
            phones: clinic
                .phones
                .iter()
                .map(|phone| phone.trim().to_owned())
                .collect(),
            printers: printers_of(&facts.printers),
            logo: LogoChoice::Kept,
        }
    }

    /// Reads the values that a person typed, and those that the form began with. A field that is missing is
    /// unchanged.
    pub(super) fn read(fields: &Fields, saved: &ClinicValues) -> (ClinicValues, ClinicValues) {
        let typed = |prefix: &str, otherwise: &ClinicValues| {
            let texts = ITEMS.iter().map(|item| {
                let name = format!("{prefix}{}", item.name);
                let value = chosen(fields, &name).map(|value| tidied(item.name, value));
                let value = value.unwrap_or_else(|| otherwise.get(item.name).to_owned());
                (item.name, value)
            });
            let has_phones = field(fields, &format!("{prefix}{PHONE}1")).is_some();
            let phones = (1..=MAX_PHONES).filter_map(|number| {
                let phone = field(fields, &phone_name(prefix, number))?;
                (!phone.is_empty()).then(|| phone.to_owned())
            });
            ClinicValues {
                texts: texts.collect(),
                phones: match has_phones {
                    true => phones.collect(),
                    false => otherwise.phones.clone(),
                },
                printers: clinic_printers::read(fields, prefix, &otherwise.printers),
                logo: LogoChoice::Kept,
            }
        };
        let was = typed(WAS, saved);
        let mut now = typed("", &was);
        now.logo = LogoChoice::read(field(fields, "logo").unwrap_or_default());
        (now, was)
    }

    pub(super) fn get(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// Replaces a value.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        if let Some(text) = self.texts.get_mut(name) {
            *text = value.to_owned();
        }
    }

    /// Returns the names and values of the fields of a form. `prefix` is [`WAS`] for those that it began with.
    pub(super) fn fields(&self, prefix: &str) -> Fields {
        let texts = self.texts.iter();
        let texts = texts.map(|(name, value)| (format!("{prefix}{name}"), value.clone()));
        // The first number is there even if it is empty: without it, the numbers are unknown.
        let count = self.phones.len().max(1);
        let phones = (0..count).map(|index| {
            let phone = self.phones.get(index).cloned().unwrap_or_default();
            (phone_name(prefix, index + 1), phone)
        });
        let logo = prefix
            .is_empty()
            .then(|| (LOGO.to_owned(), self.logo.value().to_owned()));
        let printers = clinic_printers::fields(&self.printers, prefix);
        texts.chain(phones).chain(printers).chain(logo).collect()
    }

    /// Returns what differs from other values, in the words of the form.
    pub(super) fn differences(&self, other: &ClinicValues) -> Vec<Difference> {
        let mut differences = Vec::new();
        for item in &ITEMS {
            let (own, others) = (self.get(item.name), other.get(item.name));
            if own != others {
                differences.push(Difference {
                    field: item.name,
                    words: item.words,
                });
            }
        }
        if self.phones != other.phones {
            differences.push(Difference {
                field: PHONES,
                words: "telephone",
            });
        }
        if self.printers != other.printers {
            differences.push(Difference {
                field: PRINTERS,
                words: "printers",
            });
        }
        if self.logo != other.logo {
            differences.push(Difference {
                field: LOGO,
                words: "logo",
            });
        }
        differences
    }

    /// Whether a value is another one than that of others.
    pub(super) fn differs(&self, field: &str, other: &ClinicValues) -> bool {
        let differences = self.differences(other);
        differences.iter().any(|found| found.field == field)
    }

    /// Returns a value for people to compare.
    pub(super) fn shown(&self, field: &str) -> String {
        match field {
            PHONES => self.phones.join(", "),
            PRINTERS => clinic_printers::shown(&self.printers),
            name => self.get(name).to_owned(),
        }
    }

    /// Takes over a value of others. A telephone number brings all numbers, and a value of a printer all printers.
    pub(super) fn take(&mut self, field: &str, other: &ClinicValues) {
        match field {
            field if field.starts_with(PHONE) => self.phones.clone_from(&other.phones),
            field if field.starts_with(PRINTER) => self.printers.clone_from(&other.printers),
            name => self.set(name, other.get(name)),
        }
    }

    /// Writes what differs from `was` into the text of a `clinic.yaml`. `logo` is the name of a new file.
    pub(super) fn write(
        &self,
        was: &ClinicValues,
        clinic: &Clinic,
        text: &str,
        logo: Option<&str>,
    ) -> Result<String, SaveError> {
        let mut editor = Editor {
            file: SourceFile {
                name: clinic.file.name.clone(),
                path: None,
                text: text.to_owned(),
            },
        };
        // The logo comes first: its description may go with it.
        match (&self.logo, logo) {
            (LogoChoice::New(_), Some(logo)) => editor.set(&["brand", "logo"], logo.into())?,
            (LogoChoice::LeftOut, _) => {
                for key in ["logo", "logo_alt", "show_name"] {
                    editor.remove(&["brand", key])?;
                }
            }
            _ => {}
        }
        let is_left_out = self.logo == LogoChoice::LeftOut;
        for item in &ITEMS {
            let value = self.get(item.name);
            if value == was.get(item.name) || is_left_out && item.name == "logo_alt" {
                continue;
            }
            match (item.name, value) {
                (_, "") => editor.remove(item.keys)?,
                ("colour", colour) => editor.set_colour(colour)?,
                (_, value) => editor.set(item.keys, value.into())?,
            }
        }
        if self.phones != was.phones {
            match &*self.phones {
                [] => editor.remove(&[PHONE])?,
                [phone] => editor.set_only_phone(phone)?,
                phones => editor.set(&[PHONE], phones.to_vec().into())?,
            }
        }
        if self.printers != was.printers {
            editor.set_printers(&self.printers, &was.printers)?;
        }
        Ok(editor.file.text)
    }
}

/// Name of all telephone numbers together.
const PHONES: &str = "phones";
/// Name of the logo.
const LOGO: &str = "logo";

/// A value that is not the same.
pub(super) struct Difference {
    pub(super) field: &'static str,
    pub(super) words: &'static str,
}

/// Returns the name of the field of a telephone number, from 1.
fn phone_name(prefix: &str, number: usize) -> String {
    format!("{prefix}{PHONE}{number}")
}

/// Returns the name of the field that a value of `clinic.yaml` has.
pub(super) fn field_at(route: &Route) -> Option<String> {
    let keys = route.0.iter().filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) => None,
    });
    let keys: Vec<&str> = keys.collect();
    match &*keys {
        [PHONE] => match route.0.last() {
            Some(Step::Index(index)) => Some(phone_name("", index + 1)),
            _ => Some(phone_name("", 1)),
        },
        [PRINTERS, rest @ ..] => {
            let index = route.0.iter().find_map(|step| match step {
                Step::Index(index) => Some(*index),
                Step::Key(_) => None,
            });
            let part = rest.first().copied().unwrap_or("name");
            Some(clinic_printers::field_name(index.unwrap_or(0) + 1, part))
        }
        ["brand", "color"] => Some("colour".to_owned()),
        ["brand", "logo"] => Some(LOGO.to_owned()),
        keys => {
            let mut items = ITEMS.iter();
            let item = items.find(|item| item.keys == keys)?;
            Some(item.name.to_owned())
        }
    }
}

/// Writes a value in its usual form.
fn tidied(name: &str, value: &str) -> String {
    let is_hex = |text: &str| text.chars().all(|digit| digit.is_ascii_hexdigit());
    match name {
        "colour" => {
            let digits = value
                .strip_prefix('#')
                .unwrap_or(value)
                .to_ascii_lowercase();
            match digits.len() {
                3 if is_hex(&digits) => {
                    let twice: String = digits.chars().flat_map(|digit| [digit, digit]).collect();
                    format!("#{twice}")
                }
                6 if is_hex(&digits) => format!("#{digits}"),
                _ => value.to_owned(),
            }
        }
        _ => value.to_owned(),
    }
}

/// A `clinic.yaml` that is being changed.
struct Editor {
    file: SourceFile,
}

impl Editor {
    fn by_hand(&self, keys: &[&str]) -> SaveError {
        let name = self.file.name.rsplit(['/', '\\']).next();
        let name = name.unwrap_or(&self.file.name);
        SaveError::by_hand(name.to_owned(), &self.file, &route(keys))
    }

    fn set(&mut self, keys: &[&str], value: Value) -> Result<(), SaveError> {
        let text = source::set_value(&self.file, &route(keys), &value);
        self.file.text = text.ok_or_else(|| self.by_hand(keys))?;
        Ok(())
    }

    /// Writes the only telephone number, as a text or, where the file has one, a list.
    fn set_only_phone(&mut self, phone: &str) -> Result<(), SaveError> {
        let (one, list) = (Value::from(phone), Value::from(vec![phone]));
        let edited = [&one, &list]
            .into_iter()
            .find_map(|value| source::replace_value(&self.file, &route(&[PHONE]), value));
        match edited {
            Some(text) => {
                self.file.text = text;
                Ok(())
            }
            None => self.set(&[PHONE], one),
        }
    }

    /// Writes the colour under the key that the file has.
    fn set_colour(&mut self, colour: &str) -> Result<(), SaveError> {
        let american = route(&["brand", "color"]);
        match source::replace_value(&self.file, &american, &colour.into()) {
            Some(text) => {
                self.file.text = text;
                Ok(())
            }
            None => self.set(&["brand", "colour"], colour.into()),
        }
    }

    /// Removes a value, if there is one.
    fn remove(&mut self, keys: &[&str]) -> Result<(), SaveError> {
        if !self.has(keys)? {
            return Ok(());
        }
        let text = source::remove_value(&self.file, &route(keys));
        self.file.text = text.ok_or_else(|| self.by_hand(keys))?;
        Ok(())
    }
}

impl Editor {
    fn has(&self, keys: &[&str]) -> Result<bool, SaveError> {
        let values = self.values()?;
        let mut keys = keys.iter();
        Ok(keys
            .try_fold(&values, |value, key| value.get(key))
            .is_some())
    }

    /// Returns all values of the file.
    fn values(&self) -> Result<Value, SaveError> {
        let file = Arc::new(SourceFile {
            name: self.file.name.clone(),
            path: None,
            text: self.file.text.clone(),
        });
        let values: OrderedMap<PlainValue> = source::parse(&file).map_err(SaveError::Faulty)?;
        Ok(Value::Object(values.into_values()))
    }

    /// Changes the list of printers. Those that stay keep their lines.
    fn set_printers(
        &mut self,
        printers: &[PrinterValues],
        was: &[PrinterValues],
    ) -> Result<(), SaveError> {
        if printers.is_empty() {
            return self.remove(&[PRINTERS]);
        }
        let values = self.values()?;
        let in_file = values.get(PRINTERS).and_then(Value::as_array);
        let in_file = in_file.cloned().unwrap_or_default();
        // A printer without a place in the file is new.
        let place = |printer: &PrinterValues| {
            let from = printer.from()?;
            Some((from, was.get(from)?, in_file.get(from)?))
        };
        let kept: Vec<_> = printers
            .iter()
            .filter_map(|printer| Some((printer, place(printer)?)))
            .collect();
        let mut list: Vec<Value> = kept
            .iter()
            .map(|(_, (_, _, value))| Value::clone(value))
            .collect();
        if !list.is_empty() && list != in_file {
            self.set(&[PRINTERS], list.clone().into())?;
        }
        for (index, (printer, (_, was, _))) in kept.iter().enumerate() {
            for (key, value) in printer.changes(was) {
                let at = route(&[PRINTERS]).index(index).key(key);
                let edited = match &value {
                    Some(value) => source::set_value(&self.file, &at, value),
                    None => source::remove_value(&self.file, &at),
                };
                self.file.text = edited.ok_or_else(|| self.by_hand(&[PRINTERS]))?;
            }
        }
        let new = printers.iter().filter(|printer| place(printer).is_none());
        let new: Vec<Value> = new.map(PrinterValues::to_value).collect();
        if new.is_empty() {
            return Ok(());
        }
        if !list.is_empty() {
            let values = self.values()?;
            let now = values.get(PRINTERS).and_then(Value::as_array);
            list = now.cloned().unwrap_or_default();
        }
        list.extend(new);
        self.set(&[PRINTERS], list.into())
    }
}

fn route(keys: &[&str]) -> Route {
    let start = Route::default();
    keys.iter().fold(start, |route, key| route.key(*key))
}
