//! Names the commit of the program for `handout --version`, in the variable `HANDOUT_COMMIT`.
//!
//! The commit is that of the git folder beside this file, else the variable of the same name that a packager sets.
//! Without both there is none, and the build goes on.

// Cargo reads instructions from stdout.
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=HANDOUT_COMMIT");
    // A debug build has no commit: each new one would compile the package again.
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let of_git = match is_release && Path::new(".git").exists() {
        true => commit_of_git(),
        false => None,
    };
    let commit = of_git.or_else(|| std::env::var("HANDOUT_COMMIT").ok());
    if let Some(commit) = commit.filter(|commit| is_hash(commit)) {
        println!("cargo::rustc-env=HANDOUT_COMMIT={commit}");
    }
}

/// Returns the short hash of the checked-out commit. Asks cargo to run this program again when it changes.
fn commit_of_git() -> Option<String> {
    for file in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", file]);
        // Cargo would run this program each time for a file that is not there.
        if let Some(path) = path.filter(|path| Path::new(path).exists()) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    git(&["rev-parse", "--short=12", "HEAD"])
}

/// Returns the output of a git command; `None` if it fails.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn is_hash(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
