//! What a printer does with printed sheets, by the numbers of the attribute `finishings` (PWG 5100.1).

use crate::theme::Paper;

const NONE: i32 = 3;
const STAPLE: i32 = 4;
const SADDLE_STITCH: i32 = 8;
const FOLD: i32 = 10;
const BOOKLET_MAKER: i32 = 13;
const STAPLE_TOP_LEFT: i32 = 20;
const FOLD_HALF: i32 = 93;
const FOLD_LETTER: i32 = 96;

/// Names of the numbers.
const NAMES: [(i32, &str); 64] = [
    (NONE, "none"),
    (STAPLE, "staple"),
    (5, "punch"),
    (6, "cover"),
    (7, "bind"),
    (SADDLE_STITCH, "saddle-stitch"),
    (9, "edge-stitch"),
    (FOLD, "fold"),
    (11, "trim"),
    (12, "bale"),
    (BOOKLET_MAKER, "booklet-maker"),
    (14, "jog-offset"),
    (15, "coat"),
    (16, "laminate"),
    (STAPLE_TOP_LEFT, "staple-top-left"),
    (21, "staple-bottom-left"),
    (22, "staple-top-right"),
    (23, "staple-bottom-right"),
    (24, "edge-stitch-left"),
    (25, "edge-stitch-top"),
    (26, "edge-stitch-right"),
    (27, "edge-stitch-bottom"),
    (28, "staple-dual-left"),
    (29, "staple-dual-top"),
    (30, "staple-dual-right"),
    (31, "staple-dual-bottom"),
    (32, "staple-triple-left"),
    (33, "staple-triple-top"),
    (34, "staple-triple-right"),
    (35, "staple-triple-bottom"),
    (50, "bind-left"),
    (51, "bind-top"),
    (52, "bind-right"),
    (53, "bind-bottom"),
    (60, "trim-after-pages"),
    (61, "trim-after-documents"),
    (62, "trim-after-copies"),
    (63, "trim-after-job"),
    (70, "punch-top-left"),
    (71, "punch-bottom-left"),
    (72, "punch-top-right"),
    (73, "punch-bottom-right"),
    (74, "punch-dual-left"),
    (75, "punch-dual-top"),
    (76, "punch-dual-right"),
    (77, "punch-dual-bottom"),
    (78, "punch-triple-left"),
    (79, "punch-triple-top"),
    (80, "punch-triple-right"),
    (81, "punch-triple-bottom"),
    (82, "punch-quad-left"),
    (83, "punch-quad-top"),
    (84, "punch-quad-right"),
    (85, "punch-quad-bottom"),
    (90, "fold-accordion"),
    (91, "fold-double-gate"),
    (92, "fold-gate"),
    (FOLD_HALF, "fold-half"),
    (94, "fold-half-z"),
    (95, "fold-left-gate"),
    (FOLD_LETTER, "fold-letter"),
    (97, "fold-parallel"),
    (98, "fold-poster"),
    (99, "fold-right-gate"),
];

/// Returns the name of a number.
pub(super) fn name(number: i32) -> String {
    let mut named = NAMES.iter().filter(|(known, _)| *known == number);
    match named.next() {
        Some((_, name)) => (*name).to_owned(),
        None => format!("finishing {number}"),
    }
}

/// Returns the names of what a printer can do; empty if it can do nothing.
pub(super) fn names(supported: &[i32]) -> Vec<String> {
    let supported = supported.iter().filter(|number| **number != NONE);
    supported.map(|number| name(*number)).collect()
}

/// Whether a printer can staple the corner or the fold of a leaflet.
pub(super) fn can_staple(supported: &[i32]) -> bool {
    chosen(&staples(Paper::A4), supported).is_some()
        || chosen(&staples(Paper::A5Booklet), supported).is_some()
}

/// Whether a printer can fold sheets once or twice.
pub(super) fn can_fold(supported: &[i32]) -> bool {
    [Paper::A5Booklet, Paper::DlTrifold]
        .into_iter()
        .any(|paper| chosen(&folds(paper), supported).is_some())
}

/// Returns the first of some ways that a printer offers.
pub(super) fn chosen(ways: &[Vec<i32>], supported: &[i32]) -> Option<Vec<i32>> {
    let is_offered = |way: &&Vec<i32>| way.iter().all(|number| supported.contains(number));
    ways.iter().find(is_offered).cloned()
}

/// Returns the ways to staple a leaflet, the best first.
pub(super) fn staples(paper: Paper) -> Vec<Vec<i32>> {
    match paper {
        Paper::A5Booklet | Paper::LetterBooklet => vec![vec![SADDLE_STITCH], vec![BOOKLET_MAKER]],
        _ => vec![vec![STAPLE_TOP_LEFT], vec![STAPLE]],
    }
}

/// Returns the ways to fold a leaflet, the best first; empty if its sheets are not folded.
pub(super) fn folds(paper: Paper) -> Vec<Vec<i32>> {
    match paper {
        Paper::A5Booklet | Paper::LetterBooklet => vec![vec![FOLD_HALF], vec![FOLD]],
        Paper::DlTrifold | Paper::LetterTrifold => vec![vec![FOLD_LETTER], vec![FOLD]],
        Paper::A4 | Paper::Letter | Paper::A5 => Vec::new(),
    }
}

/// Returns the ways to fold and staple a leaflet, the best first.
pub(super) fn booklets() -> Vec<Vec<i32>> {
    vec![
        vec![BOOKLET_MAKER],
        vec![SADDLE_STITCH, FOLD_HALF],
        vec![SADDLE_STITCH, FOLD],
    ]
}
