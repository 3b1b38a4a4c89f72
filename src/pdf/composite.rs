//! Glyphs for whole clusters of Arabic and Hebrew.
//!
//! Programs that read text out of a file take text from right to left as glyphs in visual order. They
//! reverse it, and `/ActualText` with it. So each glyph has to map to the text of its cluster. But
//! many letters are several glyphs: a bare letter and its dots, a letter and a vowel mark. And some
//! glyphs belong to several letters. Each such cluster becomes one composite glyph of the embedded
//! font (OpenType, `glyf`), which maps to the letters of the cluster.
//!
//! Vowel marks need more. PDFium (`core/fxcrt/fx_bidi.cpp`) ends a part of a line at each mark, and keeps the
//! order of the parts. So it would read مُحَمَّد backwards. But it skips text objects without a width. So the
//! composite glyph draws letter and marks and maps to the letter, and an empty glyph without a width maps to
//! the marks. Poppler reads مُحَمَّد, and PDFium محمد.

use std::ops::Range;

use icu_normalizer::ComposingNormalizer;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

use super::font::{GlyphCluster, NeededFace};
use crate::font::{Glyph, GlyphRun, is_never_drawn};
use crate::locale;

/// A cluster as one glyph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CompositeGlyph {
    pub parts: Vec<Part>,
    /// Text for `/ToUnicode`.
    pub text: String,
}

/// A glyph of the whole face, and its distance from the first one in font units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    pub glyph: u16,
    pub x: i16,
    pub y: i16,
}

/// Returns whether a run is read from right to left.
pub(super) fn is_right_to_left(run: &GlyphRun) -> bool {
    run.text.chars().any(locale::is_right_to_left_letter)
}

/// Returns the letters of a cluster from right to left, as programs that reverse them expect.
pub(super) fn visual_text(text: &str) -> String {
    if text == "\u{ad}" {
        // The hyphen at the end of a line.
        return text.to_owned();
    }
    let composed = ComposingNormalizer::new_nfc().normalize(text);
    let letters: String = reversed(&composed).filter(|c| !is_mark(*c)).collect();
    if letters.is_empty() {
        return reversed(&composed).collect();
    }
    letters
}

/// Returns the marks on the letters of a cluster, from right to left.
pub(super) fn visual_marks(text: &str) -> String {
    let composed = ComposingNormalizer::new_nfc().normalize(text);
    if composed.chars().all(is_mark) {
        return String::new();
    }
    reversed(&composed).filter(|c| is_mark(*c)).collect()
}

fn reversed(text: &str) -> impl Iterator<Item = char> {
    text.chars().rev().filter(|c| !is_never_drawn(*c))
}

fn is_mark(character: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    category == GeneralCategory::NonspacingMark
}

impl CompositeGlyph {
    pub(super) fn new(run: &GlyphRun, cluster: &GlyphCluster, units_per_em: u16) -> CompositeGlyph {
        let glyphs = &run.glyphs[cluster.glyphs.clone()];
        let first = &glyphs[0];
        let units = |length: f32| {
            // The cast saturates.
            (length * f32::from(units_per_em) / run.size.0).round() as i16
        };
        let part = |glyph: &Glyph| Part {
            glyph: glyph.id,
            x: units(glyph.x.0 - first.x.0),
            y: units(glyph.y.0),
        };
        CompositeGlyph {
            parts: glyphs.iter().map(part).collect(),
            text: visual_text(cluster.text),
        }
    }

    /// Returns an empty glyph for the marks of a cluster.
    pub(super) fn marks(text: String) -> CompositeGlyph {
        CompositeGlyph {
            parts: Vec::new(),
            text,
        }
    }

    /// Returns the position of the part with the greatest advance: the letter, not a mark.
    pub(super) fn letter_x(&self, advance: impl Fn(u16) -> u16) -> i16 {
        let parts = self.parts.iter().rev();
        parts
            .max_by_key(|part| advance(part.glyph))
            .map_or(0, |part| part.x)
    }
}

/// A composite glyph of a subset.
#[derive(Clone, Debug)]
pub(super) struct SubsetComposite {
    pub key: CompositeGlyph,
    /// Number in the subset.
    pub number: u16,
    /// Distance of its origin from that of the first part, in font units.
    pub origin: i16,
}

/// Adds the glyphs that composites of a face are made of.
pub(super) fn part_glyphs(face: &NeededFace) -> impl Iterator<Item = u16> {
    let parts = face
        .composites
        .iter()
        .flat_map(|composite| &composite.parts);
    parts
        .map(|part| part.glyph)
        .filter(|glyph| !face.glyphs.contains_key(glyph))
}

