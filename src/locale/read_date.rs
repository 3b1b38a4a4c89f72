//! Dates as people and spreadsheets write them.

use std::ops::Range;

use jiff::civil::{Date, Weekday};

use super::{Locale, en};

/// Plausible years. Others are typing errors.
const YEARS: Range<i16> = 1800..2200;

/// Order of day and month in a date that has only numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateOrder {
    DayFirst,
    MonthFirst,
}

impl DateOrder {
    /// Names in `clinic.yaml`.
    pub(crate) const NAMES: [&str; 2] = ["dmy", "mdy"];

    /// Returns the order with a name.
    pub(crate) fn named(name: &str) -> Option<DateOrder> {
        match name {
            "dmy" => Some(DateOrder::DayFirst),
            "mdy" => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }

    /// Returns the name in `clinic.yaml`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            DateOrder::DayFirst => "dmy",
            DateOrder::MonthFirst => "mdy",
        }
    }
}

/// A date as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct WrittenDate {
    pub(crate) date: Date,
    /// Whether a time of day follows that is not midnight.
    pub(crate) has_time: bool,
    /// Whether the month is a number, and the date is not written `YYYY-MM-DD`.
    pub(crate) is_numeric: bool,
    /// Whether the numbers contradict the order of the clinic, as `31/12/2027` does for `mdy`.
    pub(crate) contradicts_order: bool,
}

/// Reason why a text is not one certain date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateProblem {
    NoDate,
    /// Day and month may be swapped.
    TwoOrders,
    /// The year has two digits.
    ShortYear,
    /// The number of a day in a spreadsheet, such as 46357.
    DayNumber,
    /// There is no such day, such as 31 June.
    NoSuchDay,
    /// The date is on another day of the week than the text says.
    OtherWeekday,
}

impl Locale {
    /// Reads a date with the names of months in this language or in English.
    pub(crate) fn read_date(
        &self,
        text: &str,
        order: Option<DateOrder>,
    ) -> Result<WrittenDate, DateProblem> {
        let text = text.trim();
        if text.len() > 60 {
            return Err(DateProblem::NoDate);
        }
        let (day, time) = split_time(text);
        let Parts {
            numbers,
            month,
            weekday,
        } = self.parts(day).ok_or(DateProblem::NoDate)?;
        let number = |index: usize| numbers[index].parse::<i16>().unwrap_or(-1);
        let length = |index: usize| numbers[index].len();
        let mut contradicts_order = false;
        let (year, month, day) = match (numbers.as_slice(), month) {
            ([number], None) if number.len() == 5 && time.is_empty() => {
                return Err(DateProblem::DayNumber);
            }
            ([_, _], Some(month)) => match (length(0), length(1)) {
                (4, 1 | 2) => (number(0), month, number(1)),
                (1 | 2, 4) => (number(1), month, number(0)),
                (1 | 2, 1 | 2) => return Err(DateProblem::ShortYear),
                _ => return Err(DateProblem::NoDate),
            },
            ([_, _, _], None) => match (length(0), length(1), length(2)) {
                (4, 1 | 2, 1 | 2) => (number(0), number(1), number(2)),
                (1 | 2, 1 | 2, 4) if !YEARS.contains(&number(2)) => {
                    return Err(DateProblem::NoDate);
                }
                (1 | 2, 1 | 2, 4) => {
                    let (first, second) = (number(0), number(1));
                    let proven = match (first > 12, second > 12) {
                        (true, false) => Some(DateOrder::DayFirst),
                        (false, true) => Some(DateOrder::MonthFirst),
                        (true, true) => return Err(DateProblem::NoSuchDay),
                        (false, false) => None,
                    };
                    contradicts_order = proven.is_some() && order.is_some() && proven != order;
                    match proven.or(order) {
                        Some(DateOrder::MonthFirst) => (number(2), first, second),
                        Some(DateOrder::DayFirst) => (number(2), second, first),
                        None if first == second => (number(2), second, first),
                        None => return Err(DateProblem::TwoOrders),
                    }
                }
                (1 | 2, 1 | 2, 2) if is_like_day(number(0), number(1)) => {
                    return Err(DateProblem::ShortYear);
                }
                _ => return Err(DateProblem::NoDate),
            },
            _ => return Err(DateProblem::NoDate),
        };
        if !YEARS.contains(&year) {
            return Err(DateProblem::NoDate);
        }
        let part = |number: i16| i8::try_from(number).map_err(|_| DateProblem::NoSuchDay);
        let date = Date::new(year, part(month)?, part(day)?).map_err(|_| DateProblem::NoSuchDay)?;
        if weekday.is_some_and(|weekday| weekday != date.weekday()) {
            return Err(DateProblem::OtherWeekday);
        }
        Ok(WrittenDate {
            date,
            has_time: time.contains(|c| matches!(c, '1'..='9')),
            is_numeric: numbers.len() == 3 && text != date.to_string(),
            contradicts_order,
        })
    }

