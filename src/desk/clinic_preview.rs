//! The parts of a leaflet that show the clinic, painted from the same layout as the PDF: the top of page 1, the box
//! with the clinic's contact, and a message for emergencies.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::document::CalloutKind;
use crate::finding::Finding;
use crate::geometry::{Pt, Rect};
use crate::layout::page::{Artifact, Content, Item, Layout, Tag};
use crate::leaflet::{LeafletError, LeafletRequest, PreparedLayout, Renderer};
use crate::library::{Clinic, Entry, EntryKind, Handout, Library, TextValue};
use crate::resolve::JobData;

/// Share of the height of page 1 that is shown.
const TOP: f32 = 0.5;
/// Space around a block that is shown.
const SPACE: Pt = Pt(12.0);
/// Width of pictures in pixels.
const WIDTH: u32 = 893;
/// The most share of a page that the background of a block covers.
const MAX_BACKGROUND: f32 = 0.9;

/// Pictures of the parts that show the clinic.
pub(super) struct ClinicPreview {
    pub(super) top: Part,
    pub(super) contact: Option<Part>,
    pub(super) emergency: Option<Part>,
}

/// A part of a page.
pub(super) struct Part {
    /// Address of the picture.
    pub(super) address: String,
    /// Width and height in pixels.
    pub(super) size: (u32, u32),
}

/// Makes previews. Keeps what is the same for all of them.
#[derive(Default)]
pub(super) struct PreviewMaker {
    renderer: Renderer,
    /// Ids of the leaflets that are shown, by language.
    samples: HashMap<String, String>,
}

impl PreviewMaker {
    /// Lays out a leaflet of the library for a clinic that may not be saved. Fails with what is wrong with it.
    pub(super) fn make(
        &mut self,
        library: &Library,
        clinic: &Clinic,
        date: Date,
    ) -> Result<ClinicPreview, Vec<Finding>> {
        let own_language = &library.manifest().language;
        let wanted = clinic.facts.defaults.0.get("language");
        let wanted = wanted.unwrap_or(own_language);
        let handout = self.sample(library, wanted);
        let handout = handout.or_else(|| self.sample(library, own_language));
        let handout = handout.ok_or_else(|| {
            vec![Finding::error(
                "unknown-handout",
                "the library has no leaflet to show",
            )]
        })?;
        let language = if handout.is_in(wanted) {
            wanted
        } else {
            own_language
        };
        let request = LeafletRequest::new(library, &handout, clinic, date).with_language(language);
        let prepared = PreparedLayout::new(&request, &mut self.renderer);
        let (prepared, _) = prepared.map_err(|error| match error {
            LeafletError::Findings(findings) => findings,
            LeafletError::Pdf(error) => {
                vec![Finding::error("program-fault", error.to_string())]
            }
        })?;
        let layout = prepared
            .lay_out(&JobData::new(), &mut self.renderer)?
            .layout;
        let paint = |page: usize, area: Rect| Part::new(&layout, page, area, clinic);
        let block = |is_wanted: &dyn Fn(&Entry) -> bool| {
            let entries = handout.definition.entries.iter();
            let mut blocks = entries.filter(|entry| is_wanted(entry));
            let (page, area) = blocks.find_map(|entry| block_area(&layout, &entry.key))?;
            paint(page, area)
        };
        let is_emergency = |entry: &Entry| entry.kind == EntryKind::Callout(CalloutKind::Emergency);
        let names_numbers = |entry: &Entry| {
            is_emergency(entry) && names_numbers(library, &handout, language, entry)
        };
        let emergency = block(&names_numbers).or_else(|| block(&is_emergency));
        let size = layout.pages.first().map(|page| page.size);
        let size = size.unwrap_or_default();
        let top = paint(
            0,
            Rect::new(Pt::ZERO, Pt::ZERO, size.width, size.height * TOP),
        );
        Ok(ClinicPreview {
            top: top.ok_or_else(Vec::new)?,
            contact: block(&|entry| entry.kind == EntryKind::Contact),
            emergency,
        })
    }

