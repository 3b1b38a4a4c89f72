//! Lines of atoms to glyph runs, with the underlines of links and the pills of badges.

use std::ops::Range;
use std::sync::Arc;

use super::breaking::LineAtoms;
use super::collect::{Collected, PieceKind};
use super::shape::{BADGE_AFTER, BADGE_BEFORE, Shaped};
use super::{Line, Ornament, Paragraph, Run};
use crate::geometry::{Colour, Point, Pt, Size, Stroke};
use crate::layout::icon;
use crate::layout::page::{Glyph, GlyphRun};

/// Underline of a link, in em: its thickness and the distance of its top below the baseline.
const UNDERLINE_THICKNESS: f32 = 0.055;
const UNDERLINE_TOP: f32 = 0.13;

/// A badge's pill, in em of its words: the distance of its centre above the baseline (half the height
/// of capitals) and its height.
const BADGE_CENTRE: f32 = 0.335;
const BADGE_HEIGHT: f32 = 1.52;
const BADGE_LEFT: f32 = 0.3;
const BADGE_OUTLINE: Pt = Pt(0.75);

pub(super) fn paragraph(collected: &Collected, shaped: &Shaped, lines: &[LineAtoms]) -> Paragraph {
    let lines: Vec<Line> = lines
        .iter()
        .map(|line| Placing { collected, shaped }.line(line))
        .collect();
    Paragraph {
        width: lines
            .iter()
            .fold(Pt::ZERO, |width, line| width.max(line.width)),
        lines,
        spans: collected.spans.clone(),
        page_references: collected.page_references.clone(),
        missing: shaped.missing.clone(),
    }
}

struct Placing<'a> {
    collected: &'a Collected,
    shaped: &'a Shaped,
}

/// Neighbouring atoms of one piece and face, from left to right.
struct Stretch {
    /// Indices of its atoms, in logical order.
    atoms: Range<usize>,
    right_to_left: bool,
    x: f32,
    width: f32,
}

