//! Reads all files of a log, oldest line first.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::rotation::full_files;
use super::{LogError, LogLine, beside};
use crate::disk::{Lock, open_regular};

/// Bytes of a line. A longer one is broken.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// A line of the log.
pub(crate) enum LogItem {
    Line {
        line: Box<LogLine>,
        /// The line as it is in the file, without its end.
        text: String,
    },
    /// A line that cannot be read.
    Broken {
        path: PathBuf,
        /// Counts from 1.
        number: u64,
    },
}

/// A log that is being read. Lines that others add meanwhile are left out.
pub(crate) struct LogReader {
    files: VecDeque<OpenFile>,
}

struct OpenFile {
    path: PathBuf,
    lines: BufReader<io::Take<File>>,
    /// Lines read so far.
    number: u64,
}

impl LogReader {
    /// Opens all files of a log, and the log itself if it exists.
    pub(crate) fn open(path: &Path) -> Result<LogReader, LogError> {
        // No new file may begin while the files are opened.
        let _lock = Lock::shared(&beside(path, "lock"));
        let full = full_files(path).map_err(LogError::disk("read", path))?;
        let paths = full.into_iter().map(|(_, path)| path);
        let newest = path.exists().then(|| path.to_owned());
        let mut files = VecDeque::new();
        for path in paths.chain(newest) {
            let open = || {
                let file = open_regular(OpenOptions::new().read(true), &path)?;
                let length = file.metadata()?.len();
                Ok(BufReader::new(file.take(length)))
            };
            let lines = open().map_err(LogError::disk("read", &path))?;
            files.push_back(OpenFile {
                path,
                lines,
                number: 0,
            });
        }
        match files.is_empty() {
            true => Err(LogError::Missing {
                path: path.to_owned(),
            }),
            false => Ok(LogReader { files }),
        }
    }

    /// Returns the next line; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<LogItem>, LogError> {
        while let Some(file) = self.files.front_mut() {
            let read = file.next().map_err(LogError::disk("read", &file.path))?;
            if read.is_some() {
                return Ok(read);
            }
            self.files.pop_front();
        }
        Ok(None)
    }
}

impl OpenFile {
    fn next(&mut self) -> io::Result<Option<LogItem>> {
        let mut bytes = Vec::new();
        let length = (&mut self.lines)
            .take(MAX_LINE_BYTES)
            .read_until(b'\n', &mut bytes)?;
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        if bytes.pop_if(|last| *last == b'\n').is_none() {
            // Too long, or cut off by a crash.
            self.lines.skip_until(b'\n')?;
        } else if let Ok(text) = String::from_utf8(bytes)
            && let Ok(line) = serde_json::from_str(&text)
        {
            let line = Box::new(line);
            return Ok(Some(LogItem::Line { line, text }));
        }
        Ok(Some(LogItem::Broken {
            path: self.path.clone(),
            number: self.number,
        }))
    }
}
