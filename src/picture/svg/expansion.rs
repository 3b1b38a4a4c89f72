//! Counts what a drawing becomes when usvg replaces its references.

use std::collections::HashMap;

use usvg::roxmltree::{Document, Node, NodeId};

use super::bounds::check_numbers;
use super::safety::too_complex;
use super::style::Styles;
use crate::picture::PictureError;

/// Most elements, path segments and letters of the whole drawing.
const MAX_EXPANDED: u64 = 400_000;
/// Size of an element, in path segments.
const ELEMENT_SIZE: usize = 4;
/// Most levels of elements, with those that are referred to. usvg recurses for each.
const MAX_LEVELS: usize = 128;
/// Most references that lead to each other.
const MAX_REFERENCES: usize = 32;

/// What an element becomes.
#[derive(Clone, Copy, Default)]
struct Expansion {
    /// Elements: itself, its children and `use` targets.
    elements: u64,
    /// At most this many vertices of them, where markers are drawn.
    vertices: u64,
    /// Elements, path segments and letters, with all references: also markers, clip paths, masks,
    /// patterns and filters.
    total: u64,
    /// Levels below the element, and itself.
    levels: usize,
    /// Longest chain of references from the element.
    references: usize,
}

/// Rejects a drawing that grows too large. Returns the number of its elements.
pub(super) fn check_expansion(document: &Document, styles: &Styles) -> Result<u64, PictureError> {
    let mut ids: HashMap<&str, Node> = HashMap::new();
    for node in document.descendants() {
        if let Some(id) = node.attribute("id") {
            ids.entry(id).or_insert(node);
        }
    }
    let mut counter = Counter {
        ids,
        styles,
        known: HashMap::new(),
    };
    let root = counter.count(document.root_element(), 0)?;
    if root.total > MAX_EXPANDED {
        return Err(too_complex(
            "it grows beyond all bounds when its references are replaced",
            None,
        ));
    }
    Ok(root.total)
}

struct Counter<'a, 'input, 's> {
    ids: HashMap<&'a str, Node<'a, 'input>>,
    styles: &'s Styles<'s>,
    /// Counted elements; `None` for an element that is being counted.
    known: HashMap<NodeId, Option<Expansion>>,
}

/// How often an element draws the target of a reference.
#[derive(Clone, Copy, PartialEq)]
enum Repeat {
    /// In place of itself, as part of its size.
    Use,
    Once,
    /// Children inherit the reference.
    PerElement,
    /// Children inherit the marker, and draw it at each vertex.
    PerVertex,
}

impl<'a, 'input> Counter<'a, 'input, '_> {
    fn count(&mut self, node: Node<'a, 'input>, level: usize) -> Result<Expansion, PictureError> {
        let at = Some(node.range().start);
        let too_deep = || too_complex("its elements refer to each other too deeply", at);
        match self.known.get(&node.id()) {
            Some(Some(known)) => return Ok(*known),
            Some(None) => return Err(too_complex("an element refers to itself", at)),
            None if level >= MAX_LEVELS => return Err(too_deep()),
            None => self.known.insert(node.id(), None),
        };
        // A path segment takes about eight characters.
        let drawn = ["d", "points"]
            .into_iter()
            .filter_map(|name| node.attribute(name));
        let is_style = node.tag_name().name() == "style";
        let texts = node.children().filter(|child| child.is_text() && !is_style);
        let letters = texts.filter_map(|text| text.text());
        // An arc becomes several curves.
        let has_arcs = drawn.clone().any(|path| path.contains(['a', 'A']));
        let drawn = drawn.map(str::len).sum::<usize>() * if has_arcs { 4 } else { 1 };
        let own = ELEMENT_SIZE + drawn / 8 + letters.map(str::len).sum::<usize>();
        // usvg takes quadratic time for the letters of a text.
        let own = match node.tag_name().name() {
            "text" => own + letters_in(node).pow(2) / 64,
            _ => own,
        };
        let mut sum = Expansion {
            elements: 1,
            // The shortest vertex is as in `h1`. Other elements have at most four.
            vertices: drawn as u64 / 2 + 4,
            total: own as u64,
            ..Expansion::default()
        };
        for child in node.children().filter(Node::is_element) {
            let child = self.count(child, level + 1)?;
            sum.add(child);
        }
        let targets = self.targets(node, at)?;
        for (_, target) in targets.iter().filter(|(repeat, _)| *repeat == Repeat::Use) {
            let target = self.count(*target, level + 1)?;
            sum.add(target);
            sum.references = sum.references.max(target.references + 1);
        }
        let (elements, vertices) = (sum.elements, sum.vertices);
        for (repeat, target) in targets {
            let times = match repeat {
                Repeat::Use => continue,
                Repeat::Once => 1,
                Repeat::PerElement => elements,
                Repeat::PerVertex => vertices,
            };
            let target = self.count(target, level + 1)?;
            // usvg makes groups around the target.
            let target_total = target.total.saturating_add(2 * ELEMENT_SIZE as u64);
            sum.total = sum.total.saturating_add(target_total.saturating_mul(times));
            sum.levels = sum.levels.max(target.levels);
            sum.references = sum.references.max(target.references + 1);
        }
        sum.levels += 1;
        if sum.levels > MAX_LEVELS || sum.references > MAX_REFERENCES {
            return Err(too_deep());
        }
        self.known.insert(node.id(), Some(sum));
        Ok(sum)
    }

    /// Returns the elements that an element refers to.
    fn targets(
        &self,
        node: Node<'a, 'input>,
        at: Option<usize>,
    ) -> Result<Vec<(Repeat, Node<'a, 'input>)>, PictureError> {
        let element = node.tag_name().name();
        let mut targets = Vec::new();
        self.styles.each_value(node, |name, value| {
            check_numbers(name, value, at)?;
            let repeat = match name {
                // A link shows its target only when somebody follows it.
                "href" if element == "a" => return Ok(()),
                "href" if element == "use" => Repeat::Use,
                "fill" | "stroke" => Repeat::PerElement,
                _ if name.starts_with("marker") => Repeat::PerVertex,
                _ => Repeat::Once,
            };
            // Without parentheses it is a colour.
            if name == "href" || value.contains('(') {
                let ids = value.split('#').skip(1);
                let found = ids.filter_map(|rest| {
                    let end = |sign: char| matches!(sign, ')' | '"' | '\'') || sign.is_whitespace();
                    self.ids.get(rest.split(end).next()?)
                });
                targets.extend(found.map(|target| (repeat, *target)));
            }
            Ok(())
        })?;
        Ok(targets)
    }
}

/// Returns the bytes of all texts in an element.
fn letters_in(node: Node<'_, '_>) -> usize {
    let texts = node.descendants().filter(Node::is_text);
    texts.filter_map(|text| text.text()).map(str::len).sum()
}

impl Expansion {
    /// Adds a child or the target of a `use`.
    fn add(&mut self, other: Expansion) {
        self.elements = self.elements.saturating_add(other.elements);
        self.vertices = self.vertices.saturating_add(other.vertices);
        self.total = self.total.saturating_add(other.total);
        self.levels = self.levels.max(other.levels);
        self.references = self.references.max(other.references);
    }
}
