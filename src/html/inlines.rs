//! Running text.

use std::fmt::Write as _;

use super::WebPage;
use crate::document::{Certainty, Inline, Target};
use crate::escape::escaped;

impl WebPage<'_> {
    pub(super) fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(words) => self.words(words),
                Inline::Strong(content) => self.element("strong", content),
                Inline::Term { id, content } if self.terms.contains(&**id) => {
                    let _ = write!(
                        self.out,
                        "<a class=\"term\" href=\"#term_{}\">",
                        escaped(id)
                    );
                    self.inlines(content);
                    self.push("</a>");
                }
                Inline::Term { content, .. } => self.element("strong", content),
                Inline::Link { target, content } => {
                    let address = match target {
                        Target::Uri(address) => escaped(address),
                        Target::Block(key) => format!("#{}", escaped(key)),
                    };
                    let _ = write!(self.out, "<a href=\"{address}\">");
                    self.inlines(content);
                    self.push("</a>");
                }
                Inline::Citation(numbers) => self.citation(numbers),
                Inline::Badge(certainty) => self.badge("span", *certainty),
                Inline::LineBreak => self.push("<br>\n"),
            }
        }
    }

    fn element(&mut self, name: &str, content: &[Inline]) {
        let _ = write!(self.out, "<{name}>");
        self.inlines(content);
        let _ = write!(self.out, "</{name}>");
    }

    /// Writes the numbers of a citation. Each leads to its reference, if the page lists it.
    fn citation(&mut self, numbers: &[u32]) {
        let is_after_word = self
            .out
            .chars()
            .next_back()
            .is_some_and(|last| !last.is_whitespace() && last != '>');
        if is_after_word {
            self.push("\u{a0}");
        }
        self.push("<span class=\"citation\">[");
        for (index, &number) in numbers.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            if !self.listed.contains(&number) {
                let _ = write!(self.out, "{number}");
                continue;
            }
            let description = &self.document.ui_strings.link_to_reference;
            let description = escaped(&description.replace("{number}", &number.to_string()));
            let id = match self.cited.insert(number) {
                true => format!(" id=\"citation_{number}\""),
                false => String::new(),
            };
            let _ = write!(
                self.out,
                "<a href=\"#reference_{number}\"{id} aria-label=\"{description}\">{number}</a>"
            );
        }
        self.push("]</span>");
    }

    /// Writes a badge as an element with this name.
    pub(super) fn badge(&mut self, element: &str, certainty: Certainty) {
        let name = certainty.name();
        let _ = write!(self.out, "<{element} class=\"badge {name}\">");
        self.certainty_symbol(certainty);
        let words = &self.document.ui_strings.certainty[certainty.index()];
        self.words(words);
        let _ = write!(self.out, "</{element}>");
    }
}
