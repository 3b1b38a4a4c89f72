//! Tables, with rules and without boxes. Rows are never split, and pages repeat the header. A table
//! whose columns would be too narrow to read becomes a list for each row.

use super::builder::{BETWEEN_BLOCKS, BETWEEN_ITEMS, FlowBuilder, decoration, repeated_header};
use crate::document::{BlockKind, Inline, Inlines, Key, ListItem, Table};
use crate::geometry::{Colour, Pt};
use crate::layout::flow_content::{FORBIDDEN, Fragment};
use crate::layout::inline::{IntrinsicWidths, LineBreakMode};
use crate::layout::page::Role;
use crate::layout::page_area::FlowItem;
use crate::layout::shapes;
use crate::theme::{TableTheme, TypeStyle};

/// Maximum height of a row, as a share of a page.
const TALLEST_ROW: f32 = 0.6;
/// Width that is too little to share among columns.
const NEGLIGIBLE: Pt = Pt(0.01);

#[derive(Clone, Copy, PartialEq, Eq)]
enum RowKind {
    Header,
    Body,
}

impl FlowBuilder<'_> {
    pub(super) fn table(&mut self, table: &Table, key: Option<&Key>) {
        let theme = self.theme.table;
        let outer = self.column;
        self.widen_column(theme.side_gap);
        self.vertical_space_below_text(theme.space_before);
        match self.column_widths(table) {
            Some(widths) => self.grid(table, &widths, key),
            None => self.rows_as_lists(table, key),
        }
        self.column = outer;
        if !table.note.is_empty() {
            self.vertical_space(theme.space_before_note);
            self.break_penalty(FORBIDDEN);
            self.blocks(&table.note, self.theme.types.caption);
        }
        self.vertical_space_below_text(theme.space_after);
    }

    /// Widens the text column to the whole page, below the content of the side column.
    pub(super) fn widen_column(&mut self, side_gap: Pt) {
        let is_text_column = self.column.start == self.theme.text_indent();
        if self.frame.is_none() && self.theme.side.is_some() && is_text_column {
            self.clear_side(side_gap);
            self.column = self.full_width();
        }
    }

    /// Returns the width of every column, without the gap after it. `None` if there are too many,
    /// one is too narrow or a row is too tall.
    fn column_widths(&mut self, table: &Table) -> Option<Vec<Pt>> {
        let theme = self.theme.table;
        let count = table.header.len();
        if theme.most_columns.is_some_and(|most| count > most) {
            return None;
        }
        let columns: Vec<IntrinsicWidths> = (0..count)
            .map(|column| self.column_intrinsic_widths(table, column))
            .collect();
        let text_indent = self.theme.text_indent();
        let aligned = text_indent - theme.column_gap;
        let is_alignable = self.column.start == Pt::ZERO
            && self.theme.side.is_some()
            && columns.len() > 1
            && columns[0].min_content <= aligned;
        let widths = if is_alignable {
            // The second column begins at the text column.
            let rest = self.column.width - text_indent;
            let mut widths = vec![aligned];
            widths.extend(share_width(&columns[1..], rest, &theme)?);
            widths
        } else {
            share_width(&columns, self.column.width, &theme)?
        };
        let is_readable = |(width, column): (&Pt, &IntrinsicWidths)| {
            let needed = theme.narrowest_column.min(column.max_content);
            self.theme.side.is_some() || *width >= needed || column.max_content <= *width
        };
        let are_readable = widths.iter().zip(&columns).all(is_readable);
        let tallest = self.theme.text_height() * TALLEST_ROW;
        (self.tallest_row(table, &widths) <= tallest && are_readable).then_some(widths)
    }

    fn tallest_row(&mut self, table: &Table, widths: &[Pt]) -> Pt {
        let kind = self.theme.types.table;
        let style = self.style(kind.bold(), LineBreakMode::Ragged);
        let mut tallest = Pt::ZERO;
        for row in std::iter::once(&table.header).chain(&table.rows) {
            for (cell, width) in row.iter().zip(widths) {
                let paragraph = self.layout(cell, &style, *width);
                tallest = tallest.max(kind.lines(paragraph.lines.len()));
            }
        }
        tallest
    }

    fn column_intrinsic_widths(&mut self, table: &Table, column: usize) -> IntrinsicWidths {
        let kind = self.theme.types.table;
        let bold = self.style(kind.bold(), LineBreakMode::Ragged);
        let regular = self.style(kind, LineBreakMode::Ragged);
        let context = self.context();
        let cells = table.rows.iter().filter_map(|row| row.get(column));
        let style = if column == 0 { &bold } else { &regular };
        let mut widest = IntrinsicWidths::default();
        for (cell, style) in
            std::iter::once((&table.header[column], &bold)).chain(cells.map(|cell| (cell, style)))
        {
            let widths = self.cache.paragraphs.intrinsic_widths(cell, style, context);
            widest.min_content = widest.min_content.max(widths.min_content);
            widest.max_content = widest.max_content.max(widths.max_content);
        }
        widest
    }

    fn grid(&mut self, table: &Table, widths: &[Pt], key: Option<&Key>) {
        let theme = self.theme.table;
        let brand = self.theme.palette.brand;
        let root = self.open(Role::Table);
        if !table.caption.is_empty() {
            let caption_kind = self.theme.types.body.bold();
            let element = self.element(Role::Caption);
            let style = self.style(caption_kind, LineBreakMode::Ragged);
            let paragraph = self.layout(&table.caption, &style, self.column.width);
            let start = self.content.fragments.len();
            self.push_lines(&paragraph, caption_kind, self.column.start, element, key);
            self.keep_together(start);
            self.vertical_space_below_text(theme.space_after_caption);
            self.break_penalty(FORBIDDEN);
        }
        self.open(Role::TableHead);
        let mut header = self.row(&table.header, widths, RowKind::Header);
        self.close();
        let top_rule = self.table_rule(theme.top_rule, brand, Pt::ZERO);
        let bottom_rule = self.table_rule(theme.strong_rule, brand, header.height);
        header.items.insert(0, top_rule);
        header.items.push(bottom_rule);
        header.height += theme.strong_rule;
        // In a panel that continues, the panel's title comes before the table's header.
        let panel_header = self.repeated_header;
        let repeated = self.repeated_table_header(&header);
        if table.caption.is_empty() {
            self.anchor_block(&mut header, key, root);
        }
        self.keep_with_heading();
        self.push(header);
        self.open(Role::TableBody);
        let count = table.rows.len();
        for (index, row) in table.rows.iter().enumerate() {
            let mut fragment = self.row(row, widths, RowKind::Body);
            let is_last = index + 1 == count;
            let (thickness, colour) = if is_last {
                (theme.strong_rule, brand)
            } else {
                (theme.rule, self.theme.palette.rule)
            };
            let rule = self.table_rule(thickness, colour, fragment.height - thickness);
            fragment.items.push(rule);
            // Each page has at least two rows.
            let is_alone = index < 2 || (is_last && count > 2);
            self.break_penalty(if is_alone { FORBIDDEN } else { BETWEEN_ITEMS });
            if index > 0 {
                self.repeated_header = Some(repeated);
            }
            self.push(fragment);
            self.repeated_header = panel_header;
        }
        self.close();
        self.close();
    }

    /// Adds the header that pages repeat, below that of the panel.
    fn repeated_table_header(&mut self, header: &Fragment) -> usize {
        let headers = &mut self.content.repeated_headers;
        let panel = self.repeated_header.map(|index| headers[index].clone());
        let panel = panel.unwrap_or_default();
        let mut items = panel.items;
        items.extend(header.items.iter().cloned().map(|mut item| {
            item.offset.y += panel.height;
            item
        }));
        headers.push(repeated_header(items, panel.height + header.height));
        headers.len() - 1
    }

    fn table_rule(&self, thickness: Pt, colour: Colour, y: Pt) -> FlowItem {
        let rule = shapes::rule(self.column.width, thickness, colour);
        decoration(self.column, y, rule)
    }

    /// Returns a row, its cells side by side and aligned at the top.
    fn row(&mut self, cells: &[Inlines], widths: &[Pt], row: RowKind) -> Fragment {
        let theme = self.theme.table;
        let kind = self.theme.types.table;
        self.open(Role::TableRow);
        let mut fragment = Fragment::default();
        let mut start = self.column.start;
        let mut height = kind.leading;
        for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
            let (role, cell_kind) = self.cell_kind(row, column, cells.len());
            let element = self.element(role);
            let style = self.style(cell_kind, LineBreakMode::Ragged);
            let paragraph = self.layout(cell, &style, width);
            let at = (start, theme.cell_padding);
            self.add_text(&mut fragment, &paragraph, cell_kind, at, element);
            height = height.max(kind.lines(paragraph.lines.len()));
            if paragraph.lines.is_empty() && row == RowKind::Body {
                height = height.max(theme.write_in);
            }
            start += width + theme.column_gap;
        }
        self.close();
        fragment.height = height - kind.slack() + theme.cell_padding * 2.0;
        fragment
    }

    /// Returns role and style of a cell. In a table of two columns the first cells are no headers,
    /// since each has only one cell to describe.
    fn cell_kind(&self, row: RowKind, column: usize, count: usize) -> (Role, TypeStyle) {
        let kind = self.theme.types.table;
        match (row, column) {
            (RowKind::Header, _) => {
                let colour = self.theme.palette.brand;
                (Role::ColumnHeader, kind.bold().coloured(colour))
            }
            (RowKind::Body, 0) if count < 3 => (Role::TableCell, kind.bold()),
            (RowKind::Body, 0) => (Role::RowHeader, kind.bold()),
            (RowKind::Body, _) => (Role::TableCell, kind),
        }
    }

    /// Adds every row as a group: its first cell, and below it a list of the others.
    fn rows_as_lists(&mut self, table: &Table, key: Option<&Key>) {
        let body = self.theme.types.body;
        if !table.caption.is_empty() {
            let element = self.element(Role::Paragraph);
            self.unsplit_paragraph(&table.caption, body.bold(), element, key);
            self.break_penalty(FORBIDDEN);
        }
        let labels = table.list_labels();
        for row in &table.rows {
            let mut cells = labels.iter().zip(row);
            let Some((label, cell)) = cells.next() else {
                continue;
            };
            let start = self.content.fragments.len();
            self.vertical_space(self.theme.table.space_between_lists);
            self.break_penalty(BETWEEN_BLOCKS);
            let element = self.element(Role::Paragraph);
            self.unsplit_paragraph(&labelled(label, cell), body.bold(), element, None);
            let items: Vec<ListItem> = cells
                .map(|(label, cell)| ListItem {
                    blocks: vec![BlockKind::Paragraph(labelled(label, cell)).into()],
                    write_in_lines: u8::from(cell.is_empty()),
                })
                .collect();
            if !items.is_empty() {
                self.break_penalty(FORBIDDEN);
                self.bullets(&items, body, None);
            }
            self.keep_together(start);
        }
    }
}

