//! `review-due-soon`: reviews that are due within the time that `library.yaml` sets.
//!
//! An overdue review has another finding, when the leaflet is made.

use jiff::ToSpan;

use super::Subject;
use crate::finding::Finding;
use crate::library::REVIEW_AGAIN;

/// Reports a review that is due soon.
pub(super) fn review_due_soon(subject: &Subject) -> Vec<Finding> {
    let dates = subject.clinic.review_dates(&subject.handout.definition);
    let review_by = dates.review_by;
    let days = i64::from(subject.library.manifest().review.due_soon.0);
    let Ok(from) = review_by.checked_sub(days.days()) else {
        return Vec::new();
    };
    if !(from..=review_by).contains(&subject.date) {
        return Vec::new();
    }
    let message = format!("the review is due by {review_by}");
    let help = match dates.is_own {
        true => REVIEW_AGAIN,
        false => "review it, then update `reviewed`, `review_by` and `version`",
    };
    let finding = Finding::warning("review-due-soon", message).help(help);
    vec![finding.in_place(dates.place)]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::check::fixture::Fixture;

    #[test]
    fn review_due_soon() {
        insta::assert_snapshot!(
            Fixture::new()
                .on(date(2027, 10, 4))
                .shown("review-due-soon")
        );
    }

    #[test]
    fn a_review_is_due_soon_from_ninety_days_before_it_to_its_day() {
        Fixture::new()
            .on(date(2027, 10, 3))
            .passes("review-due-soon");
        assert_ne!(
            Fixture::new().on(date(2028, 1, 2)).shown("review-due-soon"),
            ""
        );
        Fixture::new()
            .on(date(2028, 1, 3))
            .passes("review-due-soon");
    }
}
