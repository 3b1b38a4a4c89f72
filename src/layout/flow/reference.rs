//! The glossary and the reference list.

use std::sync::Arc;

use super::builder::{BETWEEN_BLOCKS, BETWEEN_ITEMS, FlowBuilder};
use super::run_in::RunInLines;
use crate::document::{GlossaryEntry, Inline, Key, ReferenceList};
use crate::geometry::Pt;
use crate::layout::flow_content::{DestinationKey, FlowLink, Fragment};
use crate::layout::inline::{LineBreakMode, Paragraph};
use crate::layout::page::{LinkTarget, Role, Tag};
use crate::layout::page_area::{FlowRect, InlineExtent, line_items};

/// Penalty of a page break that leaves the first entry of the glossary or the first reference alone below its
/// heading.
const ENTRY_ALONE: f32 = 12.0;
/// Penalty of splitting a list between panels, which are often on two sides of the sheet.
const ON_TWO_PANELS: f32 = 60.0;

impl FlowBuilder<'_> {
    pub(super) fn glossary(&mut self, entries: &[GlossaryEntry], key: Option<&Key>) {
        let theme = self.theme.reference;
        let space = if self.theme.side.is_some() {
            theme.space_between_wide_terms
        } else {
            theme.space_between_terms
        };
        self.open(Role::List);
        for (index, entry) in entries.iter().enumerate() {
            if index > 0 {
                self.vertical_space(space);
                self.break_penalty(self.penalty_before_entry(index, BETWEEN_ITEMS));
            }
            self.open(Role::ListItem);
            let element = self.element(Role::ListBody);
            let term = Inline::Text(format!("{}:", entry.term));
            let mut text = vec![Inline::Strong(vec![term]), Inline::Text(" ".to_owned())];
            text.extend(entry.definition.iter().cloned());
            let kind = self.theme.types.body;
            self.paragraph(&text, kind, element, key.filter(|_| index == 0));
            self.close();
        }
        self.close();
    }

    /// Returns the penalty of a break before an entry of the glossary or the references. `between` is that of most
    /// entries: readers look entries up, so they lose little if a page ends between two.
    fn penalty_before_entry(&self, index: usize, between: f32) -> f32 {
        if self.theme.trifold.is_some() {
            ON_TWO_PANELS
        } else if index == 1 {
            ENTRY_ALONE
        } else {
            between
        }
    }

    pub(super) fn references(&mut self, list: &ReferenceList, key: Option<&Key>) {
        match self.theme.reference.runs_in {
            true => self.run_in_references(list, key),
            false => self.reference_entries(list, key),
        }
        if let Some(qr) = &list.qr {
            self.qr_beside_label(qr);
        }
    }

    /// Adds the references one after another on shared lines.
    fn run_in_references(&mut self, list: &ReferenceList, key: Option<&Key>) {
        let kind = self.theme.types.small;
        let style = self.style(kind, LineBreakMode::Ragged);
        let lines = self.run_in_lines.take();
        let mut lines = lines.unwrap_or_else(|| RunInLines::new(kind, self.column.width));
        self.open(Role::List);
        for (index, entry) in list.entries.iter().enumerate() {
            self.open(Role::ListItem);
            let number = self.reference_number_text(entry.number);
            let indent = number.width + self.theme.reference.run_in_indent;
            let (text, start) = self.lay_out_run_in(&mut lines, indent, &entry.text, &style);
            let label_start = self.column.start + start;
            self.reference_number(entry.number, &number, label_start, &mut lines.fragment);
            self.open(Role::ListBody);
            let element = self.element(Role::BibliographyEntry);
            let reference = DestinationKey::Reference(entry.number);
            self.anchor(&mut lines.fragment, reference, element);
            let key = key.filter(|_| index == 0);
            self.anchor_block(&mut lines.fragment, key, element);
            self.add_run_in(&mut lines, &text, start + indent, element);
            self.close();
            self.close();
        }
        self.close();
        self.end_run_in(lines);
    }

    /// Adds each reference on lines of its own.
    fn reference_entries(&mut self, list: &ReferenceList, key: Option<&Key>) {
        let kind = self.theme.types.small;
        let theme = self.theme.reference;
        let style = self.style(kind, LineBreakMode::Ragged);
        self.open(Role::List);
        for (index, entry) in list.entries.iter().enumerate() {
            if index > 0 {
                self.vertical_space(theme.space_between_references);
                self.break_penalty(self.penalty_before_entry(index, BETWEEN_BLOCKS));
            }
            self.open(Role::ListItem);
            let mut fragment = Fragment::default();
            let number = self.reference_number_text(entry.number);
            self.reference_number(entry.number, &number, self.column.start, &mut fragment);
            self.open(Role::ListBody);
            let element = self.element(Role::BibliographyEntry);
            let text = self.column.indented(theme.hanging_indent);
            let paragraph = self.layout(&entry.text, &style, text.width);
            self.add_text(
                &mut fragment,
                &paragraph,
                kind,
                (text.start, Pt::ZERO),
                element,
            );
            self.close();
            self.close();
            fragment.height = kind.lines(paragraph.lines.len().max(1));
            fragment.slack = kind.slack();
            let reference = DestinationKey::Reference(entry.number);
            self.anchor(&mut fragment, reference, element);
            self.anchor_block(&mut fragment, key.filter(|_| index == 0), element);
            self.keep_lines_with_heading(paragraph.lines.len());
            self.push(fragment);
        }
        self.close();
    }

    fn reference_number_text(&mut self, number: u32) -> Arc<Paragraph> {
        let kind = self.theme.types.small.bold();
        self.layout_plain(&format!("{number}."), kind, Pt(f32::INFINITY))
    }

    /// Adds the number of a reference. It links back to the first citation.
    fn reference_number(
        &mut self,
        number: u32,
        text: &Paragraph,
        start: Pt,
        fragment: &mut Fragment,
    ) {
        let kind = self.theme.types.small.bold();
        let label = self.open(Role::Label);
        let extent = InlineExtent::new(start, text.width);
        let element = if self.cited.contains(&number) {
            let link = self.element(Role::Link);
            let citation = self.destination(DestinationKey::Citation(number));
            let description = &self.document.ui_strings.back_to_text;
            fragment.links.push(FlowLink {
                area: FlowRect {
                    extent,
                    y: Pt::ZERO,
                    height: kind.leading,
                },
                element: link,
                target: LinkTarget::Destination(citation),
                description: description.replace("{number}", &number.to_string()),
            });
            link
        } else {
            label
        };
        let at = (extent.start, kind.first_baseline());
        for line in &text.lines {
            let items = line_items(line, at, |_| Tag::Element(element));
            fragment.items.extend(items);
        }
        self.close();
    }
}
