//! Finds further faults after a library or a clinic could not be loaded. One run then shows as many as possible.

use std::path::Path;

use jiff::civil::Date;

use super::lookup;
use crate::finding::Finding;
use crate::font::Faces;
use crate::leaflet;
use crate::library::{Clinic, Handout, Library};

/// Returns the faults of a clinic when its library cannot be read.
pub(super) fn of_clinic(given: Option<&Path>, faces: &Faces) -> Vec<Finding> {
    let path = lookup::clinic_path(given).filter(|path| path.exists());
    let findings = path.and_then(|path| Clinic::load(path, faces).err());
    findings.unwrap_or_default()
}

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
        for fault in leaflet::certain_faults(library, handout, &clinic, date) {
            let is_new = |other: &Finding| other.id != fault.id || other.message != fault.message;
            if findings.iter().all(is_new) {
                findings.push(fault);
            }
        }
    }
}
