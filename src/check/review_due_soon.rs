//! A review that is due soon. That it is overdue is told when the leaflet is made, since the leaflet says
//! so itself.

use jiff::ToSpan;

use super::Subject;
use crate::finding::Finding;

/// Finds a review that is due within the time that `library.yaml` sets.
pub fn review_due_soon(subject: &Subject) -> Vec<Finding> {
    let review_by = subject.handout.definition.review_by;
    let days = i64::from(subject.library.manifest().review.due_soon_days);
    let Ok(from) = review_by.checked_sub(days.days()) else {
        return Vec::new();
    };
    if subject.date < from || subject.date > review_by {
        return Vec::new();
    }
    let message = format!("the review is due by {review_by}");
    let finding = Finding::warning("review-due-soon", message)
        .help("review it, then set `reviewed`, `review_by` and `version`");
    let place = subject.definition_place("review_by");
    vec![finding.at(&place.file, place.target)]
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
