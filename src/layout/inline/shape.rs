//! A paragraph's words to glyphs.
//!
//! Plain words are set by [`Words`]. Of all else parley finds a face for each character, shapes and
//! orders directions (UAX 9). It is asked for one endless line; what comes back is taken apart into [`Atom`]s, which can be measured and placed on
//! lines of any measure without asking again. That is sound because shaping does not look across
//! spaces and because the visual order of a part of a line is the line's order restricted to that
//! part: rule L2 of UAX 9 only ever reverses whole stretches.

use std::ops::Range;
use std::sync::Arc;

use parley::fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::{
    BaseDirection, FontContext, FontFamily, FontFamilyName, FontStyle, FontWeight, FontWidth,
    Layout, LayoutContext,
};

use super::collect::{Collected, Piece, PieceKind};
use super::keep::{OpportunityKind, opportunities};
use super::words::{Words, is_plain};
use crate::font::{FaceId, Faces, Weight, is_never_drawn};

/// A paragraph as glyphs, not yet in lines.
#[derive(Debug, Default)]
pub(super) struct Shaped {
    /// In logical order; they cover the whole text.
    pub atoms: Vec<Atom>,
    /// What [`Atom::glyphs`] counts in; within an atom in visual order.
    pub glyphs: Vec<ShapedGlyph>,
    /// Width of all atoms before the one with this index; one longer than `atoms`.
    pub ends: Vec<f32>,
    /// Where lines may begin, in order.
    pub turns: Vec<Turn>,
    /// Characters that no face has.
    pub missing: Vec<char>,
}

/// The smallest stretch of text that can be placed by itself: a letter with its marks, or a ligature.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Atom {
    /// Its bytes in the text.
    pub text: Range<usize>,
    /// Its own width.
    pub advance: f32,
    /// Room before its first glyph, for the symbol of a badge.
    pub before: f32,
    /// Room after it.
    pub after: f32,
    /// Place among all atoms from left to right.
    pub rank: u32,
    /// Its glyphs; none if it is not drawn.
    pub glyphs: Range<usize>,
    pub face: FaceId,
    /// Index of its piece.
    pub piece: usize,
    pub right_to_left: bool,
    /// A space, or nothing that is drawn: has no width at the end of a line.
    pub blank: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ShapedGlyph {
    pub id: u16,
    /// From the left end of its atom.
    pub x: f32,
    /// Above the baseline.
    pub y: f32,
}

/// A place where a line may begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Turn {
    /// The atom that the next line begins with.
    pub atom: usize,
    pub kind: OpportunityKind,
    /// What the line before it ends in.
    pub hyphen: Option<Hyphen>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hyphen {
    pub glyph: u16,
    pub advance: f32,
}

/// Padding of a badge, in em of its words: left padding, symbol and gap before the words, and what
/// comes after them.
pub(super) const BADGE_BEFORE: f32 = 0.3 + 1.0 + 0.4;
pub(super) const BADGE_AFTER: f32 = 0.65;

impl Shaped {
    fn clear(&mut self) {
        let Shaped {
            atoms,
            glyphs,
            ends,
            turns,
            missing,
        } = self;
        atoms.clear();
        glyphs.clear();
        ends.clear();
        turns.clear();
        missing.clear();
    }

    /// Width of a stretch of atoms, with a space at its end.
    pub fn width(&self, atoms: Range<usize>) -> f32 {
        self.ends[atoms.end] - self.ends[atoms.start]
    }

    /// The stretch without what has no width at its end.
    pub fn trimmed(&self, atoms: Range<usize>) -> Range<usize> {
        let blanks = self.atoms[atoms.clone()]
            .iter()
            .rev()
            .take_while(|atom| atom.blank)
            .count();
        atoms.start..atoms.end - blanks
    }
}

/// The faces, and what shapes with them.
pub(super) struct Shaper {
    faces: Faces,
    words: Words,
    /// Made when a text needs it.
    parley: Option<Box<Parley>>,
    /// The text that was shaped last.
    shaped: Shaped,
}

/// The faces as parley knows them, and its scratch space.
struct Parley {
    /// Family names, in the order in which they are tried.
    families: Vec<FontFamilyName<'static>>,
    /// parley's number of each face.
    blobs: Vec<u64>,
    fonts: FontContext,
    scratch: LayoutContext<()>,
    layout: Layout<()>,
}

fn weight(weight: Weight) -> FontWeight {
    match weight {
        Weight::Regular => FontWeight::NORMAL,
        Weight::Bold => FontWeight::BOLD,
    }
}

impl Parley {
    fn new(faces: &Faces) -> Parley {
        let mut collection = Collection::new(CollectionOptions {
            shared: false,
            system_fonts: false,
        });
        let mut families: Vec<FontFamilyName<'static>> = Vec::new();
        let mut blobs = Vec::new();
        for (_, face) in faces.iter() {
            let blob = Blob::new(Arc::new(face.data.clone()));
            blobs.push(blob.id());
            // What a clinic's files say of themselves does not count: they may be named as others are, and
            // each by itself.
            let called = FontInfoOverride {
                family_name: Some(&face.family),
                weight: Some(weight(face.weight)),
                style: Some(FontStyle::Normal),
                width: Some(FontWidth::NORMAL),
                ..FontInfoOverride::default()
            };
            collection.register_fonts(blob, Some(called));
            let family = FontFamilyName::Named(face.family.clone().into());
            if !families.contains(&family) {
                families.push(family);
            }
        }
        Parley {
            families,
            blobs,
            fonts: FontContext {
                collection,
                source_cache: SourceCache::default(),
            },
            scratch: LayoutContext::new(),
            layout: Layout::new(),
        }
    }

