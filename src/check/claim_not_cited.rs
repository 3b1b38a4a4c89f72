//! `claim-not-cited`: blocks that treat a claim without citing its references.

use super::Subject;
use crate::finding::Finding;

/// Finds blocks that treat a claim and cite none of its references.
pub(super) fn claim_not_cited(subject: &Subject) -> Vec<Finding> {
    let claims = match subject.library.claims() {
        Ok(Some(claims)) => claims,
        Ok(None) => return Vec::new(),
        Err(findings) => return findings.to_vec(),
    };
    let mut findings = Vec::new();
    for claim in &claims.claims {
        if claim.references.is_empty() {
            continue;
        }
        for (index, treatment) in claim.treated_in.iter().enumerate() {
            let block = &treatment.block;
            if treatment.handout != subject.handout.definition.id || subject.entry(block).is_none()
            {
                continue;
            }
            let cites_claim = subject
                .block(block)
                .flat_map(|passage| passage.prose.citations())
                .any(|key| claim.references.iter().any(|reference| reference == key));
            if cites_claim {
                continue;
            }
            let message = format!(
                "`{block}` in `{}` treats the claim `{}` and cites none of its references",
                treatment.handout, claim.id
            );
            let route = claim.route.key("treated_in").index(index).key("block");
            findings.push(
                Finding::error("claim-not-cited", message)
                    .at_value(&claims.file, route)
                    .help(format!("cite one of {}", claim.references.join(", "))),
            );
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
