//! Processes of this program with limits, for files that may be hostile.
//!
//! A thread cannot be stopped, and all threads share memory and stack. So a child process reads such a
//! file. The request goes to its stdin, and the answer comes from its stdout.

use std::env;
use std::io;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::Context;

/// Exit code if the time is over and the system sends no signal.
const TIMED_OUT: i32 = 3;

/// A command with limits.
pub(super) struct LimitedProcess {
    /// Name of the command. It is read before all other arguments, and `--help` does not show it.
    pub(super) command: &'static str,
    /// Maximum processor time.
    pub(super) seconds: u64,
    /// Maximum address space.
    pub(super) megabytes: u64,
}

impl LimitedProcess {
    /// Limits this process.
    pub(super) fn apply(&self) -> anyhow::Result<()> {
        self.limit_resources().context("cannot limit the process")
    }

    /// Limits processor time and address space, and forbids memory dumps: files may have a reader's data.
    #[cfg(target_os = "linux")]
    fn limit_resources(&self) -> io::Result<()> {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = |resource, soft: u64, hard: u64| {
            let before = getrlimit(resource);
            let lower = |limit: Option<u64>, to| Some(limit.map_or(to, |limit| limit.min(to)));
            let maximum = lower(before.maximum, hard);
            let current = lower(before.current, soft).min(maximum);
            setrlimit(resource, Rlimit { current, maximum })
        };
        // At the soft limit the process gets SIGXCPU, so that its parent knows the reason. The hard limit
        // kills it.
        limit(Resource::Cpu, self.seconds, self.seconds + 1)?;
        let bytes = self.megabytes << 20;
        limit(Resource::As, bytes, bytes)?;
        limit(Resource::Core, 0, 0)?;
        Ok(())
    }

    /// Limits the time.
    #[cfg(not(target_os = "linux"))]
    fn limit_resources(&self) -> io::Result<()> {
        let seconds = self.seconds;
        let end = move || {
            std::thread::sleep(std::time::Duration::from_secs(seconds));
            std::process::exit(TIMED_OUT);
        };
        std::thread::Builder::new().spawn(end).map(drop)
    }

    /// Starts a child.
    pub(super) fn start(&self) -> io::Result<Child> {
        let mut command = Command::new(program()?);
        command
            .arg(self.command)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // After Ctrl-C, this process finishes the rows in progress. They need their drawings.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        #[cfg(windows)]
        {
            const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
            std::os::windows::process::CommandExt::creation_flags(
                &mut command,
                CREATE_NEW_PROCESS_GROUP,
            );
        }
        command.spawn()
    }

    /// Returns whether a child ended because its time was over.
    pub(super) fn has_timed_out(status: ExitStatus) -> bool {
        #[cfg(unix)]
        if std::os::unix::process::ExitStatusExt::signal(&status) == Some(libc::SIGXCPU) {
            return true;
        }
        status.code() == Some(TIMED_OUT)
    }
}

/// Whether the arguments of this process ask for a command of a limited process.
pub(super) fn is_requested(command: &str) -> bool {
    env::args_os().nth(1).is_some_and(|first| first == command)
}

/// Path of this program. On Linux, it stays valid if an update replaces the file.
fn program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        Ok(PathBuf::from("/proc/self/exe"))
    } else {
        env::current_exe()
    }
}
