//! One leaflet the whole way: an order, made of loaded sources, to a finished file.
//!
//! This is the data flow of the crate in a row: resolve, check, lay out, write. It touches no file
//! but through [`crate::library`], and no clock: the date is part of the order.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::check;
use crate::customize;
use crate::document::{Document, Key};
use crate::finding::{Finding, Place, PlaceTarget, Severity};
use crate::font::Faces;
use crate::layout::page::Layout;
use crate::layout::{self, LayoutCache, LayoutError};
use crate::library::{Clinic, Entry, EntryKind, Handout, Library, TextLayer};
use crate::pdf::{self, BundledLeaflet, Coverage, Metadata, PreparedPdf, RenderedPdf};
use crate::resolve::{self, JobData, LoadFigure, Options, Plan, ReferenceMode, Resolved, Sources};
use crate::theme::{DEFAULT_BRAND, Edition, Paper, Theme};

/// What is to be made, and of what.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// The library.
    pub library: &'a Library,
    /// The handout, of the library or of the clinic.
    pub handout: &'a Handout,
    /// Who gives it.
    pub clinic: &'a Clinic,
    /// BCP 47 tag of its language.
    pub language: &'a str,
    /// The paper.
    pub paper: Paper,
    /// How the reference list is set.
    pub references: ReferenceMode,
    /// Today.
    pub date: Date,
}

/// A finished leaflet.
pub struct Leaflet {
    /// What the file says of itself.
    pub metadata: Arc<Metadata>,
    /// Its pages.
    pub layout: Arc<Layout>,
    /// The PDF file.
    pub bytes: Vec<u8>,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// Warnings and notes.
    pub findings: Vec<Finding>,
}

/// A leaflet whose pages are set, and which is not a file yet.
#[derive(Clone)]
pub struct Set {
    /// What its file says of itself.
    pub metadata: Arc<Metadata>,
    /// Its pages.
    pub layout: Arc<Layout>,
    /// Warnings and notes.
    pub findings: Vec<Finding>,
}

/// Why there is no leaflet.
#[derive(Debug)]
pub enum Failure {
    /// The content is at fault.
    Findings(Vec<Finding>),
    /// The program is.
    Pdf(pdf::Error),
}

impl From<Vec<Finding>> for Failure {
    fn from(findings: Vec<Finding>) -> Failure {
        Failure::Findings(findings)
    }
}

/// What a thread sets leaflets with: scratch space, and what it has set before.
#[derive(Default)]
pub struct Compositor {
    /// By the identity of their faces, the one used last at the end.
    layout_caches: Vec<([u8; 32], LayoutCache)>,
    compressor: pdf::Compressor,
}

/// Layout caches that are kept, for clinics with different faces.
const MOST_LAYOUT_CACHES: usize = 4;

impl Compositor {
    /// A compositor that has set nothing yet.
    pub fn new() -> Compositor {
        Compositor::default()
    }

    /// Returns the layout cache of these faces.
    fn layout_cache(&mut self, faces: &Faces) -> &mut LayoutCache {
        let identity = faces.identity();
        let kept = match self
            .layout_caches
            .iter()
            .position(|(known, _)| *known == identity)
        {
            Some(place) => self.layout_caches.remove(place),
            None => {
                if self.layout_caches.len() >= MOST_LAYOUT_CACHES {
                    self.layout_caches.remove(0);
                }
                (identity, LayoutCache::new(faces))
            }
        };
        self.layout_caches.push(kept);
        let last = self.layout_caches.len() - 1;
        &mut self.layout_caches[last].1
    }

    /// Forgets all cached layouts.
    pub fn clear(&mut self) {
        for (_, cache) in &mut self.layout_caches {
            cache.clear();
        }
    }
}

/// All of an order that does not depend on the reader, done once: texts read, templates compiled,
/// fonts subset. Threads share it; each prints with a [`Compositor`] of its own.
///
/// Where there is job data, fonts are subset over the leaflet without the data (and all of Latin-1),
/// and what a reader's data brings in beyond that gets a subset in that leaflet's file. So a leaflet
/// has the same bytes whether it is made alone or among a thousand others, and on whatever thread.
pub struct Press<'a> {
    plan: Plan<'a>,
    theme: Theme,
    faces: &'a Faces,
    pdf: PreparedPdf,
    /// The pages of the blocks without job data, which are most often those with it.
    pages: BTreeMap<Key, u32>,
    /// The leaflet, where all readers get the same.
    only: Option<Set>,
}

