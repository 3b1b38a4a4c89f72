//! Compares a few pages with reference pictures.
//!
//! A mismatch leaves the expected picture, the actual one and their difference in `target/golden`.
//! If the new look is right, `UPDATE_GOLDEN=1 cargo test golden` replaces the pictures in
//! `tests/golden`; look at them before you commit them. The README shows the first one.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::shipped_library::{SHIPPED, ShippedLibrary};
use crate::test_project::{TestProject, copy_folder};
use handout::document::Logo;
use handout::picture::{DrawingOrigin, PictureFile, PictureUse};
use handout::{Edition, Faces, Paper};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::{Rgb, RgbImage};

/// Largest difference of a channel between equal pixels: above rounding, below a visible tint.
const SAME_COLOUR: u8 = 12;
/// Different pixels per million that are tolerated: less than a word.
const PER_MILLION: usize = 100;

/// Renders a page, counted from 1.
pub(crate) fn render(file: Vec<u8>, page: usize, dots_per_inch: f32) -> RgbImage {
    let file = Pdf::new(file).expect("a readable file");
    let scale = dots_per_inch / 72.0;
    // Hinting is for screens, not for print.
    let settings = RenderSettings {
        hinting: false,
        ..RenderSettings::default()
    };
    let size = PixmapSettings {
        x_scale: scale,
        y_scale: scale,
        bg_color: WHITE,
    };
    let page = &file.pages()[page - 1];
    let picture = hayro::render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &settings,
        &size,
    );
    let (width, height) = (u32::from(picture.width()), u32::from(picture.height()));
    let mut pixels = picture
        .data()
        .iter()
        .map(|pixel| Rgb([pixel.r, pixel.g, pixel.b]));
    RgbImage::from_fn(width, height, |_, _| pixels.next().unwrap())
}

/// Returns a pale copy with different pixels in red, and their number.
fn difference(expected: &RgbImage, actual: &RgbImage) -> (RgbImage, usize) {
    let mut others = 0;
    let picture = RgbImage::from_fn(expected.width(), expected.height(), |x, y| {
        let (Rgb(one), Rgb(other)) = (expected.get_pixel(x, y), actual.get_pixel(x, y));
        if one
            .iter()
            .zip(other)
            .all(|(one, other)| one.abs_diff(*other) <= SAME_COLOUR)
        {
            return Rgb(other.map(|channel| 191 + channel / 4));
        }
        others += 1;
        Rgb([220, 0, 0])
    });
    (picture, others)
}

/// Compares a page with its picture.
fn check(id: &str, paper: (Paper, &str), page: usize, dots_per_inch: f32) {
    compare(
        &format!("{id}-{}-{page}", paper.1),
        render(SHIPPED.make(id, paper.0).bytes, page, dots_per_inch),
    );
}

/// Compares a picture with the reference of this name.
fn compare(name: &str, actual: RgbImage) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let golden = root.join("tests/golden").join(format!("{name}.png"));
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(golden.parent().unwrap()).unwrap();
        actual.save(&golden).unwrap();
        return;
    }
    let expected = image::open(&golden)
        .unwrap_or_else(|error| {
            panic!("{}: {error}; see this test's first lines", golden.display())
        })
        .to_rgb8();
    let same_size = expected.dimensions() == actual.dimensions();
    let (marked, others) = if same_size {
        difference(&expected, &actual)
    } else {
        (actual.clone(), usize::MAX)
    };
    let pixels = (actual.width() * actual.height()) as usize;
    if others <= pixels * PER_MILLION / 1_000_000 {
        return;
    }
    let kept: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("golden");
    fs::create_dir_all(&kept).unwrap();
    for (picture, what) in [
        (&expected, "expected"),
        (&actual, "actual"),
        (&marked, "difference"),
    ] {
        picture
            .save(kept.join(format!("{name}-{what}.png")))
            .unwrap();
    }
    panic!(
        "{name} looks different: see {name}-*.png in {}",
        kept.display()
    );
}

#[test]
fn first_page_looks_as_it_did() {
    check("inflammation-link", (Paper::A4, "a4"), 1, 80.0);
}

