//! Makes one leaflet, from a request to a finished file.
//!
//! 1. `plan` collects the sources of a [`LeafletRequest`] and compiles their texts.
//! 2. [`PreparedLeaflet`] lays out and renders the leaflet without reader data.
//! 3. For each reader it resolves, checks, lays out and writes the rest, with the caches of a
//!    [`Renderer`].
//!
//! This module does not read the clock. It reads files only through [`crate::library`].

mod certain_faults;
mod comparison;
mod divided_words;
mod draft;
mod emoji;
mod letter_check;
mod plan;
mod prepared;
mod prepared_layout;
mod renderer;
mod request;
mod separator_sheet;
mod sheet_marks;
mod short_form;
mod unpaged;

use std::sync::Arc;

pub(crate) use certain_faults::certain_faults;
pub(crate) use comparison::{Comparison, compare_with_library};
pub use prepared::PreparedLeaflet;
pub use prepared_layout::PreparedLayout;
pub use renderer::Renderer;
pub use request::{Format, LeafletRequest};
pub use separator_sheet::SeparatorSheet;
pub(crate) use sheet_marks::MAX_MARKED_SHEETS;
pub use sheet_marks::{RenderedMarks, SheetMarks};
pub(crate) use unpaged::{
    PreparedUnpaged, UnpagedFormat, text_message_findings, text_message_length,
};

use crate::check::{self, Subject};
use crate::document::Document;
use crate::finding::{Finding, has_errors};
use crate::layout::page::Layout;
use crate::layout::{self, LayoutCache, LayoutError};
use crate::library::Clinic;
use crate::pdf::{self, Bundle, Metadata, Sides};
use crate::request_options::format_fault;
use crate::resolve::{self, JobData, Plan, Purpose, Resolved};
use crate::theme::{DEFAULT_BRAND, Envelope, Theme};

/// A finished leaflet.
pub struct Leaflet {
    pub metadata: Arc<Metadata>,
    /// Pages; none for a web page or plain text.
    pub layout: Arc<Layout>,
    /// The file.
    pub bytes: Vec<u8>,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Warnings and notes; errors in a draft only.
    pub findings: Vec<Finding>,
}

/// A leaflet with pages, but without a file.
#[derive(Clone)]
pub struct LaidOutLeaflet {
    pub metadata: Arc<Metadata>,
    pub layout: Arc<Layout>,
    /// Warnings and notes; errors in a draft only.
    pub findings: Vec<Finding>,
}

/// Why there is no leaflet.
#[derive(Debug)]
pub enum LeafletError {
    /// The content is at fault.
    Findings(Vec<Finding>),
    /// The program is at fault.
    Pdf(pdf::PdfError),
}

impl From<Vec<Finding>> for LeafletError {
    fn from(findings: Vec<Finding>) -> LeafletError {
        LeafletError::Findings(findings)
    }
}

impl From<pdf::PdfError> for LeafletError {
    fn from(error: pdf::PdfError) -> LeafletError {
        LeafletError::Pdf(error)
    }
}

/// A leaflet prepared for many readers, in its format. Cheap to clone.
#[derive(Clone)]
pub(crate) enum Prepared<'a> {
    Paged(Arc<PreparedLeaflet<'a>>),
    Unpaged(Arc<PreparedUnpaged<'a>>),
}

impl<'a> Prepared<'a> {
    /// Prepares a request. Library and clinic are borrowed.
    pub(crate) fn new(
        request: &LeafletRequest<'a>,
        renderer: &mut Renderer,
    ) -> Result<Prepared<'a>, LeafletError> {
        match request.format {
            Format::Pdf => {
                let prepared = PreparedLeaflet::new(request, renderer)?;
                Ok(Prepared::Paged(Arc::new(prepared)))
            }
            Format::Html => Prepared::unpaged(request, UnpagedFormat::Html),
            Format::Text => Prepared::unpaged(request, UnpagedFormat::Text),
        }
    }

    fn unpaged(
        request: &LeafletRequest<'a>,
        format: UnpagedFormat,
    ) -> Result<Prepared<'a>, LeafletError> {
        if let Some(fault) = format_fault(request.edition, request.format) {
            return Err(vec![fault].into());
        }
        let prepared = PreparedUnpaged::new(request, format)?;
        Ok(Prepared::Unpaged(Arc::new(prepared)))
    }

    /// Dotted names of the reader data that the texts use.
    pub(crate) fn used_data(&self) -> Vec<&str> {
        match self {
            Prepared::Paged(prepared) => prepared.used_data().collect(),
            Prepared::Unpaged(prepared) => prepared.used_data().collect(),
        }
    }

    /// Dotted names of the reader data that the handout's text message uses.
    pub(crate) fn used_by_text_message(&self) -> &[String] {
        match self {
            Prepared::Paged(prepared) => prepared.used_by_text_message(),
            Prepared::Unpaged(prepared) => prepared.used_by_text_message(),
        }
    }

    /// Makes the product for one reader.
    pub(crate) fn make(
        &self,
        product: Product,
        data: &JobData,
        renderer: &mut Renderer,
    ) -> Result<Leaflet, LeafletError> {
        match (product, self) {
            (Product::TextMessage, Prepared::Unpaged(prepared)) => prepared.text_message(data),
            _ => self.render(data, renderer),
        }
    }

    /// Makes the leaflet of one reader.
    pub(crate) fn render(
        &self,
        data: &JobData,
        renderer: &mut Renderer,
    ) -> Result<Leaflet, LeafletError> {
        match self {
            Prepared::Paged(prepared) => prepared.render(data, renderer),
            Prepared::Unpaged(prepared) => prepared.render(data),
        }
    }
}

