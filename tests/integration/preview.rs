//! `handout preview`: pictures of pages, compared with the pages of the PDF file.

use std::fs;
use std::path::Path;

use handout::layout::page::{Content, Item};
use handout::page_image::{PageImage, Print};
use handout::{Edition, Faces, Leaflet, Paper};
use image::RgbImage;

use crate::drawings::{drawings, error, gallery};
use crate::golden::{names, render};
use crate::shipped_library::SHIPPED;
use crate::test_project::{Run, TestProject};

const DOTS: f32 = 80.0;
/// Largest difference between the means of 8 × 8 pixels: hayro moves thin lines to whole pixels, but no word
/// and no shape may be missing.
const MAX_ERROR: u8 = 36;
/// The same with pictures in it, whose pixels may be half a dot off.
const MAX_IMAGE_ERROR: u8 = 40;

/// Compares two pictures of a page. A mismatch leaves both in `target/preview`.
fn compare(name: &str, actual: &[u8], expected: &RgbImage, most: u8) -> Option<String> {
    let actual = image::load_from_memory(actual).unwrap().to_rgb8();
    // One may round the height of a page up, and the other down.
    let height = actual.height().min(expected.height());
    assert!(actual.height().abs_diff(expected.height()) <= 1, "{name}");
    let crop = |picture: &RgbImage| {
        image::imageops::crop_imm(picture, 0, 0, picture.width(), height).to_image()
    };
    let error = error(&crop(&actual), &crop(expected));
    if error <= most {
        return None;
    }
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/preview");
    fs::create_dir_all(&kept).unwrap();
    actual
        .save(kept.join(format!("{name}-actual.png")))
        .unwrap();
    expected
        .save(kept.join(format!("{name}-expected.png")))
        .unwrap();
    Some(format!("{name}: {error}"))
}

/// Compares all pages of a leaflet.
fn mismatches(name: &str, leaflet: &Leaflet, faces: &Faces, most: u8) -> Vec<String> {
    let pages = 0..leaflet.layout.pages.len();
    let compared = pages.map(|page| {
        let expected = render(leaflet.bytes.clone(), page + 1, DOTS);
        let image = PageImage::of_page(&leaflet.layout, page, faces).unwrap();
        let actual = image.to_png(expected.width(), Print::Colour).unwrap();
        compare(&format!("{name}-{}", page + 1), &actual, &expected, most)
    });
    compared.flatten().collect()
}

