//! Limits of the operating system that would end the program, and a closed stdout.

use std::process::ExitCode;

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

/// Fails if stdout is closed, before a command makes a leaflet that would go nowhere. The standard library
/// opens `/dev/null` in place of a closed stdout, to read and write. A shell opens `>/dev/null` only to write.
#[cfg(target_os = "linux")]
pub(super) fn check_stdout() -> anyhow::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &str| std::fs::metadata(path).ok().map(|file| file.rdev());
    let details = std::fs::read_to_string("/proc/self/fdinfo/1").unwrap_or_default();
    let flags = details
        .lines()
        .find_map(|line| line.strip_prefix("flags:"))
        .and_then(|flags| i32::from_str_radix(flags.trim(), 8).ok());
    let is_null = device("/proc/self/fd/1").is_some_and(|found| Some(found) == device("/dev/null"));
    if is_null && flags.is_some_and(|flags| flags & libc::O_ACCMODE == libc::O_RDWR) {
        anyhow::bail!(
            "cannot write to stdout: it is closed, or `/dev/null` that was opened to read and write"
        );
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn check_stdout() -> anyhow::Result<()> {
    Ok(())
}
