//! PDF syntax, and the file around it: objects in, bytes out, as they come.
//!
//! A PDF file is a series of numbered objects and a table of where each one stands (ISO 32000-1,
//! 7.5). Streams – page contents, fonts, pictures – are written where they are; all other objects
//! are packed together into compressed object streams, and the table is a compressed stream too
//! (7.5.7 and 7.5.8). Nothing but the table and the pack that is being filled stays in memory, so a
//! file may hold ten thousand leaflets.
//!
//! What many files begin with is written once as a [`Beginning`] and copied.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use sha2::{Digest, Sha256};

use super::deflate::Deflater;

/// The number of an indirect object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ref(pub u32);

impl Ref {
    /// The object `places` numbers on.
    pub fn plus(self, places: usize) -> Ref {
        Ref(self.0 + places as u32)
    }
}

/// Bytes in PDF syntax (ISO 32000-1, 7.2 and 7.3), as short as they can be.
#[derive(Default)]
pub(super) struct Syntax(pub Vec<u8>);

impl Syntax {
    /// Text that is PDF syntax already.
    pub fn raw(&mut self, syntax: &str) -> &mut Syntax {
        self.0.extend_from_slice(syntax.as_bytes());
        self
    }

    /// A whole number.
    pub fn integer(&mut self, value: i64) -> &mut Syntax {
        if value < 0 {
            self.0.push(b'-');
        }
        let magnitude = value.unsigned_abs();
        // Most are short.
        if magnitude < 10 {
            self.0.push(b'0' + magnitude as u8);
            return self;
        }
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut rest = magnitude;
        while rest != 0 {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        self.0.extend_from_slice(&digits[at..]);
        self
    }

    /// A number given in hundredths.
    pub fn hundredths(&mut self, value: i64) -> &mut Syntax {
        self.decimal(value, 100)
    }

    /// A number given in thousandths.
    pub fn thousandths(&mut self, value: i64) -> &mut Syntax {
        self.decimal(value, 1000)
    }

    fn decimal(&mut self, value: i64, scale: u64) -> &mut Syntax {
        let magnitude = value.unsigned_abs();
        let (whole, mut fraction) = (magnitude / scale, magnitude % scale);
        if value < 0 {
            self.0.push(b'-');
        }
        if whole != 0 || fraction == 0 {
            self.integer(whole as i64);
        }
        if fraction != 0 {
            self.0.push(b'.');
            let mut place = scale / 10;
            while fraction != 0 {
                self.0.push(b'0' + (fraction / place) as u8);
                fraction %= place;
                place = (place / 10).max(1);
            }
        }
        self
    }

    /// A reference to an object.
    pub fn reference(&mut self, object: Ref) -> &mut Syntax {
        self.integer(i64::from(object.0)).raw(" 0 R")
    }

    /// A name.
    pub fn name(&mut self, name: &[u8]) -> &mut Syntax {
        self.0.push(b'/');
        for &byte in name {
            if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(&byte) {
                self.0.push(byte);
            } else {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                self.0.extend([
                    b'#',
                    HEX[usize::from(byte >> 4)],
                    HEX[usize::from(byte & 15)],
                ]);
            }
        }
        self
    }

    /// A string of bytes.
    pub fn bytes(&mut self, bytes: impl IntoIterator<Item = u8>) -> &mut Syntax {
        self.0.push(b'(');
        for byte in bytes {
            self.string_byte(byte);
        }
        self.0.push(b')');
        self
    }

    /// A byte within a literal string. A bare carriage return would be read as a line feed, and Ghostscript 10.0
    /// reads two bare line feeds as one.
    pub fn string_byte(&mut self, byte: u8) {
        match byte {
            b'(' | b')' | b'\\' => self.0.extend([b'\\', byte]),
            b'\r' => self.0.extend(*b"\\r"),
            b'\n' => self.0.extend(*b"\\n"),
            _ => self.0.push(byte),
        }
    }

    /// A text string (7.9.2.2): ASCII as it is, all else as UTF-16 with a byte order mark.
    pub fn text(&mut self, text: &str) -> &mut Syntax {
        if text.is_ascii() {
            self.bytes(text.bytes())
        } else {
            self.utf16(text)
        }
    }

    /// A text string in UTF-16 whatever it says.
    pub fn utf16(&mut self, text: &str) -> &mut Syntax {
        self.bytes(
            [0xfe, 0xff]
                .into_iter()
                .chain(text.encode_utf16().flat_map(u16::to_be_bytes)),
        )
    }
}

/// Where an object stands, in eight bytes: a file of ten thousand leaflets has millions of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry(u64);

impl Entry {
    /// Nowhere yet.
    const RESERVED: Entry = Entry(0);

