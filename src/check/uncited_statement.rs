//! A section that says something about health and does not say where that comes from.
//!
//! That is a section with a certainty, or one of running text of at least two sentences; tools (lists to
//! tick, steps, questions, tables, notes), call-outs and what a clinic adds about itself are not. Advice
//! that says openly that it comes from experience has named its source.

use std::sync::Arc;

use super::{Passage, Subject};
use crate::finding::{Finding, PlaceTarget};
use crate::library::EntryKind;

/// So many sentences make a statement; one may just lead on to what follows.
const FEWEST_SENTENCES: usize = 2;

/// Finds sections that state and do not cite.
pub fn uncited_statement(subject: &Subject) -> Vec<Finding> {
    let experience = subject.locale().phrases.experience;
    let mut findings = Vec::new();
    for entry in subject
        .entries
        .iter()
        .filter(|entry| matches!(entry.kind, EntryKind::Section { .. }))
    {
        let passages = || {
            subject
                .passages
                .iter()
                .filter(|passage| passage.block == entry.key)
        };
        if passages().any(|passage| passage.prose.citations().next().is_some()) {
            continue;
        }
        let message = format!("`{}` says things about health and cites nothing", entry.key);
        let finding = Finding::warning("uncited-statement", message)
            .help("say where it comes from, as in `[@rcp-2022]`");
        if entry.certainty.is_some() {
            let place = PlaceTarget::Value(entry.route.key("certainty"), None);
            findings.push(finding.at(&entry.file, place));
            continue;
        }
        let is_the_clinics = !Arc::ptr_eq(&entry.file, &subject.handout.definition.file);
        let running: Vec<&Passage> = passages().filter(|passage| passage.is_running()).collect();
        let sentences: usize = running
            .iter()
            .map(|passage| sentences(passage.prose.as_str()))
            .sum();
        let is_experience = experience.iter().any(|word| {
            running
                .iter()
                .any(|passage| passage.prose.as_str().to_lowercase().contains(word))
        });
        if sentences >= FEWEST_SENTENCES && !is_the_clinics && !is_experience {
            let prose = &running[0].prose;
            findings.push(prose.locate(finding, 0..prose.as_str().len()));
        }
    }
    findings
}

/// How often a text ends a sentence.
fn sentences(text: &str) -> usize {
    let mut characters = text.trim().chars().peekable();
    let mut count = 0;
    while let Some(character) = characters.next() {
        let ends = characters.peek().is_none_or(|next| next.is_whitespace());
        count += usize::from(matches!(character, '.' | '!' | '?') && ends);
    }
    count
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn uncited_statement() {
        let uncited = Fixture::new().text("pain [@strong-2020]", "pain");
        insta::assert_snapshot!(uncited.shown("uncited-statement"));
        let uncertain = uncited.definition("\n    certainty: well-established", "");
        insta::assert_snapshot!(uncertain.shown("uncited-statement"));
    }

    #[test]
    fn advice_from_experience_says_so() {
        Fixture::new()
            .text(
                "It eases pain [@strong-2020].",
                "These tips come from experience.",
            )
            .definition("\n    certainty: well-established", "")
            .passes("uncited-statement");
    }

    #[test]
    fn one_sentence_that_leads_on_needs_no_source() {
        let words = "  body: |\n    Good sleep can help you. It eases pain [@strong-2020].\n\n    ### At night\n\n    Keep your room dark. Keep it cool too.\n";
        Fixture::new()
            .text(words, "  body: Here is what to do.\n")
            .definition("\n    certainty: well-established", "")
            .passes("uncited-statement");
    }
}
