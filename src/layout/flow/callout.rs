//! Call-outs: a panel with an icon, a label and title, and the message.

use std::sync::Arc;

use super::galley::{Bar, Frame, NEVER, Piece};
use super::{BETWEEN_ITEMS, Column, Flow, bold, decoration, repetition, style};
use crate::document::{Callout, CalloutKind, Icon, Inline, Key};
use crate::geometry::{Colour, Point, Pt, Size, mm};
use crate::layout::icon;
use crate::layout::inline::Setting;
use crate::layout::page::Role;

impl Flow<'_> {
    pub(super) fn callout(&mut self, callout: &Callout, key: Option<&Key>) {
        let u = self.theme.unit();
        let column = self.column;
        let accent = self.accent;
        if callout.kind == CalloutKind::Emergency {
            self.clear_side(u * 4.0);
            self.column = Column {
                x: Pt::ZERO,
                width: self.theme.full_measure(),
            };
            self.white_below_text(u * 4.0);
        } else {
            self.white_below_text(u * 3.0);
            if !self.fresh {
                // A call-out keeps with the lines before it, and takes no panel that is above along.
                let below_panel = self
                    .galley
                    .pieces
                    .last()
                    .is_some_and(|piece| piece.frame.is_some());
                self.price(if below_panel { BETWEEN_ITEMS } else { NEVER });
            }
        }
        self.fresh = false;
        self.keep_lines = 0;
        self.open(Role::Division);
        let start = self.galley.pieces.len();
        if callout.kind == CalloutKind::Emergency {
            self.emergency(callout, key);
        } else {
            self.plain_callout(callout, key);
        }
        self.close();
        self.end_frame(start, callout.kind == CalloutKind::Emergency);
        self.fresh = false;
        self.column = column;
        self.accent = accent;
        self.white(if callout.kind == CalloutKind::Emergency {
            u * 4.0
        } else {
            u * 3.0
        });
    }

    /// Label and title as one text.
    fn callout_title(callout: &Callout, continued: Option<&str>) -> Vec<Inline> {
        let mut title = Vec::new();
        if let Some(label) = &callout.label {
            title.push(Inline::Text(format!("{label} ")));
        }
        title.extend(callout.title.iter().cloned());
        if let Some(continued) = continued {
            title.push(Inline::Text(format!(" {continued}")));
        }
        title
    }

    fn plain_callout(&mut self, callout: &Callout, key: Option<&Key>) {
        let palette = self.theme.palette;
        let body = self.theme.types.body;
        let u = self.theme.unit();
        let (colour, fill, symbol) = match callout.kind {
            CalloutKind::Caution | CalloutKind::Emergency => {
                (palette.caution, palette.caution_tint, Icon::AlertTriangle)
            }
            CalloutKind::Info => (palette.brand, palette.tint, Icon::Info),
            CalloutKind::Tip => (palette.tip, palette.tip_tint, Icon::Lightbulb),
        };
        let (bar, outline) = match callout.kind {
            CalloutKind::Caution | CalloutKind::Emergency => (Pt(6.0), Some((Pt(0.75), colour))),
            CalloutKind::Info | CalloutKind::Tip => (Pt(3.0), None),
        };
        let dash = (callout.kind == CalloutKind::Tip).then_some(Pt(2.5));
        let frame = Frame {
            x: self.column.x,
            width: self.column.width,
            padding: mm(3.6),
            fill: Some(fill),
            outline,
            bar: Some(Bar {
                width: bar,
                colour,
                dash,
            }),
        };
        self.begin_frame(frame);
        let symbol_size = Pt(body.size * 1.75);
        let symbol_x = self.column.x + bar + mm(4.0);
        let text_x = symbol_x + symbol_size + mm(2.6);
        let right = self.column.x + self.column.width - mm(4.0);
        self.column = Column {
            x: text_x,
            width: right - text_x,
        };
        self.accent = colour;

        let kind = bold(body).coloured(colour);
        let measure = self.column.width;
        let title_style = style(self.theme, kind, Setting::Running);
        let symbols = icon::pictogram(symbol, symbol_size, colour);
        let again = Self::callout_title(callout, Some(&self.document.words.continued));
        let again = self.set(&again, &title_style, measure);
        let title = self.set(&Self::callout_title(callout, None), &title_style, measure);

        // What is set again where a tall call-out goes on on the next page: never read twice.
        let mut repeated = Piece::default();
        let nobody = vec![super::ElementId(0); again.spans.len()];
        for line in 0..again.lines.len() {
            let baseline = kind.first_baseline() + kind.leading * line as f32;
            self.add_repeated_line(
                &mut repeated,
                &again,
                line,
                Point::new(text_x, baseline),
                &nobody,
            );
        }
        let repeated_height = kind.leading * again.lines.len() as f32 + u * 0.5;
        self.galley
            .heads
            .push(repetition(repeated.items, repeated_height));
        let head = self.galley.heads.len() - 1;

        let element = self.element(Role::Paragraph);
        let mut piece = Piece::default();
        piece.items.extend(
            symbols
                .iter()
                .map(|shape| decoration(Point::new(symbol_x, -Pt(1.0)), Arc::clone(shape))),
        );
        self.block_of_text(
            &title,
            kind,
            Point::new(text_x, Pt::ZERO),
            element,
            &mut piece,
        );
        let lines = title.lines.len().max(1) as f32;
        piece.height = kind.leading * (lines - 1.0) + Pt(kind.size);
        // Alone, the title's panel is still as high as its icon.
        if callout.blocks.is_empty() {
            piece.height = piece.height.max(symbol_size);
        }
        self.land(&mut piece, key, element);
        self.push(piece);
        self.white(u * 1.4);
        self.fresh = true;
        self.price(NEVER);
        self.head = Some(head);
        self.blocks(&callout.blocks, body);
        self.head = None;
    }

    fn emergency(&mut self, callout: &Callout, key: Option<&Key>) {
        let theme = self.theme;
        let colour = theme.palette.emergency;
        let body = theme.types.body;
        let outline = Pt(2.0);
        let frame = Frame {
            x: Pt::ZERO,
            width: theme.full_measure(),
            padding: mm(4.0),
            fill: Some(Colour::WHITE),
            outline: Some((outline, colour)),
            bar: None,
        };
        self.begin_frame(frame);
        // The strip reaches the frame's edges: it brings its own white.
        self.pad_top = Pt::ZERO;
        let inset = mm(4.0) + outline;
        let symbol_size = Pt(body.size * 1.75);
        let kind = bold(theme.types.heading2).coloured(Colour::WHITE);
        let text_x = inset + symbol_size + mm(3.2);
        let measure = theme.full_measure() - text_x - inset;
        let title = Self::callout_title(callout, None);
        let title = self.set(&title, &style(theme, kind, Setting::Running), measure);
        let element = self.element(Role::Paragraph);
        let mut piece = Piece::default();
        let text_height = kind.leading * (title.lines.len().max(1) as f32 - 1.0) + Pt(kind.size);
        let height = text_height.max(symbol_size) + mm(3.3) * 2.0;
        let size = Size {
            width: theme.full_measure(),
            height,
        };
        piece.items.push(decoration(
            Point::default(),
            icon::rounded_rectangle(size, Pt::ZERO, Some(colour), None),
        ));
        for shape in icon::pictogram(Icon::Ambulance, symbol_size, Colour::WHITE) {
            piece.items.push(decoration(
                Point::new(inset, (height - symbol_size) / 2.0),
                shape,
            ));
        }
        let y = (height - text_height) / 2.0 + Pt(kind.size * 0.06);
        self.block_of_text(&title, kind, Point::new(text_x, y), element, &mut piece);
        piece.height = height;
        self.land(&mut piece, key, element);
        self.push(piece);
        self.column = Column {
            x: inset,
            width: theme.full_measure() - inset * 2.0,
        };
        self.accent = colour;
        self.white(mm(3.6));
        self.fresh = true;
        self.price(NEVER);
        self.blocks(&callout.blocks, body);
    }

    /// Begins a panel: what follows stands in it, below its padding.
    pub(super) fn begin_frame(&mut self, frame: Frame) {
        self.pad_top = frame.padding;
        self.galley.frames.push(frame);
        self.frame = Some(self.galley.frames.len() - 1);
    }

    /// Ends the panel whose first piece this is. Panels are torn only where they are taller than
    /// half a page, and some never.
    pub(super) fn end_frame(&mut self, start: usize, never_torn: bool) {
        let Some(frame) = self.frame.take() else {
            return;
        };
        self.pad_top = Pt::ZERO;
        self.space = Pt::ZERO;
        self.penalty = 0.0;
        let padding = self.galley.frames[frame].padding;
        if let Some(last) = self.galley.pieces.last_mut() {
            last.height = last.height - last.slack + padding;
            last.slack = Pt::ZERO;
            if let Some(side) = &mut self.side {
                side.remaining -= padding;
            }
        }
        let pieces = &mut self.galley.pieces[start..];
        let height: Pt = pieces
            .iter()
            .map(|piece| piece.space_before + piece.height)
            .sum();
        let page = self.theme.page.height - self.theme.text_top - self.theme.text_bottom;
        if never_torn || height <= page * 0.5 {
            for piece in pieces.iter_mut().skip(1) {
                piece.penalty = NEVER;
            }
        }
    }

    /// A line of repeated text: nobody reads it twice, so it belongs to no element and cannot be
    /// clicked.
    fn add_repeated_line(
        &mut self,
        piece: &mut Piece,
        paragraph: &super::Paragraph,
        line: usize,
        at: Point,
        elements: &[super::ElementId],
    ) {
        let links = piece.links.len();
        let landings = piece.landings.len();
        self.add_line(piece, paragraph, line, at, elements);
        piece.links.truncate(links);
        piece.landings.truncate(landings);
    }
}
