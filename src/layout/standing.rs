//! Standing type: a leaflet that stays set, so that the next reader's words are exchanged in it.
//!
//! Leaflets of one handout most often differ in a name and a date. Where a text of the new leaflet takes
//! as many lines as the old one did, all else stays in its place, and only the lines of that text are
//! set. The pages are exactly those that setting the whole leaflet gives; where that is not sure,
//! there is no exchange.

use std::sync::Arc;

use super::Composed;
use super::flow::galley::SetText;
use super::inline::{InlineSetter, Line, Paragraph, Surroundings};
use super::page::{Content, Item, Layout, Page, Tag};
use crate::document::{
    Block, BlockKind, Callout, Document, Figure, Inlines, ListItem, Logo, Masthead, Section, SectionRole,
};
use crate::geometry::{Point, Pt};

/// A document and its layout, kept for the next one that is nearly the same.
pub struct Standing {
    document: Arc<Document>,
    layout: Arc<Layout>,
    texts: Vec<SetText>,
    margin: Pt,
}

impl Standing {
    /// Keeps a document with the layout it was given. The document must be the same in memory.
    pub fn new(document: Arc<Document>, composed: Composed) -> Standing {
        let Composed { layout, texts, margin, .. } = composed;
        Standing { document, layout, texts, margin }
    }

    /// Its layout.
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// The layout of a document with the same theme and faces, if exchanging lines is all it takes.
    pub fn exchange(&self, document: &Document, setter: &mut InlineSetter) -> Option<Layout> {
        let mut layout = Layout::clone(&self.layout);
        for (old, new) in differing_texts(&self.document, document)? {
            let address = old.as_ptr().addr();
            let mut is_found = false;
            for text in self.texts.iter().filter(|text| text.address == address) {
                is_found = true;
                let surroundings = Surroundings { words: &document.words, page_of: &|_| None };
                let paragraph = setter.set(new, &text.style, text.measure, surroundings);
                self.exchange_lines(&mut layout, text, &paragraph)?;
            }
            if !is_found {
                return None;
            }
        }
        Some(layout)
    }

    fn exchange_lines(&self, layout: &mut Layout, text: &SetText, new: &Paragraph) -> Option<()> {
        let old = &text.paragraph;
        let is_alike = is_plain(old)
            && is_plain(new)
            && old.lines.len() == new.lines.len()
            && old.spans.len() == new.spans.len()
            && text.elements.len() == old.spans.len();
        if !is_alike {
            return None;
        }
        for (old, new) in old.lines.iter().zip(&new.lines) {
            let (page, first) = self.find(text, old)?;
            let y = self.layout.pages[page].items[first].at.y;
            let items = new.runs.iter().map(|run| Item {
                tag: Tag::Element(text.elements[run.span.0 as usize]),
                // As the flow and the pages add up.
                at: Point::new((text.x + run.x) + self.margin, y),
                content: Content::Text(Arc::clone(&run.glyphs)),
            });
            let page = Arc::make_mut(&mut layout.pages[page]);
            // Lines that were exchanged before may have changed the number of items.
            let first = position(page, text, old)?;
            page.items.splice(first..first + old.runs.len(), items);
        }
        Some(())
    }

    /// The page of a line, and its first item there.
    fn find(&self, text: &SetText, line: &Line) -> Option<(usize, usize)> {
        let pages = self.layout.pages.iter().enumerate();
        pages.filter_map(|(index, page)| Some((index, position(page, text, line)?))).next()
    }
}

/// Where the items of a line begin on a page.
fn position(page: &Page, text: &SetText, line: &Line) -> Option<usize> {
    let is_run = |(item, run): (&Item, &super::inline::Run)| {
        item.tag == Tag::Element(text.elements[run.span.0 as usize])
            && matches!(&item.content, Content::Text(glyphs) if Arc::ptr_eq(glyphs, &run.glyphs))
    };
    page.items.windows(line.runs.len()).position(|items| items.iter().zip(&line.runs).all(is_run))
}

/// Whether a paragraph is words and nothing else on every line: no link, citation or badge, whose areas
/// and outlines would have to move too.
fn is_plain(paragraph: &Paragraph) -> bool {
    let is_words = |line: &Line| {
        !line.runs.is_empty() && line.backdrops.is_empty() && line.underlines.is_empty()
    };
    paragraph.spans.len() == 1
        && paragraph.page_references.is_empty()
        && paragraph.missing.is_empty()
        && paragraph.lines.iter().all(is_words)
}

/// Texts of the one document, and what stands in their place in the other; nothing if the documents
/// differ in anything else.
fn differing_texts<'a>(old: &'a Document, new: &'a Document) -> Option<Vec<(&'a Inlines, &'a Inlines)>> {
    let mut differing = Differing(Vec::new());
    differing.document(old, new)?;
    Some(differing.0)
}

