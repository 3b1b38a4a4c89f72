//! Booklets and trifolds, unfolded to their pages again.

use crate::pdf_reader::{PdfFile, PlacedGlyph};
use crate::shipped_library::SHIPPED;
use handout::Paper;

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
