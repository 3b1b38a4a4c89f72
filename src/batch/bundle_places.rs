//! Places of rows in a bundle, for the machines that fold and insert its sheets.
//!
//! They are in a file beside the bundle, as in `all.pdf.jsonl`: a head, then a record for each row in the order of its
//! pages. It has no patient data. Like the bundle, it is made anew by each run.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::record::to_line;
use crate::pdf::Sides;

/// Version of the file format.
const FORMAT: u32 = 1;

/// First line.
#[derive(Serialize)]
struct Head {
    /// [`FORMAT`].
    bundle: u32,
    /// Pages of the bundle, with blank pages and separator sheets.
    pages: u32,
    /// Printed sides of each sheet: 1 or 2.
    sides: u32,
    /// Rows in the bundle.
    rows: u32,
}

/// A row in a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RowPlace {
    /// Counts from 1.
    pub(super) row: u32,
    /// First page in the bundle. Counts from 1.
    pub(super) first_page: u32,
    /// Pages of all copies, with blank pages.
    pub(super) pages: u32,
    /// Sheets of all copies.
    pub(super) sheets: u32,
    pub(super) copies: u32,
}

/// Returns the path of the file for a bundle.
pub(crate) fn path_for(bundle: &Path) -> PathBuf {
    let mut name = bundle.file_name().unwrap_or_default().to_owned();
    name.push(".jsonl");
    bundle.with_file_name(name)
}

/// Returns the content of the file.
pub(super) fn to_lines(places: &[RowPlace], pages: usize, sides: Sides) -> Vec<u8> {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let mut lines = to_line(&Head {
        bundle: FORMAT,
        pages: number(pages),
        sides: match sides {
            Sides::One => 1,
            Sides::Two => 2,
        },
        rows: number(places.len()),
    });
    for place in places {
        lines.extend(to_line(place));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_beside_the_bundle() {
        assert_eq!(
            path_for(Path::new("a/all.pdf")),
            Path::new("a/all.pdf.jsonl")
        );
    }
}
