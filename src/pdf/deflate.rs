//! Compression of streams (ISO 32000-1, 7.4.4): zlib's format.

use std::collections::VecDeque;
use std::sync::Arc;

use flate2::{Compress, Compression, FlushCompress, Status};

/// Compresses one stream after the other in the same memory. One for many files remembers what it compressed
/// lately: files that are alike have streams that are the same.
pub(super) struct Deflater {
    level: Compression,
    /// The base 2 logarithm of how far back in the data it looks.
    window: u8,
    /// Made when it is needed: it is large.
    compress: Option<Compress>,
    /// Whether it serves many files.
    remembers: bool,
    /// The oldest first.
    recent: VecDeque<Compressed>,
    /// Bytes in `recent`.
    remembered: usize,
}

/// Data and what it became.
struct Compressed {
    data: Box<[u8]>,
    deflated: Arc<[u8]>,
}

/// A deflater remembers about as many bytes: the streams of some leaflets.
const REMEMBERED: usize = 2_000_000;

impl Deflater {
    /// For one file.
    pub fn new() -> Deflater {
        // A leaflet at level 3 is 2 % larger and made 2 % sooner. What one leaflet compresses is seldom longer than
        // 16 KB, and to look no further back takes less memory.
        Deflater::of_level(5, 14)
    }

    /// For one file after the other.
    pub fn for_many() -> Deflater {
        Deflater {
            remembers: true,
            ..Deflater::new()
        }
    }

    /// For the many elements of a bundle, of which most are like those of the leaflet before.
    pub fn thorough() -> Deflater {
        Deflater::of_level(7, 15)
    }

    fn of_level(level: u32, window: u8) -> Deflater {
        let level = Compression::new(level);
        Deflater {
            level,
            window,
            compress: None,
            remembers: false,
            recent: VecDeque::new(),
            remembered: 0,
        }
    }

    /// Compresses data, or gives what the same data became before.
    pub fn deflate_again(&mut self, data: &[u8]) -> Arc<[u8]> {
        if let Some(place) = self.recent.iter().position(|known| *known.data == *data)
            && let Some(known) = self.recent.remove(place)
        {
            let deflated = Arc::clone(&known.deflated);
            self.recent.push_back(known);
            return deflated;
        }
        let deflated: Arc<[u8]> = self.deflate(data).into();
        if !self.remembers || data.len() > REMEMBERED / 8 {
            return deflated;
        }
        self.remembered += data.len() + deflated.len();
        self.recent.push_back(Compressed {
            data: data.into(),
            deflated: Arc::clone(&deflated),
        });
        while self.remembered > REMEMBERED
            && let Some(oldest) = self.recent.pop_front()
        {
            self.remembered -= oldest.data.len() + oldest.deflated.len();
        }
        deflated
    }

    /// Compresses data.
    pub fn deflate(&mut self, data: &[u8]) -> Vec<u8> {
        let mut deflated = Vec::with_capacity(data.len() / 2 + 64);
        take(self.compress(), data, FlushCompress::Finish, &mut deflated);
        deflated
    }

    /// What compresses, as if it had compressed nothing before.
    fn compress(&mut self) -> &mut Compress {
        match &mut self.compress {
            Some(compress) => compress.reset(),
            none => {
                *none = Some(Compress::new_with_window_bits(
                    self.level,
                    true,
                    self.window,
                ))
            }
        }
        self.compress.as_mut().expect("made if it was not there")
    }

    /// Compresses rows as they come; they may be more than memory should hold.
    pub fn deflate_rows<const N: usize>(&mut self, rows: impl Iterator<Item = [u8; N]>) -> Vec<u8> {
        const CHUNK: usize = 1 << 16;
        let mut deflated = Vec::new();
        let mut chunk = Vec::with_capacity(CHUNK + N);
        let compress = self.compress();
        for row in rows {
            chunk.extend(row);
            if chunk.len() >= CHUNK {
                take(compress, &chunk, FlushCompress::None, &mut deflated);
                chunk.clear();
            }
        }
        take(compress, &chunk, FlushCompress::Finish, &mut deflated);
        deflated
    }
}

/// Compresses all of some data.
fn take(compress: &mut Compress, data: &[u8], flush: FlushCompress, deflated: &mut Vec<u8>) {
    let start = compress.total_in();
    loop {
        let read = (compress.total_in() - start) as usize;
        deflated.reserve(data.len() / 2 + 64);
        let status = compress
            .compress_vec(&data[read..], deflated, flush)
            .expect("deflate takes all bytes");
        let taken = (compress.total_in() - start) as usize == data.len();
        let done = match flush {
            FlushCompress::Finish => status == Status::StreamEnd,
            _ => taken && deflated.len() < deflated.capacity(),
        };
        if done {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn deflates_what_does_not_compress() {
        let noise: Vec<u8> = (0..5000u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        let mut deflater = Deflater::new();
        for data in [&noise[..], b"", b"aaaa"] {
            let deflated = deflater.deflate(data);
            let mut inflated = Vec::new();
            io::Read::read_to_end(
                &mut flate2::read::ZlibDecoder::new(&deflated[..]),
                &mut inflated,
            )
            .unwrap();
            assert_eq!(inflated, data);
        }
    }
}
