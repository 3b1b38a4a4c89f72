//! Crashes, full disks and interruptions: a batch loses no leaflet, and leaves none half-written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use crate::batch::{jobs, project};
use crate::test_project::{PROGRAM, TestProject};
use handout::batch::{
    self, BundleSettings, DEFAULT_TEMPLATE, Defaults, End, Error, NameTemplate, Observer,
    RowReport, Settings, Shard, StartMode, Summary,
};
use handout::log::Log;
use handout::pdf::Sides;
use handout::{Disk, Faces, FileMode, Finding, Library, RealDisk, RequestOptions};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempPath};

/// Ignores all reports.
struct SilentObserver;

impl Observer for SilentObserver {
    fn note(&mut self, _: &str) {}
    fn findings(&mut self, _: &[Finding]) {}
    fn row(&mut self, _: &RowReport) {}
    fn tick(&mut self) {}
}

/// A disk that fails at one step, like a full disk, or from that step on, like a crash.
struct FailingDisk {
    at: usize,
    steps: AtomicUsize,
    /// Number of writes among the steps.
    writes: AtomicUsize,
    crash: bool,
}

impl FailingDisk {
    fn new(at: usize, crash: bool) -> FailingDisk {
        FailingDisk {
            at,
            steps: AtomicUsize::new(0),
            writes: AtomicUsize::new(0),
            crash,
        }
    }

    fn fails(&self) -> bool {
        let step = self.steps.fetch_add(1, Ordering::Relaxed);
        step == self.at || self.crash && step > self.at
    }

    fn step(&self, step: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        if self.fails() {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            step()
        }
    }
}

