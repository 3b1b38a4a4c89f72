//! The page with the reader's address, before the pages of the leaflet. Or the address below its masthead.
//!
//! The masthead is above the window of the envelope, the text below it. Only the address is in the window, and where
//! the standard says so, the sender's line above it. The marks at the edge say where to fold.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::LayoutError;
use super::flow::{self, LetterFlow};
use super::flow_content::{Fragment, WindowElements};
use super::inline::{LayoutContext, LineBreakMode, Paragraph};
use super::layout_cache::LayoutCache;
use super::page::{
    Artifact, Bookmark, Content, Destination, Element, ElementId, Item, Layout, Page, Role, Tag,
};
use super::page_area::{PageArea, line_items};
use super::paginate::add_link;
use super::shapes;
use super::text_style::text_style;
use crate::document::{Document, Inline, Letter};
use crate::geometry::{Colour, Point, Pt, Rect};
use crate::locale::Locale;
use crate::theme::{Envelope, Theme, TypeStyle};

/// Puts the letter of a document before its pages. A document without a letter keeps its layout.
///
/// Fails if the address does not fit in the window, or the text on one page.
pub(crate) fn with_letter(
    layout: Layout,
    document: &Document,
    envelope: Envelope,
    theme: &Theme,
    cache: &mut LayoutCache,
) -> Result<Layout, LayoutError> {
    let Some(letter) = &document.letter else {
        return Ok(layout);
    };
    let is_sender_in_window = envelope.sender_area().is_some();
    let flow = flow::letter(document, letter, is_sender_in_window, theme, cache);
    let mut builder = LetterPage {
        document,
        theme,
        envelope,
        cache,
        area: PageArea::new(theme, Locale::of(&document.language).direction),
        page: Page::new(theme.page),
        structure: Vec::new(),
    };
    builder.fill(letter, flow)?;
    let LetterPage {
        page, structure, ..
    } = builder;
    cache.take_error()?;
    let bookmark = (letter.title.clone(), theme.margins.inline_start);
    Ok(prepended(layout, page, structure, bookmark))
}

/// Fills the window of an envelope on the first page of a leaflet, and marks its folds.
///
/// Fails if the address does not fit in the window, or the masthead reaches into it.
pub(super) fn fill_window(
    layout: &mut Layout,
    document: &Document,
    window: &WindowElements,
    theme: &Theme,
    cache: &mut LayoutCache,
) -> Result<(), LayoutError> {
    let (Some(envelope), Some(letter)) = (theme.window, &document.letter) else {
        return Ok(());
    };
    if window.is_covered {
        return Err(LayoutError::TallLetterHead);
    }
    let Some(first) = layout.pages.first_mut() else {
        return Ok(());
    };
    let mut builder = LetterPage {
        document,
        theme,
        envelope,
        cache,
        area: PageArea::new(theme, Locale::of(&document.language).direction),
        page: std::mem::replace(first, Page::new(theme.page)),
        structure: Vec::new(),
    };
    if let (Some(area), Some(element)) = (envelope.sender_area(), window.sender) {
        builder.sender(&letter.sender, area, element)?;
    }
    builder.address(&letter.address, &window.address)?;
    builder.marks();
    *first = builder.page;
    Ok(())
}

struct LetterPage<'a> {
    document: &'a Document,
    theme: &'a Theme,
    envelope: Envelope,
    cache: &'a mut LayoutCache,
    area: PageArea,
    page: Page,
    structure: Vec<Element>,
}

