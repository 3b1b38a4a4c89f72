//! Refuses to write a leaflet over a file that is something else, or under a name that is.

use std::path::Path;

use anyhow::bail;
use clap::ValueEnum;

use crate::disk::{self, is_file_with_other, is_other_file};
use crate::html;
use crate::leaflet::Format;
use crate::page_image::{self, ImageFormat};
use crate::plain_text;
use crate::request_options::name_of;

/// Endings that name a kind of file. Others may be a part of the name, as in `sleep.v2`.
const KNOWN_ENDINGS: [&str; 29] = [
    "pdf", "doc", "docx", "odt", "rtf", "txt", "text", "md", "htm", "html", "xml", "epub", "png",
    "jpg", "jpeg", "svg", "tif", "tiff", "ps", "eps", "yaml", "yml", "lock", "csv", "json",
    "jsonl", "xlsx", "ods", "zip",
];

/// Fails if a name has the ending of another format, such as `sleep.docx`.
pub(super) fn refuse_other_ending(path: &Path, format: Format) -> anyhow::Result<()> {
    if !KNOWN_ENDINGS.contains(&ending(path).as_str()) || has_ending(path, format) {
        return Ok(());
    }
    let better = path.with_extension(format.extension());
    let flag = match format_meant(path) {
        Some(meant) => format!(", or add `--format {}`", name_of(&meant)),
        None => String::new(),
    };
    bail!(
        "`{}` is not the name of {} file: write `{}`{flag}{}",
        path.display(),
        name(format),
        better.display(),
        clinic_meant(path)
    );
}

/// Fails if there is a file that this program did not make as one of this format. A PDF file may be of another
/// program.
pub(super) fn refuse_other_file(path: &Path, format: Format) -> anyhow::Result<()> {
    let (is_other, kind) = match format {
        Format::Pdf => (is_other_file(path, disk::PDF), "a PDF file"),
        Format::Html => {
            let is_other = is_file_with_other(path, html::MARKED_BYTES, html::is_ours);
            (is_other, "a web page of this program")
        }
        Format::Text => {
            let is_other = is_file_with_other(path, plain_text::MARKED_BYTES, plain_text::is_ours);
            (is_other, "a text of this program")
        }
    };
    if is_other {
        bail!(
            "`{}` is not {kind}, so it is not replaced: choose another name with `--output`, or move that file \
             away{}",
            path.display(),
            clinic_meant(path)
        );
    }
    Ok(())
}

/// Fails if there is a file. Nothing in a text message shows that the program made it.
pub(super) fn refuse_any_file(path: &Path) -> anyhow::Result<()> {
    if is_file_with_other(path, 1, |_| false) {
        bail!(
            "`{}` already exists, so it is not replaced: choose another name with `--output`",
            path.display()
        );
    }
    Ok(())
}

/// Fails if a leaflet would replace a file that it is made from.
pub(super) fn refuse_input<'p>(
    path: &Path,
    inputs: impl IntoIterator<Item = &'p Path>,
) -> anyhow::Result<()> {
    let Ok(real) = path.canonicalize() else {
        return Ok(());
    };
    let is_same =
        |input: &Path| input.is_file() && input.canonicalize().is_ok_and(|input| input == real);
    if inputs.into_iter().any(is_same) {
        bail!(
            "`{}` is a file that the leaflet is made from, so it is not replaced: choose another name with \
             `--output`",
            path.display()
        );
    }
    Ok(())
}

/// Returns the format of a picture from the ending of its name.
pub(super) fn image_format(path: &Path) -> anyhow::Result<ImageFormat> {
    match ending(path).as_str() {
        "png" => Ok(ImageFormat::Png),
        "svg" => Ok(ImageFormat::Svg),
        _ => {
            let better = path.with_extension("png");
            let path = path.display();
            bail!(
                "`{path}` is not the name of a picture: write `{}`, or `{path}/` for a folder",
                better.display()
            )
        }
    }
}

/// Fails if there is a file that is no picture of a page.
pub(super) fn refuse_other_image(path: &Path, format: ImageFormat) -> anyhow::Result<()> {
    let is_ours = |start: &[u8]| page_image::is_ours(format, start);
    if is_file_with_other(path, page_image::MARKED_BYTES, is_ours) {
        bail!(
            "`{}` is not a picture of this program, so it is not replaced: choose another name with `--output`, \
             or move that file away",
            path.display()
        );
    }
    Ok(())
}

/// Returns whether a file is a picture that this program made.
pub(super) fn is_our_image(path: &Path, format: ImageFormat) -> bool {
    let is_other = |start: &[u8]| !page_image::is_ours(format, start);
    is_file_with_other(path, page_image::MARKED_BYTES, is_other)
}

/// Returns the format that the ending of a name means.
pub(super) fn format_meant(path: &Path) -> Option<Format> {
    let mut formats = Format::value_variants().iter().copied();
    formats.find(|format| has_ending(path, *format))
}

fn has_ending(path: &Path, format: Format) -> bool {
    endings(format).contains(&ending(path).as_str())
}

/// Returns the ending of a name in small letters, as in `pdf`.
fn ending(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    ending.to_string_lossy().to_lowercase()
}

/// Endings of the files of a format.
fn endings(format: Format) -> &'static [&'static str] {
    match format {
        Format::Pdf => &["pdf"],
        Format::Html => &["html", "htm"],
        Format::Text => &["txt", "text"],
    }
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Pdf => "a PDF",
        Format::Html => "an HTML",
        Format::Text => "a text",
    }
}

/// Asks whether a file of a clinic was meant as such: `-o` and `-c` are easily confused.
fn clinic_meant(path: &Path) -> String {
    let is_yaml = matches!(ending(path).as_str(), "yaml" | "yml");
    match is_yaml && path.is_file() {
        true => format!(". Or did you mean `--clinic {}`?", path.display()),
        false => String::new(),
    }
}
