//! Compiles, renders and parses the texts of a document.
//!
//! A text passes three steps: the layers give its Markdown template, the template is compiled, and the
//! rendered Markdown is parsed. A text without reader data passes them once; its result serves every
//! reader. A text with reader data is rendered and parsed for each reader.

use std::sync::Arc;

use super::builder::{DocumentBuilder, Pass};
use crate::document::{self, Block, BlockKind, Inline, Inlines, plain_text};
use crate::finding::Finding;
use crate::hidden_mark::hidden_mark;
use crate::library::{Entry, EntryKind};
use crate::resolve::compiled_text::{CompiledText, ParsedText};
use crate::resolve::draft;
use crate::resolve::markdown::{self, MarkdownScope};
use crate::resolve::markdown_template::{BadValue, Gaps, MarkdownTemplate, value_of};
use crate::resolve::sourced_text::SourcedText;
use crate::resolve::text_layers::Authored;
use crate::resolve::used_text::{TextKind, UsedText};
use crate::template;
use crate::value_fault::ValueFault;
use crate::words::is_visible;

/// Findings shown for one text.
const MAX_FINDINGS: usize = 100;
/// Numbers of faulty items shown for one list.
const MAX_ITEMS: usize = 20;

impl DocumentBuilder<'_, '_> {
    /// Returns the running text at a path; `None` if no layer has it.
    pub(super) fn text(&mut self, path: &[&str], kind: TextKind) -> Option<Inlines> {
        let parsed = self.layered_text(path, kind)?;
        Some(parsed.inlines.clone())
    }

    /// Returns the running text at a path without markup.
    pub(super) fn plain_text(&mut self, path: &[&str]) -> Option<String> {
        let parsed = self.layered_text(path, TextKind::Inlines)?;
        Some(plain_text(&parsed.inlines))
    }

    pub(super) fn inlines(&mut self, key: &str, part: &str) -> Option<Inlines> {
        self.text(&[key, part], TextKind::Inlines)
    }

    /// Returns the heading of a block; `None` if it is absent or empty.
    pub(super) fn heading(&mut self, key: &str) -> Option<Inlines> {
        self.text(&[key, "heading"], TextKind::Heading)
            .filter(|heading| !heading.is_empty())
    }

    pub(super) fn blocks(&mut self, key: &str, part: &str) -> Option<Vec<Block>> {
        let parsed = self.layered_text(&[key, part], TextKind::Blocks)?;
        Some(parsed.blocks.clone())
    }

    /// Returns the running text of a list's item.
    pub(super) fn item_text(&mut self, path: &str, authored: &Authored<'_>) -> Inlines {
        let parsed = self.parsed_text(path, TextKind::Inlines, |_| authored.text());
        parsed
            .map(|parsed| parsed.inlines.clone())
            .unwrap_or_default()
    }

    fn layered_text(&mut self, path: &[&str], kind: TextKind) -> Option<Arc<ParsedText>> {
        let layers = &self.context.layers;
        self.parsed_text(&path.join("."), kind, |findings| {
            layers.text(path, findings)
        })
    }

    /// Returns a text as content. `authored` gives the text when it is read for the first time.
    pub(super) fn parsed_text(
        &mut self,
        path: &str,
        kind: TextKind,
        authored: impl FnOnce(&mut Vec<Finding>) -> Option<SourcedText>,
    ) -> Option<Arc<ParsedText>> {
        let known = self.known.and_then(|texts| texts.get(path));
        let compiled = match known.or_else(|| self.compiled.get(path)) {
            Some(compiled) => compiled.clone(),
            None => {
                let compiled = match authored(&mut self.findings) {
                    None => CompiledText::Absent,
                    Some(source) => {
                        let before = self.findings.len();
                        let compiled = self.compile(path, source, kind);
                        self.limit_findings(before);
                        compiled
                    }
                };
                self.compiled.insert(path.to_owned(), compiled.clone());
                compiled
            }
        };
        let parsed = match compiled {
            CompiledText::Absent => return None,
            CompiledText::SameForAll(parsed) => parsed,
            CompiledText::PerReader(template, kind) => {
                let before = self.findings.len();
                let rendered = self.render(path, &template, kind);
                self.limit_findings(before);
                rendered?
            }
        };
        self.texts.push(Arc::clone(&parsed.used));
        Some(parsed)
    }

