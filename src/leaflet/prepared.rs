//! A leaflet prepared for many readers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::emoji::without_emoji;
use super::plan::plan;
use super::{
    Format, LaidOutLeaflet, Leaflet, LeafletError, LeafletRequest, Renderer, check_glyphs,
    layout_findings, resolve_for_all, theme,
};
use crate::document::Key;
use crate::finding::Finding;
use crate::geometry::Pt;
use crate::layout;
use crate::layout::page::{Content, Layout, Page};
use crate::library::Clinic;
use crate::pdf::{self, BundledLeaflet, Coverage, Metadata, PreparedPdf, RenderedPdf};
use crate::request_options::edition_fault;
use crate::resolve::{JobData, Plan, Purpose, Resolved};
use crate::theme::{Edition, Theme, TypeSize};

/// The part of a request that does not depend on the reader, done once: texts read, templates
/// compiled, fonts subset, pictures compressed. Threads share it.
///
/// Fonts cover the leaflet without reader data, and Latin-1 where there is such data. Other
/// characters get a subset in the reader's own file. So a leaflet has the same bytes alone or among
/// a thousand others, on any thread.
pub struct PreparedLeaflet<'a> {
    plan: Plan<'a>,
    theme: Theme,
    clinic: &'a Clinic,
    purpose: Purpose,
    pdf: PreparedPdf,
    /// Page (from 1) of each block in the leaflet without reader data. A guess for each reader.
    expected_pages: BTreeMap<Key, u32>,
    /// The leaflet, if it is the same for all readers.
    only: Option<LaidOutLeaflet>,
}

/// Reports labels of drawings that are smaller than large print allows. The page is not wide enough
/// for them.
fn small_text(layout: &Layout, edition: Edition, theme: &Theme) -> Option<Finding> {
    if edition.type_size == TypeSize::Standard {
        return None;
    }
    let least = theme.figure.smallest_label;
    let smallest_on = |page: &Page| {
        let sizes = page.items.iter().filter_map(|item| match &item.content {
            Content::Text(run) => Some(run.size),
            _ => None,
        });
        sizes.fold(least, Pt::min)
    };
    let (page, smallest) = layout
        .pages
        .iter()
        .enumerate()
        .map(|(page, content)| (page, smallest_on(content)))
        .find(|(_, smallest)| *smallest < least)?;
    let message = format!(
        "page {}: a label of a drawing has {:.1} pt, and the edition needs {:.0} pt",
        page + 1,
        smallest.0,
        least.0
    );
    let help = "give the drawing larger labels, or split it in two";
    Some(Finding::warning("small-text", message).help(help))
}

impl<'a> PreparedLeaflet<'a> {
    /// Prepares a request. Library and clinic are borrowed.
    pub fn new(
        request: &LeafletRequest<'a>,
        renderer: &mut Renderer,
    ) -> Result<PreparedLeaflet<'a>, LeafletError> {
        if let Some(fault) = edition_fault(request.edition, request.paper) {
            return Err(vec![fault].into());
        }
        let theme = theme(request);
        let faces = &request.clinic.faces;
        let mut plan = plan(request)?;
        let Resolved {
            document,
            mut findings,
            ..
        } = resolve_for_all(request, &mut plan)?;
        let layout = layout::layout(&document, &theme, renderer.layout_cache(faces))
            .map_err(layout_findings)?;
        if let Some(small) = small_text(&layout, request.edition, &theme) {
            plan.add_findings(vec![small.clone()]);
            findings.push(small);
        }
        let coverage = match plan.uses_job_data() {
            true => Coverage::LayoutAndLatin,
            false => Coverage::Layout,
        };
        let pdf = PreparedPdf::new(&layout, faces, coverage, &mut renderer.pdf_cache)?;
        let expected_pages = layout.block_pages.clone();
        let only = (!plan.uses_job_data()).then(|| LaidOutLeaflet {
            metadata: Arc::new(Metadata::from(&*document)),
            layout: Arc::new(layout),
            findings,
        });
        Ok(PreparedLeaflet {
            plan,
            theme,
            clinic: request.clinic,
            purpose: request.purpose,
            pdf,
            expected_pages,
            only,
        })
    }

    /// Returns the id of the handout.
    pub fn handout(&self) -> &str {
        self.plan.handout()
    }

    /// Dotted names of the reader data that the texts use.
    pub(crate) fn used_data(&self) -> impl Iterator<Item = &str> {
        self.plan.used_data()
    }

    /// Lays out the leaflet of one reader.
    pub fn lay_out(
        &self,
        data: &JobData,
        renderer: &mut Renderer,
    ) -> Result<LaidOutLeaflet, Vec<Finding>> {
        if let Some(only) = &self.only {
            return Ok(only.clone());
        }
        let (data, emoji) = without_emoji(data, self.plan.used_data(), &self.clinic.faces);
        let resolved = self.plan.resolve(&data)?;
        let mut resolved = check_glyphs(resolved, self.clinic, self.purpose, Format::Pdf)?;
        resolved.findings.extend(emoji);
        let metadata = Arc::new(Metadata::from(&*resolved.document));
        let cache = renderer.layout_cache(&self.clinic.faces);
        let layout =
            layout::layout_expecting(&resolved.document, &self.theme, cache, &self.expected_pages)
                .map_err(layout_findings)?;
        Ok(LaidOutLeaflet {
            metadata,
            layout: Arc::new(layout),
            findings: resolved.findings,
        })
    }

    /// Renders the pages of a laid-out leaflet.
    pub fn render_pages(
        &self,
        leaflet: &LaidOutLeaflet,
        renderer: &mut Renderer,
    ) -> Result<RenderedPdf, pdf::PdfError> {
        self.pdf
            .render(&leaflet.layout, &self.clinic.faces, &mut renderer.pdf_cache)
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
        }
    }
}
