//! `handout explain`: prints the explanation of a finding.

use anyhow::bail;

use super::{Outcome, print};
use crate::cli::Explain;
use crate::finding::{EXPLANATIONS, nearest};

pub(super) fn run(explain: &Explain) -> anyhow::Result<Outcome> {
    let id = explain.finding.trim();
    let ids = || EXPLANATIONS.iter().map(|explanation| explanation.id);
    match EXPLANATIONS.iter().find(|explanation| explanation.id == id) {
        Some(explanation) => print(explanation.text)?,
        None => match nearest(id, ids()) {
            Some(nearest) => bail!("no finding `{id}`: did you mean `{nearest}`?"),
            None => bail!(
                "no finding `{id}`. The findings are: {}",
                ids().collect::<Vec<_>>().join(", ")
            ),
        },
    }
    Ok(Outcome::Done)
}
