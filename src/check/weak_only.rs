//! `weak-only`: statements that are called well established and have only weak sources.
//!
//! Weak sources are single small studies and narrative reviews (grade C), news and web pages
//! (grade D).

use super::Subject;
use crate::document::Certainty;
use crate::finding::Finding;
use crate::library::{Bibliography, Grade};
use crate::resolve::ProseMark;

/// Finds well-established sections and passages without a strong source.
pub(super) fn weak_only(subject: &Subject) -> Vec<Finding> {
    let bibliography = &*subject.bibliography;
    let mut findings = Vec::new();
    for entry in subject.entries.iter() {
        let passages = subject.block(&entry.key);
        if entry.certainty == Some(Certainty::WellEstablished) {
            let citations = passages
                .clone()
                .flat_map(|passage| passage.prose.citations());
            let route = entry.route.key("certainty");
            let finding = weak_sources(bibliography, citations);
            findings.extend(finding.map(|finding| finding.at_value(&entry.file, route)));
        }
        for passage in passages {
            let prose = &passage.prose;
            let badge = prose
                .marks
                .iter()
                .find(|(_, mark)| *mark == ProseMark::Badge(Certainty::WellEstablished));
            if let Some((range, _)) = badge
                && let Some(finding) = weak_sources(bibliography, prose.citations())
            {
                // A badge without words has an empty range.
                findings.push(if range.is_empty() {
                    passage.locate(finding)
                } else {
                    prose.locate(finding, range.clone())
                });
            }
        }
    }
    findings
}

/// Reports citations that are all weak. A source without a grade may be strong.
fn weak_sources<'a>(
    bibliography: &Bibliography,
    citations: impl Iterator<Item = &'a str>,
) -> Option<Finding> {
    let mut sources = Vec::new();
    for key in citations {
        let Some(Grade::C | Grade::D) = bibliography.grade(key) else {
            return None;
        };
        let source = format!("`{key}`");
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    if sources.is_empty() {
        return None;
    }
    let message = format!(
        "this is called well established, but its sources are single studies, narrative reviews or news: {}",
        sources.join(", ")
    );
    let help = "cite a guideline or systematic review, or lower the certainty";
    Some(Finding::warning("weak-only", message).help(help))
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn weak_only() {
        let weak = Fixture::new().text("pain [@strong-2020]", "pain [@weak-2021]");
        insta::assert_snapshot!(weak.shown("weak-only"));
        let badge = "[Well established]{.well-established}. You need not try it [@weak-2021]";
        let badge = Fixture::new().text("You need not try it [@weak-2021]", badge);
        insta::assert_snapshot!(badge.shown("weak-only"));
    }

    #[test]
    fn one_strong_source_is_enough() {
        Fixture::new()
            .text("pain [@strong-2020]", "pain [@weak-2021; @strong-2020]")
            .passes("weak-only");
    }
}
