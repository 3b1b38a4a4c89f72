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
use crate::document::{Document, Inlines, Words};
use crate::geometry::{Point, Pt};

/// A layout, kept for the next document that is nearly the same.
pub struct Standing {
    layout: Arc<Layout>,
    texts: Vec<SetText>,
    margin: Pt,
    words: Words,
}

impl Standing {
    /// Keeps the layout of a document.
    pub fn new(document: &Document, composed: Composed) -> Standing {
        let Composed { layout, texts, margin, .. } = composed;
        Standing { layout, texts, margin, words: document.words.clone() }
    }

    /// The layout of a document that has other words in these texts, which are named by the addresses that
    /// their inlines had in the document that stands; with the same theme and faces. `None` if
    /// exchanging lines is not all that it takes.
    pub fn exchange(&self, texts: &[(usize, &Inlines)], setter: &mut InlineSetter) -> Option<Layout> {
        let mut layout = Layout::clone(&self.layout);
        for &(address, new) in texts {
            // One place in memory is one text, which the flow sets once.
            let text = self.texts.iter().find(|text| text.address == address)?;
            let surroundings = Surroundings { words: &self.words, page_of: &|_| None };
            let paragraph = setter.set(new, &text.style, text.measure, surroundings);
            self.exchange_lines(&mut layout, text, &paragraph)?;
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
    let is_words =
        |line: &Line| !line.runs.is_empty() && line.backdrops.is_empty() && line.underlines.is_empty();
    paragraph.spans.len() == 1
        && paragraph.page_references.is_empty()
        && paragraph.missing.is_empty()
        && paragraph.lines.iter().all(is_words)
}