    fn set(&mut self, collected: &Collected) {
        let Parley {
            families,
            fonts,
            scratch,
            layout,
            ..
        } = self;
        let text = collected.text.as_str();
        let mut builder = scratch.style_run_builder(fonts, text, 1.0, false);
        builder.set_base_direction(BaseDirection::Ltr);
        // parley needs to know what changes glyphs; colours and spans are looked up by place.
        let mut styles: Vec<(f32, Weight)> = Vec::new();
        let mut start = 0;
        for piece in &collected.pieces {
            let style = (piece.size(), piece.weight);
            let index = styles
                .iter()
                .position(|known| *known == style)
                .unwrap_or_else(|| {
                    styles.push(style);
                    builder.push_style(parley::TextStyle {
                        font_family: FontFamily::List(families.as_slice().into()),
                        font_size: piece.size(),
                        font_weight: weight(piece.weight),
                        ..parley::TextStyle::default()
                    });
                    styles.len() - 1
                });
            builder.push_style_run(index as u16, start..piece.end);
            start = piece.end;
        }
        builder.build_into(layout, text);
        layout.break_all_lines(None);
    }

    fn take_atoms(&self, collected: &Collected, faces: &Faces, shaped: &mut Shaped) {
        let Shaped {
            atoms,
            glyphs,
            missing,
            ..
        } = shaped;
        let mut rank = 0;
        for run in self
            .layout
            .lines()
            .flat_map(|line| line.runs().collect::<Vec<_>>())
        {
            let face = self.face(run.font().data.id());
            let first = atoms.len();
            for cluster in run.clusters() {
                let text = cluster.text_range();
                if cluster.is_ligature_continuation() && atoms.len() > first {
                    if let Some(atom) = atoms.last_mut() {
                        atom.text.end = text.end;
                        atom.advance += cluster.advance();
                    }
                    continue;
                }
                let piece = collected
                    .pieces
                    .partition_point(|piece| piece.end <= text.start);
                let words = &collected.text[text.clone()];
                let mut atom = Atom {
                    text,
                    advance: cluster.advance(),
                    before: 0.0,
                    after: 0.0,
                    rank: 0,
                    glyphs: glyphs.len()..glyphs.len(),
                    face,
                    piece,
                    right_to_left: run.is_rtl(),
                    blank: words == " ",
                };
                if words.chars().all(is_never_drawn) {
                    atom.advance = 0.0;
                    atom.blank = true;
                } else if cluster.glyphs().any(|glyph| glyph.id == 0) {
                    atom.advance = 0.0;
                    missing.extend(words.chars().filter(|&character| !faces.covers(character)));
                } else {
                    let mut x = 0.0;
                    for glyph in cluster.glyphs() {
                        // A face has at most 65,535 glyphs.
                        glyphs.push(ShapedGlyph {
                            id: glyph.id as u16,
                            x: x + glyph.x,
                            y: -glyph.y,
                        });
                        x += glyph.advance;
                    }
                    atom.glyphs.end = glyphs.len();
                }
                atoms.push(atom);
            }
            let count = (atoms.len() - first) as u32;
            for (place, atom) in (0..count).zip(&mut atoms[first..]) {
                atom.rank = rank
                    + if run.is_rtl() {
                        count - 1 - place
                    } else {
                        place
                    };
            }
            rank += count;
        }
        if !atoms.is_sorted_by_key(|atom| atom.text.start) {
            atoms.sort_by_key(|atom| atom.text.start);
        }
        missing.sort_unstable();
        missing.dedup();
    }

    /// The face that parley calls by this number. All its faces are ours, since it was given no other.
    fn face(&self, blob: u64) -> FaceId {
        FaceId(
            self.blobs
                .iter()
                .position(|known| *known == blob)
                .unwrap_or(0) as u8,
        )
    }
}

impl Shaper {
    pub fn new(faces: &Faces) -> Shaper {
        Shaper {
            faces: faces.clone(),
            words: Words::default(),
            parley: None,
            shaped: Shaped::default(),
        }
    }

    /// Shapes a text. Glyphs take a hundred times the memory of their words: those of one text are put where
    /// those of the last one were.
    pub fn shape(&mut self, collected: &Collected) -> &Shaped {
        let mut shaped = std::mem::take(&mut self.shaped);
        shaped.clear();
        if !collected.text.is_empty() {
            let Shaped { atoms, glyphs, .. } = &mut shaped;
            atoms.reserve(collected.text.len());
            glyphs.reserve(collected.text.len());
            let is_set = is_plain(&collected.text)
                && self.words.shape(collected, &self.faces, atoms, glyphs);
            if !is_set {
                self.shape_with_parley(collected, &mut shaped);
            }
            pad_badges(&collected.pieces, &mut shaped.atoms);
            self.find_turns(collected, &mut shaped);
        }
        let mut end = 0.0;
        shaped.ends.push(end);
        shaped.ends.extend(shaped.atoms.iter().map(|atom| {
            end += atom.before + atom.advance + atom.after;
            end
        }));
        self.shaped = shaped;
        &self.shaped
    }

