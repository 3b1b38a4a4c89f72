//! `review-order`: review dates in the wrong order.

use super::Subject;
use crate::finding::Finding;

/// Finds a next review that is not after the last one, and a last review in the future.
pub(super) fn review_order(subject: &Subject) -> Vec<Finding> {
    let definition = &subject.handout.definition;
    let mut findings = Vec::new();
    let Some(reviewed) = definition.reviewed else {
        return findings;
    };
    if definition.review_by <= reviewed {
        let message = format!("the next review is not after the last one, {reviewed}");
        let finding =
            Finding::error("review-order", message).help("change `review_by` to a later date");
        findings.push(subject.locate_in_definition(finding, "review_by"));
    }
    if reviewed > subject.date {
        let message = format!("the last review is after today, {}", subject.date);
        let finding = Finding::warning("review-order", message).help("is the year right?");
        findings.push(subject.locate_in_definition(finding, "reviewed"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::check::fixture::Fixture;

    #[test]
    fn review_order() {
        let turned = Fixture::new().definition("review_by: 2028-01-02", "review_by: 2026-01-02");
        insta::assert_snapshot!(turned.shown("review-order"));
        insta::assert_snapshot!(Fixture::new().on(date(2026, 1, 1)).shown("review-order"));
    }

    #[test]
    fn a_leaflet_may_be_used_on_the_day_of_its_review() {
        Fixture::new().on(date(2026, 1, 2)).passes("review-order");
    }
}
