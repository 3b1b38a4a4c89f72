//! Sections: the rule, the heading with its badge or icon, and the body beside or below it.

use std::sync::Arc;

use super::galley::{NEVER, Piece, Place};
use super::{BETWEEN_BLOCKS, Column, Flow, Side, WITHIN_TOOL, decoration, style};
use crate::document::{Block, BlockKind, Inline, Mark, Section, SectionRole, plain_text};
use crate::geometry::{Point, Pt, Size, mm};
use crate::layout::icon;
use crate::layout::inline::{Paragraph, Setting};
use crate::layout::page::{Bookmark, ElementId, Role};

impl Flow<'_> {
    pub(super) fn section(&mut self, index: usize, section: &Section) {
        self.open(Role::Section);
        match &section.role {
            SectionRole::Body => self.body_section(index, section),
            SectionRole::MainMessage {
                actions_heading,
                actions,
            } => {
                self.main_message(index, section, actions_heading, actions);
            }
            SectionRole::Contact { rows, qr } => self.contact(index, section, rows, qr.as_ref()),
        }
        self.close();
    }

    fn body_section(&mut self, index: usize, section: &Section) {
        let body = self.theme.types.body;
        self.column = Column {
            x: self.theme.text_indent(),
            width: self.theme.text_measure(),
        };
        self.in_tool = matches!(section.mark, Some(Mark::Icon(_)));
        if self.in_tool {
            self.price(0.0);
        }
        let is_apparatus = section.blocks.iter().any(is_apparatus);
        match (&section.heading, self.theme.side) {
            (Some(_), Some(_)) if !is_apparatus => self.side_heading(index, section),
            (Some(_), _) => {
                self.column = Column {
                    x: Pt::ZERO,
                    width: self.theme.full_measure(),
                };
                self.stacked_heading(index, section);
            }
            (None, _) => self.price(BETWEEN_BLOCKS),
        }
        self.blocks(&section.blocks, body);
        self.in_tool = false;
    }

    /// What a break within this section costs, if it is a tool.
    pub(super) fn tool_price(&self, otherwise: f32) -> f32 {
        if self.in_tool {
            WITHIN_TOOL.max(otherwise)
        } else {
            otherwise
        }
    }

    /// White before a section, measured to its rule.
    pub(super) fn white_before_section(&mut self) {
        let space = self.theme.unit() * 5.0;
        let side = self
            .side
            .take()
            .map_or(Pt::ZERO, |side| side.remaining.max(Pt::ZERO));
        let wanted = self.space;
        self.space = Pt::ZERO;
        self.white_below_text(space);
        self.space = self.space.max(wanted).max(if side > Pt::ZERO {
            side + space
        } else {
            Pt::ZERO
        });
    }

    /// The element of a section's heading, with its bookmark and its places.
    pub(super) fn heading_element(
        &mut self,
        index: usize,
        section: &Section,
        piece: &mut Piece,
        below: Pt,
    ) -> ElementId {
        let element = self.element(Role::Heading(2));
        let place = self.place(Place::Section(index));
        piece.landings.push((place, below, element));
        let key = self.place(Place::Block(section.key.clone()));
        piece.landings.push((key, below, element));
        if let Some(heading) = &section.heading {
            self.galley.outline.push(Bookmark {
                level: 2,
                title: plain_text(heading),
                destination: place,
            });
        }
        element
    }

    /// The rule across the page that a section begins with.
    fn section_rule(&self, piece: &mut Piece) {
        let size = Size {
            width: self.theme.full_measure(),
            height: Pt(0.75),
        };
        let rule = icon::rounded_rectangle(size, Pt::ZERO, Some(self.theme.palette.rule), None);
        piece.items.push(decoration(Point::default(), rule));
    }

    /// Adds a badge that begins at `at` (its top left corner); gives its height.
    fn badge(&mut self, piece: &mut Piece, badge: &Paragraph, at: Point) -> Pt {
        let element = self.element(Role::Paragraph);
        let elements = self.span_elements(badge, element);
        let (above, height) = pill_extent(badge);
        self.add_line(piece, badge, 0, Point::new(at.x, at.y + above), &elements);
        height
    }

    fn set_badge(&mut self, section: &Section) -> Option<Arc<Paragraph>> {
        let Some(Mark::Certainty(certainty)) = section.mark else {
            return None;
        };
        let style = style(self.theme, self.theme.types.badge, Setting::Running);
        let measure = self.theme.full_measure();
        let badge = self.set(&[Inline::Badge(certainty)], &style, measure);
        (!badge.lines.is_empty()).then_some(badge)
    }

    /// Heading, then badge, in the side column; the body begins on the heading's baseline.
    fn side_heading(&mut self, index: usize, section: &Section) {
        let (Some(heading), Some(side)) = (&section.heading, self.theme.side) else {
            return;
        };
        let u = self.theme.unit();
        let kind = self.theme.types.heading2;
        let body = self.theme.types.body;
        self.white_before_section();
        let mut piece = Piece::default();
        self.section_rule(&mut piece);
        let top = u * 3.0;
        let mut y = top;
        if let Some(Mark::Icon(symbol)) = section.mark {
            let size = mm(7.0);
            for shape in icon::pictogram(symbol, size, self.theme.palette.brand) {
                piece.items.push(decoration(Point::new(-mm(0.7), y), shape));
            }
            y += size + u * 0.5;
        }
        let element = self.heading_element(index, section, &mut piece, Pt::ZERO);
        let paragraph = self.set(
            heading,
            &style(self.theme, kind, Setting::Balanced),
            side.width,
        );
        self.block_of_text(
            &paragraph,
            kind,
            Point::new(Pt::ZERO, y),
            element,
            &mut piece,
        );
        y += kind.leading * (paragraph.lines.len() as f32 - 1.0) + Pt(kind.size);
        if let Some(badge) = self.set_badge(section) {
            y += u * 2.2;
            y += self.badge(&mut piece, &badge, Point::new(Pt::ZERO, y));
        }
        // With an icon the body's top is the icon's; without, the first baselines are one.
        let push_down = match section.mark {
            Some(Mark::Icon(_)) => Pt::ZERO,
            _ => kind.first_baseline() - body.first_baseline(),
        };
        piece.height = top + push_down;
        let reaches = y - piece.height;
        piece.overhang = reaches.max(Pt::ZERO);
        self.push(piece);
        self.space = Pt::ZERO;
        self.side = Some(Side { remaining: reaches });
        self.keep_lines = 2;
        self.price(NEVER);
        self.fresh = true;
    }

    /// Heading above the body, its badge at the right of the line where both fit.
    fn stacked_heading(&mut self, index: usize, section: &Section) {
        let Some(heading) = &section.heading else {
            return;
        };
        let u = self.theme.unit();
        let kind = self.theme.types.heading2;
        let measure = self.column.width;
        self.white_before_section();
        let mut piece = Piece::default();
        self.section_rule(&mut piece);
        let mut y = u * 2.5;
        let mut indent = Pt::ZERO;
        if let Some(Mark::Icon(symbol)) = section.mark {
            let size = mm(6.0);
            let lift = (size - Pt(kind.size)) / 2.0;
            for shape in icon::pictogram(symbol, size, self.theme.palette.brand) {
                piece
                    .items
                    .push(decoration(Point::new(-mm(0.7), y - lift + Pt(1.0)), shape));
            }
            indent = size + mm(1.8);
        }
        let element = self.heading_element(index, section, &mut piece, Pt::ZERO);
        let heading_style = style(self.theme, kind, Setting::Balanced);
        let paragraph = self.set(heading, &heading_style, measure - indent);
        self.block_of_text(&paragraph, kind, Point::new(indent, y), element, &mut piece);
        let mut slack = kind.leading - Pt(kind.size);
        if let Some(badge) = self.set_badge(section) {
            let beside =
                paragraph.lines.len() == 1 && paragraph.width + mm(4.0) + badge.width <= measure;
            if beside {
                let (_, height) = pill_extent(&badge);
                let top = y + (Pt(kind.size) - height) / 2.0;
                self.badge(&mut piece, &badge, Point::new(measure - badge.width, top));
                y += kind.leading;
            } else {
                y += kind.leading * (paragraph.lines.len() as f32 - 1.0) + Pt(kind.size) + u * 1.5;
                y += self.badge(&mut piece, &badge, Point::new(Pt::ZERO, y));
                slack = Pt::ZERO;
            }
        } else {
            y += kind.leading * paragraph.lines.len() as f32;
        }
        piece.height = y;
        self.push(piece);
        self.white(u * 1.5 - slack);
        self.fresh = true;
        self.keep_lines = 2;
        self.price(NEVER);
    }
}

/// Whether a block is looked up, entry by entry, and not read through: such a section takes the full
/// measure, which is too long for running text but saves a third of the lines.
fn is_apparatus(block: &Block) -> bool {
    matches!(
        block.kind,
        BlockKind::Glossary(_) | BlockKind::References(_)
    )
}

/// How far a badge's pill reaches above its baseline, and its height.
fn pill_extent(badge: &Paragraph) -> (Pt, Pt) {
    let pill = badge.lines.first().and_then(|line| line.backdrops.first());
    pill.map_or((Pt(10.0), Pt(14.0)), |pill| {
        let height = pill
            .shape
            .segments
            .iter()
            .fold(Pt::ZERO, |lowest, segment| {
                use crate::geometry::Segment::{Close, CurveTo, LineTo, MoveTo};
                match segment {
                    MoveTo(to) | LineTo(to) | CurveTo(_, _, to) => lowest.max(to.y),
                    Close => lowest,
                }
            });
        (-pill.at.y, height)
    })
}
