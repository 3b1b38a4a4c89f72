//! Booklets and trifolds, unfolded to their pages again.

use crate::pdf_reader::{PdfFile, PlacedGlyph};
use crate::shipped_library::SHIPPED;
use crate::test_project::{TestProject, run_in};
use handout::layout::page::Content;
use handout::{Edition, Paper};

const MM: f32 = 72.0 / 25.4;

/// Half of a side.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Half {
    Left,
    Right,
}

/// Returns side and half of each page of a booklet in the order in which a reader turns them.
///
/// The sheets lie on each other, the first one outside. Turned on the short edge, the back of a sheet is
/// upright.
fn turned_pages(sides: usize) -> Vec<(usize, Half)> {
    let fronts = (0..sides).step_by(2);
    let to_middle = fronts
        .clone()
        .flat_map(|front| [(front, Half::Right), (front + 1, Half::Left)]);
    let from_middle = fronts
        .rev()
        .flat_map(|front| [(front + 1, Half::Right), (front, Half::Left)]);
    to_middle.chain(from_middle).collect()
}

/// Returns the glyphs of a page or side, each with its place in hundredths of a point.
fn glyphs(file: &PdfFile, side: usize) -> Vec<&PlacedGlyph> {
    let sequences = file.content[side].iter();
    sequences.flat_map(|sequence| &sequence.glyphs).collect()
}

/// Returns places of glyphs from a left edge, sorted.
fn places(glyphs: &[&PlacedGlyph], left: f32) -> Vec<[i32; 3]> {
    let rounded = |length: f32| (length * 10.0).round() as i32;
    let mut places: Vec<[i32; 3]> = glyphs
        .iter()
        .map(|glyph| [glyph.y, glyph.x - left, glyph.size].map(rounded))
        .collect();
    places.sort_unstable();
    places
}

/// Returns whether all places are equal up to rounding.
fn are_same(one: &[[i32; 3]], other: &[[i32; 3]]) -> bool {
    let is_near = |(one, other): (&i32, &i32)| (one - other).abs() <= 1;
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.iter().zip(other).all(is_near))
}

#[test]
fn booklet_unfolds_to_its_pages() {
    for id in ["inflammation-link", "my-flare-plan", "sleep"] {
        let leaflet = SHIPPED.make(id, Paper::A5);
        let pages = PdfFile::read(&leaflet.bytes);
        let booklet = PdfFile::read(&SHIPPED.make(id, Paper::A5Booklet).bytes);
        let turned = turned_pages(booklet.pages.len());
        assert_eq!(turned.len() % 4, 0, "{id}");
        assert!(turned.len() < pages.pages.len() + 4, "{id}");
        let fold = 148.5 * MM;
        for (page, (side, half)) in turned.into_iter().enumerate() {
            let is_here = |glyph: &&PlacedGlyph| match half {
                Half::Left => glyph.x < fold,
                Half::Right => glyph.x >= fold,
            };
            let mut here = glyphs(&booklet, side);
            here.retain(is_here);
            if page >= pages.pages.len() {
                assert!(here.is_empty(), "{id}: page {page} is padding");
                continue;
            }
            let creep = 0.1 * MM * (side / 2) as f32;
            let left = match half {
                Half::Left => fold - 148.0 * MM + creep,
                Half::Right => fold - creep,
            };
            let (placed, expected) = (places(&here, left), places(&glyphs(&pages, page), 0.0));
            assert!(!expected.is_empty());
            assert!(
                are_same(&placed, &expected),
                "{id}: page {page} is on side {side}, {half:?}"
            );
            let nearest = here.iter().map(|glyph| (glyph.x - fold).abs());
            let nearest = nearest.fold(f32::MAX, f32::min);
            assert!(
                nearest > 14.0 * MM,
                "{id}: text is {nearest} pt from the fold"
            );
        }
    }
}

#[test]
fn booklet_is_read_like_its_pages() {
    for id in ["inflammation-link", "my-flare-plan", "sleep"] {
        let pages = PdfFile::read(&SHIPPED.make(id, Paper::A5).bytes);
        let booklet = PdfFile::read(&SHIPPED.make(id, Paper::A5Booklet).bytes);
        assert_eq!(booklet.problems(), [""; 0]);
        assert_eq!(booklet.texts(), pages.texts(), "{id}");
    }
}

/// Text areas of the panels of a trifold, as left and right edges in millimetres: outside and inside.
const AREAS_A4: [[(f32, f32); 3]; 2] = [
    [(10.0, 89.0), (105.0, 189.0), (206.0, 287.0)],
    [(10.0, 92.0), (108.0, 192.0), (208.0, 287.0)],
];
const AREAS_LETTER: [[(f32, f32); 3]; 2] = [
    [(10.0, 83.4), (99.4, 177.4), (194.4, 269.4)],
    [(10.0, 86.0), (102.0, 180.0), (196.0, 269.4)],
];

fn trifold(id: &str, paper: Paper) -> PdfFile {
    PdfFile::read(&SHIPPED.make_edition(id, paper, Edition::SHORT).bytes)
}

