//! Physical lines of a job file, decoded to text.
//!
//! 1. Splits bytes at line feeds. A line longer than [`MAX_ROW_BYTES`] is skipped and reported.
//! 2. Decodes each line as UTF-8, or as Windows-1252 once a line proves not to be UTF-8. A file in UTF-16
//!    has a byte order mark, or zero bytes in its first characters.
//! 3. Takes lines back, so that a row can be read again in another way.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::finding::Finding;

/// Maximum length of a row.
pub(super) const MAX_ROW_BYTES: usize = 1024 * 1024;

#[derive(Clone, Debug)]
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
    Utf16(ByteOrder),
}

#[derive(Clone, Copy, PartialEq)]
enum ByteOrder {
    /// Low byte first.
    Little,
    Big,
}

/// Returns the encoding that the first bytes prove, and the length of the byte order mark.
fn encoding_of(start: &[u8]) -> (Encoding, usize) {
    match start {
        [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
        [0xff, 0xfe, ..] => (Encoding::Utf16(ByteOrder::Little), 2),
        [0xfe, 0xff, ..] => (Encoding::Utf16(ByteOrder::Big), 2),
        // Two ASCII characters.
        [1..=0x7f, 0, 1..=0x7f, 0, ..] => (Encoding::Utf16(ByteOrder::Little), 0),
        [0, 1..=0x7f, 0, 1..=0x7f, ..] => (Encoding::Utf16(ByteOrder::Big), 0),
        _ => (Encoding::Unknown, 0),
    }
}

impl<R: BufRead> Lines<R> {
    /// `start` is a copy of the first bytes of the input.
    pub(super) fn new(mut input: R, start: &[u8]) -> io::Result<Lines<R>> {
        let (encoding, mark) = encoding_of(start);
        input.read_exact(&mut vec![0; mark])?;
        Ok(Lines {
            input,
            number: 0,
            bytes_read: mark as u64,
            returned: VecDeque::new(),
            encoding,
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
        let length = match self.encoding {
            Encoding::Utf16(order) => self.read_utf16_line(order, limit, &mut bytes)?,
            _ => {
                let mut length = (&mut self.input)
                    .take(limit)
                    .read_until(b'\n', &mut bytes)?;
                if bytes.len() as u64 == limit && !bytes.ends_with(b"\n") {
                    length += self.input.skip_until(b'\n')?;
                }
                length
            }
        };
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

    /// Reads up to a line feed in UTF-16. Keeps about `limit` bytes of a longer line.
    fn read_utf16_line(
        &mut self,
        order: ByteOrder,
        limit: u64,
        bytes: &mut Vec<u8>,
    ) -> io::Result<usize> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut length = 0;
        let mut unit = [0; 2];
        loop {
            // Most of a line is in the buffer of the input.
            match read_up_to(&mut self.input, &mut unit)? {
                0 => return Ok(length),
                read => {
                    length += read;
                    if bytes.len() < limit {
                        bytes.extend_from_slice(&unit[..read]);
                    }
                    let is_line_feed = match order {
                        ByteOrder::Little => unit == [b'\n', 0],
                        ByteOrder::Big => unit == [0, b'\n'],
                    };
                    if read == 2 && is_line_feed {
                        return Ok(length);
                    }
                }
            }
        }
    }

    /// Decodes a line. A file that mixes encodings is an error: a guess could print a wrong name.
    fn decode(&mut self, bytes: Vec<u8>) -> Result<String, Finding> {
        let mixed = |message: &str| {
            invalid_row(message.to_owned())
                .help("export the file again, as CSV with the encoding UTF-8")
        };
        if let Encoding::Utf16(order) = self.encoding {
            let encoding = match order {
                ByteOrder::Little => UTF_16LE,
                ByteOrder::Big => UTF_16BE,
            };
            return encoding
                .decode_without_bom_handling_and_without_replacement(&bytes)
                .map(Cow::into_owned)
                .ok_or_else(|| mixed("the row is not UTF-16, as the file is"));
        }
        if bytes.is_ascii() {
            return String::from_utf8(bytes).map_err(|_| mixed("the row is not ASCII"));
        }
        match (String::from_utf8(bytes), self.encoding) {
            (Ok(_), Encoding::Windows1252) => Err(mixed(
                "the row is UTF-8, and rows before it are not: the file mixes encodings",
            )),
            (Ok(text), _) => {
                self.encoding = Encoding::Utf8;
                Ok(text)
            }
            (Err(_), Encoding::Utf8) => Err(mixed(
                "the row is not UTF-8, and rows before it are: the file mixes encodings",
            )),
            (Err(error), known) => {
                if known == Encoding::Unknown {
                    self.encoding = Encoding::Windows1252;
                    self.findings.push(
                        Finding::warning(
                            "legacy-encoding",
                            "a line of the job file is not UTF-8: the file is read as Windows-1252",
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

/// Fills `bytes`, or as much of it as the input has.
fn read_up_to(input: &mut impl BufRead, bytes: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < bytes.len() {
        let available = input.fill_buf()?;
        if available.is_empty() {
            break;
        }
        let read = available.len().min(bytes.len() - length);
        bytes[length..length + read].copy_from_slice(&available[..read]);
        input.consume(read);
        length += read;
    }
    Ok(length)
}

/// An error about the shape of a row.
pub(super) fn invalid_row(message: impl Into<String>) -> Finding {
    Finding::error("invalid-row", message)
}
