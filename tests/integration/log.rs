//! The log of leaflets: each one that leaves has a line, and no line says who its reader is.

use std::fs;
use std::process::{Command, Stdio};

use ipp::model::StatusCode;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::desk_program::{Desk, post};
use crate::fake_printer::{Behaviour, FakePrinter};
use crate::test_project::{PROGRAM, TestProject};

const PATIENT: &str = "Quillon";
const NUMBER: &str = "NHS-943-476-5919";

/// A project whose clinic has a reference of its own.
fn project() -> TestProject {
    let project = TestProject::new();
    project.write(
        "library/clinics/example/clinic.yaml",
        "name: Small Clinic\nlog_reference: patient.number\n",
    );
    project
}

fn lines(project: &TestProject, path: &str) -> Vec<Value> {
    let text = fs::read_to_string(project.path(path)).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn sha256(project: &TestProject, path: &str) -> String {
    let hash = Sha256::digest(fs::read(project.path(path)).unwrap());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Fails if a file beside the leaflets names the reader.
fn names_no_reader(project: &TestProject) {
    let files = ["leaflets.log", "leaflets.log.key", "leaflets.log.lock"];
    for file in files {
        let text = fs::read_to_string(project.path(file)).unwrap();
        assert!(!text.contains(PATIENT) && !text.contains(NUMBER), "{file}");
    }
}

#[test]
fn generate_records_each_leaflet_and_nothing_about_its_reader() {
    let project = project();
    let name = format!("patient.first_name={PATIENT}");
    let number = format!("patient.number={NUMBER}");
    let run = project.generate(&[
        "visit",
        "--log",
        "leaflets.log",
        "--set",
        &name,
        "--set",
        &number,
    ]);
    assert_eq!(
        (run.code, run.stderr.contains("warning")),
        (Some(0), false),
        "{}",
        run.stderr
    );
    let run = project.generate(&[
        "visit",
        "--log",
        "leaflets.log",
        "-f",
        "text",
        "--set",
        &number,
    ]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let lines = lines(&project, "leaflets.log");
    assert_eq!(lines.len(), 2);
    let line = &lines[0];
    for (key, expected) in [
        ("action", "made"),
        ("handout", "visit"),
        ("version", "1.0.0"),
        ("clinic", "Small Clinic"),
        ("language", "en"),
        ("edition", "standard"),
        ("paper", "a4"),
        ("format", "pdf"),
        ("sha256", &sha256(&project, "visit.pdf")),
    ] {
        assert_eq!(line[key], expected, "{key}");
    }
    assert_eq!(line["pages"], 1);
    assert_eq!(lines[1]["pages"], Value::Null);
    assert_eq!(lines[1]["sha256"], sha256(&project, "visit.txt"));
    // The same reader has the same hash.
    let reference = line["reference"].as_str().unwrap();
    assert_eq!(reference.len(), 32);
    assert_eq!(lines[1]["reference"], reference);
    names_no_reader(&project);
    // Another key, another hash.
    fs::remove_file(project.path("leaflets.log")).unwrap();
    fs::remove_file(project.path("leaflets.log.key")).unwrap();
    project.generate(&["visit", "--log", "leaflets.log", "--set", &number]);
    let other = crate::log::lines(&project, "leaflets.log");
    assert_ne!(other[0]["reference"], reference);
}

#[test]
fn time_is_that_of_the_clock() {
    let project = TestProject::new();
    let run = project
        .command(&["--date", "2001-02-03", "generate", "visit"])
        .env("HANDOUT_LOG", "leaflets.log")
        .env("SOURCE_DATE_EPOCH", "1")
        .env("TZ", "<+05>-5")
        .env("USER", "maria")
        .output()
        .unwrap();
    assert!(run.status.success());
    let line = &lines(&project, "leaflets.log")[0];
    let time: jiff::Timestamp = line["time"].as_str().unwrap().parse().unwrap();
    let age = jiff::Timestamp::now().as_second() - time.as_second();
    assert!((0..3600).contains(&age), "{line}");
    assert_eq!(line["user"], "maria");
}

#[test]
fn a_log_that_cannot_be_written_stops_everything_before() {
    let project = project();
    fs::create_dir(project.path("folder")).unwrap();
    let jobs = "handout\nvisit\n";
    for path in ["folder", "missing/leaflets.log"] {
        for command in [
            &["generate", "visit"][..],
            &["generate", "visit", "-o", "-"],
            &["batch", "-", "-o", "out"],
            &["batch", "-", "--bundle", "all.pdf"],
        ] {
            let run = project.run(&[command, &["--log", path]].concat(), jobs);
            assert_eq!(run.code, Some(2), "{command:?} {path}: {}", run.stderr);
            assert!(run.stderr.contains("the log"), "{}", run.stderr);
            assert!(run.stdout.is_empty());
        }
    }
    let made = project.made();
    let made: Vec<&String> = made
        .iter()
        .filter(|name| !name.ends_with(".lock"))
        .collect();
    assert!(made.is_empty(), "{made:?}");
    // The key of earlier references is gone.
    let number = format!("patient.number={NUMBER}");
    project.generate(&[
        "visit",
        "--log",
        "leaflets.log",
        "--set",
        &number,
        "-o",
        "a.pdf",
    ]);
    fs::remove_file(project.path("leaflets.log.key")).unwrap();
    let run = project.generate(&["visit", "--log", "leaflets.log", "-o", "b.pdf"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("`leaflets.log.key` is gone"),
        "{}",
        run.stderr
    );
    assert!(!project.path("b.pdf").exists());
}

#[test]
fn batch_records_each_leaflet_of_each_row() {
    let project = project();
    let jobs = format!(
        "handout,copies,patient.first_name,patient.number\nvisit,1,{PATIENT},{NUMBER}\n\"visit;visit\",3,,\nslep,1,,\n"
    );
    let run = project.run(&["batch", "-", "-o", "out", "--log", "leaflets.log"], &jobs);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    // The log uses the column. Row 2 has no value in it.
    let about: Vec<&str> = run
        .stderr
        .lines()
        .filter(|line| line.contains("patient.number"))
        .collect();
    let missing = "warning[missing-log-reference]: row 2 (line 3), column `patient.number`";
    assert!(
        about.len() == 1 && about[0].starts_with(missing),
        "{}",
        run.stderr
    );
    let lines = lines(&project, "leaflets.log");
    let rows: Vec<&Value> = lines.iter().map(|line| &line["row"]).collect();
    assert_eq!(rows, [1, 2, 2]);
    let files = fs::read_dir(project.path("out")).unwrap();
    let files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<String> = files.filter(|name| name.ends_with(".pdf")).collect();
    files.sort();
    for (line, file) in lines.iter().zip([&files[0], &files[1], &files[1]]) {
        assert_eq!(line["sha256"], sha256(&project, &format!("out/{file}")));
        assert_eq!(line["pages"], 1);
    }
    assert_eq!(
        (&lines[0]["copies"], &lines[1]["copies"]),
        (&Value::Null, &3.into())
    );
    assert!(lines[0]["reference"].is_string() && lines[1]["reference"].is_null());
    names_no_reader(&project);
    // What is there already is not made again. A bundle has no file for a row.
    project.run(
        &[
            "batch",
            "-",
            "-o",
            "out",
            "--log",
            "leaflets.log",
            "--resume",
        ],
        &jobs,
    );
    let run = project.run(&["batch", "-", "--dry-run", "--log", "leaflets.log"], &jobs);
    assert_eq!(run.code, Some(1));
    assert_eq!(crate::log::lines(&project, "leaflets.log").len(), 3);
    project.run(
        &["batch", "-", "--bundle", "all.pdf", "--log", "leaflets.log"],
        &jobs,
    );
    let all = crate::log::lines(&project, "leaflets.log");
    assert_eq!(all.len(), 6);
    assert_eq!(all[3]["sha256"], Value::Null);
}

#[test]
fn processes_at_the_same_time_mix_no_lines() {
    let project = TestProject::new();
    let jobs: String = (0..100).map(|_| "visit\n").collect();
    project.write("jobs.csv", format!("handout\n{jobs}"));
    // The log is nearly full, so that a new file begins meanwhile.
    let old = project.generate(&["visit", "--log", "leaflets.log"]);
    assert_eq!(old.code, Some(0), "{}", old.stderr);
    let line = fs::read_to_string(project.path("leaflets.log")).unwrap();
    let before = 9_990_000 / line.len();
    project.write("leaflets.log", line.repeat(before));
    let start = |number: usize| {
        Command::new(PROGRAM)
            .args([
                "--library",
                "library",
                "-q",
                "batch",
                "jobs.csv",
                "--log",
                "leaflets.log",
            ])
            .args(["--jobs", "1", "--output", &format!("out-{number}")])
            .current_dir(project.path(""))
            .env_clear()
            .env("HANDOUT_CLINIC", "library/clinics/example")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let programs: Vec<_> = (0..4).map(start).collect();
    for program in programs {
        let output = program.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let full = lines(&project, "leaflets.log.1").len();
    let rest = lines(&project, "leaflets.log").len();
    assert!(full >= before && rest > 0, "{full} {rest}");
    assert_eq!(full + rest, before + 400);
}

#[test]
fn print_names_the_printer() {
    let (project, printer) = (TestProject::new(), FakePrinter::new());
    let uri = printer.uri();
    let arguments = ["print", "visit", "--printer", &uri, "--log", "leaflets.log"];
    let run = project.run(&arguments, "");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let line = &lines(&project, "leaflets.log")[0];
    assert_eq!(line["action"], "printed");
    assert_eq!(line["printer"], uri);
    let hash = Sha256::digest(&printer.jobs()[0].file);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(line["sha256"], hash);
}

#[test]
fn leaflet_that_the_printer_refuses_is_not_counted() {
    let (project, printer) = (TestProject::new(), FakePrinter::new());
    let refuse = Behaviour::Refuse(StatusCode::ClientErrorRequestEntityTooLong);
    let uri = printer.uri();
    let logged = ["--printer", &uri, "--log", "leaflets.log"];
    printer.plan(&[Behaviour::Accept, refuse]);
    for expected in [0, 2] {
        let run = project.run(&[&["print", "visit"][..], &logged].concat(), "");
        assert_eq!(run.code, Some(expected), "{}", run.stderr);
    }
    let actions = || -> Vec<String> {
        let lines = lines(&project, "leaflets.log");
        let action = |line: &Value| line["action"].as_str().unwrap().to_owned();
        lines.iter().map(action).collect()
    };
    assert_eq!(actions(), ["printed", "printed", "not-printed"]);
    let log = || {
        let run = project.run(&["log", "--log", "leaflets.log"], "");
        String::from_utf8(run.stdout).unwrap()
    };
    assert!(log().contains(" could not print visit 1.0.0"), "{}", log());
    assert!(
        log().ends_with("1 leaflet\n  visit 1.0.0: 1\n"),
        "{}",
        log()
    );
    // A job whose answer is lost may have been printed.
    printer.plan(&[Behaviour::Accept, refuse, Behaviour::LoseJob]);
    let batch = ["batch", "-", "-o", "out", "--print", &uri];
    let run = project.run(
        &[&batch[..], &logged[2..]].concat(),
        "handout\nvisit\nvisit\nvisit\n",
    );
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let batch = ["printed", "printed", "not-printed", "printed"];
    assert_eq!(actions()[3..], batch);
    assert!(
        log().ends_with("3 leaflets\n  visit 1.0.0: 3\n"),
        "{}",
        log()
    );
}

#[test]
fn command_that_fails_leaves_no_empty_log() {
    let project = TestProject::new();
    let commands = [
        &["generate", "visit", "-l", "fr"][..],
        &[
            "print",
            "visit",
            "--printer",
            "ipp://127.0.0.1:1/ipp/print",
            "--wait",
            "1",
        ],
        &["batch", "missing.csv", "-o", "out"],
    ];
    for command in commands {
        let run = project.run(&[command, &["--log", "leaflets.log"]].concat(), "");
        assert_ne!(run.code, Some(0), "{command:?}");
        assert!(!project.path("leaflets.log").exists(), "{command:?}");
    }
    let run = project.run(&["generate", "visit", "--log", "missing/leaflets.log"], "");
    let words = "the folder `missing` of the log does not exist: make the folder";
    assert!(run.stderr.contains(words), "{}", run.stderr);
}

#[test]
fn log_lists_and_counts() {
    let project = TestProject::new();
    let line = |day: &str, handout: &str, row: &str| {
        format!(
            "{{\"time\":\"{day}T09:00:00+01:00\",\"user\":\"maria\",\"action\":\"printed\",\"handout\":\"{handout}\",\
             \"version\":\"1.0.0\",\"clinic\":\"C\",\"clinic_text\":\"00\",\"language\":\"en\",\"edition\":\"standard\",\
             \"paper\":\"a4\",\"format\":\"pdf\",\"pages\":2{row}}}\n"
        )
    };
    let lines = [
        line("2026-11-29", "sleep", ""),
        line("2026-11-30", "visit", ",\"row\":7"),
        line("2026-12-01", "sleep", ""),
    ];
    project.write("leaflets.log.2", &lines[1]);
    project.write("leaflets.log.1", &lines[0]);
    project.write("leaflets.log", &lines[2]);
    let run = |flags: &[&str]| {
        let run = project.run(&[&["log", "--log", "leaflets.log"], flags].concat(), "");
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        String::from_utf8(run.stdout).unwrap()
    };
    assert_eq!(
        run(&[]),
        "2026-11-29T09:00:00+01:00 maria printed sleep 1.0.0, en, standard, a4, pdf, 2 pages\n\
         2026-11-30T09:00:00+01:00 maria printed visit 1.0.0, en, standard, a4, pdf, 2 pages, row 7\n\
         2026-12-01T09:00:00+01:00 maria printed sleep 1.0.0, en, standard, a4, pdf, 2 pages\n\
         3 leaflets\n  sleep 1.0.0: 2\n  visit 1.0.0: 1\n"
    );
    let counted = run(&["--since", "2026-11-30", "--handout", "sleep"]);
    assert!(
        counted.ends_with("1 leaflet\n  sleep 1.0.0: 1\n"),
        "{counted}"
    );
    assert_eq!(
        run(&["--json", "--since", "2026-11-30"]),
        lines[1..].concat()
    );
    // A broken line is named, and the others are listed.
    project.write(
        "leaflets.log",
        format!("{}nonsense\n{}", lines[0], lines[2]),
    );
    let broken = project.run(&["log", "--log", "leaflets.log"], "");
    assert_eq!(broken.code, Some(1));
    assert!(
        broken
            .stderr
            .contains("error[broken-log-line]: `leaflets.log`, line 2"),
        "{}",
        broken.stderr
    );
    assert!(
        String::from_utf8(broken.stdout)
            .unwrap()
            .contains("4 leaflets\n")
    );
    let none = project.run(&["log", "--log", "other.log"], "");
    assert_eq!(none.code, Some(2));
    assert!(
        none.stderr.contains("there is no log `other.log`"),
        "{}",
        none.stderr
    );
}

#[test]
fn desk_records_what_is_printed_and_saved() {
    let desk = Desk::start_in(project(), &["--log", "leaflets.log"]);
    let cookie = desk.session();
    let form = format!("patient.first_name={PATIENT}&copies=2");
    let page = post(&desk, &cookie, "/leaflets/visit", &form);
    assert_eq!(page.status, 200);
    // Looking at a leaflet is not recorded.
    assert!(!desk.project.path("leaflets.log").exists());
    let printed = post(&desk, &cookie, "/leaflets/visit/print", &form);
    let address = printed.header("location").unwrap().to_owned();
    let get = |address: &str| crate::desk_program::get(&desk, &cookie, address);
    let print_file = get(&address);
    assert_eq!(print_file.status, 200);
    // The page fetches the file, and then its frame does: that is one print.
    assert_eq!(get(&address).body, print_file.body);
    let text = get("/leaflets/visit/files/visit.txt");
    assert_eq!(text.status, 200);
    post(&desk, &cookie, "/leaflets/visit/pile", &form);
    let piled = post(&desk, &cookie, "/pile/print", "");
    let address = piled.header("location").unwrap().to_owned();
    let pile = get(&address);
    assert_eq!((pile.status, get(&address).body), (200, pile.body));
    let lines = lines(&desk.project, "leaflets.log");
    let said: Vec<[&Value; 3]> = lines
        .iter()
        .map(|line| [&line["action"], &line["format"], &line["copies"]])
        .collect();
    let two = Value::from(2);
    let words: Vec<Value> = ["printed", "saved", "pdf", "text"].map(Value::from).into();
    let [printed, saved, pdf, plain] = &words[..] else {
        unreachable!()
    };
    assert_eq!(
        said,
        [
            [printed, pdf, &two],
            [saved, plain, &Value::Null],
            [printed, pdf, &two]
        ]
    );
    // A second press is a second print.
    let printed = post(&desk, &cookie, "/leaflets/visit/print", &form);
    assert_eq!(get(printed.header("location").unwrap()).status, 200);
    assert_eq!(self::lines(&desk.project, "leaflets.log").len(), 4);
    let hash = Sha256::digest(&print_file.body);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(lines[0]["sha256"], hash);
    let log = fs::read_to_string(desk.project.path("leaflets.log")).unwrap();
    assert!(!log.contains(PATIENT));
    // Nothing is sent that cannot be recorded.
    fs::remove_file(desk.project.path("leaflets.log")).unwrap();
    fs::create_dir(desk.project.path("leaflets.log")).unwrap();
    let refused = get("/leaflets/visit/files/visit.pdf");
    assert_eq!(refused.status, 500);
    assert!(refused.text().contains("This leaflet cannot be recorded"));
}

#[test]
fn a_reader_without_a_reference_is_reported() {
    let project = project();
    let run = project.generate(&["visit", "--log", "leaflets.log"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let warning = "warning[missing-log-reference]";
    assert!(run.stderr.contains(warning), "{}", run.stderr);
    assert!(run.stderr.contains("`patient.number`"), "{}", run.stderr);
    let number = format!("patient.number={NUMBER}");
    let run = project.generate(&["visit", "--log", "leaflets.log", "--set", &number]);
    assert!(!run.stderr.contains(warning), "{}", run.stderr);
    // Without a log, nobody needs a reference.
    let run = project.generate(&["visit"]);
    assert!(!run.stderr.contains(warning), "{}", run.stderr);
    project.write(
        "jobs.csv",
        format!("handout,patient.number\nvisit,{NUMBER}\nvisit,\n"),
    );
    let run = project.batch(&["jobs.csv", "-o", "out", "--log", "leaflets.log"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr.contains(&format!("{warning}: row 2")),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains(&format!("{warning}: row 1")));
}

#[test]
fn no_leaflet_replaces_the_log() {
    let project = project();
    project.write("jobs.csv", "handout\nvisit\n");
    for arguments in [
        &["generate", "visit", "-o", "one.pdf", "--log", "one.pdf"][..],
        &["generate", "visit", "--log", "visit.pdf"],
        &[
            "batch", "jobs.csv", "--bundle", "all.pdf", "--log", "all.pdf",
        ],
    ] {
        let run = project.run(arguments, "");
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains("is the log"), "{}", run.stderr);
        assert_eq!(project.made(), ["jobs.csv"]);
    }
}
