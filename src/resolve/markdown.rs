//! Markdown to blocks and inlines.
//!
//! The dialect is CommonMark with tables and three marks of our own: `[@key; @key]` cites,
//! `[word]{.term}` is a glossary term, `[words]{.early-research}` a certainty badge. The parser sees
//! them as references to links that are not defined and asks what to do about them; thus they nest
//! with emphasis, and an escaped bracket stays a bracket.
//!
//! Citations leave here with places in the bibliography; they get their numbers when the document is
//! complete.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{
    BrokenLink, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd,
};

use super::smart_punctuation::push_smart;
use super::sourced_text::SourcedText;
use crate::document::{
    Block, BlockKind, Certainty, Inline, Inlines, ListItem, Table, Target, plain_text,
};
use crate::finding::{Finding, did_you_mean};
use crate::locale::Quotes;

/// Lists may not be nested deeper than this.
const DEEPEST_LIST: usize = 6;
/// Inline marks may not be nested deeper than this.
const DEEPEST_INLINE: usize = 12;

/// What Markdown may refer to.
pub struct Setting<'a> {
    /// The language's quotation marks.
    pub quotes: Quotes,
    /// Keys of the handout's blocks.
    pub targets: &'a BTreeSet<String>,
    /// The glossary and the bibliography.
    pub index: &'a dyn Index,
}

/// What the glossary and the bibliography have.
pub trait Index {
    /// The id of the term with this id or name, in any case.
    fn term(&self, words: &str) -> Option<String>;
    /// The names of all terms, for suggestions.
    fn term_names(&self) -> Vec<String>;
    /// A number for a citation key, the same each time; `None` if there is no such reference.
    fn citation(&self, key: &str) -> Option<u32>;
    /// All citation keys, for suggestions.
    fn citation_keys(&self) -> Vec<String>;
}

/// The name of a certainty in definitions and badges.
pub fn certainty_name(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::WellEstablished => "well-established",
        Certainty::SomeEvidence => "some-evidence",
        Certainty::EarlyResearch => "early-research",
        Certainty::NotSupported => "not-supported",
    }
}

/// Reads a text as blocks.
pub fn blocks(
    text: &SourcedText,
    setting: &Setting<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Block> {
    let mut reader = Reader::new(text.as_str(), text, 0, setting);
    let mut blocks = reader.blocks(None, 0);
    findings.append(&mut reader.findings);
    trim_blocks(&mut blocks);
    blocks
}

/// Reads a text as running text; what would begin a block at the start of a line does not.
pub fn inlines(text: &SourcedText, setting: &Setting<'_>, findings: &mut Vec<Finding>) -> Inlines {
    let line = one_line(text.as_str());
    let mut reader = Reader::new(&line, text, 1, setting);
    let blocks = reader.blocks(None, 0);
    findings.append(&mut reader.findings);
    let mut inlines = Vec::new();
    for block in blocks {
        if let BlockKind::Paragraph(content) = block.kind {
            inlines.extend(content);
        }
    }
    trim(&mut inlines);
    inlines
}

/// What the parser is shown for running text: one line, with a comma before it that keeps "1985." from
/// being a list and "# 1" from being a heading.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len() + 1);
    line.push(',');
    line.extend(
        text.chars()
            .map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }),
    );
    line
}

/// What the parser sees in a text. A citation is a link that leads to `cite`, words with a mark are a
/// link that leads to its name, with the mark itself as text after it.
pub fn events(line: &str) -> Vec<(Event<'_>, Range<usize>)> {
    let mut resolve = |link: BrokenLink<'_>| {
        if link.reference.trim_start().starts_with('@') {
            return Some((CowStr::Borrowed("cite"), CowStr::Borrowed("")));
        }
        let after = line.get(link.span.end..)?;
        let name = &after.strip_prefix("{.")?[..after.find('}')?.checked_sub(2)?];
        let is_name = name.len() < 40
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        is_name.then(|| (CowStr::from(name.to_owned()), CowStr::Borrowed("")))
    };
    Parser::new_with_broken_link_callback(line, Options::ENABLE_TABLES, Some(&mut resolve))
        .into_offset_iter()
        .collect()
}

