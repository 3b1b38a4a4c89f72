//! Texts that are not printed as they are written give a finding.

use crate::pdf_reader::PdfFile;
use crate::test_project::{Run, TestProject};

fn generate(project: &TestProject) -> Run {
    let run = project.generate(&["visit", "-o", "visit.pdf"]);
    assert!(!run.stderr.contains("program-fault"), "{}", run.stderr);
    run
}

/// Generates the leaflet with another text layer.
fn with_text(text: &str) -> Run {
    let project = TestProject::new();
    project.write("library/visit/text/en.yaml", text);
    generate(&project)
}

/// Generates the leaflet with words in the body of its section.
fn with_body(body: &str) -> (Run, String) {
    let project = TestProject::new();
    let lines: Vec<String> = body.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!(
        "title: Your visit\nwelcome:\n  heading: Welcome\n  body: |\n{}square:\n  alt: A square\n  caption: A square\n",
        lines.concat()
    );
    project.write("library/visit/text/en.yaml", text);
    let run = generate(&project);
    let words = match run.code {
        Some(0) => PdfFile::read(&std::fs::read(project.path("visit.pdf")).unwrap())
            .texts()
            .join(" "),
        _ => String::new(),
    };
    (run, words)
}

const TEXT: &str = "title: Your visit
welcome: { heading: Welcome, body: Hello there. }
square: { alt: A square, caption: A square }
";

#[test]
fn texts_that_nothing_uses_are_named_by_every_command() {
    for (key, help) in [
        ("subtitel: For adults", "did you mean `subtitle`?"),
        ("closng: Thank you.", "did you mean `closing`?"),
        ("Subtitle: For adults", "write it as `subtitle`"),
        ("“subtitle”: For adults", "type it anew as `subtitle`"),
        ("subtitlе: For adults", "U+0435"),
        (
            "three: { heading: Lost, body: Lost. }",
            "name it in the handout's `sections`",
        ),
    ] {
        let project = TestProject::new();
        project.write("library/visit/text/en.yaml", format!("{TEXT}{key}\n"));
        project.write("jobs.csv", "handout\nvisit\n");
        let runs = [
            generate(&project),
            project.run(&["batch", "jobs.csv", "-o", "out"], ""),
            project.run(&["check", "visit"], ""),
        ];
        for run in runs {
            for part in ["unused-text", "en.yaml:4:", help] {
                assert!(
                    run.stderr.contains(part),
                    "{key}: no {part:?} in {}",
                    run.stderr
                );
            }
        }
    }
    let run = with_text(TEXT);
    assert!(!run.stderr.contains("unused-text"), "{}", run.stderr);
}

#[test]
fn misspelt_keys_are_renamed_in_the_text() {
    let run = with_text(&TEXT.replace("welcome:", "Welcome:"));
    assert!(
        run.stderr
            .contains("rename the text `Welcome` to `welcome`"),
        "{}",
        run.stderr
    );
    let run = with_text(&TEXT.replace("title:", "Title:"));
    assert!(run.stderr.contains("en.yaml:1"), "{}", run.stderr);
    assert!(run.stderr.contains("write it as `title`"), "{}", run.stderr);
}

#[test]
fn languages_without_a_tag_are_refused_with_the_right_one() {
    for (tag, right) in [
        ("en-UK", "en-GB"),
        ("en-12", "en"),
        ("eng", "en"),
        ("ger", "de"),
        ("en-GBR", "en-GB"),
    ] {
        let project = TestProject::new();
        project.write(&format!("library/visit/text/{tag}.yaml"), TEXT);
        let run = generate(&project);
        assert!(run.stderr.contains("unread-file"), "{tag}: {}", run.stderr);
        let project = TestProject::new();
        let texts = format!("visit: {{ title: {tag} }}\n");
        project.write(&format!("library/clinics/example/text/{tag}.yaml"), texts);
        let run = generate(&project);
        let help = format!("did you mean `{right}`?");
        assert!(run.stderr.contains(&help), "{tag}: {}", run.stderr);
        let project = TestProject::new();
        project.change(
            "library/clinics/example/clinic.yaml",
            "name: Small Clinic\n",
            &format!("name: Small Clinic\ndefaults: {{ language: {tag} }}\n"),
        );
        let run = generate(&project);
        assert!(run.stderr.contains(&help), "{tag}: {}", run.stderr);
        let project = TestProject::new();
        let jobs = format!("handout,language\nvisit,{tag}\n");
        project.write("jobs.csv", jobs);
        let run = project.run(&["batch", "jobs.csv", "-o", "out"], "");
        assert!(run.stderr.contains(&help), "{tag}: {}", run.stderr);
    }
}

