//! Leaflets that were made, and those for one reader, which are kept for ten minutes in memory only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::choices::Choices;
use super::guard::random_name;
use super::letter_part;
use super::log::SentLeaflet;
use super::print_stops::print_stops;
use super::sources::Loaded;
use super::things_to_know::field_of;
use crate::check::is_only_sample;
use crate::finding::{Finding, Severity};
use crate::layout::page::Layout;
use crate::leaflet::{
    self, Format, LeafletError, LeafletRequest, PreparedLayout, PrintedLeaflet, Renderer,
};
use crate::library::Handout;
use crate::log::{Action, LogEntry};
use crate::page_image::PageImage;
use crate::resolve::{JobData, Purpose};
use crate::theme::Paper;

/// Time after which the leaflets of a reader are forgotten.
const KEPT: Duration = Duration::from_secs(600);
/// The most leaflets of readers at the same time. The oldest is forgotten first.
const MAX_READERS: usize = 32;
/// Width of page pictures in pixels, for their `width` attribute.
const PICTURE_WIDTH: u32 = 893;

/// A leaflet with its pages.
pub(super) struct MadeLeaflet {
    pub(super) choices: Choices,
    /// Library and clinic that it was made from.
    loaded: Option<Arc<Loaded>>,
    data: JobData,
    pub(super) title: String,
    pub(super) layout: Arc<Layout>,
    /// Dotted names of the reader data that its texts use.
    pub(super) used_data: Vec<String>,
    /// Whom it is for, in the leaflet's words.
    pub(super) subtitle: String,
    /// Warnings and notes.
    pub(super) findings: Vec<Finding>,
    /// What stops Print. There are then no files. Errors in the reader's values also make the pages a draft.
    pub(super) faults: Vec<Finding>,
    /// Numbers of copies whose print file is in the log.
    recorded: Mutex<Vec<u32>>,
}

impl MadeLeaflet {
    /// Lays out a leaflet.
    pub(super) fn new(
        loaded: &Loaded,
        choices: &Choices,
        data: &JobData,
    ) -> Result<MadeLeaflet, Vec<Finding>> {
        let handout = handout(loaded, choices)?;
        let request = request(loaded, &handout, choices);
        let prepared = |has_address, purpose, renderer: &mut Renderer| {
            let request = request.clone().with_purpose(purpose);
            let request = match has_address {
                true => request,
                false => request.with_letter(None).with_masthead_address(None),
            };
            let request = request.with_data_names(leaflet::data_names(data));
            let prepared = PreparedLayout::new(&request, renderer);
            let prepared = prepared.map_err(|error| leaflet::at_face(error, &loaded.clinic));
            prepared.map(|(prepared, _)| prepared).map_err(findings_of)
        };
        let mut renderer = Renderer::new();
        // A leaflet with sample words is a draft until they are replaced.
        let (for_all, samples) = match prepared(true, Purpose::Patients, &mut renderer) {
            Ok(for_all) => (for_all, Vec::new()),
            Err(mut findings) if is_only_sample(&findings) => {
                findings.retain(|finding| finding.severity == Severity::Error);
                (prepared(true, Purpose::Draft, &mut renderer)?, findings)
            }
            Err(findings) => return Err(findings),
        };
        let (laid_out, faults) = match for_all.lay_out(data, &mut renderer) {
            Ok(laid_out) => (laid_out, samples),
            Err(faults) => {
                let mut draft = |has_address| {
                    let draft = prepared(has_address, Purpose::Draft, &mut renderer)?;
                    draft.lay_out(data, &mut renderer)
                };
                // An address that does not fit in the window leaves the leaflet alone.
                let drafted = draft(true).or_else(|more| match choices.letter.is_asked() {
                    true => draft(false),
                    false => Err(more),
                });
                (drafted?, faults)
            }
        };
        // The title of a draft says that it is one.
        let title = match faults.is_empty() {
            true => None,
            false => leaflet::document(&request, &JobData::new()).ok(),
        };
        let title = title.map_or_else(
            || laid_out.metadata.title.clone(),
            |resolved| resolved.document.about.title.clone(),
        );
        let mut faults: Vec<Finding> = match choices.letter.is_asked() {
            true => faults.into_iter().map(letter_part::at_field).collect(),
            false => faults,
        };
        faults.extend(choices.letter.fault(choices.edition));
        let mut stops = Vec::new();
        if let Ok(resolved) = leaflet::document(&request, &JobData::new()) {
            stops = print_stops(&request, &resolved);
        }
        let findings = laid_out.findings.into_iter();
        let is_said = |finding: &Finding| {
            let target =
                |finding: &Finding| finding.place.as_ref().map(|place| place.target.clone());
            let mut stops = stops.iter().filter(|stop| stop.id == finding.id);
            stops.any(|stop| target(stop) == target(finding))
        };
        let findings =
            findings.filter(|finding| finding.severity < Severity::Error && !is_said(finding));
        let findings = match choices.letter.is_asked() {
            true => findings.map(letter_part::at_field).collect(),
            false => findings.collect(),
        };
        faults.extend(stops);
        Ok(MadeLeaflet {
            choices: choices.clone(),
            loaded: None,
            data: data.clone(),
            title,
            subtitle: laid_out.metadata.description.clone(),
            layout: laid_out.layout,
            used_data: for_all.used_data().map(str::to_owned).collect(),
            findings,
            faults,
            recorded: Mutex::default(),
        })
    }

