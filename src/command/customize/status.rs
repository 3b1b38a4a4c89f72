//! `handout customize status`: where the library has changed below a clinic's words.

use std::io::{self, Write};

use anyhow::Context;

use super::{opened, texts};
use crate::cli::{CustomizeStatus, Global, MessageFormatArg};
use crate::command::Outcome;
use crate::customize::{State, survey};

pub(super) fn run(status: &CustomizeStatus, global: &Global) -> anyhow::Result<Outcome> {
    let (library, clinic) = match opened(&status.of, global)? {
        Ok(opened) => opened,
        Err(outcome) => return Ok(outcome),
    };
    let survey = survey(&library, &clinic, &|_| true);
    let outcome = global.show(&survey.findings)?;
    if !global.quiet && global.message_format == MessageFormatArg::Human {
        let of = |wanted: fn(&State) -> bool| {
            survey.overrides.iter().filter(|found| wanted(&found.state(&clinic))).count()
        };
        let all = of(|state| *state != State::Own);
        let mut parts = vec![format!("{} of the library made your own", texts(all))];
        for (count, what) in [
            (of(|state| matches!(state, State::Changed(_))), "changed since"),
            (of(|state| matches!(state, State::Orphaned(_))), "gone"),
            (of(|state| *state == State::Unrecorded), "not recorded"),
            (survey.stale.len(), "recorded but no longer yours (`handout customize update` forgets that)"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        writeln!(io::stderr(), "{}", parts.join("; ")).context("cannot write to stderr")?;
    }
    Ok(outcome)
}
