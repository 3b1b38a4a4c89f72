//! Many leaflets in one print-ready file.
//!
//! Leaflets are written as they come, already [painted](super::painted), and what is kept of each is a few
//! numbers. What they share is written once: the fonts and pictures of each [`Base`], and every stretch of
//! page content. For that, a page's content is cut into several streams (ISO 32000-1, 7.8.2): a name on a
//! page changes the stretch that it is in, and the stretches before and behind are those of the leaflet
//! before. A page object has its own `/StructParents`, so that the same stream leads to the elements of
//! whichever leaflet it is shown in.
//!
//! Page tree and parent tree grow in two levels; the structure tree is a `Document` with a `Part` for
//! each leaflet.

use std::collections::HashMap;
use std::io;

use sha2::{Digest, Sha256};

use super::content::{self, Image, Resources};
use super::font::{self, Fonts, Subset};
use super::painted::{OwnFonts, Painted};
use super::tag::{self, Keys, Within};
use super::write::{Finished, PART_NUMBERS, Ref, Writer};
use super::{
    Base, Catalog, Described, Error, Metadata, PagePlace, Pages, Printed, image, metadata,
    spell_media_box, spell_references, spell_resources, tagged, write_catalog, write_output_intent,
    write_page_tree, write_pages,
};
use crate::font::Faces;
use crate::geometry::Size;
use crate::layout::page::Layout;

/// How a bundle will be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// On one side of the paper.
    One,
    /// On both sides: a leaflet with an odd number of pages gets an empty one, so that the next begins
    /// on a new sheet.
    Two,
}

/// A leaflet for a bundle.
#[derive(Clone, Copy)]
pub struct BundledLeaflet<'a> {
    /// What it shares with others.
    pub base: &'a Base,
    /// Its pages.
    pub layout: &'a Layout,
    /// The same, painted.
    pub painted: &'a Painted,
    /// The faces.
    pub faces: &'a Faces,
    /// BCP 47 tag of its language.
    pub language: &'a str,
    /// Its entry in the outline, for each copy; reaches whoever opens the file, so nothing of a patient.
    pub bookmark: Option<&'a str>,
    /// How often it is printed.
    pub copies: u32,
}

/// A file of many leaflets, being written.
pub struct Bundle<W> {
    writer: Writer<W>,
    sides: Sides,
    /// BCP 47 tag of the file's language.
    language: String,
    output_intent: Ref,
    bases: Vec<PlacedBase>,
    own_fonts: OwnFonts,
    /// Stretches of page content, by the SHA-256 of what they are compressed to.
    streams: HashMap<[u8; 32], Ref>,
    page_tree: Tree,
    pages: usize,
    parent_tree: Tree,
    /// The next key of the parent tree.
    key: i64,
    structure: Ref,
    /// The structure element around all leaflets.
    document: Ref,
    parts: Vec<Ref>,
    outline: Outline,
    /// The content of empty pages, once there is one.
    nothing: Option<Ref>,
}

/// A base's fonts and pictures in a bundle.
struct PlacedBase {
    identity: [u8; 32],
    fonts: Vec<Subset>,
    images: Vec<Image>,
    resources: Ref,
}

/// A tree of two levels below its root: nodes in groups.
struct Tree {
    root: Ref,
    groups: Vec<Group>,
}

/// A node with nodes below it.
struct Group {
    object: Ref,
    /// What is below it; empty once it is written.
    kids: Vec<Ref>,
    /// Pages, or keys, before it and up to its end.
    from: i64,
    to: i64,
}

/// The keys of each leaflet begin at a multiple of this, so that leaflets differ in few digits.
const LEAFLET_KEYS: u64 = 100;

/// Nodes in a group.
const GROUP: usize = 64;

impl Tree {
    /// The group that the next node belongs to, and one that has become full.
    fn grow<W: io::Write>(
        &mut self,
        from: i64,
        writer: &mut Writer<W>,
    ) -> (&mut Group, Option<Group>) {
        let full = self
            .groups
            .last()
            .is_some_and(|group| group.kids.len() == GROUP);
        let mut closed = None;
        if full && let Some(last) = self.groups.last_mut() {
            closed = Some(Group {
                kids: std::mem::take(&mut last.kids),
                ..*last
            });
        }
        if full || self.groups.is_empty() {
            self.groups.push(Group {
                object: writer.reserve(),
                kids: Vec::new(),
                from,
                to: from,
            });
        }
        let last = self.groups.len() - 1;
        (&mut self.groups[last], closed)
    }

