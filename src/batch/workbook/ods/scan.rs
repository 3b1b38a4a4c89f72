//! Reads from `content.xml` what calamine does not give.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufReader, Read};
use std::rc::Rc;

use quick_xml::Reader as XmlReader;
use quick_xml::events::{BytesStart, Event};

use super::styles::Styles;
use crate::batch::cell_fault::CellFault;
use crate::batch::workbook::{CellRange, Hidden, MAX_CELLS, attribute};

/// Maximum number of cells that a repeated number fills. Nobody repeats a number more often on purpose.
const MAX_REPEATS: u64 = 10_000;

/// Numbers and times of a table, as text, its merged cells, and what it looks like.
#[derive(Default)]
pub(super) struct Scanned {
    /// By row and column from 0.
    pub(super) texts: HashMap<(u32, u32), String>,
    /// Formats of dates, and of times without a text, in Excel's notation. By row and column from 0.
    pub(super) formats: HashMap<(u32, u32), Rc<str>>,
    pub(super) merged: Vec<CellRange>,
    /// Faults that the values do not show, by row and column from 0.
    pub(super) faults: HashMap<(u32, u32), CellFault>,
    pub(super) hidden: Hidden,
    /// Cells of the smallest rectangle with all content.
    pub(super) cells: u64,
}

/// Reads the shared styles of `styles.xml`. `None` if it is not well-formed.
pub(super) fn read_styles(file: impl Read, styles: &mut Styles) -> Option<()> {
    let mut reader = XmlReader::from_reader(BufReader::new(file));
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) => styles.start(&start),
            Event::Text(text) => styles.text(&text.xml10_content()),
            Event::End(end) => styles.end(end.name().as_ref()),
            Event::Eof => return Some(()),
            _ => {}
        }
    }
}

/// Reads the tables of `content.xml`, by name. `styles` has the shared styles. `None` if it is not well-formed.
pub(super) fn scan(content: impl Read, mut styles: Styles) -> Option<HashMap<String, Scanned>> {
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
                "table:table-column" => scanner.columns_of_style(&start),
                "table:table-row" => scanner.begin_row(&start),
                "table:table-cell" | "table:covered-table-cell" => {
                    let end = start.name().as_ref().to_owned();
                    let text = cell_text(&mut reader, &end, &styles)?;
                    scanner.cell(&start, text, &styles);
                    if scanner.table.texts.len() > MAX_CELLS {
                        let table = Scanned {
                            cells: u64::MAX,
                            ..scanner.table
                        };
                        return Some(HashMap::from([(scanner.name, table)]));
                    }
                }
                _ => styles.start(&start),
            },
            Event::End(end) => match end.name().as_ref() {
                "table:table-row" => scanner.end_row(),
                "table:table" => {
                    let (name, table) = std::mem::take(&mut scanner).finish();
                    tables.insert(name, table);
                }
                name => styles.end(name),
            },
            Event::Text(text) => styles.text(&text.xml10_content()),
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
    row_is_hidden: bool,
    row_style: Option<String>,
    /// Styles of cells without a style, by the first column after them.
    column_styles: BTreeMap<u32, String>,
    /// Of the next column, from 0.
    next_column: u32,
    /// Number of rows and columns up to the last cell with content.
    rows: u32,
    columns: u32,
}

impl TableScanner {
    fn begin_row(&mut self, start: &BytesStart<'_>) {
        self.row_repeats = number(start, "table:number-rows-repeated");
        self.column = 0;
        self.row_is_filled = false;
        self.row_is_hidden = is_hidden(start);
        self.row_style = attribute(start, "table:default-cell-style-name");
    }

    fn columns_of_style(&mut self, start: &BytesStart<'_>) {
        let first = self.next_column;
        let repeats = number(start, "table:number-columns-repeated");
        self.next_column = first.saturating_add(repeats);
        if is_hidden(start) {
            let last = self.next_column - 1;
            self.table.hidden.columns.push((first, last));
        }
        let style = attribute(start, "table:default-cell-style-name");
        self.column_styles
            .insert(self.next_column, style.unwrap_or_default());
    }

    /// Returns the style of the next cell.
    fn style(&self, start: &BytesStart<'_>) -> String {
        let of_row = || self.row_style.clone();
        let of_column = || {
            let mut styles = self.column_styles.range(self.column + 1..);
            Some(styles.next()?.1.clone())
        };
        let own = attribute(start, "table:style-name");
        own.or_else(of_row).or_else(of_column).unwrap_or_default()
    }

