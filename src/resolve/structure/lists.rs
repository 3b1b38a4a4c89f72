//! Turns checklists, questions, steps, forms and notes into blocks.

use super::builder::{DocumentBuilder, Pass};
use crate::document::{Block, BlockKind, Form, Icon, Inlines, ListItem};
use crate::finding::Finding;
use crate::library::{Entry, EntryKind, TextValue};
use crate::resolve::compiled_text::CompiledText;
use crate::resolve::text_layers::Authored;

/// Lines for a reader's own questions, and the fewest lines of a block for notes.
const MIN_LINES: u8 = 3;

/// An item and the lines to write on below it.
type WritableItem = (Inlines, u8);

impl DocumentBuilder<'_, '_> {
    pub(super) fn notes(&mut self, entry: &Entry) {
        let mut blocks = self.blocks(&entry.key, "body").unwrap_or_default();
        let lines = self.context.layers.find(&[&entry.key, "lines"]);
        let lines = match lines.first().map(|authored| authored.value) {
            Some(TextValue::Number(lines)) => u8::try_from(*lines).unwrap_or(u8::MAX),
            _ => MIN_LINES,
        };
        blocks.push(BlockKind::WriteInLines(lines.max(MIN_LINES)).into());
        if self.heading(&entry.key).is_none() {
            let missing = self.report_missing(entry, &["heading"]);
            blocks.insert(0, BlockKind::Paragraph(missing).into());
        }
        self.add_blocks(entry, Some(Icon::Notes), blocks);
    }

    /// Adds a checklist, questions, steps or a form.
    pub(super) fn items(&mut self, entry: &Entry) {
        let key = entry.key.as_str();
        let mut blocks = match entry.kind {
            EntryKind::Form => Vec::new(),
            _ => self.blocks(key, "intro").unwrap_or_default(),
        };
        let Some(items) = self.item_list(entry) else {
            let missing = self.report_missing(entry, &["items"]);
            return self.continue_section(entry, vec![BlockKind::Paragraph(missing).into()]);
        };
        match entry.kind {
            EntryKind::Questions => blocks.extend(self.question_blocks(items)),
            _ if items.is_empty() => {}
            EntryKind::Checklist => blocks.push(BlockKind::Checklist(list_items(items)).into()),
            EntryKind::Form => {
                let caption = self.inlines(key, "caption").unwrap_or_default();
                let items = form_items(items);
                blocks.push(BlockKind::Form(Form { caption, items }).into());
            }
            _ => {
                let items = list_items(items);
                blocks.push(BlockKind::Steps { start: 1, items }.into());
            }
        }
        blocks.extend(self.blocks(key, "outro").unwrap_or_default());
        match entry.kind {
            EntryKind::Questions => self.add_blocks(entry, Some(Icon::Questions), blocks),
            EntryKind::Checklist => self.add_blocks(entry, Some(Icon::Checklist), blocks),
            _ => self.add_blocks(entry, None, blocks),
        }
    }

    /// Returns the items of an entry; `None` if no layer has any. Leaves out items that a condition
    /// emptied.
    fn item_list(&mut self, entry: &Entry) -> Option<Vec<WritableItem>> {
        let context = self.context;
        let list = context
            .layers
            .list(&[&entry.key, "items"], &mut self.findings)?;
        if list.is_empty() && entry.kind != EntryKind::Questions {
            self.report_no_content(entry, "items");
        }
        let mut items = Vec::with_capacity(list.len());
        for (index, item) in list.iter().enumerate() {
            let path = format!("{}.items.{index}", entry.key);
            let (text, lines) = match item.value {
                TextValue::Map(parts) => {
                    let text = item.value.part("text").map(|value| Authored {
                        value,
                        file: item.file,
                        route: item.route.key("text"),
                    });
                    let lines = parts.iter().find_map(|(name, value)| match value {
                        TextValue::Number(lines) if name == "lines" => u8::try_from(*lines).ok(),
                        _ => None,
                    });
                    let text = text.map(|text| self.item_text(&path, &text));
                    (text.unwrap_or_default(), lines.unwrap_or(0))
                }
                _ => (self.item_text(&path, item), 0),
            };
            if !text.is_empty() || lines > 0 {
                items.push((text, lines));
            }
        }
        let is_writable = entry.kind == EntryKind::Questions;
        let is_gone = items.is_empty() && !is_writable;
        self.report_empty_items(entry, "items", &list, is_gone);
        Some(items)
    }

