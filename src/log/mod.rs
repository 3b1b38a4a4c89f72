//! The log: which leaflet was made, printed or saved, by whom and when. One JSON object a line.
//!
//! 1. [`Log::open`] finds out whether the log can be written, before anything is made.
//! 2. Whoever lets a leaflet go calls [`Log::append`] first. So nothing leaves without a line. After a crash in
//!    between, there may be a line for a leaflet that is made again. If the printer refuses the leaflet,
//!    [`Log::append_unprinted`] adds a line that says so.
//! 3. `rotation` begins a new file when the log is full, and deletes none.
//! 4. `reader` reads all files of a log, and reports lines that it cannot read.
//!
//! A line has nothing about the reader, unless the clinic names a column as its own reference (`log_reference`). Its
//! value is there as a hash with a secret key.

mod entry;
mod error;
mod key;
mod reader;
mod rotation;

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Zoned;

use crate::disk::{Disk, Lock, folder_of, is_other_file, open_regular, private};
use crate::finding::Finding;
use crate::keyed_hash::HashKey;
use crate::library::Clinic;
use crate::resolve::JobData;
use crate::user_name::user_name;
pub(crate) use entry::{Action, LogEntry, LogLine};
pub use error::LogError;
pub(crate) use reader::{LogItem, LogReader};

/// Size of a file of the log in bytes, above which a new one begins.
const MAX_FILE_BYTES: u64 = 10_000_000;

/// First bytes of a line. A job file that is named by mistake has others.
const LINE_START: &[u8] = b"{\"time\":";

/// A log that can be written.
pub struct Log {
    path: PathBuf,
    max_bytes: u64,
    user: String,
    key: Mutex<Option<HashKey>>,
}

impl Log {
    /// Opens a log. Fails if it cannot be written. The first line creates a new one: a command that fails leaves no
    /// empty file.
    pub fn open(path: &Path) -> Result<Log, LogError> {
        let log = Log {
            path: path.to_owned(),
            max_bytes: MAX_FILE_BYTES,
            user: user(),
            key: Mutex::default(),
        };
        if is_other_file(path, LINE_START) {
            return Err(LogError::NoLog {
                path: path.to_owned(),
            });
        }
        if path.exists() {
            let _lock = log.lock()?;
            log.open_file()?;
        } else {
            log.try_folder()?;
        }
        Ok(log)
    }

    /// Fails if the folder of a new log is not there, or takes no files.
    fn try_folder(&self) -> Result<(), LogError> {
        let folder = folder_of(&self.path);
        if !folder.is_dir() {
            return Err(LogError::NoFolder {
                path: folder.to_owned(),
            });
        }
        let file = tempfile::tempfile_in(folder);
        file.map(drop).map_err(LogError::disk("make", &self.path))
    }

    /// Loads the key if the clinic names a reference. Fails if there is no key and none can be made.
    pub(crate) fn prepare(&self, clinic: &Clinic) -> Result<(), LogError> {
        match clinic.facts.log_reference {
            Some(_) => self.key().map(drop),
            None => Ok(()),
        }
    }

    /// Returns the keyed hash of the clinic's own reference of a reader. `None` if the clinic asks for none, or
    /// the reader has none.
    pub(crate) fn reference(
        &self,
        clinic: &Clinic,
        data: &JobData,
    ) -> Result<Option<String>, LogError> {
        let name = clinic.facts.log_reference.as_ref();
        match name.and_then(|name| entry::text_at(data, &name.0)) {
            Some(value) => Ok(Some(self.key()?.hash_bytes(value.as_bytes()))),
            None => Ok(None),
        }
    }

    /// Appends a line for each entry and syncs the log. Waits while another process writes.
    pub(crate) fn append(&self, entries: &[LogEntry], disk: &dyn Disk) -> Result<(), LogError> {
        if entries.is_empty() {
            return Ok(());
        }
        let _lock = self.lock()?;
        // The real clock: `--date` is the date of leaflets.
        let time = Zoned::now().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        let mut bytes = Vec::new();
        for entry in entries {
            entry.write(&time, &self.user, &mut bytes);
        }
        rotation::make_room(&self.path, bytes.len() as u64, self.max_bytes, disk)
            .map_err(LogError::disk("begin a new file of", &self.path))?;
        let mut file = self.open_file()?;
        append_lines(&mut file, bytes, disk).map_err(LogError::disk("write to", &self.path))
    }

    /// Appends a line for each leaflet that was not printed after all. Its earlier line stays.
    pub(crate) fn append_unprinted(
        &self,
        printed: &[LogEntry],
        disk: &dyn Disk,
    ) -> Result<(), LogError> {
        let unprinted = |entry: &LogEntry| LogEntry {
            action: Action::NotPrinted,
            ..entry.clone()
        };
        let entries: Vec<LogEntry> = printed.iter().map(unprinted).collect();
        self.append(&entries, disk)
    }

    fn lock(&self) -> Result<Lock, LogError> {
        Lock::acquire(&beside(&self.path, "lock"))
            .map_err(LogError::disk("lock", &beside(&self.path, "lock")))
    }

    fn open_file(&self) -> Result<File, LogError> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        private(&mut options);
        open_regular(&mut options, &self.path).map_err(LogError::disk("open", &self.path))
    }

    fn key(&self) -> Result<HashKey, LogError> {
        let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        match &*key {
            Some(key) => Ok(key.clone()),
            None => Ok(key.insert(key::load(&self.path)?).clone()),
        }
    }
}

