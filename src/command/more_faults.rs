//! Faults that can be found although a library or a clinic is faulty, so that one run shows more of them.

use std::path::Path;

use jiff::civil::Date;

use super::lookup;
use crate::finding::Finding;
use crate::font::Faces;
use crate::leaflet::{self, LeafletRequest};
use crate::library::{Clinic, Handout, Library};
use crate::resolve::JobData;

/// Returns the faults of a clinic when its library cannot be read.
pub(super) fn of_clinic(given: Option<&Path>, faces: &Faces) -> Vec<Finding> {
    let path = lookup::clinic_path(given).filter(|path| path.exists());
    let findings = path.and_then(|path| Clinic::load(path, faces).err());
    findings.unwrap_or_default()
}

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

/// Adds the faults of handouts that are certain although their clinic is faulty. Takes the clinic's own
/// handouts if no name is that of a handout.
pub(super) fn add_of_texts(
    clinic: &Path,
    names: &[String],
    library: &Library,
    date: Date,
    faces: &Faces,
    findings: &mut Vec<Finding>,
) {
    let Some(clinic) = Clinic::load_readable_parts(clinic, faces) else {
        return;
    };
    let open = |name: &String| lookup::handout(name, library, &clinic).ok();
    let mut handouts: Vec<Handout> = names.iter().filter_map(open).collect();
    if handouts.is_empty() {
        handouts.extend(clinic.ids().iter().filter_map(open));
    }
    for handout in &handouts {
        for language in handout.languages() {
            let request =
                LeafletRequest::new(library, handout, &clinic, date).with_language(&language);
            let faults = leaflet::document(&request, &JobData::new()).err();
            for fault in faults.into_iter().flatten() {
                let is_certain = OF_TEXTS.contains(&fault.id) || is_unknown_name(&fault);
                let is_new =
                    |other: &Finding| other.id != fault.id || other.message != fault.message;
                if is_certain && findings.iter().all(is_new) {
                    findings.push(fault);
                }
            }
        }
    }
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