    /// Drops the findings of one text beyond the first [`MAX_FINDINGS`].
    fn limit_findings(&mut self, before: usize) {
        let count = self.findings.len() - before;
        if count > MAX_FINDINGS {
            let (place, job) = (
                self.findings[before].place.clone(),
                self.findings[before].job.clone(),
            );
            self.findings.truncate(before + MAX_FINDINGS);
            let message =
                format!("this text has {count} problems; the first {MAX_FINDINGS} are shown");
            // A trial without a reader drops findings on values of a reader, and this one with them.
            let finding = Finding {
                job,
                ..Finding::error("too-large", message).in_place(place)
            };
            self.findings.push(finding);
        }
    }

    fn compile(&mut self, path: &str, source: SourcedText, kind: TextKind) -> CompiledText {
        if source.as_str().len() > template::LARGEST_TEXT {
            self.findings
                .push(source.locate(Finding::error("too-large", "this text is too long"), 0..1));
            return CompiledText::Absent;
        }
        if let Some((at, mark)) = hidden_mark(source.as_str()) {
            let end = source.as_str()[at..]
                .chars()
                .next()
                .map_or(at, |c| at + c.len_utf8());
            self.findings
                .push(source.locate(mark.finding("this text"), at..end));
        }
        if !template::is_template(source.as_str()) {
            return CompiledText::SameForAll(Arc::new(self.parse(path, source, kind)));
        }
        let of_draft = self.is_draft().then(|| source.clone());
        let template = match MarkdownTemplate::compile(source, self.context.names()) {
            Ok(template) => template,
            Err(findings) => {
                self.findings.extend(findings);
                if let Some(source) = of_draft {
                    let marked = MarkdownTemplate::with_marks(&source, self.context.names());
                    return self.compile(path, marked, kind);
                }
                // An empty text, not an absent one: nothing may report it as missing.
                let empty = self.parse(path, SourcedText::default(), kind);
                return CompiledText::SameForAll(Arc::new(empty));
            }
        };
        let used = template.used_of_clinic().map(str::to_owned);
        self.used_of_clinic.extend(used);
        let Some(place) = template.job_data() else {
            let parsed = self.render(path, &template, kind);
            return parsed.map_or(CompiledText::Absent, CompiledText::SameForAll);
        };
        let in_metadata = if kind == TextKind::Heading {
            Some((
                "titles and headings reach bookmarks and metadata: they cannot hold a reader's data",
                "greet the reader in the body instead",
                place,
            ))
        } else if self.is_text_alternative(path) {
            Some((
                "a text alternative reaches the metadata of the file: it cannot hold a reader's data",
                "write the value in the caption or the body instead",
                place,
            ))
        } else {
            template.job_data_in_link().map(|tag| {
                (
                    "links reach the metadata of the file, and web sites: they cannot hold a reader's data",
                    "write the value beside the link",
                    tag,
                )
            })
        };
        if let Some((message, help, place)) = in_metadata {
            let finding = Finding::error("job-data-in-metadata", message).help(help);
            self.findings.push(template.locate(finding, place));
            if self.is_draft() {
                let marked = self.parse(path, template.with_all_marked(), kind);
                return CompiledText::SameForAll(Arc::new(marked));
            }
        }
        CompiledText::PerReader(Arc::new(template), kind)
    }

    /// Fills in the values of a template and parses the result.
    fn render(
        &mut self,
        path: &str,
        template: &MarkdownTemplate,
        kind: TextKind,
    ) -> Option<Arc<ParsedText>> {
        let gaps = match self.is_draft() {
            true => Gaps::Marked,
            false => Gaps::Left,
        };
        match template.render(&self.context.template_engine, self.values, gaps) {
            Ok((text, faulty)) => {
                let before = self.findings.len();
                for BadValue {
                    value,
                    fault,
                    items,
                } in faulty
                {
                    let finding = match value.is_job_data {
                        true => Some(in_items(self.faulty_cell(path, &value.name, fault), &items)),
                        false => self.faulty_value(path, &value.name, fault),
                    };
                    self.findings
                        .extend(finding.map(|found| template.locate(found, value.range.clone())));
                }
                let parsed = self.parse(path, text, kind);
                if self.pass == Pass::Plan && template.job_data().is_some() {
                    // A trial without reader data proves nothing about the text of a reader.
                    self.findings.truncate(before);
                }
                Some(Arc::new(parsed))
            }
            Err(finding) => {
                self.findings.push(finding);
                self.is_draft()
                    .then(|| Arc::new(self.parse(path, template.with_all_marked(), kind)))
            }
        }
    }

