//! Locks that other programs wait for.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{open_regular, private};

/// Maximum time to wait for another process. Each holds a lock for a few milliseconds.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// Held while this process writes.
pub(crate) struct Lock(File);

impl Lock {
    /// Waits until no other process has the lock of a file. Makes the file if there is none. Fails after [`MAX_WAIT`].
    pub(crate) fn acquire(path: &Path) -> io::Result<Lock> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        private(&mut options);
        Lock::wait(open_regular(&mut options, path)?)
    }

    /// Waits until no other process has the lock of a folder. Fails after [`MAX_WAIT`]. `None` where folders have no
    /// locks: on Windows, and on some network drives.
    pub(crate) fn of_folder(folder: &Path) -> io::Result<Option<Lock>> {
        let lock = File::open(folder).and_then(Lock::wait);
        match lock {
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Err(error),
            lock => Ok(lock.ok()),
        }
    }

    /// Waits until no other process writes. `None` if nobody ever wrote, or this process may not see the lock.
    pub(crate) fn shared(path: &Path) -> Option<Lock> {
        let file = open_regular(OpenOptions::new().read(true), path).ok()?;
        file.lock_shared().ok()?;
        Some(Lock(file))
    }

    fn wait(file: File) -> io::Result<Lock> {
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
}

impl Drop for Lock {
    /// Unlocks explicitly: a process that is just being started may hold the file open for a moment.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}
