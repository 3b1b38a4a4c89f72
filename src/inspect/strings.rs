//! Text strings of PDF (ISO 32000-2, 7.9.2.2).

/// Characters of PDFDocEncoding for the bytes 0x18 to 0x1f.
const ACCENTS: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
/// Characters of PDFDocEncoding for the bytes 0x80 to 0xa0.
const SPECIAL: [char; 33] = [
    '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™',
    'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}', '€',
];

/// Decodes a text string: UTF-16 or UTF-8 with a byte order mark, else PDFDocEncoding.
pub(super) fn text_of(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        bytes => bytes.iter().map(|byte| character(*byte)).collect(),
    };
    collapsed(&text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let characters = char::decode_utf16(units);
    characters
        .map(|character| character.unwrap_or('\u{fffd}'))
        .collect()
}

fn character(byte: u8) -> char {
    match byte {
        0x18..=0x1f => ACCENTS[usize::from(byte - 0x18)],
        0x80..=0xa0 => SPECIAL[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

/// Returns a text with single blanks and without control characters, at most 1,000 characters.
pub(super) fn collapsed(text: &str) -> String {
    let mut result = String::new();
    let mut length = 0;
    for character in text.chars() {
        let character = if character.is_whitespace() || character.is_control() {
            ' '
        } else {
            character
        };
        if character == ' ' && (result.is_empty() || result.ends_with(' ')) {
            continue;
        }
        result.push(character);
        length += 1;
        if length >= 1000 {
            result.push('…');
            break;
        }
    }
    result.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_each_encoding_are_read() {
        assert_eq!(text_of(b"\xfe\xff\0P\x20\x14"), "P—");
        assert_eq!(text_of(b"\xff\xfeP\0\x14\x20"), "P—");
        assert_eq!(text_of("\u{feff}Pain —".as_bytes()), "Pain —");
        assert_eq!(text_of(b"Pain \x84 \xe9\x1f"), "Pain — é˜");
        assert_eq!(text_of(b" two\n  lines\0 "), "two lines");
        assert_eq!(text_of(b"\xfe\xff\xd8"), "");
    }
}
