//! A small library on disk that passes every check. Tests change a line of it and look at the
//! findings.

use std::fs;

use jiff::civil::{Date, date};
use tempfile::TempDir;

use super::{Subject, WholeLibrary, check, check_library};
use crate::finding::{Finding, explanation};
use crate::font::Faces;
use crate::layout::LayoutCache;
use crate::leaflet::{self, LeafletRequest};
use crate::library::{Clinic, Library};
use crate::report;

const FILES: [(&str, &str); 6] = [
    ("library.yaml", "name: Test\nlanguage: en\n"),
    (
        "references.yaml",
        "\
strong-2020:
  grade: A
  type: report
  title: A review
  author: Smith, Anna
  date: 2020
  serial-number: { doi: 10.1000/strong, pmid: \"27377815\" }
weak-2021:
  grade: C
  type: report
  title: A small study
  author: Jones, Bo
  date: 2021
  serial-number: { pmcid: PMC11852494 }
",
    ),
    (
        "claims.yaml",
        "\
- id: C1
  claim: Sleep is magic.
  evidence: Sleep helps.
  certainty: Well established
  references: [strong-2020]
  verdict: soften
  plain: Sleep can help.
  treated_in: [{ handout: leaflet, block: what-we-know }]
- id: C2
  claim: A pill brings sleep.
  evidence: One small study.
  certainty: Early research
  references: [weak-2021]
  verdict: keep
  plain: A pill may help.
  treated_in: [{ handout: leaflet, block: new-ideas }]
- id: C3
  claim: A stone brings sleep.
  evidence: None.
  certainty: Not supported
  verdict: drop
  plain: (Leave out.)
  dropped: No study.
",
    ),
    (
        "leaflet/handout.yaml",
        "\
id: leaflet
version: 1.0.0
reviewed: 2026-01-02
review_by: 2028-01-02
codes: { icd-10: [M79.7], snomed-ct: [\"203082005\"] }
sections:
  - section: short-answer
    role: main-message
  - section: what-we-know
    certainty: well-established
  - section: new-ideas
    certainty: early-research
  - callout: check
    kind: caution
  - references
",
    ),
    (
        "leaflet/text/en.yaml",
        "\
title: Sleep well
short-answer:
  heading: The short answer
  body: You can sleep better [@strong-2020].
  actions:
    - Get up at the same time each day.
what-we-know:
  heading: What we know
  body: |
    Good sleep can help you. It eases pain [@strong-2020].

    ### At night

    Keep your room dark. Keep it cool too.
new-ideas:
  heading: New ideas
  body: |
    This is early research. You need not try it [@weak-2021].
check:
  title: call us
  body: Call your clinic if you stop breathing in your sleep.
",
    ),
    (
        "clinics/c/clinic.yaml",
        "name: A Clinic\nphone: 01632 960 123\n",
    ),
];

/// A library in a temporary folder.
pub(super) struct Fixture {
    folder: TempDir,
    today: Date,
}

impl Fixture {
    /// Writes the library. Today is well before its next review.
    pub(super) fn new() -> Fixture {
        let mut fixture = Fixture {
            folder: TempDir::new().unwrap(),
            today: date(2026, 3, 1),
        };
        for (path, text) in FILES {
            fixture = fixture.file(path, text);
        }
        fixture
    }

    /// Adds or replaces a file.
    pub(super) fn file(self, path: &str, text: &str) -> Fixture {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Replaces `old` in a file, which must contain it exactly once.
    #[track_caller]
    pub(super) fn with(self, path: &str, old: &str, new: &str) -> Fixture {
        let text = fs::read_to_string(self.folder.path().join(path)).unwrap();
        assert_eq!(text.matches(old).count(), 1, "{old} in {text}");
        self.file(path, &text.replace(old, new))
    }

    /// Replaces `old` in the handout's text layer.
    #[track_caller]
    pub(super) fn text(self, old: &str, new: &str) -> Fixture {
        self.with("leaflet/text/en.yaml", old, new)
    }

    /// Replaces `old` in the handout's definition.
    #[track_caller]
    pub(super) fn definition(self, old: &str, new: &str) -> Fixture {
        self.with("leaflet/handout.yaml", old, new)
    }

    /// Changes today's date.
    pub(super) fn on(self, today: Date) -> Fixture {
        Fixture { today, ..self }
    }

    /// Returns the findings with an id as people see them.
    #[track_caller]
    pub(super) fn shown(&self, id: &str) -> String {
        assert!(explanation(id).is_some(), "no finding has the id `{id}`");
        let findings = self.findings();
        let findings: Vec<&Finding> = findings.iter().filter(|finding| finding.id == id).collect();
        let folder = format!("{}/", self.folder.path().display());
        report::human(&findings, false).replace(&folder, "")
    }

    /// Asserts that there are no findings with an id.
    #[track_caller]
    pub(super) fn passes(&self, id: &str) {
        assert_eq!(self.shown(id), "");
    }

    /// Returns the findings of all checks.
    pub(super) fn findings(&self) -> Vec<Finding> {
        self.with_library(|library| {
            let each = library.subjects.iter().flat_map(check);
            each.chain(check_library(library)).collect()
        })
    }

    /// Calls `look` with the library and its handouts.
    pub(super) fn with_library<T>(&self, look: impl FnOnce(&WholeLibrary) -> T) -> T {
        let faces = Faces::bundled();
        let library = Library::open(self.folder.path()).unwrap();
        let clinic = Clinic::load(&self.folder.path().join("clinics/c"), &faces).unwrap();
        let mut cache = LayoutCache::new(&clinic.faces);
        let handouts: Vec<_> = library
            .ids()
            .iter()
            .map(|id| library.handout(id).unwrap())
            .collect();
        let subjects: Vec<Subject> = handouts
            .iter()
            .map(|handout| {
                let request =
                    LeafletRequest::new(&library, handout, &clinic, self.today).with_language("en");
                leaflet::check_subject(&request, &mut cache).unwrap().0
            })
            .collect();
        look(&WholeLibrary {
            library: &library,
            subjects: &subjects,
        })
    }
}

#[test]
fn unchanged_fixture_passes_every_check() {
    let findings = Fixture::new().findings();
    assert_eq!(
        report::human(&findings.iter().collect::<Vec<_>>(), false),
        ""
    );
}

#[test]
#[should_panic(expected = "no finding has the id `typo`")]
fn unknown_ids_fail() {
    Fixture::new().passes("typo");
}
