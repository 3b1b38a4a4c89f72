//! `handout customize status`: shows library changes to the texts that a clinic replaced.

use super::load;
use crate::cli::{CustomizingClinic, Global};
use crate::command::{Outcome, count};
use crate::customize::{OverrideState, audit_overrides};

pub(super) fn run(clinic: &CustomizingClinic, global: &Global) -> anyhow::Result<Outcome> {
    let (library, clinic) = load(clinic, global)?;
    let audit = audit_overrides(&library, &clinic, &|_| true);
    let outcome = global.show(&audit.findings)?;

    let states: Vec<OverrideState> = audit
        .overrides
        .iter()
        .map(|found| found.state(&clinic))
        .collect();
    let number_of =
        |matches: fn(&OverrideState) -> bool| states.iter().filter(|state| matches(state)).count();
    let replaced = number_of(|state| *state != OverrideState::Own);
    let mut summary = format!("{} replaced", count(replaced as u64, "library text"));
    let details = [
        (
            number_of(|state| matches!(state, OverrideState::Changed(_))),
            "changed by the library since",
        ),
        (
            number_of(|state| matches!(state, OverrideState::Orphaned(_))),
            "no longer in the library",
        ),
        (
            number_of(|state| *state == OverrideState::Unrecorded),
            "not in clinic.lock",
        ),
        (
            audit.stale.len(),
            "in clinic.lock but no longer replaced (`handout customize update` removes them)",
        ),
    ];
    for (number, detail) in details {
        if number > 0 {
            summary += &format!("; {number} {detail}");
        }
    }
    global.print_status(&summary);
    Ok(outcome)
}
