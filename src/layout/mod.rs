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
//! [`Standing`] keeps a leaflet set, so that only what another reader's leaflet has anew is set again.
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
mod standing;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::{Document, Key};
use crate::geometry::Pt;
use crate::theme::{Paper, Theme};
use flow::galley::SetText;
use inline::InlineSetter;
use page::Layout;
use paginate::Paginated;
pub use separator::separator;
pub use standing::Standing;

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
pub fn layout(
    document: &Document,
    theme: &Theme,
    setter: &mut InlineSetter,
) -> Result<Layout, LayoutError> {
    let composed = compose(document, theme, setter, BTreeMap::new())?;
    Ok(Arc::unwrap_or_clone(composed.layout))
}

/// A layout, and how it came about.
pub struct Composed {
    /// The pages.
    pub layout: Arc<Layout>,
    /// The page (from 1) on which each block begins.
    pub pages: BTreeMap<Key, u32>,
    texts: Vec<SetText>,
    margin: Pt,
}

/// The pages that text names.
struct Pages {
    /// The page (from 1) on which a block begins, as it came out last.
    known: BTreeMap<Key, u32>,
    /// What is taken for the page of any other block.
    likely: u32,
}

impl Pages {
    fn of(&self, key: &str) -> u32 {
        self.known.get(key).copied().unwrap_or(self.likely)
    }
}

/// The page that a leaflet most likely names: it sends its reader to the signs that must not wait, behind the
/// middle. Where that is right, a leaflet is set once.
fn likely_page(paper: Paper) -> u32 {
    match paper {
        Paper::A4 | Paper::Letter => 3,
        Paper::A5 => 5,
    }
}

/// Lays a document out that is likely to have its blocks on these pages, as far as its text names
/// them: if it has, it is set only once.
pub fn compose(
    document: &Document,
    theme: &Theme,
    setter: &mut InlineSetter,
    pages: BTreeMap<Key, u32>,
) -> Result<Composed, LayoutError> {
    let mut pages = Pages {
        known: pages,
        likely: likely_page(theme.paper),
    };
    for _ in 0..MAX_PASSES {
        let mut galley = flow::flow(document, theme, setter, &pages);
        let missing = setter.take_missing();
        if !missing.is_empty() {
            return Err(LayoutError::MissingGlyphs(missing.into_iter().collect()));
        }
        let Paginated {
            pages: mut set,
            structure,
            destinations,
            found,
        } = paginate::paginate(&mut galley, theme)?;
        let named = &galley.named_pages;
        let settled = named
            .iter()
            .all(|key| found.get(key) == Some(&pages.of(key)));
        if settled {
            running::set(&mut set, document, theme, setter);
            let layout = Layout {
                pages: set.into_iter().map(Arc::new).collect(),
                structure: Arc::new(structure),
                outline: Arc::new(galley.outline),
                destinations: Arc::new(destinations),
            };
            let (texts, margin) = (galley.texts, theme.margin);
            return Ok(Composed {
                layout: Arc::new(layout),
                pages: found,
                texts,
                margin,
            });
        }
        if let Some(unknown) = named.iter().find(|key| !found.contains_key(*key)) {
            return Err(LayoutError::UnknownTarget(unknown.clone()));
        }
        pages.known = found;
    }
    Err(LayoutError::UnsettledPages)
}