    /// A clinic's value that says nothing. In a call-out the gap is dangerous. Elsewhere, loading the clinic
    /// reports other faults than a missing value.
    fn faulty_value(&self, path: &str, name: &str, fault: ValueFault) -> Option<Finding> {
        let message = match fault {
            ValueFault::Blank if self.is_printed(name) => {
                format!("`{name}` has nothing that can be read, and this text prints it")
            }
            ValueFault::Blank => format!("the clinic has no `{name}`, and this text prints it"),
            ValueFault::Placeholder if self.is_in_callout(path) => {
                format!("the clinic's `{name}` looks like a placeholder, and this text prints it")
            }
            ValueFault::NoDigit if self.is_in_callout(path) => {
                let message = format!(
                    "the clinic's `{name}` has no digit, and this text prints it as a number to call"
                );
                let example = match name {
                    "clinic.emergency_number" => "emergency_number: \"999\"",
                    "clinic.crisis_line" => "crisis_line: \"116 123\"",
                    _ => "phone: \"01632 960 001\"",
                };
                let help = format!("write numbers alone in `clinic.yaml`, as in `{example}`");
                return Some(Finding::error("invalid-value", message).help(help));
            }
            ValueFault::LineBreak if self.is_in_callout(path) => {
                let message = format!("`{name}` has a line break, which prints as a blank");
                let help = "write it on one line in `clinic.yaml`, or as a list";
                return Some(Finding::error("lost-mark", message).help(help));
            }
            _ => return None,
        };
        let finding = self.gap(path, message);
        let (group, field) = name.rsplit_once('.').unwrap_or(("", name));
        let written = match (group, field) {
            ("clinic", "phones") => "`phone`".to_owned(),
            ("clinic", _) => format!("`{field}`"),
            _ => format!("`{field}` under `{}`", group.trim_start_matches("clinic.")),
        };
        Some(finding.help(format!(
            "write {written} in `clinic.yaml`, or put `{{{{#if {name}}}}}` … `{{{{/if}}}}` around the words"
        )))
    }

    /// A value of a reader that says nothing or prints other than meant. Never quotes it.
    fn faulty_cell(&self, path: &str, name: &str, fault: ValueFault) -> Finding {
        let message = match fault {
            ValueFault::Blank if self.is_printed(name) => {
                "the value has nothing that can be read, and this text prints it"
            }
            ValueFault::Blank => "the value is empty, and this text prints it",
            ValueFault::Placeholder => {
                "the value looks like a placeholder, and this text prints it"
            }
            ValueFault::Marks => {
                let message = "the value has marks that are printed as they are";
                return Finding::warning("lost-mark", message)
                    .in_column(name)
                    .help("write the words alone: values have no Markdown and no HTML");
            }
            ValueFault::EmptyItem => {
                "the value is a list with an empty item, and this text prints it"
            }
            ValueFault::Hidden(mark) => return mark.finding("the value").in_column(name),
            // The messages below quote nothing: what looks like a quote of the value would be hidden.
            ValueFault::List => {
                let message = "the value is a list, and this text prints it as one value";
                let help = format!(
                    "say how to join it, as in `{{{{list {name} \"and\"}}}}`, or give one text"
                );
                return Finding::error("invalid-value", message)
                    .in_column(name)
                    .help(help);
            }
            ValueFault::Flag => {
                let message = "the value is true or false, and this text prints it";
                return Finding::warning("invalid-value", message)
                    .in_column(name)
                    .help("write the word that patients should read");
            }
            ValueFault::DoubtfulName => {
                let message =
                    "this name may be missing: some programs write such a word for an empty name";
                return Finding::warning("empty-value", message)
                    .in_column(name)
                    .help("compare it with the patient's record. If it is the name, leave it");
            }
            ValueFault::LineBreak | ValueFault::NoDigit => {
                let message = "the value has a line break, which prints as a blank";
                let finding = match self.is_in_callout(path) {
                    true => Finding::error("lost-mark", message),
                    false => Finding::warning("lost-mark", message),
                };
                return finding
                    .in_column(name)
                    .help("write the value on one line, or its parts under names of their own");
            }
        };
        self.gap(path, message).in_column(name).help(format!(
            "fill it in, or put `{{{{#if {name}}}}}` … `{{{{/if}}}}` around the words"
        ))
    }

    /// Whether a value has something that is printed, if only a dash.
    fn is_printed(&self, name: &str) -> bool {
        value_of(self.values, name).as_str().is_some_and(is_visible)
    }

