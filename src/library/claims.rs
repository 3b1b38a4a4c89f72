//! `claims.yaml`: statements about health that readers meet, the evidence, and the blocks that treat them.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::scalar::Slug;
use crate::document::{Certainty, Key};
use crate::finding::Finding;
use crate::source::{self, Route, SourceFile};

/// A library's claims, in the order of the file.
#[derive(Clone, Debug)]
pub struct Claims {
    /// `claims.yaml`.
    pub(crate) file: Arc<SourceFile>,
    pub(crate) claims: Vec<Claim>,
}

/// A statement about health, its evidence, and a verdict.
#[derive(Clone, Debug)]
pub struct Claim {
    /// As in `S0-01`.
    pub(crate) id: String,
    /// The statement in popular writing; `None` for a fact that popular writing lacks.
    pub(crate) claim: Option<String>,
    /// Summary of the evidence.
    pub(crate) evidence: String,
    /// As written, as in "Early research (brain); not supported (spine)".
    pub(crate) certainty: String,
    /// The certainties in that text; none if the claim is a value.
    pub(crate) certainties: Vec<Certainty>,
    /// Citation keys.
    pub(crate) references: Vec<String>,
    pub(crate) verdict: Verdict,
    /// The claim in plain words.
    pub(crate) plain: String,
    pub(crate) treated_in: Vec<Treatment>,
    /// The reason why no block treats the claim.
    pub(crate) dropped: Option<String>,
    pub(crate) route: Route,
}

/// A block that treats a claim.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, from = "TreatmentFile")]
#[schemars(with = "TreatmentFile")]
pub struct Treatment {
    /// The handout's id.
    pub(crate) handout: String,
    pub(crate) block: Key,
}

/// How leaflets treat a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Right: repeat it.
    Keep,
    /// Too strong: say it with care.
    Soften,
    /// Wrong: correct it.
    Correct,
    /// Missing in popular writing: add it.
    Add,
    /// Do not repeat it.
    Drop,
}

impl Verdict {
    const ALL: [(&str, Verdict); 5] = [
        ("keep", Verdict::Keep),
        ("soften", Verdict::Soften),
        ("correct", Verdict::Correct),
        ("add", Verdict::Add),
        ("drop", Verdict::Drop),
    ];

    /// Returns the name in `claims.yaml`.
    pub(crate) fn name(self) -> &'static str {
        Verdict::ALL
            .iter()
            .find(|(_, verdict)| *verdict == self)
            .map_or("", |(name, _)| name)
    }
}

/// A claim, its evidence, and the blocks that treat it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct ClaimFile {
    /// The claim's id, as in `S0-01`.
    id: String,
    /// The statement in popular writing. Leave it out for a fact that popular writing lacks.
    claim: Option<String>,
    /// A summary of the evidence.
    evidence: String,
    /// How certain the evidence is. Several parts may differ, as in
    /// `Early research (brain); not supported (spine)`.
    certainty: String,
    /// Citation keys.
    #[serde(default)]
    references: Vec<String>,
    /// How leaflets treat the claim.
    verdict: VerdictFile,
    /// The claim in plain words.
    plain: String,
    /// The blocks that treat the claim. Each cites one of the references.
    #[serde(default)]
    treated_in: Vec<Treatment>,
    /// The reason why no block treats the claim.
    dropped: Option<String>,
}

/// A block that treats a claim.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct TreatmentFile {
    /// The handout's id.
    handout: Slug,
    /// The block's key.
    block: Slug,
}

impl From<TreatmentFile> for Treatment {
    fn from(file: TreatmentFile) -> Treatment {
        Treatment {
            handout: file.handout.0,
            block: file.block.0,
        }
    }
}

/// `keep`, `soften`, `correct`, `add` or `drop`. More advice may follow a semicolon, as in
/// `drop; reassure`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct VerdictFile(Verdict);

