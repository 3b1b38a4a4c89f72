//! What packages need: completions, manual pages, versions, and files that only their owner may read.

use std::fs;
use std::path::Path;

use crate::test_project::TestProject;

#[test]
fn completions_are_for_four_shells() {
    let project = TestProject::new();
    for (shell, sign) in [
        ("bash", "complete -F _handout"),
        ("zsh", "#compdef handout"),
        ("fish", "complete -c handout"),
        (
            "powershell",
            "Register-ArgumentCompleter -Native -CommandName 'handout'",
        ),
    ] {
        let run = project.run(&["completions", shell], "");
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let script = String::from_utf8(run.stdout).unwrap();
        assert!(script.contains(sign), "{shell}");
        assert!(script.contains("large-print"), "{shell} lacks values");
    }
    assert_eq!(project.run(&["completions", "tcsh"], "").code, Some(2));
}

#[test]
fn each_command_has_a_manual_page() {
    let project = TestProject::new();
    let run = project.run(&["man", "pages"], "");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let help = project.run(&["help"], "");
    let help = String::from_utf8(help.stdout).unwrap();
    let commands = help.lines().filter_map(|line| {
        let name = line.strip_prefix("  ")?.split(' ').next()?;
        let is_command = !name.is_empty() && !name.starts_with('-') && name != "help";
        is_command.then(|| name.to_owned())
    });
    let commands: Vec<String> = commands.collect();
    assert!(commands.contains(&"generate".to_owned()), "{commands:?}");
    for command in &commands {
        let page = project.path(&format!("pages/handout-{command}.1"));
        let page = fs::read_to_string(page).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{command}");
    }
    assert!(!help.contains("  man "), "`man` is for makers of packages");
    assert!(!project.path("pages/handout-man.1").exists());
}

#[test]
fn short_and_long_version_begin_alike() {
    let project = TestProject::new();
    let printed = |flag| String::from_utf8(project.run(&[flag], "").stdout).unwrap();
    let short = printed("-V");
    assert_eq!(short, format!("handout {}\n", env!("CARGO_PKG_VERSION")));
    let long = printed("--version");
    let lines: Vec<&str> = long.lines().collect();
    assert_eq!(format!("{}\n", lines[0]), short);
    assert_eq!(lines[1], "library: Fibromyalgia and inflammation 2.0.0");
    let commit = lines[2].strip_prefix("commit: ").unwrap();
    let is_hash = commit.len() == 12 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(commit == "unknown" || is_hash, "{commit}");
    assert_eq!(lines.len(), 3);
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Ada's leaflet, a picture of it, and a web page.
#[cfg(unix)]
const FOR_ADA: [&[&str]; 3] = [
    &["generate", "visit", "-o", "file.pdf"],
    &["preview", "visit", "-o", "file.svg"],
    &["generate", "visit", "-f", "html", "-o", "file.html"],
];

#[cfg(unix)]
#[test]
fn files_about_a_reader_are_for_their_owner() {
    let project = TestProject::new();
    for arguments in FOR_ADA {
        let file = project.path(arguments.last().unwrap());
        let run = |more: &[&str]| {
            let run = project.run(&[arguments, more].concat(), "");
            assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.stderr);
            mode(&file)
        };
        let usual = run(&[]);
        assert_ne!(usual, 0o600, "{arguments:?}");
        // Also where the file was readable before.
        let ada = ["--set", "patient.first_name=Ada"];
        assert_eq!(run(&ada), 0o600, "{arguments:?}");
        assert_eq!(run(&[&ada[..], &["--mode", "0640"]].concat()), 0o640);
        let empty = ["--set", "patient.first_name=", "--mode", "0600"];
        fs::remove_file(&file).unwrap();
        assert_eq!(run(&empty), usual, "{arguments:?}");
    }
    let run = project.run(&["generate", "visit", "--mode", "rw"], "");
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("in octal, as in `0640`"),
        "{}",
        run.stderr
    );
}

#[cfg(unix)]
#[test]
fn files_of_a_batch_about_readers_are_for_their_owner() {
    let project = TestProject::new();
    let jobs = "handout,patient.first_name\nvisit,Ada\nvisit,\n";
    for (flags, expected) in [(&[][..], 0o600), (&["--mode", "0644"], 0o644)] {
        let arguments = [
            "batch",
            "-",
            "-o",
            "out",
            "--bundle",
            "all.pdf",
            "--overwrite",
        ];
        let run = project.run(&[&arguments[..], flags].concat(), jobs);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert_eq!(mode(&project.path("out/000001-visit.pdf")), expected);
        assert_eq!(mode(&project.path("all.pdf")), expected);
        // Names of files may say something about a reader.
        for file in ["out/manifest.jsonl", "all.pdf.jsonl"] {
            assert_eq!(mode(&project.path(file)), expected, "{file}");
        }
    }
    let run = project.run(&["batch", "merge", "out", "-o", "merged.jsonl"], "");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(mode(&project.path("merged.jsonl")), 0o600);
    let usual = mode(&project.path("library/library.yaml"));
    assert_eq!(mode(&project.path("out/000002-visit.pdf")), usual);
    // A bundle for no reader.
    let arguments = ["batch", "-", "--bundle", "none.pdf"];
    let run = project.run(&arguments, "handout\nvisit\n");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(mode(&project.path("none.pdf")), usual);
}
