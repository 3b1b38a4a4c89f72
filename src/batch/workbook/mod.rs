//! Workbooks: `.xlsx` and `.ods` as a sheet of cells. Only this module names calamine.
//!
//! 1. [`archive`] recognises the file and checks its size before anything is read.
//! 2. [`xlsx`] and [`ods`] choose a sheet and read its cells with calamine.
//! 3. [`cell`] turns values into text as the spreadsheet shows it, with [`number_format`] and [`time_format`].
//!    Both read formats with [`format_sign`].
//! 4. [`covered`] marks values that merged cells hide.
//!
//! A workbook is in memory as a whole, up to [`MAX_UNPACKED_BYTES`] and [`MAX_CELLS`].

mod archive;
mod cell;
mod covered;
mod format_sign;
mod number_format;
mod ods;
mod time_format;
mod xlsx;

use std::collections::{BTreeMap, BTreeSet};

use archive::{WorkbookKind, too_large};
pub(super) use archive::{is_workbook, other_format};
pub(super) use cell::SheetCell;

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

use super::error::Error;
use crate::dependency_panic::catch_panic;
use crate::finding::Finding;

/// Maximum size of a workbook.
pub(super) const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Maximum size of the XML in a workbook.
const MAX_UNPACKED_BYTES: u64 = 256 * 1024 * 1024;
/// Maximum number of cells of a sheet.
const MAX_CELLS: usize = 2_000_000;
/// Maximum number of sheets in a message.
const MAX_NAMES: usize = 20;

/// First and last cell, each as row from 1 and column from 0.
pub(super) type CellRange = ((u32, u32), (u32, u32));

/// A sheet of a workbook.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// Cells with content by number of row, from 1, and by number of column, from 0.
    pub(super) rows: BTreeMap<u32, BTreeMap<u32, SheetCell>>,
    pub(super) merged: Vec<CellRange>,
    pub(super) hidden: Hidden,
    /// Help for a sheet that is not a list of jobs: names other sheets.
    pub(super) other_sheets: Option<String>,
    /// Findings about the whole workbook.
    pub(super) findings: Vec<Finding>,
}

/// Rows and columns that the spreadsheet does not show.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    /// Numbers from 1.
    pub(super) rows: BTreeSet<u32>,
    /// First and last column, from 0.
    pub(super) columns: Vec<(u32, u32)>,
}

/// A sheet that people see.
#[derive(Clone, Debug, PartialEq)]
struct SheetName {
    name: String,
    is_filled: bool,
}

/// Reads a sheet: the named one, else the first with content.
pub(super) fn read(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, Error> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large().into());
    }
    let read = || match archive::check(bytes)? {
        WorkbookKind::Xlsx => xlsx::read(bytes, wanted),
        WorkbookKind::Ods => ods::read(bytes, wanted),
    };
    // The reader of workbooks may fail on damaged files.
    let mut sheet = catch_panic(read).unwrap_or_else(|| Err(damaged().into()))?;
    covered::mark(&mut sheet)?;
    Ok(sheet)
}

/// Returns the names of the sheets with content that people see.
pub(super) fn sheet_names(bytes: &[u8]) -> Result<Vec<String>, Error> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large().into());
    }
    let read = || match archive::check(bytes)? {
        WorkbookKind::Xlsx => xlsx::sheet_names(bytes),
        WorkbookKind::Ods => ods::sheet_names(bytes),
    };
    let sheets = catch_panic(read).unwrap_or_else(|| Err(damaged().into()))?;
    let filled = sheets.into_iter().filter(|sheet| sheet.is_filled);
    Ok(filled.map(|sheet| sheet.name).collect())
}

/// Chooses a sheet. Returns its name, the findings about the choice, and help that names the others.
fn choose(
    sheets: &[SheetName],
    wanted: Option<&str>,
) -> Result<(String, Vec<Finding>, Option<String>), Error> {
    let list = |names: &[&str]| {
        let more = names.len().saturating_sub(MAX_NAMES);
        let mut list: Vec<String> = names
            .iter()
            .take(MAX_NAMES)
            .map(|name| format!("`{name}`"))
            .collect();
        if more > 0 {
            list.push(format!("{more} more"));
        }
        list.join(", ")
    };
    let all: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    let filled: Vec<&str> = sheets
        .iter()
        .filter(|sheet| sheet.is_filled)
        .map(|sheet| sheet.name.as_str())
        .collect();
    if let Some(wanted) = wanted {
        let is_wanted = |name: &&&str| **name == wanted;
        return match all.iter().find(is_wanted) {
            Some(name) => Ok(((*name).to_owned(), Vec::new(), None)),
            None => Err(Error::NoSheet(wanted.to_owned(), list(&all))),
        };
    }
    let Some((first, others)) = filled.split_first() else {
        return Err(unreadable("the workbook has no cells with content")
            .help("hidden sheets do not count: show the sheet, or save it as CSV")
            .into());
    };
    if others.is_empty() {
        return Ok(((*first).to_owned(), Vec::new(), None));
    }
    let help = format!("`--sheet NAME` chooses another: {}", list(others));
    let warning = Finding::warning(
        "several-sheets",
        format!(
            "the workbook has {} sheets with content, and `{first}` is read",
            filled.len()
        ),
    )
    .help(&help);
    Ok(((*first).to_owned(), vec![warning], Some(help)))
}

/// Returns the value of an attribute in the XML of a workbook.
fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start.try_get_attribute(name).ok()??;
    let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

/// Returns help that names hidden sheets: the list may be one of them.
fn hidden_sheets(hidden: &[String]) -> Option<String> {
    let first = hidden.first()?;
    Some(format!(
        "hidden sheets are not read: if the list is in `{first}`, show that sheet, and save the file again"
    ))
}

/// An error about the workbook as a whole.
fn unreadable(message: impl Into<String>) -> Finding {
    Finding::error("unreadable-workbook", message)
}

fn damaged() -> Finding {
    unreadable("the workbook is damaged, or was written in a way that the program cannot read")
        .help("open it in a spreadsheet program, and save it as `.xlsx`, `.ods` or CSV")
}

fn too_many_cells() -> Finding {
    Finding::error(
        "too-large",
        format!("the sheet has more than {MAX_CELLS} cells"),
    )
    .help("delete what is not needed, or save the sheet as CSV")
}

/// Name of a column as spreadsheets show it: A for 0, AA for 26.
pub(super) fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}
