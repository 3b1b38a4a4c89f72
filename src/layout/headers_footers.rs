//! The header of pages from the second on, and the footer of every page. All items are artifacts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::imposition::BACK;
use super::inline::{LayoutContext, LineBreakMode, Paragraph};
use super::layout_cache::LayoutCache;
use super::page::{Artifact, Content, Item, Page, Tag};
use super::page_area::{FlowItem, FlowRect, InlineExtent, PageArea, line_items};
use super::picture_box::{logo_card, picture_contents};
use super::picture_colours::logo_in_palette;
use super::shapes;
use super::text_style::text_style;
use crate::document::{Document, Inline};
use crate::geometry::{Point, Pt};
use crate::theme::{Theme, TrifoldTheme, TypeStyle};

/// A name with more lines also takes the place of the logo, so that it does not overlap the text.
const MAX_NAME_LINES: usize = 2;

/// Share of a page that the footer may take: the text needs some space, too.
const TALLEST_FOOTER: f32 = 0.75;

/// A page number as wide as any: the number of pages is not known before they are made.
const MANY_PAGES: usize = 888;

/// Adds headers and footers to the pages.
pub(super) fn add(
    pages: &mut [Page],
    document: &Document,
    theme: &Theme,
    area: PageArea,
    cache: &mut LayoutCache,
) {
    let count = pages.len();
    let mut builder = Builder::new(document, theme, area, cache);
    if theme.trifold.is_some() {
        builder.add_to_panels(pages);
        return;
    }
    let header = builder.header();
    for (index, page) in pages.iter_mut().enumerate() {
        if index > 0 {
            page.items.extend(header.iter().cloned());
        }
        page.items.extend(builder.footer(Some((index + 1, count))));
    }
}

/// Returns the theme with space for the footer: a long one reaches higher than the usual margin.
pub(super) fn with_space_for_footer<'t>(
    document: &Document,
    theme: &'t Theme,
    area: PageArea,
    cache: &mut LayoutCache,
) -> Cow<'t, Theme> {
    let mut builder = Builder::new(document, theme, area, cache);
    let number = theme.trifold.is_none().then_some((MANY_PAGES, MANY_PAGES));
    let footer = builder.layout_footer(number);
    let needed = theme.page.height - footer.rule_y + theme.footer.space_after_rule;
    let needed = needed.min(theme.page.height * TALLEST_FOOTER);
    if let Some(trifold) = theme.trifold {
        let mut theme = theme.clone();
        theme.trifold = Some(TrifoldTheme {
            back_text_bottom: trifold.back_text_bottom.max(needed),
            ..trifold
        });
        return Cow::Owned(theme);
    }
    if needed <= theme.margins.text_bottom {
        return Cow::Borrowed(theme);
    }
    let mut theme = theme.clone();
    theme.margins.text_bottom = needed;
    Cow::Owned(theme)
}

/// The lines of a footer.
struct FooterLines {
    /// The page number; panels have none.
    number: Option<Arc<Paragraph>>,
    /// Short title and details.
    parts: Vec<Arc<Paragraph>>,
    rule_y: Pt,
    first_baseline: Pt,
}

struct Builder<'a> {
    document: &'a Document,
    theme: &'a Theme,
    area: PageArea,
    cache: &'a mut LayoutCache,
    items: Vec<Item>,
    artifact: Artifact,
}