    /// At this byte.
    fn at(position: u64) -> Entry {
        Entry(1 << 62 | position)
    }

    /// In an object stream, at this place in it.
    fn packed(stream: Ref, place: u16) -> Entry {
        Entry(2 << 62 | u64::from(stream.0) << 16 | u64::from(place))
    }

    /// Kind, place and place within, as the table of objects has them (7.5.8.3).
    fn row(self) -> [u8; ROW] {
        let (kind, place, within) = match self.0 >> 62 {
            0 => (0, 0, 0xffff),
            1 => (1, self.0 & !(3 << 62), 0),
            _ => (2, self.0 >> 16 & 0xffff_ffff, self.0 as u16),
        };
        let [.., a, b, c, d, e] = place.to_be_bytes();
        let [f, g] = within.to_be_bytes();
        [kind, a, b, c, d, e, f, g]
    }
}

/// Bytes of a row in the table of objects.
const ROW: usize = 8;

/// Objects on their way into an object stream.
#[derive(Default)]
struct Pack {
    /// The stream's own number, once anything is in it.
    stream: Option<Ref>,
    objects: Vec<Packed>,
    bodies: Syntax,
}

/// An object in a pack.
struct Packed {
    number: Ref,
    /// Of the part that it belongs to.
    part: Ref,
    /// Its bytes in the pack's bodies.
    body: Range<usize>,
}

/// A file being written.
pub(super) struct Writer<W> {
    out: W,
    position: u64,
    /// Of all that was written; becomes the file's identifier.
    hash: Sha256,
    /// Indexed by object number; number 0 is never used.
    entries: Vec<Entry>,
    pack: Pack,
    /// So many objects share a stream; readers unpack the whole stream for one of them.
    pack_size: usize,
    /// The first number of the part of the file that is being written, see [`Writer::begin_part`].
    part: Ref,
    deflater: Deflater,
    /// Whether a pack was closed already.
    has_packs: bool,
    /// The packs before, in a file of many; the oldest first.
    compressing: VecDeque<Compressing>,
}

/// A pack that a thread of its own compresses while others are filled: that takes longer than all else that
/// a bundle does with leaflets that are painted.
struct Compressing {
    stream: Ref,
    dictionary: String,
    deflated: JoinHandle<Vec<u8>>,
}

/// So many packs are compressed at a time.
const MOST_COMPRESSING: usize = 3;

/// What a file has besides its streams: a pack, and where each object stands.
pub(super) struct Packing {
    /// Those of streams are of the file that it was made for.
    entries: Vec<Entry>,
    stream: Ref,
    dictionary: String,
    deflated: Arc<[u8]>,
}

/// A file that has been written.
pub(super) struct Finished<W> {
    /// Where it was written to.
    pub out: W,
    /// The SHA-256 of all its bytes.
    pub sha256: [u8; 32],
    /// For the next file.
    pub deflater: Deflater,
}

/// What several files begin with.
pub(super) struct Beginning {
    bytes: Vec<u8>,
    hash: Sha256,
    entries: Vec<Entry>,
}

impl Beginning {
    /// Of its bytes.
    pub fn digest(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }
}

/// Objects that share a stream in a single leaflet's file.
const PACK_SIZE: usize = 1000;
/// Objects that share a stream in a file of many leaflets: those of some leaflets, whose like objects
/// then compress together.
const BUNDLE_PACK_SIZE: usize = 6000;
/// A leaflet's file is seldom larger; room for it is made at once. Memory costs most when it is touched first.
const USUAL_FILE: usize = 65_536;
/// A pack is closed at last with so many, which is far more than a leaflet has.
const LARGEST_PACK: usize = 60_000;
/// The numbers of each part of a bundle begin at a multiple of this, so that its references differ from
/// those of the part before in the first digits only.
pub(super) const PART_NUMBERS: usize = 500;
/// A PDF/A-2 file has no more objects (ISO 19005-2, 6.1.13), and some readers know no higher number.
pub(super) const MOST_OBJECTS: usize = 8_388_607;

/// The four bytes above 127 tell programs that move files that this one is binary.
const HEADER: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";

impl Writer<Vec<u8>> {
    /// Begins what will be a [`Beginning`].
    pub fn begin() -> Writer<Vec<u8>> {
        let out = Vec::with_capacity(USUAL_FILE);
        let mut writer =
            Writer::empty(out, PACK_SIZE, Deflater::new()).expect("a vector takes all");
        writer.pack.bodies.0.reserve(USUAL_FILE / 2);
        writer
    }

