//! `library.yaml`: a library's name and policies.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::scalar::{Days, WebAddress};
use crate::finding::Finding;
use crate::source::{self, SourceFile};

/// A library's name and policies.
#[derive(Clone, Debug)]
pub(crate) struct LibraryManifest {
    /// `library.yaml`.
    pub(crate) file: Arc<SourceFile>,
    pub(crate) name: String,
    /// As in `1.2.0`.
    pub(crate) version: Option<String>,
    pub(crate) publisher: String,
    /// The default language of leaflets.
    pub(crate) language: String,
    /// Name of a numeric CSL style, as in `american-medical-association`.
    pub(crate) citation_style: String,
    /// Web address of the full reference lists. `{id}` becomes the handout's id.
    pub(crate) references_url: Option<String>,
    pub(crate) readability: Readability,
    pub(crate) review: ReviewPolicy,
}

/// Readability targets of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
pub(crate) struct Readability {
    /// The highest US school grade.
    pub(crate) max_grade: f64,
    /// The highest LIX, for Swedish and Norwegian.
    pub(crate) max_lix: f64,
}

/// What happens around a leaflet's review date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReviewPolicy {
    /// Days before the review date from which the review is due soon.
    pub(crate) due_soon_days: u32,
    /// What happens after the review date.
    pub(crate) overdue: OverduePolicy,
}

/// What happens to a leaflet after its review date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum OverduePolicy {
    /// A notice at the top of the leaflet.
    Mark,
    /// The leaflet is not made.
    Refuse,
}

/// A library's name and policies.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "library")]
pub(super) struct ManifestFile {
    /// The library's name.
    name: String,
    /// The library's version, as in `1.2.0`. `clinic.lock` records it.
    #[serde(default)]
    version: Option<String>,
    /// The publisher, for the metadata of leaflets.
    #[serde(default)]
    publisher: String,
    /// The default language of leaflets, as in `en`, `sv` or `nb`.
    #[serde(default = "english")]
    language: String,
    /// The name of a numeric citation style, as in `american-medical-association`.
    #[serde(default = "american_medical_association")]
    citation_style: String,
    /// The web address of the full reference lists. `{id}` becomes the handout's id.
    #[serde(default)]
    references_url: Option<WebAddress>,
    /// Readability targets of the checks.
    #[serde(default)]
    readability: Readability,
    /// What happens around a leaflet's review date.
    #[serde(default)]
    review: ReviewFile,
}

impl Default for Readability {
    fn default() -> Self {
        Readability {
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
    /// The time before the review date from which the review is due soon, as in `90 days`.
    due_soon: Days,
    /// What happens after the review date.
    overdue: OverduePolicy,
}

impl Default for ReviewFile {
    fn default() -> Self {
        ReviewFile {
            due_soon: Days(90),
            overdue: OverduePolicy::Mark,
        }
    }
}

fn english() -> String {
    "en".to_owned()
}

fn american_medical_association() -> String {
    "american-medical-association".to_owned()
}

impl LibraryManifest {
    /// Reads `library.yaml`.
    pub(crate) fn parse(file: &Arc<SourceFile>) -> Result<LibraryManifest, Vec<Finding>> {
        let manifest: ManifestFile = source::parse(file)?;
        Ok(LibraryManifest {
            file: Arc::clone(file),
            name: manifest.name,
            version: manifest.version,
            publisher: manifest.publisher,
            language: manifest.language,
            citation_style: manifest.citation_style,
            references_url: manifest.references_url.map(|address| address.0),
            readability: manifest.readability,
            review: ReviewPolicy {
                due_soon_days: manifest.review.due_soon.0,
                overdue: manifest.review.overdue,
            },
        })
    }
}
