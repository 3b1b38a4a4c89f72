//! Physical lines of a job file, decoded to text.
//!
//! 1. Splits bytes at line feeds. A line longer than [`MAX_ROW_BYTES`] is skipped and reported.
//! 2. Decodes each line as UTF-8, or as Windows-1252 once a line proves not to be UTF-8.
//! 3. Takes lines back, so that a row can be read again in another way.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

use encoding_rs::WINDOWS_1252;

use crate::finding::Finding;

/// Maximum length of a row.
pub(super) const MAX_ROW_BYTES: usize = 1024 * 1024;

#[derive(Debug)]
pub(super) struct Line {
    /// Counts from 1.
    pub(super) number: u64,
    /// Bytes from the start of the file to the end of the line.
    pub(super) end: u64,
    /// Text with its line ending, or the reason why there is none.
    pub(super) text: Result<String, Finding>,
}

pub(super) struct Lines<R> {
    input: R,
    number: u64,
    bytes_read: u64,
    returned: VecDeque<Line>,
    encoding: Encoding,
    /// Whether the file begins with the byte order mark of UTF-16.
    pub(super) is_utf16: bool,
    /// Findings about the whole file.
    pub(super) findings: Vec<Finding>,
}

/// Encoding, as far as the lines so far prove it.
#[derive(Clone, Copy, PartialEq)]
enum Encoding {
    /// Only ASCII so far.
    Unknown,
    Utf8,
    Windows1252,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(mut input: R) -> io::Result<Lines<R>> {
        let mut encoding = Encoding::Unknown;
        let mut bytes_read = 0;
        let start = input.fill_buf()?;
        let is_utf16 = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff");
        if start.starts_with("\u{feff}".as_bytes()) {
            encoding = Encoding::Utf8;
            bytes_read = 3;
            input.consume(3);
        }
        Ok(Lines {
            input,
            number: 0,
            bytes_read,
            returned: VecDeque::new(),
            encoding,
            is_utf16,
            findings: Vec::new(),
        })
    }

    /// Returns the first line that is not blank, trimmed, without consuming it.
    pub(super) fn peek_text(&mut self) -> io::Result<Option<String>> {
        loop {
            let Some(line) = self.next()? else {
                return Ok(None);
            };
            let text = line.text.as_deref().map_or("?", str::trim).to_owned();
            // Blank lines are dropped: there may be very many of them.
            if !text.is_empty() {
                self.give_back([line].into_iter());
                return Ok(Some(text));
            }
        }
    }

    /// Takes lines back, to return them again in the same order.
    pub(super) fn give_back(&mut self, lines: impl DoubleEndedIterator<Item = Line>) {
        for line in lines.rev() {
            self.returned.push_front(line);
        }
    }

    /// Reads the next line; `None` at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.returned.pop_front() {
            return Ok(Some(line));
        }
        // One byte more than a row and its line ending may have.
        let limit = MAX_ROW_BYTES as u64 + 3;
        let mut bytes = Vec::new();
        let mut length = (&mut self.input)
            .take(limit)
            .read_until(b'\n', &mut bytes)?;
        if bytes.len() as u64 == limit && !bytes.ends_with(b"\n") {
            length += self.input.skip_until(b'\n')?;
        }
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.bytes_read += length as u64;
        let text = if bytes.len() > MAX_ROW_BYTES + 2 {
            let limit = MAX_ROW_BYTES / (1024 * 1024);
            Err(
                Finding::error("too-large", format!("the row is longer than {limit} MB"))
                    .help("is this a job file?"),
            )
        } else {
            self.decode(bytes)
        };
        Ok(Some(Line {
            number: self.number,
            end: self.bytes_read,
            text,
        }))
    }

    /// Decodes a line. A file that mixes encodings is an error: a guess could print a wrong name.
    fn decode(&mut self, bytes: Vec<u8>) -> Result<String, Finding> {
        let mixed = |message: &str| {
            invalid_row(message.to_owned())
                .help("export the file again, as CSV with the encoding UTF-8")
        };
        if bytes.is_ascii() {
            return String::from_utf8(bytes).map_err(|_| mixed("the row is not ASCII"));
        }
        match (String::from_utf8(bytes), self.encoding) {
            (Ok(_), Encoding::Windows1252) => Err(mixed(
                "the row is UTF-8, and rows before it are Windows-1252",
            )),
            (Ok(text), _) => {
                self.encoding = Encoding::Utf8;
                Ok(text)
            }
            (Err(_), Encoding::Utf8) => Err(mixed(
                "the row is Windows-1252, and rows before it are UTF-8",
            )),
            (Err(error), known) => {
                if known == Encoding::Unknown {
                    self.encoding = Encoding::Windows1252;
                    self.findings.push(
                        Finding::warning(
                            "legacy-encoding",
                            "the job file is not UTF-8: it is read as Windows-1252",
                        )
                        .in_line(self.number)
                        .help("look at a name with an accent, or export the file as CSV with the encoding UTF-8"),
                    );
                }
                Ok(WINDOWS_1252
                    .decode_without_bom_handling(error.as_bytes())
                    .0
                    .into_owned())
            }
        }
    }
}

/// An error about the shape of a row.
pub(super) fn invalid_row(message: impl Into<String>) -> Finding {
    Finding::error("invalid-row", message)
}
