//! The lock of a log, in a file of its own: the log itself is renamed when it is full.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::disk::{open_regular, private};

/// Maximum time to wait for another process. Each holds the lock for a few milliseconds.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// Held while this process writes.
pub(super) struct Lock(File);

impl Lock {
    /// Waits until no other process has the lock. Fails after [`MAX_WAIT`].
    pub(super) fn acquire(path: &Path) -> io::Result<Lock> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        private(&mut options);
        let file = open_regular(&mut options, path)?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock(file)),
                Err(TryLockError::WouldBlock) if start.elapsed() < MAX_WAIT => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(io::Error::new(
                        io::ErrorKind::TimedOut,
                        "another program has held it for 30 seconds: end that program, or try again",
                    ));
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
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
