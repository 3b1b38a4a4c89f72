//! Names formats that are not read, by the first bytes of a file.

use super::PictureError;

/// Returns the error for a file that is no SVG, PNG, JPEG, WebP or GIF file.
pub(super) fn error(data: &[u8]) -> PictureError {
    name(data).map_or(PictureError::UnknownFormat, |name| {
        PictureError::OtherFormat(name.to_owned())
    })
}

fn name(data: &[u8]) -> Option<&'static str> {
    // ISO base media files: a size, `ftyp`, and the brand.
    if let Some(brand) = data.get(8..12).filter(|_| data[4..8] == *b"ftyp") {
        return match brand {
            b"avif" | b"avis" => Some("an AVIF picture"),
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
                Some("a HEIC photo")
            }
            _ => Some("a video"),
        };
    }
    if is_web_page(data) {
        return Some("a web page");
    }
    const STARTS: [(&[u8], &str); 18] = [
        (&[0xff, 0xfe], "a drawing in UTF-16 instead of UTF-8"),
        (&[0xfe, 0xff], "a drawing in UTF-16 instead of UTF-8"),
        (b"%PDF-", "a PDF or Illustrator file"),
        (b"%!PS", "an EPS or PostScript file"),
        (&[0xc5, 0xd0, 0xd3, 0xc6], "an EPS file"),
        (b"II*\0", "a TIFF picture"),
        (b"MM\0*", "a TIFF picture"),
        (b"BM", "a BMP picture"),
        (b"8BPS", "a Photoshop file"),
        (&[0, 0, 1, 0], "an icon file"),
        (&[0x1f, 0x8b], "a compressed drawing (SVGZ)"),
        (b"PK\x03\x04", "an office or ZIP file"),
        (&[0xd0, 0xcf, 0x11, 0xe0], "an old office file"),
        (&[0xff, 0x0a], "a JPEG XL picture"),
        (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
        (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
        (&[0xd7, 0xcd, 0xc6, 0x9a], "a WMF drawing"),
        (&[1, 0, 0, 0], "an EMF drawing"),
    ];
    let starts = STARTS.iter().find(|(start, _)| data.starts_with(start));
    starts.map(|(_, name)| *name)
}

/// Whether a file is a web page: a logo that was saved from one may be the page.
pub(super) fn is_web_page(data: &[u8]) -> bool {
    let head = data.get(..500).unwrap_or(data).to_ascii_lowercase();
    [&b"<html"[..], b"<!doctype html"]
        .iter()
        .any(|start| head.windows(start.len()).any(|word| word == *start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_named_by_their_content() {
        for (data, expected) in [
            (&b"%PDF-1.6\n"[..], Some("a PDF or Illustrator file")),
            (b"\0\0\0\x18ftypheic\0\0", Some("a HEIC photo")),
            (b"\0\0\0\x18ftypmif1\0\0", Some("a HEIC photo")),
            (b"\0\0\0\x1cftypavif\0\0", Some("an AVIF picture")),
            (
                b"%!PS-Adobe-3.0 EPSF-3.0",
                Some("an EPS or PostScript file"),
            ),
            (b"II*\0\x08", Some("a TIFF picture")),
            (b"BM\x36\0", Some("a BMP picture")),
            (b"BM", Some("a BMP picture")),
            (b"<!DOCTYPE html><title>Logo", Some("a web page")),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
            (b"logo", None),
            (b"", None),
        ] {
            assert_eq!(name(data), expected);
        }
    }
}
