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
    clinics: OnceMap<String, ReadResult<CachedClinic>>,
    /// `None` if there is no such handout.
    handouts: OnceMap<HandoutKey, Option<ReadResult<CachedHandout>>>,
    languages: OnceMap<String, String>,
}

pub(super) struct CachedClinic {
    pub(super) clinic: Clinic,
    pub(super) fingerprint: Fingerprint,
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
            handouts: OnceMap::new(),
            languages: OnceMap::new(),
        }
    }

    /// Returns the clinic at `path`.
    pub(super) fn clinic(
        &self,
        path: &str,
        read: impl FnOnce() -> ReadResult<Clinic>,
    ) -> ReadResult<&CachedClinic> {
        let read = || {
            let clinic = read()?;
            Ok(CachedClinic {
                fingerprint: clinic.fingerprint(),
                clinic,
            })
        };
        self.clinics
            .get_or_make(path.to_owned(), read)
            .ok_or_else(|| too_many("clinic"))?
            .as_ref()
            .map_err(Vec::clone)
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

fn too_many(column: &str) -> Vec<Finding> {
    let message =
        format!("one batch has more than {CAPACITY} different clinics, handouts or languages");
    vec![
        Finding::error("too-large", message)
            .help("split the job file")
            .in_column(column),
    ]
}
