//! Fonts and pictures with all objects that they refer to, finished once for many files.
//!
//! Objects are numbered from 1 among themselves. Each file adds an offset to these numbers.

use std::io;

use lopdf::{Dictionary, Document, Object, ObjectId};
use sha2::{Digest, Sha256};

use super::compress::Compressor;
use super::object_writer::{ObjectWriter, serialize};

#[derive(Default)]
pub(super) struct SharedObjects {
    objects: Vec<Object>,
    /// Resource names and object numbers.
    fonts: Vec<(String, u32)>,
    xobjects: Vec<(String, u32)>,
    /// Numbers by the ids in the document that the objects come from.
    numbers: Vec<(ObjectId, u32)>,
    /// Hash of everything above, once it is finished.
    identity: [u8; 32],
}

impl SharedObjects {
    /// Moves a font out of a document, with all objects that it refers to.
    pub(super) fn add_font(&mut self, name: &str, id: ObjectId, from: &mut Document) {
        let number = self.take(id, from);
        self.fonts.push((name.to_owned(), number));
    }

    pub(super) fn add_xobject(&mut self, name: &str, id: ObjectId, from: &mut Document) {
        let number = self.take(id, from);
        self.xobjects.push((name.to_owned(), number));
    }

    fn take(&mut self, id: ObjectId, from: &mut Document) -> u32 {
        if let Some((_, number)) = self.numbers.iter().find(|(known, _)| *known == id) {
            return *number;
        }
        let mut object = from.objects.remove(&id).unwrap_or(Object::Null);
        self.renumber(&mut object, from);
        self.objects.push(object);
        let number = self.objects.len() as u32;
        self.numbers.push((id, number));
        number
    }

    fn renumber(&mut self, object: &mut Object, from: &mut Document) {
        match object {
            Object::Reference(id) => *id = (self.take(*id, from), 0),
            Object::Array(values) => {
                values
                    .iter_mut()
                    .for_each(|value| self.renumber(value, from));
            }
            Object::Dictionary(dictionary) => self.renumber_dictionary(dictionary, from),
            Object::Stream(stream) => self.renumber_dictionary(&mut stream.dict, from),
            _ => {}
        }
    }

    fn renumber_dictionary(&mut self, dictionary: &mut Dictionary, from: &mut Document) {
        for (_, value) in dictionary.iter_mut() {
            self.renumber(value, from);
        }
    }

    /// Compresses streams that are not compressed yet. Nothing can be added afterwards.
    pub(super) fn finish(&mut self, compressor: &mut Compressor) {
        let mut hash = Sha256::new();
        let mut bytes = Vec::new();
        for object in &mut self.objects {
            if let Object::Stream(stream) = object {
                if !stream.dict.has(b"Filter") {
                    stream.content = compressor.compress(&stream.content);
                    stream.dict.set("Filter", "FlateDecode");
                }
                hash.update(&stream.content);
                serialize(&mut bytes, &stream.dict.clone().into(), 0);
            } else {
                serialize(&mut bytes, object, 0);
            }
        }
        for (name, number) in self.fonts.iter().chain(&self.xobjects) {
            bytes.extend(name.as_bytes());
            bytes.extend(number.to_be_bytes());
        }
        self.identity = hash.chain_update(&bytes).finalize().into();
    }

    /// Returns a hash that distinguishes these objects from all others.
    pub(super) fn identity(&self) -> [u8; 32] {
        self.identity
    }

    pub(super) fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Writes the objects into a file. Returns the offset of their numbers there.
    pub(super) fn place<W: io::Write>(&self, writer: &mut ObjectWriter<W>) -> io::Result<u32> {
        let shift = writer.reserve_many(self.objects.len()) - 1;
        for (number, object) in (1..).zip(&self.objects) {
            let id = (number + shift, 0);
            match object {
                Object::Stream(stream) => {
                    writer.shifted_stream(id, &stream.dict, &stream.content, shift)?;
                }
                object => writer.shifted_object(id, object, shift)?,
            }
        }
        Ok(shift)
    }
}

/// Returns the resource dictionary (7.8.3) of objects in a file, each with its offset.
pub(super) fn resource_dictionary(placed: &[(&SharedObjects, u32)]) -> Dictionary {
    let mut resources = Dictionary::new();
    let mut add = |key: &str, entries: fn(&SharedObjects) -> &[(String, u32)]| {
        let mut names = Dictionary::new();
        for (objects, shift) in placed {
            for (name, number) in entries(objects) {
                names.set(name.as_str(), Object::Reference((number + shift, 0)));
            }
        }
        if !names.is_empty() {
            resources.set(key, names);
        }
    };
    add("Font", |objects| &objects.fonts);
    add("XObject", |objects| &objects.xobjects);
    resources
}
