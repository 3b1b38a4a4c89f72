//! The journal of a batch: which rows are dealt with, so that nothing is lost and nothing done twice.
//!
//! In the folder of the leaflets there are
//!
//! * `journal.jsonl` while the batch is not finished: a head, then rows as they are dealt with. A row is
//!   in it only once its file lasts.
//! * `manifest.jsonl` once it is: the same lines, every row once, in order.
//! * `journal.key`: the secret of the row hashes, and the lock that keeps a second run out.
//!
//! A row's file is written under a temporary name, synced, renamed, the folder synced, and only then
//! comes its line, synced too. Whatever a crash leaves – files without a line, half a line, temporary
//! files – the next run takes up from there: half a line is cut off, temporary files are deleted, a row
//! without a line is made again under the same name.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::disk::Disk;
use super::name::{is_ours, mark};
use super::naming::{HelpExpected, Naming, Namings};
use super::record::{Entry, FORMAT, Head, Key, Record, hex, line};
use super::{Error, Start};

const JOURNAL: &str = "journal.jsonl";
const MANIFEST: &str = "manifest.jsonl";
const KEY: &str = "journal.key";
/// What temporary files begin with. No leaflet does.
pub(super) const TEMPORARY: &str = ".handout-";
/// Files are synced one after the other for so long. All of a group are where nothing has to be waited for.
const SYNCED_ALONE: Duration = Duration::from_millis(5);
/// Longer lines than any that is written here are not read.
const LONGEST_LINE: u64 = 64 * 1024;

/// A folder of leaflets that this run has for itself.
pub struct Folder<'a> {
    path: PathBuf,
    disk: &'a dyn Disk,
    /// Held until the batch is over.
    _lock: Lock,
    /// The secret of the row hashes.
    pub key: Key,
    /// What was done before.
    pub past: Past,
    /// Whether there are files that no batch of ours made, which no leaflet may replace.
    has_foreign_files: bool,
    /// Names that are to be given.
    namings: Namings,
    /// What people should know.
    pub notes: Vec<String>,
}

/// A file that no other run can lock.
struct Lock(File);

impl Drop for Lock {
    /// Closing the file is not enough: a process that is just being started may have it for a moment.
    fn drop(&mut self) {
        // The lock ends with the file, if not now.
        let _ = self.0.unlock();
    }
}

/// Rows that were dealt with before.
pub struct Past {
    sources: [Option<BufReader<File>>; 2],
    /// By row; the place is that of the last line of each row.
    places: Vec<(u32, Place)>,
    /// Lines that a later one of the same row has replaced.
    replaced: Vec<Place>,
    /// The head of what was last written.
    pub head: Option<Head>,
}

/// Where a line stands: in the manifest or the journal, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place(u64);

impl Place {
    fn new(source: usize, offset: u64) -> Place {
        Place(offset << 1 | source as u64)
    }

    fn source(self) -> usize {
        (self.0 & 1) as usize
    }

    fn offset(self) -> u64 {
        self.0 >> 1
    }
}

const IN_MANIFEST: usize = 0;
const IN_JOURNAL: usize = 1;

/// The manifest is written in pieces of so many bytes.
const CHUNK: usize = 256 * 1024;

/// The end of the journal, to which rows are added.
pub struct Journal {
    file: File,
    /// Where the rows of this run begin.
    start: u64,
}