    /// The group that is not full yet.
    fn rest(&mut self) -> Option<Group> {
        let last = self.groups.last_mut()?;
        Some(Group {
            kids: std::mem::take(&mut last.kids),
            ..*last
        })
    }
}

/// The outline: a flat list, of which the last entry waits to know the next.
struct Outline {
    root: Ref,
    first: Option<Ref>,
    waiting: Option<OutlineEntry>,
    count: usize,
}

struct OutlineEntry {
    object: Ref,
    previous: Option<Ref>,
    title: String,
    page: Ref,
    size: Size,
}

impl<W: io::Write> Bundle<W> {
    /// Begins a bundle in a file or another sink; `language` is what most of it is written in. The sink
    /// gets many small pieces: buffer it.
    pub fn begin(sink: W, sides: Sides, language: &str) -> Result<Bundle<W>, Error> {
        let mut writer = Writer::begin_bundle(sink)?;
        let output_intent = write_output_intent(&mut writer)?;
        let mut tree = || Tree {
            root: writer.reserve(),
            groups: Vec::new(),
        };
        let (page_tree, parent_tree) = (tree(), tree());
        Ok(Bundle {
            sides,
            language: language.to_owned(),
            output_intent,
            bases: Vec::new(),
            own_fonts: OwnFonts::default(),
            streams: HashMap::new(),
            page_tree,
            pages: 0,
            parent_tree,
            key: 0,
            structure: writer.reserve(),
            document: writer.reserve(),
            parts: Vec::new(),
            outline: Outline {
                root: writer.reserve(),
                first: None,
                waiting: None,
                count: 0,
            },
            nothing: None,
            writer,
        })
    }

    /// Pages so far, empty ones too.
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// Adds a leaflet, as often as it has copies. Each begins on a new sheet.
    pub fn add(&mut self, leaflet: &BundledLeaflet) -> Result<(), Error> {
        let BundledLeaflet {
            base,
            layout,
            painted,
            faces,
            ..
        } = *leaflet;
        self.check_room(leaflet)?;
        let placed = self.place(base, faces)?;
        let writer = &mut self.writer;
        let PlacedBase {
            fonts,
            images,
            resources,
            ..
        } = &self.bases[placed];
        let own_fonts = self.own_fonts.get(&painted.wanted, faces, fonts, writer)?;
        let own_images = image::embed(layout, images, 'J', writer)?;
        let drawn_with = Resources {
            fonts: Fonts {
                base: fonts,
                own: own_fonts,
            },
            images: [images, &own_images],
            drawings: &[],
        };
        let resources = if own_fonts.is_empty() && own_images.is_empty() {
            *resources
        } else {
            let own = writer.reserve();
            writer.object(own, |body| spell_resources(body, drawn_with))?;
            own
        };
        let mut printed = Vec::with_capacity(painted.pages.len());
        for plate in &painted.pages {
            let mut contents = Vec::with_capacity(plate.streams.len());
            for deflated in &plate.streams {
                let stream = match self.streams.entry(Sha256::digest(deflated).into()) {
                    std::collections::hash_map::Entry::Occupied(known) => *known.get(),
                    std::collections::hash_map::Entry::Vacant(unknown) => {
                        let stream = *unknown.insert(writer.reserve());
                        writer.stream(stream, "/Filter/FlateDecode", deflated)?;
                        stream
                    }
                };
                contents.push(stream);
            }
            printed.push(Printed {
                contents,
                marked: plate.marked.clone(),
            });
        }
        for _ in 0..leaflet.copies {
            self.add_copy(leaflet, &printed, resources)?;
        }
        Ok(())
    }

    /// Checks that the numbers of objects suffice for a leaflet and for what closes the file.
    fn check_room(&self, leaflet: &BundledLeaflet) -> Result<(), Error> {
        /// Of each copy: nodes of the trees, an outline entry, an empty page, the stream that it is in.
        const BESIDE: usize = 16;
        /// Of the file: metadata, catalog, table; of a leaflet: fonts and their maps.
        const AT_MOST: usize = 1000;
        let BundledLeaflet { layout, copies, .. } = *leaflet;
        let links: usize = layout.pages.iter().map(|page| page.links.len()).sum();
        let streams: usize = layout.pages.iter().map(|page| page.items.len()).sum();
        let each = (layout.structure.len() + links + layout.pages.len() + BESIDE)
            .next_multiple_of(PART_NUMBERS);
        if each
            .saturating_mul(copies as usize)
            .saturating_add(streams + AT_MOST)
            > self.writer.numbers_left()
        {
            return Err(Error::Full {
                leaflets: self.parts.len(),
            });
        }
        Ok(())
    }