/// The texts that differ, gathered on a walk through both documents.
struct Differing<'a>(Vec<(&'a Inlines, &'a Inlines)>);

/// Goes on only where the documents are the same.
fn same(is_same: bool) -> Option<()> {
    is_same.then_some(())
}

impl<'a> Differing<'a> {
    fn document(&mut self, old: &'a Document, new: &'a Document) -> Option<()> {
        // Named one by one: a part that is new one day is not forgotten here.
        let Document {
            id,
            version,
            language,
            masthead,
            title,
            subtitle,
            notices,
            sections,
            closing,
            footer,
            words,
            about,
        } = old;
        same(*id == new.id && *version == new.version && *language == new.language)?;
        same(is_same_masthead(masthead, &new.masthead))?;
        same(*title == new.title && *subtitle == new.subtitle && *footer == new.footer)?;
        same(*words == new.words && *about == new.about)?;
        self.each(notices, &new.notices, Differing::callout)?;
        self.each(sections, &new.sections, Differing::section)?;
        self.blocks(closing, &new.closing)
    }

    /// Walks through two lists of the same length.
    fn each<T>(
        &mut self,
        old: &'a [T],
        new: &'a [T],
        walk: fn(&mut Differing<'a>, &'a T, &'a T) -> Option<()>,
    ) -> Option<()> {
        same(old.len() == new.len())?;
        old.iter().zip(new).try_for_each(|(old, new)| walk(self, old, new))
    }

    fn text(&mut self, old: &'a Inlines, new: &'a Inlines) -> Option<()> {
        if old != new {
            self.0.push((old, new));
        }
        Some(())
    }

    fn section(&mut self, old: &'a Section, new: &'a Section) -> Option<()> {
        let Section { key, heading, mark, role, blocks } = old;
        same(*key == new.key && *heading == new.heading && *mark == new.mark)?;
        match (role, &new.role) {
            (SectionRole::Body, SectionRole::Body) => {}
            (
                SectionRole::MainMessage { actions_heading, actions },
                SectionRole::MainMessage { actions_heading: new_heading, actions: new_actions },
            ) => {
                same(actions_heading == new_heading)?;
                self.each(actions, new_actions, Differing::text)?;
            }
            (old, new) => same(old == new)?,
        }
        self.blocks(blocks, &new.blocks)
    }

    fn blocks(&mut self, old: &'a [Block], new: &'a [Block]) -> Option<()> {
        self.each(old, new, Differing::block)
    }

    fn block(&mut self, old: &'a Block, new: &'a Block) -> Option<()> {
        use BlockKind as Kind;
        same(old.key == new.key)?;
        match (&old.kind, &new.kind) {
            (Kind::Paragraph(old), Kind::Paragraph(new)) => self.text(old, new),
            (Kind::List(old), Kind::List(new)) | (Kind::Checklist(old), Kind::Checklist(new)) => {
                self.each(old, new, Differing::item)
            }
            (Kind::Steps { start, items }, Kind::Steps { start: new_start, items: new }) => {
                same(start == new_start)?;
                self.each(items, new, Differing::item)
            }
            (Kind::Callout(old), Kind::Callout(new)) => self.callout(old, new),
            (Kind::Figure(old), Kind::Figure(new)) => same(is_same_figure(old, new)),
            (old, new) => same(old == new),
        }
    }

    fn item(&mut self, old: &'a ListItem, new: &'a ListItem) -> Option<()> {
        same(old.write_in_lines == new.write_in_lines)?;
        self.blocks(&old.blocks, &new.blocks)
    }

    fn callout(&mut self, old: &'a Callout, new: &'a Callout) -> Option<()> {
        let Callout { kind, label, title, blocks } = old;
        same(*kind == new.kind && *label == new.label && *title == new.title)?;
        self.blocks(blocks, &new.blocks)
    }
}

fn is_same_masthead(old: &Masthead, new: &Masthead) -> bool {
    let Masthead { logo, name, department, kind, phones } = old;
    let is_same_logo = match (logo, &new.logo) {
        (Some(Logo { picture, alt }), Some(new)) => Arc::ptr_eq(picture, &new.picture) && *alt == new.alt,
        (None, None) => true,
        _ => false,
    };
    is_same_logo
        && (name, department, kind, phones) == (&new.name, &new.department, &new.kind, &new.phones)
}

fn is_same_figure(old: &Figure, new: &Figure) -> bool {
    let Figure { picture, alt, label, caption } = old;
    Arc::ptr_eq(picture, &new.picture) && (alt, label, caption) == (&new.alt, &new.label, &new.caption)
}
