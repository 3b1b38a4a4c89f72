//! The structure tree: what the leaflet is made of, in reading order, for those who do not see it
//! (ISO 32000-1, 14.7 and 14.8).
//!
//! Each structure element is an object that names its parent and its kids: other elements, pieces of
//! marked content by page and number, or annotations. The parent tree leads back from a page's
//! marked content, and from an annotation, to the element that it belongs to.

use std::io;

use super::spell_references;
use super::write::{Ref, Syntax, Writer};
use crate::geometry::{Pt, Rect};
use crate::layout::page::{Content, Element, ElementId, Layout, Role, Tag};

/// The standard structure type (14.8.4), and the attributes that come with it.
pub(super) fn standard(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Document => ("Document", ""),
        Role::Section => ("Sect", ""),
        Role::Division => ("Div", ""),
        Role::Heading(level) => match level {
            0 | 1 => ("H1", ""),
            2 => ("H2", ""),
            3 => ("H3", ""),
            4 => ("H4", ""),
            5 => ("H5", ""),
            _ => ("H6", ""),
        },
        Role::Paragraph => ("P", ""),
        Role::List => ("L", ""),
        Role::ListItem => ("LI", ""),
        Role::Label => ("Lbl", ""),
        Role::ListBody => ("LBody", ""),
        Role::Table => ("Table", ""),
        Role::TableHead => ("THead", ""),
        Role::TableBody => ("TBody", ""),
        Role::TableRow => ("TR", ""),
        Role::ColumnHeader => ("TH", "<</O/Table/Scope/Column>>"),
        Role::RowHeader => ("TH", "<</O/Table/Scope/Row>>"),
        Role::TableCell => ("TD", ""),
        Role::Figure => ("Figure", ""),
        Role::Caption => ("Caption", ""),
        Role::Link => ("Link", ""),
        Role::Reference => ("Reference", ""),
        Role::BibliographyEntry => ("BibEntry", ""),
        Role::Span => ("Span", ""),
    }
}

/// A page as the tree sees it.
pub(super) struct TaggedPage<'a> {
    pub object: Ref,
    /// The element of each piece of marked content.
    pub marked: &'a [ElementId],
    pub height: Pt,
}

/// What a leaflet's elements stand in.
#[derive(Clone, Copy)]
pub(super) enum Within<'a> {
    /// A file of their own: the tree's root.
    File(Ref),
    /// A bundle: the element around all its leaflets, and the leaflet's language where it is not the
    /// bundle's.
    Bundle(Ref, Option<&'a str>),
}

/// An annotation that belongs to an element.
pub(super) struct TaggedAnnotation {
    pub object: Ref,
    pub page: usize,
    pub element: ElementId,
}

/// The keys of a leaflet in the parent tree: `/StructParents` of its pages, in order, and then
/// `/StructParent` of its annotations.
#[derive(Clone, Copy)]
pub(super) struct Keys {
    /// The first page's.
    pub first: i64,
    /// How many pages there are.
    pub pages: usize,
}

impl Keys {
    /// The key of a page.
    pub fn page(self, index: usize) -> i64 {
        self.first + index as i64
    }

    /// The key of an annotation, given its place among all of them.
    pub fn annotation(self, place: usize) -> i64 {
        self.page(self.pages + place)
    }
}

/// What an element holds.
#[derive(Clone, Copy)]
enum Kid {
    Marked { page: usize, number: usize },
    Annotation { page: usize, object: Ref },
    Element(Ref),
}