impl<'a> Folder<'a> {
    /// Takes a folder, which is made if it is not there.
    pub fn open(path: &Path, start: Start, disk: &'a dyn Disk) -> Result<Folder<'a>, Error> {
        let failed =
            |what: &'static str, path: PathBuf| move |source| Error::Disk { what, path, source };
        fs::create_dir_all(path).map_err(failed("make", path.to_owned()))?;
        let is_begun = || path.join(JOURNAL).exists() || path.join(MANIFEST).exists();
        let taken = || Error::Taken {
            folder: path.to_owned(),
        };
        // Looked at before anything is written, and again once no other run can change it.
        if start == Start::Fresh && is_begun() {
            return Err(taken());
        }
        let key_path = path.join(KEY);
        let lock = private(
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false),
        )
        .open(&key_path)
        .map_err(failed("open", key_path.clone()))?;
        let mut notes = Vec::new();
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Busy {
                    folder: path.to_owned(),
                });
            }
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                notes.push(format!(
                    "`{}` cannot be locked: see to it that no other run uses it",
                    path.display()
                ));
            }
            Err(TryLockError::Error(source)) => {
                return Err(Error::Disk {
                    what: "lock",
                    path: key_path,
                    source,
                });
            }
        }
        if start == Start::Fresh && is_begun() {
            return Err(taken());
        }
        let mut lock = Lock(lock);
        let had_batch = is_begun();
        let past = match (Past::read(path), start) {
            (Ok(mut past), Start::Overwrite) => {
                past.delete(path, disk)?;
                Past::none()
            }
            (Err(Error::Format { .. }), Start::Overwrite) => {
                notes.push(
                    "the journal cannot be read: old leaflets stay where they are".to_owned(),
                );
                Past::none().delete(path, disk)?;
                Past::none()
            }
            (past, _) => past?,
        };
        let mut text = String::new();
        lock.0
            .read_to_string(&mut text)
            .map_err(failed("read", key_path.clone()))?;
        let key = match Key::from_hex(&text).filter(|_| start == Start::Resume && had_batch) {
            Some(key) => key,
            None => {
                if start == Start::Resume && had_batch {
                    notes.push("`journal.key` is gone, so every row is made again".to_owned());
                }
                let key = Key::random().map_err(|error| Error::Disk {
                    what: "make a key for",
                    path: key_path.clone(),
                    source: io::Error::other(error.to_string()),
                })?;
                let file = &mut lock.0;
                file.set_len(0)
                    .and_then(|()| file.seek(SeekFrom::Start(0)))
                    .and_then(|_| file.write_all(format!("{}\n", hex(&key.0)).as_bytes()))
                    .and_then(|()| file.sync_data())
                    .map_err(failed("write", key_path))?;
                key
            }
        };
        let mut folder = Folder {
            path: path.to_owned(),
            disk,
            _lock: lock,
            key,
            past,
            has_foreign_files: false,
            namings: Namings::default(),
            notes,
        };
        let has_files = folder.delete_temporary_files()?;
        folder.has_foreign_files = has_files && !had_batch && start != Start::Overwrite;
        Ok(folder)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the file of a row is written before it is whole.
    pub fn temporary(&self, row: u32) -> PathBuf {
        self.path.join(format!("{TEMPORARY}{row}.tmp"))
    }

    /// Deletes what a crash has left, and says whether there is anything else but the key.
    fn delete_temporary_files(&self) -> Result<bool, Error> {
        let mut has_files = false;
        let failed = |source| Error::Disk {
            what: "read",
            path: self.path.clone(),
            source,
        };
        for entry in fs::read_dir(&self.path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(TEMPORARY) && name.ends_with(".tmp") {
                self.remove(&entry.path())?;
            } else if name != KEY {
                has_files = true;
            }
        }
        Ok(has_files)
    }

    fn remove(&self, path: &Path) -> Result<(), Error> {
        match self.disk.remove(path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::Disk {
                what: "delete",
                path: path.to_owned(),
                source,
            }),
            _ => Ok(()),
        }
    }

    /// Writes a file whole, under a name that it has only then.
    fn write_whole(
        &self,
        name: &str,
        write: impl FnOnce(&Path) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let temporary = self.path.join(format!("{TEMPORARY}{name}.tmp"));
        let path = self.path.join(name);
        let failed = |what| {
            move |source| Error::Disk {
                what,
                path: self.path.join(name),
                source,
            }
        };
        write(&temporary)?;
        self.disk.sync(&temporary).map_err(failed("write"))?;
        self.disk
            .rename(&temporary, &path)
            .map_err(failed("write"))?;
        self.disk.sync_folder(&self.path).map_err(failed("write"))
    }

    /// What was done before; it is handed back to [`Folder::finish`].
    pub fn take_past(&mut self) -> Past {
        std::mem::replace(&mut self.past, Past::none())
    }

    /// Opens the journal, or begins one.
    pub fn journal(&self, head: &Head) -> Result<Journal, Error> {
        let path = self.path.join(JOURNAL);
        let failed = |what| {
            let path = path.clone();
            move |source| Error::Disk { what, path, source }
        };
        if !path.exists() {
            self.write_whole(JOURNAL, |temporary| {
                self.disk
                    .write_new(temporary, &line(head))
                    .map_err(failed("write"))
            })?;
        }
        let mut file = OpenOptions::new()
            .append(true)
            .read(true)
            .open(&path)
            .map_err(failed("open"))?;
        let start = file.seek(SeekFrom::End(0)).map_err(failed("read"))?;
        Ok(Journal { file, start })
    }

    /// Takes over a group of rows: their files are made to last and get their names, and then the journal
    /// is told.
    pub fn commit(&self, journal: &mut Journal, group: &[&Entry]) -> Result<(), Error> {
        let files: Vec<Naming> = (group.iter().map(|entry| &entry.record))
            .filter_map(|record| {
                Some((
                    self.temporary(record.row),
                    self.path.join(record.file.as_ref()?),
                ))
            })
            .collect();
        if !files.is_empty() {
            self.sync_all(&files)?;
            self.namings.give(files, &|naming| self.name(naming))?;
            let failed = |source| Error::Disk {
                what: "write to",
                path: self.path.clone(),
                source,
            };
            self.disk.sync_folder(&self.path).map_err(failed)?;
        }
        let mut lines = Vec::new();
        for entry in group {
            lines.extend_from_slice(&entry.line);
        }
        let path = self.path.join(JOURNAL);
        self.disk
            .append(&mut journal.file, &lines)
            .map_err(|source| Error::Disk {
                what: "write to",
                path,
                source,
            })
    }

    /// Gives some files of the group that is taken over their names, if there is one.
    pub fn help(&self) {
        self.namings.help(&|naming| self.name(naming));
    }

    /// Says that this thread is making leaflets, and will help when it has made them.
    pub fn expect_help(&self) -> HelpExpected<'_> {
        self.namings.expect_help()
    }

    fn name(&self, (temporary, target): &Naming) -> Result<(), Error> {
        let path = || target.clone();
        if self.has_foreign_files && target.exists() {
            return Err(Error::Foreign { path: path() });
        }
        let renamed = self.disk.rename(temporary, target);
        renamed.map_err(|source| Error::Disk {
            what: "write",
            path: path(),
            source,
        })
    }

    /// Syncs the files of a group. Where the disk takes its time, several at once: each waits for it, and
    /// one wait of the disk serves all that are waiting.
    fn sync_all(&self, files: &[Naming]) -> Result<(), Error> {
        let sync = |(path, _): &Naming| {
            let failed = |source| Error::Disk {
                what: "write",
                path: path.clone(),
                source,
            };
            self.disk.sync(path).map_err(failed)
        };
        let began = Instant::now();
        let mut left = files;
        while let [first, others @ ..] = left
            && began.elapsed() < SYNCED_ALONE
        {
            sync(first)?;
            left = others;
        }
        let share = left.len().div_ceil(8).max(4);
        std::thread::scope(|scope| {
            let threads: Vec<_> = left
                .chunks(share)
                .map(|chunk| scope.spawn(move || chunk.iter().try_for_each(sync)))
                .collect();
            threads
                .into_iter()
                .try_for_each(|thread| match thread.join() {
                    Ok(result) => result,
                    Err(panic) => std::panic::resume_unwind(panic),
                })
        })
    }

    /// Ends the batch: the manifest takes the place of the journal, and files that no row has any more
    /// are deleted. Gives how many were.
    pub fn finish(
        &self,
        mut past: Past,
        journal: Journal,
        head: &Head,
        rows: u32,
    ) -> Result<usize, Error> {
        let read_failed = |source| Error::Disk {
            what: "read",
            path: self.path.join(JOURNAL),
            source,
        };
        past.open_journal(&self.path)?;
        let mut new = Lines::from(&self.path.join(JOURNAL), journal.start).map_err(read_failed)?;
        let head = Head {
            rows: Some(rows),
            ..head.clone()
        };
        let path = self.path.join(format!("{TEMPORARY}{MANIFEST}.tmp"));
        let write_failed = |source| Error::Disk {
            what: "write",
            path: self.path.join(MANIFEST),
            source,
        };
        self.disk
            .write_new(&path, &line(&head))
            .map_err(write_failed)?;
        let mut manifest = OpenOptions::new()
            .append(true)
            .open(&path)
            .map_err(write_failed)?;
        let mut replaced = std::mem::take(&mut past.replaced);
        let mut old = std::mem::take(&mut past.places).into_iter().peekable();
        // This run's rows stand in the journal in their order. Those of runs before are put between them, and
        // nothing of all that has to be in memory.
        let mut lines = Vec::new();
        let mut flush = |lines: &mut Vec<u8>, from: usize| {
            if lines.len() >= from {
                self.disk
                    .append(&mut manifest, lines)
                    .map_err(write_failed)?;
                lines.clear();
            }
            Ok::<(), Error>(())
        };
        loop {
            let added = new.next().map_err(read_failed)?;
            let row = match added {
                None => u32::MAX,
                Some((_, line)) => parse(line).map(|Numbered { row }| row).ok_or_else(|| {
                    read_failed(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "a line that was written is gone",
                    ))
                })?,
            };
            while let Some((earlier, place)) = old.next_if(|(old, _)| *old <= row) {
                if earlier == row && added.is_some() || earlier > rows {
                    // It was made again, or the job file has become shorter.
                    replaced.push(place);
                } else {
                    past.read_line(place, &mut lines).map_err(read_failed)?;
                    flush(&mut lines, CHUNK)?;
                }
            }
            let Some((_, line)) = added else { break };
            lines.extend_from_slice(line);
            flush(&mut lines, CHUNK)?;
        }
        flush(&mut lines, 0)?;
        drop(manifest);
        let mut live = HashSet::new();
        if !replaced.is_empty() {
            let mut written = Lines::from(&path, 0).map_err(write_failed)?;
            while let Some((_, line)) = written.next().map_err(write_failed)? {
                live.extend(
                    parse(line)
                        .and_then(|record: Record| record.file)
                        .map(|file| mark(&file)),
                );
            }
        }
        let mut deleted = 0;
        for place in replaced {
            let mut line = Vec::new();
            past.read_line(place, &mut line).map_err(read_failed)?;
            let file = parse(&line)
                .and_then(|record: Record| record.file)
                .filter(|file| is_ours(file));
            if let Some(file) = file.filter(|file| !live.contains(&mark(file))) {
                let path = self.path.join(file);
                if path.exists() {
                    self.remove(&path)?;
                    deleted += 1;
                }
            }
        }
        // Windows does not rename over a file that is open.
        drop((past, new, journal));
        self.write_whole(MANIFEST, |_| Ok(()))?;
        self.remove(&self.path.join(JOURNAL))?;
        let failed = |source| Error::Disk {
            what: "write to",
            path: self.path.clone(),
            source,
        };
        self.disk.sync_folder(&self.path).map_err(failed)?;
        Ok(deleted)
    }
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// All that the order of lines depends on.
#[derive(serde::Deserialize)]
struct Numbered {
    row: u32,
}