    /// Returns the leaflet that is shown in a language.
    fn sample(&mut self, library: &Library, language: &str) -> Option<Handout> {
        let known = self.samples.get(language);
        let known = known.and_then(|id| library.handout(id).ok());
        if let Some(handout) = known.filter(|handout| handout.is_in(language)) {
            return Some(handout);
        }
        let handout = sample(library, language)?;
        let id = handout.definition.id.clone();
        self.samples.insert(language.to_owned(), id);
        Some(handout)
    }
}

impl Part {
    fn new(layout: &Layout, page: usize, area: Rect, clinic: &Clinic) -> Option<Part> {
        layout.pages.get(page)?;
        let image =
            crate::page_image::PageImage::of_area(layout, page, area, &clinic.faces).ok()?;
        let height = (WIDTH as f32 * (area.size.height / area.size.width)).round();
        Some(Part {
            address: image.to_data_address(WIDTH),
            size: (WIDTH, height as u32),
        })
    }
}

/// Returns the first handout in a language that has a contact box and a message with the clinic's emergency numbers;
/// else the first.
fn sample(library: &Library, language: &str) -> Option<Handout> {
    let mut first = None;
    for id in library.ids() {
        let Ok(handout) = library.handout(&id) else {
            continue;
        };
        if !handout.is_in(language) {
            continue;
        }
        let entries = &handout.definition.entries;
        let has_contact = entries.iter().any(|entry| entry.kind == EntryKind::Contact);
        let has_numbers = || {
            entries
                .iter()
                .any(|entry| names_numbers(library, &handout, language, entry))
        };
        if handout.definition.data.is_empty() && has_contact && has_numbers() {
            return Some(handout);
        }
        first.get_or_insert(handout);
    }
    first
}

/// Whether a message for emergencies names the clinic's numbers.
fn names_numbers(library: &Library, handout: &Handout, language: &str, entry: &Entry) -> bool {
    if entry.kind != EntryKind::Callout(CalloutKind::Emergency) {
        return false;
    }
    let layers = [handout.text(language), library.shared_text(language)];
    let layers = layers.into_iter().filter_map(|layer| layer.ok().flatten());
    layers.into_iter().any(|layer| {
        let body = layer.at(&[&entry.key, "body"]).and_then(TextValue::text);
        body.is_some_and(|body| body.contains("emergency_number") || body.contains("crisis_line"))
    })
}

/// Returns the page of a block, counted from 0, and its area with its background.
fn block_area(layout: &Layout, key: &str) -> Option<(usize, Rect)> {
    let is_of_block = |item: &&Item| match item.tag {
        Tag::Element(element) => layout.block_of(element).is_some_and(|block| block == key),
        Tag::Artifact(_) => false,
    };
    let pages = layout.pages.iter().enumerate();
    let mut pages = pages.filter(|(_, page)| page.items.iter().any(|item| is_of_block(&item)));
    let (number, page) = pages.next()?;
    let words = page.items.iter().filter(is_of_block).map(Item::bounds);
    let words = words.reduce(union)?;
    let middle = words.origin.y + words.size.height * 0.5;
    let backgrounds = page.items.iter().filter(|item| {
        matches!(item.tag, Tag::Artifact(Artifact::Layout))
            && matches!(item.content, Content::Shape(_))
    });
    let area = backgrounds
        .map(Item::bounds)
        .filter(|shape| {
            let is_behind = shape.origin.y <= middle && shape.bottom() >= middle;
            is_behind && shape.size.height < page.size.height * MAX_BACKGROUND
        })
        .fold(words, union);
    let left = (area.origin.x - SPACE).max(Pt::ZERO);
    let top = (area.origin.y - SPACE).max(Pt::ZERO);
    let right = (area.right() + SPACE).min(page.size.width);
    let bottom = (area.bottom() + SPACE).min(page.size.height);
    Some((number, Rect::new(left, top, right - left, bottom - top)))
}

/// Returns the smallest rectangle that has both in it.
fn union(one: Rect, other: Rect) -> Rect {
    let left = one.origin.x.min(other.origin.x);
    let top = one.origin.y.min(other.origin.y);
    let right = one.right().max(other.right());
    let bottom = one.bottom().max(other.bottom());
    Rect::new(left, top, right - left, bottom - top)
}