/// What a command makes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Product {
    /// The whole leaflet.
    Leaflet,
    /// Its main message as a text message. For requests of plain text.
    TextMessage,
}

/// Makes one leaflet.
pub fn render(
    request: &LeafletRequest,
    data: &JobData,
    renderer: &mut Renderer,
) -> Result<Leaflet, LeafletError> {
    let request = request.clone().with_data_names(data_names(data));
    Prepared::new(&request, renderer)
        .and_then(|prepared| prepared.render(data, renderer))
        .map(|mut leaflet| {
            let findings = leaflet.findings.into_iter();
            leaflet.findings = findings.map(Finding::without_column).collect();
            leaflet
        })
        .map_err(|error| at_face(error, request.clinic))
}

/// A leaflet of a print file, and the number of its copies.
pub(crate) struct PrintedLeaflet<'a> {
    pub(crate) request: LeafletRequest<'a>,
    pub(crate) data: &'a JobData,
    pub(crate) copies: u32,
}

/// Makes one PDF file of leaflets for the printer, with each copy on a sheet of its own.
pub(crate) fn render_together(
    leaflets: &[PrintedLeaflet],
    renderer: &mut Renderer,
) -> Result<Vec<u8>, LeafletError> {
    let Some(first) = leaflets.first() else {
        return Err(pdf::PdfError::Empty.into());
    };
    let mut bundle = Bundle::new(Vec::new(), Sides::Two, first.request.language)?;
    let mut about: Option<Metadata> = None;
    for leaflet in leaflets {
        let request = leaflet.request.clone();
        let request = request.with_data_names(data_names(leaflet.data));
        let mut add = || {
            let prepared = PreparedLeaflet::new(&request, renderer)?;
            let laid_out = prepared.lay_out(leaflet.data, renderer)?;
            let rendered = prepared.render_pages(&laid_out, renderer)?;
            // One leaflet needs no list of leaflets.
            let title = (leaflets.len() > 1).then_some(laid_out.metadata.title.as_str());
            bundle.add(&prepared.for_bundle(&laid_out, &rendered, title, leaflet.copies))?;
            Ok(Metadata::clone(&laid_out.metadata))
        };
        let own = add().map_err(|error| at_face(error, request.clinic))?;
        about = Some(match about {
            Some(about) => about.and(own),
            None => own,
        });
    }
    Ok(bundle.finish(&about.unwrap_or_default())?)
}

/// Turns an error about a face of the clinic into a finding. Only its use shows that the tables of a
/// face name glyphs which it lacks.
pub(crate) fn at_face(error: LeafletError, clinic: &Clinic) -> LeafletError {
    let LeafletError::Pdf(pdf::PdfError::Face { face } | pdf::PdfError::Subset { face, .. }) =
        &error
    else {
        return error;
    };
    match unusable_face(face, clinic) {
        Some(finding) => LeafletError::Findings(vec![finding]),
        None => error,
    }
}

