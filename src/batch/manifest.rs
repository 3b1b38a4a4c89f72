//! Writes the manifest of a finished batch.

use std::collections::{BTreeMap, HashSet, btree_map};
use std::io::{BufWriter, Write};
use std::path::Path;

use super::error::Error;
use super::file_name::{folded_hash, is_ours};
use super::journal::{JOURNAL, JournalReader, JournalWriter, MANIFEST};
use super::previous_run::{PreviousRun, remove};
use super::record::{Head, RowRecord, to_line};
use crate::disk::{AtomicFile, Disk, FileMode};

/// Order of the records of a run in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordOrder {
    ByRow,
    Other,
}

/// The records of this run, sorted by row. A printed row has a record from before it was sent, and one from after;
/// only the last one counts.
struct NewRecords {
    reader: JournalReader,
    /// The next record of the journal.
    next: Option<RowRecord>,
    /// The records of the journal, if it is not sorted by row.
    sorted: Option<btree_map::IntoValues<u32, RowRecord>>,
}

impl NewRecords {
    fn new(mut reader: JournalReader, order: RecordOrder) -> Result<NewRecords, Error> {
        let mut next = reader.next::<RowRecord>()?;
        let sorted = match order {
            RecordOrder::ByRow => None,
            RecordOrder::Other => {
                let mut sorted = BTreeMap::new();
                while let Some(record) = next.take() {
                    sorted.insert(record.row, record);
                    next = reader.next()?;
                }
                Some(sorted.into_values())
            }
        };
        Ok(NewRecords {
            reader,
            next,
            sorted,
        })
    }

    fn next(&mut self) -> Result<Option<RowRecord>, Error> {
        if let Some(sorted) = &mut self.sorted {
            return Ok(sorted.next());
        }
        while let Some(record) = self.next.take() {
            self.next = self.reader.next()?;
            let is_last = |next: &RowRecord| next.row != record.row;
            if self.next.as_ref().is_none_or(is_last) {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

/// Writes the manifest, and deletes files that no row needs any more. Returns the number of deleted files.
///
/// The records of this run are read one by one from the journal, and those of earlier runs are merged between them.
/// If the rows of this run were sorted by columns, its records are read as a whole and sorted by row.
pub(super) fn write(
    folder: &Path,
    previous: PreviousRun,
    journal: JournalWriter,
    head: &Head,
    order: RecordOrder,
    mode: FileMode,
    disk: &dyn Disk,
) -> Result<usize, Error> {
    let rows = head.rows.unwrap_or(u32::MAX);
    let path = folder.join(MANIFEST);
    let write_error = Error::disk("write", &path);
    let file = AtomicFile::create(&path, disk).map_err(&write_error)?;
    file.set_mode(mode).map_err(&write_error)?;
    let mut manifest = BufWriter::new(file);
    manifest.write_all(&to_line(head)).map_err(&write_error)?;

    let PreviousRun {
        records,
        replaced: mut outdated,
        ..
    } = previous;
    let is_first_run = records.is_empty() && outdated.is_empty();
    let mut files_in_use = HashSet::new();
    let mut write = |record: &RowRecord| {
        if !is_first_run {
            files_in_use.extend(record.any_file().map(|file| folded_hash(file)));
        }
        manifest.write_all(&to_line(record)).map_err(&write_error)
    };
    let mut earlier = records.into_values().peekable();
    let (_, mut new) = JournalReader::open(&folder.join(JOURNAL))?;
    new.seek(journal.start)?;
    let mut new = NewRecords::new(new, order)?;
    while let Some(record) = new.next()? {
        while let Some(earlier) = earlier.next_if(|earlier| earlier.row < record.row) {
            write(&earlier)?;
        }
        outdated.extend(earlier.next_if(|earlier| earlier.row == record.row));
        write(&record)?;
    }
    for record in earlier {
        // The job file may have become shorter.
        if record.row > rows {
            outdated.push(record);
        } else {
            write(&record)?;
        }
    }

    let mut deleted = 0;
    for file in outdated.iter().filter_map(RowRecord::any_file) {
        let path = folder.join(file);
        if is_ours(file) && !files_in_use.contains(&folded_hash(file)) && path.exists() {
            remove(&path, disk)?;
            deleted += 1;
        }
    }
    // Windows does not replace open files.
    drop((new, journal));
    manifest
        .into_inner()
        .map_err(|error| error.into_error())
        .and_then(AtomicFile::finish)
        .map_err(&write_error)?;
    Ok(deleted)
}
