//! A definition's entries become sections.
//!
//! Entries are a flat list. One with a heading opens a section; call-outs, tables, figures and lists
//! without a heading of their own continue the section before. What stands around the sections is made in
//! `surroundings`.

mod surroundings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::markdown::{self, Setting};
use super::stack::{Authored, authored_text};
use super::template::{self, Template};
use super::text::SourcedText;
use super::{Content, Leaf, Plan, ReferenceMode, UsedText, locked, number, typography};
use crate::document::{
    Block, BlockKind, Callout, CalloutKind, ContactRow, Document, Figure, GlossaryEntry, Icon,
    Inline, Inlines, ListItem, Mark, QrCode, Reference, ReferenceList, Section, SectionRole, Table,
    Target, plain_text,
};
use crate::finding::{Finding, Place, PlaceTarget, Severity, did_you_mean};
use crate::library::{Entry, EntryKind, TextValue};
use crate::source::{Route, Step};

/// Empty lines for a reader's own questions, and the fewest of a block for notes.
const FEWEST_LINES: u8 = 3;
/// So many things that are wrong with one text are told.
const MOST_FINDINGS: usize = 100;

/// So many pictures are kept from reader to reader.
const MOST_PICTURES: usize = 64;

/// What is being done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Everything is read; what depends on the reader is made as a trial.
    Plan,
    /// The document of one reader.
    Reader,
}

/// How a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As running text.
    Inlines,
    /// As a heading, which reaches bookmarks and metadata.
    Heading,
    /// As blocks.
    Blocks,
}

/// A document while it is put together.
pub struct Assembly<'p, 'a> {
    plan: &'p Plan<'a>,
    context: &'p Value,
    pass: Pass,
    /// Texts that were read for the first time.
    pub leaves: BTreeMap<String, Leaf>,
    /// What was found wrong.
    pub findings: Vec<Finding>,
    /// The texts used.
    pub texts: Vec<Arc<UsedText>>,
    sections: Vec<Section>,
    figures: u32,
}

impl<'p, 'a> Assembly<'p, 'a> {
    /// Nothing yet.
    pub fn new(plan: &'p Plan<'a>, context: &'p Value, pass: Pass) -> Assembly<'p, 'a> {
        Assembly {
            plan,
            context,
            pass,
            leaves: BTreeMap::new(),
            findings: Vec::new(),
            texts: Vec::new(),
            sections: Vec::new(),
            figures: 0,
        }
    }

    /// The whole document. It is complete only if there are no errors among the findings.
    pub fn document(&mut self) -> Document {
        let plan = self.plan;
        let definition = &plan.sources.definition;
        let told = self.findings.len();
        let title = self.text(&["title"], Form::Heading).unwrap_or_default();
        // One that cannot be read is there.
        if title.is_empty() && self.findings.len() == told {
            let finding = Finding::error("unknown-text", "the handout has no `title`");
            let route = Route::default().key("id");
            self.findings
                .push(finding.at(&definition.file, PlaceTarget::Value(route, None)));
        }
        let subtitle = self
            .text(&["subtitle"], Form::Heading)
            .filter(|subtitle| !subtitle.is_empty());
        let short_title = self
            .text(&["short-title"], Form::Heading)
            .filter(|title| !title.is_empty());
        for entry in plan.entries.iter() {
            self.entry(entry);
        }
        let mut closing = self.blocks("closing", "body").unwrap_or_default();
        if let Some(imprint) = &plan.sources.clinic.imprint {
            closing.push(
                BlockKind::Paragraph(vec![Inline::Text(self.name(imprint, "imprint"))]).into(),
            );
        }
        let mut document = Document {
            id: definition.id.clone(),
            version: definition.version.clone(),
            language: plan.options.language.clone(),
            masthead: self.masthead(),
            footer: self.footer(short_title.as_deref().unwrap_or(&title)),
            about: self.about(&title, subtitle.as_deref()),
            title,
            subtitle,
            notices: self.notices(),
            sections: std::mem::take(&mut self.sections),
            closing,
            words: self.interface_words(),
        };
        self.fill_glossary(&mut document);
        let works = number::citations(&mut document);
        self.fill_references(&mut document, &works);
        // What has turned out to be empty – a glossary without terms – does not stand there.
        document
            .sections
            .retain(|section| section.heading.is_some() || !section.blocks.is_empty());
        document
    }

