//! Checks a clinic's font file.
//!
//! Each leaflet embeds a subset of its faces. So a file needs a single static face with outlines:
//! TrueType, or OpenType with CFF. Its licence bits must allow embedding and subsetting (OpenType,
//! `OS/2`, `fsType`).

use std::borrow::Cow;
use std::sync::Arc;

use skrifa::raw::TableProvider;
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider, Tag};
use subsetter::GlyphRemapper;

use super::face::{Face, Weight};
use crate::dependency_panic::catch_panic;

/// Family name of all faces of clinics.
const OWN_FAMILY: &str = "own faces";
/// Start of the family names of clinics' fallback faces.
const FALLBACK_FAMILY: &str = "fallback";

/// Greatest length of a PostScript name (OpenType, `name`, ID 6).
const LONGEST_NAME: usize = 63;

/// Reason why leaflets cannot use a font file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    #[error("it is not a TrueType or OpenType font")]
    UnknownFormat,
    #[error("it is a collection of several faces")]
    Collection,
    /// WOFF or WOFF2.
    #[error("it is a web font (WOFF)")]
    WebFont,
    #[error("it is a variable font")]
    Variable,
    #[error("it has no outlines, only bitmaps")]
    NoOutlines,
    #[error("it cannot be read: {0}")]
    Unreadable(&'static str),
    #[error("its maker does not allow embedding in documents (OS/2 fsType {0:#06x})")]
    NotEmbeddable(u16),
    #[error("its maker does not allow embedding a part of it in documents (OS/2 fsType {0:#06x})")]
    NoSubsetting(u16),
}

/// Weight class (`OS/2`, `usWeightClass`) from which a face is bold.
const SEMIBOLD: f32 = 600.0;

impl Face {
    /// Reads a clinic's fallback face from its file, which tells family and weight.
    ///
    /// A Chinese face has 30,000 glyphs, so their outlines are read only when a leaflet uses them.
    pub fn read_fallback(bytes: Vec<u8>) -> Result<Face, FontError> {
        let font = single_face(&bytes)?;
        check_permissions(&font)?;
        check_tables(&font)?;
        let weight = match font.attributes().weight.value() >= SEMIBOLD {
            true => Weight::Bold,
            false => Weight::Regular,
        };
        let name = |id| font.localized_strings(id).english_or_first();
        let family =
            name(StringId::TYPOGRAPHIC_FAMILY_NAME).or_else(|| name(StringId::FAMILY_NAME));
        let family: String = family.iter().flat_map(|family| family.chars()).collect();
        Ok(Face {
            // The bundled faces may have the same family.
            family: format!("{FALLBACK_FAMILY} {family}"),
            postscript_name: postscript_name(&font),
            weight,
            data: Arc::new(Cow::Owned(bytes)),
        })
    }

    /// Reads a clinic's face from its file. Layout uses it for this weight, whatever the file says.
    pub fn read(bytes: Vec<u8>, weight: Weight) -> Result<Face, FontError> {
        let font = single_face(&bytes)?;
        check_permissions(&font)?;
        check_tables(&font)?;
        check_outlines(&font, &bytes)?;
        Ok(Face {
            family: OWN_FAMILY.to_owned(),
            postscript_name: postscript_name(&font),
            weight,
            data: Arc::new(Cow::Owned(bytes)),
        })
    }
}

/// Returns the PostScript name of a face, without characters that end a name in PDF and PostScript.
fn postscript_name(font: &FontRef) -> String {
    let name = font
        .localized_strings(StringId::POSTSCRIPT_NAME)
        .english_or_first();
    let mut postscript_name: String = name
        .iter()
        .flat_map(|name| name.chars())
        .filter(|character| character.is_ascii_graphic() && !"()<>[]{}/%#".contains(*character))
        .take(LONGEST_NAME)
        .collect();
    if postscript_name.is_empty() {
        postscript_name.push_str("Unnamed");
    }
    postscript_name
}

