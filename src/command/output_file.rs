//! Refuses to write a leaflet over a file that is something else, or under a name that is.

use std::path::Path;

use anyhow::bail;

use crate::disk::{self, is_other_file};

/// Endings of files that are no PDF. Others may be a part of the name, as in `sleep.v2`.
const OTHER_ENDINGS: [&str; 28] = [
    "doc", "docx", "odt", "rtf", "txt", "text", "md", "htm", "html", "xml", "epub", "png", "jpg",
    "jpeg", "svg", "tif", "tiff", "ps", "eps", "yaml", "yml", "lock", "csv", "json", "jsonl",
    "xlsx", "ods", "zip",
];

/// Fails if a name has the ending of another format, such as `sleep.docx`.
pub(super) fn refuse_other_ending(path: &Path) -> anyhow::Result<()> {
    let ending = path.extension().unwrap_or_default();
    let ending = ending.to_string_lossy().to_lowercase();
    if !OTHER_ENDINGS.contains(&ending.as_str()) {
        return Ok(());
    }
    let (shown, better) = (path.display(), path.with_extension("pdf"));
    let clinic = clinic_meant(path);
    bail!(
        "`{shown}` is not the name of a PDF file: write `{}`{clinic}",
        better.display()
    );
}

/// Fails if there is a file that is no PDF.
pub(super) fn refuse_other_file(path: &Path) -> anyhow::Result<()> {
    if is_other_file(path, disk::PDF) {
        bail!(
            "`{}` is not a PDF file, so it is not replaced: choose another name{}",
            path.display(),
            clinic_meant(path)
        );
    }
    Ok(())
}

/// Asks whether a file of a clinic was meant as such: `-o` and `-c` are easily confused.
fn clinic_meant(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    let is_yaml = ["yaml", "yml"]
        .iter()
        .any(|yaml| ending.eq_ignore_ascii_case(yaml));
    match is_yaml && path.is_file() {
        true => format!(". Or did you mean `--clinic {}`?", path.display()),
        false => String::new(),
    }
}