    /// Closes the beginning.
    pub fn beginning(mut self) -> Beginning {
        self.close_pack().expect("a vector takes all");
        Beginning {
            bytes: self.out,
            hash: self.hash,
            entries: self.entries,
        }
    }
}

impl<W: io::Write> Writer<W> {
    /// Begins a file of many leaflets.
    pub fn begin_bundle(out: W) -> io::Result<Writer<W>> {
        Writer::empty(out, BUNDLE_PACK_SIZE, Deflater::thorough())
    }

    fn empty(out: W, pack_size: usize, deflater: Deflater) -> io::Result<Writer<W>> {
        let mut writer = Writer {
            out,
            position: 0,
            hash: Sha256::new(),
            entries: vec![Entry::RESERVED],
            pack: Pack::default(),
            pack_size,
            part: Ref(0),
            deflater,
            has_packs: false,
            compressing: VecDeque::new(),
        };
        writer.put(HEADER)?;
        Ok(writer)
    }

    /// Begins a file with what others begin with too.
    pub fn resume(mut out: W, beginning: &Beginning, deflater: Deflater) -> io::Result<Writer<W>> {
        out.write_all(&beginning.bytes)?;
        Ok(Writer {
            out,
            position: beginning.bytes.len() as u64,
            hash: beginning.hash.clone(),
            entries: beginning.entries.clone(),
            pack: Pack::default(),
            pack_size: PACK_SIZE,
            part: Ref(0),
            deflater,
            has_packs: false,
            compressing: VecDeque::new(),
        })
    }

    /// Takes over the numbers of a file with the same beginning; its streams have to be written again.
    pub fn adopt(&mut self, packing: &Packing) {
        self.entries
            .extend_from_slice(&packing.entries[self.entries.len()..]);
    }

    /// Writes the pack of the file whose numbers were taken over.
    pub fn write_pack(&mut self, packing: &Packing) -> io::Result<()> {
        self.stream(packing.stream, &packing.dictionary, &packing.deflated)
    }

    /// For compressing what will be a stream.
    pub fn deflater(&mut self) -> &mut Deflater {
        &mut self.deflater
    }

    /// A number for an object that is written later.
    pub fn reserve(&mut self) -> Ref {
        self.reserve_many(1)
    }

    /// Consecutive numbers, of which the first is returned.
    pub fn reserve_many(&mut self, count: usize) -> Ref {
        let first = Ref(self.entries.len() as u32);
        self.entries
            .resize(self.entries.len() + count, Entry::RESERVED);
        first
    }

    /// Numbers that are left.
    pub fn numbers_left(&self) -> usize {
        MOST_OBJECTS.saturating_sub(self.entries.len())
    }

    /// Begins a part of the file that is like others: what follows is packed beside the objects that have
    /// the same places in their parts, and so compresses well, however far apart the parts' own objects
    /// stand.
    pub fn begin_part(&mut self) -> io::Result<()> {
        if self.pack.objects.len() >= self.pack_size {
            self.hand_over_pack()?;
        }
        // A number out of the middle of the part would move all numbers behind it.
        self.open_pack();
        self.entries.resize(
            self.entries.len().next_multiple_of(PART_NUMBERS),
            Entry::RESERVED,
        );
        self.part = Ref(self.entries.len() as u32);
        Ok(())
    }

    /// Gives the stream that objects are packed into its number.
    fn open_pack(&mut self) {
        if self.pack.stream.is_none() {
            self.pack.stream = Some(self.reserve());
        }
    }

    /// Writes an object that is not a stream.
    pub fn object(&mut self, number: Ref, body: impl FnOnce(&mut Syntax)) -> io::Result<()> {
        self.open_pack();
        let Pack {
            objects, bodies, ..
        } = &mut self.pack;
        let start = bodies.0.len();
        body(bodies);
        bodies.raw("\n");
        objects.push(Packed {
            number,
            part: self.part,
            body: start..bodies.0.len(),
        });
        let is_full = match self.part {
            Ref(0) => objects.len() == self.pack_size,
            _ => objects.len() == LARGEST_PACK,
        };
        if is_full {
            self.close_pack()?;
        }
        Ok(())
    }

