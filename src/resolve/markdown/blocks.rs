//! Parser events to blocks.

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::reader::Reader;
use crate::document::{Block, BlockKind, ListItem, Table};
use crate::finding::Finding;

/// Deepest nesting of lists.
const MAX_LIST_DEPTH: usize = 6;

impl Reader<'_, '_> {
    /// Parses blocks up to the end of an element.
    pub(super) fn blocks(&mut self, end: Option<TagEnd>, depth: usize) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        while let Some((event, range)) = self.events.get(self.next).cloned() {
            match event {
                Event::End(tag) if Some(tag) == end => {
                    self.next += 1;
                    break;
                }
                Event::Start(Tag::Paragraph) => {
                    self.next += 1;
                    let content = self.paragraph(TagEnd::Paragraph);
                    if !content.is_empty() {
                        blocks.push(BlockKind::Paragraph(content).into());
                    }
                }
                Event::Start(Tag::Heading { level, .. }) => {
                    self.next += 1;
                    let text = self.paragraph(TagEnd::Heading(level));
                    match level {
                        HeadingLevel::H3 => {
                            blocks.push(BlockKind::Heading { level: 3, text }.into())
                        }
                        HeadingLevel::H4 => {
                            blocks.push(BlockKind::Heading { level: 4, text }.into())
                        }
                        HeadingLevel::H1 | HeadingLevel::H2 => self.unsupported(
                            "this heading level belongs to the title and the section",
                            "write `###` for the level below the section's heading",
                            range,
                        ),
                        _ => self.unsupported(
                            "headings go no deeper than `####`",
                            "use `###` or `####`",
                            range,
                        ),
                    }
                }
                Event::Start(Tag::List(start)) => {
                    self.next += 1;
                    if depth >= MAX_LIST_DEPTH {
                        self.report(
                            Finding::error("too-large", "lists are nested too deep"),
                            range,
                        );
                        self.skip();
                        continue;
                    }
                    let items = self.items(start.is_some(), depth + 1);
                    let kind = match start {
                        Some(start) => BlockKind::Steps {
                            start: u32::try_from(start).unwrap_or(u32::MAX),
                            items,
                        },
                        None => BlockKind::List(items),
                    };
                    blocks.push(kind.into());
                }
                Event::Start(Tag::Table(_)) => {
                    self.next += 1;
                    let table = self.table();
                    blocks.push(BlockKind::Table(table).into());
                }
                Event::Start(Tag::CodeBlock(_)) => {
                    self.next += 1;
                    self.unsupported(
                        "this is a block of code",
                        "begin the line further left: four spaces make code",
                        range,
                    );
                    self.skip();
                }
                Event::Start(Tag::BlockQuote(_)) => {
                    self.next += 1;
                    self.unsupported("block quotes are not supported", "use a call-out", range);
                    self.skip();
                }
                Event::Start(Tag::HtmlBlock) => {
                    self.next += 1;
                    self.unsupported("HTML is not supported", "write it in Markdown", range);
                    self.skip();
                }
                Event::Rule => {
                    self.next += 1;
                    self.unsupported(
                        "rules are not supported",
                        "begin a new section instead",
                        range,
                    );
                }
                Event::End(_) => self.next += 1,
                _ => {
                    // An item of a tight list holds running text without a paragraph.
                    let content = self.loose_text();
                    if !content.is_empty() {
                        blocks.push(BlockKind::Paragraph(content).into());
                    }
                }
            }
        }
        blocks
    }

    fn items(&mut self, ordered: bool, depth: usize) -> Vec<ListItem> {
        let mut items = Vec::new();
        while let Some((event, _)) = self.events.get(self.next) {
            let event = event.clone();
            self.next += 1;
            match event {
                Event::Start(Tag::Item) => {
                    let blocks = self.blocks(Some(TagEnd::Item), depth);
                    items.push(ListItem {
                        blocks,
                        write_in_lines: 0,
                    });
                }
                Event::End(TagEnd::List(end)) if end == ordered => break,
                _ => {}
            }
        }
        items
    }

    fn table(&mut self) -> Table {
        let mut table = Table {
            caption: Vec::new(),
            header: Vec::new(),
            rows: Vec::new(),
            note: Vec::new(),
        };
        let mut in_header = false;
        while let Some((event, range)) = self.events.get(self.next) {
            let (event, range) = (event.clone(), range.clone());
            self.next += 1;
            match event {
                Event::Start(Tag::TableHead) => in_header = true,
                Event::End(TagEnd::TableHead) => in_header = false,
                Event::Start(Tag::TableRow) => {
                    // The parser drops cells without a column.
                    let (cells, columns) =
                        (cells_in(&self.line[range.clone()]), table.header.len());
                    if cells > columns {
                        let message =
                            format!("this row has {cells} cells, the header has {columns}");
                        let finding = Finding::error("table-shape", message);
                        self.report(
                            finding.help("a `|` that means itself is written `\\|`"),
                            range,
                        );
                    }
                    table.rows.push(Vec::new());
                }
                Event::Start(Tag::TableCell) => {
                    let cell = self.paragraph(TagEnd::TableCell);
                    match table.rows.last_mut() {
                        Some(row) if !in_header => row.push(cell),
                        _ => table.header.push(cell),
                    }
                }
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        table
    }
}

/// Counts the cells of a Markdown table's row.
fn cells_in(row: &str) -> usize {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut pipes = 0;
    let mut is_escaped = false;
    for character in row.chars() {
        pipes += usize::from(character == '|' && !is_escaped);
        is_escaped = character == '\\' && !is_escaped;
    }
    let is_closed = row.ends_with('|') && !row.ends_with("\\|");
    pipes + usize::from(!is_closed)
}
