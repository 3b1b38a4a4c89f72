//! `library.yaml`: what a library is called, and its policies.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::scalar::{Days, WebAddress};
use crate::finding::Finding;
use crate::source::{self, SourceFile};

/// `library.yaml`.
#[derive(Clone, Debug)]
pub struct LibraryManifest {
    /// The file it came from.
    pub file: Arc<SourceFile>,
    /// Its name.
    pub name: String,
    /// Its version, as in `1.2.0`.
    pub version: Option<String>,
    /// Who publishes it.
    pub publisher: String,
    /// The language that handouts are written in unless they say otherwise.
    pub language: String,
    /// The name of a numeric CSL style, as in `american-medical-association`.
    pub citation_style: String,
    /// Where the full reference lists stand on the web; `{id}` is the handout's id.
    pub references_url: Option<String>,
    /// Targets that checks measure against.
    pub readability: Readability,
    /// What happens around a leaflet's review date.
    pub review: ReviewPolicy,
}

/// Readability targets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Readability {
    /// Highest US school grade.
    pub max_grade: f64,
    /// Highest LIX (Swedish, Norwegian).
    pub max_lix: f64,
}

/// What happens around a leaflet's review date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewPolicy {
    /// So many days before it, the review is due soon.
    pub due_soon_days: u32,
    /// What happens after it.
    pub overdue: OverduePolicy,
}

/// What happens to a leaflet past its review date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverduePolicy {
    /// It says so at its top.
    Mark,
    /// It is not made.
    Refuse,
}

/// What a library is called, and its policies.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "library")]
pub(super) struct ManifestFile {
    /// The library's name.
    name: String,
    /// The library's version, as in `1.2.0`: clinics record it with the texts that they make their own.
    #[serde(default)]
    version: Option<String>,
    /// Who publishes it; stands in the leaflets' metadata.
    #[serde(default)]
    publisher: String,
    /// The language that handouts are written in unless asked otherwise, as in `en`, `sv`, `nb`.
    #[serde(default = "english")]
    language: String,
    /// The name of a numeric citation style, as in `american-medical-association`.
    #[serde(default = "american_medical_association")]
    citation_style: String,
    /// Where the full reference lists stand on the web; `{id}` stands for the handout's id.
    #[serde(default)]
    references_url: Option<WebAddress>,
    /// Targets that checks measure against.
    #[serde(default)]
    readability: ReadabilityFile,
    /// What happens around a leaflet's review date.
    #[serde(default)]
    review: ReviewFile,
}

/// Targets that checks measure against.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
struct ReadabilityFile {
    /// Highest US school grade.
    max_grade: f64,
    /// Highest LIX (Swedish, Norwegian).
    max_lix: f64,
}

impl Default for ReadabilityFile {
    fn default() -> Self {
        ReadabilityFile {
            max_grade: 6.0,
            max_lix: 35.0,
        }
    }
}

/// What happens around a leaflet's review date.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
struct ReviewFile {
    /// So long before it, the review is due soon, as in `90 days`.
    due_soon: Days,
    /// What happens after it.
    overdue: OverdueFile,
}

impl Default for ReviewFile {
    fn default() -> Self {
        ReviewFile {
            due_soon: Days(90),
            overdue: OverdueFile::Mark,
        }
    }
}

/// What happens to a leaflet past its review date: `mark` says so at its top, `refuse` does not make it.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum OverdueFile {
    Mark,
    Refuse,
}

fn english() -> String {
    "en".to_owned()
}

fn american_medical_association() -> String {
    "american-medical-association".to_owned()
}

impl LibraryManifest {
    /// Reads `library.yaml`.
    pub fn parse(file: &Arc<SourceFile>) -> Result<LibraryManifest, Vec<Finding>> {
        let manifest: ManifestFile = source::parse(file)?;
        Ok(LibraryManifest {
            file: Arc::clone(file),
            name: manifest.name,
            version: manifest.version,
            publisher: manifest.publisher,
            language: manifest.language,
            citation_style: manifest.citation_style,
            references_url: manifest.references_url.map(|address| address.0),
            readability: Readability {
                max_grade: manifest.readability.max_grade,
                max_lix: manifest.readability.max_lix,
            },
            review: ReviewPolicy {
                due_soon_days: manifest.review.due_soon.0,
                overdue: match manifest.review.overdue {
                    OverdueFile::Mark => OverduePolicy::Mark,
                    OverdueFile::Refuse => OverduePolicy::Refuse,
                },
            },
        })
    }
}
