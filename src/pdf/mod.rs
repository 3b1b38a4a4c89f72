//! Pages to bytes: tagged PDF 1.7 that is PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2) at once.
//!
//! In comes a [`Layout`], out comes a file:
//!
//! 1. [`Base`] – what the leaflets of one handout, clinic, language and paper share: fonts
//!    (`font`), pictures (`image`) and the colour space, already compressed and numbered.
//! 2. Glyphs and pictures of this leaflet that the base lacks are added to it.
//! 3. Each page becomes a content stream (`content`), its marked content numbered.
//! 4. The structure tree (`tag`) ties marked content and links together in reading order; outline
//!    and metadata (`metadata`) describe the file.
//! 5. `write` packs all objects and closes the file.
//!
//! The same layout, base and metadata give the same bytes, on any machine and any thread.

mod content;
mod font;
mod image;
mod metadata;
mod tag;
mod write;

use std::io;

pub use metadata::Metadata;

use crate::font::Faces;
use crate::geometry::Pt;
use crate::layout::page::{Bookmark, Destination, ElementId, Layout, LinkArea, LinkTarget, Page, Tag};
use content::{Image, PageContent, Resources};
use font::{Fonts, Subset};
use tag::{TaggedAnnotation, TaggedPage};
use write::{Beginning, Deflater, Ref, Syntax, Writer};

/// Why a layout cannot become a file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A glyph 0 reached the page. Its text may be a patient's name, and is not told.
    #[error("a character on page {page} is missing from the face `{face}`")]
    MissingGlyph {
        /// The page, from 1.
        page: usize,
        /// The face's PostScript name.
        face: String,
    },
    /// A font file is broken.
    #[error("the face `{face}` is not a usable font file")]
    Face {
        /// The face's PostScript name.
        face: String,
    },
    /// A font file cannot be subset.
    #[error("the face `{face}` cannot be subset")]
    Subset {
        /// The face's PostScript name.
        face: String,
        /// What the subsetter says.
        source: subsetter::Error,
    },
    /// The layout names a page, an element or a destination that it does not have.
    #[error("the layout has a reference that leads nowhere: {0}")]
    Dangling(&'static str),
    /// The output does not take the bytes.
    #[error("the file cannot be written")]
    Write(#[from] io::Error),
}

/// What a base's fonts hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// The characters of the base's own layout.
    Layout,
    /// Printable ASCII and Latin-1 as well, in every weight, for text that job data fills in.
    LayoutAndLatin,
}

/// What the leaflets of one handout, clinic, language and paper have in common, ready to be copied.
pub struct Base {
    beginning: Beginning,
    fonts: Vec<Subset>,
    images: Vec<Image>,
    output_intent: Ref,
}

impl Base {
    /// Makes the base from a layout with all the text that its leaflets share.
    pub fn new(layout: &Layout, faces: &Faces, coverage: Coverage) -> Result<Base, Error> {
        let mut wanted = font::wanted(layout, faces, Fonts { base: &[], own: &[] })?;
        if coverage == Coverage::LayoutAndLatin {
            font::want_latin(&mut wanted, faces)?;
        }
        let mut writer = Writer::begin();
        let fonts = font::embed(wanted, faces, 'F', &mut writer)?;
        let images = image::embed(layout, &[], 'I', &mut writer)?;
        let profile = writer.reserve();
        writer.deflated_stream(profile, "/N 3", &metadata::srgb_profile())?;
        let output_intent = writer.reserve();
        writer.object(output_intent, |body| {
            body.raw("<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)");
            body.raw("/Info(sRGB IEC61966-2.1)/DestOutputProfile ").reference(profile).raw(">>");
        })?;
        Ok(Base { beginning: writer.beginning(), fonts, images, output_intent })
    }

    /// Writes one leaflet.
    pub fn write(&self, layout: &Layout, faces: &Faces, metadata: &Metadata) -> Result<Vec<u8>, Error> {
        self.write_to(layout, faces, metadata, Vec::new())
    }

    /// Writes one leaflet to a file or another sink, and returns the sink. The sink gets many small
    /// pieces: buffer it.
    pub fn write_to<W: io::Write>(
        &self,
        layout: &Layout,
        faces: &Faces,
        metadata: &Metadata,
        sink: W,
    ) -> Result<W, Error> {
        check_references(layout)?;
        let held = Fonts { base: &self.fonts, own: &[] };
        let wanted = font::wanted(layout, faces, held)?;
        let mut writer = Writer::resume(sink, &self.beginning)?;
        let own_fonts = font::embed(wanted, faces, 'X', &mut writer)?;
        let own_images = image::embed(layout, &self.images, 'J', &mut writer)?;
        let resources = Resources {
            fonts: Fonts { base: &self.fonts, own: &own_fonts },
            images: [&self.images, &own_images],
        };
        let catalog = leaflet(layout, metadata, resources, self.output_intent, &mut writer)?;
        let information = writer.reserve();
        writer.object(information, |body| metadata::information(metadata, body))?;
        Ok(writer.finish(catalog, information)?)
    }
}

