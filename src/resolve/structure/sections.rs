//! Turns entries of the definition into sections and blocks.

use std::collections::BTreeMap;

use super::builder::{DocumentBuilder, Pass};
use crate::document::{
    Block, BlockKind, Callout, CalloutKind, Figure, Icon, Inlines, Mark, ReferenceList, Section,
    SectionRole, Table,
};
use crate::finding::Finding;
use crate::library::{Entry, EntryKind, TextValue};
use crate::resolve::text_layers::Authored;

impl DocumentBuilder<'_, '_> {
    pub(super) fn open_section(
        &mut self,
        entry: &Entry,
        heading: Option<Inlines>,
        mark: Option<Mark>,
        role: SectionRole,
        blocks: Vec<Block>,
    ) {
        self.sections.push(Section {
            key: entry.key.clone(),
            heading,
            mark,
            role,
            blocks,
        });
    }

    /// Adds blocks to the section before. Links to the entry lead to the first block.
    pub(super) fn continue_section(&mut self, entry: &Entry, mut blocks: Vec<Block>) {
        if let Some(first) = blocks.first_mut() {
            first.key = Some(entry.key.clone());
        }
        match self.sections.last_mut() {
            Some(section) if section.role == SectionRole::Body => section.blocks.extend(blocks),
            _ => self.open_section(entry, None, None, SectionRole::Body, blocks),
        }
    }

    /// Opens a section if the entry has a heading, else continues the section before.
    pub(super) fn add_blocks(&mut self, entry: &Entry, icon: Option<Icon>, blocks: Vec<Block>) {
        let mark = icon.map(Mark::Icon);
        match self.heading(&entry.key) {
            None => self.continue_section(entry, blocks),
            heading => self.open_section(entry, heading, mark, SectionRole::Body, blocks),
        }
    }

    /// Turns an entry into a section or into blocks. Lists of terms and works stay empty until the document
    /// is complete.
    pub(super) fn add_entry(&mut self, entry: &Entry) {
        let parts: &[&str] = match entry.kind {
            EntryKind::Section { main_message: true } => &["heading", "body", "actions"],
            EntryKind::Section {
                main_message: false,
            } => &["heading", "body"],
            EntryKind::Notes => &["heading", "body", "lines"],
            EntryKind::Callout(_) => &["title", "body"],
            EntryKind::Table => &["caption", "header", "rows", "note"],
            EntryKind::Figure { .. } => &["alt", "caption", "labels"],
            EntryKind::Checklist | EntryKind::Questions | EntryKind::Steps => {
                &["heading", "intro", "items", "outro"]
            }
            EntryKind::Glossary | EntryKind::Contact | EntryKind::References => {
                &["heading", "body", "outro"]
            }
        };
        if self.pass == Pass::Plan {
            self.context
                .layers
                .check_parts(&entry.key, parts, &mut self.findings);
        }
        match &entry.kind {
            EntryKind::Section { main_message } => self.section(entry, *main_message),
            EntryKind::Notes => self.notes(entry),
            EntryKind::Callout(kind) => self.callout(entry, *kind),
            EntryKind::Table => self.table(entry),
            EntryKind::Figure { .. } => self.figure(entry),
            EntryKind::Checklist | EntryKind::Questions | EntryKind::Steps => self.items(entry),
            EntryKind::Glossary => {
                let glossary = BlockKind::Glossary(Vec::new());
                self.generated_section(entry, Icon::Glossary, "glossary", glossary);
            }
            EntryKind::References => {
                let references = BlockKind::References(ReferenceList {
                    entries: Vec::new(),
                    qr: None,
                });
                self.generated_section(entry, Icon::References, "references", references);
            }
            EntryKind::Contact => self.contact(entry),
        }
    }

    /// Opens a section for a generated block. `heading` names the interface string that replaces an absent
    /// heading.
    fn generated_section(&mut self, entry: &Entry, icon: Icon, heading: &str, block: BlockKind) {
        let heading = self
            .heading(&entry.key)
            .unwrap_or_else(|| self.ui_text(heading));
        let mut blocks = self.blocks(&entry.key, "body").unwrap_or_default();
        blocks.push(block.into());
        blocks.extend(self.blocks(&entry.key, "outro").unwrap_or_default());
        self.open_section(
            entry,
            Some(heading),
            Some(Mark::Icon(icon)),
            SectionRole::Body,
            blocks,
        );
    }

