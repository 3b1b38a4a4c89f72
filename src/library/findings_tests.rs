//! Each finding of loading, as the user sees it, with the smallest file that gives it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use insta::assert_snapshot;
use schemars::Schema;

use super::bibliography::SourceKind;
use super::*;
use crate::report;
use crate::source::{SourceFile, from_bytes};

fn file(name: &str, text: &str) -> Arc<SourceFile> {
    from_bytes(text.as_bytes(), name.to_owned(), None).unwrap()
}

fn shown(findings: Vec<Finding>) -> String {
    report::human(&findings.iter().collect::<Vec<_>>(), false)
}

fn definition(text: &str) -> String {
    shown(Definition::parse(&file("handout.yaml", text), Some("sleep")).unwrap_err())
}

fn text(text: &str) -> String {
    shown(TextLayer::parse(&file("text/en.yaml", text)).unwrap_err())
}

/// Loads a clinic in a new folder, and removes the folder's path from its findings.
fn clinic(files: &[(&str, &[u8])]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let findings = Clinic::load(folder.path(), &Faces::bundled()).unwrap_err();
    shown(findings).replace(&folder.path().display().to_string(), "clinic")
}

const HEAD: &str = "id: sleep\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\n";

#[test]
fn yaml_syntax() {
    assert_snapshot!(definition("id: sleep\nversion: \"1.0.0\nsections: []\n"));
    assert_snapshot!(definition("id: sleep\nsections:\n\t- contact\n"));
    assert_snapshot!(definition(""));
    let not_utf8 = from_bytes(b"name: Caf\xe9\n", "library.yaml".to_owned(), None).unwrap_err();
    assert_snapshot!(shown(vec![not_utf8]));
}

#[test]
fn all_problems_of_a_definition_are_shown_together() {
    let text = "id: Sleep\nreviewed: 21 November 2026\nreview_by: 2028-11-31\nautor: me\naudience: adults\nsections:\n  - section: short-answer\n    certanty: some-evidence\n  - callout: check\n  - callout: real\n    kind: cautoin\n    kind: tip\n  - figrue: dial\n  - glosary\n  - [contact]\n";
    assert_snapshot!(definition(text));
}

#[test]
fn duplicate_key() {
    assert_snapshot!(definition(&format!(
        "{HEAD}codes: {{ icd-10: [M79.7], icd-10: [G93.3] }}\nsections: []\n"
    )));
    assert_snapshot!(definition(&format!(
        "{HEAD}sections:\n  - section: a\n  - table: a\n"
    )));
    assert_snapshot!(text(
        "what-helps: { heading: A }\nwhat-helps: { heading: B }\n"
    ));
}

#[test]
fn invalid_value() {
    assert_snapshot!(definition(&format!(
        "{}sections: []\n",
        HEAD.replace("id: sleep", "id: slep")
    )));
    assert_snapshot!(text(
        "title: 2024\nlist:\n  items: one\n  rows: [a]\n  boddy: x\n"
    ));
}

#[test]
fn too_large() {
    let deep = format!("a: {}1{}\n", "[".repeat(100), "]".repeat(100));
    assert_snapshot!(text(&deep));
    let mut bomb = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        bomb += &format!(
            "l{level}: &l{level} [{}]\n",
            vec![format!("*l{}", level - 1); 10].join(", ")
        );
    }
    let shown = clinic(&[(
        "clinic.yaml",
        format!("name: A\nvars:\n  {}", bomb.replace('\n', "\n  ")).as_bytes(),
    )]);
    assert!(shown.contains("error[too-large]"), "{shown}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.yaml");
    fs::File::create(&path)
        .unwrap()
        .set_len(50 * 1024 * 1024)
        .unwrap();
    let findings = Library::open(folder.path()).unwrap_err();
    assert_eq!(findings[0].id, "too-large");
}

#[test]
fn missing_file_and_unsafe_path() {
    assert_snapshot!(clinic(&[(
        "clinic.yaml",
        b"name: A\nbrand: { logo: lgoo.svg, logo_alt: A leaf }\n"
    )]));
    assert_snapshot!(clinic(&[(
        "clinic.yaml",
        b"name: A\nbrand: { logo: ../../etc/passwd, logo_alt: A leaf }\n"
    )]));
    assert_snapshot!(clinic(&[(
        "clinic.yaml",
        b"name: A\nbrand: { logo: /etc/passwd }\n"
    )]));
}

#[cfg(unix)]
#[test]
fn link_out_of_the_folder_is_an_unsafe_path() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("logo.svg"), "<svg/>").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join("figures")).unwrap();
    fs::write(
        folder.path().join("clinic.yaml"),
        "name: A\nbrand: { logo: figures/logo.svg, logo_alt: A }\n",
    )
    .unwrap();
    let findings = Clinic::load(folder.path(), &Faces::bundled()).unwrap_err();
    assert_eq!(findings[0].id, "unsafe-path");
}

