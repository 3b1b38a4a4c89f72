//! `references.yaml`: what the handouts cite, in hayagriva's format.

use std::sync::Arc;

use crate::finding::Finding;
use crate::source::SourceFile;

/// A library's bibliography. Entries are read when they are asked for, once.
#[derive(Debug, Default)]
pub struct Bibliography {
    file: Option<Arc<SourceFile>>,
}

/// An entry of the bibliography.
#[derive(Clone, Debug)]
pub struct BibliographyEntry {
    /// What is cited.
    pub entry: hayagriva::Entry,
    /// How strong a source it is.
    pub grade: Option<Grade>,
}

/// How strong a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// A guideline or large systematic review.
    A,
    /// Another systematic review or a good trial.
    B,
    /// A single small study or a narrative review.
    C,
    /// News or a web page.
    D,
}

impl Bibliography {
    /// The file, if the library has one.
    pub fn file(&self) -> Option<&Arc<SourceFile>> {
        self.file.as_ref()
    }

    /// All citation keys, in the order of the file.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }

    /// The entry of a citation key; `None` if there is none.
    pub fn get(&self, key: &str) -> Option<Result<&BibliographyEntry, Vec<Finding>>> {
        let _ = key;
        None
    }
}
