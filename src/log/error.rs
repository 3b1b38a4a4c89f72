//! Why a log cannot be written or read.

use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("cannot {action} the log `{}`", path.display())]
    Disk {
        /// Words such as `write to`.
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("`{}` is not a log, so nothing is added to it: name another file with `--log`", path.display())]
    NoLog { path: PathBuf },
    #[error(
        "the folder `{}` of the log does not exist: make the folder, or name another file with `--log`",
        path.display()
    )]
    NoFolder { path: PathBuf },
    #[error("there is no log `{}`", path.display())]
    Missing { path: PathBuf },
    #[error(
        "HANDOUT_LOG_KEY has fewer than 16 characters, and could be guessed: write a longer secret, or leave it out"
    )]
    WeakKey,
    #[error("`{}` is not the key of a log: copy it again from where you keep it", path.display())]
    DamagedKey { path: PathBuf },
    #[error(
        "the key `{}` is gone, and a new one would give all references another hash: put it back, or begin another \
         log",
        path.display()
    )]
    LostKey { path: PathBuf },
}

impl LogError {
    /// Returns a function for `map_err` that makes a [`LogError::Disk`].
    pub(super) fn disk(action: &'static str, path: &Path) -> impl Fn(io::Error) -> LogError {
        move |source| LogError::Disk {
            action,
            path: path.to_owned(),
            source,
        }
    }
}