/// A composite to add to a font program.
pub(super) struct NewGlyph<'a> {
    pub composite: &'a CompositeGlyph,
    pub advance: u16,
    /// Distance of its origin from that of the first part.
    pub origin: i16,
}

/// Returns the number of glyphs of a font program; `None` if it has no TrueType outlines.
pub(super) fn count_glyphs(program: &[u8]) -> Option<u16> {
    let tables = Tables(program);
    tables.get(b"glyf")?;
    word(tables.get(b"maxp")?, 4)
}

/// Adds composite glyphs to a TrueType font program. `number` returns the number of a part. `None` if
/// the program is broken.
pub(super) fn add_composites(
    program: &[u8],
    new: &[NewGlyph],
    number: impl Fn(u16) -> Option<u16>,
) -> Option<Vec<u8>> {
    let tables = Tables(program);
    let get = |tag| tables.get(tag);
    let count = count_glyphs(program)?;
    let long_loca = word(get(b"head")?, 50)? != 0;
    let mut glyf = get(b"glyf")?.to_vec();
    let mut loca = Vec::new();
    for index in 0..=usize::from(count) {
        let offset = if long_loca {
            u32::from_be_bytes(bytes(get(b"loca")?, 4 * index)?)
        } else {
            2 * u32::from(word(get(b"loca")?, 2 * index)?)
        };
        loca.push(offset);
    }
    let mut hmtx = all_metrics(get(b"hmtx")?, word(get(b"hhea")?, 34)?, count)?;
    for glyph in new {
        let (outline, bearing) = outline(glyph, &glyf, &loca, &number)?;
        glyf.resize(glyf.len().next_multiple_of(4), 0);
        // The glyph before ends where the padding ends.
        *loca.last_mut()? = u32::try_from(glyf.len()).ok()?;
        glyf.extend(outline);
        loca.push(u32::try_from(glyf.len()).ok()?);
        hmtx.extend(glyph.advance.to_be_bytes());
        hmtx.extend(bearing.to_be_bytes());
    }
    let total = count.checked_add(u16::try_from(new.len()).ok()?)?;
    let mut head = get(b"head")?.to_vec();
    head.get_mut(50..52)?.copy_from_slice(&1u16.to_be_bytes());
    let mut hhea = get(b"hhea")?.to_vec();
    hhea.get_mut(34..36)?.copy_from_slice(&total.to_be_bytes());
    let parts = new.iter().map(|glyph| glyph.composite.parts.len());
    let longest = parts.max()?.max(1);
    let maxp = greater_maxima(get(b"maxp")?, total, u16::try_from(longest).ok()?)?;
    let loca: Vec<u8> = loca.iter().copied().flat_map(u32::to_be_bytes).collect();
    Some(tables.replace(&[
        (b"glyf", glyf),
        (b"head", head),
        (b"hhea", hhea),
        (b"hmtx", hmtx),
        (b"loca", loca),
        (b"maxp", maxp),
    ]))
}

/// Returns the description of a composite glyph, and its left side bearing.
fn outline(
    new: &NewGlyph,
    glyf: &[u8],
    loca: &[u32],
    number: &impl Fn(u16) -> Option<u16>,
) -> Option<(Vec<u8>, i16)> {
    const WORDS: u16 = 0x0001;
    const OFFSETS: u16 = 0x0002;
    const MORE: u16 = 0x0020;
    let mut bounds: Option<[i16; 4]> = None;
    let mut components = Vec::new();
    for part in &new.composite.parts {
        let number = number(part.glyph)?;
        let place = usize::from(number);
        let outline = *loca.get(place)? as usize..*loca.get(place + 1)? as usize;
        if outline.is_empty() {
            continue;
        }
        let x = part.x.saturating_sub(new.origin);
        let side =
            |at, shift: i16| Some((word(glyf, outline.start + at)? as i16).saturating_add(shift));
        let [left, bottom, right, top] =
            [side(2, x)?, side(4, part.y)?, side(6, x)?, side(8, part.y)?];
        bounds = Some(match bounds {
            None => [left, bottom, right, top],
            Some(known) => [
                known[0].min(left),
                known[1].min(bottom),
                known[2].max(right),
                known[3].max(top),
            ],
        });
        components.push((number, x, part.y));
    }
    let Some(bounds) = bounds else {
        return Some((Vec::new(), 0));
    };
    let mut out = (-1i16).to_be_bytes().to_vec();
    out.extend(bounds.into_iter().flat_map(i16::to_be_bytes));
    let last = components.len() - 1;
    for (index, (number, x, y)) in components.into_iter().enumerate() {
        let flags = WORDS | OFFSETS | if index < last { MORE } else { 0 };
        for value in [flags, number, x as u16, y as u16] {
            out.extend(value.to_be_bytes());
        }
    }
    Some((out, bounds[0]))
}

