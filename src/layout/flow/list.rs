//! Lists: bullets, numbered steps, boxes to tick, and lines to write on.

use super::builder::{FlowBuilder, WITHIN_PARAGRAPH, decoration};
use crate::document::{Block, BlockKind, Key, ListItem};
use crate::geometry::{Pt, Size};
use crate::layout::flow_content::{DestinationKey, FORBIDDEN, Fragment, FragmentAnchor};
use crate::layout::inline::LineBreakMode;
use crate::layout::page::{ElementId, Role, Tag};
use crate::layout::page_area::{FlowItem, InlineExtent, line_items};
use crate::layout::shapes;
use crate::theme::TypeStyle;

/// Largest number of lines of a first paragraph that keeps its item on one page.
const UNSPLIT_ITEM_LINES: usize = 8;

/// Returns the distance of a text's top below that of a box of this height. The text's capitals are
/// then vertically centred in the box.
fn drop_to_middle(height: Pt, kind: TypeStyle) -> Pt {
    height / 2.0 + kind.capital_middle() - kind.first_baseline()
}

/// The bullet, number or box of an item.
struct Marker {
    /// Distance from the start of the item to its text.
    indent: Pt,
    /// Height of the line that it shares with the text.
    height: Pt,
    /// Distance of the text's top below that of the line.
    drop: Pt,
    /// Items relative to the start of the list item and the top of the line.
    items: Vec<FlowItem>,
}

