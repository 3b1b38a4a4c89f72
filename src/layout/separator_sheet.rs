//! Separator sheets of a printed bundle, for the person who sorts the leaflets.
//!
//! Black edges show in the side of a stack, and the large number from afar.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::LayoutError;
use super::imposition::impose;
use super::inline::{LayoutContext, LineBreakMode, ParagraphLayouter};
use super::layout_cache::LayoutCache;
use super::page::{Artifact, Content, Element, ElementId, Item, Layout, Page, Role, Tag};
use super::page_area::{PageArea, line_items};
use super::shapes;
use super::text_style::text_style;
use crate::document::{Inline, UiStrings};
use crate::geometry::{Colour, Point, Pt, Size};
use crate::locale::Locale;
use crate::theme::{Theme, TypeStyle};

/// Lays out a sheet with a heading and lines below it, such as a batch's number and its counts. The heading says the
/// number, too.
pub(crate) fn separator_sheet(
    number: u32,
    heading: &str,
    lines: &[String],
    language: &str,
    theme: &Theme,
    cache: &mut LayoutCache,
) -> Result<Layout, LayoutError> {
    let mut sheet = Sheet {
        theme,
        language,
        area: PageArea::new(theme, Locale::of(language).direction),
        paragraphs: &mut cache.paragraphs,
        page: Page::new(theme.page),
        structure: vec![Element::new(Role::Document, None)],
        y: theme.margins.text_top,
    };
    let Theme {
        types, separator, ..
    } = theme;
    sheet.text(
        heading,
        Role::Heading(1),
        types.heading2,
        LineBreakMode::Balanced,
    );
    sheet.y += separator.space_after_heading;
    for line in lines {
        sheet.text(line, Role::Paragraph, types.body, LineBreakMode::Ragged);
    }
    sheet.number(number);
    let Sheet {
        page, structure, ..
    } = sheet;
    cache.take_error()?;
    let layout = Layout {
        pages: vec![page],
        structure,
        ..Layout::default()
    };
    let mut layout = impose(layout, theme, Locale::of(language).direction)?;
    if let Some(front) = layout.pages.first_mut() {
        add_edges(front, theme.separator.edge);
    }
    Ok(layout)
}

/// Adds black bars along the left and right edge of a sheet.
fn add_edges(page: &mut Page, width: Pt) {
    let bar = shapes::rectangle(
        Size::new(width, page.size.height),
        Some(Colour::BLACK),
        None,
    );
    for left in [Pt::ZERO, page.size.width - width] {
        page.items.push(Item {
            tag: Tag::Artifact(Artifact::Layout),
            at: Point::new(left, Pt::ZERO),
            content: Content::Shape(Arc::clone(&bar)),
        });
    }
}

struct Sheet<'a> {
    theme: &'a Theme,
    language: &'a str,
    area: PageArea,
    paragraphs: &'a mut ParagraphLayouter,
    page: Page,
    structure: Vec<Element>,
    y: Pt,
}

impl Sheet<'_> {
    /// Adds the number in digits as large as the page has room for, at the foot.
    fn number(&mut self, number: u32) {
        let kind = TypeStyle {
            size: self.theme.separator.number,
            leading: self.theme.separator.number,
            ..self.theme.types.body.bold()
        };
        let context = LayoutContext {
            language: self.language,
            ui_strings: &UiStrings::default(),
            block_pages: &BTreeMap::new(),
        };
        let style = text_style(self.theme, kind, LineBreakMode::Ragged);
        let words = [Inline::Text(number.to_string())];
        let measure = self.theme.full_measure();
        let mut paragraph = self.paragraphs.layout(&words, &style, measure, context);
        if paragraph.width > measure {
            let style = text_style(
                self.theme,
                TypeStyle {
                    size: kind.size * (measure / paragraph.width),
                    ..kind
                },
                LineBreakMode::Ragged,
            );
            paragraph = self.paragraphs.layout(&words, &style, measure, context);
        }
        let bottom = self.theme.page.height - self.theme.margins.text_bottom;
        for line in &paragraph.lines {
            let tag = |_| Tag::Artifact(Artifact::Layout);
            for item in line_items(line, (Pt::ZERO, Pt::ZERO), tag) {
                self.page.items.push(self.area.item(item, bottom));
            }
        }
    }

    fn text(&mut self, words: &str, role: Role, kind: TypeStyle, line_breaks: LineBreakMode) {
        let element = ElementId(self.structure.len() as u32);
        self.structure.push(Element::new(role, Some(ElementId(0))));
        let context = LayoutContext {
            language: self.language,
            ui_strings: &UiStrings::default(),
            block_pages: &BTreeMap::new(),
        };
        let paragraph = self.paragraphs.layout(
            &[Inline::Text(words.to_owned())],
            &text_style(self.theme, kind, line_breaks),
            self.theme.full_measure(),
            context,
        );
        for line in &paragraph.lines {
            let at = (Pt::ZERO, kind.first_baseline());
            for item in line_items(line, at, |_| Tag::Element(element)) {
                self.page.items.push(self.area.item(item, self.y));
            }
            self.y += kind.leading;
        }
    }
}
