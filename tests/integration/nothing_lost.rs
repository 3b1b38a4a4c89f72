//! Faults that change what a patient reads: each gives a finding. Each test tries several faults of one kind.

use std::fs;

use crate::test_project::{Run, TestProject};

const DEFINITION: &str = "library/visit/handout.yaml";
const TEXT: &str = "library/visit/text/en.yaml";
const CLINIC: &str = "library/clinics/example/clinic.yaml";

/// Characters that nobody sees.
const INVISIBLE: [&str; 9] = [
    "\u{200b}", "\u{ad}", "\u{feff}", "\u{2060}", "\u{a0}", "\u{3164}", "\u{3000}", "\u{2800}",
    "&nbsp;",
];

/// A project whose text has the main message and a call-out.
fn project() -> TestProject {
    let project = TestProject::new();
    project.change(
        DEFINITION,
        "  - figure: square\n    image: figures/square.svg\n",
        "  - callout: alarm\n    kind: emergency\n    locked: true\n  - checklist: bring\n  - table: days\n",
    );
    project.write(
        TEXT,
        "title: Your visit
welcome:
  heading: Welcome
  body: |
    Dear {{#if patient.first_name}}{{patient.first_name}}{{else}}reader{{/if}}, we are glad.
  actions: [\"Rest well.\"]
alarm:
  title: Get help now
  body: Call us if you have chest pain.
bring:
  heading: Bring these
  items:
    - A card
    - A list
days:
  caption: Your days
  header: [\"Day\", \"Plan\"]
  rows:
    - [\"Monday\", \"Rest\"]
",
    );
    project
}

#[track_caller]
fn finds(run: &Run, code: i32, severity_and_id: &str) {
    assert_eq!(run.code, Some(code), "{}", run.stderr);
    assert!(run.stderr.contains(severity_and_id), "{}", run.stderr);
}

#[test]
fn sound_project_has_no_findings() {
    let run = project().generate(&["visit", "--set", "patient.first_name=Ada"]);
    assert_eq!(
        (run.code, run.stderr.trim()),
        (Some(0), "visit.pdf (1 page)")
    );
}

#[test]
fn titles_and_headings_without_words_are_errors() {
    let wordless = INVISIBLE
        .into_iter()
        .chain(["–", "…", "[](#alarm)", "{{clinic.department}}"]);
    for words in wordless {
        let project = project();
        project.change(TEXT, "title: Your visit", &format!("title: '{words}'"));
        for command in ["generate", "check"] {
            let run = project.run(&[command, "visit"], "");
            finds(&run, 1, "error[empty-heading]");
        }
        // A draft marks an empty value of the clinic in the title, which is then not empty.
        let code = if words.starts_with("{{") { 0 } else { 1 };
        let run = project.generate(&["visit", "--draft"]);
        assert_eq!(run.code, Some(code), "{words}: {}", run.stderr);
    }
    for words in INVISIBLE.into_iter().chain(["–", "?", "*"]) {
        let project = project();
        project.change(TEXT, "heading: Welcome", &format!("heading: '{words}'"));
        let run = project.generate(&["visit"]);
        assert!(
            run.stderr.contains("[empty-heading]"),
            "{words}: {}",
            run.stderr
        );
    }
    let below = project();
    below.change(
        TEXT,
        "we are glad.",
        "we are glad.\n\n    ### &nbsp;\n\n    Words.",
    );
    finds(&below.generate(&["visit"]), 1, "error[empty-heading]");
}

#[test]
fn interface_words_that_are_headings_cannot_be_empty() {
    for words in ["", "\u{200b}", "–"] {
        for name in ["what-to-do", "contact", "references"] {
            let project = project();
            let shared = format!("words:\n  {name}: '{words}'\n");
            project.write("library/text/en.yaml", shared);
            finds(&project.generate(&["visit"]), 1, "error[invalid-value]");
        }
    }
}

#[test]
fn texts_without_words_are_found() {
    for words in INVISIBLE {
        for (from, to) in [
            ("- A card", "- 'WORDS'"),
            ("[\"Rest well.\"]", "[\"WORDS\"]"),
            ("caption: Your days", "caption: 'WORDS'"),
            ("\"Plan\"", "\"WORDS\""),
            ("we are glad.", "we are glad.\n\n    WORDS\n\n    Words."),
            ("we are glad.", "we are glad.\n\n    - one\n    - WORDS"),
            ("days:\n", "days:\n  note: 'WORDS'\n"),
        ] {
            let project = project();
            project.change(TEXT, from, &to.replace("WORDS", words));
            let run = project.generate(&["visit"]);
            assert!(
                run.stderr.contains("warning[empty-text]"),
                "{words}: {}",
                run.stderr
            );
        }
    }
    for words in INVISIBLE.into_iter().chain(["-", "+", "–", "### A", "1."]) {
        let project = project();
        project.change(
            TEXT,
            "Call us if you have chest pain.",
            &format!("'{words}'"),
        );
        finds(&project.generate(&["visit"]), 1, "error[unknown-text]");
    }
}

#[test]
fn marks_are_enough_in_a_cell() {
    let project = project();
    project.change(TEXT, "\"Rest\"", "\"–\"");
    let run = project.generate(&["visit"]);
    assert_eq!(
        (run.code, run.stderr.trim()),
        (Some(0), "visit.pdf (1 page)")
    );
}

#[test]
fn invisible_values_are_empty() {
    for words in INVISIBLE
        .into_iter()
        .filter(|words| words.chars().count() == 1)
        .chain(["–"])
    {
        let of_clinic = project();
        of_clinic.change(TEXT, "Call us", "Call {{clinic.emergency_number}}");
        of_clinic.write(
            CLINIC,
            format!("name: Small\nemergency_number: \"{words}\"\n"),
        );
        finds(&of_clinic.generate(&["visit"]), 1, "error[empty-value]");

        let unnamed = project();
        unnamed.write(CLINIC, format!("name: \"{words}\"\n"));
        finds(&unnamed.generate(&["visit"]), 1, "error[empty-value]");

        let of_reader = project();
        of_reader.change(TEXT, "{{#if patient.first_name}}", "");
        of_reader.change(TEXT, "{{else}}reader{{/if}}", "");
        let value = format!("patient.first_name={words}");
        finds(
            &of_reader.generate(&["visit", "--set", &value]),
            0,
            "warning[empty-value]",
        );
    }
}

#[test]
fn letters_and_words_are_bounded() {
    let marks = "a".to_owned() + &"\u{301}".repeat(20_000);
    let jamo = "\u{1100}".repeat(2_000);
    let word = "w".repeat(20_000);
    for words in [&marks, &jamo, &word] {
        let text = project();
        text.change(TEXT, "we are glad.", words);
        finds(&text.generate(&["visit"]), 1, "error[too-large]");

        let value = project();
        let short: String = words.chars().take(6_000).collect();
        let value = value.generate(&["visit", "--set", &format!("patient.first_name={short}")]);
        finds(&value, 1, "error[too-large]");

        let clinic = project();
        clinic.write(CLINIC, format!("name: Small\ndepartment: {words}\n"));
        finds(&clinic.generate(&["visit"]), 1, "error[too-large]");
    }
}

#[test]
fn commas_do_not_split_texts() {
    for list in [
        "[Take up to 1,000 mg a day.]",
        "[Take 2,5 mg]",
        "[Rest well, and eat.]",
        "[Rest well., Take 1, 2 or 3 tablets.]",
    ] {
        for (from, key) in [
            ("[\"Rest well.\"]", ""),
            ("\n    - A card\n    - A list", " "),
        ] {
            let project = project();
            project.change(TEXT, from, &format!("{key}{list}"));
            let run = project.generate(&["visit"]);
            finds(&run, 1, "error[yaml-syntax]: a comma ends the item");
        }
    }
    let clinic = project();
    clinic.write(
        CLINIC,
        "name: Small\ntext:\n  en:\n    visit:\n      welcome: { actions: [Take 1,000 mg.] }\n",
    );
    finds(
        &clinic.generate(&["visit"]),
        1,
        "error[yaml-syntax]: a comma ends",
    );
}

#[test]
fn structure_is_not_read_as_text() {
    for (from, to) in [
        ("we are glad.\n  actions:", "we are glad.\n    actions:"),
        ("we are glad.", "we are glad.\n    heading: More"),
        ("we are glad.", "we are glad.\n    body: |\n      More"),
        (
            "body: Call us if you have chest pain.",
            "body: >\n    - one\n    - two",
        ),
        (
            "body: Call us if you have chest pain.",
            "body: >\n    Call:\n\n    1. one\n    2. two",
        ),
        (
            "body: Call us if you have chest pain.",
            "body:\n    Call.\n    - one\n    - two",
        ),
        (
            "body: Call us if you have chest pain.",
            "body: \"Call.\n    - one\n    - two\"",
        ),
    ] {
        let project = project();
        project.change(TEXT, from, to);
        finds(&project.generate(&["visit"]), 1, "error[yaml-syntax]");
    }
}

#[test]
fn groups_of_values_are_not_printed() {
    for tag in [
        "clinic",
        "patient",
        "handout",
        "this",
        "@root",
        "clinic.vars",
        "list clinic",
        "phone clinic",
        "date clinic",
        "plural clinic \"a\" \"b\"",
        "list (list clinic)",
        "#with clinic}}{{this}}{{/with",
        "#each clinic.phones}}{{../this}}{{/each",
        "#each clinic}}{{this}}{{/each",
        "clinic.vars.rooms",
    ] {
        for from in ["Call us", "we are glad."] {
            let project = project();
            project.write(
                CLINIC,
                "name: Small\nphone: [1, 2]\nvars: { rooms: [{ a: b }], wards: { a: b } }\n"
                    .replace("[1, 2]", "[\"1\", \"2\"]"),
            );
            project.change(TEXT, from, &format!("Ask {{{{{tag}}}}} now"));
            let run = project.generate(&["visit", "--set", "patient.first_name=Ada"]);
            assert_eq!(run.code, Some(1), "{tag}: {}", run.stderr);
            let is_told = run.stderr.contains("group of values");
            assert!(is_told, "{tag}: {}", run.stderr);
        }
    }
    let open = project();
    open.change(
        TEXT,
        "Call us",
        "Phone {{#if clinic}}{{#with clinic}}{{name}}{{/with}}{{/if}}",
    );
    assert_eq!(open.generate(&["visit"]).code, Some(0));
}

#[test]
fn values_of_the_wrong_shape_are_errors() {
    let project = project();
    for (set, code) in [
        (&["patient.first_name.x=Ada"][..], 1),
        (&["patient=Ada"], 1),
        (&["patient.first_name=Eve", "patient=Ada"], 2),
        (&["patient=Ada", "patient.first_name=Eve"], 2),
        (&["patient.first_name=Ada", "patient.first_name=Eve"], 2),
        (&["patient.first_name=Ada"], 0),
    ] {
        let mut arguments = vec!["visit"];
        arguments.extend(set.iter().flat_map(|set| ["--set", set]));
        let run = project.generate(&arguments);
        assert_eq!(run.code, Some(code), "{set:?}: {}", run.stderr);
        assert!(
            code != 1 || run.stderr.contains("error[invalid-value]"),
            "{}",
            run.stderr
        );
        assert!(!run.stderr.contains("Ada"), "{}", run.stderr);
    }
    for (row, fails) in [
        (
            r#"{"handout":"visit","patient":{"first_name":{"text":"Ada"}}}"#,
            true,
        ),
        (r#"{"handout":"visit","patient":"Ada"}"#, true),
        (r#"{"handout":"visit","patient":7}"#, true),
        (
            r#"{"handout":"visit","patient":{"first_name":"Ada"}}"#,
            false,
        ),
        (
            r#"{"handout":"visit","patient":{"first_name":null}}"#,
            false,
        ),
    ] {
        project.write("jobs.jsonl", row);
        let run = project.run(&["batch", "jobs.jsonl", "-o", "out", "--overwrite"], "");
        assert_eq!(run.code, Some(i32::from(fails)), "{row}: {}", run.stderr);
        assert_eq!(
            run.stderr.contains("[invalid-value]"),
            fails,
            "{}",
            run.stderr
        );
    }
    project.write("jobs.csv", "handout,patient\nvisit,Ada\n");
    let run = project.run(&["batch", "jobs.csv", "-o", "out", "--overwrite"], "");
    finds(&run, 1, "error[invalid-value]");
}

#[test]
fn zero_is_a_value() {
    let project = project();
    project.change(TEXT, "reader{{/if}}", "nobody [](#alarm){{/if}}");
    project.write(
        "zero.jsonl",
        r#"{"handout":"visit","patient":{"first_name":0}}"#,
    );
    let run = project.run(&["batch", "zero.jsonl", "-o", "out"], "");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(!run.stderr.contains("lost-mark"), "{}", run.stderr);
}

#[test]
fn thousands_of_faults_give_few_messages() {
    for (words, id) in [
        ("[@nobody] ".repeat(20_000), "too-large"),
        ("[x]{.term} ".repeat(20_000), "too-large"),
        ("\n    ### a\n".repeat(8_000), "empty-section"),
    ] {
        let project = project();
        project.change(TEXT, "we are glad.", &words);
        let run = project.run(&["check", "visit"], "");
        assert!(run.stderr.contains(&format!("[{id}]")), "{id}");
        assert!(
            run.stderr.len() < 300_000,
            "{id}: {} bytes",
            run.stderr.len()
        );
    }
}

#[test]
fn an_incomplete_merge_replaces_nothing() {
    let project = project();
    project.write(
        "jobs.csv",
        "handout,patient.first_name\nvisit,Ada\nvisit,Bob\n",
    );
    for (shard, folder) in [("1/2", "part-1"), ("2/2", "part-2")] {
        let run = project.run(&["batch", "jobs.csv", "-o", folder, "--shard", shard], "");
        assert_eq!(run.code, Some(0), "{}", run.stderr);
    }
    let merge = |parts: &[&str], output: &str| {
        let arguments = [&["batch", "merge"], parts, &["-o", output]].concat();
        project.run(&arguments, "").code
    };
    let both = ["part-1", "part-2"];
    assert_eq!(merge(&both, "all.jsonl"), Some(0));
    let whole = fs::read(project.path("all.jsonl")).unwrap();
    assert_eq!(merge(&both[..1], "all.jsonl"), Some(1));
    assert_eq!(fs::read(project.path("all.jsonl")).unwrap(), whole);
    assert_eq!(merge(&both[..1], "new.jsonl"), Some(1));
    assert!(!project.path("new.jsonl").exists());
    for name in ["manifest.jsonl", "journal.jsonl", "journal.key"] {
        let own = format!("part-1/{name}");
        let before = fs::read(project.path(&own)).ok();
        assert_eq!(merge(&both, &own), Some(2), "{own}");
        assert_eq!(fs::read(project.path(&own)).ok(), before, "{own}");
        let bundle = ["batch", "jobs.csv", "-o", "fresh", "--bundle"];
        let target = format!("fresh/{name}");
        let run = project.run(&[&bundle[..], &[&target]].concat(), "");
        assert_eq!(run.code, Some(2), "{target}: {}", run.stderr);
    }
    assert_eq!(merge(&both, "all.jsonl"), Some(0));
}

#[test]
fn numbers_that_the_clinic_lacks_are_named_once() {
    let project = project();
    let body = "Call {{#if clinic.phones}}{{list clinic.phones \"or\"}}{{else}}us{{/if}} or \
                {{#if clinic.emergency_number}}{{clinic.emergency_number}}{{else}}for help{{/if}}.";
    project.change(TEXT, "Call us if you have chest pain.", body);
    project.write(
        "jobs.csv",
        "handout,patient.first_name\nvisit,Ada\nvisit,Bo\n",
    );
    let set = "patient.first_name=Ada";
    let runs: [&[&str]; 3] = [
        &["generate", "visit", "--set", set],
        &["batch", "jobs.csv", "-o", "out"],
        &["check", "visit"],
    ];
    for arguments in runs {
        let run = project.run(arguments, "");
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        for field in ["phone", "emergency_number"] {
            let said = format!("warning[empty-value]: the clinic has no `{field}`");
            assert_eq!(run.stderr.matches(&said).count(), 1, "{}", run.stderr);
        }
        assert!(run.stderr.contains("example/clinic.yaml"), "{}", run.stderr);
    }
    let numbers = "phone: 01632 960 001\nemergency_number: \"999\"\n";
    project.write(CLINIC, format!("name: Small Clinic\n{numbers}"));
    let run = project.generate(&["visit", "--set", set]);
    assert!(!run.stderr.contains("empty-value"), "{}", run.stderr);
}

#[test]
fn words_that_yaml_reads_as_a_comment_are_found() {
    let project = project();
    project.write(CLINIC, "name: Small Clinic\nhours: Monday # and Friday\n");
    let run = project.generate(&["visit"]);
    finds(&run, 0, "warning[lost-words]");
    finds(&run, 0, "write `\"Monday # and Friday\"`");
    project.write(
        CLINIC,
        "name: Small Clinic  # ours\nhours: Monday  # to Friday\n",
    );
    let run = project.generate(&["visit"]);
    assert!(!run.stderr.contains("lost-words"), "{}", run.stderr);
    let text = "shared:\n      closing: Come back # or call us\n";
    project.write(
        CLINIC,
        format!("name: Small Clinic\ntext:\n  en:\n    {text}"),
    );
    finds(&project.generate(&["visit"]), 0, "warning[lost-words]");
    project.write(CLINIC, "name: Small Clinic\n");
    project.change(TEXT, "- A card", "- A card # with your name");
    finds(&project.generate(&["visit"]), 0, "warning[lost-words]");
}

#[test]
fn invisible_variables_of_a_clinic_count_as_empty() {
    let project = project();
    let body = "Call {{#if clinic.vars.desk}}{{clinic.vars.desk}}{{else}}us{{/if}} now.";
    project.change(TEXT, "Call us if you have chest pain.", body);
    for value in INVISIBLE.into_iter().filter(|value| *value != "&nbsp;") {
        project.write(
            CLINIC,
            format!("name: Small\nvars: {{ desk: \"{value}\" }}\n"),
        );
        let run = project.generate(&["visit", "-f", "text", "-o", "-"]);
        finds(&run, 0, "warning[empty-value]: `vars.desk`");
        let text = String::from_utf8(run.stdout).unwrap();
        assert!(text.contains("Call us now."), "{value:?}: {text}");
    }
}

#[test]
fn copies_of_files_are_named_and_stop_no_leaflet() {
    for (name, copy_of) in [
        ("library/library - copy.yaml", "library/library.yaml"),
        ("library/visit/handout (1).yaml", DEFINITION),
    ] {
        let project = project();
        fs::copy(project.path(copy_of), project.path(name)).unwrap();
        let run = project.generate(&["visit", "-o", "visit.pdf"]);
        finds(&run, 0, "warning[unread-file]");
        assert!(project.path("visit.pdf").exists(), "{name}");
    }
}

#[test]
fn clinic_values_that_say_nothing_are_found() {
    for (value, finding) in [
        ("&nbsp;", "empty-value"),
        ("&#160;", "empty-value"),
        ("\u{200b}", "empty-value"),
        ("?", "empty-value"),
        ("TBC", "unreplaced-scaffold"),
        ("n/a", "unreplaced-scaffold"),
        ("none", "unreplaced-scaffold"),
        ("XXX", "unreplaced-scaffold"),
        ("{{clinic.phone}}", "unreplaced-scaffold"),
        ("**999**", "lost-mark"),
    ] {
        let emergency = project();
        emergency.write(
            CLINIC,
            format!("name: Small\nemergency_number: \"{value}\"\n"),
        );
        for command in ["generate", "check"] {
            let run = emergency.run(&[command, "visit"], "");
            finds(&run, 1, &format!("error[{finding}]"));
        }
        for key in [
            "department",
            "phone",
            "address",
            "hours",
            "imprint",
            "crisis_line",
        ] {
            let project = project();
            project.write(CLINIC, format!("name: Small\n{key}: \"{value}\"\n"));
            let run = project.generate(&["visit"]);
            // Patients could not reach the clinic.
            let is_error = finding == "unreplaced-scaffold" && key != "imprint";
            let (code, severity) = if is_error {
                (1, "error")
            } else {
                (0, "warning")
            };
            finds(&run, code, &format!("{severity}[{finding}]"));
            let draft = project.generate(&["visit", "--draft", "-f", "text", "-o", "draft.txt"]);
            assert_eq!(draft.code, Some(code), "{}", draft.stderr);
            assert!(project.path("draft.txt").exists(), "{}", draft.stderr);
        }
        let in_list = project();
        in_list.write(
            CLINIC,
            format!("name: Small\nphone: [\"1\", \"{value}\"]\n"),
        );
        let (code, severity) = match finding {
            "unreplaced-scaffold" => (1, "error"),
            _ => (0, "warning"),
        };
        finds(
            &in_list.generate(&["visit"]),
            code,
            &format!("{severity}[{finding}]"),
        );
        let variable = project();
        variable.write(
            CLINIC,
            format!("name: Small\nvars: {{ a: {{ name: [\"{value}\"] }} }}\n"),
        );
        // A clinic may say that there is none of something.
        if value != "none" {
            finds(
                &variable.generate(&["visit"]),
                0,
                &format!("warning[{finding}]"),
            );
        }
    }
    let wordy = project();
    wordy.write(CLINIC, "name: Small\nemergency_number: the desk\n");
    finds(&wordy.generate(&["visit"]), 1, "error[invalid-value]");
    let in_callout = project();
    in_callout.change(TEXT, "Call us", "Call {{clinic.crisis_line}}");
    in_callout.write(CLINIC, "name: Small\ncrisis_line: TBC\n");
    finds(&in_callout.generate(&["visit"]), 1, "error[empty-value]");
    for key in ["emergency_number", "hours"] {
        let empty = project();
        empty.write(CLINIC, format!("name: Small\n{key}: \"\"\n"));
        let run = empty.generate(&["visit"]);
        assert_eq!(
            (run.code, run.stderr.contains('[')),
            (Some(0), false),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn reader_values_that_say_nothing_are_found() {
    for (value, finding) in [
        ("&nbsp;", "warning[empty-value]"),
        ("TBC", "warning[empty-value]"),
        ("N/A", "warning[empty-value]"),
        ("none", "warning[empty-value]"),
        ("XXX", "warning[empty-value]"),
        ("{{name}}", "warning[empty-value]"),
        ("**Ada**", "warning[lost-mark]"),
        ("&amp; Ada", "warning[lost-mark]"),
    ] {
        let set = format!("patient.first_name={value}");
        let run = project().generate(&["visit", "--set", &set]);
        finds(&run, 0, finding);
        assert!(!run.stderr.contains(value), "{}", run.stderr);
    }
}

#[test]
fn empty_items_are_found() {
    for (from, to) in [
        ("- A card", "- \"\""),
        ("- A card", "- text: \"\""),
        ("- A card", "- { text: \"\", lines: 0 }"),
        ("[\"Rest well.\"]", "[\"Rest well.\", \"\"]"),
    ] {
        let project = project();
        project.change(TEXT, from, to);
        finds(&project.generate(&["visit"]), 0, "warning[empty-text]");
    }
    for (from, to) in [
        ("    - A card\n    - A list\n", "    - \"\"\n    - \"\"\n"),
        ("[\"Rest well.\"]", "[\"\", \"\"]"),
    ] {
        let project = project();
        project.change(TEXT, from, to);
        finds(&project.generate(&["visit"]), 1, "error[empty-section]");
    }
    let emptied = "    - \"{{#if clinic.department}}A{{/if}}\"\n";
    let some = project();
    some.change(TEXT, "    - A card\n", emptied);
    let run = some.generate(&["visit"]);
    assert_eq!(
        (run.code, run.stderr.contains('[')),
        (Some(0), false),
        "{}",
        run.stderr
    );
    let all = project();
    all.change(TEXT, "    - A card\n    - A list\n", emptied);
    finds(&all.generate(&["visit"]), 0, "warning[empty-section]");
    let cell = project();
    cell.change(TEXT, "\"Rest\"", "\"\"");
    let run = cell.generate(&["visit"]);
    assert_eq!(
        (run.code, run.stderr.contains('[')),
        (Some(0), false),
        "{}",
        run.stderr
    );
}

#[test]
fn raised_text_and_bullets_of_other_programs_are_found() {
    for words in [
        "Take 5 m^3.",
        "Take 10^3 of it.",
        "Use 10^-3.",
        "Drink H_2O.",
        "Drink H~2~O.",
        "&bull; one",
    ] {
        let project = project();
        project.change(
            TEXT,
            "we are glad.",
            &format!("we are glad.\n\n    {words}"),
        );
        finds(&project.generate(&["visit"]), 0, "warning[lost-mark]");
    }
}

#[test]
fn nested_values_of_json_lines_reach_a_clinics_text() {
    let project = project();
    let words =
        "text: { en: { visit: { welcome: { body: \"Dear {{patient.first_name}}, come.\" } } } }\n";
    project.write("own/clinic.yaml", format!("name: Small Clinic\n{words}"));
    for value in [
        "\"patient\":{\"first_name\":\"Eve\"}",
        "\"patient.first_name\":\"Eve\"",
    ] {
        project.write("jobs.jsonl", format!("{{\"handout\":\"visit\",{value}}}\n"));
        let flags = [
            "jobs.jsonl",
            "-c",
            "own",
            "-o",
            "out",
            "--format",
            "text",
            "--overwrite",
        ];
        let run = project.batch(&flags);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(!run.stderr.contains("unused-value"), "{}", run.stderr);
        let text = fs::read_to_string(project.path("out/000001-visit.txt")).unwrap();
        assert!(text.contains("Dear Eve, come."), "{text}");
    }
}

#[test]
fn marks_in_each_line_of_a_text_message_are_found() {
    let found = |words: &str| {
        let project = project();
        let message = format!("text-message: |\n  {words}\nwelcome:\n");
        project.change(TEXT, "welcome:\n", &message);
        let run = project.generate(&["visit", "--summary"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stderr
    };
    for words in [
        "Please come.\n\n  # Your visit",
        "Please bring:\n  - a card\n  - a list",
        "Please bring:\n  1. a card\n  2. a list",
        "Please come.\\\n  We are glad.",
        "Please bring:\n  1) a card",
        "Please come.\n  > We are glad.",
        "> We are glad.",
        "Your visit\n  =====\n  Please come.",
        "Your visit\n  ---\n  Please come.",
    ] {
        let said = found(words);
        assert!(said.contains("warning[lost-mark]"), "{words}: {said}");
    }
    for words in [
        "Please come to your visit.\n  We are\n  glad - truly.",
        "1) Please come.",
        "Wait\n  > 5 minutes.",
    ] {
        let said = found(words);
        assert!(!said.contains("lost-mark"), "{words}: {said}");
    }
}

#[test]
fn notes_to_oneself_are_found() {
    for words in [
        "TBC",
        "Rest TODO here.",
        "XXX",
        "Lorem ipsum dolor.",
        "[insert text]",
    ] {
        let project = project();
        project.change(TEXT, "    - A card\n", &format!("    - \"{words}\"\n"));
        let run = project.generate(&["visit"]);
        let is_found = ["unreplaced-scaffold", "lost-mark"]
            .iter()
            .any(|id| run.stderr.contains(id));
        assert!(is_found, "{words}: {}", run.stderr);
    }
    for words in ["n/a", "None"] {
        let project = project();
        project.change(TEXT, "\"Rest\"]", &format!("\"{words}\"]"));
        let run = project.generate(&["visit"]);
        assert!(!run.stderr.contains("warning"), "{words}: {}", run.stderr);
    }
}

#[test]
fn numbers_that_are_none_are_no_values() {
    for value in [".nan", ".inf", "-.inf"] {
        let project = project();
        project.write(CLINIC, format!("name: Small\nvars:\n  doses: {value}\n"));
        let run = project.generate(&["visit"]);
        assert!(
            run.stderr.contains("`vars.doses`"),
            "{value}: {}",
            run.stderr
        );
    }
}

/// Runs a leaflet for a reader from JSON data; `in_callout` chooses the text that prints the value.
fn print_of_reader(print: &str, data: &str, in_callout: bool) -> Run {
    let project = project();
    project.change(DEFINITION, "data: [", "data: [patient.note, ");
    match in_callout {
        true => project.change(TEXT, "Call us if", &format!("Stop {print} if")),
        false => project.change(TEXT, "we are glad.", &format!("stop {print}.")),
    }
    project.write("reader.yaml", format!("patient: {data}\n"));
    project.generate(&["visit", "--data", "reader.yaml"])
}

#[test]
fn lists_of_readers_are_not_joined_by_a_guess() {
    for list in ["[a, b]", "[a, [b, c]]", "[a, null]", "[[a, b]]"] {
        let data = format!("{{ note: {list} }}");
        let run = print_of_reader("{{patient.note}}", &data, false);
        finds(&run, 1, "error[invalid-value]");
    }
    for (print, list, is_sound) in [
        ("{{patient.note}}", "[ab]", true),
        ("{{list patient.note \"and\"}}", "[ab, cd]", true),
        ("{{list patient.note \"and\"}}", "[ab, [cd, ef]]", false),
        ("{{phone patient.note}}", "[ab, cd]", false),
        (
            "{{#each patient.note}}{{this}}; {{/each}}",
            "[ab, cd]",
            true,
        ),
        (
            "{{#each patient.note}}{{this}}; {{/each}}",
            "[ab, [cd, ef]]",
            false,
        ),
    ] {
        let data = format!("{{ note: {list} }}");
        let run = print_of_reader(print, &data, true);
        assert_eq!(
            run.code,
            Some(i32::from(!is_sound)),
            "{print} {}",
            run.stderr
        );
        assert_eq!(
            run.stderr.contains('['),
            !is_sound,
            "{print} {}",
            run.stderr
        );
    }
}

#[test]
fn empty_lists_and_items_of_readers_are_empty_values() {
    for list in [
        "[]",
        "[\"\"]",
        "[null]",
        "[a, null]",
        "[a, \"\"]",
        "[a, TBC]",
        "[a, []]",
    ] {
        let data = format!("{{ note: {list} }}");
        let run = print_of_reader("{{list patient.note \"and\"}}", &data, true);
        finds(&run, 1, "error[empty-value]");
        let run = print_of_reader("{{list patient.note \"and\"}}", &data, false);
        finds(&run, 0, "warning[empty-value]");
    }
    let run = print_of_reader("{{patient.note}}", "{ note: [] }", true);
    finds(&run, 1, "error[empty-value]");
    let print = "{{#each patient.note}}{{this}}; {{/each}}";
    finds(
        &print_of_reader(print, "{ note: [a, null] }", true),
        1,
        "error[empty-value]",
    );
}

#[test]
fn all_faulty_items_of_a_list_are_named() {
    let data = "{ note: [a, TBC, b, \"\", XXX, true] }";
    let run = print_of_reader("{{list patient.note \"and\"}}", data, false);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for part in [
        "looks like a placeholder, and this text prints it: items 2 and 5 of the list",
        "a list with an empty item, and this text prints it: item 4 of the list",
        "true or false, and this text prints it: item 6 of the list",
    ] {
        assert!(run.stderr.contains(part), "no {part:?} in {}", run.stderr);
    }
    let project = project();
    project.write(
        "jobs.csv",
        "handout\nvisit;viist;nothing\nA name;visit;An other\nviist\n",
    );
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    for part in [
        "row 1 (line 2), column `handout`: there is no handout of this id: number 2 of 3 in the cell",
        "row 1 (line 2), column `handout`: there is no handout of this id: number 3 of 3 in the cell",
        "the value is not the id of a handout: number 1 of 3 in the cell",
        "the value is not the id of a handout: number 3 of 3 in the cell",
        "row 3 (line 4), column `handout`: there is no handout of this id\n",
    ] {
        assert!(run.stderr.contains(part), "no {part:?} in {}", run.stderr);
    }
}

#[test]
fn a_text_may_print_many_values_of_a_reader() {
    let project = project();
    let names: Vec<String> = (0..150).map(|number| format!("value{number}")).collect();
    let tags = names.iter().map(|name| format!("{{{{{name}}}}}"));
    let body = format!("Dear Ada, we have {}.", tags.collect::<Vec<_>>().join(" "));
    project.change(
        TEXT,
        "Dear {{#if patient.first_name}}{{patient.first_name}}{{else}}reader{{/if}}, we are glad.",
        &body,
    );
    let values = names.iter().map(|name| format!("{name}: seen\n"));
    project.write("reader.yaml", values.collect::<String>());
    let run = project.generate(&["visit", "--data", "reader.yaml"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    // Many values that are empty are an error still.
    let values = names.iter().map(|name| format!("{name}: \"-\"\n"));
    project.write("reader.yaml", values.collect::<String>());
    let run = project.generate(&["visit", "--data", "reader.yaml"]);
    finds(&run, 1, "this text has 150 problems");
}

#[test]
fn line_breaks_in_values_are_found() {
    for key in ["emergency_number", "crisis_line", "phone"] {
        let project = project();
        let clinic = format!("name: Small\n{key}: \"999\\n112\"\n");
        project.write(CLINIC, clinic);
        finds(&project.generate(&["visit"]), 1, "error[invalid-value]");
    }
    let lines = project();
    lines.write(
        CLINIC,
        "name: Small\naddress: |\n  1 Mill Lane\n  Town\nhours: \"Mon\\nTue\"\n",
    );
    let run = lines.generate(&["visit"]);
    assert!(!run.stderr.contains('['), "{}", run.stderr);
    let data = "{ note: \"one\\ntwo\" }";
    finds(
        &print_of_reader("{{patient.note}}", data, false),
        0,
        "warning[lost-mark]",
    );
    finds(
        &print_of_reader("{{patient.note}}", data, true),
        1,
        "error[lost-mark]",
    );
    finds(
        &print_of_reader("{{phone patient.note}}", data, true),
        1,
        "error[lost-mark]",
    );
    let run = print_of_reader("{{patient.note}}", "{ note: \"one\\n\" }", true);
    assert!(!run.stderr.contains('['), "{}", run.stderr);
}

#[test]
fn names_that_look_like_placeholders_are_no_errors() {
    for name in [
        "Na", "Nan", "No", "Nil", "Blank", "Sample", "Test", "Null", "None",
    ] {
        let data = format!("{{ first_name: \"{name}\" }}");
        let run = print_of_reader("{{patient.first_name}}", &data, true);
        assert_eq!(run.code, Some(0), "{name}: {}", run.stderr);
        assert!(
            !run.stderr.contains("does not fit"),
            "{name}: {}",
            run.stderr
        );
        assert!(!run.stderr.contains(&format!("`{name}`")), "{}", run.stderr);
    }
    let run = print_of_reader("{{patient.first_name}}", "{ first_name: TBC }", true);
    finds(&run, 1, "error[empty-value]");
}

#[test]
fn call_outs_print_no_number_without_a_digit() {
    for phone in ["ask reception", "[\"01632 960 777\", ask reception]"] {
        let project = project();
        project.change(TEXT, "Call us", "Call {{clinic.phone}}");
        project.write(CLINIC, format!("name: Small\nphone: {phone}\n"));
        finds(&project.generate(&["visit"]), 1, "error[invalid-value]");
    }
}

#[test]
fn true_and_false_are_no_words() {
    for value in ["true", "false", "[true]", "\"TRUE\""] {
        let data = format!("{{ note: {value} }}");
        let run = print_of_reader("{{patient.note}}", &data, false);
        finds(&run, 0, "warning[invalid-value]");
        let run = print_of_reader("{{#if patient.note}}now{{/if}}", &data, false);
        assert!(!run.stderr.contains('['), "{value}: {}", run.stderr);
    }
    for value in ["TRUE", "FALSE"] {
        let project = project();
        project.change(DEFINITION, "data: [", "data: [patient.note, ");
        project.change(TEXT, "we are glad.", "stop {{patient.note}}.");
        project.write("jobs.csv", format!("handout,patient.note\nvisit,{value}\n"));
        let run = project.run(&["batch", "jobs.csv", "-o", "out"], "");
        finds(&run, 0, "warning[invalid-value]");
    }
}

#[test]
fn marks_alone_are_not_called_empty() {
    let run = print_of_reader("{{patient.note}}", "{ note: \"-\" }", true);
    finds(&run, 1, "the value has nothing that can be read");
    let run = print_of_reader("{{patient.note}}", "{ note: \"\" }", true);
    finds(&run, 1, "the value is empty");
    for value in ["\"&nbsp;\"", "\"-\"", "\"?\""] {
        let project = project();
        project.change(
            TEXT,
            "Call us",
            "Call {{#if clinic.vars.x}}{{clinic.vars.x}}{{/if}}",
        );
        project.write(CLINIC, format!("name: Small\nvars: {{ x: {value} }}\n"));
        for command in ["generate", "check"] {
            let run = project.run(&[command, "visit"], "");
            finds(&run, 1, "error[empty-value]");
            assert!(
                run.stderr.contains("nothing that can be read"),
                "{}",
                run.stderr
            );
        }
    }
}

#[test]
fn a_condition_that_empties_a_text_is_named() {
    let project = project();
    project.change(
        TEXT,
        "Dear {{#if patient.first_name}}{{patient.first_name}}{{else}}reader{{/if}}, we are glad.",
        "{{#if patient.first_name}}Dear {{patient.first_name}}, we are glad.{{/if}}",
    );
    project.change(TEXT, "  actions: [\"Rest well.\"]\n", "");
    let run = project.generate(&["visit"]);
    finds(&run, 0, "warning[empty-section]");
    assert!(
        run.stderr.contains("a condition leaves all words"),
        "{}",
        run.stderr
    );
    let run = project.generate(&["visit", "--summary"]);
    finds(&run, 1, "the main message has no words here");
}

#[cfg(unix)]
#[test]
fn named_pipes_are_no_files() {
    let project = project();
    let pipe = project.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    for arguments in [
        &["generate", "visit", "--data", "pipe"][..],
        &["preview", "visit", "--data", "pipe"],
        &["batch", "pipe", "-o", "out"],
    ] {
        let run = project.run(arguments, "");
        finds(&run, 2, "is a named pipe, not a file");
    }
}

#[test]
fn a_line_above_json_lines_is_named() {
    let project = project();
    project.write("jobs.jsonl", "# from the ward\n{\"handout\":\"visit\"}\n");
    let run = project.run(&["batch", "jobs.jsonl", "-o", "out"], "");
    finds(&run, 1, "line 1 is no JSON object");
}