    fn cell(
        &mut self,
        start: &BytesStart<'_>,
        CellText {
            text,
            fault,
            has_text_inside,
        }: CellText,
        styles: &Styles,
    ) {
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
        let kind = attribute(start, "office:value-type");
        let style = self.style(start);
        let kind = kind.as_deref().unwrap_or_default();
        let is_number = matches!(kind, "float" | "percentage" | "currency" | "time");
        // Calamine joins the text of a cell and the texts inside it.
        let is_joined = kind == "string" && has_text_inside;
        // Without its text, it is unknown how the sheet shows a number.
        let is_unshown = is_number
            && text.is_empty()
            && (matches!(kind, "percentage" | "currency") || styles.has_words(&style));
        let fault = fault
            .or_else(|| is_joined.then_some(CellFault::TextInside))
            .or_else(|| styles.is_struck(&style).then_some(CellFault::StruckOut))
            .or_else(|| is_unshown.then_some(CellFault::LostWords));
        let is_few = u64::from(repeats) * u64::from(self.row_repeats) <= MAX_REPEATS;
        let rows = self.row..self.row.saturating_add(self.row_repeats);
        let format = match kind {
            "date" => styles.code(&style),
            "time" if text.is_empty() => styles.code(&style),
            _ => None,
        };
        if let Some(format) = format.filter(|_| is_few) {
            for row in rows.clone() {
                let cells = (self.column..next).map(|column| ((row, column), Rc::clone(format)));
                self.table.formats.extend(cells);
            }
        }
        if is_number && !text.is_empty() && is_few {
            for row in rows {
                let cells = (self.column..next).map(|column| ((row, column), text.clone()));
                self.table.texts.extend(cells);
            }
        }
        if let Some(fault) = fault.filter(|_| is_filled && is_few) {
            for row in self.row..self.row.saturating_add(self.row_repeats) {
                let cells = (self.column..next).map(|column| ((row, column), fault.clone()));
                self.table.faults.extend(cells);
            }
        }
        self.column = next;
    }

    fn end_row(&mut self) {
        let first = self.row;
        self.row = self.row.saturating_add(self.row_repeats);
        let is_few = u64::from(self.row_repeats) <= MAX_REPEATS;
        if self.row_is_hidden && self.row_is_filled && is_few {
            self.table.hidden.rows.extend(first + 1..=self.row);
        }
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

/// Text of a cell.
struct CellText {
    /// As the sheet shows it.
    text: String,
    /// Fault of a part that is struck out, raised or lowered.
    fault: Option<CellFault>,
    /// Whether another text is inside, such as a note.
    has_text_inside: bool,
}

/// Returns the paragraphs of a cell up to its end, without comments and other texts inside.
fn cell_text<R: Read>(
    reader: &mut XmlReader<BufReader<R>>,
    end: &str,
    styles: &Styles,
) -> Option<CellText> {
    let mut cell = CellText {
        text: String::new(),
        fault: None,
        has_text_inside: false,
    };
    let mut buffer = Vec::new();
    // Names of the open elements whose text is not the cell's own, the outermost first.
    let mut inside: Vec<String> = Vec::new();
    let mut has_reference = false;
    let mut depth = 0_u32;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) => match start.name().as_ref() {
                name if !inside.is_empty() || is_other_text(name) => inside.push(name.to_owned()),
                "text:s" => cell.text.push(' '),
                "text:span" => {
                    let style = attribute(&start, "text:style-name");
                    let fault = style.and_then(|style| styles.fault_of_part(&style));
                    cell.fault = cell.fault.take().or(fault);
                }
                name if name == end => depth += 1,
                _ => {}
            },
            Event::Text(part) => match inside.first() {
                None => cell.text.push_str(&part.xml10_content()),
                Some(outer) if outer == REMARK => {}
                Some(_) => {
                    cell.has_text_inside |= !part.xml10_content().trim().is_empty();
                }
            },
            Event::GeneralRef(_) => match inside.first() {
                None => has_reference = true,
                Some(outer) => cell.has_text_inside |= outer != REMARK,
            },
            Event::End(closed) => match closed.name().as_ref() {
                _ if inside.pop().is_some() => {}
                // The text of a number needs no character references: others are not trusted.
                name if name == end && depth == 0 => {
                    let text = match has_reference {
                        true => String::new(),
                        false => cell.text.trim().to_owned(),
                    };
                    return Some(CellText { text, ..cell });
                }
                name if name == end => depth -= 1,
                _ => {}
            },
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// A comment, which spreadsheets show beside its cell.
const REMARK: &str = "office:annotation";

/// Returns whether the text of an element is not that of its cell: comments, notes, the small words of ruby, hidden
/// words and drawings.
fn is_other_text(element: &str) -> bool {
    let is_drawing = ["draw:", "dr3d:", "svg:"]
        .iter()
        .any(|start| element.starts_with(start));
    is_drawing
        || matches!(
            element,
            REMARK | "text:note" | "text:ruby-text" | "text:hidden-text" | "text:hidden-paragraph"
        )
}

/// Whether a row or a column is hidden, by hand or by a filter.
fn is_hidden(start: &BytesStart<'_>) -> bool {
    let visibility = attribute(start, "table:visibility");
    visibility.is_some_and(|visibility| visibility != "visible")
}

/// Returns the number in an attribute; 1 if there is none.
fn number(start: &BytesStart<'_>, name: &str) -> u32 {
    let number = attribute(start, name).and_then(|text| text.parse().ok());
    number.unwrap_or(1).max(1)
}
