//! Compares drawings in leaflets with resvg's pictures of them.
//!
//! `tests/drawings` has a drawing for each feature of SVG, and combinations. Each is printed as a figure and
//! as a logo. The error of a picture is the largest difference of a channel between the means of 8 × 8
//! pixels: edges may be smoothed in other ways, but no feature may be missing.
//!
//! A mismatch leaves both pictures in `target/drawings`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use handout::document::Logo;
use handout::geometry::Rect;
use handout::layout::page::{Content, Role};
use handout::picture::{DrawingOrigin, Picture, PictureFile, PictureUse};
use handout::{Clinic, Faces, JobData, Leaflet, LeafletRequest, Library, Paper, Renderer};
use image::{Rgb, RgbImage};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg;

use crate::golden::render;
use crate::shipped_library::{ShippedLibrary, TODAY};

/// Largest error of a picture that is right.
const MAX_ERROR: u8 = 24;
/// The same with pixels in it: the edges of an image are not smoothed, and may be half a dot off.
const MAX_IMAGE_ERROR: u8 = 40;
/// Side of the squares that are compared.
const BLOCK: u32 = 8;
/// Dots per inch of figures and of logos, which are small.
const FIGURE_DOTS: f32 = 80.0;
const LOGO_DOTS: f32 = 150.0;
/// resvg draws with this many dots for one: filters and patterns are coarse at low densities.
const OVERSAMPLING: u32 = 4;
/// Something at both corners, so that no margin of a logo is cut off.
const CORNERS: &str = "<path d='M0 0h.4v.4H0zM119.6 59.6h.4v.4h-.4z' fill='#777'/></svg>";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/drawings")
}

/// The names and texts of all drawings, sorted.
pub(crate) fn drawings() -> Vec<(String, String)> {
    let files = fs::read_dir(folder()).unwrap();
    let paths = files.map(|entry| entry.unwrap().path());
    let svgs = paths.filter(|path| path.extension().is_some_and(|kind| kind == "svg"));
    let mut drawings: Vec<(String, String)> = svgs
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    drawings.sort();
    assert!(drawings.len() >= 60, "{}", drawings.len());
    drawings
}

fn picture(svg: &str, purpose: PictureUse) -> PictureFile {
    let (labels, faces) = (BTreeMap::new(), Faces::bundled());
    let origin = DrawingOrigin::Foreign;
    PictureFile::read(svg.as_bytes(), &labels, purpose, &faces, origin).unwrap()
}

/// Makes a leaflet with a figure of each drawing.
pub(crate) fn gallery(drawings: &[(String, String)]) -> Leaflet {
    let root = tempfile::TempDir::new().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let mut definition = format!(
        "id: gallery\nversion: 1.0.0\nreviewed: {TODAY}\nreview_by: 2028-11-21\nsections:\n  \
         - section: start\n    role: main-message\n"
    );
    let mut texts = "title: Drawings\nstart:\n  heading: Start\n  body: Drawings.\n".to_owned();
    for (name, svg) in drawings {
        let _ = writeln!(
            definition,
            "  - figure: {name}\n    image: figures/{name}.svg"
        );
        let _ = writeln!(texts, "{name}:\n  alt: {name}\n  caption: {name}.");
        write(&format!("gallery/figures/{name}.svg"), svg);
    }
    write("library.yaml", "name: Gallery\n");
    write("gallery/handout.yaml", &definition);
    write("gallery/text/en.yaml", &texts);
    write("clinics/example/clinic.yaml", "name: A clinic\n");
    let library = Library::open(root.path()).unwrap();
    let clinic: Clinic = library
        .clinic("example", &Faces::bundled())
        .unwrap()
        .unwrap();
    let handout = library.handout("gallery").unwrap();
    let request = LeafletRequest::new(&library, &handout, &clinic, TODAY.parse().unwrap())
        .with_language("en")
        .with_paper(Paper::A5);
    handout::render(&request, &JobData::new(), &mut Renderer::new())
        .unwrap_or_else(|error| panic!("{error:#?}"))
}

