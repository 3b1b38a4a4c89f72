//! `uncited-statement`: sections with statements about health that cite nothing.
//!
//! Sections with a certainty need a citation, and so do sections of at least two sentences of
//! running text. Tools such as checklists, call-outs and sections that a clinic adds do not.
//! Advice that says that it comes from experience has named its source.

use std::sync::Arc;

use super::{Passage, Subject};
use crate::finding::Finding;
use crate::library::EntryKind;

/// A single sentence may only introduce what follows.
const MIN_SENTENCES: usize = 2;

/// Finds sections with statements and without a citation.
pub(super) fn uncited_statement(subject: &Subject) -> Vec<Finding> {
    let experience = subject.locale().phrases.experience;
    let mut findings = Vec::new();
    for entry in subject.entries.iter() {
        if !matches!(entry.kind, EntryKind::Section { .. }) {
            continue;
        }
        let passages = subject.block(&entry.key);
        if passages
            .clone()
            .any(|passage| passage.prose.citations().next().is_some())
        {
            continue;
        }
        let message = format!("`{}` says things about health and cites nothing", entry.key);
        let finding = Finding::warning("uncited-statement", message)
            .help("cite a source, as in `[@rcp-2022]`");
        if entry.certainty.is_some() {
            findings.push(finding.at_value(&entry.file, entry.route.key("certainty")));
            continue;
        }
        let is_of_clinic = !Arc::ptr_eq(&entry.file, &subject.handout.definition.file);
        let running_text: Vec<&Passage> = passages
            .filter(|passage| passage.is_running_text())
            .collect();
        let sentences: usize = running_text
            .iter()
            .map(|passage| count_sentences(passage.prose.as_str()))
            .sum();
        let names_experience = running_text.iter().any(|passage| {
            let text = passage.prose.as_str().to_lowercase();
            experience.iter().any(|word| text.contains(word))
        });
        if sentences >= MIN_SENTENCES && !is_of_clinic && !names_experience {
            findings.push(running_text[0].locate(finding));
        }
    }
    findings
}

/// Counts full stops, question marks and exclamation marks at the end of a word.
fn count_sentences(text: &str) -> usize {
    let mut characters = text.trim().chars().peekable();
    let mut count = 0;
    while let Some(character) = characters.next() {
        let ends_word = characters.peek().is_none_or(|next| next.is_whitespace());
        count += usize::from(matches!(character, '.' | '!' | '?') && ends_word);
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
