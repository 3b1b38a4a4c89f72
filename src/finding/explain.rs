//! Explanations of all findings, for `handout explain`.

/// Explanation of a finding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Explanation {
    pub(crate) id: &'static str,
    /// Meaning, example and remedy, as Markdown.
    pub(crate) text: &'static str,
}

macro_rules! explanations {
    ($($id:literal,)*) => {
        /// Explanations of all findings.
        pub(crate) const EXPLANATIONS: &[Explanation] =
            &[$(Explanation { id: $id, text: include_str!(concat!("explain/", $id, ".md")) }),*];
    };
}

explanations! {
    "arithmetic",
    "base-text-changed",
    "claim-not-cited",
    "duplicate-key",
    "duplicate-text",
    "empty-section",
    "heading-order",
    "incomplete-face",
    "invalid-header",
    "invalid-identifier",
    "invalid-row",
    "invalid-value",
    "jargon",
    "job-data-in-metadata",
    "legacy-encoding",
    "locked-text",
    "long-list",
    "long-sentence",
    "low-contrast",
    "low-resolution",
    "missing-action",
    "missing-alt-text",
    "missing-certainty-words",
    "missing-field",
    "missing-file",
    "missing-glyph",
    "missing-help",
    "missing-main-message",
    "no-you",
    "orphaned-override",
    "overdue-review",
    "overstated",
    "passive-voice",
    "program-fault",
    "reading-grade",
    "repeated-base",
    "replaced-handout",
    "reserved-colour",
    "restricted-face",
    "review-due-soon",
    "review-order",
    "shouting",
    "table-shape",
    "template-syntax",
    "too-large",
    "too-long",
    "unavailable-language",
    "unavailable-reference-list",
    "uncited-statement",
    "uncovered-claim",
    "unexplained-term",
    "unknown-citation",
    "unknown-field",
    "unknown-handout",
    "unknown-section",
    "unknown-target",
    "unknown-term",
    "unknown-text",
    "unknown-variable",
    "unreadable-image",
    "unrecorded-override",
    "unsafe-image",
    "unsafe-path",
    "unsupported-markdown",
    "untranslated-term",
    "unusable-face",
    "unused-reference",
    "unused-text",
    "weak-only",
    "yaml-syntax",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Appends all source files but this one.
    fn sources(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, text);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("finding/explain.rs")
            {
                *text += &fs::read_to_string(path).unwrap();
            }
        }
    }

    #[test]
    fn every_finding_is_explained() {
        let mut text = String::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut text,
        );
        let explained: BTreeSet<&str> = EXPLANATIONS
            .iter()
            .map(|explanation| explanation.id)
            .collect();
        for call in ["Finding::error(", "Finding::warning(", "Finding::note("] {
            for rest in text.split(call).skip(1) {
                if let Some(id) = rest
                    .trim_start()
                    .strip_prefix('"')
                    .and_then(|rest| rest.split('"').next())
                {
                    assert!(explained.contains(id), "`{id}` is not explained");
                }
            }
        }
    }

    #[test]
    fn every_explanation_has_a_finding() {
        let mut text = String::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut text,
        );
        for Explanation { id, .. } in EXPLANATIONS {
            assert!(
                text.contains(&format!("\"{id}\"")),
                "no code reports `{id}`"
            );
        }
    }

    #[test]
    fn explanations_begin_with_their_id_and_show_an_example() {
        for Explanation { id, text } in EXPLANATIONS {
            assert!(text.starts_with(&format!("# {id}: ")), "{id}");
            assert!(text.lines().count() > 3 && text.ends_with('\n'), "{id}");
        }
    }
}
