//! A clinic and a handout of one's own, from the first command on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pdf_reader::PdfFile;
use serde_json::Value;
use tempfile::TempDir;

use crate::test_project::PROGRAM;

struct Desk(TempDir);

impl Desk {
    fn new() -> Desk {
        Desk(TempDir::new().unwrap())
    }

    /// Runs the program in a folder of the desk; gives what it said, and its exit code.
    fn run_in(&self, folder: &str, arguments: &[&str]) -> (String, Option<i32>) {
        let mut command = Command::new(PROGRAM);
        command.current_dir(self.0.path().join(folder)).env_clear();
        let output = command
            .args(["--date", "2026-11-21"])
            .args(arguments)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr]
            .map(|bytes| String::from_utf8(bytes).unwrap())
            .concat();
        (said, output.status.code())
    }

    #[track_caller]
    fn does(&self, arguments: &[&str]) -> String {
        let (said, code) = self.run_in(".", arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
        said
    }

    /// The command is refused before it changes anything.
    #[track_caller]
    fn refuses(&self, arguments: &[&str], message: &str) {
        let before = self.files();
        let (said, code) = self.run_in(".", arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains(message), "{arguments:?}: {said}");
        assert_eq!(self.files(), before, "{arguments:?}");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// All files with their contents, sorted.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        fn visit(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    visit(&path, files);
                } else {
                    files.push((path.clone(), fs::read(&path).unwrap()));
                }
            }
        }
        let mut files = Vec::new();
        visit(self.0.path(), &mut files);
        files.sort();
        files
    }

    /// The first line of a file names its schema, which is there and is one.
    fn schema_of(&self, path: &str) -> Value {
        let text = self.read(path);
        let line = text.lines().next().unwrap();
        let schema = line
            .strip_prefix("# yaml-language-server: $schema=")
            .unwrap();
        let schema = self.0.path().join(path).parent().unwrap().join(schema);
        let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
        assert_eq!(
            schema["$schema"], "https://json-schema.org/draft/2020-12/schema",
            "{path}"
        );
        schema
    }
}

/// A file as it is when every example in it is taken: `#key: value` is one, `# words` are not.
fn with_examples(text: &str) -> String {
    let line = |line: &str| {
        let inner = line.trim_start();
        match inner.strip_prefix('#') {
            Some(example) if !example.starts_with(' ') || example.starts_with("  ") => {
                format!("{}{example}\n", &line[..line.len() - inner.len()])
            }
            _ => format!("{line}\n"),
        }
    };
    text.lines().map(line).collect()
}

#[test]
fn new_clinic_makes_leaflets_at_once() {
    let desk = Desk::new();
    let said = desk.does(&["customize", "init", "St Mary's \"Pain\" Clinic: #1"]);
    assert!(
        said.contains("handout generate brain-fog --clinic st-marys-pain-clinic-1"),
        "{said}"
    );
    let said = desk.does(&[
        "generate",
        "brain-fog",
        "sleep",
        "--clinic",
        "st-marys-pain-clinic-1",
    ]);
    assert_eq!(said, "brain-fog.pdf (4 pages)\nsleep.pdf (5 pages)\n");
    let (said, code) = desk.run_in(
        "st-marys-pain-clinic-1",
        &["check", "clinic.yaml", "--quiet"],
    );
    assert_eq!((said.as_str(), code), ("", Some(0)));
}

#[test]
fn new_clinic_overwrites_nothing() {
    let desk = Desk::new();
    desk.does(&["customise", "init", "Hillside Surgery"]);
    desk.refuses(
        &["customize", "init", "hillside surgery"],
        "`hillside-surgery` is already there",
    );
    desk.refuses(&["customize", "init", "  "], "one line of text");
    desk.refuses(&["customize", "init", "A\nB"], "one line of text");
    desk.write("taken", "a file");
    desk.refuses(&["customize", "init", "Taken"], "`taken` is already there");
}

