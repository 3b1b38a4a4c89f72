//! Tables: rules, no boxes; rows are never torn and the header is repeated. A table whose columns
//! would be too narrow to read becomes a list, a group for each row.

use std::sync::Arc;

use super::galley::{NEVER, Piece};
use super::{BETWEEN_ITEMS, Column, Flow, bold, decoration, repetition, style};
use crate::document::{BlockKind, Inline, Inlines, Key, ListItem, Table};
use crate::geometry::{Colour, Point, Pt, Size, mm};
use crate::layout::icon;
use crate::layout::inline::{Extent, Paragraph, Setting, Surroundings};
use crate::layout::page::{ElementId, Item, Role};

/// White between two columns.
const GAP: Pt = mm(3.0);
/// White above and below the words of a row.
const PADDING: Pt = mm(2.1);
/// A column of running words that is narrower than this is hard to read.
const NARROWEST: Pt = mm(28.0);
/// Height of an empty cell, to write in.
const WRITE_IN: Pt = mm(8.5);

impl Flow<'_> {
    pub(super) fn table(&mut self, table: &Table, key: Option<&Key>) {
        let theme = self.theme;
        let u = theme.unit();
        let outer = self.column;
        if self.frame.is_none() && theme.side.is_some() && outer.x == theme.text_indent() {
            self.clear_side(u * 4.0);
            self.column = Column {
                x: Pt::ZERO,
                width: theme.full_measure(),
            };
        }
        self.white_below_text(u * 4.0);
        match self.column_widths(table) {
            Some(widths) => self.grid(table, &widths, key),
            None => self.rows_as_lists(table, key),
        }
        self.column = outer;
        let note_type = theme.types.caption;
        if !table.note.is_empty() {
            self.white(u * 2.0);
            self.price(NEVER);
            self.blocks(&table.note, note_type);
        }
        self.white_below_text(u * 7.0);
    }

    /// The width of every column, without the gap at its right; `None` where one would be too
    /// narrow.
    fn column_widths(&mut self, table: &Table) -> Option<Vec<Pt>> {
        let theme = self.theme;
        let count = table.header.len();
        let extents: Vec<Extent> = (0..count)
            .map(|column| self.column_extent(table, column))
            .collect();
        let aligned = theme.text_indent() - GAP;
        let first_fits = self.column.x == Pt::ZERO
            && theme.side.is_some()
            && count > 1
            && extents
                .first()
                .is_some_and(|first| first.longest_word <= aligned);
        let widths = if first_fits {
            // The second column begins where running text does.
            let rest = self.column.width - theme.text_indent();
            let mut widths = vec![aligned];
            widths.extend(shared(&extents[1..], rest)?);
            widths
        } else {
            shared(&extents, self.column.width)?
        };
        let narrow_paper = theme.side.is_none();
        let readable = |(width, extent): (&Pt, &Extent)| {
            !narrow_paper || *width >= NARROWEST.min(extent.natural) || extent.natural <= *width
        };
        let fits_page = self.tallest_row(table, &widths) <= self.page_height() * 0.6;
        (widths.iter().zip(&extents).all(readable) && fits_page).then_some(widths)
    }

    fn page_height(&self) -> Pt {
        self.theme.page.height - self.theme.text_top - self.theme.text_bottom
    }

    fn tallest_row(&mut self, table: &Table, widths: &[Pt]) -> Pt {
        let kind = self.theme.types.table;
        let mut tallest = Pt::ZERO;
        for row in std::iter::once(&table.header).chain(&table.rows) {
            for (cell, width) in row.iter().zip(widths) {
                let set = self.set(
                    cell,
                    &style(self.theme, bold(kind), Setting::Running),
                    *width,
                );
                tallest = tallest.max(kind.leading * set.lines.len() as f32);
            }
        }
        tallest
    }

    fn column_extent(&mut self, table: &Table, column: usize) -> Extent {
        let block_pages = self.block_pages;
        let page_of = |key: &str| block_pages.get(key).copied();
        let surroundings = Surroundings {
            words: &self.document.words,
            page_of: &page_of,
        };
        let kind = self.theme.types.table;
        let strong = style(self.theme, bold(kind), Setting::Running);
        let plain = style(self.theme, kind, Setting::Running);
        let mut widest = self
            .setter
            .extent(&table.header[column], &strong, surroundings);
        for row in &table.rows {
            let Some(cell) = row.get(column) else {
                continue;
            };
            let style = if column == 0 { &strong } else { &plain };
            let extent = self.setter.extent(cell, style, surroundings);
            widest.longest_word = widest.longest_word.max(extent.longest_word);
            widest.natural = widest.natural.max(extent.natural);
        }
        widest
    }

    fn grid(&mut self, table: &Table, widths: &[Pt], key: Option<&Key>) {
        let theme = self.theme;
        let u = theme.unit();
        let brand = theme.palette.brand;
        let root = self.open(Role::Table);
        if !table.caption.is_empty() {
            let caption_type = bold(theme.types.body);
            let element = self.element(Role::Caption);
            let style = style(theme, caption_type, Setting::Running);
            let paragraph = self.set(&table.caption, &style, self.column.width);
            let x = self.column.x;
            self.lines(&paragraph, caption_type, x, element, key);
            self.white_below_text(u * 1.5);
            self.price(NEVER);
        }
        // The header, once as content and once more, as an artifact, for every page that the table
        // goes on on.
        self.open(Role::TableHead);
        let mut header = self.row(&table.header, widths, Kind::Header);
        self.close();
        let top_rule = self.rule(Pt(1.5), brand, Pt::ZERO);
        let bottom_rule = self.rule(Pt(1.0), brand, header.height);
        header.items.insert(0, top_rule);
        header.items.push(bottom_rule);
        header.height += Pt(1.0);
        // In a panel that goes on, its label comes first.
        let panel_head = self.head;
        let label = panel_head.map(|head| &self.galley.heads[head]);
        let (mut repeated, drop) = label.map_or((Vec::new(), Pt::ZERO), |label| {
            (label.items.clone(), label.height)
        });
        let below = Point::new(Pt::ZERO, drop);
        repeated.extend(header.items.iter().cloned().map(|item| Item {
            at: item.at + below,
            ..item
        }));
        self.galley
            .heads
            .push(repetition(repeated, drop + header.height));
        let head = self.galley.heads.len() - 1;
        if table.caption.is_empty() {
            self.land(&mut header, key, root);
        }
        self.keep_with_heading();
        self.push(header);
        self.open(Role::TableBody);
        let count = table.rows.len();
        for (index, row) in table.rows.iter().enumerate() {
            let mut piece = self.row(row, widths, Kind::Body);
            let last = index + 1 == count;
            let (width, colour) = if last {
                (Pt(1.0), brand)
            } else {
                (Pt(0.6), theme.palette.rule)
            };
            let rule = self.rule(width, colour, piece.height - width);
            piece.items.push(rule);
            // At least two rows stand on each page.
            let alone = index < 2 || (last && count > 2);
            self.price(if alone { NEVER } else { BETWEEN_ITEMS });
            if index > 0 {
                self.head = Some(head);
            }
            self.push(piece);
            self.head = panel_head;
        }
        self.close();
        self.close();
    }

    fn rule(&self, width: Pt, colour: Colour, y: Pt) -> crate::layout::page::Item {
        let size = Size {
            width: self.column.width,
            height: width,
        };
        decoration(
            Point::new(self.column.x, y),
            icon::rounded_rectangle(size, Pt::ZERO, Some(colour), None),
        )
    }

    /// A row, its cells side by side, top-aligned.
    fn row(&mut self, cells: &[Inlines], widths: &[Pt], row: Kind) -> Piece {
        let theme = self.theme;
        let kind = theme.types.table;
        self.open(Role::TableRow);
        let mut piece = Piece::default();
        let mut x = self.column.x;
        let mut height = kind.leading;
        for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
            let (role, cell_type) = match (row, column) {
                (Kind::Header, _) => (Role::ColumnHeader, bold(kind).coloured(theme.palette.brand)),
                // With one cell beside it, the first needs no header's rank to say whose that is.
                (Kind::Body, 0) if cells.len() < 3 => (Role::TableCell, bold(kind)),
                (Kind::Body, 0) => (Role::RowHeader, bold(kind)),
                (Kind::Body, _) => (Role::TableCell, kind),
            };
            let element: ElementId = self.element(role);
            let paragraph: Arc<Paragraph> =
                self.set(cell, &style(theme, cell_type, Setting::Running), width);
            let at = Point::new(x, PADDING);
            self.block_of_text(&paragraph, cell_type, at, element, &mut piece);
            height = height.max(kind.leading * paragraph.lines.len() as f32);
            if paragraph.lines.is_empty() && matches!(row, Kind::Body) {
                height = height.max(WRITE_IN);
            }
            x += width + GAP;
        }
        self.close();
        piece.height = height - (kind.leading - Pt(kind.size)) + PADDING * 2.0;
        piece
    }

    /// Every row as a group: its first cell, and below it what the other columns say.
    fn rows_as_lists(&mut self, table: &Table, key: Option<&Key>) {
        let body = self.theme.types.body;
        let u = self.theme.unit();
        if !table.caption.is_empty() {
            let element = self.element(Role::Paragraph);
            self.paragraph(&table.caption, bold(body), element, key);
        }
        for row in &table.rows {
            if row.is_empty() {
                continue;
            }
            self.white(u * 2.0);
            self.price(super::BETWEEN_BLOCKS);
            let element = self.element(Role::Paragraph);
            let mut cells = table
                .header
                .iter()
                .zip(row)
                .map(|(header, cell)| labelled(header, cell));
            let first = cells.next().unwrap_or_default();
            self.paragraph(&first, bold(body), element, None);
            let items: Vec<ListItem> = cells
                .zip(&row[1..])
                .map(|(text, cell)| ListItem {
                    blocks: vec![BlockKind::Paragraph(text).into()],
                    write_in_lines: u8::from(cell.is_empty()),
                })
                .collect();
            if !items.is_empty() {
                self.price(NEVER);
                self.bullets(&items, body, None);
            }
        }
    }
}

