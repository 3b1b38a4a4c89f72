//! Many leaflets in one file for a printer.
//!
//! Rendered leaflets are written one after the other. Only a few numbers of each stay in memory.
//! Shared objects are written once: fonts and pictures of each prepared leaflet, and equal content
//! streams. Each page object has its own `/StructParents`. So pages that share a stream still lead
//! to the elements of their own leaflet.
//!
//! Page tree and parent tree have two levels. The structure tree is a `Document` with a `Part` for
//! each leaflet.

use std::collections::HashMap;
use std::io;

use lopdf::{Dictionary, Object, ObjectId, dictionary, text_string};

use super::catalog::Catalog;
use super::compress::Compressor;
use super::object_writer::{MAX_OBJECTS, ObjectWriter};
use super::page;
use super::pages::{PagePlace, write_empty_page, write_page_tree, write_pages};
use super::shared_objects::{SharedObjects, resource_dictionary};
use super::struct_tree::{Parent, ParentKeys, TaggedContent};
use super::{Metadata, PdfError, PreparedPdf, RenderedPdf};
use crate::geometry::Size;
use crate::layout::page::{Duplex, Layout};
use crate::locale::without_isolates;

/// How a bundle will be printed. Doc comments on its values are `--help` text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Sides {
    /// One side of the paper.
    One,
    /// Both sides of the paper.
    // After an odd number of pages, a blank page makes the next leaflet begin on a new sheet.
    Two,
}

/// A leaflet for a bundle.
#[derive(Clone, Copy)]
pub struct BundledLeaflet<'a> {
    pub prepared: &'a PreparedPdf,
    pub layout: &'a Layout,
    pub rendered: &'a RenderedPdf,
    /// BCP 47 tag.
    pub language: &'a str,
    /// Title in the outline. It must not contain reader data, which other programs could show.
    pub bookmark: Option<&'a str>,
    pub copies: u32,
    pub marks: Option<BundledMarks<'a>>,
}

/// Pages of artifacts that are printed over the fronts of sheets.
#[derive(Clone, Copy)]
pub struct BundledMarks<'a> {
    pub prepared: &'a PreparedPdf,
    pub rendered: &'a RenderedPdf,
    /// Index of the page for the first sheet of the leaflet.
    pub first: usize,
}

/// Writes a file of many leaflets.
pub struct Bundle<W> {
    writer: ObjectWriter<W>,
    sides: Sides,
    duplex: Duplex,
    /// BCP 47 tag of the file's language.
    language: String,
    /// Offset of the numbers of shared objects, by their identity.
    placed: HashMap<[u8; 32], u32>,
    /// Resource dictionaries, by the identities of the objects in them.
    resources: HashMap<Vec<[u8; 32]>, ObjectId>,
    /// Content streams by hash.
    contents: HashMap<[u8; 32], ObjectId>,
    page_tree: Tree,
    page_count: usize,
    parent_tree: Tree,
    next_key: i64,
    struct_tree: ObjectId,
    /// The structure element around all leaflets.
    document: ObjectId,
    parts: Vec<Object>,
    outline: Outline,
    empty_content: Option<ObjectId>,
    /// Content streams that save the graphics state before a page with a mark, and restore it after the page.
    state: Option<(ObjectId, ObjectId)>,
}

impl<W: io::Write> Bundle<W> {
    /// Begins a bundle. The sink receives many small pieces and should be buffered.
    pub fn new(sink: W, sides: Sides, language: &str) -> Result<Bundle<W>, PdfError> {
        let mut writer = ObjectWriter::new(sink, Compressor::default())?;
        let mut reserve = || writer.reserve();
        Ok(Bundle {
            sides,
            duplex: match sides {
                Sides::One => Duplex::Simplex,
                Sides::Two => Duplex::LongEdge,
            },
            language: language.to_owned(),
            placed: HashMap::new(),
            resources: HashMap::new(),
            contents: HashMap::new(),
            page_tree: Tree::new(reserve()),
            page_count: 0,
            parent_tree: Tree::new(reserve()),
            next_key: 0,
            struct_tree: reserve(),
            document: reserve(),
            parts: Vec::new(),
            outline: Outline::new(reserve()),
            empty_content: None,
            state: None,
            writer,
        })
    }