impl LetterPage<'_> {
    fn fill(&mut self, letter: &Letter, flow: LetterFlow) -> Result<(), LayoutError> {
        let LetterFlow {
            content,
            head,
            sender,
            address,
        } = flow;
        self.structure = content.structure;
        let mut fragments = content.fragments.into_iter();
        self.paint_ground();
        let window = self.envelope.ever_visible();
        let bottom = self.place(
            fragments.by_ref().take(head),
            self.theme.letter.masthead_top,
        );
        if bottom > window.origin.y {
            return Err(LayoutError::TallLetterHead);
        }
        if let (Some(area), Some(element)) = (self.envelope.sender_area(), sender) {
            self.sender(&letter.sender, area, element)?;
        }
        self.address(&letter.address, &address)?;
        let top = window.bottom() + self.theme.letter.space_below_window;
        let bottom = self.place(fragments, top);
        if bottom > self.theme.page.height - self.theme.margins.text_bottom {
            return Err(LayoutError::LongLetter);
        }
        self.marks();
        Ok(())
    }

    /// Paints the page in the colour of the ground. What the window shows is white, for the machines that read it.
    fn paint_ground(&mut self) {
        let ground = self.theme.palette.ground;
        if ground == Colour::WHITE {
            return;
        }
        let page = Rect {
            origin: Point::default(),
            size: self.theme.page,
        };
        for (area, colour) in [
            (page, ground),
            (self.envelope.ever_visible(), Colour::WHITE),
        ] {
            let shape = shapes::rectangle(area.size, Some(colour), None);
            self.artifact(area.origin, Content::Shape(shape));
        }
    }

    fn artifact(&mut self, at: Point, content: Content) {
        self.page.items.push(Item {
            tag: Tag::Artifact(Artifact::Layout),
            at,
            content,
        });
    }

    /// Places fragments below each other. Returns the lower edge of the last one.
    fn place(&mut self, fragments: impl Iterator<Item = Fragment>, top: Pt) -> Pt {
        let mut y = top;
        for (index, fragment) in fragments.enumerate() {
            if index > 0 {
                y += fragment.space_before;
            }
            let items = fragment.items.into_iter();
            self.page
                .items
                .extend(items.map(|item| self.area.item(item, y)));
            for link in fragment.links {
                add_link(&mut self.page, link, &self.area, y);
            }
            for (element, area) in fragment.figures {
                let bounding_box = (0, self.area.rect(area, y));
                self.structure[element.0 as usize].bounding_box = Some(bounding_box);
            }
            y += fragment.height;
        }
        y
    }

    fn layout(&mut self, words: &str, kind: TypeStyle, measure: Pt) -> Arc<Paragraph> {
        let context = LayoutContext {
            language: &self.document.language,
            ui_strings: &self.document.ui_strings,
            block_pages: &BTreeMap::new(),
        };
        let style = text_style(self.theme, kind, LineBreakMode::Ragged);
        let words = [Inline::Text(words.to_owned())];
        let paragraphs = &mut self.cache.paragraphs;
        paragraphs.layout(&words, &style, measure, context)
    }

    /// Places the lines of a text from a first baseline on.
    fn lines(
        &mut self,
        paragraph: &Paragraph,
        kind: TypeStyle,
        first_baseline: Point,
        element: ElementId,
    ) {
        let mut at = first_baseline;
        for line in &paragraph.lines {
            let items = line_items(line, (Pt::ZERO, Pt::ZERO), |_| Tag::Element(element));
            self.page.items.extend(items.map(|item| Item {
                tag: item.tag,
                at: at + item.offset,
                content: item.content,
            }));
            at.y += kind.leading;
        }
    }

    /// Returns the style of text in the window, which is dark on white in every edition.
    fn window_style(&self, size: Pt, leading_em: f32) -> TypeStyle {
        let body = self.theme.types.body;
        TypeStyle {
            size,
            leading: size * leading_em,
            colour: match self.theme.palette.ground == Colour::WHITE {
                true => body.colour,
                false => Colour::BLACK,
            },
            ..body
        }
    }

    /// Adds the sender's line at the foot of its area.
    fn sender(&mut self, words: &str, area: Rect, element: ElementId) -> Result<(), LayoutError> {
        let theme = self.theme.letter;
        let kind = self.window_style(theme.sender_size, theme.sender_leading_em);
        let paragraph = self.layout(words, kind, area.size.width);
        let last = area.bottom() - theme.space_after_sender - kind.size * theme.descent_em;
        let first = last - kind.lines(paragraph.lines.len().saturating_sub(1));
        let is_wide = paragraph.intrinsic_widths.min_content > area.size.width;
        if is_wide || first - kind.size * theme.ascent_em < area.origin.y {
            return Err(LayoutError::TallLetterHead);
        }
        self.lines(&paragraph, kind, Point::new(area.origin.x, first), element);
        Ok(())
    }

    /// Adds the lines of the address, as large as the window allows, but not larger than the text.
    fn address(&mut self, lines: &[String], elements: &[ElementId]) -> Result<(), LayoutError> {
        if lines.is_empty() {
            return Ok(());
        }
        let theme = self.theme.letter;
        let mut size = self.theme.types.body.size;
        while size >= theme.smallest_address {
            let kind = self.window_style(size, theme.address_leading_em);
            if self
                .address_in(lines, elements, kind, theme.address_clearance)
                .is_ok()
            {
                return Ok(());
            }
            size -= theme.address_step;
        }
        let kind = self.window_style(theme.smallest_address, theme.tight_address_leading_em);
        self.address_in(lines, elements, kind, Pt::ZERO)
    }

    /// Adds the lines of the address in a style, if they fit.
    fn address_in(
        &mut self,
        lines: &[String],
        elements: &[ElementId],
        kind: TypeStyle,
        clearance: Pt,
    ) -> Result<(), LayoutError> {
        let theme = self.theme.letter;
        let area = self.envelope.address_area();
        let line_height = kind.size * (theme.ascent_em + theme.descent_em);
        let height = line_height + kind.lines(lines.len() - 1);
        let room = area.size.height - clearance * 2.0;
        if height > room {
            let most = 1 + ((room - line_height) / kind.leading).max(0.0) as usize;
            let lines = lines.len();
            return Err(LayoutError::TallAddress { lines, most });
        }
        // Each line is on one line, however long it is.
        let measure = self.theme.page.width * 1000.0;
        let paragraphs: Vec<Arc<Paragraph>> = lines
            .iter()
            .map(|line| self.layout(line, kind, measure))
            .collect();
        let is_wide = |paragraph: &Arc<Paragraph>| {
            paragraph.lines.len() > 1 || paragraph.width > area.size.width
        };
        if let Some(line) = paragraphs.iter().position(is_wide) {
            return Err(LayoutError::WideAddress { line: line + 1 });
        }
        let top = match self.envelope.sender_area() {
            Some(_) => area.origin.y + clearance,
            None => area.origin.y + (area.size.height - height) / 2.0,
        };
        let mut at = Point::new(area.origin.x, top + kind.size * theme.ascent_em);
        for (paragraph, element) in paragraphs.iter().zip(elements) {
            self.lines(paragraph, kind, at, *element);
            at.y += kind.leading;
        }
        Ok(())
    }

    /// Marks the folds at the left edge, and the middle of the sheet where the standard does.
    fn marks(&mut self) {
        let theme = self.theme.letter;
        let rule = shapes::rule(theme.mark, theme.mark_rule, self.theme.palette.muted);
        let envelope = self.envelope;
        for y in envelope.folds().chain(envelope.middle_mark()) {
            let at = Point::new(theme.mark_start, y - theme.mark_rule / 2.0);
            self.artifact(at, Content::Shape(Arc::clone(&rule)));
        }
    }
}

