//! Mistakes of authors: each is found, explained in plain words, and placed in the right line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::pdf_reader::PdfFile;
use crate::test_project::{self, PROGRAM, copy_folder};

/// Words of parsers and of Rust that no person should read.
const PARSER_WORDS: [&str; 10] = [
    "untagged",
    "variant",
    "simple key",
    "mapping",
    "sequence",
    "scalar",
    "token",
    "while scanning",
    "did not find",
    "expected",
];

const TEXT: &str = "shoulder-injection/text/en.yaml";
const DEFINITION: &str = "shoulder-injection/handout.yaml";

/// A copy of the clinic in `tests/cases/author`, whose handout has every block kind.
struct Author(TempDir);

impl Author {
    fn new() -> Author {
        let folder = TempDir::new().unwrap();
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/author");
        copy_folder(&cases, folder.path());
        Author(folder)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) -> &Author {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    #[track_caller]
    fn change(&self, path: &str, from: &str, to: &str) -> &Author {
        let text = fs::read_to_string(self.path(path)).unwrap();
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, &text.replacen(from, to, 1))
    }

    fn rename(&self, from: &str, to: &str) -> &Author {
        fs::create_dir_all(self.path(to).parent().unwrap()).unwrap();
        fs::rename(self.path(from), self.path(to)).unwrap();
        self
    }

    /// Runs the program in the clinic's folder. Returns stderr and the exit code.
    fn run(&self, arguments: &[&str]) -> (String, Option<i32>) {
        let output = Command::new(PROGRAM)
            .args(["--date", "2026-11-29"])
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panicked"), "{stderr}");
        (stderr, output.status.code())
    }

    fn generate(&self) -> (String, Option<i32>) {
        self.run(&["generate", "shoulder-injection", "-c", "."])
    }

    /// Asserts that `generate`, `check` and `batch` all report the fault.
    #[track_caller]
    fn reports(&self, parts: &[&str]) {
        self.write("jobs.csv", "handout\nshoulder-injection\n");
        for arguments in [
            &["generate", "shoulder-injection", "-c", "."][..],
            &["check", "-c", ".", "shoulder-injection"],
            &["check", "."],
            &["batch", "jobs.csv", "-c", ".", "-o", "out", "--overwrite"],
        ] {
            let (said, code) = self.run(arguments);
            assert_eq!(code, Some(1), "{arguments:?}: {said}");
            for part in parts {
                assert!(said.contains(part), "{arguments:?}: no {part:?} in {said}");
            }
            for word in PARSER_WORDS {
                assert!(!said.contains(word), "{word:?} in {said}");
            }
        }
    }
}

#[test]
fn the_clinic_itself_is_without_faults() {
    let (said, code) = Author::new().generate();
    assert_eq!(code, Some(0), "{said}");
}

/// Asserts that a changed text is explained with its line.
#[track_caller]
fn text_fault(from: &str, to: &str, parts: &[&str]) {
    let author = Author::new();
    author.change(TEXT, from, to);
    author.reports(parts);
}

#[test]
fn wrong_indentation() {
    let parts = ["en.yaml:16:", "indented further", "with 2 spaces"];
    let heading = "  heading: What is it?\n";
    text_fault(
        "  heading: What is it?\n  body: |",
        &format!("{heading}   body: |"),
        &parts,
    );
}

#[test]
fn body_indented_less() {
    text_fault(
        "    This is not the steroid",
        "  This is not the steroid",
        &["en.yaml:22:", "indented less", "with 4 spaces"],
    );
}

#[test]
fn curly_quotation_marks() {
    text_fault(
        "\"Steroid injection for shoulder pain\"",
        "“Steroid injection: shoulder pain”",
        &["en.yaml:1:", "curly quotation marks", "`\"`"],
    );
}

#[test]
fn missing_colon() {
    text_fault(
        "what-it-is:\n",
        "what-it-is\n",
        &["en.yaml:14:", "colon", "`what-it-is:`"],
    );
}

#[test]
fn no_space_after_colon() {
    text_fault(
        "  heading: What is it?",
        "  heading:What is it?",
        &["en.yaml:15:", "space is missing after the colon"],
    );
}

#[test]
fn reserved_characters_at_the_start() {
    for (start, first) in [
        ("@home: rest", "`@`"),
        ("%5 of people", "`%`"),
        ("`code`", "a backquote"),
    ] {
        let item = format!("- {start}");
        let begin = format!("cannot begin with {first}");
        text_fault(
            "- We clean your skin.",
            &item,
            &["en.yaml:45:", &begin, "quotes"],
        );
    }
}

