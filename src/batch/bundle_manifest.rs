//! The manifest of a bundle: where each row is in it, for the machines that fold and insert its sheets.
//!
//! It is a file beside the bundle, as in `all.pdf.jsonl`: a head with the files of the bundle, then a record for each
//! row in the order of its pages. It has no patient data, so it can go to a print office. Like the bundle, it is made
//! anew by each run.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::record::{from_line, to_line};
use crate::pdf::Sides;

/// Version of the file format.
const FORMAT: u32 = 1;
/// Longest head that is read. It has about 130 bytes for each part.
const MAX_HEAD_BYTES: u64 = 4 << 20;

/// First line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    /// [`FORMAT`].
    bundle: u32,
    /// Printed sides of each sheet: 1 or 2.
    sides: u32,
    /// Rows in the bundle.
    rows: u32,
    files: Vec<BundleFile>,
}

/// A file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BundleFile {
    /// Name of the file.
    pub(super) file: String,
    /// Pages, with blank pages and separator sheets.
    pub(super) pages: u32,
    /// Sheets, with separator sheets.
    pub(super) sheets: u32,
    /// See [`super::bundle_files::fingerprint`].
    pub(super) fingerprint: String,
}

/// A row in a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowPlace {
    /// Counts from 1.
    pub(super) row: u32,
    /// Index of its file.
    pub(super) file: u32,
    /// First page in the file. Counts from 1.
    pub(super) first_page: u32,
    /// Pages of all copies, with blank pages.
    pub(super) pages: u32,
    /// Sheets of all copies.
    pub(super) sheets: u32,
    pub(super) copies: u32,
}

/// The line of a row.
#[derive(Serialize)]
struct RowLine<'a> {
    row: u32,
    file: &'a str,
    first_page: u32,
    pages: u32,
    sheets: u32,
    copies: u32,
}

/// Returns the path of the manifest of a bundle.
pub(crate) fn path_for(bundle: &Path) -> PathBuf {
    let mut name = bundle.file_name().unwrap_or_default().to_owned();
    name.push(".jsonl");
    bundle.with_file_name(name)
}

/// Returns the content of the manifest.
pub(super) fn to_lines(files: Vec<BundleFile>, places: &[RowPlace], sides: Sides) -> Vec<u8> {
    let head = Head {
        bundle: FORMAT,
        sides: match sides {
            Sides::One => 1,
            Sides::Two => 2,
        },
        rows: u32::try_from(places.len()).unwrap_or(u32::MAX),
        files,
    };
    let mut lines = to_line(&head);
    for place in places {
        let file = head.files.get(place.file as usize);
        lines.extend(to_line(&RowLine {
            row: place.row,
            file: file.map_or("", |file| &file.file),
            first_page: place.first_page,
            pages: place.pages,
            sheets: place.sheets,
            copies: place.copies,
        }));
    }
    lines
}

/// Returns the fingerprints of the files in the manifest beside a bundle. Returns none if it is gone or damaged.
pub(super) fn fingerprints(bundle: &Path) -> Vec<String> {
    let path = path_for(bundle);
    let head = || {
        // Opening a pipe would wait for a writer.
        let file = path.is_file().then(|| std::fs::File::open(&path))?.ok()?;
        let mut start = Vec::new();
        file.take(MAX_HEAD_BYTES).read_to_end(&mut start).ok()?;
        let end = start.iter().position(|&byte| byte == b'\n')?;
        from_line::<Head>(&start[..=end])
    };
    let files = head().map(|head| head.files).unwrap_or_default();
    files.into_iter().map(|file| file.fingerprint).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifest_is_beside_the_bundle() {
        assert_eq!(
            path_for(Path::new("a/all.pdf")),
            Path::new("a/all.pdf.jsonl")
        );
    }

    #[test]
    fn fingerprints_are_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let bundle = folder.path().join("all.pdf");
        assert_eq!(fingerprints(&bundle), [""; 0]);
        let files = ["1-a", "2-b"].map(|fingerprint| BundleFile {
            file: "all-01.pdf".to_owned(),
            pages: 2,
            sheets: 1,
            fingerprint: fingerprint.to_owned(),
        });
        let lines = to_lines(files.to_vec(), &[], Sides::Two);
        std::fs::write(path_for(&bundle), &lines).unwrap();
        assert_eq!(fingerprints(&bundle), ["1-a", "2-b"]);
        std::fs::write(path_for(&bundle), &lines[1..]).unwrap();
        assert_eq!(fingerprints(&bundle), [""; 0]);
    }
}