    /// Writes a stream whose data is as its dictionary says; `/Length` is added.
    pub fn stream(&mut self, number: Ref, dictionary: &str, data: &[u8]) -> io::Result<()> {
        self.entries[number.0 as usize] = Entry::at(self.position);
        let mut head = Syntax::default();
        head.integer(i64::from(number.0))
            .raw(" 0 obj\n<<")
            .raw(dictionary)
            .raw("/Length ");
        head.integer(data.len() as i64).raw(">>\nstream\n");
        self.put(&head.0)?;
        self.put(data)?;
        self.put(b"\nendstream\nendobj\n")
    }

    /// Compresses data and writes it as a stream.
    pub fn deflated_stream(
        &mut self,
        number: Ref,
        dictionary: &str,
        data: &[u8],
    ) -> io::Result<()> {
        let dictionary = format!("{dictionary}/Filter/FlateDecode");
        let deflated = self.deflater.deflate(data);
        self.stream(number, &dictionary, &deflated)
    }

    /// Gives the sink back as it is.
    pub fn abandon(self) -> W {
        self.out
    }

    /// Writes what is left, the table of objects and the file's end. The file's identifier (14.4) is
    /// taken from its content: the same content has the same one, and no clock is asked.
    pub fn finish(mut self, catalog: Ref, information: Ref) -> io::Result<Finished<W>> {
        self.close_pack()?;
        let table = self.reserve();
        let start = self.position;
        self.entries[table.0 as usize] = Entry::at(start);

        // Each row is stored as its difference from the row above (PNG's `Up`), which is what makes a
        // table of rising numbers compress.
        let mut above = [0u8; ROW];
        let rows = self.entries.iter().map(|entry| {
            let row = entry.row();
            let mut filtered = [2; ROW + 1];
            for (place, filtered) in filtered[1..].iter_mut().enumerate() {
                *filtered = row[place].wrapping_sub(above[place]);
            }
            above = row;
            filtered
        });
        let deflated = self.deflater.deflate_rows(rows);

        let digest = self.hash.clone().finalize();
        let identifier: String = digest[..16]
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        let mut dictionary = Syntax::default();
        dictionary
            .raw("/Type/XRef/W[1 5 2]/Size ")
            .integer(self.entries.len() as i64);
        dictionary
            .raw("/DecodeParms<</Predictor 12/Columns 8>>/Filter/FlateDecode/Root ")
            .reference(catalog);
        dictionary.raw("/Info ").reference(information);
        dictionary.raw(&format!("/ID[<{identifier}><{identifier}>]"));
        let dictionary = String::from_utf8(dictionary.0).expect("ASCII only");
        self.stream(table, &dictionary, &deflated)?;
        self.put(format!("startxref\n{start}\n%%EOF\n").as_bytes())?;
        Ok(Finished {
            out: self.out,
            sha256: self.hash.finalize().into(),
            deflater: self.deflater,
        })
    }

    /// Writes the pack that is being filled. If it is the file's only one, it can serve other files.
    pub fn close_pack(&mut self) -> io::Result<Option<Packing>> {
        while !self.compressing.is_empty() {
            self.write_handed_over()?;
        }
        let Some((stream, dictionary, data)) = self.take_pack() else {
            return Ok(None);
        };
        let deflated = self.deflater.deflate_again(&data);
        self.stream(stream, &dictionary, &deflated)?;
        let is_only = !std::mem::replace(&mut self.has_packs, true);
        Ok(is_only.then(|| Packing {
            entries: self.entries.clone(),
            stream,
            dictionary,
            deflated,
        }))
    }

    /// Has the pack compressed. It is written when the third after it is full, so that the bytes of the file
    /// do not depend on how long that takes.
    fn hand_over_pack(&mut self) -> io::Result<()> {
        if self.compressing.len() == MOST_COMPRESSING {
            self.write_handed_over()?;
        }
        let Some((stream, dictionary, data)) = self.take_pack() else {
            return Ok(());
        };
        let compress = move || Deflater::thorough().deflate(&data);
        let deflated = thread::Builder::new()
            .name("compressing".to_owned())
            .spawn(compress)?;
        self.compressing.push_back(Compressing {
            stream,
            dictionary,
            deflated,
        });
        self.has_packs = true;
        Ok(())
    }