    // Texts.

    /// Running text at a path; `None` if no layer has it.
    fn text(&mut self, path: &[&str], form: Form) -> Option<Inlines> {
        let plan = self.plan;
        let id = path.join(".");
        let content = self.leaf(&id, form, |findings| plan.stack.text(path, findings))?;
        Some(content.inlines.clone())
    }

    /// Running text as words alone.
    fn words(&mut self, path: &[&str]) -> Option<String> {
        let plan = self.plan;
        let content = self.leaf(&path.join("."), Form::Inlines, |findings| {
            plan.stack.text(path, findings)
        })?;
        Some(plain_text(&content.inlines))
    }

    fn inline(&mut self, key: &str, part: &str) -> Option<Inlines> {
        self.text(&[key, part], Form::Inlines)
    }

    fn heading(&mut self, key: &str) -> Option<Inlines> {
        self.text(&[key, "heading"], Form::Heading)
            .filter(|heading| !heading.is_empty())
    }

    fn blocks(&mut self, key: &str, part: &str) -> Option<Vec<Block>> {
        let plan = self.plan;
        let id = format!("{key}.{part}");
        let content = self.leaf(&id, Form::Blocks, |findings| {
            plan.stack.text(&[key, part], findings)
        })?;
        Some(content.blocks.clone())
    }

    /// Running text of an entry of a list.
    fn entry_text(&mut self, id: &str, authored: &Authored<'_>) -> Inlines {
        let content = self.leaf(id, Form::Inlines, |_| authored_text(authored));
        content
            .map(|content| content.inlines.clone())
            .unwrap_or_default()
    }

    /// A text, read once if it is the same for every reader.
    fn leaf(
        &mut self,
        id: &str,
        form: Form,
        author: impl FnOnce(&mut Vec<Finding>) -> Option<SourcedText>,
    ) -> Option<Arc<Content>> {
        let known = self
            .plan
            .leaves
            .get(id)
            .or_else(|| self.leaves.get(id))
            .cloned();
        let leaf = known.unwrap_or_else(|| {
            let leaf = match author(&mut self.findings) {
                None => Leaf::Absent,
                Some(source) => {
                    let before = self.findings.len();
                    let leaf = self.read(id, source, form);
                    self.tell_no_more(before);
                    leaf
                }
            };
            self.leaves.insert(id.to_owned(), leaf.clone());
            leaf
        });
        let content = match leaf {
            Leaf::Absent => return None,
            Leaf::Fixed(content) => content,
            Leaf::PerReader(template, form) => self.render(id, &template, form)?,
        };
        self.texts.push(Arc::clone(&content.used));
        Some(content)
    }

    /// Leaves out what is wrong with a text beyond what anyone reads.
    fn tell_no_more(&mut self, before: usize) {
        let told = self.findings.len() - before;
        if told > MOST_FINDINGS {
            let place = self.findings[before].place.clone();
            self.findings.truncate(before + MOST_FINDINGS);
            let message = format!(
                "{told} things are wrong with this text, and {MOST_FINDINGS} of them are told"
            );
            self.findings.push(Finding {
                place,
                ..Finding::error("too-large", message)
            });
        }
    }

