//! What people decide: who approved, reviewed and saw what. `clinic.lock` records it.

use super::Desk;
use super::fields::{Fields, field};
use super::saved::{ClinicFile, SaveError};
use crate::library::{Clinic, ClinicLock, Handout, PersonName};
use crate::source;

impl Desk {
    /// Changes the clinic's `clinic.lock` as it is on disk now.
    pub(super) fn decide(
        &self,
        clinic: &Clinic,
        change: &dyn Fn(&mut ClinicLock) -> Result<(), SaveError>,
    ) -> Result<(), SaveError> {
        self.save(clinic, &ClinicFile::Lock, &|old| {
            let mut lock = match old.trim().is_empty() {
                true => ClinicLock::default(),
                false => {
                    let file = source::from_bytes(old.as_bytes(), "clinic.lock".to_owned(), None);
                    let file = file.map_err(|fault| SaveError::Faulty(vec![fault]))?;
                    ClinicLock::parse(&file).map_err(SaveError::Faulty)?
                }
            };
            change(&mut lock)?;
            Ok(lock.to_text())
        })
    }
}

/// Returns the name that a person typed; `None` if it is no name.
pub(super) fn typed_name(fields: &Fields) -> Option<PersonName> {
    let name = field(fields, "name")?.to_owned();
    PersonName::try_from(name).ok()
}

/// Records the sources of a leaflet as seen that have no record yet, so that later changes are noticed.
pub(super) fn see_sources(
    lock: &mut ClinicLock,
    loaded: &super::sources::Loaded,
    handout: &Handout,
) {
    let Ok(bibliography) = loaded.library.bibliography_with(&loaded.clinic) else {
        return;
    };
    for key in loaded.cited(handout) {
        if let Some(hash) = bibliography.hash(&key) {
            lock.decisions.see_first(&key, hash);
        }
    }
}