/// Writes the elements of a leaflet and returns the outermost.
pub(super) fn write_elements<W: io::Write>(
    layout: &Layout,
    pages: &[TaggedPage],
    annotations: &[TaggedAnnotation],
    within: Within,
    writer: &mut Writer<W>,
) -> io::Result<Ref> {
    let first = writer.reserve_many(layout.structure.len());
    let object = |id: ElementId| first.plus(id.0 as usize);

    // Sorted by element, and stably: content in page order, annotations, then elements.
    let mut kids: Vec<(ElementId, Kid)> = Vec::new();
    for (page, tagged) in pages.iter().enumerate() {
        kids.extend(
            tagged
                .marked
                .iter()
                .enumerate()
                .map(|(number, &id)| (id, Kid::Marked { page, number })),
        );
    }
    kids.extend(annotations.iter().map(|annotation| {
        let TaggedAnnotation {
            object,
            page,
            element,
        } = *annotation;
        (element, Kid::Annotation { page, object })
    }));
    kids.extend(
        layout
            .structure
            .iter()
            .enumerate()
            .filter_map(|(index, element)| {
                element
                    .parent
                    .map(|parent| (parent, Kid::Element(first.plus(index))))
            }),
    );
    kids.sort_by_key(|(element, _)| *element);

    let numbering = list_numbering(layout);
    let mut rest = &kids[..];
    for (index, element) in layout.structure.iter().enumerate() {
        let id = ElementId(index as u32);
        let count = rest.iter().take_while(|(owner, _)| *owner == id).count();
        let (own, others) = rest.split_at(count);
        rest = others;
        writer.object(object(id), |body| {
            let (role, attributes) = standard(element.role);
            match (element.parent, within) {
                (Some(parent), _) => {
                    body.raw("<</S/")
                        .raw(role)
                        .raw("/P ")
                        .reference(object(parent));
                }
                (None, Within::File(root)) => {
                    body.raw("<</S/").raw(role).raw("/P ").reference(root);
                }
                // A document within a document is a part of it (14.8.4.2).
                (None, Within::Bundle(around, language)) => {
                    body.raw("<</S/Part/P ").reference(around);
                    if let Some(language) = language {
                        body.raw("/Lang").text(language);
                    }
                }
            }
            describe(body, element, matches!(within, Within::File(_)));
            let numbering =
                Some(numbering[index]).filter(|&numbering| numbering != ListNumbering::None);
            if !attributes.is_empty() || numbering.is_some() || element.bounding_box.is_some() {
                body.raw("/A[").raw(attributes);
                if let Some(numbering) = numbering {
                    body.raw("<</O/List/ListNumbering/")
                        .raw(numbering.name())
                        .raw(">>");
                }
                if let Some((page, area)) = element.bounding_box {
                    body.raw("<</O/Layout/Placement/Block/BBox");
                    spell_rectangle(body, &area, pages[page].height);
                    body.raw(">>");
                }
                body.raw("]");
            }
            spell_kids(body, own, pages);
            body.raw(">>");
        })?;
    }

    Ok(first)
}

/// Spells what the parent tree says of a leaflet: keys, and the elements that they stand for.
pub(super) fn spell_parents(
    body: &mut Syntax,
    pages: &[TaggedPage],
    annotations: &[TaggedAnnotation],
    keys: Keys,
    first: Ref,
) {
    let object = |id: ElementId| first.plus(id.0 as usize);
    body.raw("/Nums[");
    for (page, tagged) in pages.iter().enumerate() {
        body.integer(keys.page(page)).raw("[");
        spell_references(body, tagged.marked.iter().map(|&id| object(id)));
        body.raw("]");
    }
    for (place, annotation) in annotations.iter().enumerate() {
        let separator = if place == 0 { "" } else { " " };
        body.raw(separator).integer(keys.annotation(place)).raw(" ");
        body.reference(object(annotation.element));
    }
    body.raw("]");
}

