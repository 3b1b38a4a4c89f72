//! Mistakes of new users. Nothing is lost without a message, and each message says what to do.

use std::fs;
use std::process::Command;

use handout::leaflet;
use handout::{Clinic, Faces, JobData, LeafletRequest, Library};
use tempfile::TempDir;

use crate::pdf_reader::PdfFile;
use crate::test_project::{PROGRAM, Run, TestProject, run_in};

#[track_caller]
fn assert_says(run: &Run, code: i32, words: &[&str]) {
    assert_eq!(run.code, Some(code), "{}", run.stderr);
    for word in words {
        assert!(run.stderr.contains(word), "{word}: {}", run.stderr);
    }
}

/// The small library with a clinic whose closing line prints a name and a date.
fn project_with_closing() -> TestProject {
    let project = TestProject::new();
    project.write(
        "library/clinics/example/clinic.yaml",
        "name: Small Clinic
data: [patient.first_name, { visit.date: date }]
text:
  en:
    shared:
      closing: Made for {{patient.first_name}}. Your next visit is on {{visit.date}}.
    visit:
      welcome: { body: We are glad that you come. }
",
    );
    project
}

fn words_of(project: &TestProject, path: &str) -> String {
    PdfFile::read(&fs::read(project.path(path)).unwrap())
        .texts()
        .join(" ")
}

#[test]
fn absent_values_are_reported_like_empty_ones() {
    let project = project_with_closing();
    let both = ["`patient.first_name`: the value is empty", "`visit.date`"];
    assert_says(&project.generate(&["visit"]), 0, &both);
    let set = ["visit", "--set", "patient.first_name="];
    assert_says(&project.generate(&set), 0, &both);
    // The draft does not replace the leaflet.
    let draft = project.generate(&["visit", "--draft"]);
    assert_says(&draft, 0, &both);
    let words = words_of(&project, "visit-draft.pdf");
    assert!(words.contains("[{{visit.date}}?]"), "{words}");
    // Nobody reads the leaflet yet.
    let run = project.run(&["check", "visit"], "");
    assert!(!run.stderr.contains("empty-value"), "{}", run.stderr);
    let full = [
        "visit",
        "--set",
        "patient.first_name=Ada",
        "--set",
        "visit.date=2027-04-03",
    ];
    let run = project.generate(&full);
    assert!(!run.stderr.contains("empty-value"), "{}", run.stderr);
}

#[test]
fn absent_values_are_errors_in_callouts_and_fine_in_conditions() {
    let project = project_with_closing();
    project.change(
        "library/visit/handout.yaml",
        "sections:\n",
        "sections:\n  - callout: come\n    kind: info\n",
    );
    let callout = "come:\n  title: Come\n  body: Come on {{visit.date}}.\n";
    let text = "library/visit/text/en.yaml";
    project.change(text, "square:\n", &format!("{callout}square:\n"));
    assert_says(&project.generate(&["visit"]), 1, &["error[empty-value]"]);
    let clinic = "library/clinics/example/clinic.yaml";
    project.change(
        text,
        "Come on {{visit.date}}.",
        "Come{{#if visit.date}} on {{visit.date}}{{/if}}.",
    );
    project.change(
        clinic,
        "Made for {{patient.first_name}}. Your next visit is on {{visit.date}}.",
        "Bye.",
    );
    let run = project.generate(&["visit"]);
    assert_says(&run, 0, &[]);
    assert!(!run.stderr.contains("empty-value"), "{}", run.stderr);
}

