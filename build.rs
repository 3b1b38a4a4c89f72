//! How the program is linked on Linux.
//!
//! A program that can be loaded anywhere holds forty thousand addresses, in constant tables mostly, that are
//! put right whenever it starts: a megabyte of file, 150 page faults and a millisecond of each leaflet. What
//! that is good for, hiding code from whoever has corrupted the memory of a program, is worth little to one
//! in safe Rust whose input is files of its owner. Libraries, heap and stack are loaded anywhere as before.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |key: &str, value: &str| env::var(key).is_ok_and(|held| held == value);
    // Elsewhere linkers do not know the word, or programs have to be loaded anywhere.
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
