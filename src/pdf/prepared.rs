//! A prepared leaflet: everything that the leaflets of one handout, clinic, language and paper
//! share, finished once.
//!
//! 1. [`PreparedPdf::new`] makes the leaflet without reader data by printpdf: fonts, pictures, pages.
//! 2. [`PreparedPdf::render`] makes the pages of one reader. Only what differs from the prepared
//!    pages passes through printpdf again.
//! 3. [`PreparedPdf::write`] writes them to a file of their own; [`super::Bundle`] writes many.

use std::ops::Range;
use std::sync::Arc;

use lopdf::Dictionary;
use printpdf::{ExternalStream, ExternalXObject, Op, XObject, XObjectId};

use super::catalog::Catalog;
use super::compress::Compressor;
use super::document_builder::{BuiltPage, DocumentBuilder};
use super::font::{self, NeededGlyphs, SubsetFont};
use super::image::{self, Image};
use super::object_writer::{Finished, ObjectWriter};
use super::page::{self, Operations, Resources, SharedHeader};
use super::page_parts::{ContentStream, Part, PreparedPage, Reuse, count_marked, split};
use super::pages::{PagePlace, write_page_tree, write_pages};
use super::references::check_references;
use super::render_cache::RenderCache;
use super::shared_objects::{SharedObjects, resource_dictionary};
use super::struct_tree::{ParentKeys, TaggedContent};
use super::{Error, File, Metadata};
use crate::font::Faces;
use crate::layout::page::{Element, ElementId, Layout, Page};

/// Characters that the fonts of a prepared leaflet hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Those of the prepared layout, which is every reader's.
    Layout,
    /// Printable ASCII and Latin-1 as well, in every weight, for reader data.
    LayoutAndLatin,
}

/// A leaflet without reader data, ready to be completed. Threads share it.
pub struct PreparedPdf {
    fonts: Vec<SubsetFont>,
    images: Vec<Image>,
    header: Option<SharedHeader>,
    pub(super) shared: SharedObjects,
    pages: Vec<PreparedPage>,
    structure: Vec<Element>,
}

/// The pages of one leaflet, compressed.
pub struct RenderedPdf {
    pub(super) pages: Vec<RenderedPage>,
    /// Fonts and pictures that the prepared leaflet lacks.
    pub(super) own: SharedObjects,
}

pub(super) struct RenderedPage {
    /// The page object as printpdf made it.
    pub dictionary: Dictionary,
    pub contents: Vec<Arc<ContentStream>>,
    /// Element of each marked-content sequence.
    pub marked: Vec<ElementId>,
}

impl PreparedPdf {
    pub fn new(
        layout: &Layout,
        faces: &Faces,
        coverage: Coverage,
        cache: &mut RenderCache,
    ) -> Result<PreparedPdf, Error> {
        let compressor = &mut cache.compressor;
        check_references(layout)?;
        let items = layout.pages.iter().map(|page| &page.items[..]);
        let mut needed = font::needed_glyphs(items.enumerate(), faces, &[])?;
        if coverage == Coverage::LayoutAndLatin {
            font::add_latin(&mut needed, faces)?;
        }
        let mut builder = DocumentBuilder::new(&[]);
        let fonts = embed_fonts(&needed, faces, 'F', &mut builder)?;
        let images = image::needed_images(layout, &[], 'I');
        add_images(&images, &mut builder);
        let header = shared_header(layout, &mut builder);
        let resources = Resources {
            fonts: [&fonts, &[]],
            images: [&images, &[]],
            header: header.as_ref(),
        };
        let splits: Vec<Vec<Range<usize>>> = layout
            .pages
            .iter()
            .map(|page| match coverage {
                Coverage::Layout => vec![0..page.items.len()],
                Coverage::LayoutAndLatin => split(&page.items),
            })
            .collect();
        let mut marked = Vec::new();
        for (page, parts) in layout.pages.iter().zip(&splits) {
            let mut first = 0;
            for part in parts {
                let items = &page.items[part.clone()];
                let painted =
                    page::paint(items, first, page.size.height, &layout.structure, resources);
                first += painted.marked.len();
                marked.push(painted.marked);
                builder.add_page(page.size, isolate(painted.ops, parts.len() > 1));
            }
        }
        let (built, mut shared) = builder.build();
        shared.finish(compressor);
        let mut built = built.into_iter().zip(marked);
        let mut pages = Vec::with_capacity(layout.pages.len());
        for (page, parts) in layout.pages.iter().zip(splits) {
            pages.push(prepared_page(page, parts, &mut built, compressor));
        }
        Ok(PreparedPdf {
            fonts,
            images,
            header,
            shared,
            pages,
            structure: layout.structure.clone(),
        })
    }

