//! The folder of a batch: which rows are done, so that no row is lost and none is made twice.
//!
//! The folder has the leaflets and these files:
//!
//! - `journal.jsonl` of an unfinished batch: a head, then a record for each row.
//! - `manifest.jsonl` of a finished batch: the same lines, sorted by row.
//! - `journal.key`: the key of the row hashes. Its lock keeps a second run out.
//!
//! Each group of rows is committed in this order, so that a crash at any step loses no row:
//!
//! 1. Workers write files under temporary names.
//! 2. Files are synced.
//! 3. Files are renamed, and the folder is synced.
//! 4. Records are appended to the journal, and the journal is synced.
//!
//! The next run cuts off a half-written record and deletes temporary files. It makes rows without a record again,
//! under the same names.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::error::Error;
use super::journal::{JOURNAL, JournalWriter, MANIFEST};
use super::manifest::{self, RecordOrder};
use super::previous_run::{PreviousRun, remove};
use super::record::{Head, RowRecord, hex};
use crate::disk::{Disk, FileMode, TEMPORARY_PREFIX, TEMPORARY_SUFFIX, open_regular};
use crate::keyed_hash::HashKey;
use crate::thread_stack;

const KEY: &str = "journal.key";
/// A key is shorter. A longer file is damaged.
const MAX_KEY_BYTES: u64 = 1024;
/// A group that takes longer to sync is synced by several threads.
const SEQUENTIAL_SYNC: Duration = Duration::from_millis(5);
/// Number of threads that sync a group.
const SYNC_THREADS: usize = 8;
/// Minimum number of files for a thread to sync.
const MIN_FILES_PER_THREAD: usize = 4;

/// Returns whether a path has the name of a file that a batch keeps in its folder.
pub(crate) fn is_batch_file(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    [KEY, JOURNAL, MANIFEST].iter().any(|own| name == *own)
}

/// Returns whether a path is in the folder of a batch.
pub(crate) fn is_in_batch(path: &Path) -> bool {
    path.with_file_name(KEY).exists()
}

/// What to do with a folder that has a batch in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartMode {
    /// Refuse it.
    Fresh,
    /// Finish the batch.
    Resume,
    /// Delete the batch.
    Overwrite,
}

/// A folder that this run has for itself.
pub(super) struct Folder<'a> {
    pub(super) path: PathBuf,
    disk: &'a dyn Disk,
    /// Permissions of journal and manifest: names of files may say something about a reader.
    mode: FileMode,
    /// Held until the batch is over.
    _lock: KeyFile,
    pub(super) key: HashKey,
    /// Whether the folder has files of other programs, which leaflets may not replace.
    has_foreign_files: bool,
}

/// The locked `journal.key`.
struct KeyFile(File);

impl Drop for KeyFile {
    /// Unlocks explicitly: a process that is just being started may hold the file open for a moment.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

impl<'a> Folder<'a> {
    /// Opens a folder, creates it if needed, and reads what earlier runs have done. Pushes remarks for
    /// people to `notes`.
    pub(super) fn open(
        path: &Path,
        start: StartMode,
        mode: FileMode,
        disk: &'a dyn Disk,
        notes: &mut Vec<String>,
    ) -> Result<(Folder<'a>, PreviousRun), Error> {
        fs::create_dir_all(path).map_err(Error::disk("make", path))?;
        let has_batch = || path.join(JOURNAL).exists() || path.join(MANIFEST).exists();
        let refuse_batch = || {
            if start == StartMode::Fresh && has_batch() {
                return Err(Error::FolderHasBatch {
                    folder: path.to_owned(),
                });
            }
            Ok(())
        };
        // Checked before anything is written, and again once no other run can change it.
        refuse_batch()?;
        let mut key_file = KeyFile::open(path, notes)?;
        refuse_batch()?;
        let had_batch = has_batch();
        let previous = match (PreviousRun::read(path), start) {
            (Ok(previous), StartMode::Overwrite) => {
                previous.delete(path, disk)?;
                PreviousRun::default()
            }
            (Err(Error::Format { .. }), StartMode::Overwrite) => {
                notes.push(
                    "the journal cannot be read: old leaflets stay where they are".to_owned(),
                );
                PreviousRun::default().delete(path, disk)?;
                PreviousRun::default()
            }
            (previous, _) => previous?,
        };
        let is_resumed = start == StartMode::Resume && had_batch;
        let key_path = path.join(KEY);
        let known_key = key_file.read().map_err(Error::disk("read", &key_path))?;
        let key = match known_key.filter(|_| is_resumed) {
            Some(key) => key,
            None => {
                if is_resumed {
                    notes.push("`journal.key` is gone, so every row is made again".to_owned());
                }
                let key = HashKey::random()
                    .map_err(io::Error::other)
                    .map_err(Error::disk("make a key for", &key_path))?;
                key_file
                    .write(&key)
                    .map_err(Error::disk("write", &key_path))?;
                key
            }
        };
        let mut folder = Folder {
            path: path.to_owned(),
            disk,
            mode,
            _lock: key_file,
            key,
            has_foreign_files: false,
        };
        let has_files = folder.delete_temporary_files()?;
        folder.has_foreign_files = has_files && !had_batch && start != StartMode::Overwrite;
        Ok((folder, previous))
    }

