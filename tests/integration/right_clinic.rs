//! The right clinic and the right values: nothing that a patient reads is dropped or guessed in silence.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::pdf_reader::PdfFile;
use crate::test_project::{PROGRAM, Run, TestProject, copy_folder};

/// A copy of a folder below `tests/cases`.
struct Case(TempDir);

impl Case {
    fn new(name: &str) -> Case {
        let folder = TempDir::new().unwrap();
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
        copy_folder(&cases.join(name), folder.path());
        Case(folder)
    }

    fn run(&self, arguments: &[&str]) -> Run {
        run_in(self.0.path(), arguments, &[])
    }
}

fn run_in(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
    let output = Command::new(PROGRAM)
        .args(["--date", "2026-11-29"])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    Run {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs a batch of the small library without writing leaflets.
fn try_batch(project: &TestProject, jobs: &str) -> Run {
    project.write("jobs.csv", jobs);
    project.run(&["batch", "jobs.csv", "--dry-run"], "")
}

#[track_caller]
fn assert_says(run: &Run, code: i32, words: &[&str]) {
    assert_eq!(run.code, Some(code), "{}", run.stderr);
    for word in words {
        assert!(run.stderr.contains(word), "{word}: {}", run.stderr);
    }
}

fn texts(run: &Run) -> String {
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    PdfFile::read(&run.stdout).texts().join("\n")
}

#[test]
fn capital_columns_are_errors() {
    let case = Case::new("02-capital-columns");
    let run = case.run(&["batch", "jobs.csv", "--clinic", "north", "-o", "out"]);
    assert_says(
        &run,
        1,
        &[
            "error[invalid-header]",
            "did you mean `clinic`?",
            "did you mean `paper`?",
            "did you mean `copies`?",
        ],
    );
    assert!(!case.0.path().join("out").exists());
}

#[test]
fn columns_that_are_almost_reserved_are_errors() {
    let project = TestProject::new();
    for (column, reserved) in [
        ("Clinic", "clinic"),
        ("CLINIC", "clinic"),
        ("clinics", "clinic"),
        ("cilnic", "clinic"),
        ("clin ic", "clinic"),
        ("clinic\u{a0}", "clinic"),
        ("\u{200b}clinic", "clinic"),
        ("langauge", "language"),
        ("Languages", "language"),
        ("Paper", "paper"),
        ("papers", "paper"),
        ("edtion", "edition"),
        ("Copy ies", "copies"),
        ("copie", "copies"),
        ("Hand-out", "handout"),
        ("Name", "name"),
        ("NAME", "name"),
        ("lang", "language"),
        ("Paper size", "paper"),
        ("page_size", "paper"),
        ("File name", "name"),
    ] {
        let run = try_batch(&project, &format!("handout,{column}\nvisit,x\n"));
        if column.trim() == reserved {
            continue;
        }
        let meant = format!("did you mean `{reserved}`");
        assert_says(&run, 1, &["error[invalid-header]", &meant]);
        let row = format!("{{\"handout\": \"visit\", \"{column}\": \"x\"}}\n");
        assert_says(
            &try_batch(&project, &row),
            1,
            &["error[invalid-header]", &meant],
        );
    }
    let run = try_batch(&project, "handout,Name\nvisit,Ada\n");
    assert_says(&run, 1, &["names the file", "`patient.first_name`"]);
    assert!(!run.stderr.contains("Ada"), "{}", run.stderr);
}

#[test]
fn declared_columns_are_never_almost_reserved() {
    let project = TestProject::new();
    project.change(
        "library/visit/handout.yaml",
        "data: [patient.first_name]",
        "data: [patient.first_name, names, Clinic]",
    );
    project.change(
        "library/visit/text/en.yaml",
        "we are glad",
        "{{names}} {{Clinic}} we are glad",
    );
    let jobs = "handout,patient.first_name,names,Clinic\nvisit,Ada,x,y\n";
    let run = try_batch(&project, jobs);
    assert_says(&run, 0, &[]);
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    // A clinic's own handout counts in the rows of that clinic only.
    project.write("own/clinic.yaml", "name: Own\n");
    project.write(
        "own/tea/handout.yaml",
        "id: tea\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\ndata: [nam]\nsections:\n  - section: a\n    role: main-message\n",
    );
    project.write(
        "own/tea/text/en.yaml",
        "title: Tea\na: { heading: A, body: \"{{nam}}\" }\n",
    );
    let run = try_batch(&project, "handout,clinic,nam\ntea,own,x\n");
    assert_says(&run, 0, &[]);
    let run = try_batch(&project, "Visits\n\nhandout,clinic,nam\nvisit,,x\n");
    let says = "row 1 (line 4): the column `nam` is not the column `name` (the header is line 3)";
    assert_says(&run, 1, &[says, "did you mean `name`"]);
}

#[test]
fn values_that_no_text_uses_are_one_warning() {
    let project = TestProject::new();
    let jobs = "handout,patient.first_name,ward,patient.dob\nvisit,Ada,3,x\nvisit,Bo,4,y\n";
    let run = try_batch(&project, jobs);
    assert_says(
        &run,
        0,
        &["warning[unused-value]", "`patient.dob` and `ward`"],
    );
    assert_eq!(run.stderr.matches("unused-value").count(), 1);
    // The names of files use a column, too.
    project.write("jobs.csv", "handout,patient.first_name,ward\nvisit,Ada,3\n");
    let name = [
        "batch",
        "jobs.csv",
        "--dry-run",
        "--name",
        "{{ward}}-{{row}}",
    ];
    let run = project.run(&name, "");
    assert!(!run.stderr.contains("unused-value"), "{}", run.stderr);
    // The clinic's values are those of its own file.
    let run = try_batch(&project, "handout,clinic.phone\nvisit,1\n");
    assert_says(
        &run,
        0,
        &["warning[unused-value]", "`clinic.phone`", "clinic.yaml"],
    );
    // Keys of maps may identify a reader.
    let run = try_batch(
        &project,
        "{\"handout\": \"visit\", \"medicines\": {\"Metformin\": \"500 mg\"}}\n",
    );
    assert_says(
        &run,
        0,
        &["warning[unused-value]", "`medicines`", "row 1 (line 1)"],
    );
    assert!(!run.stderr.contains("Metformin"), "{}", run.stderr);
    // A name that all rows have is a column.
    let row = |key: &str| {
        format!(
            "{{\"handout\": \"visit\", \"patient\": {{\"first_name\": \"Ada\", \"ward\": 3, \"{key}\": 1}}}}\n"
        )
    };
    let run = try_batch(&project, &(row("Metformin") + &row("Insulin")));
    assert_says(
        &run,
        0,
        &["row 1 (line 1): no text uses a value in `patient` and `patient.ward`"],
    );
    for key in ["Metformin", "Insulin"] {
        assert!(!run.stderr.contains(key), "{}", run.stderr);
    }
    let run = project.generate(&["visit", "--set", "ward=3", "-o", "-"]);
    assert_says(&run, 0, &["warning[unused-value]", "`ward`"]);
    let run = project.generate(&["visit", "--set", "Paper=letter"]);
    assert_says(&run, 1, &["error[unused-value]", "`--paper`"]);
}

#[test]
fn declared_values_are_not_misspelt() {
    let project = TestProject::new();
    project.change(
        "library/visit/handout.yaml",
        "data: [patient.first_name]",
        "data: [patient.first_name, patient.last_name]",
    );
    let run = project.generate(&["visit", "--set", "patient.first_name=Ada", "-o", "-"]);
    assert_says(&run, 0, &[]);
    assert!(!run.stderr.contains("did you mean"), "{}", run.stderr);
}

#[test]
fn wrong_values_get_the_nearest_right_one() {
    let project = TestProject::new();
    project.write("south/clinic.yaml", "name: South\n");
    for (columns, row, meant) in [
        ("handout", "Visit", "visit"),
        ("handout", "visits", "visit"),
        ("handout", "Vis it", "visit"),
        ("handout,paper", "visit,a 4", "a4"),
        ("handout,paper", "visit,lettre", "letter"),
        ("handout,edition", "visit,standart", "standard"),
        ("handout,language", "visit,English", "en"),
        ("handout,language", "visit,en_gb", "en-GB"),
        ("handout,language", "visit,Svenska", "sv"),
        ("handout,clinic", "visit,South", "south"),
    ] {
        let run = try_batch(&project, &format!("{columns}\n{row}\n"));
        assert_says(&run, 1, &[&format!("did you mean `{meant}`?")]);
    }
    // A value that is near to none may be a patient's name.
    for columns in ["handout,paper", "handout,language", "handout,clinic"] {
        let run = try_batch(&project, &format!("{columns}\nvisit,Ann\n"));
        assert_says(&run, 1, &[]);
        assert!(
            !run.stderr.to_lowercase().contains("`ann`"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn clinic_comes_from_flag_variable_folder_or_example() {
    let project = TestProject::new();
    project.change(
        "library/visit/text/en.yaml",
        "we are glad",
        "{{clinic.name}} is glad",
    );
    for name in ["Flag", "Variable"] {
        let path = format!("{}/clinic.yaml", name.to_lowercase());
        project.write(&path, format!("name: {name} Clinic\n"));
    }
    let root = project.path("");
    let generate = ["--library", "library", "generate", "visit", "-o", "-"];
    let with_flag = [&generate[..], &["-c", "flag"]].concat();
    let variable = [("HANDOUT_CLINIC", "variable")];

    let empty = run_in(&root, &generate, &[("HANDOUT_CLINIC", "")]);
    assert!(texts(&empty).contains("Small Clinic is glad"));
    let example = run_in(&root, &generate, &[]);
    assert!(texts(&example).contains("Small Clinic is glad"));
    assert_eq!(example.stderr.matches("example clinic").count(), 1);
    project.write("clinic.yaml", "name: Here Clinic\n");
    let here = run_in(&root, &generate, &[]);
    assert!(texts(&here).contains("Here Clinic is glad"));
    assert!(!here.stderr.contains("example clinic"), "{}", here.stderr);
    let of_variable = run_in(&root, &generate, &variable);
    assert!(texts(&of_variable).contains("Variable Clinic is glad"));
    let of_flag = run_in(&root, &with_flag, &variable);
    assert!(texts(&of_flag).contains("Flag Clinic is glad"));
    let missing = run_in(&root, &generate, &[("HANDOUT_CLINIC", "nowhere")]);
    assert_says(&missing, 2, &["no clinic at `nowhere`"]);

    // A faulty clinic shows which one a command takes.
    project.write("variable/clinic.yaml", "nam: x\n");
    project.write("jobs.csv", "handout\nvisit\n");
    for command in [
        &["generate", "visit"][..],
        &["check"],
        &["list"],
        &["batch", "jobs.csv", "--dry-run"],
        &["customize", "status"],
        &["customize", "update"],
        &["customize", "diff", "visit"],
        &["show", "visit"],
        &["new", "tea"],
    ] {
        // With `--library`, `new` writes into the library.
        let library = if command[0] == "new" {
            &[][..]
        } else {
            &["--library", "library"]
        };
        let arguments = [library, command].concat();
        let run = run_in(&root, &arguments, &variable);
        assert_says(&run, 1, &["clinic.yaml:1", "no field `nam`"]);
    }
}

#[test]
fn batch_names_the_example_clinic_only_where_a_row_has_it() {
    let project = TestProject::new();
    project.write("south/clinic.yaml", "name: South\n");
    let run = |jobs: &str| {
        project.write("jobs.csv", jobs);
        let batch = ["--library", "library", "batch", "jobs.csv", "--dry-run"];
        run_in(&project.path(""), &batch, &[])
    };
    let of_south = run("handout,clinic\nvisit,south\n");
    assert_says(&of_south, 0, &[]);
    assert!(
        !of_south.stderr.contains("example clinic"),
        "{}",
        of_south.stderr
    );
    let run = run("handout,clinic\nvisit,south\nvisit,\nvisit,\n");
    assert_says(&run, 0, &["example clinic"]);
    assert_eq!(run.stderr.matches("example clinic").count(), 1);
}

#[test]
fn folder_of_the_same_name_hides_no_handout_of_the_clinic() {
    let project = TestProject::new();
    let definition = "id: tea\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: a\n    role: main-message\n";
    for (folder, title) in [("own/tea", "Right"), ("tea", "Wrong")] {
        project.write(&format!("{folder}/handout.yaml"), definition);
        project.write(
            &format!("{folder}/text/en.yaml"),
            format!("title: {title}\na: {{ heading: A, body: B }}\n"),
        );
    }
    project.write("own/clinic.yaml", "name: Own\n");
    let run = project.generate(&["tea", "-c", "own", "-o", "-"]);
    assert!(texts(&run).contains("Right"));
    let run = project.generate(&["./tea", "-c", "own", "-o", "-"]);
    assert!(texts(&run).contains("Wrong"));
    let run = project.run(&["list", "-c", "own"], "");
    let listed = String::from_utf8(run.stdout).unwrap();
    assert!(
        listed.contains("Right") && !listed.contains("Wrong"),
        "{listed}"
    );
    // The folder is also that of a library and of a clinic.
    project.write("tea/library.yaml", "name: Tea\n");
    project.write("tea/clinic.yaml", "name: Tea\n");
    let run = project.run(&["check", "tea", "-c", "own"], "");
    assert!(run.stderr.contains("own/tea/"), "{}", run.stderr);
}

#[test]
fn empty_value_is_an_error_in_call_outs() {
    let case = Case::new("40-emergency-unset");
    let run = case.run(&["generate", "shoulder-injection", "-c", ".", "-o", "out.pdf"]);
    assert_says(
        &run,
        1,
        &[
            "error[empty-value]",
            "`clinic.emergency_number`",
            "en.yaml:",
        ],
    );
    assert!(!case.0.path().join("out.pdf").exists());
}

#[test]
fn empty_values_of_every_kind_are_found() {
    let definition = "sections:\n  - section: welcome\n    role: main-message\n  - callout: red\n    kind: emergency\n";
    for (clinic, words, is_found) in [
        ("", "Call {{clinic.phone}}.", true),
        ("phone: []\n", "Call {{clinic.phone}}.", true),
        ("phone: \" \"\n", "Call {{clinic.phone}}.", true),
        ("hours: \"\"\n", "Open {{clinic.hours}}.", true),
        ("", "Call {{phone clinic.crisis_line}}.", true),
        ("", "Call {{list clinic.phones}}.", true),
        ("", "{{#with clinic}}Call {{phone}}.{{/with}}", true),
        (
            "vars: { ward: \"\" }\n",
            "Go to {{clinic.vars.ward}}.",
            true,
        ),
        (
            "",
            "{{#if clinic.phone}}Call {{clinic.phone}}.{{/if}}Come.",
            false,
        ),
        ("", "Call{{#unless clinic.phone}} us{{/unless}}.", false),
        ("phone: \"1\"\n", "Call {{clinic.phone}}.", false),
    ] {
        for is_callout in [false, true] {
            let project = TestProject::new();
            project.write("own/clinic.yaml", format!("name: Own\n{clinic}"));
            let head = "id: visit\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\n";
            project.write("library/visit/handout.yaml", format!("{head}{definition}"));
            let (body, red) = if is_callout {
                ("Hello.", words)
            } else {
                (words, "Stop.")
            };
            project.write(
                "library/visit/text/en.yaml",
                format!(
                    "title: T\nwelcome: {{ heading: W, body: '{body}' }}\nred: {{ title: now, body: '{red}' }}\n"
                ),
            );
            let run = project.generate(&["visit", "-c", "own", "-o", "-"]);
            let (code, level) = if is_callout {
                (1, "error")
            } else {
                (0, "warning")
            };
            if is_found {
                assert_says(&run, code, &[&format!("{level}[empty-value]")]);
            } else {
                assert_says(&run, 0, &[]);
                // Only the number that the clinic lacks is named.
                let lacks = "the clinic has no `phone`, so texts that use it print no number";
                let found = run.stderr.matches("empty-value").count();
                assert_eq!(found, run.stderr.matches(lacks).count(), "{}", run.stderr);
            }
        }
    }
}

#[test]
fn check_notes_contact_details_that_the_clinic_lacks() {
    let project = TestProject::new();
    project.change(
        "library/visit/text/en.yaml",
        "we are glad",
        "{{#if clinic.crisis_line}}call {{clinic.crisis_line}}{{/if}} we are glad",
    );
    let run = project.run(&["check"], "");
    assert!(
        run.stderr
            .contains("note[empty-value]: the clinic has no `crisis_line`, which `visit` uses"),
        "{}",
        run.stderr
    );
}

#[test]
fn empty_name_is_an_error() {
    let case = Case::new("17-empty-name");
    let run = case.run(&["generate", "h", "--clinic", ".", "-o", "out.pdf"]);
    assert_says(&run, 1, &["error[empty-value]", "clinic.yaml:1"]);
    for name in ["\"\"", "\" \"", "'\u{a0}'"] {
        let project = TestProject::new();
        project.write("own/clinic.yaml", format!("name: {name}\nphone: '1'\n"));
        let run = project.generate(&["visit", "-c", "own"]);
        assert_says(&run, 1, &["error[empty-value]", "own/clinic.yaml:1"]);
    }
}

#[test]
fn addresses_of_the_clinic_are_checked() {
    for (line, is_right) in [
        ("email: desk@clinic.example", true),
        ("email: nora.o'brien+desk@clinic-north.example", true),
        ("email: \"javascript:alert(1)\"", false),
        ("email: \"javascript:a@b.example\"", false),
        ("email: desk", false),
        ("email: desk@clinic", false),
        ("email: desk@@clinic.example", false),
        ("email: a@b.example, c@d.example", false),
        ("email: \"desk@clinic.example?bcc=x@y.example\"", false),
        ("email: desk @clinic.example", false),
        ("email: \"\"", false),
        ("website: https://clinic.example/a?b=c#d", true),
        ("website: http://clinic.example:8080", true),
        ("website: \"javascript:alert(1)\"", false),
        ("website: clinic.example", false),
        ("website: https://clinic", false),
        ("website: https://https://clinic.example", false),
        ("website: https://.", false),
        ("website: https://clinic.example@evil.example", false),
        ("references_url: https://clinic.example/{id}", true),
        ("references_url: https:///{id}", false),
    ] {
        let project = TestProject::new();
        project.write("own/clinic.yaml", format!("name: Own\n{line}\n"));
        let run = project.generate(&["visit", "-c", "own", "-o", "-"]);
        if is_right {
            assert_says(&run, 0, &[]);
        } else {
            assert_says(
                &run,
                1,
                &["error[invalid-value]", "own/clinic.yaml:2", "help"],
            );
        }
    }
}

#[test]
fn sample_text_that_was_not_replaced_is_a_finding() {
    let folder = TempDir::new().unwrap();
    let new = run_in(folder.path(), &["new", "tea"], &[]);
    assert_says(&new, 0, &[]);
    for command in [&["check", "tea"][..], &["generate", "tea"]] {
        let run = run_in(folder.path(), command, &[]);
        assert_says(&run, 1, &["error[unreplaced-scaffold]", "en.yaml"]);
    }
}

#[test]
fn keys_of_a_readers_maps_are_in_no_message() {
    let project = TestProject::new();
    project.change(
        "library/visit/text/en.yaml",
        "we are glad",
        "{{metformin}} {{medicines.Metformim}} {{unknown}} {{#each medicines}}{{x.y}}{{/each}} we are glad",
    );
    for value in ["500 mg", "500\\u0007mg"] {
        let row = format!(
            "{{\"handout\": \"visit\", \"medicines\": {{\"Metformin\": \"{value}\", \"Insulin\": {{\"a\": \"b\"}}}}}}\n"
        );
        for format in ["human", "json"] {
            project.write("jobs.jsonl", &row);
            let batch = [
                "batch",
                "jobs.jsonl",
                "--dry-run",
                "--message-format",
                format,
            ];
            let run = project.run(&batch, "");
            assert_eq!(run.code, Some(1), "{}", run.stderr);
            let said = format!("{}{}", String::from_utf8(run.stdout).unwrap(), run.stderr);
            assert!(said.contains("medicines"), "{said}");
            assert!(
                !said.contains("Metformin") && !said.contains("Insulin"),
                "{said}"
            );
        }
    }
    project.write("reader.yaml", "medicines: { Metformin: 500 mg }\n");
    let run = project.generate(&["visit", "--data", "reader.yaml"]);
    assert_says(&run, 1, &["unknown-variable"]);
    assert!(!run.stderr.contains("Metformin"), "{}", run.stderr);
}

#[test]
fn rows_of_json_lines_do_not_depend_on_each_other() {
    let project = TestProject::new();
    project.change(
        "library/visit/text/en.yaml",
        "Dear {{patient.first_name}}",
        "Dear {{foo}}, {{bar}}",
    );
    let a = "{\"handout\": \"visit\", \"foo\": \"A\", \"bar\": \"B\"}\n";
    let b = "{\"handout\": \"visit\", \"bar,foo\": \"X\"}\n";
    for rows in [[a, b], [b, a]] {
        let run = try_batch(&project, &rows.concat());
        assert_says(&run, 1, &["1 leaflet", "unknown-variable"]);
    }
}

#[test]
fn data_reached_through_the_root_is_printed() {
    for (opening, closing) in [
        ("{{#with @root}}", "{{/with}}"),
        ("{{#with this}}", "{{/with}}"),
        (
            "{{#with @root.patient}}{{#with @root}}",
            "{{/with}}{{/with}}",
        ),
        (
            "{{#each clinic.phones}}{{#with @root}}",
            "{{/with}}{{/each}}",
        ),
        (
            "{{#with @root as |all|}}{{#with all}}",
            "{{/with}}{{/with}}",
        ),
    ] {
        let project = TestProject::new();
        project.write(
            "library/clinics/example/clinic.yaml",
            "name: C\nphone: '1'\n",
        );
        project.change(
            "library/visit/text/en.yaml",
            "Dear {{patient.first_name}},",
            &format!("{opening}Dear {{{{patient.first_name}}}},{closing}"),
        );
        let run = project.generate(&["visit", "--set", "patient.first_name=Ada", "-o", "-"]);
        assert!(texts(&run).contains("Dear Ada,"), "{opening}");
    }
}

#[test]
fn job_data_in_links_and_text_alternatives_is_a_finding() {
    for (from, to) in [
        (
            "we are glad",
            "[you](https://x.example/{{patient.first_name}})",
        ),
        (
            "we are glad",
            "[you](https://x.example/{{ patient.first_name }})",
        ),
        (
            "we are glad",
            "[{{patient.first_name}}](https://x.example/)",
        ),
        ("we are glad", "[{{patient.first_name}}](#square)"),
        ("we are glad", "<https://x.example/{{patient.first_name}}>"),
        (
            "we are glad",
            "[you][a]\n\n    [a]: https://x.example/{{patient.first_name}}\n\n    We are glad",
        ),
        (
            "alt: A black square",
            "alt: \"{{patient.first_name}}'s square\"",
        ),
    ] {
        let project = TestProject::new();
        project.change("library/visit/text/en.yaml", from, to);
        let run = project.generate(&["visit", "--set", "patient.first_name=Ada"]);
        assert_says(&run, 1, &["error[job-data-in-metadata]", "en.yaml:"]);
        assert!(!run.stderr.contains("Ada"), "{}", run.stderr);
    }
    let project = TestProject::new();
    let link = "[our page](https://x.example/) is for {{patient.first_name}}, we are glad";
    project.change("library/visit/text/en.yaml", "we are glad", link);
    let run = project.generate(&["visit", "--set", "patient.first_name=Ada", "-o", "-"]);
    assert_says(&run, 0, &[]);
}

#[test]
fn mixed_up_files_show_no_patient_data() {
    let project = TestProject::new();
    project.write("jobs.csv", "handout,patient.first_name\nvisit,Lovelace\n");
    project.write(
        "jobs.jsonl",
        "{\"handout\": \"visit\", \"patient\": {\"first_name\": \"Lovelace\"}}\n{\"handout\": \"visit\", \"Lovelace\": 1}\n",
    );
    project.write("reader.yaml", "patient: { first_name: Lovelace }\n");
    project.write("note.yaml", "Ada Lovelace, ward 3\n");
    project.write("clinic.yaml", "handout,name sleep,Lovelace\n");
    for file in [
        "jobs.csv",
        "jobs.jsonl",
        "reader.yaml",
        "note.yaml",
        "clinic.yaml",
    ] {
        for command in [
            &["generate", "visit", "-c", file][..],
            &["check", file],
            &["check", "-c", file],
            &["list", "-c", file],
            &["batch", "jobs.csv", "--dry-run", "-c", file],
            &["customize", "status", "-c", file],
            &[
                "generate",
                "visit",
                "-c",
                "library/clinics/example",
                "--data",
                file,
            ],
        ] {
            for format in ["human", "json"] {
                let run = project.run(&[command, &["--message-format", format]].concat(), "");
                let said = format!("{}{}", String::from_utf8_lossy(&run.stdout), run.stderr);
                assert!(!said.contains("Lovelace"), "{command:?}: {said}");
            }
        }
    }
    for wrong in ["Ada Lovelace", "=Lovelace", "Lovelace"] {
        let run = project.generate(&["visit", "--set", wrong]);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(!run.stderr.contains("Lovelace"), "{}", run.stderr);
    }
}

#[test]
fn quoted_blank_rows_are_passed_over() {
    let case = Case::new("14-quoted-blank-row");
    let run = case.run(&["batch", "jobs.csv", "--dry-run"]);
    assert_says(&run, 0, &["1 leaflet"]);
    for end in [
        "\"\",\"\"\n",
        "\" \",\n",
        " , \n",
        "\"\"\n",
        "\u{1a}",
        "\u{1a}\n",
        "\"\n\",\"\"\n",
    ] {
        let project = TestProject::new();
        let run = try_batch(&project, &format!("handout,copies\nvisit,1\n{end}"));
        assert_says(&run, 0, &["1 leaflet"]);
        let run = try_batch(
            &project,
            &format!("handout,copies\nvisit,1\n{end}visit,2\n"),
        );
        if !end.starts_with('\u{1a}') {
            assert_says(&run, 0, &["2 leaflets"]);
        }
    }
}

#[test]
fn numbers_of_json_lines_stay_as_written() {
    let case = Case::new("15-long-number");
    let run = case.run(&["batch", "jobs.jsonl", "--clinic", ".", "-o", "out"]);
    assert_says(&run, 0, &[]);
    let numbers = ["12345678901234567890", "99999999999999999999999", "1.50"];
    for (row, number) in (1..).zip(numbers) {
        let file = fs::read(case.0.path().join(format!("out/{row:06}-h.pdf"))).unwrap();
        let texts = PdfFile::read(&file).texts().join("\n");
        assert!(texts.contains(&format!("Number {number}.")), "{texts}");
    }
    for number in [
        "0.10",
        "-7.0",
        "1e5",
        "1E+2",
        "-12345678901234567890",
        "1.23456789012345678901",
        "1e999",
        "007x",
    ] {
        let row = format!("{{\"handout\": \"h\", \"patient\": {{\"number\": {number}}}}}\n");
        fs::write(case.0.path().join("one.jsonl"), row).unwrap();
        let arguments = [
            "batch",
            "one.jsonl",
            "--clinic",
            ".",
            "-o",
            "one",
            "--overwrite",
        ];
        let run = case.run(&arguments);
        if number == "007x" {
            assert_says(&run, 1, &["this is not a JSON object"]);
            continue;
        }
        assert_says(&run, 0, &[]);
        let file = fs::read(case.0.path().join("one/000001-h.pdf")).unwrap();
        let texts = PdfFile::read(&file).texts().join("\n");
        assert!(
            texts.contains(&format!("Number {number}.")),
            "{number}: {texts}"
        );
    }
}

#[test]
fn a_clinic_under_a_wrong_name_is_never_replaced_by_the_example() {
    for name in [
        "clinic.yml",
        "clinic.yaml.txt",
        "Clinic.yaml",
        "CLINIC.YML",
        "clinic .yaml",
    ] {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join(name), "name: Hillside\n").unwrap();
        fs::write(folder.path().join("jobs.csv"), "handout\nsleep\n").unwrap();
        // Some disks ignore case.
        if folder.path().join("clinic.yaml").exists() {
            continue;
        }
        for arguments in [
            &["generate", "sleep"][..],
            &["check", "sleep"],
            &["show", "sleep"],
            &["list"],
            &["batch", "jobs.csv", "--dry-run"],
            &["customize", "status"],
            &["new", "foot-care"],
        ] {
            let run = run_in(folder.path(), arguments, &[]);
            assert_says(
                &run,
                1,
                &["unread-file", name, "rename it to `clinic.yaml`"],
            );
        }
        assert!(!folder.path().join("sleep.pdf").exists());
    }
}

#[test]
fn show_takes_the_clinic_of_the_environment() {
    let folder = TempDir::new().unwrap();
    let clinic = "name: A\ntext: { en: { shared: { closing: Made by us. } } }\n";
    fs::write(folder.path().join("own.yaml"), clinic).unwrap();
    let run = run_in(
        folder.path(),
        &["show", "sleep"],
        &[("HANDOUT_CLINIC", "own.yaml")],
    );
    let shown = String::from_utf8(run.stdout).unwrap();
    assert!(shown.contains("Made by us."), "{shown}");
}

#[test]
fn a_folder_of_the_same_name_hides_no_handout_of_the_library() {
    let folder = TempDir::new().unwrap();
    let path = |path: &str| folder.path().join(path);
    fs::create_dir_all(path("sleep/text")).unwrap();
    fs::write(path("clinic.yaml"), "name: A\n").unwrap();
    let definition = "id: sleep\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: a\n";
    fs::write(path("sleep/handout.yaml"), definition).unwrap();
    fs::write(path("sleep/text/en.yaml"), "title: Mine\na: Words\n").unwrap();
    // Beside a `clinic.yaml`, the folder is a handout of the clinic.
    let run = run_in(folder.path(), &["generate", "sleep"], &[]);
    assert_says(&run, 1, &["replaced-handout"]);
    fs::remove_file(path("clinic.yaml")).unwrap();
    for arguments in [&["generate", "sleep", "-o", "-"][..], &["check", "sleep"]] {
        let run = run_in(folder.path(), arguments, &[]);
        assert_says(
            &run,
            0,
            &["the folder `sleep` is not read", "write `./sleep`"],
        );
        assert!(!run.stderr.contains("Mine"), "{}", run.stderr);
    }
    fs::create_dir(path("brain-fog")).unwrap();
    fs::write(path("brain-fog/clinic.yaml"), "name: \"\"\n").unwrap();
    assert_says(
        &run_in(folder.path(), &["check", "brain-fog"], &[]),
        0,
        &["brain-fog (en)"],
    );
}

#[test]
fn sample_contact_details_are_reported() {
    let folder = TempDir::new().unwrap();
    assert_says(
        &run_in(folder.path(), &["customize", "init", "Zed"], &[]),
        0,
        &[],
    );
    let file = folder.path().join("zed/clinic.yaml");
    let scaffold = fs::read_to_string(&file).unwrap();
    let generate = ["generate", "sleep", "-c", "zed", "-o", "-"];
    let clean = run_in(folder.path(), &generate, &[]);
    assert!(
        !clean.stderr.contains("unreplaced-scaffold"),
        "{}",
        clean.stderr
    );
    let keys = [
        "phone",
        "email",
        "website",
        "address",
        "imprint",
        "references_url",
    ];
    let used = keys.iter().fold(scaffold, |text, key| {
        text.replace(&format!("#{key}:"), &format!("{key}:"))
    });
    fs::write(&file, used).unwrap();
    for arguments in [&generate[..], &["check", "sleep", "-c", "zed"]] {
        let run = run_in(folder.path(), arguments, &[]);
        for key in keys {
            assert_says(&run, 0, &[&format!("`{key}` is still the sample")]);
        }
    }
}
