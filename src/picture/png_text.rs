//! PNG files that say who made them.

use flate2::Crc;

use super::{Raster, raster};

/// A text in a PNG file, in Latin-1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PngText {
    pub(crate) keyword: &'static str,
    pub(crate) text: &'static str,
}

/// Length of the signature and of the first chunk, `IHDR` (PNG, third edition, 5.2 and 11.2.1).
const HEADER: usize = 8 + 25;

impl PngText {
    /// Returns a whole `tEXt` chunk (11.3.3.2): length, type, data, checksum.
    fn chunk(self) -> Vec<u8> {
        let data = [self.keyword.as_bytes(), b"\0", self.text.as_bytes()].concat();
        let content = [&b"tEXt"[..], &data].concat();
        let mut checksum = Crc::new();
        checksum.update(&content);
        let length = (data.len() as u32).to_be_bytes();
        [&length[..], &content, &checksum.sum().to_be_bytes()].concat()
    }
}

/// Returns pixels as a PNG file with a text.
pub(crate) fn to_png_with_text(raster: &Raster, text: PngText) -> Vec<u8> {
    let mut file = raster::to_small_png(raster);
    file.splice(HEADER..HEADER, text.chunk());
    file
}

/// Returns whether a PNG file begins with this text.
pub(crate) fn begins_with_text(file: &[u8], text: PngText) -> bool {
    file.starts_with(b"\x89PNG\r\n\x1a\n")
        && file
            .get(HEADER..)
            .is_some_and(|rest| rest.starts_with(&text.chunk()))
}
