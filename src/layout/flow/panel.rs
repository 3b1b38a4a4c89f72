//! Sections that are panels: the short answer with its actions, and the contact details.

use std::sync::Arc;

use super::builder::{BETWEEN_ITEMS, FlowBuilder, Side, decoration, pictogram};
use super::callout::PanelBreaks;
use crate::document::{ContactRow, Inline, Inlines, QrCode, Section, Target};
use crate::font::Weight;
use crate::geometry::{Colour, Point, Pt, Size};
use crate::layout::flow_content::{Bar, FORBIDDEN, Fragment, PanelFrame};
use crate::layout::inline::LineBreakMode;
use crate::layout::page::{Content, ElementId, Role, Tag};
use crate::layout::page_area::{FlowItem, FlowRect, InlineExtent};
use crate::layout::shapes;
use crate::qr_code::QrOutline;
use crate::theme::TypeStyle;

/// Least width of a panel with a side column of its own, as a multiple of the column's width.
const LEAST_PANEL: f32 = 4.0;

/// Penalty of a page break within the message of a panel that may be split. It is so high that the message is split
/// only where the first page would otherwise hold only the title.
const WITHIN_MESSAGE: f32 = 200.0;

/// The words of an item, and the sign at its start.
type MarkedRow<'t> = (&'t Inlines, Vec<FlowItem>);

