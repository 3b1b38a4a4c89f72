//! Journals and manifests as files: a line for the head, then a line for each record.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::error::Error;
use super::record::{FORMAT, Head, RowRecord, from_line, to_line};
use crate::disk::{AtomicFile, Disk, FileMode, open_regular};

/// File of an unfinished batch.
pub(super) const JOURNAL: &str = "journal.jsonl";
/// File of a finished batch.
pub(super) const MANIFEST: &str = "manifest.jsonl";
/// Longer lines are damaged.
const MAX_LINE_BYTES: u64 = 1024 * 1024;

/// The open journal of this run.
pub(super) struct JournalWriter {
    file: File,
    /// Byte at which the records of this run begin.
    pub(super) start: u64,
}

impl JournalWriter {
    /// Opens the journal of a folder. If there is none, begins one.
    pub(super) fn open(
        folder: &Path,
        head: &Head,
        mode: FileMode,
        disk: &dyn Disk,
    ) -> Result<JournalWriter, Error> {
        let path = folder.join(JOURNAL);
        if !path.exists() {
            AtomicFile::create(&path, disk)
                .and_then(|mut file| {
                    file.set_mode(mode)?;
                    file.write_all(&to_line(head))?;
                    file.finish()
                })
                .map_err(Error::disk("write", &path))?;
        }
        let mut file = open_regular(OpenOptions::new().append(true).read(true), &path)
            .map_err(Error::disk("open", &path))?;
        let start = file
            .seek(SeekFrom::End(0))
            .map_err(Error::disk("read", &path))?;
        Ok(JournalWriter { file, start })
    }

    /// Begins the records of this run at the end of the journal.
    pub(super) fn begin_here(&mut self) -> io::Result<()> {
        self.start = self.file.seek(SeekFrom::End(0))?;
        Ok(())
    }

    /// Appends records and syncs them.
    pub(super) fn append(&mut self, records: &[&RowRecord], disk: &dyn Disk) -> io::Result<()> {
        let lines: Vec<u8> = records.iter().flat_map(to_line).collect();
        disk.append(&mut self.file, &lines)
    }
}

/// Reads a journal or manifest line by line.
pub(super) struct JournalReader {
    path: PathBuf,
    file: BufReader<File>,
    /// Byte after the last whole line.
    pub(super) offset: u64,
}

impl JournalReader {
    /// Opens a file and reads its head.
    pub(super) fn open(path: &Path) -> Result<(Head, JournalReader), Error> {
        let file =
            open_regular(OpenOptions::new().read(true), path).map_err(Error::disk("open", path))?;
        let mut reader = JournalReader {
            path: path.to_owned(),
            file: BufReader::new(file),
            offset: 0,
        };
        match reader.next()? {
            Some(head @ Head { batch: FORMAT, .. }) => Ok((head, reader)),
            _ => Err(reader.format_error()),
        }
    }

    /// Returns whether the file ends in the middle of a line, as after a crash, and the next line is
    /// the last.
    pub(super) fn is_cut_off(&mut self) -> Result<bool, Error> {
        self.seek(self.offset)?;
        let mut rest = Vec::new();
        let length = (&mut self.file)
            .take(MAX_LINE_BYTES)
            .read_until(b'\n', &mut rest)
            .map_err(Error::disk("read", &self.path))?;
        let is_half = (length as u64) < MAX_LINE_BYTES && !rest.ends_with(b"\n");
        Ok(is_half || rest == b"\n")
    }

    /// Reads the next line; `None` at the end. Fails with [`Error::Format`] if the line is damaged, for
    /// example cut off by a crash.
    pub(super) fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Error> {
        let mut line = Vec::new();
        let length = (&mut self.file)
            .take(MAX_LINE_BYTES)
            .read_until(b'\n', &mut line)
            .map_err(Error::disk("read", &self.path))?;
        if length == 0 {
            return Ok(None);
        }
        let value = from_line(&line).ok_or_else(|| self.format_error())?;
        self.offset += length as u64;
        Ok(Some(value))
    }

    /// Goes on at a byte of the file.
    pub(super) fn seek(&mut self, offset: u64) -> Result<(), Error> {
        self.file
            .seek(SeekFrom::Start(offset))
            .map_err(Error::disk("read", &self.path))?;
        self.offset = offset;
        Ok(())
    }

    fn format_error(&self) -> Error {
        Error::Format {
            path: self.path.clone(),
        }
    }
}
