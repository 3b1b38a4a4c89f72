//! What people decided: who approved, reviewed, checked and saw what.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::finding::Finding;
use crate::keyed_hash::hex;
use crate::library::scalar::Day;
use crate::source::{self, OrderedMap, Route, SourceFile};

/// Decisions of a clinic's staff.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Decisions {
    /// By language and key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) approved: BTreeMap<String, BTreeMap<String, Approval>>,
    /// By the handout's id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) reviewed: BTreeMap<String, Review>,
    #[serde(skip_serializing_if = "Checks::is_empty")]
    pub(crate) checked: Checks,
    /// Hashes of entries by citation key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) seen: BTreeMap<String, TextHash>,
}

/// The decisions as they are in the file.
#[derive(Default)]
pub(super) struct DecisionsFile {
    pub(super) approved: OrderedMap<OrderedMap<Approval>>,
    pub(super) reviewed: OrderedMap<Review>,
    pub(super) checked: Checks,
    pub(super) seen: OrderedMap<TextHash>,
}

/// A clinic's text that somebody approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "approval")]
pub(crate) struct Approval {
    /// Hash of the text with the library's words and the clinic's values that it prints. A text with another hash is
    /// not approved.
    pub(crate) text: TextHash,
    /// Who approved it.
    pub(crate) by: PersonName,
    /// The day, as in `2026-11-30`.
    #[serde(serialize_with = "day")]
    #[schemars(with = "Day")]
    #[serde(deserialize_with = "date")]
    pub(crate) on: Date,
}

/// A clinic's own review of a leaflet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "review")]
pub(crate) struct Review {
    /// The handout's version that was read. A review of another version does not count.
    pub(crate) version: String,
    /// Hash of the clinic's own words in the leaflet, with the values that they print. A review of other words does
    /// not count. Older records have none, and count only if the clinic has no words of its own in the leaflet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) words: Option<TextHash>,
    /// The clinician who read it.
    pub(crate) by: PersonName,
    /// The day, as in `2026-11-30`.
    #[serde(serialize_with = "day")]
    #[schemars(with = "Day")]
    #[serde(deserialize_with = "date")]
    pub(crate) on: Date,
    /// The day by which the next review is due.
    #[serde(serialize_with = "day")]
    #[schemars(with = "Day")]
    #[serde(deserialize_with = "date")]
    pub(crate) next: Date,
}

/// Values of `clinic.yaml` that a clinician checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "checks")]
pub(crate) struct Checks {
    /// The emergency number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) emergency_number: Option<Check>,
}

impl Checks {
    fn is_empty(&self) -> bool {
        *self == Checks::default()
    }
}

/// A value that a clinician checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "check")]
pub(crate) struct Check {
    /// The value, as in `"999"`. Another value is not checked.
    pub(crate) value: String,
    /// Who checked it.
    pub(crate) by: PersonName,
    /// The day, as in `2026-11-30`.
    #[serde(serialize_with = "day")]
    #[schemars(with = "Day")]
    #[serde(deserialize_with = "date")]
    pub(crate) on: Date,
}

/// SHA-256 of a text, as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, with = "String", extend("pattern" = source::HASH_PATTERN))]
pub(crate) struct TextHash(String);

impl TextHash {
    /// Hashes a text.
    pub(crate) fn of(text: &str) -> TextHash {
        let hash = Sha256::digest(text);
        TextHash(hex(&hash))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TextHash {
    type Error = &'static str;

    fn try_from(text: String) -> Result<TextHash, Self::Error> {
        match source::is_hash(&text) {
            true => Ok(TextHash(text)),
            false => Err("a hash has 64 hexadecimal digits"),
        }
    }
}

/// Name of the person who decided, on one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, with = "String", extend("pattern" = source::PERSON_PATTERN))]
pub(crate) struct PersonName(String);

impl PersonName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PersonName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<PersonName, Self::Error> {
        match source::is_person_name(&text) {
            true => Ok(PersonName(text)),
            false => Err("a name has at most 200 letters, on one line"),
        }
    }
}

fn day<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

fn date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    Day::deserialize(deserializer).map(|day| day.0)
}

impl DecisionsFile {
    /// Checks what the shape of the file does not, and sorts the decisions.
    pub(super) fn read(self, file: &Arc<SourceFile>) -> Result<Decisions, Vec<Finding>> {
        let mut findings = Vec::new();
        for (id, review) in &self.reviewed.0 {
            if review.next <= review.on {
                let message = format!(
                    "the next review, {}, is not after the last one, {}",
                    review.next, review.on
                );
                let route = Route::default()
                    .key("reviewed")
                    .key(id.as_str())
                    .key("next");
                let finding = Finding::error("review-order", message).at_value(file, route);
                findings.push(finding.help("change `next` to a later date"));
            }
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        let by_key = |keys: OrderedMap<Approval>| keys.0.into_iter().collect();
        let approved = self.approved.0.into_iter();
        Ok(Decisions {
            approved: approved
                .map(|(language, keys)| (language, by_key(keys)))
                .collect(),
            reviewed: self.reviewed.0.into_iter().collect(),
            checked: self.checked,
            seen: self.seen.0.into_iter().collect(),
        })
    }
}

impl Decisions {
    /// Returns the approval of a text; `None` if its hash is another one.
    pub(crate) fn approval(&self, language: &str, key: &str, text: &TextHash) -> Option<&Approval> {
        let approval = self.approved.get(language)?.get(key)?;
        (approval.text == *text).then_some(approval)
    }

    /// Records the approval of a text.
    pub(crate) fn approve(&mut self, language: &str, key: &str, approval: Approval) {
        self.approved
            .entry(language.to_owned())
            .or_default()
            .insert(key.to_owned(), approval);
    }

    /// Returns the review of a handout's version. Its words may be others; see [`Review::words`].
    pub(crate) fn review(&self, handout: &str, version: &str) -> Option<&Review> {
        let review = self.reviewed.get(handout)?;
        (review.version == version).then_some(review)
    }

    /// Records the entry of a reference as seen if it has no record yet.
    pub(crate) fn see_first(&mut self, reference: &str, entry: TextHash) {
        self.seen.entry(reference.to_owned()).or_insert(entry);
    }
}
