//! Sections: the rule, the heading with its badge or icon, and the body beside or below it.

use std::sync::Arc;

use super::builder::{BETWEEN_BLOCKS, FlowBuilder, Side, decoration, pictogram};
use crate::document::{Block, BlockKind, Inline, Mark, Section, SectionRole, plain_text};
use crate::geometry::Pt;
use crate::layout::flow_content::{DestinationKey, FORBIDDEN, Fragment};
use crate::layout::inline::{LineBreakMode, Paragraph};
use crate::layout::page::{Bookmark, ElementId, Role};
use crate::layout::page_area::InlineExtent;
use crate::layout::shapes;

impl FlowBuilder<'_> {
    pub(super) fn section(&mut self, index: usize, section: &Section) {
        let element = self.open(Role::Section);
        self.content.structure[element.0 as usize].key = Some(section.key.clone());
        match &section.role {
            SectionRole::Body => self.body_section(index, section),
            SectionRole::MainMessage {
                actions_heading,
                actions,
            } => self.main_message(index, section, actions_heading, actions),
            SectionRole::Contact { rows, qr } => self.contact(index, section, rows, qr.as_ref()),
        }
        self.close();
    }

    fn body_section(&mut self, index: usize, section: &Section) {
        let theme = self.theme;
        self.column = InlineExtent::new(theme.text_indent(), theme.text_measure());
        self.in_tool = matches!(section.mark, Some(Mark::Icon(_)));
        // Reference sections take the full measure. It is too wide for running text, but saves a
        // third of their lines.
        let is_wide = section.blocks.iter().any(is_looked_up);
        let has_only_references = matches!(
            &section.blocks[..],
            [Block {
                kind: BlockKind::References(_),
                ..
            }]
        );
        match (&section.heading, theme.side) {
            (Some(_), _) if theme.reference.runs_in && has_only_references => {
                self.run_in_lines = Some(self.run_in_heading(index, section));
            }
            (Some(_), Some(_)) if !is_wide => self.side_heading(index, section),
            (Some(_), _) => {
                self.column = self.full_width();
                self.stacked_heading(index, section);
            }
            (None, _) => self.break_penalty(BETWEEN_BLOCKS),
        }
        self.blocks(&section.blocks, theme.types.body);
        self.in_tool = false;
    }

    /// Requests the space before a section, measured to its rule.
    fn space_before_section(&mut self) {
        let space = self.theme.section.space_before;
        let side = self
            .side
            .take()
            .map_or(Pt::ZERO, |side| side.remaining.max(Pt::ZERO));
        let wanted = std::mem::replace(&mut self.space, Pt::ZERO);
        self.vertical_space_below_text(space);
        self.space = self.space.max(wanted);
        if side > Pt::ZERO {
            self.space = self.space.max(side + space);
        }
    }

    /// Adds the element of a section's heading, with its bookmark and its anchors.
    pub(super) fn heading_element(
        &mut self,
        index: usize,
        section: &Section,
        fragment: &mut Fragment,
    ) -> ElementId {
        let element = self.element(Role::Heading(2));
        let destination = self.destination(DestinationKey::Section(index));
        self.anchor(fragment, DestinationKey::Section(index), element);
        self.anchor_block(fragment, Some(&section.key), element);
        if let Some(heading) = &section.heading {
            self.content.outline.push(Bookmark {
                level: 2,
                title: plain_text(heading),
                destination,
            });
        }
        element
    }

    /// Returns the rule at the top of a section.
    fn section_rule(&self) -> Fragment {
        let extent = self.full_width();
        let thickness = self.theme.section.rule;
        let rule = shapes::rule(extent.width, thickness, self.theme.palette.rule);
        Fragment {
            items: vec![decoration(extent, Pt::ZERO, rule)],
            ..Fragment::default()
        }
    }

    fn layout_badge(&mut self, section: &Section, measure: Pt) -> Option<Arc<Paragraph>> {
        let Some(Mark::Certainty(certainty)) = section.mark else {
            return None;
        };
        let style = self.style(self.theme.types.badge, LineBreakMode::Ragged);
        let badge = self.layout(&[Inline::Badge(certainty)], &style, measure);
        (!badge.lines.is_empty()).then_some(badge)
    }

    /// Adds a badge whose pill begins at `start` and `top`. A long badge has several lines.
    fn add_badge(&mut self, fragment: &mut Fragment, badge: &Paragraph, start: Pt, top: Pt) {
        let element = self.element(Role::Paragraph);
        let elements = self.span_elements(badge, element);
        let middle = self.theme.types.badge.capital_middle();
        let height = self.badge_line_height();
        let mut baseline = top + height / 2.0 + middle;
        for line in 0..badge.lines.len() {
            self.add_line(fragment, badge, line, (start, baseline), &elements);
            baseline += height;
        }
    }

    fn badge_height(&self, badge: &Paragraph) -> Pt {
        self.badge_line_height() * badge.lines.len() as f32
    }

    fn badge_line_height(&self) -> Pt {
        self.theme.types.badge.size * self.theme.badge.height_em
    }

    /// Adds heading and badge in the side column. The body begins on the heading's first baseline.
    fn side_heading(&mut self, index: usize, section: &Section) {
        let (Some(heading), Some(side)) = (&section.heading, self.theme.side) else {
            return;
        };
        let theme = self.theme.section.beside;
        let kind = self.theme.types.heading2;
        let body = self.theme.types.body;
        self.space_before_section();
        let mut fragment = self.section_rule();
        let mut y = theme.space_after_rule;
        if let Some(Mark::Icon(symbol)) = section.mark {
            let at = (-self.theme.section.icon_outdent, y);
            let icon = pictogram(symbol, theme.icon, self.theme.palette.brand, at);
            fragment.items.extend(icon);
            y += theme.icon + theme.space_after_icon;
        }
        let element = self.heading_element(index, section, &mut fragment);
        let style = self.style(kind, LineBreakMode::Balanced);
        let paragraph = self.layout(heading, &style, side.width);
        self.add_text(&mut fragment, &paragraph, kind, (Pt::ZERO, y), element);
        y += kind.tight_lines(paragraph.lines.len());
        if let Some(badge) = self.layout_badge(section, side.width) {
            y += theme.space_before_badge;
            self.add_badge(&mut fragment, &badge, Pt::ZERO, y);
            y += self.badge_height(&badge);
        }
        // Beside an icon the body begins at the icon's top instead.
        let drop = match section.mark {
            Some(Mark::Icon(_)) => Pt::ZERO,
            _ => kind.first_baseline() - body.first_baseline(),
        };
        fragment.height = theme.space_after_rule + drop;
        let remaining = y - fragment.height;
        fragment.overhang = remaining.max(Pt::ZERO);
        self.push(fragment);
        self.space = Pt::ZERO;
        self.side = Some(Side { remaining });
        self.keep_lines = 2;
        self.break_penalty(FORBIDDEN);
        self.at_body_start = true;
    }

    /// Adds a heading above the body, its badge at the end of the line where both fit.
    fn stacked_heading(&mut self, index: usize, section: &Section) {
        let Some(heading) = &section.heading else {
            return;
        };
        let theme = self.theme.section.stacked;
        let kind = self.theme.types.heading2;
        let measure = self.column.width;
        self.space_before_section();
        let mut fragment = self.section_rule();
        let mut y = theme.space_after_rule;
        let mut indent = Pt::ZERO;
        if let Some(Mark::Icon(symbol)) = section.mark {
            let icon_y = y - (theme.icon - kind.size) / 2.0 + theme.icon_drop;
            let at = (-self.theme.section.icon_outdent, icon_y);
            let icon = pictogram(symbol, theme.icon, self.theme.palette.brand, at);
            fragment.items.extend(icon);
            indent = theme.icon + theme.icon_gap;
        }
        let element = self.heading_element(index, section, &mut fragment);
        let style = self.style(kind, LineBreakMode::Balanced);
        let paragraph = self.layout(heading, &style, measure - indent);
        self.add_text(&mut fragment, &paragraph, kind, (indent, y), element);
        let count = paragraph.lines.len();
        let mut slack = kind.slack();
        if let Some(badge) = self.layout_badge(section, measure) {
            let height = self.badge_height(&badge);
            let is_beside = theme.badge_may_be_beside
                && count == 1
                && paragraph.width + theme.badge_gap + badge.width <= measure;
            if is_beside {
                let top = y + (kind.size - height) / 2.0;
                self.add_badge(&mut fragment, &badge, measure - badge.width, top);
                y += kind.leading;
            } else {
                y += kind.tight_lines(count) + theme.space_before_badge;
                self.add_badge(&mut fragment, &badge, Pt::ZERO, y);
                y += height;
                slack = Pt::ZERO;
            }
        } else {
            y += kind.lines(count);
        }
        fragment.height = y;
        self.push(fragment);
        self.vertical_space(theme.space_after - slack);
        self.at_body_start = true;
        self.keep_lines = 2;
        self.break_penalty(FORBIDDEN);
    }
}

/// Returns whether a block is looked up, entry by entry, and not read through.
fn is_looked_up(block: &Block) -> bool {
    matches!(
        block.kind,
        BlockKind::Glossary(_) | BlockKind::References(_)
    )
}
