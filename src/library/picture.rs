//! Reads pictures. Errors become findings at the line that names the file.

use std::collections::BTreeMap;

use super::folder::ContentFolder;
use crate::finding::{Finding, Place};
use crate::font::Faces;
use crate::picture::{PictureError, PictureFile, PictureNote, PictureUse, UnsupportedFeature};

/// Reads and draws the picture at a path in a folder.
pub(super) fn read(
    folder: &ContentFolder,
    path: &str,
    purpose: PictureUse,
    labels: &BTreeMap<String, String>,
    faces: &Faces,
    named_at: &Place,
) -> Result<PictureFile, Finding> {
    let data = folder.file(path, named_at)?;
    let picture = PictureFile::read(&data, labels, purpose, faces, folder.drawing_origin());
    picture.map_err(|error: PictureError| {
        let finding = Finding::error(id(&error), format!("`{path}`: {error}"));
        let finding = finding.in_place(named_at.clone());
        match (&error, help(&error)) {
            (PictureError::UnknownLabel { id, known }, _) => {
                finding.suggest(id, known.iter().map(String::as_str))
            }
            (_, Some(help)) => finding.help(help),
            _ => finding,
        }
    })
}

/// Returns findings about a picture, without a place.
pub(crate) fn picture_notes(picture: &PictureFile, purpose: PictureUse) -> Vec<Finding> {
    let what = match purpose {
        PictureUse::Figure => "the picture",
        PictureUse::Logo => "the logo",
    };
    let finding = |note: &PictureNote| match note {
        PictureNote::DrawnAsPixels(reason) => Finding::note(
            "drawn-as-pixels",
            format!("{what} uses {reason}, so it is printed as pixels, at 300 per inch"),
        ),
        PictureNote::MissingFace(family) => {
            let message = format!("{what} asks for the face `{family}`, and is printed in another");
            let help = "turn the text into paths in the drawing program, as with Object > Expand";
            match purpose {
                PictureUse::Figure => Finding::note("missing-face", message),
                PictureUse::Logo => Finding::warning("missing-face", message),
            }
            .help(help)
        }
        PictureNote::CutLettering(family) => {
            let message = format!(
                "{what} asks for the face `{family}`, and is printed in another: its letters are wider there, and the \
                 edge of the drawing cuts them off"
            );
            let help = "turn the text into paths in the drawing program, as with Object > Expand, or add the face to \
                        `brand.fallback_faces` in `clinic.yaml`";
            Finding::warning("cut-lettering", message).help(help)
        }
        PictureNote::Invisible => Finding::warning(
            "invisible-picture",
            format!("nothing of {what} can be seen on white paper"),
        )
        .help("use the version for white paper: it may be made for a dark web page"),
        PictureNote::Animated => Finding::warning(
            "animated-picture",
            format!("{what} is animated: its first image is printed"),
        )
        .help("save the right picture as PNG"),
        PictureNote::GuessedColours => Finding::warning(
            "shifted-colours",
            format!("the colours of {what} may be a little different in print"),
        )
        .help("save it as RGB with the colour profile sRGB"),
    };
    picture.notes().iter().map(finding).collect()
}

fn id(error: &PictureError) -> &'static str {
    match error {
        PictureError::UnknownFormat
        | PictureError::OtherFormat(_)
        | PictureError::Unsupported(_)
        | PictureError::LongLabel(_)
        | PictureError::Unreadable(_)
        | PictureError::GivenUp(_)
        | PictureError::NoReader(_) => "unreadable-image",
        PictureError::TooLarge(_) | PictureError::LargeFaces(_) => "too-large",
        PictureError::Unsafe { .. } | PictureError::TooComplex { .. } => "unsafe-image",
        PictureError::MissingGlyph(_) => "missing-glyph",
        PictureError::UnknownLabel { .. } => "unknown-target",
    }
}

fn help(error: &PictureError) -> Option<&'static str> {
    match error {
        PictureError::UnknownFormat => Some("save the picture as SVG, PNG or JPEG"),
        PictureError::OtherFormat(_) => {
            Some("open it in the program that made it, and save it as SVG (drawings), PNG or JPEG")
        }
        PictureError::TooLarge(_) => {
            Some("save the picture smaller: 2000 pixels across are enough for print")
        }
        PictureError::Unsafe { reason, .. } if reason.contains("entit") => Some(
            "export it again as plain SVG; in Illustrator, without “Preserve Illustrator Editing Capabilities”",
        ),
        PictureError::Unsafe { reason, .. } if reason.contains("foreignObject") => Some(
            "it may be text in HTML, or in Figma a background blur or an angular gradient: remove it, and export the drawing again; or save it as PNG",
        ),
        PictureError::Unsafe { .. } => Some(
            "export the drawing again as plain SVG, without scripts, links or linked pictures, or as PNG",
        ),
        PictureError::TooComplex { .. } => {
            Some("draw it with fewer and simpler shapes, or save it as PNG")
        }
        PictureError::Unsupported(feature) => Some(match feature {
            UnsupportedFeature::Animation => {
                "delete the animation in the drawing program, or save the right moment as PNG"
            }
            UnsupportedFeature::Transform(_) => {
                "export the drawing as plain SVG, without CSS, or save it as PNG"
            }
            UnsupportedFeature::Style(_) => {
                "export the drawing as plain SVG, with attributes in place of style sheets and with lines that scale, or save it as PNG"
            }
            UnsupportedFeature::TextPath | UnsupportedFeature::RightToLeft => {
                "turn the text into paths: in Inkscape with Path > Object to Path, in Illustrator with Type > Create Outlines"
            }
            UnsupportedFeature::FlowingText => {
                "web browsers do not show it, either: in Inkscape, choose Text > Convert to Text or Path > Object to Path"
            }
            UnsupportedFeature::NestedDrawing => {
                "paste the inner drawing itself in place of the image: in Inkscape, open it and copy its shapes; or save the whole as PNG"
            }
            UnsupportedFeature::Other(_) => "draw it with plain fills and lines, or save it as PNG",
        }),
        PictureError::LongLabel(_) => {
            Some("write a shorter label, or make room for it in the drawing")
        }
        PictureError::Unreadable(_) => Some("the file may be cut off: save or copy it again"),
        PictureError::GivenUp(_) => Some("make the drawing simpler, or save it as PNG"),
        PictureError::NoReader(_) => Some(
            "`handout` reads drawings in a second process: allow it to start one, or save the drawing as PNG",
        ),
        PictureError::LargeFaces(_) => {
            Some("take smaller files as `fallback_faces`, or save the drawing as PNG")
        }
        PictureError::MissingGlyph(_) => Some(
            "add a face with the character to `brand.fallback_faces`, turn the text into paths in the drawing program, or save the drawing as PNG",
        ),
        PictureError::UnknownLabel { .. } => None,
    }
}