    /// Returns whether this pass decides what is in texts: the plan, or the one for a reader if the reader's data
    /// count.
    pub(super) fn is_decided(&self, paths: impl IntoIterator<Item = String>) -> bool {
        let texts = self.known.unwrap_or(&self.compiled);
        let mut paths = paths.into_iter();
        let per_reader =
            paths.any(|path| matches!(texts.get(&path), Some(CompiledText::PerReader(..))));
        (self.pass == Pass::Plan) != per_reader
    }

    /// Reports authored items without words, as in `- ""`. `is_gone` says that no item is left, so that the
    /// block vanishes with its heading or caption.
    pub(super) fn report_empty_items(
        &mut self,
        entry: &Entry,
        part: &str,
        list: &[Authored<'_>],
        is_gone: bool,
    ) {
        let key = entry.key.as_str();
        let path = |index: usize| format!("{key}.{part}.{index}");
        let is_decided = self.is_decided((0..list.len()).map(path));
        let is_plan = self.pass == Pass::Plan;
        if is_plan {
            for item in list.iter().filter(|item| is_authored_empty(item.value)) {
                let finding = Finding::warning("empty-text", "this item is empty and is left out")
                    .help("write words, or remove the item");
                self.findings.push(item.locate(finding));
            }
        }
        // A condition may fill an item for a reader.
        if !is_gone || list.is_empty() || !is_decided {
            return;
        }
        let is_authored = list.iter().all(|item| is_authored_empty(item.value));
        let message = format!("`{key}` has no {part} with words, and is left out");
        let finding = match is_authored {
            true => Finding::error("empty-section", message),
            false => Finding::warning("empty-section", message),
        };
        let found = self.context.layers.find(&[key, part]);
        let finding = finding.help("write some, or remove the block");
        let finding = match found.first() {
            Some(list) => list.locate(finding),
            None => finding.at(&entry.file, entry.place()),
        };
        self.findings.push(finding);
    }

    /// Lists questions and leaves room for the reader's own. A last item with lines names that room.
    fn question_blocks(&self, mut items: Vec<WritableItem>) -> Vec<Block> {
        let last = items.pop_if(|(_, lines)| *lines > 0);
        let has_lines = last.is_some() || items.iter().any(|(_, lines)| *lines > 0);
        let own_questions =
            last.or_else(|| (!has_lines).then(|| (self.ui_text("own-questions"), MIN_LINES)));
        let mut blocks = Vec::new();
        if !items.is_empty() {
            blocks.push(BlockKind::List(list_items(items)).into());
        }
        if let Some((text, lines)) = own_questions {
            if !text.is_empty() {
                blocks.push(BlockKind::Heading { level: 3, text }.into());
            }
            blocks.push(BlockKind::WriteInLines(lines).into());
        }
        blocks
    }
}

/// Whether an author wrote an item without words. A condition that prints nothing is meant.
pub(super) fn is_authored_empty(value: &TextValue) -> bool {
    match value {
        TextValue::Text(text) => text.trim().is_empty(),
        TextValue::Map(parts) => {
            let has_lines = parts
                .iter()
                .any(|(_, value)| matches!(value, TextValue::Number(lines) if *lines > 0));
            !has_lines && value.part("text").is_none_or(is_authored_empty)
        }
        _ => false,
    }
}

/// Returns prompts with at least one line each.
fn form_items(items: Vec<WritableItem>) -> Vec<ListItem> {
    let items = items.into_iter();
    list_items(items.map(|(text, lines)| (text, lines.max(1))).collect())
}

fn list_items(items: Vec<WritableItem>) -> Vec<ListItem> {
    items
        .into_iter()
        .map(|(text, write_in_lines)| ListItem {
            blocks: vec![BlockKind::Paragraph(text).into()],
            write_in_lines,
        })
        .collect()
}
