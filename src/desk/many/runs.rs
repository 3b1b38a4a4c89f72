//! Runs on disk: a folder for each below `made` in the clinic's folder.
//!
//! Such a folder has what the batch keeps (see [`crate::batch`]), the leaflets, and `run.json`: the decisions about
//! the list by column and row number, without anything that the list says. With it and the same list, a run goes on
//! after the program was started again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::guard::random_name;
use super::super::private_disk::{PrivateDisk, create_folder};
use super::known::{role_named, role_value};
use super::list::{Decisions, Order, Output};
use crate::batch::{self, ColumnRole};
use crate::disk::{AtomicFile, Disk};
use crate::keyed_hash::HashKey;
use crate::request_options::{name_of, value_named};

/// Folder of all runs, in the clinic's.
const MADE: &str = "made";
const RUN: &str = "run.json";
/// Version of `run.json`.
const FORMAT: u32 = 1;
/// A longer `run.json` is damaged.
const MAX_RUN_BYTES: u64 = 64 * 1024 * 1024;

/// The most rows that decisions are about.
const MAX_ROWS: usize = 5_000_000;

/// What `run.json` says.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct RunFile {
    format: u32,
    /// Name in addresses.
    pub(super) id: String,
    pub(super) order: Order,
    /// Seconds since 1970.
    pub(super) started: i64,
    /// Rows of the list.
    pub(super) rows: u32,
    /// What is to be made.
    pub(super) expected: Totals,
    pub(super) list: ListMark,
    sheet: usize,
    /// Index and role of each column whose role a person chose.
    columns: Vec<(usize, String)>,
    handout: Option<String>,
    /// Ranges of rows by the leaflet that replaces what they say.
    handouts: BTreeMap<String, Vec<(u32, u32)>>,
    left_out: Vec<(u32, u32)>,
    /// Names of the cover and of its envelope, where a person chose them.
    #[serde(default)]
    cover: Option<String>,
    #[serde(default)]
    envelope: Option<String>,
    /// Rows that an earlier run made.
    made_before: Vec<(u32, u32)>,
    #[serde(default)]
    pub(super) folding: Folding,
    /// Rows with faults.
    pub(super) problems: Vec<KeptProblem>,
    pub(super) result: Option<RunResult>,
}

/// A keyed hash of a list, to tell whether another list is the same.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct ListMark {
    key: String,
    hash: String,
}

/// A fault of rows, without what the list says.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct KeptProblem {
    rows: Vec<(u32, u32)>,
    /// As in `A · Which leaflet`; empty if no column is at fault.
    pub(super) column: String,
    pub(super) why: String,
}

/// Leaflets of a run, with all copies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Totals {
    /// Rows with a leaflet.
    pub(super) leaflets: u32,
    pub(super) pages: u64,
    pub(super) sheets: u64,
    pub(super) separators: u64,
}

/// Which sheets of a run are folded. They are turned on the short edge, all others on the long edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Folding {
    #[default]
    None,
    Some,
    All,
}

/// How a run ended.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct RunResult {
    pub(super) seconds: u64,
    pub(super) totals: Totals,
}

impl ListMark {
    pub(super) fn of(bytes: &[u8]) -> Result<ListMark, getrandom::Error> {
        let key = random_name()?;
        Ok(ListMark {
            hash: HashKey::of_secret(&key).hash_bytes(bytes),
            key,
        })
    }

    /// Returns whether a list is the one that was marked.
    pub(super) fn is_of(&self, bytes: &[u8]) -> bool {
        HashKey::of_secret(&self.key).hash_bytes(bytes) == self.hash
    }
}

impl KeptProblem {
    pub(super) fn new(rows: &[u32], column: String, why: String) -> KeptProblem {
        KeptProblem {
            rows: ranges(rows.iter().copied()),
            column,
            why,
        }
    }

    pub(super) fn rows(&self) -> Vec<u32> {
        rows_in(&self.rows).collect()
    }
}

