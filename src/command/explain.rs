//! `handout explain`: prints the explanation of a finding.

use anyhow::bail;

use super::{Outcome, print};
use crate::cli::Explain;
use crate::finding::{explained_ids, explanation, nearest};

pub(super) fn run(explain: &Explain) -> anyhow::Result<Outcome> {
    let id = explain.finding.trim();
    match explanation(id) {
        Some(text) => print(text)?,
        None => match nearest(id, explained_ids()) {
            Some(nearest) => bail!("no finding `{id}`: did you mean `{nearest}`?"),
            None => bail!(
                "no finding `{id}`. The findings are: {}",
                explained_ids().collect::<Vec<_>>().join(", ")
            ),
        },
    }
    Ok(Outcome::Done)
}
