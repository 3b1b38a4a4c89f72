//! A prepared leaflet: everything that the leaflets of one handout, clinic, language and paper
//! share, finished once.
//!
//! 1. [`PreparedPdf::new`] makes the fonts and pictures of the leaflet without reader data by
//!    printpdf.
//! 2. [`PreparedPdf::render`] makes the pages of one reader. Only parts of pages that no leaflet
//!    had before pass through printpdf.
//! 3. [`PreparedPdf::write`] writes them to a file of their own; [`super::Bundle`] writes many.

use std::io;
use std::sync::{Arc, OnceLock};

use lopdf::ObjectId;
use printpdf::{ExternalStream, ExternalXObject, Op, XObject, XObjectId};

use super::catalog::Catalog;
use super::file_frame::FrameKey;
use super::font::{self, NeededGlyphs, SubsetFont};
use super::image::{self, Image};
use super::object_writer::{Finished, ObjectWriter, Trailer};
use super::page::{self, Resources, SharedHeader};
use super::page_parts::{FinishedPart, FinishedParts, PagePart, split_pages};
use super::pages::{PagePlace, write_page_tree, write_pages};
use super::pdf_builder::PdfBuilder;
use super::references::check_references;
use super::render_cache::RenderCache;
use super::shared_objects::{SharedObjects, resource_dictionary};
use super::struct_tree::{ParentKeys, TaggedContent};
use super::{File, Metadata, PdfError};
use crate::font::Faces;
use crate::layout::page::{Element, ElementId, Layout};

/// Characters that the fonts of a prepared leaflet hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Those of the prepared layout. For leaflets that are the same for all readers.
    Layout,
    /// Printable ASCII and Latin-1 as well, in every weight, for reader data.
    LayoutAndLatin,
}

/// A leaflet without reader data, ready to be completed. Threads share it.
pub struct PreparedPdf {
    coverage: Coverage,
    names: FontNames,
    fonts: Vec<SubsetFont>,
    images: Vec<Image>,
    header: Option<SharedHeader>,
    pub(super) shared: SharedObjects,
    /// Parts of the first leaflet. Most of them are in every leaflet.
    parts: OnceLock<FinishedParts>,
}

/// First letters of the names of fonts: those of a prepared leaflet, and those of one leaflet only.
#[derive(Clone, Copy)]
struct FontNames(char, char);

impl FontNames {
    const PAGES: FontNames = FontNames('F', 'X');
    /// For pages that are printed over others.
    const OVERLAYS: FontNames = FontNames('M', 'N');
}

/// The pages of one leaflet, compressed.
pub struct RenderedPdf {
    pub(super) pages: Vec<RenderedPage>,
    /// Fonts and pictures that the prepared leaflet lacks.
    pub(super) own: SharedObjects,
}

pub(super) struct RenderedPage {
    /// Never empty.
    pub parts: Vec<Arc<FinishedPart>>,
    /// Element of each marked-content sequence.
    pub marked: Vec<ElementId>,
}

impl PreparedPdf {
    /// Prepares the leaflets of a layout without reader data.
    pub fn new(
        layout: &Layout,
        faces: &Faces,
        coverage: Coverage,
        cache: &mut RenderCache,
    ) -> Result<PreparedPdf, PdfError> {
        PreparedPdf::with_names(layout, faces, coverage, FontNames::PAGES, cache)
    }

    /// Prepares pages of artifacts that a [`super::Bundle`] prints over the pages of leaflets.
    pub fn overlay(
        layout: &Layout,
        faces: &Faces,
        cache: &mut RenderCache,
    ) -> Result<PreparedPdf, PdfError> {
        PreparedPdf::with_names(layout, faces, Coverage::Layout, FontNames::OVERLAYS, cache)
    }

    fn with_names(
        layout: &Layout,
        faces: &Faces,
        coverage: Coverage,
        names: FontNames,
        cache: &mut RenderCache,
    ) -> Result<PreparedPdf, PdfError> {
        check_references(layout)?;
        let parts = split_pages(layout, coverage);
        let mut needed = font::needed_glyphs(&parts, faces, &[])?;
        if coverage == Coverage::LayoutAndLatin {
            font::add_latin(&mut needed, faces)?;
        }
        let mut builder = PdfBuilder::new(&[]);
        let fonts = embed_fonts(&needed, faces, names.0, &mut builder)?;
        let images = image::needed_images(layout, &[], 'I');
        add_images(&images, &mut builder);
        let header = shared_header(layout, &mut builder);
        let (_, mut shared) = builder.build();
        shared.finish(&mut cache.compressor);
        Ok(PreparedPdf {
            coverage,
            names,
            fonts,
            images,
            header,
            shared,
            parts: OnceLock::new(),
        })
    }