    /// Returns the number of pages so far, including blank pages.
    pub fn pages(&self) -> usize {
        self.page_count
    }

    /// Returns the number of objects in the file so far, and the maximum.
    pub fn objects(&self) -> (usize, usize) {
        (MAX_OBJECTS - self.writer.numbers_left(), MAX_OBJECTS)
    }

    /// Adds all copies of a leaflet. Each begins on a new sheet. Fails if the file has no room for
    /// them.
    pub fn add(&mut self, leaflet: &BundledLeaflet) -> Result<(), PdfError> {
        self.check_room(leaflet)?;
        let resources = self.resources(leaflet)?;
        let pages = &leaflet.rendered.pages;
        let mut contents = Vec::with_capacity(pages.len());
        for page in pages {
            let mut streams = Vec::with_capacity(page.parts.len());
            for part in &page.parts {
                let content = &part.content;
                let known = self.contents.get(&content.sha256).copied();
                let stream = match known {
                    Some(stream) => stream,
                    None => self.writer.add_content(&content.compressed)?,
                };
                self.contents.insert(content.sha256, stream);
                streams.push(stream);
            }
            contents.push(streams);
        }
        if let Some(marks) = leaflet.marks {
            self.add_marks(marks, &mut contents)?;
        }
        for _ in 0..leaflet.copies {
            self.add_copy(leaflet, &contents, resources)?;
        }
        Ok(())
    }

    /// Adds marks to the contents of the fronts of sheets.
    fn add_marks(&mut self, marks: BundledMarks, contents: &mut [Vec<ObjectId>]) -> io::Result<()> {
        let pages_of_sheet = match self.sides {
            Sides::One => 1,
            Sides::Two => 2,
        };
        let writer = &mut self.writer;
        let (save, restore) = match self.state {
            Some(state) => state,
            None => (
                writer.add_stream(Dictionary::new(), b"q\n")?,
                writer.add_stream(Dictionary::new(), b"\nQ\n")?,
            ),
        };
        self.state = Some((save, restore));
        let fronts = contents.iter_mut().step_by(pages_of_sheet);
        for (front, mark) in fronts.zip(&marks.rendered.pages[marks.first..]) {
            front.insert(0, save);
            front.push(restore);
            for part in &mark.parts {
                front.push(writer.add_content(&part.content.compressed)?);
            }
        }
        Ok(())
    }

    /// Writes the fonts and pictures of a leaflet that are not in the file yet. Returns the
    /// resource dictionary.
    fn resources(&mut self, leaflet: &BundledLeaflet) -> io::Result<ObjectId> {
        let of_leaflet = [&leaflet.prepared.shared, &leaflet.rendered.own];
        let marks = leaflet.marks.iter();
        let of_marks = marks.flat_map(|marks| [&marks.prepared.shared, &marks.rendered.own]);
        let objects: Vec<&SharedObjects> = of_leaflet.into_iter().chain(of_marks).collect();
        let key: Vec<[u8; 32]> = objects.iter().map(|objects| objects.identity()).collect();
        if let Some(&resources) = self.resources.get(&key) {
            return Ok(resources);
        }
        let mut placed = Vec::new();
        for objects in objects.into_iter().filter(|objects| !objects.is_empty()) {
            let known = self.placed.get(&objects.identity()).copied();
            let shift = match known {
                Some(shift) => shift,
                None => objects.place(&mut self.writer)?,
            };
            self.placed.insert(objects.identity(), shift);
            placed.push((objects, shift));
        }
        let resources = self.writer.add(resource_dictionary(&placed))?;
        self.resources.insert(key, resources);
        Ok(resources)
    }

    /// Fails if too few object numbers are left for a leaflet and for the objects at the end of the
    /// file.
    fn check_room(&self, leaflet: &BundledLeaflet) -> Result<(), PdfError> {
        /// Per copy: nodes of the trees, an outline entry, an empty page, object streams.
        const PER_COPY: usize = 16;
        /// Metadata, catalog and table of the file; fonts of the leaflet.
        const RESERVE: usize = 1000;
        let layout = leaflet.layout;
        let links: usize = layout.pages.iter().map(|page| page.links.len()).sum();
        let streams: usize = layout.pages.iter().map(|page| page.items.len()).sum();
        let marks = leaflet.marks.map_or(0, |_| layout.pages.len());
        let copy = layout.structure.len() + links + layout.pages.len() + PER_COPY;
        let copies = copy.saturating_mul(leaflet.copies as usize);
        if copies.saturating_add(streams + marks + RESERVE) > self.writer.numbers_left() {
            return Err(PdfError::Full {
                leaflets: self.parts.len(),
                max_objects: MAX_OBJECTS,
            });
        }
        Ok(())
    }

