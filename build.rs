//! How the program is linked on Linux.
//!
//! **To one place.** A program that can be loaded anywhere holds forty thousand addresses, in constant tables
//! mostly, that are put right whenever it starts: a megabyte of file, 150 page faults and a millisecond of
//! each leaflet. What that is good for, hiding code from whoever has corrupted the memory of a program, is
//! worth little to one in safe Rust whose input is files of its owner. Heap and stack are loaded anywhere as
//! before.
//!
//! **With the C library in it**, where the system has that as an archive: the program runs on any Linux of its
//! processor, whichever C library that has, and nothing has to be found and joined when it starts, another millisecond of
//! each leaflet. `-C target-feature=+crt-static` is Cargo's way to ask for that, but only whoever builds can
//! say it, and it fails where the archive is missing.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |key: &str, value: &str| env::var(key).is_ok_and(|held| held == value);
    // Elsewhere linkers do not know the words, or programs have to be loaded anywhere.
    if !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") {
        return;
    }
    println!("cargo::rustc-link-arg-bins=-no-pie");
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo sets it")).join("archives");
    if env::var_os("HOST") == env::var_os("TARGET") && write_archives(&folder).is_some() {
        println!("cargo::rustc-link-arg-bins=-static");
        println!("cargo::rustc-link-arg-bins=-L{}", folder.display());
    }
}

/// Makes a folder in which the linker finds each library that the standard library names as an archive, before
/// it looks for a shared one elsewhere. None if an archive is missing.
fn write_archives(folder: &Path) -> Option<()> {
    let [c, gcc, gcc_eh] = ["c", "gcc", "gcc_eh"].map(archive);
    // They need each other, in a circle.
    let runtime = format!(
        "GROUP ( \"{}\" \"{}\" \"{}\" )\n",
        c?.display(),
        gcc_eh?.display(),
        gcc?.display()
    );
    fs::create_dir_all(folder).ok()?;
    for name in ["c", "gcc_s"] {
        fs::write(folder.join(format!("lib{name}.a")), &runtime).ok()?;
    }
    for name in ["dl", "m", "pthread", "rt", "util"] {
        let script = format!("INPUT ( \"{}\" )\n", archive(name)?.display());
        fs::write(folder.join(format!("lib{name}.a")), script).ok()?;
    }
    Some(())
}

/// Where the compiler that links has a library as an archive.
fn archive(name: &str) -> Option<PathBuf> {
    let linker = env::var_os("RUSTC_LINKER").unwrap_or_else(|| OsString::from("cc"));
    let found = Command::new(linker)
        .arg(format!("-print-file-name=lib{name}.a"))
        .output()
        .ok()?;
    // What it does not find it names as it was asked.
    let path = PathBuf::from(String::from_utf8(found.stdout).ok()?.trim());
    path.is_absolute().then_some(path)
}
