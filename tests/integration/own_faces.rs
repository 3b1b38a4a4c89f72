//! A clinic's typefaces: leaflets use them, and an unusable file gives one finding at its line.

use std::collections::BTreeSet;
use std::fs;

use crate::pdf_reader::PdfFile;
use crate::test_project::TestProject;
use handout::{Clinic, Faces, JobData, LeafletRequest, Library, Paper, ReferenceMode, Renderer};
use lopdf::{Dictionary, Document, Object};

const TRUE_TYPE: [(&str, &[u8]); 2] = [
    (
        "Regular.ttf",
        include_bytes!("../../fonts/SourceSans3-Regular.ttf"),
    ),
    (
        "Bold.ttf",
        include_bytes!("../../fonts/SourceSans3-Bold.ttf"),
    ),
];
/// Fonts with CFF outlines, without `Å` and `å`.
const OPEN_TYPE: [(&str, &[u8]); 2] = [
    (
        "Regular.otf",
        include_bytes!("../clinics/faces/FixtureSans-Regular.otf"),
    ),
    (
        "Bold.otf",
        include_bytes!("../clinics/faces/FixtureSans-Bold.otf"),
    ),
];

/// Creates a project with a clinic in `own` that has these faces.
fn project(faces: [(&str, &[u8]); 2]) -> TestProject {
    let project = TestProject::new();
    let [(regular, _), (bold, _)] = faces;
    let brand = format!("brand:\n  faces:\n    regular: fonts/{regular}\n    bold: fonts/{bold}\n");
    project.write("own/clinic.yaml", format!("name: Own Clinic\n{brand}"));
    for (name, bytes) in faces {
        project.write(&format!("own/fonts/{name}"), bytes);
    }
    project
}

/// Returns the clinic's leaflet `visit` for a reader.
fn leaflet(project: &TestProject, reader: &str) -> Vec<u8> {
    let reader = format!("patient.first_name={reader}");
    let run = project.generate(&["visit", "-c", "own", "--set", &reader, "-o", "-"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout
}

/// Returns the fonts of a file: name without subset tag, font type, and type of the font program.
fn fonts(bytes: &[u8]) -> BTreeSet<String> {
    let document = Document::load_mem(bytes).unwrap();
    let name = |dictionary: &Dictionary, key: &[u8]| {
        let name = dictionary
            .get(key)
            .and_then(Object::as_name)
            .unwrap_or_default();
        String::from_utf8(name.to_vec()).unwrap()
    };
    let dictionaries = document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok());
    let composite = dictionaries.filter(|font| name(font, b"Subtype") == "Type0");
    let font = |font: &Dictionary| {
        let of_it = font
            .get(b"DescendantFonts")
            .and_then(Object::as_array)
            .unwrap()[0]
            .as_dict()
            .unwrap();
        let descriptor = of_it
            .get_deref(b"FontDescriptor", &document)
            .and_then(Object::as_dict)
            .unwrap();
        let program = match descriptor.get_deref(b"FontFile3", &document) {
            Ok(program) => name(&program.as_stream().unwrap().dict, b"Subtype"),
            Err(_) => "FontFile2".to_owned(),
        };
        let base = name(font, b"BaseFont");
        let whose = base.split_once('+').unwrap().1;
        // Only TrueType outlines need a map from CIDs to glyphs.
        assert_eq!(of_it.has(b"CIDToGIDMap"), program == "FontFile2", "{whose}");
        format!("{whose} {} {program}", name(of_it, b"Subtype"))
    };
    composite.map(font).collect()
}

/// Returns the font names of a file with their subset tags.
fn tagged_fonts(bytes: &[u8]) -> BTreeSet<Vec<u8>> {
    let document = Document::load_mem(bytes).unwrap();
    let dictionaries = document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok());
    let name = |font: &Dictionary| {
        font.get(b"BaseFont")
            .and_then(Object::as_name)
            .map(<[u8]>::to_vec)
            .ok()
    };
    dictionaries.filter_map(name).collect()
}

fn set(fonts: &[&str]) -> BTreeSet<String> {
    fonts.iter().map(|font| (*font).to_owned()).collect()
}

#[test]
fn leaflets_use_true_type_faces() {
    let bytes = leaflet(&project(TRUE_TYPE), "Åsa");
    let own = [
        "SourceSans3-Regular-Own CIDFontType2 FontFile2",
        "SourceSans3-Bold-Own CIDFontType2 FontFile2",
    ];
    assert_eq!(fonts(&bytes), set(&own));
    let file = PdfFile::read(&bytes);
    assert_eq!(file.problems(), [""; 0]);
    assert!(
        file.texts()
            .iter()
            .any(|text| text.contains("Dear Åsa, we are glad that you come."))
    );
}

