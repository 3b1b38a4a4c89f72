//! The pages of a leaflet with texts that are not saved, and where its texts are on them.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::Desk;
use super::choices::Choices;
use super::drafts::to_text_value;
use super::leaflet_texts::{CLOSING, LETTER, LeafletTexts, TITLE, Text};
use super::sources::Loaded;
use super::words_text::Vocabulary;
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::geometry::{Pt, Rect, Size};
use crate::keyed_hash::hex;
use crate::layout::page::{Item, Layout, Role, Tag};
use crate::leaflet::{self, LeafletRequest};
use crate::library::{Clinic, Handout, Wording};
use crate::page_image::PageImage;
use crate::resolve::{JobData, Purpose, Resolved};
use crate::theme::Envelope;

/// Width of page pictures in pixels, for their `width` attribute.
const PICTURE_WIDTH: u32 = 893;
/// The most pictures that are kept.
const MAX_PICTURES: usize = 64;
/// Space around a block that is marked.
const SPACE: Pt = Pt(4.0);

/// What the screen needs of a leaflet as it is saved.
pub(super) struct SavedLeaflet {
    pub(super) handout: Handout,
    pub(super) texts: LeafletTexts,
    pub(super) vocabulary: Vocabulary,
    /// The leaflet without drafts; `None` if it has errors.
    pub(super) resolved: Option<Resolved>,
}

/// Saved leaflets by choices.
#[derive(Default)]
pub(super) struct SavedLeaflets(Mutex<HashMap<Choices, Arc<SavedLeaflet>>>);

impl Loaded {
    /// Returns a leaflet as it is saved.
    pub(super) fn saved_leaflet(
        &self,
        choices: &Choices,
    ) -> Result<Arc<SavedLeaflet>, Vec<Finding>> {
        let kept = || self.saved.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(saved) = kept().get(choices) {
            return Ok(Arc::clone(saved));
        }
        let handout = self
            .handout(&choices.id)
            .unwrap_or_else(|| Err(Vec::new()))?;
        let request = request(self, &handout, &self.clinic, choices);
        let resolved = leaflet::document(&request, &JobData::new()).ok();
        let entries = match &resolved {
            Some(resolved) => &*resolved.entries,
            None => &handout.definition.entries,
        };
        let language = &choices.language;
        let saved = Arc::new(SavedLeaflet {
            texts: LeafletTexts::new(self, &handout, language, entries)?,
            vocabulary: Vocabulary::new(self, &handout, language)?,
            handout,
            resolved,
        });
        kept().insert(choices.clone(), Arc::clone(&saved));
        Ok(saved)
    }
}

fn request<'a>(
    loaded: &'a Loaded,
    handout: &'a Handout,
    clinic: &'a Clinic,
    choices: &'a Choices,
) -> LeafletRequest<'a> {
    LeafletRequest::new(&loaded.library, handout, clinic, loaded.date)
        .with_language(&choices.language)
        .with_edition(choices.edition)
        .with_paper(choices.paper)
        .with_references(choices.references)
}

/// A leaflet with drafts.
pub(super) struct View {
    pub(super) layout: Layout,
    pub(super) resolved: Resolved,
    /// Clinic and leaflet with the drafts.
    pub(super) clinic: Clinic,
    pub(super) handout: Handout,
    pub(super) pages: Vec<PagePicture>,
    /// Errors of the drafts. With them, the pages are a draft.
    pub(super) faults: Vec<Finding>,
}

/// A painted page.
pub(super) struct PagePicture {
    /// Name that changes with the picture.
    pub(super) name: String,
    pub(super) svg: Arc<str>,
    pub(super) spots: Vec<Spot>,
}