/// Whether a row is the header.
#[derive(Clone, Copy)]
enum Kind {
    Header,
    Body,
}

/// A cell on its own: what its column is called, and what it says.
fn labelled(header: &Inlines, cell: &Inlines) -> Inlines {
    let mut text = header.clone();
    if !text.is_empty() {
        text.push(Inline::Text(": ".to_owned()));
    }
    text.extend(cell.iter().cloned());
    text
}

/// Shares a width among columns: each gets its longest word and, where there is room, the least that
/// is comfortable to read; what is left goes where the text is longest. `None` where the longest
/// words do not fit.
fn shared(extents: &[Extent], width: Pt) -> Option<Vec<Pt>> {
    let room = width - GAP * (extents.len() as f32 - 1.0);
    let comfortable = |extent: &Extent| extent.longest_word.max(NARROWEST.min(extent.natural));
    let least = [comfortable, |extent: &Extent| extent.longest_word]
        .into_iter()
        .map(|least| extents.iter().map(least).collect::<Vec<Pt>>())
        .find(|least| least.iter().copied().sum::<Pt>() <= room)?;
    let wishes: Vec<Pt> = extents
        .iter()
        .zip(&least)
        .map(|(extent, least)| (extent.natural - *least).max(Pt::ZERO))
        .collect();
    let left = room - least.iter().copied().sum::<Pt>();
    let wished: Pt = wishes.iter().copied().sum();
    if wished <= left {
        // Everything fits on one line: what is left over is shared evenly.
        let extra = (left - wished) / extents.len() as f32;
        return Some(
            least
                .iter()
                .zip(&wishes)
                .map(|(least, wish)| *least + *wish + extra)
                .collect(),
        );
    }
    // Long text gains less from width than short text: share by the square root of the wish, and
    // give what a column cannot use to those that can.
    let mut widths = least.clone();
    let mut left = left;
    let mut hungry: Vec<usize> = (0..extents.len())
        .filter(|&column| wishes[column] > Pt::ZERO)
        .collect();
    while !hungry.is_empty() && left > Pt(0.01) {
        let total: f32 = hungry.iter().map(|&column| wishes[column].0.sqrt()).sum();
        let mut given = Pt::ZERO;
        for &column in &hungry {
            let share = left * (wishes[column].0.sqrt() / total);
            let most = least[column] + wishes[column] - widths[column];
            widths[column] += share.min(most);
            given += share.min(most);
        }
        left -= given;
        hungry.retain(|&column| widths[column] < least[column] + wishes[column] - Pt(0.01));
    }
    Some(widths)
}
