//! Style sheets of a drawing: their rules, and the work of matching them.

use simplecss::{AttributeOperator, DeclarationTokenizer, Element, PseudoClass, StyleSheet};
use usvg::roxmltree::{Document, Node};

use super::bounds::check_numbers;
use super::safety::too_complex;
use crate::picture::PictureError;

/// Most style elements of a drawing.
const MAX_SHEETS: usize = 64;
/// Most rules. The parser takes quadratic time for them.
const MAX_RULES: usize = 1_000;
/// Most copies of declarations: the parser copies those of a rule for each of its selectors.
const MAX_COPIES: usize = 1_000_000;
/// Most declarations of a `style` attribute.
const MAX_DECLARATIONS: usize = 256;
/// Most steps of matching all rules with all elements.
const MAX_WORK: u64 = 50_000_000;

/// The rules of a drawing.
pub(super) struct Styles<'a>(StyleSheet<'a>);

impl<'a> Styles<'a> {
    /// Reads the style elements of a drawing.
    pub(super) fn read(document: &'a Document) -> Result<Styles<'a>, PictureError> {
        let mut sheet = StyleSheet::new();
        let mut rules = 0;
        let nodes = document.descendants();
        for (index, node) in nodes.filter(|node| is_style(*node)).enumerate() {
            let at = Some(node.range().start);
            let text = node.text().unwrap_or_default();
            let count = |sign| text.matches(sign).count() + 1;
            let copies = count(',').saturating_mul(count(';'));
            rules += count('}');
            if index >= MAX_SHEETS || rules > MAX_RULES || copies > MAX_COPIES {
                return Err(too_complex("it has too many styles", at));
            }
            sheet.parse_more(text);
            for declaration in sheet.rules.iter().flat_map(|rule| &rule.declarations) {
                check_numbers(declaration.name, declaration.value, at)?;
            }
        }
        Ok(Styles(sheet))
    }

    /// Calls `use_value` with the name and value of each attribute and property of an element.
    pub(super) fn each_value(
        &self,
        node: Node<'_, '_>,
        mut use_value: impl FnMut(&str, &str) -> Result<(), PictureError>,
    ) -> Result<(), PictureError> {
        for attribute in node.attributes().filter(|one| one.name() != "style") {
            use_value(attribute.name(), attribute.value())?;
        }
        self.each_property(node, use_value)
    }

    /// Does the same for properties only: those of rules, then those of the `style` attribute.
    pub(super) fn each_property(
        &self,
        node: Node<'_, '_>,
        mut use_value: impl FnMut(&str, &str) -> Result<(), PictureError>,
    ) -> Result<(), PictureError> {
        let rules = self.0.rules.iter();
        for rule in rules.filter(|rule| rule.selector.matches(&StyledNode(node))) {
            for declaration in &rule.declarations {
                use_value(declaration.name, declaration.value)?;
            }
        }
        for attribute in node.attributes().filter(|one| one.name() == "style") {
            if attribute.value().matches(';').count() > MAX_DECLARATIONS {
                let at = Some(attribute.range().start);
                return Err(too_complex("an element has too many styles", at));
            }
            for declaration in DeclarationTokenizer::from(attribute.value()) {
                use_value(declaration.name, declaration.value)?;
            }
        }
        Ok(())
    }

    /// Rejects rules that take too long to match with this many elements, nested `depth` deep.
    pub(super) fn check_work(&self, elements: u64, depth: usize) -> Result<(), PictureError> {
        let mut steps = 0_u64;
        for rule in &self.0.rules {
            let selector = rule.selector.to_string();
            let parts = selector.split_whitespace();
            let signs = parts
                .clone()
                .filter(|part| matches!(*part, ">" | "+"))
                .count();
            // A descendant may have any of the elements around it as its ancestor.
            let descendants = parts.count().saturating_sub(1 + 2 * signs) as u32;
            let tries = (depth as u64).saturating_pow(descendants);
            let step = tries.saturating_add(rule.declarations.len() as u64);
            steps = steps.saturating_add(step);
        }
        if steps.saturating_mul(elements) > MAX_WORK {
            return Err(too_complex("it has too many styles", None));
        }
        Ok(())
    }
}

pub(super) fn is_style(node: Node) -> bool {
    node.is_element() && node.tag_name().name() == "style"
}

/// An element as selectors see it, exactly as usvg shows it to them.
pub(super) struct StyledNode<'a, 'input>(pub Node<'a, 'input>);

impl Element for StyledNode<'_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.0.parent_element().map(StyledNode)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev_sibling_element().map(StyledNode)
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.0.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator) -> bool {
        let value = self.0.attribute(name);
        value.is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: PseudoClass) -> bool {
        matches!(class, PseudoClass::FirstChild) && self.prev_sibling_element().is_none()
    }
}
