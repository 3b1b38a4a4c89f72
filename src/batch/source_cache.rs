//! Reads each clinic and handout once.

use super::once_map::{CAPACITY, OnceMap};
use crate::finding::Finding;
use crate::library::{Clinic, Fingerprint, Handout};

type ReadResult<T> = Result<T, Vec<Finding>>;

/// Clinics and handouts that were read, with their errors.
///
/// Entries stay until one of the `forget` methods drops them. All rows have the same library and default
/// clinic.
pub struct SourceCache {
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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HandoutKey {
    Library {
        id: String,
    },
    /// `path` is `None` for the default clinic.
    Clinic {
        path: Option<String>,
        id: String,
    },
}

impl Default for SourceCache {
    fn default() -> SourceCache {
        SourceCache::new()
    }
}

impl SourceCache {
    pub fn new() -> SourceCache {
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

    /// Drops a clinic and its handouts, so that they are read again.
    pub fn forget_clinic(&mut self, path: &str) {
        self.clinics.retain(|key| key != path);
        self.handouts.retain(
            |key| !matches!(key, HandoutKey::Clinic { path: Some(other), .. } if other == path),
        );
    }

    /// Drops a handout, so that it is read again.
    pub fn forget_handout(&mut self, key: &HandoutKey) {
        self.handouts.retain(|other| other != key);
    }

    /// Drops all clinics and handouts.
    pub fn forget_all(&mut self) {
        self.clinics.retain(|_| false);
        self.handouts.retain(|_| false);
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::font::Faces;
    use crate::library::Library;

    #[test]
    fn clinic_and_its_handouts_are_read_again_once_forgotten() {
        let library = Library::embedded().unwrap();
        let reads = Cell::new(0);
        let read_clinic = || {
            reads.set(reads.get() + 1);
            library.clinic("example", &Faces::bundled()).unwrap()
        };
        let key = HandoutKey::Clinic {
            path: Some("clinic".to_owned()),
            id: "sleep".to_owned(),
        };
        let read_handout = || {
            reads.set(reads.get() + 1);
            Some(library.handout("sleep"))
        };
        let mut cache = SourceCache::new();
        let read_all = |cache: &SourceCache| {
            cache.clinic("clinic", read_clinic).map(|_| ()).unwrap();
            cache
                .handout(key.clone(), read_handout)
                .map(|_| ())
                .unwrap();
            reads.take()
        };
        assert_eq!((read_all(&cache), read_all(&cache)), (2, 0));
        cache.forget_clinic("other");
        assert_eq!(read_all(&cache), 0);
        cache.forget_clinic("clinic");
        assert_eq!(read_all(&cache), 2);
        cache.forget_handout(&key);
        assert_eq!(read_all(&cache), 1);
        cache.forget_all();
        assert_eq!(read_all(&cache), 2);
    }
}
