//! `handout customize update`: records in `clinic.lock` which library texts a clinic's new texts
//! replace, and forgets overrides that no longer exist. Changes wait for `merge` or `accept`.

use super::{load, lock, write_lock};
use crate::cli::{CustomizingClinic, Global};
use crate::command::{Outcome, count};
use crate::customize::{OverrideState, audit_overrides};
use crate::library::ClinicLock;

pub(super) fn run(clinic: &CustomizingClinic, global: &Global) -> anyhow::Result<Outcome> {
    let _lock = lock(clinic)?;
    let (library, clinic) = load(clinic, global)?;
    let audit = audit_overrides(&library, &clinic, &|_| true);
    let mut lock = ClinicLock::clone(&clinic.lock);
    let mut recorded = 0;
    for found in &audit.overrides {
        if found.state(&clinic) == OverrideState::Unrecorded {
            lock.insert(&found.language, &found.key, found.entry());
            recorded += 1;
        }
    }
    let is_stale = |language: &str, key: &str| {
        audit
            .stale
            .iter()
            .any(|(other, gone)| other == language && gone == key)
    };
    lock.retain(|language, key| !is_stale(language, key));
    write_lock(&clinic, &lock)?;

    let mut summary = format!("{} recorded", count(recorded, "text"));
    if !audit.stale.is_empty() {
        summary += &format!(", {} removed from clinic.lock", audit.stale.len());
    }
    global.print_status(&summary);
    let mut findings = audit.findings;
    findings.retain(|finding| finding.id != "unrecorded-override");
    global.show(&findings)
}
