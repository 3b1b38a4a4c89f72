//! Plain words to glyphs, each different word once.
//!
//! Most text of a leaflet is Latin letters of one face, read from left to right. There a word's
//! glyphs depend on the word and on the spaces beside it (faces kern letters against spaces) and on
//! nothing else, and a leaflet has far fewer different words than words. All other text goes through
//! parley; what both can set they set alike.

use std::ops::Range;

use harfrust::{
    BufferClusterLevel, Direction, FontRef, ShapeOptions, ShapePlan, Shaper, ShaperData, UnicodeBuffer,
    script,
};

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::collect::{Collected, Piece};
use super::shape::{Atom, ShapedGlyph};
use crate::font::{FaceId, Faces, Weight};

/// The words seen so far, by face.
#[derive(Default)]
pub(super) struct Words {
    faces: Vec<(FaceId, Face)>,
    buffer: Option<UnicodeBuffer>,
}

/// A face, ready to shape.
struct Face {
    data: ShaperData,
    plan: ShapePlan,
    units_per_em: f32,
    known: Known,
}

/// The words of a face that were shaped before.
struct Known {
    /// Where in `glyphs` those of each word with its spaces are; `None` where the face lacks one.
    words: FxHashMap<Box<str>, Option<Range<u32>>>,
    glyphs: Vec<WordGlyph>,
}

/// A glyph of a word, in font units.
#[derive(Clone, Copy)]
struct WordGlyph {
    id: u16,
    /// The byte in the word that it begins at.
    at: u32,
    advance: i32,
    x: i32,
    y: i32,
}

/// As many words are remembered; memory does not grow with the number of leaflets.
const MAX_WORDS: usize = 20_000;
/// A leaflet has about as many words in a face, and glyphs in these: room for them is made at once.
const LEAFLET_WORDS: usize = 800;
const LEAFLET_GLYPHS: usize = 6000;

/// Whether text is Latin letters, digits and signs that are shaped by themselves.
pub(super) fn is_plain(text: &str) -> bool {
    text.chars().all(|character| {
        matches!(character,
            '\n' | ' '..='~' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{17f}'
            | '–' | '—' | '‘' | '’' | '“' | '”' | '•' | '…')
    })
}

impl Words {
    /// Adds the atoms of a plain text and their glyphs, or leaves both as they are and returns false
    /// where a face lacks a glyph.
    pub fn shape(
        &mut self,
        collected: &Collected,
        faces: &Faces,
        atoms: &mut Vec<Atom>,
        glyphs: &mut Vec<ShapedGlyph>,
    ) -> bool {
        let look = |piece: &Piece| (piece.size().to_bits(), piece.weight);
        let mut start = 0;
        let mut first = 0;
        for run in collected.pieces.chunk_by(|one, next| look(one) == look(next)) {
            let end = run[run.len() - 1].end;
            let taken = self.run(collected, start..end, first, faces, atoms, glyphs);
            if taken.is_none() {
                atoms.clear();
                glyphs.clear();
                return false;
            }
            start = end;
            first += run.len();
        }
        true
    }

