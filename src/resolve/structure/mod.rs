//! Builds a document from a definition's entries.
//!
//! The entries are a flat list. An entry with a heading opens a section. Call-outs, tables, figures and
//! lists without a heading continue the section before. [`build`] proceeds as follows:
//!
//! 1. [`text_reader`] compiles and renders the texts of each entry.
//! 2. [`sections`], [`lists`] and [`contact`] turn entries into sections and blocks.
//!    [`short_form`] takes the entries of a short form only.
//! 3. [`page_furniture`] adds masthead, footer, notices and metadata.
//! 4. [`glossary`] lists the terms that the document uses.
//! 5. Citations get their numbers, and [`references`] lists the cited works.
//! 6. [`levels`] closes gaps between heading levels.
//! 7. [`letter`] writes the letter before the leaflet, and [`text_message`] reads the text message, if requested.

mod builder;
mod contact;
mod glossary;
mod letter;
mod levels;
mod lists;
mod page_furniture;
mod references;
mod sections;
mod short_form;
mod text_message;
mod text_reader;

pub(super) use builder::DocumentBuilder;
pub(super) use text_message::TextMessageText;

use super::number;
use super::used_text::TextKind;
use crate::document::{BlockKind, Document, SectionRole, has_words};
use crate::finding::{Finding, PlaceTarget, has_errors};
use crate::source::Route;
use crate::theme::Length;

/// The finding for a handout without a title, or with one whose values are empty.
fn missing_title(builder: &DocumentBuilder<'_, '_>) -> Finding {
    let context = builder.context;
    if let Some(authored) = context.layers.find(&["title"]).first() {
        let finding = Finding::error("empty-heading", "the title has no words")
            .help("write words that are there for every clinic, as in `title: Sleeping better`");
        return authored.locate(finding);
    }
    let definition = &context.sources.definition;
    let finding = Finding::error("unknown-text", "the handout has no `title`")
        .help("write it in small letters in the text layer, as in `title: Sleep and pain`");
    match context.sources.handout.first() {
        Some(layer) => finding.at(&layer.file, PlaceTarget::File),
        None => finding.at_value(&definition.file, Route::default().key("id")),
    }
}

/// Builds the whole document. The result counts only if the builder found no errors.
pub(super) fn build(builder: &mut DocumentBuilder<'_, '_>) -> Document {
    let context = builder.context;
    let definition = &context.sources.definition;
    let findings_before = builder.findings.len();
    let mut title = builder
        .text(&["title"], TextKind::Heading)
        .unwrap_or_default();
    if !has_words(&title) {
        // A title that cannot be rendered is not missing.
        if !has_errors(&builder.findings[findings_before..]) {
            let finding = missing_title(builder);
            builder.findings.push(finding);
        }
        title = builder.missing_texts(&format!("{}.title", definition.id));
    }
    let subtitle = builder
        .text(&["subtitle"], TextKind::Heading)
        .filter(|subtitle| !subtitle.is_empty());
    let short_title = builder
        .text(&["short-title"], TextKind::Heading)
        .filter(|title| !title.is_empty())
        // A clinic's new title is no longer the one that this shortens.
        .filter(|_| {
            !context
                .layers
                .has_only_clinics(&["title"], &["short-title"])
        });
    match context.options.length {
        Length::Full => {
            for entry in context.entries.iter() {
                builder.add_entry(entry);
            }
        }
        Length::Short => builder.add_short_form(),
    }
    builder.check_parts("closing", &["body"]);
    for key in ["title", "subtitle", "short-title"] {
        builder.check_parts(key, &[]);
    }
    builder.read_text_message();
    let mut closing = builder.blocks("closing", "body").unwrap_or_default();
    if let Some(imprint) = &context.sources.clinic.facts.imprint {
        let imprint = builder.clinic_lines(imprint, "imprint");
        closing.push(BlockKind::Paragraph(imprint).into());
    }
    let letter = builder.letter();
    let mut document = Document {
        letter,
        id: definition.id.clone(),
        version: definition.version.clone(),
        language: context.options.language.clone(),
        masthead: builder.masthead(),
        footer: builder.footer(short_title.as_deref().unwrap_or(&title)),
        about: builder.about(&title, subtitle.as_deref()),
        title,
        subtitle,
        notices: builder.notices(),
        sections: std::mem::take(&mut builder.sections),
        closing,
        ui_strings: builder.ui_strings(),
    };
    builder.fill_glossary(&mut document);
    let works = number::number_citations(&mut document);
    builder.fill_references(&mut document, &works);
    document.sections.retain(|section| {
        let has_actions = matches!(&section.role, SectionRole::MainMessage { actions, .. } if !actions.is_empty());
        section.heading.is_some() || has_actions || !section.blocks.is_empty()
    });
    levels::settle(&mut document);
    document
}
