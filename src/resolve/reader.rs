//! What a document says to its reader alone, and where: so that for the next reader no more than that
//! is made again.
//!
//! A document depends on job data through the texts that use it and nothing else. Where such a text is
//! a paragraph in the document, it is known by its place in memory, which does not change while the
//! document is put together.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::{Content, JobData, UsedText, number};
use crate::document::{Block, BlockKind, Document, Inline, Inlines, ListItem, SectionRole};
use crate::finding::Finding;

/// The words of a reader's data, in lower case.
pub(super) fn words(data: &JobData) -> Vec<String> {
    fn collect(value: &Value, words: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
            Value::Object(fields) => fields.values().for_each(|field| collect(field, words)),
            Value::String(text) => words.push(text.trim().to_lowercase()),
            other => words.push(other.to_string()),
        }
    }
    let mut words = Vec::new();
    data.values().for_each(|value| collect(value, &mut words));
    // A letter tells nobody who someone is, and is in most messages.
    words.retain(|word| word.chars().count() > 1);
    words
}

/// The finding, which does not repeat what a reader's data put into the text: names are what it has in
/// backticks.
pub(super) fn without_words(finding: Finding, words: &[String]) -> Finding {
    let says = |text: &str| {
        let mut named = text.split('`').skip(1).step_by(2).map(str::to_lowercase);
        named.any(|name| {
            words
                .iter()
                .any(|word| name.contains(word) || word.contains(&name))
        })
    };
    if !says(&finding.message) && !finding.help.as_deref().is_some_and(says) {
        return finding;
    }
    let message = "what the reader's data puts into the text does not fit here".to_owned();
    Finding {
        message,
        help: None,
        ..finding
    }
}

/// The texts of a document that depend on its reader, each once, in the order of their names.
pub struct ReaderTexts(pub(super) Vec<Arc<Content>>);

impl ReaderTexts {
    /// Their words.
    pub fn texts(&self) -> impl Iterator<Item = &UsedText> {
        self.0.iter().map(|content| &*content.used)
    }
}

/// Where a document has the texts of its reader.
#[derive(Clone, Debug)]
pub struct ReaderPlaces {
    pub(super) places: Vec<ReaderPlace>,
    /// What is cited, in the order of the numbers.
    pub(super) works: Vec<u32>,
}

/// A text of a reader, once for each time that the document uses it.
#[derive(Clone, Debug)]
pub(super) struct ReaderPlace {
    /// Its place among the texts in the order of their names.
    pub index: usize,
    pub content: Arc<Content>,
    /// Of each of its paragraphs in the document; none where the document has it in another form.
    pub addresses: Vec<usize>,
}

impl ReaderPlaces {
    /// What has to be exchanged for another reader: the addresses of paragraphs, and what comes in their
    /// place. `None` if the texts differ in more than the words of paragraphs.
    pub fn exchange<'a>(
        &'a self,
        others: &'a ReaderTexts,
    ) -> Option<Vec<(usize, Cow<'a, Inlines>)>> {
        let mut exchange = Vec::new();
        for ReaderPlace {
            index,
            content,
            addresses,
        } in &self.places
        {
            let new = others.0.get(*index)?;
            let mut differing = Differing::default();
            match (&content.blocks[..], &new.blocks[..]) {
                ([], []) => differing.text(&content.inlines, &new.inlines),
                (old, new) => differing.blocks(old, new)?,
            }
            for (place, old, new) in differing.texts {
                let may_cite =
                    |text: &Inlines| text.iter().any(|inline| !matches!(inline, Inline::Text(_)));
                let new = match may_cite(old) || may_cite(new) {
                    true => Cow::Owned(number::citations_as_in(new, old, &self.works)?),
                    false => Cow::Borrowed(new),
                };
                exchange.push((*addresses.get(place)?, new));
            }
        }
        Some(exchange)
    }

    /// Whether all of so many texts are used.
    pub(super) fn have_all(&self, count: usize) -> bool {
        (0..count).all(|index| self.places.iter().any(|place| place.index == index))
    }

    /// Forgets the addresses at which the document has no paragraph: titles and cells have none that is
    /// set by itself.
    pub(super) fn keep_paragraphs(&mut self, document: &Document) {
        let mut there = BTreeSet::new();
        for block in document
            .sections
            .iter()
            .flat_map(|section| &section.blocks)
            .chain(&document.closing)
        {
            visit(block, &mut |text| _ = there.insert(text.as_ptr().addr()));
        }
        for section in &document.sections {
            match &section.role {
                SectionRole::Body => {}
                SectionRole::MainMessage { actions, .. } => {
                    there.extend(actions.iter().map(|action| action.as_ptr().addr()));
                }
                SectionRole::Contact { rows, .. } => {
                    there.extend(rows.iter().map(|row| row.text.as_ptr().addr()));
                }
            }
        }
        let mut claimed = BTreeSet::new();
        let mut contested = BTreeSet::new();
        for address in self.places.iter().flat_map(|place| &place.addresses) {
            if !claimed.insert(*address) {
                contested.insert(*address);
            }
        }
        for place in &mut self.places {
            let is_true = |address: &usize| there.contains(address) && !contested.contains(address);
            if !place.addresses.iter().all(is_true) {
                place.addresses.clear();
            }
        }
    }
}