/// Writes one leaflet that shares nothing.
pub fn write(layout: &Layout, faces: &Faces, metadata: &Metadata) -> Result<Vec<u8>, Error> {
    Base::new(layout, faces, Coverage::Layout)?.write(layout, faces, metadata)
}

/// Writes all objects of a leaflet and returns its catalog.
fn leaflet<W: io::Write>(
    layout: &Layout,
    metadata: &Metadata,
    resources: Resources,
    output_intent: Ref,
    writer: &mut Writer<W>,
) -> Result<Ref, Error> {
    let page_tree = writer.reserve();
    let page_objects = writer.reserve_many(layout.pages.len());
    let places = Places { layout, page_objects };

    let resource_object = writer.reserve();
    writer.object(resource_object, |body| spell_resources(body, resources))?;

    let mut annotations = Vec::new();
    let painted = paint(layout, resources);
    for (index, (page, content)) in layout.pages.iter().zip(&painted).enumerate() {
        let stream = writer.reserve();
        writer.stream(stream, "/Filter/FlateDecode", &content.deflated)?;

        let first_annotation = writer.reserve_many(page.links.len());
        for (place, link) in page.links.iter().enumerate() {
            let object = first_annotation.plus(place);
            let key = tag::annotation_key(layout.pages.len(), annotations.len());
            writer.object(object, |body| spell_link(body, link, page.size.height, key, places))?;
            annotations.push(TaggedAnnotation { object, page: index, element: link.element });
        }

        writer.object(page_objects.plus(index), |body| {
            body.raw("<</Type/Page/Parent ").reference(page_tree).raw("/MediaBox[0 0 ");
            body.hundredths(content::hundredths(page.size.width.0)).raw(" ");
            body.hundredths(content::hundredths(page.size.height.0)).raw("]/Resources ");
            body.reference(resource_object).raw("/Contents ").reference(stream);
            body.raw("/StructParents ").integer(index as i64).raw("/Tabs/S");
            if is_transparent(page) {
                body.raw("/Group<</S/Transparency/CS/DeviceRGB>>");
            }
            if !page.links.is_empty() {
                body.raw("/Annots[");
                for place in 0..page.links.len() {
                    body.raw(if place == 0 { "" } else { " " }).reference(first_annotation.plus(place));
                }
                body.raw("]");
            }
            body.raw(">>");
        })?;
    }
    writer.object(page_tree, |body| {
        body.raw("<</Type/Pages/Count ").integer(layout.pages.len() as i64).raw("/Kids[");
        for index in 0..layout.pages.len() {
            body.raw(if index == 0 { "" } else { " " }).reference(page_objects.plus(index));
        }
        body.raw("]>>");
    })?;

    let tagged: Vec<TaggedPage> = layout
        .pages
        .iter()
        .zip(&painted)
        .enumerate()
        .map(|(index, (page, Painted { marked, .. }))| TaggedPage {
            object: page_objects.plus(index),
            marked,
            height: page.size.height,
        })
        .collect();
    let structure = tag::write(layout, &tagged, &annotations, writer)?;
    let outline = write_outline(&layout.outline, places, writer)?;
    let packet = writer.reserve();
    // Not compressed, so that programs that know nothing of PDF find it.
    writer.stream(packet, "/Type/Metadata/Subtype/XML", metadata::xmp(metadata).as_bytes())?;

    let catalog = writer.reserve();
    writer.object(catalog, |body| {
        body.raw("<</Type/Catalog/Pages ").reference(page_tree);
        body.raw("/StructTreeRoot ").reference(structure).raw("/MarkInfo<</Marked true>>");
        body.raw("/Lang").text(&metadata.language);
        body.raw("/ViewerPreferences<</DisplayDocTitle true>>/Metadata ").reference(packet);
        body.raw("/OutputIntents[").reference(output_intent).raw("]");
        if let Some(outline) = outline {
            body.raw("/Outlines ").reference(outline);
        }
        body.raw(">>");
    })?;
    Ok(catalog)
}