#[test]
fn unreadable_and_unsafe_image() {
    let yaml = b"name: A\nbrand: { logo: logo.svg, logo_alt: A leaf }\n";
    assert_snapshot!(clinic(&[
        ("clinic.yaml", yaml),
        ("logo.svg", b"\x89PNG\r\n\x1a\n\0\0")
    ]));
    let script =
        br#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>x</script></svg>"#;
    assert_snapshot!(clinic(&[("clinic.yaml", yaml), ("logo.svg", script)]));
}

#[test]
fn clinic_of_wrong_types() {
    let yaml = b"name: A\nphone: 999\ncrisis_line: 116123\nbrand: { colour: green, size: 3 }\ndefaults: { paper: a3, langauge: en }\non_base_change: wran\ntext:\n  en:\n    shared: { a: { hedding: B } }\nsections:\n  sleep:\n    insert: [{ section: our-classes }]\n    move: [{ key: a, befor: b }]\n    remove: x\n";
    assert_snapshot!(clinic(&[("clinic.yaml", yaml)]));
}

#[test]
fn unknown_handout() {
    let library = Library::embedded().unwrap();
    assert_snapshot!(shown(library.handout("slep").unwrap_err()));
    assert!(library.handout("../handouts/sleep").is_err());
}

#[test]
fn reads_what_a_clinic_may_say() {
    let folder = tempfile::tempdir().unwrap();
    let yaml = "name: A\nphone: [01632 960 123, 01632 960 124]\nemergency_number: 999\nbrand: { color: \"#0f5c69\" }\nvars: { pain_school: Tuesdays, rooms: [1, 2] }\ntext:\n  en:\n    shared: { closing: Bye }\nsections:\n  sleep:\n    insert: [{ section: our-classes, after: what-helps }, { callout: c, kind: tip, before: x }]\n    move: [{ key: questions-to-ask, before: references }]\n    remove: [volume-dial]\n";
    fs::write(folder.path().join("clinic.yaml"), yaml).unwrap();
    fs::create_dir(folder.path().join("text")).unwrap();
    fs::write(
        folder.path().join("text/en.yaml"),
        "sleep: { title: Sleep }\nshared: { thanks: Thank you }\n",
    )
    .unwrap();
    let clinic = Clinic::load(&folder.path().join("clinic.yaml"), &Faces::bundled()).unwrap();
    assert_eq!(clinic.phones, ["01632 960 123", "01632 960 124"]);
    assert_eq!(clinic.facts.emergency_number.as_deref(), Some("999"));
    assert_eq!(
        clinic.colour,
        Some(crate::geometry::Colour::rgb(0x0f, 0x5c, 0x69))
    );
    assert_eq!(clinic.text["en"].shared.len(), 2);
    assert_eq!(
        clinic.text["en"].handouts["sleep"][0]
            .get("title")
            .unwrap()
            .text(),
        Some("Sleep")
    );
    let changes = &clinic.sections["sleep"];
    assert_eq!(changes.insert[0].1, Anchor::After("what-helps".to_owned()));
    assert_eq!(changes.moves[0].2, Anchor::Before("references".to_owned()));
    assert_eq!(changes.remove[0].0, "volume-dial");
}

#[test]
fn shipped_files_match_their_published_schemas() {
    // Only files with errors are compared with the schema when they are loaded.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("handouts");
    let check = |path: &Path, schema: Schema| {
        let file = source::read_text(path, path.display().to_string())
            .unwrap()
            .unwrap();
        let findings = source::diagnose(&file, &schema.to_value());
        assert!(findings.is_empty(), "{}", shown(findings));
    };
    check(&root.join("library.yaml"), FileKind::Library.schema());
    check(&root.join("text/en.yaml"), FileKind::Text.schema());
    check(
        &root.join("clinics/example/clinic.yaml"),
        FileKind::Clinic.schema(),
    );
    for id in Library::open(&root).unwrap().ids() {
        check(
            &root.join(&id).join("handout.yaml"),
            FileKind::Definition.schema(),
        );
        check(
            &root.join(&id).join("text/en.yaml"),
            FileKind::Text.schema(),
        );
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_bytes_make_loading_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        load_all(&bytes);
    }

    #[test]
    fn no_yaml_like_text_makes_loading_panic(text in "([a-c&*:|>\"' \n#{}\\[\\],\\\\é-]|id: |- |sections:\n|section: |\n  |title: |x20){0,60}") {
        load_all(text.as_bytes());
    }
}

