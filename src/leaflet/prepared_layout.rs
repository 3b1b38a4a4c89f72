//! The pages of a leaflet, prepared for many readers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::emoji::without_emoji;
use super::plan::plan;
use super::short_form::long_short_form;
use super::{
    Format, LaidOutLeaflet, LeafletError, LeafletRequest, Renderer, add_letter, check_glyphs,
    layout_findings, resolve_for_all, theme,
};
use crate::document::Key;
use crate::finding::{Finding, PlaceTarget};
use crate::font::Faces;
use crate::geometry::Pt;
use crate::layout;
use crate::layout::page::{Content, Layout, Page};
use crate::library::Clinic;
use crate::pdf::Metadata;
use crate::request_options::edition_fault;
use crate::resolve::{JobData, Plan, Purpose, Resolved};
use crate::theme::{Edition, Envelope, Theme, TypeSize};

/// The part of a leaflet's pages that does not depend on the reader, done once: texts read, templates
/// compiled. Threads share it.
pub struct PreparedLayout<'a> {
    plan: Plan<'a>,
    edition: Edition,
    theme: Theme,
    clinic: &'a Clinic,
    purpose: Purpose,
    letter: Option<Envelope>,
    /// Page (from 1) of each block in the leaflet without reader data. A guess for each reader.
    expected_pages: BTreeMap<Key, u32>,
    /// The leaflet, if it is the same for all readers.
    only: Option<LaidOutLeaflet>,
}

impl<'a> PreparedLayout<'a> {
    /// Prepares a request, and returns the pages of the leaflet without reader data. Library and clinic are
    /// borrowed.
    pub fn new(
        request: &LeafletRequest<'a>,
        renderer: &mut Renderer,
    ) -> Result<(PreparedLayout<'a>, Arc<Layout>), LeafletError> {
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
        let layout = layout::layout(&document, &theme, renderer.layout_cache(faces));
        let layout = layout.map_err(|error| {
            let is_about_length = error.is_about_length();
            let findings = layout_findings(error, plan.handout()).into_iter();
            let file = &request.handout.definition.file;
            let placed = findings.map(|finding| match is_about_length {
                true => finding.at(file, PlaceTarget::File),
                false => finding,
            });
            placed.collect::<Vec<Finding>>()
        })?;
        if let Some(small) = small_text(&layout, request.edition, &theme) {
            plan.add_findings(vec![small.clone()]);
            findings.push(small);
        }
        if let Some(long) = long_short_form(plan.handout(), &layout, request.edition, &theme) {
            let file = &request.handout.definition.file;
            findings.push(long.at(file, PlaceTarget::File));
            if request.purpose == Purpose::Patients {
                return Err(findings.into());
            }
        }
        let expected_pages = layout.block_pages.clone();
        let cache = renderer.layout_cache(faces);
        let layout = add_letter(layout, &document, request.letter, &theme, cache)
            .map_err(|error| layout_findings(error, plan.handout()))?;
        let layout = Arc::new(layout);
        let only = (!plan.uses_job_data()).then(|| LaidOutLeaflet {
            metadata: Arc::new(Metadata::from(&*document)),
            layout: Arc::clone(&layout),
            findings,
        });
        let prepared = PreparedLayout {
            plan,
            edition: request.edition,
            theme,
            clinic: request.clinic,
            purpose: request.purpose,
            letter: request.letter,
            expected_pages,
            only,
        };
        Ok((prepared, layout))
    }

    /// Returns the id of the handout.
    pub fn handout(&self) -> &str {
        self.plan.handout()
    }

    /// Faces of the clinic.
    pub(super) fn faces(&self) -> &'a Faces {
        &self.clinic.faces
    }

    /// Returns whether leaflets differ by reader.
    pub(super) fn uses_job_data(&self) -> bool {
        self.plan.uses_job_data()
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
                .map_err(|error| layout_findings(error, self.handout()))?;
        if let Some(long) = long_short_form(self.handout(), &layout, self.edition, &self.theme) {
            resolved.findings.push(long);
            if self.purpose == Purpose::Patients {
                return Err(resolved.findings);
            }
        }
        let cache = renderer.layout_cache(&self.clinic.faces);
        let document = &resolved.document;
        let layout = add_letter(layout, document, self.letter, &self.theme, cache)
            .map_err(|error| layout_findings(error, self.handout()))?;
        Ok(LaidOutLeaflet {
            metadata,
            layout: Arc::new(layout),
            findings: resolved.findings,
        })
    }
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
