//! Splits a document into blocks of plain text, to compare it with another.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::mem;

use crate::document::{
    BREAK_MARKS, Block, BlockKind, Callout, Document, Figure, Inline, Inlines, ListItem, Mark,
    SectionRole, Target, plain_text,
};
use crate::library::lines_to_write_on;
use crate::resolve::Resolved;

/// Kind of a [`TextPart`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum PartKind {
    Heading,
    Paragraph,
    Item,
    /// A table row, with ` | ` between its cells.
    Row,
}

/// A paragraph, heading, item or row.
pub(super) type TextPart = (PartKind, String);

/// A block as plain text.
pub(super) struct FlatBlock {
    /// Empty for the title and subtitle.
    pub(super) key: String,
    /// Heading or title, else the key.
    pub(super) name: String,
    pub(super) parts: Vec<TextPart>,
}

impl FlatBlock {
    fn new(key: &str, name: String) -> FlatBlock {
        FlatBlock {
            key: key.to_owned(),
            name,
            parts: Vec::new(),
        }
    }
}

/// Returns the blocks of a leaflet in reading order.
pub(super) fn blocks(resolved: &Resolved) -> Vec<FlatBlock> {
    let document = &resolved.document;
    let words = Flattener {
        keys: citation_keys(document),
        certainty: &document.ui_strings.certainty,
    };
    let title = plain_text(&document.title);
    let mut flat = FlatBlock::new("", title.clone());
    flat.parts.push((PartKind::Heading, title));
    if let Some(subtitle) = &document.subtitle {
        flat.parts.push((PartKind::Paragraph, words.text(subtitle)));
    }
    let mut flats = vec![flat];
    for section in &document.sections {
        let heading = section.heading.as_ref().map(|heading| words.text(heading));
        let heading_or_key = heading.as_ref().unwrap_or(&section.key);
        let mut flat = FlatBlock::new(&section.key, heading_or_key.clone());
        flat.parts
            .extend(heading.map(|heading| (PartKind::Heading, heading)));
        if let Some(Mark::Certainty(certainty)) = &section.mark {
            let certainty = &words.certainty[certainty.index()];
            flat.parts
                .push((PartKind::Paragraph, format!("[{certainty}]")));
        }
        for block in &section.blocks {
            if let Some(key) = block.key.as_ref().filter(|key| **key != flat.key) {
                let name = name(block).unwrap_or_else(|| key.clone());
                flats.push(mem::replace(&mut flat, FlatBlock::new(key, name)));
            }
            words.block(block, &mut flat.parts);
        }
        if let SectionRole::MainMessage { actions, .. } = &section.role {
            flat.parts.extend(
                actions
                    .iter()
                    .map(|action| (PartKind::Item, words.text(action))),
            );
        }
        flats.push(flat);
    }
    let mut closing = FlatBlock::new("closing", "closing".to_owned());
    document
        .closing
        .iter()
        .for_each(|block| words.block(block, &mut closing.parts));
    flats.push(closing);
    // Labels are part of a drawing, and the document does not have them.
    for used in &resolved.texts {
        let mut names = used.path.split('.');
        if let (Some(key), Some("labels")) = (names.next(), names.next())
            && let Some(flat) = flats.iter_mut().find(|flat| flat.key == key)
        {
            flat.parts
                .push((PartKind::Item, used.as_str().trim().to_owned()));
        }
    }
    flats
}

/// Returns the title or caption of a block.
fn name(block: &Block) -> Option<String> {
    match &block.kind {
        BlockKind::Callout(callout) => Some(with_label(callout, plain_text(&callout.title))),
        BlockKind::Table(table) => Some(plain_text(&table.caption)),
        BlockKind::Figure(figure) => Some(plain_text(&figure.caption)),
        _ => None,
    }
    .filter(|name| !name.is_empty())
}

/// Returns a call-out's title with its label, as in "Take care: about your medicines".
fn with_label(callout: &Callout, title: String) -> String {
    match &callout.label {
        Some(label) => format!("{label} {title}"),
        None => title,
    }
}

/// Returns citation keys by number. Numbers change when another work is cited earlier; keys do not.
fn citation_keys(document: &Document) -> BTreeMap<u32, String> {
    document
        .references()
        .map(|entry| (entry.number, entry.key.clone()))
        .collect()
}

/// Returns where a link leads, if its words do not say it.
fn unseen_address(target: &Target, words: &str) -> Option<String> {
    let uri = match target {
        Target::Block(key) => return Some(format!("#{key}")),
        Target::Uri(uri) => uri,
    };
    let words: String = words
        .chars()
        .filter(|letter| !BREAK_MARKS.contains(letter))
        .collect();
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    if let Some(number) = uri.strip_prefix("tel:") {
        // With its country, as in `+44`, a number has no 0 at its start.
        let seen = digits(&words);
        let seen = seen.trim_start_matches('0');
        let is_seen = !seen.is_empty() && digits(number).ends_with(seen);
        return (!is_seen).then(|| uri.clone());
    }
    let bare = |address: &str| {
        let schemes = ["https://", "http://", "mailto:"];
        let found = schemes
            .iter()
            .find_map(|scheme| address.strip_prefix(scheme));
        let address = found.unwrap_or(address);
        let address = address.strip_prefix("www.").unwrap_or(address);
        address.trim_end_matches('/').to_owned()
    };
    (bare(words.trim()) != bare(uri)).then(|| uri.clone())
}