/// A page's finished content stream.
#[derive(Default)]
struct Painted {
    deflated: Vec<u8>,
    /// See [`PageContent::marked`].
    marked: Vec<ElementId>,
}

/// Makes the content streams of all pages, every other one on a second thread: painting and
/// compressing them is most of the work on a file.
fn paint(layout: &Layout, resources: Resources) -> Vec<Painted> {
    let mut painted: Vec<Painted> = Vec::new();
    painted.resize_with(layout.pages.len(), Painted::default);
    let paint_half = |half: Vec<(&Page, &mut Painted)>| {
        let mut deflater = Deflater::new();
        for (page, painted) in half {
            let PageContent { operators, marked } = content::page(page, &layout.structure, resources);
            *painted = Painted { deflated: deflater.deflate(&operators), marked };
        }
    };
    let (mut even, mut odd) = (Vec::new(), Vec::new());
    for (index, page) in layout.pages.iter().zip(&mut painted).enumerate() {
        if index % 2 == 0 { even.push(page) } else { odd.push(page) }
    }
    if odd.is_empty() {
        paint_half(even);
    } else {
        std::thread::scope(|scope| {
            scope.spawn(|| paint_half(odd));
            paint_half(even);
        });
    }
    painted
}

fn spell_resources(body: &mut Syntax, resources: Resources) {
    body.raw("<<");
    let mut open = false;
    for subset in resources.fonts.iter() {
        body.raw(if open { "/" } else { "/Font<</" }).raw(&subset.resource).raw(" ").reference(subset.font);
        open = true;
    }
    body.raw(if open { ">>" } else { "" });
    open = false;
    for image in resources.images.into_iter().flatten() {
        body.raw(if open { "/" } else { "/XObject<</" })
            .raw(&image.resource)
            .raw(" ")
            .reference(image.object);
        open = true;
    }
    body.raw(if open { ">>>>" } else { ">>" });
}

/// Whether a page has see-through pictures, and so needs a space to blend them in.
fn is_transparent(page: &Page) -> bool {
    page.items.iter().any(|item| match &item.content {
        crate::layout::page::Content::Raster(raster, _) => raster.opacity.is_some(),
        _ => false,
    })
}

/// Where destinations are.
#[derive(Clone, Copy)]
struct Places<'a> {
    layout: &'a Layout,
    page_objects: Ref,
}

impl Places<'_> {
    /// An explicit destination (ISO 32000-1, 12.3.2.2) that leaves the zoom as it is.
    fn spell(&self, body: &mut Syntax, destination: usize) {
        let Destination { page, at, .. } = self.layout.destinations[destination];
        let height = self.layout.pages[page].size.height;
        body.raw("[").reference(self.page_objects.plus(page)).raw("/XYZ ");
        body.integer(at.x.0.floor() as i64).raw(" ").integer((height - at.y).0.ceil() as i64).raw(" 0]");
    }
}

/// A link annotation (12.5.6.5): no border, printed, its purpose in words.
fn spell_link(body: &mut Syntax, link: &LinkArea, page_height: Pt, key: i64, places: Places) {
    let left = link.areas.iter().map(|area| area.origin.x).fold(Pt(f32::MAX), Pt::min);
    let top = link.areas.iter().map(|area| area.origin.y).fold(Pt(f32::MAX), Pt::min);
    let right = link.areas.iter().map(|area| area.right()).fold(Pt(f32::MIN), Pt::max);
    let bottom = link.areas.iter().map(|area| area.bottom()).fold(Pt(f32::MIN), Pt::max);
    let bounds = crate::geometry::Rect::new(left, top, right - left, bottom - top);
    body.raw("<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect");
    tag::spell_rectangle(body, &bounds, page_height);
    if link.areas.len() > 1 {
        // Each from its lower left corner, counterclockwise.
        body.raw("/QuadPoints[");
        for (place, area) in link.areas.iter().enumerate() {
            let (low, high) = (page_height - area.bottom(), page_height - area.origin.y);
            let (left, right) = (area.origin.x, area.right());
            let corners = [left, low, right, low, right, high, left, high];
            for (corner, length) in corners.into_iter().enumerate() {
                body.raw(if place + corner == 0 { "" } else { " " });
                body.integer(length.0.round() as i64);
            }
        }
        body.raw("]");
    }
    body.raw("/Contents").text(&link.description);
    body.raw("/StructParent ").integer(key);
    match &link.target {
        LinkTarget::Uri(address) => {
            body.raw("/A<</S/URI/URI").bytes(ascii_address(address).bytes()).raw(">>");
        }
        LinkTarget::Destination(destination) => {
            body.raw("/Dest");
            places.spell(body, *destination);
        }
    }
    body.raw(">>");
}

