//! Leaflets that are not for patients: those of the example clinic, and drafts.

use std::fs;
use std::path::Path;

use lopdf::Document;
use tempfile::TempDir;

use crate::pdf_reader::PdfFile;
use crate::test_project::{Run, copy_folder, run_in};

const EXAMPLE: &str = "Example – not for patients";
const TEXT: &str = "shoulder-injection/text/en.yaml";
const DEFINITION: &str = "shoulder-injection/handout.yaml";

/// Asserts that each page has words or, for `None`, that no page has them.
#[track_caller]
fn assert_on_each_page(file: &[u8], words: &str, is_expected: bool) {
    let document = Document::load_mem(file).unwrap();
    for page in document.get_pages().into_keys() {
        let text = document.extract_text(&[page]).unwrap();
        assert_eq!(text.contains(words), is_expected, "page {page}: {text}");
    }
}

#[test]
fn every_page_of_the_example_clinic_says_so() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = TempDir::new().unwrap();
    copy_folder(
        &root.join("handouts/clinics/example"),
        &folder.path().join("copied"),
    );
    fs::create_dir(folder.path().join("empty")).unwrap();
    let here = folder.path().join("empty");
    for paper in ["a4", "letter", "a5"] {
        for clinic in [
            &[][..],
            &["-c", "../copied"],
            &["-c", "../copied/clinic.yaml"],
        ] {
            let arguments = ["generate", "brain-fog", "-o", "-", "-p", paper];
            let made = run_in(&here, &[&arguments, clinic].concat());
            assert_eq!(made.code, Some(0), "{}", made.stderr);
            assert!(made.stderr.contains("not for patients"), "{}", made.stderr);
            assert_on_each_page(&made.stdout, EXAMPLE, true);
        }
    }
    let swedish = run_in(&here, &["generate", "brain-fog", "-o", "-", "-l", "sv"]);
    if swedish.code == Some(0) {
        assert_on_each_page(&swedish.stdout, "Exempel – inte för patienter", true);
    }
    // A clinic that began as a copy of the example.
    let file = folder.path().join("copied/clinic.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("Riverside", "Hillside")).unwrap();
    let made = run_in(
        &here,
        &["generate", "brain-fog", "-o", "-", "-c", "../copied"],
    );
    assert!(!made.stderr.contains("example"), "{}", made.stderr);
    assert_on_each_page(&made.stdout, "not for patients", false);
}