/// Page (from 0) and area of each figure.
fn figures(leaflet: &Leaflet) -> Vec<(usize, Rect)> {
    let elements = leaflet.layout.structure.iter();
    let figures = elements.filter(|element| element.role == Role::Figure);
    figures.filter_map(|element| element.bounding_box).collect()
}

fn crop(page: &RgbImage, area: Rect, dots: f32) -> RgbImage {
    let pixels = |length: f32| (length * dots / 72.0).round() as u32;
    let (left, top) = (pixels(area.origin.x.0), pixels(area.origin.y.0));
    let (width, height) = (pixels(area.size.width.0), pixels(area.size.height.0));
    image::imageops::crop_imm(page, left, top, width, height).to_image()
}

/// Draws a file with resvg as an area of a page.
fn expected(picture: &PictureFile, area: Rect, dots: f32) -> RgbImage {
    let mut options = usvg::Options {
        font_family: "Atkinson Hyperlegible Next".to_owned(),
        font_size: 16.0,
        ..usvg::Options::default()
    };
    let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    for entry in fs::read_dir(fonts).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "ttf") {
            options.fontdb_mut().load_font_data(fs::read(path).unwrap());
        }
    }
    let tree = usvg::Tree::from_str(picture.svg().unwrap(), &options).unwrap();
    let pixels = |length: f32| length * dots / 72.0;
    let (left, top) = (pixels(area.origin.x.0), pixels(area.origin.y.0));
    let (width, height) = (pixels(area.size.width.0), pixels(area.size.height.0));
    let (columns, rows) = (width.round() as u32, height.round() as u32);
    let mut pixmap = Pixmap::new(columns * OVERSAMPLING, rows * OVERSAMPLING).unwrap();
    pixmap.fill(Color::WHITE);
    let transform = Transform::from_scale(OVERSAMPLING as f32, OVERSAMPLING as f32)
        .pre_translate(left - left.round(), top - top.round())
        .pre_scale(width / tree.size().width(), height / tree.size().height());
    resvg::render(&tree, transform, &mut pixmap.as_mut());
    RgbImage::from_fn(columns, rows, |x, y| {
        let mut sums = [0; 3];
        for index in 0..OVERSAMPLING * OVERSAMPLING {
            let (column, row) = (index % OVERSAMPLING, index / OVERSAMPLING);
            let (x, y) = (x * OVERSAMPLING + column, y * OVERSAMPLING + row);
            let colour = pixmap.pixel(x, y).unwrap();
            for (sum, channel) in sums
                .iter_mut()
                .zip([colour.red(), colour.green(), colour.blue()])
            {
                *sum += u32::from(channel);
            }
        }
        Rgb(sums.map(|sum| (sum / (OVERSAMPLING * OVERSAMPLING)) as u8))
    })
}

/// Returns the error of a picture.
pub(crate) fn error(actual: &RgbImage, expected: &RgbImage) -> u8 {
    assert_eq!(actual.dimensions(), expected.dimensions());
    let mean = |picture: &RgbImage, left: u32, top: u32, channel: usize| {
        let mut sum = 0;
        for y in top..top + BLOCK {
            for x in left..left + BLOCK {
                sum += u32::from(picture.get_pixel(x, y).0[channel]);
            }
        }
        sum / (BLOCK * BLOCK)
    };
    let mut worst = 0;
    for top in (0..actual.height().saturating_sub(BLOCK)).step_by(BLOCK as usize / 2) {
        for left in (0..actual.width().saturating_sub(BLOCK)).step_by(BLOCK as usize / 2) {
            for channel in 0..3 {
                let one = mean(actual, left, top, channel);
                let other = mean(expected, left, top, channel);
                worst = worst.max(one.abs_diff(other));
            }
        }
    }
    worst as u8
}