/// Writes the tree of a single leaflet and returns its root.
pub(super) fn write<W: io::Write>(
    layout: &Layout,
    pages: &[TaggedPage],
    annotations: &[TaggedAnnotation],
    keys: Keys,
    writer: &mut Writer<W>,
) -> io::Result<Ref> {
    let root = writer.reserve();
    let first = write_elements(layout, pages, annotations, Within::File(root), writer)?;
    let parent_tree = writer.reserve();
    writer.object(parent_tree, |body| {
        body.raw("<<");
        spell_parents(body, pages, annotations, keys, first);
        body.raw(">>");
    })?;

    let mut names: Vec<(&str, Ref)> = Vec::new();
    for (index, element) in layout.structure.iter().enumerate() {
        names.extend(element.id.as_deref().map(|name| (name, first.plus(index))));
    }
    names.sort_unstable();
    writer.object(root, |body| {
        body.raw("<</Type/StructTreeRoot/K ").reference(first);
        body.raw("/ParentTree ").reference(parent_tree);
        body.raw("/ParentTreeNextKey ")
            .integer(keys.annotation(annotations.len()));
        if !names.is_empty() {
            body.raw("/IDTree<</Names[");
            for (name, element) in names {
                body.bytes(name.bytes()).reference(element);
            }
            body.raw("]>>");
        }
        body.raw(">>");
    })?;
    Ok(root)
}

/// What an element says of itself. Names are those of one leaflet: several may have the same.
fn describe(body: &mut Syntax, element: &Element, with_name: bool) {
    if let Some(name) = element.id.as_ref().filter(|_| with_name) {
        body.raw("/ID").bytes(name.bytes());
    }
    if let Some(alt) = &element.alt {
        body.raw("/Alt").text(alt);
    }
    if let Some(text) = &element.actual_text {
        body.raw("/ActualText").text(text);
    }
    if let Some(language) = &element.language {
        body.raw("/Lang").text(language);
    }
}

/// A rectangle in PDF's upward coordinates: left, bottom, right, top. In whole points, which is near
/// enough for what is clicked on or zoomed to.
pub(super) fn spell_rectangle(body: &mut Syntax, area: &Rect, page_height: Pt) {
    let sides = [
        area.origin.x,
        page_height - area.bottom(),
        area.right(),
        page_height - area.origin.y,
    ];
    for (place, side) in sides.into_iter().enumerate() {
        body.raw(if place == 0 { "[" } else { " " })
            .integer(side.0.round() as i64);
    }
    body.raw("]");
}

fn spell_kids(body: &mut Syntax, kids: &[(ElementId, Kid)], pages: &[TaggedPage]) {
    if kids.is_empty() {
        return;
    }
    // Content on the element's own page is a bare number.
    let own_page = kids.iter().find_map(|(_, kid)| match kid {
        Kid::Marked { page, .. } | Kid::Annotation { page, .. } => Some(*page),
        Kid::Element(_) => None,
    });
    if let Some(page) = own_page {
        body.raw("/Pg ").reference(pages[page].object);
    }
    let array = kids.len() > 1;
    body.raw(if array { "/K[" } else { "/K " });
    for (place, (_, kid)) in kids.iter().enumerate() {
        if place > 0 {
            body.raw(" ");
        }
        match *kid {
            Kid::Element(object) => {
                body.reference(object);
            }
            Kid::Marked { page, number } if Some(page) == own_page => {
                body.integer(number as i64);
            }
            Kid::Marked { page, number } => {
                body.raw("<</Type/MCR/Pg ").reference(pages[page].object);
                body.raw("/MCID ").integer(number as i64).raw(">>");
            }
            Kid::Annotation { page, object } => {
                body.raw("<</Type/OBJR/Obj ").reference(object);
                if Some(page) != own_page {
                    body.raw("/Pg ").reference(pages[page].object);
                }
                body.raw(">>");
            }
        }
    }
    if array {
        body.raw("]");
    }
}

/// How the items of a list are labelled (14.8.5.5).
#[derive(Clone, Copy, PartialEq, Eq)]
enum ListNumbering {
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

/// The numbering of each element that is a list, as its first label shows it.
fn list_numbering(layout: &Layout) -> Vec<ListNumbering> {
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
