//! `handout customize status`: shows library changes to the texts that a clinic replaced.

use super::load;
use crate::cli::{CustomizeStatus, Global};
use crate::command::{Outcome, count};
use crate::customize::{State, survey};

pub(super) fn run(status: &CustomizeStatus, global: &Global) -> anyhow::Result<Outcome> {
    let (library, clinic) = load(&status.clinic, global)?;
    let survey = survey(&library, &clinic, &|_| true);
    let outcome = global.show(&survey.findings)?;

    let states: Vec<State> = survey
        .overrides
        .iter()
        .map(|found| found.state(&clinic))
        .collect();
    let number_of =
        |matches: fn(&State) -> bool| states.iter().filter(|state| matches(state)).count();
    let replaced = number_of(|state| *state != State::Own);
    let mut summary = format!(
        "{} of the library made your own",
        count(replaced as u64, "text")
    );
    let details = [
        (
            number_of(|state| matches!(state, State::Changed(_))),
            "changed since",
        ),
        (
            number_of(|state| matches!(state, State::Orphaned(_))),
            "gone",
        ),
        (
            number_of(|state| *state == State::Unrecorded),
            "not recorded",
        ),
        (
            survey.stale.len(),
            "recorded but no longer yours (`handout customize update` forgets that)",
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
