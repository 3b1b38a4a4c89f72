//! `handout explain`: what a finding means and how to mend it.

use anyhow::bail;

use super::{Outcome, print};
use crate::cli::Explain;
use crate::finding::{EXPLANATIONS, nearest};

pub(super) fn run(explain: &Explain) -> anyhow::Result<Outcome> {
    let id = explain.finding.trim();
    match EXPLANATIONS.iter().find(|explanation| explanation.id == id) {
        Some(explanation) => {
            print(explanation.text)?;
            Ok(Outcome::Done)
        }
        None => match nearest(id, EXPLANATIONS.iter().map(|explanation| explanation.id)) {
            Some(near) => bail!("no finding `{id}`; did you mean `{near}`?"),
            None => {
                let all: Vec<&str> = EXPLANATIONS
                    .iter()
                    .map(|explanation| explanation.id)
                    .collect();
                bail!("no finding `{id}`; there are: {}", all.join(", "))
            }
        },
    }
}
