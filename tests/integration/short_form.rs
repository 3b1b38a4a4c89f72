//! The edition `short`, and preferences for printing.

use std::collections::BTreeSet;

use handout::document::{Block, Document, Inline};
use handout::{Edition, JobData, Paper, Renderer};
use lopdf::Document as Pdf;

use crate::shipped_library::ShippedLibrary;
use crate::test_project::TestProject;

/// Returns the words of a block.
fn words(block: &Block) -> String {
    let mut words = String::new();
    block.clone().visit_inlines(&mut |inline| {
        if let Inline::Text(text) = inline {
            words.push_str(text);
        }
    });
    words
}

/// Returns the words of each block that is or belongs to one of these keys.
fn words_of(document: &Document, keys: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for section in &document.sections {
        let mut key = section.key.clone();
        for block in &section.blocks {
            if let Some(own) = &block.key {
                key.clone_from(own);
            }
            if keys.contains(&key) {
                found.push((key.clone(), words(block)));
            }
        }
    }
    found
}

/// Returns the keys that a text layer or a definition locks.
fn locked_keys(yaml: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut key = "";
    for line in yaml.lines() {
        if line.trim() == "locked: true" {
            keys.insert(key.to_owned());
        } else if let Some(entry) = line.strip_prefix("  - ") {
            key = entry.split(": ").last().unwrap();
        } else if !line.starts_with(' ') && line.ends_with(':') {
            key = line.trim_end_matches(':');
        }
    }
    keys
}

#[test]
fn short_form_has_every_locked_text() {
    let shipped = ShippedLibrary::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("handouts");
    let shared = std::fs::read_to_string(root.join("text/en.yaml")).unwrap();
    assert!(locked_keys(&shared).contains("crisis"));
    for id in shipped.library.ids() {
        let handout = shipped.library.handout(&id).unwrap();
        let own = std::fs::read_to_string(root.join(&id).join("text/en.yaml")).unwrap();
        let definition = std::fs::read_to_string(root.join(&id).join("handout.yaml")).unwrap();
        let keys: BTreeSet<String> = [&shared, &own, &definition]
            .into_iter()
            .flat_map(|yaml| locked_keys(yaml))
            .collect();
        let make = |edition| {
            let request = shipped
                .request(&handout, Paper::A4, "2026-11-21")
                .with_edition(edition);
            handout::leaflet::document(&request, &JobData::new())
                .unwrap()
                .document
        };
        let (full, short) = (make(Edition::STANDARD), make(Edition::SHORT));
        let in_full = words_of(&full, &keys);
        assert!(!in_full.is_empty(), "{id}");
        assert_eq!(words_of(&short, &keys), in_full, "{id}");
    }
}

#[test]
fn short_form_is_one_page_in_every_format() {
    let project = TestProject::new();
    for (arguments, name) in [
        (&["visit", "-e", "short"][..], "visit-short.pdf"),
        (
            &["visit", "-e", "mono,short", "-p", "a5"],
            "visit-short-mono-a5.pdf",
        ),
        (&["visit", "-e", "short", "-f", "html"], "visit-short.html"),
        (&["visit", "-e", "short", "-f", "text"], "visit-short.txt"),
    ] {
        let run = project.generate(arguments);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert_eq!(project.made(), [name]);
        std::fs::remove_file(project.path(name)).unwrap();
    }
}

/// One leaflet has a picture, a table and three call-outs that are locked.
#[test]
fn shipped_leaflets_have_short_forms_on_a4() {
    let shipped = ShippedLibrary::new();
    for id in shipped.library.ids() {
        let handout = shipped.library.handout(&id).unwrap();
        let request = shipped
            .request(&handout, Paper::A4, "2026-11-21")
            .with_edition(Edition::SHORT);
        let made = handout::render(&request, &JobData::new(), &mut Renderer::new());
        match id.as_str() {
            "spine-and-nerves" => assert!(made.is_err(), "{id}"),
            _ => assert_eq!(made.unwrap().layout.pages.len(), 1, "{id}"),
        }
    }
}

/// With wider spacing, lines in panels on Letter would be longer than readable.
#[test]
fn spaced_short_forms_have_lines_of_at_most_95_characters() {
    let shipped = ShippedLibrary::new();
    for id in ["sensitive-pain-system", "sleep", "brain-fog"] {
        let file = shipped
            .make_edition(id, Paper::Letter, Edition::SHORT)
            .bytes;
        let (measure, _) = handout::inspect::inspect(file, None)
            .unwrap()
            .measure
            .unwrap();
        assert!(measure <= 95.0, "{id}: {measure}");
    }
}

/// Returns how viewers print a file.
fn preferences(file: &[u8]) -> [String; 4] {
    let file = Pdf::load_mem(file).unwrap();
    let preferences = file
        .catalog()
        .unwrap()
        .get(b"ViewerPreferences")
        .unwrap()
        .as_dict()
        .unwrap();
    [
        "PrintScaling",
        "Duplex",
        "PickTrayByPDFSize",
        "DisplayDocTitle",
    ]
    .map(|name| format!("{:?}", preferences.get(name.as_bytes()).unwrap()))
}

#[test]
fn viewers_print_pages_in_their_size() {
    let shipped = ShippedLibrary::new();
    for (edition, duplex) in [
        (Edition::STANDARD, "/DuplexFlipLongEdge"),
        (Edition::SHORT, "/Simplex"),
    ] {
        let file = shipped
            .make_edition("brain-scan-studies", Paper::A4, edition)
            .bytes;
        assert_eq!(preferences(&file), ["/None", duplex, "true", "true"]);
    }
}

#[test]
fn long_short_form_is_refused() {
    let project = TestProject::new();
    let long = "We are glad that you come. ".repeat(200);
    project.change(
        "library/visit/text/en.yaml",
        "we are glad that you come.",
        &long,
    );
    let run = project.generate(&["visit", "-e", "short"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("error[long-short-form]: the short form of `visit` is about"),
        "{}",
        run.stderr
    );
    assert_eq!(project.made(), [""; 0]);
}
