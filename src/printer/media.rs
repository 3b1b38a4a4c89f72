//! Sheets of paper as IPP names them (PWG 5101.1).

use crate::theme::Paper;

/// A size of sheets.
pub(super) struct Media {
    /// Keyword of the attribute `media`.
    pub(super) keyword: &'static str,
    /// Width and height in 1/100 mm.
    pub(super) size: (i32, i32),
    /// Name for people.
    pub(super) name: &'static str,
}

const A4: Media = Media {
    keyword: "iso_a4_210x297mm",
    size: (21000, 29700),
    name: "A4",
};
const LETTER: Media = Media {
    keyword: "na_letter_8.5x11in",
    size: (21590, 27940),
    name: "Letter",
};
const A5: Media = Media {
    keyword: "iso_a5_148x210mm",
    size: (14800, 21000),
    name: "A5",
};

/// Returns the sheets that a leaflet is printed on.
pub(super) fn media(paper: Paper) -> &'static Media {
    match paper {
        Paper::A4 | Paper::A5Booklet | Paper::DlTrifold => &A4,
        Paper::Letter | Paper::LetterBooklet | Paper::LetterTrifold => &LETTER,
        Paper::A5 => &A5,
    }
}

/// Returns a name for people: `A4`, or the keyword of a size that no leaflet has.
pub(super) fn name(keyword: &str) -> &str {
    let known = [&A4, &LETTER, &A5].into_iter();
    let mut known = known.filter(|media| media.keyword == keyword);
    known.next().map_or(keyword, |media| media.name)
}