#[test]
fn each_row_with_a_gap_is_named() {
    let project = project_with_closing();
    project.write(
        "jobs.csv",
        "handout,patient.first_name,visit.date\nvisit,Ada,2027-04-03\nvisit,Bo,\nvisit,,2027-04-03\nvisit,Cy,\nvisit,Di,\n",
    );
    let run = project.run(&["batch", "jobs.csv", "-o", "out"], "");
    assert_says(
        &run,
        0,
        &[
            "row 2 (line 3), column `visit.date`: the value is empty",
            "row 3 (line 4), column `patient.first_name`",
            "also rows 4 and 5, column `visit.date`: the value is empty",
        ],
    );
    let run = project.run(&["batch", "jobs.csv", "--dry-run", "--json"], "");
    let events = String::from_utf8(run.stdout).unwrap();
    let of_rows = events.lines().filter(|line| line.contains("empty-value"));
    assert_eq!(of_rows.count(), 4, "{events}");
    // A row of JSON Lines without any value, and a file without the columns.
    project.write("jobs.jsonl", "{\"handout\":\"visit\"}\n");
    let run = project.run(&["batch", "jobs.jsonl", "--dry-run"], "");
    assert_says(&run, 0, &["row 1 (line 1), column `visit.date`"]);
    project.write("jobs.csv", "handout\nvisit\n");
    let run = project.run(&["batch", "jobs.csv", "--dry-run"], "");
    assert_says(
        &run,
        0,
        &["column `patient.first_name`: the value is empty"],
    );
}

#[test]
fn misspelt_columns_and_values_make_no_leaflet() {
    let project = project_with_closing();
    for name in ["patient.firstname", "patient first name"] {
        project.write(
            "jobs.csv",
            format!("handout,{name},visit.date\nvisit,Ada,2027-04-03\n"),
        );
        let run = project.run(&["batch", "jobs.csv", "-o", "out", "--overwrite"], "");
        let help = format!("rename `{name}` to `patient.first_name`");
        let message = "there is no column `patient.first_name`, which a text uses";
        assert_says(&run, 1, &["misspelt-value", message, &help, "1 row failed"]);
        let set = format!("{name}=Ada");
        let run = project.generate(&["visit", "--set", &set, "-o", "no.pdf"]);
        assert_says(&run, 1, &["misspelt-value", &help]);
        assert!(!project.path("no.pdf").exists());
    }
}

#[test]
fn data_files_may_have_dotted_names() {
    let project = project_with_closing();
    for data in [
        "patient.first_name: Ada\nvisit.date: 2027-04-03\n",
        "patient: { first_name: Ada }\nvisit.date: 2027-04-03\n",
        "patient: { first_name: Ada }\nvisit: { date: 2027-04-03 }\n",
    ] {
        project.write("ada.yaml", data);
        let run = project.generate(&["visit", "--data", "ada.yaml", "-o", "ada.pdf"]);
        assert_says(&run, 0, &[]);
        assert!(!run.stderr.contains("warning"), "{}", run.stderr);
        let words = words_of(&project, "ada.pdf");
        assert!(words.contains("3 April 2027"), "{words}");
    }
    project.write("ada.yaml", "patient.name: Zoe\npatient: { name: Bo }\n");
    let run = project.generate(&["visit", "--data", "ada.yaml"]);
    assert_says(&run, 1, &["the name of a value is used"]);
    assert!(!run.stderr.contains("Zoe"));
}

#[test]
fn text_with_notes_around_it_is_not_replaced() {
    let project = TestProject::new();
    let text = ["visit", "-f", "text"];
    assert_eq!(project.generate(&text).code, Some(0));
    let made = fs::read_to_string(project.path("visit.txt")).unwrap();
    project.write("visit.txt", made.replace('\n', "\r\n"));
    assert_eq!(project.generate(&text).code, Some(0));
    for noted in [
        format!("Ring Ada.\n\n{made}"),
        format!("{made}\nRing Ada.\n"),
    ] {
        project.write("visit.txt", &noted);
        let not_replaced = ["is not a text of this program, so it is not replaced"];
        assert_says(&project.generate(&text), 2, &not_replaced);
    }
}