/// Returns the single static face of a file.
fn single_face(bytes: &[u8]) -> Result<FontRef<'_>, FontError> {
    match bytes.get(..4) {
        Some(b"\0\x01\0\0" | b"true" | b"OTTO") => {}
        Some(b"ttcf") => return Err(FontError::Collection),
        Some(b"wOFF" | b"wOF2") => return Err(FontError::WebFont),
        _ => return Err(FontError::UnknownFormat),
    }
    let font =
        FontRef::new(bytes).map_err(|_| FontError::Unreadable("its list of tables is broken"))?;
    has_all_tables(bytes).ok_or(FontError::Unreadable("it is cut off"))?;
    let has = |tag: &[u8; 4]| font.table_data(Tag::new(tag)).is_some();
    if has(b"fvar") || has(b"CFF2") {
        return Err(FontError::Variable);
    }
    if !(has(b"CFF ") || has(b"glyf") && has(b"loca")) {
        return Err(FontError::NoOutlines);
    }
    Ok(font)
}

/// Checks that the file contains all tables that it lists. A truncated file lacks its last.
fn has_all_tables(bytes: &[u8]) -> Option<()> {
    let long = |bytes: &[u8]| bytes.try_into().ok().map(u32::from_be_bytes);
    let count = usize::from(u16::from_be_bytes(bytes.get(4..6)?.try_into().ok()?));
    for record in bytes.get(12..12 + 16 * count)?.chunks_exact(16) {
        let (offset, length) = (long(&record[8..12])?, long(&record[12..16])?);
        bytes.get(offset as usize..offset.checked_add(length)? as usize)?;
    }
    Some(())
}

/// Checks the licence bits (OpenType, `OS/2`, `fsType`). The least restrictive of several
/// permissions counts. A file without the table forbids nothing.
fn check_permissions(font: &FontRef) -> Result<(), FontError> {
    const RESTRICTED: u16 = 0x0002;
    const PREVIEW_AND_PRINT: u16 = 0x0004;
    const EDITABLE: u16 = 0x0008;
    const NO_SUBSETTING: u16 = 0x0100;
    const BITMAPS_ONLY: u16 = 0x0200;
    let Ok(os2) = font.os2() else { return Ok(()) };
    let bits = os2.fs_type();
    if bits & BITMAPS_ONLY != 0 || bits & (RESTRICTED | PREVIEW_AND_PRINT | EDITABLE) == RESTRICTED
    {
        return Err(FontError::NotEmbeddable(bits));
    }
    if bits & NO_SUBSETTING != 0 {
        return Err(FontError::NoSubsetting(bits));
    }
    Ok(())
}

/// Checks the metrics and the characters.
fn check_tables(font: &FontRef) -> Result<(), FontError> {
    let units = font
        .head()
        .map_err(|_| FontError::Unreadable("its header is broken"))?
        .units_per_em();
    let glyphs = font
        .maxp()
        .map_err(|_| FontError::Unreadable("its number of glyphs is missing"))?
        .num_glyphs();
    if font.hhea().is_err()
        || font.hmtx().is_err()
        || glyphs == 0
        || !(16..=16_384).contains(&units)
    {
        return Err(FontError::Unreadable("its metrics are broken"));
    }
    let mut characters = font.charmap().mappings().peekable();
    if characters.peek().is_none() {
        return Err(FontError::Unreadable("it assigns no glyph to a character"));
    }
    if characters.any(|(_, glyph)| glyph.to_u32() >= u32::from(glyphs)) {
        return Err(FontError::Unreadable("the glyph of a character is missing"));
    }
    Ok(())
}

/// Returns a font file with only these glyphs.
///
/// In a debug build, the subsetter panics if a sum overflows in a broken file.
pub(crate) fn subset(bytes: &[u8], glyphs: &GlyphRemapper) -> Result<Vec<u8>, subsetter::Error> {
    catch_panic(|| subsetter::subset(bytes, 0, glyphs))
        .unwrap_or(Err(subsetter::Error::MalformedFont))
}

