//! State of a document while it is built.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::text_message::TextMessageText;
use crate::document::{CalloutKind, Inline, Inlines, QrCode, Section};
use crate::finding::{Finding, Place, PlaceTarget, has_errors, look_alike};
use crate::library::Entry;
use crate::locale::isolated;
use crate::resolve::Purpose;
use crate::resolve::compiled_text::CompiledText;
use crate::resolve::context::ResolveContext;
use crate::resolve::draft::mark;
use crate::resolve::smart_punctuation::smarten;
use crate::resolve::sourced_text::SourcedText;
use crate::resolve::used_text::{TextKind, UsedText};
use crate::source::{self, Route};
use crate::template::Context;
use crate::words::{has_words, is_visible};

/// Purpose of a build.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// Compiles all texts. Texts with reader data are rendered without it, as a trial.
    Plan,
    /// Makes the document of one reader.
    Reader,
}

/// A document while it is built.
pub(in crate::resolve) struct DocumentBuilder<'p, 'a> {
    pub(super) context: &'p ResolveContext<'a>,
    /// Values that templates may name.
    pub(super) values: &'p Context,
    pub(super) pass: Pass,
    /// Texts that an earlier build compiled, by path.
    pub(super) known: Option<&'p BTreeMap<String, CompiledText>>,
    /// Texts that this build compiled, by path.
    pub(in crate::resolve) compiled: BTreeMap<String, CompiledText>,
    pub(in crate::resolve) findings: Vec<Finding>,
    /// Texts used so far, in reading order.
    pub(in crate::resolve) texts: Vec<Arc<UsedText>>,
    /// Names of the clinic's values that the compiled texts use, as in `clinic.phone`.
    pub(in crate::resolve) used_of_clinic: BTreeSet<String>,
    pub(super) sections: Vec<Section>,
    pub(in crate::resolve) text_message: Option<TextMessageText>,
    /// Figures so far.
    pub(super) figures: u32,
    /// Words about the full leaflet, for the contact section of a short form.
    pub(super) full_leaflet: Option<Inlines>,
}

impl<'p, 'a> DocumentBuilder<'p, 'a> {
    /// A builder that compiles all texts.
    pub(in crate::resolve) fn for_plan(context: &'p ResolveContext<'a>) -> DocumentBuilder<'p, 'a> {
        DocumentBuilder {
            context,
            values: &context.template_data.values,
            pass: Pass::Plan,
            known: None,
            compiled: BTreeMap::new(),
            findings: Vec::new(),
            texts: Vec::new(),
            used_of_clinic: BTreeSet::new(),
            sections: Vec::new(),
            text_message: None,
            figures: 0,
            full_leaflet: None,
        }
    }

    /// A builder that makes the document of one reader from compiled texts.
    pub(in crate::resolve) fn for_reader(
        context: &'p ResolveContext<'a>,
        texts: &'p BTreeMap<String, CompiledText>,
        values: &'p Context,
    ) -> DocumentBuilder<'p, 'a> {
        DocumentBuilder {
            values,
            pass: Pass::Reader,
            known: Some(texts),
            ..DocumentBuilder::for_plan(context)
        }
    }

    /// Whether this is a draft: errors are marked in the text, and do not prevent the leaflet.
    pub(super) fn is_draft(&self) -> bool {
        self.context.options.purpose == Purpose::Draft
    }

    /// Formats words of `clinic.yaml` and records their use.
    pub(super) fn clinic_words(&mut self, words: &str, key: &str) -> String {
        let formatted = smarten(words.trim(), self.context.locale().quotes);
        let place = Place {
            file: Arc::clone(&self.context.sources.clinic.file),
            target: PlaceTarget::Value(Route::default().key(key), None),
        };
        self.record_words(&formatted, place);
        isolated(&formatted).into_owned()
    }

    /// Formats words of `clinic.yaml` and keeps their lines.
    pub(super) fn clinic_lines(&mut self, words: &str, key: &str) -> Inlines {
        let mut inlines = Vec::new();
        for line in words.lines().filter(|line| is_visible(line)) {
            if !inlines.is_empty() {
                inlines.push(Inline::LineBreak);
            }
            inlines.push(Inline::Text(self.clinic_words(line, key)));
        }
        inlines
    }