/// Reports a face of the clinic by its PostScript name; `None` if it is bundled.
pub(crate) fn unusable_face(face: &str, clinic: &Clinic) -> Option<Finding> {
    let own = clinic.face_files.iter().zip(clinic.faces.own());
    let fallbacks = clinic.fallback_files.iter();
    let mut own = own.chain(fallbacks.zip(clinic.faces.own_fallbacks()));
    let (file, _) = own.find(|(_, own)| own.postscript_name == face)?;
    let message = format!("`{}`: its tables name glyphs that it lacks", file.path);
    let finding = Finding::error("unusable-face", message).in_place(file.place.clone());
    Some(finding.help("the file may be damaged: copy it again"))
}

/// Checks a leaflet for plain language, evidence and structure, like `handout check`.
///
/// Errors that prevent the checks are findings, too.
pub fn check(request: &LeafletRequest) -> Vec<Finding> {
    let mut cache = LayoutCache::new(&request.clinic.faces);
    match check_subject(request, &mut cache) {
        Ok((_, findings)) | Err(findings) => findings,
    }
}

/// Lays out and checks a leaflet without reader data. Fails with the errors that prevent the
/// checks.
pub(crate) fn check_subject<'a>(
    request: &LeafletRequest<'a>,
    cache: &mut LayoutCache,
) -> Result<(Subject<'a>, Vec<Finding>), Vec<Finding>> {
    let (resolved, layout) = layout_preview(request, cache)?;
    let subject = request.subject(&resolved, layout.pages.len())?;
    let of_letter = letter_check::letter_findings(request, &resolved);
    let of_text_message = unpaged::text_message_findings(request, &resolved);
    let mut findings = resolved.findings;
    findings.extend(divided_words::divided_words(
        &layout,
        request,
        &resolved.texts,
    ));
    findings.extend(check::check(&subject));
    findings.extend(of_letter);
    findings.extend(of_text_message);
    findings.extend(short_form::note_on_short_form(request, cache));
    Ok((subject, findings))
}

/// Returns the findings that a leaflet does not have without its letter or text message.
fn new_findings(findings: Vec<Finding>, without: &Resolved) -> Vec<Finding> {
    let is_new = |finding: &Finding| {
        let mut known = without.findings.iter();
        !known.any(|known| known.id == finding.id && known.message == finding.message)
    };
    findings.into_iter().filter(is_new).collect()
}

/// Resolves the text of a leaflet without laying it out. Without data it is for no reader.
pub fn document(request: &LeafletRequest, data: &JobData) -> Result<Resolved, Vec<Finding>> {
    let request = request.clone().with_data_names(data_names(data));
    let plan = plan::plan(&request)?;
    let (data, emoji) = emoji::without_emoji(data, plan.used_data(), &request.clinic.faces);
    let resolved = match data.is_empty() {
        true => plan.resolve_without_reader()?,
        false => plan.resolve(&data)?,
    };
    let mut resolved = check_glyphs(resolved, request.clinic, request.purpose, request.format)?;
    resolved
        .findings
        .extend(emoji.into_iter().map(Finding::without_column));
    let incomplete = check::incomplete_face(&resolved, request.clinic);
    resolved.findings.extend(incomplete);
    let scaffold = check::unreplaced_scaffold(&resolved);
    resolved.findings.extend(scaffold);
    Ok(resolved)
}

/// Resolves a leaflet without reader data, and refuses what no reader's leaflet may have. Its warnings
/// become warnings of each reader's leaflet.
fn resolve_for_all(request: &LeafletRequest, plan: &mut Plan) -> Result<Resolved, LeafletError> {
    let resolved = plan.resolve_without_reader()?;
    let mut resolved = check_glyphs(resolved, request.clinic, request.purpose, request.format)?;
    let mut warnings = match request.format {
        Format::Pdf => check::incomplete_face(&resolved, request.clinic),
        Format::Html | Format::Text => Vec::new(),
    };
    warnings.extend(check::unreplaced_scaffold(&resolved));
    warnings.extend(check::invalid_reference(
        &resolved.document,
        plan.bibliography(),
    ));
    resolved.findings.extend(warnings.iter().cloned());
    if request.purpose == Purpose::Patients && has_errors(&warnings) {
        return Err(LeafletError::Findings(resolved.findings));
    }
    plan.add_findings(warnings);
    Ok(resolved)
}

/// Resolves and lays out a leaflet without reader data.
pub(crate) fn layout_preview(
    request: &LeafletRequest,
    cache: &mut LayoutCache,
) -> Result<(Resolved, Layout), Vec<Finding>> {
    let resolved = document(request, &JobData::new())?;
    let layout = layout::layout(&resolved.document, &theme(request), cache)
        .map_err(|error| layout_findings(error, &request.handout.definition.id))?;
    Ok((resolved, layout))
}