#[test]
fn page_with_a_figure_looks_as_it_did() {
    check("brain-scan-studies", (Paper::Letter, "letter"), 3, 60.0);
}

#[test]
fn page_with_a_table_looks_as_it_did() {
    check("inflammation-link", (Paper::A4, "a4"), 2, 60.0);
}

#[test]
fn small_page_looks_as_it_did() {
    check("inflammation-link", (Paper::A5, "a5"), 1, 60.0);
}

#[test]
fn side_of_a_booklet_looks_as_it_did() {
    check(
        "inflammation-link",
        (Paper::A5Booklet, "a5-booklet"),
        2,
        60.0,
    );
}

#[test]
fn trifold_looks_as_it_did() {
    for side in [1, 2] {
        let edition = (Edition::SHORT, "dl-trifold");
        check_edition("my-flare-plan", Paper::DlTrifold, edition, side);
    }
}

/// Compares a page of an edition with its picture.
fn check_edition(id: &str, paper: Paper, edition: (Edition, &str), page: usize) {
    let file = SHIPPED.make_edition(id, paper, edition.0).bytes;
    compare(
        &format!("{id}-{}-{page}", edition.1),
        render(file, page, 60.0),
    );
}

#[test]
fn large_print_looks_as_it_did() {
    let edition = (Edition::LARGE_PRINT, "large-print");
    check_edition("inflammation-link", Paper::A4, edition, 1);
    check_edition("inflammation-link", Paper::A4, edition, 5);
    let edition = (Edition::EXTRA_LARGE, "extra-large");
    check_edition("my-flare-plan", Paper::A4, edition, 1);
}

#[test]
fn short_form_looks_as_it_did() {
    check_edition("fatigue", Paper::A4, (Edition::SHORT, "short"), 1);
}

#[test]
fn mono_looks_as_it_did() {
    let edition = (Edition::MONO, "mono");
    check_edition("inflammation-link", Paper::A4, edition, 1);
    check_edition("inflammation-link", Paper::A4, edition, 3);
}

#[test]
fn letters_look_as_they_did() {
    for (name, file) in crate::letters::samples() {
        compare(&format!("letter-{name}"), render(file, 1, 40.0));
    }
}

#[test]
fn addresses_in_mastheads_look_as_they_did() {
    for (name, file) in crate::letters::masthead_samples() {
        compare(&format!("masthead-{name}"), render(file, 1, 60.0));
    }
}

#[test]
fn high_contrast_looks_as_it_did() {
    let edition = (Edition::HIGH_CONTRAST, "high-contrast");
    check_edition("brain-scan-studies", Paper::A4, edition, 3);
    check_edition("brain-scan-studies", Paper::A4, edition, 4);
}

/// Renders the mastheads on A4 and A5, one above the other, with a logo of this size.
fn mastheads(width: u32, height: u32) -> RgbImage {
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'>\
         <rect width='{width}' height='{height}' rx='6' fill='#0f5c69'/></svg>"
    );
    let (labels, faces) = (BTreeMap::new(), Faces::bundled());
    let (purpose, origin) = (PictureUse::Logo, DrawingOrigin::Foreign);
    let picture = PictureFile::read(svg.as_bytes(), &labels, purpose, &faces, origin).unwrap();
    let logo = Some(Logo {
        picture: Arc::new(picture),
        alt: "A mark".to_owned(),
    });
    let mut shipped = ShippedLibrary::new();
    shipped.clinic.logo = logo;
    let top = |paper, height| {
        let page = render(shipped.make("brain-fog", paper).bytes, 1, 60.0);
        image::imageops::crop_imm(&page, 0, 0, page.width(), height).to_image()
    };
    let (a4, a5) = (top(Paper::A4, 120), top(Paper::A5, 110));
    let mut both = RgbImage::from_pixel(a4.width(), 230, Rgb([128, 128, 128]));
    image::imageops::replace(&mut both, &a4, 0, 0);
    image::imageops::replace(&mut both, &a5, 0, 120);
    both
}