#[test]
fn pictures_look_like_the_pages_of_the_pdf_file() {
    let wrong: Vec<String> = [
        // Tables, badges and call-outs; figures; an emergency call-out; a form; the forms of large print.
        ("inflammation-link", Paper::A4, Edition::STANDARD),
        ("brain-scan-studies", Paper::Letter, Edition::STANDARD),
        ("spine-and-nerves", Paper::A5, Edition::STANDARD),
        ("my-flare-plan", Paper::A4, Edition::MONO),
        ("my-flare-plan", Paper::A4, Edition::LARGE_PRINT),
    ]
    .into_iter()
    .flat_map(|(id, paper, edition)| {
        let leaflet = SHIPPED.make_edition(id, paper, edition);
        mismatches(id, &leaflet, &SHIPPED.clinic.faces, MAX_ERROR)
    })
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn drawings_and_photographs_look_like_those_of_the_pdf_file() {
    let leaflet = gallery(&drawings());
    let wrong = mismatches("gallery", &leaflet, &Faces::bundled(), MAX_IMAGE_ERROR);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn names_in_other_scripts_look_like_those_of_the_pdf_file() {
    let (project, arguments) = names();
    let run = |command: &str, more: &[&str]| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let run = project.run(
            &[&["--date", "2026-11-21", command], &arguments[..], more].concat(),
            "",
        );
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stdout
    };
    let expected = render(run("generate", &["-o", "-"]), 1, DOTS);
    let width = expected.width().to_string();
    let actual = run("preview", &["-o", "-", "--pages", "1", "--width", &width]);
    assert_eq!(compare("names", &actual, &expected, MAX_ERROR), None);
}

#[test]
fn a_missing_word_is_a_mismatch() {
    let leaflet = SHIPPED.make("brain-fog", Paper::A4);
    let mut layout = (*leaflet.layout).clone();
    let expected = render(leaflet.bytes.clone(), 1, DOTS);
    let is_word = |item: &Item| matches!(&item.content, Content::Text(run) if run.text.len() > 8);
    let items = &mut layout.pages[0].items;
    let word = items.iter().position(is_word).unwrap();
    items.remove(word);
    let image = PageImage::of_page(&layout, 0, &SHIPPED.clinic.faces).unwrap();
    let actual = image.to_png(expected.width(), Print::Colour).unwrap();
    assert!(compare("missing", &actual, &expected, MAX_ERROR).is_some());
}

/// Runs `handout preview` in the folder, with the small library.
fn preview(project: &TestProject, arguments: &[&str]) -> Run {
    let day = ["--date", "2026-11-21", "preview", "visit"];
    project.run(&[&day, arguments].concat(), "")
}

/// Makes a project whose leaflet has two pages, for a patient.
fn two_pages() -> TestProject {
    let project = TestProject::new();
    let paragraphs = "    We are glad that you come.\n\n".repeat(30);
    let line = "    Dear {{patient.first_name}}, we are glad that you come.\n";
    let text = format!("{line}\n{paragraphs}");
    project.change("library/visit/text/en.yaml", line, &text);
    project
}

const READER: [&str; 2] = ["--set", "patient.first_name=Zebulon"];

/// Names of the files in a folder, sorted.
fn files(project: &TestProject, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(project.path(folder)).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn each_page_has_a_file_of_its_own() {
    let project = two_pages();
    for (arguments, expected) in [
        (&["-o", "one/"][..], &["visit-1.png", "visit-2.png"][..]),
        (
            &["-o", "two/", "-e", "mono", "--pages", "2"],
            &["visit-mono-2.png"],
        ),
        (&["-o", "three/", "--contact-sheet"], &["visit-pages.png"]),
        (&["-o", "four/page.png"], &["page-1.png", "page-2.png"]),
        (&["-o", "five/page.png", "--pages", "2,2"], &["page.png"]),
        (&["-o", "six/page.svg"], &["page-1.svg", "page-2.svg"]),
        (&["-o", "seven/page.png", "--contact-sheet"], &["page.png"]),
    ] {
        let folder = arguments[1].split('/').next().unwrap();
        fs::create_dir_all(project.path(folder)).unwrap();
        let run = preview(&project, &[&READER, arguments].concat());
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert_eq!(files(&project, folder), expected);
        // A picture of ours is replaced.
        let again = preview(&project, &[&READER, arguments].concat());
        assert_eq!(again.code, Some(0), "{}", again.stderr);
    }
}

#[test]
fn pictures_of_an_earlier_longer_leaflet_are_reported() {
    for (output, old) in [
        ("pages/", "visit-2.png"),
        ("pages/page.png", "page-2.png"),
        ("pages/page.svg", "page-2.svg"),
    ] {
        let long = two_pages();
        fs::create_dir_all(long.path("pages")).unwrap();
        let make =
            |project: &TestProject| preview(project, &[&READER[..], &["-o", output]].concat());
        let run = make(&long);
        assert!(!run.stderr.contains("old-picture"), "{}", run.stderr);
        long.change(
            "library/visit/text/en.yaml",
            "    We are glad that you come.\n\n",
            "",
        );
        let run = make(&long);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(
            run.stderr.contains("warning[old-picture]"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains(old), "{}", run.stderr);
        // Pictures of others are none of ours.
        let other = TestProject::new();
        other.write(&format!("pages/{old}"), "not ours");
        let run = make(&other);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(!run.stderr.contains("old-picture"), "{}", run.stderr);
    }
}

#[test]
fn pictures_hold_no_words_and_are_always_the_same() {
    let project = two_pages();
    for ending in ["png", "svg"] {
        let output = format!("page.{ending}");
        let first = format!("page-1.{ending}");
        let make = || {
            let run = preview(&project, &[&READER[..], &["-o", &output]].concat());
            assert_eq!(run.code, Some(0), "{}", run.stderr);
            assert!(!run.stderr.contains("Zebulon"), "{}", run.stderr);
            fs::read(project.path(&first)).unwrap()
        };
        let file = make();
        assert_eq!(file, make());
        let text = String::from_utf8_lossy(&file);
        assert!(!text.contains("Zebulon") && !text.contains("Small Clinic"));
        assert_eq!(text.contains("<g data-key=\"welcome\">"), ending == "svg");
    }
}

#[test]
fn laser_prints_are_black_and_white() {
    let project = two_pages();
    let arguments = ["-o", "-", "--pages", "1", "--mono-laser", "--width", "200"];
    let run = preview(&project, &[&READER[..], &arguments].concat());
    let picture = image::load_from_memory(&run.stdout).unwrap();
    assert_eq!(
        (picture.color(), picture.width()),
        (image::ColorType::L8, 200)
    );
}

#[test]
fn wrong_choices_are_refused_before_anything_is_written() {
    let project = two_pages();
    project.write("photo.png", "\u{89}PNG\r\n\u{1a}\n of somebody else");
    project.write("drawing.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    project.write("notes-2.png", "my notes");
    for (arguments, message) in [
        (&["-o", "page.png", "--width", "199"][..], "200..=4000"),
        (&["-o", "page.png", "--width", "4001"], "200..=4000"),
        (
            &["-o", "page.png", "--pages", "2-9"],
            "there is no page 9: the leaflet has 2 pages",
        ),
        (&["-o", "page.png", "--pages", "0"], "pages count from 1"),
        (
            &["-o", "page.pdf"],
            "write `page.png`, or `page.pdf/` for a folder",
        ),
        (
            &["-o", "page.svg", "--mono-laser"],
            "needs pixels: write `--output page.png`",
        ),
        (&["-o", "-"], "only one picture can go to stdout"),
        (&["-o", "photo.png", "--pages", "1"], "is not replaced"),
        (&["-o", "drawing.svg", "--pages", "1"], "is not replaced"),
        (&["-o", "notes.png"], "`notes-2.png` is not a picture"),
        (
            &["-o", "page.png", "-e", "large-print", "-p", "a5"],
            "does not fit on the paper",
        ),
    ] {
        let run = preview(&project, &[&READER, arguments].concat());
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stderr);
        assert!(
            run.stderr.contains(message),
            "{arguments:?}: {}",
            run.stderr
        );
        assert!(run.stdout.is_empty());
    }
    let pictures = files(&project, ".");
    let made = pictures
        .iter()
        .filter(|name| name.contains("page") || name.contains("notes-1"));
    assert_eq!(made.count(), 0, "{pictures:?}");
}

#[test]
fn findings_are_those_of_generate() {
    let project = two_pages();
    for arguments in [
        &["--set", "patient.fist_name=Zebulon"][..],
        &["--set", "patient.first_name=漢"],
        &["--draft"],
        &[],
    ] {
        let generated = project.generate(&[&["visit", "-o", "visit.pdf"], arguments].concat());
        let previewed = preview(&project, &[&["-o", "page.png"], arguments].concat());
        assert_eq!(generated.code, previewed.code, "{arguments:?}");
        let findings = |run: &Run| {
            let lines = run.stderr.lines().filter(|line| !line.contains(" page"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(findings(&generated), findings(&previewed), "{arguments:?}");
    }
}
