//! The commands of the README, run in an empty folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::test_project::PROGRAM;

const README: &str = include_str!("../../README.md");

/// Returns the fenced blocks of a language.
fn blocks(language: &str) -> impl Iterator<Item = &'static str> {
    let begins = format!("{language}\n");
    README
        .split("```")
        .skip(1)
        .step_by(2)
        .filter_map(move |block| block.strip_prefix(&begins))
}

fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn readme_commands_print_what_it_shows() {
    let folder = empty_folder("readme");
    let clinic = blocks("yaml")
        .find(|block| block.contains("Hillside"))
        .expect("a clinic.yaml");
    fs::write(folder.join("clinic.yaml"), clinic).unwrap();
    fs::write(
        folder.join("jobs.csv"),
        blocks("csv").next().expect("a job file"),
    )
    .unwrap();
    // The first commands are for the example clinic: there is no other one yet.
    let first = empty_folder("readme-first");
    let mut commands = 0;
    for (index, block) in blocks("console").enumerate() {
        let folder = if index == 0 { &first } else { &folder };
        for command in block.split("$ handout ").skip(1) {
            let (arguments, shown) = command.split_once('\n').unwrap();
            let (status, shown) = match shown.strip_prefix("? ") {
                Some(rest) => rest.split_once('\n').unwrap(),
                None => ("0", shown),
            };
            let run = Command::new(PROGRAM)
                .args(arguments.split_whitespace())
                .current_dir(folder)
                .output()
                .unwrap();
            let said = [run.stdout, run.stderr]
                .map(|bytes| String::from_utf8(bytes).unwrap())
                .concat();
            assert_eq!(said.trim_end(), shown.trim_end(), "handout {arguments}");
            assert_eq!(
                run.status.code(),
                status.parse().ok(),
                "handout {arguments}"
            );
            commands += 1;
        }
    }
    assert_eq!(commands, README.matches("\n$ handout ").count());
    for name in ["sleep.pdf", "brain-fog.pdf", "sleep-a5.pdf"] {
        assert!(
            fs::read(first.join(name)).unwrap().starts_with(b"%PDF-1.7"),
            "{name}"
        );
    }
}
