//! Reader data that a definition or a clinic declares as dates.
//!
//! A declared date becomes `YYYY-MM-DD`, which templates print in words. A date that can be read in two ways
//! is an error: a leaflet with a wrong day is worse than none. Findings never quote a value.

use std::borrow::Cow;

use serde_json::Value;

use super::sources::{JobData, Sources};
use crate::finding::Finding;
use crate::locale::{DateOrder, DateProblem, Locale};
use crate::words::is_visible;

/// Names of declared dates, and how dates are read.
pub(super) struct ReaderDates {
    declared: Vec<String>,
    order: Option<DateOrder>,
    locale: &'static Locale,
}

impl ReaderDates {
    pub(super) fn new(sources: &Sources<'_>, locale: &'static Locale) -> ReaderDates {
        let (definition, facts) = (&sources.definition, &sources.clinic.facts);
        let of_clinic = facts.data.iter().filter(|field| field.is_date);
        let mut declared = definition.dates.clone();
        declared.extend(of_clinic.map(|field| field.name.clone()));
        declared.sort();
        declared.dedup();
        let order = facts.defaults.0.get("date_order");
        ReaderDates {
            declared,
            order: order.and_then(|name| DateOrder::named(name)),
            locale,
        }
    }

    /// Reads the declared dates. `used` are the names that the texts use: an undeclared date among them is
    /// printed as it is.
    pub(super) fn read<'d>(
        &self,
        data: &'d JobData,
        used: &[String],
        findings: &mut Vec<Finding>,
    ) -> Cow<'d, JobData> {
        let mut read = Cow::Borrowed(data);
        for name in &self.declared {
            let text = match value(data, name) {
                None | Some(Value::Null) => continue,
                Some(Value::String(text)) if !is_visible(text) => continue,
                Some(Value::String(text)) => Cow::Borrowed(text.as_str()),
                Some(Value::Number(number)) => Cow::Owned(number.to_string()),
                Some(_) => {
                    findings.push(unreadable(DateProblem::NoDate).in_column(name));
                    continue;
                }
            };
            let written = match self.locale.read_date(&text, self.order) {
                Ok(written) => written,
                Err(problem) => {
                    findings.push(unreadable(problem).in_column(name));
                    continue;
                }
            };
            if written.has_time {
                let message = "the date has a time of day, which is left out";
                let finding = Finding::warning("invalid-value", message)
                    .help("write the time into a column of its own");
                findings.push(finding.in_column(name));
            }
            if written.contradicts_order {
                let message = "day and month are in another order than `defaults.date_order` says";
                let finding = Finding::warning("ambiguous-date", message)
                    .help("look at the other dates of the file: which order do they have?");
                findings.push(finding.in_column(name));
            }
            set(read.to_mut(), name, written.date.to_string());
        }
        for name in used.iter().filter(|name| !self.declared.contains(name)) {
            let Some(Value::String(text)) = value(data, name) else {
                continue;
            };
            if is_day_count(name, text) {
                let message =
                    "the value is a number: is it a date that lost its format in a spreadsheet?";
                let finding = Finding::warning("raw-date", message)
                    .help("format the column as a date, and save the file again");
                findings.push(finding.in_column(name));
            } else if self.looks_like_date(text) {
                let message = "the value is a date, and the text prints it as it is written";
                let help = format!(
                    "declare it in the `handout.yaml`, as in `data: [{{ {name}: date }}]`, or under `data` in the `clinic.yaml`"
                );
                let finding = Finding::warning("raw-date", message).help(help);
                findings.push(finding.in_column(name));
            }
        }
        read
    }

    /// Whether a text is a date with a month as number or a short year, which prints as it is.
    fn looks_like_date(&self, text: &str) -> bool {
        let starts_like_date = text.trim_start().starts_with(|c: char| c.is_ascii_digit());
        if !starts_like_date || text.len() > 30 {
            return false;
        }
        match self.locale.read_date(text, self.order) {
            Ok(written) => written.is_numeric,
            Err(DateProblem::TwoOrders) => true,
            Err(DateProblem::ShortYear) => {
                text.contains('/') || text.contains(|c: char| c.is_alphabetic())
            }
            Err(_) => false,
        }
    }
}

/// Whether a value with the name of a date is a number of days since 1900, as spreadsheets count them: from 1954
/// to 2119.
fn is_day_count(name: &str, text: &str) -> bool {
    let name = name.rsplit('.').next().unwrap_or(name).to_lowercase();
    let is_date = ["date", "dob", "birth", "day"]
        .iter()
        .any(|word| name.contains(word));
    is_date && text.trim().len() == 5 && matches!(text.trim().parse(), Ok(20_000_u32..80_000))
}

/// Returns the value under a dotted name.
fn value<'d>(data: &'d JobData, name: &str) -> Option<&'d Value> {
    let mut steps = name.split('.');
    let first = data.get(steps.next()?)?;
    steps.try_fold(first, |value, step| value.get(step))
}

/// Replaces the value under a dotted name.
fn set(data: &mut JobData, name: &str, text: String) {
    let mut steps = name.split('.');
    let first = steps.next().and_then(|step| data.get_mut(step));
    let target = steps.fold(first, |value, step| value?.get_mut(step));
    if let Some(target) = target {
        *target = Value::String(text);
    }
}

fn unreadable(problem: DateProblem) -> Finding {
    let help = "write it as in `2027-04-03` or `3 April 2027`";
    let (id, message) = match problem {
        DateProblem::TwoOrders => {
            let message = "the date can be read in two ways: day before month (dmy) or month before day (mdy)";
            let help = "write it as in `2027-04-03`, or set `defaults: { date_order: dmy }` or `mdy` in `clinic.yaml`";
            return Finding::error("ambiguous-date", message).help(help);
        }
        DateProblem::ShortYear => (
            "ambiguous-date",
            "the year of the date has two digits: it may be 19.. or 20..",
        ),
        DateProblem::DayNumber => {
            let message = "the value is the number of a day in a spreadsheet, not a date";
            let help = "format the column as a date in the spreadsheet, and save the file again";
            return Finding::error("invalid-value", message).help(help);
        }
        DateProblem::NoDate => ("invalid-value", "the value is not a date"),
        DateProblem::NoSuchDay => ("invalid-value", "the date is not in the calendar"),
        DateProblem::OtherWeekday => (
            "invalid-value",
            "the date is on another day of the week than the value says",
        ),
    };
    Finding::error(id, message).help(help)
}
