//! Reads from `content.xml` what calamine does not give.

use std::collections::HashMap;
use std::io::{BufReader, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader as XmlReader, XmlVersion};

use crate::batch::workbook::{CellRange, MAX_CELLS};

/// Maximum number of cells that a repeated number fills. Nobody repeats a number more often on purpose.
const MAX_REPEATS: u64 = 10_000;

/// Numbers and times of a table, as text, and its merged cells.
#[derive(Default)]
pub(super) struct Scanned {
    /// By row and column from 0.
    pub(super) texts: HashMap<(u32, u32), String>,
    pub(super) merged: Vec<CellRange>,
    /// Cells of the smallest rectangle with all content.
    pub(super) cells: u64,
}

/// Reads the tables of `content.xml`, by name. `None` if it is not well-formed.
pub(super) fn scan(content: impl Read) -> Option<HashMap<String, Scanned>> {
    let mut reader = XmlReader::from_reader(BufReader::new(content));
    reader.config_mut().expand_empty_elements = true;
    let mut tables = HashMap::new();
    let mut scanner = TableScanner::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) => match start.name().as_ref() {
                "table:table" => {
                    scanner = TableScanner {
                        name: attribute(&start, "table:name").unwrap_or_default(),
                        ..TableScanner::default()
                    };
                }
                "table:table-row" => scanner.begin_row(&start),
                "table:table-cell" | "table:covered-table-cell" => {
                    let end = start.name().as_ref().to_owned();
                    let text = cell_text(&mut reader, &end)?;
                    scanner.cell(&start, text);
                    if scanner.table.texts.len() > MAX_CELLS {
                        let table = Scanned {
                            cells: u64::MAX,
                            ..scanner.table
                        };
                        return Some(HashMap::from([(scanner.name, table)]));
                    }
                }
                _ => {}
            },
            Event::End(end) => match end.name().as_ref() {
                "table:table-row" => scanner.end_row(),
                "table:table" => {
                    let (name, table) = std::mem::take(&mut scanner).finish();
                    tables.insert(name, table);
                }
                _ => {}
            },
            Event::Eof => return Some(tables),
            _ => {}
        }
    }
}

/// State of reading a table.
#[derive(Default)]
struct TableScanner {
    name: String,
    table: Scanned,
    /// Of the next cell, from 0.
    row: u32,
    column: u32,
    row_repeats: u32,
    row_is_filled: bool,
    /// Number of rows and columns up to the last cell with content.
    rows: u32,
    columns: u32,
}

impl TableScanner {
    fn begin_row(&mut self, start: &BytesStart<'_>) {
        self.row_repeats = number(start, "table:number-rows-repeated");
        self.column = 0;
        self.row_is_filled = false;
    }

    fn cell(&mut self, start: &BytesStart<'_>, text: String) {
        let repeats = number(start, "table:number-columns-repeated");
        let columns = number(start, "table:number-columns-spanned");
        let rows = number(start, "table:number-rows-spanned");
        if columns > 1 || rows > 1 {
            let last_row = self.row.saturating_add(rows);
            let last_column = self.column.saturating_add(columns - 1);
            let cells = ((self.row + 1, self.column), (last_row, last_column));
            self.table.merged.push(cells);
        }
        let is_filled = start.attributes().flatten().any(|attribute| {
            let name = attribute.key.as_ref();
            name.starts_with("office:") || name == "table:formula"
        });
        let next = self.column.saturating_add(repeats);
        if is_filled {
            self.columns = self.columns.max(next);
            self.row_is_filled = true;
        }
        let is_number = attribute(start, "office:value-type").is_some_and(|kind| {
            matches!(kind.as_str(), "float" | "percentage" | "currency" | "time")
        });
        let is_few = u64::from(repeats) * u64::from(self.row_repeats) <= MAX_REPEATS;
        if is_number && !text.is_empty() && is_few {
            for row in self.row..self.row.saturating_add(self.row_repeats) {
                let cells = (self.column..next).map(|column| ((row, column), text.clone()));
                self.table.texts.extend(cells);
            }
        }
        self.column = next;
    }

    fn end_row(&mut self) {
        self.row = self.row.saturating_add(self.row_repeats);
        if self.row_is_filled {
            self.rows = self.row;
        }
    }

    /// Returns the name of the table and its content.
    fn finish(mut self) -> (String, Scanned) {
        self.table.cells = u64::from(self.rows) * u64::from(self.columns);
        (self.name, self.table)
    }
}

/// Returns the paragraphs of a cell up to its end, without comments.
fn cell_text<R: Read>(reader: &mut XmlReader<BufReader<R>>, end: &str) -> Option<String> {
    let mut text = String::new();
    let mut buffer = Vec::new();
    let mut is_remark = false;
    let mut has_reference = false;
    let mut depth = 0_u32;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) => match start.name().as_ref() {
                "office:annotation" => is_remark = true,
                "text:s" => text.push(' '),
                name if name == end => depth += 1,
                _ => {}
            },
            Event::Text(part) if !is_remark => text.push_str(&part.xml10_content()),
            Event::GeneralRef(_) => has_reference = true,
            Event::End(closed) => match closed.name().as_ref() {
                "office:annotation" => is_remark = false,
                // The text of a number needs no character references: others are not trusted.
                name if name == end && depth == 0 && has_reference => return Some(String::new()),
                name if name == end && depth == 0 => return Some(text.trim().to_owned()),
                name if name == end => depth -= 1,
                _ => {}
            },
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start.try_get_attribute(name).ok()??;
    let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

/// Returns the number in an attribute; 1 if there is none.
fn number(start: &BytesStart<'_>, name: &str) -> u32 {
    let number = attribute(start, name).and_then(|text| text.parse().ok());
    number.unwrap_or(1).max(1)
}
