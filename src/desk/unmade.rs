//! The words of all leaflets without reader data, and the leaflets that cannot be made.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::choices::Choices;
use super::fields::Fields;
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
    unmade: OnceLock<Vec<Unmade>>,
}

/// A leaflet that cannot be made.
pub(super) struct Unmade {
    pub(super) id: String,
    /// Its title, or its id if it has none.
    pub(super) title: String,
    /// `None` if the leaflet cannot be read in any language.
    pub(super) language: Option<String>,
    /// Why: at least one error.
    pub(super) faults: Arc<Vec<Finding>>,
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

    /// Returns the leaflets that cannot be made in one of their languages, by id.
    pub(super) fn unmade(&self) -> &[Unmade] {
        self.documents.unmade.get_or_init(|| {
            let ids = self.ids().into_iter();
            ids.flat_map(|id| self.unmade_of(id)).collect()
        })
    }

    fn unmade_of(&self, id: String) -> Vec<Unmade> {
        let handout = match self.handout(&id) {
            Some(Ok(handout)) => handout,
            Some(Err(faults)) => {
                return vec![Unmade {
                    title: id.clone(),
                    id,
                    language: None,
                    faults: Arc::new(faults),
                }];
            }
            None => return Vec::new(),
        };
        let mut unmade = Vec::new();
        for language in handout.languages() {
            let fields: Fields = vec![("language".to_owned(), language.clone())];
            let choices = Choices::new(self, &handout, &fields);
            if let Err(faults) = self.document(&handout, &choices) {
                let (title, _) = self.title(&handout, &choices);
                unmade.push(Unmade {
                    id: id.clone(),
                    title: match title.is_empty() {
                        true => id.clone(),
                        false => title,
                    },
                    language: Some(language),
                    faults,
                });
            }
        }
        unmade
    }
}

impl Unmade {
    /// Returns the first error.
    pub(super) fn first(&self) -> Option<&Finding> {
        let mut faults = self.faults.iter();
        faults.find(|fault| fault.severity == Severity::Error)
    }
}
