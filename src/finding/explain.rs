//! Explanations of all findings, for `handout explain`.

use include_dir::{Dir, include_dir};

/// One file for each finding, `<id>.md`: meaning, example and remedy.
static EXPLANATIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/finding/explain");

/// Returns the explanation of a finding, as Markdown; `None` for an unknown id.
pub(crate) fn explanation(id: &str) -> Option<&'static str> {
    EXPLANATIONS.get_file(format!("{id}.md"))?.contents_utf8()
}

/// Returns the ids of all findings, sorted.
pub(crate) fn explained_ids() -> impl Iterator<Item = &'static str> {
    EXPLANATIONS
        .files()
        .filter_map(|file| file.path().file_stem()?.to_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Files that list ids of findings, and report none.
    const LISTS: [&str; 3] = [
        "finding/explain.rs",
        "leaflet/draft.rs",
        "leaflet/certain_faults.rs",
    ];

    /// Appends all source files but [`LISTS`].
    fn sources(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, text);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !LISTS.iter().any(|list| path.ends_with(list))
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
        let explained: BTreeSet<&str> = explained_ids().collect();
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
        for id in explained_ids() {
            assert!(
                text.contains(&format!("\"{id}\"")),
                "no code reports `{id}`"
            );
        }
    }

    #[test]
    fn explanations_begin_with_their_id_and_show_an_example() {
        for id in explained_ids() {
            let text = explanation(id).unwrap();
            assert!(text.starts_with(&format!("# {id}: ")), "{id}");
            assert!(text.lines().count() > 3 && text.ends_with('\n'), "{id}");
        }
    }
}
