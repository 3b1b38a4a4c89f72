//! Compression of streams (ISO 32000-1, 7.4.4), in zlib's format.

use flate2::{Compress, Compression, FlushCompress, Status};

/// Compresses one stream after the other in the same memory.
#[derive(Default)]
pub(super) struct Compressor(Option<Compress>);

impl Compressor {
    pub(super) fn compress(&mut self, data: &[u8]) -> Vec<u8> {
        let compress = self
            .0
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
}