    fn add_copy(
        &mut self,
        leaflet: &BundledLeaflet,
        printed: &[Printed],
        resources: Ref,
    ) -> Result<(), Error> {
        let layout = leaflet.layout;
        let (Some(first), Some(last)) = (layout.pages.first(), layout.pages.last()) else {
            return Ok(());
        };
        let writer = &mut self.writer;
        writer.begin_part()?;
        let is_padded = self.sides == Sides::Two && layout.pages.len() % 2 == 1;
        let count = layout.pages.len() + usize::from(is_padded);

        // Pages.
        let node = writer.reserve();
        let (group, full) = self.page_tree.grow(self.pages as i64, writer);
        group.kids.push(node);
        group.to = (self.pages + count) as i64;
        let above = group.object;
        if let Some(full) = full {
            write_page_group(&full, self.page_tree.root, writer)?;
        }
        self.key = (self.key as u64).next_multiple_of(LEAFLET_KEYS) as i64;
        let keys = Keys {
            first: self.key,
            pages: layout.pages.len(),
        };
        let place = PagePlace {
            page_tree: node,
            resources,
            keys,
        };
        let Pages {
            objects,
            annotations,
        } = write_pages(layout, printed, place, writer)?;
        let mut kids: Vec<Ref> = (0..layout.pages.len())
            .map(|index| objects.plus(index))
            .collect();
        if is_padded {
            let content = match self.nothing {
                Some(content) => content,
                None => {
                    let content = *self.nothing.insert(writer.reserve());
                    writer.stream(content, "", b"/Artifact BMC\nEMC\n")?;
                    content
                }
            };
            kids.push(write_empty_page(last.size, content, node, writer)?);
        }
        write_page_tree(node, Some(above), count, kids.into_iter(), writer)?;
        self.pages += count;

        // Structure.
        let pages = tagged(layout, printed, objects);
        let language = Some(leaflet.language).filter(|language| *language != self.language);
        let within = Within::Bundle(self.document, language);
        let part = tag::write_elements(layout, &pages, &annotations, within, writer)?;
        self.parts.push(part);
        self.key = keys.annotation(annotations.len());
        let node = writer.reserve();
        writer.object(node, |body| {
            body.raw("<</Limits[")
                .integer(keys.first)
                .raw(" ")
                .integer(self.key - 1)
                .raw("]");
            tag::spell_parents(body, &pages, &annotations, keys, part);
            body.raw(">>");
        })?;
        let (group, full) = self.parent_tree.grow(keys.first, writer);
        group.kids.push(node);
        group.to = self.key;
        if let Some(full) = full {
            write_parent_group(&full, writer)?;
        }

        if let Some(title) = leaflet.bookmark {
            self.outline.add(title, objects, first.size, writer)?;
        }
        Ok(())
    }

    /// Writes fonts and pictures of a base where the bundle does not have them yet.
    fn place(&mut self, base: &Base, faces: &Faces) -> Result<usize, Error> {
        if let Some(place) = self
            .bases
            .iter()
            .position(|placed| placed.identity == base.identity)
        {
            return Ok(place);
        }
        let held = self.bases.last().map_or(&[][..], |placed| &placed.fonts);
        let fonts = font::embed(&base.wanted, faces, held, 'F', &mut self.writer)?;
        let images = image::embed_again(&base.images, &mut self.writer)?;
        let resources = self.writer.reserve();
        let all = Resources {
            fonts: Fonts {
                base: &fonts,
                own: &[],
            },
            images: [&images, &[]],
            drawings: &[],
        };
        self.writer
            .object(resources, |body| spell_resources(body, all))?;
        self.bases.push(PlacedBase {
            identity: base.identity,
            fonts,
            images,
            resources,
        });
        Ok(self.bases.len() - 1)
    }

    /// Gives the sink back, with no more than a part of a file in it.
    pub fn abandon(self) -> W {
        self.writer.abandon()
    }

