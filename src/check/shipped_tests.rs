//! The library that the program ships, measured by its own checks.

use jiff::civil::date;

use super::{Subject, Whole, check, check_whole};
use crate::finding::{Finding, Severity};
use crate::font::Faces;
use crate::layout::inline::InlineSetter;
use crate::leaflet::{self, Order};
use crate::library::{EntryKind, Handout, Library};
use crate::readability::Counts;
use crate::report;
use crate::resolve::ReferenceMode;
use crate::theme::Paper;

/// Looks at every handout in every language, as the example clinic gives it.
fn with_whole(look: impl FnOnce(&Whole)) {
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
    let mut setter = InlineSetter::new(&clinic.faces);
    let subjects: Vec<Subject> = languages
        .iter()
        .map(|(handout, language)| {
            let order = Order {
                library: &library,
                handout,
                clinic: &clinic,
                language,
                paper: Paper::A4,
                references: ReferenceMode::Full,
                date: today,
            };
            let (resolved, layout) = leaflet::proof(&order, &mut setter).unwrap();
            Subject::new(
                &library,
                handout,
                &clinic,
                language,
                today,
                &resolved,
                layout.pages.len(),
            )
            .unwrap()
        })
        .collect();
    look(&Whole {
        library: &library,
        subjects: &subjects,
        date: today,
    });
}

#[test]
fn shipped_library_has_no_error_and_no_warning_and_is_plain() {
    with_whole(|whole| {
        let each = whole.subjects.iter().flat_map(check);
        let findings: Vec<Finding> = each
            .chain(check_whole(whole))
            .filter(|finding| finding.severity > Severity::Note)
            .collect();
        assert_eq!(
            report::human(&findings.iter().collect::<Vec<_>>(), false),
            ""
        );
        for subject in whole.subjects.iter().filter(|subject| subject.is_in("en")) {
            let counts: Counts = subject
                .sentences()
                .iter()
                .map(|sentence| sentence.counts)
                .sum();
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
            assert!(counts.smog() <= 8.5, "{id}: {:.1}", counts.smog());
        }
    });
}

/// How long a leaflet's running text may be, in words.
const WORDS: std::ops::RangeInclusive<usize> = 450..=700;

/// Pages of A4.
const PAGES: std::ops::RangeInclusive<usize> = 2..=5;

#[test]
fn every_leaflet_is_as_long_as_people_read() {
    with_whole(|whole| {
        for subject in whole.subjects.iter().filter(|subject| subject.is_in("en")) {
            let id = &subject.handout.definition.id;
            let words: usize = subject
                .sentences()
                .iter()
                .map(|sentence| sentence.counts.words)
                .sum();
            assert!(WORDS.contains(&words), "{id}: {words} words");
            assert!(
                PAGES.contains(&subject.pages),
                "{id}: {} pages",
                subject.pages
            );
        }
    });
}

#[test]
fn every_leaflet_says_what_is_not_known_and_gives_the_reader_something_to_use() {
    with_whole(|whole| {
        for subject in whole.subjects {
            let id = &subject.handout.definition.id;
            let has = |wanted: &dyn Fn(&EntryKind) -> bool| {
                subject.entries.iter().any(|entry| wanted(&entry.kind))
            };
            assert!(
                subject.entry("what-we-do-not-know").is_some(),
                "{id}: what is not known"
            );
            let is_to_use = |kind: &EntryKind| {
                matches!(
                    kind,
                    EntryKind::Questions
                        | EntryKind::Checklist
                        | EntryKind::Steps
                        | EntryKind::Table
                )
            };
            assert!(
                has(&is_to_use),
                "{id}: nothing to ask, to tick, to do or to look up"
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
