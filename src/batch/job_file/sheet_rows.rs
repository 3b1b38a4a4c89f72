//! Rows of a sheet: the header, and the rows below it.

use std::collections::{BTreeMap, btree_map};

use super::cells::Cell;
use super::columns::{Column, Columns, LineUnit, MAX_COLUMNS};
use super::csv::Record;
use super::header::{self, HeaderSearch, MAX_TITLE_LINES, likeness_of};
use crate::batch::error::Error;
use crate::batch::list_plan::ListPlan;
use crate::batch::workbook::{CellRange, Hidden, Sheet, SheetCell, column_letters};
use crate::finding::Finding;

/// Maximum number of merged cells in a message.
const MAX_MERGED: usize = 5;
/// Maximum number of hidden rows or columns in a message.
const MAX_HIDDEN: usize = 5;

type SheetRow = BTreeMap<u32, SheetCell>;

/// Rows of a sheet below its header.
pub(super) struct SheetRows {
    rows: btree_map::IntoIter<u32, SheetRow>,
    width: usize,
    count: u64,
    taken: u64,
    /// Bytes of the file, for the progress.
    bytes: u64,
}

impl SheetRows {
    /// Reads the header. Returns its columns, the rows below, and findings about the whole sheet.
    pub(super) fn new(
        sheet: Sheet,
        bytes: u64,
        plan: Option<&ListPlan>,
    ) -> Result<(Columns, SheetRows, Vec<Finding>), Error> {
        let Sheet {
            mut rows,
            merged,
            hidden,
            other_sheets,
            mut findings,
        } = sheet;
        rows.retain(|_, row| row.values().any(|cell| !is_blank(cell)));
        let last_column = rows.values().filter_map(|row| row.keys().last()).max();
        let width = last_column.map_or(0, |last| *last as usize + 1);
        let header = find_header(&rows, plan);
        let above: Vec<u64> = rows
            .range(..header)
            .map(|(row, _)| u64::from(*row))
            .collect();
        findings.extend(header::title_finding(&above, LineUnit::SheetRow));
        let mut rest = rows.split_off(&header);
        let line = u64::from(header);
        let names = cells(
            rest.remove(&header).unwrap_or_default(),
            line,
            width.min(MAX_COLUMNS + 1),
        );
        let columns = header::columns(&names, plan).map_err(|findings| {
            let located = findings.into_iter().map(|finding| {
                let finding = LineUnit::SheetRow.locate(finding, line);
                match (&other_sheets, finding.message.contains("`handout`")) {
                    (Some(sheets), true) => finding.help(sheets.clone()),
                    _ => finding,
                }
            });
            Error::Header(located.collect())
        })?;
        findings.extend(merged_finding(&merged, header));
        let hidden_rows = hidden.rows.iter().filter(|row| rest.contains_key(row));
        findings.extend(hidden_rows_finding(hidden_rows.copied()));
        findings.extend(hidden_columns_finding(&hidden, &columns));
        let rows = SheetRows {
            width,
            count: rest.len() as u64,
            taken: 0,
            bytes,
            rows: rest.into_iter(),
        };
        Ok((
            Columns::new(columns, &names, line, LineUnit::SheetRow),
            rows,
            findings,
        ))
    }

    /// Returns the next row with content, and its number in the sheet.
    pub(super) fn next(&mut self) -> Option<(u64, Record)> {
        let (number, row) = self.rows.next()?;
        self.taken += 1;
        let line = u64::from(number);
        let record = Record {
            cells: cells(row, line, self.width),
            error: None,
            end: self.bytes * self.taken / self.count,
        };
        Some((line, record))
    }
}

fn is_blank(cell: &SheetCell) -> bool {
    cell.fault.is_none() && cell.text.trim().is_empty()
}

/// Returns the row of the header.
fn find_header(rows: &BTreeMap<u32, SheetRow>, plan: Option<&ListPlan>) -> u32 {
    let likeness = |row: &SheetRow| likeness_of(row.values().map(|cell| cell.text.trim()), plan);
    let filled = |row: &SheetRow| row.values().filter(|cell| !is_blank(cell)).count();
    let mut search = HeaderSearch::default();
    let mut first = rows.values().take(MAX_TITLE_LINES + 1);
    let header = first.find_map(|row| search.add(likeness(row), filled(row)));
    let header = header.unwrap_or_else(|| search.likeliest(plan));
    rows.keys().nth(header).copied().unwrap_or(1)
}