    fn section(&mut self, entry: &Entry, main_message: bool) {
        let heading = self.heading(&entry.key);
        let body = self.blocks(&entry.key, "body");
        if heading.is_none() && body.is_none() {
            self.report_missing(entry, &["heading", "body"]);
            return;
        }
        let body = body.unwrap_or_default();
        let mark = entry.certainty.map(Mark::Certainty);
        if main_message {
            let path = [entry.key.as_str(), "actions"];
            let actions = self.context.layers.list(&path, &mut self.findings);
            let mut actions = self.item_texts(&path.join("."), &actions.unwrap_or_default());
            actions.retain(|action| !action.is_empty());
            let role = SectionRole::MainMessage {
                actions_heading: self.ui_text("what-to-do"),
                actions,
            };
            self.open_section(entry, heading, mark, role, body);
        } else if heading.is_some() {
            self.open_section(entry, heading, mark, SectionRole::Body, body);
        } else {
            self.continue_section(entry, body);
        }
    }

    fn callout(&mut self, entry: &Entry, kind: CalloutKind) {
        let title = self.inlines(&entry.key, "title");
        let body = self.blocks(&entry.key, "body");
        if title.is_none() {
            self.report_missing(entry, &["title"]);
        }
        let callout = Callout {
            kind,
            label: self.callout_label(kind),
            title: title.unwrap_or_default(),
            blocks: body.unwrap_or_default(),
        };
        self.continue_section(entry, vec![BlockKind::Callout(callout).into()]);
    }

    fn table(&mut self, entry: &Entry) {
        let context = self.context;
        let key = entry.key.as_str();
        let caption = self.inlines(key, "caption");
        let header = context.layers.list(&[key, "header"], &mut self.findings);
        let header = self.item_texts(&format!("{key}.header"), &header.unwrap_or_default());
        let rows = context.layers.list(&[key, "rows"], &mut self.findings);
        let note = self.blocks(key, "note").unwrap_or_default();
        let (Some(caption), false, Some(rows)) = (caption, header.is_empty(), rows) else {
            self.report_missing(entry, &["caption", "header", "rows"]);
            return;
        };
        let mut table = Table {
            caption,
            header,
            rows: Vec::new(),
            note,
        };
        for (number, row) in rows.iter().enumerate() {
            let TextValue::List(values) = row.value else {
                continue;
            };
            let cells = values.iter().enumerate().map(|(index, value)| Authored {
                value,
                file: row.file,
                route: row.route.index(index),
            });
            let cells: Vec<Authored<'_>> = cells.collect();
            let cells = self.item_texts(&format!("{key}.rows.{number}"), &cells);
            if cells.len() != table.header.len() {
                let message = format!(
                    "this row has {} cells, the header has {}",
                    cells.len(),
                    table.header.len()
                );
                let finding = Finding::error("table-shape", message);
                self.findings
                    .push(row.locate(finding.help("an empty cell is written `\"\"`")));
            }
            table.rows.push(cells);
        }
        self.continue_section(entry, vec![BlockKind::Table(table).into()]);
    }

    /// Returns the running texts of a list.
    fn item_texts(&mut self, path: &str, items: &[Authored<'_>]) -> Vec<Inlines> {
        let text = |(index, item)| self.item_text(&format!("{path}.{index}"), item);
        items.iter().enumerate().map(text).collect()
    }

    fn figure(&mut self, entry: &Entry) {
        let context = self.context;
        let key = entry.key.as_str();
        let findings_before = self.findings.len();
        let alt = self.plain_text(&[key, "alt"]).unwrap_or_default();
        let is_readable = self.findings.len() == findings_before;
        let caption = self.inlines(key, "caption").unwrap_or_default();
        if context.layers.keys().contains(key) {
            if alt.trim().is_empty() && is_readable {
                let finding = Finding::error(
                    "missing-alt-text",
                    format!("the figure `{key}` has no `alt`"),
                );
                let finding = finding
                    .help("say in a sentence what the figure shows, for those who cannot see it");
                self.findings.push(finding.at(&entry.file, entry.place()));
            }
        } else {
            self.report_missing(entry, &["alt", "caption"]);
        }
        let mut labels = BTreeMap::new();
        for name in context.layers.names(&[key, "labels"]) {
            if let Some(label) = self.plain_text(&[key, "labels", name]) {
                labels.insert(name.to_owned(), label);
            }
        }
        let picture = match context.pictures.get(entry, labels) {
            Ok(picture) => picture,
            Err(findings) => {
                self.findings.extend(findings);
                return;
            }
        };
        self.figures += 1;
        let label = self.ui_phrase("figure", "{number}", &self.figures.to_string());
        let figure = Figure {
            picture,
            alt,
            label,
            caption,
        };
        self.continue_section(entry, vec![BlockKind::Figure(figure).into()]);
    }
}
