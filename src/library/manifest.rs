//! `library.yaml`: a library's name and policies.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::scalar::{Days, WebAddress};
use crate::finding::Finding;
use crate::source::{self, SourceFile};

/// A library's name and policies.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "library")]
pub(crate) struct LibraryManifest {
    /// `library.yaml`.
    #[serde(skip)]
    pub(crate) file: Arc<SourceFile>,
    /// The library's name.
    pub(crate) name: String,
    /// The library's version, as in `1.2.0`. `clinic.lock` records it.
    #[serde(default)]
    pub(crate) version: Option<String>,
    /// The publisher, for the metadata of leaflets.
    #[serde(default)]
    pub(crate) publisher: String,
    /// The default language of leaflets, as in `en`, `sv` or `nb`.
    #[serde(default = "english")]
    pub(crate) language: String,
    /// The name of a numeric citation style, as in `american-medical-association`.
    #[serde(default = "american_medical_association")]
    pub(crate) citation_style: String,
    /// The web address of the full reference lists. `{id}` becomes the handout's id.
    #[serde(default)]
    pub(crate) references_url: Option<WebAddress>,
    /// Readability targets of the checks.
    #[serde(default)]
    pub(crate) readability: Readability,
    /// What happens around a leaflet's review date.
    #[serde(default)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
pub(crate) struct ReviewPolicy {
    /// The time before the review date from which the review is due soon, as in `90 days`.
    pub(crate) due_soon: Days,
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

impl Default for Readability {
    fn default() -> Self {
        Readability {
            max_grade: 6.0,
            max_lix: 35.0,
        }
    }
}

impl Default for ReviewPolicy {
    fn default() -> Self {
        ReviewPolicy {
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
        let manifest: LibraryManifest = source::parse(file)?;
        let file = Arc::clone(file);
        Ok(LibraryManifest { file, ..manifest })
    }
}