#[test]
fn a_cell_with_a_comma() {
    text_fault(
        "\"Sore muscles at first\"",
        "Sore muscles, at first",
        &[
            "en.yaml:59:",
            "5 cells",
            "a cell that has a comma in quotes",
        ],
    );
}

#[test]
fn a_header_without_cells() {
    text_fault(
        "header: [What, Pain at 6 weeks, Pain at 1 year, Risks]",
        "header: []",
        &["en.yaml:56:", "the header has no cells"],
    );
}

#[test]
fn a_comment_that_cuts_a_text() {
    text_fault(
        "heading: What can go wrong?",
        "heading: Problem #1: infection",
        &["en.yaml:63:", "`#`", "quotes"],
    );
    let author = Author::new();
    author.change("clinic.yaml", "\"#0f5c69\"", "#0f5c69");
    author.reports(&["clinic.yaml:8:", "`colour` is empty", "colour: \"#0f5c69\""]);
}

#[test]
fn a_missing_picture_has_a_suggestion() {
    for (path, help) in [
        (
            "figures/Shoulder.svg",
            "did you mean `figures/shoulder.svg`?",
        ),
        ("figures\\shoulder.svg", "write `/` between folders"),
    ] {
        let author = Author::new();
        author.change(DEFINITION, "figures/shoulder.svg", path);
        author.reports(&["handout.yaml:12:", "missing-file", help]);
    }
    let author = Author::new();
    author.change(
        DEFINITION,
        "figures/shoulder.svg",
        "figures/a/../shoulder.svg",
    );
    let (said, code) = author.generate();
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn line_separators_of_word_processors() {
    let author = Author::new();
    author.change(TEXT, "title: \"Steroid", "title: \"Ster\u{2028}oid");
    let (said, _) = author.generate();
    for word in PARSER_WORDS {
        assert!(!said.contains(word), "{word:?} in {said}");
    }
}

#[test]
fn a_reference_with_a_wrong_field() {
    let author = Author::new();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let references = fs::read_to_string(cases.join("author-references.yaml")).unwrap();
    author.write("references.yaml", &references);
    author.reports(&[
        "references.yaml:13:",
        "`parent`",
        "parent: { type: periodical",
    ]);
}

#[test]
fn a_clinic_has_its_own_terms() {
    let author = Author::new();
    let plain = "a local anaesthetic";
    author.change(TEXT, plain, "a [local anaesthetic]{.term}");
    author.reports(&["unknown-term", "glossary.yaml"]);
    let term = "\
- id: local-anaesthetic
  term: local anaesthetic
  definition: A medicine that numbs one area.
";
    author.write("glossary.yaml", term);
    let (said, code) = author.generate();
    assert_eq!(code, Some(0), "{said}");
    author.write("glossary.yaml", &term.replace("local-anaesthetic", "flare"));
    author.reports(&["duplicate-key", "glossary.yaml:1:"]);
    author.write("glossary.yaml", &term.replace("definition", "definitoin"));
    author.reports(&["glossary.yaml:3:", "did you mean `definition`?"]);
}

#[test]
fn a_clinic_in_the_folder_of_the_library_shares_its_references() {
    let author = Author::new();
    author.write("library.yaml", "name: Ours\n");
    fs::remove_file(author.path("text/en.yaml")).unwrap();
    author.write(
        "glossary.yaml",
        "- id: joint\n  term: joint\n  definition: D.\n",
    );
    let absolute = author.0.path().display().to_string();
    for library in [".", &absolute] {
        let command = ["generate", "shoulder-injection", "-c", "."];
        let (said, code) = author.run(&[&["--library", library], &command[..]].concat());
        assert_eq!(code, Some(0), "{said}");
    }
}

#[test]
fn files_with_a_wrong_name_or_place() {
    let own = "shoulder-injection:\n  subtitle: Our own words\n";
    for (path, help) in [
        ("text/en.yml", "`en.yaml`"),
        ("text/en.YAML", "`en.yaml`"),
        ("text/en.yaml.txt", "`en.yaml`"),
        ("text/En.yml", "`en.yaml`"),
        ("Text/en.yaml", "rename the folder to `text`"),
        ("en.yaml", "move it to `text/en.yaml`"),
    ] {
        let author = Author::new();
        fs::remove_dir_all(author.path("text")).unwrap();
        author.write(path, own);
        author.reports(&["unread-file", "is not read", help]);
    }
    for (from, to) in [
        ("references.yaml", "references.yml"),
        ("references.yaml", "references.yaml.txt"),
        ("references.yaml", "References.yaml"),
        (
            "shoulder-injection/text/en.yaml",
            "shoulder-injection/text/en.yml",
        ),
        ("shoulder-injection/text", "shoulder-injection/Text"),
    ] {
        let author = Author::new();
        author.rename(from, to);
        author.reports(&["unread-file", "is not read"]);
    }
    let author = Author::new();
    author.write("clinic.lock.txt", "overrides: {}\n");
    author.reports(&["unread-file", "rename it to `clinic.lock`"]);
}

#[test]
fn a_main_file_with_a_wrong_name() {
    for name in ["clinic.yaml.txt", "clinic.yml", "Clinic.yaml"] {
        let author = Author::new();
        author.rename("clinic.yaml", name);
        author.run(&["generate", "shoulder-injection", "-c", "."]);
        for command in [
            &["generate", "shoulder-injection", "-c", "."][..],
            &["check", "-c", "."],
            &["batch", "jobs.csv", "-c", ".", "-o", "out"],
        ] {
            let (said, code) = author.run(command);
            assert_ne!(code, Some(0), "{said}");
            assert!(
                said.contains(&format!("rename `{name}` to `clinic.yaml`")),
                "{said}"
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_not_passed_over() {
    use std::os::unix::fs::symlink;
    for name in ["clinic.lock", "references.yaml", "text/en.yaml", "text"] {
        let author = Author::new();
        let path = author.path(name);
        if path.is_dir() {
            fs::remove_dir_all(&path).unwrap();
        } else if path.exists() {
            fs::remove_file(&path).unwrap();
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink("nowhere", &path).unwrap();
        author.reports(&["unread-file", "is a link to a file that does not exist"]);
    }
    let author = Author::new();
    fs::remove_dir_all(author.path("text")).unwrap();
    fs::create_dir(author.path("text")).unwrap();
    let made = Command::new("mkfifo")
        .arg(author.path("text/en.yaml"))
        .status();
    if made.is_ok_and(|status| status.success()) {
        author.reports(&["unread-file", "is not a file"]);
    }
}

#[cfg(unix)]
#[test]
fn linked_folders_do_not_leave_the_clinic() {
    use std::os::unix::fs::symlink;
    for name in ["text", "shoulder-injection"] {
        let (author, elsewhere) = (Author::new(), TempDir::new().unwrap());
        let target = elsewhere.path().join("there");
        fs::rename(author.path(name), &target).unwrap_or_else(|_| {
            fs::create_dir(&target).unwrap();
        });
        symlink(&target, author.path(name)).unwrap();
        let (said, code) = author.run(&["check", "."]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("unsafe-path"), "{said}");
    }
    // A link inside the folder is as good as the folder itself.
    let author = Author::new();
    author.rename("text", ".words/text");
    symlink(".words/text", author.path("text")).unwrap();
    let (said, code) = author.generate();
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_missing_character_of_the_clinic_is_named_at_its_value() {
    let author = Author::new();
    author.change("clinic.yaml", "\"116 123\"", "\"116 𓀀 123\"");
    author.change(
        TEXT,
        "Call {{clinic.emergency_number}}",
        "Call {{clinic.crisis_line}}",
    );
    author.reports(&["missing-glyph", "clinic.yaml:4:19", "`𓀀` (U+13000)"]);
}

#[test]
fn faults_of_clinic_and_texts_are_shown_in_one_run() {
    for fault in ["phon: 1", "brand: { logo: none.svg, logo_alt: A leaf }"] {
        let author = Author::new();
        author.write("clinic.yaml", &format!("name: Ours\n{fault}\n"));
        author.change(TEXT, "  heading: What is it?", "  heading:What is it?");
        author.reports(&["clinic.yaml:2:", "en.yaml:15:"]);
    }
}

#[test]
fn suggests_no_other_paper() {
    let author = Author::new();
    author.change(TEXT, "@mohamadi-2017", "@mohammadi-2017");
    author.reports(&["unknown-citation", "did you mean `mohamadi-2017`?"]);
    author.change(TEXT, "@mohammadi-2017", "@mohamadi-2018");
    let (said, _) = author.generate();
    assert!(!said.contains("did you mean"), "{said}");
}

/// Runs the program in a folder. Returns stdout, stderr and the exit code.
fn run_in(folder: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    let run = test_project::run_in(folder, arguments);
    (String::from_utf8(run.stdout).unwrap(), run.stderr, run.code)
}

#[test]
fn shows_the_texts_of_a_leaflet_with_their_keys() {
    let author = Author::new();
    let show = |arguments: &[&str]| {
        let command = [&["show", "shoulder-injection", "-c", "."], arguments].concat();
        let (stdout, stderr, code) = run_in(author.0.path(), &command);
        assert_eq!(code, Some(0), "{stderr}");
        stdout
    };
    let keys = show(&["--keys"]);
    let lines: Vec<&str> = keys.lines().collect();
    assert_eq!(
        lines[..5],
        [
            "shoulder-injection.title",
            "shoulder-injection.subtitle",
            "shoulder-injection.short-title",
            "shoulder-injection.short-answer.heading",
            "shoulder-injection.short-answer.body",
        ]
    );
    assert!(keys.contains("shared.closing\n"), "{keys}");
    let list = show(&[]);
    assert!(
        list.contains("shoulder-injection.before-you-come.heading\n  Before you come\n"),
        "{list}"
    );
    assert!(list.contains("  - We clean your skin.\n"), "{list}");
}

#[test]
fn shown_yaml_is_a_text_layer() {
    let folder = TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("text")).unwrap();
    fs::write(folder.path().join("clinic.yaml"), "name: Ours\n").unwrap();
    let leaflet = || {
        let command = ["generate", "brain-fog", "-c", ".", "-o", "-"];
        let output = Command::new(PROGRAM)
            .args(["--date", "2026-11-29"])
            .args(command)
            .current_dir(folder.path())
            .env_clear()
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        PdfFile::read(&output.stdout).texts()
    };
    let before = leaflet();
    let (yaml, stderr, code) = run_in(folder.path(), &["show", "brain-fog", "--yaml", "-c", "."]);
    assert_eq!(code, Some(0), "{stderr}");
    fs::write(folder.path().join("text/en.yaml"), yaml).unwrap();
    let after = leaflet();
    let lost: Vec<&String> = before.iter().filter(|text| !after.contains(text)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn strict_check_fails_for_warnings() {
    let author = Author::new();
    author.change(TEXT, "A steroid calms swelling", "A steroid calms SWELLING");
    let check = ["check", "shoulder-injection", "-c", "."];
    assert_eq!(author.run(&check).1, Some(0));
    assert_eq!(author.run(&[&check[..], &["--strict"]].concat()).1, Some(1));
}

#[test]
fn a_new_library_and_its_first_handout() {
    let folder = TempDir::new().unwrap();
    let run = |arguments: &[&str]| {
        let (stdout, stderr, code) = run_in(folder.path(), arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {stderr}");
        stdout
    };
    run(&["new", "library", "foot-care"]);
    fs::write(folder.path().join("clinic.yaml"), "name: Ours\n").unwrap();
    run(&["--library", "foot-care", "new", "new-shoes"]);
    assert!(
        folder
            .path()
            .join("foot-care/new-shoes/handout.yaml")
            .is_file()
    );
    assert!(folder.path().join("foot-care/references.yaml").is_file());
    let (_, stderr, code) = run_in(folder.path(), &["--library", "foot-care", "check"]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("error[unreplaced-scaffold]"), "{stderr}");
    run(&["--library", "foot-care", "list"]);
    let draft = ["--library", "foot-care", "generate", "new-shoes", "--draft"];
    let (_, stderr, code) = run_in(folder.path(), &draft);
    assert_eq!(code, Some(1));
    assert_eq!(stderr.matches("error[").count(), 1, "{stderr}");
    let (_, stderr, code) = run_in(folder.path(), &["new", "library", "foot-care"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("already exists"), "{stderr}");
    for kind in ["glossary", "claims"] {
        assert!(run(&["schema", kind]).contains("\"type\": \"array\""));
    }
    assert!(run(&["help", "show"]).contains("--keys"));
}

#[test]
fn typed_list_on_one_line_of_an_item() {
    for item in ["• a • b • c", "{ text: \"• a • b\", lines: 1 }", "● a ● b"] {
        let author = Author::new();
        author.change(
            TEXT,
            "- I have no fever and no infection.",
            &format!("- {item}"),
        );
        let (said, code) = author.generate();
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("warning[lost-mark]"), "{item}: {said}");
    }
}

#[test]
fn key_without_a_space_in_every_position() {
    for (from, to) in [
        (
            "  heading: Before you come\n  body: |\n",
            "  heading:Before you come\n  x: |\n",
        ),
        (
            "  heading: Before you come\n  body: |\n    Eat",
            "  body:Eat",
        ),
        (
            "- I have no fever and no infection.",
            "- text:I have no fever.",
        ),
        (
            "  intro: Tick these off before the day.\n",
            "  intro: Tick these off\n    body:before the day.\n",
        ),
    ] {
        let author = Author::new();
        author.change(TEXT, from, to);
        author.reports(&[
            "a space is missing after the colon",
            "shoulder-injection/text/en.yaml:",
        ]);
    }
    // The last key of a block in a clinic's texts.
    for path in ["text/en.yaml", "clinic.yaml"] {
        let author = Author::new();
        let text = "shared:\n  about-medicines:\n    heading:What\n";
        match path {
            "clinic.yaml" => {
                let old = fs::read_to_string(author.path(path)).unwrap();
                let inner: String = text.lines().map(|line| format!("    {line}\n")).collect();
                author.write(path, &format!("{old}text:\n  en:\n{inner}"));
            }
            _ => {
                author.write(path, text);
            }
        }
        author.reports(&["a space is missing after the colon", path]);
    }
}

#[test]
fn faults_of_clinic_texts_and_templates_are_shown_in_one_run() {
    let author = Author::new();
    author.change("clinic.yaml", "name: ", "nam: ");
    author.change(
        TEXT,
        "Eat and drink as usual.",
        "Eat {{clinic.phon}} as usual [@nope-2020].",
    );
    author.change(
        TEXT,
        "Tick these off before the day.",
        "Tick {{#if}} these off.",
    );
    author.change(
        TEXT,
        "- I have no fever and no infection.",
        "- No <b>fever</b>.",
    );
    author.write("text/en.yaml", "shared:\n  closing: [\n");
    for arguments in [
        &["generate", "shoulder-injection", "-c", "."][..],
        &["check", "-c", "."],
        &["check", "."],
        &["check", "clinic.yaml"],
        &["check", "shoulder-injection"],
    ] {
        let (said, code) = author.run(arguments);
        assert_eq!(code, Some(1), "{said}");
        for part in [
            "missing-field",
            "clinic.phon",
            "template-syntax",
            "HTML is not supported",
            "text/en.yaml:2:",
        ] {
            assert!(said.contains(part), "{arguments:?}: no {part} in {said}");
        }
    }
}

#[test]
fn words_that_yaml_takes_away_are_reported() {
    for start in ["&more", "!important", "? why", "- dash", ", and"] {
        text_fault(
            "  heading: Before you come",
            &format!("  heading: {start} words"),
            &[
                "a text cannot begin with",
                "shoulder-injection/text/en.yaml:29:",
            ],
        );
    }
    text_fault(
        "- I have no fever and no infection.",
        "- &no fever",
        &["a text cannot begin with `&`", "en.yaml:39:"],
    );
}

#[test]
fn item_that_is_indented_further_than_the_one_above() {
    text_fault(
        "  items:\n    - I told",
        "  items:\n  - I told",
        &["part of the text above it", "en.yaml:38:"],
    );
    text_fault(
        "    - triamcinolone",
        "   - triamcinolone",
        &[
            "indented less than the text above",
            "with 4 spaces",
            "en.yaml:20:",
        ],
    );
}

#[test]
fn bracket_or_missing_bracket_in_a_row() {
    text_fault(
        "[Both, Better, Better, Both of these]",
        "[Both, Better, 50 % [a], x]",
        &[
            "in a text without quotation marks",
            "in quotes",
            "en.yaml:60:",
        ],
    );
    text_fault(
        "[Both, Better, Better, Both of these]",
        "Both, Better, Better, Both",
        &["in brackets, as in `[One, Two]`", "en.yaml:60:"],
    );
}

#[test]
fn key_without_colon_above_a_list() {
    text_fault(
        "  items:\n    - I told",
        "  items\n    - I told",
        &["the colon after the key is missing", "`items:`"],
    );
}

#[test]
fn entry_without_a_space_after_its_colon() {
    let author = Author::new();
    author.change(DEFINITION, "- checklist: getting", "- checklist:getting");
    author.reports(&["a space is missing after the colon", "`checklist: …`"]);
}

#[test]
fn heading_without_words_is_reported() {
    for heading in ["heading:", "heading: \"\""] {
        let author = Author::new();
        author.change(TEXT, "heading: Before you come", heading);
        let (said, code) = author.generate();
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("warning[empty-heading]"), "{heading}: {said}");
        assert!(
            said.contains("shoulder-injection/text/en.yaml:29:"),
            "{said}"
        );
    }
}

#[test]
fn handout_without_a_text_file_is_an_error() {
    let author = Author::new();
    author.rename(TEXT, "shoulder-injection/text/en.yam");
    for arguments in [&["check", "."][..], &["check", "shoulder-injection"]] {
        let (said, code) = author.run(arguments);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("rename it to `en.yaml`"), "{said}");
    }
}
