//! `handout customize accept`: a clinic has looked at what became of the library's text, and keeps its own.

use super::{opened, say, the_override, write_lock};
use crate::cli::{CustomizeAccept, Global};
use crate::command::Outcome;
use crate::customize::{State, survey};
use crate::library::Lock;

pub(super) fn run(accept: &CustomizeAccept, global: &Global) -> anyhow::Result<Outcome> {
    let (library, clinic) = match opened(&accept.of, global)? {
        Ok(opened) => opened,
        Err(outcome) => return Ok(outcome),
    };
    let survey = survey(&library, &clinic, &|_| true);
    let found = the_override(&survey.overrides, &accept.key, accept.language.as_deref())?;
    let key = &found.key;
    match found.state(&clinic) {
        State::Own | State::Current => {
            say(
                global,
                &format!("nothing to settle: the library's text of `{key}` is what it was"),
            )?;
        }
        State::Unrecorded | State::Changed(_) | State::Orphaned(_) => {
            let mut lock = Lock::clone(&clinic.lock);
            lock.insert(&found.language, key, found.entry());
            write_lock(&clinic, &lock)?;
            say(
                global,
                &format!("`{key}` is settled: your words stay as they are"),
            )?;
        }
    }
    Ok(Outcome::Done)
}