#[test]
fn leaflets_use_open_type_faces_and_fall_back_for_missing_letters() {
    let project = project(OPEN_TYPE);
    let own = [
        "FixtureSans-Regular CIDFontType0 CIDFontType0C",
        "FixtureSans-Bold CIDFontType0 CIDFontType0C",
    ];
    let bytes = leaflet(&project, "Zoë");
    assert_eq!(fonts(&bytes), set(&own));
    assert!(
        PdfFile::read(&bytes)
            .texts()
            .iter()
            .any(|text| text.contains("Dear Zoë, we"))
    );
    let bytes = leaflet(&project, "Åsa");
    let with_fallback = [
        &own[..],
        &["AtkinsonHyperlegibleNext-Bold CIDFontType2 FontFile2"],
    ]
    .concat();
    assert_eq!(fonts(&bytes), set(&with_fallback));
    let file = PdfFile::read(&bytes);
    assert_eq!(file.problems(), [""; 0]);
    assert!(
        file.texts()
            .iter()
            .any(|text| text.contains("Dear Åsa, we")),
        "{:#?}",
        file.texts()
    );
}

#[test]
fn only_a_character_missing_from_all_faces_is_an_error() {
    let project = project(OPEN_TYPE);
    project.change(
        "library/visit/text/en.yaml",
        "we are glad",
        "we are 漢 glad",
    );
    let run = project.generate(&["visit", "-c", "own"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("error[missing-glyph]: no typeface has the character `漢`"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("incomplete-face"), "{}", run.stderr);
}

#[test]
fn missing_characters_of_a_face_are_reported() {
    let ours = project(OPEN_TYPE);
    let run = ours.generate(&["visit", "-c", "own", "--set", "patient.first_name=Åsa"]);
    // Characters of a reader's name are not reported.
    assert!(!run.stderr.contains("incomplete-face"), "{}", run.stderr);

    ours.change("library/visit/text/en.yaml", "we are glad", "we are → glad");
    let run = ours.generate(&["visit", "-c", "own"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let says = "note[incomplete-face]: `fonts/Regular.otf` has no `→`: another face is used for the missing characters";
    assert!(
        run.stderr.contains(says) && run.stderr.contains("own/clinic.yaml:4:14"),
        "{}",
        run.stderr
    );

    let english = fs::read_to_string(ours.path("library/visit/text/en.yaml")).unwrap();
    ours.write("library/visit/text/sv.yaml", english.replace("→ ", ""));
    let run = ours.run(&["--date", "2026-11-21", "check", "own"], "");
    for face in ["fonts/Regular.otf", "fonts/Bold.otf"] {
        let says = format!("warning[incomplete-face]: `{face}` has no `Å`, `å`: ");
        assert_eq!(run.stderr.matches(&says).count(), 1, "{}", run.stderr);
    }
    let run = project(TRUE_TYPE).generate(&["visit", "-c", "own"]);
    assert!(!run.stderr.contains("incomplete-face"), "{}", run.stderr);
}

/// Asserts that every command refuses a clinic with this regular face, with one finding at its line.
#[track_caller]
fn refused(path: &str, bytes: Option<&[u8]>, finding: &str, says: &str) {
    let project = project(OPEN_TYPE);
    project.change("own/clinic.yaml", "fonts/Regular.otf", path);
    if let Some(bytes) = bytes {
        project.write(&format!("own/{path}"), bytes);
    }
    let customize = |command| ["--date", "2026-11-21", "customize", command, "-c", "own"];
    let runs = [
        project.generate(&["visit", "-c", "own"]),
        project.run(&["--date", "2026-11-21", "check", "own"], ""),
        project.run(&customize("status"), ""),
        project.run(&[&customize("diff")[..], &["visit"]].concat(), ""),
    ];
    for run in runs {
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert_eq!(run.stderr.matches("error[").count(), 1, "{}", run.stderr);
        assert!(
            run.stderr.contains(&format!("error[{finding}]")),
            "{}",
            run.stderr
        );
        assert!(
            run.stderr.contains("own/clinic.yaml:4:14\n"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains(says), "{}", run.stderr);
    }
}

#[test]
fn unusable_face_files_are_refused() {
    let whole = OPEN_TYPE[0].1;
    let begins = |head: &[u8]| [head, &whole[head.len()..]].concat();
    refused("fonts/nowhere.otf", None, "missing-file", "no file");
    refused(
        "../library/library.yaml",
        None,
        "unsafe-path",
        "leaves the folder",
    );
    refused("/etc/passwd", None, "unsafe-path", "leaves the folder");
    refused(
        "fonts/own.txt",
        Some(b"name: Own\n"),
        "unusable-face",
        "not a TrueType or OpenType font",
    );
    refused(
        "fonts/overflow.otf",
        Some(include_bytes!("../cases/broken/face-2.otf")),
        "unusable-face",
        "its outlines are broken",
    );
    refused(
        "fonts/empty.otf",
        Some(b""),
        "unusable-face",
        "not a TrueType or OpenType font",
    );
    refused(
        "fonts/own.ttc",
        Some(&begins(b"ttcf")),
        "unusable-face",
        "collection",
    );
    refused(
        "fonts/own.woff",
        Some(&begins(b"wOFF")),
        "unusable-face",
        "web font",
    );
    refused(
        "fonts/own.woff2",
        Some(&begins(b"wOF2")),
        "unusable-face",
        "web font",
    );
    refused(
        "fonts/cut.otf",
        Some(&whole[..whole.len() / 2]),
        "unusable-face",
        "cannot be read",
    );
    refused(
        "fonts/large.otf",
        Some(&vec![0; 21 << 20]),
        "too-large",
        "larger than 20 MB",
    );
    let table = |tag: &[u8; 4]| {
        whole[12..]
            .chunks_exact(16)
            .position(|record| record[..4] == *tag)
            .unwrap()
    };
    let mut variable = whole.to_vec();
    variable[12 + 16 * table(b"post")..][..4].copy_from_slice(b"fvar");
    refused(
        "fonts/variable.otf",
        Some(&variable),
        "unusable-face",
        "variable font",
    );
    let os2 = u32::from_be_bytes(
        whole[12 + 16 * table(b"OS/2") + 8..][..4]
            .try_into()
            .unwrap(),
    ) as usize;
    for (permissions, says) in [
        (2_u16, "does not allow embedding in documents"),
        (0x0100, "does not allow embedding a part of it"),
    ] {
        let mut restricted = whole.to_vec();
        restricted[os2 + 8..os2 + 10].copy_from_slice(&permissions.to_be_bytes());
        refused(
            "fonts/restricted.otf",
            Some(&restricted),
            "restricted-face",
            says,
        );
    }
}

#[cfg(unix)]
#[test]
fn face_behind_a_symbolic_link_out_of_the_folder() {
    let project = project(OPEN_TYPE);
    project.write("elsewhere.otf", OPEN_TYPE[0].1);
    fs::remove_file(project.path("own/fonts/Regular.otf")).unwrap();
    std::os::unix::fs::symlink(
        project.path("elsewhere.otf"),
        project.path("own/fonts/Regular.otf"),
    )
    .unwrap();
    let run = project.generate(&["visit", "-c", "own"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("error[unsafe-path]") && run.stderr.contains("clinic.yaml:4:14"),
        "{}",
        run.stderr
    );
}

#[test]
fn damaged_faces_never_panic() {
    let rounds: u32 = std::env::var("HANDOUT_ROUNDS").map_or(24, |rounds| rounds.parse().unwrap());
    let folder = tempfile::TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let logo = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 90 30'><text y='20'>Own 1</text></svg>";
    write("logo.svg", logo.as_bytes());
    let brand = "brand: { logo: logo.svg, logo_alt: Own, faces: { regular: R, bold: B } }\n";
    write(
        "clinic.yaml",
        format!("name: Own Clinic\n{brand}").as_bytes(),
    );
    let (library, bundled) = (Library::embedded().unwrap(), Faces::bundled());
    let handout = library.handout("brain-fog").unwrap();
    let mut state = 1_u32;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    let mut set = 0;
    for round in 0..rounds {
        let [regular, bold] = if round % 2 == 0 { OPEN_TYPE } else { TRUE_TYPE };
        let mut bytes = regular.1.to_vec();
        for _ in 0..1 + random(8) {
            // The tables are at the beginning of the file; most of the rest is outlines.
            let end = if random(2) == 0 {
                bytes.len()
            } else {
                bytes.len().min(2_000)
            };
            bytes[random(end)] = random(256) as u8;
        }
        write("R", &bytes);
        write("B", bold.1);
        let Ok(clinic) = Clinic::load(folder.path(), &bundled) else {
            continue;
        };
        let date: jiff::civil::Date = "2026-11-21".parse().unwrap();
        let references = ReferenceMode::Full;
        let (library, handout, clinic, paper) = (&library, &handout, &clinic, Paper::A4);
        let request = LeafletRequest::new(library, handout, clinic, date)
            .with_language("en")
            .with_paper(paper)
            .with_references(references);
        set += u32::from(handout::render(&request, &JobData::new(), &mut Renderer::new()).is_ok());
    }
    assert!(set > 0);
}

#[test]
fn a_face_for_each_weight_is_required() {
    let project = project(OPEN_TYPE);
    project.change("own/clinic.yaml", "    bold: fonts/Bold.otf\n", "");
    let run = project.generate(&["visit", "-c", "own"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("error[missing-field]") && run.stderr.contains("bold"),
        "{}",
        run.stderr
    );
}

/// Rows for four clinics in turn, three of them with their own faces. Two have the same faces with
/// regular and bold swapped, so that their glyph ids agree.
fn jobs() -> String {
    let clinics = ["own", "other", "example", "swapped"];
    let names = ["Ada", "Łukasz", "Åsa", "Владимир"];
    let row = |row: usize| format!("visit,{},{}\n", clinics[row % 4], names[row / 4 % 4]);
    let rows: String = (0..16).map(row).collect();
    format!("handout,clinic,patient.first_name\n{rows}")
}

fn with_clinics() -> TestProject {
    let project = project(OPEN_TYPE);
    project.write(
        "other/clinic.yaml",
        "name: Other Clinic\nbrand: { faces: { regular: R, bold: B } }\n",
    );
    let swapped = "name: Swapped Clinic\nbrand: { faces: { regular: B, bold: R } }\n";
    project.write("swapped/clinic.yaml", swapped);
    for clinic in ["other", "swapped"] {
        project.write(&format!("{clinic}/R"), TRUE_TYPE[0].1);
        project.write(&format!("{clinic}/B"), TRUE_TYPE[1].1);
    }
    project.write("jobs.csv", jobs());
    project
}

#[test]
fn batch_uses_each_clinics_faces_on_any_number_of_threads() {
    let made: Vec<_> = ["1", "2", "8"]
        .map(|threads| {
            let project = with_clinics();
            let arguments = [
                "batch", "jobs.csv", "-o", "out", "--bundle", "all.pdf", "--jobs", threads,
            ];
            let run = project.run(&[&["--date", "2026-11-21"], &arguments[..]].concat(), "");
            assert_eq!(run.code, Some(0), "{}", run.stderr);
            let leaflet =
                |row: usize| fs::read(project.path(&format!("out/{row:06}-visit.pdf"))).unwrap();
            let leaflets: Vec<Vec<u8>> = (1..=16).map(leaflet).collect();
            (leaflets, fs::read(project.path("all.pdf")).unwrap())
        })
        .into();
    assert!(made[0] == made[1] && made[0] == made[2]);
    let (leaflets, bundle) = &made[0];
    let project = with_clinics();
    for (row, line) in jobs().lines().skip(1).enumerate() {
        let fields: Vec<&str> = line.split(',').collect();
        let reader = format!("patient.first_name={}", fields[2]);
        let clinic: &[&str] = if fields[1] == "example" {
            &[]
        } else {
            &["-c", fields[1]]
        };
        let run = project.generate(&[&["visit", "--set", &reader, "-o", "-"], clinic].concat());
        assert!(leaflets[row] == run.stdout, "{line}: {}", run.stderr);
        let own = fonts(&leaflets[row])
            .iter()
            .filter(|font| font.contains("Own") || font.contains("Fix"))
            .count();
        assert_eq!(own, if fields[1] == "example" { 0 } else { 2 }, "{line}");
    }
    let bundled = tagged_fonts(bundle);
    for (row, leaflet) in leaflets.iter().enumerate() {
        assert!(tagged_fonts(leaflet).is_subset(&bundled), "{row}");
    }
    let texts = PdfFile::read(bundle).texts().join("\n");
    for name in ["Ada", "Łukasz", "Åsa", "Владимир"] {
        assert_eq!(
            texts.matches(&format!("Dear {name}, we are glad")).count(),
            4,
            "{name}"
        );
    }
}

#[test]
fn resumed_batch_remakes_leaflets_after_a_change_of_face() {
    let project = with_clinics();
    let batch = |flags: &[&str]| {
        let arguments = ["--date", "2026-11-21", "batch", "jobs.csv", "-o", "out"];
        let run = project.run(&[&arguments[..], flags].concat(), "");
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stderr
    };
    batch(&[]);
    assert!(batch(&["--resume"]).contains("16 done before"));
    project.write("own/fonts/Bold.otf", OPEN_TYPE[0].1);
    let said = batch(&["--resume"]);
    assert!(
        said.contains("4 leaflets made again, as the library, the clinic, the options"),
        "{said}"
    );
}
