//! Numbers citations in reading order.

use std::collections::BTreeMap;

use crate::document::{Block, BlockKind, Callout, Document, Inline, SectionRole};

/// Calls a function on every inline of a document, in reading order.
pub fn visit(document: &mut Document, see: &mut dyn FnMut(&mut Inline)) {
    inlines(&mut document.title, see);
    if let Some(subtitle) = &mut document.subtitle {
        inlines(subtitle, see);
    }
    for notice in &mut document.notices {
        callout(notice, see);
    }
    for section in &mut document.sections {
        if let Some(heading) = &mut section.heading {
            inlines(heading, see);
        }
        blocks(&mut section.blocks, see);
        match &mut section.role {
            SectionRole::Body => {}
            SectionRole::MainMessage {
                actions_heading,
                actions,
            } => {
                inlines(actions_heading, see);
                actions.iter_mut().for_each(|action| inlines(action, see));
            }
            SectionRole::Contact { rows, .. } => {
                rows.iter_mut().for_each(|row| inlines(&mut row.text, see))
            }
        }
    }
    blocks(&mut document.closing, see);
}

/// Gives citations their numbers, each sorted and without doubles; returns which work has which, in
/// the order of the numbers.
pub fn citations(document: &mut Document) -> Vec<u32> {
    let mut works = Vec::new();
    let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
    visit(document, &mut |inline| {
        number(inline, &mut |work| {
            *numbers.entry(work).or_insert_with(|| {
                works.push(work);
                u32::try_from(works.len()).unwrap_or(u32::MAX)
            })
        });
    });
    works
}

fn number(inline: &mut Inline, number_of: &mut dyn FnMut(u32) -> u32) {
    if let Inline::Citation(cited) = inline {
        cited.iter_mut().for_each(|work| *work = number_of(*work));
        cited.sort_unstable();
        cited.dedup();
    }
}

fn inlines(content: &mut [Inline], see: &mut dyn FnMut(&mut Inline)) {
    for inline in content {
        see(inline);
        match inline {
            Inline::Strong(content)
            | Inline::Link { content, .. }
            | Inline::Term { content, .. } => {
                inlines(content, see);
            }
            Inline::Text(_) | Inline::Citation(_) | Inline::Badge(_) | Inline::LineBreak => {}
        }
    }
}

fn callout(callout: &mut Callout, see: &mut dyn FnMut(&mut Inline)) {
    inlines(&mut callout.title, see);
    blocks(&mut callout.blocks, see);
}

fn blocks(content: &mut [Block], see: &mut dyn FnMut(&mut Inline)) {
    for block in content {
        match &mut block.kind {
            BlockKind::Paragraph(text) | BlockKind::Heading { text, .. } => inlines(text, see),
            BlockKind::List(items)
            | BlockKind::Steps { items, .. }
            | BlockKind::Checklist(items) => {
                items
                    .iter_mut()
                    .for_each(|item| blocks(&mut item.blocks, see));
            }
            BlockKind::Callout(inner) => callout(inner, see),
            BlockKind::Table(table) => {
                inlines(&mut table.caption, see);
                table.header.iter_mut().for_each(|cell| inlines(cell, see));
                table
                    .rows
                    .iter_mut()
                    .flatten()
                    .for_each(|cell| inlines(cell, see));
                blocks(&mut table.note, see);
            }
            BlockKind::Figure(figure) => inlines(&mut figure.caption, see),
            BlockKind::Glossary(entries) => {
                entries
                    .iter_mut()
                    .for_each(|entry| inlines(&mut entry.definition, see));
            }
            BlockKind::WriteInLines(_) | BlockKind::References(_) => {}
        }
    }
}
