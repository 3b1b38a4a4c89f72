//! Pages to bytes: tagged PDF 1.7 that is PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2) at once.
//!
//! In comes a [`Layout`], out comes a file:
//!
//! 1. [`Base`] – what the leaflets of one handout, clinic, language and paper share: fonts
//!    (`font`), pictures (`image`) and the colour space, already compressed and numbered.
//! 2. Glyphs and pictures of this leaflet that the base lacks are added to it.
//! 3. Each page becomes content streams (`content`; outlines with `contour`), its marked content numbered;
//!    what other leaflets have too is made once (`plate`).
//! 4. The structure tree (`tag`) ties marked content and links together in reading order; outline
//!    and metadata (`metadata`) describe the file.
//! 5. `write` packs all objects, compressed by `deflate`, and closes the file; `binding` keeps what the next file has too.
//!
//! A leaflet that nobody shares anything with has no base and no plates ([`write()`]).
//!
//! The same layout, base and metadata give the same bytes, on any machine and any thread.

mod binding;
mod bundle;
mod content;
mod contour;
mod deflate;
mod font;
mod image;
mod metadata;
mod painted;
mod plate;
mod tag;
mod write;

use std::io;
use std::sync::Arc;

use sha2::{Digest, Sha256};

pub use bundle::{Bundle, BundledLeaflet, Sides};
pub use metadata::Metadata;
pub use painted::Painted;

use crate::font::Faces;
use crate::geometry::{Pt, Rect, Size};
use crate::layout::page::{
    Bookmark, Destination, ElementId, Layout, LinkArea, LinkTarget, Page, Tag,
};
use binding::{Bindings, Bound, Roots};
use content::{Drawing, Image, PageContent, Resources};
use deflate::Deflater;
use font::{Fonts, Subset, Wanted};
use painted::Easel;
use plate::{Cut, Model, Painting, Plate, Plates, Stretches};
use tag::{Keys, TaggedAnnotation, TaggedPage};
use write::{Beginning, Finished, Ref, Syntax, Writer};

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
    /// Nothing was added to a bundle.
    #[error("a bundle without leaflets has no pages")]
    Empty,
    /// A bundle is as large as a file can be.
    #[error("one file holds {most} objects at most, and {leaflets} leaflets fill it; print the others in a second bundle", most = write::MOST_OBJECTS)]
    Full {
        /// The leaflets in the bundle, each copy counted.
        leaflets: usize,
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
    drawings: Vec<Drawing>,
    output_intent: Ref,
    /// What `fonts` hold, so that a bundle can have the same.
    wanted: Wanted,
    /// Tells bases with different faces, fonts or pictures apart.
    identity: [u8; 32],
    model: Arc<Model>,
}

/// A file.
pub struct File {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their SHA-256.
    pub sha256: [u8; 32],
}

/// A thread remembers leaflets of so many kinds – bases, and in each the layouts that differ in more than
/// words: batches mix handouts, clinics, languages and papers.
pub const MOST_KINDS: usize = 64;
/// … and of each kind so many layouts: readers' texts differ in their number of lines.
pub const MOST_LAYOUTS: usize = 6;

/// What a thread keeps from one file to the next: memory to compress in, and the streams that it
/// compressed lately. It never changes what a file says.
#[derive(Default)]
pub struct Memory {
    deflater: Option<Deflater>,
    plates: Plates,
    bindings: Bindings,
    stretches: Stretches,
    /// For leaflets of a bundle, once there is one.
    easel: Option<Easel>,
    /// The last file's metadata, as text too: those of most files are the same.
    described: Option<(Metadata, String)>,
    /// Length of the last file.
    length: usize,
}

