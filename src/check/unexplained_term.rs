//! Terms of the glossary that a leaflet uses and never explains.

use super::Subject;
use super::phrase::find_phrase;
use crate::finding::{Finding, Severity};
use crate::resolve::ProseMark;

/// Words by which a sentence explains what it names.
const EXPLAINS: [&str; 9] = [
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

/// Finds glossary terms in running text that are not marked `{.term}` anywhere in the handout, so that they
/// are not in its glossary, and are not explained in the sentence that has them first. A term that has a
/// plainer word to prefer is a warning, one that may well be known a note. What stands in the title, the
/// leaflet as a whole explains; what stands in the library's name, its readers know.
pub fn unexplained_term(subject: &Subject) -> Vec<Finding> {
    let sentences: Vec<_> = subject
        .sentences()
        .into_iter()
        .filter(|sentence| !sentence.passage.block.is_empty())
        .collect();
    let title = crate::document::plain_text(&subject.document.title);
    let subtitle = subject
        .document
        .subtitle
        .as_deref()
        .map(crate::document::plain_text)
        .unwrap_or_default();
    let marked: Vec<String> = subject
        .passages
        .iter()
        .flat_map(|passage| {
            let terms = passage
                .prose
                .marks
                .iter()
                .filter(|(_, mark)| *mark == ProseMark::Term);
            terms.map(|(range, _)| passage.prose.as_str()[range.clone()].to_lowercase())
        })
        .collect();
    let mut findings = Vec::new();
    for term in &subject.terms {
        let name = term.term.to_lowercase();
        let is_marked = marked.iter().any(|words| {
            *words == name || *words == term.id || !find_phrase(words, &name).is_empty()
        });
        let is_topic = [title.as_str(), &subtitle, &subject.library.manifest().name]
            .iter()
            .any(|text| !find_phrase(text, &name).is_empty());
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
        // Part of a longer term that is marked or has a finding of its own.
        let in_longer = subject.terms.iter().any(|other| {
            other.term.len() > term.term.len()
                && find_phrase(sentence.text(), &other.term)
                    .iter()
                    .any(|longer| longer.contains(&range.start))
        });
        if in_longer || is_explained(sentence.text(), &range) {
            continue;
        }
        let message = format!(
            "`{}` is in the glossary, but this leaflet does not explain it",
            term.term
        );
        let severity = if term.prefer.is_some() {
            Severity::Warning
        } else {
            Severity::Note
        };
        let finding = Finding {
            severity,
            ..Finding::warning("unexplained-term", message)
        };
        let mark = format!(
            "mark it here: `[{}]{{.term}}`",
            &sentence.text()[range.clone()]
        );
        let help = match &term.prefer {
            Some(prefer) => format!("write \"{prefer}\", or {mark}"),
            None => mark,
        };
        findings.push(sentence.locate_part(finding.help(help), range));
    }
    findings
}

/// Whether a sentence says what the term in it means: by a word just before or behind it ("called",
/// "means"), or in an apposition ("the immune system, the body's defence,").
fn is_explained(sentence: &str, term: &std::ops::Range<usize>) -> bool {
    let near = |words: &std::ops::Range<usize>| {
        (words.end <= term.start && term.start - words.end < 12)
            || (words.start >= term.end && words.start - term.end < 4)
    };
    let after = &sentence[term.end..];
    let is_apposed = [", the ", ", a ", ", an ", ", your ", " (", ": ", " – "]
        .iter()
        .any(|start| after.starts_with(start));
    is_apposed
        || EXPLAINS
            .iter()
            .any(|words| find_phrase(sentence, words).iter().any(near))
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
