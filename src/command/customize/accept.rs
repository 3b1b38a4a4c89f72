//! `handout customize accept`: keeps a clinic's text, although the library's text has changed.

use super::{find_override, load, lock, write_lock};
use crate::cli::{ChosenText, Global};
use crate::command::Outcome;
use crate::customize::{OverrideState, audit_overrides};
use crate::library::ClinicLock;

pub(super) fn run(accept: &ChosenText, global: &Global) -> anyhow::Result<Outcome> {
    let _lock = lock(&accept.clinic)?;
    let (library, clinic) = load(&accept.clinic, global)?;
    let audit = audit_overrides(&library, &clinic, &|_| true);
    let found = find_override(&audit.overrides, accept)?;
    let key = &found.key;
    match found.state(&clinic) {
        OverrideState::Own | OverrideState::Current => {
            global.print_status(&format!(
                "nothing to accept: the library's text of `{key}` has not changed"
            ));
        }
        OverrideState::Unrecorded | OverrideState::Changed(_) | OverrideState::Orphaned(_) => {
            let mut lock = ClinicLock::clone(&clinic.lock);
            lock.insert(&found.language, key, found.entry());
            write_lock(&clinic, &lock)?;
            global.print_status(&format!("`{key}` is accepted: your text stays as it is"));
        }
    }
    Ok(Outcome::Done)
}