impl Base {
    /// Makes the base from a layout with all the text that its leaflets share.
    pub fn new(layout: &Layout, faces: &Faces, coverage: Coverage) -> Result<Base, Error> {
        let mut wanted = font::wanted(
            font::items(layout),
            faces,
            Fonts {
                base: &[],
                own: &[],
            },
        )?;
        if coverage == Coverage::LayoutAndLatin {
            font::want_latin(&mut wanted, faces)?;
        }
        let mut writer = Writer::begin();
        let Embedded {
            fonts,
            images,
            drawings,
            output_intent,
        } = Embedded::new(&wanted, layout, faces, &mut writer)?;
        let beginning = writer.beginning();
        let identity = Sha256::new()
            .chain_update(beginning.digest())
            .chain_update(faces.identity());
        let identity = identity.finalize().into();
        let roles = layout
            .structure
            .iter()
            .map(|element| element.role)
            .collect();
        // Without data of readers all leaflets are the layout itself.
        let pages = if coverage == Coverage::Layout {
            Vec::new()
        } else {
            layout.pages.clone()
        };
        let model = Arc::new(Model { pages, roles });
        Ok(Base {
            beginning,
            fonts,
            images,
            drawings,
            output_intent,
            wanted,
            identity,
            model,
        })
    }

    /// Writes one leaflet.
    pub fn write(
        &self,
        layout: &Layout,
        faces: &Faces,
        metadata: &Metadata,
        memory: &mut Memory,
    ) -> Result<File, Error> {
        check_references(layout)?;
        let held = Fonts {
            base: &self.fonts,
            own: &[],
        };
        let mut plates: Vec<Option<Arc<Plate>>> = layout
            .pages
            .iter()
            .map(|page| memory.plates.find(&self.identity, page, layout))
            .collect();
        let cut = |(index, plate): (usize, &Option<Arc<Plate>>)| match plate {
            Some(_) => Cut::default(),
            None => self.model.cut(index, layout),
        };
        let cuts: Vec<Cut> = plates.iter().enumerate().map(cut).collect();
        // What a page has that was made before, or is as on its own page, the base has.
        let new = font::items(layout).filter(|(index, _)| plates[*index].is_none());
        let new = new.map(|(index, items)| (index, &items[cuts[index].own(items.len())]));
        let wanted = font::wanted(new, faces, held)?;
        let alone = memory.deflater.is_none();
        let deflater = memory.deflater.take().unwrap_or_else(Deflater::for_many);
        let sink = Vec::with_capacity(memory.length + memory.length / 16);
        let mut writer = Writer::resume(sink, &self.beginning, deflater)?;
        let own_fonts = font::embed(&wanted, faces, &self.fonts, 'X', &mut writer)?;
        let own_images = image::embed(layout, &self.images, 'J', &mut writer)?;
        let resources = Resources {
            fonts: Fonts {
                base: &self.fonts,
                own: &own_fonts,
            },
            images: [&self.images, &own_images],
            drawings: &self.drawings,
        };
        let painting = Painting {
            model: &self.model,
            layout,
            cuts: &cuts,
            resources,
        };
        painting.paint(alone, &mut plates, &mut memory.stretches, writer.deflater());
        let plates: Vec<Arc<Plate>> = plates.into_iter().flatten().collect();
        let known = memory
            .described
            .take()
            .filter(|(known, _)| known == metadata);
        let (_, packet) = memory
            .described
            .insert(known.unwrap_or_else(|| (metadata.clone(), metadata::xmp(metadata))));
        let has_own = !own_fonts.is_empty() || !own_images.is_empty();
        let known = if has_own {
            None
        } else {
            memory
                .bindings
                .find(&self.identity, metadata, layout, &plates)
        };
        let (catalog, information) = match known {
            Some(bound) => {
                writer.adopt(&bound.packing);
                let streams = plates.iter().flat_map(|plate| &plate.streams);
                for (number, deflated) in bound.roots.contents.iter().zip(streams) {
                    write_content(*number, deflated, &mut writer)?;
                }
                write_packet(bound.roots.packet, packet, &mut writer)?;
                writer.write_pack(&bound.packing)?;
                (bound.roots.catalog, bound.roots.information)
            }
            None => {
                let described = Described { metadata, packet };
                let print = |writer: &mut Writer<_>| {
                    plates
                        .iter()
                        .map(|plate| Printed::of(plate, writer))
                        .collect()
                };
                let roots = leaflet(
                    layout,
                    described,
                    resources,
                    self.output_intent,
                    print,
                    &mut writer,
                )?;
                let (catalog, information) = (roots.catalog, roots.information);
                if let Some(packing) = writer.close_pack()?
                    && !has_own
                {
                    let bound = Bound { roots, packing };
                    memory
                        .bindings
                        .keep(&self.identity, metadata, layout, &plates, bound);
                }
                (catalog, information)
            }
        };
        if !has_own {
            memory.plates.keep(&self.identity, layout, &plates);
        }
        let Finished {
            out: bytes,
            sha256,
            deflater,
        } = writer.finish(catalog, information)?;
        memory.deflater = Some(deflater);
        memory.length = bytes.len();
        Ok(File { bytes, sha256 })
    }

