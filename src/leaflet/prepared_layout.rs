//! The pages of a leaflet, prepared for many readers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::divided_words::divided_words;
use super::emoji::without_emoji;
use super::plan::plan;
use super::short_form::long_short_form;
use super::{
    Format, LaidOutLeaflet, LeafletError, LeafletRequest, Renderer, add_letter, check_glyphs,
    layout_findings, resolve_for_all, theme,
};
use crate::document::Key;
use crate::finding::{Finding, PlaceTarget, Severity};
use crate::font::Faces;
use crate::geometry::Pt;
use crate::layout;
use crate::layout::page::{Content, ElementId, Item, Layout, Page, Role, Tag};
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
            texts,
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
        if let Some(small) = small_text(&layout, request.edition) {
            let is_error = small.severity == Severity::Error;
            plan.add_findings(vec![small.clone()]);
            findings.push(small);
            if is_error && request.purpose == Purpose::Patients {
                return Err(findings.into());
            }
        }
        let divided = divided_words(&layout, request, &texts);
        plan.add_findings(divided.clone());
        findings.extend(divided);
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

    /// Dotted names of the reader data that the handout's text message uses.
    pub(crate) fn used_by_text_message(&self) -> &[String] {
        self.plan.used_by_text_message()
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

/// Sizes may differ from their limit by so much, because drawings are scaled.
const ROUNDING: Pt = Pt(0.05);

/// Reports labels of drawings that are smaller than the edition promises. The page is not wide enough for them. In
/// large print, labels of a figure are an error: its readers cannot read them. Those of a logo are not.
fn small_text(layout: &Layout, edition: Edition) -> Option<Finding> {
    let least = edition.promise().smallest_label;
    let is_in_figure = |item: &Item| is_in_figure(layout, item);
    let (small, severity) = match edition.type_size {
        TypeSize::Standard => (
            smallest_label(layout, least, is_in_figure)?,
            Severity::Warning,
        ),
        TypeSize::Large | TypeSize::ExtraLarge => {
            match smallest_label(layout, least, is_in_figure) {
                Some(small) => (small, Severity::Error),
                None => (smallest_label(layout, least, |_| true)?, Severity::Warning),
            }
        }
    };
    let (page, smallest) = small;
    let message = format!(
        "page {}: a label of a drawing has {:.1} pt, and the edition needs {:.0} pt",
        page + 1,
        smallest.0,
        least.0
    );
    let help = "give the drawing larger labels, or split it in two";
    Some(Finding {
        severity,
        ..Finding::warning("small-text", message).help(help)
    })
}

/// Whether an item is in a figure of the text. A logo belongs to no block, so nothing around it has a key.
fn is_in_figure(layout: &Layout, item: &Item) -> bool {
    let Tag::Element(id) = item.tag else {
        return false;
    };
    let element = |id: ElementId| layout.structure.get(id.0 as usize);
    let mut around = std::iter::successors(element(id), |inner| element(inner.parent?));
    element(id).is_some_and(|own| own.role == Role::Figure)
        && around.any(|element| element.key.is_some())
}

/// Returns the first page (from 0) with a text below a size, and its smallest size.
fn smallest_label(
    layout: &Layout,
    least: Pt,
    is_wanted: impl Fn(&Item) -> bool,
) -> Option<(usize, Pt)> {
    let smallest_on = |page: &Page| {
        let items = page.items.iter().filter(|item| is_wanted(item));
        let sizes = items.filter_map(|item| match &item.content {
            Content::Text(run) => Some(run.size),
            _ => None,
        });
        sizes.fold(least, Pt::min)
    };
    let mut pages = layout.pages.iter().map(smallest_on).enumerate();
    pages.find(|(_, smallest)| *smallest < least - ROUNDING)
}