/// An address in ASCII, as PDF wants it (12.6.4.7): other characters and spaces percent-encoded.
fn ascii_address(address: &str) -> String {
    let mut ascii = String::with_capacity(address.len());
    for byte in address.bytes() {
        if byte.is_ascii_graphic() {
            ascii.push(char::from(byte));
        } else {
            ascii.push_str(&format!("%{byte:02X}"));
        }
    }
    ascii
}

/// Writes the outline (12.3.3), nested by level, and returns its root, if there are bookmarks.
fn write_outline<W: io::Write>(
    outline: &[Bookmark],
    places: Places,
    writer: &mut Writer<W>,
) -> Result<Option<Ref>, Error> {
    if outline.is_empty() {
        return Ok(None);
    }
    let root = writer.reserve();
    let first = writer.reserve_many(outline.len());
    let object = |index: usize| first.plus(index);

    // The bookmark above each one, and the kids of each; the root is at the end.
    let mut parents: Vec<usize> = Vec::with_capacity(outline.len());
    let mut kids: Vec<Vec<usize>> = vec![Vec::new(); outline.len() + 1];
    for (index, bookmark) in outline.iter().enumerate() {
        let mut above = index.checked_sub(1);
        while let Some(candidate) = above.filter(|&above| outline[above].level >= bookmark.level) {
            above = Some(parents[candidate]).filter(|&parent| parent < outline.len());
        }
        let parent = above.unwrap_or(outline.len());
        parents.push(parent);
        kids[parent].push(index);
    }
    let spell_kids = |body: &mut Syntax, index: usize, open: usize| {
        if let [first, .., last] | [first @ last] = kids[index][..] {
            body.raw("/First ").reference(object(first)).raw("/Last ").reference(object(last));
            body.raw("/Count ").integer(open as i64);
        }
    };
    let mut below = vec![0; outline.len() + 1];
    for index in (0..outline.len()).rev() {
        below[parents[index]] += below[index] + 1;
    }
    for (index, bookmark) in outline.iter().enumerate() {
        let siblings = &kids[parents[index]];
        let place = siblings.partition_point(|&sibling| sibling < index);
        writer.object(object(index), |body| {
            let parent = if parents[index] == outline.len() { root } else { object(parents[index]) };
            body.raw("<</Title").text(&bookmark.title).raw("/Parent ").reference(parent);
            if place > 0 {
                body.raw("/Prev ").reference(object(siblings[place - 1]));
            }
            if let Some(&next) = siblings.get(place + 1) {
                body.raw("/Next ").reference(object(next));
            }
            spell_kids(body, index, below[index]);
            body.raw("/Dest");
            places.spell(body, bookmark.destination);
            body.raw(">>");
        })?;
    }
    writer.object(root, |body| {
        body.raw("<</Type/Outlines");
        spell_kids(body, outline.len(), below[outline.len()]);
        body.raw(">>");
    })?;
    Ok(Some(root))
}

/// Checks that whatever a layout refers to is in it.
fn check_references(layout: &Layout) -> Result<(), Error> {
    let element = |id: ElementId| (id.0 as usize) < layout.structure.len();
    let holds = |holds: bool, what: &'static str| if holds { Ok(()) } else { Err(Error::Dangling(what)) };
    for (index, node) in layout.structure.iter().enumerate() {
        let parent = match node.parent {
            Some(parent) => (parent.0 as usize) < index,
            None => index == 0,
        };
        holds(parent, "the parent of an element")?;
        let page = node.bounding_box.is_none_or(|(page, _)| page < layout.pages.len());
        holds(page, "the page of a figure")?;
    }
    holds(!layout.structure.is_empty(), "the root of the structure")?;
    for page in &layout.pages {
        let tagged =
            |tag: Tag| matches!(tag, Tag::Artifact(_)) || matches!(tag, Tag::Element(id) if element(id));
        holds(page.items.iter().all(|item| tagged(item.tag)), "the element of an item")?;
        for link in &page.links {
            holds(element(link.element) && !link.areas.is_empty(), "the element of a link")?;
            if let LinkTarget::Destination(destination) = link.target {
                holds(destination < layout.destinations.len(), "the destination of a link")?;
            }
        }
    }
    let pages = layout.destinations.iter().all(|destination| destination.page < layout.pages.len());
    holds(pages, "the page of a destination")?;
    let bookmarks = layout.outline.iter().all(|bookmark| bookmark.destination < layout.destinations.len());
    holds(bookmarks, "the destination of a bookmark")
}
