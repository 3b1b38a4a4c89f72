//! Reads a clinic's own fonts. Errors become findings at the line that names the file.

use super::folder::ContentFolder;
use crate::finding::{Finding, Place};
use crate::font::{Face, FontError, Weight};

/// Reads the font at a path in a folder.
pub(super) fn read(
    folder: &ContentFolder,
    path: &str,
    weight: Weight,
    named_at: &Place,
) -> Result<Face, Finding> {
    let data = folder.file(path, named_at)?;
    Face::read(data, weight).map_err(|error| unusable(&error, path, named_at))
}

/// Reads a fallback face at a path in a folder.
pub(super) fn read_fallback(
    folder: &ContentFolder,
    path: &str,
    named_at: &Place,
) -> Result<Face, Finding> {
    let data = folder.file(path, named_at)?;
    Face::read_fallback(data).map_err(|error| unusable(&error, path, named_at))
}

fn unusable(error: &FontError, path: &str, named_at: &Place) -> Finding {
    let id = match error {
        FontError::NotEmbeddable(_) | FontError::NoSubsetting(_) => "restricted-face",
        _ => "unusable-face",
    };
    Finding::error(id, format!("`{path}`: {error}"))
        .in_place(named_at.clone())
        .help(help(error))
}

fn help(error: &FontError) -> &'static str {
    match error {
        FontError::UnknownFormat | FontError::NoOutlines => {
            "name a TrueType or OpenType file, `.ttf` or `.otf`"
        }
        FontError::Collection => "take the one face out of it, as a file `.ttf` or `.otf`",
        FontError::WebFont => {
            "take the same face as it is installed on computers, as a file `.ttf` or `.otf`"
        }
        FontError::Variable => {
            "take a static file for each weight, such as `Own-Regular.ttf` and `Own-Bold.ttf`"
        }
        FontError::Unreadable(_) => "the file may be cut off: copy it again",
        FontError::NotEmbeddable(_) | FontError::NoSubsetting(_) => {
            "ask its maker for a licence and a file for documents, or take another face"
        }
    }
}