    /// Lays out a leaflet for one reader.
    pub(super) fn for_reader(
        loaded: &Arc<Loaded>,
        choices: &Choices,
        data: &JobData,
    ) -> Result<MadeLeaflet, Vec<Finding>> {
        let made = MadeLeaflet::new(loaded, choices, data)?;
        Ok(MadeLeaflet {
            loaded: Some(Arc::clone(loaded)),
            ..made
        })
    }

    /// Has each printed value stop Print that is empty and that `is_to_fill_in` names.
    pub(super) fn stopped_by_gaps(self, is_to_fill_in: impl Fn(&str) -> bool) -> MadeLeaflet {
        let is_gap = |finding: &Finding| {
            let name = field_of(finding);
            finding.id == "empty-value" && name.is_some_and(|name| is_to_fill_in(name))
        };
        let (gaps, findings): (Vec<_>, Vec<_>) = self.findings.into_iter().partition(is_gap);
        let mut faults = self.faults;
        faults.extend(gaps);
        MadeLeaflet {
            findings,
            faults,
            ..self
        }
    }

    /// Returns the library and clinic of a reader's leaflet.
    pub(super) fn loaded(&self) -> Option<&Arc<Loaded>> {
        self.loaded.as_ref()
    }

    /// Paints a page, counted from 0, as SVG. `None` if there is no such page.
    pub(super) fn picture(&self, loaded: &Loaded, page: usize) -> Option<String> {
        self.layout.pages.get(page)?;
        let image = PageImage::of_page(&self.layout, page, &loaded.clinic.faces).ok()?;
        Some(image.to_svg(PICTURE_WIDTH))
    }

    /// Writes the leaflet in a format.
    pub(super) fn file(&self, loaded: &Loaded, format: Format) -> Result<Vec<u8>, Vec<Finding>> {
        let handout = handout(loaded, &self.choices)?;
        let request = request_as(loaded, &handout, &self.choices, format);
        let made = leaflet::render(&request, &self.data, &mut Renderer::new());
        made.map(|leaflet| leaflet.bytes).map_err(findings_of)
    }

    /// Writes a file for the printer, with each copy on a sheet of its own.
    pub(super) fn print_file(&self, loaded: &Loaded, copies: u32) -> Result<Vec<u8>, Vec<Finding>> {
        if copies == 1 {
            return self.file(loaded, Format::Pdf);
        }
        let handout = handout(loaded, &self.choices)?;
        let printed = [PrintedLeaflet {
            request: request(loaded, &handout, &self.choices),
            data: &self.data,
            copies,
        }];
        leaflet::render_together(&printed, &mut Renderer::new()).map_err(findings_of)
    }

    /// Records the print file with some copies, unless it was recorded before: a browser fetches the file of one print
    /// more than once.
    pub(super) fn record_once<E>(
        &self,
        copies: u32,
        record: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        if !recorded.contains(&copies) {
            record()?;
            recorded.push(copies);
        }
        Ok(())
    }

