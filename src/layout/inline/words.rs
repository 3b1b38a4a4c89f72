//! Plain words to glyphs.
//!
//! Most text of a leaflet is Latin letters of one face, read from left to right. In a bundled face a letter's
//! place depends on the letter after it and on nothing else, and is looked up ([`Pairs`]). In a clinic's own
//! face a word's glyphs depend on the word and on the spaces beside it (faces kern letters against spaces),
//! and a leaflet has far fewer different words than words: each is shaped once. All other text goes through
//! parley; what several of them can set they set alike, but for the space beside a lone Greek letter.

use std::ops::Range;

use harfrust::{
    BufferClusterLevel, Direction, FontRef, ShapeOptions, ShapePlan, Shaper, ShaperData,
    UnicodeBuffer, script,
};

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::collect::{Collected, Piece};
use super::shape::{Atom, ShapedGlyph};
use crate::font::{self, FaceId, Faces, Pairs};

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

/// Whether text is Latin letters, digits and signs that are shaped by themselves, and what may stand alone
/// among them.
pub(super) fn is_plain(text: &str) -> bool {
    text.chars()
        .all(|character| character == '\n' || font::is_plain(character) || is_lone(character))
}

/// Whether a character, where it stands alone among plain ones, is a glyph and nothing else: the β of IL-1β, an
/// arrow.
fn is_lone(character: char) -> bool {
    matches!(character, 'Α'..='Ω' | 'α'..='ω' | '←'..='↓' | '☐' | '✓')
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
        for run in collected
            .pieces
            .chunk_by(|one, next| look(one) == look(next))
        {
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
        range: Range<usize>,
        piece: usize,
        faces: &Faces,
        atoms: &mut Vec<Atom>,
        glyphs: &mut Vec<ShapedGlyph>,
    ) -> Option<()> {
        let Piece { weight, .. } = collected.pieces[piece];
        let (face, file) = faces.iter().find(|(_, face)| face.weight == weight)?;
        let mut stretch = Stretch {
            collected,
            piece,
            face,
            atoms,
            glyphs,
        };
        match &file.pairs {
            Some(pairs) => stretch.look_up(range, pairs, faces),
            None => {
                let (face, buffer) = self.face(face, &file.data)?;
                stretch.shape(range, &file.data, face, buffer)
            }
        }
    }

    /// A face, ready to shape.
    fn face(&mut self, id: FaceId, file: &[u8]) -> Option<(&mut Face, &mut Option<UnicodeBuffer>)> {
        if !self.faces.iter().any(|(known, _)| *known == id) {
            let font = FontRef::new(file).ok()?;
            let data = ShaperData::new(&font);
            let shaper = data.shaper(&font).build();
            let plan = ShapePlan::new(
                &shaper,
                Direction::LeftToRight,
                Some(script::LATIN),
                None,
                &[],
            );
            let units_per_em = shaper.units_per_em() as f32;
            let words = FxHashMap::with_capacity_and_hasher(LEAFLET_WORDS, FxBuildHasher);
            let glyphs = Vec::with_capacity(LEAFLET_GLYPHS);
            self.faces.push((
                id,
                Face {
                    data,
                    plan,
                    units_per_em,
                    known: Known { words, glyphs },
                },
            ));
        }
        let (_, face) = self.faces.iter_mut().find(|(known, _)| *known == id)?;
        Some((face, &mut self.buffer))
    }
}

/// A stretch of one size and weight on its way to atoms.
struct Stretch<'a> {
    collected: &'a Collected,
    /// The piece at hand.
    piece: usize,
    face: FaceId,
    atoms: &'a mut Vec<Atom>,
    glyphs: &'a mut Vec<ShapedGlyph>,
}