struct Reader<'t, 's> {
    events: Vec<(Event<'t>, Range<usize>)>,
    next: usize,
    /// What the parser sees.
    line: &'t str,
    /// Where it comes from, so many bytes earlier.
    text: &'s SourcedText,
    shift: usize,
    setting: &'s Setting<'s>,
    findings: Vec<Finding>,
    /// The character before, within the paragraph; decides which way quotes curl.
    previous: Option<char>,
    /// Text before this offset is markup that has been read already.
    read: usize,
    strong: bool,
}

impl<'t, 's> Reader<'t, 's> {
    fn new(
        line: &'t str,
        text: &'s SourcedText,
        shift: usize,
        setting: &'s Setting<'s>,
    ) -> Reader<'t, 's> {
        Reader {
            events: events(line),
            next: 0,
            line,
            text,
            shift,
            setting,
            findings: Vec::new(),
            previous: None,
            read: 0,
            strong: false,
        }
    }

    fn report(&mut self, finding: Finding, range: Range<usize>) {
        let range = range.start.saturating_sub(self.shift)..range.end.saturating_sub(self.shift);
        let end = self.text.as_str().len();
        let finding = self
            .text
            .locate(finding, range.start.min(end)..range.end.min(end));
        self.findings.push(finding);
    }

    fn unsupported(&mut self, what: &str, help: &str, range: Range<usize>) {
        // Point at the first line only: a block of code may be long.
        let line = self.line.get(range.clone()).unwrap_or("");
        let length = line.trim_end().find('\n').unwrap_or(line.trim_end().len());
        let range = range.start..range.start + length.max(1).min(range.len());
        self.report(
            Finding::error("unsupported-markdown", what.to_owned()).help(help.to_owned()),
            range,
        );
    }

