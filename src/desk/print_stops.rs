//! What stops Print although the leaflet can be made: it would harm a reader.

use super::choices::Choices;
use super::sources::Loaded;
use crate::check::{Subject, very_long_sentences};
use crate::finding::{Finding, PlaceTarget};
use crate::library::Handout;
use crate::resolve::Resolved;
use crate::source::Route;

/// Field of `clinic.yaml` that a leaflet may not do without.
const EMERGENCY_NUMBER: &str = "emergency_number";

/// Returns what stops Print, each with its place.
pub(super) fn print_stops(
    loaded: &Loaded,
    handout: &Handout,
    choices: &Choices,
    resolved: &Resolved,
    pages: usize,
) -> Vec<Finding> {
    let mut stops = Vec::new();
    let lacks = |name: &str| resolved.lacking.iter().any(|lacking| lacking == name);
    if lacks("clinic.emergency_number") {
        let message = "this leaflet names your emergency number, and your clinic has none";
        stops.push(Finding::error("empty-value", message).at(
            &loaded.clinic.file,
            PlaceTarget::Key(Route::default().key(EMERGENCY_NUMBER)),
        ));
    }
    let (library, clinic, date) = (&loaded.library, &loaded.clinic, loaded.date);
    let language = &choices.language;
    let subject = Subject::new(library, handout, clinic, language, date, resolved, pages);
    if let Ok(subject) = subject {
        stops.extend(very_long_sentences(&subject));
    }
    stops
}