/// The addresses of running text in a document.
pub(super) fn address_of_text(text: &Inlines) -> Vec<usize> {
    // What is empty stands nowhere.
    if text.is_empty() {
        Vec::new()
    } else {
        vec![text.as_ptr().addr()]
    }
}

/// The addresses of the paragraphs of blocks, in the order in which [`ReaderPlaces::exchange`] counts
/// them.
pub(super) fn addresses_of_blocks(blocks: &[Block]) -> Vec<usize> {
    let mut addresses = Vec::new();
    for block in blocks {
        visit(block, &mut |text| addresses.push(text.as_ptr().addr()));
    }
    addresses
}

/// Calls a function on every paragraph of a block, list items and call-outs included.
fn visit(block: &Block, see: &mut dyn FnMut(&Inlines)) {
    match &block.kind {
        BlockKind::Paragraph(text) => see(text),
        BlockKind::List(items) | BlockKind::Steps { items, .. } | BlockKind::Checklist(items) => {
            items
                .iter()
                .flat_map(|item| &item.blocks)
                .for_each(|block| visit(block, see));
        }
        BlockKind::Callout(callout) => callout.blocks.iter().for_each(|block| visit(block, see)),
        BlockKind::Table(table) => table.note.iter().for_each(|block| visit(block, see)),
        BlockKind::Heading { .. }
        | BlockKind::WriteInLines(_)
        | BlockKind::Figure(_)
        | BlockKind::Glossary(_)
        | BlockKind::References(_) => {}
    }
}

/// The paragraphs that differ, by their numbers, gathered on a walk through both texts.
#[derive(Default)]
struct Differing<'a> {
    count: usize,
    /// With what stood in their place.
    texts: Vec<(usize, &'a Inlines, &'a Inlines)>,
}

impl<'a> Differing<'a> {
    fn text(&mut self, old: &'a Inlines, new: &'a Inlines) {
        if old != new {
            self.texts.push((self.count, old, new));
        }
        self.count += 1;
    }

    /// `None` where something else than paragraphs differs.
    fn blocks(&mut self, old: &'a [Block], new: &'a [Block]) -> Option<()> {
        let is_alike = old.len() == new.len();
        is_alike.then(|| {
            old.iter()
                .zip(new)
                .try_for_each(|(old, new)| self.block(old, new))
        })?
    }

    fn block(&mut self, old: &'a Block, new: &'a Block) -> Option<()> {
        use BlockKind::{Checklist, List, Paragraph, Steps};
        if old.key != new.key {
            return None;
        }
        match (&old.kind, &new.kind) {
            (Paragraph(old), Paragraph(new)) => {
                self.text(old, new);
                Some(())
            }
            (List(old), List(new)) | (Checklist(old), Checklist(new)) => self.items(old, new),
            (
                Steps {
                    start: old_start,
                    items: old,
                },
                Steps { start, items: new },
            ) if old_start == start => self.items(old, new),
            // The rest has no paragraphs in a text.
            (old, new) => (old == new).then_some(()),
        }
    }

    fn items(&mut self, old: &'a [ListItem], new: &'a [ListItem]) -> Option<()> {
        if old.len() != new.len() {
            return None;
        }
        old.iter().zip(new).try_for_each(|(old, new)| {
            let is_alike = old.write_in_lines == new.write_in_lines;
            is_alike.then(|| self.blocks(&old.blocks, &new.blocks))?
        })
    }
}
