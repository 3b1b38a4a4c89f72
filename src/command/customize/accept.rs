//! `handout customize accept`: keeps a clinic's text, although the library's text has changed.

use super::{find_override, load, write_lock};
use crate::cli::{CustomizeAccept, Global};
use crate::command::Outcome;
use crate::customize::{State, survey};
use crate::library::Lock;

pub(super) fn run(accept: &CustomizeAccept, global: &Global) -> anyhow::Result<Outcome> {
    let (library, clinic) = load(&accept.clinic, global)?;
    let survey = survey(&library, &clinic, &|_| true);
    let found = find_override(&survey.overrides, &accept.key, accept.language.as_deref())?;
    let key = &found.key;
    match found.state(&clinic) {
        State::Own | State::Current => {
            global.print_status(&format!(
                "nothing to accept: the library's text of `{key}` has not changed"
            ));
        }
        State::Unrecorded | State::Changed(_) | State::Orphaned(_) => {
            let mut lock = Lock::clone(&clinic.lock);
            lock.insert(&found.language, key, found.entry());
            write_lock(&clinic, &lock)?;
            global.print_status(&format!("`{key}` is accepted: your text stays as it is"));
        }
    }
    Ok(Outcome::Done)
}