fn parse<T: serde::de::DeserializeOwned>(line: &[u8]) -> Option<T> {
    line.ends_with(b"\n")
        .then(|| serde_json::from_slice(line).ok())
        .flatten()
}

impl Past {
    /// Nothing.
    pub fn none() -> Past {
        Past {
            sources: [None, None],
            places: Vec::new(),
            replaced: Vec::new(),
            head: None,
        }
    }

    /// Reads manifest and journal, and cuts off what a crash has left half written at the journal's end.
    fn read(folder: &Path) -> Result<Past, Error> {
        let mut past = Past::none();
        let mut places = Vec::new();
        for (source, name) in [(IN_MANIFEST, MANIFEST), (IN_JOURNAL, JOURNAL)] {
            let path = folder.join(name);
            let failed = |what| {
                let path = path.clone();
                move |source| Error::Disk { what, path, source }
            };
            let file = match OpenOptions::new()
                .read(true)
                .write(source == IN_JOURNAL)
                .open(&path)
            {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                file => file.map_err(failed("open"))?,
            };
            let mut lines = Lines {
                input: BufReader::new(file),
                offset: 0,
                line: Vec::new(),
            };
            let head: Option<Head> = lines
                .next()
                .map_err(failed("read"))?
                .and_then(|(_, line)| parse(line));
            let Some(head) = head.filter(|head| head.batch == FORMAT) else {
                return Err(Error::Format { path });
            };
            let mut good = lines.offset;
            while let Some((offset, line)) = lines.next().map_err(failed("read"))? {
                let Some(record) = parse::<Record>(line) else {
                    break;
                };
                places.push((record.row, Place::new(source, offset)));
                good = lines.offset;
            }
            let file = lines.input.into_inner();
            if source == IN_JOURNAL {
                file.set_len(good)
                    .and_then(|()| file.sync_data())
                    .map_err(failed("write"))?;
            }
            past.head = Some(head);
            past.sources[source] = Some(BufReader::with_capacity(4096, file));
        }
        // Stable: of several lines of a row the last one read comes last.
        places.sort_by_key(|(row, _)| *row);
        for (row, place) in places {
            match past.places.last_mut() {
                Some((last, old)) if *last == row => {
                    past.replaced.push(std::mem::replace(old, place))
                }
                _ => past.places.push((row, place)),
            }
        }
        Ok(past)
    }