#[test]
fn logos_tall_and_wide_look_as_they_did() {
    compare("logo-tall", mastheads(30, 150));
    compare("logo-wide", mastheads(600, 50));
}

/// Makes a library with a leaflet with names in eight scripts: in running text, a table, a list and a call-out.
/// Also returns the arguments for it.
pub(crate) fn names() -> (TestProject, Vec<String>) {
    let project = TestProject::new();
    copy_folder(&crate::scripts::faces(), &project.path("own/fonts"));
    project.write(
        "own/clinic.yaml",
        "name: مستشفى النور (North)\nphone: 01632 960 123\n",
    );
    project.write(
        "library/names/handout.yaml",
        "id: names
version: 1.0.0
reviewed: 2026-11-21
review_by: 2028-11-21
data: [n.latin, n.greek, n.cyrillic, n.arabic, n.hebrew, n.chinese, n.hindi, n.korean]
sections:
  - section: all
    role: main-message
  - table: places
  - callout: brackets
    kind: info
  - checklist: items
",
    );
    project.write(
        "library/names/text/en.yaml",
        "title: Names in eight scripts
all:
  heading: In a line
  body: |
    Dear {{n.latin}}, {{n.greek}}, {{n.cyrillic}}, {{n.arabic}}, {{n.hebrew}}, {{n.chinese}}, {{n.hindi}}
    and {{n.korean}}: we are glad that you come on 3 April at 9:30. {{n.arabic}} and {{n.hebrew}} also
    stand where a line ends. {{n.arabic}} {{n.arabic}}, and {{n.hebrew}} {{n.hebrew}}.
places:
  caption: In a table
  header: [Script, Name, Bold]
  rows:
    - [Arabic, '({{n.arabic}}) 12', '**{{n.arabic}}** 1/2']
    - [Hebrew, '12 {{n.hebrew}}: 5–10 mg', '**{{n.hebrew}}**!']
    - [Chinese, '{{n.chinese}}', '**{{n.chinese}}**']
    - [Devanagari, '{{n.hindi}}', '**{{n.hindi}}**']
    - [Korean, '{{n.korean}}', '**{{n.korean}}**']
brackets:
  title: Beside brackets
  body: '\"{{n.arabic}}\" [{{n.hebrew}}], 500 mg, at {{clinic.name}}, 12 Mill Lane.'
items:
  heading: In a list
  items: ['{{n.arabic}}', '{{n.hebrew}}, 3', '{{n.korean}}']
",
    );
    let values = [
        "n.latin=Łukasz Nguyễn",
        "n.greek=Γιώργος",
        "n.cyrillic=Дмитрий",
        "n.arabic=زينب عبد الله",
        "n.hebrew=יוסף בן דוד",
        "n.chinese=李小龍",
        "n.hindi=नेहा शर्मा",
        "n.korean=김민준",
    ];
    let set = values.iter().flat_map(|value| ["--set", value]);
    let arguments = ["names", "-c", "own", "-p", "a5"].into_iter().chain(set);
    let arguments = arguments.map(str::to_owned).collect();
    (project, arguments)
}

#[test]
fn names_in_eight_scripts_look_as_they_did() {
    let (project, arguments) = names();
    let arguments = arguments.iter().map(String::as_str).chain(["-o", "-"]);
    let run = project.generate(&arguments.collect::<Vec<_>>());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let file = run.stdout;
    compare("names-1", render(file.clone(), 1, 90.0));
    compare("names-2", render(file, 2, 90.0));
}

#[test]
fn a_changed_word_is_a_difference() {
    let paper = (Paper::A4, "a4");
    let page = |date| {
        let renderer = &mut handout::Renderer::new();
        render(
            SHIPPED
                .make_with("inflammation-link", paper.0, date, renderer)
                .bytes,
            1,
            60.0,
        )
    };
    let expected = page("2026-11-21");
    assert_eq!(difference(&expected, &page("2026-11-21")).1, 0);
    let (_, others) = difference(&expected, &page("2030-01-01"));
    assert!(others > (expected.width() * expected.height()) as usize * PER_MILLION / 1_000_000);
}
