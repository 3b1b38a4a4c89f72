//! The expected words of a leaflet in reading order, from its [`Document`] alone.
//!
//! Tests compare a finished file with them. Layout adds numbers of steps and references, brackets
//! around citations, and page numbers after links; the expected words have them, too. Only layout
//! knows a page number, so it is written `#`.

use handout::document::{
    Block, BlockKind, Callout, Document, Inline, Inlines, ListItem, SectionRole, Table, Target,
};
use handout::picture::{Picture, VectorItem};
use serde_json::{Value, json};

/// Expected words of a leaflet.
pub(crate) struct Reading {
    /// In reading order.
    pub parts: Vec<Part>,
    /// Header of every page but the first.
    pub header: String,
    /// Footer of every page, with `{page}` and `{pages}`.
    pub footer: String,
    /// Text after a link to a block, with `{page}`.
    pub see_page: String,
    /// Texts that may be repeated at the top of a page: table headers, titles of call-outs.
    pub repeated: Vec<String>,
}

/// A part of the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// A separate text.
    Text(String),
    /// A table: as a grid, or on narrow paper as lists that name the column before each cell.
    Table {
        grid: Vec<String>,
        lists: Vec<String>,
    },
}

impl Reading {
    pub(crate) fn of(document: &Document) -> Reading {
        let mut reader = Reader {
            document,
            parts: Vec::new(),
            repeated: Vec::new(),
        };
        reader.document();
        let words = &document.ui_strings;
        let mut footer = vec![document.footer.short_title.clone()];
        footer.extend(document.footer.details.iter().cloned());
        Reading {
            parts: reader.parts,
            header: match &document.masthead.status {
                Some(status) => format!("{} {status}", document.masthead.name),
                None => document.masthead.name.clone(),
            },
            footer: format!("{} {}", footer.join(" · "), words.page_of),
            see_page: words.see_page.clone(),
            repeated: reader.repeated,
        }
    }

    /// Returns the words as `tests/conformance/text_order.py` reads them.
    pub(crate) fn to_json(&self) -> Value {
        let parts: Vec<Value> = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => json!([text]),
                Part::Table { grid, lists } => json!([grid.join("\n"), lists.join("\n")]),
            })
            .collect();
        json!({
            "parts": parts,
            "header": self.header,
            "footer": self.footer,
            "see_page": self.see_page,
            "repeated": self.repeated,
        })
    }
}

struct Reader<'a> {
    document: &'a Document,
    parts: Vec<Part>,
    repeated: Vec<String>,
}

