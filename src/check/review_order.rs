//! Review dates that make no sense.

use super::Subject;
use crate::finding::{Finding, Place};

/// Finds a review date that is not after the last review, and a last review that is still to come.
pub fn review_order(subject: &Subject) -> Vec<Finding> {
    let definition = &subject.handout.definition;
    let mut findings = Vec::new();
    if definition.review_by <= definition.reviewed {
        let message = format!("the next review is not after the last one, {}", definition.reviewed);
        let finding = Finding::error("review-order", message).help("set `review_by` to a later day");
        findings.push(at(finding, subject.definition_place("review_by")));
    }
    if definition.reviewed > subject.date {
        let message = format!("the last review is after today, {}", subject.date);
        let finding = Finding::warning("review-order", message).help("is the year right?");
        findings.push(at(finding, subject.definition_place("reviewed")));
    }
    findings
}

fn at(finding: Finding, place: Place) -> Finding {
    finding.at(&place.file, place.target)
}
