//! The structure tree: the leaflet in reading order, for assistive technology (ISO 32000-1, 14.7
//! and 14.8).
//!
//! Each structure element names its parent and its kids: other elements, marked content by page and
//! number, or annotations. The parent tree leads back from marked content and annotations to the
//! elements that they belong to.

use std::io;

use lopdf::{Dictionary, Object, ObjectId, dictionary, text_string};

use super::link;
use super::object_writer::ObjectWriter;
use crate::geometry::Pt;
use crate::layout::page::{Content, Element, ElementId, Layout, Page, Role, Tag};
use crate::locale::without_isolates;

/// Returns the standard structure type of a role (14.8.4).
pub(super) fn standard_type(role: Role) -> &'static str {
    match role {
        Role::Document => "Document",
        Role::Section => "Sect",
        Role::Division => "Div",
        Role::Heading(0 | 1) => "H1",
        Role::Heading(2) => "H2",
        Role::Heading(3) => "H3",
        Role::Heading(4) => "H4",
        Role::Heading(5) => "H5",
        Role::Heading(_) => "H6",
        Role::Paragraph => "P",
        Role::List => "L",
        Role::ListItem => "LI",
        Role::Label => "Lbl",
        Role::ListBody => "LBody",
        Role::Table => "Table",
        Role::TableHead => "THead",
        Role::TableBody => "TBody",
        Role::TableRow => "TR",
        Role::ColumnHeader | Role::RowHeader => "TH",
        Role::TableCell => "TD",
        Role::Figure => "Figure",
        Role::Caption => "Caption",
        Role::Link => "Link",
        Role::Reference => "Reference",
        Role::BibliographyEntry => "BibEntry",
        Role::Span => "Span",
    }
}

/// A page and its marked content.
pub(super) struct TaggedPage<'a> {
    pub id: ObjectId,
    /// Element of each marked-content sequence.
    pub marked: &'a [ElementId],
    pub height: Pt,
}

/// An annotation that belongs to an element.
pub(super) struct TaggedAnnotation {
    pub id: ObjectId,
    pub page: usize,
    pub element: ElementId,
}

/// Parent of a leaflet's outermost element.
#[derive(Clone, Copy)]
pub(super) enum Parent<'a> {
    /// The structure tree's root, in a file of one leaflet.
    Root(ObjectId),
    /// The element around all leaflets of a bundle, and the language of the leaflet if it differs
    /// from the bundle's.
    Bundle(ObjectId, Option<&'a str>),
}

/// Keys of a leaflet in the parent tree: `/StructParents` of its pages in order, and then
/// `/StructParent` of its annotations.
#[derive(Clone, Copy)]
pub(super) struct ParentKeys {
    pub first: i64,
    pub pages: usize,
}

impl ParentKeys {
    pub(super) fn page(self, index: usize) -> i64 {
        self.first + index as i64
    }

    /// Returns the key of an annotation, by its index among all of the leaflet.
    pub(super) fn annotation(self, index: usize) -> i64 {
        self.page(self.pages + index)
    }
}

/// Tagged content of a leaflet.
#[derive(Clone, Copy)]
pub(super) struct TaggedContent<'a> {
    pub layout: &'a Layout,
    pub pages: &'a [TaggedPage<'a>],
    pub annotations: &'a [TaggedAnnotation],
    pub keys: ParentKeys,
}

#[derive(Clone, Copy)]
enum Kid {
    Marked { page: usize, number: usize },
    Annotation { page: usize, id: ObjectId },
    Element(ObjectId),
}

