//! Document and theme to pages.
//!
//! 1. [`inline`] sets running text: it shapes words and chooses line breaks.
//! 2. [`flow`] walks the document once, in reading order. It gives every block its structure
//!    elements and turns it into a galley: a column of pieces that are never torn, with the white
//!    between them and the price of a page break before each.
//! 3. [`paginate`] chooses the page breaks of the whole leaflet together and places the pieces,
//!    the panels behind them, and what is repeated after a break.
//! 4. [`running`] adds masthead lines, headers and footers.
//!
//! [`separator`] lays out the sheet between leaflets in a stack from the printer.
//!
//! Text that names a page ("see page 3") is set again with the pages that came out, until they
//! agree.

mod code;
pub mod flow;
pub mod icon;
pub mod inline;
pub mod page;
mod paginate;
mod running;
mod separator;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::{Document, Key};
use crate::theme::Theme;
use inline::InlineSetter;
use page::Layout;
use paginate::Paginated;
pub use separator::separator;

/// Why a document cannot be laid out.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LayoutError {
    /// Characters that no face has.
    #[error("no bundled face has the characters {}", list(.0))]
    MissingGlyphs(Vec<char>),
    /// A link to a block that is not in the document.
    #[error("a link leads to `{0}`, which is not in the document")]
    UnknownTarget(Key),
    /// Page numbers in the text move what they point to, back and forth.
    #[error("the page numbers in the text do not settle")]
    UnsettledPages,
}

fn list(characters: &[char]) -> String {
    let names: Vec<String> = characters
        .iter()
        .map(|&character| format!("`{character}` (U+{:04X})", u32::from(character)))
        .collect();
    names.join(", ")
}

/// How often a leaflet is set again because the pages that it names have moved.
const MAX_PASSES: usize = 6;

/// Lays out a document.
pub fn layout(
    document: &Document,
    theme: &Theme,
    setter: &mut InlineSetter,
) -> Result<Layout, LayoutError> {
    layout_expecting(document, theme, setter, &BTreeMap::new())
}

/// Lays out a document whose blocks probably begin on these pages (from 1), as those of an earlier
/// layout did. A right guess saves a pass; the result is the same for a wrong one.
pub fn layout_expecting(
    document: &Document,
    theme: &Theme,
    setter: &mut InlineSetter,
    expected_pages: &BTreeMap<Key, u32>,
) -> Result<Layout, LayoutError> {
    let mut block_pages = expected_pages.clone();
    for _ in 0..MAX_PASSES {
        let mut galley = flow::flow(document, theme, setter, &block_pages);
        let missing = setter.take_missing();
        if !missing.is_empty() {
            return Err(LayoutError::MissingGlyphs(missing.into_iter().collect()));
        }
        let Paginated {
            mut pages,
            structure,
            destinations,
            found,
        } = paginate::paginate(&mut galley, theme)?;
        let named = &galley.named_pages;
        if let Some(unknown) = named.iter().find(|key| !found.contains_key(*key)) {
            return Err(LayoutError::UnknownTarget(unknown.clone()));
        }
        if named
            .iter()
            .all(|key| found.get(key) == block_pages.get(key))
        {
            running::set(&mut pages, document, theme, setter);
            return Ok(Layout {
                pages: pages.into_iter().map(Arc::new).collect(),
                structure: Arc::new(structure),
                outline: Arc::new(galley.outline),
                destinations: Arc::new(destinations),
                block_pages: found,
            });
        }
        block_pages = found;
    }
    Err(LayoutError::UnsettledPages)
}
