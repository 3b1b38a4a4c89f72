//! Measures a finished PDF file, whoever made it.
//!
//! 1. `page` interprets each page. It reads the text with its size, place and tag. `canvas` paints the
//!    rest of the page, so that the contrast of each letter with what is below it is known.
//! 2. `lines` finds the body text, and measures its lines.
//! 3. `tags` reads the structure tree: headings, tables, figures and reading order.
//! 4. `resources` reads fonts, links and title.
//! 5. `claims` compares the measures with what an edition promises.
//!
//! A file may be hostile. Depth, counts and pixels have limits here. `command` gives time and memory
//! limits by a process of its own.

mod canvas;
mod claims;
mod folds;
mod lines;
mod output;
mod page;
mod painter;
mod resources;
mod strings;
mod tags;

use std::collections::BTreeMap;
use std::sync::Arc;

use hayro_interpret::hayro_syntax::object::{Dict, Name};
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::{InterpreterCache, InterpreterSettings};
use serde::{Deserialize, Serialize};

pub(crate) use claims::findings;
pub use folds::Fold;
pub(crate) use output::{json, table};

use crate::dependency_panic::catch_panic;
use crate::font::{FaceId, Faces};
use lines::{body, body_size, is_body, lines, tenth};
use page::{LetterContrast, PageText, TextRun};
use strings::collapsed;

/// Maximum number of pages.
const MAX_PAGES: usize = 2000;
/// Stack of the thread that measures, in bytes.
const STACK_SIZE: usize = 64 << 20;

/// The measures of a file. Lengths are in points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    pub pages: u32,
    /// Size of the body text; `None` without text.
    pub body: Option<f64>,
    /// Each size on each page, with the letters that have it.
    pub sizes: Vec<Measure>,
    /// Lowest contrast on each page.
    pub contrasts: Vec<Measure>,
    /// Lowest contrast of the body text on each page.
    pub body_contrasts: Vec<Measure>,
    /// Text on each page that is coloured, or on a coloured ground.
    pub coloured: Vec<Sample>,
    /// Text on each page where most text is not lighter than its ground.
    pub dark: Vec<Sample>,
    /// Characters of a full line of body text, with the page.
    pub measure: Option<(f64, u32)>,
    /// Distance of lines of body text as a multiple of its size, with the page.
    pub leading: Option<(f64, u32)>,
    /// Shortest distance to an edge of the sheet on each page.
    pub edges: Vec<Measure>,
    /// Shortest distance to a fold on each page; `None` if no fold is known.
    pub folds: Option<Vec<Measure>>,
    pub language: Option<String>,
    pub title: Option<String>,
    pub tagged: bool,
    pub headings: Vec<Heading>,
    pub tables: Vec<Table>,
    pub figures: Vec<Figure>,
    pub fonts: Vec<Font>,
    pub links: Vec<Link>,
    /// Text of a tagged file that has no tag.
    pub untagged: Vec<Sample>,
    /// Text that is read after text below it.
    pub order_faults: Vec<Sample>,
    /// Text that programs cannot read.
    pub unmapped: Vec<Sample>,
    /// Pages with more text than the limit.
    pub cut_pages: Vec<u32>,
    /// Pages whose content could not be unpacked.
    pub unread_pages: Vec<u32>,
    /// Letters of the size of the body text, on all pages.
    pub body_letters: usize,
    /// Whether text in some font could not be read at all.
    pub has_unread_fonts: bool,
}

/// A measure of some text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    pub value: f64,
    /// Whether the text is in a picture.
    pub is_label: bool,
    pub sample: Sample,
}

/// Text on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Counts from 1.
    pub page: u32,
    /// Beginning of the text.
    pub text: String,
}

impl Sample {
    fn new(page: u32, text: &str) -> Sample {
        const LONGEST: usize = 40;
        let mut text = collapsed(text);
        if let Some((end, _)) = text.char_indices().nth(LONGEST) {
            text.truncate(end);
            text.push('…');
        }
        Sample { page, text }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    pub level: u32,
    pub text: String,
    pub page: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub page: u32,
    pub has_headers: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// `None` if it is missing or empty.
    pub alt: Option<String>,
    pub page: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Font {
    pub name: String,
    pub embedded: bool,
    pub to_unicode: bool,
    /// The first page with it.
    pub page: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub page: u32,
    pub has_contents: bool,
    /// Address; `None` for a link within the file.
    pub target: Option<String>,
}

/// Reason why a file cannot be measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum InspectError {
    #[error("it is no PDF file")]
    NoPdf,
    #[error("it is broken, and no page of it can be read")]
    Broken,
    #[error("it needs a password: open it, and print or save a copy without a password")]
    Encrypted,
    #[error(
        "its encryption is of an unknown kind: open it, and print or save a copy without a password"
    )]
    UnknownEncryption,
    #[error("it has {0} pages, and at most {MAX_PAGES} can be measured: split it")]
    TooManyPages(usize),
}