/// Returns the cells of a row without gaps.
fn cells(row: SheetRow, line: u64, width: usize) -> Vec<Cell> {
    let mut cells = Vec::with_capacity(width);
    for (column, cell) in row {
        let column = column as usize;
        if column >= width {
            break;
        }
        cells.resize_with(column, || Cell::of_sheet(SheetCell::default(), line));
        cells.push(Cell::of_sheet(cell, line));
    }
    cells.resize_with(width, || Cell::of_sheet(SheetCell::default(), line));
    cells
}

/// Warns of merged cells below the header: only their first cell has the value.
fn merged_finding(merged: &[CellRange], header: u32) -> Option<Finding> {
    let below: Vec<String> = merged
        .iter()
        .filter(|(_, (last_row, _))| *last_row > header)
        .map(|((row, column), (last_row, last_column))| {
            format!(
                "{}{row} to {}{last_row}",
                column_letters(*column as usize),
                column_letters(*last_column as usize)
            )
        })
        .collect();
    let more = below.len().saturating_sub(MAX_MERGED);
    let mut list = below.get(..below.len().min(MAX_MERGED))?.join(", ");
    if list.is_empty() {
        return None;
    }
    if more > 0 {
        list.push_str(&format!(" and {more} more"));
    }
    let message = format!("cells are merged ({list}): only the first of them has the value");
    Some(
        Finding::warning("merged-cells", message)
            .help("split the cells in the spreadsheet, and write the value into each row"),
    )
}

/// Warns of hidden rows: somebody may have filtered the list, and expect leaflets of the other rows only.
fn hidden_rows_finding(rows: impl Iterator<Item = u32>) -> Option<Finding> {
    // First and last row of each group.
    let mut groups: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match groups.last_mut() {
            Some((_, last)) if *last + 1 == row => *last = row,
            _ => groups.push((row, row)),
        }
    }
    let count: u32 = groups.iter().map(|(first, last)| last - first + 1).sum();
    let names = groups.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        _ => format!("{first} to {last}"),
    });
    let list = short_list(names)?;
    let message = if count == 1 {
        format!("row {list} of the sheet is hidden, perhaps by a filter, and gets a leaflet, too")
    } else {
        format!("rows {list} of the sheet are hidden, perhaps by a filter, and get leaflets, too")
    };
    Some(Finding::warning("hidden-cells", message).help(
        "if they are not wanted, copy the rows that you see into a new file; if they are, show them",
    ))
}

/// Warns of hidden columns with data: nobody sees whether they are right.
fn hidden_columns_finding(hidden: &Hidden, columns: &[Column]) -> Option<Finding> {
    let is_hidden = |index: usize| {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let mut ranges = hidden.columns.iter();
        ranges.any(|(first, last)| (*first..=*last).contains(&index))
    };
    let names = columns.iter().enumerate().filter_map(|(index, column)| {
        let name = column.name().filter(|_| is_hidden(index))?;
        Some(format!("{} (`{name}`)", column_letters(index)))
    });
    let names: Vec<String> = names.collect();
    let (noun, verb) = match names.len() {
        1 => ("column", "is hidden, and is"),
        _ => ("columns", "are hidden, and are"),
    };
    let list = short_list(names.into_iter())?;
    let message = format!("{noun} {list} of the sheet {verb} read, too");
    Some(
        Finding::warning("hidden-cells", message)
            .help("show them in the spreadsheet, and look whether their cells are right"),
    )
}

/// Joins names; `None` if there are none.
fn short_list(names: impl Iterator<Item = String>) -> Option<String> {
    let all: Vec<String> = names.collect();
    let more = all.len().saturating_sub(MAX_HIDDEN);
    let list = all.get(..all.len().min(MAX_HIDDEN))?.join(", ");
    match (list.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(list),
        (false, _) => Some(format!("{list} and {more} more")),
    }
}
