//! Page objects with their links, and nodes of the page tree (ISO 32000-1, 7.7.3).

use std::io;

use lopdf::{Dictionary, Object, ObjectId, dictionary};

use super::link;
use super::object_writer::ObjectWriter;
use super::page;
use super::prepared::RenderedPage;
use super::struct_tree::{ParentKeys, TaggedAnnotation, TaggedPage};
use crate::geometry::Size;
use crate::layout::page::{Content, Layout, Page};

/// Objects that the pages of a leaflet refer to.
#[derive(Clone, Copy)]
pub(super) struct PagePlace {
    /// Node of the page tree above them.
    pub parent: ObjectId,
    pub resources: ObjectId,
    pub keys: ParentKeys,
}

/// The page objects of a leaflet.
pub(super) struct WrittenPages<'a> {
    /// Number of the first; the others follow.
    pub first: u32,
    pub tagged: Vec<TaggedPage<'a>>,
    pub annotations: Vec<TaggedAnnotation>,
}

impl WrittenPages<'_> {
    pub(super) fn ids(&self) -> Vec<Object> {
        self.tagged.iter().map(|page| page.id.into()).collect()
    }
}

/// Writes the page objects and links of a leaflet; `contents` are the content streams of each page.
pub(super) fn write_pages<'a, W: io::Write>(
    layout: &Layout,
    rendered: &'a [RenderedPage],
    contents: &[Vec<ObjectId>],
    place: PagePlace,
    writer: &mut ObjectWriter<W>,
) -> io::Result<WrittenPages<'a>> {
    let mut written = WrittenPages {
        first: writer.reserve_many(layout.pages.len()),
        tagged: Vec::with_capacity(rendered.len()),
        annotations: Vec::new(),
    };
    for (index, (page, rendered)) in layout.pages.iter().zip(rendered).enumerate() {
        let mut annotations: Vec<Object> = Vec::with_capacity(page.links.len());
        for area in &page.links {
            let key = place.keys.annotation(written.annotations.len());
            let annotation = link::annotation(area, page.size.height, key, layout, written.first);
            let id = writer.add(annotation)?;
            annotations.push(id.into());
            written.annotations.push(TaggedAnnotation {
                id,
                page: index,
                element: area.element,
            });
        }
        let made = rendered.parts.first().map(|part| part.dictionary.clone());
        let mut dictionary = made.unwrap_or_default();
        dictionary.set("Parent", place.parent);
        dictionary.set("Resources", place.resources);
        dictionary.set("Contents", content_reference(&contents[index]));
        dictionary.set("StructParents", place.keys.page(index));
        dictionary.set("Tabs", "S");
        if is_transparent(page) {
            dictionary.set(
                "Group",
                dictionary! { "S" => "Transparency", "CS" => "DeviceRGB" },
            );
        }
        if !annotations.is_empty() {
            dictionary.set("Annots", annotations);
        }
        let id = (written.first + index as u32, 0);
        writer.object(id, dictionary)?;
        written.tagged.push(TaggedPage {
            id,
            marked: &rendered.marked,
            height: page.size.height,
        });
    }
    Ok(written)
}

fn content_reference(streams: &[ObjectId]) -> Object {
    match streams {
        [only] => (*only).into(),
        _ => Object::Array(streams.iter().map(|&id| id.into()).collect()),
    }
}

/// Writes a blank page. It has no structure elements.
pub(super) fn write_empty_page<W: io::Write>(
    size: Size,
    content: ObjectId,
    parent: ObjectId,
    writer: &mut ObjectWriter<W>,
) -> io::Result<ObjectId> {
    let zero = Object::Integer(0);
    let media_box = vec![
        zero.clone(),
        zero,
        page::real(size.width),
        page::real(size.height),
    ];
    writer.add(dictionary! {
        "Type" => "Page",
        "MediaBox" => media_box,
        "Parent" => parent,
        "Resources" => Dictionary::new(),
        "Contents" => content,
        "Tabs" => "S",
    })
}

/// Writes a node of the page tree.
pub(super) fn write_page_tree<W: io::Write>(
    id: ObjectId,
    parent: Option<ObjectId>,
    pages: usize,
    kids: Vec<Object>,
    writer: &mut ObjectWriter<W>,
) -> io::Result<()> {
    let mut node = dictionary! { "Type" => "Pages", "Count" => pages as i64, "Kids" => kids };
    if let Some(parent) = parent {
        node.set("Parent", parent);
    }
    writer.object(id, node)
}

/// Returns whether a page has pictures or marks with an opacity, and so needs a blending colour space.
pub(super) fn is_transparent(page: &Page) -> bool {
    page.items.iter().any(|item| match &item.content {
        Content::Raster(raster, _) => raster.opacity.is_some(),
        Content::Graphic(graphic) => graphic.is_transparent(),
        Content::Text(_) | Content::Shape(_) => false,
    })
}
