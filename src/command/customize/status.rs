//! `handout customize status`: where the library has changed below a clinic's words.

use super::{opened, say, texts};
use crate::cli::{CustomizeStatus, Global};
use crate::command::Outcome;
use crate::customize::{State, survey};

pub(super) fn run(status: &CustomizeStatus, global: &Global) -> anyhow::Result<Outcome> {
    let (library, clinic) = match opened(&status.of, global)? {
        Ok(opened) => opened,
        Err(outcome) => return Ok(outcome),
    };
    let survey = survey(&library, &clinic, &|_| true);
    let outcome = global.show(&survey.findings)?;
    let of = |wanted: fn(&State) -> bool| {
        survey
            .overrides
            .iter()
            .filter(|found| wanted(&found.state(&clinic)))
            .count()
    };
    let mut parts = vec![format!(
        "{} of the library made your own",
        texts(of(|state| *state != State::Own))
    )];
    for (count, what) in [
        (
            of(|state| matches!(state, State::Changed(_))),
            "changed since",
        ),
        (of(|state| matches!(state, State::Orphaned(_))), "gone"),
        (of(|state| *state == State::Unrecorded), "not recorded"),
        (
            survey.stale.len(),
            "recorded but no longer yours (`handout customize update` forgets that)",
        ),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    say(global, &parts.join("; "))?;
    Ok(outcome)
}