/// An order whose leaflet without job data is set.
struct Prepared<'a> {
    plan: Plan<'a>,
    theme: Theme,
    faces: &'a Faces,
    common: Set,
}

impl<'a> Prepared<'a> {
    fn new(
        order: &Order<'a>,
        data_names: &[String],
        compositor: &mut Compositor,
    ) -> Result<Prepared<'a>, Failure> {
        let theme = Theme::new(
            Edition::Standard,
            order.paper,
            order.clinic.colour.unwrap_or(DEFAULT_BRAND),
        );
        let mut plan = plan(order, data_names)?;
        let faces = &order.clinic.faces;
        let mut common = checked(plan.resolve(&JobData::new())?, faces)?;
        let lacking = check::incomplete_face(&common, order.clinic);
        common.findings.extend(lacking.iter().cloned());
        plan.add_findings(lacking);
        let cache = compositor.layout_cache(faces);
        let layout = Arc::new(lay_out(&common.document, &theme, cache)?);
        let Resolved {
            document, findings, ..
        } = common;
        let common = Set {
            metadata: Arc::new(Metadata::from(&*document)),
            layout,
            findings,
        };
        Ok(Prepared {
            plan,
            theme,
            faces,
            common,
        })
    }

    fn press(self, compositor: &mut Compositor) -> Result<Press<'a>, pdf::Error> {
        let Prepared {
            plan,
            theme,
            faces,
            common,
        } = self;
        let pages = common.layout.block_pages.clone();
        let uses_job_data = plan.uses_job_data();
        let coverage = if uses_job_data {
            Coverage::LayoutAndLatin
        } else {
            Coverage::Layout
        };
        let pdf = PreparedPdf::new(&common.layout, faces, coverage, &mut compositor.compressor)?;
        let only = (!uses_job_data).then_some(common);
        Ok(Press {
            plan,
            theme,
            faces,
            pdf,
            pages,
            only,
        })
    }
}

impl<'a> Press<'a> {
    /// Prepares an order. `data_names` are the dotted names that job data may have besides those that
    /// the definition declares. Library and clinic are borrowed, all else becomes the press's own.
    pub fn new(
        order: &Order<'a>,
        data_names: &[String],
        compositor: &mut Compositor,
    ) -> Result<Press<'a>, Failure> {
        Prepared::new(order, data_names, compositor)?
            .press(compositor)
            .map_err(Failure::Pdf)
    }

    /// The id of its handout.
    pub fn handout(&self) -> &str {
        self.plan.handout()
    }

    /// Sets the leaflet of one reader.
    pub fn set(&self, data: &JobData, compositor: &mut Compositor) -> Result<Set, Vec<Finding>> {
        if let Some(only) = &self.only {
            return Ok(only.clone());
        }
        let resolved = checked(self.plan.resolve(data)?, self.faces)?;
        let Resolved {
            document, findings, ..
        } = resolved;
        let metadata = Arc::new(Metadata::from(&*document));
        let cache = compositor.layout_cache(self.faces);
        let layout = layout::layout_expecting(&document, &self.theme, cache, &self.pages)
            .map_err(finding)?;
        Ok(Set {
            metadata,
            layout: Arc::new(layout),
            findings,
        })
    }

    /// Makes the leaflet of one reader.
    pub fn print(&self, data: &JobData, compositor: &mut Compositor) -> Result<Leaflet, Failure> {
        let Set {
            metadata,
            layout,
            findings,
        } = self.set(data, compositor)?;
        let compressor = &mut compositor.compressor;
        let rendered = self
            .pdf
            .render(&layout, self.faces, compressor)
            .map_err(Failure::Pdf)?;
        let file = self.pdf.write(&layout, &rendered, &metadata, compressor);
        let pdf::File { bytes, sha256 } = file.map_err(Failure::Pdf)?;
        Ok(Leaflet {
            metadata,
            layout,
            bytes,
            sha256,
            findings,
        })
    }

    /// Renders the pages of a laid-out leaflet, for a bundle.
    pub fn render(
        &self,
        set: &Set,
        compositor: &mut Compositor,
    ) -> Result<RenderedPdf, pdf::Error> {
        self.pdf
            .render(&set.layout, self.faces, &mut compositor.compressor)
    }
}