/// Area of a block on a page, in percent of the page.
pub(super) struct Spot {
    /// Key of the block; `title` for title and subtitle, `closing` for the small print.
    pub(super) block: String,
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl View {
    /// Lays out a leaflet of a clinic, whose texts may not be saved. With an envelope, the letter comes first.
    pub(super) fn new(
        desk: &Desk,
        loaded: &Loaded,
        choices: &Choices,
        letter: Option<Envelope>,
        (clinic, handout): (Clinic, Handout),
    ) -> Result<View, Vec<Finding>> {
        let mut renderer = desk.renderer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut request = request(loaded, &handout, &clinic, choices);
        if let Some(envelope) = letter {
            request = request.with_paper(envelope.paper()).with_letter(letter);
        }
        let (resolved, layout, faults) = match leaflet::preview(&request, &mut renderer) {
            Ok((resolved, layout)) => (resolved, layout, Vec::new()),
            Err(faults) => {
                let draft = request.clone().with_purpose(Purpose::Draft);
                match leaflet::preview(&draft, &mut renderer) {
                    Ok((resolved, layout)) => (resolved, layout, faults),
                    Err(_) => return Err(faults),
                }
            }
        };
        drop(renderer);
        let unkeyed = UnkeyedTexts::new(&layout, &resolved.document);
        let picture = |page: usize| {
            let image = PageImage::of_page(&layout, page, &clinic.faces);
            let svg =
                image.map_err(|error| vec![Finding::error("program-fault", error.to_string())])?;
            let svg = svg.to_svg(PICTURE_WIDTH);
            let hash = Sha256::digest(&svg);
            Ok(PagePicture {
                name: hex(&hash[..8]),
                svg: svg.into(),
                spots: match letter.is_some() && page == 0 {
                    true => spot_of_letter(&layout),
                    false => spots(&layout, page, &unkeyed),
                },
            })
        };
        let pages: Result<Vec<PagePicture>, Vec<Finding>> =
            (0..layout.pages.len()).map(picture).collect();
        Ok(View {
            pages: pages?,
            layout,
            resolved,
            clinic,
            handout,
            faults,
        })
    }

    /// Adds the errors of the text message, which is on no page.
    pub(super) fn with_faults_of_text_message(
        mut self,
        loaded: &Loaded,
        choices: &Choices,
    ) -> View {
        let request = request(loaded, &self.handout, &self.clinic, choices);
        let findings = leaflet::text_message_findings(&request, &self.resolved).into_iter();
        let faults = findings.filter(|finding| finding.severity == Severity::Error);
        self.faults.extend(faults);
        self
    }

    /// Returns the page of a block, from 1; `None` if it is on no page.
    pub(super) fn page_of(&self, block: &str) -> Option<usize> {
        let found = |page: &PagePicture| page.spots.iter().any(|spot| spot.block == block);
        self.pages.iter().position(found).map(|page| page + 1)
    }
}

/// Returns the clinic with a text that may not be saved.
pub(super) fn with_wording(clinic: Clinic, text: &Text, wording: Option<&Wording>) -> Clinic {
    clinic.with_text(
        &text.tag,
        &text.layer,
        &text.path,
        wording.map(to_text_value),
    )
}

/// Returns where the blocks are on a page, counted from 0.
fn spots(layout: &Layout, page: usize, unkeyed: &UnkeyedTexts) -> Vec<Spot> {
    let Some(content) = layout.pages.get(page) else {
        return Vec::new();
    };
    let mut areas: Vec<(String, Rect)> = Vec::new();
    for item in &content.items {
        let Some(block) = unkeyed.block_of(layout, item) else {
            continue;
        };
        let bounds = item.bounds();
        match areas.iter_mut().find(|(known, _)| *known == block) {
            Some((_, area)) => *area = union(*area, bounds),
            None => areas.push((block, bounds)),
        }
    }
    let areas = areas.into_iter();
    areas
        .map(|(block, area)| spot(block, area, content.size))
        .collect()
}

/// Returns where the letter is on its page, which is the first.
fn spot_of_letter(layout: &Layout) -> Vec<Spot> {
    let Some(content) = layout.pages.first() else {
        return Vec::new();
    };
    let items = content.items.iter();
    let items = items.filter(|item| matches!(item.tag, Tag::Element(_)));
    let area = items.map(Item::bounds).reduce(union);
    area.map(|area| spot(LETTER.to_owned(), area, content.size))
        .into_iter()
        .collect()
}

fn spot(block: String, area: Rect, size: Size) -> Spot {
    let left = (area.origin.x - SPACE).max(Pt::ZERO);
    let top = (area.origin.y - SPACE).max(Pt::ZERO);
    let right = (area.right() + SPACE).min(size.width);
    let bottom = (area.bottom() + SPACE).min(size.height);
    let percent = |length: Pt, of: Pt| (length / of * 1000.0).round() / 10.0;
    Spot {
        block,
        left: percent(left, size.width),
        top: percent(top, size.height),
        width: percent(right - left, size.width),
        height: percent(bottom - top, size.height),
    }
}

/// Texts of a leaflet that are in no block, by their structure elements.
struct UnkeyedTexts {
    /// The line below the title.
    subtitle: Option<usize>,
    /// The small print begins after this element, the last one with a key.
    last_key: Option<usize>,
}

impl UnkeyedTexts {
    fn new(layout: &Layout, document: &Document) -> UnkeyedTexts {
        let elements = &layout.structure;
        let title = elements
            .iter()
            .position(|element| element.role == Role::Heading(1));
        let subtitle = title.filter(|_| document.subtitle.is_some());
        let subtitle = subtitle.and_then(|title| {
            let parent = elements[title].parent;
            let mut after = elements.iter().enumerate().skip(title + 1);
            let next = after.find(|(_, element)| element.parent == parent);
            next.filter(|(_, element)| element.role == Role::Paragraph && element.key.is_none())
        });
        UnkeyedTexts {
            subtitle: subtitle.map(|(index, _)| index),
            last_key: elements.iter().rposition(|element| element.key.is_some()),
        }
    }

