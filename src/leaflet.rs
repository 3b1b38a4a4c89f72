//! One leaflet the whole way: an order, made of loaded sources, to a finished file.
//!
//! This is the data flow of the crate in a row: resolve, check, lay out, write. It touches no file
//! but through [`crate::library`], and no clock: the date is part of the order.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::check;
use crate::document::Document;
use crate::finding::{Finding, Place, PlaceTarget};
use crate::font::Faces;
use crate::layout::inline::InlineSetter;
use crate::layout::page::Layout;
use crate::layout::{LayoutError, layout};
use crate::library::{Clinic, Entry, EntryKind, Handout, Library, TextLayer};
use crate::pdf::{self, Base, Coverage, Metadata};
use crate::picture::Picture;
use crate::resolve::{self, JobData, LoadFigure, Options, Plan, ReferenceMode, Resolved, Sources};
use crate::theme::{DEFAULT_BRAND, Paper, Theme};

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
    /// The faces.
    pub faces: &'a Faces,
}

/// A finished leaflet.
pub struct Leaflet {
    /// What it says.
    pub document: Document,
    /// Its pages.
    pub layout: Layout,
    /// The PDF file.
    pub bytes: Vec<u8>,
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

/// Makes one leaflet.
///
/// Where there is job data, the file is built in two steps like the leaflets of a batch: fonts are
/// subset over the leaflet without the data (and all of Latin-1), and what the data brings in beyond
/// that gets a subset of its own. So one leaflet has the same bytes alone and in a batch.
pub fn make(order: &Order, data: &JobData, setter: &mut InlineSetter) -> Result<Leaflet, Failure> {
    let theme = Theme::new(order.paper, order.clinic.colour.unwrap_or(DEFAULT_BRAND));
    let layers = Layers::load(order)?;
    let figure = |entry: &Entry, labels: &BTreeMap<String, String>| load_figure(order, entry, labels);
    let plan = plan(order, &layers, &figure, data)?;
    let Resolved { document, findings, .. } = checked(plan.resolve(data)?, order.faces)?;
    let pages = lay_out(&document, &theme, setter)?;
    let base = if plan.uses_job_data() {
        let common = plan.resolve(&JobData::new())?;
        let common = lay_out(&common.document, &theme, setter)?;
        Base::new(&common, order.faces, Coverage::LayoutAndLatin)
    } else {
        Base::new(&pages, order.faces, Coverage::Layout)
    };
    let metadata = Metadata::from(&document);
    let bytes = base.and_then(|base| base.write(&pages, order.faces, &metadata)).map_err(Failure::Pdf)?;
    Ok(Leaflet { document, layout: pages, bytes, findings })
}

/// What a leaflet says, without setting it.
pub fn document(order: &Order, data: &JobData) -> Result<Resolved, Vec<Finding>> {
    let layers = Layers::load(order)?;
    let figure = |entry: &Entry, labels: &BTreeMap<String, String>| load_figure(order, entry, labels);
    checked(plan(order, &layers, &figure, data)?.resolve(data)?, order.faces)
}

/// What a leaflet says, and its pages.
pub fn proof(order: &Order, setter: &mut InlineSetter) -> Result<(Resolved, Layout), Vec<Finding>> {
    let theme = Theme::new(order.paper, order.clinic.colour.unwrap_or(DEFAULT_BRAND));
    let resolved = document(order, &JobData::new())?;
    let layout = lay_out(&resolved.document, &theme, setter)?;
    Ok((resolved, layout))
}

fn lay_out(document: &Document, theme: &Theme, setter: &mut InlineSetter) -> Result<Layout, Vec<Finding>> {
    layout(document, theme, setter).map_err(|error| {
        let id = match error {
            LayoutError::MissingGlyphs(_) => "missing-glyph",
            LayoutError::UnknownTarget(_) | LayoutError::UnsettledPages => "unknown-target",
        };
        vec![Finding::error(id, error.to_string())]
    })
}

/// The checks that a leaflet has to pass before it is set.
fn checked(resolved: Resolved, faces: &Faces) -> Result<Resolved, Vec<Finding>> {
    let missing = check::missing_glyph(&resolved, &|character| faces.covers(character));
    if missing.is_empty() {
        return Ok(resolved);
    }
    Err(resolved.findings.into_iter().chain(missing).collect())
}

/// The text layers of a handout in the order's language: the shared one and its own.
struct Layers {
    shared: Option<TextLayer>,
    handout: Option<TextLayer>,
}

impl Layers {
    fn load(order: &Order) -> Result<Layers, Vec<Finding>> {
        let mut findings = Vec::new();
        let mut collect = |layer: Result<Option<TextLayer>, Vec<Finding>>| {
            layer.map_err(|more| findings.extend(more)).ok().flatten()
        };
        let layers = Layers {
            shared: collect(order.library.shared_text(order.language)),
            handout: collect(order.handout.text(order.language)),
        };
        if findings.is_empty() { Ok(layers) } else { Err(findings) }
    }
}

fn plan<'a>(
    order: &Order<'a>,
    layers: &'a Layers,
    figure: &'a LoadFigure<'a>,
    data: &JobData,
) -> Result<Plan<'a>, Vec<Finding>> {
    let sources = Sources {
        manifest: order.library.manifest(),
        definition: &order.handout.definition,
        shared: layers.shared.iter().collect(),
        handout: layers.handout.iter().collect(),
        clinic: order.clinic,
        glossary: order.library.glossary(),
        bibliography: order.library.bibliography(),
        figure,
    };
    let options =
        Options { language: order.language.to_owned(), date: order.date, references: order.references };
    let mut names = Vec::new();
    resolve::data_names(data, "", &mut names);
    Plan::new(sources, options, &names)
}

/// The picture of a figure, its labels filled in.
fn load_figure(
    order: &Order,
    entry: &Entry,
    labels: &BTreeMap<String, String>,
) -> Result<Arc<Picture>, Vec<Finding>> {
    let EntryKind::Figure { image } = &entry.kind else {
        return Err(vec![Finding::error("invalid-value", format!("`{}` is not a figure", entry.key))]);
    };
    let named_at =
        Place { file: Arc::clone(&entry.file), target: PlaceTarget::Value(entry.route.key("image"), None) };
    let picture = order.handout.picture(image, labels, order.faces, &named_at);
    picture.map(Arc::new).map_err(|finding| vec![finding])
}