/// Puts the letter before a leaflet that was laid out, if there is to be one.
fn add_letter(
    layout: Layout,
    document: &Document,
    letter: Option<Envelope>,
    theme: &Theme,
    cache: &mut LayoutCache,
) -> Result<Layout, LayoutError> {
    match letter {
        Some(envelope) => layout::with_letter(layout, document, envelope, theme, cache),
        None => Ok(layout),
    }
}

/// Resolves and lays out a leaflet without reader data, with the caches of a renderer. The address of its letter is
/// empty.
pub(crate) fn preview(
    request: &LeafletRequest,
    renderer: &mut Renderer,
) -> Result<(Resolved, Layout), Vec<Finding>> {
    let cache = renderer.layout_cache(&request.clinic.faces);
    let (resolved, layout) = layout_preview(request, cache)?;
    if request.purpose == Purpose::Patients && has_errors(&resolved.findings) {
        return Err(resolved.findings);
    }
    let theme = theme(request);
    let layout = add_letter(layout, &resolved.document, request.letter, &theme, cache)
        .map_err(|error| layout_findings(error, &request.handout.definition.id))?;
    Ok((resolved, layout))
}

/// Lists the dotted names of reader data.
pub fn data_names(data: &JobData) -> Vec<String> {
    let mut names = Vec::new();
    resolve::data_names(data, "", &mut names);
    names
}

fn theme(request: &LeafletRequest) -> Theme {
    let brand = request.clinic.colour.unwrap_or(DEFAULT_BRAND);
    let theme = Theme::new(request.edition, request.paper, brand);
    match request
        .masthead_address
        .filter(|_| request.letter.is_none())
    {
        Some(envelope) => theme.with_window(envelope),
        None => theme,
    }
}

/// Returns the findings of a layout that failed. `subject` is the id of the handout.
fn layout_findings(error: LayoutError, subject: &str) -> Vec<Finding> {
    let id = match &error {
        LayoutError::MissingGlyphs(characters) => {
            return vec![check::missing_in_letter(characters)];
        }
        LayoutError::UnjoinableGlyphs(characters) => return vec![check::unjoinable(characters)],
        LayoutError::UnknownTarget(_) | LayoutError::UnsettledPages => "unknown-target",
        LayoutError::HeadingWithoutWords => "empty-heading",
        LayoutError::ThickBooklet { .. } | LayoutError::FullPanels { .. } => "full-sheet",
        LayoutError::TallAddress { .. } | LayoutError::WideAddress { .. } => "large-address",
        LayoutError::TallLetterHead | LayoutError::LongLetter => "full-letter",
    };
    let message = match &error {
        LayoutError::ThickBooklet { .. } | LayoutError::FullPanels { .. } => {
            format!("`{subject}`: {error}")
        }
        _ => error.to_string(),
    };
    let finding = Finding::error(id, message);
    let help = match error {
        LayoutError::ThickBooklet { .. } => "use the paper `a5` or `a4`",
        LayoutError::FullPanels { .. } => {
            "shorten its texts, or make the full leaflet on the paper `a5-booklet`"
        }
        LayoutError::TallAddress { .. } => {
            let help =
                "join two lines with a comma, or leave out a line that the post does not need";
            return vec![finding.help(help).in_column("address.lines")];
        }
        LayoutError::WideAddress { .. } => {
            let help = "shorten it, or write it as two lines";
            return vec![finding.help(help).in_column("address.lines")];
        }
        LayoutError::TallLetterHead => {
            "shorten `name`, `department` or `address` in `clinic.yaml`, or use an envelope or edition with more \
             room above the window"
        }
        LayoutError::LongLetter => "shorten the text `letter`, or sign with fewer names",
        _ => return vec![finding],
    };
    vec![finding.help(help)]
}

