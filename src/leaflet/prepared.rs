//! A leaflet prepared for many readers.

use super::prepared_layout::PreparedLayout;
use super::{LaidOutLeaflet, Leaflet, LeafletError, LeafletRequest, Renderer};
use crate::finding::Finding;
use crate::pdf::{self, BundledLeaflet, Coverage, PreparedPdf, RenderedPdf};
use crate::resolve::JobData;

/// The part of a request that does not depend on the reader, done once: texts read, templates
/// compiled, fonts subset, pictures compressed. Threads share it.
///
/// Fonts cover the leaflet without reader data, and Latin-1 where there is such data. Other
/// characters get a subset in the reader's own file. So a leaflet has the same bytes alone or among
/// a thousand others, on any thread.
pub struct PreparedLeaflet<'a> {
    pages: PreparedLayout<'a>,
    pdf: PreparedPdf,
}

impl<'a> PreparedLeaflet<'a> {
    /// Prepares a request. Library and clinic are borrowed.
    pub fn new(
        request: &LeafletRequest<'a>,
        renderer: &mut Renderer,
    ) -> Result<PreparedLeaflet<'a>, LeafletError> {
        let (pages, layout) = PreparedLayout::new(request, renderer)?;
        let coverage = match pages.uses_job_data() {
            true => Coverage::LayoutAndLatin,
            false => Coverage::Layout,
        };
        let pdf = PreparedPdf::new(&layout, pages.faces(), coverage, &mut renderer.pdf_cache)?;
        Ok(PreparedLeaflet { pages, pdf })
    }

    /// Returns the id of the handout.
    pub fn handout(&self) -> &str {
        self.pages.handout()
    }

    /// Dotted names of the reader data that the texts use.
    pub(crate) fn used_data(&self) -> impl Iterator<Item = &str> {
        self.pages.used_data()
    }

    /// Dotted names of the reader data that the handout's text message uses.
    pub(crate) fn used_by_text_message(&self) -> &[String] {
        self.pages.used_by_text_message()
    }

    /// Lays out the leaflet of one reader.
    pub fn lay_out(
        &self,
        data: &JobData,
        renderer: &mut Renderer,
    ) -> Result<LaidOutLeaflet, Vec<Finding>> {
        self.pages.lay_out(data, renderer)
    }

    /// Renders the pages of a laid-out leaflet.
    pub fn render_pages(
        &self,
        leaflet: &LaidOutLeaflet,
        renderer: &mut Renderer,
    ) -> Result<RenderedPdf, pdf::PdfError> {
        self.pdf
            .render(&leaflet.layout, self.pages.faces(), &mut renderer.pdf_cache)
    }

    /// Makes the leaflet of one reader.
    pub fn render(&self, data: &JobData, renderer: &mut Renderer) -> Result<Leaflet, LeafletError> {
        let leaflet = self.lay_out(data, renderer)?;
        let rendered = self.render_pages(&leaflet, renderer)?;
        let pdf::File { bytes, sha256 } = self.write(&leaflet, &rendered, renderer)?;
        Ok(Leaflet {
            metadata: leaflet.metadata,
            layout: leaflet.layout,
            bytes,
            sha256,
            findings: leaflet.findings,
        })
    }

    /// Writes the file of a leaflet that was laid out and rendered here.
    pub(crate) fn write(
        &self,
        leaflet: &LaidOutLeaflet,
        rendered: &RenderedPdf,
        renderer: &mut Renderer,
    ) -> Result<pdf::File, pdf::PdfError> {
        let LaidOutLeaflet {
            layout, metadata, ..
        } = leaflet;
        self.pdf
            .write(layout, rendered, metadata, &mut renderer.pdf_cache)
    }

    /// Returns a leaflet that was laid out and rendered here, as a part of a bundle.
    pub fn for_bundle<'b>(
        &'b self,
        leaflet: &'b LaidOutLeaflet,
        rendered: &'b RenderedPdf,
        bookmark: Option<&'b str>,
        copies: u32,
    ) -> BundledLeaflet<'b> {
        BundledLeaflet {
            prepared: &self.pdf,
            layout: &leaflet.layout,
            rendered,
            language: &leaflet.metadata.language,
            bookmark,
            copies,
            marks: None,
        }
    }
}