#[test]
fn new_clinic_explains_every_key() {
    let desk = Desk::new();
    desk.does(&["customize", "init", "Hillside"]);
    let clinic = desk.read("hillside/clinic.yaml");
    let properties = &desk.schema_of("hillside/clinic.yaml")["properties"];
    let inner = ["brand", "defaults"].map(|key| &properties[key]["properties"]);
    let mut keys = 0;
    for key in [properties, inner[0], inner[1]]
        .iter()
        .flat_map(|map| map.as_object().unwrap().keys())
    {
        assert!(
            key == "color" || clinic.contains(&format!("{key}:")),
            "{key}"
        );
        keys += 1;
    }
    assert!(keys > 25, "{keys}");
    desk.schema_of("hillside/text/en.yaml");
}

#[test]
fn every_example_in_a_new_clinic_can_be_taken() {
    let desk = Desk::new();
    desk.does(&["customize", "init", "Hillside"]);
    let text = "hillside/text/en.yaml";
    for file in ["hillside/clinic.yaml", text] {
        let examples = with_examples(&desk.read(file));
        assert_ne!(examples, desk.read(file));
        desk.write(file, &examples);
    }
    // Without section and text the one would miss the other.
    assert!(desk.read(text).contains("\n  our-classes:\n"));
    assert!(
        desk.read("hillside/clinic.yaml")
            .contains("\nphone: 01632 960 123")
    );
    fs::create_dir(desk.0.path().join("hillside/fonts")).unwrap();
    for weight in ["Regular", "Bold"] {
        let bundled =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fonts/SourceSans3-{weight}.ttf"));
        fs::copy(
            bundled,
            desk.0
                .path()
                .join(format!("hillside/fonts/Own-{weight}.ttf")),
        )
        .unwrap();
    }
    desk.does(&["generate", "brain-fog", "--clinic", "hillside"]);
    let (said, code) = desk.run_in(
        "hillside",
        &["check", "brain-fog", "--clinic", "clinic.yaml", "--quiet"],
    );
    assert_eq!((said.as_str(), code), ("", Some(0)));
}

