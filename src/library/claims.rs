//! `claims.yaml`: what the evidence says about each claim that readers meet, and which blocks say it.

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
    /// The file they came from.
    pub file: Arc<SourceFile>,
    /// The claims.
    pub claims: Vec<Claim>,
}

/// A statement about health that readers meet, and what is done about it.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its id, as in `S0-01`.
    pub id: String,
    /// As popular writing has it; `None` for a fact that popular writing lacks.
    pub claim: Option<String>,
    /// What the evidence says.
    pub evidence: String,
    /// How sure that is, as it is written: "Early research (brain); not supported (spine)".
    pub certainty: String,
    /// The certainties named in it; none where the claim is a value.
    pub certainties: Vec<Certainty>,
    /// Citation keys.
    pub references: Vec<String>,
    /// What is done about it.
    pub verdict: Verdict,
    /// Plain wording.
    pub plain: String,
    /// The blocks that say it.
    pub treated_in: Vec<Treatment>,
    /// Why no block says it.
    pub dropped: Option<String>,
    /// Where it stands.
    pub route: Route,
}

/// A block that treats a claim.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, from = "TreatmentFile")]
#[schemars(with = "TreatmentFile")]
pub struct Treatment {
    /// The handout.
    pub handout: String,
    /// The block within it.
    pub block: Key,
}

/// What is done about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is right: say it.
    Keep,
    /// It is too strong: say it with care.
    Soften,
    /// It is wrong: say what is right.
    Correct,
    /// It is missing in popular writing: say it.
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

    /// Its name in `claims.yaml`.
    pub fn name(self) -> &'static str {
        Verdict::ALL
            .iter()
            .find(|(_, verdict)| *verdict == self)
            .map_or("", |(name, _)| name)
    }
}

/// A claim: what the evidence says, and which blocks say it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct ClaimFile {
    /// Its id, as in `S0-01`.
    id: String,
    /// As popular writing has it; left out for a fact that popular writing lacks.
    claim: Option<String>,
    /// What the evidence says.
    evidence: String,
    /// How sure it is: a certainty, or several parts with one each, as in
    /// `Early research (brain); not supported (spine)`.
    certainty: String,
    /// Citation keys.
    #[serde(default)]
    references: Vec<String>,
    /// What is done about it.
    verdict: VerdictFile,
    /// Plain wording.
    plain: String,
    /// The blocks that say it, each citing one of the references.
    #[serde(default)]
    treated_in: Vec<Treatment>,
    /// Why no block says it.
    dropped: Option<String>,
}

/// A block that treats a claim.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct TreatmentFile {
    /// The handout.
    handout: Slug,
    /// The block within it.
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

/// `keep`, `soften`, `correct`, `add` or `drop`; after a semicolon what to do besides, as in
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
            "description": "What is done about it; after a semicolon what else.",
            "type": "string",
            "pattern": source::VERDICT_PATTERN,
        })
    }
}

impl Claims {
    /// Reads `claims.yaml`.
    pub fn parse(file: &Arc<SourceFile>) -> Result<Claims, Vec<Finding>> {
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
    /// Its surest certainty; `None` where the claim is a value.
    pub fn surest(&self) -> Option<Certainty> {
        self.certainties
            .iter()
            .copied()
            .min_by_key(|certainty| certainty.index())
    }
}

/// The certainties that a text names outside its parentheses.
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
