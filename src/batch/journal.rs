//! Lines of a journal and a manifest, written and read.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::Error;
use super::record::{FORMAT, Head, Record, to_line};
use crate::disk::{AtomicFile, Disk};

/// File of an unfinished batch.
pub(super) const JOURNAL: &str = "journal.jsonl";
/// File of a finished batch.
pub(super) const MANIFEST: &str = "manifest.jsonl";
/// Longer lines are damaged.
const MAX_LINE_BYTES: u64 = 64 * 1024;

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
        disk: &dyn Disk,
    ) -> Result<JournalWriter, Error> {
        let path = folder.join(JOURNAL);
        if !path.exists() {
            AtomicFile::create(&path, disk)
                .and_then(|mut file| {
                    io::Write::write_all(&mut file, &to_line(head))?;
                    file.finish()
                })
                .map_err(Error::disk("write", &path))?;
        }
        let mut file = OpenOptions::new()
            .append(true)
            .read(true)
            .open(&path)
            .map_err(Error::disk("open", &path))?;
        let start = file
            .seek(SeekFrom::End(0))
            .map_err(Error::disk("read", &path))?;
        Ok(JournalWriter { file, start })
    }

    /// Appends records and syncs them.
    pub(super) fn append(&mut self, records: &[&Record], disk: &dyn Disk) -> io::Result<()> {
        let lines: Vec<u8> = records.iter().flat_map(to_line).collect();
        disk.append(&mut self.file, &lines)
    }
}

/// Lines of a file, with the byte at which each begins.
pub(super) struct LineReader<R> {
    input: R,
    offset: u64,
    line: Vec<u8>,
}

impl LineReader<BufReader<File>> {
    /// Reads a file from byte `start` on.
    pub(super) fn open_at(path: &Path, start: u64) -> io::Result<LineReader<BufReader<File>>> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start))?;
        Ok(LineReader {
            offset: start,
            ..LineReader::new(BufReader::new(file))
        })
    }
}

impl<R: BufRead> LineReader<R> {
    pub(super) fn new(input: R) -> LineReader<R> {
        LineReader {
            input,
            offset: 0,
            line: Vec::new(),
        }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        self.line.clear();
        let start = self.offset;
        self.offset += read_line(&mut self.input, &mut self.line)? as u64;
        Ok((self.offset > start).then_some((start, self.line.as_slice())))
    }

    /// Reads the first line; `None` if it is not the head of this format version.
    pub(super) fn head(&mut self) -> io::Result<Option<Head>> {
        let head = self.next()?.and_then(|(_, line)| parse(line));
        Ok(head.filter(|head: &Head| head.batch == FORMAT))
    }

    /// Byte after the last line read.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn into_inner(self) -> R {
        self.input
    }
}

/// Appends the next line to `line`. Returns its length.
pub(super) fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    input.take(MAX_LINE_BYTES).read_until(b'\n', line)
}

/// Parses a line; `None` if it is damaged, for example cut off by a crash.
pub(super) fn parse<T: serde::de::DeserializeOwned>(line: &[u8]) -> Option<T> {
    line.ends_with(b"\n")
        .then(|| serde_json::from_slice(line).ok())
        .flatten()
}