/// Reports that a reader lacks the value that the clinic uses as its own reference.
pub(crate) fn missing_reference(clinic: &Clinic, data: &JobData) -> Option<Finding> {
    let name = &clinic.facts.log_reference.as_ref()?.0;
    if entry::text_at(data, name).is_some() {
        return None;
    }
    let message = "the value is missing, so the log has no reference of this reader";
    let help = "give the value, or correct `log_reference` in `clinic.yaml`";
    let finding = Finding::warning("missing-log-reference", message).help(help);
    Some(finding.in_column(name))
}

/// Appends lines by one write. A half-written line, which a crash has left, gets its own line end first. If the disk
/// is full, the file keeps what it had.
fn append_lines(file: &mut File, mut lines: Vec<u8>, disk: &dyn Disk) -> io::Result<()> {
    let length = file.metadata()?.len();
    if length > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            lines.insert(0, b'\n');
        }
    }
    disk.append(file, &lines).inspect_err(|_| {
        // If this fails, `reader` reports the partial line.
        let _ = file.set_len(length);
    })
}

/// Returns the path of a file beside the log, as in `leaflets.log.key`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

/// Returns the name of the person who runs the program, else their number.
fn user() -> String {
    user_name()
        .or_else(user_number)
        .unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(unix)]
fn user_number() -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let process = std::fs::metadata("/proc/self").ok()?;
    Some(format!("uid {}", process.uid()))
}

#[cfg(not(unix))]
fn user_number() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::thread;

    use tempfile::TempDir;

    use super::*;
    use crate::disk::RealDisk;

    fn entry(handout: &str) -> LogEntry {
        LogEntry {
            handout: handout.to_owned(),
            ..LogEntry::default()
        }
    }

    fn log(folder: &TempDir, max_bytes: u64) -> Log {
        let log = Log::open(&folder.path().join("log")).unwrap();
        Log { max_bytes, ..log }
    }

    /// Handouts of the lines, and the numbers of those that cannot be read.
    fn read(path: &Path) -> (Vec<String>, Vec<(String, u64)>) {
        let (mut handouts, mut broken) = (Vec::new(), Vec::new());
        let mut reader = LogReader::open(path).unwrap();
        while let Some(item) = reader.next().unwrap() {
            match item {
                LogItem::Line { line, .. } => handouts.push(line.leaflet.handout),
                LogItem::Broken { path, number } => {
                    let name = path.file_name().unwrap().to_string_lossy().into_owned();
                    broken.push((name, number));
                }
            }
        }
        (handouts, broken)
    }

    #[test]
    fn writers_at_the_same_time_mix_no_lines_and_lose_none() {
        let folder = TempDir::new().unwrap();
        // Each line begins a new file sooner or later, while others write.
        let logs: Vec<Log> = (0..8).map(|_| log(&folder, 2000)).collect();
        thread::scope(|scope| {
            for (number, log) in logs.iter().enumerate() {
                scope.spawn(move || {
                    for line in 0..25 {
                        let entries = [entry(&format!("{number}-{line}")), entry("other")];
                        log.append(&entries, &RealDisk).unwrap();
                    }
                });
            }
        });
        let (mut handouts, broken) = read(&folder.path().join("log"));
        assert_eq!(broken, []);
        assert_eq!(handouts.len(), 400);
        handouts.sort();
        handouts.dedup();
        assert_eq!(handouts.len(), 201);
        assert!(folder.path().join("log.10").exists());
    }

    #[test]
    fn a_full_file_gets_the_next_number_and_none_is_replaced() {
        let folder = TempDir::new().unwrap();
        let log = log(&folder, 1);
        for handout in ["a", "b", "c"] {
            log.append(&[entry(handout)], &RealDisk).unwrap();
        }
        let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(text("log.1").contains("\"handout\":\"a\""));
        assert!(text("log.2").contains("\"handout\":\"b\""));
        assert!(text("log").contains("\"handout\":\"c\""));
        assert_eq!(read(&folder.path().join("log")).0, ["a", "b", "c"]);
        // A gap is not filled: numbers are in the order of time.
        fs::remove_file(folder.path().join("log.1")).unwrap();
        log.append(&[entry("d")], &RealDisk).unwrap();
        assert_eq!(read(&folder.path().join("log")).0, ["b", "c", "d"]);
        assert!(folder.path().join("log.3").exists());
    }

    #[test]
    fn broken_lines_are_named_and_harm_no_others() {
        let folder = TempDir::new().unwrap();
        let log = log(&folder, MAX_FILE_BYTES);
        let path = folder.path().join("log");
        log.append(&[entry("a")], &RealDisk).unwrap();
        let mut text = fs::read_to_string(&path).unwrap();
        text += "\n{\"time\":\"2026-11-30T10:00";
        fs::write(&path, &text).unwrap();
        log.append(&[entry("b")], &RealDisk).unwrap();
        let name = "log".to_owned();
        let (handouts, broken) = read(&path);
        assert_eq!(handouts, ["a", "b"]);
        assert_eq!(broken, [(name.clone(), 2), (name, 3)]);
    }

    #[test]
    fn a_log_that_cannot_be_written_is_refused() {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("folder")).unwrap();
        assert!(Log::open(&folder.path().join("folder")).is_err());
        let missing = Log::open(&folder.path().join("missing/log"));
        assert!(matches!(missing, Err(LogError::NoFolder { .. })));
        let jobs = folder.path().join("jobs.csv");
        fs::write(&jobs, "handout\nsleep\n").unwrap();
        assert!(matches!(Log::open(&jobs), Err(LogError::NoLog { .. })));
        assert!(!folder.path().join("jobs.csv.lock").exists());
    }
}