    /// Passes by everything up to the end of the element that has just begun.
    fn skip(&mut self) {
        let mut depth = 1usize;
        while let Some((event, _)) = self.events.get(self.next) {
            self.next += 1;
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Blocks up to the end of the element that is open.
    fn blocks(&mut self, end: Option<TagEnd>, depth: usize) -> Vec<Block> {
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
                    if depth >= DEEPEST_LIST {
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
                    // Running text without a paragraph of its own: an item of a tight list.
                    let content = self.loose();
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
                    // Markdown drops cells without a column.
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

    fn paragraph(&mut self, end: TagEnd) -> Inlines {
        self.previous = None;
        let mut content = self.inlines(Some(end), 0);
        trim(&mut content);
        content
    }

    fn loose(&mut self) -> Inlines {
        self.previous = None;
        let before = self.next;
        let mut content = self.inlines(None, 0);
        // Whatever it was, go on.
        if self.next == before {
            self.next += 1;
        }
        trim(&mut content);
        content
    }

    /// Running text up to the end of the element that is open, or up to the next block.
    fn inlines(&mut self, end: Option<TagEnd>, depth: usize) -> Inlines {
        let mut inlines: Inlines = Vec::new();
        while let Some((event, range)) = self.events.get(self.next).cloned() {
            match event {
                Event::End(tag) => {
                    if end.is_some() {
                        self.next += 1;
                    }
                    if end.is_none() || Some(tag) == end {
                        break;
                    }
                }
                Event::Text(words) => {
                    self.next += 1;
                    self.words(&words, range, &mut inlines);
                }
                Event::SoftBreak => {
                    self.next += 1;
                    self.push(" ", true, &mut inlines);
                }
                Event::HardBreak => {
                    self.next += 1;
                    self.previous = None;
                    trim_end(&mut inlines);
                    inlines.push(Inline::LineBreak);
                }
                Event::Start(tag @ (Tag::Strong | Tag::Emphasis | Tag::Link { .. })) => {
                    self.next += 1;
                    if depth >= DEEPEST_INLINE {
                        self.report(
                            Finding::error("too-large", "marks are nested too deep"),
                            range,
                        );
                        self.skip();
                        continue;
                    }
                    match tag {
                        Tag::Link {
                            link_type,
                            dest_url,
                            ..
                        } => {
                            self.link(link_type, &dest_url, range, &mut inlines, depth + 1);
                        }
                        tag => {
                            let outer = std::mem::replace(&mut self.strong, true);
                            let content = self.inlines(Some(tag.to_end()), depth + 1);
                            self.strong = outer;
                            if outer {
                                inlines.extend(content);
                            } else if !content.is_empty() {
                                inlines.push(Inline::Strong(content));
                            }
                        }
                    }
                }
                Event::Code(_) => {
                    self.next += 1;
                    self.unsupported(
                        "code is not supported",
                        "a backtick that means itself is written \\`",
                        range,
                    );
                }
                Event::InlineHtml(_) | Event::Html(_) => {
                    self.next += 1;
                    self.unsupported(
                        "HTML is not supported",
                        "write it in Markdown; a `<` that means itself is written `\\<`",
                        range,
                    );
                }
                Event::Start(Tag::Image { .. }) => {
                    self.next += 1;
                    self.unsupported(
                        "images are not supported in text",
                        "use a `figure` in the definition",
                        range,
                    );
                    self.skip();
                }
                Event::Start(_) | Event::Rule if end.is_none() => break,
                Event::Start(_) => {
                    self.next += 1;
                    self.skip();
                }
                _ => self.next += 1,
            }
        }
        inlines
    }

    /// Text as it stands; what has been read as markup is left out.
    fn words(&mut self, words: &str, range: Range<usize>, inlines: &mut Inlines) {
        let mut words = words;
        if range.start < self.read {
            let skipped = (self.read - range.start).min(words.len());
            words = words.get(skipped..).unwrap_or("");
        }
        if self.shift > 0 && range.start == 0 {
            words = words.strip_prefix(',').unwrap_or(words);
        }
        let set = !words.contains("://") && !words.starts_with("www.");
        self.push(words, set, inlines);
    }

    fn push(&mut self, words: &str, set: bool, inlines: &mut Inlines) {
        if words.is_empty() {
            return;
        }
        if !matches!(inlines.last(), Some(Inline::Text(_))) {
            inlines.push(Inline::Text(String::new()));
        }
        if let Some(Inline::Text(out)) = inlines.last_mut() {
            let words = if self.previous == Some(' ') {
                words.trim_start_matches(' ')
            } else {
                words
            };
            if set {
                push_smart(words, self.setting.quotes, &mut self.previous, out);
            } else {
                out.push_str(words);
                self.previous = words.chars().next_back().or(self.previous);
            }
        }
    }

    fn link(
        &mut self,
        kind: LinkType,
        address: &str,
        range: Range<usize>,
        inlines: &mut Inlines,
        depth: usize,
    ) {
        match kind {
            LinkType::ShortcutUnknown | LinkType::CollapsedUnknown if address == "cite" => {
                self.skip();
                self.cite(range, inlines);
            }
            // `[word][@key]`, and `[@key][@other]`, which the parser takes for a link's text and label.
            LinkType::ReferenceUnknown if address == "cite" => {
                let whole = self.line.get(range.clone()).unwrap_or("");
                let split = whole
                    .rfind('[')
                    .map_or(range.start, |index| range.start + index);
                if whole.trim_start_matches('[').trim_start().starts_with('@') {
                    self.skip();
                    self.cite(range.start..split, inlines);
                } else {
                    let content = self.inlines(Some(TagEnd::Link), depth);
                    inlines.extend(content);
                }
                self.cite(split..range.end, inlines);
            }
            LinkType::ShortcutUnknown | LinkType::CollapsedUnknown | LinkType::ReferenceUnknown => {
                let content = self.inlines(Some(TagEnd::Link), depth);
                let class = range.end..(range.end + address.len() + 3).min(self.line.len());
                self.read = class.end;
                self.classed(address, content, range, class, inlines);
            }
            _ => {
                let content = self.inlines(Some(TagEnd::Link), depth);
                let address = if kind == LinkType::Email {
                    format!("mailto:{address}")
                } else {
                    address.to_owned()
                };
                if let Some(target) = self.target(&address, range) {
                    if plain_text(&content).trim().is_empty() {
                        return;
                    }
                    inlines.push(Inline::Link { target, content });
                } else {
                    inlines.extend(content);
                }
            }
        }
    }

    fn target(&mut self, address: &str, range: Range<usize>) -> Option<Target> {
        let place = self
            .line
            .get(range.clone())
            .and_then(|link| link.rfind(address))
            .map_or(range.clone(), |index| {
                range.start + index..range.start + index + address.len()
            });
        if let Some(key) = address.strip_prefix('#') {
            if self.setting.targets.contains(key) {
                return Some(Target::Block(key.to_owned()));
            }
            let finding =
                Finding::error("unknown-target", format!("there is no block named `{key}`"));
            let help = did_you_mean(key, self.setting.targets.iter().map(String::as_str))
                .unwrap_or_else(|| {
                    let keys: Vec<&str> = self.setting.targets.iter().map(String::as_str).collect();
                    format!("there are {}", keys.join(", "))
                });
            self.report(finding.help(help), place);
            return None;
        }
        let scheme = address.split(':').next().unwrap_or("").to_ascii_lowercase();
        let is_clean = !address.chars().any(|c| c.is_control() || c.is_whitespace());
        if is_clean
            && address.len() > scheme.len() + 1
            && matches!(scheme.as_str(), "https" | "mailto" | "tel")
        {
            return Some(Target::Uri(address.to_owned()));
        }
        let finding = Finding::error(
            "invalid-value",
            "a link leads to an `https:`, `mailto:` or `tel:` address or to `#key`",
        );
        let finding = if scheme == "http" {
            finding.help("write `https:`")
        } else {
            finding
        };
        self.report(finding, place);
        None
    }

    /// `[@key; @key]`.
    fn cite(&mut self, range: Range<usize>, inlines: &mut Inlines) {
        let whole = self.line.get(range.clone()).unwrap_or("");
        let mut numbers = Vec::new();
        let mut offset = range.start;
        for part in whole.split(';') {
            let start = offset + part.len()
                - part
                    .trim_start_matches(|c: char| c.is_whitespace() || c == '[')
                    .len();
            offset += part.len() + 1;
            let key = part.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']'));
            if key.is_empty() {
                continue;
            }
            let place = start..start + key.len();
            let Some(key) = key.strip_prefix('@') else {
                let finding = Finding::error("unsupported-markdown", "a citation holds only keys");
                self.report(finding.help("write `[@one; @two]`"), place);
                continue;
            };
            match self.setting.index.citation(key) {
                Some(number) => numbers.push(number),
                None => {
                    let finding =
                        Finding::error("unknown-citation", format!("no reference named `{key}`"));
                    let near = did_you_mean(
                        key,
                        self.setting
                            .index
                            .citation_keys()
                            .iter()
                            .map(String::as_str),
                    );
                    let finding = match near {
                        Some(near) => finding.help(near),
                        None => finding.help("references stand in `references.yaml`"),
                    };
                    self.report(finding, place);
                }
            }
        }
        if numbers.is_empty() {
            return;
        }
        trim_end(inlines);
        self.previous = Some(']');
        if let Some(Inline::Citation(before)) = inlines.last_mut() {
            before.extend(numbers);
        } else {
            inlines.push(Inline::Citation(numbers));
        }
    }

    /// `[words]{.class}`.
    fn classed(
        &mut self,
        class: &str,
        content: Inlines,
        range: Range<usize>,
        class_range: Range<usize>,
        inlines: &mut Inlines,
    ) {
        if class == "term" {
            let words = plain_text(&content);
            match self.setting.index.term(words.trim()) {
                Some(id) => inlines.push(Inline::Term { id, content }),
                None => {
                    let finding = Finding::error(
                        "unknown-term",
                        format!("the glossary has no term `{}`", words.trim()),
                    );
                    let near = did_you_mean(
                        words.trim(),
                        self.setting.index.term_names().iter().map(String::as_str),
                    );
                    let help = near.unwrap_or_else(|| "terms stand in `glossary.yaml`".to_owned());
                    self.report(
                        finding.help(help),
                        range.start + 1..range.end.saturating_sub(1),
                    );
                }
            }
            return;
        }
        if let Some(certainty) = Certainty::ALL
            .into_iter()
            .find(|&certainty| certainty_name(certainty) == class)
        {
            self.previous = Some('x');
            inlines.push(Inline::Badge(certainty));
            return;
        }
        let names = Certainty::ALL.map(certainty_name);
        let help = did_you_mean(class, names.into_iter().chain(["term"]))
            .unwrap_or_else(|| format!("there are `term`, `{}`", names.join("`, `")));
        let finding = Finding::error(
            "unsupported-markdown",
            format!("there is no mark named `{class}`"),
        );
        self.report(finding.help(help), class_range);
    }
}

/// Takes white space from the end.
fn trim_end(inlines: &mut Inlines) {
    while let Some(Inline::Text(words)) = inlines.last_mut() {
        let length = words.trim_end_matches([' ', '\n', '\t']).len();
        words.truncate(length);
        if !words.is_empty() {
            return;
        }
        inlines.pop();
    }
}

/// Takes white space from both ends.
fn trim(inlines: &mut Inlines) {
    trim_end(inlines);
    while matches!(inlines.last(), Some(Inline::LineBreak)) {
        inlines.pop();
        trim_end(inlines);
    }
    if let Some(Inline::Text(words)) = inlines.first_mut() {
        let trimmed = words.trim_start_matches([' ', '\n', '\t']);
        if trimmed.len() < words.len() {
            *words = trimmed.to_owned();
        }
        if words.is_empty() {
            inlines.remove(0);
        }
    }
}

/// A body that is nothing but empty paragraphs is no body.
fn trim_blocks(blocks: &mut Vec<Block>) {
    blocks.retain(
        |block| !matches!(&block.kind, BlockKind::Paragraph(content) if content.is_empty()),
    );
}

/// How many cells a row of a Markdown table has.
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