    /// Paints the pages of one leaflet for a [`Bundle`].
    pub fn paint(
        &self,
        layout: &Layout,
        faces: &Faces,
        memory: &mut Memory,
    ) -> Result<Painted, Error> {
        self.paint_with(layout, faces, memory.easel.get_or_insert_with(Easel::new))
    }
}

/// What pages draw with, and the colour space that they are in.
struct Embedded {
    fonts: Vec<Subset>,
    images: Vec<Image>,
    drawings: Vec<Drawing>,
    output_intent: Ref,
}

impl Embedded {
    fn new<W: io::Write>(
        wanted: &Wanted,
        layout: &Layout,
        faces: &Faces,
        writer: &mut Writer<W>,
    ) -> Result<Embedded, Error> {
        Ok(Embedded {
            fonts: font::embed(wanted, faces, &[], 'F', writer)?,
            images: image::embed(layout, &[], 'I', writer)?,
            drawings: embed_drawings(layout, writer)?,
            output_intent: write_output_intent(writer)?,
        })
    }
}

/// Writes what the headers of most pages show, if several do.
fn embed_drawings<W: io::Write>(
    layout: &Layout,
    writer: &mut Writer<W>,
) -> Result<Vec<Drawing>, Error> {
    // The first page has none.
    let [_, page, _, ..] = &layout.pages[..] else {
        return Ok(Vec::new());
    };
    let shapes = content::header_shapes(&page.items);
    if shapes.is_empty() {
        return Ok(Vec::new());
    }
    let object = writer.reserve();
    let mut dictionary = Syntax::default();
    dictionary.raw("/Type/XObject/Subtype/Form/Resources<<>>/BBox");
    tag::spell_rectangle(
        &mut dictionary,
        &Rect::new(Pt::ZERO, Pt::ZERO, page.size.width, page.size.height),
        page.size.height,
    );
    let operators = Drawing::operators(&shapes, page.size.height);
    writer.deflated_stream(object, &String::from_utf8_lossy(&dictionary.0), &operators)?;
    Ok(vec![Drawing {
        shapes,
        resource: "D0".to_owned(),
        object,
    }])
}

/// Writes one leaflet that shares nothing: the same file as a base from the same layout gives, sooner.
pub fn write(layout: &Layout, faces: &Faces, metadata: &Metadata) -> Result<File, Error> {
    check_references(layout)?;
    let wanted = font::wanted(
        font::items(layout),
        faces,
        Fonts {
            base: &[],
            own: &[],
        },
    )?;
    let mut writer = Writer::begin();
    let Embedded {
        fonts,
        images,
        drawings,
        output_intent,
    } = Embedded::new(&wanted, layout, faces, &mut writer)?;
    writer.close_pack()?;
    let resources = Resources {
        fonts: Fonts {
            base: &fonts,
            own: &[],
        },
        images: [&images, &[]],
        drawings: &drawings,
    };
    let print = |writer: &mut Writer<_>| {
        let page = |page: &Arc<Page>| {
            let PageContent {
                operators, marked, ..
            } = content::page(page, &layout.structure, resources);
            let stream = writer.reserve();
            writer.deflated_stream(stream, "", &operators)?;
            Ok(Printed {
                contents: vec![stream],
                marked,
            })
        };
        layout.pages.iter().map(page).collect()
    };
    let described = Described {
        metadata,
        packet: &metadata::xmp(metadata),
    };
    let roots = leaflet(
        layout,
        described,
        resources,
        output_intent,
        print,
        &mut writer,
    )?;
    let Finished {
        out: bytes, sha256, ..
    } = writer.finish(roots.catalog, roots.information)?;
    Ok(File { bytes, sha256 })
}

