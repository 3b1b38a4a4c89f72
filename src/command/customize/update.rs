//! `handout customize update`: records what new words of a clinic were written against, and forgets what
//! is no longer there. What has changed stays until someone has looked at it.

use super::{opened, say, texts, write_lock};
use crate::cli::{CustomizeUpdate, Global};
use crate::command::Outcome;
use crate::customize::{State, survey};
use crate::library::Lock;

pub(super) fn run(update: &CustomizeUpdate, global: &Global) -> anyhow::Result<Outcome> {
    let (library, clinic) = match opened(&update.of, global)? {
        Ok(opened) => opened,
        Err(outcome) => return Ok(outcome),
    };
    let survey = survey(&library, &clinic, &|_| true);
    let mut lock = Lock::clone(&clinic.lock);
    let mut recorded = 0;
    for found in survey
        .overrides
        .iter()
        .filter(|found| found.state(&clinic) == State::Unrecorded)
    {
        lock.insert(&found.language, &found.key, found.entry());
        recorded += 1;
    }
    let is_stale = |language: &str, key: &str| {
        survey
            .stale
            .iter()
            .any(|(other, gone)| other == language && gone == key)
    };
    lock.retain(|language, key| !is_stale(language, key));
    write_lock(&clinic, &lock)?;
    let forgotten = match survey.stale.len() {
        0 => String::new(),
        count => format!(", {count} forgotten"),
    };
    say(global, &format!("{} recorded{forgotten}", texts(recorded)))?;
    // What is not recorded was a moment ago.
    let mut findings = survey.findings;
    findings.retain(|finding| finding.id != "unrecorded-override");
    global.show(&findings)
}
