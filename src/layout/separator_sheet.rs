//! Separator sheets of a printed bundle, for the person who sorts the leaflets.

use std::collections::BTreeMap;

use super::error::LayoutError;
use super::imposition::impose;
use super::inline::{LayoutContext, LineBreakMode, ParagraphLayouter};
use super::layout_cache::LayoutCache;
use super::page::{Element, ElementId, Layout, Page, Role, Tag};
use super::page_area::{PageArea, line_items};
use super::text_style::text_style;
use crate::document::{Inline, UiStrings};
use crate::geometry::Pt;
use crate::locale::Locale;
use crate::theme::{Theme, TypeStyle};

/// Lays out a sheet with a heading and lines below it, such as a batch's number and its counts.
pub(crate) fn separator_sheet(
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
    let Sheet {
        page, structure, ..
    } = sheet;
    cache.take_error()?;
    let layout = Layout {
        pages: vec![page],
        structure,
        ..Layout::default()
    };
    impose(layout, theme, Locale::of(language).direction)
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
