//! Walks over the content of a document.

use super::{
    Block, BlockKind, Callout, Document, Inline, Inlines, Reference, Section, SectionRole,
};

impl Document {
    /// Calls a function on every inline, in reading order. An inline comes before those inside it.
    pub fn visit_inlines(&mut self, visit: &mut dyn FnMut(&mut Inline)) {
        if let Some(letter) = &mut self.letter {
            if let Some(greeting) = &mut letter.greeting {
                visit_all(greeting, visit);
            }
            visit_blocks(&mut letter.blocks, visit);
            visit_all(&mut letter.closing, visit);
            visit_each(&mut letter.signatures, visit);
        }
        visit_all(&mut self.title, visit);
        visit_each(&mut self.subtitle, visit);
        for notice in &mut self.notices {
            notice.visit_inlines(visit);
        }
        for section in &mut self.sections {
            section.visit_inlines(visit);
        }
        visit_blocks(&mut self.closing, visit);
    }

    /// Returns the entries of the reference lists.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        let lists = blocks.filter_map(|block| match &block.kind {
            BlockKind::References(list) => Some(&list.entries),
            _ => None,
        });
        lists.flatten()
    }
}

impl Section {
    fn visit_inlines(&mut self, visit: &mut dyn FnMut(&mut Inline)) {
        visit_each(&mut self.heading, visit);
        visit_blocks(&mut self.blocks, visit);
        match &mut self.role {
            SectionRole::Body => {}
            SectionRole::MainMessage {
                actions_heading,
                actions,
            } => {
                visit_all(actions_heading, visit);
                visit_each(actions, visit);
            }
            SectionRole::Contact { rows, .. } => {
                visit_each(rows.iter_mut().map(|row| &mut row.text), visit);
            }
        }
    }
}

impl Callout {
    fn visit_inlines(&mut self, visit: &mut dyn FnMut(&mut Inline)) {
        visit_all(&mut self.title, visit);
        visit_blocks(&mut self.blocks, visit);
    }
}

impl Block {
    /// Calls a function on every inline of the block and of the blocks inside it, in reading order.
    /// Leaves out the entries of a reference list.
    pub fn visit_inlines(&mut self, visit: &mut dyn FnMut(&mut Inline)) {
        match &mut self.kind {
            BlockKind::Paragraph(text) | BlockKind::Heading { text, .. } => visit_all(text, visit),
            BlockKind::List(items)
            | BlockKind::Steps { items, .. }
            | BlockKind::Checklist(items) => {
                visit_blocks(items.iter_mut().flat_map(|item| &mut item.blocks), visit);
            }
            BlockKind::Form(form) => {
                visit_all(&mut form.caption, visit);
                visit_blocks(
                    form.items.iter_mut().flat_map(|item| &mut item.blocks),
                    visit,
                );
            }
            BlockKind::Callout(callout) => callout.visit_inlines(visit),
            BlockKind::Table(table) => {
                visit_all(&mut table.caption, visit);
                visit_each(&mut table.header, visit);
                visit_each(table.rows.iter_mut().flatten(), visit);
                visit_blocks(&mut table.note, visit);
            }
            BlockKind::Figure(figure) => visit_all(&mut figure.caption, visit),
            BlockKind::Glossary(entries) => {
                visit_each(entries.iter_mut().map(|entry| &mut entry.definition), visit);
            }
            BlockKind::WriteInLines(_) | BlockKind::References(_) => {}
        }
    }
}

fn visit_blocks<'a>(
    blocks: impl IntoIterator<Item = &'a mut Block>,
    visit: &mut dyn FnMut(&mut Inline),
) {
    for block in blocks {
        block.visit_inlines(visit);
    }
}

fn visit_each<'a>(
    texts: impl IntoIterator<Item = &'a mut Inlines>,
    visit: &mut dyn FnMut(&mut Inline),
) {
    for text in texts {
        visit_all(text, visit);
    }
}

fn visit_all(inlines: &mut [Inline], visit: &mut dyn FnMut(&mut Inline)) {
    for inline in inlines {
        visit(inline);
        match inline {
            Inline::Strong(content)
            | Inline::Link { content, .. }
            | Inline::Term { content, .. } => visit_all(content, visit),
            Inline::Text(_) | Inline::Citation(_) | Inline::Badge(_) | Inline::LineBreak => {}
        }
    }
}
