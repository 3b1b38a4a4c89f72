//! Reads the job file on a separate thread, so that a wait for input can be stopped.

use std::io::{self, Cursor, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use crate::thread_stack;

/// Maximum number of bytes in a block.
const BLOCK_BYTES: usize = 64 * 1024;
/// Number of blocks read ahead.
const BLOCKS_AHEAD: usize = 4;

/// Tells all parts of a batch to stop early: it was interrupted, or it failed.
pub(super) struct StopSignal<'a> {
    interrupted: &'a AtomicBool,
    stopped: AtomicBool,
}

impl<'a> StopSignal<'a> {
    pub(super) fn new(interrupted: &'a AtomicBool) -> StopSignal<'a> {
        StopSignal {
            interrupted,
            stopped: AtomicBool::new(false),
        }
    }

    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Whether the batch is to stop, for any reason.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed) || self.is_interrupted()
    }
}

/// Bytes of a job file.
pub(super) struct Input<'a> {
    source: Source,
    block: Cursor<Vec<u8>>,
    stop: &'a StopSignal<'a>,
}

enum Source {
    Thread(Receiver<io::Result<Vec<u8>>>),
    /// No thread can be started. An interrupted batch then waits for its input.
    Direct(Box<dyn Read + Send>),
}

impl<'a> Input<'a> {
    /// Begins to read. If the batch stops early, the thread is left behind: it may wait forever.
    pub(super) fn new(file: Box<dyn Read + Send>, stop: &'a StopSignal<'a>) -> Input<'a> {
        let (blocks_sender, blocks) = mpsc::sync_channel(BLOCKS_AHEAD);
        let (file_sender, files) = mpsc::channel();
        let thread = thread_stack::builder()
            .name("job file".to_owned())
            .spawn(move || {
                if let Ok(file) = files.recv() {
                    send_blocks(file, &blocks_sender);
                }
            });
        let source = match thread {
            Ok(_) => match file_sender.send(file) {
                Ok(()) => Source::Thread(blocks),
                Err(mpsc::SendError(file)) => Source::Direct(file),
            },
            Err(_) => Source::Direct(file),
        };
        Input {
            source,
            block: Cursor::default(),
            stop,
        }
    }
}

/// Sends blocks until the file ends or fails, or nobody receives them.
fn send_blocks(mut file: Box<dyn Read + Send>, blocks: &SyncSender<io::Result<Vec<u8>>>) {
    loop {
        let block = read_block(&mut file);
        let is_last = !matches!(&block, Ok(block) if !block.is_empty());
        if blocks.send(block).is_err() || is_last {
            return;
        }
    }
}

/// Reads the bytes available now; none at the end of the file.
fn read_block(file: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        match file.read(&mut block) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(length) => {
                block.truncate(length);
                return Ok(block);
            }
        }
    }
}

impl Read for Input<'_> {
    /// Waits for the next bytes. Fails if the batch stops meanwhile.
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.block.read(bytes)?;
            if read > 0 {
                return Ok(read);
            }
            if self.stop.is_stopped() {
                return Err(io::Error::other("the batch was stopped"));
            }
            let block = match &mut self.source {
                Source::Direct(file) => read_block(file)?,
                Source::Thread(blocks) => match blocks.recv_timeout(Duration::from_millis(100)) {
                    Ok(block) => block?,
                    Err(RecvTimeoutError::Timeout) => continue,
                    Err(RecvTimeoutError::Disconnected) => Vec::new(),
                },
            };
            if block.is_empty() {
                return Ok(0);
            }
            self.block = Cursor::new(block);
        }
    }
}
