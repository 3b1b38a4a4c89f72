//! Compiles, renders and parses the texts of a document.
//!
//! A text passes three steps: the layers give its Markdown template, the template is compiled, and the
//! rendered Markdown is parsed. A text without reader data passes them once; its result serves every
//! reader. A text with reader data is rendered and parsed for each reader.

use std::sync::Arc;

use super::builder::{DocumentBuilder, Pass};
use crate::document::{Block, Inlines, plain_text};
use crate::finding::Finding;
use crate::resolve::compiled_text::{CompiledText, ParsedText};
use crate::resolve::markdown::{self, MarkdownScope};
use crate::resolve::markdown_template::MarkdownTemplate;
use crate::resolve::sourced_text::SourcedText;
use crate::resolve::text_layers::Authored;
use crate::resolve::used_text::{TextKind, UsedText};
use crate::template;

/// Findings shown for one text.
const MAX_FINDINGS: usize = 100;

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
            CompiledText::PerReader(template, kind) => self.render(path, &template, kind)?,
        };
        self.texts.push(Arc::clone(&parsed.used));
        Some(parsed)
    }

    /// Drops the findings of one text beyond the first [`MAX_FINDINGS`].
    fn limit_findings(&mut self, before: usize) {
        let count = self.findings.len() - before;
        if count > MAX_FINDINGS {
            let place = self.findings[before].place.clone();
            self.findings.truncate(before + MAX_FINDINGS);
            let message =
                format!("this text has {count} problems; the first {MAX_FINDINGS} are shown");
            self.findings
                .push(Finding::error("too-large", message).in_place(place));
        }
    }

    fn compile(&mut self, path: &str, source: SourcedText, kind: TextKind) -> CompiledText {
        if source.as_str().len() > template::LARGEST_TEXT {
            self.findings
                .push(source.locate(Finding::error("too-large", "this text is too long"), 0..1));
            return CompiledText::Absent;
        }
        if !template::is_template(source.as_str()) {
            return CompiledText::SameForAll(Arc::new(self.parse(path, source, kind)));
        }
        let template = match MarkdownTemplate::compile(source, self.context.names()) {
            Ok(template) => template,
            Err(findings) => {
                self.findings.extend(findings);
                // An empty text, not an absent one: nothing may report it as missing.
                let empty = self.parse(path, SourcedText::default(), kind);
                return CompiledText::SameForAll(Arc::new(empty));
            }
        };
        let Some(place) = &template.job_data else {
            let parsed = self.render(path, &template, kind);
            return parsed.map_or(CompiledText::Absent, CompiledText::SameForAll);
        };
        if kind == TextKind::Heading {
            let finding = Finding::error(
                "job-data-in-metadata",
                "titles and headings reach bookmarks and metadata: they cannot hold a reader's data",
            );
            let finding = finding.help("greet the reader in the body instead");
            self.findings.push(template.locate(finding, place.clone()));
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
        match template.render(&self.context.template_engine, self.values) {
            Ok(text) => {
                let before = self.findings.len();
                let parsed = self.parse(path, text, kind);
                if self.pass == Pass::Plan && template.job_data.is_some() {
                    // A trial without reader data proves nothing about the text of a reader.
                    self.findings.truncate(before);
                }
                Some(Arc::new(parsed))
            }
            Err(finding) => {
                self.findings.push(finding);
                None
            }
        }
    }

    fn parse(&mut self, path: &str, text: SourcedText, kind: TextKind) -> ParsedText {
        let scope = MarkdownScope {
            quotes: self.context.locale().quotes,
            targets: &self.context.targets,
            index: &self.context.index,
        };
        let (mut inlines, mut blocks) = (Vec::new(), Vec::new());
        match kind {
            TextKind::Inlines | TextKind::Heading => {
                inlines = markdown::inlines(&text, &scope, &mut self.findings);
            }
            TextKind::Blocks => {
                blocks = markdown::blocks(&text, &scope, &mut self.findings);
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