#[test]
fn a_row_of_a_job_file_can_be_of_the_example_clinic() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "jobs.csv",
        "handout,clinic\nbrain-fog,example\nbrain-fog,\n",
    );
    write("clinic.yaml", "name: Hillside\n");
    let run = run_in(folder.path(), &["batch", "jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("not for patients"), "{}", run.stderr);
    let file = |name: &str| fs::read(folder.path().join("out").join(name)).unwrap();
    assert_on_each_page(&file("000001-brain-fog.pdf"), EXAMPLE, true);
    assert_on_each_page(&file("000002-brain-fog.pdf"), EXAMPLE, false);
}

#[test]
fn the_words_can_be_replaced_but_not_emptied() {
    let folder = TempDir::new().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy_folder(&root.join("handouts/clinics/example"), folder.path());
    fs::create_dir_all(folder.path().join("text")).unwrap();
    let made = |words: &str| {
        let text = format!("shared:\n  words: {{ example: {words} }}\n");
        fs::write(folder.path().join("text/en.yaml"), text).unwrap();
        run_in(folder.path(), &["generate", "brain-fog", "-o", "-"])
    };
    assert_on_each_page(&made("\"Only a sample\"").stdout, "Only a sample", true);
    let emptied = made("\"\"");
    assert_eq!(emptied.code, Some(1));
    assert!(emptied.stdout.is_empty());
    assert!(
        emptied
            .stderr
            .contains("error[invalid-value]: these words cannot be empty")
    );
}

/// A copy of the clinic in `tests/cases/author`, whose handout has every block kind.
struct Draft(TempDir);

impl Draft {
    fn new() -> Draft {
        let folder = TempDir::new().unwrap();
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/author");
        copy_folder(&cases, folder.path());
        Draft(folder)
    }

    #[track_caller]
    fn change(self, path: &str, from: &str, to: &str) -> Draft {
        let path = self.0.path().join(path);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "no {from:?} in {text}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
        self
    }

    fn generate(&self, arguments: &[&str]) -> Run {
        let generate = ["generate", "shoulder-injection", "-c", ".", "-o", "-"];
        run_in(self.0.path(), &[&generate, arguments].concat())
    }

    /// Makes the leaflet as a draft. Returns its text.
    #[track_caller]
    fn text(&self, findings: &[&str]) -> String {
        let refused = self.generate(&[]);
        assert_eq!(refused.code, Some(1), "{}", refused.stderr);
        assert!(refused.stdout.is_empty());
        let draft = self.generate(&["--draft"]);
        assert_eq!(draft.code, Some(1), "{}", draft.stderr);
        for finding in findings {
            assert!(
                draft.stderr.contains(finding),
                "{finding}: {}",
                draft.stderr
            );
        }
        assert_on_each_page(&draft.stdout, "Draft", true);
        let file = PdfFile::read(&draft.stdout);
        assert_eq!(file.problems(), [] as [String; 0]);
        file.texts().join("\n")
    }
}

#[test]
fn a_draft_without_errors_is_marked_too() {
    let draft = Draft::new().generate(&["--draft"]);
    assert_eq!(draft.code, Some(0), "{}", draft.stderr);
    assert_on_each_page(&draft.stdout, "Draft", true);
    let title = Document::load_mem(&draft.stdout).unwrap();
    let info = title.trailer.get(b"Info").unwrap().as_reference().unwrap();
    let title = title.get_dictionary(info).unwrap().get(b"Title").unwrap();
    let title = crate::pdf_reader::text_string(title).unwrap();
    assert_eq!(title, "Draft: Steroid injection for shoulder pain");
    assert_on_each_page(&Draft::new().generate(&[]).stdout, "Draft", false);
}

#[test]
fn a_draft_marks_faults_where_they_are() {
    let body = "Eat and drink as usual.";
    for (to, finding, words) in [
        (
            "Call {{clinic.phon}} now.",
            "unknown-variable",
            "Call [{{clinic.phon}}?] now.",
        ),
        (
            "{{#if x}}Yes{{/if}}",
            "unknown-variable",
            "[{{#if x}}?]Yes[{{/if}}?]",
        ),
        (
            "{{clinic.name} now",
            "template-syntax",
            "[{{clinic.name} now",
        ),
        ("Eat [@nope-2020].", "unknown-citation", "Eat [?]."),
        ("Eat [bread]{.term}.", "unknown-term", "Eat bread."),
        (
            "Eat [bread](#nowhere).",
            "unknown-target",
            "[? there is no block named `nowhere`]",
        ),
        (
            "Eat <b>bread</b>.",
            "unsupported-markdown",
            "[? HTML is not supported]",
        ),
        ("Eat 慢性 bread.", "missing-glyph", "Eat [?] bread."),
    ] {
        let text = Draft::new().change(TEXT, body, to).text(&[finding]);
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_draft_names_missing_texts() {
    let text = Draft::new()
        .change(TEXT, "my-notes:", "my-note:")
        .change(TEXT, "before-you-come:", "before-you-cam:")
        .change(TEXT, "title: \"Steroid injection for shoulder pain\"\n", "")
        .change(TEXT, "  caption: Injection, exercise or both?\n", "")
        .text(&["unknown-text"]);
    for key in [
        "shoulder-injection.title",
        "shoulder-injection.my-notes.heading",
        "shoulder-injection.before-you-come.heading",
        "shoulder-injection.before-you-come.body",
        "shoulder-injection.benefits-and-risks.caption",
    ] {
        assert!(text.contains(key), "{key}: {text}");
    }
    assert!(text.contains("Missing text: "), "{text}");
}

#[test]
fn a_draft_shows_what_fits_nowhere() {
    let text = Draft::new()
        .change(
            TEXT,
            "[Both, Better, Better, Both of these]",
            "[Both, Good, Bad, One, and two]",
        )
        .change(TEXT, "[Injection, Better, No", "[Injection, No")
        .change(DEFINITION, "figures/shoulder.svg", "figures/elbow.svg")
        .change(DEFINITION, "  - references\n", "")
        .text(&["table-shape", "missing-file", "missing-field"]);
    assert!(text.contains("One [?] and two"), "{text}");
    assert!(text.contains("elbow.svg"), "{text}");
    assert!(text.contains("Faults of this draft"), "{text}");
}

#[test]
fn a_draft_names_faults_in_the_language_of_the_leaflet() {
    for (language, missing, faults) in [
        ("sv", "Text saknas: ", "Fel i utkastet"),
        ("nb", "Tekst mangler: ", "Feil i utkastet"),
    ] {
        let draft = Draft::new()
            .change(TEXT, "my-notes:", "my-note:")
            .change(TEXT, "title: \"Steroid injection for shoulder pain\"\n", "")
            .change(DEFINITION, "  - references\n", "");
        let path = |language: &str| {
            draft
                .0
                .path()
                .join(TEXT.replace("en.yaml", &format!("{language}.yaml")))
        };
        fs::rename(path("en"), path(language)).unwrap();
        let made = draft.generate(&["--draft", "-l", language]);
        assert_eq!(made.code, Some(1), "{}", made.stderr);
        let text = PdfFile::read(&made.stdout).texts().join("\n");
        for words in [
            format!("{missing}shoulder-injection.title"),
            format!("{missing}shoulder-injection.my-notes.heading"),
            faults.to_owned(),
        ] {
            assert!(text.contains(&words), "{words}: {text}");
        }
        assert!(!text.contains("Missing text"), "{text}");
    }
}

#[test]
fn a_draft_keeps_a_readers_data_out_of_its_metadata() {
    let draft = Draft::new()
        .change(
            DEFINITION,
            "audience:",
            "data: [patient.first_name]\naudience:",
        )
        .change(
            TEXT,
            "heading: What is it?",
            "heading: What is it, {{patient.first_name}}?",
        );
    let made = draft.generate(&["--draft", "--set", "patient.first_name=Zebulon"]);
    assert_eq!(made.code, Some(1), "{}", made.stderr);
    let text = PdfFile::read(&made.stdout).texts().join("\n");
    assert!(text.contains("[{{patient.first_name}}?]"), "{text}");
    assert!(!text.contains("Zebulon"), "{text}");
}

#[test]
fn a_file_that_cannot_be_read_gives_no_draft() {
    for (path, from, to) in [
        (TEXT, "heading: What is it?", "heading:What is it?"),
        (DEFINITION, "id: ", "id "),
        ("clinic.yaml", "name: ", "name "),
    ] {
        let made = Draft::new().change(path, from, to).generate(&["--draft"]);
        assert_eq!(made.code, Some(1), "{}", made.stderr);
        assert!(made.stdout.is_empty());
        assert!(
            made.stderr.contains("No draft of `shoulder-injection`"),
            "{}",
            made.stderr
        );
    }
}