impl Set {
    /// The set leaflet as a part of a bundle; `press` is the one that set and rendered it.
    pub fn for_bundle<'a>(
        &'a self,
        press: &'a Press,
        rendered: &'a RenderedPdf,
        bookmark: Option<&'a str>,
        copies: u32,
    ) -> BundledLeaflet<'a> {
        BundledLeaflet {
            prepared: &press.pdf,
            layout: &self.layout,
            rendered,
            language: &self.metadata.language,
            bookmark,
            copies,
        }
    }
}

/// A sheet between leaflets in a bundle.
pub struct Separator {
    pdf: PreparedPdf,
    layout: Layout,
    rendered: RenderedPdf,
    language: String,
}

impl Separator {
    /// A sheet with a heading and lines below it, such as a batch's number and its counts.
    pub fn new(
        heading: &str,
        lines: &[String],
        language: &str,
        paper: Paper,
        faces: &Faces,
        compositor: &mut Compositor,
    ) -> Result<Separator, Failure> {
        let theme = Theme::new(Edition::Standard, paper, DEFAULT_BRAND);
        let layout = layout::separator_sheet(
            heading,
            lines,
            language,
            &theme,
            compositor.layout_cache(faces),
        )
        .map_err(finding)?;
        // All separators of a bundle have the same letters, so that their fonts are there once.
        let compressor = &mut compositor.compressor;
        let pdf = PreparedPdf::new(&layout, faces, Coverage::LayoutAndLatin, compressor);
        let pdf = pdf.map_err(Failure::Pdf)?;
        let rendered = pdf
            .render(&layout, faces, compressor)
            .map_err(Failure::Pdf)?;
        Ok(Separator {
            pdf,
            layout,
            rendered,
            language: language.to_owned(),
        })
    }

    /// The sheet as a part of a bundle, without an entry in its outline.
    pub fn for_bundle(&self) -> BundledLeaflet<'_> {
        BundledLeaflet {
            prepared: &self.pdf,
            layout: &self.layout,
            rendered: &self.rendered,
            language: &self.language,
            bookmark: None,
            copies: 1,
        }
    }
}

/// Makes one leaflet.
pub fn make(
    order: &Order,
    data: &JobData,
    compositor: &mut Compositor,
) -> Result<Leaflet, Failure> {
    let prepared = Prepared::new(order, &names_of(data), compositor)?;
    if prepared.plan.uses_job_data() {
        return prepared
            .press(compositor)
            .map_err(Failure::Pdf)?
            .print(data, compositor);
    }
    let Prepared {
        plan,
        faces,
        common: Set {
            metadata,
            layout,
            findings,
        },
        ..
    } = prepared;
    // Its memory serves for writing.
    drop(plan);
    let pdf::File { bytes, sha256 } =
        pdf::render(&layout, faces, &metadata).map_err(Failure::Pdf)?;
    Ok(Leaflet {
        metadata,
        layout,
        bytes,
        sha256,
        findings,
    })
}

/// What a leaflet says, without setting it.
pub fn document(order: &Order, data: &JobData) -> Result<Resolved, Vec<Finding>> {
    let mut resolved = checked(
        plan(order, &names_of(data))?.resolve(data)?,
        &order.clinic.faces,
    )?;
    let lacking = check::incomplete_face(&resolved, order.clinic);
    resolved.findings.extend(lacking);
    Ok(resolved)
}

/// What a leaflet says, and its pages.
pub(crate) fn proof(
    order: &Order,
    cache: &mut LayoutCache,
) -> Result<(Resolved, Layout), Vec<Finding>> {
    let theme = Theme::new(
        Edition::Standard,
        order.paper,
        order.clinic.colour.unwrap_or(DEFAULT_BRAND),
    );
    let resolved = document(order, &JobData::new())?;
    let layout = lay_out(&resolved.document, &theme, cache)?;
    Ok((resolved, layout))
}