    /// What became of a row before.
    pub fn record(&mut self, row: u32) -> io::Result<Option<Record>> {
        let Ok(index) = self.places.binary_search_by_key(&row, |(row, _)| *row) else {
            return Ok(None);
        };
        let mut line = Vec::new();
        self.read_line(self.places[index].1, &mut line)?;
        Ok(parse(&line))
    }

    fn read_line(&mut self, place: Place, line: &mut Vec<u8>) -> io::Result<()> {
        let source = self.sources[place.source()].as_mut();
        let source = source.ok_or_else(|| io::Error::other("the journal is gone"))?;
        let from = source.stream_position()?;
        let distance =
            i64::try_from(place.offset()).unwrap_or(i64::MAX) - i64::try_from(from).unwrap_or(0);
        // Keeps what is buffered: lines are mostly read in order.
        source.seek_relative(distance)?;
        source.take(LONGEST_LINE).read_until(b'\n', line)?;
        Ok(())
    }

    /// Opens the journal anew, also for what this run has written to it.
    fn open_journal(&mut self, folder: &Path) -> Result<(), Error> {
        let path = folder.join(JOURNAL);
        let file = File::open(&path).map_err(|source| Error::Disk {
            what: "open",
            path,
            source,
        })?;
        self.sources[IN_JOURNAL] = Some(BufReader::with_capacity(64 * 1024, file));
        Ok(())
    }

