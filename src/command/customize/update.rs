//! `handout customize update`: records in `clinic.lock` which library texts a clinic's new texts
//! replace, and forgets overrides that no longer exist. Changes wait for `merge` or `accept`.

use super::{load, write_lock};
use crate::cli::{CustomizeUpdate, Global};
use crate::command::{Outcome, count};
use crate::customize::{State, survey};
use crate::library::Lock;

pub(super) fn run(update: &CustomizeUpdate, global: &Global) -> anyhow::Result<Outcome> {
    let (library, clinic) = load(&update.clinic, global)?;
    let survey = survey(&library, &clinic, &|_| true);
    let mut lock = Lock::clone(&clinic.lock);
    let mut recorded = 0;
    for found in &survey.overrides {
        if found.state(&clinic) == State::Unrecorded {
            lock.insert(&found.language, &found.key, found.entry());
            recorded += 1;
        }
    }
    let is_stale = |language: &str, key: &str| {
        survey
            .stale
            .iter()
            .any(|(other, gone)| other == language && gone == key)
    };
    lock.retain(|language, key| !is_stale(language, key));
    write_lock(&clinic, &lock)?;

    let mut summary = format!("{} recorded", count(recorded, "text"));
    if !survey.stale.is_empty() {
        summary += &format!(", {} forgotten", survey.stale.len());
    }
    global.print_status(&summary);
    let mut findings = survey.findings;
    findings.retain(|finding| finding.id != "unrecorded-override");
    global.show(&findings)
}
