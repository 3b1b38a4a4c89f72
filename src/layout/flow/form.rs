//! Forms: prompts with lines to write on, side by side where the page is wide enough.

use super::builder::{FlowBuilder, WITHIN_TOOL, decoration};
use crate::document::{BlockKind, Form, Inlines, Key, ListItem};
use crate::geometry::Pt;
use crate::layout::flow_content::{FORBIDDEN, Fragment};
use crate::layout::inline::LineBreakMode;
use crate::layout::page::Role;
use crate::layout::page_area::InlineExtent;
use crate::layout::shapes;

/// Maximum height of a row, as a share of a page. The fields of a taller row are below each other.
const TALLEST_ROW: f32 = 0.4;

impl FlowBuilder<'_> {
    pub(super) fn form(&mut self, form: &Form, key: Option<&Key>) {
        let theme = self.theme.form;
        let outer = self.column;
        self.widen_column(theme.side_gap);
        self.vertical_space_below_text(theme.space_before);
        let mut key = key;
        if !form.caption.is_empty() {
            self.form_caption(&form.caption, key.take());
        }
        let half = (self.column.width - theme.column_gap) / 2.0;
        let columns = if half < theme.narrowest_field { 1 } else { 2 };
        let count = form.items.len().div_ceil(columns);
        let list = self.open(Role::List);
        for (index, row) in form.items.chunks(columns).enumerate() {
            if index > 0 {
                self.vertical_space(theme.space_between_rows);
                self.break_penalty(self.penalty_before_item(index, count));
            }
            self.form_row(row, half);
            if index == 0 {
                self.anchor_at_last(key, list);
            }
        }
        self.close();
        self.column = outer;
        self.vertical_space(theme.space_after);
    }

    /// Adds a caption below a rule.
    fn form_caption(&mut self, caption: &Inlines, key: Option<&Key>) {
        let theme = self.theme.form;
        let brand = self.theme.palette.brand;
        let rule = shapes::rule(self.column.width, theme.top_rule, brand);
        self.push(Fragment {
            height: theme.top_rule + theme.space_after_rule,
            items: vec![decoration(self.column, Pt::ZERO, rule)],
            ..Fragment::default()
        });
        self.break_penalty(FORBIDDEN);
        let kind = self.theme.types.body.bold().coloured(brand);
        let element = self.element(Role::Paragraph);
        self.unsplit_paragraph(caption, kind, element, key);
        self.vertical_space_below_text(theme.space_after_caption);
        self.break_penalty(FORBIDDEN);
    }

    /// Adds the fields of a row. A field without a neighbour is as wide as the page.
    fn form_row(&mut self, row: &[ListItem], half: Pt) {
        let write_in = self.theme.list.write_in;
        let colour = self.theme.palette.muted;
        let kind = self.theme.types.table;
        let style = self.style(kind, LineBreakMode::Ragged);
        let width = if row.len() > 1 {
            half
        } else {
            self.column.width
        };
        let prompts: Vec<_> = row
            .iter()
            .map(|item| self.layout(prompt(item), &style, width))
            .collect();
        let tallest = prompts.iter().map(|prompt| prompt.lines.len()).max();
        let prompt_height = kind.lines(tallest.unwrap_or(0));
        let lines = row.iter().map(|item| item.write_in_lines).max();
        let height = prompt_height + write_in.pitch * f32::from(lines.unwrap_or(0));
        if height > self.theme.text_height() * TALLEST_ROW {
            return self.fields_below_each_other(row);
        }
        let mut fragment = Fragment {
            height,
            ..Fragment::default()
        };
        let mut start = self.column.start;
        for (item, prompt) in row.iter().zip(&prompts) {
            self.open(Role::ListItem);
            let element = self.element(Role::ListBody);
            // A shorter prompt is at the bottom, near its lines.
            let top = prompt_height - kind.lines(prompt.lines.len());
            self.add_text(&mut fragment, prompt, kind, (start, top), element);
            self.close();
            for line in 1..=item.write_in_lines {
                let y = prompt_height + write_in.pitch * f32::from(line) - write_in.rule;
                let rule = shapes::rule(width, write_in.rule, colour);
                let extent = InlineExtent::new(start, width);
                fragment.items.push(decoration(extent, y, rule));
            }
            start += width + self.theme.form.column_gap;
        }
        self.keep_with_heading();
        self.push(fragment);
    }

    /// Adds fields that may be split between pages.
    fn fields_below_each_other(&mut self, fields: &[ListItem]) {
        let kind = self.theme.types.table;
        for item in fields {
            let start = self.content.fragments.len();
            self.open(Role::ListItem);
            let element = self.element(Role::ListBody);
            self.unsplit_paragraph(prompt(item), kind, element, None);
            self.close();
            self.break_penalty(FORBIDDEN);
            let first_line = self.content.fragments.len();
            self.write_in_lines(item.write_in_lines);
            if self.height_from(start) > self.theme.text_height() {
                // The prompt stays with its first lines to write on.
                let lines = self.content.fragments.iter_mut().skip(first_line + 2);
                lines.for_each(|line| line.break_penalty = WITHIN_TOOL);
            }
            self.vertical_space(self.theme.form.space_between_rows);
        }
    }
}

/// Returns the words of a field.
fn prompt(item: &ListItem) -> &Inlines {
    const NONE: &Inlines = &Vec::new();
    match item.blocks.first().map(|block| &block.kind) {
        Some(BlockKind::Paragraph(text)) => text,
        _ => NONE,
    }
}
