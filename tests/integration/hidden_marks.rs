//! Line breaks and characters that nobody sees, in values and texts: each gives a finding.

use crate::test_project::{Run, TestProject};

const DEFINITION: &str = "library/visit/handout.yaml";
const TEXT: &str = "library/visit/text/en.yaml";
const CLINIC: &str = "library/clinics/example/clinic.yaml";
const PHONE: &str = "phone: 01632 960 777\n";

/// Characters that nobody sees, as YAML escapes them. With them, paper shows other words than a screen.
const HIDDEN: [&str; 12] = [
    "\\u202a",
    "\\u202d",
    "\\u202e",
    "\\u2067",
    "\\u2069",
    "\\u3164",
    "\\uffa0",
    "\\x92",
    "\\a",
    "\\u180e",
    "\\u206a",
    "\\U000e0041",
];
/// Characters that authors mean.
const MEANT: [&str; 6] = [
    "\\u00ad", "\\u200b", "\\u200c", "\\u200e", "\\u200f", "\\u2060",
];

#[track_caller]
fn finds(run: &Run, code: i32, words: &str) {
    assert_eq!(run.code, Some(code), "{}", run.stderr);
    assert!(run.stderr.contains(words), "{}", run.stderr);
}

#[track_caller]
fn finds_nothing(run: &Run) {
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(!run.stderr.contains('['), "{}", run.stderr);
}

fn with_clinic(lines: &str) -> TestProject {
    let project = TestProject::new();
    project.change(DEFINITION, "  - figure", "  - contact\n  - figure");
    project.write(CLINIC, lines);
    project
}

fn generate(project: &TestProject, format: &str) -> Run {
    let reader = ["--set", "patient.first_name=Ada"];
    project.generate(&[&["visit", "-f", format, "-o", "-"][..], &reader].concat())
}

#[test]
fn line_breaks_of_values_on_one_line_are_found() {
    for key in ["name", "department"] {
        for value in [
            "\"Pain\\nClinic\"",
            "\"Pain\\u2028Clinic\"",
            "\"Pain\\r\\nClinic\"",
            "|\n  Pain\n  Clinic",
            ">\n  Pain\n  Clinic",
            "Pain\n  Clinic",
        ] {
            let name = if key == "name" { "" } else { "name: Small\n" };
            let project = with_clinic(&format!("{name}{key}: {value}\n"));
            let run = generate(&project, "text");
            finds(&run, 0, "warning[lost-mark]");
            assert!(run.stderr.contains(&format!("`{key}`")), "{}", run.stderr);
            assert!(run.stderr.contains("on one line"), "{}", run.stderr);
            let printed = String::from_utf8(run.stdout).unwrap();
            assert!(printed.contains("Pain Clinic"), "{printed}");
            finds(&project.run(&["check"], ""), 0, "warning[lost-mark]");
        }
    }
    for vars in [
        "vars: { door: \"a\\nb\" }",
        "vars: { door: { left: [\"a\\nb\"] } }",
        "vars:\n  door: |\n    a\n    b",
    ] {
        let project = with_clinic(&format!("name: Small\n{vars}\n"));
        finds(&generate(&project, "text"), 0, "warning[lost-mark]");
    }
    for key in ["phone", "emergency_number", "crisis_line"] {
        for value in ["999\n  112", ">\n  999\n  112", "|\n  999\n  112"] {
            let project = with_clinic(&format!("name: Small\n{key}: {value}\n"));
            finds(&generate(&project, "text"), 1, "error[invalid-value]");
        }
    }
}

#[test]
fn lines_of_any_kind_stay_lines() {
    for line_break in ["\\n", "\\r\\n", "\\u2028", "\\u2029", "\\N", "\\v"] {
        let project = with_clinic(&format!(
            "name: Small\n{PHONE}address: \"1 Mill Lane{line_break}Town\"\nhours: \"Mon{line_break}Tue\"\n"
        ));
        let run = generate(&project, "text");
        finds_nothing(&run);
        let printed = String::from_utf8(run.stdout).unwrap();
        let has_line = |words: &str| printed.lines().any(|line| line.trim() == words);
        assert!(
            has_line("Town") && has_line("Tue"),
            "{line_break} {printed}"
        );
    }
}

#[test]
fn hidden_marks_of_a_clinic_are_found() {
    for mark in HIDDEN {
        for line in [
            "name",
            "department",
            "address",
            "hours",
            "imprint",
            "vars.door",
        ] {
            let name = if line == "name" { "" } else { "name: Small\n" };
            let value = format!("\"A1{mark}B2\"");
            let values = match line.strip_prefix("vars.") {
                Some(key) => format!("vars: {{ {key}: {value} }}"),
                None => format!("{line}: {value}"),
            };
            let project = with_clinic(&format!("{name}{values}\n"));
            let run = generate(&project, "html");
            finds(&run, 0, "warning[lost-mark]");
            assert!(
                run.stderr.contains(&format!("`{line}` has")),
                "{}",
                run.stderr
            );
            assert!(run.stderr.contains("help: delete it") || run.stderr.contains("help: type"));
        }
    }
    for mark in MEANT {
        let clinic = format!("name: \"A1{mark}B2\"\n{PHONE}address: \"A{mark}B\"\n");
        let project = with_clinic(&clinic);
        finds_nothing(&generate(&project, "text"));
    }
}

#[test]
fn numbers_that_run_backwards_are_errors() {
    for (mark, code) in [
        ("\\u202e", 1),
        ("\\u202b", 1),
        ("\\u2067", 1),
        ("\\u202a", 0),
    ] {
        for key in ["phone", "crisis_line"] {
            let project = with_clinic(&format!("name: Small\n{key}: \"{mark}01632 960 777\"\n"));
            let run = generate(&project, "text");
            finds(&run, code, "[lost-mark]");
        }
    }
}

