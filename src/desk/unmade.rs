//! The words of all leaflets without reader data, and the leaflets that are not printed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::choices::Choices;
use super::sources::Loaded;
use crate::check::invalid_reference;
use crate::finding::{Finding, Severity};
use crate::leaflet::{self, LeafletRequest};
use crate::library::Handout;
use crate::resolve::{JobData, Resolved};

type DocumentResult = Result<Arc<Resolved>, Arc<Vec<Finding>>>;

/// Documents by handout and language, and what follows from them.
#[derive(Default)]
pub(super) struct KeptDocuments {
    documents: Mutex<HashMap<(String, String), DocumentResult>>,
    unmade: OnceLock<Vec<Arc<Unmade>>>,
}

/// A leaflet that is not printed.
pub(super) struct Unmade {
    pub(super) id: String,
    /// Its title, or its id if it has none.
    pub(super) title: String,
    /// `None` if the leaflet cannot be read in any language.
    pub(super) language: Option<String>,
    pub(super) refusal: Refusal,
    /// Why: at least one error.
    pub(super) faults: Arc<Vec<Finding>>,
}

/// What is not done with a leaflet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It cannot be made: its words are at fault.
    Unmade,
    /// It cannot be made on the clinic's paper, as in "Large print, A5".
    OnPaper(String),
    /// It can be made, and Print refuses it.
    Stopped,
}

impl Refusal {
    /// Says it as in "cannot be made on your paper (A5)".
    pub(super) fn in_words(&self) -> String {
        match self {
            Refusal::Unmade => "cannot be made".to_owned(),
            Refusal::OnPaper(sheet) => format!("cannot be made on your paper ({sheet})"),
            Refusal::Stopped => "cannot be printed yet".to_owned(),
        }
    }
}

impl Loaded {
    /// Returns the words of a leaflet without reader data, or why it cannot be made.
    pub(super) fn document(&self, handout: &Handout, choices: &Choices) -> DocumentResult {
        let kept = || {
            let documents = &self.documents.documents;
            documents.lock().unwrap_or_else(PoisonError::into_inner)
        };
        let key = (choices.id.clone(), choices.language.clone());
        if let Some(known) = kept().get(&key) {
            return known.clone();
        }
        let made = self.new_document(handout, choices);
        kept().insert(key, made.clone());
        made
    }

    fn new_document(&self, handout: &Handout, choices: &Choices) -> DocumentResult {
        let request = LeafletRequest::new(&self.library, handout, &self.clinic, self.date)
            .with_language(&choices.language);
        let resolved = leaflet::document(&request, &JobData::new()).map_err(Arc::new)?;
        let bibliography = self.library.bibliography_with(&self.clinic);
        let bibliography = bibliography.map_err(Arc::new)?;
        let invalid = invalid_reference(&resolved.document, &bibliography);
        match invalid.is_empty() {
            true => Ok(Arc::new(resolved)),
            false => Err(Arc::new(invalid)),
        }
    }

    /// Returns the leaflets that are not printed in one of their languages, by id: those whose words are at fault,
    /// and those that were tried on the clinic's paper so far.
    pub(super) fn refused(&self) -> Vec<Arc<Unmade>> {
        let unmade = self.documents.unmade.get_or_init(|| {
            let ids = self.ids().into_iter();
            ids.flat_map(|id| self.unmade_of(&id))
                .map(Arc::new)
                .collect()
        });
        let mut refused = unmade.clone();
        refused.extend(self.trial.refused());
        refused.sort_by(|one, other| one.id.cmp(&other.id));
        refused
    }

    fn unmade_of(&self, id: &str) -> Vec<Unmade> {
        let handout = match self.handout(id) {
            Some(Ok(handout)) => handout,
            Some(Err(faults)) => {
                return vec![Unmade {
                    title: id.to_owned(),
                    id: id.to_owned(),
                    language: None,
                    refusal: Refusal::Unmade,
                    faults: Arc::new(faults),
                }];
            }
            None => return Vec::new(),
        };
        let languages = handout.languages().into_iter();
        let unmade = languages.filter_map(|language| {
            let choices = self.choices_in(&handout, &language);
            let faults = self.document(&handout, &choices).err()?;
            Some(Unmade::new(
                self,
                &handout,
                &choices,
                Refusal::Unmade,
                faults,
            ))
        });
        unmade.collect()
    }
}

impl Unmade {
    /// Returns a leaflet that can be read.
    pub(super) fn new(
        loaded: &Loaded,
        handout: &Handout,
        choices: &Choices,
        refusal: Refusal,
        faults: Arc<Vec<Finding>>,
    ) -> Unmade {
        let (title, _) = loaded.title(handout, choices);
        Unmade {
            id: choices.id.clone(),
            title: match title.is_empty() {
                true => choices.id.clone(),
                false => title,
            },
            language: Some(choices.language.clone()),
            refusal,
            faults,
        }
    }

    /// Returns the first error.
    pub(super) fn first(&self) -> Option<&Finding> {
        let mut faults = self.faults.iter();
        faults.find(|fault| fault.severity == Severity::Error)
    }
}