/// Puts a page before the others. Its elements come first in the reading order. `bookmark` is its title and the left
/// edge of its text.
fn prepended(
    mut layout: Layout,
    mut page: Page,
    letter: Vec<Element>,
    (title, left): (String, Pt),
) -> Layout {
    const ROOT: ElementId = ElementId(0);
    let count = letter.len() as u32;
    let of_letter = |id: ElementId| ElementId(id.0 + 1);
    let of_leaflet = |id: ElementId| match id {
        ROOT => ROOT,
        ElementId(id) => ElementId(id + count),
    };
    retag(&mut page, of_letter);
    for other in &mut layout.pages {
        retag(other, of_leaflet);
    }
    for element in &mut layout.structure {
        element.parent = element.parent.map(of_leaflet);
        if let Some((page, _)) = &mut element.bounding_box {
            *page += 1;
        }
    }
    let letter = letter.into_iter().map(|element| Element {
        parent: Some(element.parent.map_or(ROOT, of_letter)),
        ..element
    });
    if layout.structure.is_empty() {
        layout.structure.push(Element::new(Role::Document, None));
    }
    layout.structure.splice(1..1, letter);
    for destination in &mut layout.destinations {
        destination.page += 1;
        destination.element = of_leaflet(destination.element);
    }
    layout.outline.insert(
        0,
        Bookmark {
            level: 1,
            title,
            destination: layout.destinations.len(),
        },
    );
    layout.destinations.push(Destination {
        page: 0,
        at: Point::new(left, Pt::ZERO),
        element: of_letter(ROOT),
    });
    layout.pages.insert(0, page);
    layout
}

fn retag(page: &mut Page, id: impl Fn(ElementId) -> ElementId) {
    for item in &mut page.items {
        if let Tag::Element(element) = &mut item.tag {
            *element = id(*element);
        }
    }
    for link in &mut page.links {
        link.element = id(link.element);
    }
}
