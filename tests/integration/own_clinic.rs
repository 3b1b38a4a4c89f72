//! New clinics and new handouts: `handout customize init` and `handout new`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pdf_reader::PdfFile;
use serde_json::Value;
use tempfile::TempDir;

use crate::test_project::PROGRAM;

struct EmptyFolder(TempDir);

impl EmptyFolder {
    fn new() -> EmptyFolder {
        EmptyFolder(TempDir::new().unwrap())
    }

    /// Runs the program in a subfolder. Returns its output and its exit code.
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
    fn succeeds(&self, arguments: &[&str]) -> String {
        let (said, code) = self.run_in(".", arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
        said
    }

    /// Asserts that the command fails with this message and changes no file.
    #[track_caller]
    fn fails(&self, arguments: &[&str], message: &str) {
        let before = self.files();
        let (said, code) = self.run_in(".", arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains(message), "{arguments:?}: {said}");
        assert_eq!(self.files(), before, "{arguments:?}");
    }

    /// Asserts that the content is at fault. Returns the output.
    #[track_caller]
    fn refuses(&self, arguments: &[&str]) -> String {
        let (said, code) = self.run_in(".", arguments);
        assert_eq!(code, Some(1), "{arguments:?}: {said}");
        said
    }

    /// Writes other words in place of the sample texts of a new handout and its reference.
    fn replace_samples(&self, handout: &str) {
        let file = format!("{handout}/text/en.yaml");
        let mut text = self.read(&file);
        for (sample, words) in [
            (
                "**Say here what your reader most needs to know.** Use one or two short sentences, as if you were sitting \
                 face to face with somebody who is worried",
                "You may bring a friend",
            ),
            (
                "**Name one thing** that your reader can do today.",
                "**Put it in your diary.**",
            ),
            (
                "Explain what helps, in everyday words that you would use when you talk with a patient. Say how much it \
                 helps and for how many people, because readers want to decide for themselves. Then name the study or \
                 guideline that your statement comes from",
                "Come each week",
            ),
            (
                "Name the signs here, so that nobody has to guess.",
                "One sign is a fever.",
            ),
        ] {
            assert!(text.contains(sample), "{sample}");
            text = text.replace(sample, words);
        }
        self.write(&file, &text);
        let folder = handout.rsplit_once('/').map_or(".", |(folder, _)| folder);
        let file = format!("{folder}/references.yaml");
        if !self.0.path().join(&file).exists() {
            return;
        }
        let references = self.read(&file);
        let references = references.replace("Put your own source here", "Classes");
        self.write(
            &file,
            &references.replace("Write here who wrote it", "Hillside"),
        );
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Returns all files with their contents, sorted.
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

    /// Returns the JSON Schema that the first line of a file names.
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

/// Uncomments the examples: `#key: value` is an example, `# words` is a comment.
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
    let folder = EmptyFolder::new();
    let said = folder.succeeds(&["customize", "init", "St Mary's \"Pain\" Clinic: #1"]);
    assert!(
        said.contains("handout generate arthritis-or-fibromyalgia --clinic st-marys-pain-clinic-1"),
        "{said}"
    );
    let said = folder.succeeds(&[
        "generate",
        "brain-fog",
        "sleep",
        "--clinic",
        "st-marys-pain-clinic-1",
    ]);
    let written = "brain-fog.pdf (5 pages)\nsleep.pdf (6 pages)\n";
    assert!(said.starts_with(written), "{said}");
    // The clinic has yet to write its numbers.
    for field in ["phone", "emergency_number"] {
        let lacks = format!("the clinic has no `{field}`");
        assert_eq!(said.matches(&lacks).count(), 1, "{said}");
    }
    assert_eq!(said.matches("warning[").count(), 2, "{said}");
    let (said, code) = folder.run_in(
        "st-marys-pain-clinic-1",
        &["check", "clinic.yaml", "--quiet"],
    );
    assert_eq!((said.as_str(), code), ("", Some(0)));
}

#[test]
fn new_clinic_overwrites_nothing() {
    let folder = EmptyFolder::new();
    folder.succeeds(&["customise", "init", "Hillside Surgery"]);
    folder.fails(
        &["customize", "init", "hillside surgery"],
        "`hillside-surgery` already exists",
    );
    folder.fails(&["customize", "init", "  "], "on one line");
    folder.fails(&["customize", "init", "A\nB"], "on one line");
    // Names that `generate` would refuse.
    for name in ["Test", "TBC", "[clinic name]"] {
        let message = "write the name that patients know, as in \"Riverside Pain Clinic\"";
        folder.fails(&["customize", "init", name], message);
    }
    folder.fails(
        &["customize", "init", &"Hill".repeat(60)],
        "more than 200 letters",
    );
    folder.write("taken", "a file");
    folder.fails(&["customize", "init", "Taken"], "`taken` already exists");
}

#[test]
fn new_clinic_explains_every_key() {
    let folder = EmptyFolder::new();
    folder.succeeds(&["customize", "init", "Hillside"]);
    let clinic = folder.read("hillside/clinic.yaml");
    let properties = &folder.schema_of("hillside/clinic.yaml")["properties"];
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
    folder.schema_of("hillside/text/en.yaml");
}

#[test]
fn every_example_in_a_new_clinic_works() {
    let folder = EmptyFolder::new();
    folder.succeeds(&["customize", "init", "Hillside"]);
    let text = "hillside/text/en.yaml";
    for file in ["hillside/clinic.yaml", text] {
        let examples = with_examples(&folder.read(file));
        assert_ne!(examples, folder.read(file));
        folder.write(file, &examples);
    }
    // The section needs its text, and the text its section.
    assert!(folder.read(text).contains("\n  our-classes:\n"));
    assert!(
        folder
            .read("hillside/clinic.yaml")
            .contains("\nphone: 01632 960 000")
    );
    fs::create_dir(folder.0.path().join("hillside/fonts")).unwrap();
    let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    let own = folder.0.path().join("hillside/fonts");
    for weight in ["Regular", "Bold"] {
        let bundled = fonts.join(format!("SourceSans3-{weight}.ttf"));
        for name in ["Own-{weight}.ttf", "NotoSansSC-{weight}.otf"] {
            fs::copy(&bundled, own.join(name.replace("{weight}", weight))).unwrap();
        }
    }
    folder.succeeds(&["generate", "brain-fog", "--clinic", "hillside"]);
    let (said, code) = folder.run_in(
        "hillside",
        &["check", "brain-fog", "--clinic", "clinic.yaml", "--quiet"],
    );
    assert_eq!((said.as_str(), code), ("", Some(0)));
}

#[test]
fn new_handout_of_a_clinic_passes_every_check() {
    let folder = EmptyFolder::new();
    folder.succeeds(&["customize", "init", "Hillside"]);
    let said = folder.succeeds(&["new", "our-classes", "--clinic", "hillside"]);
    assert!(said.contains("hillside/references.yaml"), "{said}");
    let checked = folder.refuses(&["check", "our-classes", "--clinic", "hillside"]);
    // Only the sample text, the first review, and the telephone number that the clinic has yet to write.
    assert_eq!(checked.matches("error[").count(), 1, "{checked}");
    assert_eq!(checked.matches("warning[").count(), 2, "{checked}");
    assert!(checked.contains("the clinic has no `phone`"), "{checked}");
    assert!(checked.contains("error[unreplaced-scaffold]"), "{checked}");
    assert!(checked.contains("warning[review-due-soon]"), "{checked}");
    // Nobody can take it for a finished leaflet.
    let generate = ["generate", "our-classes", "--clinic", "hillside"];
    folder.refuses(&generate);
    let made = folder.refuses(&[&generate[..], &["--draft"]].concat());
    assert!(
        made.starts_with("our-classes-draft.pdf (2 pages)\n"),
        "{made}"
    );
    folder.replace_samples("hillside/our-classes");
    let made = folder.succeeds(&generate);
    assert!(made.starts_with("our-classes.pdf (2 pages)\n"), "{made}");
    // Nobody has reviewed it, and it does not say so.
    let text = folder.succeeds(&[&generate[..], &["-f", "text", "-o", "-"]].concat());
    assert!(
        text.contains("general information, and it does not replace advice"),
        "{text}"
    );
    assert!(!text.contains("last reviewed"), "{text}");
    let file = "hillside/our-classes/handout.yaml";
    let definition = folder.read(file).replace("#reviewed:", "reviewed:");
    folder.write(file, &definition);
    let text = folder.succeeds(&[&generate[..], &["-f", "text", "-o", "-"]].concat());
    assert!(
        text.contains("It was last reviewed in November\n2026"),
        "{text}"
    );
    for file in ["handout.yaml", "text/en.yaml"] {
        folder.schema_of(&format!("hillside/our-classes/{file}"));
    }

    // A second handout, created in the clinic's folder, cites the reference of the first.
    let references = folder.read("hillside/references.yaml");
    let (said, code) = folder.run_in("hillside", &["new", "our-team"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("handout check our-team --clinic .\n"),
        "{said}"
    );
    assert_eq!(folder.read("hillside/references.yaml"), references);
    folder.replace_samples("hillside/our-team");
    let (said, code) = folder.run_in(
        "hillside",
        &["check", "our-team", "--clinic", ".", "--quiet"],
    );
    assert_eq!((said.as_str(), code), ("", Some(0)));
}

#[test]
fn new_handout_works_in_a_library_or_alone() {
    let folder = EmptyFolder::new();
    folder.succeeds(&["new", "our-classes"]);
    folder.replace_samples("our-classes");
    assert_eq!(folder.succeeds(&["check", "our-classes", "--quiet"]), "");
    folder.succeeds(&["generate", "our-classes"]);

    folder.write("library/library.yaml", "name: Ours\n");
    let (said, code) = folder.run_in("library", &["new", "first"]);
    assert_eq!(code, Some(0), "{said}");
    folder.replace_samples("library/first");
    let (said, code) = folder.run_in("library", &["check", "--library", ".", "--quiet"]);
    assert_eq!((said.as_str(), code), ("", Some(0)));
}

#[test]
fn new_handout_has_a_text_in_each_language_of_the_clinic() {
    let folder = EmptyFolder::new();
    folder.write(
        "c/clinic.yaml",
        "name: Hill\nphone: 01632 960 777\ndefaults: { language: sv }\ntext: { ar: {}, de: {} }\n",
    );
    folder.write("c/text/en-GB.yaml", "shared: {}\n");
    let said = folder.succeeds(&["new", "classes", "--clinic", "c"]);
    for language in ["sv", "de", "en"] {
        let path = format!("c/classes/text/{language}.yaml");
        assert!(said.contains(&path), "{said}");
        let text = folder.read(&path);
        let is_named = text.contains(&format!("The text of the leaflet in `{language}`."));
        assert_eq!(is_named, language != "en", "{text}");
    }
    assert!(!said.contains("ar.yaml"), "{said}");
    let definition = folder.read("c/classes/handout.yaml");
    assert!(
        definition.contains("text/sv.yaml, text/de.yaml, text/en.yaml."),
        "{definition}"
    );
    for language in ["sv", "de"] {
        let said = folder.refuses(&["generate", "classes", "-c", "c", "-l", language, "--draft"]);
        assert_eq!(said.matches("error[").count(), 1, "{said}");
    }
}

#[test]
fn the_schema_of_texts_lists_all_interface_words() {
    let folder = EmptyFolder::new();
    let schema: Value = serde_json::from_str(&folder.succeeds(&["schema", "text"])).unwrap();
    let words = &schema["properties"]["words"]["properties"];
    assert_eq!(
        words["references"]["description"],
        "In English: “Where this comes from”"
    );
    assert_eq!(
        words["page-of"]["description"],
        "In English: “Page {page} of {pages}”"
    );
    // The message on another language names the same words.
    folder.write("library.yaml", "name: Ours\nlanguage: cy\n");
    let (said, code) = folder.run_in(".", &["new", "first"]);
    assert_eq!(code, Some(0), "{said}");
    let (said, _) = folder.run_in(".", &["check", "first", "--library", "."]);
    let (_, list) = said.split_once("These words are English: ").unwrap();
    let list = list.lines().next().unwrap();
    let listed: Vec<&str> = list.split(", ").collect();
    let mut named: Vec<&String> = words.as_object().unwrap().keys().collect();
    let mut expected = listed.clone();
    expected.sort_unstable();
    named.sort_unstable();
    assert_eq!(named, expected);
}

#[test]
fn new_handout_overwrites_nothing() {
    let folder = EmptyFolder::new();
    folder.succeeds(&["new", "our-classes"]);
    folder.fails(&["new", "our-classes"], "`our-classes` already exists");
    folder.fails(&["new", "sleep"], "`sleep` is a handout of the library");
    folder.fails(&["new", "../sleep"], "is not an id");
    folder.fails(&["new", "Our Classes"], "as in `our-classes`");
    folder.fails(
        &["new", "other", "--clinic", "nowhere"],
        "no clinic at `nowhere`",
    );
}

#[test]
fn other_words_for_fields_of_a_clinic_are_understood() {
    let folder = EmptyFolder::new();
    for (key, field) in [
        ("telephone", "phone"),
        ("Tel", "phone"),
        ("opening_hours", "hours"),
        ("homepage", "website"),
    ] {
        folder.write("clinic.yaml", &format!("name: Hillside\n{key}: 1\n"));
        let (said, code) = folder.run_in(".", &["generate", "sleep", "-c", "clinic.yaml"]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(&format!("no field `{key}` here")), "{said}");
        assert!(said.contains(&format!("did you mean `{field}`?")), "{said}");
    }
    folder.write("north.yaml", "name: North\ntelephone: 1\n");
    let (said, _) = folder.run_in(".", &["generate", "sleep", "-c", "north.yaml"]);
    assert!(said.contains("did you mean `phone`?"), "{said}");
}

#[test]
fn clinic_cites_its_references_and_the_librarys() {
    let folder = EmptyFolder::new();
    folder.succeeds(&["customize", "init", "Hillside"]);
    folder.succeeds(&["new", "our-classes", "--clinic", "hillside"]);
    let text = folder.read("hillside/our-classes/text/en.yaml");
    let both = text.replace("[@own-source]", "[@own-source; @rcp-2022]");
    folder.write("hillside/our-classes/text/en.yaml", &both);
    folder.replace_samples("hillside/our-classes");
    folder.succeeds(&["generate", "our-classes", "--clinic", "hillside"]);

    // A clinic's text in a library handout cites them, too.
    folder.write(
        "hillside/text/en.yaml",
        "sleep:\n  what-we-do-not-know:\n    body: |\n      {{> base}}\n\n      We ask you [@own-source].\n",
    );
    folder.succeeds(&["generate", "sleep", "--clinic", "hillside"]);

    // A clinic cannot replace a reference of the library.
    let references = folder.read("hillside/references.yaml");
    folder.write(
        "hillside/references.yaml",
        &references.replace("own-source:", "rcp-2022:"),
    );
    let (said, code) = folder.run_in(".", &["generate", "sleep", "--clinic", "hillside"]);
    assert_eq!(code, Some(1));
    let message = "error[duplicate-key]: `rcp-2022` is already in `handouts/references.yaml`\n  --> hillside/references.yaml:26:1\n";
    assert!(said.contains(message), "{said}");
}

/// Returns the text of a leaflet for a clinic with this default language and these texts.
fn leaflet_in(language: &str, texts: &str) -> String {
    let folder = EmptyFolder::new();
    folder.write("library/library.yaml", "name: Visits\n");
    let definition = "id: visit\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: day\n    role: main-message\n";
    folder.write("library/visit/handout.yaml", definition);
    let words = "title: Visit\nday:\n  heading: The day\n  body: \"Come on {{date \\\"2026-12-01\\\"}} to our centre.\"\n";
    for tag in ["en", "sv", "nb"] {
        folder.write(&format!("library/visit/text/{tag}.yaml"), words);
    }
    folder.write(
        "clinic.yaml",
        &format!("name: C\ndefaults: {{ language: {language} }}\ntext:\n{texts}"),
    );
    folder.succeeds(&[
        "--library",
        "library",
        "check",
        "visit",
        "-c",
        "clinic.yaml",
        "-q",
    ]);
    folder.succeeds(&[
        "--library",
        "library",
        "generate",
        "visit",
        "-c",
        "clinic.yaml",
        "-o",
        "visit.pdf",
    ]);
    let bytes = fs::read(folder.0.path().join("visit.pdf")).unwrap();
    let file = PdfFile::read(&bytes);
    let tag = file.document.catalog().unwrap().get(b"Lang").unwrap();
    assert_eq!(
        crate::pdf_reader::text_string(tag).as_deref(),
        Some(language)
    );
    file.texts().join("\n").replace('\u{a0}', " ")
}

#[test]
fn dates_and_spelling_follow_the_clinics_country() {
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
    // Texts for the language, and texts for one country.
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

#[test]
fn a_number_to_call_has_a_digit() {
    for (field, advice) in [
        ("emergency_number", "`emergency_number: \"999\"`"),
        ("crisis_line", "`crisis_line: \"116 123\"`"),
        ("phone", "`phone: \"01632 960 001\"`"),
    ] {
        for words in ["soon", "xyz"] {
            let folder = EmptyFolder::new();
            folder.write(
                "clinic.yaml",
                &format!("name: North Clinic\n{field}: {words}\n"),
            );
            let (said, code) = folder.run_in("", &["check", "clinic.yaml"]);
            // Call-outs print them.
            assert_eq!(code, Some(1), "{field}: {said}");
            assert!(said.contains(&format!("`{field}` has no digit")), "{said}");
            assert!(said.contains(&format!("as in {advice}")), "{said}");
        }
    }
    for number in ["999", "112 / 144", "911 (24 h)", "999 or 112"] {
        let folder = EmptyFolder::new();
        let clinic = format!("name: North Clinic\nemergency_number: \"{number}\"\n");
        folder.write("clinic.yaml", &clinic);
        let (said, _) = folder.run_in("", &["check", "clinic.yaml"]);
        assert!(!said.contains("emergency_number"), "{number}: {said}");
    }
}