#[test]
fn files_that_are_no_leaflets_are_not_replaced() {
    let project = TestProject::new();
    let clinic = "name: Mine\n";
    project.write("clinic.yaml", clinic);
    project.write("keep", "words");
    project.write("visit.pdf", "not a PDF");
    project.write("jobs.csv", "handout\nvisit\n");
    let yaml = ["did you mean `--clinic clinic.yaml`?"];
    assert_says(&project.generate(&["visit", "-o", "clinic.yaml"]), 2, &yaml);
    let not_replaced = ["is not a PDF file, so it is not replaced"];
    assert_says(
        &project.generate(&["visit", "-o", "keep"]),
        2,
        &not_replaced,
    );
    assert_says(&project.generate(&["visit"]), 2, &not_replaced);
    for ending in ["docx", "html", "PNG"] {
        let name = format!("visit.{ending}");
        let run = project.generate(&["visit", "-o", &name]);
        assert_says(
            &run,
            2,
            &["is not the name of a PDF file: write `visit.pdf`"],
        );
    }
    let run = project.generate(&["visit", "visit", "-o", "both.pdf"]);
    assert_says(&run, 2, &["several leaflets need a folder"]);
    for bundle in ["jobs.csv", "clinic.yaml", "keep"] {
        let run = project.run(
            &["batch", "jobs.csv", "--bundle", bundle, "--overwrite"],
            "",
        );
        assert_says(&run, 2, &["is not"]);
    }
    assert_eq!(
        fs::read_to_string(project.path("clinic.yaml")).unwrap(),
        clinic
    );
    assert_eq!(fs::read_to_string(project.path("keep")).unwrap(), "words");
    assert_eq!(
        project.made(),
        ["clinic.yaml", "jobs.csv", "keep", "visit.pdf"]
    );
    // A leaflet and an empty file may be replaced.
    project.write("visit.pdf", "");
    for _ in 0..2 {
        assert_says(&project.generate(&["visit"]), 0, &[]);
    }
}

#[test]
fn resumed_batches_replace_only_their_own_bundle() {
    let project = TestProject::new();
    project.write(
        "mon.csv",
        "handout,patient.first_name\nvisit,Ada\nvisit,Bo\n",
    );
    project.write("tue.csv", "handout,patient.first_name\nvisit,Cy\n");
    let run = |arguments: &[&str]| project.run(&[&["batch"], arguments].concat(), "");
    assert_says(
        &run(&["mon.csv", "--bundle", "mon.pdf"]),
        0,
        &["all of them are in mon.pdf (4 pages)"],
    );
    let monday = fs::read(project.path("mon.pdf")).unwrap();
    assert_says(&run(&["tue.csv", "-o", "tue"]), 0, &[]);
    let foreign = ["this batch did not make it"];
    assert_says(
        &run(&["tue.csv", "-o", "tue", "--bundle", "mon.pdf", "--resume"]),
        2,
        &foreign,
    );
    assert_says(
        &run(&["tue.csv", "--bundle", "mon.pdf", "--resume"]),
        2,
        &foreign,
    );
    assert_eq!(fs::read(project.path("mon.pdf")).unwrap(), monday);
    // Its own bundle is made again.
    let own = ["tue.csv", "-o", "tue", "--bundle", "tue.pdf", "--resume"];
    assert_says(&run(&own), 0, &["1 done before", "tue.pdf (2 pages)"]);
    project.write(
        "tue.csv",
        "handout,patient.first_name\nvisit,Cy\nvisit,Di\n",
    );
    assert_says(&run(&own), 0, &["1 leaflet made", "tue.pdf (4 pages)"]);
    // A bundle alone has nothing to resume.
    let alone = ["tue.csv", "--bundle", "new.pdf", "--resume"];
    assert_says(
        &run(&alone),
        0,
        &["it is made from the start", "new.pdf (4 pages)"],
    );
}

