//! Leaflets that Print refuses. They are not made from a list either.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::known::Known;
use crate::desk::print_stops::print_stops;
use crate::finding::Finding;
use crate::leaflet::{self, LeafletRequest};
use crate::resolve::JobData;

/// The leaflets of a list that were refused.
pub(super) struct StoppedLeaflets<'k> {
    known: &'k Known,
    /// By what is said about them.
    found: Mutex<BTreeMap<String, StoppedLeaflet>>,
}

/// A leaflet that was refused.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct StoppedLeaflet {
    pub(super) id: String,
    pub(super) language: String,
}

impl StoppedLeaflets<'_> {
    pub(super) fn new(known: &Known) -> StoppedLeaflets<'_> {
        StoppedLeaflets {
            known,
            found: Mutex::default(),
        }
    }

    /// Returns what stops a leaflet, with its title: one finding for each kind of fault.
    pub(super) fn stops(&self, request: &LeafletRequest<'_>) -> Vec<Finding> {
        // A leaflet with errors is refused when it is made.
        let Ok(resolved) = leaflet::document(request, &JobData::new()) else {
            return Vec::new();
        };
        let id = &request.handout.definition.id;
        let title = self.known.title(id);
        let stops = print_stops(request, &resolved);
        let (long, other): (Vec<Finding>, Vec<Finding>) = stops
            .into_iter()
            .partition(|stop| stop.id == "long-sentence");
        let mut said: Vec<Finding> = other
            .into_iter()
            .map(|stop| {
                let message = stop.message.replace("this leaflet", &format!("“{title}”"));
                Finding::error(stop.id, message).help("write it on the screen “Clinic”")
            })
            .collect();
        if !long.is_empty() {
            let count = match long.len() {
                1 => "a sentence".to_owned(),
                count => format!("{count} sentences"),
            };
            let message = format!("“{title}” has {count} of more than 30 words");
            said.push(Finding::error("long-sentence", message).help("make two sentences of each"));
        }
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        for finding in &said {
            let leaflet = StoppedLeaflet {
                id: id.clone(),
                language: request.language.to_owned(),
            };
            found.insert(finding.message.clone(), leaflet);
        }
        said
    }

    /// Returns the leaflet that a finding is about; `None` for a finding about something else.
    pub(super) fn leaflet_of(&self, finding: &Finding) -> Option<StoppedLeaflet> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.get(&finding.message).cloned()
    }
}
