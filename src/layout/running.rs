//! What stands on every page: the running header from page 2 on, and the footer. All artifacts.

use std::sync::Arc;

use super::flow::{picture_contents, style};
use super::icon;
use super::inline::{InlineSetter, Paragraph, Setting, Surroundings};
use super::page::{Artifact, Content, Item, Page, Tag};
use crate::document::{Document, Inline};
use crate::font::Weight;
use crate::geometry::{Point, Pt, Size, mm};
use crate::theme::{Theme, Type};

/// From the top of the page to the middle of the running header.
const HEADER_MIDDLE: Pt = mm(13.5);
/// A name of more lines stands without the logo: it would run into the text.
const MAX_NAME_LINES: usize = 2;
/// No text comes nearer to the edge of the paper.
const PAPER_EDGE: Pt = mm(8.0);

/// Adds headers and footers to the pages.
pub(super) fn set(
    pages: &mut [Page],
    document: &Document,
    theme: &Theme,
    setter: &mut InlineSetter,
) {
    let count = pages.len();
    let mut runner = Runner {
        document,
        theme,
        setter,
        items: Vec::new(),
        artifact: Artifact::Header,
    };
    let header = runner.header();
    for (index, page) in pages.iter_mut().enumerate() {
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
        self.items.push(Item {
            tag: Tag::Artifact(self.artifact),
            at,
            content,
        });
    }

    fn set(&mut self, words: &str, kind: Type, measure: Pt) -> Arc<Paragraph> {
        let surroundings = Surroundings {
            words: &self.document.words,
            page_of: &|_| None,
        };
        let text = [Inline::Text(words.to_owned())];
        self.setter.set(
            &text,
            &style(self.theme, kind, Setting::Running),
            measure,
            surroundings,
        )
    }

    /// Places the lines of a text, the first baseline at a point.
    fn place(&mut self, set: &Paragraph, kind: Type, at: Point) {
        for (index, line) in set.lines.iter().enumerate() {
            for run in &line.runs {
                let at = at + Point::new(run.x, kind.leading * index as f32);
                self.push(at, Content::Text(Arc::clone(&run.glyphs)));
            }
        }
    }

    /// The logo and the giver's name.
    fn header(&mut self) -> Vec<Item> {
        self.artifact = Artifact::Header;
        let theme = self.theme;
        let masthead = &self.document.masthead;
        let kind = theme.types.small.coloured(theme.palette.muted);
        let logo = masthead.logo.as_ref();
        let logo = logo.map(|logo| (logo, theme.header_logo_size(logo.picture.aspect_ratio())));
        let x = theme.margin + logo.map_or(Pt::ZERO, |(_, size)| size.width + mm(2.6));
        let mut name = self.set(&masthead.name, kind, theme.page.width - theme.margin - x);
        let fits = name.lines.len() <= MAX_NAME_LINES;
        let x = if fits { x } else { theme.margin };
        if !fits {
            name = self.set(&masthead.name, kind, theme.full_measure());
        }
        if let Some((logo, size)) = logo.filter(|_| fits) {
            let top = HEADER_MIDDLE - size.height / 2.0;
            for (offset, content) in picture_contents(&logo.picture, size) {
                self.push(Point::new(theme.margin, top) + offset, content);
            }
        }
        // A name of several lines stands around the same middle.
        let leading = Pt(kind.size * 1.2);
        let above = leading * (name.lines.len().max(1) as f32 - 1.0) / 2.0;
        let baseline = HEADER_MIDDLE + Pt(kind.size * 0.34) - above;
        self.place(&name, Type { leading, ..kind }, Point::new(x, baseline));
        std::mem::take(&mut self.items)
    }

    /// A rule; short title, version and review date at the left, the page's number at the right.
    fn footer(&mut self, page: usize, pages: usize) -> Vec<Item> {
        self.artifact = Artifact::Footer;
        let theme = self.theme;
        let kind = theme.types.small.coloured(theme.palette.muted);
        let number = Type {
            weight: Weight::Bold,
            ..theme.types.small
        };
        let words = self.document.words.page_of.clone();
        let words = words
            .replace("{pages}", &pages.to_string())
            .replace("{page}", &page.to_string());
        let number_set = self.set(&words, number, theme.full_measure());

        let footer = &self.document.footer;
        let details = footer.details.join(" · ");
        let measure = theme.full_measure() - number_set.width - mm(6.0);
        let one_line = self.set(
            &format!("{} · {details}", footer.short_title),
            kind,
            measure,
        );
        let parts = if theme.footer_lines == 1 && one_line.lines.len() == 1 {
            vec![one_line]
        } else {
            vec![
                self.set(&footer.short_title, kind, measure),
                self.set(&details, kind, theme.full_measure()),
            ]
        };
        // The last line's descenders keep clear of the paper's edge.
        let count: usize = parts.iter().map(|part| part.lines.len()).sum();
        let lowest = theme.page.height - PAPER_EDGE - Pt(kind.size * 0.25);
        let usual = theme.page.height - mm(14.5) + mm(1.3) + kind.first_baseline();
        let first = usual.min(lowest - kind.leading * (count.max(1) as f32 - 1.0));
        let rule = Size {
            width: theme.full_measure(),
            height: Pt(0.5),
        };
        let rule_y = first - kind.first_baseline() - mm(1.3);
        let rule = icon::rounded_rectangle(rule, Pt::ZERO, Some(theme.palette.rule), None);
        self.push(Point::new(theme.margin, rule_y), Content::Shape(rule));
        let mut baseline = first;
        for part in &parts {
            self.place(part, kind, Point::new(theme.margin, baseline));
            baseline += kind.leading * part.lines.len() as f32;
        }
        let x = theme.page.width - theme.margin - number_set.width;
        self.place(&number_set, number, Point::new(x, first));
        std::mem::take(&mut self.items)
    }
}
