//! What was typed on the screen Clinic and not saved. It lives until the program ends.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::fields::Fields;
use crate::library::Clinic;

/// The fields of the form, and the clinic that they are about.
#[derive(Default)]
pub(super) struct ClinicDraft(Mutex<Option<(PathBuf, Fields)>>);

impl ClinicDraft {
    /// Keeps the fields for a clinic, in place of the ones before.
    pub(super) fn keep(&self, clinic: &Clinic, fields: Fields) {
        let path = clinic.file.path.clone();
        let mut draft = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *draft = path.map(|path| (path, fields));
    }

    /// Returns the fields for a clinic.
    pub(super) fn get(&self, clinic: &Clinic) -> Option<Fields> {
        let draft = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (path, fields) = draft.as_ref()?;
        (clinic.file.path.as_ref() == Some(path)).then(|| fields.clone())
    }

    pub(super) fn forget(&self) {
        let mut draft = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *draft = None;
    }
}
