//! Lists: bullets, numbered steps, boxes to tick, and lines to write on.

use super::galley::{NEVER, Piece};
use super::{BETWEEN_ITEMS, Flow, ITEM_ALONE, bold, decoration, style};
use crate::document::{Block, BlockKind, Key, ListItem};
use crate::geometry::{Colour, Point, Pt, Size, mm};
use crate::layout::icon;
use crate::layout::inline::Setting;
use crate::layout::page::{Content, Item, Role, Tag};
use crate::theme::Type;

/// An item's paragraph of more lines than this may be torn between pages.
const LINES_KEPT_TOGETHER: usize = 8;

/// Half the height of capitals and numerals, in ems.
const HALF_CAPITAL: f32 = 0.335;

/// How far below the top of a box or disc its text begins, so that the middles of its capitals and
/// of the box are one.
fn drop_to_middle(height: Pt, kind: Type) -> Pt {
    height / 2.0 + Pt(kind.size * HALF_CAPITAL) - kind.first_baseline()
}

/// What stands at the left of an item's first line.
struct Marker {
    /// From the item's left edge to its text.
    indent: Pt,
    /// Height of the line that it shares with the text.
    height: Pt,
    /// From the top of that line to the top of the text, so that both have one middle.
    drop: Pt,
    /// What is placed, relative to the top left corner of that line.
    items: Vec<Item>,
}