    /// Returns whether a leaflet is on disk as it was made.
    pub(super) fn has_file(&self, file: &str, sha256: Option<&str>) -> bool {
        is_undamaged(&self.path.join(file), sha256)
    }

    /// Opens the journal. If there is none, begins one.
    pub(super) fn open_journal(&self, head: &Head) -> Result<JournalWriter, Error> {
        JournalWriter::open(&self.path, head, self.mode, self.disk)
    }

    /// Writes the file of a row under its temporary name.
    pub(super) fn write_temporary(
        &self,
        row: u32,
        bytes: &[u8],
        mode: Option<FileMode>,
    ) -> Result<(), Error> {
        let path = self.temporary_path(row);
        self.disk
            .write_new(&path, bytes, mode)
            .map_err(Error::disk("write", &path))
    }

    /// Commits a group of rows.
    pub(super) fn commit(
        &self,
        journal: &mut JournalWriter,
        group: &[&RowRecord],
    ) -> Result<(), Error> {
        let files: Vec<(PathBuf, PathBuf)> = group
            .iter()
            .filter_map(|record| {
                let file = self.path.join(record.file.as_ref()?);
                Some((self.temporary_path(record.row), file))
            })
            .collect();
        if !files.is_empty() {
            let temporary: Vec<&Path> = files.iter().map(|(from, _)| from.as_path()).collect();
            self.sync_all(&temporary)?;
            files
                .iter()
                .try_for_each(|(from, to)| self.rename(from, to))?;
            self.disk
                .sync_folder(&self.path)
                .map_err(Error::disk("write to", &self.path))?;
        }
        self.record(journal, group)
    }

    /// Appends records without files to the journal.
    pub(super) fn record(
        &self,
        journal: &mut JournalWriter,
        records: &[&RowRecord],
    ) -> Result<(), Error> {
        journal
            .append(records, self.disk)
            .map_err(Error::disk("write to", &self.path.join(JOURNAL)))
    }

    /// Appends records that do not belong to the rows of this run.
    pub(super) fn record_earlier(
        &self,
        journal: &mut JournalWriter,
        records: &[&RowRecord],
    ) -> Result<(), Error> {
        self.record(journal, records)?;
        journal
            .begin_here()
            .map_err(Error::disk("read", &self.path.join(JOURNAL)))
    }

    /// Ends the batch: replaces the journal by a manifest, and deletes files that no row needs any more.
    /// Returns the number of deleted files.
    pub(super) fn finish(
        &self,
        previous: PreviousRun,
        journal: JournalWriter,
        head: &Head,
        order: RecordOrder,
    ) -> Result<usize, Error> {
        let deleted = manifest::write(
            &self.path, previous, journal, head, order, self.mode, self.disk,
        )?;
        remove(&self.path.join(JOURNAL), self.disk)?;
        self.disk
            .sync_folder(&self.path)
            .map_err(Error::disk("write to", &self.path))?;
        Ok(deleted)
    }

    fn temporary_path(&self, row: u32) -> PathBuf {
        self.path
            .join(format!("{TEMPORARY_PREFIX}{row}{TEMPORARY_SUFFIX}"))
    }