impl FlowBuilder<'_> {
    /// Begins a tinted or framed panel with a bar, as wide as the page.
    fn begin_panel(&mut self, padding: Pt) {
        let palette = &self.theme.palette;
        self.begin_frame(PanelFrame {
            extent: self.full_width(),
            padding,
            fill: Some(palette.tint),
            outline: self.theme.panel.outline.map(|width| (width, palette.rule)),
            bar: Some(Bar {
                width: self.theme.panel.bar,
                colour: palette.brand,
                dash: None,
            }),
        });
    }

    pub(super) fn main_message(
        &mut self,
        index: usize,
        section: &Section,
        actions_heading: &Inlines,
        actions: &[Inlines],
    ) {
        let types = &self.theme.types;
        let theme = self.theme.panel;
        self.clear_side(theme.space);
        self.vertical_space_below_text(theme.space);
        self.keep_lines = 0;
        let start = self.content.fragments.len();
        self.begin_panel(theme.padding);
        if let Some(heading) = &section.heading {
            let mut fragment = Fragment::default();
            let element = self.heading_element(index, section, &mut fragment);
            self.panel_heading(heading, element, fragment, types.short_answer);
        }
        self.first_sentence_weight = Some(Weight::Bold);
        self.blocks(&section.blocks, types.short_answer);
        self.first_sentence_weight = None;
        let actions_index = self.content.fragments.len() + 1;
        if !actions.is_empty() {
            self.clear_side(theme.space_around_rule);
            self.vertical_space_below_text(theme.space_around_rule);
            let inside = self.panel_inside();
            let rule = shapes::rule(inside.width, theme.rule, self.theme.palette.rule);
            self.push(Fragment {
                height: theme.rule,
                items: vec![decoration(inside, Pt::ZERO, rule)],
                is_separator: true,
                ..Fragment::default()
            });
            self.vertical_space(theme.space_around_rule);
            let level = if section.heading.is_some() { 3 } else { 2 };
            let element = self.element(Role::Heading(level));
            self.panel_heading(actions_heading, element, Fragment::default(), types.body);
            self.actions(actions);
        }
        self.clear_side_into_frame();
        let fragments = &self.content.fragments[start..];
        let penalties: Vec<f32> = fragments.iter().map(|one| one.break_penalty).collect();
        self.end_frame(start, PanelBreaks::Never);
        if let Some(penalty) = theme.break_penalty {
            let fragments = self.content.fragments[start..].iter_mut();
            for (at, (fragment, own)) in (start..).zip(fragments.zip(penalties)) {
                if at == actions_index {
                    fragment.break_penalty = penalty;
                } else if at > start + 1 && at + 1 < actions_index && own < FORBIDDEN {
                    fragment.break_penalty = own.max(WITHIN_MESSAGE);
                }
            }
        }
        if index == 0 {
            self.content.main_message = Some(start..self.content.fragments.len());
        }
        self.vertical_space(theme.space);
    }

    /// Returns the extent of lines within the opening panel.
    fn panel_inside(&self) -> InlineExtent {
        let theme = self.theme.panel;
        let start = theme.bar + theme.padding;
        InlineExtent::new(start, self.theme.full_measure() - start - theme.padding)
    }

    /// Adds a heading of the opening panel in the side column, or above the text. `beside` is the
    /// style of the text beside it.
    fn panel_heading(
        &mut self,
        heading: &Inlines,
        element: ElementId,
        mut fragment: Fragment,
        beside: TypeStyle,
    ) {
        let theme = self.theme;
        let kind = theme.types.heading2;
        let inside = self.panel_inside();
        let style = self.style(kind, LineBreakMode::Balanced);
        let own_side = theme.panel.side;
        let own_side = own_side.filter(|side| side.width * LEAST_PANEL <= inside.width);
        let side = own_side.or(theme.side);
        let measure = match side {
            Some(side) => side.width - inside.start,
            None => inside.width,
        };
        let paragraph = self.layout(heading, &style, measure);
        let count = paragraph.lines.len();
        let at = (inside.start, Pt::ZERO);
        self.add_text(&mut fragment, &paragraph, kind, at, element);
        if let Some(side) = side {
            // Heading and text share their first baseline.
            fragment.height = (kind.first_baseline() - beside.first_baseline()).max(Pt::ZERO);
            let remaining = kind.tight_lines(count) - fragment.height;
            self.push(fragment);
            self.side = Some(Side { remaining });
            let start = side.width + side.gutter;
            self.column = InlineExtent::new(start, inside.end() - start);
        } else {
            fragment.height = kind.lines(count);
            self.push(fragment);
            self.column = inside;
            self.vertical_space(theme.panel.space_after_heading);
        }
        self.at_body_start = true;
    }

    /// Adds the actions, each with a tick.
    fn actions(&mut self, actions: &[Inlines]) {
        let kind = self.theme.types.body;
        let theme = self.theme.panel;
        let tick_y = kind.first_baseline() - kind.size * theme.tick_top_em;
        let extent = self.column.narrowed(kind.size);
        let colour = self.theme.palette.brand;
        let rows = actions.iter().map(|action| {
            let tick = shapes::tick(kind.size, colour);
            (action, vec![decoration(extent, tick_y, tick)])
        });
        let indent = kind.size + theme.tick_gap;
        let rows: Vec<MarkedRow> = rows.collect();
        self.marked_rows(&rows, theme.space_between_actions, indent, None);
    }

    /// Adds a list whose items each have a sign at their start. With a gap, two short items share a line.
    fn marked_rows(&mut self, rows: &[MarkedRow], space: Pt, indent: Pt, gap: Option<Pt>) {
        self.open(Role::List);
        let mut rest = rows;
        while let Some((row, after)) = rest.split_first() {
            rest = after;
            self.vertical_space(space);
            let mut fragment = Fragment {
                slack: self.theme.types.body.slack(),
                ..Fragment::default()
            };
            self.marked_row(&mut fragment, row, Pt::ZERO, indent);
            if let Some(gap) = gap
                && let Some((next, after)) = rest.split_first()
                && let Some(start) = self.start_of_second_row(row, next, indent, gap)
            {
                self.marked_row(&mut fragment, next, start, indent);
                rest = after;
            }
            self.push(fragment);
        }
        self.close();
    }

    /// Returns the start of an item that follows another on its line; `None` if the line does not hold both. It is
    /// in the middle of the column where the first item allows it.
    fn start_of_second_row(
        &mut self,
        row: &MarkedRow,
        next: &MarkedRow,
        indent: Pt,
        gap: Pt,
    ) -> Option<Pt> {
        let style = self.style(self.theme.types.body, LineBreakMode::Ragged);
        let mut width = |(words, _): &MarkedRow| {
            let line = self.layout(words, &style, Pt(f32::INFINITY));
            (line.lines.len() == 1).then_some(indent + line.width)
        };
        let (first, second) = (width(row)?, width(next)?);
        let measure = self.column.width;
        let start = (first + gap).max((measure + gap) / 2.0);
        let start = start.min(measure - second);
        (start >= first + gap).then_some(start)
    }

    /// Adds an item of such a list to a fragment. It begins at this distance from the start of the column.
    fn marked_row(&mut self, fragment: &mut Fragment, row: &MarkedRow, start: Pt, indent: Pt) {
        let kind = self.theme.types.body;
        let (words, items) = row;
        let text = self.column.indented(start + indent);
        self.open(Role::ListItem);
        let element = self.element(Role::ListBody);
        let style = self.style(kind, LineBreakMode::Ragged);
        let paragraph = self.layout(words, &style, text.width);
        let height = kind.lines(paragraph.lines.len().max(1));
        fragment.height = fragment.height.max(height);
        fragment.items.extend(items.iter().cloned().map(|mut item| {
            item.extent.start += start;
            item
        }));
        let at = (text.start, Pt::ZERO);
        self.add_text(fragment, &paragraph, kind, at, element);
        self.close();
    }

    /// Makes the panel as tall as the content of the side column.
    fn clear_side_into_frame(&mut self) {
        if let Some(side) = self.side.take()
            && side.remaining > Pt::ZERO
            && let Some(last) = self.content.fragments.last_mut()
        {
            last.height += side.remaining;
            last.slack = Pt::ZERO;
        }
    }

    pub(super) fn contact(
        &mut self,
        index: usize,
        section: &Section,
        rows: &[ContactRow],
        qr: Option<&QrCode>,
    ) {
        let theme = self.theme.contact;
        self.clear_side(theme.side_gap);
        self.vertical_space_below_text(theme.space_before);
        self.keep_lines = 0;
        // Emergency and contact share a page where that is possible.
        self.break_penalty(BETWEEN_ITEMS);
        let start = self.content.fragments.len();
        self.content.contact = Some(start);
        self.begin_panel(theme.padding);
        let text_start = self.theme.panel.bar + theme.padding_start;
        let text_end = self.theme.full_measure() - theme.padding;
        let qr = qr.and_then(|qr| Some((qr, self.qr_outline(qr)?)));
        let code_width = qr
            .as_ref()
            .map_or(Pt::ZERO, |(_, code)| code.side + theme.code_gap);
        self.column = InlineExtent::new(text_start, text_end - text_start);
        let beside_code = self.column.narrowed(self.column.width - code_width);
        let is_beside = beside_code.width >= theme.narrowest_text;
        if is_beside {
            self.column = beside_code;
        }
        if let Some(heading) = &section.heading {
            let kind = self.theme.types.heading2;
            let mut fragment = Fragment::default();
            let element = self.heading_element(index, section, &mut fragment);
            let style = self.style(kind, LineBreakMode::Balanced);
            let paragraph = self.layout(heading, &style, self.column.width);
            self.add_text(
                &mut fragment,
                &paragraph,
                kind,
                (text_start, Pt::ZERO),
                element,
            );
            fragment.height = kind.lines(paragraph.lines.len());
            self.push(fragment);
            self.vertical_space(theme.space_after_heading);
            self.at_body_start = true;
        }
        self.blocks(&section.blocks, self.theme.types.body);
        self.contact_rows(rows);
        if let Some((qr, code)) = qr {
            if is_beside {
                let extent = InlineExtent::new(text_end - code.side, code.side);
                self.qr_beside_fragments(qr, &code, start, extent);
            } else {
                self.qr_before_label(qr, &code, &[Inline::Text(qr.label.clone())]);
            }
        }
        self.end_frame(start, PanelBreaks::Never);
        self.vertical_space(theme.space_after);
    }

    fn contact_rows(&mut self, rows: &[ContactRow]) {
        if rows.is_empty() {
            return;
        }
        let kind = self.theme.types.body;
        let theme = self.theme.contact;
        let icon_side = kind.size * theme.icon_em;
        let icon_y = kind.first_baseline() - kind.size * theme.icon_middle_em - icon_side / 2.0;
        let icon_at = (self.column.start, icon_y);
        let colour = self.theme.palette.brand;
        let rows = rows.iter().map(|row| {
            let icon = pictogram(row.icon, icon_side, colour, icon_at);
            (&row.text, icon.filter(|_| theme.has_icons).collect())
        });
        let indent = match theme.has_icons {
            true => icon_side + theme.icon_gap,
            false => Pt::ZERO,
        };
        let rows: Vec<MarkedRow> = rows.collect();
        self.marked_rows(&rows, theme.space_before_row, indent, theme.column_gap);
    }

    /// Returns the outline of a code; `None` if its address does not fit.
    fn qr_outline(&mut self, qr: &QrCode) -> Option<Arc<QrOutline>> {
        self.cache.qr_codes.get(&qr.url, &self.theme.qr)
    }

    /// Adds a code and its label beside the fragments since `start`, and after them in reading
    /// order.
    fn qr_beside_fragments(
        &mut self,
        qr: &QrCode,
        code: &QrOutline,
        start: usize,
        extent: InlineExtent,
    ) {
        let theme = self.theme.qr;
        let caption = self.theme.types.caption;
        let element = self.figure_element(&qr.alt);
        let label = self.layout_plain(&qr.label, caption, code.side);
        let label_element = self.element(Role::Paragraph);
        let needed = code.side + theme.space_before_label + caption.lines(label.lines.len());
        let fragments = &self.content.fragments[start..];
        let spaces: Pt = fragments.iter().skip(1).map(|one| one.space_before).sum();
        let heights: Pt = fragments.iter().map(|fragment| fragment.height).sum();
        let Some(mut last) = self.content.fragments.pop() else {
            return;
        };
        let mut height = spaces + heights - self.theme.contact.padding - last.slack;
        if height < needed {
            last.height = last.height - last.slack + (needed - height);
            last.slack = Pt::ZERO;
            height = needed;
        }
        let top = last.height - last.slack - height;
        self.add_qr(&mut last, code, (extent.start, top), element);
        let label_top = top + code.side + theme.space_before_label;
        let elements = self.span_elements(&label, label_element);
        for (index, line) in label.lines.iter().enumerate() {
            let baseline = label_top + caption.first_baseline() + caption.lines(index);
            let at = (extent.start + (code.side - line.width) / 2.0, baseline);
            self.add_line(&mut last, &label, index, at, &elements);
        }
        self.content.fragments.push(last);
    }

    /// Adds a code with its label beside it. The label includes the address, for readers who type
    /// it.
    pub(super) fn qr_beside_label(&mut self, qr: &QrCode) {
        let Some(code) = self.qr_outline(qr) else {
            return;
        };
        let without_scheme = qr
            .url
            .split_once("://")
            .map_or(&qr.url[..], |parts| parts.1);
        let label = [
            Inline::Text(qr.label.clone()),
            Inline::LineBreak,
            Inline::Link {
                target: Target::Uri(qr.url.clone()),
                content: vec![Inline::Text(without_scheme.to_owned())],
            },
        ];
        self.qr_before_label(qr, &code, &label);
    }

    /// Adds a code with a label beside it.
    fn qr_before_label(&mut self, qr: &QrCode, code: &QrOutline, label: &[Inline]) {
        let theme = self.theme.qr;
        self.vertical_space_below_text(theme.space_before);
        let element = self.figure_element(&qr.alt);
        let mut fragment = Fragment {
            height: code.side,
            ..Fragment::default()
        };
        let start = self.column.start;
        self.add_qr(&mut fragment, code, (start, Pt::ZERO), element);
        let kind = self.theme.types.caption;
        let indent = code.side + theme.label_gap;
        let style = self.style(kind, LineBreakMode::Ragged);
        let label = self.layout(label, &style, self.column.width - indent);
        let label_element = self.element(Role::Paragraph);
        let y = (code.side - kind.lines(label.lines.len())) / 2.0;
        self.add_text(
            &mut fragment,
            &label,
            kind,
            (start + indent, y),
            label_element,
        );
        self.break_penalty(FORBIDDEN);
        self.push(fragment);
    }

    /// Adds a code on white in every palette, so that scanners can read it.
    fn add_qr(
        &self,
        fragment: &mut Fragment,
        code: &QrOutline,
        (start, y): (Pt, Pt),
        element: ElementId,
    ) {
        let side = Size::square(code.side);
        let ground = shapes::rectangle(side, Some(Colour::WHITE), None);
        let extent = InlineExtent::new(start, code.side);
        for shape in [ground, Arc::clone(&code.modules)] {
            fragment.items.push(FlowItem {
                tag: Tag::Element(element),
                extent,
                offset: Point::new(Pt::ZERO, y),
                content: Content::Shape(shape),
            });
        }
        let area = FlowRect {
            extent,
            y,
            height: code.side,
        };
        fragment.figures.push((element, area));
    }
}
