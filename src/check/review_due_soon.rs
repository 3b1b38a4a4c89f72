//! A review that is due soon. That it is overdue is told when the leaflet is made, since the leaflet says
//! so itself.

use jiff::ToSpan;

use super::Subject;
use crate::finding::Finding;

/// Finds a review that is due within the time that `library.yaml` sets.
pub fn review_due_soon(subject: &Subject) -> Vec<Finding> {
    let review_by = subject.handout.definition.review_by;
    let days = i64::from(subject.library.manifest().review.due_soon_days);
    let Ok(from) = review_by.checked_sub(days.days()) else { return Vec::new() };
    if subject.date < from || subject.date > review_by {
        return Vec::new();
    }
    let message = format!("the review is due by {review_by}");
    let finding = Finding::warning("review-due-soon", message)
        .help("review it, then set `reviewed`, `review_by` and `version`");
    let place = subject.definition_place("review_by");
    vec![finding.at(&place.file, place.target)]
}
