//! Dates in words.

use jiff::civil::Date;

use super::Locale;

impl Locale {
    /// Writes a day out, as in "21 November 2026". A no-break space keeps the day with its month.
    pub(crate) fn long_date(&self, date: Date) -> String {
        self.long_date
            .replace("{day}", &date.day().to_string())
            .replace("{month}", self.month(date))
            .replace("{year}", &date.year().to_string())
    }

    /// Writes a month out, as in "November 2028".
    pub(crate) fn month_and_year(&self, date: Date) -> String {
        format!("{} {}", self.month(date), date.year())
    }

    fn month(&self, date: Date) -> &'static str {
        let index = usize::from(date.month().unsigned_abs()) - 1;
        self.months.split(' ').nth(index).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn long_dates_follow_the_language() {
        let long = |language| Locale::of(language).long_date(date(2026, 11, 21));
        assert_eq!(long("en"), "21\u{a0}November 2026");
        assert_eq!(long("en-GB"), "21\u{a0}November 2026");
        assert_eq!(long("en-US"), "November\u{a0}21, 2026");
        assert_eq!(long("en-CA"), "November\u{a0}21, 2026");
        assert_eq!(long("sv"), "21\u{a0}november 2026");
        assert_eq!(long("nb"), "21.\u{a0}november 2026");
        assert_eq!(
            Locale::of("nb").month_and_year(date(2028, 5, 1)),
            "mai 2028"
        );
    }
}
