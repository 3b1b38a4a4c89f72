//! `library.yaml`: a library's name and policies.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::scalar::{Days, WebAddressTemplate};
use crate::finding::{Finding, PlaceTarget};
use crate::source::{self, Route, SourceFile};

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
    /// The licence of the texts, as in `CC BY 4.0`, for the metadata of leaflets.
    #[serde(default, alias = "license")]
    pub(crate) licence: String,
    /// The default language of leaflets, as in `en`, `sv` or `nb`.
    #[serde(default = "english")]
    pub(crate) language: String,
    /// The name of a numeric citation style, as in `american-medical-association`.
    #[serde(default = "american_medical_association")]
    pub(crate) citation_style: String,
    /// The web address of the full reference lists. `{id}` becomes the handout's id.
    #[serde(default)]
    pub(crate) references_url: Option<WebAddressTemplate>,
    /// Readability targets of the checks.
    #[serde(default)]
    pub(crate) readability: Readability,
    /// What happens around a leaflet's review date.
    #[serde(default)]
    pub(crate) review: ReviewPolicy,
}

/// Readability targets of the checks.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
pub(crate) struct Readability {
    /// The lowest and the highest US school grade, as in `[4.5, 6]`.
    grade: Option<Vec<f64>>,
    /// The highest US school grade; `max_grade: 6` means `grade: [0, 6]`.
    max_grade: Option<f64>,
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
            grade: None,
            max_grade: None,
            max_lix: 35.0,
        }
    }
}

impl Readability {
    /// Lowest and highest US school grade of libraries that name none.
    const GRADES: [f64; 2] = [0.0, 6.0];

    /// Returns the lowest and the highest US school grade.
    pub(crate) fn grades(&self) -> [f64; 2] {
        let [lowest, highest] = Readability::GRADES;
        match self.grade.as_deref() {
            Some(&[lowest, highest]) => [lowest, highest],
            _ => [lowest, self.max_grade.unwrap_or(highest)],
        }
    }

    /// Highest grade that a library may name; instruments end below it.
    const MAX_GRADE: f64 = 20.0;
    /// Highest LIX that a library may name; laws and theses are below it.
    const MAX_LIX: f64 = 100.0;

    /// Finds grades that are not two rising numbers, or that the file gives twice, and limits that no text
    /// has or all have. No comparison holds for NaN.
    fn finding(&self, file: &Arc<SourceFile>) -> Option<Finding> {
        let route = Route::default().key("readability");
        let outside = |key: &str, highest: f64, example: &str| {
            let message = format!("`{key}` should be a number from 1 to {highest}");
            Finding::error("invalid-value", message)
                .at_value(file, route.key(key))
                .help(format!("write it as in `{key}: {example}`"))
        };
        if !(1.0..=Self::MAX_LIX).contains(&self.max_lix) {
            return Some(outside("max_lix", Self::MAX_LIX, "35"));
        }
        if let Some(grade) = self.max_grade
            && !(1.0..=Self::MAX_GRADE).contains(&grade)
        {
            return Some(outside("max_grade", Self::MAX_GRADE, "6"));
        }
        let grades = self.grade.as_deref()?;
        if self.max_grade.is_some() {
            let message = "`max_grade` and `grade` both set the highest grade";
            let target = PlaceTarget::Key(route.key("max_grade"));
            let help = "delete `max_grade`, the older way to write it";
            return Some(
                Finding::error("invalid-value", message)
                    .at(file, target)
                    .help(help),
            );
        }
        if matches!(grades, [lowest, highest] if (0.0..=*highest).contains(lowest) && *highest <= Self::MAX_GRADE)
        {
            return None;
        }
        let message = "`grade` should be the lowest and the highest grade";
        let finding = Finding::error("invalid-value", message)
            .at_value(file, route.key("grade"))
            .help("write two numbers from 0 to 20, the lower one first, as in `grade: [4.5, 6]`");
        Some(finding)
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
        if let Some(finding) = manifest.readability.finding(file) {
            return Err(vec![finding]);
        }
        let file = Arc::clone(file);
        Ok(LibraryManifest { file, ..manifest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::from_bytes;

    fn parse(readability: &str) -> Result<LibraryManifest, Vec<Finding>> {
        let yaml = format!("name: A\nreadability: {readability}\n");
        let file = from_bytes(yaml.as_bytes(), "library.yaml".to_owned(), None).unwrap();
        LibraryManifest::parse(&file)
    }

    #[test]
    fn grades_have_a_default_and_an_older_form() {
        let grades = |readability| parse(readability).unwrap().readability.grades();
        assert_eq!(grades("{}"), [0.0, 6.0]);
        assert_eq!(grades("{ max_grade: 8 }"), [0.0, 8.0]);
        assert_eq!(grades("{ grade: [4.5, 6] }"), [4.5, 6.0]);
    }

    #[test]
    fn grades_are_two_rising_numbers_given_once() {
        let findings: Vec<Finding> = [
            "{ grade: [4, 6], max_grade: 6 }",
            "{ grade: [6, 4] }",
            "{ grade: [6] }",
            "{ grade: [-1, 6] }",
            "{ grade: 6 }",
        ]
        .into_iter()
        .flat_map(|readability| parse(readability).unwrap_err())
        .collect();
        let shown = crate::report::human(&findings.iter().collect::<Vec<_>>(), false);
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn limits_are_numbers_that_a_text_can_have() {
        for limit in [
            "{ max_grade: .nan }",
            "{ max_grade: -1 }",
            "{ max_grade: .inf }",
            "{ max_lix: .nan }",
            "{ max_lix: 100000 }",
            "{ max_lix: 0 }",
            "{ grade: [4.5, .inf] }",
            "{ grade: [.nan, 6] }",
            "{ grade: [4, 99] }",
        ] {
            let findings = parse(limit).unwrap_err();
            assert_eq!(findings[0].id, "invalid-value", "{limit}");
            assert!(findings[0].help.is_some(), "{limit}");
        }
    }

    #[test]
    fn a_licence_has_two_spellings() {
        for key in ["licence", "license"] {
            let yaml = format!("name: A\n{key}: CC BY 4.0\n");
            let file = from_bytes(yaml.as_bytes(), "library.yaml".to_owned(), None).unwrap();
            assert_eq!(LibraryManifest::parse(&file).unwrap().licence, "CC BY 4.0");
        }
    }
}
