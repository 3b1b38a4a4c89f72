//! What people decided in the desk counts on the command line, and its commands keep it.

use std::fs;

use crate::test_project::TestProject;

const HASH: &str = "185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969";

/// Returns a project with a clinic that reviewed the leaflet `visit` itself.
fn reviewed(next: &str) -> TestProject {
    let project = TestProject::new();
    let lock = format!(
        "reviewed:\n  visit: {{ version: 1.0.0, by: Dr Ann Lee, on: 2026-11-25, next: {next} }}\n\
         approved: {{ en: {{ visit.plan.body: {{ text: {HASH}, by: Bo Ek, on: 2026-11-25 }} }} }}\n\
         seen: {{ nice-2021: {HASH} }}\n\
         checked: {{ emergency_number: {{ value: \"999\", by: Bo Ek, on: 2026-11-25 }} }}\n"
    );
    project.write("library/clinics/example/clinic.lock", lock);
    project
}

fn run(project: &TestProject, arguments: &str) -> (Option<i32>, String) {
    let mut all: Vec<&str> = arguments.split(' ').collect();
    all.extend(["--clinic", "library/clinics/example"]);
    let run = project.run(&all, "");
    (
        run.code,
        String::from_utf8(run.stdout).unwrap() + &run.stderr,
    )
}

#[test]
fn the_clinics_own_review_counts_on_the_command_line() {
    let project = reviewed("2031-11-01");
    let (code, said) = run(&project, "--date 2030-01-01 list");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("2031-11-01"), "{said}");
    let (_, said) = run(&project, "--date 2030-01-01 check visit");
    assert!(!said.contains("overdue-review"), "{said}");
    let (_, said) = run(&project, "--date 2031-10-01 check visit");
    assert!(said.contains("review-due-soon"), "{said}");
    assert!(said.contains("clinic.lock:2:"), "{said}");
    let (_, said) = run(&project, "--date 2031-12-01 generate visit -f text -o -");
    assert!(said.contains("overdue-review"), "{said}");
    assert!(
        said.contains("mark it as reviewed in `handout serve`"),
        "{said}"
    );
    let said = said.replace('\u{a0}', " ");
    assert!(said.contains("1 November 2031"), "{said}");
}

#[test]
fn commands_keep_decisions() {
    let project = reviewed("2031-11-01");
    let path = project.path("library/clinics/example/clinic.lock");
    let clinic = "name: Small Clinic\ntext:\n  en:\n    visit:\n      title: Our visit\n";
    project.write("library/clinics/example/clinic.yaml", clinic);
    let (code, said) = run(&project, "customize update");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1 text recorded"), "{said}");
    let written = fs::read_to_string(&path).unwrap();
    for kept in [
        "visit.title",
        "by: Dr Ann Lee",
        "visit.plan.body",
        "nice-2021",
        "value: '999'",
    ] {
        assert!(written.contains(kept), "{kept}: {written}");
    }
}