#[test]
fn texts_that_a_language_lacks_are_listed() {
    let project = TestProject::new();
    project.write(
        "library/text/en.yaml",
        "closing: It does not replace advice.\n",
    );
    project.write(
        "library/visit/text/en.yaml",
        TEXT.replace("title:", "subtitle: For adults\ntitle:"),
    );
    project.write("library/visit/text/sv.yaml", TEXT);
    let run = project.generate(&["visit", "-l", "sv", "-o", "visit.pdf"]);
    let listed = "`sv` lacks texts that `en` has: closing, subtitle";
    assert!(run.stderr.contains(listed), "{}", run.stderr);
    let run = generate(&project);
    assert!(
        !run.stderr.contains("missing-translation"),
        "{}",
        run.stderr
    );
    project.write("library/text/sv.yaml", "closing: Ersätter inte råd.\n");
    project.write(
        "library/visit/text/sv.yaml",
        TEXT.replace("title:", "subtitle: Vuxna\ntitle:"),
    );
    let run = project.generate(&["visit", "-l", "sv", "-o", "visit.pdf"]);
    assert!(
        !run.stderr.contains("missing-translation"),
        "{}",
        run.stderr
    );
}

#[test]
fn texts_of_a_clinic_for_another_variant_are_named() {
    for (tag, is_read) in [("en-GB", false), ("en-US", false), ("en", true)] {
        let project = TestProject::new();
        project.write(
            &format!("library/clinics/example/text/{tag}.yaml"),
            "visit: { title: Our visit }\n",
        );
        let run = generate(&project);
        let message = format!("these texts are for `{tag}`, and this leaflet is in `en`");
        assert_eq!(run.stderr.contains(&message), !is_read, "{}", run.stderr);
    }
}