impl Reader<'_> {
    fn text(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Text(text.into()));
    }

    fn inlines(&mut self, inlines: &Inlines) {
        let text = self.spoken(inlines);
        self.text(text);
    }

    fn document(&mut self) {
        let document = self.document;
        let masthead = &document.masthead;
        self.text(&*masthead.name);
        masthead
            .department
            .iter()
            .for_each(|department| self.text(&**department));
        self.text(&**masthead.status.as_ref().unwrap_or(&masthead.kind));
        masthead.phones.iter().for_each(|phone| self.text(&**phone));
        self.inlines(&document.title);
        document
            .subtitle
            .iter()
            .for_each(|subtitle| self.inlines(subtitle));
        document
            .notices
            .iter()
            .for_each(|notice| self.callout(notice));
        for section in &document.sections {
            section
                .heading
                .iter()
                .for_each(|heading| self.inlines(heading));
            if let Some(handout::document::Mark::Certainty(certainty)) = section.mark {
                self.text(&*document.ui_strings.certainty[certainty.index()]);
            }
            self.blocks(&section.blocks);
            match &section.role {
                SectionRole::Body => {}
                SectionRole::MainMessage {
                    actions_heading,
                    actions,
                } => {
                    if !actions.is_empty() {
                        self.inlines(actions_heading);
                        actions.iter().for_each(|action| self.inlines(action));
                    }
                }
                SectionRole::Contact { rows, qr } => {
                    rows.iter().for_each(|row| self.inlines(&row.text));
                    qr.iter().for_each(|qr| self.text(&*qr.label));
                }
            }
        }
        self.blocks(&document.closing);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Paragraph(text) | BlockKind::Heading { text, .. } => self.inlines(text),
            BlockKind::List(items) | BlockKind::Checklist(items) => self.items(items, None),
            BlockKind::Steps { start, items } => self.items(items, Some(*start)),
            BlockKind::Form(form) => {
                self.inlines(&form.caption);
                self.items(&form.items, None);
            }
            BlockKind::WriteInLines(_) => {}
            BlockKind::Callout(callout) => self.callout(callout),
            BlockKind::Table(table) => self.table(table),
            BlockKind::Figure(figure) => {
                if let Picture::Vector(drawing) = &**figure.picture.picture() {
                    drawing.items.iter().for_each(|item| match item {
                        VectorItem::Text(_, words) => self.text(&*words.text),
                        VectorItem::Shape(_) | VectorItem::Graphic(_) => {}
                    });
                }
                let caption = self.spoken(&figure.caption);
                self.text(format!("{} {caption}", figure.label));
            }
            BlockKind::Glossary(entries) => {
                for entry in entries {
                    let definition = self.spoken(&entry.definition);
                    self.text(format!("{}: {definition}", entry.term));
                }
            }
            BlockKind::References(list) => {
                for entry in &list.entries {
                    let text = self.spoken(&entry.text);
                    self.text(format!("{}. {text}", entry.number));
                }
                list.qr.iter().for_each(|qr| self.text(&*qr.label));
            }
        }
    }

    fn items(&mut self, items: &[ListItem], start: Option<u32>) {
        for (number, item) in (start.unwrap_or_default()..).zip(items) {
            if start.is_some() {
                self.text(number.to_string());
            }
            self.blocks(&item.blocks);
        }
    }

    fn callout(&mut self, callout: &Callout) {
        let mut title = self.spoken(&callout.title);
        if let Some(label) = &callout.label {
            title = format!("{label} {title}");
        }
        self.repeated
            .push(format!("{title} {}", self.document.ui_strings.continued));
        self.text(title);
        self.blocks(&callout.blocks);
    }

    fn table(&mut self, table: &Table) {
        let spoken = |cells: &[Inlines]| -> Vec<String> {
            cells.iter().map(|cell| self.spoken(cell)).collect()
        };
        let header = spoken(&table.header);
        let rows: Vec<Vec<String>> = table.rows.iter().map(|row| spoken(row)).collect();
        let caption = self.spoken(&table.caption);
        self.repeated.push(header.join(" "));
        let mut grid = vec![caption.clone()];
        let mut lists = vec![caption];
        grid.extend(header.iter().cloned());
        let mut labels = header;
        for (column, label) in labels.iter_mut().enumerate() {
            // "Week: Week 1" would say the header twice.
            let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
            let repeats = |row: &Vec<String>| {
                let rest = row[column].strip_prefix(&format!("{label} "));
                rest.is_some_and(is_number)
            };
            if rows.iter().all(repeats) {
                label.clear();
            }
        }
        for row in rows {
            lists.extend(labels.iter().zip(&row).map(|(name, cell)| match &**name {
                "" => cell.clone(),
                name => format!("{name}: {cell}"),
            }));
            grid.extend(row);
        }
        self.parts.push(Part::Table { grid, lists });
        self.blocks(&table.note);
    }

    /// Returns inlines as read aloud.
    fn spoken(&self, inlines: &[Inline]) -> String {
        let mut text = String::new();
        self.speak(inlines, &mut text);
        text
    }

    fn speak(&self, inlines: &[Inline], text: &mut String) {
        for inline in inlines {
            match inline {
                Inline::Text(words) => text.push_str(words),
                Inline::Strong(content) | Inline::Term { content, .. } => self.speak(content, text),
                Inline::Link { target, content } => {
                    self.speak(content, text);
                    if let Target::Block(_) = target {
                        let page = self.document.ui_strings.see_page.replace("{page}", "#");
                        text.push_str(&format!(" ({page})"));
                    }
                }
                Inline::Citation(numbers) => {
                    let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
                    if !text.is_empty() {
                        text.push(' ');
                    }
                    text.push_str(&format!("[{}]", numbers.join(", ")));
                }
                Inline::Badge(certainty) => {
                    text.push_str(&self.document.ui_strings.certainty[certainty.index()])
                }
                Inline::LineBreak => text.push('\n'),
            }
        }
    }
}
