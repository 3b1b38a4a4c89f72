//! Statements called well established that rest only on single small studies, narrative reviews, news
//! or web pages (grades C and D).

use super::Subject;
use crate::document::Certainty;
use crate::finding::{Finding, PlaceTarget};
use crate::library::{Bibliography, Grade};
use crate::resolve::ProseMark;

/// Finds well-established sections and sentences without a strong source.
pub fn weak_only(subject: &Subject) -> Vec<Finding> {
    let bibliography = &*subject.bibliography;
    let mut findings = Vec::new();
    for entry in subject.entries.iter() {
        let passages = subject
            .passages
            .iter()
            .filter(|passage| passage.block == entry.key);
        if entry.certainty == Some(Certainty::WellEstablished)
            && let Some(finding) = weak(
                bibliography,
                passages
                    .clone()
                    .flat_map(|passage| passage.prose.citations()),
            )
        {
            let place = PlaceTarget::Value(entry.route.key("certainty"), None);
            findings.push(finding.at(&entry.file, place));
        }
        for prose in passages.map(|passage| &passage.prose) {
            let badge = prose
                .marks
                .iter()
                .find(|(_, mark)| *mark == ProseMark::Badge(Certainty::WellEstablished));
            if let Some((range, _)) = badge
                && let Some(finding) = weak(bibliography, prose.citations())
            {
                let whole = 0..prose.as_str().len();
                // A badge has no words of its own.
                findings.push(prose.locate(
                    finding,
                    if range.is_empty() {
                        whole
                    } else {
                        range.clone()
                    },
                ));
            }
        }
    }
    findings
}

/// That there are sources and all are weak. A source without a grade may be a strong one.
fn weak<'a>(
    bibliography: &Bibliography,
    citations: impl Iterator<Item = &'a str>,
) -> Option<Finding> {
    let mut weak = Vec::new();
    for key in citations {
        match bibliography.grade(key) {
            Some(Grade::C | Grade::D) if !weak.contains(&key) => weak.push(key),
            Some(Grade::C | Grade::D) => {}
            _ => return None,
        }
    }
    if weak.is_empty() {
        return None;
    }
    let sources: Vec<String> = weak.iter().map(|key| format!("`{key}`")).collect();
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
