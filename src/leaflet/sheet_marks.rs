//! Marks at the edge of the sheets of a bundle.

use std::sync::Arc;

use super::{LeafletError, Renderer, layout_findings};
use crate::font::Faces;
use crate::geometry::Size;
use crate::layout::{self, LayoutCache, LayoutError, page::Layout};
use crate::pdf::{BundledMarks, PreparedPdf, RenderedPdf};
use crate::theme::{DEFAULT_BRAND, Edition, Paper, Theme};

/// Maximum number of sheets of a row with marks.
pub(crate) const MAX_MARKED_SHEETS: u32 = layout::MAX_MARKED_SHEETS;

/// What all marks of a bundle share. Threads share it.
pub struct SheetMarks {
    prepared: PreparedPdf,
    theme: Theme,
}

/// The marks of a row.
pub struct RenderedMarks {
    of: Arc<SheetMarks>,
    rendered: RenderedPdf,
}

impl SheetMarks {
    /// Prepares marks.
    pub fn new(faces: &Faces, renderer: &mut Renderer) -> Result<SheetMarks, LeafletError> {
        let theme = Theme::new(Edition::STANDARD, Paper::A4, DEFAULT_BRAND);
        // A sheet for each digit, so that the fonts have them all.
        let fronts = [theme.page; 10];
        let layout = marks(0, &fronts, &theme, renderer.layout_cache(faces))?;
        let prepared = PreparedPdf::overlay(&layout, faces, &mut renderer.pdf_cache)?;
        Ok(SheetMarks { prepared, theme })
    }

    /// Makes the marks of a row, whose sheets have these sizes.
    pub fn render(
        self: &Arc<SheetMarks>,
        row: u32,
        fronts: &[Size],
        faces: &Faces,
        renderer: &mut Renderer,
    ) -> Result<RenderedMarks, LeafletError> {
        let layout = marks(row, fronts, &self.theme, renderer.layout_cache(faces))?;
        let cache = &mut renderer.pdf_cache;
        let rendered = self.prepared.render(&layout, faces, cache)?;
        Ok(RenderedMarks {
            of: Arc::clone(self),
            rendered,
        })
    }
}

impl RenderedMarks {
    /// Returns the marks as a part of a bundle. `first` is the number of the first sheet, from 0.
    pub fn for_bundle(&self, first: usize) -> BundledMarks<'_> {
        BundledMarks {
            prepared: &self.of.prepared,
            rendered: &self.rendered,
            first,
        }
    }
}

fn marks(
    row: u32,
    fronts: &[Size],
    theme: &Theme,
    cache: &mut LayoutCache,
) -> Result<Layout, LeafletError> {
    layout::sheet_marks(row, fronts, theme, cache)
        .map_err(|error: LayoutError| layout_findings(error, "mark").into())
}
