//! Writes a PDF file one object at a time.
//!
//! A file is a series of numbered objects and a table of their positions (ISO 32000-1, 7.5).
//!
//! 1. Streams – page contents, fonts, pictures – are written at once.
//! 2. All other objects are collected into compressed object streams (7.5.7).
//! 3. The table is a compressed cross-reference stream at the end (7.5.8).
//!
//! Only the table and one object stream stay in memory, even for a bundle of ten thousand leaflets.
//! `lopdf` can serialise a document too, but it needs the whole document at once and clones it.

use std::io;

use lopdf::{Dictionary, Object, ObjectId, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use super::compress::Compressor;

/// Largest number of objects in a PDF/A-2 file (ISO 19005-2, 6.1.13).
pub(super) const MAX_OBJECTS: usize = 8_388_607;

/// Objects per object stream. A reader unpacks a whole stream for one object.
const OBJECT_STREAM_SIZE: usize = 3000;

/// The four bytes above 127 mark the file as binary.
const HEADER: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";

/// Position of an object, packed into eight bytes because a bundle has millions of objects.
#[derive(Clone, Copy)]
struct XrefEntry(u64);

impl XrefEntry {
    const UNUSED: XrefEntry = XrefEntry(0);

    fn at(position: u64) -> XrefEntry {
        XrefEntry(1 << 62 | position)
    }

    fn in_stream(stream: ObjectId, index: usize) -> XrefEntry {
        XrefEntry(2 << 62 | u64::from(stream.0) << 16 | index as u64)
    }

    fn is_in_stream(self) -> bool {
        self.0 >> 62 == 2
    }

    /// Row of the cross-reference stream: type, position, index (7.5.8.3).
    fn row(self) -> [u8; ROW] {
        let (kind, position, index) = match self.0 >> 62 {
            0 => (0, 0, 0xffff),
            1 => (1, self.0 & !(3 << 62), 0),
            _ => (2, self.0 >> 16 & 0xffff_ffff, self.0 as u16),
        };
        let [.., a, b, c, d, e] = position.to_be_bytes();
        let [f, g] = index.to_be_bytes();
        [kind, a, b, c, d, e, f, g]
    }
}

/// Bytes per row of the cross-reference stream.
const ROW: usize = 8;

/// Objects for the next object stream.
#[derive(Default)]
struct ObjectStream {
    /// Object numbers, and the offset of each body.
    index: Vec<(u32, usize)>,
    bodies: Vec<u8>,
}

/// Writes the objects of a file.
pub(super) struct ObjectWriter<W> {
    out: W,
    position: u64,
    /// Running hash of the bytes written; also gives the file its identifier.
    hash: Sha256,
    /// Indexed by object number; number 0 is never used.
    entries: Vec<XrefEntry>,
    open: ObjectStream,
    recording: Option<Recording>,
    compressor: Compressor,
}

/// Roots of a file, named in its trailer.
#[derive(Clone, Copy)]
pub(super) struct Trailer {
    pub catalog: ObjectId,
    pub information: ObjectId,
}

#[derive(Default)]
struct Recording {
    bytes: Vec<u8>,
    /// Object numbers of streams, and the offset of each in `bytes`.
    streams: Vec<(u32, usize)>,
}

/// Objects of one file that another file can repeat with the same numbers.
pub(super) struct RecordedObjects {
    recording: Recording,
    /// Entries of all objects in object streams.
    packed: Vec<(u32, XrefEntry)>,
    /// Number after the last object.
    end: usize,
    trailer: Trailer,
}

/// A finished file.
pub(super) struct Finished<W> {
    pub out: W,
    /// SHA-256 of all bytes.
    pub sha256: [u8; 32],
    pub compressor: Compressor,
}

impl<W: io::Write> ObjectWriter<W> {
    pub(super) fn new(out: W, compressor: Compressor) -> io::Result<ObjectWriter<W>> {
        let mut writer = ObjectWriter {
            out,
            position: 0,
            hash: Sha256::new(),
            entries: vec![XrefEntry::UNUSED],
            open: ObjectStream::default(),
            recording: None,
            compressor,
        };
        writer.put(HEADER)?;
        Ok(writer)
    }

    /// Reserves the number of an object that is written later.
    pub(super) fn reserve(&mut self) -> ObjectId {
        (self.reserve_many(1), 0)
    }

    /// Reserves consecutive numbers and returns the first.
    pub(super) fn reserve_many(&mut self, count: usize) -> u32 {
        let first = self.entries.len() as u32;
        self.entries
            .resize(self.entries.len() + count, XrefEntry::UNUSED);
        first
    }

    /// Returns how many object numbers are left.
    pub(super) fn numbers_left(&self) -> usize {
        MAX_OBJECTS.saturating_sub(self.entries.len())
    }

    /// Adds an object and returns its number.
    pub(super) fn add(&mut self, object: impl Into<Object>) -> io::Result<ObjectId> {
        let id = self.reserve();
        self.object(id, object)?;
        Ok(id)
    }

    /// Writes an object that is not a stream.
    pub(super) fn object(&mut self, id: ObjectId, object: impl Into<Object>) -> io::Result<()> {
        self.shifted_object(id, &object.into(), 0)
    }

    /// Writes an object that is not a stream and adds `shift` to the numbers it refers to.
    pub(super) fn shifted_object(
        &mut self,
        id: ObjectId,
        object: &Object,
        shift: u32,
    ) -> io::Result<()> {
        self.open.index.push((id.0, self.open.bodies.len()));
        serialize(&mut self.open.bodies, object, shift);
        self.open.bodies.push(b'\n');
        if self.open.index.len() == OBJECT_STREAM_SIZE {
            self.close_object_stream()?;
        }
        Ok(())
    }

    /// Adds a stream and returns its number. The data is encoded as the dictionary declares.
    pub(super) fn add_stream(
        &mut self,
        dictionary: Dictionary,
        data: &[u8],
    ) -> io::Result<ObjectId> {
        let id = self.reserve();
        self.shifted_stream(id, &dictionary, data, 0)?;
        Ok(id)
    }

    /// Adds a compressed content stream and returns its number.
    pub(super) fn add_content(&mut self, compressed: &[u8]) -> io::Result<ObjectId> {
        self.add_stream(dictionary! { "Filter" => "FlateDecode" }, compressed)
    }

    /// Compresses data, adds it as a stream and returns its number.
    pub(super) fn add_compressed(
        &mut self,
        mut dictionary: Dictionary,
        data: &[u8],
    ) -> io::Result<ObjectId> {
        dictionary.set("Filter", "FlateDecode");
        let compressed = self.compressor.compress(data);
        self.add_stream(dictionary, &compressed)
    }

    /// Writes a stream and adds `shift` to the numbers that its dictionary refers to.
    pub(super) fn shifted_stream(
        &mut self,
        id: ObjectId,
        dictionary: &Dictionary,
        data: &[u8],
        shift: u32,
    ) -> io::Result<()> {
        let mut head = format!("{} 0 obj\n", id.0).into_bytes();
        let mut dictionary = dictionary.clone();
        dictionary.set("Length", data.len() as i64);
        serialize(&mut head, &dictionary.into(), shift);
        head.extend(b"\nstream\n");
        self.entries[id.0 as usize] = XrefEntry::at(self.position);
        if let Some(recording) = &mut self.recording {
            recording.streams.push((id.0, recording.bytes.len()));
        }
        self.put(&head)?;
        self.put(data)?;
        self.put(b"\nendstream\nendobj\n")
    }

    /// Starts to record the objects that follow.
    pub(super) fn record(&mut self) {
        self.recording = Some(Recording::default());
    }

    /// Closes the object stream and returns the recorded objects. Only the trailer may follow.
    pub(super) fn recorded(&mut self, trailer: Trailer) -> io::Result<RecordedObjects> {
        self.close_object_stream()?;
        let is_packed = |(_, entry): &(u32, XrefEntry)| entry.is_in_stream();
        let entries = (0..).zip(self.entries.iter().copied());
        Ok(RecordedObjects {
            recording: self.recording.take().unwrap_or_default(),
            packed: entries.filter(is_packed).collect(),
            end: self.entries.len(),
            trailer,
        })
    }

    /// Writes objects that were recorded in a file with the same objects up to here.
    pub(super) fn replay(&mut self, recorded: &RecordedObjects) -> io::Result<Trailer> {
        // The recorded object stream also contains the objects that are open here.
        self.open = ObjectStream::default();
        self.entries.resize(recorded.end, XrefEntry::UNUSED);
        for &(number, entry) in &recorded.packed {
            self.entries[number as usize] = entry;
        }
        for &(number, start) in &recorded.recording.streams {
            self.entries[number as usize] = XrefEntry::at(self.position + start as u64);
        }
        self.put(&recorded.recording.bytes)?;
        Ok(recorded.trailer)
    }

    /// Returns the sink.
    pub(super) fn sink(&self) -> &W {
        &self.out
    }

    /// Returns the sink with an incomplete file in it.
    pub(super) fn abandon(self) -> W {
        self.out
    }

    /// Writes the remaining objects, the cross-reference stream and the end of the file.
    ///
    /// The file identifier (14.4) is a hash of the content: equal content has equal identifiers.
    pub(super) fn finish(mut self, trailer: Trailer) -> io::Result<Finished<W>> {
        self.close_object_stream()?;
        let start = self.position;
        let table = self.reserve();
        self.entries[table.0 as usize] = XrefEntry::at(start);
        let digest = self.hash.clone().finalize()[..16].to_vec();
        let identifier = Object::String(digest, StringFormat::Hexadecimal);
        let dictionary = dictionary! {
            "Type" => "XRef",
            "W" => vec![1.into(), 5.into(), 2.into()],
            "Size" => self.entries.len() as i64,
            "DecodeParms" => dictionary! { "Predictor" => 12, "Columns" => ROW as i64 },
            "Filter" => "FlateDecode",
            "Root" => trailer.catalog,
            "Info" => trailer.information,
            "ID" => vec![identifier.clone(), identifier],
        };
        let rows = self.compressor.compress(&predicted_rows(&self.entries));
        self.shifted_stream(table, &dictionary, &rows, 0)?;
        self.put(format!("startxref\n{start}\n%%EOF\n").as_bytes())?;
        Ok(Finished {
            out: self.out,
            sha256: self.hash.finalize().into(),
            compressor: self.compressor,
        })
    }

    fn close_object_stream(&mut self) -> io::Result<()> {
        let ObjectStream { index, bodies } = std::mem::take(&mut self.open);
        if index.is_empty() {
            return Ok(());
        }
        let stream = self.reserve();
        let mut data = String::new();
        for (place, (number, start)) in index.iter().enumerate() {
            data += &format!("{number} {start} ");
            self.entries[*number as usize] = XrefEntry::in_stream(stream, place);
        }
        let mut data = data.into_bytes();
        let dictionary = dictionary! {
            "Type" => "ObjStm",
            "N" => index.len() as i64,
            "First" => data.len() as i64,
            "Filter" => "FlateDecode",
        };
        data.extend(bodies);
        let compressed = self.compressor.compress(&data);
        self.shifted_stream(stream, &dictionary, &compressed, 0)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        if let Some(recording) = &mut self.recording {
            recording.bytes.extend(bytes);
        }
        self.position += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

/// Rows of the cross-reference stream, each as its difference from the row above (PNG's `Up`
/// predictor). Rising numbers compress well that way.
fn predicted_rows(entries: &[XrefEntry]) -> Vec<u8> {
    let mut rows = Vec::with_capacity(entries.len() * (ROW + 1));
    let mut above = [0u8; ROW];
    for entry in entries {
        let row = entry.row();
        rows.push(2);
        rows.extend(
            row.iter()
                .zip(above)
                .map(|(byte, above)| byte.wrapping_sub(above)),
        );
        above = row;
    }
    rows
}

/// Appends an object in PDF syntax (7.3); `shift` is added to the numbers that it refers to.
pub(super) fn serialize(out: &mut Vec<u8>, object: &Object, shift: u32) {
    match object {
        Object::Null => out.extend(b"null"),
        Object::Boolean(value) => out.extend(if *value { &b"true"[..] } else { b"false" }),
        Object::Integer(value) => serialize_integer(out, *value),
        Object::Real(value) => {
            io::Write::write_fmt(out, format_args!("{value}")).expect("a vector takes all bytes");
        }
        Object::Name(name) => serialize_name(out, name),
        // Hexadecimal strings are twice as long.
        Object::String(bytes, _) => serialize_literal(out, bytes),
        Object::Array(values) => {
            out.push(b'[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 && !is_delimited(value) {
                    out.push(b' ');
                }
                serialize(out, value, shift);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => {
            out.extend(b"<<");
            for (key, value) in dictionary {
                serialize_name(out, key);
                if !is_delimited(value) {
                    out.push(b' ');
                }
                serialize(out, value, shift);
            }
            out.extend(b">>");
        }
        Object::Reference((number, generation)) => {
            serialize_integer(out, i64::from(number + shift));
            out.push(b' ');
            serialize_integer(out, i64::from(*generation));
            out.extend(b" R");
        }
        Object::Stream(_) => unreachable!("streams are written by themselves (7.3.8.1)"),
    }
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Returns whether an object begins with a delimiter, so that no space is needed before it (7.2.2).
fn is_delimited(object: &Object) -> bool {
    matches!(
        object,
        Object::Name(_) | Object::String(..) | Object::Array(_) | Object::Dictionary(_)
    )
}

fn serialize_integer(out: &mut Vec<u8>, value: i64) {
    out.extend(itoa::Buffer::new().format(value).as_bytes());
}

fn serialize_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for &byte in name {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(&byte) {
            out.push(byte);
        } else {
            out.extend([
                b'#',
                HEX[usize::from(byte >> 4)],
                HEX[usize::from(byte & 15)],
            ]);
        }
    }
}

/// A bare carriage return would be read as a line feed, so line ends are escaped.
fn serialize_literal(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'(');
    for &byte in bytes {
        match byte {
            b'(' | b')' | b'\\' => out.extend([b'\\', byte]),
            b'\r' => out.extend(b"\\r"),
            b'\n' => out.extend(b"\\n"),
            _ => out.push(byte),
        }
    }
    out.push(b')');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serialized(object: impl Into<Object>) -> String {
        let mut out = Vec::new();
        serialize(&mut out, &object.into(), 0);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn escapes_strings_and_names() {
        let string = Object::string_literal("(a\\b)\r\n");
        assert_eq!(serialized(string), "(\\(a\\\\b\\)\\r\\n)");
        assert_eq!(serialized("A B#/é"), "/A#20B#23#2F#C3#A9");
        let mut out = Vec::new();
        serialize(&mut out, &lopdf::text_string("å("), 0);
        assert_eq!(out, b"(\xfe\xff\x00\xe5\x00\\()");
    }

    #[test]
    fn separates_values_only_where_needed() {
        let dictionary = dictionary! {
            "A" => 1,
            "B" => "N",
            "C" => vec![1.into(), Object::Real(0.5), "N".into(), (3, 0).into(), true.into()],
        };
        assert_eq!(serialized(dictionary), "<</A 1/B/N/C[1 0.5/N 3 0 R true]>>");
    }

    #[test]
    fn shift_moves_references_at_any_depth() {
        let mut out = Vec::new();
        let object = dictionary! { "A" => vec![Object::Reference((3, 0))] };
        serialize(&mut out, &object.into(), 40);
        assert_eq!(out, b"<</A[43 0 R]>>");
    }

    #[test]
    fn fills_several_object_streams() {
        let mut writer = ObjectWriter::new(Vec::new(), Compressor::default()).unwrap();
        let count = 2 * OBJECT_STREAM_SIZE as u32 + 500;
        let first = writer.reserve_many(count as usize);
        for number in 0..count {
            writer.object((first + number, 0), number).unwrap();
        }
        let catalog = writer.add(dictionary! { "Type" => "Catalog" }).unwrap();
        let trailer = Trailer {
            catalog,
            information: (first, 0),
        };
        let bytes = writer.finish(trailer).unwrap().out;
        let document = lopdf::Document::load_mem(&bytes).unwrap();
        for number in [0, 2999, 3000, count - 1] {
            let object = document.get_object((first + number, 0)).unwrap();
            assert_eq!(object.as_i64().unwrap(), i64::from(number));
        }
    }
}