#[test]
fn sheets_are_counted_for_sides_and_papers() {
    let project = TestProject::new();
    project.change(
        "library/visit/handout.yaml",
        "data: [patient.first_name]\n",
        "",
    );
    project.change(
        "library/visit/text/en.yaml",
        "Dear {{patient.first_name}}, we",
        "We",
    );
    project.write(
        "jobs.csv",
        "handout,paper,copies\nvisit,a4,3\nvisit,A5,2\nvisit;visit,a4,1\n",
    );
    let run = |arguments: &[&str]| project.run(&[&["batch", "jobs.csv"], arguments].concat(), "");
    let two = run(&["--bundle", "two.pdf"]);
    let papers = "the bundle has several papers: a4 (rows 1, 3), a5 (row 2)";
    assert_says(
        &two,
        0,
        &["(7 pages, 5 sheets of A4, 2 sheets of A5)", papers],
    );
    let one = run(&["--dry-run", "--sides", "one"]);
    assert_says(&one, 0, &["(7 pages, 5 sheets of A4, 2 sheets of A5)"]);
    assert_says(&run(&["--dry-run"]), 0, &["4 sheets of A4"]);
    assert_says(
        &run(&["-o", "out", "--sides", "one"]),
        2,
        &["`--sides` is for"],
    );
}

#[test]
fn suggestions_keep_to_the_group_of_a_name() {
    let project = TestProject::new();
    let clinic = "library/clinics/example/clinic.yaml";
    let text = "text: { en: { shared: { closing: \"On {{NAME}}.\" } } }\n";
    for (declared, name, help) in [
        ("visit.day", "visit.date", "did you mean `visit.day`?"),
        ("visit.day", "visit.name", "did you mean `visit.day`?"),
        (
            "visit.day",
            "trip.date",
            "write `data: [{ trip.date: date }]` in `clinic.yaml`",
        ),
        (
            "visit.day",
            "guest.age",
            "write `data: [guest.age]` in `clinic.yaml`",
        ),
        (
            "visit.day",
            "clinic phone",
            "did you mean `{{clinic.phone}}`?",
        ),
    ] {
        let text = text.replace("NAME", name);
        project.write(clinic, format!("name: Small\ndata: [{declared}]\n{text}"));
        let run = project.generate(&["visit", "-o", "no.pdf"]);
        assert_says(&run, 1, &[help]);
        assert!(
            !run.stderr.contains("did you mean `date`"),
            "{}",
            run.stderr
        );
        assert!(
            !run.stderr.contains("did you mean `clinic.name`"),
            "{}",
            run.stderr
        );
    }
    project.write(clinic, "name: Small\n");
    project.write("jobs.csv", "handout,patient.first_name\nvisit,Ada\n");
    let name = [
        "batch",
        "jobs.csv",
        "-o",
        "out",
        "--name",
        "{{patient.name}}",
    ];
    assert_says(
        &project.run(&name, ""),
        2,
        &["there are row, handout", "patient.first_name"],
    );
}

#[test]
fn a_new_title_is_in_the_footer() {
    let project = TestProject::new();
    let text = "library/visit/text/en.yaml";
    project.change(
        text,
        "title: Your visit\n",
        "title: Your visit\nshort-title: Visits\n",
    );
    let clinic = "library/clinics/example/clinic.yaml";
    let footer = |own: &str| {
        project.write(
            clinic,
            format!("name: Small\ntext: {{ en: {{ visit: {{ {own} }} }} }}\n"),
        );
        let clinic = Clinic::load(&project.path(clinic), &Faces::bundled()).unwrap();
        let library = Library::open(&project.path("library")).unwrap();
        let handout = library.handout("visit").unwrap();
        let date = jiff::civil::date(2026, 11, 29);
        let request = LeafletRequest::new(&library, &handout, &clinic, date).with_language("en");
        let resolved = leaflet::document(&request, &JobData::new()).unwrap();
        resolved.document.footer.short_title.clone()
    };
    assert_eq!(footer("subtitle: For you"), "Visits");
    assert_eq!(footer("title: See you soon"), "See you soon");
    assert_eq!(footer("title: See you soon, short-title: Soon"), "Soon");
}

