//! Colour space of a photograph in its Exif data (CIPA DC-008, 4.6.5).
//!
//! Cameras that are set to Adobe RGB often write no colour profile, and name the space here.

/// Colour space that Exif data names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ExifColours {
    AdobeRgb,
    /// Not sRGB, and not named.
    Uncalibrated,
}

const EXIF_DIRECTORY: u16 = 0x8769;
const INTEROPERABILITY_DIRECTORY: u16 = 0xa005;
const COLOUR_SPACE: u16 = 0xa001;
const INTEROPERABILITY_INDEX: u16 = 0x0001;

/// Returns the colour space; `None` for sRGB, and if the data name none.
pub(super) fn colours(exif: &[u8]) -> Option<ExifColours> {
    let tiff = Tiff::new(exif)?;
    let first = tiff.long(4)?;
    let details = tiff.long(tiff.value(first, EXIF_DIRECTORY)?)?;
    let interoperability = || {
        let directory = tiff.long(tiff.value(details, INTEROPERABILITY_DIRECTORY)?)?;
        let index = tiff.value(directory, INTEROPERABILITY_INDEX)?;
        exif.get(index..)?.first_chunk::<3>()
    };
    match tiff.short(tiff.value(details, COLOUR_SPACE)?)? {
        // Not in the standard, but in files of many cameras.
        2 => Some(ExifColours::AdobeRgb),
        0xffff => match interoperability() {
            Some(b"R03") => Some(ExifColours::AdobeRgb),
            Some(b"R98") => None,
            _ => Some(ExifColours::Uncalibrated),
        },
        _ => None,
    }
}

/// A TIFF file, of which only directories are read.
struct Tiff<'a> {
    bytes: &'a [u8],
    is_big_endian: bool,
}

impl<'a> Tiff<'a> {
    fn new(bytes: &'a [u8]) -> Option<Tiff<'a>> {
        let is_big_endian = match bytes.first_chunk::<4>()? {
            b"MM\0\x2a" => true,
            b"II\x2a\0" => false,
            _ => return None,
        };
        Some(Tiff {
            bytes,
            is_big_endian,
        })
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.is_big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        usize::try_from(if self.is_big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
        .ok()
    }

    /// Returns the position of the value of an entry of a directory.
    fn value(&self, directory: usize, tag: u16) -> Option<usize> {
        let count = usize::from(self.short(directory)?);
        let entry = |index: usize| directory.checked_add(2 + 12 * index);
        let entry = (0..count)
            .map_while(entry)
            .find(|at| self.short(*at) == Some(tag))?;
        entry.checked_add(8)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Writes Exif data with a colour space and perhaps an index.
    pub(in crate::picture) fn exif(space: u16, index: Option<&[u8; 3]>, is_big: bool) -> Vec<u8> {
        let mut out = if is_big { b"MM\0\x2a" } else { b"II\x2a\0" }.to_vec();
        let short = |value: u16| match is_big {
            true => value.to_be_bytes(),
            false => value.to_le_bytes(),
        };
        let long = |value: u32| match is_big {
            true => value.to_be_bytes(),
            false => value.to_le_bytes(),
        };
        let entry = |tag: u16, kind: u16, value: [u8; 4]| {
            [&short(tag)[..], &short(kind), &long(1), &value].concat()
        };
        out.extend(long(8));
        out.extend(short(1));
        out.extend(entry(EXIF_DIRECTORY, 4, long(26)));
        out.extend(long(0));
        let [first, second] = short(space);
        out.extend(short(2));
        out.extend(entry(COLOUR_SPACE, 3, [first, second, 0, 0]));
        out.extend(entry(INTEROPERABILITY_DIRECTORY, 4, long(56)));
        out.extend(long(0));
        if let Some([a, b, c]) = index.copied() {
            out.extend(short(1));
            out.extend(entry(INTEROPERABILITY_INDEX, 2, [a, b, c, 0]));
            out.extend(long(0));
        }
        out
    }

    #[test]
    fn adobe_rgb_is_named_by_space_or_index() {
        for is_big in [false, true] {
            for (space, index, expected) in [
                (1, Some(b"R98"), None),
                (2, None, Some(ExifColours::AdobeRgb)),
                (0xffff, Some(b"R03"), Some(ExifColours::AdobeRgb)),
                (0xffff, Some(b"R98"), None),
                (0xffff, None, Some(ExifColours::Uncalibrated)),
            ] {
                assert_eq!(colours(&exif(space, index, is_big)), expected);
            }
        }
    }

    #[test]
    fn broken_data_name_no_space() {
        let whole = exif(0xffff, Some(b"R03"), true);
        for length in 0..56 {
            let found = colours(&whole[..length]);
            assert!(!matches!(found, Some(ExifColours::AdobeRgb)), "{length}");
        }
        let mut far = whole;
        far[4..8].fill(0xff);
        assert_eq!(colours(&far), None);
    }
}
