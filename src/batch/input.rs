//! The bytes of a job file, read on a thread of its own: whoever waits for them can be told to stop.

use std::io::{self, BufRead, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// So many bytes are read at a time, at most.
const BLOCK: usize = 64 * 1024;
/// So many blocks are read ahead.
const AHEAD: usize = 4;

/// Whether a batch is to end before its time: someone interrupted it, or it went wrong.
pub struct Stop<'a> {
    interrupted: &'a AtomicBool,
    stopped: AtomicBool,
}

impl<'a> Stop<'a> {
    /// Not yet, unless it is interrupted already.
    pub fn new(interrupted: &'a AtomicBool) -> Stop<'a> {
        Stop {
            interrupted,
            stopped: AtomicBool::new(false),
        }
    }

    /// Ends it.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether someone interrupted it.
    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Whether it is to end, for whatever reason.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed) || self.is_interrupted()
    }
}

/// The blocks of a job file.
pub struct Input<'a> {
    blocks: Receiver<io::Result<Vec<u8>>>,
    block: Vec<u8>,
    taken: usize,
    is_at_end: bool,
    stop: &'a Stop<'a>,
}

impl<'a> Input<'a> {
    /// Begins to read. The thread that does is left behind where the batch ends before the file: it may wait
    /// for input for ever.
    pub fn new(mut file: Box<dyn Read + Send>, stop: &'a Stop<'a>) -> io::Result<Input<'a>> {
        let (sender, blocks) = mpsc::sync_channel(AHEAD);
        thread::Builder::new()
            .name("job file".to_owned())
            .spawn(move || {
                loop {
                    let mut block = vec![0; BLOCK];
                    let read = match file.read(&mut block) {
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                        read => read,
                    };
                    let is_last = !matches!(read, Ok(length) if length > 0);
                    let block = read.map(|length| {
                        block.truncate(length);
                        block
                    });
                    if sender.send(block).is_err() || is_last {
                        return;
                    }
                }
            })?;
        Ok(Input {
            blocks,
            block: Vec::new(),
            taken: 0,
            is_at_end: false,
            stop,
        })
    }

    /// Whether a whole line has been read already.
    pub fn has_line(&self) -> bool {
        self.block[self.taken..].contains(&b'\n')
    }
}

impl Read for Input<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(bytes)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Input<'_> {
    /// What comes next; an error where the batch is to end before it comes.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.taken == self.block.len() && !self.is_at_end {
            if self.stop.is_stopped() {
                return Err(io::Error::other("the batch was stopped"));
            }
            match self.blocks.recv_timeout(Duration::from_millis(100)) {
                Ok(block) => {
                    (self.block, self.taken) = (block?, 0);
                    self.is_at_end = self.block.is_empty();
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.is_at_end = true,
            }
        }
        Ok(&self.block[self.taken..])
    }

    fn consume(&mut self, count: usize) {
        self.taken += count;
    }
}
