//! Lists the works that a document cites.

use super::builder::DocumentBuilder;
use crate::document::{
    BlockKind, Document, Inline, Inlines, QrCode, Reference, ReferenceList, plain_text,
};
use crate::finding::{Finding, PlaceTarget};
use crate::library::EntryKind;
use crate::resolve::ReferenceMode;
use crate::resolve::context::unusable_style;
use crate::resolve::draft::FAULT_MARK;
use crate::source::Route;
use crate::theme::Length;

impl DocumentBuilder<'_, '_> {
    /// Fills the reference list. `works` are the cited works in the order of their numbers.
    pub(super) fn fill_references(&mut self, document: &mut Document, works: &[u32]) {
        let context = self.context;
        let keys: Vec<&str> = works
            .iter()
            .filter_map(|work| context.index.key(*work))
            .collect();
        let has_list = context
            .entries
            .iter()
            .any(|entry| entry.kind == EntryKind::References);
        if !has_list {
            if !keys.is_empty() {
                let message = "the text cites, but there is no reference list";
                let place = PlaceTarget::Key(Route::default().key("sections"));
                let finding = Finding::error("missing-field", message)
                    .help("add `- references` to `sections`")
                    .at(&context.sources.definition.file, place);
                self.findings.push(finding);
                document.visit_inlines(&mut |inline| {
                    if matches!(inline, Inline::Citation(_)) {
                        *inline = Inline::Strong(vec![Inline::Text(format!(" {FAULT_MARK}"))]);
                    }
                });
            }
            return;
        }
        for key in &keys {
            let findings = context.sources.bibliography.findings(key);
            self.findings.extend_from_slice(findings);
        }
        let mut texts = self.reference_texts(&keys);
        for (key, text) in keys.iter().zip(&mut texts) {
            // An entry of a short form has one line.
            if context.options.length == Length::Full
                && let Some(tag) = self.reference_tag(key)
            {
                text.push(Inline::Text(format!(" {tag}")));
            }
        }
        let entries: Vec<Reference> = keys
            .into_iter()
            .zip(texts)
            .zip(1..)
            .map(|((key, text), number)| Reference {
                number,
                key: key.to_owned(),
                text,
            })
            .collect();
        for entry in &entries {
            if let Some(place) = context.sources.bibliography.place(&entry.key) {
                self.record_words(&plain_text(&entry.text), place);
            }
        }
        let qr = match context.options.references {
            ReferenceMode::Qr => self.references_qr(),
            ReferenceMode::Full | ReferenceMode::Short => None,
        };
        let is_empty = entries.is_empty();
        let list = ReferenceList { entries, qr };
        self.fill_list(document, BlockKind::References(list), is_empty);
    }

    /// Returns what a source is, as in "Guideline (in German)". `None` if its entry does not say it.
    fn reference_tag(&mut self, key: &str) -> Option<String> {
        let context = self.context;
        let bibliography = &context.sources.bibliography;
        let kind = context.ui_string(bibliography.kind(key)?.string_name());
        let kind = kind.replace(' ', "\u{a0}");
        let language = bibliography.get(key).and_then(hayagriva::Entry::language);
        let foreign = language
            .map(|language| language.language.to_string())
            .filter(|tag| !is_same_language(tag, &context.options.language));
        let Some(tag) = foreign else {
            return Some(kind);
        };
        let Some(name) = context.locale().language_name(&tag) else {
            let message = format!("the program has no name for the language `{tag}`");
            let finding = Finding::warning("unavailable-language", message)
                .in_place(bibliography.value_place(key, &["language"]))
                .help("the leaflet does not say that this source is in another language");
            self.findings.push(finding);
            return Some(kind);
        };
        let language = context.ui_string("in-language").replace("{language}", name);
        Some(format!("{kind} ({language})"))
    }

    fn reference_texts(&mut self, keys: &[&str]) -> Vec<Inlines> {
        let sources = &self.context.sources;
        let texts = self.context.references.format(keys, &sources.bibliography);
        if texts.iter().any(Option::is_none) {
            let message = "this citation style does not number its references";
            self.findings.push(unusable_style(sources, message));
        }
        texts.into_iter().map(Option::unwrap_or_default).collect()
    }

    /// Returns the address where the clinic or the library has the leaflet with its list.
    pub(super) fn leaflet_address(&self) -> Option<String> {
        let sources = &self.context.sources;
        let of_clinic = sources.clinic.facts.references_url.as_ref();
        let address = of_clinic.or(sources.manifest.references_url.as_ref())?;
        Some(address.address_of(&sources.definition.id))
    }

    /// The QR code that leads to the full reference list.
    fn references_qr(&mut self) -> Option<QrCode> {
        let sources = &self.context.sources;
        let Some(address) = self.leaflet_address() else {
            let message = "there is no address that a code for the reference list could lead to";
            let finding = Finding::error("unavailable-reference-list", message)
                .at(&sources.manifest.file, PlaceTarget::File)
                .help("add `references_url: https://…/{id}` to `clinic.yaml` or `library.yaml`");
            self.findings.push(finding);
            return None;
        };
        Some(self.qr(&address, "scan-references"))
    }
}

/// Returns whether readers of one language read the other. The Norwegian tags are one language here.
fn is_same_language(a: &str, b: &str) -> bool {
    let language = |tag: &str| match tag.split('-').next().unwrap_or(tag) {
        "nb" | "nn" => "no".to_owned(),
        language => language.to_lowercase(),
    };
    language(a) == language(b)
}
