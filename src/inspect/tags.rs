//! The structure tree: headings, tables, figures and reading order.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use hayro_interpret::hayro_syntax::object::{
    Array, Dict, MaybeRef, Name, ObjRef, Object, ObjectIdentifier, String as PdfString,
};
use hayro_interpret::hayro_syntax::xref::XRef;
use hayro_interpret::kurbo::{Point, Rect};

use super::lines::share;
use super::page::{PageText, Tag, TextRun, name_text};
use super::strings::{collapsed, text_of};
use super::{Figure, Heading, Sample, Table};

/// Maximum depth of the tree. Deeper elements are not read.
const MAX_DEPTH: usize = 200;
/// Maximum number of elements.
const MAX_ELEMENTS: usize = 300_000;
/// Roles of text within a block.
const INLINE: [&str; 17] = [
    "Span",
    "Quote",
    "Note",
    "Reference",
    "BibEntry",
    "Code",
    "Link",
    "Annot",
    "Em",
    "Strong",
    "Sub",
    "Ruby",
    "Warichu",
    "RB",
    "RT",
    "RP",
    "NonStruct",
];
/// Roles whose place on the page says nothing about their place in the text.
const FLOATING: [&str; 6] = ["Figure", "Formula", "Caption", "Note", "FENote", "Aside"];

/// What the tags of a file say.
#[derive(Default)]
pub(super) struct Tags {
    pub(super) headings: Vec<Heading>,
    pub(super) tables: Vec<Table>,
    pub(super) figures: Vec<Figure>,
    /// Text that is above text that is read before it.
    pub(super) order_faults: Vec<Sample>,
    /// Text that has no tag.
    pub(super) untagged: Vec<Sample>,
    /// Marked content in figures.
    pub(super) in_figures: BTreeSet<Content>,
    /// Marked content in headings, and in entries of lists of references.
    pub(super) set_apart: BTreeSet<Content>,
}

/// A page and the id of marked content on it.
type Content = (u32, i64);

#[derive(Default)]
struct Element {
    role: String,
    alt: Option<String>,
    actual_text: Option<String>,
    page: Option<u32>,
    kids: Vec<Kid>,
}

enum Kid {
    Element(usize),
    Content(Content),
}

/// Text and place of marked content.
struct Marked {
    text: String,
    /// `None` if nothing is visible.
    bounds: Option<Rect>,
    start: Point,
    end: Point,
    size: f64,
}

impl Marked {
    fn add(&mut self, run: &TextRun) {
        if is_apart(self.end, run.start, run.size) {
            self.text.push(' ');
        }
        self.text.push_str(&run.text);
        self.end = run.end;
        self.show(run);
    }

    fn show(&mut self, run: &TextRun) {
        if run.is_visible {
            let bounds = self.bounds.map_or(run.bounds, |all| all.union(run.bounds));
            self.bounds = Some(bounds);
        }
    }
}

/// Returns whether there is a blank or a line end between two texts.
fn is_apart(end: Point, start: Point, size: f64) -> bool {
    (start - end).hypot() > size * 0.15
}

/// Reads the structure tree below `root`.
pub(super) fn read_tags<'a>(
    root: &Dict<'a>,
    page_numbers: &BTreeMap<ObjectIdentifier, u32>,
    pages: &[PageText],
    xref: &'a XRef,
) -> Tags {
    let roles = root.get::<Dict<'_>>("RoleMap").unwrap_or_default();
    let mut reader = TreeReader {
        page_numbers,
        xref,
        roles,
        elements: Vec::new(),
        seen: BTreeSet::new(),
    };
    let top = reader.element(root, None, 0);
    let mut marked: BTreeMap<Content, Marked> = BTreeMap::new();
    for page in pages {
        for run in &page.runs {
            if let Tag::Content(mcid) = run.tag {
                match marked.entry((page.number, mcid)) {
                    Entry::Occupied(mut content) => content.get_mut().add(run),
                    Entry::Vacant(place) => place
                        .insert(Marked {
                            text: run.text.clone(),
                            bounds: None,
                            start: run.start,
                            end: run.end,
                            size: run.size,
                        })
                        .show(run),
                }
            }
        }
    }
    let mut walk = Walk {
        elements: &reader.elements,
        marked: &marked,
        tags: Tags::default(),
        read: BTreeSet::new(),
        blocks: Vec::new(),
    };
    if let Some(top) = top {
        walk.element(top, None, false);
    }
    let Walk {
        mut tags,
        read,
        blocks,
        ..
    } = walk;
    for page in pages {
        let untagged = page.runs.iter().find(|run| {
            let is_read = match run.tag {
                Tag::Artifact => true,
                Tag::None => false,
                Tag::Content(mcid) => read.contains(&(page.number, mcid)),
            };
            !is_read && run.is_visible
        });
        tags.untagged
            .extend(untagged.map(|run| Sample::new(page.number, &run.text)));
    }
    tags.order_faults = order_faults(&blocks);
    tags
}