    /// A gap in a sentence: an error in a call-out, a warning elsewhere.
    fn gap(&self, path: &str, message: impl Into<String>) -> Finding {
        if self.is_in_callout(path) {
            Finding::error("empty-value", message)
        } else {
            Finding::warning("empty-value", message)
        }
    }

    fn is_in_callout(&self, path: &str) -> bool {
        let is_callout = |entry: &Entry| matches!(entry.kind, EntryKind::Callout(_));
        self.entry_of(path).is_some_and(is_callout)
    }

    fn is_text_alternative(&self, path: &str) -> bool {
        let is_figure = |entry: &Entry| matches!(entry.kind, EntryKind::Figure { .. });
        path.ends_with(".alt") && self.entry_of(path).is_some_and(is_figure)
    }

    /// Returns the entry that a text is a part of.
    fn entry_of(&self, path: &str) -> Option<&Entry> {
        let key = path.split('.').next()?;
        self.context.entries.iter().find(|entry| entry.key == key)
    }

    fn parse(&mut self, path: &str, text: SourcedText, kind: TextKind) -> ParsedText {
        let scope = MarkdownScope {
            locale: self.context.locale(),
            targets: &self.context.targets,
            short_form: self.context.short_form_words(),
            index: &self.context.index,
        };
        let (mut inlines, mut blocks) = (Vec::new(), Vec::new());
        let before = self.findings.len();
        match kind {
            TextKind::Inlines | TextKind::Heading => {
                inlines = markdown::inlines(&text, &scope, &mut self.findings);
            }
            TextKind::Blocks => {
                blocks = markdown::blocks(&text, &scope, &mut self.findings);
            }
        }
        if !says_something(path, &inlines, &blocks) {
            inlines.clear();
            blocks.clear();
            let is_reported = self.findings.len() > before
                || self.is_in_callout(path)
                || self.is_text_alternative(path);
            // A text that a condition emptied is meant to be empty.
            let is_meant = text.as_str().bytes().all(|byte| byte.is_ascii_whitespace());
            if !is_reported && !is_meant {
                let whole = 0..text.as_str().len();
                self.findings
                    .push(text.locate(without_words(path, kind), whole));
            }
        }
        let faults = draft::unmarked(&self.findings[before..]);
        if self.is_draft() && !faults.is_empty() {
            match kind {
                TextKind::Blocks => blocks.push(draft::mark_block(faults)),
                _ => inlines.extend(draft::mark(format!(" {}", draft::FAULT_MARK))),
            }
        }
        let used = UsedText {
            path: path.to_owned(),
            kind,
            words: text,
            named_at: None,
        };
        ParsedText {
            used: Arc::new(used),
            inlines,
            blocks,
        }
    }
}

/// Adds the numbers of faulty list items to a finding. Never quotes the items: they may be about a reader.
fn in_items(finding: Finding, items: &[usize]) -> Finding {
    let numbers: Vec<String> = items.iter().take(MAX_ITEMS).map(usize::to_string).collect();
    let more = match items.len().checked_sub(MAX_ITEMS) {
        Some(more) if more > 0 => format!(" and {more} more"),
        _ => String::new(),
    };
    let of_list = match numbers.as_slice() {
        [] => return finding,
        [only] => format!("item {only} of the list"),
        [first @ .., last] if more.is_empty() => {
            format!("items {} and {last} of the list", first.join(", "))
        }
        all => format!("items {}{more} of the list", all.join(", ")),
    };
    Finding {
        message: format!("{}: {of_list}", finding.message),
        ..finding
    }
}

/// Returns whether a text has words. In a cell or label, a mark such as a dash is enough.
fn says_something(path: &str, inlines: &[Inline], blocks: &[Block]) -> bool {
    let part = path.split('.').nth(1);
    let is_short = matches!(part, Some("header" | "rows" | "labels"));
    document::has_words(inlines)
        || (is_short && document::is_visible(inlines))
        || blocks.iter().any(|block| match &block.kind {
            BlockKind::Heading { text, .. } => document::has_words(text),
            _ => block.has_content(),
        })
}

fn without_words(path: &str, kind: TextKind) -> Finding {
    if kind == TextKind::Heading {
        return Finding::error("empty-heading", "this heading has no words")
            .help("write words, or remove the line");
    }
    let help = match path.split('.').nth(1) {
        Some("header" | "rows") => "write words, or `\"\"` for an empty cell",
        _ => "write words, or remove it",
    };
    Finding::warning("empty-text", "this text has no words and is left out").help(help)
}
