//! Parser events to blocks.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::lost_marks::lost_mark;
use super::reader::Reader;
use crate::document::{Block, BlockKind, Inlines, ListItem, Table, has_words, is_visible};
use crate::finding::Finding;

/// Deepest nesting of lists.
const MAX_LIST_DEPTH: usize = 6;

/// A larger number alone is rather a day or a year. A smaller one may go on with a list above.
const MAX_LONE_NUMBER: u64 = 12;

impl Reader<'_, '_> {
    /// Parses blocks up to the end of an element.
    pub(super) fn blocks(&mut self, end: Option<TagEnd>, depth: usize) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        while let Some((event, range)) = self.next_event() {
            if let Some((fault, help)) = unsupported_block(&event) {
                self.unsupported(fault, help, range);
                if matches!(event, Event::Start(_)) {
                    self.skip();
                }
                continue;
            }
            match event {
                Event::End(tag) if Some(tag) == end => break,
                Event::End(_) => {}
                Event::Start(Tag::Heading { level, .. }) => {
                    let text = self.paragraph(TagEnd::Heading(level));
                    match level {
                        HeadingLevel::H1 | HeadingLevel::H2 => self.unsupported(
                            "this heading level belongs to the title and the section",
                            "write `###` for the level below the section's heading",
                            range,
                        ),
                        HeadingLevel::H3 | HeadingLevel::H4 => {
                            let level = level as u8;
                            self.check_heading(level, &text, range);
                            blocks.push(BlockKind::Heading { level, text }.into());
                        }
                        _ => self.unsupported(
                            "headings go no deeper than `####`",
                            "use `###` or `####`",
                            range,
                        ),
                    }
                }
                Event::Start(Tag::List(_)) if depth >= MAX_LIST_DEPTH => {
                    let finding = Finding::error("too-large", "lists are nested too deep");
                    self.report(finding, range);
                    self.skip();
                }
                Event::Start(Tag::List(start)) => {
                    let items = self.items(start, &range, depth + 1);
                    let kind = match start {
                        Some(start) => BlockKind::Steps {
                            start: u32::try_from(start).unwrap_or(u32::MAX),
                            items,
                        },
                        None => BlockKind::List(items),
                    };
                    blocks.push(kind.into());
                }
                Event::Start(Tag::Table(_)) => blocks.push(BlockKind::Table(self.table()).into()),
                event => {
                    let content = if event == Event::Start(Tag::Paragraph) {
                        self.paragraph(TagEnd::Paragraph)
                    } else {
                        // An item of a tight list holds running text without a paragraph.
                        self.next -= 1;
                        self.loose_text()
                    };
                    if self.is_blocks() && !content.is_empty() && !is_visible(&content) {
                        let finding =
                            Finding::warning("empty-text", "this paragraph prints nothing")
                                .help("delete it: paragraphs have space between them anyway");
                        self.report(finding, range);
                    } else if !content.is_empty() {
                        blocks.push(BlockKind::Paragraph(content).into());
                    }
                }
            }
        }
        blocks
    }

    /// Reports a heading without words, or one that skips a level.
    fn check_heading(&mut self, level: u8, text: &Inlines, range: Range<usize>) {
        if !has_words(text) {
            let finding = Finding::error("empty-heading", "this heading has no words")
                .help("write words behind the `#`, or delete the line");
            return self.report(finding, range);
        }
        let next = self.level + 1;
        if level > next {
            let finding = Finding::warning("heading-order", "this heading skips a level")
                .help(format!("start it with {next} `#`"));
            self.report(finding, range);
        }
        self.level = level;
    }

    fn items(&mut self, start: Option<u64>, list: &Range<usize>, depth: usize) -> Vec<ListItem> {
        let mut items = Vec::new();
        let mut marks = Vec::new();
        while let Some((event, range)) = self.next_event() {
            match event {
                Event::Start(Tag::Item) => {
                    marks.push(range.clone());
                    let blocks = self.blocks(Some(TagEnd::Item), depth);
                    if blocks.is_empty() {
                        let finding = Finding::warning("empty-text", "this item has no words")
                            .help("write words behind its mark, or delete the line");
                        self.report(finding, range);
                        continue;
                    }
                    items.push(ListItem {
                        blocks,
                        write_in_lines: 0,
                    });
                }
                Event::End(TagEnd::List(end)) if end == start.is_some() => break,
                _ => {}
            }
        }
        self.report_changed_marks(start, list, &marks);
        items
    }

    /// Reports numbers and signs of a list that are not printed as they are typed. `marks` are the places of
    /// the items.
    fn report_changed_marks(
        &mut self,
        start: Option<u64>,
        list: &Range<usize>,
        marks: &[Range<usize>],
    ) {
        let Some(start) = start else {
            let line = self.line;
            let is_plus = |mark: &&Range<usize>| {
                let words = line[(*mark).clone()].strip_prefix('+').unwrap_or_default();
                words
                    .trim_start()
                    .starts_with(|first: char| first.is_ascii_digit())
            };
            if let Some(mark) = marks.iter().find(is_plus) {
                let finding = lost_mark("this `+` is not printed: it begins the item of a list")
                    .help("write `\\+` for a `+` that is printed");
                self.report(finding, mark.start..mark.start + 1);
            }
            return;
        };
        let typed: Vec<Option<u64>> = marks
            .iter()
            .map(|mark| {
                let words = &self.line[mark.clone()];
                let digits = words.find(|c: char| !c.is_ascii_digit())?;
                words[..digits].parse().ok()
            })
            .collect();
        // Markdown numbers a list of ones.
        let is_repeated = typed.iter().all(|number| *number == Some(start));
        let wanted = |index: usize| {
            u64::try_from(index)
                .ok()
                .and_then(|index| start.checked_add(index))
        };
        let wrong = typed
            .iter()
            .enumerate()
            .find(|(index, number)| number.is_some() && **number != wanted(*index));
        if let (Some((index, Some(number))), false) = (wrong, is_repeated) {
            let printed = wanted(index).unwrap_or(start);
            let finding = lost_mark(&format!(
                "this item is printed with the number {printed}, and not {number}"
            ))
            .help(
                "number the items one after the other, or write `3\\.` for a number that is text",
            );
            self.report(finding, marks[index].clone());
        } else if typed.len() == 1 && start > MAX_LONE_NUMBER {
            let finding = lost_mark(&format!("this line is printed as item {start} of a list"))
                .help(format!("write `{start}\\.` for a number that is text"));
            self.report(finding, list.clone());
        }
    }

    fn table(&mut self) -> Table {
        let (mut header, mut rows) = (Vec::new(), Vec::<Vec<Inlines>>::new());
        while let Some((event, range)) = self.next_event() {
            match event {
                Event::Start(Tag::TableRow) => {
                    // The parser drops cells without a column.
                    let (cells, columns) = (cells_in(&self.line[range.clone()]), header.len());
                    if cells > columns {
                        let message =
                            format!("this row has {cells} cells, the header has {columns}");
                        let finding = Finding::error("table-shape", message)
                            .help("a `|` that means itself is written `\\|`");
                        self.report(finding, range);
                    }
                    rows.push(Vec::new());
                }
                Event::Start(Tag::TableCell) => {
                    let cell = self.paragraph(TagEnd::TableCell);
                    rows.last_mut().unwrap_or(&mut header).push(cell);
                }
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        Table {
            caption: Vec::new(),
            header,
            rows,
            note: Vec::new(),
        }
    }
}

/// Returns fault and help of a block that leaflets cannot have.
fn unsupported_block(event: &Event<'_>) -> Option<(&'static str, &'static str)> {
    Some(match event {
        Event::Start(Tag::CodeBlock(_)) => (
            "this is a block of code",
            "begin the line further left: four spaces make code",
        ),
        Event::Start(Tag::BlockQuote(_)) => ("block quotes are not supported", "use a call-out"),
        Event::Start(Tag::HtmlBlock) => ("HTML is not supported", "write it in Markdown"),
        Event::Rule => ("rules are not supported", "begin a new section instead"),
        _ => return None,
    })
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
