//! `handout generate` in scripts: exit codes, output paths and JSON messages.

use std::fs;

use crate::test_project::{PROGRAM, Run, TestProject};
use serde_json::Value;

/// Adds a handout whose text is missing.
fn with_a_broken_handout() -> TestProject {
    let project = TestProject::new();
    project.write(
        "library/broken/handout.yaml",
        "id: broken\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: nothing\n",
    );
    project.write("library/broken/text/en.yaml", "title: Broken\n");
    project
}

/// Asserts that the run ends with exit code 2 and this message, and writes nothing.
fn could_not_run(project: &TestProject, arguments: &[&str], message: &str) {
    let run = project.generate(arguments);
    assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stderr);
    assert!(
        run.stderr.contains(message),
        "{arguments:?}: {}",
        run.stderr
    );
    assert!(run.stdout.is_empty());
    assert_eq!(project.made(), [""; 0], "{arguments:?}");
}

#[test]
fn missing_handout_or_file_is_a_usage_error() {
    let project = TestProject::new();
    could_not_run(&project, &["vist"], "did you mean `visit`");
    could_not_run(&project, &["visit", "elsewhere"], "elsewhere");
    could_not_run(
        &project,
        &["visit", "--language", "de"],
        "is not available in `de`",
    );
    could_not_run(
        &project,
        &["visit", "--language", "xx"],
        "write it as in `en`",
    );
    could_not_run(
        &project,
        &["visit", "--clinic", "nowhere"],
        "no clinic at `nowhere`",
    );
    project.write("library/hillside/clinic.yaml", "name: Hillside\n");
    for (path, meant) in [
        ("library/Hillside", "library/hillside"),
        ("library/hilside", "library/hillside"),
    ] {
        let message = format!("no clinic at `{path}`: did you mean `{meant}`?");
        could_not_run(&project, &["visit", "-c", path], &message);
    }
    could_not_run(
        &project,
        &["visit", "--data", "nothing.yaml"],
        "no file `nothing.yaml`",
    );
    could_not_run(
        &project,
        &["visit", "--library", "nowhere"],
        "no folder `nowhere`",
    );
    could_not_run(&project, &["./library"], "library");
}

#[test]
fn invalid_flags_are_usage_errors() {
    let project = TestProject::new();
    could_not_run(&project, &[], "required");
    could_not_run(&project, &["visit", "--paper", "a3"], "a3");
    could_not_run(&project, &["visit", "--format", "docx"], "docx");
    could_not_run(&project, &["visit", "--date", "yesterday"], "yesterday");
    could_not_run(
        &project,
        &["visit", "--set", "patient.first_name"],
        "KEY=VALUE",
    );
    could_not_run(
        &project,
        &["visit", "--set", "a=1", "--set", "a.b=2"],
        "a.b",
    );
    could_not_run(
        &project,
        &["visit", "-o", "-", "--message-format", "json"],
        "stdout",
    );
    could_not_run(&project, &["visit", "visit", "-o", "-"], "only one leaflet");
}

#[test]
fn unwritable_output_is_an_error() {
    let project = TestProject::new();
    project.write("library/notes.txt", "");
    could_not_run(
        &project,
        &["visit", "-o", "library/notes.txt/visit.pdf"],
        "cannot write",
    );
    could_not_run(
        &project,
        &["visit", "-o", "library/notes.txt/"],
        "library/notes.txt",
    );
    could_not_run(
        &project,
        &["visit", "-o", "no/such/folder/visit.pdf"],
        "cannot write",
    );
}

