//! Sheets between the leaflets of a bundle.

use super::{LeafletError, Renderer, layout_findings};
use crate::font::Faces;
use crate::layout::{self, page::Layout};
use crate::pdf::{BundledLeaflet, Coverage, PreparedPdf, RenderedPdf};
use crate::theme::{DEFAULT_BRAND, Edition, Paper, Theme};

/// A sheet with a heading and lines, such as the number and counts of a batch.
pub struct SeparatorSheet {
    prepared: PreparedPdf,
    layout: Layout,
    rendered: RenderedPdf,
    language: String,
}

impl SeparatorSheet {
    /// Lays out and renders a sheet with its number in large digits. Fails if a character has no glyph.
    pub fn new(
        number: u32,
        heading: &str,
        lines: &[String],
        language: &str,
        paper: Paper,
        faces: &Faces,
        renderer: &mut Renderer,
    ) -> Result<SeparatorSheet, LeafletError> {
        let theme = Theme::new(Edition::STANDARD, paper, DEFAULT_BRAND);
        let cache = renderer.layout_cache(faces);
        let layout = layout::separator_sheet(number, heading, lines, language, &theme, cache)
            .map_err(|error| layout_findings(error, "separator"))?;
        // With all of Latin-1, the sheets of a bundle share their fonts.
        let cache = &mut renderer.pdf_cache;
        let prepared = PreparedPdf::new(&layout, faces, Coverage::LayoutAndLatin, cache)?;
        let rendered = prepared.render(&layout, faces, cache)?;
        Ok(SeparatorSheet {
            prepared,
            layout,
            rendered,
            language: language.to_owned(),
        })
    }

    /// Returns the sheet as a part of a bundle, without an entry in its outline.
    pub fn for_bundle(&self) -> BundledLeaflet<'_> {
        BundledLeaflet {
            prepared: &self.prepared,
            layout: &self.layout,
            rendered: &self.rendered,
            language: &self.language,
            bookmark: None,
            copies: 1,
            marks: None,
        }
    }
}
