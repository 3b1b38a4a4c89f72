//! Compression of streams (ISO 32000-1, 7.4.4), in zlib's format.

use std::collections::VecDeque;

use flate2::{Compress, Compression, FlushCompress, Status};

/// Compresses one stream after the other in the same memory.
#[derive(Default)]
pub(super) struct Compressor {
    compress: Option<Compress>,
    /// Data compressed lately, and the results; the oldest first.
    recent: VecDeque<(Vec<u8>, Vec<u8>)>,
}

/// Streams that are remembered.
const MAX_RECENT: usize = 16;
/// Longest stream that is remembered, in bytes.
const MAX_LENGTH: usize = 200_000;

impl Compressor {
    pub(super) fn compress(&mut self, data: &[u8]) -> Vec<u8> {
        let compress = self
            .compress
            .get_or_insert_with(|| Compress::new(Compression::default(), true));
        compress.reset();
        let mut compressed = Vec::with_capacity(data.len() / 2 + 64);
        loop {
            let rest = &data[compress.total_in() as usize..];
            let status = compress.compress_vec(rest, &mut compressed, FlushCompress::Finish);
            match status.expect("deflate takes any bytes") {
                Status::StreamEnd => return compressed,
                Status::Ok | Status::BufError => compressed.reserve(compressed.capacity()),
            }
        }
    }

    /// Compresses data that the next leaflet often has, too.
    ///
    /// Leaflets of one kind have the same tags, and so the same object stream. Compressing it takes
    /// a third of the time for a row of a batch. The last few are remembered.
    pub(super) fn compress_recurring(&mut self, data: Vec<u8>) -> Vec<u8> {
        let known = self.recent.iter().find(|(known, _)| *known == data);
        if let Some((_, compressed)) = known {
            return compressed.clone();
        }
        let compressed = self.compress(&data);
        if data.len() <= MAX_LENGTH {
            if self.recent.len() == MAX_RECENT {
                self.recent.pop_front();
            }
            self.recent.push_back((data, compressed.clone()));
        }
        compressed
    }
}
