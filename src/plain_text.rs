//! A document as plain text, for e-mail.
//!
//! Lines have at most 72 characters, except for long addresses. Headings are underlined, list items begin with
//! a sign, and the references come last. Words and order are otherwise those of the PDF, without page numbers.
//! The last line names the handout, as in `[handout sleep 2.0.0]`. It shows whether a file is one of ours.

use crate::document::{
    Block, BlockKind, Callout, ContactRow, Document, Inline, Inlines, ListItem, Mark, QrCode,
    ReferenceList, Section, SectionRole, Table, Target,
};

/// Most characters of a line.
const WIDTH: usize = 72;
/// Indentation of what belongs to a title or a sign.
const INDENT: usize = 2;

/// Start of the last line.
const MARK: &str = "[handout ";
/// Most bytes of a text that [`is_ours`] knows.
pub(crate) const MARKED_BYTES: u64 = 4 << 20;

/// Returns whether a text is one of ours: it has the last line, and begins with the masthead and an underlined
/// title. A person may have written notes above or below a leaflet.
pub(crate) fn is_ours(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text).replace("\r\n", "\n");
    let text = text.trim_end();
    let last = text.lines().last().unwrap_or_default();
    let mut paragraphs = text.split("\n\n").take(2);
    let is_title = |paragraph: &str| {
        let underline = paragraph.lines().last().unwrap_or_default();
        !underline.is_empty() && underline.chars().all(|character| character == '=')
    };
    last.starts_with(MARK) && last.ends_with(']') && paragraphs.any(is_title)
}

/// Returns the document as plain text.
pub(crate) fn plain_text(document: &Document) -> String {
    let mut text = PlainText::new(document, CitationStyle::Numbers);
    text.document();
    text.out
}

/// Returns the main message in one line, without citations and actions; `None` if the document has none.
pub(crate) fn main_message(document: &Document) -> Option<String> {
    let is_main = |section: &&Section| matches!(section.role, SectionRole::MainMessage { .. });
    let section = document.sections.iter().find(is_main)?;
    one_line(document, |text| text.blocks(&section.blocks))
}

/// Returns running text in one line, without citations; `None` if it has no words.
pub(crate) fn one_line_of(document: &Document, inlines: &Inlines) -> Option<String> {
    one_line(document, |text| text.paragraph(inlines))
}

fn one_line<'a>(document: &'a Document, write: impl FnOnce(&mut PlainText<'a>)) -> Option<String> {
    let mut text = PlainText {
        // A break after a hyphen would become a space.
        width: usize::from(u16::MAX),
        ..PlainText::new(document, CitationStyle::Omit)
    };
    write(&mut text);
    let words: Vec<&str> = text.out.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[derive(Clone, Copy, PartialEq)]
enum CitationStyle {
    Numbers,
    Omit,
}

struct PlainText<'a> {
    document: &'a Document,
    citations: CitationStyle,
    /// Most characters of a line.
    width: usize,
    out: String,
    /// Spaces before each line.
    indent: usize,
    /// Sign of a list item, for the first line of its text.
    sign: Option<String>,
}

