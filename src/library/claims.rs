//! `claims.yaml`: statements about health that readers meet, the evidence, and the blocks that
//! treat them.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::scalar::Slug;
use crate::document::{Certainty, Key};
use crate::finding::Finding;
use crate::source::{self, Route, SourceFile};
use crate::value_fault::is_blank;

/// A library's claims, in the order of the file.
#[derive(Clone, Debug)]
pub struct Claims {
    /// `claims.yaml`.
    pub(crate) file: Arc<SourceFile>,
    pub(crate) claims: Vec<Claim>,
}

/// A claim, its evidence, and the blocks that treat it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(crate) struct Claim {
    /// The claim's id, as in `S0-01`.
    pub(crate) id: String,
    /// The statement in popular writing. Leave it out for a fact that popular writing lacks.
    pub(crate) claim: Option<String>,
    /// A summary of the evidence.
    pub(crate) evidence: String,
    /// How certain the evidence is. Several parts may differ, as in
    /// `Early research (brain); not supported (spine)`.
    pub(crate) certainty: String,
    /// Citation keys.
    #[serde(default)]
    pub(crate) references: Vec<String>,
    /// How leaflets treat the claim.
    pub(crate) verdict: ClaimVerdict,
    /// The claim in plain words.
    pub(crate) plain: String,
    /// Words that name what the claim is about. Each block that treats it says one of them.
    #[serde(default)]
    pub(crate) says: Vec<String>,
    /// The blocks that treat the claim. Each cites one of the references.
    #[serde(default)]
    pub(crate) treated_in: Vec<Treatment>,
    /// The reason why no block treats the claim.
    pub(crate) dropped: Option<String>,
    /// Route to the claim in the file.
    #[serde(skip)]
    pub(crate) route: Route,
}

/// A block that treats a claim.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(crate) struct Treatment {
    /// The handout's id.
    #[serde(deserialize_with = "slug")]
    #[schemars(with = "Slug")]
    pub(crate) handout: String,
    /// The block's key.
    #[serde(deserialize_with = "slug")]
    #[schemars(with = "Slug")]
    pub(crate) block: Key,
}

fn slug<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Slug::deserialize(deserializer).map(|slug| slug.0)
}

/// How leaflets treat the claim. More advice may follow a semicolon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, with = "String", extend("pattern" = source::VERDICT_PATTERN))]
pub(crate) enum ClaimVerdict {
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

impl ClaimVerdict {
    const ALL: [(&str, ClaimVerdict); 5] = [
        ("keep", ClaimVerdict::Keep),
        ("soften", ClaimVerdict::Soften),
        ("correct", ClaimVerdict::Correct),
        ("add", ClaimVerdict::Add),
        ("drop", ClaimVerdict::Drop),
    ];

    /// Returns the name in `claims.yaml`.
    pub(crate) fn name(self) -> &'static str {
        ClaimVerdict::ALL
            .iter()
            .find(|(_, verdict)| *verdict == self)
            .map_or("", |(name, _)| name)
    }
}

impl TryFrom<String> for ClaimVerdict {
    type Error = &'static str;

    fn try_from(text: String) -> Result<ClaimVerdict, Self::Error> {
        let name = if source::is_verdict(&text) {
            text.split(';').next().unwrap_or_default()
        } else {
            ""
        };
        let verdict = ClaimVerdict::ALL.iter().find(|(other, _)| *other == name);
        verdict
            .map(|(_, verdict)| *verdict)
            .ok_or("a verdict is written like `soften`")
    }
}

impl Claims {
    /// Reads `claims.yaml`.
    pub(crate) fn parse(file: &Arc<SourceFile>) -> Result<Claims, Vec<Finding>> {
        let mut claims: Vec<Claim> = source::parse(file)?;
        let mut findings = Vec::new();
        for (index, claim) in claims.iter_mut().enumerate() {
            claim.route = Route::default().index(index);
            let empty = claim.texts_without_words().into_iter();
            findings.extend(empty.map(|(name, route)| {
                Finding::error("empty-text", format!("this text of `{name}` has no words"))
                    .help("write words, or remove the line")
                    .at_value(file, route)
            }));
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        Ok(Claims {
            file: Arc::clone(file),
            claims,
        })
    }
}

impl Claim {
    /// Returns the names and places of texts that say nothing.
    fn texts_without_words(&self) -> Vec<(&'static str, Route)> {
        let texts = [
            ("id", Some(&self.id)),
            ("claim", self.claim.as_ref()),
            ("evidence", Some(&self.evidence)),
            ("certainty", Some(&self.certainty)),
            ("plain", Some(&self.plain)),
            ("dropped", self.dropped.as_ref()),
        ];
        let texts = texts
            .into_iter()
            .filter_map(|(name, text)| Some((name, text?, self.route.key(name))));
        let lists = [("says", &self.says), ("references", &self.references)];
        let items = lists.into_iter().flat_map(|(name, list)| {
            let route = self.route.key(name);
            let items = list.iter().enumerate();
            items.map(move |(index, text)| (name, text, route.index(index)))
        });
        texts
            .chain(items)
            .filter(|(_, text, _)| is_blank(text))
            .map(|(name, _, route)| (name, route))
            .collect()
    }

    /// Returns the highest certainty; `None` if the claim is a value.
    pub(crate) fn surest(&self) -> Option<Certainty> {
        certainties(&self.certainty)
            .into_iter()
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
        assert_eq!(claims.claims[0].verdict, ClaimVerdict::Drop);
        assert_eq!(claims.claims[0].treated_in[0].block, "a");
    }

    #[test]
    fn texts_of_a_claim_say_something() {
        for says in ["['']", "[-]", "[pain, '\u{200b}']"] {
            let yaml = format!(
                "- {{ id: A, evidence: B, certainty: Not supported, verdict: keep, plain: C, says: {says} }}\n"
            );
            let file = from_bytes(yaml.as_bytes(), "claims.yaml".to_owned(), None).unwrap();
            let findings = Claims::parse(&file).unwrap_err();
            assert_eq!(findings[0].id, "empty-text", "{says}");
            assert!(findings[0].place.is_some(), "{says}");
        }
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