    fn add_copy(
        &mut self,
        leaflet: &BundledLeaflet,
        contents: &[Vec<ObjectId>],
        resources: ObjectId,
    ) -> Result<(), PdfError> {
        let layout = leaflet.layout;
        let Some(last) = layout.pages.last() else {
            return Ok(());
        };
        let writer = &mut self.writer;
        if layout.duplex() == Duplex::ShortEdge && self.sides == Sides::Two {
            self.duplex = Duplex::ShortEdge;
        }
        let is_padded = self.sides == Sides::Two && layout.pages.len() % 2 == 1;
        let count = layout.pages.len() + usize::from(is_padded);

        let node = writer.reserve();
        let keys = ParentKeys {
            first: self.next_key,
            pages: layout.pages.len(),
        };
        let place = PagePlace {
            parent: node,
            resources,
            keys,
        };
        let pages = write_pages(layout, &leaflet.rendered.pages, contents, place, writer)?;
        let mut kids = pages.ids();
        if is_padded {
            let content = match self.empty_content {
                Some(content) => content,
                None => writer.add_stream(Dictionary::new(), b"")?,
            };
            self.empty_content = Some(content);
            kids.push(write_empty_page(last.size, content, node, writer)?.into());
        }
        let from = self.page_count as i64;
        self.page_count += count;
        let range = (from, self.page_count as i64);
        let parent = self.page_tree.add(node, range, write_page_group, writer)?;
        write_page_tree(node, Some(parent), count, kids, writer)?;

        let content = TaggedContent {
            layout,
            pages: &pages.tagged,
            annotations: &pages.annotations,
            keys,
        };
        let language = Some(leaflet.language).filter(|language| *language != self.language);
        let part = content.write_elements(Parent::Bundle(self.document, language), writer)?;
        self.parts.push((part, 0).into());
        self.next_key = keys.annotation(pages.annotations.len());
        let node = writer.add(dictionary! {
            "Limits" => vec![keys.first.into(), (self.next_key - 1).into()],
            "Nums" => content.parents(part),
        })?;
        let range = (keys.first, self.next_key);
        self.parent_tree
            .add(node, range, write_parent_group, writer)?;

        if let (Some(title), Some(first)) = (leaflet.bookmark, layout.pages.first()) {
            self.outline
                .add(title, (pages.first, 0), first.size, writer)?;
        }
        Ok(())
    }

    /// Returns the sink.
    pub(crate) fn sink(&self) -> &W {
        self.writer.sink()
    }

    /// Returns the sink with an incomplete file in it.
    pub fn abandon(self) -> W {
        self.writer.abandon()
    }

    /// Finishes the file with metadata for all of it, and returns the sink.
    pub fn finish(mut self, metadata: &Metadata) -> Result<W, PdfError> {
        if self.parts.is_empty() {
            return Err(PdfError::Empty);
        }
        let writer = &mut self.writer;
        let groups = self.page_tree.close(write_page_group, writer)?;
        write_page_tree(self.page_tree.root, None, self.page_count, groups, writer)?;
        let groups = self.parent_tree.close(write_parent_group, writer)?;
        writer.object(self.parent_tree.root, dictionary! { "Kids" => groups })?;
        let document =
            dictionary! { "S" => "Document", "P" => self.struct_tree, "K" => self.parts };
        writer.object(self.document, document)?;
        let struct_tree = dictionary! {
            "Type" => "StructTreeRoot",
            "K" => self.document,
            "ParentTree" => self.parent_tree.root,
            "ParentTreeNextKey" => self.next_key,
        };
        writer.object(self.struct_tree, struct_tree)?;
        let catalog = Catalog {
            page_tree: self.page_tree.root,
            struct_tree: self.struct_tree,
            outline: self.outline.finish(writer)?,
            duplex: self.duplex,
        };
        let trailer = catalog.write(metadata, &mut self.writer)?;
        Ok(self.writer.finish(trailer)?.out)
    }
}

