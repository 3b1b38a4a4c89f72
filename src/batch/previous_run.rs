//! Records of earlier runs in the same folder.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::error::Error;
use super::file_name::is_ours;
use super::journal::{JOURNAL, JournalReader, MANIFEST};
use super::record::{Head, RowRecord};
use crate::disk::{Disk, open_regular};
use crate::finding::{Finding, PlaceTarget};
use crate::source_file::SourceFile;

#[derive(Default)]
pub(super) struct PreviousRun {
    /// Head of the journal, else of the manifest.
    pub(super) head: Option<Head>,
    /// Last record of each row.
    pub(super) records: BTreeMap<u32, RowRecord>,
    /// Records that a later record of the same row replaces.
    pub(super) replaced: Vec<RowRecord>,
    /// Damaged files.
    pub(super) findings: Vec<Finding>,
}

impl PreviousRun {
    /// Reads manifest and journal up to the first damaged line. Cuts off the rest of the journal.
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
                    // Rows count from 1.
                    Ok(Some(RowRecord { row: 0, .. })) => previous.findings.push(damaged(&path)),
                    Ok(Some(record)) => {
                        let replaced = previous.records.insert(record.row, record);
                        previous.replaced.extend(replaced);
                    }
                    Ok(None) => break,
                    Err(Error::Format { .. }) => {
                        // A crash cuts off the last line. Anything else is damage.
                        if name == MANIFEST || !reader.is_cut_off()? {
                            previous.findings.push(damaged(&path));
                        }
                        break;
                    }
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
        for record in records {
            if let Some(file) = record.any_file()
                && is_ours(file)
            {
                remove(&folder.join(file), disk)?;
            }
        }
        remove(&folder.join(MANIFEST), disk)?;
        remove(&folder.join(JOURNAL), disk)?;
        disk.sync_folder(folder)
            .map_err(Error::disk("write to", folder))
    }
}

fn damaged(path: &Path) -> Finding {
    let file = SourceFile {
        name: path.display().to_string(),
        ..SourceFile::default()
    };
    Finding::warning("damaged-journal", "a line of the journal is damaged")
        .at(&Arc::new(file), PlaceTarget::File)
        .help("the rows from that line on are made again; check the disk")
}

/// Shortens a file and syncs it.
fn cut_off(path: &Path, length: u64) -> io::Result<()> {
    let file = open_regular(OpenOptions::new().write(true), path)?;
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
