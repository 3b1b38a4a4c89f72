//! The glossary and the reference list.

use super::galley::{Link, Piece, Place};
use super::{Flow, bold, style};
use crate::document::{GlossaryEntry, Inline, Key, ReferenceList};
use crate::geometry::{Point, Pt, Rect, mm};
use crate::layout::inline::Setting;
use crate::layout::page::{Content, Item, LinkTarget, Role, Tag};

/// From the left edge of an entry to its text.
const HANGING: Pt = mm(7.0);

impl Flow<'_> {
    pub(super) fn glossary(&mut self, entries: &[GlossaryEntry], key: Option<&Key>) {
        let kind = self.theme.types.body;
        let u = self.theme.unit();
        // Beside a side column an entry has the full measure, and mostly one line: those stand closer.
        let gap = if self.theme.side.is_some() {
            u * 1.25
        } else {
            u * 2.0
        };
        self.open(Role::List);
        for (index, entry) in entries.iter().enumerate() {
            if index > 0 {
                self.white(gap);
                let alone = index == 1 || index + 1 == entries.len();
                let price = if alone {
                    super::ITEM_ALONE
                } else {
                    super::BETWEEN_ITEMS
                };
                self.price(self.tool_price(price));
            }
            self.open(Role::ListItem);
            let element = self.element(Role::ListBody);
            let mut text = vec![Inline::Strong(vec![Inline::Text(format!(
                "{}:",
                entry.term
            ))])];
            text.push(Inline::Text(" ".to_owned()));
            text.extend(entry.definition.iter().cloned());
            self.paragraph(&text, kind, element, key.filter(|_| index == 0));
            self.close();
        }
        self.close();
    }

    pub(super) fn references(&mut self, list: &ReferenceList, key: Option<&Key>) {
        let kind = self.theme.types.small;
        let u = self.theme.unit();
        let text_style = style(self.theme, kind, Setting::Running);
        self.open(Role::List);
        for (index, entry) in list.entries.iter().enumerate() {
            if index > 0 {
                self.white(u * 0.4);
                let last = index + 1 == list.entries.len();
                self.price(if index == 1 || last {
                    super::BETWEEN_ITEMS * 3.0
                } else {
                    super::BETWEEN_BLOCKS
                });
            }
            self.open(Role::ListItem);
            let mut piece = Piece::default();
            self.number(entry.number, &mut piece);
            self.open(Role::ListBody);
            let element = self.element(Role::BibliographyEntry);
            let paragraph = self.set(&entry.text, &text_style, self.column.width - HANGING);
            let at = Point::new(self.column.x + HANGING, Pt::ZERO);
            self.block_of_text(&paragraph, kind, at, element, &mut piece);
            self.close();
            self.close();
            piece.height = kind.leading * paragraph.lines.len().max(1) as f32;
            piece.slack = kind.leading - Pt(kind.size);
            let place = self.place(Place::Reference(entry.number));
            piece.landings.push((place, Pt::ZERO, element));
            self.land(&mut piece, key.filter(|_| index == 0), element);
            self.keep_with_heading();
            self.push(piece);
        }
        self.close();
        if let Some(qr) = &list.qr {
            self.qr_beside_label(qr);
        }
    }

    /// The number of a reference; it leads back to where it is first cited.
    fn number(&mut self, number: u32, piece: &mut Piece) {
        let kind = bold(self.theme.types.small);
        let label = self.open(Role::Label);
        let set = self.set_plain(&format!("{number}."), kind, HANGING * 2.0);
        let element = if self.cited.contains(&number) {
            let link = self.element(Role::Link);
            let target = LinkTarget::Destination(self.place(Place::Citation(number)));
            let area = Rect::new(self.column.x, Pt::ZERO, set.width, kind.leading);
            let description = self
                .document
                .words
                .back_to_text
                .replace("{number}", &number.to_string());
            piece.links.push(Link {
                area,
                element: link,
                target,
                description,
            });
            link
        } else {
            label
        };
        for run in set.lines.iter().flat_map(|line| &line.runs) {
            piece.items.push(Item {
                tag: Tag::Element(element),
                at: Point::new(self.column.x + run.x, kind.first_baseline()),
                content: Content::Text(std::sync::Arc::clone(&run.glyphs)),
            });
        }
        self.close();
    }
}