    /// Makes the pages of one leaflet. Only new parts pass through printpdf.
    pub fn render(
        &self,
        layout: &Layout,
        faces: &Faces,
        cache: &mut RenderCache,
    ) -> Result<RenderedPdf, PdfError> {
        check_references(layout)?;
        let identity = self.shared.identity();
        let structure = &layout.structure[..];
        let mut rendered: Vec<RenderedPage> =
            layout.pages.iter().map(|_| RenderedPage::new()).collect();
        let mut missing = Vec::new();
        let mut found = Vec::new();
        for part in split_pages(layout, self.coverage) {
            let mut all = self.parts.get().into_iter().chain([&cache.parts]);
            let known = all.find_map(|parts| parts.find(&part, structure, identity));
            found.push((part.page, known.clone()));
            if known.is_none() {
                missing.push(part);
            }
        }
        let needed = font::needed_glyphs(&missing, faces, &self.fonts)?;
        let images = image::needed_images(layout, &self.images, 'J');
        let mut builder = PdfBuilder::new(&self.fonts);
        let fonts = embed_fonts(&needed, faces, self.names.1, &mut builder)?;
        add_images(&images, &mut builder);
        let resources = Resources {
            fonts: [&self.fonts, &fonts],
            images: [&self.images, &images],
            header: self.header.as_ref(),
        };
        let painted = add_parts(&missing, structure, resources, &mut builder);
        let (built, mut own) = builder.build();
        own.finish(&mut cache.compressor);
        let made: Vec<Arc<FinishedPart>> = painted
            .into_iter()
            .zip(built)
            .map(|(marked, built)| FinishedPart::new(built, marked, &mut cache.compressor))
            .map(Arc::new)
            .collect();
        let mut first = FinishedParts::default();
        let parts = match self.parts.get() {
            Some(_) => &mut cache.parts,
            None => &mut first,
        };
        for (part, finished) in missing.iter().zip(&made) {
            // Other leaflets lack the fonts and pictures of this one.
            let is_own = !own.is_empty()
                && (!images.is_empty() || font::lacks_glyphs(&self.fonts, part, faces)?);
            if !is_own {
                parts.insert(part, structure, identity, Arc::clone(finished));
            }
        }
        self.parts.get_or_init(|| first);
        let mut made = made.into_iter();
        for (page, known) in found {
            if let Some(part) = known.or_else(|| made.next()) {
                rendered[page].marked.extend(&part.marked);
                rendered[page].parts.push(part);
            }
        }
        Ok(RenderedPdf {
            pages: rendered,
            own,
        })
    }

    /// Writes rendered pages to a file of their own.
    pub fn write(
        &self,
        layout: &Layout,
        rendered: &RenderedPdf,
        metadata: &Metadata,
        cache: &mut RenderCache,
    ) -> Result<File, PdfError> {
        let compressor = std::mem::take(&mut cache.compressor);
        let mut writer = ObjectWriter::new(Vec::new(), compressor)?;
        let mut placed = vec![(&self.shared, self.shared.place(&mut writer)?)];
        if !rendered.own.is_empty() {
            placed.push((&rendered.own, rendered.own.place(&mut writer)?));
        }
        let mut contents = Vec::with_capacity(rendered.pages.len());
        for page in &rendered.pages {
            let mut streams = Vec::with_capacity(page.parts.len());
            for part in &page.parts {
                streams.push(writer.add_content(&part.content.compressed)?);
            }
            contents.push(streams);
        }
        let key = FrameKey::new(self.shared.identity(), layout, rendered, metadata);
        let known = cache.frames.find(&key).filter(|_| rendered.own.is_empty());
        let trailer = match known {
            Some(known) => writer.replay(known)?,
            None => {
                writer.record();
                let resources = writer.add(resource_dictionary(&placed))?;
                let trailer = write_frame(
                    layout,
                    rendered,
                    &contents,
                    resources,
                    metadata,
                    &mut writer,
                )?;
                let recorded = writer.recorded(trailer)?;
                if rendered.own.is_empty() {
                    cache.frames.insert(key, recorded);
                }
                trailer
            }
        };
        let Finished {
            out: bytes,
            sha256,
            compressor,
        } = writer.finish(trailer)?;
        cache.compressor = compressor;
        Ok(File { bytes, sha256 })
    }
}

