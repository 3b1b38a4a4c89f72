//! Files that spreadsheet programs write: which are read, and what to do with the others.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use super::{MAX_BYTES, MAX_UNPACKED_BYTES, unreadable};
use crate::finding::Finding;

/// Kind of a workbook that can be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum WorkbookKind {
    Xlsx,
    Ods,
}

/// Start of a ZIP archive, such as `.xlsx` and `.ods`.
const ZIP: &[u8] = b"PK\x03\x04";
/// Start of a compound file, such as `.xls` and encrypted `.xlsx`.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// Maximum number of entries of an archive.
const MAX_ENTRIES: usize = 10_000;

const SAVE_AS: &str = "open it in its spreadsheet program, and save it as `.xlsx`, `.ods` or CSV";

/// Whether a file is read as a workbook and not as lines.
pub(in crate::batch) fn is_workbook(start: &[u8]) -> bool {
    start.starts_with(ZIP) || start.starts_with(COMPOUND)
}

/// Recognises files of spreadsheet programs that are neither workbooks nor lines.
pub(in crate::batch) fn other_format(start: &[u8]) -> Option<Finding> {
    let text = String::from_utf8_lossy(&start[..start.len().min(512)]).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let what = if text.starts_with("%pdf") {
        "a PDF file"
    } else if text.starts_with("{\\rtf") {
        "a text document (RTF)"
    } else if text.starts_with("<!doctype html")
        || text.starts_with("<html")
        || text.starts_with("<table")
    {
        "a web page, whatever the ending of its name"
    } else if text.starts_with("<?xml") || text.starts_with("<workbook") {
        "XML"
    } else if start.starts_with(b"\x1f\x8b") {
        "compressed (gzip)"
    } else {
        return None;
    };
    Some(unreadable(format!("the job file is {what}")).help(SAVE_AS))
}

/// Recognises a workbook and checks its size.
pub(super) fn check(bytes: &[u8]) -> Result<WorkbookKind, Finding> {
    if bytes.starts_with(COMPOUND) {
        return Err(compound_file(bytes));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    if archive.len() > MAX_ENTRIES {
        return Err(too_large());
    }
    let names: Vec<String> = (0..archive.len())
        .filter_map(|index| {
            let entry = archive.by_index_raw(index).ok()?;
            Some(entry.name().ok()?.into_owned())
        })
        .collect();
    let has = |name: &str| names.iter().any(|other| other.eq_ignore_ascii_case(name));
    let kind = if has("content.xml") && has("mimetype") {
        WorkbookKind::Ods
    } else if has("xl/workbook.bin") {
        return Err(unreadable("the job file is a binary workbook (`.xlsb`)").help(SAVE_AS));
    } else if has("[Content_Types].xml")
        && !has("word/document.xml")
        && !has("ppt/presentation.xml")
    {
        WorkbookKind::Xlsx
    } else if has("encrypted-package") {
        return Err(encrypted());
    } else if names
        .iter()
        .any(|name| name.starts_with("Index/") || name == "Index.zip")
    {
        return Err(unreadable("the job file is a workbook of Numbers")
            .help("in Numbers, choose File, Export To, and then Excel or CSV"));
    } else if has("[Content_Types].xml") {
        return Err(unreadable("the job file is a document, not a workbook").help(SAVE_AS));
    } else {
        return Err(unreadable("the job file is a ZIP archive")
            .help("unpack it, and name the workbook or the CSV file in it"));
    };
    check_content(&mut archive)?;
    Ok(kind)
}

/// Unpacks each entry once, and checks its size and content. An archive may lie about sizes.
fn check_content(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), Finding> {
    let mut unpacked = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(_) => encrypted(),
            _ => damaged(),
        })?;
        let name = entry
            .name()
            .map(|name| name.to_ascii_lowercase())
            .unwrap_or_default();
        // Pictures are not read.
        if !name.ends_with(".xml") && !name.ends_with(".rels") && name != "mimetype" {
            continue;
        }
        let rest = MAX_UNPACKED_BYTES - unpacked;
        let mut entry = (&mut entry).take(rest + 1);
        let is_table = name.contains("sharedstrings");
        let is_manifest = name == "meta-inf/manifest.xml";
        let mut text = Vec::new();
        let length = if is_table || is_manifest {
            entry.read_to_end(&mut text).map(|length| length as u64)
        } else {
            io::copy(&mut entry, &mut io::sink())
        };
        let length = length.map_err(|_| damaged())?;
        if length > rest {
            return Err(too_large());
        }
        unpacked += length;
        if is_table && claims_too_much(&text) {
            return Err(damaged());
        }
        if is_manifest && contains(&text, b"encryption-data") {
            return Err(encrypted());
        }
    }
    Ok(())
}

fn damaged() -> Finding {
    unreadable("the workbook is damaged or incomplete").help("copy or save it again")
}

/// Whether a table of strings claims more strings than it can have. Calamine would reserve memory for them.
fn claims_too_much(text: &[u8]) -> bool {
    const COUNT: &[u8] = b"uniqueCount";
    let mut windows = text.windows(COUNT.len()).enumerate();
    windows.any(|(at, window)| {
        if window != COUNT {
            return false;
        }
        let digits = text[at + COUNT.len()..]
            .iter()
            .skip_while(|byte| !byte.is_ascii_digit());
        let claimed =
            digits
                .take_while(|byte| byte.is_ascii_digit())
                .fold(0_u64, |number, digit| {
                    number
                        .saturating_mul(10)
                        .saturating_add(u64::from(digit - b'0'))
                });
        claimed > text.len() as u64
    })
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Explains a compound file: an old or an encrypted workbook, or another document.
fn compound_file(bytes: &[u8]) -> Finding {
    let has_stream = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        contains(bytes, &name)
    };
    if has_stream("EncryptedPackage") {
        encrypted()
    } else if has_stream("Workbook") || has_stream("Book") {
        unreadable("the job file is an old workbook (`.xls`)").help(SAVE_AS)
    } else {
        unreadable("the job file is a document, not a workbook").help(SAVE_AS)
    }
}

fn encrypted() -> Finding {
    unreadable("the workbook is protected with a password")
        .help("open it in its spreadsheet program, and save a copy without a password")
}

pub(super) fn too_large() -> Finding {
    let (packed, unpacked) = (MAX_BYTES / 1024 / 1024, MAX_UNPACKED_BYTES / 1024 / 1024);
    Finding::error(
        "too-large",
        format!("the workbook is larger than {packed} MB, or {unpacked} MB unpacked"),
    )
    .help("save the sheet as CSV, which may have any length")
}
