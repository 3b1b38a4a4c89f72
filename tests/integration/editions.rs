//! Editions: flags, clinic defaults, job files and file names.

use crate::pdf_reader::PdfFile;
use crate::test_project::{Run, TestProject};

/// Returns the file that a command wrote, and checks its name.
fn made(project: &TestProject, run: &Run, name: &str) -> Vec<u8> {
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(project.made(), [name]);
    let file = std::fs::read(project.path(name)).unwrap();
    std::fs::remove_file(project.path(name)).unwrap();
    file
}

/// Returns the small library with a leaflet of several pages.
fn project() -> TestProject {
    let project = TestProject::new();
    let long = "We are glad that you come. ".repeat(200);
    project.change(
        "library/visit/text/en.yaml",
        "we are glad that you come.",
        &long,
    );
    project
}

#[test]
fn edition_is_part_of_the_file_name() {
    let project = TestProject::new();
    for (edition, name) in [
        ("standard", "visit.pdf"),
        ("large-print", "visit-large-print.pdf"),
        ("mono,extra-large", "visit-extra-large-mono.pdf"),
    ] {
        let run = project.generate(&["visit", "-e", edition]);
        made(&project, &run, name);
    }
}

#[test]
fn high_contrast_is_for_screens_and_not_for_mono_printers() {
    let project = TestProject::new();
    let run = project.generate(&["visit", "-e", "High-Contrast,large-print"]);
    assert!(
        run.stderr
            .contains("is for screens: choose another one for paper")
    );
    made(&project, &run, "visit-large-print-high-contrast.pdf");
    let run = project.generate(&["visit", "-e", "mono,high-contrast"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(
        run.stderr.contains("make one edition for each"),
        "{}",
        run.stderr
    );
}

#[test]
fn large_print_on_a5_is_refused_with_the_papers_that_fit() {
    let project = TestProject::new();
    let run = project.generate(&["visit", "-e", "large-print", "-p", "a5"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(
        run.stderr.contains("use the paper `a4` or `letter`"),
        "{}",
        run.stderr
    );
    assert_eq!(project.made(), [""; 0]);
    let run = project.generate(&["visit", "-e", "mono", "-p", "a5"]);
    made(&project, &run, "visit-mono-a5.pdf");
}

#[test]
fn web_pages_have_no_editions() {
    let project = TestProject::new();
    let run = project.generate(&["visit", "-e", "large-print", "-f", "html"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("is for PDF only"), "{}", run.stderr);
    assert_eq!(project.made(), [""; 0]);
}

#[test]
fn editions_have_the_same_words_on_more_pages() {
    let project = project();
    let [standard, large] = ["standard", "large-print"].map(|edition| {
        let run = project.generate(&["visit", "-e", edition, "-o", "-"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        PdfFile::read(&run.stdout)
    });
    assert_eq!(standard.texts().concat(), large.texts().concat());
    assert!(standard.content.len() < large.content.len());
}

/// Makes a batch. Returns the number of pages of each file.
fn batch(jobs: &str, arguments: &[&str]) -> (Run, Vec<usize>) {
    let project = project();
    project.write("jobs.csv", jobs);
    let arguments = [&["jobs.csv", "-o", "out"], arguments].concat();
    let run = project.batch(&arguments);
    let files = project.leaflets("out");
    let pages = files.values().map(|file| PdfFile::read(file).content.len());
    (run, pages.collect())
}

#[test]
fn row_chooses_its_edition_and_else_the_reader_does() {
    let (run, pages) = batch(
        "handout,edition,patient.format\n\
         visit,,\n\
         visit,large-print,\n\
         visit,,large-print\n\
         visit,standard,large-print\n\
         visit,\"large-print,mono\",\n\
         visit,standard,braille\n\
         visit,mono,large-print\n",
        &[],
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(!run.stderr.contains("unused-value"), "{}", run.stderr);
    let (standard, large) = (pages[0], pages[1]);
    assert!(standard < large);
    assert_eq!(
        pages,
        [standard, large, large, standard, large, standard, large]
    );
}

#[test]
fn a_need_keeps_the_look_of_a_row_a_run_and_a_clinic() {
    let jobs = "handout,edition,patient.format,name\nvisit,mono,Large print,a\nvisit,,extra-large,b\n\
                visit,,high-contrast,c\nvisit,large-print,extra-large,d\n";
    let colours = |project: &TestProject, arguments: &[&str]| {
        project.write("jobs.csv", jobs);
        let arguments = [&["jobs.csv", "-o", "out", "--overwrite"], arguments].concat();
        let run = project.batch(&arguments);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        project.leaflets("out")
    };
    let made = |edition: &str| {
        let project = project();
        let run = project.generate(&["visit", "-e", edition, "-o", "-"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        PdfFile::read(&run.stdout).content
    };
    let by_run = colours(&project(), &["-e", "mono"]);
    let of_clinic = project();
    of_clinic.write(
        "library/clinics/example/clinic.yaml",
        "name: Small Clinic\ndefaults: { edition: mono }\n",
    );
    let by_clinic = colours(&of_clinic, &[]);
    for (name, edition) in [
        ("a.pdf", "large-print,mono"),
        ("b.pdf", "extra-large,mono"),
        ("c.pdf", "high-contrast"),
        ("d.pdf", "large-print"),
    ] {
        assert_eq!(
            PdfFile::read(&by_run[name]).content,
            made(edition),
            "{name}"
        );
        let pages = PdfFile::read(&by_clinic[name]).content.len();
        assert_eq!(pages, made(edition).len(), "{name}");
    }
}

#[test]
fn needs_that_cannot_be_met_fail_their_rows() {
    let (run, pages) = batch(
        "handout,patient.format\nvisit,braille\nvisit,easy-read\nvisit,large-print\n",
        &["-p", "a5"],
    );
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    for words in [
        "error[invalid-value]: row 1 (line 2), column `patient.format`: the value is not one of",
        "error[unavailable-edition]: row 3 (line 4), column `patient.format`",
    ] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    assert!(!run.stderr.contains("braille"), "{}", run.stderr);
    assert_eq!(pages, [0; 0]);
}

#[test]
fn the_need_of_a_single_reader_chooses_the_edition() {
    let project = TestProject::new();
    project.write("reader.yaml", "patient:\n  format: Large print\n");
    for (arguments, name) in [
        (
            &["--set", "patient.format=large-print"][..],
            "visit-large-print.pdf",
        ),
        (&["--data", "reader.yaml"], "visit-large-print.pdf"),
        (
            &["--set", "patient.format=mono, LARGE_PRINT"],
            "visit-large-print-mono.pdf",
        ),
        (&["--set", "patient.format=24 pt"], "visit-extra-large.pdf"),
        (
            &["--set", "patient.format=large-print", "-e", "mono"],
            "visit-large-print-mono.pdf",
        ),
        (
            &["--set", "patient.format=large-print", "-e", "high-contrast"],
            "visit-large-print-high-contrast.pdf",
        ),
        (
            &["--set", "patient.format=large-print", "-e", "standard"],
            "visit.pdf",
        ),
        (
            &["--set", "patient.format=large-print", "-e", "short,mono"],
            "visit-short-mono.pdf",
        ),
        (&["--set", "patient.format="], "visit.pdf"),
        // Readers of these set the size themselves.
        (
            &["--set", "patient.format=large-print", "-f", "html"],
            "visit.html",
        ),
        (
            &["--set", "patient.format=extra-large", "-f", "text"],
            "visit.txt",
        ),
    ] {
        let ada = ["visit", "--set", "patient.first_name=Ada"];
        let run = project.generate(&[&ada, arguments].concat());
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.stderr);
        assert!(!run.stderr.contains("unused-value"), "{}", run.stderr);
        let files: Vec<String> = project
            .made()
            .into_iter()
            .filter(|file| file != "reader.yaml")
            .collect();
        assert_eq!(files, [name], "{arguments:?}");
        std::fs::remove_file(project.path(name)).unwrap();
    }
}

#[test]
fn a_need_of_a_single_reader_that_cannot_be_met_is_an_error() {
    let project = TestProject::new();
    for arguments in [
        &["--set", "patient.format=braille"][..],
        &["--set", "patient.format=Easy read", "-f", "html"],
        &["--set", "patient.format=audio", "-f", "text"],
        &["--set", "patient.format=large-print", "-p", "a5"],
        &[
            "--set",
            "patient.format=large-print",
            "-p",
            "a5",
            "-e",
            "mono",
        ],
        &["--set", "patient.format=braille", "-e", "mono"],
        &["--set", "patient.fromat=large-print"],
        &["--set", "Patient Format=large-print"],
        &["--set", "format=large-print"],
    ] {
        let run = project.generate(&[&["visit"], arguments].concat());
        assert_eq!(run.code, Some(1), "{arguments:?}: {}", run.stderr);
        let names_what_there_is = ["`large-print`", "`a4` or `letter`", "`patient.format`"]
            .iter()
            .any(|words| run.stderr.contains(words));
        assert!(names_what_there_is, "{arguments:?}: {}", run.stderr);
        assert!(
            !run.stderr.to_lowercase().contains("braille`"),
            "{}",
            run.stderr
        );
        assert_eq!(project.made(), [""; 0], "{arguments:?}");
    }
}

#[test]
fn needs_are_read_as_people_write_them() {
    let (run, pages) = batch(
        "handout,edition,patient.format\n\
         visit,,large-print\n\
         visit,,Large print\n\
         visit,,LARGE_PRINT\n\
         visit,,18pt\n\
         visit,,\"mono, large print\"\n\
         visit,Large print,\n",
        &[],
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(pages, [pages[0]; 6]);
}

#[test]
fn default_edition_of_a_clinic_is_for_pdf_only() {
    let project = TestProject::new();
    project.write(
        "library/clinics/example/clinic.yaml",
        "name: Small Clinic\ndefaults: { edition: large-print }\n",
    );
    for (format, name) in [
        ("pdf", "visit-large-print.pdf"),
        ("html", "visit.html"),
        ("text", "visit.txt"),
    ] {
        let run = project.generate(&["visit", "-f", format, "--set", "patient.first_name=Ada"]);
        made(&project, &run, name);
    }
    // Small print on A5 is not what the clinic wants.
    let run = project.generate(&["visit", "-p", "a5"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}

#[test]
fn file_names_have_the_options_that_differ() {
    let project = TestProject::new();
    project.write("library/visit/text/sv.yaml", "title: Ditt besök\nwelcome:\n  heading: Hej\n  body: Kom.\nsquare:\n  alt: En ruta\n  caption: En ruta\n");
    for (arguments, name) in [
        (&["-l", "en", "-p", "a4"][..], "visit.pdf"),
        (&["-l", "sv"], "visit-sv.pdf"),
        (&["-p", "letter"], "visit-letter.pdf"),
        (
            &["-l", "sv", "-e", "large-print,mono", "-p", "letter"],
            "visit-sv-large-print-mono-letter.pdf",
        ),
        // A web page has no paper.
        (&["-l", "sv", "-p", "letter", "-f", "html"], "visit-sv.html"),
    ] {
        let run =
            project.generate(&[&["visit", "--set", "patient.first_name=Ada"], arguments].concat());
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.stderr);
        made(&project, &run, name);
    }
    project.write(
        "library/clinics/example/clinic.yaml",
        "name: Small Clinic\ndefaults: { paper: letter }\n",
    );
    let run = project.generate(&["visit", "-o", "out/", "--set", "patient.first_name=Ada"]);
    made(&project, &run, "out/visit-letter.pdf");
    project.write(
        "jobs.csv",
        "handout,language,edition,paper,name\n\
         visit,,,,\n\
         visit,sv,large-print,a4,\n\
         visit,,mono,a4,Ada\n",
    );
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let files: Vec<String> = project.leaflets("out").into_keys().collect();
    assert_eq!(
        files,
        [
            "000001-visit-letter.pdf",
            "000002-visit-sv-large-print.pdf",
            "Ada.pdf"
        ]
    );
}

#[test]
fn clinic_may_have_a_default_edition() {
    let project = TestProject::new();
    project.write(
        "own/clinic.yaml",
        "name: South\ndefaults: { edition: \"large-print,mono\" }\n",
    );
    let run = project.generate(&["visit", "-c", "own"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let files = project.made();
    assert!(
        files
            .iter()
            .any(|file| file.ends_with("visit-large-print-mono.pdf")),
        "{files:?}"
    );
}

#[test]
fn a_misspelt_column_of_needs_is_an_error() {
    let project = TestProject::new();
    for column in [
        "patient format",
        "Patient.Format",
        "patient_format",
        "patient.fromat",
        "Format",
        "formats",
    ] {
        let jobs = format!("handout,patient.first_name,{column}\nvisit,Ada,large-print\n");
        project.write("jobs.csv", jobs);
        let run = project.run(&["batch", "jobs.csv", "-o", "out", "--overwrite"], "");
        assert_eq!(run.code, Some(1), "{column}: {}", run.stderr);
        assert!(
            run.stderr.contains("`patient.format`"),
            "{column}: {}",
            run.stderr
        );
    }
}

#[test]
fn small_labels_of_a_figure_are_refused_in_large_print() {
    let project = TestProject::new();
    let drawing = |size: u32| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1200 300\"><rect width=\"1200\" height=\"300\" fill=\"#fff\"/>\
             <text x=\"20\" y=\"150\" font-size=\"{size}\">Pain signal</text></svg>"
        )
    };
    project.write("library/visit/figures/square.svg", drawing(14));
    let run = project.generate(&["visit", "-o", "-"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("warning[small-text]: page 1: a label of a drawing has"),
        "{}",
        run.stderr
    );
    for edition in ["large-print", "extra-large,mono"] {
        let run = project.generate(&["visit", "-e", edition]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert!(run.stderr.contains("error[small-text]"), "{}", run.stderr);
        assert_eq!(project.made(), [""; 0]);
    }
    // A draft shows its author how small they are.
    let run = project.generate(&["visit", "-e", "large-print", "--draft", "-o", "-"]);
    assert!(run.stdout.starts_with(b"%PDF"), "{}", run.stderr);
    project.write("library/visit/figures/square.svg", drawing(60));
    for edition in ["standard", "large-print", "extra-large"] {
        let run = project.generate(&["visit", "-e", edition, "-o", "-"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(!run.stderr.contains("small-text"), "{}", run.stderr);
    }
}
