//! Names that a text may refer to: terms of the glossary and works of the bibliography.

use std::sync::Arc;

use super::markdown::NameIndex;
use crate::library::{Bibliography, Glossary};

/// The glossary and the citation keys, in one language.
pub(super) struct CitationIndex {
    glossary: Arc<Glossary>,
    language: String,
    /// All citation keys, in order.
    keys: Vec<String>,
}

impl CitationIndex {
    pub(super) fn new(
        glossary: Arc<Glossary>,
        bibliography: &Bibliography,
        language: &str,
    ) -> CitationIndex {
        let mut keys: Vec<String> = bibliography.keys().map(str::to_owned).collect();
        keys.sort_unstable();
        CitationIndex {
            glossary,
            language: language.to_owned(),
            keys,
        }
    }

    /// Returns the citation key of a work that [`NameIndex::citation`] found.
    pub(super) fn key(&self, work: u32) -> Option<&str> {
        let key = self.keys.get(usize::try_from(work).ok()?)?;
        Some(key)
    }
}

impl NameIndex for CitationIndex {
    fn term(&self, words: &str) -> Option<String> {
        let term = self.glossary.term(words, &self.language)?;
        Some(term.id)
    }

    fn term_names(&self) -> Vec<String> {
        let terms = self.glossary.terms(&self.language).into_iter();
        terms.flat_map(|term| [term.id, term.term]).collect()
    }

    fn citation(&self, key: &str) -> Option<u32> {
        let place = self.keys.binary_search_by(|other| other.as_str().cmp(key));
        u32::try_from(place.ok()?).ok()
    }

    fn citation_keys(&self) -> Vec<String> {
        self.keys.clone()
    }
}