struct TreeReader<'t, 'a> {
    page_numbers: &'t BTreeMap<ObjectIdentifier, u32>,
    xref: &'a XRef,
    roles: Dict<'a>,
    elements: Vec<Element>,
    seen: BTreeSet<ObjectIdentifier>,
}

impl<'a> TreeReader<'_, 'a> {
    /// Reads an element and its kids. Returns its index.
    fn element(&mut self, dict: &Dict<'a>, page: Option<u32>, depth: usize) -> Option<usize> {
        if depth > MAX_DEPTH || self.elements.len() >= MAX_ELEMENTS {
            return None;
        }
        let page = self.page_of(dict).or(page);
        let string = |key: &str| {
            let text = dict.get::<PdfString<'_>>(key)?;
            Some(text_of(&text)).filter(|text| !text.is_empty())
        };
        let index = self.elements.len();
        self.elements.push(Element {
            role: self.role(dict),
            alt: string("Alt"),
            actual_text: string("ActualText"),
            page,
            kids: Vec::new(),
        });
        let mut kids = Vec::new();
        if let Some(array) = dict.get::<Array<'_>>("K") {
            for kid in array.raw_iter() {
                let reference = kid.as_obj_ref();
                let object = match kid {
                    MaybeRef::Ref(id) => self.xref.get::<Object<'_>>(id.into()),
                    MaybeRef::NotRef(object) => Some(object),
                };
                if let Some(object) = object {
                    kids.extend(self.kid(reference, object, page, depth));
                }
            }
        } else if let Some(object) = dict.get::<Object<'_>>("K") {
            kids.extend(self.kid(dict.get_ref("K"), object, page, depth));
        }
        self.elements[index].kids = kids;
        Some(index)
    }

    fn kid(
        &mut self,
        reference: Option<ObjRef>,
        object: Object<'a>,
        page: Option<u32>,
        depth: usize,
    ) -> Option<Kid> {
        match object {
            Object::Number(number) => Some(Kid::Content((page?, number.as_i64()))),
            Object::Dict(dict) => match dict.get::<Name<'_>>("Type").as_deref() {
                Some(b"MCR") => {
                    let page = self.page_of(&dict).or(page)?;
                    let mcid = dict.get::<i32>("MCID")?;
                    Some(Kid::Content((page, mcid.into())))
                }
                Some(b"OBJR") => None,
                _ => {
                    // An element has one parent. A second one would be a loop.
                    if let Some(reference) = reference
                        && !self.seen.insert(reference.into())
                    {
                        return None;
                    }
                    self.element(&dict, page, depth + 1).map(Kid::Element)
                }
            },
            _ => None,
        }
    }

    fn page_of(&self, dict: &Dict<'a>) -> Option<u32> {
        let page = dict.get_ref("Pg")?;
        self.page_numbers.get(&page.into()).copied()
    }

    /// Returns the standard role of an element.
    fn role(&self, dict: &Dict<'a>) -> String {
        let Some(name) = dict.get::<Name<'_>>("S") else {
            return String::new();
        };
        let mut role = name_text(&name);
        for _ in 0..8 {
            match self.roles.get::<Name<'_>>(role.as_bytes()) {
                Some(standard) if name_text(&standard) != role => role = name_text(&standard),
                _ => break,
            }
        }
        role
    }
}

/// A block with text on a page, in reading order.
struct Block {
    page: u32,
    text: String,
    bounds: Option<Rect>,
    is_floating: bool,
}

struct Walk<'t> {
    elements: &'t [Element],
    marked: &'t BTreeMap<Content, Marked>,
    tags: Tags,
    read: BTreeSet<Content>,
    blocks: Vec<Block>,
}