impl<'a> PlainText<'a> {
    fn new(document: &'a Document, citations: CitationStyle) -> PlainText<'a> {
        PlainText {
            document,
            citations,
            width: WIDTH,
            out: String::new(),
            indent: 0,
            sign: None,
        }
    }

    fn document(&mut self) {
        let document = self.document;
        let masthead = &document.masthead;
        if masthead.shows_name {
            self.text(&masthead.name);
        }
        if let Some(department) = &masthead.department {
            self.text(department);
        }
        self.text(masthead.status.as_ref().unwrap_or(&masthead.kind));
        masthead.phones.iter().for_each(|phone| self.line(phone));
        self.gap();
        self.heading(&document.title, '=');
        if let Some(subtitle) = &document.subtitle {
            self.paragraph(subtitle);
        }
        for notice in &document.notices {
            self.callout(notice);
        }
        let (lists, others): (Vec<&Section>, Vec<&Section>) = document
            .sections
            .iter()
            .partition(|section| has_references(section));
        others.into_iter().for_each(|section| self.section(section));
        self.blocks(&document.closing);
        lists.into_iter().for_each(|section| self.section(section));
        self.gap();
        self.text(&document.footer.line());
        self.gap();
        self.line(&format!("{MARK}{}]", document.about.source));
    }

    fn section(&mut self, section: &Section) {
        if let Some(heading) = &section.heading {
            self.heading(heading, '-');
        }
        if let Some(Mark::Certainty(certainty)) = section.mark {
            let badge = &self.document.ui_strings.certainty[certainty.index()];
            self.text(&format!("({badge})"));
            self.gap();
        }
        self.blocks(&section.blocks);
        match &section.role {
            SectionRole::Body => {}
            SectionRole::MainMessage {
                actions_heading,
                actions,
            } => {
                if !actions.is_empty() {
                    self.paragraph(actions_heading);
                    for action in actions {
                        self.item("*", |text| text.inlines(action));
                    }
                    self.gap();
                }
            }
            SectionRole::Contact { rows, qr } => self.contact(rows, qr.as_ref()),
        }
    }

    fn contact(&mut self, rows: &[ContactRow], qr: Option<&QrCode>) {
        for row in rows {
            self.item("*", |text| text.inlines(&row.text));
        }
        self.gap();
        if let Some(qr) = qr {
            self.address(qr);
        }
    }

    /// Writes the address of a code instead of the code.
    fn address(&mut self, qr: &QrCode) {
        self.line(&qr.url);
        self.gap();
    }

    fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Paragraph(text) => self.paragraph(text),
            BlockKind::Heading { text, .. } => self.heading(text, '.'),
            BlockKind::List(items) => self.items(items, |_| "*".to_owned()),
            BlockKind::Steps { start, items } => {
                let start = *start as usize;
                self.items(items, |index| format!("{}.", start + index));
            }
            BlockKind::Checklist(items) => self.items(items, |_| "[ ]".to_owned()),
            BlockKind::Form(form) => {
                self.paragraph(&form.caption);
                self.items(&form.items, |_| "*".to_owned());
            }
            BlockKind::WriteInLines(count) => self.write_in_lines(*count),
            BlockKind::Callout(callout) => self.callout(callout),
            BlockKind::Table(table) => self.table(table),
            BlockKind::Figure(figure) => {
                // The alternative of the drawing, since it cannot be shown.
                self.gap();
                self.text(&format!("[{}]", figure.alt));
                self.gap();
                let label = Inline::Text(format!("{} ", figure.label));
                let caption = std::iter::once(label).chain(figure.caption.iter().cloned());
                self.paragraph(&caption.collect());
            }
            BlockKind::Glossary(entries) => {
                for entry in entries {
                    let term = Inline::Text(format!("{}: ", entry.term));
                    let words = std::iter::once(term).chain(entry.definition.iter().cloned());
                    self.item("*", |text| text.inlines(&words.collect::<Inlines>()));
                }
                self.gap();
            }
            BlockKind::References(list) => self.references(list),
        }
    }

    fn items(&mut self, items: &[ListItem], sign: impl Fn(usize) -> String) {
        for (index, item) in items.iter().enumerate() {
            self.item(&sign(index), |text| match &item.blocks[..] {
                [
                    Block {
                        kind: BlockKind::Paragraph(words),
                        ..
                    },
                ] => text.inlines(words),
                blocks => text.blocks(blocks),
            });
            if item.write_in_lines > 0 {
                self.indented(|text| text.write_in_lines(item.write_in_lines));
            }
        }
        self.gap();
    }

    /// Writes an item after its sign.
    fn item(&mut self, sign: &str, content: impl FnOnce(&mut Self)) {
        self.sign = Some(sign.to_owned());
        let by = sign.chars().count() + 1;
        self.indent += by;
        content(self);
        self.indent -= by;
        self.sign = None;
    }

    fn indented(&mut self, content: impl FnOnce(&mut Self)) {
        self.indent += INDENT;
        content(self);
        self.indent -= INDENT;
    }

    fn write_in_lines(&mut self, count: u8) {
        for _ in 0..count {
            self.line(&"_".repeat(WIDTH.saturating_sub(self.indent).min(60)));
        }
    }

    fn callout(&mut self, callout: &Callout) {
        self.gap();
        let mut title = Vec::new();
        if let Some(label) = &callout.label {
            title.push(Inline::Text(format!("{label} ")));
        }
        title.extend(callout.title.iter().cloned());
        self.item("!", |text| text.inlines(&title));
        self.indented(|text| text.blocks(&callout.blocks));
        self.gap();
    }

    /// Writes each row as a list, with the column's name before each cell.
    fn table(&mut self, table: &Table) {
        self.paragraph(&table.caption);
        let labels = table.list_labels();
        let names: Vec<String> = labels.iter().map(|name| self.words(name)).collect();
        for row in &table.rows {
            let mut cells = row.iter().zip(&names);
            if let Some((first, name)) = cells.next() {
                let first = labelled(name, &self.words(first));
                self.item("*", |text| text.text(&first));
            }
            for (cell, name) in cells {
                let cell = labelled(name, &self.words(cell));
                self.indented(|text| text.text(&cell));
            }
        }
        self.gap();
        self.blocks(&table.note);
    }

    fn references(&mut self, list: &ReferenceList) {
        for entry in &list.entries {
            let sign = format!("{}.", entry.number);
            self.item(&sign, |text| text.inlines(&entry.text));
        }
        self.gap();
        if let Some(qr) = &list.qr {
            self.address(qr);
        }
    }

    fn heading(&mut self, heading: &Inlines, underline: char) {
        self.gap();
        let start = self.out.len();
        self.inlines(heading);
        let longest = self.out[start..]
            .lines()
            .map(textwrap::core::display_width)
            .max();
        let length = longest.unwrap_or(0).saturating_sub(self.indent);
        self.line(&underline.to_string().repeat(length));
        self.gap();
    }

    fn paragraph(&mut self, inlines: &Inlines) {
        self.inlines(inlines);
        self.gap();
    }

    fn inlines(&mut self, inlines: &Inlines) {
        let words = self.words(inlines);
        self.text(&words);
    }

    /// Writes a text, wrapped. Nothing is written if it is empty.
    fn text(&mut self, words: &str) {
        for line in words.lines() {
            let indent = " ".repeat(self.indent);
            let first = match self.sign.take() {
                Some(sign) => {
                    let outer = self.indent.saturating_sub(sign.chars().count() + 1);
                    format!("{}{sign} ", " ".repeat(outer))
                }
                None => indent.clone(),
            };
            // An address must stay in one piece, so that programs find it.
            let options = textwrap::Options::new(self.width)
                .break_words(false)
                .word_splitter(textwrap::WordSplitter::NoHyphenation)
                .initial_indent(&first)
                .subsequent_indent(&indent);
            for line in textwrap::wrap(line.trim(), options) {
                self.out.push_str(line.trim_end());
                self.out.push('\n');
            }
        }
    }

    /// Writes a line as it is.
    fn line(&mut self, words: &str) {
        self.out.push_str(&" ".repeat(self.indent));
        self.out.push_str(words);
        self.out.push('\n');
    }

    /// Writes an empty line, if there is none yet.
    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Returns inlines as text. A link is followed by its address.
    fn words(&self, inlines: &[Inline]) -> String {
        let mut words = String::new();
        self.push_words(inlines, &mut words);
        words
    }

    fn push_words(&self, inlines: &[Inline], words: &mut String) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => words.push_str(text),
                Inline::Strong(content) | Inline::Term { content, .. } => {
                    self.push_words(content, words);
                }
                Inline::Link { target, content } => {
                    let start = words.len();
                    self.push_words(content, words);
                    if let Target::Uri(address) = target
                        && !says_address(&words[start..], address)
                    {
                        words.push_str(&format!(" <{address}>"));
                    }
                }
                Inline::Citation(_) if self.citations == CitationStyle::Omit => {}
                Inline::Citation(numbers) => {
                    let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
                    let gap = if words.ends_with(|last: char| !last.is_whitespace()) {
                        " "
                    } else {
                        ""
                    };
                    words.push_str(&format!("{gap}[{}]", numbers.join(", ")));
                }
                Inline::Badge(certainty) => {
                    let badge = &self.document.ui_strings.certainty[certainty.index()];
                    words.push_str(&format!("({badge})"));
                }
                Inline::LineBreak => words.push('\n'),
            }
        }
    }
}

/// Returns a cell after the name of its column.
fn labelled(name: &str, cell: &str) -> String {
    match name {
        "" => cell.to_owned(),
        name => format!("{name}: {cell}"),
    }
}

/// Whether the words of a link are its address, as in `Call 01632 960 123`.
fn says_address(words: &str, address: &str) -> bool {
    let bare = |text: &str| -> String {
        let text = text.trim_end_matches('/');
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let (words, address) = (bare(words), bare(address));
    let schemes = ["https", "http", "mailto", "tel"];
    let address = schemes
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme))
        .unwrap_or(&address);
    words.contains(address) || address.trim_start_matches("www") == words
}

fn has_references(section: &Section) -> bool {
    let mut kinds = section.blocks.iter().map(|block| &block.kind);
    kinds.any(|kind| matches!(kind, BlockKind::References(_)))
}