    /// Deletes all that was made before, the journal last: a crash in between leaves it to the next run.
    fn delete(&mut self, folder: &Path, disk: &dyn Disk) -> Result<(), Error> {
        let remove = |path: PathBuf| match disk.remove(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::Disk {
                what: "delete",
                path,
                source,
            }),
            _ => Ok(()),
        };
        let places: Vec<Place> = self
            .places
            .iter()
            .map(|(_, place)| *place)
            .chain(self.replaced.iter().copied())
            .collect();
        for place in places {
            let mut line = Vec::new();
            self.read_line(place, &mut line)
                .map_err(|source| Error::Disk {
                    what: "read",
                    path: folder.join(JOURNAL),
                    source,
                })?;
            let record: Option<Record> = parse(&line);
            if let Some(file) = record
                .and_then(|record| record.file)
                .filter(|file| is_ours(file))
            {
                remove(folder.join(file))?;
            }
        }
        self.sources = [None, None];
        remove(folder.join(MANIFEST))?;
        remove(folder.join(JOURNAL))?;
        let path = folder.to_owned();
        disk.sync_folder(folder).map_err(|source| Error::Disk {
            what: "write to",
            path,
            source,
        })
    }
}

/// The lines of a file and where they begin.
struct Lines<R> {
    input: R,
    offset: u64,
    line: Vec<u8>,
}

impl Lines<BufReader<File>> {
    /// The lines of a file from a byte on.
    fn from(path: &Path, start: u64) -> io::Result<Lines<BufReader<File>>> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start))?;
        Ok(Lines {
            input: BufReader::new(file),
            offset: start,
            line: Vec::new(),
        })
    }
}

impl<R: BufRead> Lines<R> {
    fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        self.line.clear();
        let start = self.offset;
        self.offset += (&mut self.input)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut self.line)? as u64;
        Ok((self.offset > start).then_some((start, self.line.as_slice())))
    }
}

/// Reads a finished batch, as `merge` does: its head, and its rows one by one.
pub struct Manifest {
    path: PathBuf,
    /// Its head.
    pub head: Head,
    lines: Lines<BufReader<File>>,
}

impl Manifest {
    /// Opens the manifest of a folder.
    pub fn open(folder: &Path) -> Result<Manifest, Error> {
        let path = folder.join(MANIFEST);
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Error::Unfinished {
                    folder: folder.to_owned(),
                });
            }
            file => file.map_err(|source| Error::Disk {
                what: "open",
                path: path.clone(),
                source,
            })?,
        };
        let mut lines = Lines {
            input: BufReader::new(file),
            offset: 0,
            line: Vec::new(),
        };
        let head = lines.next().map_err(|source| Error::Disk {
            what: "read",
            path: path.clone(),
            source,
        })?;
        let head = head
            .and_then(|(_, line)| parse(line))
            .filter(|head: &Head| head.batch == FORMAT);
        match head {
            Some(head) => Ok(Manifest { path, head, lines }),
            None => Err(Error::Format { path }),
        }
    }

    /// The next row.
    pub fn next_record(&mut self) -> Result<Option<Record>, Error> {
        let Manifest { path, lines, .. } = self;
        match lines.next() {
            Ok(None) => Ok(None),
            Ok(Some((_, line))) => parse(line)
                .map(Some)
                .ok_or_else(|| Error::Format { path: path.clone() }),
            Err(source) => Err(Error::Disk {
                what: "read",
                path: path.clone(),
                source,
            }),
        }
    }
}