    /// Returns the block of an item: its key, `title` for the title and the line below it, or `closing` for the small
    /// print.
    fn block_of(&self, layout: &Layout, item: &Item) -> Option<String> {
        let Tag::Element(element) = item.tag else {
            return None;
        };
        if let Some(key) = layout.block_of(element) {
            return Some(key.clone());
        }
        let mut index = Some(element.0 as usize);
        if index > self.last_key && self.last_key.is_some() {
            return Some(CLOSING.to_owned());
        }
        while let Some(at) = index {
            let element = layout.structure.get(at)?;
            if element.role == Role::Heading(1) || Some(at) == self.subtitle {
                return Some(TITLE.to_owned());
            }
            index = element.parent.map(|parent| parent.0 as usize);
        }
        None
    }
}

fn union(one: Rect, other: Rect) -> Rect {
    let left = one.origin.x.min(other.origin.x);
    let top = one.origin.y.min(other.origin.y);
    let right = one.right().max(other.right());
    let bottom = one.bottom().max(other.bottom());
    Rect::new(left, top, right - left, bottom - top)
}

/// The last pictures of pages, by name.
#[derive(Default)]
pub(super) struct Pictures(Mutex<VecDeque<(String, Arc<str>)>>);

impl Pictures {
    /// Keeps the pictures of a leaflet's pages.
    pub(super) fn keep(&self, pages: &[PagePicture]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for page in pages {
            kept.retain(|(name, _)| *name != page.name);
            kept.push_back((page.name.clone(), Arc::clone(&page.svg)));
        }
        while kept.len() > MAX_PICTURES.max(pages.len()) {
            kept.pop_front();
        }
    }

    /// Returns a picture that is still kept.
    pub(super) fn get(&self, name: &str) -> Option<Arc<str>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(known, _)| known == name);
        found.map(|(_, svg)| Arc::clone(svg))
    }
}

/// Writes a picture as an address, for an HTML attribute.
pub(super) fn data_address(svg: &str) -> String {
    let mut address = String::with_capacity(svg.len() + svg.len() / 4);
    address += "data:image/svg+xml,";
    for mark in svg.chars() {
        match mark {
            '%' => address += "%25",
            '#' => address += "%23",
            '"' => address += "%22",
            '<' => address += "%3C",
            '>' => address += "%3E",
            '&' => address += "%26",
            '\n' => address += "%0A",
            mark => address.push(mark),
        }
    }
    address
}
