//! Names in any script: a reader's name never fails a row if a face has its characters.

use std::fs;
use std::path::{Path, PathBuf};

use crate::pdf_reader::PdfFile;
use crate::test_project::{TestProject, copy_folder};

/// Creates a project with a clinic in `own`, and the handout `sleep`, which names the reader.
fn project() -> TestProject {
    let project = TestProject::new();
    project.write(
        "library/sleep/handout.yaml",
        "id: sleep
version: 1.0.0
reviewed: 2026-11-21
review_by: 2028-11-21
data: [patient.title, patient.first_name, patient.surname, patient.dob, appointment.date]
sections:
  - section: welcome
    role: main-message
",
    );
    project.write(
        "library/sleep/text/en.yaml",
        "title: Sleep
welcome:
  heading: Welcome
  body: |
    Dear {{patient.title}} {{patient.first_name}} {{patient.surname}}, we are glad that you come.
    ({{patient.first_name}}) 12, \"{{patient.surname}}\" and {{patient.first_name}}, {{patient.surname}}
",
    );
    project.write("own/clinic.yaml", "name: Own Clinic\n");
    project
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Faces for Chinese, Devanagari and Korean names.
pub(crate) fn faces() -> PathBuf {
    root("tests/clinics/greeting/fonts")
}

/// Makes the leaflets of `tests/cases/names.csv`.
fn names(project: &TestProject, flags: &[&str]) -> (Option<i32>, String) {
    let jobs = root("tests/cases/names.csv");
    let jobs = jobs.to_str().unwrap();
    let run = ["--date", "2026-11-21", "batch", jobs, "-c", "own"];
    let run = project.run(&[&run, flags].concat(), "");
    (run.code, run.stderr)
}

/// Returns the text of a file in structure order.
fn text(bytes: &[u8]) -> String {
    let file = PdfFile::read(bytes);
    assert_eq!(file.problems(), [""; 0]);
    let text = file.texts().join(" ");
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

#[test]
fn every_row_is_made_with_a_face_that_the_clinic_adds() {
    let project = project();
    copy_folder(&faces(), &project.path("own/fonts"));
    let (code, said) = names(&project, &["-o", "out"]);
    assert_eq!(code, Some(0), "{said}");
    let emoji = "warning[dropped-emoji]: row 4 (line 5), column `patient.first_name`: the value has an \
                 emoji that no typeface has: it is left out";
    assert_eq!(said.matches("dropped-emoji").count(), 1, "{said}");
    assert!(said.contains(emoji), "{said}");
    // Letters of a word from right to left are in visual order, and words in reading order.
    let rows = [
        (1, "Dear Ms Siân O’Brien, we are glad"),
        (
            2,
            "Dear Mr دمحم يلع, we are glad that you come. (دمحم) 12, “يلع” and دمحم, يلع",
        ),
        (3, "Dear Ms 小龍 李, we are glad"),
        (4, "Dear Mx Ann Smith, we are glad"),
        (5, "Dear Dr Đặng Nguyễn, we are glad"),
        (6, "Dear Mr Дмитрий Иванов, we are glad"),
        (7, "Dear Mr Γιώργος Παπαδόπουλος, we are glad"),
        (
            8,
            "Dear Mr ףסוי ןהכ, we are glad that you come. (ףסוי) 12, “ןהכ” and ףסוי, ןהכ",
        ),
        (9, "Dear Mr <script> *bold* _x_ [a](b), we are glad"),
    ];
    for (row, expected) in rows {
        let file = fs::read(project.path(&format!("out/{row:06}-sleep.pdf"))).unwrap();
        let text = text(&file);
        assert!(text.contains(expected), "row {row}: {text}");
    }
}

#[test]
fn a_row_without_a_face_names_the_script_to_add() {
    let project = project();
    let (code, said) = names(&project, &["-o", "out"]);
    assert_eq!(code, Some(1), "{said}");
    let message = "error[missing-glyph]: row 3 (line 4), column `patient.first_name`: a value for the text has \
                   Chinese characters that no typeface has";
    let help =
        "help: add a face with Chinese characters to `brand.fallback_faces` in `clinic.yaml`";
    assert!(said.contains(message) && said.contains(help), "{said}");
    assert!(!said.contains(['小', '龍', '李']), "{said}");
    assert!(
        said.contains("8 leaflets made") && said.contains("1 row failed"),
        "{said}"
    );
}

#[test]
fn faces_are_named_or_in_the_folder_fonts() {
    let project = project();
    for weight in ["Regular", "Bold"] {
        let file = format!("NotoSansSC-{weight}.ttf");
        let bytes = fs::read(faces().join(&file)).unwrap();
        project.write(&format!("own/chinese/{file}"), bytes);
    }
    let clinic = "name: Own Clinic
brand: { fallback_faces: [chinese/NotoSansSC-Regular.ttf, chinese/NotoSansSC-Bold.ttf] }
";
    project.write("own/clinic.yaml", clinic);
    let (code, said) = names(&project, &["--dry-run"]);
    assert_eq!(code, Some(0), "{said}");
    // An unusable face is an error if clinic.yaml names it, and else a warning.
    project.write("own/fonts/Broken.ttf", "nothing");
    let (code, said) = names(&project, &["--dry-run"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("warning[unusable-face]: `fonts/Broken.ttf`"),
        "{said}"
    );
    project.change("own/clinic.yaml", "[chinese", "[fonts/Broken.ttf, chinese");
    let (code, said) = names(&project, &["--dry-run"]);
    assert_ne!(code, Some(0), "{said}");
    assert!(
        said.contains("error[unusable-face]: `fonts/Broken.ttf`"),
        "{said}"
    );
}

#[test]
fn a_name_has_the_same_bytes_alone_and_in_a_batch() {
    let project = project();
    names(&project, &["-o", "out"]);
    let values = [
        "patient.title=Mr",
        "patient.first_name=محمد",
        "patient.surname=علي",
        "patient.dob=1980-04-03",
        "appointment.date=2027-04-03",
    ];
    let set = values.iter().flat_map(|value| ["--set", value]);
    let arguments = ["sleep", "-c", "own", "-o", "-"].into_iter().chain(set);
    let alone = project.generate(&arguments.collect::<Vec<_>>());
    assert_eq!(alone.code, Some(0), "{}", alone.stderr);
    let in_batch = fs::read(project.path("out/000002-sleep.pdf")).unwrap();
    assert!(alone.stdout == in_batch);
}

#[test]
fn marks_and_letters_of_several_glyphs_have_their_text() {
    let project = project();
    for name in ["زينب", "مُحَمَّد", "שָׁלוֹם", "क्षिप्रा"] {
        copy_folder(&faces(), &project.path("own/fonts"));
        let set = format!("patient.first_name={name}");
        let run = project.generate(&["sleep", "-c", "own", "--set", &set, "-o", "-"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let text = text(&run.stdout);
        let visual: String = name.chars().rev().collect();
        assert!(text.contains(&visual) || text.contains(name), "{text}");
        // Layout isolates the name. The file does not show how.
        assert!(!text.contains(['\u{2068}', '\u{2069}']), "{text}");
    }
}

#[test]
fn vowel_marks_are_shown_apart_from_letters() {
    let project = project();
    // PDFium would read a word with marks backwards. It skips what is shown without a width.
    for (name, shown) in [
        ("مُحَمَّد", "د|َّ|م|َ|ح|ُ|م"),
        ("יִצְחָק", "ק|ָ|ח|ְ|צ|ִ|י"),
        // Poppler would take a mark at the left end for a part of the text before it.
        ("بَكرٌ", "رك|َ|ب"),
        // PDFium sorts what is shown from left to right, so several words are shown at once.
        ("مُحَمَّد عَلِيّ", "دمحم يلع"),
    ] {
        let set = format!("patient.first_name={name}");
        let run = project.generate(&["sleep", "-c", "own", "--set", &set, "-o", "-"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let file = PdfFile::read(&run.stdout);
        assert_eq!(file.problems(), [""; 0]);
        let all = file.shown().join("|");
        // Two marks on one letter come in any order.
        let swapped = shown.replace("\u{651}\u{64e}", "\u{64e}\u{651}");
        let swapped_back = shown.replace("\u{64e}\u{651}", "\u{651}\u{64e}");
        assert!(
            all.contains(&format!("|{swapped}|")) || all.contains(&format!("|{swapped_back}|")),
            "{shown}: {all}"
        );
    }
}

#[test]
fn face_from_right_to_left_with_cff_outlines_has_its_text() {
    let project = project();
    copy_folder(&root("tests/clinics/cff"), &project.path("own/fonts"));
    for name in ["محمد", "زينب"] {
        let set = format!("patient.first_name={name}");
        let run = project.generate(&["sleep", "-c", "own", "--set", &set, "-o", "-"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        // Only the face of the clinic has such outlines.
        let kind = b"CIDFontType0C";
        assert!(run.stdout.windows(kind.len()).any(|part| part == kind));
        let text = text(&run.stdout);
        let visual: String = name.chars().rev().collect();
        assert!(text.contains(&visual), "{text}");
    }
}
