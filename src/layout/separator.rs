//! The sheet between leaflets in a stack from the printer: what comes next, for who sorts them.

use std::sync::Arc;

use super::LayoutError;
use super::flow::style;
use super::inline::{InlineSetter, Setting, Surroundings};
use super::page::{Content, Element, ElementId, Item, Layout, Page, Role, Tag};
use crate::document::{Inline, Words};
use crate::geometry::{Point, Pt};
use crate::theme::{Theme, Type};

/// Words that a separator never needs.
static NO_WORDS: Words = Words {
    page_of: String::new(),
    see_page: String::new(),
    continued: String::new(),
    link_to_reference: String::new(),
    back_to_text: String::new(),
    certainty: [const { String::new() }; 4],
};

/// Lays out a sheet with a heading and lines below it, such as a batch's number and its counts.
pub fn separator(
    heading: &str,
    lines: &[String],
    theme: &Theme,
    setter: &mut InlineSetter,
) -> Result<Layout, LayoutError> {
    let mut sheet = Sheet {
        theme,
        setter,
        page: Page {
            size: theme.page,
            items: Vec::new(),
            links: Vec::new(),
        },
        structure: vec![Element::new(Role::Document, None)],
        y: theme.text_top,
    };
    sheet.text(
        heading,
        Role::Heading(1),
        theme.types.heading2,
        Setting::Balanced,
    );
    sheet.y += theme.unit();
    for line in lines {
        sheet.text(line, Role::Paragraph, theme.types.body, Setting::Running);
    }
    let Sheet {
        page, structure, ..
    } = sheet;
    let missing = setter.take_missing();
    if !missing.is_empty() {
        return Err(LayoutError::MissingGlyphs(missing.into_iter().collect()));
    }
    Ok(Layout {
        pages: vec![Arc::new(page)],
        structure: Arc::new(structure),
        ..Layout::default()
    })
}

struct Sheet<'a> {
    theme: &'a Theme,
    setter: &'a mut InlineSetter,
    page: Page,
    structure: Vec<Element>,
    y: Pt,
}

impl Sheet<'_> {
    fn text(&mut self, words: &str, role: Role, kind: Type, setting: Setting) {
        let element = ElementId(self.structure.len() as u32);
        self.structure.push(Element::new(role, Some(ElementId(0))));
        let surroundings = Surroundings {
            words: &NO_WORDS,
            page_of: &|_| None,
        };
        let text = [Inline::Text(words.to_owned())];
        let measure = self.theme.full_measure();
        let paragraph = self.setter.set(
            &text,
            &style(self.theme, kind, setting),
            measure,
            surroundings,
        );
        for line in &paragraph.lines {
            let baseline = self.y + kind.first_baseline();
            self.page.items.extend(line.runs.iter().map(|run| Item {
                tag: Tag::Element(element),
                at: Point::new(self.theme.margin + run.x, baseline),
                content: Content::Text(run.glyphs.clone()),
            }));
            self.y += kind.leading;
        }
    }
}
