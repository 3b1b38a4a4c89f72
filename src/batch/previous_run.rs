//! Records of earlier runs in the same folder.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;

use super::error::Error;
use super::file_name::is_ours;
use super::journal::{JOURNAL, JournalReader, MANIFEST};
use super::record::{Head, RowRecord};
use crate::disk::Disk;

#[derive(Default)]
pub(super) struct PreviousRun {
    /// Head of the journal, else of the manifest.
    pub(super) head: Option<Head>,
    /// Last record of each row.
    pub(super) records: BTreeMap<u32, RowRecord>,
    /// Records that a later record of the same row replaces.
    pub(super) replaced: Vec<RowRecord>,
}

impl PreviousRun {
    /// Reads manifest and journal. Cuts off a half-written line at the end of the journal.
    pub(super) fn read(folder: &Path) -> Result<PreviousRun, Error> {
        let mut previous = PreviousRun::default();
        for name in [MANIFEST, JOURNAL] {
            let path = folder.join(name);
            if !path.exists() {
                continue;
            }
            let (head, mut reader) = JournalReader::open(&path)?;
            previous.head = Some(head);
            loop {
                match reader.next::<RowRecord>() {
                    Ok(Some(record)) => {
                        let replaced = previous.records.insert(record.row, record);
                        previous.replaced.extend(replaced);
                    }
                    Ok(None) | Err(Error::Format { .. }) => break,
                    Err(error) => return Err(error),
                }
            }
            if name == JOURNAL {
                cut_off(&path, reader.offset).map_err(Error::disk("write", &path))?;
            }
        }
        Ok(previous)
    }

    /// Deletes the files of earlier runs. The journal is last, so that a crash leaves it to the next run.
    pub(super) fn delete(self, folder: &Path, disk: &dyn Disk) -> Result<(), Error> {
        let records = self.records.into_values().chain(self.replaced);
        for file in records.filter_map(|record| record.file) {
            if is_ours(&file) {
                remove(&folder.join(file), disk)?;
            }
        }
        remove(&folder.join(MANIFEST), disk)?;
        remove(&folder.join(JOURNAL), disk)?;
        disk.sync_folder(folder)
            .map_err(Error::disk("write to", folder))
    }
}

/// Shortens a file and syncs it.
fn cut_off(path: &Path, length: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_len(length)?;
    file.sync_data()
}

/// Deletes a file if it exists.
pub(super) fn remove(path: &Path, disk: &dyn Disk) -> Result<(), Error> {
    match disk.remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::disk("delete", path)(error))
        }
        _ => Ok(()),
    }
}
