//! What stops Print although the leaflet can be made: it would harm a reader.

use crate::check::very_long_sentences;
use crate::finding::{Finding, PlaceTarget};
use crate::leaflet::LeafletRequest;
use crate::resolve::Resolved;
use crate::source::Route;

/// Field of `clinic.yaml` that a leaflet may not do without.
const EMERGENCY_NUMBER: &str = "emergency_number";

/// Returns what stops Print, each with its place. `resolved` is the requested leaflet without reader data.
pub(super) fn print_stops(request: &LeafletRequest<'_>, resolved: &Resolved) -> Vec<Finding> {
    let mut stops = Vec::new();
    let lacks = |name: &str| resolved.lacking.iter().any(|lacking| lacking == name);
    if lacks("clinic.emergency_number") {
        let message = "this leaflet names your emergency number, and your clinic has none";
        stops.push(Finding::error("empty-value", message).at(
            &request.clinic.file,
            PlaceTarget::Key(Route::default().key(EMERGENCY_NUMBER)),
        ));
    }
    // The checks below count no pages.
    let subject = request.subject(resolved, 0);
    if let Ok(subject) = subject {
        stops.extend(very_long_sentences(&subject));
    }
    stops
}
