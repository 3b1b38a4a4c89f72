//! Checks of the built-in library.

use jiff::civil::date;

use super::{Sentence, Subject, WholeLibrary, check, check_library};
use crate::finding::{Finding, Severity};
use crate::font::Faces;
use crate::layout::LayoutCache;
use crate::leaflet::{self, LeafletRequest};
use crate::library::{EntryKind, Handout, Library};
use crate::report;

/// Calls `look` with every handout in every language, for the example clinic.
fn with_library(look: impl FnOnce(&WholeLibrary)) {
    let faces = Faces::bundled();
    let library = Library::embedded().unwrap();
    let clinic = library.clinic("example", &faces).unwrap().unwrap();
    let today = date(2026, 11, 22);
    let handouts: Vec<Handout> = library
        .ids()
        .iter()
        .map(|id| library.handout(id).unwrap())
        .collect();
    let languages: Vec<(&Handout, String)> = handouts
        .iter()
        .flat_map(|handout| {
            handout
                .languages()
                .into_iter()
                .map(move |language| (handout, language))
        })
        .collect();
    let mut cache = LayoutCache::new(&clinic.faces);
    let subjects: Vec<Subject> = languages
        .iter()
        .map(|(handout, language)| {
            let request =
                LeafletRequest::new(&library, handout, &clinic, today).with_language(language);
            leaflet::check_subject(&request, &mut cache).unwrap().0
        })
        .collect();
    look(&WholeLibrary {
        library: &library,
        subjects: &subjects,
    });
}

#[test]
fn shipped_library_has_no_warnings_and_is_plain() {
    with_library(|library| {
        let each = library.subjects.iter().flat_map(check);
        let findings: Vec<Finding> = each
            .chain(check_library(library))
            .filter(|finding| finding.severity > Severity::Note)
            .collect();
        assert_eq!(
            report::human(&findings.iter().collect::<Vec<_>>(), false),
            ""
        );
        for subject in library
            .subjects
            .iter()
            .filter(|subject| subject.is_in("en"))
        {
            let counts = Sentence::total(&subject.sentences());
            let id = &subject.handout.definition.id;
            assert!(
                counts.sentences > 30 && counts.words > 300,
                "{id}: {counts:?}"
            );
            assert!(
                counts.flesch_kincaid() <= 6.0,
                "{id}: {:.1}",
                counts.flesch_kincaid()
            );
            assert!(counts.smog() <= 9.0, "{id}: {:.1}", counts.smog());
        }
    });
}

/// Accepted number of words of running text. Call-outs, tables and headings are not counted.
const WORDS: std::ops::RangeInclusive<usize> = 450..=750;

/// The plan to fill in. It is two pages and its references.
const PLAN: &str = "my-flare-plan";

/// Accepted number of words of the plan.
const PLAN_WORDS: std::ops::RangeInclusive<usize> = 250..=450;

/// Accepted number of A4 pages.
const PAGES: std::ops::RangeInclusive<usize> = 2..=6;

#[test]
fn every_leaflet_has_a_readable_length() {
    with_library(|library| {
        for subject in library
            .subjects
            .iter()
            .filter(|subject| subject.is_in("en"))
        {
            let id = &subject.handout.definition.id;
            let sentences = subject.sentences();
            let running = sentences.iter().filter(|sentence| {
                let entry = subject.entry(&sentence.passage.block);
                sentence.passage.is_running_text()
                    && !entry.is_some_and(|entry| matches!(entry.kind, EntryKind::Callout(_)))
            });
            let words = Sentence::total(running).words;
            let accepted = if id == PLAN { PLAN_WORDS } else { WORDS };
            assert!(accepted.contains(&words), "{id}: {words} words");
            assert!(
                PAGES.contains(&subject.pages),
                "{id}: {} pages",
                subject.pages
            );
        }
    });
}

#[test]
fn every_leaflet_names_unknowns_and_has_a_tool() {
    with_library(|library| {
        for subject in library.subjects {
            let id = &subject.handout.definition.id;
            let has = |wanted: &dyn Fn(&EntryKind) -> bool| {
                subject.entries.iter().any(|entry| wanted(&entry.kind))
            };
            assert!(
                subject.entry("what-we-do-not-know").is_some(),
                "{id}: no section on what is not known"
            );
            let is_tool = |kind: &EntryKind| {
                matches!(
                    kind,
                    EntryKind::Questions
                        | EntryKind::Checklist
                        | EntryKind::Steps
                        | EntryKind::Form
                        | EntryKind::Table
                )
            };
            assert!(
                has(&is_tool),
                "{id}: no questions, checklist, steps or table"
            );
            assert!(
                has(&|kind| *kind == EntryKind::Glossary),
                "{id}: no glossary"
            );
            assert!(has(&|kind| *kind == EntryKind::Contact), "{id}: no contact");
            assert!(
                has(&|kind| *kind == EntryKind::References),
                "{id}: no references"
            );
        }
    });
}

#[test]
fn every_claim_that_is_treated_names_its_words() {
    let library = Library::embedded().unwrap();
    for claim in &library.claims().unwrap().unwrap().claims {
        let is_named = claim.treated_in.is_empty() || !claim.says.is_empty();
        assert!(is_named, "{}", claim.id);
    }
}

/// Colours of the leaflet, then those of skin and grey hair. CONTRIBUTING.md explains them.
const DRAWING_COLOURS: &str = "0f5c69 eff7f9 ddedf1 b5c8cc 1a2126 44515a ffffff \
    f6d9c4 e0ac83 b97a4f 8a5636 c9cfd2";

#[test]
fn figures_share_colours_and_label_sizes() {
    let handouts = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("handouts");
    let mut count = 0;
    for handout in std::fs::read_dir(handouts).unwrap() {
        let Ok(figures) = std::fs::read_dir(handout.unwrap().path().join("figures")) else {
            continue;
        };
        for figure in figures {
            let path = figure.unwrap().path();
            let drawing = std::fs::read_to_string(&path).unwrap();
            let values = |name| {
                drawing
                    .split(name)
                    .skip(1)
                    .map(|rest| rest.split('"').next())
            };
            for colour in values("=\"#").flatten() {
                assert!(DRAWING_COLOURS.contains(colour), "#{colour} in {path:?}");
            }
            for size in values("font-size=\"").flatten() {
                assert!(["11.5", "13"].contains(&size), "size {size} in {path:?}");
            }
            count += 1;
        }
    }
    assert!(count > 0);
}
