//! The body of an answer that is a file on disk. It is read in pieces: a file for the printer may be larger than the
//! memory.

use std::fs::File;
use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;

/// A file that is sent.
pub(super) struct FileBody {
    file: File,
    left: u64,
}

impl FileBody {
    /// Sends a file as it is now. Returns its size, too.
    pub(super) fn new(file: File) -> io::Result<(FileBody, u64)> {
        let length = file.metadata()?.len();
        Ok((FileBody { file, left: length }, length))
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let length = usize::try_from(self.left).map_or(PIECE, |left| left.min(PIECE));
        let mut piece = vec![0; length];
        let read = self.file.read_exact(&mut piece);
        self.left = match read {
            Ok(()) => self.left - length as u64,
            Err(_) => 0,
        };
        Poll::Ready(Some(read.map(|()| Frame::data(piece.into()))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