#[test]
fn stray_files_beside_a_clinic_stop_no_leaflet() {
    let project = TestProject::new();
    project.write("mine/clinic.yaml", "name: Mine\n");
    let generate = || {
        let set = "patient.first_name=Ada";
        project.generate(&["visit", "-c", "mine", "-o", "-", "--set", set])
    };
    for (name, text, warning) in [
        (
            "thesis.bib",
            "@book{a, title = {A}}\n",
            "`thesis.bib` is not read",
        ),
        ("jo.yaml", "patient: { first_name: Jo }\n", ""),
        ("cl.yaml", "name: Cl\u{ed}nica\n", ""),
        ("sv.yaml", "a: b\n", "`sv.yaml` is not read"),
        ("fonts/Noto.ttc", "x", "`fonts/Noto.ttc` is not read"),
    ] {
        project.write(&format!("mine/{name}"), text);
        let run = generate();
        assert_says(&run, 0, &[warning]);
        assert_eq!(
            run.stderr.contains("warning"),
            !warning.is_empty(),
            "{}",
            run.stderr
        );
        fs::remove_file(project.path(&format!("mine/{name}"))).unwrap();
    }
    // Words of leaflets are not lost.
    project.write("mine/en.yaml", "shared:\n  closing: { body: Bye. }\n");
    assert_says(&generate(), 1, &["move it to `text/en.yaml`"]);
}

#[test]
fn clinics_with_other_names_get_the_same_help() {
    let project = TestProject::new();
    for (text, help) in [
        ("name: Hillside\ntelephone: 1\n", "`telephone`"),
        ("Name: Hillside\n", "did you mean `name`?"),
        ("Name: Hillside\n", "the field `name` is missing"),
        ("name:\n  - Ada\n", "the value of `name` has the wrong form"),
        ("name: Hillside: Surgery\n", "colon"),
        ("", "the file is empty"),
        ("patient: Ada\n", "this is not the file of a clinic"),
    ] {
        project.write("hill.yaml", text);
        let run = project.generate(&["visit", "-c", "hill.yaml"]);
        assert_says(&run, 1, &[help]);
        assert!(!run.stderr.contains("Ada"), "{}", run.stderr);
    }
    // A number without quotes prints as it is written.
    for phone in ["5551234567", "+441632960960", "01632960960", "0x10"] {
        project.write("hill.yaml", format!("name: Hillside\nphone: {phone}\n"));
        assert_says(&project.generate(&["visit", "-c", "hill.yaml"]), 0, &[]);
        assert!(words_of(&project, "visit.pdf").contains(phone), "{phone}");
    }
}

#[test]
fn dotted_keys_of_texts_are_explained() {
    let project = TestProject::new();
    let help = "`welcome:`, and indented below it `body:`";
    for text in [
        "en: { visit: { welcome.body: Hello. } }",
        "en: { visit.welcome.body: Hello. }",
    ] {
        project.write("clinic.yaml", format!("name: Mine\ntext: {{ {text} }}\n"));
        let run = project.generate(&["visit", "-c", "clinic.yaml"]);
        assert_says(&run, 1, &[help]);
        project.write("clinic.yaml", "name: Mine\n");
        let inner = text
            .strip_prefix("en: { ")
            .unwrap()
            .strip_suffix(" }")
            .unwrap();
        project.write("text/en.yaml", format!("{inner}\n"));
        let run = project.generate(&["visit", "-c", "clinic.yaml"]);
        assert_says(&run, 1, &[help, "text/en.yaml:1"]);
        fs::remove_file(project.path("text/en.yaml")).unwrap();
    }
}

#[test]
fn empty_variables_count_as_not_set() {
    let folder = TempDir::new().unwrap();
    let run = |variables: &[(&str, &str)]| {
        let output = Command::new(PROGRAM)
            .args(["generate", "sleep", "-o", "-"])
            .current_dir(folder.path())
            .env_clear()
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), stderr)
    };
    let (code, said) = run(&[("HANDOUT_CLINIC", ""), ("HANDOUT_LIBRARY", "")]);
    assert_eq!(code, Some(0), "{said}");
    for name in ["HANDOUT_CLINIC", "HANDOUT_LIBRARY"] {
        let (code, said) = run(&[(name, "nowhere")]);
        assert_eq!(code, Some(2));
        assert!(said.contains(&format!("(from {name})")), "{said}");
    }
}