impl RunFile {
    /// Returns the file of a run that begins now.
    pub(super) fn new(
        order: Order,
        decisions: &Decisions,
        list: ListMark,
        rows: u32,
        expected: Totals,
        made_before: &BTreeSet<u32>,
    ) -> Result<RunFile, getrandom::Error> {
        let mut handouts: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (row, handout) in &decisions.handouts {
            handouts.entry(handout.clone()).or_default().push(*row);
        }
        Ok(RunFile {
            format: FORMAT,
            id: random_name()?[..16].to_owned(),
            order,
            started: Timestamp::now().as_second(),
            rows,
            expected,
            list,
            sheet: decisions.sheet,
            columns: decisions
                .columns
                .iter()
                .map(|(index, role)| (*index, role_value(role)))
                .collect(),
            handout: decisions.handout.clone(),
            handouts: handouts
                .into_iter()
                .map(|(handout, rows)| (handout, ranges(rows.into_iter())))
                .collect(),
            left_out: ranges(decisions.left_out.iter().copied()),
            cover: decisions.cover.as_ref().map(name_of),
            envelope: decisions.envelope.as_ref().map(name_of),
            made_before: ranges(made_before.iter().copied()),
            folding: Folding::None,
            problems: Vec::new(),
            result: None,
        })
    }

    /// Returns the decisions of the run. `roles` are all that there are.
    pub(super) fn decisions(&self, roles: &[ColumnRole]) -> Decisions {
        let columns = self.columns.iter();
        let handouts = self.handouts.iter();
        Decisions {
            sheet: self.sheet,
            columns: columns
                .filter_map(|(index, role)| Some((*index, role_named(role, roles)?)))
                .collect(),
            handout: self.handout.clone(),
            handouts: handouts
                .flat_map(|(handout, rows)| rows_in(rows).map(|row| (row, handout.clone())))
                .collect(),
            left_out: rows_in(&self.left_out).collect(),
            ..self.letter()
        }
    }

    /// Returns the decision about the letter alone.
    pub(super) fn letter(&self) -> Decisions {
        Decisions {
            cover: self.cover.as_deref().and_then(value_named),
            envelope: self.envelope.as_deref().and_then(value_named),
            ..Decisions::default()
        }
    }

    pub(super) fn made_before(&self) -> impl Iterator<Item = u32> {
        rows_in(&self.made_before)
    }

    /// Number of the rows that a person left out.
    pub(super) fn left_out(&self) -> u32 {
        count(&self.left_out)
    }
}

/// A run and its folder.
pub(super) struct Run {
    pub(super) folder: PathBuf,
    pub(super) file: RunFile,
}

/// Why a folder for a run cannot be made.
pub(super) enum NoFolder {
    /// Nothing is left of the name but characters that a file system refuses.
    NoName,
    /// There is a run of this name.
    Exists,
    Disk(io::Error),
}

impl From<io::Error> for NoFolder {
    fn from(error: io::Error) -> NoFolder {
        match error.kind() {
            io::ErrorKind::AlreadyExists => NoFolder::Exists,
            _ => NoFolder::Disk(error),
        }
    }
}

impl Run {
    /// Makes the folder of a new run.
    pub(super) fn create(clinic: &Path, file: RunFile) -> Result<Run, NoFolder> {
        let made = clinic.join(MADE);
        match create_folder(&made) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
        if !is_real_folder(&made) {
            let link = io::Error::other(format!("`{}` is not a folder", made.display()));
            return Err(NoFolder::Disk(link));
        }
        let name = batch::safe_name(&file.order.name).ok_or(NoFolder::NoName)?;
        let folder = made.join(name);
        create_folder(&folder)?;
        let run = Run { folder, file };
        if let Err(error) = run.save() {
            // Best effort: the folder has nothing else.
            let _ = fs::remove_file(run.folder.join(RUN));
            let _ = fs::remove_dir(&run.folder);
            return Err(NoFolder::Disk(error));
        }
        Ok(run)
    }