    /// Describes the leaflet for the log.
    pub(super) fn log_entry(&self, loaded: &Loaded, action: Action, format: Format) -> LogEntry {
        let pages = (format == Format::Pdf).then_some(self.layout.pages.len());
        let pages = pages.map(|pages| u32::try_from(pages).unwrap_or(u32::MAX));
        match handout(loaded, &self.choices) {
            Ok(handout) => {
                let request = request_as(loaded, &handout, &self.choices, format);
                let entry = LogEntry::new(action, &request, loaded.clinic.fingerprint());
                LogEntry { pages, ..entry }
            }
            // Its files have changed since it was made. The id is known.
            Err(_) => LogEntry {
                action,
                handout: self.choices.id.clone(),
                pages,
                ..LogEntry::default()
            },
        }
    }

    /// Returns the reader's values.
    pub(super) fn data(&self) -> &JobData {
        &self.data
    }
}

/// Writes leaflets of one reader into a file for the printer, each with its copies.
pub(super) fn print_together(leaflets: &[SentLeaflet<'_>]) -> Result<Vec<u8>, Vec<Finding>> {
    let with_handouts = leaflets.iter().map(|sent| {
        let handout = handout(sent.loaded, &sent.made.choices)?;
        Ok((sent, handout))
    });
    let with_handouts: Vec<_> = with_handouts.collect::<Result<_, Vec<Finding>>>()?;
    let printed: Vec<PrintedLeaflet> = with_handouts
        .iter()
        .map(|(sent, handout)| PrintedLeaflet {
            request: request(sent.loaded, handout, &sent.made.choices),
            data: &sent.made.data,
            copies: sent.copies,
        })
        .collect();
    leaflet::render_together(&printed, &mut Renderer::new()).map_err(findings_of)
}

fn handout(loaded: &Loaded, choices: &Choices) -> Result<Handout, Vec<Finding>> {
    loaded.handout(&choices.id).unwrap_or_else(|| {
        let message = format!("no handout `{}`", choices.id);
        Err(vec![Finding::error("unknown-handout", message)])
    })
}

/// Returns the request for the pages of a leaflet.
pub(super) fn request<'a>(
    loaded: &'a Loaded,
    handout: &'a Handout,
    choices: &'a Choices,
) -> LeafletRequest<'a> {
    LeafletRequest::new(&loaded.library, handout, &loaded.clinic, loaded.date)
        .with_language(&choices.language)
        .with_edition(choices.edition)
        .with_paper(choices.paper)
        .with_references(choices.references)
        .with_letter(choices.letter.envelope())
        .with_masthead_address(choices.letter.masthead_address(choices.edition))
}

/// Returns the request for a file.
fn request_as<'a>(
    loaded: &'a Loaded,
    handout: &'a Handout,
    choices: &'a Choices,
    format: Format,
) -> LeafletRequest<'a> {
    let request = request(loaded, handout, choices).with_format(format);
    // The other formats have no pages: their readers set the size of the type, and nobody posts them.
    match format {
        Format::Pdf => request,
        Format::Html | Format::Text => request
            .with_edition(choices.edition.without_pages())
            .with_paper(Paper::A4)
            .with_letter(None)
            .with_masthead_address(None),
    }
}

fn findings_of(error: LeafletError) -> Vec<Finding> {
    match error {
        LeafletError::Findings(findings) => findings,
        LeafletError::Pdf(error) => vec![Finding::error("program-fault", error.to_string())],
    }
}

/// Leaflets of readers, each under a name that nobody can guess.
#[derive(Default)]
pub(super) struct MadeLeaflets(Mutex<HashMap<String, (Instant, Arc<MadeLeaflet>)>>);

impl MadeLeaflets {
    /// Keeps a leaflet. Returns its name.
    pub(super) fn keep(&self, made: MadeLeaflet) -> Result<String, getrandom::Error> {
        let name = random_name()?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_READERS {
            let oldest = kept.iter().min_by_key(|(_, (since, _))| *since);
            let oldest = oldest.map(|(name, _)| name.clone());
            oldest.and_then(|oldest| kept.remove(&oldest));
        }
        kept.insert(name.clone(), (Instant::now(), Arc::new(made)));
        Ok(name)
    }

    /// Returns a leaflet that was not forgotten.
    pub(super) fn get(&self, name: &str) -> Option<Arc<MadeLeaflet>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, made) = kept.get(name)?;
        (since.elapsed() < KEPT).then(|| Arc::clone(made))
    }

    /// Forgets a leaflet.
    pub(super) fn forget(&self, name: &str) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(name);
    }

    /// Forgets leaflets whose time has passed.
    pub(super) fn forget_old(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (since, _)| since.elapsed() < KEPT);
    }
}
