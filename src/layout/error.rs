//! Reasons why a document cannot be laid out.

use crate::document::Key;

/// Why a document cannot be laid out.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum LayoutError {
    #[error("no bundled face has the characters {}", list(.0))]
    MissingGlyphs(Vec<char>),
    /// Faces have each of the characters, and no face has all of a cluster.
    #[error("no bundled face has together the characters {}", list(.0))]
    UnjoinableGlyphs(Vec<char>),
    /// A link leads to a block that is not in the document.
    #[error("a link leads to `{0}`, which is not in the document")]
    UnknownTarget(Key),
    #[error("a heading has no words")]
    HeadingWithoutWords,
    /// Page numbers in the text keep moving the blocks that they name.
    #[error("the page numbers in the text do not settle")]
    UnsettledPages,
    /// A booklet has too many sheets to fold and staple.
    #[error("the booklet has {sheets} sheets, and at most {most} can be stapled together")]
    ThickBooklet { sheets: usize, most: usize },
    /// The text needs more panels than a sheet has.
    #[error(
        "the text is too long for the six panels of the sheet: {}",
        left_over(*lines)
    )]
    FullPanels { lines: usize },
    /// An address is higher than the window.
    #[error("the address has {lines} lines, and the window of the envelope shows {most}")]
    TallAddress { lines: usize, most: usize },
    /// A line of an address is wider than the window. Lines count from 1.
    #[error("line {line} of the address is too long for the window of the envelope")]
    WideAddress { line: usize },
    /// The clinic's name and address reach into the window.
    #[error("the clinic's name and address leave no room for the window of the envelope")]
    TallLetterHead,
    #[error("the text of the letter is too long for one page")]
    LongLetter,
}

impl LayoutError {
    /// Returns whether the leaflet as a whole is too long.
    pub(crate) fn is_about_length(&self) -> bool {
        matches!(
            self,
            LayoutError::ThickBooklet { .. } | LayoutError::FullPanels { .. }
        )
    }
}

fn left_over(lines: usize) -> String {
    match lines {
        1 => "1 line is left over".to_owned(),
        _ => format!("{lines} lines are left over"),
    }
}

fn list(characters: &[char]) -> String {
    let names: Vec<String> = characters
        .iter()
        .map(|&character| format!("`{character}` (U+{:04X})", u32::from(character)))
        .collect();
    names.join(", ")
}