    fn read(&mut self, id: &str, source: SourcedText, form: Form) -> Leaf {
        if source.as_str().len() > template::LARGEST_TEXT {
            self.findings
                .push(source.locate(Finding::error("too-large", "this text is too long"), 0..1));
            return Leaf::Absent;
        }
        if !template::is_template(source.as_str()) {
            return Leaf::Fixed(Arc::new(self.parse(id, source, form)));
        }
        let template = match Template::compile(source, self.plan.names()) {
            Ok(template) => template,
            Err(mut findings) => {
                self.findings.append(&mut findings);
                // It is there, if not readable: nothing else is to be said about it.
                return Leaf::Fixed(Arc::new(self.parse(id, SourcedText::default(), form)));
            }
        };
        match &template.job_data {
            None => {
                let content = self.render(id, &template, form);
                content.map_or(Leaf::Absent, Leaf::Fixed)
            }
            Some(place) => {
                if form == Form::Heading {
                    let finding = Finding::error(
                        "job-data-in-metadata",
                        "titles and headings reach bookmarks and metadata: they cannot hold a reader's data",
                    );
                    let finding = finding.help("greet the reader in the body instead");
                    self.findings.push(template.locate(finding, place.clone()));
                }
                Leaf::PerReader(Arc::new(template), form)
            }
        }
    }

    /// A text with the values of its names filled in; a finding if it cannot be.
    pub fn render(&mut self, id: &str, template: &Template, form: Form) -> Option<Arc<Content>> {
        match template.render(self.context, self.plan.voice()) {
            Ok(text) => {
                let before = self.findings.len();
                let content = self.parse(id, text, form);
                if self.pass == Pass::Plan && template.job_data.is_some() {
                    // This was a trial without data: what it lacks, the reader may have.
                    self.findings.truncate(before);
                }
                Some(Arc::new(content))
            }
            Err(finding) => {
                self.findings.push(finding);
                None
            }
        }
    }

    fn parse(&mut self, id: &str, text: SourcedText, form: Form) -> Content {
        let setting = Setting {
            quotes: self.plan.locale().quotes,
            targets: &self.plan.targets,
            index: &self.plan.index,
        };
        let (inlines, blocks) = match form {
            Form::Inlines | Form::Heading => (
                markdown::inlines(&text, &setting, &mut self.findings),
                Vec::new(),
            ),
            Form::Blocks => (
                Vec::new(),
                markdown::blocks(&text, &setting, &mut self.findings),
            ),
        };
        let used = UsedText {
            path: id.to_owned(),
            form,
            words: text,
            named_at: None,
        };
        Content {
            used: Arc::new(used),
            inlines,
            blocks,
        }
    }

    /// Words from `clinic.yaml`, typeset.
    fn name(&mut self, words: &str, key: &str) -> String {
        let set = typography::set(words.trim(), self.plan.locale().quotes);
        let place = Place {
            file: Arc::clone(&self.plan.sources.clinic.file),
            target: PlaceTarget::Value(Route(vec![Step::Key(key.to_owned())]), None),
        };
        self.use_words(&set, place);
        set
    }

    fn use_words(&mut self, words: &str, place: Place) {
        let mut text = SourcedText::default();
        text.push_for(words, &SourcedText::default(), 0..0);
        let (path, form) = (String::new(), Form::Inlines);
        self.texts.push(Arc::new(UsedText {
            path,
            form,
            words: text,
            named_at: Some(place),
        }));
    }

    fn word(&self, name: &str) -> Inlines {
        vec![Inline::Text(self.plan.word(name).to_owned())]
    }

    /// A word with its place filled in.
    fn phrase(&self, name: &str, place: &str, value: &str) -> String {
        self.plan.word(name).replace(place, value)
    }

    // Findings.