impl Walk<'_> {
    /// Visits an element. `block` is the last block, if the element is in it.
    fn element(&mut self, index: usize, block: Option<usize>, is_floating: bool) {
        let elements = self.elements;
        let element = &elements[index];
        let role = element.role.as_str();
        let is_floating = is_floating || FLOATING.contains(&role);
        let level = match role {
            "H" | "Title" => Some(1),
            _ => role
                .strip_prefix('H')
                .and_then(|level| level.parse::<u32>().ok())
                .filter(|level| (1..=99).contains(level)),
        };
        if let Some(level) = level {
            let text = collapsed(&self.text(index));
            let page = self.page(index);
            self.tags.headings.push(Heading { level, text, page });
        }
        if role == "Table" {
            let page = self.page(index);
            let has_headers = self.contains(index, "TH");
            self.tags.tables.push(Table { page, has_headers });
        }
        if role == "Figure" {
            let alt = element.alt.clone().or_else(|| element.actual_text.clone());
            let page = self.page(index);
            self.tags.figures.push(Figure { alt, page });
            self.add_contents(index, |tags| &mut tags.in_figures);
        }
        if level.is_some() || role == "BibEntry" {
            self.add_contents(index, |tags| &mut tags.set_apart);
        }
        let mut block = block.filter(|_| INLINE.contains(&role));
        for kid in &element.kids {
            match kid {
                Kid::Element(kid) => {
                    let within = self.elements[*kid].role.as_str();
                    // A block within a block ends the block before it.
                    if INLINE.contains(&within) && block.is_none() {
                        block = Some(self.new_block(is_floating));
                    }
                    self.element(*kid, block, is_floating);
                    if !INLINE.contains(&within) {
                        block = None;
                    }
                }
                Kid::Content(content) => {
                    let at = match block {
                        Some(at) => at,
                        None => self.new_block(is_floating),
                    };
                    block = Some(self.add(at, *content, is_floating));
                }
            }
        }
    }

    fn new_block(&mut self, is_floating: bool) -> usize {
        self.blocks.push(Block {
            page: 0,
            text: String::new(),
            bounds: None,
            is_floating,
        });
        self.blocks.len() - 1
    }

    /// Adds content to a block, or to a new one where it goes on over a page. Returns the block.
    fn add(&mut self, at: usize, content: Content, is_floating: bool) -> usize {
        self.read.insert(content);
        let Some(marked) = self.marked.get(&content) else {
            return at;
        };
        let at = if self.blocks[at].page == 0 || self.blocks[at].page == content.0 {
            at
        } else {
            self.new_block(is_floating)
        };
        let block = &mut self.blocks[at];
        block.page = content.0;
        block.text.push_str(&marked.text);
        block.bounds = match (block.bounds, marked.bounds) {
            (Some(one), Some(other)) => Some(one.union(other)),
            (one, other) => one.or(other),
        };
        at
    }

    /// Returns the text of an element.
    fn text(&self, index: usize) -> String {
        let mut text = String::new();
        self.add_text(index, &mut text, &mut None);
        text
    }

    /// Appends the text of an element. `end` is the end of the text before it.
    fn add_text(&self, index: usize, text: &mut String, end: &mut Option<Point>) {
        let element = &self.elements[index];
        if let Some(replacement) = element.actual_text.as_ref().or(element.alt.as_ref()) {
            text.push_str(replacement);
            *end = None;
            return;
        }
        for kid in &element.kids {
            match kid {
                Kid::Element(kid) => self.add_text(*kid, text, end),
                Kid::Content(content) => {
                    if let Some(marked) = self.marked.get(content) {
                        if end.is_some_and(|end| is_apart(end, marked.start, marked.size)) {
                            text.push(' ');
                        }
                        text.push_str(&marked.text);
                        *end = Some(marked.end);
                    }
                }
            }
        }
    }

    /// Returns the page where an element begins; 1 if nothing says.
    fn page(&self, index: usize) -> u32 {
        self.first_page(index)
            .or(self.elements[index].page)
            .unwrap_or(1)
    }

    fn first_page(&self, index: usize) -> Option<u32> {
        self.elements[index].kids.iter().find_map(|kid| match kid {
            Kid::Content((page, _)) => Some(*page),
            Kid::Element(kid) => self.first_page(*kid),
        })
    }

    /// Adds the marked content of an element to a set.
    fn add_contents(&mut self, index: usize, set: fn(&mut Tags) -> &mut BTreeSet<Content>) {
        for kid in &self.elements[index].kids {
            match kid {
                Kid::Content(content) => {
                    set(&mut self.tags).insert(*content);
                }
                Kid::Element(kid) => self.add_contents(*kid, set),
            }
        }
    }

    fn contains(&self, index: usize, role: &str) -> bool {
        self.elements[index].kids.iter().any(|kid| match kid {
            Kid::Element(kid) => self.elements[*kid].role == role || self.contains(*kid, role),
            Kid::Content(_) => false,
        })
    }
}

/// Returns blocks that are above an earlier block of the same column.
fn order_faults(blocks: &[Block]) -> Vec<Sample> {
    /// Blocks before a block that it is compared with.
    const WINDOW: usize = 200;
    let mut faults = Vec::new();
    let mut before: Vec<(u32, Rect)> = Vec::new();
    for block in blocks {
        let Some(bounds) = block.bounds.filter(|_| !block.is_floating) else {
            continue;
        };
        let is_late = before.iter().rev().take(WINDOW).any(|(page, earlier)| {
            *page == block.page && bounds.y1 <= earlier.y0 + 1.0 && is_one_column(bounds, *earlier)
        });
        if is_late {
            faults.push(Sample::new(block.page, &block.text));
        } else {
            before.push((block.page, bounds));
        }
    }
    faults
}

/// Returns whether two blocks are below each other: they start together, or have one middle.
fn is_one_column(one: Rect, other: Rect) -> bool {
    const INDENT: f64 = 36.0;
    let starts = (one.x0 - other.x0).abs();
    let middles = (one.center().x - other.center().x).abs();
    share(one, other) > 0.6 && starts.min(middles * 2.0) < INDENT
}
