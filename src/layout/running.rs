//! What stands on every page: the running header from page 2 on, and the footer. All artifacts.

use std::sync::Arc;

use super::flow::{fitted, picture_contents, style};
use super::icon;
use super::inline::{InlineSetter, Setting, Surroundings};
use super::page::{Artifact, Content, Item, Layout, Tag};
use crate::document::{Document, Inline};
use crate::font::Weight;
use crate::geometry::{Point, Pt, Size, mm};
use crate::theme::{Theme, Type};

/// From the top of the page to the middle of the running header.
const HEADER_MIDDLE: Pt = mm(13.5);
/// No text comes nearer to the edge of the paper.
const PAPER_EDGE: Pt = mm(8.0);

/// Adds headers and footers to the pages.
pub(super) fn set(layout: &mut Layout, document: &Document, theme: &Theme, setter: &mut InlineSetter) {
    let count = layout.pages.len();
    let mut runner = Runner { document, theme, setter, items: Vec::new(), artifact: Artifact::Header };
    let header = runner.header();
    for (index, page) in layout.pages.iter_mut().enumerate() {
        if index > 0 {
            page.items.extend(header.iter().cloned());
        }
        page.items.extend(runner.footer(index + 1, count));
    }
}

struct Runner<'a> {
    document: &'a Document,
    theme: &'a Theme,
    setter: &'a mut InlineSetter,
    items: Vec<Item>,
    artifact: Artifact,
}

impl Runner<'_> {
    fn push(&mut self, at: Point, content: Content) {
        self.items.push(Item { tag: Tag::Artifact(self.artifact), at, content });
    }

    /// Sets words on one or more lines; gives how many.
    fn words(&mut self, words: &str, kind: Type, at: Point, measure: Pt, lines: usize) -> usize {
        let surroundings = Surroundings { words: &self.document.words, page_of: &|_| None };
        let text = [Inline::Text(words.to_owned())];
        let set = self.setter.set(&text, &style(self.theme, kind, Setting::Running), measure, surroundings);
        for (index, line) in set.lines.iter().take(lines).enumerate() {
            for run in &line.runs {
                let at = at + Point::new(run.x, kind.leading * index as f32);
                self.push(at, Content::Text(Arc::clone(&run.glyphs)));
            }
        }
        set.lines.len()
    }

    /// The logo and the giver's name.
    fn header(&mut self) -> Vec<Item> {
        self.artifact = Artifact::Header;
        let theme = self.theme;
        let masthead = &self.document.masthead;
        let kind = theme.types.small.coloured(theme.palette.muted);
        let mut x = theme.margin;
        if let Some(logo) = &masthead.logo {
            let size = fitted(logo, Pt(15.0), theme.full_measure() * 0.3);
            let top = HEADER_MIDDLE - size.height / 2.0;
            for (offset, content) in picture_contents(&logo.picture, size) {
                self.push(Point::new(x, top) + offset, content);
            }
            x += size.width + mm(2.6);
        }
        let baseline = HEADER_MIDDLE + Pt(kind.size * 0.34);
        let measure = theme.page.width - theme.margin - x;
        self.words(&masthead.name, kind, Point::new(x, baseline), measure, 1);
        std::mem::take(&mut self.items)
    }

    /// A rule; short title, version and review date at the left, the page's number at the right.
    fn footer(&mut self, page: usize, pages: usize) -> Vec<Item> {
        self.artifact = Artifact::Footer;
        let theme = self.theme;
        let kind = theme.types.small.coloured(theme.palette.muted);
        let number = Type { weight: Weight::Bold, ..theme.types.small };
        let words = self.document.words.page_of.clone();
        let words = words.replace("{pages}", &pages.to_string()).replace("{page}", &page.to_string());
        let surroundings = Surroundings { words: &self.document.words, page_of: &|_| None };
        let number_style = style(theme, number, Setting::Running);
        let set = self.setter.set(&[Inline::Text(words)], &number_style, theme.full_measure(), surroundings);

        let footer = &self.document.footer;
        let details = footer.details.join(" · ");
        let one_line = format!("{} · {details}", footer.short_title);
        let measure = theme.full_measure() - set.width - mm(6.0);
        let kind_style = style(theme, kind, Setting::Running);
        let width = self.setter.extent(&[Inline::Text(one_line.clone())], &kind_style, surroundings).natural;
        let lines: Vec<&str> = if theme.footer_lines == 1 && width <= measure {
            vec![&one_line]
        } else {
            vec![&footer.short_title, &details]
        };
        // The last line's descenders keep clear of the paper's edge.
        let lowest = theme.page.height - PAPER_EDGE - Pt(kind.size * 0.25);
        let usual = theme.page.height - mm(14.5) + mm(1.3) + kind.first_baseline();
        let first = usual.min(lowest - kind.leading * (lines.len() as f32 - 1.0));
        let rule = Size { width: theme.full_measure(), height: Pt(0.5) };
        let rule_y = first - kind.first_baseline() - mm(1.3);
        let rule = icon::rounded_rectangle(rule, Pt::ZERO, Some(theme.palette.rule), None);
        self.push(Point::new(theme.margin, rule_y), Content::Shape(rule));
        for (index, words) in lines.iter().enumerate() {
            let at = Point::new(theme.margin, first + kind.leading * index as f32);
            let measure = if index == 0 { measure } else { theme.full_measure() };
            self.words(words, kind, at, measure, 1);
        }
        let x = theme.page.width - theme.margin - set.width;
        for run in set.lines.iter().flat_map(|line| &line.runs) {
            self.push(Point::new(x + run.x, first), Content::Text(Arc::clone(&run.glyphs)));
        }
        std::mem::take(&mut self.items)
    }
}
