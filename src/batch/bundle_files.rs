//! Files of a bundle: one such as `all.pdf`, or parts such as `all-01.pdf` and `all-02.pdf`, and the manifest beside
//! them.
//!
//! A bundle replaces its earlier files, and deletes earlier parts that it no longer has. Otherwise somebody would print
//! them. Both concern only files that a batch has made: the journal or the manifest has their fingerprints.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::bundle::BundleSettings;
use super::bundle_manifest;
use super::error::Error;
use super::folder::StartMode;
use super::journal::{JOURNAL, JournalReader, MANIFEST};
use super::record::{Head, hex};
use crate::disk::{self, folder_of};

/// Maximum number of parts.
pub(super) const MAX_PARTS: u32 = 9_999;
/// Number of bytes at the end of a bundle that [`fingerprint`] hashes.
const FINGERPRINT_BYTES: u64 = 64 * 1024;
/// Separates the fingerprints of the parts of one bundle.
const SEPARATOR: char = ',';

/// Returns the path of a part, which counts from 1.
pub(crate) fn part_path(bundle: &Path, number: u32) -> PathBuf {
    let mut name = bundle.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number:02}"));
    bundle.with_file_name(with_ending_of(name, bundle))
}

fn with_ending_of(mut name: OsString, bundle: &Path) -> OsString {
    if let Some(ending) = bundle.extension() {
        name.push(".");
        name.push(ending);
    }
    name
}

/// Returns the files that have names of parts of a bundle, sorted by number.
fn files_like_parts(bundle: &Path) -> Vec<PathBuf> {
    let stem = bundle.file_stem().unwrap_or_default().to_string_lossy();
    let files = fs::read_dir(folder_of(bundle))
        .into_iter()
        .flatten()
        .flatten();
    let mut numbers: Vec<u32> = files
        .filter_map(|file| {
            let name = PathBuf::from(file.file_name());
            let name = name.file_stem()?.to_string_lossy();
            let digits = name.strip_prefix(&*stem)?.strip_prefix('-')?;
            digits.parse().ok()
        })
        .filter(|number| (1..=MAX_PARTS).contains(number))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    let paths = numbers.into_iter().map(|number| part_path(bundle, number));
    paths.filter(|path| path.exists()).collect()
}

/// Returns the earlier files of a bundle that a new one replaces or deletes, without the one that has the bundle's own
/// name if the new one has it, too. Fails if a file that no batch has made is in the way.
///
/// `folder` is that of the leaflets.
pub(super) fn earlier_files(
    bundle: &BundleSettings,
    start: StartMode,
    folder: Option<&Path>,
) -> Result<Vec<PathBuf>, Error> {
    let path = &bundle.path;
    if disk::is_other_file(path, disk::PDF) {
        return Err(Error::NotAPdf { path: path.clone() });
    }
    let exists = |path: &Path| Error::BundleExists {
        path: path.to_owned(),
    };
    let is_fresh = start == StartMode::Fresh;
    for path in [path, &bundle_manifest::path_for(path)] {
        if is_fresh && path.exists() {
            return Err(exists(path));
        }
    }
    let known = known_fingerprints(path, start, folder);
    let is_known = |path: &PathBuf| fingerprint(path).is_some_and(|found| known.contains(&found));
    let parts = files_like_parts(path);
    if bundle.max_sheets.is_none() {
        return Ok(parts.into_iter().filter(is_known).collect());
    }
    if let Some(foreign) = parts.iter().find(|path| !is_known(path)) {
        return Err(Error::ForeignBundle {
            path: foreign.clone(),
        });
    }
    if let (Some(part), true) = (parts.first(), is_fresh) {
        return Err(exists(part));
    }
    let whole = Some(path.clone()).filter(|path| path.is_file());
    Ok(whole.into_iter().chain(parts).collect())
}

/// Returns the fingerprints of the files that earlier runs have made. A batch that goes on replaces only its own.
fn known_fingerprints(bundle: &Path, start: StartMode, folder: Option<&Path>) -> BTreeSet<String> {
    let of_any_batch = match start {
        StartMode::Resume => Vec::new(),
        StartMode::Fresh | StartMode::Overwrite => bundle_manifest::fingerprints(bundle),
    };
    let mut known: BTreeSet<String> = of_any_batch.into_iter().collect();
    for name in [MANIFEST, JOURNAL] {
        let path = folder.map(|folder| folder.join(name));
        if let Some(Ok((head, _))) = path.map(|path| JournalReader::open(&path)) {
            known.extend(fingerprints_in(&head).map(str::to_owned));
        }
    }
    known
}

/// Returns the fingerprints of all files of the bundles that a journal knows.
pub(super) fn fingerprints_in(head: &Head) -> impl Iterator<Item = &str> {
    let bundles = head.bundles.iter();
    bundles.flat_map(|bundle| bundle.split(SEPARATOR))
}

/// Joins the fingerprints of the files of one bundle. Returns `None` if there are none.
pub(super) fn joined(fingerprints: impl IntoIterator<Item = String>) -> Option<String> {
    let all: Vec<String> = fingerprints.into_iter().collect();
    Some(all.join(&SEPARATOR.to_string())).filter(|joined| !joined.is_empty())
}

/// Returns a fingerprint of a file of a bundle: its size, and the SHA-256 of its end. The end has the places of all
/// objects. `None` if the file cannot be read.
pub(super) fn fingerprint(path: &Path) -> Option<String> {
    // Opening a pipe would wait for a writer.
    if !path.is_file() {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(FINGERPRINT_BYTES)))
        .ok()?;
    let mut end = Vec::new();
    file.take(FINGERPRINT_BYTES).read_to_end(&mut end).ok()?;
    let hash = Sha256::digest(&end);
    Some(format!("{size}-{}", hex(&hash[..16])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_after_the_bundle() {
        let bundle = Path::new("print/all.pdf");
        assert_eq!(part_path(bundle, 1), Path::new("print/all-01.pdf"));
        assert_eq!(part_path(bundle, 100), Path::new("print/all-100.pdf"));
        assert_eq!(part_path(Path::new("a.b.PDF"), 12), Path::new("a.b-12.PDF"));
    }

    #[test]
    fn only_files_with_names_of_parts_are_like_parts() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in [
            "all-10.pdf",
            "all-02.pdf",
            "all-2.pdf",
            "all-00.pdf",
            "all-1x.pdf",
            "all-03.txt",
            "all-.pdf",
            "all.pdf",
            "ball-01.pdf",
            "all-01-01.pdf",
            "all-00012.pdf",
        ] {
            fs::write(path(name), "").unwrap();
        }
        let found = files_like_parts(&path("all.pdf"));
        assert_eq!(found, [path("all-02.pdf"), path("all-10.pdf")]);
    }
}
