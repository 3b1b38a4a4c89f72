//! What `handout generate` tells whoever runs it from a script: exit codes, where files go, and
//! messages for programs.
#![allow(clippy::unwrap_used)]

#[path = "support/workshop.rs"]
mod workshop;

use std::fs;

use serde_json::Value;
use workshop::{Run, Workshop};

/// A second handout whose text is missing.
fn with_a_broken_handout() -> Workshop {
    let workshop = Workshop::new();
    workshop.write(
        "library/broken/handout.yaml",
        "id: broken\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: nothing\n",
    );
    workshop.write("library/broken/text/en.yaml", "title: Broken\n");
    workshop
}

/// The run could not even begin: it says this, and leaves nothing.
fn could_not_run(workshop: &Workshop, arguments: &[&str], message: &str) {
    let run = workshop.generate(arguments);
    assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stderr);
    assert!(
        run.stderr.contains(message),
        "{arguments:?}: {}",
        run.stderr
    );
    assert!(run.stdout.is_empty());
    assert_eq!(workshop.made(), [""; 0], "{arguments:?}");
}

#[test]
fn what_is_not_there_is_a_usage_error() {
    let workshop = Workshop::new();
    could_not_run(&workshop, &["vist"], "did you mean `visit`");
    could_not_run(&workshop, &["visit", "elsewhere"], "elsewhere");
    could_not_run(
        &workshop,
        &["visit", "--language", "xx"],
        "not there in `xx`",
    );
    could_not_run(
        &workshop,
        &["visit", "--clinic", "nowhere"],
        "no clinic at `nowhere`",
    );
    could_not_run(
        &workshop,
        &["visit", "--data", "nothing.yaml"],
        "no file `nothing.yaml`",
    );
    could_not_run(
        &workshop,
        &["visit", "--library", "nowhere"],
        "no folder `nowhere`",
    );
    could_not_run(&workshop, &["./library"], "library");
}

#[test]
fn flags_that_make_no_sense_are_usage_errors() {
    let workshop = Workshop::new();
    could_not_run(&workshop, &[], "required");
    could_not_run(&workshop, &["visit", "--paper", "a3"], "a3");
    could_not_run(&workshop, &["visit", "--format", "docx"], "docx");
    could_not_run(&workshop, &["visit", "--date", "yesterday"], "yesterday");
    could_not_run(
        &workshop,
        &["visit", "--set", "patient.first_name"],
        "KEY=VALUE",
    );
    could_not_run(
        &workshop,
        &["visit", "--set", "a=1", "--set", "a.b=2"],
        "a.b",
    );
    could_not_run(
        &workshop,
        &["visit", "-o", "-", "--message-format", "json"],
        "stdout",
    );
    could_not_run(
        &workshop,
        &["visit", "visit", "-o", "-"],
        "only one leaflet",
    );
}

#[test]
fn place_that_cannot_be_written_is_an_error() {
    let workshop = Workshop::new();
    workshop.write("library/notes.txt", "");
    could_not_run(
        &workshop,
        &["visit", "-o", "library/notes.txt/visit.pdf"],
        "cannot write",
    );
    could_not_run(
        &workshop,
        &["visit", "-o", "library/notes.txt/"],
        "library/notes.txt",
    );
    could_not_run(
        &workshop,
        &["visit", "-o", "no/such/folder/visit.pdf"],
        "cannot write",
    );
}