/// Turns inlines and blocks into plain text.
struct Flattener<'a> {
    keys: BTreeMap<u32, String>,
    /// Names of the certainties.
    certainty: &'a [String; 4],
}

impl Flattener<'_> {
    fn text(&self, inlines: &[Inline]) -> String {
        let mut text = String::new();
        self.push(inlines, &mut text);
        text
    }

    fn push(&self, inlines: &[Inline], text: &mut String) {
        for inline in inlines {
            match inline {
                Inline::Text(words) => text.push_str(words),
                Inline::Strong(content) | Inline::Term { content, .. } => {
                    self.push(content, text);
                }
                Inline::Link { target, content } => {
                    let start = text.len();
                    self.push(content, text);
                    if let Some(address) = unseen_address(target, &text[start..]) {
                        let _ = write!(text, " ({address})");
                    }
                }
                Inline::LineBreak => text.push(' '),
                Inline::Citation(numbers) => {
                    let keys = numbers
                        .iter()
                        .filter_map(|number| Some(format!("@{}", self.keys.get(number)?)));
                    text.push_str(&format!(" [{}]", keys.collect::<Vec<_>>().join("; ")));
                }
                Inline::Badge(certainty) => {
                    text.push_str(&format!(" [{}]", self.certainty[certainty.index()]));
                }
            }
        }
    }

    fn block(&self, block: &Block, parts: &mut Vec<TextPart>) {
        let mut push = |kind, text: String| {
            if !text.trim().is_empty() {
                parts.push((kind, text));
            }
        };
        match &block.kind {
            BlockKind::Paragraph(text) => push(PartKind::Paragraph, self.text(text)),
            BlockKind::Heading { text, .. } => push(PartKind::Heading, self.text(text)),
            BlockKind::List(items)
            | BlockKind::Checklist(items)
            | BlockKind::Steps { items, .. } => {
                items.iter().for_each(|item| self.item(item, parts));
            }
            BlockKind::Form(form) => {
                push(PartKind::Heading, self.text(&form.caption));
                form.items.iter().for_each(|item| self.item(item, parts));
            }
            BlockKind::WriteInLines(count) => {
                push(
                    PartKind::Paragraph,
                    format!("({})", lines_to_write_on((*count).into())),
                );
            }
            BlockKind::Callout(callout) => {
                push(
                    PartKind::Heading,
                    with_label(callout, self.text(&callout.title)),
                );
                callout
                    .blocks
                    .iter()
                    .for_each(|block| self.block(block, parts));
            }
            BlockKind::Table(table) => {
                push(PartKind::Heading, self.text(&table.caption));
                push(PartKind::Row, self.row(&table.header));
                table
                    .rows
                    .iter()
                    .for_each(|row| push(PartKind::Row, self.row(row)));
                table.note.iter().for_each(|block| self.block(block, parts));
            }
            BlockKind::Figure(Figure { alt, caption, .. }) => {
                push(PartKind::Heading, self.text(caption));
                push(PartKind::Paragraph, alt.clone());
            }
            BlockKind::Glossary(entries) => {
                for entry in entries {
                    push(
                        PartKind::Item,
                        format!("{}: {}", entry.term, self.text(&entry.definition)),
                    );
                }
            }
            BlockKind::References(list) => {
                // Sorted, as the order of citation is not a change of the list.
                let mut entries: Vec<_> = list.entries.iter().collect();
                entries.sort_by_key(|entry| &entry.key);
                entries
                    .into_iter()
                    .for_each(|entry| push(PartKind::Item, self.text(&entry.text)));
            }
        }
    }

    fn item(&self, item: &ListItem, parts: &mut Vec<TextPart>) {
        let mut inner = Vec::new();
        item.blocks
            .iter()
            .for_each(|block| self.block(block, &mut inner));
        // The first paragraph is the item itself; nested blocks follow.
        for (index, (kind, text)) in inner.into_iter().enumerate() {
            let text = match item.write_in_lines {
                0 => text,
                _ if index > 0 => text,
                lines => format!("{text} ({})", lines_to_write_on(lines.into())),
            };
            parts.push((
                if kind == PartKind::Paragraph {
                    PartKind::Item
                } else {
                    kind
                },
                text,
            ));
        }
    }

    fn row(&self, cells: &[Inlines]) -> String {
        cells
            .iter()
            .map(|cell| self.text(cell))
            .collect::<Vec<_>>()
            .join(" | ")
    }
}

#[cfg(test)]
mod tests {
    use super::{Target, unseen_address};

    #[test]
    fn addresses_that_words_do_not_say_are_shown() {
        let uri = |uri: &str, words: &str| unseen_address(&Target::Uri(uri.to_owned()), words);
        for (address, words) in [
            ("https://www.example.org/", "example.org"),
            ("https://example.org/a", "https://example.org/\u{200b}a"),
            ("mailto:a@example.org", "a@example.org"),
            ("tel:+441632960777", "01632\u{a0}960\u{a0}777"),
            ("tel:999", "999"),
        ] {
            assert_eq!(uri(address, words), None, "{address}");
        }
        for (address, words) in [
            ("https://example.org/b", "example.org/a"),
            ("https://example.org", "our page"),
            ("tel:999", "us"),
            ("tel:999", "112"),
        ] {
            assert_eq!(uri(address, words).as_deref(), Some(address), "{words}");
        }
        let block = Target::Block("why".into());
        assert_eq!(unseen_address(&block, "above").as_deref(), Some("#why"));
    }
}
