//! Levels of headings inside sections.
//!
//! The reader of a text reports a level that the text skips. Here the levels of the whole document close
//! up, because PDF/UA-1 allows no gap (ISO 14289-1, 7.4.2).

use crate::document::{Block, BlockKind, Document, SectionRole};

/// Lowers headings to the level below the heading that they belong to.
pub(super) fn settle(document: &mut Document) {
    let mut levels = Levels { open: vec![(1, 1)] };
    for notice in &mut document.notices {
        levels.blocks(&mut notice.blocks);
    }
    for section in &mut document.sections {
        if section.heading.is_some() {
            levels.heading(2);
        }
        levels.blocks(&mut section.blocks);
        if let SectionRole::MainMessage { actions, .. } = &section.role
            && !actions.is_empty()
        {
            // The heading of the actions, which layout makes.
            levels.heading(if section.heading.is_some() { 3 } else { 2 });
        }
    }
    levels.blocks(&mut document.closing);
}

/// Headings around the current block: the written level and the level in the document.
struct Levels {
    open: Vec<(u8, u8)>,
}

impl Levels {
    /// Returns the level in the document of the next heading.
    fn heading(&mut self, written: u8) -> u8 {
        self.open.retain(|(outer, _)| *outer < written);
        let level = self.open.last().map_or(1, |(_, level)| level + 1);
        self.open.push((written, level));
        level
    }

    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            match &mut block.kind {
                BlockKind::Heading { level, .. } => *level = self.heading(*level),
                BlockKind::Callout(callout) => self.blocks(&mut callout.blocks),
                BlockKind::List(items)
                | BlockKind::Steps { items, .. }
                | BlockKind::Checklist(items) => {
                    for item in items {
                        self.blocks(&mut item.blocks);
                    }
                }
                BlockKind::Form(form) => {
                    for item in &mut form.items {
                        self.blocks(&mut item.blocks);
                    }
                }
                BlockKind::Table(table) => self.blocks(&mut table.note),
                BlockKind::Paragraph(_)
                | BlockKind::WriteInLines(_)
                | BlockKind::Figure(_)
                | BlockKind::Glossary(_)
                | BlockKind::References(_) => {}
            }
        }
    }
}