    /// Deletes the temporary files of a failed run. Returns whether there are other files.
    pub(super) fn delete_temporary_files(&self) -> Result<bool, Error> {
        let mut has_files = false;
        let read_error = Error::disk("read", &self.path);
        for entry in fs::read_dir(&self.path).map_err(&read_error)? {
            let entry = entry.map_err(&read_error)?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX) {
                remove(&entry.path(), self.disk)?;
            } else if name != KEY {
                has_files = true;
            }
        }
        Ok(has_files)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), Error> {
        if self.has_foreign_files && to.exists() {
            return Err(Error::ForeignFile {
                path: to.to_owned(),
            });
        }
        self.disk.rename(from, to).map_err(Error::disk("write", to))
    }

    /// Syncs the files of a group. On a slow disk several threads do: one flush of the disk serves all
    /// that wait.
    fn sync_all(&self, files: &[&Path]) -> Result<(), Error> {
        let sync = |file: &&Path| self.disk.sync(file).map_err(Error::disk("write", file));
        let start = Instant::now();
        let mut rest = files;
        while let [first, others @ ..] = rest
            && start.elapsed() < SEQUENTIAL_SYNC
        {
            sync(first)?;
            rest = others;
        }
        let chunk = rest.len().div_ceil(SYNC_THREADS).max(MIN_FILES_PER_THREAD);
        thread::scope(|scope| {
            let mut threads = Vec::new();
            for files in rest.chunks(chunk) {
                let sync_chunk = move || files.iter().try_for_each(sync);
                match thread_stack::builder().spawn_scoped(scope, sync_chunk) {
                    Ok(thread) => threads.push(thread),
                    // No more threads can be started.
                    Err(_) => sync_chunk()?,
                }
            }
            threads
                .into_iter()
                .try_for_each(|thread| match thread.join() {
                    Ok(result) => result,
                    Err(panic) => std::panic::resume_unwind(panic),
                })
        })
    }
}

/// Returns whether a file has this SHA-256.
pub(super) fn is_undamaged(path: &Path, sha256: Option<&str>) -> bool {
    let mut bytes = Vec::new();
    let read = open_regular(OpenOptions::new().read(true), path)
        .and_then(|mut file| file.read_to_end(&mut bytes));
    read.is_ok() && sha256 == Some(&*hex(&Sha256::digest(&bytes)))
}

/// Keeps other runs out of a folder until it is dropped.
pub(super) fn lock(folder: &Path) -> Result<impl Drop + use<>, Error> {
    KeyFile::open(folder, &mut Vec::new())
}

/// Reads the key of the row hashes of a folder; `None` if it is gone or damaged.
pub(super) fn read_key(folder: &Path) -> Result<Option<HashKey>, Error> {
    let path = folder.join(KEY);
    if !path.is_file() {
        return Ok(None);
    }
    let read = open_regular(OpenOptions::new().read(true), &path);
    read.and_then(|file| KeyFile(file).read())
        .map_err(Error::disk("read", &path))
}

/// Deletes the key and the temporary files of a batch that was deleted.
pub(super) fn delete_key(folder: &Path, disk: &dyn Disk) -> Result<(), Error> {
    let read_error = Error::disk("read", folder);
    for entry in fs::read_dir(folder).map_err(&read_error)? {
        let entry = entry.map_err(&read_error)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name == KEY || name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX) {
            remove(&entry.path(), disk)?;
        }
    }
    Ok(())
}

impl KeyFile {
    /// Opens and locks the key file of a folder.
    fn open(folder: &Path, notes: &mut Vec<String>) -> Result<KeyFile, Error> {
        let path = folder.join(KEY);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = open_regular(&mut options, &path).map_err(Error::disk("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Busy {
                    folder: folder.to_owned(),
                });
            }
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                notes.push(format!(
                    "`{}` cannot be locked: make sure that no other run uses it",
                    folder.display()
                ));
            }
            Err(TryLockError::Error(error)) => return Err(Error::disk("lock", &path)(error)),
        }
        Ok(KeyFile(file))
    }

    /// Reads the key; `None` if the file is new or damaged.
    fn read(&mut self) -> io::Result<Option<HashKey>> {
        let mut bytes = Vec::new();
        (&mut self.0).take(MAX_KEY_BYTES).read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(HashKey::from_hex(&text))
    }

    fn write(&mut self, key: &HashKey) -> io::Result<()> {
        self.0.set_len(0)?;
        self.0.rewind()?;
        writeln!(self.0, "{}", key.to_hex())?;
        self.0.sync_data()
    }
}