/// A device stays a device. A leaflet takes the permissions of the umask or of the file it replaces.
#[cfg(unix)]
#[test]
fn output_keeps_devices_and_permissions() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    let project = TestProject::new();
    let run = project.generate(&["visit", "--output", "/dev/null"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        std::fs::metadata("/dev/null")
            .unwrap()
            .file_type()
            .is_char_device()
    );
    project.write("visit.pdf", "");
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(project.path("visit.pdf"), private).unwrap();
    assert_eq!(project.generate(&["visit"]).code, Some(0));
    let mode = std::fs::metadata(project.path("visit.pdf"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[cfg(unix)]
#[test]
fn closed_stderr_loses_no_leaflet() {
    let project = TestProject::new();
    project.write("bad/handout.yaml", "id: bad\n");
    let line = "\"$0\" --library library --date 2026-11-21 generate ./bad visit -o out/ 2>&1 >&- | head -c 0; :";
    let status = std::process::Command::new("sh")
        .current_dir(project.path(""))
        .args(["-c", line])
        .arg(PROGRAM)
        .status();
    assert!(status.unwrap().success());
    assert!(project.path("out/visit.pdf").is_file());
}

#[test]
fn output_option_chooses_the_path() {
    for (output, made) in [
        (None, "visit.pdf"),
        (Some("for-ada.pdf"), "for-ada.pdf"),
        (Some("leaflets/"), "leaflets/visit.pdf"),
        (Some("old"), "old/visit.pdf"),
    ] {
        let project = TestProject::new();
        fs::create_dir(project.path("old")).unwrap();
        let mut arguments = vec!["visit", "--set", "patient.first_name=Ada"];
        arguments.extend(output.iter().flat_map(|output| ["-o", output]));
        let run = project.generate(&arguments);
        assert_eq!(
            (run.code, project.made()),
            (Some(0), vec![made.to_owned()]),
            "{}",
            run.stderr
        );
        assert!(run.stdout.is_empty());
        let file = fs::read(project.path(made)).unwrap();
        let run = project.generate(&["visit", "-o", "-", "--set", "patient.first_name=Ada"]);
        assert!(run.stdout == file, "{made} is not what stdout gets");
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn finished_file_replaces_an_older_one() {
    let project = TestProject::new();
    project.write("visit.pdf", "%PDF-1.4 old");
    assert_eq!(project.generate(&["visit"]).code, Some(0));
    assert!(
        fs::read(project.path("visit.pdf"))
            .unwrap()
            .starts_with(b"%PDF-1.7")
    );
    // A failed run leaves the older file unchanged.
    project.write("visit.pdf", "%PDF-1.4 old");
    project.change("library/visit/text/en.yaml", "alt: A black square", "");
    let run = project.generate(&["visit"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_eq!(
        fs::read(project.path("visit.pdf")).unwrap(),
        b"%PDF-1.4 old"
    );
}

#[test]
fn one_failed_handout_does_not_stop_the_others() {
    let project = with_a_broken_handout();
    let run = project.generate(&["broken", "visit", "-o", "out/"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains("error[unknown-text]"), "{}", run.stderr);
    assert_eq!(project.made(), ["out/visit.pdf"]);
    // The same holds for a definition that cannot be read.
    project.write("library/broken/handout.yaml", "id: [");
    let run = project.generate(&["broken", "visit", "-o", "out/"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_eq!(project.made(), ["out/visit.pdf"]);
}

fn messages(run: &Run) -> Vec<Value> {
    let text = String::from_utf8(run.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

#[test]
fn json_messages_are_one_object_per_line() {
    let project = with_a_broken_handout();
    project.change(
        "library/visit/text/en.yaml",
        "caption: A square",
        "caption: A {{square}}",
    );
    let run = project.generate(&["broken", "visit", "--message-format", "json"]);
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

#[test]
fn one_run_reports_the_errors_of_all_files() {
    const CLINIC: &str = "library/clinics/example/clinic.yaml";
    let faulty = |files: &[&str]| {
        let project = TestProject::new();
        project.write("reader.yaml", "{}\n");
        project.write("library/text/en.yaml", "closing: Words\n");
        project.write("library/clinics/example/text/en.yaml", "shared: {}\n");
        for file in files {
            let text = std::fs::read_to_string(project.path(file)).unwrap();
            project.write(file, format!("{text}\"\n"));
        }
        let run = project.generate(&["visit", "--data", "reader.yaml", "-c", CLINIC]);
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
fn clean_run_has_no_json_messages() {
    let set = "patient.first_name=Ada";
    let run = TestProject::new().generate(&["visit", "--message-format", "json", "--set", set]);
    assert_eq!(
        (run.code, &*run.stderr, messages(&run)),
        (Some(0), "", vec![])
    );
}

#[test]
fn quiet_run_prints_nothing() {
    let run = TestProject::new().generate(&["visit", "-q"]);
    assert_eq!((run.code, &*run.stderr, run.stdout.len()), (Some(0), "", 0));
}