    /// Records the use of words that are in no text layer.
    pub(super) fn record_words(&mut self, words: &str, place: Place) {
        let mut text = SourcedText::default();
        text.push_derived(words, &SourcedText::default(), 0..0);
        self.texts.push(Arc::new(UsedText {
            path: String::new(),
            kind: TextKind::Inlines,
            words: text,
            named_at: Some(place),
        }));
    }

    /// An interface string as running text.
    pub(super) fn ui_text(&self, name: &str) -> Inlines {
        vec![Inline::Text(self.context.ui_string(name).to_owned())]
    }

    /// An interface string with one of its places filled in.
    pub(super) fn ui_phrase(&self, name: &str, place: &str, value: &str) -> String {
        self.context.ui_string(name).replace(place, value)
    }

    pub(super) fn callout_label(&self, kind: CalloutKind) -> Option<String> {
        let label = self.context.ui_string(match kind {
            CalloutKind::Emergency => "emergency",
            CalloutKind::Caution => "caution",
            CalloutKind::Info => "info",
            CalloutKind::Tip => "tip",
        });
        (!label.is_empty()).then(|| label.to_owned())
    }

    /// A QR code with its label, the name of an interface string.
    pub(super) fn qr(&self, url: &str, label: &str) -> QrCode {
        QrCode {
            url: url.to_owned(),
            label: self.context.ui_string(label).to_owned(),
            alt: self.ui_phrase("qr-alt", "{address}", printed_address(url)),
        }
    }

    /// Reports a block without items or rows.
    pub(super) fn report_no_content(&mut self, entry: &Entry, part: &str) {
        let message = format!("`{}` has no {part}", entry.key);
        let finding = Finding::warning("empty-section", message)
            .help("write some, or remove the block")
            .at(&entry.file, entry.place());
        self.findings.push(finding);
    }

    /// Returns words that a draft prints in place of missing texts.
    pub(super) fn missing_text(&self, key: &str, parts: &[&str]) -> Inlines {
        let id = &self.context.sources.definition.id;
        let keys: Vec<String> = parts
            .iter()
            .map(|part| format!("{id}.{key}.{part}"))
            .collect();
        self.missing_texts(&keys.join(", "))
    }

    /// Returns words that a draft prints in place of the texts with these keys.
    pub(in crate::resolve) fn missing_texts(&self, keys: &str) -> Inlines {
        mark(
            self.context
                .locale()
                .draft("missing-text", &[("keys", keys)]),
        )
    }

    /// Reports that the layers lack an entry's text, or all of these parts of it. Returns words that a draft
    /// prints in its place.
    pub(super) fn report_missing(&mut self, entry: &Entry, parts: &[&str]) -> Inlines {
        let words = self.missing_text(&entry.key, parts);
        let key = entry.key.as_str();
        let keys = self.context.layers.keys();
        let finding = if keys.contains(key) {
            let is_absent = |part: &&str| match self.context.layers.find(&[key, part]).first() {
                None => true,
                Some(authored) => authored.value.text().is_some_and(|text| !has_words(text)),
            };
            let mut absent: Vec<&str> = parts.iter().copied().filter(is_absent).collect();
            if absent.is_empty() {
                // The parts exist but cannot be read. An error says so already.
                if has_errors(&self.findings) {
                    return words;
                }
                absent = parts.to_vec();
            }
            Finding::error(
                "unknown-text",
                format!("the text of `{key}` has no `{}`", absent.join("` or `")),
            )
        } else {
            let targets = &self.context.targets;
            let unused = keys.iter().copied().filter(|name| !targets.contains(*name));
            let finding = Finding::error("unknown-text", format!("there is no text for `{key}`"))
                .help(format!("add `{key}:` to the handout's text layer"));
            // Ids are small letters, so the text's key is wrong.
            const MAX_KEYS: usize = 100;
            let odd = unused.clone().filter(|name| !source::is_key(name));
            let wrong = odd
                .take(MAX_KEYS)
                .find(|name| look_alike(name, [key]).is_some());
            match wrong {
                Some(wrong) => finding.help(format!("rename the text `{wrong}` to `{key}`")),
                None => finding.suggest(key, unused.filter(|name| source::is_key(name))),
            }
        };
        self.findings.push(finding.at(&entry.file, entry.place()));
        words
    }
}

/// Returns an address without its scheme.
pub(super) fn printed_address(address: &str) -> &str {
    address
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_end_matches('/')
}
