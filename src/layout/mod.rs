//! Lays out a document on pages.
//!
//! 1. `inline` lays out running text: it shapes words and chooses line breaks.
//! 2. `flow` walks the document once, in reading order. It gives every block its structure elements
//!    and turns it into fragments of one long column (`flow_content`). Each fragment has the
//!    space above it and the penalty of a page break there.
//! 3. `page_breaks` chooses all page breaks together; `paginate` places the fragments, the panels
//!    behind them, and the headers that pages repeat.
//! 4. `headers_footers` adds the header and the footer of each page.
//! 5. `imposition` places pages on the sides of sheets that are folded.
//! 6. `letter` puts the page with the reader's address before the others, or the address below the masthead.
//!
//! Positions in the flow are measured from the edge where lines start. `page_area` converts them to
//! positions on a page. All lengths and colours come from the [`Theme`].
//!
//! A short form gets the widest spacing that keeps it on one page (`spacing`).
//!
//! Some text names a page, as in "see page 3". Layout is repeated with the resulting page numbers
//! until they no longer change.

mod error;
mod flow;
mod flow_content;
mod headers_footers;
mod imposition;
mod inline;
mod layout_cache;
mod letter;
pub mod page;
mod page_area;
mod page_breaks;
mod paginate;
mod panel_breaks;
mod panel_order;
mod picture_box;
mod picture_colours;
mod separator_sheet;
mod shapes;
mod sheet_mark;
mod spacing;
mod text_style;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::{Document, Key};
use crate::geometry::{Colour, Point};
use crate::locale::Locale;
use crate::theme::Theme;
use page::{Artifact, Content, Item, Layout, Page, Tag};
use page_area::PageArea;

pub(crate) use error::LayoutError;
pub(crate) use layout_cache::LayoutCache;
pub(crate) use letter::with_letter;
pub(crate) use separator_sheet::separator_sheet;
pub(crate) use sheet_mark::{MAX_SHEETS as MAX_MARKED_SHEETS, sheet_marks};

/// Maximum number of passes. Layout fails if page numbers in the text still change.
const MAX_PASSES: usize = 6;

/// Lays out a document.
pub(crate) fn layout(
    document: &Document,
    theme: &Theme,
    cache: &mut LayoutCache,
) -> Result<Layout, LayoutError> {
    layout_expecting(document, theme, cache, &BTreeMap::new())
}

/// Lays out a document. `expected_pages` is a guess at the page (from 1) on which each block
/// begins, such as from an earlier layout. A correct guess saves a pass.
pub(crate) fn layout_expecting(
    document: &Document,
    theme: &Theme,
    cache: &mut LayoutCache,
    expected_pages: &BTreeMap<Key, u32>,
) -> Result<Layout, LayoutError> {
    let direction = Locale::of(&document.language).direction;
    let area = PageArea::new(theme, direction);
    let theme = spacing::widest(document, theme, area, cache);
    let theme = &*headers_footers::with_space_for_footer(document, theme, area, cache);
    let document = &*panel_order::for_panels(document, theme, cache);
    cache.take_error()?;
    let mut expected_pages = expected_pages.clone();
    for _ in 0..MAX_PASSES {
        let mut flow = flow::flow(document, theme, cache, &expected_pages);
        cache.take_error()?;
        let named = std::mem::take(&mut flow.named_pages);
        let window = flow.window.take();
        let mut layout = paginate::paginate(flow, theme, direction)?;
        let block_pages = &layout.block_pages;
        if let Some(unknown) = named.iter().find(|key| !block_pages.contains_key(*key)) {
            return Err(LayoutError::UnknownTarget(unknown.clone()));
        }
        if named
            .iter()
            .all(|key| block_pages.get(key) == expected_pages.get(key))
        {
            headers_footers::add(&mut layout.pages, document, theme, area, cache);
            paint_ground(&mut layout.pages, theme);
            if let Some(window) = window {
                letter::fill_window(&mut layout, document, &window, theme, cache)?;
                cache.take_error()?;
            }
            return imposition::impose(layout, theme, direction);
        }
        expected_pages = layout.block_pages;
    }
    Err(LayoutError::UnsettledPages)
}

/// Paints the pages in the colour of the ground, where it is not that of the paper.
fn paint_ground(pages: &mut [Page], theme: &Theme) {
    let ground = theme.palette.ground;
    if ground == Colour::WHITE {
        return;
    }
    let shape = shapes::rectangle(theme.page, Some(ground), None);
    for page in pages {
        let item = Item {
            tag: Tag::Artifact(Artifact::Layout),
            at: Point::default(),
            content: Content::Shape(Arc::clone(&shape)),
        };
        page.items.insert(0, item);
    }
}

#[cfg(test)]
mod tests;
