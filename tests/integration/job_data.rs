//! Patient data is printed unchanged in any script, and appears only on the page.

use crate::pdf_reader::PdfFile;
use crate::test_project::TestProject;
use lopdf::Object;

const NAMES: [&str; 5] = ["Ada", "Łukasz", "Κωνσταντίνα", "Владимир", "Nguyễn Thị"];

fn leaflet_for(name: &str) -> Vec<u8> {
    let set = format!("patient.first_name={name}");
    let run = TestProject::new().generate(&["visit", "--set", &set, "-o", "-"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout
}

#[test]
fn names_are_printed_and_tagged_in_any_script_of_the_faces() {
    for name in NAMES {
        let file = PdfFile::read(&leaflet_for(name));
        assert_eq!(file.problems(), [""; 0], "{name}");
        let greeting = format!("Dear {name}, we are glad that you come.");
        assert!(file.texts().contains(&greeting), "{:?}", file.texts());
    }
}

#[test]
fn latin_1_names_need_no_additional_fonts() {
    let fonts = |name: &str| {
        let file = PdfFile::read(&leaflet_for(name));
        let objects = file
            .document
            .objects
            .values()
            .filter_map(|object| object.as_dict().ok());
        objects
            .filter(|dictionary| dictionary.has_type(b"FontDescriptor"))
            .count()
    };
    assert_eq!(fonts("Ada"), fonts("Zoë Þórsdóttir"));
    assert!(fonts("Ada") < fonts("Владимир"));
}

#[test]
fn names_appear_only_on_the_page() {
    let read = |name: &str| PdfFile::read(&leaflet_for(name)).document;
    let (one, other) = (read("Ada"), read("Łukasz"));
    let outside = |document: &lopdf::Document| {
        let catalog = document.catalog().unwrap();
        let stream = |object: &Object| object.as_stream().unwrap().get_plain_content().unwrap();
        let xmp = stream(catalog.get_deref(b"Metadata", document).unwrap());
        let information = document.trailer.get_deref(b"Info", document).unwrap();
        let outline = document.get_toc().map(|toc| {
            format!(
                "{:?}",
                toc.toc.iter().map(|entry| &entry.title).collect::<Vec<_>>()
            )
        });
        (
            String::from_utf8(xmp).unwrap(),
            format!("{information:?}"),
            outline.unwrap_or_default(),
        )
    };
    let (one, other) = (outside(&one), outside(&other));
    assert!(
        one.0.contains("Your visit") && one.2.contains("Welcome"),
        "{one:?}"
    );
    assert_eq!(one, other);
}

#[test]
fn unprintable_name_is_a_finding_that_does_not_repeat_it() {
    for name in ["王秀英", "नेहा", "A\u{1d54f}a"] {
        for format in ["human", "json"] {
            let project = TestProject::new();
            let set = format!("patient.first_name={name}");
            let run = project.generate(&["visit", "--set", &set, "--message-format", format]);
            let said = format!("{}{}", String::from_utf8(run.stdout).unwrap(), run.stderr);
            assert_eq!(run.code, Some(1), "{said}");
            assert!(said.contains("missing-glyph"), "{said}");
            assert!(
                !name
                    .chars()
                    .any(|character| !character.is_ascii() && said.contains(character)),
                "{said}"
            );
            assert_eq!(project.made(), [""; 0]);
        }
    }
}

#[test]
fn misspelt_variable_names_are_reported() {
    let project = TestProject::new();
    let run = project.generate(&["visit", "--set", "patient.frist_name=Ada"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("error[misspelt-value]"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("to `patient.first_name`"),
        "{}",
        run.stderr
    );
    let run = project.generate(&[
        "visit",
        "--set",
        "patient.first_name=Ada",
        "--set",
        "patient.frist_name=Ada",
    ]);
    assert!(
        run.stderr
            .contains("warning[unused-value]: no text uses `patient.frist_name`"),
        "{}",
        run.stderr
    );
}

#[test]
fn errors_in_data_do_not_repeat_it() {
    for (data, finding) in [
        (
            "patient:\n  first_name: \"Ada Lovelace\n  note: x\n",
            "yaml-syntax",
        ),
        ("Ada Lovelace: 1\nAda Lovelace: 2\n", "duplicate-key"),
        ("Ada Lovelace\n", "invalid-value"),
        ("Lovelace: 12345678901234567890123\n", "invalid-value"),
    ] {
        for format in ["human", "json"] {
            let project = TestProject::new();
            project.write("reader.yaml", data);
            let run =
                project.generate(&["visit", "--data", "reader.yaml", "--message-format", format]);
            let said = format!("{}{}", String::from_utf8(run.stdout).unwrap(), run.stderr);
            assert_eq!(run.code, Some(1), "{said}");
            assert!(
                said.contains(finding) && said.contains("reader.yaml"),
                "{said}"
            );
            assert!(
                !said.contains("Lovelace") && !said.contains("1234567"),
                "{said}"
            );
        }
    }
    let project = TestProject::new();
    project.change(
        "library/visit/text/en.yaml",
        "{{patient.first_name}}",
        "[{{patient.first_name}}]{.term}",
    );
    let run = project.generate(&["visit", "--set", "patient.first_name=Lovelace"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("unknown-term") && !run.stderr.contains("Lovelace"),
        "{}",
        run.stderr
    );
}

#[test]
fn job_data_in_metadata_is_a_finding() {
    let change: [(&str, &str); 2] = [
        (
            "title: Your visit",
            "title: \"{{patient.first_name}}, your visit\"",
        ),
        (
            "heading: Welcome",
            "heading: \"Welcome {{patient.first_name}}\"",
        ),
    ];
    for (from, to) in change {
        let project = TestProject::new();
        project.change("library/visit/text/en.yaml", from, to);
        let run = project.generate(&["visit", "--set", "patient.first_name=Ada"]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert!(
            run.stderr.contains("error[job-data-in-metadata]"),
            "{}",
            run.stderr
        );
        assert!(!run.stderr.contains("Ada"), "{}", run.stderr);
        assert_eq!(project.made(), [""; 0]);
    }
}

#[test]
fn declared_values_are_optional_and_undeclared_ones_are_errors() {
    let project = TestProject::new();
    let run = project.generate(&["visit", "-o", "-"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    project.change(
        "library/visit/handout.yaml",
        "data: [patient.first_name]\n",
        "",
    );
    let run = project.generate(&["visit"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("error[unknown-variable]"),
        "{}",
        run.stderr
    );
    assert_eq!(project.made(), [""; 0]);
}

/// Text of the conditions of a reader.
const CONDITION: &str = "{{#if patient.flag}}Flagged{{else}}Plain{{/if}}, we";

#[test]
fn false_is_false_wherever_it_comes_from() {
    let project = TestProject::new();
    project.change(
        "library/visit/handout.yaml",
        "data: [patient.first_name]",
        "data: [patient.flag]",
    );
    project.change(
        "library/visit/text/en.yaml",
        "Dear {{patient.first_name}}, we",
        CONDITION,
    );
    let starts = |file: &[u8], word: &str, from: &str| {
        let texts = PdfFile::read(file).texts();
        let start = format!("{word}, we are glad");
        assert!(
            texts.iter().any(|text| text.starts_with(&start)),
            "{from}: {texts:?}"
        );
    };
    let printed = |arguments: &[&str]| {
        let run = project.generate(&[&["visit", "-o", "-"], arguments].concat());
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run
    };
    for (value, word) in [("FALSE", "Plain"), ("false", "Plain"), ("TRUE", "Flagged")] {
        let set = format!("patient.flag={value}");
        let run = printed(&["--set", &set]);
        starts(&run.stdout, word, "--set");
        assert!(!run.stderr.contains("means no"), "{}", run.stderr);
        for written in [value.to_owned(), format!("\"{value}\"")] {
            project.write("reader.yaml", format!("patient: {{ flag: {written} }}\n"));
            starts(
                &printed(&["--data", "reader.yaml"]).stdout,
                word,
                &format!("--data {written}"),
            );
        }
        let line = format!("{{\"handout\": \"visit\", \"patient\": {{\"flag\": \"{value}\"}}}}\n");
        project.write("jobs.jsonl", line);
        project.write("jobs.csv", format!("handout,patient.flag\nvisit,{value}\n"));
        for jobs in ["jobs.jsonl", "jobs.csv"] {
            let run = project.batch(&[jobs, "-o", "out", "--overwrite"]);
            assert_eq!(run.code, Some(0), "{}", run.stderr);
            starts(&project.leaflets("out")["000001-visit.pdf"], word, jobs);
        }
    }
    for value in ["no", "N", "0", "nej"] {
        let set = format!("patient.flag={value}");
        let run = printed(&["--set", &set]);
        let expected = "the value means no, and a condition counts it as true";
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    // A number of JSON or YAML is no exception.
    project.write("reader.yaml", "patient: { flag: 0 }\n");
    let run = printed(&["--data", "reader.yaml"]);
    assert!(run.stderr.contains("the value means no"), "{}", run.stderr);
    starts(&run.stdout, "Flagged", "--data 0");
    let line = "{\"handout\": \"visit\", \"patient\": {\"flag\": 0}}\n";
    project.write("jobs.jsonl", line);
    let run = project.batch(&["jobs.jsonl", "-o", "out", "--overwrite"]);
    assert!(run.stderr.contains("the value means no"), "{}", run.stderr);
    starts(
        &project.leaflets("out")["000001-visit.pdf"],
        "Flagged",
        "0 in JSON",
    );
}
