//! `unexplained-term`: glossary terms that a leaflet uses and does not explain.

use std::ops::Range;

use super::Subject;
use super::phrase::find_phrase;
use crate::document::plain_text;
use crate::finding::Finding;
use crate::resolve::ProseMark;

/// Finds glossary terms in sentences that the leaflet neither marks `{.term}` nor explains.
///
/// - A marked term is in the leaflet's glossary.
/// - A term in the title is the topic of the leaflet, and the readers of a library know a term in
///   its name.
/// - The first sentence with the term may explain it.
///
/// The finding is a warning if the glossary has a plainer word, else a note.
pub(super) fn unexplained_term(subject: &Subject) -> Vec<Finding> {
    let sentences: Vec<_> = subject
        .sentences()
        .into_iter()
        .filter(|sentence| !sentence.passage.block.is_empty())
        .collect();
    let topics = [
        plain_text(&subject.document.title),
        subject
            .document
            .subtitle
            .as_deref()
            .map(plain_text)
            .unwrap_or_default(),
        subject.library.manifest().name.clone(),
    ];
    let marked = marked_terms(subject);
    let mut findings = Vec::new();
    for term in &subject.terms {
        let name = term.term.to_lowercase();
        let is_marked = marked.iter().any(|words| {
            *words == name || *words == term.id || !find_phrase(words, &name).is_empty()
        });
        let is_topic = topics
            .iter()
            .any(|topic| !find_phrase(topic, &name).is_empty());
        if is_marked || is_topic {
            continue;
        }
        let first = sentences.iter().find_map(|sentence| {
            let range = find_phrase(sentence.text(), &name).into_iter().next()?;
            Some((sentence, range))
        });
        let Some((sentence, range)) = first else {
            continue;
        };
        let is_part_of_longer_term = subject.terms.iter().any(|other| {
            other.term.len() > term.term.len()
                && find_phrase(sentence.text(), &other.term)
                    .iter()
                    .any(|longer| longer.contains(&range.start))
        });
        if is_part_of_longer_term || is_explained(sentence.text(), &range) {
            continue;
        }
        let message = format!(
            "`{}` is in the glossary, but this leaflet does not explain it",
            term.term
        );
        let mark = format!(
            "mark it here: `[{}]{{.term}}`",
            &sentence.text()[range.clone()]
        );
        let finding = match &term.prefer {
            Some(prefer) => Finding::warning("unexplained-term", message)
                .help(format!("write \"{prefer}\", or {mark}")),
            None => Finding::note("unexplained-term", message).help(mark),
        };
        findings.push(sentence.locate_part(finding, range));
    }
    findings
}

/// Returns the words with the mark `{.term}`, in lower case.
fn marked_terms(subject: &Subject) -> Vec<String> {
    subject
        .passages
        .iter()
        .flat_map(|passage| {
            let prose = &passage.prose;
            prose
                .marks
                .iter()
                .filter(|(_, mark)| *mark == ProseMark::Term)
                .map(|(range, _)| prose.as_str()[range.clone()].to_lowercase())
        })
        .collect()
}

/// Phrases next to a term that its sentence explains.
const EXPLAINING_PHRASES: &[&str] = &[
    "called",
    "known as",
    "name for",
    "means",
    "stands for",
    "that is",
    "or",
    "is a",
    "are the",
];

/// Starts of an explanation after a term, as in "the immune system, the body's defence,".
const APPOSITIONS: &[&str] = &[", the ", ", a ", ", an ", ", your ", " (", ": ", " – "];

/// Maximum distances between term and phrase, in bytes.
const MAX_DISTANCE_BEFORE: usize = 11;
const MAX_DISTANCE_AFTER: usize = 3;

/// Returns whether a sentence explains the term at `term`.
fn is_explained(sentence: &str, term: &Range<usize>) -> bool {
    let is_near = |phrase: &Range<usize>| {
        (phrase.end <= term.start && term.start - phrase.end <= MAX_DISTANCE_BEFORE)
            || (phrase.start >= term.end && phrase.start - term.end <= MAX_DISTANCE_AFTER)
    };
    APPOSITIONS
        .iter()
        .any(|start| sentence[term.end..].starts_with(start))
        || EXPLAINING_PHRASES
            .iter()
            .any(|phrase| find_phrase(sentence, phrase).iter().any(is_near))
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    fn fixture(words: &str) -> Fixture {
        Fixture::new()
            .file(
                "glossary.yaml",
                "- { id: apnoea, term: sleep apnoea, prefer: pauses in breathing, definition: Pauses in breathing. }\n- { id: insomnia, term: insomnia, definition: Bad sleep. }\n",
            )
            .text("Keep your room dark.", words)
    }

    #[test]
    fn unexplained_term() {
        insta::assert_snapshot!(
            fixture("Ask about sleep apnoea. Insomnia is common.").shown("unexplained-term")
        );
    }

    #[test]
    fn marked_or_explained_terms_pass() {
        fixture("You may have sleep apnoea, a pause in breathing.").passes("unexplained-term");
        fixture(
            "Some stop breathing. This is called sleep apnoea. You may have [insomnia]{.term}.",
        )
        .definition("  - references\n", "  - glossary\n  - references\n")
        .passes("unexplained-term");
    }
}