/// A device stays a device; a leaflet is as private as its maker has new files be, or as the one it replaces.
#[cfg(unix)]
#[test]
fn output_keeps_what_is_there() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    let workshop = Workshop::new();
    let run = workshop.generate(&["visit", "--output", "/dev/null"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        std::fs::metadata("/dev/null")
            .unwrap()
            .file_type()
            .is_char_device()
    );
    workshop.write("visit.pdf", "");
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(workshop.path("visit.pdf"), private).unwrap();
    assert_eq!(workshop.generate(&["visit"]).code, Some(0));
    let mode = std::fs::metadata(workshop.path("visit.pdf"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[cfg(unix)]
#[test]
fn messages_that_nobody_reads_lose_no_leaflet() {
    let workshop = Workshop::new();
    workshop.write("bad/handout.yaml", "id: bad\n");
    let mut command = assert_cmd::Command::cargo_bin("handout").unwrap();
    let program = command.get_program().to_owned();
    command = assert_cmd::Command::new("sh");
    let line = "\"$0\" --library library --date 2026-11-21 generate ./bad visit -o out/ 2>&1 >&- | head -c 0; :";
    command
        .current_dir(workshop.path(""))
        .args(["-c", line])
        .arg(program)
        .assert()
        .success();
    assert!(workshop.path("out/visit.pdf").is_file());
}

#[test]
fn output_goes_where_it_is_told_to() {
    for (output, made) in [
        (None, "visit.pdf"),
        (Some("for-ada.pdf"), "for-ada.pdf"),
        (Some("leaflets/"), "leaflets/visit.pdf"),
        (Some("old"), "old/visit.pdf"),
    ] {
        let workshop = Workshop::new();
        fs::create_dir(workshop.path("old")).unwrap();
        let mut arguments = vec!["visit"];
        arguments.extend(output.iter().flat_map(|output| ["-o", output]));
        let run = workshop.generate(&arguments);
        assert_eq!(
            (run.code, workshop.made()),
            (Some(0), vec![made.to_owned()]),
            "{}",
            run.stderr
        );
        assert!(run.stdout.is_empty());
        let file = fs::read(workshop.path(made)).unwrap();
        let run = workshop.generate(&["visit", "-o", "-"]);
        assert!(run.stdout == file, "{made} is not what stdout gets");
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn finished_file_replaces_an_older_one() {
    let workshop = Workshop::new();
    workshop.write("visit.pdf", "old");
    assert_eq!(workshop.generate(&["visit"]).code, Some(0));
    assert!(
        fs::read(workshop.path("visit.pdf"))
            .unwrap()
            .starts_with(b"%PDF-1.7")
    );
    // And one that fails leaves the older file as it is.
    workshop.write("visit.pdf", "old");
    workshop.change("library/visit/text/en.yaml", "alt: A black square", "");
    let run = workshop.generate(&["visit"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_eq!(fs::read(workshop.path("visit.pdf")).unwrap(), b"old");
}

#[test]
fn of_several_one_may_fail() {
    let workshop = with_a_broken_handout();
    let run = workshop.generate(&["broken", "visit", "-o", "out/"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains("error[unknown-text]"), "{}", run.stderr);
    assert_eq!(workshop.made(), ["out/visit.pdf"]);
    // Also when its definition cannot even be read.
    workshop.write("library/broken/handout.yaml", "id: [");
    let run = workshop.generate(&["broken", "visit", "-o", "out/"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_eq!(workshop.made(), ["out/visit.pdf"]);
}

fn messages(run: &Run) -> Vec<Value> {
    let text = String::from_utf8(run.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

#[test]
fn messages_for_programs_are_one_json_object_a_line() {
    let workshop = with_a_broken_handout();
    workshop.change(
        "library/visit/text/en.yaml",
        "caption: A square",
        "caption: A {{square}}",
    );
    let run = workshop.generate(&["broken", "visit", "--message-format", "json"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_eq!(run.stderr, "");
    let messages = messages(&run);
    let ids: Vec<&str> = messages
        .iter()
        .map(|message| message["id"].as_str().unwrap())
        .collect();
    assert!(
        ids.contains(&"unknown-text") && ids.contains(&"unknown-variable"),
        "{ids:?}"
    );
    for message in &messages {
        assert!(
            message["severity"].is_string() && message["message"].is_string(),
            "{message}"
        );
        assert!(
            message["file"].is_string() && message["line"].is_u64() && message["column"].is_u64(),
            "{message}"
        );
    }
    let variable = messages
        .iter()
        .find(|message| message["id"] == "unknown-variable")
        .unwrap();
    assert_eq!(
        (&variable["line"], &variable["column"]),
        (&8.into(), &16.into()),
        "{variable}"
    );
}

/// Whatever is wrong, in whichever file.
#[test]
fn faults_of_all_files_are_told_in_one_run() {
    const CLINIC: &str = "library/clinics/example/clinic.yaml";
    let faulty = |files: &[&str]| {
        let workshop = Workshop::new();
        workshop.write("reader.yaml", "{}\n");
        workshop.write("library/text/en.yaml", "closing: Words\n");
        workshop.write("library/clinics/example/text/en.yaml", "shared: {}\n");
        for file in files {
            let text = std::fs::read_to_string(workshop.path(file)).unwrap();
            workshop.write(file, format!("{text}\"\n"));
        }
        let run = workshop.generate(&["visit", "--data", "reader.yaml", "-c", CLINIC]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        for file in files {
            assert!(run.stderr.contains(file), "{file}: {}", run.stderr);
        }
    };
    let texts = ["library/text/en.yaml", "library/visit/text/en.yaml"];
    let definition = "library/visit/handout.yaml";
    faulty(&texts);
    faulty(&[texts[0], texts[1], definition]);
    faulty(&[
        texts[0],
        texts[1],
        definition,
        CLINIC,
        "library/clinics/example/text/en.yaml",
        "reader.yaml",
    ]);
    faulty(&["library/library.yaml", CLINIC, "reader.yaml"]);
}

#[test]
fn clean_run_has_no_messages_for_programs() {
    let run = Workshop::new().generate(&["visit", "--message-format", "json"]);
    assert_eq!(
        (run.code, &*run.stderr, messages(&run)),
        (Some(0), "", vec![])
    );
}

#[test]
fn quiet_run_says_nothing() {
    let run = Workshop::new().generate(&["visit", "-q"]);
    assert_eq!((run.code, &*run.stderr, run.stdout.len()), (Some(0), "", 0));
}
