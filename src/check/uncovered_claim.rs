//! Claims that no block treats, and claims that name what is not there.

use std::collections::BTreeSet;

use super::{Subject, Whole};
use crate::finding::{Finding, PlaceTarget};
use crate::library::{Claim, Claims, Verdict};

/// Finds claims that no block treats, and those that name what is not there.
pub fn uncovered_claim(whole: &Whole) -> Vec<Finding> {
    let claims = match whole.library.claims() {
        Ok(Some(claims)) => claims,
        Ok(None) => return Vec::new(),
        Err(findings) => return findings.to_vec(),
    };
    let mut findings = Vec::new();
    let known: BTreeSet<&str> = whole.library.bibliography().keys().collect();
    let mut ids = BTreeSet::new();
    for claim in &claims.claims {
        if !ids.insert(claim.id.as_str()) {
            let message = format!("`{}` stands here a second time", claim.id);
            let place = PlaceTarget::Value(claim.route.key("id"), None);
            findings.push(Finding::error("duplicate-key", message).at(&claims.file, place));
        }
        let has_reason = claim.verdict == Verdict::Drop && claim.dropped.is_some();
        if claim.treated_in.is_empty() && !has_reason {
            let message = format!("no block treats the claim `{}`", claim.id);
            let help = match claim.verdict {
                Verdict::Drop => "write why, as in `dropped: No study shows it.`",
                _ => "write where, as in `treated_in: [{ handout: sleep, block: short-answer }]`",
            };
            let place = PlaceTarget::Value(claim.route.key("id"), None);
            findings.push(
                Finding::error("uncovered-claim", message)
                    .at(&claims.file, place)
                    .help(help),
            );
        }
        for (index, key) in claim.references.iter().enumerate() {
            if !known.contains(key.as_str()) {
                let place = PlaceTarget::Value(claim.route.key("references").index(index), None);
                let finding =
                    Finding::error("unknown-citation", format!("no reference named `{key}`"));
                findings.push(
                    finding
                        .at(&claims.file, place)
                        .suggest(key, known.iter().copied()),
                );
            }
        }
        unknown_places(whole, claims, claim, &mut findings);
    }
    findings
}

/// Handouts and blocks that a claim names and that are not there.
fn unknown_places(whole: &Whole, claims: &Claims, claim: &Claim, findings: &mut Vec<Finding>) {
    for (index, treatment) in claim.treated_in.iter().enumerate() {
        let route = claim.route.key("treated_in").index(index);
        let same_id = |subject: &&Subject| subject.handout.definition.id == treatment.handout;
        let Some(subject) = whole.subjects.iter().find(same_id) else {
            let ids: BTreeSet<&str> = whole
                .subjects
                .iter()
                .map(|subject| subject.handout.definition.id.as_str())
                .collect();
            let message = format!("no handout `{}`", treatment.handout);
            let place = PlaceTarget::Value(route.key("handout"), None);
            let finding = Finding::error("unknown-handout", message).at(&claims.file, place);
            findings.push(finding.suggest(&treatment.handout, ids));
            continue;
        };
        let keys = || {
            subject
                .handout
                .definition
                .entries
                .iter()
                .map(|entry| entry.key.as_str())
        };
        if !keys().any(|key| key == treatment.block) {
            let message = format!("`{}` has no block `{}`", treatment.handout, treatment.block);
            let place = PlaceTarget::Value(route.key("block"), None);
            let finding = Finding::error("unknown-section", message).at(&claims.file, place);
            findings.push(finding.suggest(&treatment.block, keys()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn uncovered_claim() {
        let uncovered = Fixture::new()
            .with(
                "claims.yaml",
                "  treated_in: [{ handout: leaflet, block: new-ideas }]\n",
                "",
            )
            .with("claims.yaml", "  dropped: No study.\n", "");
        insta::assert_snapshot!(uncovered.shown("uncovered-claim"));
    }

    #[test]
    fn a_claim_that_is_left_out_has_a_reason() {
        Fixture::new().passes("uncovered-claim");
    }

    #[test]
    fn claims_name_what_is_there() {
        let unknown = Fixture::new()
            .with(
                "claims.yaml",
                "handout: leaflet, block: new-ideas",
                "handout: leaflet, block: new-idea",
            )
            .with(
                "claims.yaml",
                "handout: leaflet, block: what-we-know",
                "handout: leaflt, block: a",
            )
            .with("claims.yaml", "[weak-2021]", "[weak-2012]");
        insta::assert_snapshot!(unknown.shown("unknown-section"));
        insta::assert_snapshot!(unknown.shown("unknown-handout"));
        insta::assert_snapshot!(unknown.shown("unknown-citation"));
    }
}
