//! Makes page contents, fonts and pictures with printpdf.
//!
//! 1. Fonts and pictures become resources of a [`PdfDocument`], under literal names.
//! 2. Pages are added as operations; printpdf turns the document into a [`lopdf::Document`].
//! 3. The builder takes from it the dictionary and content of each page, and all objects of fonts
//!    and pictures.
//!
//! printpdf takes the ids of all other objects from a process-wide counter. These objects are
//! dropped, so that equal input gives equal bytes.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId};
use printpdf::{
    FontId, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Pt, Rect,
    TextItem, XObject, XObjectId,
};

use super::font::SubsetFont;
use super::page;
use super::shared_objects::SharedObjects;
use crate::geometry::Size;

pub(super) struct PdfBuilder {
    document: PdfDocument,
    /// Fonts to embed, with the height of their capitals.
    embedded: Vec<(FontId, Option<i64>)>,
    /// Shows every glyph of the embedded fonts: printpdf embeds only glyphs that a page shows.
    specimen: Vec<Op>,
}

/// A page or a part of one, as printpdf makes it.
pub(super) struct BuiltPage {
    pub dictionary: Dictionary,
    pub content: Vec<u8>,
}

impl PdfBuilder {
    /// Begins a document. Its pages may also use the known fonts, which are embedded already.
    pub(super) fn new(known: &[SubsetFont]) -> PdfBuilder {
        let mut document = PdfDocument::new("");
        for font in known {
            let metrics = PdfFont::new(font.metrics.clone());
            document
                .resources
                .fonts
                .map
                .insert(font.id.clone(), metrics);
        }
        PdfBuilder {
            document,
            embedded: Vec::new(),
            specimen: Vec::new(),
        }
    }

    pub(super) fn embed_font(
        &mut self,
        font: &SubsetFont,
        parsed: ParsedFont,
        cap_height: Option<i64>,
    ) {
        let fonts = &mut self.document.resources.fonts.map;
        fonts.insert(font.id.clone(), PdfFont::new(parsed));
        self.embedded.push((font.id.clone(), cap_height));
        self.specimen.push(Op::SetFont {
            font: PdfFontHandle::External(font.id.clone()),
            size: Pt(1.0),
        });
        self.specimen.push(Op::ShowText {
            items: vec![TextItem::GlyphIds(font.all_glyphs())],
        });
    }

    pub(super) fn add_xobject(&mut self, id: XObjectId, xobject: XObject) {
        self.document.resources.xobjects.map.insert(id, xobject);
    }

    pub(super) fn add_page(&mut self, size: Size, ops: Vec<Op>) {
        let media_box = Rect::from_wh(
            Pt(page::round(size.width.0)),
            Pt(page::round(size.height.0)),
        );
        self.document.pages.push(PdfPage {
            media_box: media_box.clone(),
            trim_box: media_box.clone(),
            crop_box: media_box,
            ops,
        });
    }

    /// Runs printpdf. Returns the pages in the order in which they were added, and the embedded
    /// fonts and pictures.
    pub(super) fn build(mut self) -> (Vec<BuiltPage>, SharedObjects) {
        let count = self.document.pages.len();
        let has_xobjects = !self.document.resources.xobjects.map.is_empty();
        if count == 0 && self.embedded.is_empty() && !has_xobjects {
            return Default::default();
        }
        let specimen = std::mem::take(&mut self.specimen);
        self.add_page(Size::default(), specimen);
        let options = PdfSaveOptions::default();
        let mut made = self.document.to_lopdf_document(&options, &mut Vec::new());
        let ids: Vec<ObjectId> = made.page_iter().collect();
        let resources = page_resources(&made, ids[0]);
        for (name, cap_height) in &self.embedded {
            let font = resources.fonts.get(name.0.as_bytes());
            if let (Some(font), Some(height)) = (font, cap_height) {
                set_cap_height(&mut made, *font, *height);
            }
        }
        let pages = ids[..count]
            .iter()
            .map(|&id| take_page(&mut made, id))
            .collect();
        let mut shared = SharedObjects::default();
        for (name, _) in &self.embedded {
            if let Some(&font) = resources.fonts.get(name.0.as_bytes()) {
                shared.add_font(&name.0, font, &mut made);
            }
        }
        for (name, xobject) in resources.xobjects {
            shared.add_xobject(&String::from_utf8_lossy(&name), xobject, &mut made);
        }
        (pages, shared)
    }
}

/// Resources of a page by name.
struct PageResources {
    fonts: BTreeMap<Vec<u8>, ObjectId>,
    xobjects: BTreeMap<Vec<u8>, ObjectId>,
}

fn page_resources(made: &Document, page: ObjectId) -> PageResources {
    let entries = |kind: &[u8]| {
        let resources = made.get_dictionary(page)?.get_deref(b"Resources", made)?;
        let entries = resources.as_dict()?.get_deref(kind, made)?.as_dict()?;
        let ids = entries
            .iter()
            .filter_map(|(name, object)| Some((name.clone(), object.as_reference().ok()?)));
        Ok::<_, lopdf::Error>(ids.collect())
    };
    PageResources {
        fonts: entries(b"Font").unwrap_or_default(),
        xobjects: entries(b"XObject").unwrap_or_default(),
    }
}

fn take_page(made: &mut Document, id: ObjectId) -> BuiltPage {
    let mut dictionary = match made.objects.remove(&id) {
        Some(Object::Dictionary(dictionary)) => dictionary,
        _ => Dictionary::new(),
    };
    let content = dictionary.get(b"Contents").and_then(Object::as_reference);
    let content = content.ok().and_then(|id| made.objects.remove(&id));
    // `/CropBox` and `/TrimBox` are the media box, as by default (14.11.2).
    for key in [
        &b"Parent"[..],
        b"Resources",
        b"Contents",
        b"Annots",
        b"CropBox",
        b"TrimBox",
    ] {
        dictionary.remove(key);
    }
    BuiltPage {
        dictionary,
        content: match content {
            Some(Object::Stream(stream)) => stream.content,
            _ => Vec::new(),
        },
    }
}

/// Sets `/CapHeight`. printpdf writes the ascent instead.
fn set_cap_height(made: &mut Document, font: ObjectId, height: i64) {
    let descriptor = || {
        let fonts = made.get_dictionary(font)?.get(b"DescendantFonts")?;
        let descendant = fonts
            .as_array()?
            .first()
            .ok_or(lopdf::Error::DictKey(String::new()))?;
        descendant.as_dict()?.get(b"FontDescriptor")?.as_reference()
    };
    if let Ok(descriptor) = descriptor()
        && let Ok(descriptor) = made.get_dictionary_mut(descriptor)
    {
        descriptor.set("CapHeight", height);
    }
}