    /// Makes the pages of one leaflet.
    pub fn render(
        &self,
        layout: &Layout,
        faces: &Faces,
        cache: &mut RenderCache,
    ) -> Result<RenderedPdf, Error> {
        let compressor = &mut cache.compressor;
        check_references(layout)?;
        let reused: Vec<Reuse> = layout
            .pages
            .iter()
            .enumerate()
            .map(|(index, page)| match self.pages.get(index) {
                Some(prepared) => prepared.reuse(&self.structure, page, &layout.structure),
                None => Reuse::nothing(page),
            })
            .collect();
        let pages = layout.pages.iter().zip(&reused);
        let rest = pages.map(|(page, reuse)| &page.items[reuse.rest.clone()]);
        let needed = font::needed_glyphs(rest.enumerate(), faces, &self.fonts)?;
        let images = image::needed_images(layout, &self.images, 'J');
        let mut builder = DocumentBuilder::new(&self.fonts);
        let fonts = embed_fonts(&needed, faces, 'X', &mut builder)?;
        add_images(&images, &mut builder);
        let resources = Resources {
            fonts: [&self.fonts, &fonts],
            images: [&self.images, &images],
            header: self.header.as_ref(),
        };
        let mut marked = Vec::new();
        for (page, reuse) in layout.pages.iter().zip(&reused) {
            if !reuse.has_rest() {
                continue;
            }
            let first = count_marked(&page.items[..reuse.rest.start]);
            let items = &page.items[reuse.rest.clone()];
            let Operations { ops, marked: own } =
                page::paint(items, first, page.size.height, &layout.structure, resources);
            builder.add_page(page.size, isolate(ops, !reuse.is_nothing()));
            marked.push(own);
        }
        let (built, mut own) = builder.build();
        own.finish(compressor);
        let mut built = built.into_iter().zip(marked);
        let mut pages = Vec::with_capacity(layout.pages.len());
        for (index, reuse) in reused.into_iter().enumerate() {
            let made = if reuse.has_rest() { built.next() } else { None };
            pages.push(self.rendered_page(index, reuse, made, compressor));
        }
        Ok(RenderedPdf { pages, own })
    }

    fn rendered_page(
        &self,
        index: usize,
        reuse: Reuse,
        made: Option<(BuiltPage, Vec<ElementId>)>,
        compressor: &mut Compressor,
    ) -> RenderedPage {
        let mut rendered = RenderedPage {
            dictionary: Dictionary::new(),
            contents: Vec::new(),
            marked: Vec::new(),
        };
        let add = |rendered: &mut RenderedPage, parts: &[Part]| {
            for part in parts {
                rendered.contents.push(Arc::clone(&part.content));
                rendered.marked.extend(&part.marked);
            }
        };
        add(&mut rendered, reuse.head);
        match made {
            Some((page, marked)) => {
                let content = ContentStream::new(&page.content, compressor);
                rendered.contents.push(content);
                rendered.marked.extend(marked);
                rendered.dictionary = page.dictionary;
            }
            None => rendered.dictionary = self.pages[index].dictionary.clone(),
        }
        add(&mut rendered, reuse.tail);
        rendered
    }

