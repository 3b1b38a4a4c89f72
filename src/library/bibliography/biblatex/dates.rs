//! Dates of a BibLaTeX entry.

use std::sync::Arc;

use biblatex::ChunksExt;

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
            let message = format!("`{written}` is not read as a date");
            let help = match name {
                "month" => "write its number, as in `month = {5}`",
                "year" => "write four digits, as in `year = {2021}`",
                _ => "write a year, a month or a day, as in `2021`, `2021-05` or `2021-05-14`",
            };
            let finding = Finding::warning("invalid-value", message).help(help);
            let finding = at(file, &self.span(name), finding);
            self.faults.push(Fault::new(&["date"], finding));
        }
        if !source.fields.contains_key("year") && !source.fields.contains_key("date") {
            source.fields.remove("month");
        }
        if !source.fields.contains_key("month") {
            source.fields.remove("day");
        }
    }
}

/// Returns whether BibLaTeX reads a month, perhaps with a day.
fn is_month(text: &str) -> bool {
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
        return matches!(text.parse(), Ok(1_u8..=12));
    }
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    let rest = text[word.len()..].trim_matches(['.', ' ', '~']);
    let is_day = rest.is_empty() || matches!(rest.parse(), Ok(1_u8..=31));
    let is_name = |month: &&str| {
        *month == word || month[..3] == word || (word == "sept" && *month == "september")
    };
    is_day && MONTHS.iter().any(is_name)
}
