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
    made(&project, &run, "visit-mono.pdf");
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
         visit,standard,braille\n",
        &[],
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(!run.stderr.contains("unused-value"), "{}", run.stderr);
    let (standard, large) = (pages[0], pages[1]);
    assert!(standard < large);
    assert_eq!(pages, [standard, large, large, standard, large, standard]);
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
        "format",
    ] {
        let jobs = format!("handout,patient.first_name,{column}\nvisit,Ada,large-print\n");
        project.write("jobs.csv", jobs);
        let run = project.run(&["batch", "jobs.csv", "-o", "out", "--overwrite"], "");
        assert_eq!(run.code, Some(1), "{column}: {}", run.stderr);
        let help = "did you mean `patient.format`?";
        assert!(run.stderr.contains(help), "{column}: {}", run.stderr);
    }
}
