//! Cells of a sheet as text.

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};
use jiff::civil::{Date, Time};

use super::number_format::{
    DateShape, date_shape, has_date_words, hides_or_adds_words, plain, shown, shown_text,
};
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
            DataRef::DateTimeIso(text) => iso_in_format(text, format),
            DataRef::DurationIso(text) => {
                shown_text.map_or_else(|| duration(text, format), SheetCell::text)
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
            fault: Some(
                match format.is_some_and(|format| hides_or_adds_words(value, format)) {
                    true => CellFault::LostWords,
                    false => CellFault::UnknownFormat,
                },
            ),
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
    let words = format.is_some_and(has_date_words);
    SheetCell {
        text,
        fault: words
            .then_some(CellFault::DateWords)
            .or_else(|| part_of_date(shape.has_day, shape.has_year)),
    }
}

/// Returns the fault of a date of which the spreadsheet shows only a part.
fn part_of_date(has_day: bool, has_year: bool) -> Option<CellFault> {
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

/// Reads a date or a time of day in ISO 8601, and writes it in the format of its cell.
fn iso_in_format(text: &str, format: Option<&str>) -> SheetCell {
    match (serial_number(text), format) {
        (Some(number), Some(format)) if !format.eq_ignore_ascii_case("general") => {
            let value = ExcelDateTime::new(number, ExcelDateTimeType::DateTime, false);
            date_and_time(&value, Some(format))
        }
        _ => iso(text),
    }
}

/// Returns the serial number of a date in spreadsheets, in days. The time of day is the fraction. `None` for dates
/// before March 1900, which spreadsheets count differently.
fn serial_number(text: &str) -> Option<f64> {
    let text = text.trim_end_matches('Z');
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (day, time),
        None if text.contains(':') => ("", text),
        None => (text, ""),
    };
    let days = match day {
        "" => 0,
        day => {
            let days = day.parse::<Date>().ok()? - Date::constant(1899, 12, 30);
            Some(days.get_days()).filter(|days| *days > 60)?
        }
    };
    let time = match time {
        "" => Time::midnight(),
        time => time.parse::<Time>().ok()?,
    };
    let seconds = time.duration_since(Time::midnight()).as_secs_f64();
    Some(f64::from(days) + seconds / 86_400.0)
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

/// Reads a duration such as `PT09H30M00S` or `PT90M`, and writes it in the format of its cell.
fn duration(text: &str, format: Option<&str>) -> SheetCell {
    let Some(seconds) = seconds_of(text) else {
        return SheetCell {
            text: text.to_owned(),
            fault: Some(CellFault::LostWords),
        };
    };
    let plain = || {
        let sign = if seconds < 0.0 { "-" } else { "" };
        #[expect(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
        let whole = seconds.abs().round() as i64;
        let (hours, minutes) = (whole / 3600, whole / 60 % 60);
        match whole % 60 {
            0 => format!("{sign}{hours:02}:{minutes:02}"),
            rest => format!("{sign}{hours:02}:{minutes:02}:{rest:02}"),
        }
    };
    time(seconds / 86_400.0, format, plain)
}

/// Returns the seconds of a duration in ISO 8601, as in `-P1DT2H3M4.5S`. `None` for months and years.
fn seconds_of(text: &str) -> Option<f64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let rest = rest.strip_prefix('P')?;
    let (days, times) = rest.split_once('T').unwrap_or((rest, ""));
    let mut seconds = 0.0;
    let mut has_number = false;
    for (part, units) in [
        (days, &[('D', 86_400.0)][..]),
        (times, &[('H', 3600.0), ('M', 60.0), ('S', 1.0)]),
    ] {
        let mut rest = part;
        for (letter, length) in units {
            let Some((number, after)) = rest.split_once(*letter) else {
                continue;
            };
            let is_number = number
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.');
            seconds += number.parse::<f64>().ok().filter(|_| is_number)? * length;
            has_number = true;
            rest = after;
        }
        if !rest.is_empty() {
            return None;
        }
    }
    has_number.then_some(sign * seconds)
}

#[cfg(test)]
mod tests {
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
        for (written, shown) in [
            ("PT09H30M00S", "09:30"),
            ("PT26H05M07S", "26:05:07"),
            ("PT1M30S", "00:01:30"),
            ("PT90M", "01:30"),
            ("PT2H", "02:00"),
            ("P1DT2H", "26:00"),
            ("-PT30M", "-00:30"),
        ] {
            assert_eq!(duration(written, None), SheetCell::text(shown), "{written}");
        }
        assert_eq!(duration("PT90M", Some("[mm]\" min\"")).text, "90 min");
        for odd in ["P1M", "PT", "soon", "PT1X", "PT1M1H", "PT-1H"] {
            assert_eq!(
                duration(odd, None).fault,
                Some(CellFault::LostWords),
                "{odd}"
            );
        }
        assert_eq!(iso("2027-04-03").text, "2027-04-03");
        assert_eq!(iso("2027-04-03T00:00:00").text, "2027-04-03");
        assert_eq!(iso("2027-04-03T09:30:00").text, "2027-04-03 09:30");
        assert_eq!(iso("2027-04-03T09:00").text, "2027-04-03 09:00");
        assert_eq!(iso("soon").text, "soon");
        let shown = |text, format| iso_in_format(text, Some(format));
        assert_eq!(
            shown("2027-04-03T09:30:00", "dd.mm.yyyy").text,
            "2027-04-03"
        );
        assert_eq!(
            shown("2027-04-03T00:00:00", "d/m/yy hh:mm").text,
            "2027-04-03 00:00"
        );
        assert_eq!(shown("09:30:00", "h:mm").text, "9:30");
        assert_eq!(
            shown("2027-04-03T09:30:00", "General").text,
            "2027-04-03 09:30"
        );
        let month = shown("2027-04-03", "mmm yyyy");
        assert_eq!(month.fault, Some(CellFault::DayNotShown));
        assert_eq!(shown("1850-04-03", "dd.mm.yyyy").text, "1850-04-03");
    }

    #[test]
    fn words_of_a_format_are_not_lost_beside_a_date() {
        let with_words = "dd.mm.yyyy\" um \"hh:mm\" Uhr\"";
        assert_eq!(
            dated(46357.4, with_words, false).fault,
            Some(CellFault::DateWords)
        );
        let iso = iso_in_format("2027-04-03T09:30:00", Some(with_words));
        assert_eq!(iso.fault, Some(CellFault::DateWords));
        assert_eq!(
            dated(46357.4, "d\" de \"mmmm\" de \"yyyy", false).fault,
            None
        );
        let hidden = SheetCell::read(&DataRef::Float(5.0), Some(";;;"), None);
        assert_eq!(hidden.fault, Some(CellFault::LostWords));
    }
}
