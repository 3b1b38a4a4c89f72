//! The lock of a log, in a file of its own: the log itself is renamed when it is full.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use crate::disk::{open_regular, private};

/// Held while this process writes.
pub(super) struct Lock(File);

impl Lock {
    /// Waits until no other process has the lock.
    pub(super) fn acquire(path: &Path) -> io::Result<Lock> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        private(&mut options);
        let file = open_regular(&mut options, path)?;
        file.lock()?;
        Ok(Lock(file))
    }

    /// Waits until no other process writes. `None` if nobody ever wrote, or this process may not see the lock.
    pub(super) fn shared(path: &Path) -> Option<Lock> {
        let file = open_regular(OpenOptions::new().read(true), path).ok()?;
        file.lock_shared().ok()?;
        Some(Lock(file))
    }
}

impl Drop for Lock {
    /// Unlocks explicitly: a process that is just being started may hold the file open for a moment.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}