/// Measures a file. `fold` says how its sheets are folded, if the file does not.
pub fn inspect(bytes: Vec<u8>, fold: Option<Fold>) -> Result<Inspection, InspectError> {
    // Some programs write other bytes before the header.
    if !bytes[..bytes.len().min(1024)]
        .windows(5)
        .any(|bytes| bytes == b"%PDF-")
    {
        return Err(InspectError::NoPdf);
    }
    // Forms in forms need a deep stack.
    let thread = std::thread::Builder::new().stack_size(STACK_SIZE);
    let measured = thread.spawn(move || catch_panic(|| measure(bytes, fold)));
    let measured = measured.map(|thread| thread.join());
    match measured {
        Ok(Ok(Some(measured))) => measured,
        _ => Err(InspectError::Broken),
    }
}

fn measure(bytes: Vec<u8>, fold: Option<Fold>) -> Result<Inspection, InspectError> {
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => InspectError::Encrypted,
        LoadPdfError::Decryption(_) => InspectError::UnknownEncryption,
        LoadPdfError::Invalid => InspectError::Broken,
    })?;
    let pages = pdf.pages();
    match pages.len() {
        0 => return Err(InspectError::Broken),
        count if count > MAX_PAGES => return Err(InspectError::TooManyPages(count)),
        _ => {}
    }
    let xref = pdf.xref();
    let catalog = xref.get::<Dict<'_>>(xref.root_id()).unwrap_or_default();
    let (settings, unread_fonts) = settings();
    let mut inspection = Inspection {
        pages: pages.len() as u32,
        language: resources::string(&catalog, "Lang"),
        title: resources::title(&pdf, &catalog),
        ..Inspection::default()
    };
    let mut texts: Vec<PageText> = Vec::new();
    let mut fonts = resources::Fonts::default();
    let mut page_numbers = BTreeMap::new();
    let cache = InterpreterCache::new();
    for (number, page) in (1..).zip(pages.iter()) {
        texts.push(page::read_page(page, number, &cache, &settings));
        fonts.add_page(page, number);
        inspection.links.extend(resources::links(page, number));
        if let Some(id) = page.raw().obj_id() {
            page_numbers.entry(id).or_insert(number);
        }
    }
    inspection.fonts = fonts.list();
    inspection.has_unread_fonts = unread_fonts.load(std::sync::atomic::Ordering::Relaxed);
    let is_marked = catalog
        .get::<Dict<'_>>("MarkInfo")
        .and_then(|info| info.get::<bool>("Marked"))
        .unwrap_or(false);
    let tree = catalog.get::<Dict<'_>>("StructTreeRoot");
    if let Some(tree) = tree.filter(|tree| tree.contains_key("K")) {
        let tags = tags::read_tags(&tree, &page_numbers, &texts, xref);
        for page in &mut texts {
            page.runs_of(&tags.in_figures)
                .for_each(|run| run.is_label = true);
            page.runs_of(&tags.set_apart)
                .for_each(|run| run.is_set_apart = true);
        }
        inspection.tagged = is_marked;
        inspection.headings = tags.headings;
        inspection.tables = tags.tables;
        inspection.figures = tags.figures;
        inspection.order_faults = tags.order_faults;
        inspection.untagged = tags.untagged;
    }
    let is_mirrored = inspection.language.as_deref().is_some_and(is_right_to_left);
    let fold = fold.or_else(|| folds::declared(&catalog, &texts, is_mirrored));
    add_text(&mut inspection, &texts, fold, is_mirrored);
    Ok(inspection)
}

/// Returns settings, and whether a font was not read.
fn settings() -> (InterpreterSettings, Arc<std::sync::atomic::AtomicBool>) {
    let unread = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let sink = Arc::clone(&unread);
    // Fonts that are not embedded get a face of our own. The file has their widths.
    let regular = Faces::bundled().get(FaceId(0)).data.clone();
    let settings = InterpreterSettings {
        font_resolver: Arc::new(move |_| Some((regular.clone(), 0))),
        warning_sink: Arc::new(move |warning| {
            if matches!(
                warning,
                hayro_interpret::InterpreterWarning::UnsupportedFont
            ) {
                sink.store(true, std::sync::atomic::Ordering::Relaxed);
            }
        }),
        ..InterpreterSettings::default()
    };
    (settings, unread)
}

