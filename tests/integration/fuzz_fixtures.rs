//! Replays the inputs that fuzz targets start from or once failed on.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

use crate::fuzz_targets::{TARGETS, sample_is_valid};

/// No fixture may hang. Each takes well below a second on any machine.
const HANG: Duration = Duration::from_secs(60);

#[test]
fn targets_begin_with_a_valid_leaflet() {
    assert!(sample_is_valid());
}

#[test]
fn replays_the_fixtures_of_each_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/fixtures");
    for (target, run) in TARGETS {
        let folder = root.join(target);
        let mut paths: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        assert!(!paths.is_empty(), "{target} has no fixtures");
        for path in paths {
            let bytes = fs::read(&path).unwrap();
            let (sender, receiver) = mpsc::channel();
            // This thread has the same stack size as the threads of a batch.
            let thread = thread::spawn(move || {
                run(&bytes);
                let _ = sender.send(());
            });
            match receiver.recv_timeout(HANG) {
                Ok(()) => thread.join().unwrap(),
                Err(error) => panic!("{}: {error}", path.display()),
            }
        }
    }
}