impl Flow<'_> {
    pub(super) fn bullets(&mut self, items: &[ListItem], kind: Type, key: Option<&Key>) {
        let gap = self.theme.unit();
        self.list(items, gap, kind, key, |flow, _| {
            let diameter = Pt(kind.size * 0.38);
            let middle = kind.first_baseline() - Pt(kind.size * 0.28);
            let at = Point::new(Pt::ZERO, middle - diameter / 2.0);
            Marker {
                indent: diameter + Pt(7.0),
                height: kind.leading,
                drop: Pt::ZERO,
                items: vec![decoration(at, icon::disc(diameter, flow.accent))],
            }
        });
    }

    pub(super) fn steps(&mut self, start: u32, items: &[ListItem], kind: Type, key: Option<&Key>) {
        let gap = self.theme.unit() * 1.6;
        let diameter = kind.leading * 1.25;
        let drop = drop_to_middle(diameter, kind);
        if self.fresh && self.side.is_some() && self.frame.is_none() {
            // The heading at the side has its baseline where the first step has, below the top of its disc.
            self.space -= drop;
        }
        self.list(items, gap, kind, key, |flow, index| {
            let numeral = (start as usize + index).to_string();
            let label = flow.element(Role::Label);
            let numeral_type = bold(kind).coloured(Colour::WHITE);
            let set = flow.set_plain(&numeral, numeral_type, Pt(1000.0));
            let mut marker = vec![decoration(
                Point::default(),
                icon::disc(diameter, flow.accent),
            )];
            let baseline = diameter / 2.0 + Pt(kind.size * HALF_CAPITAL);
            for run in set.lines.iter().flat_map(|line| &line.runs) {
                marker.push(Item {
                    tag: Tag::Element(label),
                    at: Point::new((diameter - set.width) / 2.0 + run.x, baseline),
                    content: Content::Text(std::sync::Arc::clone(&run.glyphs)),
                });
            }
            Marker {
                indent: diameter + mm(3.0),
                height: diameter,
                drop,
                items: marker,
            }
        });
    }

    pub(super) fn checklist(&mut self, items: &[ListItem], kind: Type, key: Option<&Key>) {
        let gap = self.theme.unit() * 2.0;
        let ink = self.theme.palette.ink;
        self.list(items, gap, kind, key, |_, _| {
            let side = mm(5.0).max(Pt(kind.size * 1.2));
            let size = Size {
                width: side - Pt(1.0),
                height: side - Pt(1.0),
            };
            let stroke = Some(super::opening::solid(Pt(1.0), ink));
            let shape = icon::rounded_rectangle(size, mm(0.6), Some(Colour::WHITE), stroke);
            Marker {
                indent: side + mm(3.2),
                height: side,
                drop: drop_to_middle(side, kind),
                items: vec![decoration(Point::new(Pt(0.5), Pt(0.5)), shape)],
            }
        });
    }

    /// Sets the items of a list, each with the marker made for it.
    fn list(
        &mut self,
        items: &[ListItem],
        gap: Pt,
        kind: Type,
        key: Option<&Key>,
        mut marker: impl FnMut(&mut Self, usize) -> Marker,
    ) {
        self.white(gap);
        let list = self.open(Role::List);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.white(gap);
                // Two items at the least on either side of a page break.
                let alone = index == 1 || index + 1 == items.len();
                let price = if alone { ITEM_ALONE } else { BETWEEN_ITEMS };
                self.price(self.tool_price(price));
            }
            self.open(Role::ListItem);
            let marker = marker(self, index);
            self.keep_with_heading();
            self.item(item, marker, kind);
            if index == 0 {
                self.land_on_last(key, list);
            }
            self.close();
        }
        self.close();
    }

    /// A list is reached at its first item.
    fn land_on_last(&mut self, key: Option<&Key>, list: crate::layout::page::ElementId) {
        if let Some(key) = key {
            let place = self.place(super::Place::Block(key.clone()));
            if let Some(piece) = self.galley.pieces.last_mut() {
                piece.landings.push((place, Pt::ZERO, list));
            }
        }
    }

    fn item(&mut self, item: &ListItem, marker: Marker, kind: Type) {
        let column = self.column;
        let at = column.x;
        self.column = column.indented(marker.indent);
        let (first, rest) = match item.blocks.split_first() {
            Some((
                Block {
                    kind: BlockKind::Paragraph(text),
                    ..
                },
                rest,
            )) => (Some(text), rest),
            _ => (None, &item.blocks[..]),
        };
        let simple = rest.is_empty();
        let body = if simple {
            self.element(Role::ListBody)
        } else {
            self.open(Role::ListBody)
        };
        let marks = marker.items.into_iter().map(|mark| Item {
            at: mark.at + Point::new(at, Pt::ZERO),
            ..mark
        });
        let text: &[_] = first.map_or(&[], |text| text);
        let text_style = style(self.theme, kind, Setting::Running);
        let paragraph = self.set(text, &text_style, self.column.width);
        let element = if simple {
            body
        } else {
            self.element(Role::Paragraph)
        };
        let count = paragraph.lines.len();
        if count <= LINES_KEPT_TOGETHER {
            let mut piece = Piece {
                items: marks.collect(),
                ..Piece::default()
            };
            let at = Point::new(self.column.x, marker.drop);
            self.block_of_text(&paragraph, kind, at, element, &mut piece);
            piece.height = marker.height + kind.leading * (count.max(1) as f32 - 1.0);
            let descenders =
                marker.drop + kind.leading * (count.max(1) as f32 - 1.0) + Pt(kind.size);
            piece.slack = (piece.height - descenders).max(Pt::ZERO);
            self.push(piece);
        } else {
            self.marks = marks.collect();
            let x = self.column.x;
            self.lines(&paragraph, kind, x, element, None);
        }
        if !simple {
            self.price(super::WITHIN_PARAGRAPH);
            self.blocks(rest, kind);
            self.close();
        }
        if item.write_in_lines > 0 {
            self.price(NEVER);
            self.write_in_lines(item.write_in_lines);
        }
        self.column = column;
    }

    /// Empty lines to write on.
    pub(super) fn write_in_lines(&mut self, count: u8) {
        let width = self.column.width;
        for line in 0..count {
            let pitch = mm(8.5);
            let size = Size {
                width,
                height: Pt(0.6),
            };
            let rule =
                icon::rounded_rectangle(size, Pt::ZERO, Some(self.theme.palette.muted), None);
            let at = Point::new(self.column.x, pitch - Pt(0.6));
            let piece = Piece {
                height: pitch,
                items: vec![decoration(at, rule)],
                ..Piece::default()
            };
            if line > 0 {
                self.price(NEVER);
            }
            self.keep_with_heading();
            self.push(piece);
        }
    }
}