/// Tries to subset the face.
fn check_outlines(font: &FontRef, bytes: &[u8]) -> Result<(), FontError> {
    let glyphs = font.maxp().map_or(0, |maxp| maxp.num_glyphs());
    // Ligatures and alternates have no character, so try all glyphs.
    let mut remapper = GlyphRemapper::new();
    for glyph in 0..glyphs {
        remapper.remap(glyph);
    }
    subset(bytes, &remapper).map_err(|_| FontError::Unreadable("its outlines are broken"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = include_bytes!("../../fonts/AtkinsonHyperlegibleNext-Regular.ttf");

    fn read(bytes: &[u8]) -> Result<Face, FontError> {
        Face::read(bytes.to_vec(), Weight::Regular)
    }

    /// Returns the offset of a table in `FILE`.
    fn table(tag: &[u8; 4]) -> usize {
        let record = FILE[12..]
            .chunks_exact(16)
            .find(|record| record[..4] == *tag)
            .unwrap();
        u32::from_be_bytes(record[8..12].try_into().unwrap()) as usize
    }

    fn with_permissions(bits: u16) -> Result<Face, FontError> {
        let mut bytes = FILE.to_vec();
        let place = table(b"OS/2") + 8;
        bytes[place..place + 2].copy_from_slice(&bits.to_be_bytes());
        read(&bytes)
    }

    #[test]
    fn reads_a_face() {
        let face = read(FILE).unwrap();
        assert_eq!(face.postscript_name, "AtkinsonHyperlegibleNext-Regular");
        assert!(face.has('Å') && !face.has('☐'));
    }

    #[test]
    fn licence_bits_decide_about_embedding() {
        for bits in [0x0000, 0x0004, 0x0008, 0x000c, 0x0006, 0x000a] {
            assert!(with_permissions(bits).is_ok(), "{bits:#06x}");
        }
        assert_eq!(
            with_permissions(0x0002).unwrap_err(),
            FontError::NotEmbeddable(0x0002)
        );
        assert_eq!(
            with_permissions(0x0204).unwrap_err(),
            FontError::NotEmbeddable(0x0204)
        );
        assert_eq!(
            with_permissions(0x0108).unwrap_err(),
            FontError::NoSubsetting(0x0108)
        );
    }

    #[test]
    fn names_the_kind_of_an_unusable_file() {
        let begins = |head: &[u8]| [head, &FILE[head.len()..]].concat();
        assert_eq!(read(b"").unwrap_err(), FontError::UnknownFormat);
        assert_eq!(
            read(b"%!PS-AdobeFont-1.0").unwrap_err(),
            FontError::UnknownFormat
        );
        assert_eq!(read(&begins(b"ttcf")).unwrap_err(), FontError::Collection);
        assert_eq!(read(&begins(b"wOFF")).unwrap_err(), FontError::WebFont);
        assert_eq!(read(&begins(b"wOF2")).unwrap_err(), FontError::WebFont);
        let renamed = |from: &[u8; 4], to: &[u8; 4]| {
            let mut bytes = FILE.to_vec();
            let place = 12
                + 16 * FILE[12..]
                    .chunks_exact(16)
                    .position(|record| record[..4] == *from)
                    .unwrap();
            bytes[place..place + 4].copy_from_slice(to);
            read(&bytes)
        };
        // `fvar` takes the place of `gasp` in the order of tables, so that they can be found.
        assert_eq!(renamed(b"gasp", b"fvar").unwrap_err(), FontError::Variable);
        assert_eq!(
            renamed(b"glyf", b"glyg").unwrap_err(),
            FontError::NoOutlines
        );
    }

    #[test]
    fn truncated_file_is_unreadable_and_never_a_panic() {
        for length in (4..FILE.len()).step_by(997) {
            assert!(
                matches!(read(&FILE[..length]), Err(FontError::Unreadable(_))),
                "{length}"
            );
        }
    }

    #[test]
    fn damaged_file_is_never_a_panic() {
        let mut state = 1_u32;
        for _ in 0..60 {
            let mut bytes = FILE.to_vec();
            for _ in 0..40 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let place = 12 + state as usize % (bytes.len() - 12);
                bytes[place] = (state >> 24) as u8;
            }
            if let Ok(face) = read(&bytes) {
                let _ = face.units_per_em();
            }
        }
    }
}
