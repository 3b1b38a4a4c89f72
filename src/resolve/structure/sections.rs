//! Turns entries of the definition into sections and blocks.

use std::collections::BTreeMap;
use std::mem::discriminant;

use super::builder::{DocumentBuilder, Pass};
use super::lists::is_authored_empty;
use crate::document::{
    self, Block, BlockKind, Callout, CalloutKind, Document, Figure, Icon, Inline, Inlines, Mark,
    ReferenceList, Section, SectionRole, Table, plain_text,
};
use crate::finding::{Finding, PlaceTarget, has_errors};
use crate::library::{Entry, EntryKind, TextValue, picture_notes};
use crate::picture::PictureUse;
use crate::resolve::compiled_text::CompiledText;
use crate::resolve::draft;
use crate::resolve::text_layers::Authored;
use crate::template::is_template;
use crate::words::has_words;

impl<'p> DocumentBuilder<'p, '_> {
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
            EntryKind::Form => &["heading", "caption", "items", "outro"],
            EntryKind::Glossary | EntryKind::Contact | EntryKind::References => {
                &["heading", "body", "outro"]
            }
        };
        self.check_parts(&entry.key, parts);
        self.check_heading(entry);
        match &entry.kind {
            EntryKind::Section { main_message } => self.section(entry, *main_message),
            EntryKind::Notes => self.notes(entry),
            EntryKind::Callout(kind) => self.callout(entry, *kind),
            EntryKind::Table => self.table(entry),
            EntryKind::Figure { .. } => self.figure(entry),
            EntryKind::Checklist | EntryKind::Questions | EntryKind::Steps | EntryKind::Form => {
                self.items(entry);
            }
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

    /// Reports parts of a block that blocks of its kind do not have.
    pub(super) fn check_parts(&mut self, key: &str, parts: &[&str]) {
        if self.pass == Pass::Plan {
            let layers = &self.context.layers;
            layers.check_parts(key, parts, &mut self.findings);
        }
    }

    /// Reports `heading:` without words. The block then continues the section before.
    fn check_heading(&mut self, entry: &Entry) {
        let found = self.context.layers.find(&[&entry.key, "heading"]);
        let Some(heading) = found.first().filter(|_| self.pass == Pass::Plan) else {
            return;
        };
        if heading.value.text().is_some_and(|text| !has_words(text)) {
            let finding = Finding::warning("empty-heading", "this heading has no words").help(
                "write them, or remove `heading:`: then the block continues the section before",
            );
            self.findings.push(heading.locate(finding));
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

    /// Puts a generated list in its place. A list without entries is removed with its heading; the
    /// blocks of later entries stay.
    pub(super) fn fill_list(&mut self, document: &mut Document, list: BlockKind, is_empty: bool) {
        let kind = discriminant(&list);
        let is_list = |block: &Block| discriminant(&block.kind) == kind;
        let sections = &mut document.sections;
        let Some(index) = sections
            .iter()
            .position(|section| section.blocks.iter().any(is_list))
        else {
            return;
        };
        if !is_empty {
            if let Some(block) = sections[index]
                .blocks
                .iter_mut()
                .find(|block| is_list(block))
            {
                block.kind = list;
            }
            return;
        }
        let mut section = sections.remove(index);
        // Only blocks of later entries have keys.
        let own = section
            .blocks
            .iter()
            .position(|block| block.key.is_some())
            .unwrap_or(section.blocks.len());
        let later = section.blocks.split_off(own);
        let has_words = section.blocks.len() > 1
            || self.context.layers.is_adapted(&section.key)
            || (self.context.sources.handout.iter()).any(|layer| layer.get(&section.key).is_some());
        if has_words && let Some(entry) = self.entry(&section.key) {
            let message = format!("`{}` has nothing to list and is left out", entry.key);
            let finding = Finding::warning("empty-section", message)
                .help("its own text is left out, too: move the text to another section");
            self.findings.push(finding.at(&entry.file, entry.place()));
        }
        let before = index
            .checked_sub(1)
            .map(|before| &mut sections[before])
            .filter(|before| before.role == SectionRole::Body);
        match before {
            Some(before) => before.blocks.extend(later),
            None if later.is_empty() => {}
            None => {
                let unnamed = Section {
                    heading: None,
                    mark: None,
                    blocks: later,
                    ..section
                };
                sections.insert(index, unnamed);
            }
        }
    }

    /// Reports sections with a heading alone, and call-outs without title or message. Names missing texts in
    /// the document, for a draft.
    ///
    /// A leaflet without reader data proves nothing about texts that use it.
    pub(in crate::resolve) fn report_empty(&mut self, document: &mut Document) {
        let per_reader = |text: &CompiledText| matches!(text, CompiledText::PerReader(..));
        let is_trial = self.pass == Pass::Plan && self.compiled.values().any(per_reader);
        // A text with an error is empty, too, except in a draft.
        let is_incomplete = !self.is_draft() && has_errors(&self.findings);
        if is_trial || is_incomplete {
            return;
        }
        for section in &mut document.sections {
            if section.heading.is_some()
                && !matches!(section.role, SectionRole::Contact { .. })
                && !section.blocks.iter().any(Block::has_content)
                && let Some(entry) = self.entry(&section.key)
            {
                let body = self.context.layers.find(&[&section.key, "body"]);
                let has_template = body
                    .first()
                    .and_then(|body| body.value.text())
                    .is_some_and(is_template);
                let help = match has_template {
                    true => {
                        "a condition leaves all words of its `body` out: write other words behind `{{else}}`"
                    }
                    false => "write its `body`, or remove the section",
                };
                let finding =
                    Finding::warning("empty-section", "there is nothing below this heading")
                        .help(help);
                self.findings.push(finding.at(&entry.file, entry.place()));
            }
            for block in &mut section.blocks {
                let (BlockKind::Callout(callout), Some(key)) = (&mut block.kind, &block.key) else {
                    continue;
                };
                let part = if !document::has_words(&callout.title) {
                    "title"
                } else if !callout.blocks.iter().any(Block::has_content) {
                    "body"
                } else {
                    continue;
                };
                let Some(entry) = self.entry(key) else {
                    continue;
                };
                let texts = self.known.unwrap_or(&self.compiled);
                let text = texts.get(&format!("{key}.{part}"));
                let is_fixed = !text.is_some_and(per_reader);
                let must_speak = callout.kind == CalloutKind::Emergency || entry.locked;
                let message = format!("the call-out `{key}` has no words for its `{part}`");
                let finding = if is_fixed && (must_speak || part == "title") {
                    let missing = self.missing_text(key, &[part]);
                    match part {
                        "title" => callout.title = missing,
                        _ => callout.blocks.push(BlockKind::Paragraph(missing).into()),
                    }
                    Finding::error("unknown-text", message)
                } else {
                    Finding::warning("empty-section", message)
                };
                let finding = finding
                    .help(format!("write its `{part}`, or remove the call-out"))
                    .at(&entry.file, entry.place());
                self.findings.push(finding);
            }
        }
    }

    /// Returns the entry of a block.
    fn entry(&self, key: &str) -> Option<&'p Entry> {
        self.context.entries.iter().find(|entry| entry.key == key)
    }

    fn section(&mut self, entry: &Entry, main_message: bool) {
        let heading = self.heading(&entry.key);
        let body = self.blocks(&entry.key, "body");
        if heading.is_none() && body.is_none() {
            let missing = self.report_missing(entry, &["heading", "body"]);
            return self.continue_section(entry, vec![BlockKind::Paragraph(missing).into()]);
        }
        let mut body = body.unwrap_or_default();
        let mark = entry.certainty.map(Mark::Certainty);
        // A badge without a heading to its side is a paragraph of its own.
        let badge = entry
            .certainty
            .map(|certainty| BlockKind::Paragraph(vec![Inline::Badge(certainty)]).into());
        if main_message {
            body.extend(badge);
            let path = [entry.key.as_str(), "actions"];
            let actions = self.context.layers.list(&path, &mut self.findings);
            let list = actions.unwrap_or_default();
            let mut actions = self.item_texts(&path.join("."), &list);
            actions.retain(|action| !action.is_empty());
            self.report_empty_items(entry, "actions", &list, actions.is_empty());
            let role = SectionRole::MainMessage {
                actions_heading: self.ui_text("what-to-do"),
                actions,
            };
            self.open_section(entry, heading, None, role, body);
        } else if heading.is_some() {
            self.open_section(entry, heading, mark, SectionRole::Body, body);
        } else {
            body.splice(0..0, badge);
            self.continue_section(entry, body);
        }
    }

    fn callout(&mut self, entry: &Entry, kind: CalloutKind) {
        let title = self.inlines(&entry.key, "title");
        let body = self.blocks(&entry.key, "body");
        let title = match title {
            Some(title) => title,
            None => self.report_missing(entry, &["title"]),
        };
        let callout = Callout {
            kind,
            label: self.callout_label(kind),
            title,
            blocks: body.unwrap_or_default(),
        };
        self.continue_section(entry, vec![BlockKind::Callout(callout).into()]);
    }

    fn table(&mut self, entry: &Entry) {
        let context = self.context;
        let key = entry.key.as_str();
        let caption = self.inlines(key, "caption");
        let header = context.layers.list(&[key, "header"], &mut self.findings);
        if header.as_ref().is_some_and(Vec::is_empty) {
            let finding = Finding::error("table-shape", "the header has no cells")
                .help("name each column, as in `header: [What, When]`");
            let found = context.layers.find(&[key, "header"]);
            let place = found.first().map(|header| header.locate(finding.clone()));
            let finding = place.unwrap_or(finding);
            let blocks = vec![draft::mark_block([&finding])];
            self.findings.push(finding);
            return self.continue_section(entry, blocks);
        }
        let names = header.unwrap_or_default();
        let header = self.item_texts(&format!("{key}.header"), &names);
        for (index, cell) in header.iter().enumerate() {
            // The first column may name the rows.
            let may_be_empty = document::is_visible(cell) || (index == 0 && header.len() > 1);
            if !may_be_empty && self.is_decided([format!("{key}.header.{index}")]) {
                let finding = Finding::warning("empty-text", "this column has no name");
                let finding = finding.help("write what its cells are");
                self.findings.push(names[index].locate(finding));
            }
        }
        let rows = context.layers.list(&[key, "rows"], &mut self.findings);
        let note = self.blocks(key, "note").unwrap_or_default();
        let (Some(caption), false, Some(rows)) = (caption, header.is_empty(), rows) else {
            let missing = self.report_missing(entry, &["caption", "header", "rows"]);
            return self.continue_section(entry, vec![BlockKind::Paragraph(missing).into()]);
        };
        if rows.is_empty() {
            self.report_no_content(entry, "rows");
        }
        let mut table = Table {
            caption,
            header,
            rows: Vec::new(),
            note,
        };
        let cell_paths = |row: usize, cells: usize| {
            (0..cells).map(move |cell| format!("{key}.rows.{row}.{cell}"))
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
            let mut cells = self.item_texts(&format!("{key}.rows.{number}"), &cells);
            if cells.len() != table.header.len() {
                let message = format!(
                    "this row has {} cells, the header has {}",
                    cells.len(),
                    table.header.len()
                );
                let finding = Finding::error("table-shape", message);
                let help = if cells.len() > table.header.len() {
                    "put a cell that has a comma in quotes"
                } else {
                    "an empty cell is written `\"\"`"
                };
                self.findings.push(row.locate(finding.help(help)));
                // A draft shows all cells, too.
                while cells.len() > table.header.len()
                    && let Some(extra) = cells.pop()
                    && let Some(last) = cells.last_mut()
                {
                    last.extend(draft::mark(format!(" {} ", draft::FAULT_MARK)));
                    last.extend(extra);
                }
                cells.resize(table.header.len(), draft::mark(draft::FAULT_MARK));
            }
            // A row of authored empty cells is one to write in.
            if cells.iter().any(|cell| document::is_visible(cell))
                || values.iter().all(is_authored_empty)
            {
                table.rows.push(cells);
            } else if self.is_decided(cell_paths(number, values.len())) {
                let finding = Finding::warning("empty-text", "this row is empty and is left out");
                let help = "write words for each reader in one cell, or `\"\"` in all cells";
                self.findings.push(row.locate(finding.help(help)));
            } else if self.pass == Pass::Plan {
                table.rows.push(cells);
            }
        }
        let mut cells = table.rows.iter().flatten();
        let paths = (0..rows.len()).flat_map(|row| cell_paths(row, table.header.len()));
        if !rows.is_empty()
            && !cells.any(|cell| document::is_visible(cell))
            && self.is_decided(paths)
        {
            let finding =
                Finding::warning("empty-section", format!("`{key}` has no row with words"));
            let finding = finding.help("write some, or use a `form` for lines to write on");
            self.findings.push(rows[0].locate(finding));
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
        let mut alt = self.plain_text(&[key, "alt"]).unwrap_or_default();
        let is_readable = self.findings.len() == findings_before;
        let mut caption = self.inlines(key, "caption").unwrap_or_default();
        if context.layers.keys().contains(key) {
            if !has_words(&alt) && is_readable {
                let finding = Finding::error(
                    "missing-alt-text",
                    format!("the figure `{key}` has no `alt`"),
                );
                let finding = finding
                    .help("say in a sentence what the figure shows, for those who cannot see it");
                self.findings.push(finding.at(&entry.file, entry.place()));
            }
        } else {
            caption = self.report_missing(entry, &["alt", "caption"]);
        }
        if !has_words(&alt) {
            alt = plain_text(&self.missing_text(key, &["alt"]));
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
                let blocks = vec![draft::mark_block(&findings)];
                self.findings.extend(findings);
                return self.continue_section(entry, blocks);
            }
        };
        for note in picture_notes(&picture, PictureUse::Figure) {
            let place = PlaceTarget::Value(entry.route.key("image"), None);
            self.findings.push(note.at(&entry.file, place));
        }
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