/// Returns a cell with the label of its column before it.
fn labelled(label: &Inlines, cell: &Inlines) -> Inlines {
    let mut text = label.clone();
    if !text.is_empty() {
        text.push(Inline::Text(": ".to_owned()));
    }
    text.extend(cell.iter().cloned());
    text
}

/// Shares a width among columns. `None` if the longest words do not fit.
///
/// Each column gets the width of its longest word and, where there is room, a comfortable width.
/// The rest goes where the text is longest.
fn share_width(columns: &[IntrinsicWidths], width: Pt, theme: &TableTheme) -> Option<Vec<Pt>> {
    let room = width - theme.column_gap * (columns.len() as f32 - 1.0);
    let comfortable = |column: &IntrinsicWidths| {
        let readable = theme.narrowest_column.min(column.max_content);
        column.min_content.max(readable)
    };
    let shortest = |column: &IntrinsicWidths| column.min_content;
    let least: Vec<Pt> = [
        columns.iter().map(comfortable).collect::<Vec<Pt>>(),
        columns.iter().map(shortest).collect(),
    ]
    .into_iter()
    .find(|least| least.iter().copied().sum::<Pt>() <= room)?;
    let wishes: Vec<Pt> = columns
        .iter()
        .zip(&least)
        .map(|(column, least)| (column.max_content - *least).max(Pt::ZERO))
        .collect();
    let mut left = room - least.iter().copied().sum::<Pt>();
    let wished: Pt = wishes.iter().copied().sum();
    if wished <= left {
        // Every cell fits on one line: the rest is shared evenly.
        let extra = (left - wished) / columns.len() as f32;
        let widths = least.iter().zip(&wishes);
        return Some(widths.map(|(least, wish)| *least + *wish + extra).collect());
    }
    // Long text gains less from width than short text: share by the square root of the wish, and
    // give the unused rest of a column to the others.
    let mut widths = least.clone();
    let mut hungry: Vec<usize> = (0..columns.len())
        .filter(|&column| wishes[column] > Pt::ZERO)
        .collect();
    while !hungry.is_empty() && left > NEGLIGIBLE {
        let total: f32 = hungry.iter().map(|&column| wishes[column].0.sqrt()).sum();
        let mut given = Pt::ZERO;
        for &column in &hungry {
            let share = left * (wishes[column].0.sqrt() / total);
            let most = least[column] + wishes[column] - widths[column];
            widths[column] += share.min(most);
            given += share.min(most);
        }
        left -= given;
        hungry.retain(|&column| widths[column] < least[column] + wishes[column] - NEGLIGIBLE);
    }
    Some(widths)
}
