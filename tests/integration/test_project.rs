//! A small library in a temporary folder. A test changes a file and runs the program.

use std::fs;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Path of the program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_handout");

/// A valid library with a clinic and one handout, `visit`, which uses the patient's first name.
const FILES: [(&str, &str); 5] = [
    ("library/library.yaml", "name: A small library\n"),
    (
        "library/visit/handout.yaml",
        "id: visit
version: 1.0.0
reviewed: 2026-11-21
review_by: 2028-11-21
data: [patient.first_name]
sections:
  - section: welcome
    role: main-message
  - figure: square
    image: figures/square.svg
",
    ),
    (
        "library/visit/text/en.yaml",
        "title: Your visit
welcome:
  heading: Welcome
  body: |
    Dear {{patient.first_name}}, we are glad that you come.
square:
  alt: A black square
  caption: A square
",
    ),
    (
        "library/visit/figures/square.svg",
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="20" height="20"/></svg>"#,
    ),
    (
        "library/clinics/example/clinic.yaml",
        "name: Small Clinic\n",
    ),
];

/// Copies a folder with everything in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

pub(crate) struct TestProject {
    folder: TempDir,
}

/// Result of a run.
pub(crate) struct Run {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl From<Output> for Run {
    /// Panics if the program panicked.
    fn from(output: Output) -> Run {
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panicked"), "{stderr}");
        Run {
            code: output.status.code(),
            stdout: output.stdout,
            stderr,
        }
    }
}

impl TestProject {
    pub(crate) fn new() -> TestProject {
        let project = TestProject {
            folder: TempDir::new().unwrap(),
        };
        for (path, contents) in FILES {
            project.write(path, contents);
        }
        project
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, contents: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    /// Replaces a part of a file.
    pub(crate) fn change(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(path)).unwrap();
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, text.replace(from, to));
    }

    /// Runs `handout generate` in the folder, with the small library.
    pub(crate) fn generate(&self, arguments: &[&str]) -> Run {
        let day = ["--date", "2026-11-21", "generate"];
        self.run(&[&day, arguments].concat(), "")
    }

    /// Returns the program in the folder, with the small library, its clinic and no other variables.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(["--library", "library"])
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HANDOUT_CLINIC", "library/clinics/example");
        command
    }

    /// Runs the program in the folder, with the small library and its clinic.
    pub(crate) fn run(&self, arguments: &[&str], stdin: &str) -> Run {
        let mut input = tempfile::tempfile().unwrap();
        input.write_all(stdin.as_bytes()).unwrap();
        input.rewind().unwrap();
        let output = self.command(arguments).stdin(input).output().unwrap();
        Run::from(output)
    }

    /// Returns all files outside the library, temporary files included.
    pub(crate) fn made(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path == self.path("library") {
                } else if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(shown(path.strip_prefix(self.folder.path()).unwrap()));
                }
            }
        }
        files.sort();
        files
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Runs the program in a folder, without the variables of the environment.
pub(crate) fn run_in(folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(PROGRAM)
        .args(["--date", "2026-11-29"])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    Run::from(output)
}