#[test]
fn capitals_of_options_do_not_matter() {
    let project = TestProject::new();
    project.write(
        "clinic.yaml",
        "name: Mine\ndefaults: { paper: A5, language: EN-gb }\n",
    );
    let set = ["--set", "patient.first_name=Ada", "-c", "clinic.yaml"];
    for flags in [
        ["--paper", "A5"],
        ["--language", "EN"],
        ["--edition", "Standard"],
    ] {
        let run = project.generate(&[&["visit"], &flags[..], &set].concat());
        assert_says(&run, 0, &[]);
    }
    project.write(
        "jobs.csv",
        "handout,paper,language,patient.first_name\nvisit,A4,EN,Ada\n",
    );
    assert_says(
        &project.run(&["batch", "jobs.csv", "--dry-run"], ""),
        0,
        &["1 leaflet"],
    );
    let list = project.run(&["list", "--language", "EN"], "");
    assert!(String::from_utf8(list.stdout).unwrap().contains("visit"));
    let list = project.run(&["list", "--language", "de"], "");
    assert_says(&list, 0, &["no handout has a text in `de`"]);
}

#[test]
fn missing_folders_are_named() {
    let project = TestProject::new();
    let run = project.generate(&["visit", "-o", "none/visit.pdf"]);
    assert_says(&run, 2, &["there is no folder `none`"]);
    assert!(!run.stderr.contains(".tmp"), "{}", run.stderr);
    let run = project.run(&["batch", "merge", "none"], "");
    assert_says(&run, 2, &["there is no folder `none`"]);
}

#[test]
fn each_clinic_file_of_a_folder_has_its_own_record() {
    let project = TestProject::new();
    let text = "text: { en: { visit: { welcome: { heading: Hello } } } }\n";
    project.write("clinic.yaml", format!("name: One\n{text}"));
    project.write("two.yaml", "name: Two\n");
    let customize = |what: &str, clinic: &str| project.run(&["customize", what, "-c", clinic], "");
    assert_says(&customize("update", "clinic.yaml"), 0, &["1 text recorded"]);
    let before = fs::read(project.path("clinic.lock")).unwrap();
    assert_says(&customize("update", "two.yaml"), 0, &[]);
    assert_eq!(fs::read(project.path("clinic.lock")).unwrap(), before);
    project.write("two.yaml", format!("name: Two\n{text}"));
    assert_says(&customize("update", "two.yaml"), 0, &["1 text recorded"]);
    assert!(project.path("two.lock").exists());
}

#[test]
fn generate_reports_identifiers_that_it_would_misprint() {
    let project = TestProject::new();
    let reference = "own-2020:
  type: article
  title: A study
  author: [\"Own, A\"]
  date: 2020
  serial-number: { doi: \"10.1\" }
  grade: B
";
    project.write("library/references.yaml", reference);
    project.change(
        "library/visit/handout.yaml",
        "  - figure",
        "  - references\n  - figure",
    );
    let text = "library/visit/text/en.yaml";
    project.change(text, "that you come.", "that you come [@own-2020].");
    let run = project.generate(&["visit"]);
    assert_says(&run, 0, &["warning[invalid-value]: `10.1` is not a DOI"]);
    assert!(!words_of(&project, "visit.pdf").contains("10.1"));
    project.change(text, "[@own-2020]", "[@own-2020, @own-2020]");
    let run = project.generate(&["visit"]);
    assert_says(
        &run,
        1,
        &["write a semicolon between keys: `[@own-2020; @own-2020]`"],
    );
}

#[test]
fn terms_do_not_lose_their_explanation_in_silence() {
    let folder = TempDir::new().unwrap();
    let clinic = folder.path().join("clinic.yaml");
    let removed = "name: Mine\nsections: { sleep: { remove: [what-helps-most] } }\n";
    fs::write(&clinic, removed).unwrap();
    let run = run_in(folder.path(), &["generate", "sleep"]);
    assert_says(
        &run,
        0,
        &["warning[unexplained-term]", "the leaflet uses `CBT-I`"],
    );
    fs::write(&clinic, "name: Mine\n").unwrap();
    let run = run_in(folder.path(), &["generate", "sleep"]);
    assert!(!run.stderr.contains("unexplained-term"), "{}", run.stderr);
}

#[test]
fn a_handout_of_the_clinic_here_is_no_other_folder() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("clinic.yaml"), "name: Mine\n").unwrap();
    assert_says(&run_in(folder.path(), &["new", "our-classes"]), 0, &[]);
    for command in ["generate", "check"] {
        let run = run_in(folder.path(), &[command, "our-classes"]);
        assert!(!run.stderr.contains("unread-file"), "{}", run.stderr);
    }
}

