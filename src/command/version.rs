//! `handout --version`: the versions of program and library, and the commit of the program.

use crate::library::Library;

/// Adds the text of `--version`. `-V` prints the first line alone.
pub(super) fn with_long_version(command: clap::Command) -> clap::Command {
    // The library is loaded only for this text.
    let is_asked = std::env::args_os().any(|argument| argument == "--version");
    match is_asked {
        true => command.long_version(long_version()),
        false => command,
    }
}

fn long_version() -> String {
    let commit = option_env!("HANDOUT_COMMIT").unwrap_or("unknown");
    let library = match Library::embedded() {
        Ok(library) => {
            let manifest = library.manifest();
            let version = manifest.version.as_deref().unwrap_or("without a version");
            format!("{} {version}", manifest.name)
        }
        Err(_) => "unreadable".to_owned(),
    };
    let program = env!("CARGO_PKG_VERSION");
    format!("{program}\nlibrary: {library}\ncommit: {commit}")
}
