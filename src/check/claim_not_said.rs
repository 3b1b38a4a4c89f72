//! `claim-not-said`: blocks that treat a claim but have none of the words that name its subject.

use super::Subject;
use super::phrase::find_phrase;
use crate::finding::Finding;

/// Finds blocks that treat a claim and contain none of its words.
///
/// The words are in the library's language, so only its leaflets are searched.
pub(super) fn claim_not_said(subject: &Subject) -> Vec<Finding> {
    let Ok(Some(claims)) = subject.library.claims() else {
        // `claim-not-cited` reports why claims.yaml is unreadable.
        return Vec::new();
    };
    let language = &subject.library.manifest().language;
    if !subject.is_in(language.split('-').next().unwrap_or(language)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for claim in claims.claims.iter().filter(|claim| !claim.says.is_empty()) {
        let forms: Vec<String> = claim
            .says
            .iter()
            .flat_map(|word| forms(subject, word))
            .collect();
        for (index, treatment) in claim.treated_in.iter().enumerate() {
            let block = &treatment.block;
            if treatment.handout != subject.handout.definition.id || subject.entry(block).is_none()
            {
                continue;
            }
            let is_said = subject.block(block).any(|passage| {
                let text = comparable(passage.prose.as_str());
                forms
                    .iter()
                    .any(|form| !find_phrase(&text, form).is_empty())
            });
            if is_said {
                continue;
            }
            let message = format!(
                "`{block}` in `{}` treats the claim `{}` and says none of its words",
                treatment.handout, claim.id
            );
            let help = format!(
                "say one of {} there, or correct `treated_in` or `says`",
                claim.says.join(", ")
            );
            let route = claim.route.key("treated_in").index(index).key("block");
            findings.push(
                Finding::warning("claim-not-said", message)
                    .at_value(&claims.file, route)
                    .help(help),
            );
        }
    }
    findings
}

/// Returns the spellings of a word: itself, its glossary terms, and their plurals.
fn forms(subject: &Subject, word: &str) -> Vec<String> {
    let word = comparable(word);
    let mut words = vec![word.clone()];
    for term in &subject.terms {
        let names = || [&term.id, &term.term].into_iter().chain(&term.avoid);
        if names().any(|name| comparable(name) == word) {
            let others = names().skip(1).chain(&term.prefer);
            words.extend(others.map(|name| comparable(name)));
        }
    }
    let plurals: Vec<String> = words.iter().flat_map(|word| plurals(word)).collect();
    words.extend(plurals);
    words
}

fn plurals(word: &str) -> Vec<String> {
    let mut plurals = vec![format!("{word}s"), format!("{word}es")];
    plurals.extend(word.strip_suffix('y').map(|stem| format!("{stem}ies")));
    plurals
}

/// Lower-cases a text and writes each apostrophe and space in one way.
fn comparable(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('\'', "’").to_lowercase()
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    /// Lets the claim on pills say these words.
    fn says(words: &str) -> Fixture {
        let verdict = "  plain: A pill may help.\n";
        let fixture = Fixture::new();
        fixture.with(
            "claims.yaml",
            verdict,
            &format!("{verdict}  says: [{words}]\n"),
        )
    }

    #[test]
    fn claim_not_said() {
        insta::assert_snapshot!(says("pill, tablet").shown("claim-not-said"));
    }

    #[test]
    fn one_of_the_words_is_enough() {
        says("pill, EARLY research").passes("claim-not-said");
        says("pill")
            .text("New ideas", "New pills")
            .passes("claim-not-said");
    }

    #[test]
    fn only_whole_words_count() {
        assert_ne!(says("earl").shown("claim-not-said"), "");
    }

    #[test]
    fn the_term_of_a_word_counts() {
        let glossary = "- { id: study, term: early research, avoid: [trial] }\n";
        says("trial")
            .file("glossary.yaml", glossary)
            .passes("claim-not-said");
    }
}
