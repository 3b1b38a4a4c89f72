//! Cells of a sheet as text.

use calamine::{DataRef, ExcelDateTime};
use jiff::civil::Date;

use super::number_format::{DateShape, date_shape, has_text_mark, plain, shown, shown_text};
use super::time_format::shown_time;
use crate::batch::cell_fault::CellFault;

/// From this number on, a spreadsheet rounds whole numbers: it keeps 15 digits.
const FIRST_INEXACT: f64 = 1e15;

/// A cell with content.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::batch) struct SheetCell {
    /// As the spreadsheet shows it; a date as `YYYY-MM-DD`.
    pub(in crate::batch) text: String,
    /// Fault that the text does not show.
    pub(in crate::batch) fault: Option<CellFault>,
}

impl SheetCell {
    fn text(text: impl Into<String>) -> SheetCell {
        SheetCell {
            text: text.into(),
            ..SheetCell::default()
        }
    }

    pub(super) fn faulty(fault: CellFault) -> SheetCell {
        SheetCell {
            fault: Some(fault),
            ..SheetCell::default()
        }
    }

    /// Records a fault that the value does not show. An empty cell has none.
    pub(super) fn set_fault(&mut self, fault: CellFault) {
        if !self.text.trim().is_empty() {
            self.fault.get_or_insert(fault);
        }
    }

    /// Reads a value with the number format of its cell. `shown_text` is its text in the file, if known.
    pub(super) fn read(
        value: &DataRef<'_>,
        format: Option<&str>,
        shown_text: Option<&str>,
    ) -> SheetCell {
        match value {
            DataRef::Empty => SheetCell::default(),
            DataRef::String(text) => words(text, format),
            DataRef::SharedString(text) => words(text, format),
            DataRef::Bool(value) => SheetCell::text(if *value { "TRUE" } else { "FALSE" }),
            DataRef::Error(error) => SheetCell::text(error.to_string()),
            #[expect(clippy::cast_precision_loss, reason = "spreadsheets keep 15 digits")]
            DataRef::Int(value) => number(*value as f64, format, shown_text),
            DataRef::Float(value) => number(*value, format, shown_text),
            DataRef::DateTime(value) => date_and_time(value, format),
            DataRef::DateTimeIso(text) => iso(text),
            DataRef::DurationIso(text) => {
                shown_text.map_or_else(|| duration(text), SheetCell::text)
            }
        }
    }
}

/// Writes a text with the words that its format adds, as in `@" mg"`.
fn words(text: &str, format: Option<&str>) -> SheetCell {
    let shown = match format {
        Some(format) if !text.trim().is_empty() => shown_text(text, format),
        _ => Some(text.to_owned()),
    };
    SheetCell {
        fault: shown.is_none().then_some(CellFault::LostWords),
        text: shown.unwrap_or_else(|| text.to_owned()),
    }
}

fn number(value: f64, format: Option<&str>, shown_text: Option<&str>) -> SheetCell {
    if value.abs() >= FIRST_INEXACT {
        return SheetCell {
            text: plain(value),
            fault: Some(CellFault::LostDigits),
        };
    }
    if let Some(text) = shown_text {
        return SheetCell::text(text);
    }
    match format.map_or_else(|| Some(plain(value)), |format| shown(value, format)) {
        Some(text) => SheetCell::text(text),
        None => SheetCell {
            text: plain(value),
            fault: Some(match format.is_some_and(has_text_mark) {
                true => CellFault::LostWords,
                false => CellFault::UnknownFormat,
            }),
        },
    }
}