impl TaggedContent<'_> {
    /// Writes the elements of a leaflet and returns the number of the outermost; the others follow.
    pub(super) fn write_elements<W: io::Write>(
        self,
        parent: Parent,
        writer: &mut ObjectWriter<W>,
    ) -> io::Result<u32> {
        let structure = &self.layout.structure[..];
        let first = writer.reserve_many(structure.len());
        let kids = self.kids(first);
        let numbering = list_numbering(self.layout);
        let mut rest = &kids[..];
        for (index, element) in structure.iter().enumerate() {
            let count = rest
                .iter()
                .take_while(|(owner, _)| owner.0 as usize == index)
                .count();
            let (kids, others) = rest.split_at(count);
            rest = others;
            let mut dictionary = Dictionary::new();
            match (element.parent, parent) {
                (Some(parent), _) => {
                    dictionary.set("S", standard_type(element.role));
                    dictionary.set("P", (first + parent.0, 0));
                }
                (None, Parent::Root(root)) => {
                    dictionary.set("S", standard_type(element.role));
                    dictionary.set("P", root);
                }
                // A document within a document is a part of it (14.8.4.2).
                (None, Parent::Bundle(around, language)) => {
                    dictionary.set("S", "Part");
                    dictionary.set("P", around);
                    if let Some(language) = language {
                        dictionary.set("Lang", text_string(language));
                    }
                }
            }
            // Ids are unique in one leaflet only.
            if let (Some(id), Parent::Root(_)) = (&element.id, parent) {
                dictionary.set("ID", Object::string_literal(id.as_bytes()));
            }
            set_texts(&mut dictionary, element);
            let attributes = self.attributes(element, numbering[index]);
            if !attributes.is_empty() {
                dictionary.set("A", attributes);
            }
            self.set_kids(&mut dictionary, kids);
            writer.object((first + index as u32, 0), dictionary)?;
        }
        Ok(first)
    }

    /// Returns the kids of all elements, sorted by element. Each element has content in reading order,
    /// then annotations, then elements.
    fn kids(self, first: u32) -> Vec<(ElementId, Kid)> {
        let mut kids: Vec<(ElementId, Kid)> = Vec::new();
        for (page, tagged) in self.pages.iter().enumerate() {
            let marked = tagged.marked.iter().enumerate();
            kids.extend(marked.map(|(number, &id)| (id, Kid::Marked { page, number })));
        }
        self.sort_by_panel(&mut kids);
        kids.extend(self.annotations.iter().map(|annotation| {
            let &TaggedAnnotation { id, page, element } = annotation;
            (element, Kid::Annotation { page, id })
        }));
        let elements = (first..).zip(self.layout.structure.iter());
        kids.extend(
            elements
                .filter_map(|(number, element)| Some((element.parent?, Kid::Element((number, 0))))),
        );
        // The sort is stable.
        kids.sort_by_key(|(element, _)| *element);
        kids
    }

    /// Sorts marked content by panel. The sides of folded sheets are not in reading order.
    fn sort_by_panel(self, marked: &mut [(ElementId, Kid)]) {
        let pages = &self.layout.pages;
        if pages.iter().all(|page| page.panels.is_empty()) {
            return;
        }
        let panels: Vec<Vec<usize>> = pages.iter().map(panels_of_marked).collect();
        marked.sort_by_key(|(_, kid)| match *kid {
            Kid::Marked { page, number } => panels[page].get(number).copied(),
            Kid::Annotation { .. } | Kid::Element(_) => None,
        });
    }

    fn set_kids(self, dictionary: &mut Dictionary, kids: &[(ElementId, Kid)]) {
        // Content on the page that the element names is a bare number.
        let own_page = kids.iter().find_map(|(_, kid)| match kid {
            Kid::Marked { page, .. } | Kid::Annotation { page, .. } => Some(*page),
            Kid::Element(_) => None,
        });
        if let Some(page) = own_page {
            dictionary.set("Pg", self.pages[page].id);
        }
        let kid = |kid: &Kid| match *kid {
            Kid::Element(id) => id.into(),
            Kid::Marked { page, number } if Some(page) == own_page => (number as i64).into(),
            Kid::Marked { page, number } => dictionary! {
                "Type" => "MCR",
                "Pg" => self.pages[page].id,
                "MCID" => number as i64,
            }
            .into(),
            Kid::Annotation { page, id } => {
                let mut reference = dictionary! { "Type" => "OBJR", "Obj" => id };
                if Some(page) != own_page {
                    reference.set("Pg", self.pages[page].id);
                }
                Object::from(reference)
            }
        };
        match kids {
            [] => {}
            [(_, only)] => dictionary.set("K", kid(only)),
            _ => {
                let kids: Vec<Object> = kids.iter().map(|(_, each)| kid(each)).collect();
                dictionary.set("K", kids);
            }
        }
    }

    fn attributes(self, element: &Element, numbering: ListNumbering) -> Vec<Object> {
        let mut attributes: Vec<Object> = Vec::new();
        let scope = match element.role {
            Role::ColumnHeader => Some("Column"),
            Role::RowHeader => Some("Row"),
            _ => None,
        };
        if let Some(scope) = scope {
            attributes.push(dictionary! { "O" => "Table", "Scope" => scope }.into());
        }
        if numbering != ListNumbering::None {
            let name = numbering.name();
            attributes.push(dictionary! { "O" => "List", "ListNumbering" => name }.into());
        }
        if let Some((page, area)) = element.bounding_box {
            let area = link::rectangle(&area, self.pages[page].height);
            let attribute = dictionary! { "O" => "Layout", "Placement" => "Block", "BBox" => area };
            attributes.push(attribute.into());
        }
        attributes
    }

    /// Returns the keys and elements of a leaflet for the parent tree.
    pub(super) fn parents(self, first_element: u32) -> Vec<Object> {
        let element = |id: ElementId| Object::Reference((first_element + id.0, 0));
        let mut numbers = Vec::new();
        for (index, page) in self.pages.iter().enumerate() {
            numbers.push(self.keys.page(index).into());
            let elements = page.marked.iter().map(|&id| element(id));
            numbers.push(Object::Array(elements.collect()));
        }
        for (index, annotation) in self.annotations.iter().enumerate() {
            numbers.push(self.keys.annotation(index).into());
            numbers.push(element(annotation.element));
        }
        numbers
    }

    /// Writes the tree of a single leaflet and returns its root.
    pub(super) fn write_tree<W: io::Write>(
        self,
        writer: &mut ObjectWriter<W>,
    ) -> io::Result<ObjectId> {
        let root = writer.reserve();
        let first = self.write_elements(Parent::Root(root), writer)?;
        let parent_tree = writer.add(dictionary! { "Nums" => self.parents(first) })?;
        let mut tree = dictionary! {
            "Type" => "StructTreeRoot",
            "K" => (first, 0),
            "ParentTree" => parent_tree,
            "ParentTreeNextKey" => self.keys.annotation(self.annotations.len()),
        };
        let elements = (first..).zip(self.layout.structure.iter());
        let mut ids: Vec<(&str, u32)> = elements
            .filter_map(|(number, element)| Some((element.id.as_deref()?, number)))
            .collect();
        if !ids.is_empty() {
            ids.sort_unstable();
            let names = ids.into_iter().flat_map(|(id, number)| {
                [Object::string_literal(id), Object::Reference((number, 0))]
            });
            let names: Vec<Object> = names.collect();
            tree.set("IDTree", dictionary! { "Names" => names });
        }
        writer.object(root, tree)?;
        Ok(root)
    }
}

