//! Reads each clinic and handout once.

use super::once_map::{CAPACITY, OnceMap};
use crate::finding::Finding;
use crate::library::{Clinic, Fingerprint, Handout};

type ReadResult<T> = Result<T, Vec<Finding>>;

/// Clinics and handouts that were read, with their errors.
///
/// All rows have the same library and default clinic.
pub(super) struct SourceCache {
    /// By path.
    clinics: OnceMap<String, Result<CachedClinic, FaultyClinic>>,
    /// Faults of texts under a faulty clinic, by the clinic's path and the handout's id.
    text_faults: OnceMap<(String, String), Vec<Finding>>,
    /// `None` if there is no such handout.
    handouts: OnceMap<HandoutKey, Option<ReadResult<CachedHandout>>>,
    languages: OnceMap<String, String>,
}

pub(super) struct CachedClinic {
    pub(super) clinic: Clinic,
    pub(super) fingerprint: Fingerprint,
}

pub(super) struct FaultyClinic {
    pub(super) findings: Vec<Finding>,
    /// Its readable parts.
    pub(super) readable: Option<Box<Clinic>>,
}

impl From<Vec<Finding>> for FaultyClinic {
    fn from(findings: Vec<Finding>) -> FaultyClinic {
        FaultyClinic {
            findings,
            readable: None,
        }
    }
}

pub(super) struct CachedHandout {
    pub(super) handout: Handout,
    pub(super) languages: Vec<String>,
    pub(super) fingerprint: Fingerprint,
}

/// Whose handout it is, and its id.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum HandoutKey {
    Library {
        id: String,
    },
    /// `path` is `None` for the default clinic.
    Clinic {
        path: Option<String>,
        id: String,
    },
}

impl SourceCache {
    pub(super) fn new() -> SourceCache {
        SourceCache {
            clinics: OnceMap::new(),
            text_faults: OnceMap::new(),
            handouts: OnceMap::new(),
            languages: OnceMap::new(),
        }
    }

    /// Returns the clinic at `path`. `None` if the cache is full.
    pub(super) fn clinic(
        &self,
        path: &str,
        read: impl FnOnce() -> Result<Clinic, FaultyClinic>,
    ) -> Option<&Result<CachedClinic, FaultyClinic>> {
        let read = || {
            let clinic = read()?;
            Ok(CachedClinic {
                fingerprint: clinic.fingerprint(),
                clinic,
            })
        };
        self.clinics.get_or_make(path.to_owned(), read)
    }

    /// Returns the faults of a handout's texts under the faulty clinic at `path`.
    pub(super) fn text_faults(
        &self,
        path: &str,
        id: &str,
        find: impl FnOnce() -> Vec<Finding>,
    ) -> &[Finding] {
        let key = (path.to_owned(), id.to_owned());
        let faults = self.text_faults.get_or_make(key, find);
        faults.map_or(&[], Vec::as_slice)
    }

    /// Returns a handout; `None` if there is none of that id.
    pub(super) fn handout(
        &self,
        key: HandoutKey,
        read: impl FnOnce() -> Option<ReadResult<Handout>>,
    ) -> ReadResult<Option<&CachedHandout>> {
        let read = || {
            Some(read()?.map(|handout| CachedHandout {
                languages: handout.languages(),
                fingerprint: handout.fingerprint(),
                handout,
            }))
        };
        self.handouts
            .get_or_make(key, read)
            .ok_or_else(|| too_many("handout"))?
            .as_ref()
            .map(|handout| handout.as_ref().map_err(Vec::clone))
            .transpose()
    }

    /// Returns the tag of a language, to borrow it for as long as the cache.
    pub(super) fn language(&self, tag: &str) -> ReadResult<&str> {
        self.languages
            .get_or_make(tag.to_owned(), || tag.to_owned())
            .map(String::as_str)
            .ok_or_else(|| too_many("language"))
    }
}

pub(super) fn too_many(column: &str) -> Vec<Finding> {
    let message =
        format!("one batch has more than {CAPACITY} different clinics, handouts or languages");
    vec![
        Finding::error("too-large", message)
            .help("split the job file")
            .in_column(column),
    ]
}
