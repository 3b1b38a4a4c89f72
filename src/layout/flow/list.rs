//! Lists: bullets, numbered steps, boxes to tick, and lines to write on.

use std::sync::Arc;

use super::builder::{FlowBuilder, WITHIN_PARAGRAPH, decoration};
use crate::document::{Block, BlockKind, Inlines, Key, ListItem};
use crate::geometry::{Pt, Size};
use crate::layout::flow_content::{DestinationKey, FORBIDDEN, Fragment, FragmentAnchor};
use crate::layout::inline::{LineBreakMode, Paragraph};
use crate::layout::page::{ElementId, Role, Tag};
use crate::layout::page_area::{FlowItem, InlineExtent, line_items};
use crate::layout::shapes;
use crate::theme::TypeStyle;

/// Largest number of lines of a first paragraph that keeps its item on one page.
const UNSPLIT_ITEM_LINES: usize = 8;

/// Maximum height of a list in two columns, as a share of a page.
const TALLEST_COLUMNS: f32 = 0.5;
/// Widths of the first of two columns that are tried, as shares of the width of both.
const COLUMN_SHARES: [f32; 5] = [0.5, 0.54, 0.46, 0.58, 0.42];
/// Height that two columns save at least. Columns of equal width are best where others save no more.
const LEAST_GAIN: Pt = Pt(1.0);

/// Returns the text of an item that has nothing else.
fn simple_text(item: &ListItem) -> Option<&Inlines> {
    match &item.blocks[..] {
        [
            Block {
                kind: BlockKind::Paragraph(text),
                ..
            },
        ] if item.write_in_lines == 0 => Some(text),
        _ => None,
    }
}

/// Returns the distance of a text's top below that of a box of this height. The text's capitals are
/// then vertically centred in the box.
fn drop_to_middle(height: Pt, kind: TypeStyle) -> Pt {
    height / 2.0 + kind.capital_middle() - kind.first_baseline()
}

/// Lengths of the bullet, number or box of an item.
#[derive(Clone, Copy)]
struct Marker {
    /// Distance from the start of the item to its text.
    indent: Pt,
    /// Height of the line that it shares with the text.
    height: Pt,
    /// Distance of the text's top below that of the line.
    drop: Pt,
}

impl Marker {
    /// Returns the height of an item whose text has this number of lines.
    fn item_height(self, kind: TypeStyle, lines: usize) -> Pt {
        self.height + kind.lines(lines.max(1) - 1)
    }

    /// Returns the distance from the top of an item to its last descenders.
    fn descenders(self, kind: TypeStyle, lines: usize) -> Pt {
        self.drop + kind.tight_lines(lines)
    }
}

/// A list in two columns.
struct ListColumns {
    /// The text of each item.
    texts: Vec<Arc<Paragraph>>,
    /// Index of the first item in the second column.
    split: usize,
    /// Start of the second column.
    second: Pt,
}

