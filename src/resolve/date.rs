//! Dates in the document's language.

use jiff::civil::Date;

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const SWEDISH: [&str; 12] = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
];
const BOKMAL: [&str; 12] = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
];

fn month(date: Date, language: &str) -> &'static str {
    let names = match super::words::primary(language) {
        "sv" => &SWEDISH,
        "nb" | "no" | "nn" => &BOKMAL,
        _ => &ENGLISH,
    };
    names[usize::from(date.month().unsigned_abs()).clamp(1, 12) - 1]
}

/// Countries where English is written with the month first (CLDR).
const MONTH_FIRST: [&str; 3] = ["en-US", "en-CA", "en-PH"];

/// Day, month and year, as in "21 November 2026", "21 november 2026", "21. november 2026", and in the
/// United States "November 21, 2026"; the day does not part from its month.
pub fn long(date: Date, language: &str) -> String {
    if MONTH_FIRST.contains(&language) {
        return format!(
            "{}\u{a0}{}, {}",
            month(date, language),
            date.day(),
            date.year()
        );
    }
    let dot = if matches!(super::words::primary(language), "nb" | "no" | "nn") {
        "."
    } else {
        ""
    };
    format!(
        "{}{dot}\u{a0}{} {}",
        date.day(),
        month(date, language),
        date.year()
    )
}

/// Month and year, as in "November 2028".
pub fn month_and_year(date: Date, language: &str) -> String {
    format!("{} {}", month(date, language), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn long_dates_follow_the_language() {
        let day = date(2026, 11, 21);
        assert_eq!(long(day, "en"), "21\u{a0}November 2026");
        assert_eq!(long(day, "en-GB"), "21\u{a0}November 2026");
        assert_eq!(long(day, "en-US"), "November\u{a0}21, 2026");
        assert_eq!(long(day, "sv"), "21\u{a0}november 2026");
        assert_eq!(long(day, "nb"), "21.\u{a0}november 2026");
        assert_eq!(month_and_year(date(2028, 5, 1), "nb"), "mai 2028");
    }
}