/// Writes the colour space that all colours of a file are in.
fn write_output_intent<W: io::Write>(writer: &mut Writer<W>) -> io::Result<Ref> {
    let profile = writer.reserve();
    writer.deflated_stream(profile, "/N 3", &metadata::srgb_profile())?;
    let output_intent = writer.reserve();
    writer.object(output_intent, |body| {
        body.raw("<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)");
        body.raw("/Info(sRGB IEC61966-2.1)/DestOutputProfile ")
            .reference(profile)
            .raw(">>");
    })?;
    Ok(output_intent)
}

/// Writes all objects of a leaflet.
fn leaflet<W: io::Write>(
    layout: &Layout,
    described: Described,
    resources: Resources,
    output_intent: Ref,
    print: impl FnOnce(&mut Writer<W>) -> io::Result<Vec<Printed>>,
    writer: &mut Writer<W>,
) -> Result<Roots, Error> {
    let page_tree = writer.reserve();
    let resource_object = writer.reserve();
    writer.object(resource_object, |body| spell_resources(body, resources))?;
    let printed = print(writer)?;
    let contents = printed
        .iter()
        .flat_map(|page| &page.contents)
        .copied()
        .collect();
    let keys = Keys {
        first: 0,
        pages: layout.pages.len(),
    };
    let place = PagePlace {
        page_tree,
        resources: resource_object,
        keys,
    };
    let Pages {
        objects,
        annotations,
    } = write_pages(layout, &printed, place, writer)?;
    write_page_tree(
        page_tree,
        None,
        layout.pages.len(),
        (0..layout.pages.len()).map(|index| objects.plus(index)),
        writer,
    )?;
    let structure = tag::write(
        layout,
        &tagged(layout, &printed, objects),
        &annotations,
        keys,
        writer,
    )?;
    let outline = write_outline(
        &layout.outline,
        Places {
            layout,
            page_objects: objects,
        },
        writer,
    )?;
    let catalog = Catalog {
        page_tree,
        structure,
        outline,
        output_intent,
        described,
    };
    let (packet, catalog) = write_catalog(catalog, writer)?;
    let information = writer.reserve();
    writer.object(information, |body| {
        metadata::information(described.metadata, body)
    })?;
    Ok(Roots {
        contents,
        packet,
        catalog,
        information,
    })
}

/// Writes a content stream.
fn write_content<W: io::Write>(
    number: Ref,
    deflated: &[u8],
    writer: &mut Writer<W>,
) -> io::Result<()> {
    writer.stream(number, "/Filter/FlateDecode", deflated)
}

/// Writes the metadata as XMP; not compressed, so that programs that know nothing of PDF find it.
fn write_packet<W: io::Write>(number: Ref, packet: &str, writer: &mut Writer<W>) -> io::Result<()> {
    writer.stream(number, "/Type/Metadata/Subtype/XML", packet.as_bytes())
}

/// A page whose content is in the file.
struct Printed {
    /// Its content streams.
    contents: Vec<Ref>,
    /// See [`PageContent::marked`].
    marked: Vec<ElementId>,
}

impl Printed {
    /// Writes the content streams of a plate.
    fn of<W: io::Write>(plate: &Plate, writer: &mut Writer<W>) -> io::Result<Printed> {
        let mut contents = Vec::with_capacity(plate.streams.len());
        for deflated in &plate.streams {
            let number = writer.reserve();
            write_content(number, deflated, writer)?;
            contents.push(number);
        }
        Ok(Printed {
            contents,
            marked: plate.marked.clone(),
        })
    }
}

/// What the page objects of a leaflet refer to.
#[derive(Clone, Copy)]
struct PagePlace {
    /// The node of the page tree above them.
    page_tree: Ref,
    resources: Ref,
    keys: Keys,
}

/// The page objects of a leaflet.
struct Pages {
    /// The first; the others follow.
    objects: Ref,
    annotations: Vec<TaggedAnnotation>,
}