    /// Writes the oldest of the packs that were handed over.
    fn write_handed_over(&mut self) -> io::Result<()> {
        let Some(Compressing {
            stream,
            dictionary,
            deflated,
        }) = self.compressing.pop_front()
        else {
            return Ok(());
        };
        match deflated.join() {
            Ok(deflated) => self.stream(stream, &dictionary, &deflated),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    /// The pack's stream, its dictionary and its data, if there is anything in it.
    fn take_pack(&mut self) -> Option<(Ref, String, Vec<u8>)> {
        let Pack {
            stream,
            mut objects,
            bodies,
        } = std::mem::take(&mut self.pack);
        let stream = stream?;
        if self.part != Ref(0) {
            objects.sort_by_key(|&Packed { number, part, .. }| {
                (number.0.saturating_sub(part.0), number)
            });
        }
        let mut data = Syntax(Vec::with_capacity(bodies.0.len() + 16 * objects.len()));
        let mut offset = 0;
        for (place, Packed { number, body, .. }) in objects.iter().enumerate() {
            data.integer(i64::from(number.0))
                .raw(" ")
                .integer(offset as i64)
                .raw(" ");
            offset += body.len();
            self.entries[number.0 as usize] = Entry::packed(stream, place as u16);
        }
        let dictionary = format!("/Type/ObjStm/N {}/First {}", objects.len(), data.0.len());
        for Packed { body, .. } in objects {
            data.0.extend_from_slice(&bodies.0[body]);
        }
        Some((stream, format!("{dictionary}/Filter/FlateDecode"), data.0))
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.position += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl for<'a> FnOnce(&'a mut Syntax) -> &'a mut Syntax) -> String {
        let mut syntax = Syntax::default();
        write(&mut syntax);
        String::from_utf8(syntax.0).unwrap()
    }

    #[test]
    fn writes_the_shortest_number() {
        let cases = [
            (0, "0"),
            (5, ".05"),
            (50, ".5"),
            (-50, "-.5"),
            (100, "1"),
            (-1234, "-12.34"),
            (59528, "595.28"),
        ];
        for (value, expected) in cases {
            assert_eq!(written(|syntax| syntax.hundredths(value)), expected);
        }
        assert_eq!(written(|syntax| syntax.thousandths(2)), ".002");
        assert_eq!(
            written(|syntax| syntax.integer(i64::MIN)),
            i64::MIN.to_string()
        );
    }

    #[test]
    fn escapes_strings_and_names() {
        assert_eq!(
            written(|syntax| syntax.text("(a\\b)\r\n")),
            "(\\(a\\\\b\\)\\r\\n)"
        );
        assert_eq!(
            written(|syntax| syntax.name("A B#/é".as_bytes())),
            "/A#20B#23#2F#C3#A9"
        );
        let mut syntax = Syntax::default();
        syntax.text("å(");
        assert_eq!(syntax.0, b"(\xfe\xff\x00\xe5\x00\\()");
    }

    #[test]
    fn packs_more_objects_than_one_stream_holds() {
        let mut writer = Writer::begin();
        let first = writer.reserve_many(2500);
        for number in 0..2500 {
            writer
                .object(first.plus(number), |body| _ = body.integer(number as i64))
                .unwrap();
        }
        let catalog = writer.reserve();
        writer
            .object(catalog, |body| _ = body.raw("<</Type/Catalog>>"))
            .unwrap();
        let bytes = writer.finish(catalog, first).unwrap().out;
        let document = lopdf::Document::load_mem(&bytes).unwrap();
        for number in [0, 999, 1000, 2499u32] {
            let object = document.get_object((first.0 + number, 0)).unwrap();
            assert_eq!(object.as_i64().unwrap(), i64::from(number));
        }
    }

    #[test]
    fn packs_of_a_bundle_are_compressed_beside_and_none_is_lost() {
        const EACH: usize = BUNDLE_PACK_SIZE / 2;
        let made = || {
            let mut writer = Writer::begin_bundle(Vec::new()).unwrap();
            let mut parts = Vec::new();
            for part in 0..11 {
                writer.begin_part().unwrap();
                let first = writer.reserve_many(EACH);
                for number in 0..EACH {
                    let value = (part * EACH + number) as i64;
                    writer
                        .object(first.plus(number), |body| _ = body.integer(value))
                        .unwrap();
                }
                parts.push(first);
            }
            let catalog = writer.reserve();
            writer
                .object(catalog, |body| _ = body.raw("<</Type/Catalog>>"))
                .unwrap();
            (writer.finish(catalog, parts[0]).unwrap().out, parts)
        };
        let (bytes, parts) = made();
        assert!(bytes == made().0);
        let document = lopdf::Document::load_mem(&bytes).unwrap();
        for (part, first) in parts.iter().enumerate() {
            for number in [0, EACH / 2, EACH - 1] {
                let object = document.get_object((first.plus(number).0, 0)).unwrap();
                assert_eq!(object.as_i64().unwrap(), (part * EACH + number) as i64);
            }
        }
    }
}