#[test]
fn new_handout_of_a_clinic_passes_every_check() {
    let desk = Desk::new();
    desk.does(&["customize", "init", "Hillside"]);
    let said = desk.does(&["new", "our-classes", "--clinic", "hillside"]);
    assert!(said.contains("hillside/references.yaml"), "{said}");
    assert_eq!(
        desk.does(&["check", "our-classes", "--clinic", "hillside", "--quiet"]),
        ""
    );
    assert_eq!(
        desk.does(&["generate", "our-classes", "--clinic", "hillside"]),
        "our-classes.pdf (2 pages)\n"
    );
    for file in ["handout.yaml", "text/en.yaml"] {
        desk.schema_of(&format!("hillside/our-classes/{file}"));
    }

    // A second one, begun in the clinic's folder, cites what is there.
    let references = desk.read("hillside/references.yaml");
    let (said, code) = desk.run_in("hillside", &["new", "our-team"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("handout check our-team --clinic .\n"),
        "{said}"
    );
    assert_eq!(desk.read("hillside/references.yaml"), references);
    let (said, code) = desk.run_in(
        "hillside",
        &["check", "our-team", "--clinic", ".", "--quiet"],
    );
    assert_eq!((said.as_str(), code), ("", Some(0)));
}

#[test]
fn new_handout_stands_in_a_library_or_alone() {
    let desk = Desk::new();
    desk.does(&["new", "our-classes"]);
    assert_eq!(desk.does(&["check", "our-classes", "--quiet"]), "");
    desk.does(&["generate", "our-classes"]);

    desk.write("library/library.yaml", "name: Ours\n");
    let (said, code) = desk.run_in("library", &["new", "first"]);
    assert_eq!(code, Some(0), "{said}");
    let (said, code) = desk.run_in("library", &["check", "--library", ".", "--quiet"]);
    assert_eq!((said.as_str(), code), ("", Some(0)));
}

#[test]
fn new_handout_overwrites_nothing() {
    let desk = Desk::new();
    desk.does(&["new", "our-classes"]);
    desk.refuses(&["new", "our-classes"], "`our-classes` is already there");
    desk.refuses(&["new", "sleep"], "`sleep` is a handout of the library");
    desk.refuses(&["new", "../sleep"], "is no id");
    desk.refuses(&["new", "Our Classes"], "as in `our-classes`");
    desk.refuses(
        &["new", "other", "--clinic", "nowhere"],
        "no clinic at `nowhere`",
    );
}

#[test]
fn clinic_cites_sources_of_its_own_and_of_the_library() {
    let desk = Desk::new();
    desk.does(&["customize", "init", "Hillside"]);
    desk.does(&["new", "our-classes", "--clinic", "hillside"]);
    let text = desk.read("hillside/our-classes/text/en.yaml");
    let both = text.replace("[@own-source]", "[@own-source; @rcp-2022]");
    desk.write("hillside/our-classes/text/en.yaml", &both);
    desk.does(&["generate", "our-classes", "--clinic", "hillside"]);

    // Its own words in a leaflet of the library, too.
    desk.write(
        "hillside/text/en.yaml",
        "sleep:\n  what-we-do-not-know:\n    body: |\n      {{> base}}\n\n      We ask you [@own-source].\n",
    );
    desk.does(&["generate", "sleep", "--clinic", "hillside"]);

    // What the library has already, it cannot replace.
    let references = desk.read("hillside/references.yaml");
    desk.write(
        "hillside/references.yaml",
        &references.replace("own-source:", "rcp-2022:"),
    );
    let (said, code) = desk.run_in(".", &["generate", "sleep", "--clinic", "hillside"]);
    assert_eq!(code, Some(1));
    let message = "error[duplicate-key]: `rcp-2022` stands already in `handouts/references.yaml`\n --> hillside/references.yaml:7:1\n";
    assert!(said.contains(message), "{said}");
}

/// What the leaflet says in the language that the clinic writes in `defaults`, whose texts are these.
fn leaflet_in(language: &str, texts: &str) -> String {
    let desk = Desk::new();
    desk.write("library/library.yaml", "name: Visits\n");
    let definition = "id: visit\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: day\n    role: main-message\n";
    desk.write("library/visit/handout.yaml", definition);
    let words = "title: Visit\nday:\n  heading: The day\n  body: \"Come on {{date \\\"2026-12-01\\\"}} to our centre.\"\n";
    for tag in ["en", "sv", "nb"] {
        desk.write(&format!("library/visit/text/{tag}.yaml"), words);
    }
    desk.write(
        "clinic.yaml",
        &format!("name: C\ndefaults: {{ language: {language} }}\ntext:\n{texts}"),
    );
    desk.does(&[
        "--library",
        "library",
        "check",
        "visit",
        "-c",
        "clinic.yaml",
        "-q",
    ]);
    desk.does(&[
        "--library",
        "library",
        "generate",
        "visit",
        "-c",
        "clinic.yaml",
        "-o",
        "visit.pdf",
    ]);
    let bytes = fs::read(desk.0.path().join("visit.pdf")).unwrap();
    let file = PdfFile::read(&bytes);
    let tag = file.document.catalog().unwrap().get(b"Lang").unwrap();
    assert_eq!(
        crate::pdf_reader::text_string(tag).as_deref(),
        Some(language)
    );
    file.texts().join("\n").replace('\u{a0}', " ")
}

#[test]
fn days_and_spelling_are_those_of_the_clinics_country() {
    for (language, day) in [
        ("en", "Come on 1 December 2026 to"),
        ("en-GB", "Come on 1 December 2026 to"),
        ("en-US", "Come on December 1, 2026 to"),
        ("sv-SE", "Come on 1 december 2026 to"),
        ("nb", "Come on 1. desember 2026 to"),
    ] {
        let said = leaflet_in(language, "  da: {}\n");
        assert!(said.contains(day), "{language}: {said}");
    }
    // What holds for all countries, and what for one only.
    let shared = "  en: { visit: { title: Our visit, day: { heading: Our day } } }\n";
    let american = "  en-US: { visit: { day: { heading: \"{{> base}}, in the center\" } } }\n";
    let said = leaflet_in("en-US", &format!("{shared}{american}"));
    assert!(
        said.contains("Our visit") && said.contains("Our day, in the center"),
        "{said}"
    );
    let said = leaflet_in("en-GB", &format!("{shared}{american}"));
    assert!(
        said.contains("Our day") && !said.contains("center"),
        "{said}"
    );
}