impl FlowBuilder<'_> {
    pub(super) fn bullets(&mut self, items: &[ListItem], kind: TypeStyle, key: Option<&Key>) {
        let theme = self.theme.list.bullet;
        let diameter = kind.size * theme.diameter_em;
        let marker = Marker {
            indent: diameter + theme.gap,
            height: kind.leading,
            drop: Pt::ZERO,
        };
        self.list(items, (theme.space, marker), kind, key, |builder, _| {
            let y = kind.first_baseline() - kind.size * theme.middle_em - diameter / 2.0;
            let disc = shapes::disc(diameter, builder.accent);
            vec![decoration(InlineExtent::new(Pt::ZERO, diameter), y, disc)]
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
        let marker = Marker {
            indent: diameter + theme.gap,
            height: diameter,
            drop,
        };
        self.list(items, (theme.space, marker), kind, key, |builder, index| {
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
            items
        });
    }

    pub(super) fn checklist(&mut self, items: &[ListItem], kind: TypeStyle, key: Option<&Key>) {
        let palette = self.theme.palette;
        let theme = self.theme.list.checkbox;
        let side = theme.least_side.max(kind.size * theme.side_em);
        let marker = Marker {
            indent: side + theme.gap,
            height: side,
            drop: drop_to_middle(side, kind),
        };
        self.list(items, (theme.space, marker), kind, key, |_, _| {
            let inner = side - theme.outline;
            let size = Size::square(inner);
            let stroke = Some(shapes::solid(theme.outline, palette.ink));
            let shape = shapes::rounded_rectangle(size, theme.radius, Some(palette.ground), stroke);
            let inset = theme.outline / 2.0;
            vec![decoration(InlineExtent::new(inset, inner), inset, shape)]
        });
    }

    /// Adds the items of a list. `draw` returns the marker of an item, relative to the start of the item and the
    /// top of its line.
    fn list(
        &mut self,
        items: &[ListItem],
        (space, marker): (Pt, Marker),
        kind: TypeStyle,
        key: Option<&Key>,
        mut draw: impl FnMut(&mut Self, usize) -> Vec<FlowItem>,
    ) {
        self.vertical_space(space);
        let list = self.open(Role::List);
        if let Some(columns) = self.list_columns(items, marker, kind) {
            self.items_in_columns(&columns, (space, marker), kind, draw);
            self.anchor_at_last(key, list);
            self.close();
            return;
        }
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.vertical_space(space);
                self.break_penalty(self.penalty_before_item(index, items.len()));
            }
            self.open(Role::ListItem);
            let drawn = draw(self, index);
            self.keep_with_heading();
            self.item(item, (marker, drawn), kind);
            if index == 0 {
                self.anchor_at_last(key, list);
            }
            self.close();
        }
        self.close();
    }

    /// Returns the columns of a list of short texts, if two columns are less high than one.
    fn list_columns(
        &mut self,
        items: &[ListItem],
        marker: Marker,
        kind: TypeStyle,
    ) -> Option<ListColumns> {
        let theme = self.theme.list.columns?;
        let InlineExtent { start, width: full } = self.column;
        let tallest = self.theme.text_height() * TALLEST_COLUMNS;
        let texts = items.iter().map(simple_text).collect::<Option<Vec<_>>>()?;
        let style = self.style(kind, LineBreakMode::Ragged);
        let mut lay_out = |width: Pt| -> Vec<Arc<Paragraph>> {
            let texts = texts.iter();
            let width = width - marker.indent;
            texts.map(|text| self.layout(text, &style, width)).collect()
        };
        let height = |texts: &[Arc<Paragraph>]| -> Pt {
            let heights = texts.iter();
            heights
                .map(|text| marker.item_height(kind, text.lines.len()))
                .sum()
        };
        let mut best = None;
        let mut least = height(&lay_out(full));
        for share in COLUMN_SHARES {
            let first = (full - theme.gap) * share;
            let second = full - theme.gap - first;
            if first.min(second) < theme.narrowest {
                continue;
            }
            let (in_first, in_second) = (lay_out(first), lay_out(second));
            // The first column is the longer one where both splits are as good.
            for split in (1..in_first.len()).rev() {
                let height = height(&in_first[..split]).max(height(&in_second[split..]));
                if height + LEAST_GAIN < least {
                    least = height;
                    best = Some((first, split));
                }
            }
        }
        let (first, split) = best?;
        (least <= tallest).then(|| {
            let mut texts = lay_out(first);
            texts.truncate(split);
            texts.extend(lay_out(full - theme.gap - first).drain(split..));
            ListColumns {
                texts,
                split,
                second: start + first + theme.gap,
            }
        })
    }

    /// Adds the items of a list in two columns, on one page.
    fn items_in_columns(
        &mut self,
        columns: &ListColumns,
        (space, marker): (Pt, Marker),
        kind: TypeStyle,
        mut draw: impl FnMut(&mut Self, usize) -> Vec<FlowItem>,
    ) {
        let mut fragment = Fragment::default();
        let mut descenders = Pt::ZERO;
        let (mut start, mut y) = (self.column.start, Pt::ZERO);
        for (index, text) in columns.texts.iter().enumerate() {
            if index == columns.split {
                (start, y) = (columns.second, Pt::ZERO);
            }
            self.open(Role::ListItem);
            let drawn = draw(self, index).into_iter().map(|mut item| {
                item.extent.start += start;
                item.offset.y += y;
                item
            });
            fragment.items.extend(drawn);
            let element = self.element(Role::ListBody);
            let at = (start + marker.indent, y + marker.drop);
            self.add_text(&mut fragment, text, kind, at, element);
            self.close();
            let lines = text.lines.len();
            descenders = descenders.max(y + marker.descenders(kind, lines));
            y += marker.item_height(kind, lines);
            fragment.height = fragment.height.max(y);
            y += space;
        }
        fragment.slack = (fragment.height - descenders).max(Pt::ZERO);
        self.keep_with_heading();
        self.keep_lines = 0;
        self.push(fragment);
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

    fn item(&mut self, item: &ListItem, (marker, drawn): (Marker, Vec<FlowItem>), kind: TypeStyle) {
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
        let marker_items = drawn.into_iter().map(|mut item| {
            item.extent.start += column.start;
            item
        });
        let style = self.style(kind, LineBreakMode::Ragged);
        let paragraph = self.layout(first, &style, self.measure());
        let count = paragraph.lines.len();
        if count <= UNSPLIT_ITEM_LINES {
            let mut fragment = Fragment {
                items: marker_items.collect(),
                height: marker.item_height(kind, count),
                ..Fragment::default()
            };
            let at = (self.column.start, marker.drop);
            self.add_text(&mut fragment, &paragraph, kind, at, element);
            let descenders = marker.descenders(kind, count);
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