impl Disk for FailingDisk {
    fn write_new(&self, path: &Path, bytes: &[u8], mode: Option<FileMode>) -> io::Result<()> {
        if self.fails() {
            // Half of the file is written.
            RealDisk.write_new(path, &bytes[..bytes.len() / 2], mode)?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        RealDisk.write_new(path, bytes, mode)
    }

    fn create_temporary(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
        let mut file = RealDisk.create_temporary(folder, prefix)?;
        // A crash leaves temporary files.
        file.disable_cleanup(self.crash);
        if self.fails() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(file)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.step(|| RealDisk.sync(path))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(|| RealDisk.rename(from, to))
    }

    fn persist(&self, file: TempPath, to: &Path) -> io::Result<()> {
        self.step(|| RealDisk.persist(file, to))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.step(|| RealDisk.sync_folder(folder))
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        if self.fails() {
            file.write_all(&bytes[..bytes.len() / 2])?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        RealDisk.write(file, bytes)
    }

    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        if self.fails() {
            file.write_all(&bytes[..bytes.len() * 2 / 3])?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        RealDisk.append(file, bytes)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(|| RealDisk.remove(path))
    }
}

/// A disk on which syncs of leaflets overlap, and that records which files are synced.
#[derive(Default)]
struct SlowDisk {
    leaflets: Mutex<BTreeSet<PathBuf>>,
    lasting: Mutex<BTreeSet<PathBuf>>,
    syncs: Mutex<Syncs>,
    sync_started: Condvar,
}

#[derive(Default)]
struct Syncs {
    running: usize,
    most_running: usize,
}

impl SlowDisk {
    /// Keeps a sync running until a second one has started beside it, for a second at most.
    fn wait_for_second_sync(&self) {
        let mut syncs = self.syncs.lock().unwrap();
        syncs.running += 1;
        syncs.most_running = syncs.most_running.max(syncs.running);
        self.sync_started.notify_all();
        let (mut syncs, _) = self
            .sync_started
            .wait_timeout_while(syncs, Duration::from_secs(1), |syncs| {
                syncs.most_running < 2
            })
            .unwrap();
        syncs.running -= 1;
    }
}

impl Disk for SlowDisk {
    fn write_new(&self, path: &Path, bytes: &[u8], mode: Option<FileMode>) -> io::Result<()> {
        self.leaflets.lock().unwrap().insert(path.to_owned());
        RealDisk.write_new(path, bytes, mode)
    }

    fn create_temporary(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
        RealDisk.create_temporary(folder, prefix)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        if self.leaflets.lock().unwrap().contains(path) {
            self.wait_for_second_sync();
        }
        RealDisk.sync(path)?;
        self.lasting.lock().unwrap().insert(path.to_owned());
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        assert!(
            self.lasting.lock().unwrap().contains(from),
            "{} is renamed before it is synced",
            to.display()
        );
        RealDisk.rename(from, to)
    }

    fn persist(&self, file: TempPath, to: &Path) -> io::Result<()> {
        assert!(self.lasting.lock().unwrap().contains(&*file));
        RealDisk.persist(file, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        RealDisk.sync_folder(folder)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        RealDisk.write(file, bytes)
    }

    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        RealDisk.append(file, bytes)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }
}

#[test]
fn slow_disk_syncs_several_files_at_once_and_each_before_its_rename() {
    let project = project();
    let rows = batch::WINDOW + 100;
    let jobs = "handout,patient.first_name\n".to_owned() + &"plain,\n".repeat(rows);
    let disk = SlowDisk::default();
    let summary = make(&project, &jobs, &disk, StartMode::Fresh).unwrap();
    assert_eq!((summary.end, summary.made as usize), (End::Finished, rows));
    assert_eq!(project.leaflets("out").len(), rows);
    assert!(disk.syncs.into_inner().unwrap().most_running > 1);
}

#[test]
fn batch_without_worker_threads_is_made_on_the_calling_thread() {
    let jobs = "handout,patient.first_name\n".to_owned()
        + &"plain,\nvisit,Ada\n".repeat(batch::BUNDLE_WINDOW);
    let made = |workers| {
        let project = project();
        let bundle = project.path("all.pdf");
        make_with(
            &project,
            &jobs,
            &RealDisk,
            StartMode::Fresh,
            Some(&bundle),
            workers,
        )
        .unwrap();
        (project.leaflets("out"), fs::read(bundle).unwrap())
    };
    assert!(made(0) == made(2));
}

/// Makes a batch in the folder `out`.
fn make(
    project: &TestProject,
    jobs: &str,
    disk: &dyn Disk,
    start: StartMode,
) -> Result<Summary, Error> {
    make_with(project, jobs, disk, start, None, 2)
}

/// Makes a batch in the folder `out`, optionally with a bundle.
fn make_with(
    project: &TestProject,
    jobs: &str,
    disk: &dyn Disk,
    start: StartMode,
    bundle: Option<&Path>,
    workers: usize,
) -> Result<Summary, Error> {
    make_logged(project, jobs, disk, start, bundle, workers, None)
}

/// Makes a batch in the folder `out`, recorded in a log.
fn make_logged(
    project: &TestProject,
    jobs: &str,
    disk: &dyn Disk,
    start: StartMode,
    bundle: Option<&Path>,
    workers: usize,
    log: Option<&Log>,
) -> Result<Summary, Error> {
    let bundle = bundle.map(|path| BundleSettings {
        path: path.to_owned(),
        sides: Sides::Two,
        separator: Some(2),
        max_sheets: None,
        marks: false,
    });
    make_bundled(project, jobs, disk, start, bundle, workers, log)
}

/// Makes a batch in the folder `out`, with any bundle and log.
fn make_bundled(
    project: &TestProject,
    jobs: &str,
    disk: &dyn Disk,
    start: StartMode,
    bundle: Option<BundleSettings>,
    workers: usize,
    log: Option<&Log>,
) -> Result<Summary, Error> {
    let faces = Faces::bundled();
    let library = Library::open(&project.path("library")).unwrap();
    let clinic = library.clinic("example", &faces).unwrap().unwrap();
    let settings = Settings {
        sheet: None,
        library: &library,
        faces: &faces,
        defaults: Defaults {
            clinic: &clinic,
            clinics: project.path(""),
            options: RequestOptions::default(),
            date: "2026-11-21".parse().unwrap(),
        },
        date_is_given: true,
        folder: Some(project.path("out")),
        tries_bundle: false,
        inputs: Vec::new(),
        printing: None,
        bundle,
        sort: Vec::new(),
        sides: Sides::Two,
        jobs_length: None,
        start,
        name: NameTemplate::new(DEFAULT_TEMPLATE).unwrap(),
        shard: Shard::WHOLE,
        log,
        mode: FileMode::PRIVATE,
        stops: None,
        plan: None,
        max_errors: None,
        workers,
    };
    let jobs = Box::new(io::Cursor::new(jobs.to_owned().into_bytes()));
    batch::run(
        settings,
        jobs,
        disk,
        &AtomicBool::new(false),
        &mut SilentObserver,
    )
}

/// Returns the SHA-256 hashes of the whole lines of the log. The first line makes the file.
fn hashes_in_log(project: &TestProject) -> BTreeSet<String> {
    let text = fs::read_to_string(project.path("log")).unwrap_or_default();
    let lines = text.lines().filter_map(|line| {
        let line: Value = serde_json::from_str(line).ok()?;
        Some(line["sha256"].as_str()?.to_owned())
    });
    lines.collect()
}

#[test]
fn nothing_leaves_unlogged() {
    let jobs = "handout,patient.first_name\nplain,\nvisit,Grace\n";
    for at in 0.. {
        let project = project();
        let log = Log::open(&project.path("log")).unwrap();
        let disk = FailingDisk::new(at, true);
        let fresh = StartMode::Fresh;
        let result = make_logged(&project, jobs, &disk, fresh, None, 2, Some(&log));
        let logged = hashes_in_log(&project);
        for (name, bytes) in project.leaflets("out") {
            let hash: String = Sha256::digest(&bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let has_name = !name.starts_with(".handout-");
            assert!(!has_name || logged.contains(&hash), "step {at}: {name}");
        }
        // The log goes on after a line that the crash has cut off.
        let resume = StartMode::Resume;
        make_logged(&project, jobs, &RealDisk, resume, None, 2, Some(&log)).unwrap();
        assert_eq!(hashes_in_log(&project).len(), 2, "step {at}");
        if result.is_ok() {
            assert!(at > 8, "only {at} steps");
            break;
        }
        let is_fault = matches!(result, Err(Error::Disk { .. } | Error::Log(_)));
        assert!(is_fault, "step {at}: {result:?}");
    }
}

/// Fails a batch at each of its steps in turn. Resuming it must give the same files every time.
fn survives_every_step(crash: bool, prepare: &dyn Fn(&TestProject), start: StartMode) {
    let jobs = "handout,patient.first_name\nplain,\nslep,\nvisit,Grace\n";
    let reference = project();
    make(&reference, jobs, &RealDisk, StartMode::Fresh).unwrap();
    let expected = (reference.leaflets("out"), reference.plain_manifest("out"));
    for at in 0.. {
        let project = project();
        prepare(&project);
        let disk = FailingDisk::new(at, crash);
        let result = make(&project, jobs, &disk, start);
        if result.is_ok() && disk.steps.load(Ordering::Relaxed) <= at {
            assert!(at > 12, "only {at} steps");
            break;
        }
        assert!(
            matches!(result, Err(Error::Disk { .. })),
            "step {at}: {result:?}"
        );
        // A file with a leaflet's name is whole.
        for (name, bytes) in project.leaflets("out") {
            let is_old = start != StartMode::Fresh;
            assert!(
                name.starts_with(".handout-") || is_old || expected.0[&name] == bytes,
                "step {at}: {name}"
            );
        }
        let summary = make(&project, jobs, &RealDisk, StartMode::Resume).unwrap();
        assert_eq!((summary.end, summary.failed), (End::Finished, 1));
        assert!(
            (project.leaflets("out"), project.plain_manifest("out")) == expected,
            "step {at}"
        );
        assert!(!project.path("out/journal.jsonl").exists());
    }
}

/// Fails a batch with a bundle at each of its steps in turn.
///
/// A file with the bundle's name must be whole, and resuming must leave the same bundle and nothing else.
fn bundle_survives_every_step(crash: bool, before: Option<&[u8]>, start: StartMode) {
    // Several scripts need several fonts, so that the bundle is written in several steps.
    let jobs = "handout,patient.first_name\nslep,\nvisit,Łukasz\nvisit,Владимир\n";
    let made = |project: &TestProject, disk: &dyn Disk, start| {
        make_with(
            project,
            jobs,
            disk,
            start,
            Some(&project.path("print/all.pdf")),
            2,
        )
    };
    let prepared = || {
        let project = project();
        fs::create_dir(project.path("print")).unwrap();
        if let Some(before) = before {
            project.write("print/all.pdf", before);
        }
        project
    };
    let reference = prepared();
    let disk = FailingDisk::new(usize::MAX, false);
    assert!(made(&reference, &disk, start).unwrap().bundled);
    let writes = disk.writes.load(Ordering::Relaxed);
    assert!(writes > 2, "{writes} writes are too few for the test");
    let expected = (reference.leaflets("out"), reference.leaflets("print"));
    assert_eq!(
        expected.1.keys().collect::<Vec<_>>(),
        ["all.pdf", "all.pdf.jsonl"]
    );
    let mut is_made_early = false;
    for at in 0..disk.steps.into_inner() {
        let project = prepared();
        let disk = FailingDisk::new(at, crash);
        let result = made(&project, &disk, start);
        // Rows are committed in groups by time, so a run may have fewer steps than another.
        if result.is_ok() && disk.steps.load(Ordering::Relaxed) <= at {
            break;
        }
        assert!(
            matches!(result, Err(Error::Disk { .. })),
            "step {at}: {result:?}"
        );
        let mut left = project.leaflets("print");
        let bundle = left.remove("all.pdf");
        let is_whole = bundle.as_ref() == Some(&expected.1["all.pdf"]);
        assert!(is_whole || bundle.as_deref() == before, "step {at}");
        if let Some(places) = left.remove("all.pdf.jsonl") {
            assert!(
                is_whole && places == expected.1["all.pdf.jsonl"],
                "step {at}"
            );
        }
        is_made_early |= is_whole;
        // A full disk keeps nothing else. A crash may leave two temporary files: the bundle and its places.
        assert!(
            left.len() <= 2 * usize::from(crash),
            "step {at}: {:?}",
            left.keys()
        );
        assert!(
            left.keys().all(|name| name.starts_with(".handout-")),
            "step {at}: {:?}",
            left.keys()
        );
        // A run that failed before its first record knows no bundle that it may replace.
        let summary = match made(&project, &RealDisk, StartMode::Resume) {
            Err(Error::ForeignBundle { .. }) => made(&project, &RealDisk, StartMode::Overwrite),
            resumed => resumed,
        };
        let summary = summary.unwrap();
        assert_eq!(
            (summary.end, summary.failed, summary.bundled),
            (End::Finished, 1, true)
        );
        assert!(
            (project.leaflets("out"), project.leaflets("print")) == expected,
            "step {at}"
        );
    }
    // A crash may come after the bundle has its name.
    assert!(is_made_early || !crash);
}

#[test]
fn crash_at_any_step_leaves_a_whole_bundle_or_none() {
    bundle_survives_every_step(true, None, StartMode::Fresh);
}

#[test]
fn full_disk_at_any_step_leaves_a_whole_bundle_or_none() {
    bundle_survives_every_step(false, None, StartMode::Fresh);
}

#[test]
fn old_bundle_stays_until_the_new_one_is_whole() {
    bundle_survives_every_step(true, Some(b"%PDF-1.4 the old one"), StartMode::Overwrite);
}

/// Fails a batch at each of its steps in turn, where it replaces a bundle of more files.
///
/// Files of two bundles must never be there together, and a manifest only with its whole bundle. Resuming must leave
/// the new bundle and nothing else.
fn parts_survive_every_step(crash: bool) {
    let made = |project: &TestProject, jobs: &str, disk: &dyn Disk, start| {
        let bundle = BundleSettings {
            path: project.path("print/all.pdf"),
            sides: Sides::Two,
            separator: None,
            max_sheets: Some(2),
            marks: true,
        };
        make_bundled(project, jobs, disk, start, Some(bundle), 2, None)
    };
    let prepared = || {
        let project = project();
        fs::create_dir(project.path("print")).unwrap();
        let jobs = "handout\nplain\nplain\nplain\nplain\nplain\n";
        made(&project, jobs, &RealDisk, StartMode::Fresh).unwrap();
        project
    };
    let jobs = "handout,patient.first_name\nplain,\nslep,\nvisit,Łukasz\nvisit,Владимир\n";
    let reference = prepared();
    let old = reference.leaflets("print");
    let disk = FailingDisk::new(usize::MAX, false);
    let summary = made(&reference, jobs, &disk, StartMode::Overwrite).unwrap();
    assert_eq!(summary.bundle_files, 2);
    let new = reference.leaflets("print");
    assert_eq!((old.len(), new.len()), (4, 3));
    let mut seen = BTreeSet::new();
    for at in 0..disk.steps.into_inner() {
        let project = prepared();
        let disk = FailingDisk::new(at, crash);
        let result = made(&project, jobs, &disk, StartMode::Overwrite);
        if result.is_ok() && disk.steps.load(Ordering::Relaxed) <= at {
            break;
        }
        let is_fault = matches!(result, Err(Error::Disk { .. }));
        assert!(is_fault, "step {at}: {result:?}");
        let mut left = project.leaflets("print");
        left.retain(|name, _| !name.starts_with(".handout-"));
        let is_of = |bundle: &BTreeMap<String, Vec<u8>>| {
            left.iter()
                .all(|(name, bytes)| bundle.get(name) == Some(bytes))
        };
        assert!(is_of(&old) || is_of(&new), "step {at}: {:?}", left.keys());
        let is_whole = left == old || left == new;
        assert!(is_whole || !left.contains_key("all.pdf.jsonl"), "step {at}");
        seen.insert(left.len());
        // A run that failed before its first record knows no bundle that it may replace.
        let summary = match made(&project, jobs, &RealDisk, StartMode::Resume) {
            Err(Error::ForeignBundle { .. }) => {
                made(&project, jobs, &RealDisk, StartMode::Overwrite)
            }
            resumed => resumed,
        };
        let summary = summary.unwrap();
        assert_eq!((summary.end, summary.failed), (End::Finished, 1));
        assert!(project.leaflets("print") == new, "step {at}");
    }
    // A bundle is missing for a moment, but not its parts.
    assert!(
        seen.contains(&4) && (seen.contains(&0) || !crash),
        "{seen:?}"
    );
}

#[test]
fn crash_at_any_step_leaves_no_files_of_two_bundles() {
    parts_survive_every_step(true);
}

#[test]
fn full_disk_at_any_step_leaves_no_files_of_two_bundles() {
    parts_survive_every_step(false);
}

#[test]
fn bundle_of_another_run_is_not_deleted() {
    let project = project();
    let lock_file = |what: &str| {
        let name = File::create(project.path(what)).unwrap();
        name.lock().unwrap();
        name
    };
    let jobs = "handout\nplain\n";
    let path = project.path("all.pdf");
    // One batch crashes and leaves its temporary file. Then another run locks that file.
    let crashed = FailingDisk::new(5, true);
    make_with(&project, jobs, &crashed, StartMode::Fresh, Some(&path), 2).unwrap_err();
    let temporary_files = || -> Vec<String> {
        project
            .made()
            .into_iter()
            .filter(|name| name.starts_with(".handout-"))
            .collect()
    };
    let left = temporary_files();
    assert_eq!(left.len(), 1);
    let other = lock_file(&left[0]);
    make_with(&project, jobs, &RealDisk, StartMode::Resume, Some(&path), 2).unwrap();
    assert_eq!(temporary_files(), left);
    drop(other);
    make_with(&project, jobs, &RealDisk, StartMode::Resume, Some(&path), 2).unwrap();
    assert_eq!(temporary_files(), [""; 0]);
}

/// A limit on the size of files simulates a full disk.
#[cfg(target_os = "linux")]
#[test]
fn full_disk_ends_a_bundle_with_exit_code_2_and_leaves_none() {
    let project = project();
    project.write("jobs.csv", jobs(1..=200));
    let batch = |limit: &str, more: &[&str]| {
        let script = format!("ulimit -f {limit}; trap '' XFSZ; exec \"$@\"");
        let run = Command::new("sh")
            .args(["-c", &script, "sh"])
            .arg(PROGRAM)
            .args([
                "--library",
                "library",
                "--date",
                "2026-11-21",
                "batch",
                "jobs.csv",
            ])
            .args(["--bundle", "all.pdf", "-o", "out"])
            .args(more)
            .current_dir(project.path(""))
            .env_clear()
            .output()
            .unwrap();
        (run.status.code(), String::from_utf8(run.stderr).unwrap())
    };
    // 100 KB are enough for a leaflet, but not for the bundle.
    let (code, said) = batch("200", &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("cannot write `all.pdf`") && said.contains("`--resume` goes on from there"),
        "{said}"
    );
    assert!(
        project
            .made()
            .iter()
            .all(|name| !name.ends_with("all.pdf") && !name.contains(".handout-"))
    );
    let (code, said) = batch("unlimited", &["--resume"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(project.path("all.pdf").exists());
}

#[test]
fn crash_at_any_step_loses_nothing() {
    survives_every_step(true, &|_| {}, StartMode::Fresh);
}

#[test]
fn full_disk_at_any_step_loses_nothing() {
    survives_every_step(false, &|_| {}, StartMode::Fresh);
}

#[test]
fn crash_of_a_resumed_batch_at_any_step_loses_nothing() {
    // The earlier batch has another row, one more file, and an unfinished journal.
    let prepare = |project: &TestProject| {
        let old = "handout,patient.first_name\nplain,\nvisit,Ada\nvisit,Ada\nvisit,Mary\n";
        make(project, old, &RealDisk, StartMode::Fresh).unwrap();
        let manifest = fs::read_to_string(project.path("out/manifest.jsonl")).unwrap();
        project.write(
            "out/journal.jsonl",
            manifest
                .lines()
                .take(3)
                .map(|line| format!("{line}\n"))
                .collect::<String>(),
        );
    };
    survives_every_step(true, &prepare, StartMode::Resume);
}

#[cfg(unix)]
fn program(project: &TestProject, arguments: &[&str]) -> Command {
    project.command(&[&["--date", "2026-11-21", "batch"], arguments].concat())
}

#[cfg(unix)]
#[test]
fn killed_and_resumed_batch_equals_an_undisturbed_one() {
    let all = jobs(1..=120);
    let reference = project();
    let expected = (reference.done(&all, &[]), reference.plain_manifest("out"));
    let project = project();
    let start = || {
        let mut command = program(&project, &["-", "-o", "out", "--resume", "--json"]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    // Each run reports a few more rows than the last before it is killed.
    let mut sent = 0u32;
    for rows_before_the_kill in [1, 4, 7, 10, 13, 16] {
        sent += rows_before_the_kill + 10;
        let mut child = start();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(jobs(1..=sent).as_bytes()).unwrap();
        let told = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap)
            .filter(|line| line.contains("\"event\":\"row\"") && !line.contains("skipped"))
            .take(rows_before_the_kill as usize)
            .count();
        assert_eq!(told, rows_before_the_kill as usize);
        child.kill().unwrap();
        child.wait().unwrap();
        // A file with a leaflet's name is whole.
        for (name, bytes) in project.leaflets("out") {
            assert!(
                name.starts_with(".handout-") || expected.0[&name] == bytes,
                "{name}"
            );
        }
    }
    let mut child = start();
    // Reads the remaining events, so that the program does not block.
    let events = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || BufReader::new(events).lines().count());
    child
        .stdin
        .take()
        .unwrap()
        .write_all(all.as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());
    assert!(reader.join().unwrap() > 0);
    assert!((project.leaflets("out"), project.plain_manifest("out")) == expected);
}

#[cfg(unix)]
#[test]
fn interrupted_batch_finishes_its_rows_and_says_how_to_resume() {
    let project = project();
    let mut child = program(&project, &["-", "-o", "out", "-v"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Interrupts it while it waits for more rows.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(jobs(1..=3).as_bytes()).unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap())
        .lines()
        .map(Result::unwrap);
    for _ in 0..3 {
        assert!(lines.next().unwrap().starts_with("row "));
    }
    assert!(
        Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let said: Vec<String> = lines.collect();
    assert_eq!(
        said.last().unwrap(),
        "stopped before the end; the same command with `--resume` goes on from here"
    );
    assert!(project.path("out/journal.jsonl").exists());
    drop(stdin);
    let run = project.run(
        &[
            "--date",
            "2026-11-21",
            "batch",
            "-",
            "-o",
            "out",
            "--resume",
        ],
        &jobs(1..=5),
    );
    assert_eq!(run.code, Some(0));
    assert_eq!(
        run.stderr,
        "2 leaflets made (2 pages, 2 sheets), 3 done before\n"
    );
}
