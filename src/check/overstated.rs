//! `overstated`: sections that claim more certainty than the evidence gives.

use super::Subject;
use crate::document::Certainty;
use crate::finding::Finding;
use crate::library::{Claim, ClaimVerdict, Library};

/// Finds sections with a higher certainty than every claim that they treat.
///
/// The most certain part of a claim counts. A claim without support that the section corrects
/// does not count, because the correction may be certain.
pub(super) fn overstated(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    for entry in subject.entries.iter() {
        let Some(certainty) = entry
            .certainty
            .filter(|certainty| *certainty != Certainty::NotSupported)
        else {
            continue;
        };
        let treated = claims_of(subject.library, &subject.handout.definition.id, &entry.key);
        let counting: Vec<(Certainty, &str)> = treated
            .into_iter()
            .filter_map(|claim| {
                let surest = claim.surest()?;
                let is_corrected =
                    matches!(claim.verdict, ClaimVerdict::Correct | ClaimVerdict::Drop)
                        && surest == Certainty::NotSupported;
                (!is_corrected).then_some((surest, claim.id.as_str()))
            })
            .collect();
        let Some(surest) = counting
            .iter()
            .map(|(surest, _)| *surest)
            .min_by_key(|surest| surest.index())
        else {
            continue;
        };
        // A lower index is a higher certainty.
        if certainty.index() >= surest.index() {
            continue;
        }
        let ids: Vec<&str> = counting.iter().map(|(_, id)| *id).collect();
        let message = format!(
            "`{}` is marked \"{}\", but its claims have \"{}\" at best ({})",
            entry.key,
            subject.certainty_label(certainty),
            subject.certainty_label(surest),
            ids.join(", ")
        );
        findings.push(
            Finding::error("overstated", message)
                .at_value(&entry.file, entry.route.key("certainty"))
                .help(
                    "lower the certainty here, or add evidence in claims.yaml and raise it there",
                ),
        );
    }
    findings
}

/// Returns the claims that a block treats.
fn claims_of<'a>(library: &'a Library, handout: &str, block: &str) -> Vec<&'a Claim> {
    let Ok(Some(claims)) = library.claims() else {
        return Vec::new();
    };
    let treats = |claim: &&Claim| {
        claim
            .treated_in
            .iter()
            .any(|treatment| treatment.handout == handout && treatment.block == block)
    };
    claims.claims.iter().filter(treats).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn overstated() {
        let sure =
            Fixture::new().definition("certainty: early-research", "certainty: some-evidence");
        insta::assert_snapshot!(sure.shown("overstated"));
    }

    #[test]
    fn the_surest_part_counts_and_a_correction_may_be_sure() {
        let parts = "certainty: Early research (pills); some evidence (sleep)";
        Fixture::new()
            .with("claims.yaml", "certainty: Early research", parts)
            .definition("certainty: early-research", "certainty: some-evidence")
            .passes("overstated");
        Fixture::new()
            .with(
                "claims.yaml",
                "certainty: Early research",
                "certainty: Not supported",
            )
            .with("claims.yaml", "verdict: keep", "verdict: correct")
            .definition("certainty: early-research", "certainty: well-established")
            .passes("overstated");
    }
}
