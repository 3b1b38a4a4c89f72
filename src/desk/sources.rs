//! Library and clinic, loaded anew when their files change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::civil::Date;

use super::Desk;
use super::choices::Choices;
use super::made::MadeLeaflet;
use super::our_changes::KeptChanges;
use super::review_facts::ReviewFacts;
use super::review_open::OpenDecisions;
use super::trial::Trial;
use super::unmade::KeptDocuments;
use super::words_view::SavedLeaflets;
use crate::finding::Finding;
use crate::library::{Clinic, Fingerprint, Handout, Library};
use crate::locale::DateOrder;

/// The most leaflets that are kept for library pictures and previews without reader data.
const MAX_KEPT: usize = 64;

/// The library and clinic of the last request.
#[derive(Default)]
pub(super) struct Sources(Mutex<Option<Arc<Loaded>>>);

/// A library and a clinic as they are on disk, and the leaflets made from them.
pub(super) struct Loaded {
    pub(super) library: Library,
    pub(super) clinic: Clinic,
    pub(super) date: Date,
    fingerprint: Vec<Fingerprint>,
    /// Leaflets without reader data.
    made: Mutex<HashMap<Choices, Arc<MadeLeaflet>>>,
    /// Leaflets whose words somebody changes.
    pub(super) saved: SavedLeaflets,
    /// What the clinic's leaflets say differently from the library's.
    pub(super) changes: KeptChanges,
    /// What needs a look.
    pub(super) review: OnceLock<ReviewFacts>,
    /// What nobody checked or approved.
    pub(super) open: OnceLock<OpenDecisions>,
    /// The words of leaflets.
    pub(super) documents: KeptDocuments,
    /// What is known of the leaflets on the clinic's paper.
    pub(super) trial: Trial,
}

impl Desk {
    /// Returns library and clinic as they are on disk now.
    pub(super) fn sources(&self) -> Result<Arc<Loaded>, Vec<Finding>> {
        let (library, clinic) = (self.workspace.load)(self.clinic_path().as_deref())?;
        let date = (self.workspace.today)();
        let loaded = Loaded::new(library, clinic, date);
        let mut last = self
            .sources
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(last) if last.fingerprint == loaded.fingerprint && last.date == date => {
                Ok(Arc::clone(last))
            }
            _ => {
                let loaded = Arc::new(loaded);
                if let Some(old) = &*last {
                    old.trial.stop();
                }
                *last = Some(Arc::clone(&loaded));
                Ok(loaded)
            }
        }
    }

    /// Returns library and clinic as the last page showed them: its pictures are of the same state.
    pub(super) fn latest(&self) -> Result<Arc<Loaded>, Vec<Finding>> {
        let last = self
            .sources
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let last = last.as_ref().map(Arc::clone);
        last.map_or_else(|| self.sources(), Ok)
    }
}

impl Loaded {
    /// Returns a library and a clinic on a day.
    #[cfg(test)]
    pub(super) fn for_tests(library: Library, clinic: Clinic) -> Loaded {
        Loaded::new(library, clinic, Date::constant(2026, 11, 30))
    }

    fn new(library: Library, clinic: Clinic, date: Date) -> Loaded {
        let mut fingerprint = vec![library.fingerprint(), clinic.fingerprint()];
        let own = clinic.ids().into_iter();
        let own = own.filter_map(|id| library.handout_of(&clinic, &id)?.ok());
        fingerprint.extend(own.map(|handout| handout.fingerprint()));
        let of_library = library.ids().into_iter();
        let of_library = of_library.filter_map(|id| library.handout(&id).ok());
        fingerprint.extend(of_library.map(|handout| handout.fingerprint()));
        Loaded {
            library,
            clinic,
            date,
            fingerprint,
            made: Mutex::default(),
            saved: SavedLeaflets::default(),
            changes: KeptChanges::default(),
            review: OnceLock::new(),
            open: OnceLock::new(),
            documents: KeptDocuments::default(),
            trial: Trial::default(),
        }
    }

    /// Returns the order of dates that the clinic chose.
    pub(super) fn date_order(&self) -> Option<DateOrder> {
        let order = self.clinic.facts.defaults.0.get("date_order")?;
        DateOrder::named(order)
    }

    /// Returns whether the clinic or the library has the address of leaflets on the web.
    pub(super) fn has_references_url(&self) -> bool {
        let of_clinic = self.clinic.facts.references_url.is_some();
        of_clinic || self.library.manifest().references_url.is_some()
    }

    /// Returns the ids of all handouts, sorted.
    pub(super) fn ids(&self) -> Vec<String> {
        let mut ids = self.library.ids();
        ids.extend(self.clinic.ids());
        ids.sort();
        ids.dedup();
        ids
    }

    /// Reads a handout of the clinic or the library; `None` if there is none of this id.
    pub(super) fn handout(&self, id: &str) -> Option<Result<Handout, Vec<Finding>>> {
        if let Some(own) = self.library.handout_of(&self.clinic, id) {
            return Some(own);
        }
        let ids = self.library.ids();
        ids.iter()
            .any(|known| known == id)
            .then(|| self.library.handout(id))
    }

    /// Returns whether the pages of a leaflet without reader data are kept.
    pub(super) fn is_made(&self, choices: &Choices) -> bool {
        let kept = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        kept.contains_key(choices)
    }

    /// Makes a leaflet without reader data, or returns the one that was made before.
    pub(super) fn leaflet(&self, choices: &Choices) -> Result<Arc<MadeLeaflet>, Vec<Finding>> {
        let kept = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = kept().get(choices) {
            return Ok(Arc::clone(made));
        }
        let made = Arc::new(MadeLeaflet::new(self, choices, &Default::default())?);
        let mut kept = kept();
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(choices.clone(), Arc::clone(&made));
        Ok(made)
    }
}