    /// Writes `run.json`.
    pub(super) fn save(&self) -> io::Result<()> {
        let bytes = serde_json::to_vec(&self.file)?;
        let mut file = AtomicFile::create(&self.folder.join(RUN), &PrivateDisk)?;
        file.write_all(&bytes)?;
        file.finish()
    }

    /// Returns all runs of a clinic, the newest first. Leaves out folders of others.
    pub(super) fn all(clinic: &Path) -> Vec<Run> {
        let made = clinic.join(MADE);
        if !is_real_folder(&made) {
            return Vec::new();
        }
        let entries = fs::read_dir(&made).into_iter().flatten().flatten();
        let folders = entries.map(|entry| entry.path());
        let mut runs: Vec<Run> = folders.filter_map(Run::read).collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.file.started));
        runs
    }

    /// Returns the run with a name in addresses.
    pub(super) fn find(clinic: &Path, id: &str) -> Option<Run> {
        Run::all(clinic).into_iter().find(|run| run.file.id == id)
    }

    fn read(folder: PathBuf) -> Option<Run> {
        let path = folder.join(RUN);
        let found = path.symlink_metadata().ok()?;
        if !is_real_folder(&folder) || !found.is_file() || found.len() > MAX_RUN_BYTES {
            return None;
        }
        let file: RunFile = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        (file.format == FORMAT).then_some(Run { folder, file })
    }

    /// Path of the file for the printer.
    pub(super) fn bundle(&self) -> PathBuf {
        let name = self
            .folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        self.folder.join(format!("{name}.pdf"))
    }

    /// Returns the number of PDF files.
    pub(super) fn count_files(&self) -> u64 {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name());
        names
            .filter(|name| name.to_string_lossy().ends_with(".pdf"))
            .count() as u64
    }

    /// Deletes the run with its leaflets. Files that somebody else put there stay, and so does the folder with
    /// them.
    pub(super) fn delete(self) -> Result<(), batch::Error> {
        let disk = &PrivateDisk;
        batch::delete_run(&self.folder, disk)?;
        let remove = |path: PathBuf| match disk.remove(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(batch::Error::Disk {
                action: "delete",
                path,
                source: error,
            }),
            _ => Ok(()),
        };
        if self.file.order.output == Output::Bundle {
            remove(batch::bundle_manifest_path(&self.bundle()))?;
            remove(self.bundle())?;
        }
        // The run is known until everything else is gone.
        remove(self.folder.join(RUN))?;
        // Fails if there are other files.
        let _ = fs::remove_dir(&self.folder);
        Ok(())
    }
}

fn is_real_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_dir())
}

/// Joins rows in order to ranges, each with its first and last row.
fn ranges(rows: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(row) => *last = row,
            _ => ranges.push((row, row)),
        }
    }
    ranges
}

/// Returns rows in order. A damaged file may name more rows than there can be.
fn rows_in(ranges: &[(u32, u32)]) -> impl Iterator<Item = u32> {
    ranges
        .iter()
        .flat_map(|(first, last)| *first..=*last)
        .take(MAX_ROWS)
}

fn count(ranges: &[(u32, u32)]) -> u32 {
    let lengths = ranges
        .iter()
        .map(|(first, last)| last.saturating_sub(*first).saturating_add(1));
    lengths.fold(0, u32::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_as_ranges() {
        let rows = [1, 2, 3, 7, 9, 10];
        let kept = ranges(rows.into_iter());
        assert_eq!(kept, [(1, 3), (7, 7), (9, 10)]);
        assert_eq!(rows_in(&kept).collect::<Vec<_>>(), rows);
        assert_eq!(count(&kept), 6);
    }

    #[test]
    fn mark_knows_its_list_and_no_other() {
        let mark = ListMark::of(b"Ada").unwrap();
        assert!(mark.is_of(b"Ada") && !mark.is_of(b"Adam"));
        assert_ne!(mark.hash, ListMark::of(b"Ada").unwrap().hash);
    }
}
