//! Standing type: a leaflet that stays set, so that the next reader's words are exchanged in it.
//!
//! Leaflets of one handout most often differ in a name and a date. Where a text of the new leaflet takes
//! as many lines as the old one did, all else stays in its place, and only the lines of that text are
//! set. The pages are exactly those that setting the whole leaflet gives; where that is not sure,
//! there is no exchange.

use std::borrow::Cow;
use std::sync::Arc;

use super::Composed;
use super::flow::galley::SetText;
use super::inline::{InlineSetter, Line, Paragraph, SpanId, Surroundings};
use super::page::{Content, ElementId, Item, Layout, Page, Tag};
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
        let Composed {
            layout,
            texts,
            margin,
            ..
        } = composed;
        Standing {
            layout,
            texts,
            margin,
            words: document.words.clone(),
        }
    }

    /// The layout of a document that has other words in these texts, which are named by the addresses that
    /// their inlines had in the document that stands; with the same theme and faces. `None` if
    /// exchanging lines is not all that it takes.
    pub fn exchange(
        &self,
        texts: &[(usize, Cow<'_, Inlines>)],
        setter: &mut InlineSetter,
    ) -> Option<Layout> {
        let mut layout = Layout::clone(&self.layout);
        for (address, new) in texts {
            // One place in memory is one text, which the flow sets once.
            let text = self.texts.iter().find(|text| text.address == *address)?;
            let surroundings = Surroundings {
                words: &self.words,
                page_of: &|_| None,
            };
            let paragraph = setter.set(new, &text.style, text.measure, surroundings);
            self.exchange_lines(&mut layout, text, &paragraph)?;
        }
        Some(layout)
    }

    fn exchange_lines(&self, layout: &mut Layout, text: &SetText, new: &Paragraph) -> Option<()> {
        let old = &text.paragraph;
        let is_alike = stands_by_itself(old)
            && stands_by_itself(new)
            && old.lines.len() == new.lines.len()
            && old.spans == new.spans
            && text.elements.len() == old.spans.len();
        if !is_alike {
            return None;
        }
        // The links of all areas so far, and their pages.
        let mut areas: Vec<(ElementId, usize)> = Vec::new();
        for (old_line, new_line) in old.lines.iter().zip(&new.lines) {
            let (number, first) = self.find(text, old_line)?;
            let page = Arc::make_mut(&mut layout.pages[number]);
            for (old, new) in same_clicks(old, old_line, new, new_line)? {
                let element = text.elements[old.0.0 as usize];
                let place = areas
                    .iter()
                    .filter(|area| **area == (element, number))
                    .count();
                areas.push((element, number));
                let link = page.links.iter_mut().find(|link| link.element == element)?;
                let area = link.areas.get_mut(place)?;
                area.origin.x = (text.x + new.1) + self.margin;
                area.size.width = new.2;
            }
            let y = self.layout.pages[number].items[first].at.y;
            let items = new_line.runs.iter().map(|run| Item {
                tag: Tag::Element(text.elements[run.span.0 as usize]),
                // As the flow and the pages add up.
                at: Point::new((text.x + run.x) + self.margin, y),
                content: Content::Text(Arc::clone(&run.glyphs)),
            });
            // Lines that were exchanged before may have changed the number of items.
            let first = position(page, text, old_line)?;
            page.items.splice(first..first + old_line.runs.len(), items);
        }
        Some(())
    }

    /// The page of a line, and its first item there.
    fn find(&self, text: &SetText, line: &Line) -> Option<(usize, usize)> {
        let pages = self.layout.pages.iter().enumerate();
        pages
            .filter_map(|(index, page)| Some((index, position(page, text, line)?)))
            .next()
    }
}

/// The left end and width of what can be clicked on a line, with the link that it belongs to.
type Click = (SpanId, Pt, Pt);

/// What can be clicked on the old line and on the new one, if it is the same but for its place: then what
/// leads to a citation finds it at the same height.
fn same_clicks(
    old: &Paragraph,
    old_line: &Line,
    new: &Paragraph,
    new_line: &Line,
) -> Option<Vec<(Click, Click)>> {
    if old.spans.len() == 1 {
        return Some(Vec::new());
    }
    let (old, new) = (old.clickable(old_line), new.clickable(new_line));
    // The first run says how high the areas are.
    let height = |line: &Line| line.runs.first().map(|run| run.glyphs.size.to_bits());
    let is_same = old
        .iter()
        .map(|click| click.0)
        .eq(new.iter().map(|click| click.0));
    let is_as_high = old.is_empty() || height(old_line) == height(new_line);
    (is_same && is_as_high).then(|| old.into_iter().zip(new).collect())
}

/// Where the items of a line begin on a page.
fn position(page: &Page, text: &SetText, line: &Line) -> Option<usize> {
    let is_run = |(item, run): (&Item, &super::inline::Run)| {
        item.tag == Tag::Element(text.elements[run.span.0 as usize])
            && matches!(&item.content, Content::Text(glyphs) if Arc::ptr_eq(glyphs, &run.glyphs))
    };
    page.items
        .windows(line.runs.len())
        .position(|items| items.iter().zip(&line.runs).all(is_run))
}

/// Whether a paragraph is words and citations: no underlined link or badge, whose lines and outlines would
/// have to move too, and no page of another block.
fn stands_by_itself(paragraph: &Paragraph) -> bool {
    let is_words = |line: &Line| {
        !line.runs.is_empty() && line.backdrops.is_empty() && line.underlines.is_empty()
    };
    paragraph.page_references.is_empty()
        && paragraph.missing.is_empty()
        && paragraph.lines.iter().all(is_words)
}