impl Placing<'_> {
    fn line(&self, line: &LineAtoms) -> Line {
        let seen = self.shaped.trimmed(line.atoms.clone());
        let mut placed = Line::default();
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut x = 0.0;
        let mut place = |index: usize| {
            let atom = &self.shaped.atoms[index];
            x += atom.before;
            match stretches.last_mut() {
                Some(last) if self.continues(last, index) => {
                    last.atoms = last.atoms.start.min(index)..last.atoms.end.max(index + 1);
                    last.width += atom.advance;
                }
                _ => stretches.push(Stretch {
                    atoms: index..index + 1,
                    right_to_left: atom.right_to_left,
                    x,
                    width: atom.advance,
                }),
            }
            x += atom.advance + atom.after;
        };
        if self.shaped.atoms[line.atoms.clone()]
            .iter()
            .any(|atom| atom.right_to_left)
        {
            self.visual_order(line.atoms.clone(), seen.end)
                .into_iter()
                .for_each(&mut place);
        } else {
            line.atoms.clone().for_each(&mut place);
        }
        self.decorate(&stretches, seen.end, &mut placed);
        stretches.sort_by_key(|stretch| stretch.atoms.start);
        placed.runs = stretches
            .iter()
            .filter_map(|stretch| self.run(stretch))
            .collect();
        placed.width = Pt(self.shaped.width(seen));
        if let Some(hyphen) = line.hyphen
            && let Some(run) = placed.runs.last_mut()
        {
            let glyphs = Arc::make_mut(&mut run.glyphs);
            let start = glyphs.text.len() as u32;
            // A soft hyphen, not a hyphen, so that whoever copies the word gets it whole
            // (ISO 32000-1, 14.8.2.2.3).
            glyphs.text.push('\u{ad}');
            let text = start..glyphs.text.len() as u32;
            glyphs.glyphs.push(Glyph {
                id: hyphen.glyph,
                x: run.width.0,
                y: 0.0,
                text,
            });
            run.width += Pt(hyphen.advance);
            placed.width += Pt(hyphen.advance);
        }
        placed
    }

    /// Atoms from left to right; what hangs over the end of the line comes last (UAX 9, L1).
    fn visual_order(&self, atoms: Range<usize>, seen: usize) -> Vec<usize> {
        let mut order: Vec<usize> = atoms.collect();
        order.sort_by_key(|&index| (index >= seen, self.shaped.atoms[index].rank));
        order
    }

    /// Whether an atom goes on where a stretch stops.
    fn continues(&self, stretch: &Stretch, index: usize) -> bool {
        let atom = &self.shaped.atoms[index];
        let first = &self.shaped.atoms[stretch.atoms.start];
        let follows = if stretch.right_to_left {
            index + 1 == stretch.atoms.start
        } else {
            index == stretch.atoms.end
        };
        follows
            && atom.right_to_left == stretch.right_to_left
            && atom.piece == first.piece
            && (atom.face == first.face || atom.glyphs.is_empty())
    }

    fn run(&self, stretch: &Stretch) -> Option<Run> {
        let atoms = &self.shaped.atoms[stretch.atoms.clone()];
        let piece = &self.collected.pieces[atoms[0].piece];
        let mut text = String::with_capacity(atoms[atoms.len() - 1].text.end - atoms[0].text.start);
        let mut glyphs = Vec::with_capacity(atoms.len());
        // Glyphs of right-to-left text stand in the opposite order of its characters.
        let mut x = if stretch.right_to_left {
            stretch.width
        } else {
            0.0
        };
        for atom in atoms {
            if stretch.right_to_left {
                x -= atom.advance;
            }
            let drawn = &self.shaped.glyphs[atom.glyphs.clone()];
            if !drawn.is_empty() {
                let start = text.len() as u32;
                text.push_str(&self.collected.text[atom.text.clone()]);
                let range = start..text.len() as u32;
                for glyph in drawn {
                    glyphs.push(Glyph {
                        id: glyph.id,
                        x: x + glyph.x,
                        y: glyph.y,
                        text: range.clone(),
                    });
                }
            }
            if !stretch.right_to_left {
                x += atom.advance;
            }
        }
        if glyphs.is_empty() {
            return None;
        }
        if stretch.right_to_left {
            glyphs.sort_by(|left, right| left.x.total_cmp(&right.x));
        }
        let face = atoms
            .iter()
            .find(|atom| !atom.glyphs.is_empty())
            .map_or(atoms[0].face, |atom| atom.face);
        let glyphs = GlyphRun {
            face,
            size: piece.size(),
            colour: piece.colour,
            text,
            glyphs,
        };
        Some(Run {
            x: Pt(stretch.x),
            width: Pt(stretch.width),
            glyphs: Arc::new(glyphs),
            span: piece.span,
        })
    }

    /// Underlines and pills, for stretches from left to right.
    fn decorate(&self, stretches: &[Stretch], seen: usize, line: &mut Line) {
        let mut underline: Option<(f32, f32, usize)> = None;
        for stretch in stretches {
            let atoms = &self.shaped.atoms[stretch.atoms.clone()];
            let piece = atoms[0].piece;
            let kind = self.collected.pieces[piece].kind;
            // A space at the end of the line is not underlined.
            let hanging: f32 = self.hanging(stretch, seen);
            let right = stretch.x + stretch.width - hanging;
            match (&mut underline, kind) {
                (Some((_, end, of)), PieceKind::Link) if self.same_span(*of, piece) => *end = right,
                (_, PieceKind::Link) => {
                    line.underlines
                        .extend(underline.take().map(|underline| self.underline(underline)));
                    underline = Some((stretch.x, right, piece));
                }
                _ => line
                    .underlines
                    .extend(underline.take().map(|underline| self.underline(underline))),
            }
            if let PieceKind::Badge(certainty) = kind {
                let piece = &self.collected.pieces[piece];
                let em = piece.size();
                let is_start = atoms.iter().any(|atom| atom.before > 0.0);
                let left = stretch.x - if is_start { BADGE_BEFORE } else { BADGE_LEFT } * em;
                let is_end = atoms.iter().any(|atom| atom.after > 0.0);
                let right = right + if is_end { BADGE_AFTER } else { BADGE_LEFT } * em;
                line.backdrops.push(pill(left, right, em, piece.colour));
                if is_start {
                    let at = Point::new(Pt(left + BADGE_LEFT * em), Pt(-(BADGE_CENTRE + 0.5) * em));
                    let shapes = icon::certainty_symbol(certainty, Pt(em), piece.colour);
                    line.backdrops
                        .extend(shapes.into_iter().map(|shape| Ornament { at, shape }));
                }
            }
        }
        line.underlines
            .extend(underline.map(|underline| self.underline(underline)));
    }

    fn hanging(&self, stretch: &Stretch, seen: usize) -> f32 {
        let hanging = stretch.atoms.start.max(seen)..stretch.atoms.end;
        hanging.map(|index| self.shaped.atoms[index].advance).sum()
    }

    fn same_span(&self, one: usize, other: usize) -> bool {
        self.collected.pieces[one].span == self.collected.pieces[other].span
    }

    fn underline(&self, (left, right, piece): (f32, f32, usize)) -> Ornament {
        let piece = &self.collected.pieces[piece];
        let size = Size {
            width: Pt(right - left),
            height: Pt(UNDERLINE_THICKNESS * piece.size()),
        };
        Ornament {
            at: Point::new(Pt(left), Pt(UNDERLINE_TOP * piece.size())),
            shape: icon::rounded_rectangle(size, Pt::ZERO, Some(piece.colour), None),
        }
    }
}

fn pill(left: f32, right: f32, em: f32, colour: Colour) -> Ornament {
    let height = BADGE_HEIGHT * em;
    let size = Size {
        width: Pt(right - left),
        height: Pt(height),
    };
    let stroke = Stroke {
        colour,
        width: BADGE_OUTLINE,
        dash: Vec::new(),
        round: false,
    };
    Ornament {
        at: Point::new(Pt(left), Pt(-(BADGE_CENTRE * em) - height / 2.0)),
        shape: icon::rounded_rectangle(size, Pt(height / 2.0), Some(Colour::WHITE), Some(stroke)),
    }
}
