//! `COVERAGE.md`: a page that shows how the leaflets treat each claim.

use std::fmt::Write as _;

use super::claims::{Claim, ClaimVerdict, Claims};

impl Claims {
    /// Returns the page as Markdown.
    pub fn coverage(&self) -> String {
        let treated = self
            .claims
            .iter()
            .filter(|claim| !claim.treated_in.is_empty())
            .count();
        let left_out = self.claims.len() - treated;
        let mut page = String::from(
            "# What the evidence says, and where we say it\n\n\
             This page is made from `claims.yaml`; change that file, not this page.\n\n",
        );
        let _ = writeln!(
            page,
            "{} claims: {treated} are treated in a leaflet, {left_out} are left out with a reason.\n",
            self.claims.len(),
        );
        page.push_str("| Verdict | What it means | Claims |\n|---|---|---:|\n");
        for (verdict, meaning) in [
            (ClaimVerdict::Keep, "right: the leaflets say it"),
            (
                ClaimVerdict::Soften,
                "too strong: the leaflets say it with care",
            ),
            (
                ClaimVerdict::Correct,
                "wrong: the leaflets say what is right",
            ),
            (ClaimVerdict::Add, "missing elsewhere: the leaflets say it"),
            (ClaimVerdict::Drop, "not repeated"),
        ] {
            let count = self
                .claims
                .iter()
                .filter(|claim| claim.verdict == verdict)
                .count();
            if count > 0 {
                let _ = writeln!(page, "| {} | {meaning} | {count} |", verdict.name());
            }
        }
        page.push_str("\n## Claim by claim\n");
        for claim in &self.claims {
            page.push_str(&entry(claim));
        }
        page.push_str("\n## Leaflet by leaflet\n\n| Leaflet | Block | Claims |\n|---|---|---|\n");
        for (handout, block, ids) in self.by_block() {
            let _ = writeln!(page, "| {handout} | `{block}` | {} |", ids.join(", "));
        }
        page
    }

    /// Returns handout, block and claim ids. Handouts are sorted; blocks are in the order of the
    /// claims.
    fn by_block(&self) -> Vec<(&str, &str, Vec<&str>)> {
        let mut blocks: Vec<(&str, &str, Vec<&str>)> = Vec::new();
        for claim in &self.claims {
            for treatment in &claim.treated_in {
                let (handout, block) = (treatment.handout.as_str(), treatment.block.as_str());
                match blocks
                    .iter_mut()
                    .find(|known| (known.0, known.1) == (handout, block))
                {
                    Some(known) => known.2.push(&claim.id),
                    None => blocks.push((handout, block, vec![&claim.id])),
                }
            }
        }
        blocks.sort_by_key(|known| known.0);
        blocks
    }
}

fn entry(claim: &Claim) -> String {
    let title = claim.claim.as_deref().unwrap_or(&claim.plain);
    let mut text = format!("\n### {}: {}\n\n", claim.id, one_line(title));
    let mut line = |name: &str, words: &str| {
        let _ = writeln!(text, "- **{name}:** {}", one_line(words));
    };
    line("Evidence", &claim.evidence);
    line("Certainty", &claim.certainty);
    line("Verdict", claim.verdict.name());
    if claim.treated_in.is_empty() {
        line(
            "Left out",
            claim.dropped.as_deref().unwrap_or("no reason given"),
        );
    } else {
        line("In plain words", &claim.plain);
        let places: Vec<String> = claim
            .treated_in
            .iter()
            .map(|treatment| format!("{0}, `{1}`", treatment.handout, treatment.block))
            .collect();
        line("Said in", &places.join("; "));
        line("By the words", &claim.says.join(", "));
    }
    if !claim.references.is_empty() {
        line("Sources", &claim.references.join(", "));
    }
    text
}

/// Returns a text on one line, escaped for Markdown.
fn one_line(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    words
        .replace('*', "\\*")
        .replace('_', "\\_")
        .replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::library::Library;

    #[test]
    fn coverage_page_is_up_to_date() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("handouts");
        let library = Library::open(&root).unwrap();
        let page = library.claims().unwrap().unwrap().coverage();
        let written = std::fs::read_to_string(root.join("COVERAGE.md")).unwrap_or_default();
        assert!(
            written == page,
            "COVERAGE.md is out of date: run `cargo run --example coverage > handouts/COVERAGE.md`"
        );
    }
}