/// Writes the page objects and links of a leaflet.
fn write_pages<W: io::Write>(
    layout: &Layout,
    printed: &[Printed],
    place: PagePlace,
    writer: &mut Writer<W>,
) -> io::Result<Pages> {
    let objects = writer.reserve_many(layout.pages.len());
    let places = Places {
        layout,
        page_objects: objects,
    };
    let mut annotations = Vec::new();
    for (index, (page, printed)) in layout.pages.iter().zip(printed).enumerate() {
        let first_annotation = writer.reserve_many(page.links.len());
        for (count, link) in page.links.iter().enumerate() {
            let object = first_annotation.plus(count);
            let key = place.keys.annotation(annotations.len());
            writer.object(object, |body| {
                spell_link(body, link, page.size.height, key, places)
            })?;
            annotations.push(TaggedAnnotation {
                object,
                page: index,
                element: link.element,
            });
        }
        writer.object(objects.plus(index), |body| {
            body.raw("<</Type/Page/Parent ").reference(place.page_tree);
            spell_media_box(body, page.size);
            body.raw("/Resources ")
                .reference(place.resources)
                .raw("/Contents");
            match printed.contents[..] {
                [only] => body.raw(" ").reference(only),
                _ => {
                    body.raw("[");
                    spell_references(body, printed.contents.iter().copied());
                    body.raw("]")
                }
            };
            body.raw("/StructParents ")
                .integer(place.keys.page(index))
                .raw("/Tabs/S");
            if is_transparent(page) {
                body.raw("/Group<</S/Transparency/CS/DeviceRGB>>");
            }
            if !page.links.is_empty() {
                body.raw("/Annots[");
                spell_references(
                    body,
                    (0..page.links.len()).map(|count| first_annotation.plus(count)),
                );
                body.raw("]");
            }
            body.raw(">>");
        })?;
    }
    Ok(Pages {
        objects,
        annotations,
    })
}

/// The pages of a leaflet as the structure tree sees them.
fn tagged<'a>(layout: &Layout, printed: &'a [Printed], objects: Ref) -> Vec<TaggedPage<'a>> {
    let pages = layout.pages.iter().zip(printed).enumerate();
    pages
        .map(|(index, (page, printed))| TaggedPage {
            object: objects.plus(index),
            marked: &printed.marked,
            height: page.size.height,
        })
        .collect()
}

/// Writes a node of the page tree (7.7.3.2).
fn write_page_tree<W: io::Write>(
    node: Ref,
    parent: Option<Ref>,
    pages: usize,
    kids: impl Iterator<Item = Ref>,
    writer: &mut Writer<W>,
) -> io::Result<()> {
    writer.object(node, |body| {
        body.raw("<</Type/Pages");
        if let Some(parent) = parent {
            body.raw("/Parent ").reference(parent);
        }
        body.raw("/Count ").integer(pages as i64).raw("/Kids[");
        spell_references(body, kids);
        body.raw("]>>");
    })
}

/// What a catalog names.
struct Catalog<'a> {
    page_tree: Ref,
    structure: Ref,
    outline: Option<Ref>,
    output_intent: Ref,
    described: Described<'a>,
}

/// Metadata, and the same as an XMP packet.
#[derive(Clone, Copy)]
struct Described<'a> {
    metadata: &'a Metadata,
    packet: &'a str,
}

/// Writes metadata and catalog; returns both.
fn write_catalog<W: io::Write>(catalog: Catalog, writer: &mut Writer<W>) -> io::Result<(Ref, Ref)> {
    let Catalog {
        page_tree,
        structure,
        outline,
        output_intent,
        described,
    } = catalog;
    let Described {
        metadata,
        packet: text,
    } = described;
    let packet = writer.reserve();
    write_packet(packet, text, writer)?;
    let catalog = writer.reserve();
    writer.object(catalog, |body| {
        body.raw("<</Type/Catalog/Pages ").reference(page_tree);
        body.raw("/StructTreeRoot ")
            .reference(structure)
            .raw("/MarkInfo<</Marked true>>");
        body.raw("/Lang").text(&metadata.language);
        body.raw("/ViewerPreferences<</DisplayDocTitle true>>/Metadata ")
            .reference(packet);
        body.raw("/OutputIntents[")
            .reference(output_intent)
            .raw("]");
        if let Some(outline) = outline {
            body.raw("/Outlines ").reference(outline);
        }
        body.raw(">>");
    })?;
    Ok((packet, catalog))
}

fn spell_media_box(body: &mut Syntax, size: Size) {
    body.raw("/MediaBox[0 0 ")
        .hundredths(content::hundredths(size.width.0))
        .raw(" ");
    body.hundredths(content::hundredths(size.height.0)).raw("]");
}

