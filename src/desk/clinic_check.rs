//! The check of the emergency number: a clinician tries it, and `clinic.lock` keeps who and when.

use jiff::civil::Date;

use super::Desk;
use super::fields::{Fields, field};
use super::form_field::{Fault, TextField, faults_of};
use super::page::filled_icon;
use super::saved::{ClinicFile, SaveError};
use super::sources::Loaded;
use crate::escape::escaped;
use crate::library::{Check, Clinic, ClinicLock, PersonName};
use crate::locale::Locale;
use crate::source;

/// Name of the button that saves with the check.
const SIGN: &str = "sign";

/// The fields for a check.
pub(super) struct CheckForm {
    /// Whether the fields are shown although the number is checked.
    pub(super) is_open: bool,
    /// Whether the button was pressed that saves with this check. No other one signs it.
    is_asked: bool,
    by: String,
    on: String,
    /// The day, if it can be read.
    day: Option<Date>,
}

impl CheckForm {
    /// Reads the fields. The day is today unless something else is typed.
    pub(super) fn read(fields: &Fields, loaded: &Loaded) -> CheckForm {
        let english = Locale::of("en");
        let today = || english.long_date(loaded.date).replace('\u{a0}', " ");
        let on = field(fields, "checked_on").map_or_else(today, str::to_owned);
        let by = field(fields, "checked_by").unwrap_or_default().to_owned();
        let day = english.read_date(&on, loaded.date_order());
        let is_asked = field(fields, SIGN).is_some();
        CheckForm {
            is_open: !by.is_empty() || is_asked,
            is_asked,
            by,
            on,
            day: day.ok().map(|written| written.date),
        }
    }

    /// Whether somebody began to fill in the fields.
    pub(super) fn is_begun(&self) -> bool {
        !self.by.is_empty()
    }

    /// Returns the names and values of the fields.
    pub(super) fn typed(&self) -> Fields {
        vec![
            ("checked_by".to_owned(), self.by.clone()),
            ("checked_on".to_owned(), self.on.clone()),
        ]
    }

    /// Whether the check is signed with this request.
    pub(super) fn is_signed(&self) -> bool {
        self.is_asked && self.is_begun()
    }

    /// Adds the faults of the fields, if the button for the check was pressed.
    pub(super) fn ask_if_signed(&self, faults: &mut Vec<Fault>, today: Date) {
        if !self.is_asked {
            return;
        }
        if !self.is_begun() {
            let words =
                "The check is not recorded yet. Write the name of the person who tried the number.";
            faults.push(Fault::new("checked_by", words));
            return;
        }
        if PersonName::try_from(self.by.clone()).is_err() {
            let words = "Write the name on one line, with at most 200 letters.";
            faults.push(Fault::new("checked_by", words));
        }
        match self.day {
            None => faults.push(Fault::new(
                "checked_on",
                "Write the day of the check, as in 24 November 2026.",
            )),
            Some(day) if day > today => faults.push(Fault::new(
                "checked_on",
                "This day is not over yet. Write the day on which the number was tried.",
            )),
            Some(_) => {}
        }
    }

    /// Records the check of the number in `clinic.lock`, if it is signed.
    pub(super) fn record(
        &self,
        desk: &Desk,
        clinic: &Clinic,
        number: &str,
    ) -> Result<(), SaveError> {
        let (Some(on), true) = (self.day, self.is_signed() && !number.is_empty()) else {
            return Ok(());
        };
        let by = PersonName::try_from(self.by.clone()).map_err(|_| SaveError::Unknown)?;
        let check = Check {
            value: number.to_owned(),
            by,
            on,
        };
        desk.save(clinic, &ClinicFile::Lock, &|old| {
            let file = source::from_bytes(old.as_bytes(), "clinic.lock".to_owned(), None);
            let file = file.map_err(|finding| SaveError::Faulty(vec![finding]))?;
            let mut lock = match old.trim().is_empty() {
                true => ClinicLock::default(),
                false => ClinicLock::parse(&file).map_err(SaveError::Faulty)?,
            };
            lock.decisions.checked.emergency_number = Some(check.clone());
            Ok(lock.to_text())
        })
    }

    /// Writes who checked the number, or asks for it. `number` is what the field has.
    /// `has_crisis_line` tells whether there is a second number to try.
    pub(super) fn html(
        &self,
        loaded: &Loaded,
        number: &str,
        has_crisis_line: bool,
        faults: &[Fault],
    ) -> String {
        if number.is_empty() {
            return String::new();
        }
        let recorded = loaded
            .clinic
            .lock
            .decisions
            .checked
            .emergency_number
            .as_ref();
        let checked = recorded.filter(|check| check.value == number && !self.is_open);
        let body = match checked {
            Some(check) => format!(
                "<p class=\"acts below-s\"><span class=\"state ok\">{} Checked by {} on {}</span> <button class=\"link small\" \
                 type=\"submit\" formaction=\"/clinic/preview\" name=\"do\" value=\"check-again\">Check again</button></p>",
                filled_icon("ok"),
                escaped(check.by.as_str()),
                escaped(&Locale::of("en").long_date(check.on)),
            ),
            None => self.fields(recorded, number, faults),
        };
        let (what, numbers) = match has_crisis_line {
            true => ("these", "both numbers"),
            false => ("this", "the number"),
        };
        format!(
            "<div class=\"note caution\">{}<h3>Take care: ask a clinician to check {what}</h3>\
             <p class=\"small\">Try {numbers} before you hand out the first leaflet.</p>{body}</div>",
            filled_icon("alert")
        )
    }

    fn fields(&self, recorded: Option<&Check>, number: &str, faults: &[Fault]) -> String {
        let state = match recorded {
            Some(check) if check.value != number => format!(
                "Not checked: it was {} when {} checked it",
                escaped(&check.value),
                escaped(check.by.as_str())
            ),
            Some(_) => String::new(),
            None => "Not checked yet".to_owned(),
        };
        let state = match state.is_empty() {
            true => state,
            false => format!(
                "<p class=\"state warn below-s\">{} {state}</p>",
                filled_icon("half")
            ),
        };
        let text = |name, label, value| {
            TextField {
                name,
                kind: "text",
                label,
                hint: "",
                value,
                attributes: " autocomplete=\"off\"",
                class: "",
            }
            .html(faults)
        };
        format!(
            "{state}<div class=\"two below-s\">{}{}</div><p class=\"below-s\"><button class=\"btn slim\" type=\"submit\" \
             name=\"{SIGN}\" value=\"yes\">Save with this check</button></p>{}",
            text("checked_by", "Checked by", &self.by),
            text("checked_on", "On", &self.on),
            faults_of(faults, "check"),
        )
    }
}
