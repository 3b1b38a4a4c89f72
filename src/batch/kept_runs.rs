//! Reads and deletes the files in the folder of a batch. The batch must not be running.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::Error;
use super::file_name::is_ours;
use super::folder::{delete_key, lock};
use super::journal::{JOURNAL, JournalReader, MANIFEST};
use super::previous_run::{PreviousRun, remove};
use super::record::{RowRecord, Status};
use crate::disk::Disk;

/// Counts of a batch in its folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeptRun {
    pub(crate) is_finished: bool,
    /// Rows with a leaflet.
    pub(crate) done: u32,
    pub(crate) failed: u32,
    /// Pages of the leaflets, with all copies.
    pub(crate) pages: u64,
}

/// Counts the rows of a batch; `None` if the folder has none. Changes nothing, so the batch may be running.
pub(crate) fn kept_run(folder: &Path) -> Result<Option<KeptRun>, Error> {
    let has = |name: &str| folder.join(name).is_file();
    if !has(JOURNAL) && !has(MANIFEST) {
        return Ok(None);
    }
    let mut rows: BTreeMap<u32, (Status, u64)> = BTreeMap::new();
    for name in [MANIFEST, JOURNAL].into_iter().filter(|name| has(name)) {
        let (_, mut reader) = JournalReader::open(&folder.join(name))?;
        // A crash can leave an incomplete last line. Nothing after it counts.
        while let Ok(Some(record)) = reader.next::<RowRecord>() {
            let [pages, copies] = [record.pages, record.copies].map(|count| count.unwrap_or(1));
            let pages = u64::from(pages) * u64::from(copies);
            rows.insert(record.row, (record.status, pages));
        }
    }
    let with = |wanted: Status| rows.values().filter(move |(status, _)| *status == wanted);
    let count = |status| u32::try_from(with(status).count()).unwrap_or(u32::MAX);
    Ok(Some(KeptRun {
        is_finished: !has(JOURNAL),
        done: count(Status::Done),
        failed: count(Status::Failed),
        pages: with(Status::Done).map(|(_, pages)| pages).sum(),
    }))
}

/// Deletes the leaflets of the rows, and keeps the record of them. Returns the number of deleted files.
pub(crate) fn delete_leaflets(folder: &Path, disk: &dyn Disk) -> Result<usize, Error> {
    let _lock = lock(folder)?;
    let previous = PreviousRun::read(folder)?;
    let records = previous.records.values().chain(&previous.replaced);
    let mut deleted = 0;
    for file in records.filter_map(RowRecord::any_file) {
        let path = folder.join(file);
        if is_ours(file) && path.exists() {
            remove(&path, disk)?;
            deleted += 1;
        }
    }
    disk.sync_folder(folder)
        .map_err(Error::disk("write to", folder))?;
    Ok(deleted)
}

/// Deletes a batch with its leaflets, its record and its key. Leaves other files.
pub(crate) fn delete_run(folder: &Path, disk: &dyn Disk) -> Result<(), Error> {
    let _lock = lock(folder)?;
    PreviousRun::read(folder)?.delete(folder, disk)?;
    delete_key(folder, disk)
}