/// The dotted names of job data, as [`Press::new`] wants them.
pub fn names_of(data: &JobData) -> Vec<String> {
    let mut names = Vec::new();
    resolve::data_names(data, "", &mut names);
    names
}

fn lay_out(
    document: &Document,
    theme: &Theme,
    cache: &mut LayoutCache,
) -> Result<Layout, Vec<Finding>> {
    layout::layout(document, theme, cache).map_err(finding)
}

fn finding(error: LayoutError) -> Vec<Finding> {
    let id = match error {
        LayoutError::MissingGlyphs(_) => "missing-glyph",
        LayoutError::Picture(_) => "unreadable-image",
        LayoutError::UnknownTarget(_) | LayoutError::UnsettledPages => "unknown-target",
    };
    vec![Finding::error(id, error.to_string())]
}

/// The checks that a leaflet has to pass before it is set.
fn checked(resolved: Resolved, faces: &Faces) -> Result<Resolved, Vec<Finding>> {
    let missing = check::missing_glyph(&resolved, &|character| faces.covers(character));
    if missing.is_empty() {
        return Ok(resolved);
    }
    Err(resolved.findings.into_iter().chain(missing).collect())
}

fn plan<'a>(order: &Order<'a>, data_names: &[String]) -> Result<Plan<'a>, Vec<Finding>> {
    let mut findings = Vec::new();
    let mut layer = |layer: Result<Option<TextLayer>, Vec<Finding>>| -> Vec<Arc<TextLayer>> {
        let layer = layer.map_err(|more| findings.extend(more)).ok().flatten();
        layer.into_iter().map(Arc::new).collect()
    };
    let shared = layer(order.library.shared_text(order.language));
    let own = layer(order.handout.text(order.language));
    let bibliography = order
        .library
        .bibliography_with(order.clinic)
        .map_err(|more| findings.extend(more));
    let bibliography = match bibliography {
        Ok(bibliography) if findings.is_empty() => bibliography,
        _ => return Err(findings),
    };
    let sources = Sources {
        manifest: order.library.manifest(),
        definition: Arc::new(order.handout.definition.clone()),
        shared,
        handout: own,
        clinic: Arc::new(order.clinic.clone()),
        glossary: order.library.glossary(),
        bibliography,
        figure: load_figure(order),
    };
    let options = Options {
        language: order.language.to_owned(),
        date: order.date,
        references: order.references,
    };
    let mut changes = customize::leaflet_findings(
        order.library,
        order.clinic,
        order.language,
        &order.handout.definition,
        &sources.shared,
        &sources.handout,
    );
    changes.extend(order.library.replaced_by(order.handout));
    if order.handout.is_own {
        changes.extend(resolve::reworded_locked_texts(
            &sources.shared,
            &sources.handout,
            order.language,
        ));
    }
    changes.extend(check::brand_colour(order.clinic));
    changes.extend(check::low_resolution(order.clinic));
    let mut plan = match Plan::new(sources, options, data_names) {
        Ok(plan) => plan,
        Err(findings) => return Err(findings.into_iter().chain(changes).collect()),
    };
    if changes
        .iter()
        .any(|finding| finding.severity == Severity::Error)
    {
        return Err(changes);
    }
    plan.add_findings(changes);
    Ok(plan)
}

/// What loads the pictures of the order's handout, labels filled in.
fn load_figure<'a>(order: &Order<'a>) -> Arc<LoadFigure<'a>> {
    let (handout, faces) = (order.handout.clone(), &order.clinic.faces);
    Arc::new(move |entry: &Entry, labels: &BTreeMap<String, String>| {
        let EntryKind::Figure { image } = &entry.kind else {
            return Err(vec![Finding::error(
                "invalid-value",
                format!("`{}` is not a figure", entry.key),
            )]);
        };
        let target = PlaceTarget::Value(entry.route.key("image"), None);
        let named_at = Place {
            file: Arc::clone(&entry.file),
            target,
        };
        let picture = handout.picture(image, labels, faces, &named_at);
        picture.map(Arc::new).map_err(|finding| vec![finding])
    })
}