/// Returns the panel of each marked-content sequence on one side of a sheet.
fn panels_of_marked(page: &Page) -> Vec<usize> {
    let mut panels = Vec::new();
    let mut index = 0;
    for group in page.items.chunk_by(|one, next| one.tag == next.tag) {
        if matches!(group[0].tag, Tag::Element(_)) {
            let after = page
                .panels
                .partition_point(|panel| panel.first_item <= index);
            let panel = after.checked_sub(1).map(|panel| page.panels[panel].number);
            panels.push(panel.unwrap_or_default());
        }
        index += group.len();
    }
    panels
}

/// Sets alternative text and language.
fn set_texts(dictionary: &mut Dictionary, element: &Element) {
    for (key, text) in [("Alt", &element.alt), ("Lang", &element.language)] {
        if let Some(text) = text {
            dictionary.set(key, text_string(&without_isolates(text)));
        }
    }
}

/// Label style of a list (14.8.5.5).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ListNumbering {
    None,
    Disc,
    Circle,
    Square,
    Decimal,
    LowerAlpha,
    UpperAlpha,
}

impl ListNumbering {
    fn name(self) -> &'static str {
        match self {
            ListNumbering::None => "None",
            ListNumbering::Disc => "Disc",
            ListNumbering::Circle => "Circle",
            ListNumbering::Square => "Square",
            ListNumbering::Decimal => "Decimal",
            ListNumbering::LowerAlpha => "LowerAlpha",
            ListNumbering::UpperAlpha => "UpperAlpha",
        }
    }

    fn of_label(content: &Content) -> ListNumbering {
        let Content::Text(run) = content else {
            return ListNumbering::Square;
        };
        match run.text.trim_start().chars().next() {
            Some('0'..='9') => ListNumbering::Decimal,
            Some('a'..='z') => ListNumbering::LowerAlpha,
            Some('A'..='Z') => ListNumbering::UpperAlpha,
            Some('◦' | '○' | '◯') => ListNumbering::Circle,
            Some('▪' | '■' | '□' | '☐' | '–' | '-') => ListNumbering::Square,
            _ => ListNumbering::Disc,
        }
    }
}

/// Returns the label style of each element; that of a list follows from its first label.
pub(super) fn list_numbering(layout: &Layout) -> Vec<ListNumbering> {
    let mut numbering = vec![ListNumbering::None; layout.structure.len()];
    let parent = |id: ElementId| layout.structure[id.0 as usize].parent;
    let role = |id: ElementId| layout.structure[id.0 as usize].role;
    for item in layout.pages.iter().flat_map(|page| &page.items) {
        let Tag::Element(id) = item.tag else { continue };
        let label = Some(id)
            .filter(|&id| role(id) == Role::Label)
            .or_else(|| parent(id).filter(|&parent| role(parent) == Role::Label));
        let list = label
            .and_then(parent)
            .and_then(parent)
            .filter(|&list| role(list) == Role::List);
        if let Some(list) = list {
            let numbering = &mut numbering[list.0 as usize];
            let text = matches!(item.content, Content::Text(_));
            if *numbering == ListNumbering::None || (*numbering == ListNumbering::Square && text) {
                *numbering = ListNumbering::of_label(&item.content);
            }
        }
    }
    numbering
}