    /// Closes the bundle and returns its sink; the metadata are those of the whole file.
    pub fn finish(mut self, metadata: &Metadata) -> Result<W, Error> {
        if self.parts.is_empty() {
            return Err(Error::Empty);
        }
        let writer = &mut self.writer;
        if let Some(rest) = self.page_tree.rest() {
            write_page_group(&rest, self.page_tree.root, writer)?;
        }
        let groups = self.page_tree.groups.iter().map(|group| group.object);
        write_page_tree(self.page_tree.root, None, self.pages, groups, writer)?;

        if let Some(rest) = self.parent_tree.rest() {
            write_parent_group(&rest, writer)?;
        }
        writer.object(self.parent_tree.root, |body| {
            body.raw("<</Kids[");
            spell_references(
                body,
                self.parent_tree.groups.iter().map(|group| group.object),
            );
            body.raw("]>>");
        })?;
        writer.object(self.document, |body| {
            body.raw("<</S/Document/P ")
                .reference(self.structure)
                .raw("/K[");
            spell_references(body, self.parts.iter().copied());
            body.raw("]>>");
        })?;
        writer.object(self.structure, |body| {
            body.raw("<</Type/StructTreeRoot/K ")
                .reference(self.document);
            body.raw("/ParentTree ").reference(self.parent_tree.root);
            body.raw("/ParentTreeNextKey ").integer(self.key).raw(">>");
        })?;

        let outline = self.outline.finish(writer)?;
        let catalog = Catalog {
            page_tree: self.page_tree.root,
            structure: self.structure,
            outline,
            output_intent: self.output_intent,
            described: Described {
                metadata,
                packet: &metadata::xmp(metadata),
            },
        };
        let (_, catalog) = write_catalog(catalog, writer)?;
        let information = writer.reserve();
        writer.object(information, |body| metadata::information(metadata, body))?;
        let Finished { out, .. } = self.writer.finish(catalog, information)?;
        Ok(out)
    }
}

impl Outline {
    fn add<W: io::Write>(
        &mut self,
        title: &str,
        page: Ref,
        size: Size,
        writer: &mut Writer<W>,
    ) -> io::Result<()> {
        let object = writer.reserve();
        let previous = self.waiting.as_ref().map(|entry| entry.object);
        let entry = OutlineEntry {
            object,
            previous,
            title: title.to_owned(),
            page,
            size,
        };
        if let Some(before) = self.waiting.replace(entry) {
            before.write(self.root, Some(object), writer)?;
        }
        self.first.get_or_insert(object);
        self.count += 1;
        Ok(())
    }

    /// Writes what waits, and the root if there are entries.
    fn finish<W: io::Write>(self, writer: &mut Writer<W>) -> io::Result<Option<Ref>> {
        let (Some(first), Some(last)) = (self.first, self.waiting) else {
            return Ok(None);
        };
        last.write(self.root, None, writer)?;
        writer.object(self.root, |body| {
            body.raw("<</Type/Outlines/First ")
                .reference(first)
                .raw("/Last ")
                .reference(last.object);
            body.raw("/Count ").integer(self.count as i64).raw(">>");
        })?;
        Ok(Some(self.root))
    }
}

impl OutlineEntry {
    fn write<W: io::Write>(
        &self,
        root: Ref,
        next: Option<Ref>,
        writer: &mut Writer<W>,
    ) -> io::Result<()> {
        writer.object(self.object, |body| {
            body.raw("<</Title")
                .text(&self.title)
                .raw("/Parent ")
                .reference(root);
            if let Some(previous) = self.previous {
                body.raw("/Prev ").reference(previous);
            }
            if let Some(next) = next {
                body.raw("/Next ").reference(next);
            }
            body.raw("/Dest[").reference(self.page).raw("/XYZ 0 ");
            body.hundredths(content::hundredths(self.size.height.0))
                .raw(" 0]>>");
        })
    }
}

/// Writes a page that is empty and says nothing.
fn write_empty_page<W: io::Write>(
    size: Size,
    content: Ref,
    parent: Ref,
    writer: &mut Writer<W>,
) -> io::Result<Ref> {
    let page = writer.reserve();
    writer.object(page, |body| {
        body.raw("<</Type/Page/Parent ").reference(parent);
        spell_media_box(body, size);
        body.raw("/Resources<<>>/Contents ")
            .reference(content)
            .raw("/Tabs/S>>");
    })?;
    Ok(page)
}

fn write_page_group<W: io::Write>(
    group: &Group,
    root: Ref,
    writer: &mut Writer<W>,
) -> io::Result<()> {
    let pages = (group.to - group.from) as usize;
    write_page_tree(
        group.object,
        Some(root),
        pages,
        group.kids.iter().copied(),
        writer,
    )
}

/// Writes a node of the parent tree (7.9.7): the keys below it, and its kids.
fn write_parent_group<W: io::Write>(group: &Group, writer: &mut Writer<W>) -> io::Result<()> {
    writer.object(group.object, |body| {
        body.raw("<</Limits[")
            .integer(group.from)
            .raw(" ")
            .integer(group.to - 1)
            .raw("]/Kids[");
        spell_references(body, group.kids.iter().copied());
        body.raw("]>>");
    })
}