/// Returns advance and bearing of each glyph. The table may leave out equal advances at its end.
fn all_metrics(hmtx: &[u8], long: u16, count: u16) -> Option<Vec<u8>> {
    let long = usize::from(long);
    let mut all = hmtx.get(..4 * long)?.to_vec();
    let advance = hmtx.get(4 * long.checked_sub(1)?..)?.get(..2)?;
    for index in 0..usize::from(count).saturating_sub(long) {
        all.extend(advance);
        all.extend(hmtx.get(4 * long + 2 * index..)?.get(..2)?);
    }
    Some(all)
}

/// Returns `maxp` with room for composites of `parts` glyphs, each at most as large as the largest.
fn greater_maxima(maxp: &[u8], total: u16, parts: u16) -> Option<Vec<u8>> {
    let mut out = maxp.to_vec();
    let mut put = |at: usize, value: u16| {
        out.get_mut(at..at + 2)
            .map(|place| place.copy_from_slice(&value.to_be_bytes()))
    };
    let greatest = |simple, composite| Some(word(maxp, simple)?.max(word(maxp, composite)?));
    put(4, total)?;
    // Points, contours, parts, and levels of parts.
    put(10, greatest(6, 10)?.saturating_mul(parts))?;
    put(12, greatest(8, 12)?.saturating_mul(parts))?;
    put(28, word(maxp, 28)?.max(parts))?;
    put(30, word(maxp, 30)?.saturating_add(1))?;
    Some(out)
}

fn bytes<const N: usize>(table: &[u8], at: usize) -> Option<[u8; N]> {
    table.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn word(table: &[u8], at: usize) -> Option<u16> {
    bytes(table, at).map(u16::from_be_bytes)
}

/// The tables of a font program.
struct Tables<'a>(&'a [u8]);

impl<'a> Tables<'a> {
    /// Returns tags and ranges.
    fn list(&self) -> impl Iterator<Item = (&'a [u8], Range<usize>)> {
        let count = usize::from(word(self.0, 4).unwrap_or_default());
        let records = self.0.get(12..12 + 16 * count).unwrap_or_default();
        records.chunks_exact(16).map(|record| {
            let long = |at| bytes(record, at).map_or(0, u32::from_be_bytes) as usize;
            (&record[..4], long(8)..long(8).saturating_add(long(12)))
        })
    }

    fn get(&self, tag: &[u8; 4]) -> Option<&'a [u8]> {
        let (_, range) = self.list().find(|(known, _)| known == tag)?;
        self.0.get(range)
    }

    /// Returns the program with other contents of some tables. Viewers do not read the checksums.
    fn replace(&self, new: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
        let tables: Vec<_> = self.list().collect();
        let mut directory = self.0[..12].to_vec();
        let mut contents = Vec::new();
        for (tag, range) in &tables {
            let replaced = new.iter().find(|(known, _)| known == tag);
            let content = match replaced {
                Some((_, content)) => content.as_slice(),
                None => self.0.get(range.clone()).unwrap_or_default(),
            };
            let offset = 12 + 16 * tables.len() + contents.len();
            directory.extend(*tag);
            directory.extend(0u32.to_be_bytes());
            directory.extend((offset as u32).to_be_bytes());
            directory.extend((content.len() as u32).to_be_bytes());
            contents.extend(content);
            contents.resize(contents.len().next_multiple_of(4), 0);
        }
        directory.extend(contents);
        directory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_marks_of_a_cluster_are_apart() {
        for (cluster, letters, marks) in [
            ("م", "م", ""),
            ("مُ", "م", "\u{64f}"),
            ("مَّ", "م", "\u{651}\u{64e}"),
            ("לא", "אל", ""),
            ("שָׁ", "ש", "\u{5c1}\u{5b8}"),
            // A hamza or a madda belongs to the letter.
            ("\u{627}\u{653}", "آ", ""),
            ("\u{64f}", "\u{64f}", ""),
            ("ل\u{200c}", "ل", ""),
            ("\u{ad}", "\u{ad}", ""),
        ] {
            assert_eq!(visual_text(cluster), letters, "{cluster:?}");
            assert_eq!(visual_marks(cluster), marks, "{cluster:?}");
        }
    }
}
