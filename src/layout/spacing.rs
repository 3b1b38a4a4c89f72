//! Chooses the spacing of a short form: the widest that keeps it on one page.

use std::collections::BTreeMap;

use super::layout_cache::LayoutCache;
use super::page_area::PageArea;
use super::{flow, headers_footers, page_breaks};
use crate::document::Document;
use crate::theme::Theme;

/// Returns the theme with the widest spacing that keeps the document on one page. Returns `theme` itself if it has no
/// wider spacings, or if none of them fits.
pub(super) fn widest<'t>(
    document: &Document,
    theme: &'t Theme,
    area: PageArea,
    cache: &mut LayoutCache,
) -> &'t Theme {
    let mut fits = |theme: &Theme| {
        let theme = headers_footers::with_space_for_footer(document, theme, area, cache);
        // If it fits, every block is on page 1, also those whose pages the text names.
        let mut pages = BTreeMap::new();
        let flow = flow::flow(document, &theme, cache, &pages);
        pages.extend(flow.named_pages.iter().map(|key| (key.clone(), 1)));
        let flow = match pages.is_empty() {
            true => flow,
            false => flow::flow(document, &theme, cache, &pages),
        };
        page_breaks::choose(&flow, &theme).len() == 1
    };
    let count = theme.wider.partition_point(|theme| fits(theme));
    theme.wider[..count].last().unwrap_or(theme)
}
