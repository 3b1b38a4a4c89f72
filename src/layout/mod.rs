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

use crate::document::{Document, Key};
use crate::theme::Theme;
use inline::InlineSetter;
use page::Layout;
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

/// Lays a document out.
pub fn layout(document: &Document, theme: &Theme, setter: &mut InlineSetter) -> Result<Layout, LayoutError> {
    layout_near(document, theme, setter, BTreeMap::new()).map(|(layout, _)| layout)
}

/// Lays a document out that is likely to have its blocks on these pages, as far as its text names
/// them: if it has, it is set only once. Also tells the pages that they are on.
pub fn layout_near(
    document: &Document,
    theme: &Theme,
    setter: &mut InlineSetter,
    mut pages: BTreeMap<Key, u32>,
) -> Result<(Layout, BTreeMap<Key, u32>), LayoutError> {
    for _ in 0..MAX_PASSES {
        let galley = flow::flow(document, theme, setter, &pages);
        let missing = setter.take_missing();
        if !missing.is_empty() {
            return Err(LayoutError::MissingGlyphs(missing.into_iter().collect()));
        }
        let named = galley.named_pages.clone();
        let (mut layout, found) = paginate::paginate(galley, theme)?;
        let settled = named.iter().all(|key| found.contains_key(key) && found.get(key) == pages.get(key));
        if named.is_empty() || settled {
            running::set(&mut layout, document, theme, setter);
            return Ok((layout, found));
        }
        if let Some(unknown) = named.iter().find(|key| !found.contains_key(*key)) {
            return Err(LayoutError::UnknownTarget(unknown.clone()));
        }
        pages = found;
    }
    Err(LayoutError::UnsettledPages)
}