/// Returns the largest error of a drawing that is right.
fn most(name: &str) -> u8 {
    match name.contains("image") || name.contains("photo") {
        true => MAX_IMAGE_ERROR,
        false => MAX_ERROR,
    }
}

/// Keeps both pictures of a mismatch, and returns a line about it.
fn mismatch(name: &str, actual: &RgbImage, expected: &RgbImage) -> Option<String> {
    let error = error(actual, expected);
    if error <= most(name) {
        return None;
    }
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/drawings");
    fs::create_dir_all(&kept).unwrap();
    actual
        .save(kept.join(format!("{name}-actual.png")))
        .unwrap();
    expected
        .save(kept.join(format!("{name}-expected.png")))
        .unwrap();
    Some(format!("{name}: {error}"))
}

#[test]
fn figures_look_as_resvg_draws_them() {
    let drawings = drawings();
    let leaflet = gallery(&drawings);
    let figures = figures(&leaflet);
    assert_eq!(figures.len(), drawings.len());
    let mut pages: BTreeMap<usize, RgbImage> = BTreeMap::new();
    let mut wrong = Vec::new();
    for ((name, svg), (page, area)) in drawings.iter().zip(figures) {
        let page = pages
            .entry(page)
            .or_insert_with(|| render(leaflet.bytes.clone(), page + 1, FIGURE_DOTS));
        let expected = expected(&picture(svg, PictureUse::Figure), area, FIGURE_DOTS);
        wrong.extend(mismatch(name, &crop(page, area, FIGURE_DOTS), &expected));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Prints a drawing as a logo, and returns its picture and resvg's.
fn logo(svg: &str, shipped: &mut ShippedLibrary) -> (RgbImage, RgbImage) {
    let svg = svg.trim_end().strip_suffix("</svg>").unwrap();
    let file = picture(&format!("{svg}{CORNERS}"), PictureUse::Logo);
    shipped.clinic.logo = Some(Logo {
        picture: Arc::new(file.clone()),
        alt: "A mark".to_owned(),
    });
    let leaflet = shipped.make("brain-fog", Paper::A5);
    let (page, area) = figures(&leaflet)[0];
    let page = render(leaflet.bytes, page + 1, LOGO_DOTS);
    (
        crop(&page, area, LOGO_DOTS),
        expected(&file, area, LOGO_DOTS),
    )
}

#[test]
fn logos_look_as_resvg_draws_them() {
    let mut wrong = Vec::new();
    let mut shipped = ShippedLibrary::new();
    for (name, svg) in drawings() {
        let (actual, expected) = logo(&svg, &mut shipped);
        wrong.extend(mismatch(&format!("logo-{name}"), &actual, &expected));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn missing_features_are_mismatches() {
    let mut shipped = ShippedLibrary::new();
    let text = |name: &str| fs::read_to_string(folder().join(format!("{name}.svg"))).unwrap();
    for (name, feature, without) in [
        ("shapes-clip-circle", " clip-path=\"url(#c)\"", ""),
        ("shapes-gradient-linear", "url(#g)", "#143c8c"),
        ("shapes-opacity-shape", " opacity=\".5\"", ""),
        ("shapes-image-png", "<image ", "<image display=\"none\" "),
        (
            "shapes-stroke-miter",
            "stroke-miterlimit=\"4\"",
            "stroke-miterlimit=\"30\"",
        ),
        ("pixels-mask", " mask=\"url(#m)\"", ""),
        ("pixels-filter-blur", " filter=\"url(#f)\"", ""),
        ("pixels-blend-multiply", "mix-blend-mode:multiply", ""),
        ("pixels-pattern", "url(#p)", "#c8143c"),
        ("pixels-group-opacity", "opacity=\".5\"", ""),
    ] {
        let whole = text(name);
        let broken = whole.replace(feature, without);
        assert_ne!(whole, broken, "{name}");
        let error = error(
            &logo(&broken, &mut shipped).0,
            &logo(&whole, &mut shipped).1,
        );
        assert!(error > most(name), "{name}: {error}");
    }
}

#[test]
fn shapes_stay_shapes_and_effects_become_pixels() {
    for (name, svg) in drawings() {
        for purpose in [PictureUse::Figure, PictureUse::Logo] {
            let picture = picture(&svg, purpose);
            let is_vector = matches!(**picture.picture(), Picture::Vector(_));
            assert_eq!(
                is_vector,
                name.starts_with("shapes-"),
                "{name}: {:?}",
                picture.notes()
            );
        }
    }
}

/// Makes a leaflet of a clinic with this `brand` beside its logo.
fn branded(name: &str, brand: &str) -> Leaflet {
    let root = tempfile::TempDir::new().unwrap();
    let yaml = format!("name: {name}\nbrand: {{ logo: logo.svg, logo_alt: A mark{brand} }}\n");
    fs::write(root.path().join("clinic.yaml"), yaml).unwrap();
    let logo = folder().join("shapes-plain.svg");
    fs::copy(logo, root.path().join("logo.svg")).unwrap();
    let mut shipped = ShippedLibrary::new();
    shipped.clinic = Clinic::load(root.path(), &Faces::bundled()).unwrap();
    shipped.make("brain-fog", Paper::A5)
}

#[test]
fn name_in_the_logo_is_not_printed_twice() {
    let words = |leaflet: &Leaflet| {
        let items = leaflet.layout.pages.iter().flat_map(|page| &page.items);
        let runs = items.filter_map(|item| match &item.content {
            Content::Text(run) => Some(run.text.clone()),
            _ => None,
        });
        runs.collect::<String>()
    };
    let alts = |leaflet: &Leaflet| {
        let elements = leaflet.layout.structure.iter();
        let alts = elements.filter_map(|element| element.alt.clone());
        alts.collect::<Vec<_>>()
    };
    let with = branded("Quillwater", "");
    assert_eq!(alts(&with)[0], "A mark");
    let without = branded("Quillwater", ", show_name: false");
    let count = |leaflet| words(leaflet).matches("Quillwater").count();
    // The masthead, and the header of all other pages.
    assert_eq!(count(&with), count(&without) + with.layout.pages.len());
    assert_eq!(alts(&without)[0], "Quillwater. A mark");
}

#[test]
fn photographs_do_not_bloat_leaflets() {
    // Soft colours with noise, as from a camera, of 12 megapixels by its proportions.
    let (width, height) = (2000, 1500);
    let mut noise = 1_u32;
    let photo = RgbImage::from_fn(width, height, |x, y| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let soft = [x * 200 / width, y * 200 / height, (x + y) / 20];
        Rgb(soft.map(|colour| (colour + (noise >> 27)) as u8))
    });
    let mut file = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 95);
    photo.write_with_encoder(encoder).unwrap();
    // An Exif segment that turns it by 90 degrees.
    let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = [&file[..2], exif, &file[2..]].concat();
    let sizes: Vec<usize> = [file.clone(), turned]
        .into_iter()
        .map(|data| {
            let (labels, faces) = (BTreeMap::new(), Faces::bundled());
            let (purpose, origin) = (PictureUse::Logo, DrawingOrigin::Foreign);
            let picture = PictureFile::read(&data, &labels, purpose, &faces, origin).unwrap();
            let mut shipped = ShippedLibrary::new();
            let plain = shipped.make("brain-fog", Paper::A4).bytes.len();
            shipped.clinic.logo = Some(Logo {
                picture: Arc::new(picture),
                alt: "A photograph".to_owned(),
            });
            shipped
                .make("brain-fog", Paper::A4)
                .bytes
                .len()
                .saturating_sub(plain)
        })
        .collect();
    assert!(file.len() > 1_000_000, "{}", file.len());
    for size in sizes {
        assert!(size < 100_000, "{size}");
    }
}
