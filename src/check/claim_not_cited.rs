//! Blocks that treat a claim and cite nothing that it rests on.

use super::Subject;
use crate::finding::{Finding, PlaceTarget};

/// Finds blocks that treat a claim and cite none of its references.
pub fn claim_not_cited(subject: &Subject) -> Vec<Finding> {
    let claims = match subject.library.claims() {
        Ok(Some(claims)) => claims,
        Ok(None) => return Vec::new(),
        Err(findings) => return findings.to_vec(),
    };
    let mut findings = Vec::new();
    for claim in claims
        .claims
        .iter()
        .filter(|claim| !claim.references.is_empty())
    {
        for (index, treatment) in claim.treated_in.iter().enumerate() {
            if treatment.handout != subject.handout.definition.id
                || subject.entry(&treatment.block).is_none()
            {
                continue;
            }
            let passages = subject
                .passages
                .iter()
                .filter(|passage| passage.block == treatment.block);
            let mut cited = passages.flat_map(|passage| passage.prose.citations());
            if cited.any(|key| claim.references.iter().any(|reference| reference == key)) {
                continue;
            }
            let message = format!(
                "`{}` in `{}` treats the claim `{}` and cites none of its references",
                treatment.block, treatment.handout, claim.id
            );
            let route = claim.route.key("treated_in").index(index).key("block");
            let help = format!("cite one of {}", claim.references.join(", "));
            let finding = Finding::error("claim-not-cited", message).help(help);
            findings.push(finding.at(&claims.file, PlaceTarget::Value(route, None)));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn claim_not_cited() {
        let other = Fixture::new().text("You need not try it [@weak-2021]", "No [@strong-2020]");
        insta::assert_snapshot!(other.shown("claim-not-cited"));
    }

    #[test]
    fn one_of_the_references_is_enough() {
        let more = "references: [weak-2021, strong-2020]";
        Fixture::new()
            .with("claims.yaml", "references: [weak-2021]", more)
            .text("You need not try it [@weak-2021]", "No [@strong-2020]")
            .passes("claim-not-cited");
    }
}