#[test]
fn placeholders_in_addresses_are_known_or_refused() {
    for address in [
        "https://x.example/{ID}",
        "https://x.example/{handout}",
        "https://x.example/{{id}}",
        "https://x.example/%7BID%7D",
    ] {
        let project = TestProject::new();
        project.write(
            "library/clinics/example/clinic.yaml",
            format!("name: Small Clinic\nreferences_url: \"{address}\"\n"),
        );
        let run = generate(&project);
        assert_eq!(run.code, Some(1), "{address}: {}", run.stderr);
        assert!(
            run.stderr.contains("did you mean `{id}`?"),
            "{address}: {}",
            run.stderr
        );
    }
    let project = TestProject::new();
    project.write(
        "library/clinics/example/clinic.yaml",
        "name: Small Clinic\nreferences_url: \"https://x.example/{id}\"\n",
    );
    let run = generate(&project);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

#[test]
fn faults_of_yaml_are_named_where_they_are() {
    for (text, line, words) in [
        (
            "title: Your visit\nwelcome:\n  heading: Welcome\n  body: |\n\tHello there.\n",
            5,
            "a tab",
        ),
        ("\ttitle: Your visit\nwelcome: Hello.\n", 1, "a tab"),
        ("title: ! Your visit\n", 1, "cannot begin with `!`"),
        ("title: \"50\\% of you\"\n", 1, "`\\%`"),
        ("title: \"C:\\temp\"\n", 1, "`\\t`"),
        ("title: \"C:\\new\"\n", 1, "`\\n`"),
        (
            "title: Your visit\nwelcome:\n  heading: A\n  body: B\n  actions:\n    - Rest well: now\n",
            6,
            "in quotes",
        ),
        ("---\ntitle: Your visit\n...\nwelcome: Hello.\n", 3, "`...`"),
        ("%title: x\nwelcome: Hello.\n", 1, "cannot begin with `%`"),
    ] {
        let run = with_text(text);
        assert_eq!(run.code, Some(1), "{text}: {}", run.stderr);
        let place = format!("en.yaml:{line}:");
        for part in [place.as_str(), words] {
            assert!(
                run.stderr.contains(part),
                "{text}: no {part:?} in {}",
                run.stderr
            );
        }
    }
    let project = TestProject::new();
    project.write(
        "library/clinics/example/clinic.yaml",
        "name: Hill\nphone:\n  - 01632 960 777\n  -\n",
    );
    let run = generate(&project);
    assert!(run.stderr.contains("clinic.yaml:4"), "{}", run.stderr);
    assert!(run.stderr.contains("is empty"), "{}", run.stderr);
}

#[test]
fn numbers_and_lines_that_change_are_named() {
    for body in [
        "1. Monday\n3. Wednesday",
        "1. Monday\n2. Tuesday\n4. Thursday",
        "2027. A good year.",
        "24. December is a holiday.",
        "+ 44 1632 960000",
        "Call us:\n+ 44 1632 960000",
    ] {
        let (run, words) = with_body(body);
        assert!(
            run.stderr.contains("lost-mark"),
            "{body}: {words} {}",
            run.stderr
        );
    }
    for body in [
        "1. Monday\n2. Tuesday",
        "1. Monday\n1. Tuesday",
        "3. Monday\n4. Tuesday",
        "+ one\n+ two",
        "2027\\. A good year.",
    ] {
        let (run, words) = with_body(body);
        assert!(
            !run.stderr.contains("lost-mark"),
            "{body}: {words} {}",
            run.stderr
        );
    }
    for address in [
        "address: 1 High Street\n  Sampletown",
        "address: >\n  1 High Street\n  Sampletown",
        "address:\n  1 High Street\n  Sampletown",
        "hours: \"Monday 9 to 5\n  Tuesday 9 to 5\"",
    ] {
        let project = TestProject::new();
        project.write(
            "library/clinics/example/clinic.yaml",
            format!("name: Hill\n{address}\n"),
        );
        let run = generate(&project);
        assert!(
            run.stderr.contains("print as one line"),
            "{address}: {}",
            run.stderr
        );
        assert!(
            run.stderr.contains("clinic.yaml:2"),
            "{address}: {}",
            run.stderr
        );
    }
    let project = TestProject::new();
    project.write(
        "library/clinics/example/clinic.yaml",
        "name: Hill\naddress: |\n  1 High Street\n  Sampletown\nphone: 01632 960 777\n",
    );
    let run = generate(&project);
    assert!(!run.stderr.contains("print as one line"), "{}", run.stderr);
}

#[test]
fn typed_lists_citations_and_placeholders_are_named() {
    for body in [
        "✓ one\n✓ two",
        "✔ one\n✔ two",
        "§ one\n§ two",
        "→ one\n→ two",
        "☐ one\n☐ two",
        "a) one\nb) two",
        "(a) one\n(b) two",
        "(1) one\n(2) two",
        "i. one\nii. two",
        "A. One\nB. Two",
        "Pain [ 3 ].",
        "Pain [3, p. 4].",
        "Pain [see @a, p. 3].",
        "Pain [-@a].",
        "@smith says so.",
        "Pain [[smith]].",
        "Pain \\cite{x}.",
        "Pain^3 lasts.",
        "Area 5 m^2 and 10^9 cells.",
        "Read it [here] (https://a.example).",
        "Call {clinic.phone}.",
        "Call ${clinic.phone}.",
        "Dear «FirstName», hello.",
        "Dear [Patient name], hello.",
    ] {
        let (run, words) = with_body(body);
        assert!(
            run.stderr.contains("lost-mark"),
            "{body}: {words} {}",
            run.stderr
        );
    }
    for pasted in ["\u{f0b7} one\n\u{f0b7} two", "\u{f0a7} one\n\u{f0a7} two"] {
        let (run, _) = with_body(pasted);
        assert!(run.stderr.contains("the item of a list"), "{}", run.stderr);
    }
    for body in [
        "Open Settings → Privacy → Location.",
        "He said «good day» to her.",
        "A. Smith and B. Jones wrote it.",
        "Write to desk@clinic.example.",
        "✓ A single tick means yes.",
        "§ 5 of the law helps.\n§ 6 does not.",
        "The answer [laughs] is no.",
        "Vitamin A. It helps.\nB. Other vitamins.",
    ] {
        let (run, words) = with_body(body);
        assert!(
            !run.stderr.contains("lost-mark"),
            "{body}: {words} {}",
            run.stderr
        );
    }
}

#[test]
fn job_files_that_an_export_spoilt_are_named() {
    let batch = |name: &str, bytes: &[u8]| {
        let project = TestProject::new();
        project.write(name, bytes);
        project.run(&["batch", name, "-o", "out"], "")
    };
    let utf32: Vec<u8> = "\u{feff}handout,patient.first_name\nvisit,Zoë\n"
        .chars()
        .flat_map(|character| u32::from(character).to_le_bytes())
        .collect();
    assert!(batch("jobs.csv", &utf32).stderr.contains("UTF-32"));
    let pipes = b"handout|patient.first_name\nvisit|Ada\n";
    assert!(batch("jobs.csv", pipes).stderr.contains("divided by `|`"));
    for (cell, words) in [
        ("Zo\u{fffd}", "lost a letter"),
        ("ZoÃ«", "garbled"),
        ("Donâ€™t", "garbled"),
        ("9.43E+9", "exponent"),
    ] {
        let jobs = format!("handout,patient.first_name\nvisit,{cell}\n");
        let run = batch("jobs.csv", jobs.as_bytes());
        assert!(run.stderr.contains(words), "{cell}: {}", run.stderr);
        assert!(!run.stderr.contains(cell), "{cell}: {}", run.stderr);
    }
    for space in [
        '\u{2002}', '\u{2003}', '\u{2009}', '\u{202f}', '\u{205f}', '\u{3000}',
    ] {
        let jobs = format!(
            "{{\"handout\":\"visit\",\"patient\":{{\"first_name\":\"Ada{space}Lovelace\"}}}}\n"
        );
        let run = batch("jobs.jsonl", jobs.as_bytes());
        assert_eq!(run.code, Some(0), "{space:?}: {}", run.stderr);
    }
}