/// Fails if a text is too large to lay out, or no face has one of its characters. In a draft, marks replace
/// characters.
fn check_glyphs(
    mut resolved: Resolved,
    clinic: &Clinic,
    purpose: Purpose,
    format: Format,
) -> Result<Resolved, Vec<Finding>> {
    let too_large = check::too_large_text(&resolved);
    if !too_large.is_empty() {
        return Err(resolved.findings.into_iter().chain(too_large).collect());
    }
    let covers = |character| format.covers(&clinic.faces, character);
    let in_clinic = |character: char| clinic.place_of(character.encode_utf8(&mut [0; 4]));
    let missing = check::missing_glyph(&resolved, &covers, &in_clinic);
    if purpose == Purpose::Draft {
        resolved.findings.extend(missing);
        return Ok(draft::finish(resolved, &covers));
    }
    if missing.is_empty() {
        return Ok(resolved);
    }
    Err(resolved.findings.into_iter().chain(missing).collect())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::font::Faces;
    use crate::geometry::{Colour, Pt};
    use crate::layout::page::Content;
    use crate::library::{Handout, Library};
    use crate::theme::{Edition, Paper};

    /// Size, colour and words of each text of the shipped leaflets in an edition.
    fn shipped_texts(edition: Edition, paper: Paper) -> Vec<(Pt, Colour, String)> {
        let library = Library::embedded().unwrap();
        let clinic = library
            .clinic("example", &Faces::bundled())
            .unwrap()
            .unwrap();
        let mut cache = LayoutCache::new(&clinic.faces);
        let mut layout_of = |handout: &Handout| {
            let request = LeafletRequest::new(&library, handout, &clinic, date(2026, 11, 21))
                .with_edition(edition)
                .with_paper(paper);
            layout_preview(&request, &mut cache).unwrap().1
        };
        let mut texts = Vec::new();
        for id in library.ids() {
            let layout = layout_of(&library.handout(&id).unwrap());
            for item in layout.pages.iter().flat_map(|page| &page.items) {
                if let Content::Text(run) = &item.content {
                    texts.push((run.size, run.colour, run.text.clone()));
                }
            }
        }
        texts
    }

    #[test]
    fn callouts_of_extra_large_print_are_on_two_pages_at_most() {
        let library = Library::embedded().unwrap();
        let clinic = library
            .clinic("example", &Faces::bundled())
            .unwrap()
            .unwrap();
        let mut cache = LayoutCache::new(&clinic.faces);
        let mut splits = 0;
        for id in library.ids() {
            let handout = library.handout(&id).unwrap();
            let request = LeafletRequest::new(&library, &handout, &clinic, date(2026, 11, 21))
                .with_edition(Edition::EXTRA_LARGE);
            let layout = layout_preview(&request, &mut cache).unwrap().1;
            let continues: Vec<bool> = layout
                .pages
                .iter()
                .map(|page| {
                    let texts = page.items.iter().filter_map(|item| match &item.content {
                        Content::Text(run) => Some(run.text.as_str()),
                        _ => None,
                    });
                    texts.collect::<String>().contains("(continued)")
                })
                .collect();
            splits += continues.iter().filter(|continues| **continues).count();
            let is_torn_twice = continues.windows(2).any(|pages| pages[0] && pages[1]);
            assert!(!is_torn_twice, "{id}");
        }
        assert!(splits > 0);
    }

    #[test]
    fn large_print_has_no_text_under_its_least_size() {
        for (edition, paper, body, least) in [
            (Edition::LARGE_PRINT, Paper::A4, 18.0, 16.0),
            (Edition::LARGE_PRINT, Paper::Letter, 18.0, 16.0),
            (Edition::EXTRA_LARGE, Paper::A4, 24.0, 16.0),
        ] {
            let texts = shipped_texts(edition, paper);
            let small: Vec<_> = texts.iter().filter(|text| text.0 < Pt(least)).collect();
            assert!(small.is_empty(), "{edition:?} on {paper:?}: {small:?}");
            // References are the other half of the words.
            let of_body = texts.iter().filter(|text| text.0 == Pt(body));
            let length: usize = of_body.map(|text| text.2.len()).sum();
            let all: usize = texts.iter().map(|text| text.2.len()).sum();
            assert!(
                length * 3 > all,
                "{edition:?} on {paper:?}: {length} of {all}"
            );
        }
    }

    #[test]
    fn mono_edition_prints_black_and_greys() {
        let texts = shipped_texts(Edition::MONO, Paper::A4);
        let dark = Colour::rgb(0x33, 0x33, 0x33);
        for (_, colour, words) in &texts {
            let is_known = [Colour::BLACK, dark, Colour::WHITE].contains(colour);
            assert!(is_known, "{colour:?}: {words}");
        }
        let black = texts.iter().filter(|text| text.1 == Colour::BLACK);
        assert!(black.count() * 2 > texts.len());
    }
}
