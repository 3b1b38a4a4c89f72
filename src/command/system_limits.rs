//! Limits of the operating system that would end the program, and a closed stdout.

use std::io::{self, StdoutLock};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;

/// Number of open files that the program needs.
#[cfg(target_os = "linux")]
const MIN_FILES: u64 = 16;
/// Stack in bytes that the program needs.
#[cfg(target_os = "linux")]
const MIN_STACK: u64 = 1 << 20;

/// Makes writes beyond `ulimit -f` fail with an error. Without a handler, SIGXFSZ ends the program.
#[cfg(unix)]
pub(super) fn ignore_file_size_signal() {
    let _ = signal_hook::flag::register(libc::SIGXFSZ, std::sync::Arc::default());
}

#[cfg(not(unix))]
pub(super) fn ignore_file_size_signal() {}

/// Fails if the program may open too few files (`ulimit -n`).
#[cfg(target_os = "linux")]
pub(super) fn check_open_files() -> anyhow::Result<()> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    match limit.filter(|limit| *limit < MIN_FILES) {
        Some(limit) => anyhow::bail!(
            "the system lets the program open only {limit} files, and it needs {MIN_FILES}: see `ulimit -n`"
        ),
        None => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn check_open_files() -> anyhow::Result<()> {
    Ok(())
}

/// Does the work. Starts a thread for it if the stack of this one is too small (`ulimit -s`).
pub(super) fn with_enough_stack(work: fn() -> ExitCode) -> ExitCode {
    #[cfg(target_os = "linux")]
    {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Stack).current;
        if limit.is_some_and(|limit| limit < MIN_STACK)
            && let Ok(thread) = crate::thread_stack::builder().spawn(work)
        {
            return thread.join().unwrap_or(ExitCode::from(2));
        }
    }
    work()
}

/// Whether stdout was closed when the program started.
static STDOUT_IS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Records whether stdout is closed. Must run before the standard library opens `/dev/null` in its place.
/// Later, nothing distinguishes a closed stdout from one that is `/dev/null`.
#[cfg(target_os = "linux")]
pub extern "C" fn record_closed_stdout() {
    let is_closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
    STDOUT_IS_CLOSED.store(is_closed, Ordering::Relaxed);
}

/// Returns stdout. Fails if it is closed.
pub(super) fn stdout() -> io::Result<StdoutLock<'static>> {
    if STDOUT_IS_CLOSED.load(Ordering::Relaxed) {
        return Err(io::Error::other("it is closed"));
    }
    Ok(io::stdout().lock())
}

/// Fails if stdout is closed. A command calls it before it does work in vain.
pub(super) fn check_stdout() -> anyhow::Result<()> {
    stdout().map(drop).context("cannot write to stdout")
}