/// A tree of two levels below its root.
struct Tree {
    root: ObjectId,
    groups: Vec<ObjectId>,
    open: Option<Group>,
}

/// A node with nodes below it.
struct Group {
    id: ObjectId,
    root: ObjectId,
    kids: Vec<Object>,
    /// First page or key, and the number after the last.
    range: (i64, i64),
}

/// Nodes per group.
const GROUP_SIZE: usize = 64;

impl Tree {
    fn new(root: ObjectId) -> Tree {
        Tree {
            root,
            groups: Vec::new(),
            open: None,
        }
    }

    /// Adds a node to the open group, and returns the group. A full group is written.
    fn add<W: io::Write>(
        &mut self,
        node: ObjectId,
        range: (i64, i64),
        write: fn(Group, &mut ObjectWriter<W>) -> io::Result<()>,
        writer: &mut ObjectWriter<W>,
    ) -> io::Result<ObjectId> {
        if let Some(full) = self.open.take_if(|group| group.kids.len() == GROUP_SIZE) {
            write(full, writer)?;
        }
        let group = self.open.get_or_insert_with(|| {
            let id = writer.reserve();
            self.groups.push(id);
            Group {
                id,
                root: self.root,
                kids: Vec::new(),
                range,
            }
        });
        group.kids.push(node.into());
        group.range.1 = range.1;
        Ok(group.id)
    }

    /// Writes the open group, and returns all groups.
    fn close<W: io::Write>(
        &mut self,
        write: fn(Group, &mut ObjectWriter<W>) -> io::Result<()>,
        writer: &mut ObjectWriter<W>,
    ) -> io::Result<Vec<Object>> {
        if let Some(group) = self.open.take() {
            write(group, writer)?;
        }
        Ok(self.groups.iter().map(|&id| id.into()).collect())
    }
}

fn write_page_group<W: io::Write>(group: Group, writer: &mut ObjectWriter<W>) -> io::Result<()> {
    let pages = (group.range.1 - group.range.0) as usize;
    write_page_tree(group.id, Some(group.root), pages, group.kids, writer)
}

/// Writes a node of the parent tree (7.9.7).
fn write_parent_group<W: io::Write>(group: Group, writer: &mut ObjectWriter<W>) -> io::Result<()> {
    let (first, end) = group.range;
    let limits = vec![first.into(), (end - 1).into()];
    writer.object(
        group.id,
        dictionary! { "Limits" => limits, "Kids" => group.kids },
    )
}

/// A flat outline. Each entry names the next, so the last one is not written yet.
struct Outline {
    root: ObjectId,
    first: Option<ObjectId>,
    last: Option<(ObjectId, Dictionary)>,
    count: i64,
}

impl Outline {
    fn new(root: ObjectId) -> Outline {
        Outline {
            root,
            first: None,
            last: None,
            count: 0,
        }
    }

    fn add<W: io::Write>(
        &mut self,
        title: &str,
        page: ObjectId,
        size: Size,
        writer: &mut ObjectWriter<W>,
    ) -> io::Result<()> {
        let id = writer.reserve();
        let top = page::real(size.height);
        let mut entry = dictionary! {
            "Title" => text_string(&without_isolates(title)),
            "Parent" => self.root,
            "Dest" => vec![page.into(), "XYZ".into(), 0.into(), top, 0.into()],
        };
        if let Some((previous, mut waiting)) = self.last.take() {
            entry.set("Prev", previous);
            waiting.set("Next", id);
            writer.object(previous, waiting)?;
        }
        self.last = Some((id, entry));
        self.first.get_or_insert(id);
        self.count += 1;
        Ok(())
    }

    /// Writes the last entry and the root, if there are entries.
    fn finish<W: io::Write>(self, writer: &mut ObjectWriter<W>) -> io::Result<Option<ObjectId>> {
        let (Some(first), Some((last, entry))) = (self.first, self.last) else {
            return Ok(None);
        };
        writer.object(last, entry)?;
        let root = dictionary! {
            "Type" => "Outlines",
            "First" => first,
            "Last" => last,
            "Count" => self.count,
        };
        writer.object(self.root, root)?;
        Ok(Some(self.root))
    }
}
