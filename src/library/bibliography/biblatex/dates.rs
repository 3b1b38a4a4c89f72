//! Dates of a BibLaTeX entry.

use std::sync::Arc;

use biblatex::ChunksExt;
use jiff::civil::Date;

use super::{BibReader, at};
use crate::finding::Finding;
use crate::library::bibliography::{Fault, mend};
use crate::source::SourceFile;

impl BibReader {
    /// Reports dates that are not printed as they are written, and removes them.
    pub(super) fn dates(&mut self, file: &Arc<SourceFile>, source: &mut biblatex::Entry) {
        let text = |source: &biblatex::Entry, name: &str| {
            source
                .get(name)
                .map(|value| value.format_verbatim().trim().to_owned())
        };
        let is_year = |text: &str| text.len() == 4 && mend::is_date(text);
        for name in ["date", "year", "month", "day", "urldate"] {
            let Some(written) = text(source, name) else {
                continue;
            };
            let day = written.split('T').next().unwrap_or_default();
            let is_valid = match name {
                "month" => is_month(&written),
                "day" => matches!(written.parse(), Ok(1_u8..=31)),
                "year" => is_year(&written),
                _ => mend::is_date(day),
            };
            if is_valid {
                continue;
            }
            source.fields.remove(name);
            self.report_date(file, name, &written);
        }
        if let (Some(date), Some(year)) = (text(source, "date"), text(source, "year"))
            && !date.starts_with(&year)
        {
            let message = format!("`year` is {year} and `date` is {date}: only `date` is printed");
            let finding = Finding::warning("invalid-value", message).help("delete the wrong one");
            let finding = at(file, &self.span("year"), finding);
            self.faults.push(Fault::new(&["date"], finding));
        }
        if let Some((name, written)) = impossible_day(|name| text(source, name)) {
            source.fields.remove(name);
            self.report_date(file, name, &written);
        }
        if !source.fields.contains_key("year") && !source.fields.contains_key("date") {
            source.fields.remove("month");
        }
        if !source.fields.contains_key("month") {
            source.fields.remove("day");
        }
    }

    /// Reports a date that is not printed.
    fn report_date(&mut self, file: &Arc<SourceFile>, name: &str, written: &str) {
        let message = format!("`{written}` is not read as a date, and is not printed");
        let help = match name {
            "month" => "write its number, as in `month = {5}`",
            "year" => "write four digits, as in `year = {2021}`",
            "day" => "write a day that the month has, as in `day = {14}`, or delete the field",
            _ => {
                "write a year, a month or a day of the calendar, as in `2021`, `2021-05` or `2021-05-14`"
            }
        };
        let finding = Finding::warning("invalid-value", message).help(help);
        let finding = at(file, &self.span(name), finding);
        self.faults.push(Fault::new(&["date"], finding));
    }
}

/// Returns the field with a day that its month does not have, and its text. `text` gives the text of a field.
fn impossible_day(text: impl Fn(&str) -> Option<String>) -> Option<(&'static str, String)> {
    let year: i16 = text("year")?.parse().ok()?;
    let written = text("month")?;
    let (month, rest) = month_and_rest(&written)?;
    let is_possible = |day: i8| Date::new(year, month, day).is_ok();
    if let Ok(day) = rest.parse() {
        return (!is_possible(day)).then_some(("month", written));
    }
    let day = text("day")?;
    (!is_possible(day.parse().ok()?)).then_some(("day", day))
}

/// Returns whether BibLaTeX reads a month, perhaps with a day.
fn is_month(text: &str) -> bool {
    month_and_rest(text)
        .is_some_and(|(_, rest)| rest.is_empty() || matches!(rest.parse(), Ok(1_u8..=31)))
}

/// Reads a month. Returns its number, and what follows its name, which may be a day.
fn month_and_rest(text: &str) -> Option<(i8, String)> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let text = text.to_lowercase();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let month = text.parse().ok().filter(|month| (1..=12).contains(month))?;
        return Some((month, String::new()));
    }
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    let rest = text[word.len()..].trim_matches(['.', ' ', '~']);
    let is_name = |month: &&str| {
        *month == word || month[..3] == word || (word == "sept" && *month == "september")
    };
    let index = MONTHS.iter().position(is_name)?;
    Some((i8::try_from(index + 1).ok()?, rest.to_owned()))
}