/// Writes a day, a time of day or both, as the format says.
fn date_and_time(value: &ExcelDateTime, format: Option<&str>) -> SheetCell {
    let number = value.as_f64();
    if value.is_duration() {
        return time(number, format, || hours(number));
    }
    // Excel counts a 29 February 1900, which was no day.
    if !(0.0..2_958_466.0).contains(&number) {
        return SheetCell::faulty(CellFault::NoDay);
    }
    let shape = format.map(date_shape).unwrap_or(DateShape {
        has_date: number >= 1.0,
        has_day: true,
        has_year: true,
        has_time: number.fract() != 0.0,
        has_seconds: false,
        pads_hour: true,
        has_half_days: false,
    });
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let time_shown = || {
        let second = if milli >= 500 { second + 1 } else { second };
        time_of_day(hour, minute, second, shape)
    };
    if !shape.has_date {
        return time(number, format, time_shown);
    }
    if number < 1.0 {
        return SheetCell::faulty(CellFault::NoDay);
    }
    let date = i16::try_from(year)
        .ok()
        .and_then(|year| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok());
    let text = match date {
        None => return SheetCell::faulty(CellFault::NoDay),
        Some(date) if shape.has_time => format!("{date} {}", time_shown()),
        Some(date) => date.to_string(),
    };
    SheetCell {
        text,
        fault: part_of_date(shape.has_day, shape.has_year),
    }
}

/// Returns the fault of a date of which the spreadsheet shows only a part.
pub(super) fn part_of_date(has_day: bool, has_year: bool) -> Option<CellFault> {
    match (has_day, has_year) {
        (false, _) => Some(CellFault::DayNotShown),
        (true, false) => Some(CellFault::YearNotShown),
        (true, true) => None,
    }
}

fn time_of_day(hour: u8, minute: u8, second: u8, shape: DateShape) -> String {
    let (shown_hour, half) = match (shape.has_half_days, hour) {
        (false, _) => (hour, ""),
        (true, 0) => (12, " AM"),
        (true, 1..=11) => (hour, " AM"),
        (true, 12) => (12, " PM"),
        (true, _) => (hour - 12, " PM"),
    };
    let hour = if shape.pads_hour {
        format!("{shown_hour:02}")
    } else {
        shown_hour.to_string()
    };
    let second = second.min(59);
    let seconds = if shape.has_seconds {
        format!(":{second:02}")
    } else {
        String::new()
    };
    format!("{hour}:{minute:02}{seconds}{half}")
}

/// Writes a time as its format says. `plain` writes it without a format.
fn time(days: f64, format: Option<&str>, plain: impl Fn() -> String) -> SheetCell {
    match format.map(|format| shown_time(days, format)) {
        Some(Some(text)) => SheetCell::text(text),
        None => SheetCell::text(plain()),
        Some(None) => SheetCell {
            text: plain(),
            fault: Some(CellFault::LostWords),
        },
    }
}

/// Writes a length of time, as in `26:30`.
fn hours(days: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
    let seconds = (days.abs() * 86_400.0).round() as i64;
    let sign = if days < 0.0 { "-" } else { "" };
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{sign}{hours}:{minutes:02}")
}

/// Reads `2027-04-03` or `2027-04-03T09:30:00`.
fn iso(text: &str) -> SheetCell {
    let (day, time) = text.split_once('T').unwrap_or((text, ""));
    if day.parse::<Date>().is_err() {
        return SheetCell::text(text);
    }
    let time: String = time
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ':')
        .collect();
    // Seconds are shown unless they are 0.
    let has_seconds = time.matches(':').count() == 2;
    let minutes = time.strip_suffix(":00").filter(|_| has_seconds);
    match minutes.unwrap_or(&time) {
        "" | "00:00" => SheetCell::text(day),
        time => SheetCell::text(format!("{day} {time}")),
    }
}