impl Stretch<'_> {
    /// Looks each letter and the next one up.
    fn look_up(&mut self, range: Range<usize>, pairs: &Pairs, faces: &Faces) -> Option<()> {
        let collected = self.collected;
        let size = collected.pieces[self.piece].size();
        let scale = size / f32::from(pairs.units_per_em());
        let mut characters = collected.text[range.clone()].char_indices().peekable();
        // The letter at hand, where it was looked up as the next one.
        let mut letter = None;
        let mut was_lone = false;
        while let Some((at, character)) = characters.next() {
            let at = range.start + at;
            let bytes = at..at + character.len_utf8();
            let next = characters.peek().map(|&(_, next)| next);
            if character == '\n' {
                self.end_line(at);
            } else if let Some(this) = letter.take().or_else(|| pairs.letter(character)) {
                letter = next.and_then(|next| pairs.letter(next));
                let kerning = letter.map_or(0, |next| pairs.kerning(this, next));
                self.glyphs.push(ShapedGlyph {
                    id: this.glyph,
                    x: 0.0,
                    y: 0.0,
                });
                let advance = (i32::from(this.advance) + i32::from(kerning)) as f32 * scale;
                self.atom(bytes, self.face, 1, advance);
            } else {
                if !is_lone(character) || was_lone || next.is_some_and(is_lone) {
                    return None;
                }
                let weight = collected.pieces[self.piece].weight;
                let mut held = faces.iter().filter(|(_, face)| face.weight == weight);
                let (face, (id, advance)) =
                    held.find_map(|(id, _)| Some((id, faces.glyph(id, character)?)))?;
                self.glyphs.push(ShapedGlyph { id, x: 0.0, y: 0.0 });
                self.atom(bytes, face, 1, advance * size);
                was_lone = true;
                continue;
            }
            was_lone = false;
        }
        Some(())
    }

    /// Shapes each different word once.
    fn shape(
        &mut self,
        range: Range<usize>,
        file: &[u8],
        face: &mut Face,
        buffer: &mut Option<UnicodeBuffer>,
    ) -> Option<()> {
        let Face {
            data,
            plan,
            units_per_em,
            known,
        } = face;
        let font = FontRef::new(file).ok()?;
        let mut shaping = Shaping {
            shaper: data.shaper(&font).build(),
            plan,
            buffer,
        };
        let scale = self.collected.pieces[self.piece].size() / *units_per_em;
        let text = &self.collected.text[..range.end];
        if text[range.clone()].contains(is_lone) {
            return None;
        }
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
                let count = word[place..]
                    .iter()
                    .take_while(|next| next.at == glyph.at)
                    .count();
                let end = word
                    .get(place + count)
                    .map_or(length, |next| length.min(next.at as usize));
                let at = start + glyph.at as usize..start + end;
                let mut advance = 0.0;
                for glyph in &word[place..place + count] {
                    let (x, y) = (glyph.x as f32 * scale, glyph.y as f32 * scale);
                    self.glyphs.push(ShapedGlyph {
                        id: glyph.id,
                        x: advance + x,
                        y,
                    });
                    advance += glyph.advance as f32 * scale;
                }
                self.atom(at, self.face, count, advance);
                place += count;
            }
            start += length;
            if text[start..].starts_with('\n') {
                self.end_line(start);
                start += 1;
            }
        }
        Some(())
    }

    /// Adds an atom for some bytes of the text, with as many of the last glyphs.
    fn atom(&mut self, text: Range<usize>, face: FaceId, glyphs: usize, advance: f32) {
        while self.collected.pieces[self.piece].end <= text.start {
            self.piece += 1;
        }
        let end = self.glyphs.len();
        self.atoms.push(Atom {
            blank: matches!(self.collected.text.as_bytes()[text.start], b' ' | b'\n'),
            text,
            advance,
            before: 0.0,
            after: 0.0,
            rank: self.atoms.len() as u32,
            glyphs: end - glyphs..end,
            face,
            piece: self.piece,
            right_to_left: false,
        });
    }

    /// Adds an atom for a forced break.
    fn end_line(&mut self, at: usize) {
        self.atom(at..at + 1, self.face, 0, 0.0);
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
        let shaped = self
            .shaper
            .shape(buffer, ShapeOptions::new().plan(Some(self.plan)));
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::{env, fs};

    use proptest::prelude::*;

    use super::super::collect::plain;
    use super::super::tests::STYLE;
    use super::*;

    /// What [`Pairs`] reads, from the shaper.
    fn table(data: &[u8]) -> Vec<u8> {
        let font = FontRef::new(data).unwrap();
        let shaper_data = ShaperData::new(&font);
        let shaper = shaper_data.shaper(&font).build();
        let units_per_em = shaper.units_per_em() as u16;
        let plan = ShapePlan::new(
            &shaper,
            Direction::LeftToRight,
            Some(script::LATIN),
            None,
            &[],
        );
        let mut shaping = Shaping {
            shaper,
            plan: &plan,
            buffer: &mut None,
        };
        let mut shape = |word: &str| {
            let mut glyphs = Vec::new();
            shaping.shape(word, &mut glyphs)?;
            Some(glyphs)
        };
        let plain: Vec<char> = (' '..'\u{2300}')
            .filter(|&character| font::is_plain(character))
            .collect();
        // What is not one glyph where it should be is not of the face.
        let single = |glyphs: Vec<WordGlyph>| match glyphs[..] {
            [glyph @ WordGlyph { x: 0, y: 0, .. }] => Some(glyph),
            _ => None,
        };
        let letters: BTreeMap<char, WordGlyph> = plain
            .iter()
            .filter_map(|&character| Some((character, single(shape(&character.to_string())?)?)))
            .collect();
        let kerning: BTreeMap<(char, char), i32> = letters
            .iter()
            .flat_map(|one| letters.iter().map(move |other| (one, other)))
            .map(|((first, alone), (second, last))| {
                let pair = shape(&format!("{first}{second}")).unwrap();
                assert_eq!(pair.len(), 2, "{first}{second} is not two letters");
                assert_eq!(
                    (pair[0].id, pair[0].x, pair[0].y),
                    (alone.id, 0, 0),
                    "{first}{second}"
                );
                let end = (pair[1].id, pair[1].advance, pair[1].x, pair[1].y);
                assert_eq!(end, (last.id, last.advance, 0, 0), "{first}{second}");
                ((*first, *second), pair[0].advance - alone.advance)
            })
            .collect();
        // Letters that are kerned alike are of one kind.
        let mut firsts: Vec<Vec<i32>> = Vec::new();
        let mut seconds: Vec<Vec<i32>> = Vec::new();
        let mut kinds: BTreeMap<char, [u8; 2]> = BTreeMap::new();
        for &letter in letters.keys() {
            let as_first = letters
                .keys()
                .map(|&other| kerning[&(letter, other)])
                .collect();
            let as_second = letters
                .keys()
                .map(|&other| kerning[&(other, letter)])
                .collect();
            let kind = [(&mut firsts, as_first), (&mut seconds, as_second)].map(
                |(known, row): (&mut Vec<_>, _)| {
                    let kind = known
                        .iter()
                        .position(|known| *known == row)
                        .unwrap_or(known.len());
                    if kind == known.len() {
                        known.push(row);
                    }
                    u8::try_from(kind).unwrap()
                },
            );
            kinds.insert(letter, kind);
        }
        let mut bytes = units_per_em.to_le_bytes().to_vec();
        bytes.extend((seconds.len() as u16).to_le_bytes());
        for character in plain {
            let Some(letter) = letters.get(&character) else {
                bytes.extend([0; 6]);
                continue;
            };
            bytes.extend(letter.id.to_le_bytes());
            bytes.extend(u16::try_from(letter.advance).unwrap().to_le_bytes());
            bytes.extend(kinds[&character]);
        }
        let of_kind = |place: usize, kind: usize| {
            *kinds
                .iter()
                .find(|(_, kinds)| usize::from(kinds[place]) == kind)
                .unwrap()
                .0
        };
        for first in 0..firsts.len() {
            for second in 0..seconds.len() {
                let units = kerning[&(of_kind(0, first), of_kind(1, second))];
                bytes.extend(i16::try_from(units).unwrap().to_le_bytes());
            }
        }
        bytes
    }

    #[test]
    fn tables_of_pairs_are_what_the_shaper_says() {
        for (_, face) in Faces::bundled()
            .iter()
            .filter(|(_, face)| face.postscript_name.starts_with("Atkinson"))
        {
            let path = format!("src/font/pairs/{}", face.postscript_name);
            let table = table(&face.data);
            if env::var_os("WRITE_PAIRS").is_some() {
                fs::write(&path, &table).unwrap();
            } else {
                assert!(
                    fs::read(&path).unwrap() == table,
                    "{path} differs: run once with WRITE_PAIRS=1"
                );
            }
        }
    }

    /// The same faces as a clinic's own, of which nothing is known beforehand.
    fn read_faces() -> Faces {
        let own = [0, 1].map(|id| {
            let face = Faces::bundled().get(FaceId(id)).clone();
            font::Face::read(face.data.to_vec(), face.weight).unwrap()
        });
        Faces::bundled().with_own(own)
    }

    proptest! {
        #[test]
        fn looking_letters_up_is_as_shaping_words(text in "([ -~]|[a-zA-Z ,.’–-]|[À-ÿ]|[\u{a0}-\u{17f}]|\n){0,60}") {
            let collected = plain(&text, &STYLE);
            prop_assume!(is_plain(&collected.text) && !collected.text.is_empty());
            let shaped = [Faces::bundled(), read_faces()].map(|faces| {
                let (mut atoms, mut glyphs) = (Vec::new(), Vec::new());
                let is_whole = Words::default().shape(&collected, &faces, &mut atoms, &mut glyphs);
                (is_whole, atoms, glyphs)
            });
            // What the face has no glyph of its own for is left to others by the one, put together by the other.
            if shaped[0].0 {
                prop_assert_eq!(&shaped[0], &shaped[1]);
            }
        }
    }
}
