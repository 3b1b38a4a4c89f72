//! Documents for many readers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::address::{self, PostalAddress};
use super::compiled_text::CompiledText;
use super::conditions;
use super::context::ResolveContext;
use super::redaction::{private_words, redact};
use super::sources::{JobData, Options, Sources};
use super::structure::{self, DocumentBuilder, TextMessageText};
use super::used_text::UsedText;
use crate::document::{Document, Inline};
use crate::finding::Finding;
use crate::library::{Bibliography, Entry};
use crate::locale::isolated;

/// A document and the sources that checks need.
#[derive(Clone, Debug)]
pub struct Resolved {
    pub document: Arc<Document>,
    /// The definition's entries with the clinic's changes.
    pub entries: Arc<[Entry]>,
    /// The texts of the document with values filled in, in reading order.
    pub texts: Vec<Arc<UsedText>>,
    /// Names of the clinic's values that the texts use and the clinic lacks, as in `clinic.phone`.
    pub lacking: Arc<[String]>,
    /// Text message to send in place of the main message; `None` if it is not requested or not written.
    pub text_message: Option<TextMessageText>,
    /// Warnings and notes; errors in a draft only.
    pub findings: Vec<Finding>,
}

/// A handout whose texts are compiled, ready to become a document for each reader.
pub(crate) struct Plan<'a> {
    context: ResolveContext<'a>,
    /// Compiled texts by path.
    texts: BTreeMap<String, CompiledText>,
    /// The document without reader data.
    common: Resolved,
    /// Dotted names of the reader data that the texts use.
    used_data: Vec<String>,
    /// Those that only conditions use.
    conditions: Vec<String>,
    /// Dotted names of the parts of an address that readers have. Empty without a letter.
    used_by_letter: Vec<String>,
    /// Dotted names of the reader data that the handout's text message uses.
    used_by_text_message: Vec<String>,
}