    /// Splits a date into numbers and names. `None` if it has anything else.
    fn parts<'t>(&self, text: &'t str) -> Option<Parts<'t>> {
        let mut parts = Parts::default();
        let mut rest = text;
        let mut follows_number = false;
        while let Some(first) = rest.chars().next() {
            let is_same: fn(char) -> bool = if first.is_ascii_digit() {
                |c| c.is_ascii_digit()
            } else if first.is_alphabetic() {
                char::is_alphabetic
            } else if matches!(first, '/' | '-' | '.' | ',' | ' ' | '\u{a0}' | '\u{202f}') {
                follows_number = false;
                rest = &rest[first.len_utf8()..];
                continue;
            } else {
                return None;
            };
            let end = rest.find(|c| !is_same(c)).unwrap_or(rest.len());
            let (token, after) = rest.split_at(end);
            rest = after;
            if first.is_ascii_digit() {
                parts.numbers.push(token);
                follows_number = true;
                if parts.numbers.len() > 3 {
                    return None;
                }
                continue;
            }
            let word = token.to_lowercase();
            if follows_number && matches!(word.as_str(), "st" | "nd" | "rd" | "th") {
            } else if let Some(month) = self.month_named(&word) {
                if parts.month.replace(month).is_some() {
                    return None;
                }
            } else {
                let weekday = weekday_named(&word)?;
                if parts.weekday.replace(weekday).is_some() {
                    return None;
                }
            }
            follows_number = false;
        }
        Some(parts)
    }

    /// Returns the number of the month with a name or its first letters.
    fn month_named(&self, word: &str) -> Option<i16> {
        [self.months, en::ENGLISH.months].iter().find_map(|months| {
            let names = months.split_whitespace().map(str::to_lowercase);
            let mut fitting = (1..).zip(names).filter(|(_, name)| begins(name, word));
            let (number, _) = fitting.next()?;
            fitting.next().is_none().then_some(number)
        })
    }
}

#[derive(Default)]
struct Parts<'t> {
    numbers: Vec<&'t str>,
    month: Option<i16>,
    weekday: Option<Weekday>,
}

/// Whether a word is a name or its first letters, at least three.
fn begins(name: &str, word: &str) -> bool {
    name == word || (word.chars().count() >= 3 && name.starts_with(word))
}

/// Returns the English day of the week with a name or its first letters.
fn weekday_named(word: &str) -> Option<Weekday> {
    let names = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let found = names.into_iter().find(|(name, _)| begins(name, word));
    found.map(|(_, weekday)| weekday)
}

/// Whether two numbers can be day and month.
fn is_like_day(first: i16, second: i16) -> bool {
    let (low, high) = (first.min(second), first.max(second));
    (1..=12).contains(&low) && (1..=31).contains(&high)
}

/// Splits off a time of day, which has a colon.
fn split_time(text: &str) -> (&str, &str) {
    let Some(colon) = text.find(':') else {
        return (text, "");
    };
    let before = text[..colon].trim_end_matches(|c: char| c.is_ascii_digit());
    let time = &text[before.len()..];
    (before.trim_end_matches(['T', ' ', ',', '\u{a0}']), time)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn read(text: &str, order: Option<DateOrder>) -> Result<Date, DateProblem> {
        Locale::of("sv")
            .read_date(text, order)
            .map(|read| read.date)
    }

    #[test]
    fn dates_that_read_one_way_are_read() {
        let expected = Ok(date(2027, 4, 3));
        for text in [
            "2027-04-03",
            "2027/4/3",
            "2027.04.03",
            "2027-04-03 00:00:00",
            "2027-04-03T09:30",
            "3 April 2027",
            "3. april 2027",
            "03-Apr-2027",
            "3rd April, 2027",
            "April 3, 2027",
            "Saturday 3 April 2027",
            "Sat, 3 Apr 2027",
            "2027 Apr 3",
        ] {
            assert_eq!(read(text, None), expected, "{text}");
        }
        assert_eq!(read("31/12/2027", None), Ok(date(2027, 12, 31)));
        assert_eq!(read("12/31/2027", None), Ok(date(2027, 12, 31)));
        assert_eq!(read("5/5/2027", None), Ok(date(2027, 5, 5)));
        assert_eq!(read("3 maj 2027", None), Ok(date(2027, 5, 3)));
        assert_eq!(read("29 Feb 2028", None), Ok(date(2028, 2, 29)));
    }

    #[test]
    fn dates_that_read_two_ways_need_an_order() {
        for text in ["03/04/2027", "3.4.2027", "3-4-2027", "03/04/2027 00:00"] {
            assert_eq!(read(text, None), Err(DateProblem::TwoOrders), "{text}");
            let order = |order| read(text, Some(order));
            assert_eq!(order(DateOrder::DayFirst), Ok(date(2027, 4, 3)), "{text}");
            assert_eq!(order(DateOrder::MonthFirst), Ok(date(2027, 3, 4)), "{text}");
        }
        let order = Some(DateOrder::MonthFirst);
        let read = Locale::of("en").read_date("31/12/2027", order).unwrap();
        assert!(read.contradicts_order);
    }

    #[test]
    fn other_texts_are_no_dates() {
        for (text, problem) in [
            ("3/4/80", DateProblem::ShortYear),
            ("03-Apr-27", DateProblem::ShortYear),
            ("46357", DateProblem::DayNumber),
            ("31 June 2027", DateProblem::NoSuchDay),
            ("29/02/2027", DateProblem::NoSuchDay),
            ("32/13/2027", DateProblem::NoSuchDay),
            ("2027-13-01", DateProblem::NoSuchDay),
            ("Monday 3 April 2027", DateProblem::OtherWeekday),
            ("", DateProblem::NoDate),
            ("tomorrow", DateProblem::NoDate),
            ("April 2027", DateProblem::NoDate),
            ("3/4/0027", DateProblem::NoDate),
            ("01632 960 123", DateProblem::NoDate),
            ("1.2.3.4", DateProblem::NoDate),
            ("Ju 3 2027", DateProblem::NoDate),
            ("3 April 2027 or 4 April 2027", DateProblem::NoDate),
        ] {
            assert_eq!(read(text, None), Err(problem), "{text}");
        }
    }
}