#[test]
fn text_of_panels_keeps_away_from_folds_and_edges() {
    for (paper, areas, height) in [
        (Paper::DlTrifold, AREAS_A4, 210.0),
        (Paper::LetterTrifold, AREAS_LETTER, 215.9),
    ] {
        for id in ["inflammation-link", "sleep", "my-flare-plan"] {
            let file = trifold(id, paper);
            assert_eq!(file.problems(), [""; 0]);
            assert_eq!(file.pages.len(), 2);
            for (side, areas) in areas.iter().enumerate() {
                for glyph in glyphs(&file, side) {
                    let (x, y) = (glyph.x / MM, glyph.y / MM);
                    let is_inside = |(left, right): &(f32, f32)| (*left - 0.1..*right).contains(&x);
                    assert!(areas.iter().any(is_inside), "{id}: {x} mm on side {side}");
                    assert!(
                        (11.0..height - 8.0).contains(&y),
                        "{id}: {y} mm on side {side}"
                    );
                }
            }
        }
    }
}

#[test]
fn panels_are_in_the_order_of_a_c_fold() {
    let leaflet = SHIPPED.make_edition("my-flare-plan", Paper::DlTrifold, Edition::SHORT);
    // From left to right: flap, back and cover outside, and the second to fourth panel inside.
    let left_of = |words: &str| {
        let places = leaflet
            .layout
            .pages
            .iter()
            .enumerate()
            .flat_map(|(side, page)| page.items.iter().map(move |item| (side, item)));
        let mut found = places.filter_map(|(side, item)| match &item.content {
            Content::Text(run) if run.text.contains(words) => Some((side, item.at.x.0 / MM)),
            _ => None,
        });
        found.next().unwrap_or_else(|| panic!("no {words}"))
    };
    let panel = |words: &str| {
        let (side, left) = left_of(words);
        let ends = [[97.0, 197.0], [100.0, 200.0]][side];
        (side, ends.iter().filter(|end| left > **end).count())
    };
    assert_eq!(panel("My flare plan"), (0, 2));
    assert_eq!(panel("short answer"), (0, 2));
    assert_eq!(panel("Talk to us"), (0, 1));
    assert_eq!(panel("Stay safe"), (1, 0));
    let numbers = |side: usize| {
        let panels = leaflet.layout.pages[side].panels.iter();
        panels.map(|panel| panel.number).collect::<Vec<_>>()
    };
    assert_eq!([numbers(0), numbers(1)], [vec![0, 4, 5], vec![1, 2, 3]]);
}

#[test]
fn folded_paper_is_for_editions_that_fit_it() {
    let project = TestProject::new();
    let run = |arguments: &[&str]| {
        let mut all = vec!["generate", "my-flare-plan"];
        all.extend(arguments);
        run_in(&project.path("."), &all)
    };
    let made = run(&["-p", "dl-trifold"]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    assert!(
        made.stderr
            .contains("my-flare-plan-short-dl-trifold.pdf (1 sheet)")
    );
    assert!(made.stderr.contains("flipped on the short edge"));
    let refused = run(&["-p", "dl-trifold", "-e", "standard"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("use the edition `short`"));
    // The short edition has small type.
    let refused = run(&["-p", "dl-trifold", "-e", "large-print"]);
    let advice = "use the paper `a4` or `letter`";
    assert!(refused.stderr.contains(advice), "{}", refused.stderr);
    assert!(!refused.stderr.contains("`short`"), "{}", refused.stderr);
    for (edition, paper) in [
        ("large-print", "dl-trifold"),
        ("large-print", "a5-booklet"),
        ("high-contrast", "a5-booklet"),
        ("short", "letter-booklet"),
    ] {
        let refused = run(&["-p", paper, "-e", edition]);
        assert_eq!(refused.code, Some(2), "{edition} on {paper}");
        assert!(refused.stderr.contains("does not fit on the paper"));
    }
}

#[test]
fn sheets_of_a_batch_are_counted_and_the_same_on_any_number_of_threads() {
    let project = TestProject::new();
    project.write(
        "jobs.csv",
        "handout,paper,copies\nmy-flare-plan,a5-booklet,2\nsleep,a5-booklet,1\nmy-flare-plan,dl-trifold,3\n",
    );
    let run = |threads: &str| {
        let bundle = format!("{threads}.pdf");
        let out = format!("out{threads}");
        let run = run_in(
            &project.path("."),
            &[
                "batch", "jobs.csv", "-o", &out, "--jobs", threads, "--bundle", &bundle,
            ],
        );
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(
            run.stderr.contains("flipped on the short edge"),
            "{}",
            run.stderr
        );
        (std::fs::read(project.path(&bundle)).unwrap(), run.stderr)
    };
    let (one, said) = run("1");
    assert!(one == run("3").0);
    let file = PdfFile::read(&one);
    assert_eq!(file.problems(), [""; 0]);
    let alone = |id: &str, paper| SHIPPED.make(id, paper).layout.pages.len();
    let sides =
        2 * alone("my-flare-plan", Paper::A5Booklet) + alone("sleep", Paper::A5Booklet) + 3 * 2;
    assert_eq!(file.pages.len(), sides);
    assert!(said.contains("3 sheets of Dl-trifold"), "{said}");
    let preferences = file.document.catalog().unwrap();
    let preferences = preferences
        .get(b"ViewerPreferences")
        .and_then(|found| found.as_dict());
    let duplex = preferences
        .unwrap()
        .get(b"Duplex")
        .and_then(|found| found.as_name());
    assert_eq!(duplex.unwrap(), b"DuplexFlipShortEdge");
}