impl TryFrom<String> for VerdictFile {
    type Error = &'static str;

    fn try_from(text: String) -> Result<VerdictFile, Self::Error> {
        let name = if source::is_verdict(&text) {
            text.split(';').next().unwrap_or_default()
        } else {
            ""
        };
        let verdict = Verdict::ALL.iter().find(|(other, _)| *other == name);
        verdict
            .map(|(_, verdict)| VerdictFile(*verdict))
            .ok_or("a verdict is written like `soften`")
    }
}

impl JsonSchema for VerdictFile {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Verdict".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How leaflets treat the claim. More advice may follow a semicolon.",
            "type": "string",
            "pattern": source::VERDICT_PATTERN,
        })
    }
}

impl Claims {
    /// Reads `claims.yaml`.
    pub(crate) fn parse(file: &Arc<SourceFile>) -> Result<Claims, Vec<Finding>> {
        let claims: Vec<ClaimFile> = source::parse(file)?;
        let claims = claims.into_iter().enumerate().map(|(index, claim)| Claim {
            id: claim.id,
            claim: claim.claim,
            evidence: claim.evidence,
            certainties: certainties(&claim.certainty),
            certainty: claim.certainty,
            references: claim.references,
            verdict: claim.verdict.0,
            plain: claim.plain,
            treated_in: claim.treated_in,
            dropped: claim.dropped,
            route: Route::default().index(index),
        });
        Ok(Claims {
            file: Arc::clone(file),
            claims: claims.collect(),
        })
    }
}

impl Claim {
    /// Returns the highest certainty; `None` if the claim is a value.
    pub(crate) fn surest(&self) -> Option<Certainty> {
        self.certainties
            .iter()
            .copied()
            .min_by_key(|certainty| certainty.index())
    }
}

/// Returns the certainties that a text names outside parentheses.
fn certainties(text: &str) -> Vec<Certainty> {
    const NAMES: [&str; 4] = [
        "well established",
        "some evidence",
        "early research",
        "not supported",
    ];
    let mut depth = 0_usize;
    let mut outside = String::new();
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.extend(character.to_lowercase()),
            _ => {}
        }
    }
    let named = Certainty::ALL.into_iter().zip(NAMES);
    named
        .filter(|(_, name)| outside.contains(name))
        .map(|(certainty, _)| certainty)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::from_bytes;

    #[test]
    fn certainty_is_read_part_by_part() {
        use Certainty::{EarlyResearch, NotSupported, SomeEvidence};
        assert_eq!(certainties("Early research"), [EarlyResearch]);
        assert_eq!(
            certainties("Not supported (spine); early research (brain)"),
            [EarlyResearch, NotSupported]
        );
        assert_eq!(
            certainties("Some evidence (well established in adults)"),
            [SomeEvidence]
        );
        assert_eq!(certainties("Keep as a value"), []);
    }

    #[test]
    fn a_verdict_may_say_what_else_to_do() {
        let yaml = "- { id: A, evidence: B, certainty: Not supported, verdict: drop; reassure, plain: C, treated_in: [{ handout: sleep, block: a }] }\n";
        let file = from_bytes(yaml.as_bytes(), "claims.yaml".to_owned(), None).unwrap();
        let claims = Claims::parse(&file).unwrap();
        assert_eq!(claims.claims[0].verdict, Verdict::Drop);
        assert_eq!(claims.claims[0].treated_in[0].block, "a");
    }

    #[test]
    fn an_unknown_verdict_has_its_place() {
        let yaml =
            "- id: A\n  evidence: B\n  certainty: Not supported\n  verdict: kepe\n  plain: C\n";
        let file = from_bytes(yaml.as_bytes(), "claims.yaml".to_owned(), None).unwrap();
        let findings = Claims::parse(&file).unwrap_err();
        insta::assert_snapshot!(crate::report::human(
            &findings.iter().collect::<Vec<_>>(),
            false
        ));
    }
}