    /// Writes rendered pages to a file of their own.
    pub fn write(
        &self,
        layout: &Layout,
        rendered: &RenderedPdf,
        metadata: &Metadata,
        cache: &mut RenderCache,
    ) -> Result<File, Error> {
        let compressor = &mut cache.compressor;
        let mut writer = ObjectWriter::new(Vec::new(), std::mem::take(compressor))?;
        let mut placed = vec![(&self.shared, self.shared.place(&mut writer)?)];
        if !rendered.own.is_empty() {
            placed.push((&rendered.own, rendered.own.place(&mut writer)?));
        }
        let resources = writer.add(resource_dictionary(&placed))?;
        let mut contents = Vec::with_capacity(rendered.pages.len());
        for page in &rendered.pages {
            let mut streams = Vec::with_capacity(page.contents.len());
            for content in &page.contents {
                streams.push(writer.add_content(&content.compressed)?);
            }
            contents.push(streams);
        }
        let page_tree = writer.reserve();
        let keys = ParentKeys {
            first: 0,
            pages: layout.pages.len(),
        };
        let place = PagePlace {
            parent: page_tree,
            resources,
            keys,
        };
        let pages = write_pages(layout, &rendered.pages, &contents, place, &mut writer)?;
        write_page_tree(
            page_tree,
            None,
            layout.pages.len(),
            pages.ids(),
            &mut writer,
        )?;
        let struct_tree = TaggedContent {
            layout,
            pages: &pages.tagged,
            annotations: &pages.annotations,
            keys,
        }
        .write_tree(&mut writer)?;
        let outline = super::outline::write(layout, pages.first, &mut writer)?;
        let catalog = Catalog {
            page_tree,
            struct_tree,
            outline,
        };
        let Finished {
            out: bytes,
            sha256,
            compressor: used,
        } = catalog.finish(metadata, writer)?;
        *compressor = used;
        Ok(File { bytes, sha256 })
    }
}

/// Puts operations between `q` and `Q` where other parts of the page follow.
fn isolate(ops: Vec<Op>, is_part: bool) -> Vec<Op> {
    if !is_part {
        return ops;
    }
    let mut isolated = Vec::with_capacity(ops.len() + 2);
    isolated.push(Op::SaveGraphicsState);
    isolated.extend(ops);
    isolated.push(Op::RestoreGraphicsState);
    isolated
}

fn prepared_page(
    page: &Page,
    parts: Vec<Range<usize>>,
    built: &mut impl Iterator<Item = (BuiltPage, Vec<ElementId>)>,
    compressor: &mut Compressor,
) -> PreparedPage {
    let mut prepared = PreparedPage {
        page: page.clone(),
        dictionary: Dictionary::new(),
        parts: Vec::with_capacity(parts.len()),
    };
    let mut first = 0;
    for (items, (made, marked)) in parts.into_iter().zip(built) {
        prepared.dictionary = made.dictionary;
        let content = ContentStream::new(&made.content, compressor);
        let count = marked.len();
        prepared.parts.push(Part {
            items,
            first,
            marked,
            content,
        });
        first += count;
    }
    prepared
}

/// Embeds a subset of each face, named `prefix` and the face's number.
fn embed_fonts(
    needed: &NeededGlyphs,
    faces: &Faces,
    prefix: char,
    builder: &mut DocumentBuilder,
) -> Result<Vec<SubsetFont>, Error> {
    let mut fonts = Vec::new();
    for (&id, glyphs) in needed.iter().filter(|(_, glyphs)| !glyphs.is_empty()) {
        let face = faces.get(id);
        let (parsed, subset) = font::subset(id, face, glyphs, format!("{prefix}{}", id.0))?;
        builder.embed_font(&subset, parsed, font::cap_height(face));
        fonts.push(subset);
    }
    Ok(fonts)
}

fn add_images(images: &[Image], builder: &mut DocumentBuilder) {
    for image in images {
        builder.add_xobject(image.id.clone(), image.xobject());
    }
}

/// Makes a form XObject (8.10) of the shapes that the headers of most pages show, if several do.
fn shared_header(layout: &Layout, builder: &mut DocumentBuilder) -> Option<SharedHeader> {
    // The first page has no header.
    let [_, page, _, ..] = &layout.pages[..] else {
        return None;
    };
    let shapes = page::header_shapes(&page.items);
    if shapes.is_empty() {
        return None;
    }
    let mut scratch = DocumentBuilder::new(&[]);
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
