//! Chooses the spacing of a short form, which is one page: the widest with which the page holds it.

use std::collections::BTreeMap;

use super::layout_cache::LayoutCache;
use super::page_area::PageArea;
use super::{flow, headers_footers, page_breaks};
use crate::document::Document;
use crate::theme::Theme;

/// Returns the theme with the widest spacing. Themes without choice are returned as they are, as is that of a text
/// which no page holds.
pub(super) fn widest<'t>(
    document: &Document,
    theme: &'t Theme,
    area: PageArea,
    cache: &mut LayoutCache,
) -> &'t Theme {
    let mut fits = |theme: &Theme| {
        let theme = headers_footers::with_space_for_footer(document, theme, area, cache);
        // Every block is on the first page, as are the pages that the text names.
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
    match count {
        0 => theme,
        count => &theme.wider[count - 1],
    }
}