    /// Adds the atoms of a stretch of one size and weight, which begins with the piece `piece`.
    fn run(
        &mut self,
        collected: &Collected,
        range: std::ops::Range<usize>,
        mut piece: usize,
        faces: &Faces,
        atoms: &mut Vec<Atom>,
        glyphs: &mut Vec<ShapedGlyph>,
    ) -> Option<()> {
        let Piece { weight, .. } = collected.pieces[piece];
        let size = collected.pieces[piece].size();
        let (id, face, buffer) = self.face(weight, faces)?;
        let Face { data, plan, units_per_em, known } = face;
        let font = FontRef::new(&faces.get(id).data).ok()?;
        let mut shaping = Shaping { shaper: data.shaper(&font).build(), plan, buffer };
        let scale = size / *units_per_em;
        let text = &collected.text[..range.end];
        let mut start = range.start;
        while start < range.end {
            let rest = &text[start..];
            let body = usize::from(rest.starts_with(' '));
            let length = body + rest[body..].find([' ', '\n']).unwrap_or(rest.len() - body);
            // The space after a word is set with the next one, and the word with both.
            let with_space = length + usize::from(rest[length..].starts_with(' '));
            let word = known.word(&rest[..with_space], &mut shaping)?;
            let mut place = 0;
            while let Some(glyph) = word.get(place).filter(|glyph| (glyph.at as usize) < length) {
                let count = word[place..].iter().take_while(|next| next.at == glyph.at).count();
                let end = word.get(place + count).map_or(length, |next| length.min(next.at as usize));
                let at = start + glyph.at as usize..start + end;
                while collected.pieces[piece].end <= at.start {
                    piece += 1;
                }
                let mut atom = Atom {
                    blank: &text[at.clone()] == " ",
                    text: at,
                    advance: 0.0,
                    before: 0.0,
                    after: 0.0,
                    rank: atoms.len() as u32,
                    glyphs: glyphs.len()..glyphs.len() + count,
                    face: id,
                    piece,
                    right_to_left: false,
                };
                for glyph in &word[place..place + count] {
                    let (x, y) = (glyph.x as f32 * scale, glyph.y as f32 * scale);
                    glyphs.push(ShapedGlyph { id: glyph.id, x: atom.advance + x, y });
                    atom.advance += glyph.advance as f32 * scale;
                }
                atoms.push(atom);
                place += count;
            }
            start += length;
            if text[start..].starts_with('\n') {
                while collected.pieces[piece].end <= start {
                    piece += 1;
                }
                atoms.push(Atom {
                    text: start..start + 1,
                    advance: 0.0,
                    before: 0.0,
                    after: 0.0,
                    rank: atoms.len() as u32,
                    glyphs: glyphs.len()..glyphs.len(),
                    face: id,
                    piece,
                    right_to_left: false,
                    blank: true,
                });
                start += 1;
            }
        }
        Some(())
    }

    /// The text face of a weight.
    fn face(
        &mut self,
        weight: Weight,
        faces: &Faces,
    ) -> Option<(FaceId, &mut Face, &mut Option<UnicodeBuffer>)> {
        let (id, file) = faces.iter().find(|(_, face)| face.weight == weight)?;
        if !self.faces.iter().any(|(known, _)| *known == id) {
            let font = FontRef::new(&file.data).ok()?;
            let data = ShaperData::new(&font);
            let shaper = data.shaper(&font).build();
            let plan = ShapePlan::new(&shaper, Direction::LeftToRight, Some(script::LATIN), None, &[]);
            let units_per_em = shaper.units_per_em() as f32;
            let words = FxHashMap::with_capacity_and_hasher(LEAFLET_WORDS, FxBuildHasher);
            let glyphs = Vec::with_capacity(LEAFLET_GLYPHS);
            self.faces.push((id, Face { data, plan, units_per_em, known: Known { words, glyphs } }));
        }
        let (_, face) = self.faces.iter_mut().find(|(known, _)| *known == id)?;
        Some((id, face, &mut self.buffer))
    }
}

impl Known {
    fn word(&mut self, word: &str, shaping: &mut Shaping) -> Option<&[WordGlyph]> {
        let glyphs = match self.words.get(word) {
            Some(known) => known.clone(),
            None => {
                if self.words.len() >= MAX_WORDS {
                    self.words.clear();
                    self.glyphs.clear();
                }
                let glyphs = shaping.shape(word, &mut self.glyphs);
                self.words.insert(word.into(), glyphs.clone());
                glyphs
            }
        };
        let glyphs = glyphs?;
        self.glyphs.get(glyphs.start as usize..glyphs.end as usize)
    }
}

/// What shapes the words of a face.
struct Shaping<'a> {
    shaper: Shaper<'a>,
    plan: &'a ShapePlan,
    buffer: &'a mut Option<UnicodeBuffer>,
}

impl Shaping<'_> {
    /// Adds a word's glyphs and tells where they are.
    fn shape(&mut self, word: &str, glyphs: &mut Vec<WordGlyph>) -> Option<Range<u32>> {
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.set_cluster_level(BufferClusterLevel::MonotoneCharacters);
        buffer.push_str(word);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        let shaped = self.shaper.shape(buffer, ShapeOptions::new().plan(Some(self.plan)));
        let start = glyphs.len();
        let mut is_whole = true;
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let id = u16::try_from(info.glyph_id).unwrap_or(0);
            is_whole &= id != 0;
            glyphs.push(WordGlyph {
                id,
                at: info.cluster,
                advance: position.x_advance,
                x: position.x_offset,
                y: position.y_offset,
            });
        }
        *self.buffer = Some(shaped.clear());
        if is_whole {
            return Some(start as u32..glyphs.len() as u32);
        }
        glyphs.truncate(start);
        None
    }
}