impl RenderedPage {
    fn new() -> RenderedPage {
        RenderedPage {
            parts: Vec::new(),
            marked: Vec::new(),
        }
    }
}

/// Writes page objects, tags, links, outline and metadata.
fn write_frame(
    layout: &Layout,
    rendered: &RenderedPdf,
    contents: &[Vec<ObjectId>],
    resources: ObjectId,
    metadata: &Metadata,
    writer: &mut ObjectWriter<Vec<u8>>,
) -> io::Result<Trailer> {
    let parent = writer.reserve();
    let keys = ParentKeys {
        first: 0,
        pages: layout.pages.len(),
    };
    let place = PagePlace {
        parent,
        resources,
        keys,
    };
    let pages = write_pages(layout, &rendered.pages, contents, place, writer)?;
    write_page_tree(parent, None, layout.pages.len(), pages.ids(), writer)?;
    let tagged = TaggedContent {
        layout,
        pages: &pages.tagged,
        annotations: &pages.annotations,
        keys,
    };
    let catalog = Catalog {
        page_tree: parent,
        struct_tree: tagged.write_tree(writer)?,
        outline: super::outline::write(layout, pages.first, writer)?,
        duplex: layout.duplex(),
    };
    catalog.write(metadata, writer)
}

/// Adds parts as pages of the document. Returns the elements of their marked content.
fn add_parts(
    parts: &[PagePart],
    structure: &[Element],
    resources: Resources,
    builder: &mut PdfBuilder,
) -> Vec<Vec<ElementId>> {
    let mut marked = Vec::with_capacity(parts.len());
    for part in parts {
        let height = part.size.height;
        let mut painted = page::paint(part.items, part.first, height, structure, resources);
        if !part.is_only {
            // The graphics state must not leak into the next part.
            painted.ops.insert(0, Op::SaveGraphicsState);
            painted.ops.push(Op::RestoreGraphicsState);
        }
        builder.add_page(part.size, painted.ops);
        marked.push(painted.marked);
    }
    marked
}

/// Embeds a subset of each face, named `prefix` and the face's number.
fn embed_fonts(
    needed: &NeededGlyphs,
    faces: &Faces,
    prefix: char,
    builder: &mut PdfBuilder,
) -> Result<Vec<SubsetFont>, PdfError> {
    let mut fonts = Vec::new();
    for (&id, needed) in needed.iter().filter(|(_, needed)| !needed.is_empty()) {
        let face = faces.get(id);
        let (parsed, subset) = font::subset(id, face, needed, format!("{prefix}{}", id.0))?;
        builder.embed_font(&subset, parsed, font::cap_height(face));
        fonts.push(subset);
    }
    Ok(fonts)
}

fn add_images(images: &[Image], builder: &mut PdfBuilder) {
    for image in images {
        builder.add_xobject(image.id.clone(), image.xobject());
    }
}

/// Makes a form XObject (8.10) of the shapes in the header. `None` without shapes, or if fewer than
/// two pages have a header.
fn shared_header(layout: &Layout, builder: &mut PdfBuilder) -> Option<SharedHeader> {
    // The first page has no header.
    let [_, page, _, ..] = &layout.pages[..] else {
        return None;
    };
    let shapes = page::header_shapes(&page.items);
    if shapes.is_empty() {
        return None;
    }
    let mut scratch = PdfBuilder::new(&[]);
    scratch.add_page(page.size, page::paint_shapes(&shapes, page.size.height));
    let (pages, _) = scratch.build();
    let form = page::form_dictionary(page.size);
    let id = XObjectId("D0".to_owned());
    let form = ExternalXObject {
        stream: ExternalStream {
            dict: form,
            content: pages.into_iter().next()?.content,
            compress: true,
        },
        width: None,
        height: None,
        dpi: None,
    };
    builder.add_xobject(id.clone(), XObject::External(form));
    Some(SharedHeader { id, shapes })
}
