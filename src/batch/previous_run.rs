//! Records of earlier runs in the same folder.
//!
//! Memory holds only where each record is: 16 bytes a row.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Seek};
use std::path::Path;

use super::Error;
use super::file_name::is_ours;
use super::journal::{JOURNAL, LineReader, MANIFEST, parse, read_line};
use super::record::{Head, Record};
use crate::disk::Disk;

pub(super) struct PreviousRun {
    manifest: Option<BufReader<File>>,
    journal: Option<BufReader<File>>,
    /// Last record of each row, sorted by row.
    current: Vec<Position>,
    /// Records that a later record of the same row replaces.
    replaced: Vec<Position>,
    /// Head of the journal, else of the manifest.
    pub(super) head: Option<Head>,
}

/// Position of a record.
#[derive(Clone, Copy)]
pub(super) struct Position {
    pub(super) row: u32,
    file: RecordFile,
    /// Byte in the file.
    offset: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum RecordFile {
    Manifest,
    Journal,
}

impl PreviousRun {
    pub(super) fn none() -> PreviousRun {
        PreviousRun {
            manifest: None,
            journal: None,
            current: Vec::new(),
            replaced: Vec::new(),
            head: None,
        }
    }

    /// Reads manifest and journal. Cuts off a half-written line at the end of the journal.
    pub(super) fn read(folder: &Path) -> Result<PreviousRun, Error> {
        let mut previous = PreviousRun::none();
        let mut positions = Vec::new();
        for (file, name) in [
            (RecordFile::Manifest, MANIFEST),
            (RecordFile::Journal, JOURNAL),
        ] {
            let path = folder.join(name);
            let opened = match OpenOptions::new()
                .read(true)
                .write(file == RecordFile::Journal)
                .open(&path)
            {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                opened => opened.map_err(Error::disk("open", &path))?,
            };
            let mut lines = LineReader::new(BufReader::new(opened));
            let read_error = Error::disk("read", &path);
            let Some(head) = lines.head().map_err(&read_error)? else {
                return Err(Error::Format { path: path.clone() });
            };
            let mut end = lines.offset();
            while let Some((offset, line)) = lines.next().map_err(&read_error)? {
                let Some(record) = parse::<Record>(line) else {
                    break;
                };
                positions.push(Position {
                    row: record.row,
                    file,
                    offset,
                });
                end = lines.offset();
            }
            let opened = lines.into_inner();
            match file {
                RecordFile::Manifest => previous.manifest = Some(opened),
                RecordFile::Journal => {
                    opened
                        .get_ref()
                        .set_len(end)
                        .and_then(|()| opened.get_ref().sync_data())
                        .map_err(Error::disk("write", &path))?;
                    previous.journal = Some(opened);
                }
            }
            previous.head = Some(head);
        }
        // A stable sort keeps the records of a row in the order of writing.
        positions.sort_by_key(|position| position.row);
        for position in positions {
            match previous.current.last_mut() {
                Some(last) if last.row == position.row => {
                    previous.replaced.push(std::mem::replace(last, position));
                }
                _ => previous.current.push(position),
            }
        }
        Ok(previous)
    }

    /// Returns the last record of a row.
    pub(super) fn record(&mut self, row: u32) -> io::Result<Option<Record>> {
        match self
            .current
            .binary_search_by_key(&row, |position| position.row)
        {
            Ok(index) => self.record_at(self.current[index]),
            Err(_) => Ok(None),
        }
    }

    pub(super) fn record_at(&mut self, position: Position) -> io::Result<Option<Record>> {
        let mut line = Vec::new();
        self.read_line(position, &mut line)?;
        Ok(parse(&line))
    }

    /// Appends the line of a record to `line`.
    pub(super) fn read_line(&mut self, position: Position, line: &mut Vec<u8>) -> io::Result<()> {
        let file = match position.file {
            RecordFile::Manifest => &mut self.manifest,
            RecordFile::Journal => &mut self.journal,
        };
        let file = file
            .as_mut()
            .ok_or_else(|| io::Error::other("the journal is gone"))?;
        let distance = position.offset.cast_signed() - file.stream_position()?.cast_signed();
        // Keeps the buffer: most lines are read in order.
        file.seek_relative(distance)?;
        read_line(file, line)?;
        Ok(())
    }

    /// Reopens the journal, to read records that this run has written, too.
    pub(super) fn reopen_journal(&mut self, folder: &Path) -> Result<(), Error> {
        let path = folder.join(JOURNAL);
        let file = File::open(&path).map_err(Error::disk("open", &path))?;
        self.journal = Some(BufReader::new(file));
        Ok(())
    }

    /// Takes the last record of each row, and the replaced records.
    pub(super) fn take_positions(&mut self) -> (Vec<Position>, Vec<Position>) {
        (
            std::mem::take(&mut self.current),
            std::mem::take(&mut self.replaced),
        )
    }

    /// Deletes the files of earlier runs. The journal is last, so that a crash leaves it to the next run.
    pub(super) fn delete(mut self, folder: &Path, disk: &dyn Disk) -> Result<(), Error> {
        let (current, replaced) = self.take_positions();
        for position in current.into_iter().chain(replaced) {
            let record = self
                .record_at(position)
                .map_err(Error::disk("read", &folder.join(JOURNAL)))?;
            if let Some(file) = record
                .and_then(|record| record.file)
                .filter(|file| is_ours(file))
            {
                remove(&folder.join(file), disk)?;
            }
        }
        // Windows does not delete open files.
        drop(self);
        remove(&folder.join(MANIFEST), disk)?;
        remove(&folder.join(JOURNAL), disk)?;
        disk.sync_folder(folder)
            .map_err(Error::disk("write to", folder))
    }
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
