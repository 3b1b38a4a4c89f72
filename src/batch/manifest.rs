//! The manifest of a finished batch, written and read.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Error;
use super::file_name::{folded_hash, is_ours};
use super::journal::{JOURNAL, JournalWriter, LineReader, MANIFEST, parse};
use super::previous_run::{Position, PreviousRun, remove};
use super::record::{Head, Record, to_line};
use crate::disk::{AtomicFile, Disk};

/// Bytes per write to the disk.
const WRITE_BYTES: usize = 256 * 1024;

/// Writes the manifest, and deletes files that no row has any more. Returns the number of deleted files.
///
/// Memory does not grow with the file: the records of this run are already sorted by row, and those of
/// earlier runs are merged between them.
pub(super) fn write(
    folder: &Path,
    mut previous: PreviousRun,
    journal: JournalWriter,
    head: Head,
    disk: &dyn Disk,
) -> Result<usize, Error> {
    let rows = head.rows.unwrap_or(u32::MAX);
    let path = folder.join(MANIFEST);
    let journal_path = folder.join(JOURNAL);
    let write_error = Error::disk("write", &path);
    let read_error = Error::disk("read", &journal_path);
    previous.reopen_journal(folder)?;
    let (current, mut outdated) = previous.take_positions();
    let mut current = current.into_iter().peekable();
    let mut new = LineReader::open_at(&journal_path, journal.start).map_err(&read_error)?;
    let manifest = AtomicFile::create(&path, disk).map_err(&write_error)?;
    let mut manifest = BufWriter::with_capacity(WRITE_BYTES, manifest);
    manifest.write_all(&to_line(&head)).map_err(&write_error)?;
    loop {
        let added = new.next().map_err(&read_error)?;
        let row = match added {
            None => u32::MAX,
            Some((_, line)) => parse(line)
                .map(|RowNumber { row }| row)
                .ok_or_else(|| read_error(io::ErrorKind::InvalidData.into()))?,
        };
        while let Some(position) = current.next_if(|position| position.row <= row) {
            let is_made_again = position.row == row && added.is_some();
            // The job file may have become shorter.
            if is_made_again || position.row > rows {
                outdated.push(position);
            } else {
                let mut line = Vec::new();
                previous
                    .read_line(position, &mut line)
                    .map_err(&read_error)?;
                manifest.write_all(&line).map_err(&write_error)?;
            }
        }
        let Some((_, line)) = added else { break };
        manifest.write_all(line).map_err(&write_error)?;
    }
    let manifest = manifest
        .into_inner()
        .map_err(|error| write_error(error.into_error()))?;
    let deleted = delete_outdated(
        folder,
        manifest.temporary_path(),
        &mut previous,
        outdated,
        disk,
    )?;
    // Windows does not replace open files.
    drop((previous, new, journal));
    manifest.finish().map_err(&write_error)?;
    Ok(deleted)
}

/// Deletes the files of outdated records, unless the new manifest has a row with that file.
fn delete_outdated(
    folder: &Path,
    manifest: &Path,
    previous: &mut PreviousRun,
    outdated: Vec<Position>,
    disk: &dyn Disk,
) -> Result<usize, Error> {
    if outdated.is_empty() {
        return Ok(0);
    }
    let read_error = Error::disk("read", manifest);
    let mut files_in_use = HashSet::new();
    let mut lines = LineReader::open_at(manifest, 0).map_err(&read_error)?;
    while let Some((_, line)) = lines.next().map_err(&read_error)? {
        let file = parse(line).and_then(|record: Record| record.file);
        files_in_use.extend(file.map(|file| folded_hash(&file)));
    }
    let mut deleted = 0;
    for position in outdated {
        let record = previous
            .record_at(position)
            .map_err(Error::disk("read", &folder.join(JOURNAL)))?;
        let file = record
            .and_then(|record| record.file)
            .filter(|file| is_ours(file) && !files_in_use.contains(&folded_hash(file)));
        if let Some(path) = file.map(|file| folder.join(file))
            && path.exists()
        {
            remove(&path, disk)?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

/// The only part of a record that its place in the manifest depends on.
#[derive(serde::Deserialize)]
struct RowNumber {
    row: u32,
}

/// Reads a manifest record by record.
pub(super) struct ManifestReader {
    path: PathBuf,
    pub(super) head: Head,
    lines: LineReader<BufReader<File>>,
}

impl ManifestReader {
    pub(super) fn open(folder: &Path) -> Result<ManifestReader, Error> {
        let path = folder.join(MANIFEST);
        let mut lines = match LineReader::open_at(&path, 0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Error::Unfinished {
                    folder: folder.to_owned(),
                });
            }
            lines => lines.map_err(Error::disk("open", &path))?,
        };
        match lines.head().map_err(Error::disk("read", &path))? {
            Some(head) => Ok(ManifestReader { path, head, lines }),
            None => Err(Error::Format { path }),
        }
    }

    pub(super) fn next_record(&mut self) -> Result<Option<Record>, Error> {
        match self.lines.next().map_err(Error::disk("read", &self.path))? {
            None => Ok(None),
            Some((_, line)) => match parse(line) {
                Some(record) => Ok(Some(record)),
                None => Err(Error::Format {
                    path: self.path.clone(),
                }),
            },
        }
    }
}
