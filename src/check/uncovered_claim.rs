//! `uncovered-claim`: claims that no block treats.
//!
//! Also finds ids that claims.yaml uses twice, and references, handouts and blocks that it names
//! and that do not exist.

use std::collections::BTreeSet;

use super::WholeLibrary;
use crate::finding::Finding;
use crate::library::{Claim, ClaimVerdict, Claims};

/// Finds claims that no block treats, and unknown names in claims.
pub(super) fn uncovered_claim(library: &WholeLibrary) -> Vec<Finding> {
    let claims = match library.library.claims() {
        Ok(Some(claims)) => claims,
        Ok(None) => return Vec::new(),
        Err(findings) => return findings.to_vec(),
    };
    let references: BTreeSet<&str> = library.library.bibliography().keys().collect();
    let mut findings = Vec::new();
    let mut ids = BTreeSet::new();
    for claim in &claims.claims {
        let id_route = || claim.route.key("id");
        if !ids.insert(claim.id.as_str()) {
            let message = format!("the id `{}` appears twice", claim.id);
            findings
                .push(Finding::error("duplicate-key", message).at_value(&claims.file, id_route()));
        }
        let has_reason = claim.verdict == ClaimVerdict::Drop && claim.dropped.is_some();
        if claim.treated_in.is_empty() && !has_reason {
            let message = format!("no block treats the claim `{}`", claim.id);
            let help = match claim.verdict {
                ClaimVerdict::Drop => "write why, as in `dropped: No study shows it.`",
                _ => "write where, as in `treated_in: [{ handout: sleep, block: short-answer }]`",
            };
            findings.push(
                Finding::error("uncovered-claim", message)
                    .at_value(&claims.file, id_route())
                    .help(help),
            );
        }
        for (index, key) in claim.references.iter().enumerate() {
            if !references.contains(key.as_str()) {
                let route = claim.route.key("references").index(index);
                findings.push(
                    Finding::error("unknown-citation", format!("no reference named `{key}`"))
                        .at_value(&claims.file, route)
                        .suggest(key, references.iter().copied()),
                );
            }
        }
        findings.extend(unknown_blocks(library, claims, claim));
    }
    findings
}

/// Finds handouts and blocks that a claim names and that do not exist.
fn unknown_blocks(library: &WholeLibrary, claims: &Claims, claim: &Claim) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, treatment) in claim.treated_in.iter().enumerate() {
        let route = claim.route.key("treated_in").index(index);
        let definitions = || {
            library
                .subjects
                .iter()
                .map(|subject| &subject.handout.definition)
        };
        let Some(definition) = definitions().find(|definition| definition.id == treatment.handout)
        else {
            let ids: BTreeSet<&str> = definitions()
                .map(|definition| definition.id.as_str())
                .collect();
            findings.push(
                Finding::error(
                    "unknown-handout",
                    format!("no handout `{}`", treatment.handout),
                )
                .at_value(&claims.file, route.key("handout"))
                .suggest(&treatment.handout, ids),
            );
            continue;
        };
        let blocks = || definition.entries.iter().map(|entry| entry.key.as_str());
        if !blocks().any(|block| block == treatment.block) {
            let message = format!("`{}` has no block `{}`", treatment.handout, treatment.block);
            findings.push(
                Finding::error("unknown-section", message)
                    .at_value(&claims.file, route.key("block"))
                    .suggest(&treatment.block, blocks()),
            );
        }
    }
    findings
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
    fn unknown_names_in_claims_are_found() {
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
