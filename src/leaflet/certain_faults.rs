//! Faults of texts that are certain although their clinic is faulty.

use jiff::civil::Date;

use super::{LeafletRequest, document};
use crate::finding::Finding;
use crate::library::{Clinic, Handout, Library};
use crate::resolve::JobData;

/// Findings about a text that do not depend on `clinic.yaml`.
const OF_TEXTS: [&str; 11] = [
    "empty-heading",
    "heading-order",
    "yaml-syntax",
    "template-syntax",
    "unknown-citation",
    "unknown-field",
    "unknown-term",
    "unsupported-markdown",
    "repeated-base",
    "table-shape",
    "too-large",
];

/// Returns the faults of a handout's texts, in all languages, that no correction of `clinic.yaml` removes.
/// `clinic` has the readable parts of a faulty clinic.
pub(crate) fn certain_faults(
    library: &Library,
    handout: &Handout,
    clinic: &Clinic,
    date: Date,
) -> Vec<Finding> {
    let faults = |language: String| {
        let request = LeafletRequest::new(library, handout, clinic, date).with_language(&language);
        document(&request, &JobData::new())
            .err()
            .unwrap_or_default()
    };
    let faults = handout.languages().into_iter().flat_map(faults);
    faults
        .filter(|fault| OF_TEXTS.contains(&fault.id) || is_unknown_name(fault))
        .collect()
}

/// Whether a finding is about a name that no clinic can have. A `clinic.yaml` may declare `clinic.vars`
/// and reader data.
fn is_unknown_name(finding: &Finding) -> bool {
    finding.id == "unknown-variable"
        && ["`clinic.", "`handout."]
            .iter()
            .any(|root| finding.message.contains(root))
        && !finding.message.contains("`clinic.vars")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::explanation;

    #[test]
    fn certain_faults_are_findings() {
        for id in OF_TEXTS {
            assert!(explanation(id).is_some(), "`{id}` is no finding");
        }
    }
}
