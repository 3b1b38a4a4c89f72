//! Merges the manifests of all shards, and checks that no row is missing or duplicate.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::Error;
use super::folder::is_undamaged;
use super::journal::{JournalReader, MANIFEST};
use super::record::{Head, RowRecord, Status, to_line};

/// Maximum number of problems to report.
const MAX_PROBLEMS: usize = 100;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Rows of the job file.
    pub rows: u32,
    /// Rows with a leaflet.
    pub done: u32,
    pub failed: u32,
    /// Rows that may have been printed.
    pub uncertain: u32,
    /// Pages of all leaflets, counted once each.
    pub pages: u64,
    /// Sentences for people.
    pub problems: Vec<String>,
}

/// Merges the manifests of `folders` in row order, and writes the result to `output`.
///
/// Files get paths that begin with the folder as given.
pub fn merge(folders: &[PathBuf], output: &mut dyn Write) -> Result<Merged, Error> {
    let mut shards = folders
        .iter()
        .map(|folder| {
            let path = folder.join(MANIFEST);
            if !folder.is_dir() {
                return Err(Error::NoFolder {
                    folder: folder.clone(),
                });
            }
            if !path.exists() {
                return Err(Error::Unfinished {
                    folder: folder.clone(),
                });
            }
            let (head, mut manifest) = JournalReader::open(&path)?;
            Ok(ShardFolder {
                folder,
                head,
                next: manifest.next()?,
                manifest,
                is_damaged: false,
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let mut merged = Merged::default();
    let Some(first) = shards.first() else {
        return Ok(merged);
    };
    let head = Head {
        shard: "1/1".to_owned(),
        bundles: Vec::new(),
        ..first.head.clone()
    };
    merged.check_heads(&shards);
    merged.rows = head.rows.unwrap_or(0);
    let write_error = Error::disk("write", Path::new("the joined manifest"));
    output.write_all(&to_line(&head)).map_err(&write_error)?;
    let mut last = 0;
    while let Some((folder, mut record)) = take_first_record(&mut shards)? {
        let row = record.row;
        if row == last {
            merged.add_problem(format!(
                "row {row} appears twice, also in `{}`",
                folder.display()
            ));
            continue;
        }
        merged.check_gap(last, row);
        last = row;
        match record.status {
            Status::Failed => merged.failed += 1,
            Status::Uncertain => merged.uncertain += 1,
            // Printed, and not kept as a file.
            Status::Done if record.file.is_none() && record.token.is_some() => {
                merged.done += 1;
                merged.pages += u64::from(record.pages.unwrap_or(0));
            }
            Status::Done => {
                merged.done += 1;
                merged.pages += u64::from(record.pages.unwrap_or(0));
                let path = record.file.map(|file| folder.join(file));
                let is_there = path.as_ref().is_some_and(|path| path.is_file());
                let sha256 = record.sha256.as_deref();
                if !is_there {
                    merged.add_problem(format!(
                        "the file of row {row} is not in `{}`",
                        folder.display()
                    ));
                } else if !path.as_ref().is_some_and(|path| is_undamaged(path, sha256)) {
                    merged.add_problem(format!(
                        "the file of row {row} in `{}` is damaged: run its batch again with `--resume`",
                        folder.display()
                    ));
                }
                record.file = path.map(|path| path.display().to_string());
            }
        }
        output.write_all(&to_line(&record)).map_err(&write_error)?;
    }
    for shard in shards.iter().filter(|shard| shard.is_damaged) {
        merged.add_problem(format!(
            "the manifest in `{}` is damaged: run its batch again with `--resume`",
            shard.folder.display()
        ));
    }
    merged.check_gap(last, merged.rows.saturating_add(1));
    if last > merged.rows {
        let rows = merged.rows;
        merged.add_problem(format!(
            "there is a row {last}, but the job file has only {rows}"
        ));
    }
    Ok(merged)
}

/// The folder of a shard, and its next record.
struct ShardFolder<'a> {
    folder: &'a Path,
    head: Head,
    manifest: JournalReader,
    next: Option<RowRecord>,
    /// Whether a line of the manifest is damaged. The lines after it are not read.
    is_damaged: bool,
}

/// Takes the record with the lowest row, and returns it with its folder.
fn take_first_record<'a>(
    shards: &mut [ShardFolder<'a>],
) -> Result<Option<(&'a Path, RowRecord)>, Error> {
    let first = shards
        .iter_mut()
        .filter_map(|shard| Some((shard.next.as_ref()?.row, shard)))
        .min_by_key(|(row, _)| *row);
    let Some((_, shard)) = first else {
        return Ok(None);
    };
    let next = match shard.manifest.next() {
        Err(Error::Format { .. }) => {
            shard.is_damaged = true;
            None
        }
        next => next?,
    };
    let record = std::mem::replace(&mut shard.next, next);
    Ok(record.map(|record| (shard.folder, record)))
}

/// Facts that all shards of a batch share.
fn shared_facts(head: &Head) -> impl Iterator<Item = (&'static str, String)> {
    let shards = head.shard.split_once('/').map_or("", |(_, count)| count);
    let rows = head.rows.map(|rows| rows.to_string());
    [
        ("the number of shards", shards.to_owned()),
        (
            "the number of rows of the job file",
            rows.unwrap_or_default(),
        ),
        ("the day", head.date.clone()),
        ("the version of the program", head.program.clone()),
        ("the name template", head.name.clone()),
    ]
    .into_iter()
}

impl Merged {
    /// Reports the rows between two rows as missing.
    fn check_gap(&mut self, before: u32, after: u32) {
        let (first, last) = (before.saturating_add(1), after.saturating_sub(1));
        if first == last {
            self.add_problem(format!("row {first} is missing"));
        } else if first < last {
            self.add_problem(format!("rows {first} to {last} are missing"));
        }
    }

    /// Reports folders that are not shards of the same batch.
    fn check_heads(&mut self, shards: &[ShardFolder<'_>]) {
        let first = &shards[0].head;
        let mut folders: BTreeMap<&str, &Path> = BTreeMap::new();
        for ShardFolder { folder, head, .. } in shards {
            if let Some(other) = folders.insert(&head.shard, folder) {
                self.add_problem(format!(
                    "`{}` and `{}` both have shard {}",
                    other.display(),
                    folder.display(),
                    head.shard
                ));
            }
            for ((subject, expected), (_, found)) in shared_facts(first).zip(shared_facts(head)) {
                if expected != found {
                    let folder = folder.display();
                    self.add_problem(format!(
                        "`{folder}` differs in {subject}: {found}, not {expected}"
                    ));
                }
            }
        }
    }

    fn add_problem(&mut self, problem: String) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        } else if self.problems.len() == MAX_PROBLEMS {
            self.problems.push("and so on".to_owned());
        }
    }
}