#[test]
fn the_example_of_a_name_in_a_new_clinic_works() {
    let folder = TempDir::new().unwrap();
    assert_says(
        &run_in(folder.path(), &["customize", "init", "Hill"]),
        0,
        &[],
    );
    let path = folder.path().join("hill/text/en.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let (above, example) = text.split_once("#shared:").unwrap();
    let (example, below) = example.split_once("\n\n").unwrap();
    let example = example.replace("\n#", "\n");
    fs::write(&path, format!("{above}shared:{example}\n\n{below}")).unwrap();
    let name = [
        "generate",
        "sleep",
        "-c",
        "hill",
        "--set",
        "patient.first_name=Ada",
    ];
    let run = run_in(folder.path(), &name);
    assert_says(&run, 0, &[]);
    assert!(!run.stderr.contains("unused-value"), "{}", run.stderr);
    let pdf = PdfFile::read(&fs::read(folder.path().join("sleep.pdf")).unwrap());
    assert!(pdf.texts().join(" ").contains("Made for Ada by Hill"));
    // The clinic's findings come before those of the library.
    let run = run_in(folder.path(), &["check", "hill"]);
    let own = run.stderr.find("hill/clinic.yaml").unwrap();
    let library = run.stderr.find("--> handouts/").unwrap();
    assert!(own < library);
    let keys = run_in(folder.path(), &["show", "sleep", "--keys"]);
    let keys = String::from_utf8(keys.stdout).unwrap();
    assert!(
        keys.contains(" (locked)\n") && keys.contains("sleep.title\n"),
        "{keys}"
    );
}

#[test]
fn depth_of_yaml_has_the_limit_of_the_readme() {
    let project = TestProject::new();
    for (levels, code) in [(60, 0), (65, 1), (100, 1), (130, 1)] {
        let value = format!("{}1{}", "{ a: ".repeat(levels), " }".repeat(levels));
        project.write(
            "clinic.yaml",
            format!("name: Mine\nvars: {{ x: {value} }}\n"),
        );
        let run = project.generate(&["visit", "-c", "clinic.yaml"]);
        assert_eq!(run.code, Some(code), "{levels}: {}", run.stderr);
        assert_eq!(run.stderr.contains("nested more than 64 deep"), code == 1);
    }
}

#[test]
fn slips_of_yaml_are_explained_by_their_cause() {
    let project = TestProject::new();
    let definition = "library/visit/handout.yaml";
    project.change(definition, "  - figure", "  table: times\n  - figure");
    let run = project.generate(&["visit"]);
    assert_says(
        &run,
        1,
        &["`table` is beside the items", "write `- table: times`"],
    );
    project.change(definition, "  table: times\n", "");
    project.write("clinic.yaml", "name: Mine\nbrand: { colour: #6a3d9a }\n");
    let run = project.generate(&["visit", "-c", "clinic.yaml"]);
    assert_says(
        &run,
        1,
        &[
            "`#` begins a comment",
            "put the value in quotes: `\"#6a3d9a\"`",
        ],
    );
}