    fn shape_with_parley(&mut self, collected: &Collected, shaped: &mut Shaped) {
        let parley = self
            .parley
            .get_or_insert_with(|| Box::new(Parley::new(&self.faces)));
        parley.set(collected);
        parley.take_atoms(collected, &self.faces, shaped);
    }

    fn find_turns(&self, collected: &Collected, shaped: &mut Shaped) {
        let Shaped { atoms, turns, .. } = shaped;
        let mut atom = 0;
        for opportunity in opportunities(&collected.text, &collected.glued) {
            while atom < atoms.len() && atoms[atom].text.start < opportunity.at {
                atom += 1;
            }
            // Inside a ligature no line can begin.
            if atoms
                .get(atom)
                .is_none_or(|atom| atom.text.start != opportunity.at)
            {
                continue;
            }
            let hyphen = match opportunity.kind {
                OpportunityKind::Hyphen => self.hyphen(&atoms[atom - 1], &collected.pieces),
                _ => None,
            };
            turns.push(Turn {
                atom,
                kind: opportunity.kind,
                hyphen,
            });
        }
    }

    fn hyphen(&self, last: &Atom, pieces: &[Piece]) -> Option<Hyphen> {
        let (glyph, advance) = self.faces.glyph(last.face, '-')?;
        Some(Hyphen {
            glyph,
            advance: advance * pieces[last.piece].size(),
        })
    }
}

/// Makes room for the pill and the symbol of badges.
fn pad_badges(pieces: &[Piece], atoms: &mut [Atom]) {
    let mut start = 0;
    for piece in pieces {
        if let PieceKind::Badge(_) = piece.kind {
            let first = atoms.partition_point(|atom| atom.text.start < start);
            let end = atoms.partition_point(|atom| atom.text.start < piece.end);
            if let [first, ..] = &mut atoms[first..end] {
                first.before = BADGE_BEFORE * piece.size();
            }
            if let [.., last] = &mut atoms[first..end] {
                last.after = BADGE_AFTER * piece.size();
            }
        }
        start = piece.end;
    }
}

#[cfg(test)]
mod tests {
    use super::super::collect::plain;
    use super::super::tests::STYLE;
    use super::*;

    #[test]
    fn plain_words_are_shaped_as_parley_does() {
        let faces = Faces::bundled();
        let mut shaper = Shaper::new(&faces);
        for text in [
            "Fibromyalgia and inflammation: is there a link?",
            "AV Ta. To “Wait” \u{2013} 5\u{a0}mg, 3.5 (fifty-fifty) office first flow fjord",
            "Åsa Öberg äter ½ dos; æ ø é ü ž ł • …",
            " leading, trailing ",
            "12",
            "[1, 2]",
            "T o Y a , . - f f i",
            "≥ 5 %, −3 °C, 10 €, Type™ †",
        ] {
            let collected = plain(text, &STYLE);
            let mut with_parley = Shaped::default();
            shaper.shape_with_parley(&collected, &mut with_parley);
            let mut own = Shaped::default();
            assert!(is_plain(text));
            assert!(
                shaper
                    .words
                    .shape(&collected, &faces, &mut own.atoms, &mut own.glyphs),
                "{text}"
            );
            assert_eq!(own.atoms, with_parley.atoms, "{text}");
            assert_eq!(own.glyphs, with_parley.glyphs, "{text}");
        }
    }

    #[test]
    fn lone_signs_among_plain_words_are_of_the_face_that_has_them() {
        let faces = Faces::bundled();
        let mut shaper = Shaper::new(&faces);
        let collected = plain("IL-1β, TGF-β1 → TNF-α (☐)", &STYLE);
        let mut with_parley = Shaped::default();
        shaper.shape_with_parley(&collected, &mut with_parley);
        let mut own = Shaped::default();
        assert!(
            shaper
                .words
                .shape(&collected, &faces, &mut own.atoms, &mut own.glyphs)
        );
        // parley has a space after a Greek letter be Greek, and does not kern it against a Latin one.
        let latin = |atom: &&Atom| !atom.blank;
        let advances = |shaped: &Shaped| {
            let atoms = shaped.atoms.iter().filter(latin);
            atoms
                .map(|atom| {
                    (
                        atom.text.clone(),
                        atom.face,
                        (atom.advance * 1000.0).round(),
                    )
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(advances(&own), advances(&with_parley));
        assert_eq!(own.glyphs, with_parley.glyphs);
        // Two of them stand side by side as their face says.
        let collected = plain("αβ", &STYLE);
        assert!(
            !shaper
                .words
                .shape(&collected, &faces, &mut own.atoms, &mut own.glyphs)
        );
    }
}