impl<'a> Builder<'a> {
    fn new(
        document: &'a Document,
        theme: &'a Theme,
        area: PageArea,
        cache: &'a mut LayoutCache,
    ) -> Builder<'a> {
        Builder {
            document,
            theme,
            area,
            cache,
            items: Vec::new(),
            artifact: Artifact::Header,
        }
    }

    fn push(&mut self, extent: InlineExtent, offset: Point, content: Content) {
        let item = FlowItem {
            tag: Tag::Artifact(self.artifact),
            extent,
            offset,
            content,
        };
        self.items.push(self.area.item(item, Pt::ZERO));
    }

    fn layout(&mut self, text: &str, kind: TypeStyle, measure: Pt) -> Arc<Paragraph> {
        let context = LayoutContext {
            language: &self.document.language,
            ui_strings: &self.document.ui_strings,
            block_pages: &BTreeMap::new(),
        };
        let style = text_style(self.theme, kind, LineBreakMode::Ragged);
        self.cache
            .paragraphs
            .layout(&[Inline::Text(text.to_owned())], &style, measure, context)
    }

    /// Places the lines of a text below each other.
    fn place(&mut self, text: &Paragraph, leading: Pt, start: Pt, first_baseline: Pt) {
        let mut baseline = first_baseline;
        for line in &text.lines {
            let tag = |_| Tag::Artifact(self.artifact);
            let items = line_items(line, (start, baseline), tag);
            self.items
                .extend(items.map(|item| self.area.item(item, Pt::ZERO)));
            baseline += leading;
        }
    }

    /// Adds the footer to the back panel. The status of a leaflet is at the top of all panels but the cover,
    /// whose masthead has it.
    fn add_to_panels(&mut self, panels: &mut [Page]) {
        let theme = self.theme;
        if let Some(status) = &self.document.masthead.status {
            let status = self.layout(status, theme.types.small.bold(), theme.full_measure());
            let baseline = first_header_baseline(theme, status.lines.len());
            let leading = theme.types.small.size * theme.header.leading_em;
            self.place(&status, leading, Pt::ZERO, baseline);
            let header = std::mem::take(&mut self.items);
            for panel in panels.iter_mut().skip(1) {
                panel.items.extend(header.iter().cloned());
            }
        }
        if let Some(back) = panels.get_mut(BACK) {
            back.items.extend(self.footer(None));
        }
    }

    /// Returns the logo and the clinic's name at the start, and the status at the end.
    fn header(&mut self) -> Vec<Item> {
        self.artifact = Artifact::Header;
        let theme = self.theme;
        let header = theme.header;
        let masthead = &self.document.masthead;
        let kind = theme.types.small.coloured(theme.palette.muted);
        let logo = masthead.logo.as_ref();
        let logo = logo.map(|logo| {
            let ratio = logo.picture.picture().aspect_ratio();
            // The masthead has the same pixels: the file needs them once.
            let picture = logo.picture.in_print(theme.logo_size(ratio).width);
            let picture = logo_in_palette(&picture, &theme.palette);
            (theme.header_logo_size(ratio), picture)
        });
        let logo_width = logo.as_ref().map(|(size, _)| size.width);
        let mut start = logo_width.map_or(Pt::ZERO, |width| width + header.logo_gap);
        let status = masthead.status.as_ref().map(|status| {
            let measure = theme.full_measure() * theme.masthead.widest_details;
            self.layout(status, theme.types.small.bold(), measure)
        });
        let status_space = status
            .as_ref()
            .map_or(Pt::ZERO, |status| status.width + theme.footer.number_gap);
        let full = theme.full_measure() - status_space;
        let words = match masthead.shows_name {
            true => masthead.name.as_str(),
            false => "",
        };
        let mut name = self.layout(words, kind, full - start);
        if name.lines.len() > MAX_NAME_LINES {
            start = Pt::ZERO;
            name = self.layout(words, kind, full);
        } else if let Some((size, logo)) = logo {
            let extent = InlineExtent::new(Pt::ZERO, size.width);
            let top = Point::new(Pt::ZERO, header.middle - size.height / 2.0);
            if let Some(margin) = header.logo_card {
                let (y, height) = (top.y, size.height);
                let card = logo_card(FlowRect { extent, y, height }, margin);
                self.push(card.extent, card.offset, card.content);
            }
            for (offset, content) in picture_contents(&logo, size) {
                self.push(extent, top + offset, content);
            }
        }
        let leading = kind.size * header.leading_em;
        let baseline = first_header_baseline(theme, name.lines.len());
        self.place(&name, leading, start, baseline);
        if let Some(status) = status {
            let mut baseline = first_header_baseline(theme, status.lines.len());
            for line in &status.lines {
                let start = theme.full_measure() - line.width;
                let items =
                    line_items(line, (start, baseline), |_| Tag::Artifact(Artifact::Header));
                self.items
                    .extend(items.map(|item| self.area.item(item, Pt::ZERO)));
                baseline += leading;
            }
        }
        std::mem::take(&mut self.items)
    }

    /// Returns the footer of a page: a rule, short title and details at the start, the page number at the
    /// end. `page` is its number from 1 and the number of pages; `None` for a panel.
    fn footer(&mut self, page: Option<(usize, usize)>) -> Vec<Item> {
        self.artifact = Artifact::Footer;
        let FooterLines {
            number,
            parts,
            rule_y,
            first_baseline,
        } = self.layout_footer(page);
        let theme = self.theme;
        let kind = theme.types.small;
        let full = InlineExtent::new(Pt::ZERO, theme.full_measure());
        let rule = shapes::rule(full.width, theme.footer.rule, theme.palette.rule);
        self.push(full, Point::new(Pt::ZERO, rule_y), Content::Shape(rule));
        let mut baseline = first_baseline;
        for part in &parts {
            self.place(part, kind.leading, Pt::ZERO, baseline);
            baseline += kind.lines(part.lines.len());
        }
        if let Some(number) = number {
            let number_start = theme.full_measure() - number.width;
            self.place(&number, kind.leading, number_start, first_baseline);
        }
        std::mem::take(&mut self.items)
    }

    fn layout_footer(&mut self, page: Option<(usize, usize)>) -> FooterLines {
        let theme = self.theme;
        let footer = theme.footer;
        let kind = theme.types.small.coloured(theme.palette.muted);
        let number_kind = theme.types.small.bold();
        let number = page.map(|(page, pages)| {
            let page_of = &self.document.ui_strings.page_of;
            let number = page_of
                .replace("{pages}", &pages.to_string())
                .replace("{page}", &page.to_string());
            self.layout(&number, number_kind, theme.full_measure())
        });
        let number_space = number
            .as_ref()
            .map_or(Pt::ZERO, |number| number.width + footer.number_gap);

        let short_title = &self.document.footer.short_title;
        let details = self.document.footer.details.join(" · ");
        let measure = theme.full_measure() - number_space;
        let one_line = self.layout(&format!("{short_title} · {details}"), kind, measure);
        let parts = if footer.may_be_one_line && one_line.lines.len() == 1 {
            vec![one_line]
        } else {
            vec![
                self.layout(short_title, kind, measure),
                self.layout(&details, kind, theme.full_measure()),
            ]
        };
        // A long footer grows upwards from the edge of the paper.
        let count: usize = parts.iter().map(|part| part.lines.len()).sum();
        let lowest = theme.page.height - footer.paper_edge - kind.size * footer.descender_em;
        let usual = theme.page.height - footer.rule_bottom
            + footer.space_after_rule
            + kind.first_baseline();
        let first = usual.min(lowest - kind.lines(count.max(1) - 1));
        let rule_y = first - kind.first_baseline() - footer.space_after_rule;
        FooterLines {
            number,
            parts,
            rule_y,
            first_baseline: first,
        }
    }
}

/// Returns the baseline of the first of several lines in the header. Together they are centred like one line.
fn first_header_baseline(theme: &Theme, lines: usize) -> Pt {
    let (header, size) = (theme.header, theme.types.small.size);
    let rise = size * header.leading_em * (lines.max(1) as f32 - 1.0) / 2.0;
    header.middle + size * header.baseline_em - rise
}