    /// That the layers have nothing for an entry, or not what it needs.
    fn missing(&mut self, entry: &Entry, parts: &[&str]) {
        let key = entry.key.as_str();
        let keys = self.plan.stack.keys();
        let finding = if keys.contains(key) {
            let is_absent = |part: &&str| match self.plan.stack.find(&[key, part]).first() {
                None => true,
                Some(authored) => authored
                    .value
                    .text()
                    .is_some_and(|text| text.trim().is_empty()),
            };
            let mut absent: Vec<&str> = parts.iter().copied().filter(is_absent).collect();
            if absent.is_empty() {
                // What is there and cannot be read has been told.
                if self
                    .findings
                    .iter()
                    .any(|finding| finding.severity == Severity::Error)
                {
                    return;
                }
                absent = parts.to_vec();
            }
            Finding::error(
                "unknown-text",
                format!("the text of `{key}` has no `{}`", absent.join("` or `")),
            )
        } else {
            let finding = Finding::error("unknown-text", format!("there is no text for `{key}`"));
            let unused = keys
                .iter()
                .copied()
                .filter(|name| !self.plan.targets.contains(*name));
            match did_you_mean(key, unused) {
                Some(help) => finding.help(help),
                None => finding.help(format!("add `{key}:` to the handout's text layer")),
            }
        };
        self.findings.push(finding.at(&entry.file, entry.place()));
    }

    // Sections.