fn spell_references(body: &mut Syntax, references: impl Iterator<Item = Ref>) {
    for (place, reference) in references.enumerate() {
        body.raw(if place == 0 { "" } else { " " })
            .reference(reference);
    }
}

fn spell_resources(body: &mut Syntax, resources: Resources) {
    body.raw("<<");
    let mut open = false;
    for subset in resources.fonts.iter() {
        body.raw(if open { "/" } else { "/Font<</" })
            .raw(&subset.resource)
            .raw(" ")
            .reference(subset.font);
        open = true;
    }
    body.raw(if open { ">>" } else { "" });
    open = false;
    let images = resources
        .images
        .into_iter()
        .flatten()
        .map(|image| (&image.resource, image.object));
    let drawings = resources
        .drawings
        .iter()
        .map(|drawing| (&drawing.resource, drawing.object));
    for (resource, object) in images.chain(drawings) {
        body.raw(if open { "/" } else { "/XObject<</" })
            .raw(resource)
            .raw(" ")
            .reference(object);
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
        body.raw("[")
            .reference(self.page_objects.plus(page))
            .raw("/XYZ ");
        body.integer(at.x.0.floor() as i64)
            .raw(" ")
            .integer((height - at.y).0.ceil() as i64)
            .raw(" 0]");
    }
}

/// A link annotation (12.5.6.5): no border, printed, its purpose in words.
fn spell_link(body: &mut Syntax, link: &LinkArea, page_height: Pt, key: i64, places: Places) {
    let left = link
        .areas
        .iter()
        .map(|area| area.origin.x)
        .fold(Pt(f32::MAX), Pt::min);
    let top = link
        .areas
        .iter()
        .map(|area| area.origin.y)
        .fold(Pt(f32::MAX), Pt::min);
    let right = link
        .areas
        .iter()
        .map(|area| area.right())
        .fold(Pt(f32::MIN), Pt::max);
    let bottom = link
        .areas
        .iter()
        .map(|area| area.bottom())
        .fold(Pt(f32::MIN), Pt::max);
    let bounds = crate::geometry::Rect::new(left, top, right - left, bottom - top);
    // `/Type` may be left out (table 164). A leaflet's objects then fit the window of the compression, so
    // that in a bundle most of them repeat those of the leaflet before.
    body.raw("<</Subtype/Link/F 4/Border[0 0 0]/Rect");
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
            body.raw("/A<</S/URI/URI")
                .bytes(ascii_address(address).bytes())
                .raw(">>");
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
            body.raw("/First ")
                .reference(object(first))
                .raw("/Last ")
                .reference(object(last));
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
            let parent = if parents[index] == outline.len() {
                root
            } else {
                object(parents[index])
            };
            body.raw("<</Title")
                .text(&bookmark.title)
                .raw("/Parent ")
                .reference(parent);
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
    let holds = |holds: bool, what: &'static str| {
        if holds {
            Ok(())
        } else {
            Err(Error::Dangling(what))
        }
    };
    for (index, node) in layout.structure.iter().enumerate() {
        let parent = match node.parent {
            Some(parent) => (parent.0 as usize) < index,
            None => index == 0,
        };
        holds(parent, "the parent of an element")?;
        let page = node
            .bounding_box
            .is_none_or(|(page, _)| page < layout.pages.len());
        holds(page, "the page of a figure")?;
    }
    holds(!layout.structure.is_empty(), "the root of the structure")?;
    for page in &layout.pages {
        let tagged = |tag: Tag| {
            matches!(tag, Tag::Artifact(_)) || matches!(tag, Tag::Element(id) if element(id))
        };
        holds(
            page.items.iter().all(|item| tagged(item.tag)),
            "the element of an item",
        )?;
        for link in &page.links {
            holds(
                element(link.element) && !link.areas.is_empty(),
                "the element of a link",
            )?;
            if let LinkTarget::Destination(destination) = link.target {
                holds(
                    destination < layout.destinations.len(),
                    "the destination of a link",
                )?;
            }
        }
    }
    let pages = layout
        .destinations
        .iter()
        .all(|destination| destination.page < layout.pages.len());
    holds(pages, "the page of a destination")?;
    let bookmarks = layout
        .outline
        .iter()
        .all(|bookmark| bookmark.destination < layout.destinations.len());
    holds(bookmarks, "the destination of a bookmark")
}
