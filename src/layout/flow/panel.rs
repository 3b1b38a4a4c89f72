//! The two panels that are sections of their own: the short answer with what to do, and contact.

use std::sync::Arc;

use super::galley::{Bar, Frame, NEVER, Piece};
use super::{Column, Flow, Side, decoration, style};
use crate::document::{ContactRow, Inline, Inlines, QrCode, Section, Target};
use crate::font::Weight;
use crate::geometry::{Colour, Point, Pt, Rect, Size, mm};
use crate::layout::code::Code;
use crate::layout::icon;
use crate::layout::inline::{InlineSetter, Setting};
use crate::layout::page::{Content, ElementId, Item, Role, Tag};

/// White inside the opening panel.
const PADDING: Pt = mm(5.0);
/// Width of the bar along a panel's left edge.
const BAR: Pt = Pt(4.0);

impl Flow<'_> {
    /// A tinted panel with a bar, across the page.
    fn begin_panel(&mut self, padding: Pt) {
        let palette = &self.theme.palette;
        let frame = Frame {
            x: Pt::ZERO,
            width: self.theme.full_measure(),
            padding,
            fill: Some(palette.tint),
            outline: None,
            bar: Some(Bar {
                width: BAR,
                colour: palette.brand,
                dash: None,
            }),
        };
        self.begin_frame(frame);
    }

    pub(super) fn main_message(
        &mut self,
        index: usize,
        section: &Section,
        actions_heading: &Inlines,
        actions: &[Inlines],
    ) {
        let theme = self.theme;
        let u = theme.unit();
        self.clear_side(u * 3.0);
        self.white_below_text(u * 3.0);
        self.keep_lines = 0;
        let start = self.galley.pieces.len();
        self.begin_panel(PADDING);
        if let Some(heading) = &section.heading {
            let mut piece = Piece::default();
            let element = self.heading_element(index, section, &mut piece, Pt::ZERO);
            self.panel_heading(heading, element, piece, theme.types.short_answer.size);
        }
        self.opening_weight = Some(Weight::Bold);
        self.blocks(&section.blocks, theme.types.short_answer);
        self.opening_weight = None;
        if !actions.is_empty() {
            self.clear_side(mm(4.8));
            self.white_below_text(mm(4.8));
            let width = theme.full_measure() - BAR - PADDING * 2.0;
            let size = Size {
                width,
                height: Pt(0.75),
            };
            let rule = icon::rounded_rectangle(size, Pt::ZERO, Some(theme.palette.rule), None);
            let rule = decoration(Point::new(BAR + PADDING, Pt::ZERO), rule);
            self.push(Piece {
                height: Pt(0.75),
                items: vec![rule],
                ..Piece::default()
            });
            self.white(mm(4.8));
            let element = self.element(Role::Heading(3));
            self.panel_heading(
                actions_heading,
                element,
                Piece::default(),
                theme.types.body.size,
            );
            self.actions(actions);
        }
        self.clear_side_into_frame();
        self.end_frame(start, true);
        self.white(u * 3.0);
    }

    /// A heading of the opening panel: in the side column, or above the text.
    fn panel_heading(
        &mut self,
        heading: &Inlines,
        element: ElementId,
        mut piece: Piece,
        beside: f32,
    ) {
        let theme = self.theme;
        let kind = theme.types.heading2;
        let left = BAR + PADDING;
        let right = theme.full_measure() - PADDING;
        let heading_style = style(theme, kind, Setting::Balanced);
        match theme.side {
            Some(side) => {
                let paragraph = self.set(heading, &heading_style, side.width - left);
                self.block_of_text(
                    &paragraph,
                    kind,
                    Point::new(left, Pt::ZERO),
                    element,
                    &mut piece,
                );
                let lines = paragraph.lines.len().max(1) as f32;
                piece.height = (Pt(kind.size - beside) * 0.8).max(Pt::ZERO);
                let reaches = kind.leading * (lines - 1.0) + Pt(kind.size) - piece.height;
                self.push(piece);
                self.side = Some(Side { remaining: reaches });
                self.column = Column {
                    x: theme.text_indent(),
                    width: right - theme.text_indent(),
                };
            }
            None => {
                let paragraph = self.set(heading, &heading_style, right - left);
                self.block_of_text(
                    &paragraph,
                    kind,
                    Point::new(left, Pt::ZERO),
                    element,
                    &mut piece,
                );
                piece.height = kind.leading * paragraph.lines.len() as f32;
                self.push(piece);
                self.column = Column {
                    x: left,
                    width: right - left,
                };
                self.white(theme.unit() * 0.5);
            }
        }
        self.fresh = true;
    }

    /// What to do: ticked lines.
    fn actions(&mut self, actions: &[Inlines]) {
        let kind = self.theme.types.body;
        let u = self.theme.unit();
        let side = Pt(kind.size);
        let x = self.column.x;
        let indent = side + mm(2.6);
        self.open(Role::List);
        for (index, action) in actions.iter().enumerate() {
            if index > 0 {
                self.white(u);
            }
            self.open(Role::ListItem);
            let element = self.element(Role::ListBody);
            let text_style = style(self.theme, kind, Setting::Running);
            let paragraph = self.set(action, &text_style, self.column.width - indent);
            let mut piece = Piece::default();
            let top = kind.first_baseline() - Pt(kind.size * 0.84);
            piece.items.push(decoration(
                Point::new(x, top),
                icon::tick(side, self.theme.palette.brand),
            ));
            self.block_of_text(
                &paragraph,
                kind,
                Point::new(x + indent, Pt::ZERO),
                element,
                &mut piece,
            );
            piece.height = kind.leading * paragraph.lines.len().max(1) as f32;
            piece.slack = kind.leading - Pt(kind.size);
            self.push(piece);
            self.close();
        }
        self.close();
    }

    /// Where the side column reaches lower than the text, the panel does too.
    fn clear_side_into_frame(&mut self) {
        if let Some(side) = self.side.take()
            && let Some(last) = self.galley.pieces.last_mut()
        {
            let missing = side.remaining + last.slack;
            if missing > last.slack {
                last.height += side.remaining;
                last.slack = Pt::ZERO;
            }
        }
    }

    pub(super) fn contact(
        &mut self,
        index: usize,
        section: &Section,
        rows: &[ContactRow],
        qr: Option<&QrCode>,
    ) {
        let theme = self.theme;
        let u = theme.unit();
        let padding = mm(4.0);
        self.clear_side(u * 4.0);
        self.white_below_text(u * 5.0);
        self.keep_lines = 0;
        // Emergency and contact share a page where that is possible.
        self.price(super::BETWEEN_ITEMS);
        let start = self.galley.pieces.len();
        self.begin_panel(padding);
        let left = BAR + mm(4.4);
        let qr = qr.and_then(|qr| QrDrawing::new(qr, self.setter));
        let code_width = qr.as_ref().map_or(Pt::ZERO, |qr| qr.side() + mm(5.0));
        let right = theme.full_measure() - padding - code_width;
        self.column = Column {
            x: left,
            width: right - left,
        };
        if let Some(heading) = &section.heading {
            let kind = theme.types.heading2;
            let mut piece = Piece::default();
            let element = self.heading_element(index, section, &mut piece, Pt::ZERO);
            let paragraph = self.set(
                heading,
                &style(theme, kind, Setting::Balanced),
                right - left,
            );
            self.block_of_text(
                &paragraph,
                kind,
                Point::new(left, Pt::ZERO),
                element,
                &mut piece,
            );
            piece.height = kind.leading * paragraph.lines.len() as f32;
            self.push(piece);
            self.white(u * 0.5);
            self.fresh = true;
        }
        self.blocks(&section.blocks, theme.types.body);
        self.rows(rows);
        if let Some(qr) = qr {
            self.qr_at_right(
                &qr,
                start,
                theme.full_measure() - padding - qr.side(),
                padding,
            );
        }
        self.end_frame(start, true);
        self.white(u * 3.0);
    }

    fn rows(&mut self, rows: &[ContactRow]) {
        let kind = self.theme.types.body;
        let u = self.theme.unit();
        let size = Pt(kind.size * 1.3);
        let indent = size + Pt(8.0);
        if rows.is_empty() {
            return;
        }
        self.open(Role::List);
        for row in rows {
            self.white(u * 0.9);
            self.open(Role::ListItem);
            let element = self.element(Role::ListBody);
            let text_style = style(self.theme, kind, Setting::Running);
            let paragraph = self.set(&row.text, &text_style, self.column.width - indent);
            let mut piece = Piece::default();
            let middle = kind.first_baseline() - Pt(kind.size * 0.34);
            for shape in icon::pictogram(row.icon, size, self.theme.palette.brand) {
                piece.items.push(decoration(
                    Point::new(self.column.x, middle - size / 2.0),
                    shape,
                ));
            }
            let at = Point::new(self.column.x + indent, Pt::ZERO);
            self.block_of_text(&paragraph, kind, at, element, &mut piece);
            piece.height = kind.leading * paragraph.lines.len().max(1) as f32;
            piece.slack = kind.leading - Pt(kind.size);
            self.push(piece);
            self.close();
        }
        self.close();
    }

    /// Places a code at the right of the pieces since `start`, read after them.
    fn qr_at_right(&mut self, qr: &QrDrawing, start: usize, x: Pt, padding: Pt) {
        let element = self.element(Role::Figure);
        self.galley.structure[element.0 as usize].alt = Some(qr.alt.clone());
        let caption = self.theme.types.caption;
        let label = self.set_plain(&qr.label, caption, qr.side());
        let label_element = self.element(Role::Paragraph);
        let label_height = caption.leading * label.lines.len() as f32;
        let needed = qr.side() + mm(1.0) + label_height;
        let pieces = &self.galley.pieces[start..];
        let mut height: Pt = pieces.iter().skip(1).map(|piece| piece.space_before).sum();
        height += pieces.iter().map(|piece| piece.height).sum::<Pt>() - padding;
        let Some(mut last) = self.galley.pieces.pop() else {
            return;
        };
        height -= last.slack;
        if height < needed {
            last.height = last.height - last.slack + (needed - height);
            last.slack = Pt::ZERO;
            height = needed;
        }
        let top = last.height - last.slack - height;
        qr.add(&mut last, Point::new(x, top), element);
        for (line, set) in label.lines.iter().enumerate() {
            let elements = if line == 0 {
                self.span_elements(&label, label_element)
            } else {
                vec![label_element; label.spans.len()]
            };
            let baseline = top
                + qr.side()
                + mm(1.0)
                + caption.first_baseline()
                + caption.leading * line as f32;
            let at = Point::new(x + (qr.side() - set.width) / 2.0, baseline);
            self.add_line(&mut last, &label, line, at, &elements);
        }
        self.galley.pieces.push(last);
    }

    /// A code on its own, its label at its right.
    pub(super) fn qr_beside_label(&mut self, qr: &QrCode) {
        let url = &qr.url;
        let Some(qr) = QrDrawing::new(qr, self.setter) else {
            return;
        };
        let u = self.theme.unit();
        self.white_below_text(u * 3.0);
        let element = self.element(Role::Figure);
        self.galley.structure[element.0 as usize].alt = Some(qr.alt.clone());
        let mut piece = Piece {
            height: qr.side(),
            ..Piece::default()
        };
        qr.add(&mut piece, Point::new(self.column.x, Pt::ZERO), element);
        let kind = self.theme.types.caption;
        let indent = qr.side() + mm(4.0);
        // The address stands beside it for those who type.
        let shown = url
            .split_once("://")
            .map_or(url.as_str(), |(_, address)| address);
        let address = vec![Inline::Text(shown.to_owned())];
        let label = [
            Inline::Text(qr.label.clone()),
            Inline::LineBreak,
            Inline::Link {
                target: Target::Uri(url.clone()),
                content: address,
            },
        ];
        let label_style = style(self.theme, kind, Setting::Running);
        let label = self.set(&label, &label_style, self.column.width - indent);
        let label_element = self.element(Role::Paragraph);
        let text_height = kind.leading * label.lines.len() as f32;
        let at = Point::new(self.column.x + indent, (qr.side() - text_height) / 2.0);
        self.block_of_text(&label, kind, at, label_element, &mut piece);
        self.price(NEVER);
        self.push(piece);
    }
}

/// A QR code on a white ground, with its words.
struct QrDrawing {
    code: Arc<Code>,
    label: String,
    alt: String,
}

impl QrDrawing {
    /// `None` where the address does not fit a code.
    fn new(code: &QrCode, setter: &mut InlineSetter) -> Option<QrDrawing> {
        let drawn = setter.code(&code.url)?;
        Some(QrDrawing {
            code: drawn,
            label: code.label.clone(),
            alt: code.alt.clone(),
        })
    }

    fn side(&self) -> Pt {
        self.code.side
    }

    fn add(&self, piece: &mut Piece, at: Point, element: ElementId) {
        let ground = Size {
            width: self.side(),
            height: self.side(),
        };
        let white = icon::rounded_rectangle(ground, Pt::ZERO, Some(Colour::WHITE), None);
        for shape in [white, Arc::clone(&self.code.modules)] {
            piece.items.push(Item {
                tag: Tag::Element(element),
                at,
                content: Content::Shape(shape),
            });
        }
        piece.figures.push((
            element,
            Rect {
                origin: at,
                size: ground,
            },
        ));
    }
}