impl FlowBuilder<'_> {
    pub(super) fn bullets(&mut self, items: &[ListItem], kind: TypeStyle, key: Option<&Key>) {
        let theme = self.theme.list.bullet;
        self.list(items, theme.space, kind, key, |builder, _| {
            let diameter = kind.size * theme.diameter_em;
            let y = kind.first_baseline() - kind.size * theme.middle_em - diameter / 2.0;
            let disc = shapes::disc(diameter, builder.accent);
            Marker {
                indent: diameter + theme.gap,
                height: kind.leading,
                drop: Pt::ZERO,
                items: vec![decoration(InlineExtent::new(Pt::ZERO, diameter), y, disc)],
            }
        });
    }

    pub(super) fn steps(
        &mut self,
        first_number: u32,
        items: &[ListItem],
        kind: TypeStyle,
        key: Option<&Key>,
    ) {
        let theme = self.theme.list.step;
        let diameter = kind.leading * theme.diameter;
        let drop = drop_to_middle(diameter, kind);
        if self.at_body_start && self.side.is_some() && self.frame.is_none() {
            // The heading in the side column shares its baseline with the first step, whose disc
            // begins higher.
            self.space -= drop;
        }
        let numeral_kind = kind.bold().coloured(self.theme.palette.on_colour);
        self.list(items, theme.space, kind, key, |builder, index| {
            let disc = InlineExtent::new(Pt::ZERO, diameter);
            let shape = shapes::disc(diameter, builder.accent);
            let mut items = vec![decoration(disc, Pt::ZERO, shape)];
            let label = builder.element(Role::Label);
            let number = (first_number as usize + index).to_string();
            let number = builder.layout_plain(&number, numeral_kind, Pt(f32::INFINITY));
            let start = (diameter - number.width) / 2.0;
            let baseline = diameter / 2.0 + kind.capital_middle();
            for line in &number.lines {
                items.extend(line_items(line, (start, baseline), |_| Tag::Element(label)));
            }
            Marker {
                indent: diameter + theme.gap,
                height: diameter,
                drop,
                items,
            }
        });
    }

    pub(super) fn checklist(&mut self, items: &[ListItem], kind: TypeStyle, key: Option<&Key>) {
        let palette = self.theme.palette;
        let theme = self.theme.list.checkbox;
        self.list(items, theme.space, kind, key, |_, _| {
            let side = theme.least_side.max(kind.size * theme.side_em);
            let inner = side - theme.outline;
            let size = Size::square(inner);
            let stroke = Some(shapes::solid(theme.outline, palette.ink));
            let shape = shapes::rounded_rectangle(size, theme.radius, Some(palette.ground), stroke);
            let inset = theme.outline / 2.0;
            Marker {
                indent: side + theme.gap,
                height: side,
                drop: drop_to_middle(side, kind),
                items: vec![decoration(InlineExtent::new(inset, inner), inset, shape)],
            }
        });
    }

    /// Adds the items of a list, each with its marker.
    fn list(
        &mut self,
        items: &[ListItem],
        space: Pt,
        kind: TypeStyle,
        key: Option<&Key>,
        mut marker: impl FnMut(&mut Self, usize) -> Marker,
    ) {
        self.vertical_space(space);
        let list = self.open(Role::List);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.vertical_space(space);
                self.break_penalty(self.penalty_before_item(index, items.len()));
            }
            self.open(Role::ListItem);
            let marker = marker(self, index);
            self.keep_with_heading();
            self.item(item, marker, kind);
            if index == 0 {
                self.anchor_at_last(key, list);
            }
            self.close();
        }
        self.close();
    }

    /// Makes the last fragment the destination of a list.
    pub(super) fn anchor_at_last(&mut self, key: Option<&Key>, list: ElementId) {
        if let Some(key) = key {
            let destination = self.destination(DestinationKey::Block(key.clone()));
            if let Some(fragment) = self.content.fragments.last_mut() {
                fragment.anchors.push(FragmentAnchor {
                    destination,
                    y: Pt::ZERO,
                    element: list,
                });
            }
        }
    }

    fn item(&mut self, item: &ListItem, marker: Marker, kind: TypeStyle) {
        let column = self.column;
        self.column = column.indented(marker.indent);
        let (first, rest) = match item.blocks.split_first() {
            Some((
                Block {
                    kind: BlockKind::Paragraph(text),
                    ..
                },
                rest,
            )) => (&text[..], rest),
            _ => (&[][..], &item.blocks[..]),
        };
        // A single paragraph is the list body itself.
        let is_simple = rest.is_empty();
        let element = if is_simple {
            self.element(Role::ListBody)
        } else {
            self.open(Role::ListBody);
            self.element(Role::Paragraph)
        };
        let marker_items = marker.items.into_iter().map(|mut item| {
            item.extent.start += column.start;
            item
        });
        let style = self.style(kind, LineBreakMode::Ragged);
        let paragraph = self.layout(first, &style, self.column.width);
        let count = paragraph.lines.len();
        if count <= UNSPLIT_ITEM_LINES {
            let mut fragment = Fragment {
                items: marker_items.collect(),
                height: marker.height + kind.lines(count.max(1) - 1),
                ..Fragment::default()
            };
            let at = (self.column.start, marker.drop);
            self.add_text(&mut fragment, &paragraph, kind, at, element);
            let descenders = marker.drop + kind.tight_lines(count);
            fragment.slack = (fragment.height - descenders).max(Pt::ZERO);
            self.push(fragment);
        } else {
            self.pending_items = marker_items.collect();
            self.push_lines(&paragraph, kind, self.column.start, element, None);
        }
        if !is_simple {
            self.break_penalty(WITHIN_PARAGRAPH);
            self.blocks(rest, kind);
            self.close();
        }
        if item.write_in_lines > 0 {
            self.break_penalty(FORBIDDEN);
            self.write_in_lines(item.write_in_lines);
        }
        self.column = column;
    }

    /// Adds empty lines to write on.
    pub(super) fn write_in_lines(&mut self, count: u8) {
        let theme = self.theme.list.write_in;
        let colour = self.theme.palette.muted;
        for line in 0..count {
            let rule = shapes::rule(self.column.width, theme.rule, colour);
            let fragment = Fragment {
                height: theme.pitch,
                items: vec![decoration(self.column, theme.pitch - theme.rule, rule)],
                ..Fragment::default()
            };
            if line > 0 {
                self.break_penalty(FORBIDDEN);
            }
            self.keep_with_heading();
            self.push(fragment);
        }
    }
}
