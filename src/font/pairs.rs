//! How the plain letters of a face stand side by side, worked out beforehand.
//!
//! Shaping is asked the same of a bundled face in every leaflet: which glyph a letter has, how wide it is, and
//! how much closer it stands to the next. A face of which that is all, no ligatures and no marks, has it in a
//! table of 20 KB, made and proved by a test beside the shaper ([`crate::layout`]). Numbers are little-endian:
//!
//! 1. two 16-bit numbers: units to the em, and how many kinds of second letters there are;
//! 2. for each plain character: its glyph (16 bits, 0 if the face lacks it), its advance in units (16 bits),
//!    its kind as the first letter of a pair and its kind as the second (8 bits each);
//! 3. for each kind of first letter and, within it, of second letter: what is added to the advance of the
//!    first, in units (16 bits, signed).

/// The table of a face.
#[derive(Clone, Copy)]
pub struct Pairs {
    units_per_em: u16,
    seconds: usize,
    letters: &'static [[u8; 6]],
    kerning: &'static [[u8; 2]],
}

/// A plain character in a face.
#[derive(Clone, Copy, Debug)]
pub struct Letter {
    /// Its glyph's id.
    pub glyph: u16,
    /// Its advance, in units, where nothing follows.
    pub advance: u16,
    first: u8,
    second: u8,
}

/// Signs beyond Latin that are plain, too.
const SIGNS: [char; 18] = [
    '–', '—', '‘', '’', '“', '”', '„', '†', '‡', '•', '…', '‰', '€', '™', '−', '≈', '≤', '≥',
];

/// How many characters are plain.
const PLAIN: usize = 95 + 0xdf + SIGNS.len();

/// A character's place among those that are plain: Latin letters, digits and signs that need nothing but a glyph
/// and its place beside the next.
fn place(character: char) -> Option<usize> {
    match character {
        ' '..='~' => Some(character as usize - 0x20),
        // Between them is the soft hyphen, which is not drawn.
        '\u{a0}'..='\u{ac}' => Some(95 + character as usize - 0xa0),
        '\u{ae}'..='\u{17f}' => Some(95 + character as usize - 0xa1),
        _ => SIGNS
            .iter()
            .position(|&sign| sign == character)
            .map(|sign| 95 + 0xdf + sign),
    }
}

/// Whether a character is plain: see [`Pairs`].
pub fn is_plain(character: char) -> bool {
    place(character).is_some()
}

impl Pairs {
    pub(super) fn read(table: &'static [u8]) -> Option<Pairs> {
        let (units_per_em, table) = table.split_first_chunk()?;
        let (seconds, table) = table.split_first_chunk()?;
        let (letters, kerning) = table.split_at_checked(PLAIN * 6)?;
        Some(Pairs {
            units_per_em: u16::from_le_bytes(*units_per_em),
            seconds: usize::from(u16::from_le_bytes(*seconds)),
            letters: letters.as_chunks().0,
            kerning: kerning.as_chunks().0,
        })
    }

    /// How many units make an em.
    pub fn units_per_em(&self) -> u16 {
        self.units_per_em
    }

    /// A plain character that the face has.
    pub fn letter(&self, character: char) -> Option<Letter> {
        let [
            glyph_low,
            glyph_high,
            advance_low,
            advance_high,
            first,
            second,
        ] = *self.letters.get(place(character)?)?;
        let glyph = u16::from_le_bytes([glyph_low, glyph_high]);
        let advance = u16::from_le_bytes([advance_low, advance_high]);
        (glyph != 0).then_some(Letter {
            glyph,
            advance,
            first,
            second,
        })
    }

    /// What is added to the advance of a letter before another, in units.
    pub fn kerning(&self, first: Letter, second: Letter) -> i16 {
        let kind = usize::from(first.first) * self.seconds + usize::from(second.second);
        self.kerning
            .get(kind)
            .map_or(0, |units| i16::from_le_bytes(*units))
    }
}

impl std::fmt::Debug for Pairs {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(formatter, "Pairs({} kinds)", self.kerning.len())
    }
}