/// Reads a length of time such as `PT09H30M00S`.
fn duration(text: &str) -> SheetCell {
    let part = |letter: char| {
        let before = text
            .split(letter)
            .next()
            .filter(|_| text.contains(letter))?;
        let digits = before
            .rsplit(|c: char| !c.is_ascii_digit() && c != '.')
            .next()?;
        digits.split('.').next()?.parse::<u64>().ok()
    };
    match (part('H'), part('M'), part('S')) {
        (Some(hours), Some(minutes), None | Some(0)) => {
            SheetCell::text(format!("{hours:02}:{minutes:02}"))
        }
        (Some(hours), Some(minutes), Some(seconds)) => {
            SheetCell::text(format!("{hours:02}:{minutes:02}:{seconds:02}"))
        }
        _ => SheetCell::text(text),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    fn dated(number: f64, format: &str, is_1904: bool) -> SheetCell {
        let kind = if format.starts_with('[') {
            ExcelDateTimeType::TimeDelta
        } else {
            ExcelDateTimeType::DateTime
        };
        let value = DataRef::DateTime(ExcelDateTime::new(number, kind, is_1904));
        SheetCell::read(&value, Some(format), None)
    }

    #[test]
    fn dates_are_iso_and_times_are_as_shown() {
        let text = |number, format| dated(number, format, false).text;
        assert_eq!(text(46357.0, "dd/mm/yyyy"), "2026-12-01");
        assert_eq!(text(46357.4, "dd/mm/yyyy"), "2026-12-01");
        assert_eq!(
            text(46357.0 + 9.5 / 24.0, "dd/mm/yyyy hh:mm"),
            "2026-12-01 09:30"
        );
        assert_eq!(text(9.5 / 24.0, "h:mm"), "9:30");
        assert_eq!(text(13.5 / 24.0, "h:mm AM/PM"), "1:30 PM");
        assert_eq!(text(26.5 / 24.0, "[h]:mm"), "26:30");
        assert_eq!(text(1.5 / 24.0, "[m]\" min\""), "90 min");
        assert_eq!(text(90.0 / 86_400.0, "mm:ss"), "01:30");
        assert_eq!(dated(44895.0, "yyyy-mm-dd", true).text, "2026-12-01");
    }

    #[test]
    fn days_that_never_were_are_faults() {
        for number in [0.0, 0.5, 60.0, -1.0, 3e6, f64::NAN] {
            let cell = dated(number, "yyyy-mm-dd", false);
            assert_eq!(cell.fault, Some(CellFault::NoDay), "{number}");
            assert_eq!(cell.text, "");
        }
    }

    #[test]
    fn long_numbers_have_lost_digits() {
        let read = |value| SheetCell::read(&DataRef::Float(value), None, None);
        assert_eq!(read(999_999_999_999_999.0).fault, None);
        assert_eq!(read(1e15).fault, Some(CellFault::LostDigits));
        let half = SheetCell::read(&DataRef::Float(0.5), Some("# ?/?"), None);
        assert_eq!(half.fault, Some(CellFault::UnknownFormat));
        let dose = SheetCell::read(&DataRef::Float(5.0), Some("@\" mg\""), None);
        assert_eq!(dose.fault, Some(CellFault::LostWords));
        let dose = SheetCell::read(&DataRef::SharedString("5"), Some("@\" mg\""), None);
        assert_eq!((dose.text.as_str(), dose.fault), ("5 mg", None));
        assert_eq!(dated(0.5, "d h", false).fault, Some(CellFault::NoDay));
        assert_eq!(
            dated(0.5, "[>1]h:mm", false).fault,
            Some(CellFault::LostWords)
        );
    }

    #[test]
    fn durations_and_days_of_opendocument_are_read() {
        assert_eq!(duration("PT09H30M00S").text, "09:30");
        assert_eq!(duration("PT26H05M07S").text, "26:05:07");
        assert_eq!(iso("2027-04-03").text, "2027-04-03");
        assert_eq!(iso("2027-04-03T00:00:00").text, "2027-04-03");
        assert_eq!(iso("2027-04-03T09:30:00").text, "2027-04-03 09:30");
        assert_eq!(iso("2027-04-03T09:00").text, "2027-04-03 09:00");
        assert_eq!(iso("soon").text, "soon");
    }
}