    fn open(
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

    /// Blocks that go on in the section before; links to the entry lead to the first of them.
    fn go_on(&mut self, entry: &Entry, mut blocks: Vec<Block>) {
        if let Some(first) = blocks.first_mut() {
            first.key = Some(entry.key.clone());
        }
        if self
            .sections
            .last()
            .is_none_or(|section| section.role != SectionRole::Body)
        {
            self.open(entry, None, None, SectionRole::Body, blocks);
            return;
        }
        if let Some(section) = self.sections.last_mut() {
            section.blocks.extend(blocks);
        }
    }

    /// With a heading a section, without one more of the section before.
    fn tool(&mut self, entry: &Entry, icon: Icon, blocks: Vec<Block>) {
        match self.heading(&entry.key) {
            Some(heading) => self.open(
                entry,
                Some(heading),
                Some(Mark::Icon(icon)),
                SectionRole::Body,
                blocks,
            ),
            None => self.go_on(entry, blocks),
        }
    }

    fn entry(&mut self, entry: &Entry) {
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
            self.plan
                .stack
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
                let blocks = self.blocks(&entry.key, "body").unwrap_or_default();
                let list = BlockKind::Glossary(Vec::new()).into();
                self.made(entry, Icon::Glossary, "glossary", blocks, list);
            }
            EntryKind::References => {
                let blocks = self.blocks(&entry.key, "body").unwrap_or_default();
                let list = BlockKind::References(ReferenceList {
                    entries: Vec::new(),
                    qr: None,
                })
                .into();
                self.made(entry, Icon::References, "references", blocks, list);
            }
            EntryKind::Contact => self.contact(entry),
        }
    }

    /// A section whose main block the program makes.
    fn made(
        &mut self,
        entry: &Entry,
        icon: Icon,
        word: &str,
        mut blocks: Vec<Block>,
        block: Block,
    ) {
        let heading = self.heading(&entry.key).unwrap_or_else(|| self.word(word));
        blocks.push(block);
        blocks.extend(self.blocks(&entry.key, "outro").unwrap_or_default());
        self.open(
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
            self.missing(entry, &["heading", "body"]);
            return;
        }
        let body = body.unwrap_or_default();
        let mark = entry.certainty.map(Mark::Certainty);
        if main_message {
            let actions = self.list_of_texts(entry, "actions");
            let role = SectionRole::MainMessage {
                actions_heading: self.word("what-to-do"),
                actions,
            };
            self.open(entry, heading, mark, role, body);
        } else if heading.is_some() {
            self.open(entry, heading, mark, SectionRole::Body, body);
        } else {
            self.go_on(entry, body);
        }
    }

    fn list_of_texts(&mut self, entry: &Entry, part: &str) -> Vec<Inlines> {
        let plan = self.plan;
        let list = plan
            .stack
            .list(&[&entry.key, part], &mut self.findings)
            .unwrap_or_default();
        list.iter()
            .enumerate()
            .map(|(index, authored)| {
                self.entry_text(&format!("{}.{part}.{index}", entry.key), authored)
            })
            .filter(|text| !text.is_empty())
            .collect()
    }

    fn notes(&mut self, entry: &Entry) {
        let mut blocks = self.blocks(&entry.key, "body").unwrap_or_default();
        let lines = self.plan.stack.find(&[&entry.key, "lines"]);
        let lines = match lines.first().map(|authored| authored.value) {
            Some(TextValue::Number(lines)) => u8::try_from(*lines).unwrap_or(u8::MAX),
            _ => FEWEST_LINES,
        };
        blocks.push(BlockKind::WriteInLines(lines.max(FEWEST_LINES)).into());
        if self.heading(&entry.key).is_none() {
            self.missing(entry, &["heading"]);
        }
        self.tool(entry, Icon::Notes, blocks);
    }

    fn callout(&mut self, entry: &Entry, kind: CalloutKind) {
        let title = self.inline(&entry.key, "title");
        let body = self.blocks(&entry.key, "body");
        if title.is_none() {
            self.missing(entry, &["title"]);
        }
        let callout = Callout {
            kind,
            label: self.callout_label(kind),
            title: title.unwrap_or_default(),
            blocks: body.unwrap_or_default(),
        };
        self.go_on(entry, vec![BlockKind::Callout(callout).into()]);
    }

    fn callout_label(&self, kind: CalloutKind) -> Option<String> {
        let word = self.plan.word(match kind {
            CalloutKind::Emergency => "emergency",
            CalloutKind::Caution => "caution",
            CalloutKind::Info => "info",
            CalloutKind::Tip => "tip",
        });
        (!word.is_empty()).then(|| word.to_owned())
    }

    fn table(&mut self, entry: &Entry) {
        let plan = self.plan;
        let key = entry.key.as_str();
        let caption = self.inline(key, "caption");
        let header = plan.stack.list(&[key, "header"], &mut self.findings);
        let header = self.list_of_cells(&format!("{key}.header"), header);
        let rows = plan.stack.list(&[key, "rows"], &mut self.findings);
        let note = self.blocks(key, "note").unwrap_or_default();
        let (Some(caption), false, Some(rows)) = (caption, header.is_empty(), rows) else {
            self.missing(entry, &["caption", "header", "rows"]);
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
            let cells = self.list_of_cells(&format!("{key}.rows.{number}"), Some(cells.collect()));
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
        self.go_on(entry, vec![BlockKind::Table(table).into()]);
    }

    fn list_of_cells(&mut self, id: &str, cells: Option<Vec<Authored<'_>>>) -> Vec<Inlines> {
        let cells = cells.unwrap_or_default();
        cells
            .iter()
            .enumerate()
            .map(|(index, cell)| self.entry_text(&format!("{id}.{index}"), cell))
            .collect()
    }

    fn figure(&mut self, entry: &Entry) {
        let plan = self.plan;
        let key = entry.key.as_str();
        let told = self.findings.len();
        let alt = self.words(&[key, "alt"]).unwrap_or_default();
        let can_be_read = self.findings.len() == told;
        let caption = self.inline(key, "caption").unwrap_or_default();
        if plan.stack.keys().contains(key) {
            if alt.trim().is_empty() && can_be_read {
                let finding = Finding::error(
                    "missing-alt-text",
                    format!("the figure `{key}` has no `alt`"),
                );
                let finding = finding
                    .help("say in a sentence what the figure shows, for those who cannot see it");
                self.findings.push(finding.at(&entry.file, entry.place()));
            }
        } else {
            self.missing(entry, &["alt", "caption"]);
        }
        let mut labels = BTreeMap::new();
        for name in plan.stack.names(&[key, "labels"]) {
            if let Some(label) = self.words(&[key, "labels", name]) {
                labels.insert(name.to_owned(), label);
            }
        }
        let cached = locked(&plan.pictures)
            .get(&(key.to_owned(), labels.clone()))
            .cloned();
        let picture = match cached.map_or_else(|| (plan.sources.figure)(entry, &labels), Ok) {
            Ok(picture) => picture,
            Err(mut findings) => {
                self.findings.append(&mut findings);
                return;
            }
        };
        let mut pictures = locked(&plan.pictures);
        if pictures.len() >= MOST_PICTURES {
            // Labels may hold a reader's data: memory does not grow with the number of readers.
            pictures.clear();
        }
        pictures.insert((key.to_owned(), labels), Arc::clone(&picture));
        drop(pictures);
        self.figures += 1;
        let label = self.phrase("figure", "{number}", &self.figures.to_string());
        self.go_on(
            entry,
            vec![
                BlockKind::Figure(Figure {
                    picture,
                    alt,
                    label,
                    caption,
                })
                .into(),
            ],
        );
    }

    /// Checklists, questions and steps.
    fn items(&mut self, entry: &Entry) {
        let plan = self.plan;
        let key = entry.key.as_str();
        let mut blocks = self.blocks(key, "intro").unwrap_or_default();
        let Some(list) = plan.stack.list(&[key, "items"], &mut self.findings) else {
            self.missing(entry, &["items"]);
            return;
        };
        let mut items: Vec<(Inlines, u8)> = Vec::with_capacity(list.len());
        for (index, item) in list.iter().enumerate() {
            let id = format!("{key}.items.{index}");
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
                    (
                        text.map(|text| self.entry_text(&id, &text))
                            .unwrap_or_default(),
                        lines.unwrap_or(0),
                    )
                }
                _ => (self.entry_text(&id, item), 0),
            };
            // An item that a condition has emptied is not there.
            if !text.is_empty() || lines > 0 {
                items.push((text, lines));
            }
        }
        if entry.kind == EntryKind::Questions {
            // At the end there is room for one's own, under words of their own.
            let own = items.pop_if(|(_, lines)| *lines > 0);
            let has_lines = own.is_some() || items.iter().any(|(_, lines)| *lines > 0);
            if !items.is_empty() {
                blocks.push(BlockKind::List(list_items(items)).into());
            }
            if let Some((text, lines)) =
                own.or_else(|| (!has_lines).then(|| (self.word("own-questions"), FEWEST_LINES)))
            {
                if !text.is_empty() {
                    blocks.push(BlockKind::Heading { level: 3, text }.into());
                }
                blocks.push(BlockKind::WriteInLines(lines).into());
            }
            blocks.extend(self.blocks(key, "outro").unwrap_or_default());
            self.tool(entry, Icon::Questions, blocks);
            return;
        }
        let items = list_items(items);
        let is_checklist = entry.kind == EntryKind::Checklist;
        blocks.push(if is_checklist {
            BlockKind::Checklist(items).into()
        } else {
            BlockKind::Steps { start: 1, items }.into()
        });
        blocks.extend(self.blocks(key, "outro").unwrap_or_default());
        if is_checklist {
            self.tool(entry, Icon::Checklist, blocks);
        } else {
            match self.heading(key) {
                Some(heading) => self.open(entry, Some(heading), None, SectionRole::Body, blocks),
                None => self.go_on(entry, blocks),
            }
        }
    }

    fn contact(&mut self, entry: &Entry) {
        let clinic = &self.plan.sources.clinic;
        let heading = self
            .heading(&entry.key)
            .unwrap_or_else(|| self.word("contact"));
        let mut blocks = self.blocks(&entry.key, "body").unwrap_or_default();
        let mut rows = Vec::new();
        let hours = clinic.hours.as_ref().map(|hours| self.name(hours, "hours"));
        if clinic.phones.is_empty() {
            if let Some(hours) = hours {
                rows.push(ContactRow {
                    icon: Icon::Calendar,
                    text: vec![Inline::Text(hours)],
                });
            }
        } else {
            let mut text = Vec::new();
            let count = clinic.phones.len();
            for (index, phone) in clinic.phones.iter().enumerate() {
                if index > 0 {
                    let or = format!(" {} ", self.plan.word("or"));
                    text.push(Inline::Text(if index + 1 == count {
                        or
                    } else {
                        ", ".to_owned()
                    }));
                }
                let phone = template::unbroken(&self.name(phone, "phone"));
                text.push(Inline::Strong(vec![Inline::Text(phone)]));
            }
            if let Some(hours) = hours {
                text.push(Inline::Text(format!(", {hours}")));
            }
            rows.push(ContactRow {
                icon: Icon::Phone,
                text,
            });
        }
        if let Some(email) = &clinic.email {
            rows.push(link_row(Icon::Email, format!("mailto:{email}"), email));
        }
        if let Some(website) = &clinic.website {
            rows.push(link_row(
                Icon::Website,
                website.clone(),
                shown_address(website),
            ));
        }
        if let Some(address) = &clinic.address {
            let text = vec![Inline::Text(self.name(address, "address"))];
            rows.push(ContactRow {
                icon: Icon::Place,
                text,
            });
        }
        for block in self.blocks(&entry.key, "outro").unwrap_or_default() {
            match block.kind {
                BlockKind::Paragraph(text) => rows.push(ContactRow {
                    icon: Icon::Speech,
                    text,
                }),
                _ => blocks.push(block),
            }
        }
        if rows.is_empty() && blocks.is_empty() {
            // A clinic that gives no way to reach it is at least named.
            let text = vec![Inline::Text(self.name(&clinic.name, "name"))];
            rows.push(ContactRow {
                icon: Icon::Place,
                text,
            });
        }
        let qr = clinic
            .website
            .as_ref()
            .map(|website| self.qr(website, "scan-website"));
        let role = SectionRole::Contact { rows, qr };
        self.open(entry, Some(heading), None, role, blocks);
    }

    fn qr(&self, url: &str, label: &str) -> QrCode {
        QrCode {
            url: url.to_owned(),
            label: self.plan.word(label).to_owned(),
            alt: self.phrase("qr-alt", "{address}", shown_address(url)),
        }
    }

    // What is known only when all else is there.

    fn fill_glossary(&mut self, document: &mut Document) {
        let plan = self.plan;
        let mut used: BTreeSet<String> = BTreeSet::new();
        number::visit(document, &mut |inline| {
            if let Inline::Term { id, .. } = inline {
                used.insert(id.clone());
            }
        });
        let mut entries = Vec::new();
        let has_glossary = plan
            .entries
            .iter()
            .any(|entry| entry.kind == EntryKind::Glossary);
        for id in used.iter().filter(|_| has_glossary) {
            let glossary = plan.sources.glossary;
            let Some(term) = glossary.term(id, &plan.options.language) else {
                continue;
            };
            let Some(file) = glossary.file() else {
                continue;
            };
            let Some(definition) = &term.definition else {
                let message = format!(
                    "the term `{id}` has no definition in `{}`: it is left out of the glossary",
                    plan.options.language
                );
                let finding = Finding::warning("untranslated-term", message);
                self.findings
                    .push(finding.at(file, PlaceTarget::Value(term.route.clone(), None)));
                continue;
            };
            let route = term.route.key("definition");
            let content = self.leaf(&format!("glossary/{id}"), Form::Inlines, |_| {
                Some(SourcedText::authored(file, route, definition))
            });
            entries.push(GlossaryEntry {
                id: id.clone(),
                term: term.term.clone(),
                definition: content
                    .map(|content| content.inlines.clone())
                    .unwrap_or_default(),
            });
        }
        plan.locale()
            .sort_by_text(&mut entries, |entry| &entry.term);
        if has_glossary {
            document.sections.retain_mut(|section| {
                for block in &mut section.blocks {
                    if let BlockKind::Glossary(list) = &mut block.kind {
                        *list = std::mem::take(&mut entries);
                        return !list.is_empty();
                    }
                }
                true
            });
        }
    }

    fn fill_references(&mut self, document: &mut Document, works: &[u32]) {
        let plan = self.plan;
        let definition = &plan.sources.definition;
        let keys: Vec<String> = {
            let cited = locked(&plan.index.cited);
            works
                .iter()
                .filter_map(|work| cited.get(usize::try_from(*work).ok()?).cloned())
                .collect()
        };
        if !plan
            .entries
            .iter()
            .any(|entry| entry.kind == EntryKind::References)
        {
            if !keys.is_empty() {
                let finding = Finding::error(
                    "missing-field",
                    "the text cites, but there is no reference list",
                );
                let finding = finding.help("add `- references` to `sections`");
                let route = Route::default().key("sections");
                self.findings
                    .push(finding.at(&definition.file, PlaceTarget::Key(route)));
            }
            return;
        }
        let texts = self.reference_texts(&keys);
        let entries: Vec<Reference> = keys
            .into_iter()
            .zip(texts)
            .zip(1..)
            .map(|((key, text), number)| Reference { number, key, text })
            .collect();
        for entry in &entries {
            if let Some(place) = plan.sources.bibliography.place(&entry.key) {
                self.use_words(&plain_text(&entry.text), place);
            }
        }
        let qr = if plan.options.references == ReferenceMode::Qr {
            self.references_qr()
        } else {
            None
        };
        let mut list = Some(ReferenceList { entries, qr });
        document.sections.retain_mut(|section| {
            for block in &mut section.blocks {
                if let BlockKind::References(place) = &mut block.kind {
                    if let Some(list) = list.take() {
                        *place = list;
                    }
                    return !place.entries.is_empty();
                }
            }
            true
        });
    }

    /// The entries' texts, each set once for all readers.
    fn reference_texts(&mut self, keys: &[String]) -> Vec<Inlines> {
        let plan = self.plan;
        let wanted: Vec<&str> = keys.iter().map(String::as_str).collect();
        plan.format_references(&wanted);
        let set = locked(&plan.references);
        let mut texts = Vec::with_capacity(keys.len());
        let mut style_fails = false;
        for key in keys {
            let text = set.get(key).cloned();
            style_fails |= text.is_none();
            texts.push(text.unwrap_or_default());
        }
        if style_fails {
            let message = "this citation style does not number its references";
            self.findings
                .push(super::unusable_style(&plan.sources, message));
        }
        texts
    }

    fn references_qr(&mut self) -> Option<QrCode> {
        let sources = &self.plan.sources;
        let address = sources
            .clinic
            .references_url
            .as_ref()
            .or(sources.manifest.references_url.as_ref());
        let Some(address) = address else {
            let message = "there is no address that a code for the reference list could lead to";
            let finding = Finding::error("unavailable-reference-list", message)
                .at(&sources.manifest.file, PlaceTarget::File)
                .help("add `references_url: https://…/{id}` to `clinic.yaml` or `library.yaml`");
            self.findings.push(finding);
            return None;
        };
        Some(self.qr(
            &address.replace("{id}", &sources.definition.id),
            "scan-references",
        ))
    }
}

fn list_items(items: Vec<(Inlines, u8)>) -> Vec<ListItem> {
    items
        .into_iter()
        .map(|(text, write_in_lines)| ListItem {
            blocks: vec![BlockKind::Paragraph(text).into()],
            write_in_lines,
        })
        .collect()
}

fn link_row(icon: Icon, address: String, shown: &str) -> ContactRow {
    let content = vec![Inline::Text(shown.to_owned())];
    ContactRow {
        icon,
        text: vec![Inline::Link {
            target: Target::Uri(address),
            content,
        }],
    }
}

/// An address as it is printed: without its scheme.
fn shown_address(address: &str) -> &str {
    address
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_end_matches('/')
}