impl<'a> Plan<'a> {
    /// Compiles all texts. `data_names` are dotted names of reader data beyond those that the definition
    /// declares.
    pub(crate) fn new(
        sources: Sources<'a>,
        options: Options,
        data_names: &[String],
    ) -> Result<Plan<'a>, Vec<Finding>> {
        let mut findings = Vec::new();
        let context = ResolveContext::new(sources, options, data_names, &mut findings);
        let mut builder = DocumentBuilder::for_plan(&context);
        let mut document = structure::build(&mut builder);
        // A text that may not be changed, or has an error, may be empty, too.
        if !context.is_prevented_by(&findings) {
            builder.report_empty(&mut document);
        }
        let used_by_text_message = builder.used_by_text_message();
        let DocumentBuilder {
            compiled,
            texts,
            findings: more,
            used_of_clinic,
            text_message,
            ..
        } = builder;
        findings.extend(more);
        if context.is_prevented_by(&findings) {
            return Err(findings);
        }
        let lacking = used_of_clinic
            .into_iter()
            .filter(|name| context.template_data.is_empty(name));
        let common = Resolved {
            document: Arc::new(document),
            entries: Arc::clone(&context.entries),
            texts,
            lacking: lacking.collect(),
            text_message,
            findings,
        };
        let mut used_data: Vec<String> = compiled
            .values()
            .filter_map(|text| match text {
                CompiledText::PerReader(template, _) => Some(template.used_data()),
                _ => None,
            })
            .flatten()
            .map(str::to_owned)
            .collect();
        used_data.sort();
        used_data.dedup();
        let used_by_letter = match context.options.letter {
            false => Vec::new(),
            // Names that readers lack find misspellings. A reader has one of two forms.
            true => {
                let is_given = |name: &str| data_names.iter().any(|given| given == name);
                let has_lines = is_given(address::LINES);
                address::names()
                    .filter(|name| is_given(name) || !has_lines || name == address::LINES)
                    .collect()
            }
        };
        Ok(Plan {
            conditions: conditions::names(compiled.values()),
            used_by_letter,
            used_by_text_message,
            context,
            texts: compiled,
            common,
            used_data,
        })
    }

    /// Adds findings to those of every document.
    pub(crate) fn add_findings(&mut self, findings: Vec<Finding>) {
        self.common.findings.extend(findings);
    }

    /// The definition's entries with the clinic's changes.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.common.entries
    }

    /// Whether a text or a letter uses reader data, so that leaflets differ.
    pub(crate) fn uses_job_data(&self) -> bool {
        self.context.options.letter
            || self
                .texts
                .values()
                .any(|text| matches!(text, CompiledText::PerReader(..)))
    }

    /// Returns the dotted names of the reader data that the texts and the letter use.
    pub(crate) fn used_data(&self) -> impl Iterator<Item = &str> {
        let used = self.used_data.iter().chain(&self.used_by_letter);
        used.map(String::as_str)
    }

    /// Returns the dotted names of the reader data that the handout's text message uses.
    pub(crate) fn used_by_text_message(&self) -> &[String] {
        &self.used_by_text_message
    }

    /// Returns the document without reader data. Missing values of a reader give no findings.
    pub(crate) fn resolve_without_reader(&self) -> Result<Resolved, Vec<Finding>> {
        self.resolve_for(None)
    }

    /// Returns the document of one reader.
    pub(crate) fn resolve(&self, data: &JobData) -> Result<Resolved, Vec<Finding>> {
        self.resolve_for(Some(data))
    }

    fn resolve_for(&self, reader: Option<&JobData>) -> Result<Resolved, Vec<Finding>> {
        let nothing = JobData::new();
        let data = reader.unwrap_or(&nothing);
        let sources = &self.context.sources;
        let of_clinic = sources.clinic.facts.data.iter().map(|field| &field.name);
        let names = sources.definition.data.iter().chain(of_clinic);
        let wrong = self
            .context
            .template_data
            .wrong_shapes(data, names.chain(&self.used_data));
        if self.context.is_prevented_by(&wrong) {
            return Err(wrong);
        }
        if !self.uses_job_data() {
            return Ok(self.common.clone());
        }
        let mut value_findings = wrong;
        let dates = &self.context.reader_dates;
        let read = dates.read(data, &self.used_data, &mut value_findings);
        let values = self.context.template_data.with(&read);
        value_findings.extend(conditions::doubtful(&self.conditions, values.data()));
        let mut builder = DocumentBuilder::for_reader(&self.context, &self.texts, &values);
        let mut document = structure::build(&mut builder);
        builder.report_empty(&mut document);
        let mut findings = self.common.findings.clone();
        findings.extend(value_findings);
        self.address(&mut document, reader, &mut findings);
        let private_words = private_words(data);
        for finding in builder.findings {
            if reader.is_none() && finding.job.is_some() {
                continue;
            }
            let finding = redact(finding, &private_words);
            let is_known = findings.iter().any(|other| {
                other.id == finding.id
                    && other.severity == finding.severity
                    && other.message == finding.message
                    && other.job == finding.job
            });
            if !is_known {
                findings.push(finding);
            }
        }
        if self.context.is_prevented_by(&findings) {
            return Err(findings);
        }
        Ok(Resolved {
            document: Arc::new(document),
            entries: Arc::clone(&self.context.entries),
            texts: builder.texts,
            lacking: Arc::clone(&self.common.lacking),
            text_message: builder.text_message,
            findings,
        })
    }

    /// Writes the reader's address into the letter. Greets the reader by name where no text does.
    fn address(
        &self,
        document: &mut Document,
        reader: Option<&JobData>,
        findings: &mut Vec<Finding>,
    ) {
        let Some(letter) = &mut document.letter else {
            return;
        };
        let address = match reader {
            Some(data) => PostalAddress::read(data, findings),
            None => PostalAddress::default(),
        };
        if letter.greeting.is_none() && !letter.is_in_masthead {
            let words = match &address.name {
                Some(name) => {
                    let dear = self.context.ui_string("letter-dear");
                    dear.replace("{name}", &isolated(name))
                }
                None => self.context.ui_string("letter-hello").to_owned(),
            };
            letter.greeting = Some(vec![Inline::Text(words)]);
        }
        let lines = address.into_lines().into_iter();
        letter.address = lines.map(|line| isolated(&line).into_owned()).collect();
    }

    /// Returns the document from which [`Plan::new`] made the plan. It has no reader data.
    pub(crate) fn common(&self) -> &Resolved {
        &self.common
    }

    pub(crate) fn bibliography(&self) -> &Bibliography {
        &self.context.sources.bibliography
    }

    /// Id of the handout.
    pub(crate) fn handout(&self) -> &str {
        &self.context.sources.definition.id
    }
}