#[test]
fn hidden_marks_of_texts_are_found() {
    for mark in HIDDEN {
        let project = TestProject::new();
        project.change(
            TEXT,
            "heading: Welcome",
            &format!("heading: \"Wel{mark}come\""),
        );
        for run in [generate(&project, "pdf"), project.run(&["check"], "")] {
            finds(&run, 0, "warning[lost-mark]: this text has");
            assert!(run.stderr.contains("en.yaml:3:"), "{}", run.stderr);
        }
    }
    for mark in MEANT {
        let project = TestProject::new();
        project.change(
            TEXT,
            "heading: Welcome",
            &format!("heading: \"Wel{mark}come\""),
        );
        finds_nothing(&generate(&project, "pdf"));
    }
}

#[test]
fn hidden_marks_of_a_library_are_found() {
    let word = "{ id: flare, term: \"fla@re\", definition: \"A bad# time.\" }";
    let generate_with = |manifest: &str, term: &str| {
        let project = TestProject::new();
        project.change(DEFINITION, "  - figure", "  - glossary\n  - figure");
        project.change(TEXT, "glad that", "glad in a [flare]{.term} that");
        project.write("library/library.yaml", format!("name: Small\n{manifest}\n"));
        project.write("library/glossary.yaml", format!("- {term}\n"));
        generate(&project, "pdf")
    };
    let clean = word.replace(['@', '#'], "");
    finds_nothing(&generate_with("publisher: A\nlicence: B", &clean));
    for mark in HIDDEN {
        for (at, place) in [("@", "`flare`"), ("#", "this text")] {
            let term = word.replace(at, mark).replace(['@', '#'], "");
            let run = generate_with("", &term);
            finds(&run, 0, "warning[lost-mark]");
            assert!(run.stderr.contains("glossary.yaml:1:"), "{}", run.stderr);
            assert!(run.stderr.contains(place), "{}", run.stderr);
        }
        for key in ["publisher", "licence"] {
            let run = generate_with(&format!("{key}: \"A{mark}b\""), &clean);
            finds(&run, 0, "warning[lost-mark]");
            assert!(run.stderr.contains("library.yaml:2:"), "{}", run.stderr);
        }
    }
}

#[test]
fn hidden_marks_of_readers_are_found_and_not_quoted() {
    for mark in ['\u{202e}', '\u{2066}', '\u{3164}', '\u{e0041}'] {
        let project = TestProject::new();
        let row =
            format!("{{\"handout\":\"visit\",\"patient\":{{\"first_name\":\"Zeb{mark}ulon\"}}}}\n");
        project.write("jobs.jsonl", row);
        let run = project.batch(&["jobs.jsonl", "-o", "out"]);
        finds(&run, 0, "warning[lost-mark]: row 1");
        assert!(
            run.stderr.contains("`patient.first_name`"),
            "{}",
            run.stderr
        );
        assert!(!run.stderr.contains("Zeb"), "{}", run.stderr);
        let set = format!("patient.first_name=Zeb{mark}ulon");
        let run = project.generate(&["visit", "--set", &set]);
        finds(&run, 0, "warning[lost-mark]: `patient.first_name`");
    }
    // A name that runs from right to left needs no mark, and joiners are part of its spelling.
    for name in ["כהן", "می\u{200c}خواهم", "\u{200f}כהן\u{200f}"] {
        let project = TestProject::new();
        let run = project.generate(&["visit", "--set", &format!("patient.first_name={name}")]);
        finds_nothing(&run);
    }
}

#[test]
fn lost_letters_are_errors_in_every_format() {
    for mark in ["\\ufffd", "\\ufffc", "\\ufff9"] {
        for format in ["pdf", "html", "text"] {
            let of_text = TestProject::new();
            of_text.change(
                TEXT,
                "heading: Welcome",
                &format!("heading: \"Wel{mark}come\""),
            );
            finds(&generate(&of_text, format), 1, "error[missing-glyph]");
            let of_clinic = with_clinic(&format!("name: \"Sm{mark}ll\"\n"));
            finds(&generate(&of_clinic, format), 1, "error[missing-glyph]");
        }
    }
}

#[test]
fn garbled_letters_are_found_everywhere() {
    for words in ["CafÃ©", "20Â°C", "Donâ€™t"] {
        let of_clinic = with_clinic(&format!("name: \"{words}\"\n"));
        finds(
            &generate(&of_clinic, "html"),
            0,
            "`name` has garbled letters",
        );
        let of_text = TestProject::new();
        of_text.change(TEXT, "heading: Welcome", &format!("heading: \"{words}\""));
        finds(
            &generate(&of_text, "html"),
            0,
            "this text has garbled letters",
        );
        let project = TestProject::new();
        let run = project.generate(&["visit", "--set", &format!("patient.first_name={words}")]);
        finds(&run, 0, "the value has garbled letters");
        assert!(!run.stderr.contains(words), "{}", run.stderr);
    }
}

#[test]
fn blanks_around_values_are_not_printed() {
    let project = TestProject::new();
    let run = project.generate(&[
        "visit",
        "-f",
        "text",
        "-o",
        "-",
        "--set",
        "patient.first_name= Ada\u{a0}",
    ]);
    finds_nothing(&run);
    let printed = String::from_utf8(run.stdout).unwrap();
    assert!(printed.contains("Dear Ada, we are"), "{printed}");
}

#[test]
fn hidden_marks_of_addresses_are_refused() {
    for mark in HIDDEN.iter().chain(&MEANT) {
        let project = with_clinic(&format!("name: Small\nemail: \"a{mark}b@small.example\"\n"));
        finds(&generate(&project, "text"), 1, "[invalid-value]");
    }
}