/// Adds what is measured on the text of all pages.
fn add_text(
    inspection: &mut Inspection,
    pages: &[PageText],
    fold: Option<Fold>,
    is_mirrored: bool,
) {
    let panels_of = |page| match fold {
        Some(fold) => fold.panels(page, is_mirrored),
        None => vec![page.runs.iter().collect()],
    };
    let panels: Vec<Vec<&TextRun>> = pages.iter().flat_map(panels_of).collect();
    let size = body_size(&panels);
    inspection.body = size;
    let all_lines: Vec<_> = pages.iter().flat_map(lines).collect();
    let body = body(&all_lines, size);
    inspection.measure = body.measure.map(|measure| (measure, body.widest));
    inspection.leading = body.leading.map(|leading| (leading, body.tightest));
    let mut folds = Vec::new();
    for page in pages {
        let number = page.number;
        let visible = || page.runs.iter().filter(|run| run.is_visible);
        let mut sizes: BTreeMap<(u64, bool), &TextRun> = BTreeMap::new();
        for run in visible().filter(|run| run.letters() > 0) {
            // An example with more letters says more.
            let size = (run.size * 10.0).round() as u64;
            let longest = sizes.entry((size, run.is_label)).or_insert(run);
            if run.letters() > longest.letters() {
                *longest = run;
            }
        }
        inspection.sizes.extend(sizes.values().map(|run| Measure {
            value: tenth(run.size),
            is_label: run.is_label,
            sample: Sample::new(number, &run.text),
        }));
        let lowest = |filter: &dyn Fn(&TextRun) -> bool| {
            let runs = visible().filter(|run| filter(run));
            least(
                number,
                runs.filter_map(|run| Some((run.contrast?.ratio, run))),
            )
        };
        inspection.contrasts.extend(lowest(&|_| true));
        let of_body = |run: &TextRun| !run.is_set_apart && is_body(tenth(run.size), size);
        inspection.body_contrasts.extend(lowest(&of_body));
        let with = |is_wanted: fn(&LetterContrast) -> bool| {
            visible().filter(move |run| run.contrast.as_ref().is_some_and(is_wanted))
        };
        let sample = |run: &TextRun| Sample::new(number, &run.text);
        let coloured = with(LetterContrast::is_coloured).next();
        inspection.coloured.extend(coloured.map(sample));
        // Labels may be dark on a light ground in the high-contrast edition, too.
        let letters = |runs: &mut dyn Iterator<Item = &TextRun>| -> usize {
            runs.map(TextRun::letters).sum()
        };
        let dark = letters(&mut with(LetterContrast::is_dark));
        if dark * 2 > letters(&mut with(|_| true)) {
            let first = with(LetterContrast::is_dark).next();
            inspection.dark.extend(first.map(sample));
        }
        let to_edge = |run: &TextRun| {
            let (text, sheet) = (run.bounds, page.sheet);
            let across = (text.x0 - sheet.x0).min(sheet.x1 - text.x1);
            across.min(text.y0 - sheet.y0).min(sheet.y1 - text.y1)
        };
        let edges = visible().map(|run| (to_edge(run), run));
        inspection.edges.extend(least(number, edges));
        if let Some(fold) = fold {
            let places = fold.places(page, is_mirrored);
            let to_fold = |run: &TextRun| {
                let distance =
                    |place: &f64| (run.bounds.x0 - place).max(place - run.bounds.x1).max(0.0);
                places.iter().map(distance).min_by(f64::total_cmp)
            };
            let distances = visible().filter_map(|run| Some((to_fold(run)?, run)));
            folds.extend(least(number, distances));
        }
        let unmapped = visible().find(|run| run.unmapped > 0 && run.tag != page::Tag::Artifact);
        inspection
            .unmapped
            .extend(unmapped.map(|run| Sample::new(number, &run.text)));
        if page.is_cut {
            inspection.cut_pages.push(number);
        }
        if page.is_unread {
            inspection.unread_pages.push(number);
        }
        let in_body = visible().filter(|run| of_body(run));
        inspection.body_letters += in_body.map(TextRun::letters).sum::<usize>();
    }
    inspection.folds = fold.map(|_| folds);
}

/// Returns the lowest of some measures.
fn least<'r>(page: u32, measures: impl Iterator<Item = (f64, &'r TextRun)>) -> Option<Measure> {
    let (value, run) = measures.min_by(|one, other| one.0.total_cmp(&other.0))?;
    Some(Measure {
        value: (value * 100.0).round() / 100.0,
        is_label: run.is_label,
        sample: Sample::new(page, &run.text),
    })
}

/// Returns the lowest of the measures of all pages.
fn lowest(measures: &[Measure]) -> Option<&Measure> {
    let order = |one: &&Measure, other: &&Measure| one.value.total_cmp(&other.value);
    measures.iter().min_by(order)
}

/// Returns whether a language is written from right to left.
fn is_right_to_left(language: &str) -> bool {
    let primary = language.split('-').next().unwrap_or_default();
    ["ar", "dv", "fa", "he", "ps", "ur", "yi"].contains(&primary)
}

/// Returns whether a name of a dictionary has this value.
fn is_name(dict: &Dict<'_>, key: &str, value: &str) -> bool {
    dict.get::<Name<'_>>(key)
        .is_some_and(|name| name.as_ref() == value.as_bytes())
}