fn load_all(bytes: &[u8]) {
    let file = match from_bytes(bytes, "any.yaml".to_owned(), None) {
        Ok(file) => file,
        Err(finding) => return drop(shown(vec![finding])),
    };
    let show = |result: Result<(), Vec<Finding>>| drop(result.map_err(shown));
    show(Definition::parse(&file, None).map(drop));
    show(TextLayer::parse(&file).map(drop));
    show(LibraryManifest::parse(&file).map(drop));
    show(Glossary::parse(&file, "en").map(|glossary| drop(glossary.terms("sv"))));
    show(Bibliography::parse(&file).map(drop));
}

#[test]
fn faults_of_references_and_terms_have_places() {
    let yaml = "a-2020:\n  grade: A\n  type: article\n  title: A\n\nb-2021:\n  type: artcle\n  title: B\nc:\n  type: book\n  date: soon\n";
    let bibliography = Bibliography::parse(&file("references.yaml", yaml));
    assert_snapshot!(shown(bibliography.unwrap_err()));
    let twice = Bibliography::parse(&file(
        "references.yaml",
        "a: {type: book}\nb: {type: book}\na: {type: book}\n",
    ));
    assert_snapshot!(shown(twice.unwrap_err()));
    let glossary = Glossary::parse(
        &file(
            "glossary.yaml",
            "- id: flare\n  tern: flare\n  avoid: bad spell\n",
        ),
        "en",
    );
    assert_snapshot!(shown(glossary.unwrap_err()));
}

#[test]
fn files_without_entries_are_empty() {
    for yaml in ["", "# Nothing yet.\n"] {
        let bibliography = Bibliography::parse(&file("references.yaml", yaml)).unwrap();
        assert!(bibliography.is_empty());
        let glossary = Glossary::parse(&file("glossary.yaml", yaml), "en").unwrap();
        assert!(glossary.terms("en").is_empty());
    }
}

#[test]
fn finds_terms_by_id_name_and_translation() {
    let yaml = "- { id: cbt-i, term: CBT-I, definition: Sleep training., sv: { term: KBT-I, definition: Träning. }, nb: KAT-I }\n- id: flare\n  term: \"fl\\x61re\"\n";
    let glossary = Glossary::parse(&file("glossary.yaml", yaml), "en").unwrap();
    let term = |name, language| {
        glossary
            .term(name, language)
            .map(|term| (term.id, term.term, term.definition))
    };
    let cbt = |term: &str, definition: Option<&str>| {
        Some(("cbt-i".into(), term.into(), definition.map(str::to_owned)))
    };
    assert_eq!(term("cbt-i", "en"), cbt("CBT-I", Some("Sleep training.")));
    assert_eq!(term("kbt-i", "sv"), cbt("KBT-I", Some("Träning.")));
    assert_eq!(term("CBT-I", "nb"), cbt("KAT-I", None));
    assert_eq!(term("CBT-I", "de"), cbt("CBT-I", None));
    assert_eq!(
        term("Flare", "en"),
        Some(("flare".into(), "flare".into(), None))
    );
    assert_eq!(term("flair", "en"), None);
}

#[test]
fn references_and_terms_may_stand_in_brackets() {
    let yaml = "{ a-2020: { type: book, title: A, grade: B }, b: { type: book, title: B } }";
    let bibliography = Bibliography::parse(&file("references.yaml", yaml)).unwrap();
    assert_eq!(bibliography.keys().collect::<Vec<_>>(), ["a-2020", "b"]);
    let title = bibliography.get("a-2020").unwrap().title().unwrap();
    assert_eq!(title.to_string(), "A");
    assert_eq!(bibliography.grade("a-2020"), Some(Grade::B));
    let glossary = Glossary::parse(
        &file("glossary.yaml", "[{ id: a, term: A }, { id: b, term: B }]"),
        "en",
    )
    .unwrap();
    assert_eq!(glossary.terms("en").len(), 2);
}

#[test]
fn an_unknown_kind_of_a_reference_is_an_error() {
    let yaml = "a-2020: { type: book, title: A, kind: guidline }\n";
    let bib = "@book{b-2021,\n  title = {B},\n  kind = {blog},\n}\n";
    let mut findings = Bibliography::parse(&file("references.yaml", yaml)).unwrap_err();
    findings.extend(Bibliography::parse(&file("references.bib", bib)).unwrap_err());
    assert_snapshot!(shown(findings));
    let bib = bib.replace("blog", "news");
    let bibliography = Bibliography::parse(&file("references.bib", &bib)).unwrap();
    assert_eq!(bibliography.kind("b-2021"), Some(SourceKind::News));
}
